"""Years, hours, failures and traffic on the page, on worlds whose answer is known."""

from __future__ import annotations

import io
from typing import Any

import pytest
import small
from report.pages import page, words
from rich.console import Console

import planner
from planner.report.language.speech import speak
from planner.report.paper import Page

YEARS: dict[str, Any] = {
    "demand.demands.0.compute": {2030: "20 PFLOPS", 2035: "140 PFLOPS"},
    "scenario.years": [2030, 2035],
    "scenario.finance": {"discount_rate": 0},
}
"""22 kUSD in 2030, 140 kUSD in 2035 where 110 of 140 PFLOPS stand; each counts five years."""

DAY: dict[str, Any] = {
    "topology.nodes.home.timezone": "Asia/Kolkata",
    "demand.workloads.chat.profile": [1.5] * 12 + [0.5] * 12,
    "demand.workloads.tuning": {"kind": "training", "unserved": "5000 USD/PFLOPS/year"},
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": "80 PFLOPS"},
        {"origin": "home", "workload": "tuning", "compute": "20 PFLOPS"},
    ],
    "scenario.hours": 2,
    "topology.links.fibre.capacity": "1 Tbps",
    "topology.sites.near.compute": "0 PFLOPS",
    "topology.sites.far.compute": "120 PFLOPS",
}
"""Five hours ahead of UTC: 00-12 UTC is 05-17 there, 7 hours of 1.5 and 5 of 0.5, so 1.0833 and 0.9167 of 80."""


def test_several_years_have_a_sentence_and_a_line_each() -> None:
    """The cost in all is the discounted sum, here 5 x 22 + 5 x 140."""
    plan = small.plan(YEARS)
    text = words(plan)
    assert "All 20 PFLOPS asked for are served in 2030. 110 of 140 PFLOPS served (79 %) in 2035." in text
    assert "The years 2030 to 2039 together cost 810 kUSD, discounted to 2030 at 0 % a year." in text
    assert "2030 20 20 100 % 110 - 22 10.0 - 2035 140 110 79 % 110 - 140 9.1 -" in text
    assert "KZ 100 % 79 %" in text
    assert "Details below speak of 2035 unless they say otherwise; the tables hold 2030 too." in text
    assert "2030-2034 as 5, 2035-2039 as 5." in text
    assert "What it costs (kUSD, all years discounted)" in text


def test_many_years_are_not_all_told_in_the_headline() -> None:
    """The first and the last are; the lines hold all."""
    text = words(small.plan(YEARS | {"scenario.years": "2030-2035"}))
    assert "served in 2030. 110 of 140" in text
    assert "served in 2032" not in text
    assert "country 2030 2031 2032 2033 2034 2035" in text
    assert "the tables hold 2030 to 2034 too." in text
    assert "2033 64 64 100 %" in text  # 20 x 7^(3/5) = 64.3


def test_as_many_years_stand_side_by_side_as_fit() -> None:
    """Of 19 the first, the last, and six between."""
    text = words(small.plan(YEARS | {"scenario.years": "2030-2048"}))
    assert "country 2030 2033 2035 2038 2040 2043 2045 2048" in text


def test_one_year_needs_no_lines() -> None:
    """It is the page."""
    assert "Year by year" not in words(small.plan())


def test_the_day_is_drawn_with_its_peak_and_the_valleys_that_training_fills() -> None:
    """86.7 and 73.3 PFLOPS of chat; 20 of training fill both halves to 100 on the mean, in 120 that stand."""
    plan = small.plan(DAY)
    text = words(plan)
    assert "The day, 2030 (PFLOPS in use by UTC hour, each line from 0 to its own peak)" in text
    row = {
        line.split()[0]: line.split() for line in page(plan).splitlines() if line.startswith(("in all", "inf", "tr"))
    }
    assert row["inference"][1] == "█" * 12 + "▇" * 12
    assert row["inference"][2:] == ["86.7", "00-12", "73.3", "12-24", "80"]
    assert float(row["training"][-1]) == pytest.approx(20)
    assert max(map(len, page(plan).splitlines())) <= 80


def test_where_there_is_only_ascii_bars_are_ascii() -> None:
    """Nothing is a blank, the peak is an @."""
    paper = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    plain = Page(Console(file=paper, width=80), None, speak())
    assert plain.bars([0, 50, 100], 2) == "  ==@@"
    assert plain.bars([0.0, 0.0], 1) == "  "
    assert Page(Console(file=io.StringIO(), width=80), None, speak()).bars([0, 50, 100], 1) == " ▄█"


def test_a_flat_day_is_not_drawn() -> None:
    """One block."""
    assert "The day," not in words(small.plan())


FAILING: dict[str, Any] = {"scenario.contingencies": "links", "demand.workloads.chat.survives": 0.75}


def test_failures_that_shape_the_plan_are_told_with_their_worth() -> None:
    """Near has 10, so without the fibre 10 of 13.33 survive at 0.75: the plan serves no more than 13.33."""
    text = words(small.plan(FAILING))
    assert "Has to survive any one failure, of what is served otherwise: chat 75 %." in text
    assert (
        "1 failure screened: 1 had to be planned for, 0 touch the plan and are survived as it is, 0 touch nothing."
        in text
    )
    assert "link:fibre" in text


def test_failures_that_touch_and_do_no_harm_are_told_too() -> None:
    """Near takes what the fibre carried; a link to nowhere touches nothing."""
    spur = {"ends": ["home", "mid"], "kind": "terrestrial", "rtt": "8 ms", "capacity": "1 Gbps"}
    more = {
        "topology.nodes.mid": {"country": "KG", **small.LAYOUT}, "topology.links.spur": spur,
        "demand.workloads.chat.survives": 0.5,
    }  # fmt: skip
    text = words(small.plan(FAILING | more))
    assert (
        "2 failures screened: 0 had to be planned for, 1 touch the plan and are survived as it is, 1 touch nothing."
        in text
    )
    assert "Survived as it is, with the PFLOPS they touch: link:fibre (20)." in text


def test_failures_that_nothing_has_to_survive_change_nothing() -> None:
    """And the page says so."""
    assert "Failures were asked for, and nothing has to survive them" in words(
        small.plan({"scenario.contingencies": "links"})
    )


def test_traffic_is_told_with_what_stays_behind() -> None:
    """140 Gbps do not fit on 100. Nobody asks for compute, so nothing is said of it."""
    rows = [{"origin": "home", "to": "away", "workload": "mail", "rate": "140 Gbps"}]
    mail = {"kind": "traffic", "unserved": "90 kUSD/Gbps/year"}
    plan = small.plan({"demand.workloads.mail": mail, "demand.demands": rows})
    assert plan.tables is not None
    text = words(plan)
    assert text.count("100 of 140 Gbps carried (71 %) in 2030") == 1
    assert "Traffic between places, 2030: 71 % carried (Gbps in each direction)" in text
    assert f"home-away mail 140 100 10.0 {plan.tables.rates['reason'].iloc[0]}" in text
    assert "asks for no compute in 2030. On its soil stand 110 PFLOPS; 0 are in use." in text
    assert "Who asks" not in text
    assert "What stays unserved" not in text


@pytest.mark.parametrize("changes", [YEARS, DAY, FAILING])
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(changes: dict[str, Any], width: int) -> None:
    """80 columns are what everybody has, and no word is cut."""
    text = page(small.plan(changes), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


def test_public_plans_of_all_kinds_can_be_summarised() -> None:
    """Years, hours and failures in one plan."""
    found = planner.summarise(small.plan(DAY | {"scenario.years": [2030, 2032], **FAILING}))
    assert len(found["years"]) == len(found["failures"]) == 2
