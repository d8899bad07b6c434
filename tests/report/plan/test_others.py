"""Everybody else's traffic in reports: beside the plan's own, by record, by failure, and paid by nobody.

In the triangle 100 Gbps go each way over the fibre and 100 over mid; a record between home and away asks each way.
"""

from __future__ import annotations

import io
import json
from functools import cache
from typing import Any

import small
from report.pages import page, words
from report.reading import read
from rich.console import Console
from small import about, proved_triangle

import planner
from planner.report.language.speech import speak
from planner.report.plan.facts.background import failures_of_others, lost_by_country, other_traffic
from planner.report.plan.facts.records import records_used
from planner.report.plan.facts.totals import total
from planner.report.plan.variants import Outcome, print_variants
from planner.report.web.payload import make_payload
from planner.report.web.words import script_words
from planner.studies.pooling import accounts

MAIL = {
    "demand.workloads.mail": {"kind": "traffic", "unserved": "1 kUSD/Gbps/year"},
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "home", "to": "away", "workload": "mail", "rate": "8 Gbps"},
    ],
}


def others(rate: str) -> dict[str, Any]:
    """Return everybody else's traffic between home and away, and a mail of our own that gives way to it."""
    record = {"between": ["home", "away"], "rate": rate, "unserved": "30 kUSD/Gbps/year", "title": "Silk road"}
    return {**MAIL, "topology.background": [record], "scenario.contingencies": ["links"]}


@cache
def full() -> planner.Plan:
    """210 Gbps each way, of which 200 fit: 20 are lost in all, and all our own work that needs a link."""
    return proved_triangle(others("210 Gbps"))


@cache
def roomy() -> planner.Plan:
    """150 Gbps each way fit beside our own 8 of mail and 10 of chat; without any one link 50 each way do not."""
    return proved_triangle(others("150 Gbps"))


def test_totals_tell_own_traffic_from_everybody_elses() -> None:
    """Own: 8 Gbps; theirs: 420 asked, 400 carried, 20 lost at 30 000 USD."""
    found = total(full())
    assert (found.demand_gbps, found.served_gbps) == about((8, 0))
    asked, carried, lost = found.background_gbps, found.background_carried_gbps, found.background_unserved_gbps
    assert (asked, carried, lost, found.background_penalty_usd) == about((420, 400, 20, 600_000))


def test_json_has_it_whole_by_year_and_by_failure() -> None:
    """The same keys, whether there is any or not."""
    found = planner.summarise(full())
    assert found["background_penalty_usd"] == about(600_000)
    assert found["years"][0]["background_unserved_gbps"] == found["background_unserved_gbps"] == about(20)
    assert {row["contingency"]: row["background_lost_gbps"] for row in found["failures"]}["link:fibre"] == about(220)
    assert planner.summarise(small.plan())["background_gbps"] == 0
    json.dumps(found, allow_nan=False)


def test_a_record_is_told_by_its_title() -> None:
    """On the terminal and on the page, with what the loss counts for."""
    assert [each.penalty_usd for each in other_traffic(full(), 2030)] == about([600_000])
    told = words(full())
    assert "400 Gbps of 420 Gbps are carried, both directions added. 20 Gbps are lost" in told
    assert "Silk road 420 400 20.0 600" in told
    section = read(planner.render_report(full())).find("others").words
    assert "Silk road" in section
    assert "20 Gbps are lost, which counts for 600 kUSD a year." in section.replace("\u00a0", " ")


def test_its_penalty_counts_and_is_paid_by_nobody() -> None:
    """A line beside the costs, and none where nothing is lost."""
    said = "is not carried counts in the objective for 600 kUSD: nobody pays it"
    assert said in words(full())
    assert said in read(planner.render_report(full())).find("cost").words.replace("\u00a0", " ")
    assert "nobody pays it" not in words(roomy())


def test_failures_are_told_by_what_they_take_beyond_what_is_lost_anyway() -> None:
    """Without the fibre 200 more are lost: not the 220 that are lost then."""
    assert failures_of_others(full(), 2030)["lost_gbps"].tolist() == about([200, 200, 200])
    assert "link:fibre 100" in words(roomy())
    assert words(proved_triangle(others("10 Gbps"))).count("No failure takes more of it") == 1


def test_own_traffic_has_its_section_to_itself() -> None:
    """Of what stays unserved, of the traffic between places, and of the demands only the mail is ours."""
    told = page(full())
    assert "home-away mail" in told
    assert "background:" not in told
    assert "background:" not in read(planner.render_report(full())).find("unserved").words


def test_members_are_charged_for_their_own_alone() -> None:
    """KZ leaves 8 Gbps of mail at 1000 and 10 PFLOPS of chat at 5000."""
    assert accounts(full()).loc[(2030, "KZ"), "penalty_usd"] == about(58_000)
    assert full().members["cost_usd"].sum() == about(full().total_cost_usd)


def test_links_show_both_loads() -> None:
    """Beside the plan's own, in the table of the fullest links."""
    assert "everybody" in page(roomy())
    assert "Everybody else, Gbps" in read(planner.render_report(roomy())).find("where").words
    assert "everybody" not in page(small.plan())


def test_it_counts_as_one_record_with_its_own_kind() -> None:
    """Not as a demand for each pair of places."""
    kinds = [each.kind for each in records_used(full())]
    assert (kinds.count("demand"), kinds.count("workload"), kinds.count("background")) == (2, 2, 1)


def test_the_map_takes_it_for_no_workload_of_ours() -> None:
    """Its titles stand apart, and every column of the tables has a name."""
    found = make_payload(full(), speak("en"))
    assert found["workloads"]["id"] == ["chat", "mail"]
    assert found["background"] == {"background:away--home": "Silk road"}
    said = script_words(speak("en"))
    assert [column for table in ("links", "failures") for column in found["tables"][table]["columns"]
            if f"column.{column}" not in said and column != "year"] == []  # fmt: skip


def test_countries_lose_what_ends_there() -> None:
    """Both ends of a pair."""
    assert lost_by_country(full(), 2030) == about({"CN": 20, "KZ": 20})


def test_a_cut_tells_what_it_costs_and_whom_it_hits() -> None:
    """Without the fibre 100 of 300 Gbps are lost, at 30 000 USD: a sentence, and three totals."""
    cut = proved_triangle({**others("150 Gbps"), "topology.links.fibre": None})
    found = planner.compare([roomy(), cut], ["base", "cut"])
    said = [str(each) for each in found.notes]
    assert (
        "cut leaves 100 Gbps of everybody else's traffic in 2030 uncarried that base carries, worth 3 MUSD a year, of "
        "the pairs that end in: CN 100 Gbps, KZ 100 Gbps." in [each.replace("\u00a0", " ") for each in said]
    )
    totals = found.totals.loc["cut", 2030, "total"]
    assert totals.loc["background_unserved_gbps", ["baseline", "value"]].tolist() == about([0, 100])
    assert totals.loc["background_penalty_usd", "change"] == about(3_000_000)
    assert "background:away--home" not in found.workloads.index.get_level_values("workload")
    back = [str(each) for each in planner.compare([cut, roomy()], ["cut", "base"]).notes]
    assert any(each.startswith("base carries 100") for each in back)


def test_the_table_of_variants_shows_what_others_lose() -> None:
    """3 MUSD a year without the fibre; where there is nobody else, the column is left out."""
    cut = proved_triangle({**others("150 Gbps"), "topology.links.fibre": None})
    told = " ".join(table_of([Outcome(None, roomy()), Outcome("cut", cut)]).split())
    assert "others lose" in told
    assert told.endswith("58.00 3.00")
    assert "others lose" not in table_of([Outcome(None, small.plan())])


def table_of(outcomes: list[Outcome]) -> str:
    """Print the table of variants."""
    paper = io.StringIO()
    print_variants(outcomes, console=Console(file=paper, width=100, highlight=False))
    return paper.getvalue()


def test_what_is_not_asked_any_more_is_told_with_a_comparison() -> None:
    """A network that lacks a place seems to lose less."""
    lacking = {"topology.regions.west": {"nodes": {"home": 1, "atlantis": 1}}}
    record = {"between": ["west", "away"], "rate": "150 Gbps", "unserved": "30 kUSD/Gbps/year"}
    other = proved_triangle({**others("150 Gbps"), **lacking, "topology.background": [record]})
    said = [str(each) for each in planner.compare([roomy(), other], ["base", "other"]).notes]
    assert any("other counts 150" in each and "base 300" in each for each in said)
