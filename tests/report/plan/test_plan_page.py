"""What the report says, against figures worked out by hand on small worlds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from report.reading import Element, read
from small import plan, proved, proved_triangle

import planner

GROWING = {"demand.demands.0.compute": {2026: "20 PFLOPS", 2030: "320 PFLOPS"}, "scenario.years": [2026, 2030]}
ROOM = {
    "topology.sites.near.expansion": [{"max": "400 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "topology.sites.near.watts": "1 kW/PFLOPS",
}


def page(found: planner.Plan) -> Element:
    """Return the report of a plan as a reader meets it."""
    return read(planner.render_report(found))


def told(changes: dict[str, Any] | None = None) -> Element:
    """Return the report of the two cities with some changes."""
    return page(proved(changes))


def test_the_first_lines_answer_with_what_is_proved_and_what_a_pflops_is() -> None:
    """20 PFLOPS go far, each for 1,100 USD."""
    answer = told().find("answer").words
    assert "All 20 PFLOPS asked for are served in 2030 at 1.1 kUSD per served PFLOPS and year." in answer
    assert "Optimal, proved: no plan of this scenario is better (gap 0)." in answer
    assert "PFLOPS are dense BF16/FP16 peak" in answer
    assert "Share served 100%" in answer


def test_a_figure_published_otherwise_says_what_it_is_worth() -> None:
    """Sparse FP8 is worth a quarter."""
    changes = {"topology.sites.far.compute": "400 PFLOPS", "topology.sites.far.precision": "fp8"}
    changes["topology.sites.far.sparse"] = True
    assert "far: 400 PFLOPS (FP8, sparse) = 100 PFLOPS" in told(changes).find("answer").words


def test_a_plan_that_is_not_proved_says_so_in_the_first_lines() -> None:
    """With its gap, and that worths are provisional."""
    found = replace(proved(), status=planner.Status.FEASIBLE, gap=0.05)
    answer = page(found).find("answer")
    assert "NOT PROVED OPTIMAL: this is the best plan found." in answer.words
    assert "at most 5% lower" in answer.words
    assert any("warn" in (each.attributes.get("class") or "") for each in answer.all("p"))


def test_demand_against_supply_names_the_year_of_exhaustion() -> None:
    """160 of 2029 exceed the 110 that stand; in 2030 210 are built; nothing is built in between."""
    supply = told({**GROWING, **ROOM}).find("supply")
    assert "What stands without this plan is exhausted in 2029." in supply.words
    assert "With what it builds, supply is exhausted in 2029." in supply.words
    assert "in none between" in supply.words
    rows = supply.table("Demand against supply")
    assert rows[3] == ["2029", "160", "110", "110", "−50.0"]
    assert rows[4][:4] == ["2030", "320", "110", "320"]
    assert [row[:4] for row in supply.table("Year by year")] == [
        ["2026", "20", "20", "100%"],
        ["2030", "320", "320", "100%"],
    ]


def test_supply_that_lasts_says_so_and_says_nothing_of_builds_where_there_are_none() -> None:
    """110 stand for 20."""
    words = told().find("supply").words
    assert "What stands without this plan is not exhausted in the years planned." in words
    assert "With what it builds" not in words


def test_members_name_their_hosts_and_the_countries_on_the_way() -> None:
    """Kazakhstan's 20 PFLOPS go to China through Kyrgyzstan, which is no member."""
    rows = page(proved_triangle()).find("members").table("Who is served, 2030")
    first = next(row for row in rows if row[0] == "Kazakhstan")
    assert first[1:8] == ["20.0", "20.0", "100%", "-", "China 100%", "100%", "Kyrgyzstan 100%"]
    assert rows[-1][:3] == ["All", "20.0", "20.0"]


def test_builds_are_told_with_their_power_price_and_yearly_cost() -> None:
    """210 PFLOPS at 1 kW each for 210 kUSD; the annuity of five years at 8 % is 0.25046 of it."""
    report = told({**GROWING, **ROOM, "scenario.years": [2030]})
    rows = report.find("building").table("The dearest of what is built")
    assert rows[0] == ["near", "2030", "210", "0.21", "-", "210", "52.6"]
    assert report.find("all-builds").table("Everything that is built")[0][-1] == "not said"


def test_costs_hold_no_penalty() -> None:
    """10 near for 30,000 and 10 left, each of which counts 5,000."""
    report = told({"topology.links.fibre.capacity": "0 Gbps"})
    assert report.find("cost").table("What a served PFLOPS costs") == [["2030", "10.0", "30.0", "3,000"]]
    assert "Not spent, and in none of these figures: 50 kUSD" in report.find("cost").words
    (left,) = report.find("unserved").table("What stays unserved, 2030")
    assert left[:4] == ["home", "chat", "10.0", "50%"]
    assert left[4]


def test_several_years_have_blocks_of_their_own_and_a_sum() -> None:
    """The last year stands first; what a PFLOPS costs over all years is told too."""
    report = told({**GROWING, **ROOM})
    blocks = [each.attributes["data-year"] for each in report.everything() if "data-year" in each.attributes]
    assert set(blocks) == {"2026", "2030"}
    assert blocks[0] == "2030"
    assert report.find("cost").table("What a served PFLOPS costs")[-1][0] == "All years, discounted"
    assert "The years 2026 to 2033 together cost" in report.find("answer").words


def test_one_year_has_no_blocks_that_could_be_hidden() -> None:
    """Nothing to choose."""
    assert [each for each in told().everything() if "data-year" in each.attributes] == []


def test_limits_are_told_with_what_they_are_worth() -> None:
    """One more PFLOPS far, a tenth of the 10 that stand, saves 1,900 a year."""
    report = told({"topology.sites.far.compute": "10 PFLOPS", "demand.demands.0.compute": "15 PFLOPS"})
    rows = report.find("worth").table("What each limit is worth")
    assert rows == [["Compute of a site", "far", "1 PFLOPS", "1.9"]]
    assert "no limit binds" in told().find("worth").words


def test_failures_say_what_was_screened_and_what_shaped_the_plan() -> None:
    """80 % of chat has to survive the cut of the fibre; the 10 PFLOPS at home let only 12.5 be served."""
    changes = {"scenario.contingencies": ["links"], "demand.workloads.chat.survives": 0.8}
    words = told(changes).find("failures").words
    assert "chat 80%" in words
    assert "1 failure screened: 1 had to be planned for," in words
    assert "home – away link:fibre" in words
    assert "No failure was asked for" in told().find("failures").words
    assert "nothing has to survive them" in told({"scenario.contingencies": ["links"]}).find("failures").words


def test_how_much_rests_on_estimates_is_told_in_money_and_in_records() -> None:
    """20,000 of 22,000 by a record that is verified."""
    report = told({"topology.sites.far.confidence": "verified", "topology.links.fibre.confidence": "assumed"})
    words = report.find("sureness").words
    assert "9.1% of the cost rests on records that are not verified" in words
    assert "91% verified and 9.1% assumed" in words
    assert report.find("sureness").table("Records")[-1] == ["All", "1", "-", "1", "2", "4"]


def test_remarks_and_sources_of_what_is_used_are_listed() -> None:
    """With their publisher and year."""
    changes = {
        "topology.sources": {"paper": {"title": "A paper", "publisher": "A press", "year": 2025}},
        "topology.sites.far.source": "paper",
        "topology.sites.far.note": "as the press tells",
        "topology.sites.near.note": "not in use",
    }
    section = told(changes).find("assumptions")
    assert section.table("Sources") == [["A paper paper", "A press", "2025", "1", "-"]]
    assert [row[4] for row in section.table("Remarks")] == ["as the press tells"]


def test_how_it_was_solved_can_be_checked() -> None:
    """Bound, rounds, files with their fingerprints, overrides."""
    found = planner.solve(proved().inputs)
    solving = page(found).find("solving")
    assert "least cost, penalty included: 22 kUSD, bound 22 kUSD, gap 0" in solving.words
    rows = solving.table("Files that were read")
    assert [row[2] for row in rows] == [file.sha256 for file in found.inputs.files]


def test_a_world_without_any_demand_for_compute_is_told_too() -> None:
    """Traffic alone: no members, no supply, nothing to divide by."""
    traffic = {"kind": "traffic", "unserved": "10 kUSD/Gbps/year"}
    rows = [{"origin": "home", "to": "away", "workload": "chat", "rate": "200 Gbps"}]
    report = told({"demand.workloads.chat": traffic, "demand.demands": rows})
    assert "100 of 200 Gbps carried (50%) in 2030." in report.find("answer").words
    assert report.find("unserved").table("What stays unserved")[0][:4] == ["home – away", "chat", "100", "50%"]


def test_nothing_asked_for_at_all_is_told_too() -> None:
    """A demand of zero."""
    words = page(plan({"demand.demands.0.compute": "0 PFLOPS"})).words
    assert "All 0 PFLOPS asked for are served" in words


def test_sums_over_years_say_which_years_they_count_and_how_they_are_discounted() -> None:
    """2026 stands for four years and so does 2030: the sum runs to 2033."""
    report = told({**GROWING, **ROOM})
    assert "The years 2026 to 2033 together cost" in report.find("answer").words
    assert "discounted to 2026 at 8% a year" in report.find("answer").words
    assert "the last for as many as the one before it" in report.find("cost").words
    assert "Each listed year" not in told().find("cost").words


def test_what_is_short_in_the_first_year_may_have_been_so_before() -> None:
    """320 are asked for in 2030 and 110 stand."""
    words = told({**GROWING, **ROOM, "scenario.years": [2030]}).find("supply").words
    assert "is exhausted in 2030 or before: that is the first year planned." in words


def test_worths_over_all_years_say_so_and_those_of_an_unproved_plan_are_provisional() -> None:
    """A budget for building holds for all years together."""
    budget = {**GROWING, **ROOM, "scenario.limits.capex": "0.1 MUSD"}
    rows = told(budget).find("worth").table("What each limit is worth, 2030")
    assert [row[1:3] for row in rows if row[0].startswith("Budget")] == [["All years, discounted", "0.01 MUSD"]]
    unproved = page(replace(proved(), status=planner.Status.FEASIBLE, gap=0.05)).find("worth").words
    assert "these worths are provisional" in unproved
    assert "provisional" not in told().find("worth").words


def test_a_gap_that_proves_the_optimum_is_shown_as_none() -> None:
    """Digits below what was to be proved say nothing."""
    assert "(gap 0)" in page(replace(proved(), gap=6.3e-9)).find("answer").words


def test_who_asks_for_nothing_is_told_so() -> None:
    """Not an empty section."""
    report = page(plan({"demand.demands.0.compute": "0 PFLOPS"}))
    assert "Nobody asks for compute." in report.find("supply").words
    assert "2030: nobody asks for compute." in report.find("members").words
