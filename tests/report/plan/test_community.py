"""The answer for the community: members apart from others, years between, what it hinges on; each claim acted on."""

from __future__ import annotations

import pytest
import small
from report.pages import words
from small import about

import planner
from planner.report.language.speech import speak
from planner.report.pictures.content import plan_content
from planner.report.plan import answering
from planner.report.plan.digest import Digest
from planner.report.plan.facts.money import LimitValue
from planner.report.plan.plan_text import PlanText

GROWING = {"demand.demands.0.compute": {2026: "20 PFLOPS", 2030: "320 PFLOPS"}, "scenario.years": [2026, 2030]}
"""20, 40, 80, 160, 320, and 110 stand."""
KZ_AND_CN = {"scenario.community": {"members": ["KZ", "CN"], "target": "50 PFLOPS"}}
HALL = {
    "topology.sites.far.compute": "0 PFLOPS", "topology.sites.near.compute": "0 PFLOPS",
    "topology.sites.near.expansion": [{"max": "100 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "topology.sites.near.watts": "5 kW/PFLOPS", "topology.sites.near.pue": "1.2",
    "topology.sites.near.power": "0.06 MW",
}  # fmt: skip
"""A hall of 0.06 MW has room for 10 of the 20 PFLOPS that are asked for."""


def test_work_is_at_home_with_fellows_or_abroad() -> None:
    """All 20 of KZ's go to CN: a fellow member, or not."""
    fellow = Digest(small.plan(KZ_AND_CN)).last.community
    assert fellow is not None
    assert fellow.members == ("KZ", "CN")
    assert (fellow.asked_pflops, fellow.home_pflops, fellow.fellow_pflops, fellow.abroad_pflops) == about(
        (20, 0, 20, 0)
    )
    assert (fellow.installed_pflops, fellow.used_pflops, fellow.target_pflops) == about((110, 20, 50))
    alone = Digest(small.plan({"scenario.community.members": ["KZ"]})).last.community
    assert alone is not None
    assert (alone.fellow_pflops, alone.abroad_pflops, alone.installed_pflops) == about((0, 20, 10))
    assert (alone.others_asked_pflops, alone.others_served_pflops) == (0, 0)


def test_others_are_in_no_figure_of_the_members() -> None:
    """KZ asks for 20, CN for 30 and is no member."""
    rows = [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "away", "workload": "chat", "compute": "30 PFLOPS"},
    ]
    plan = small.plan({"scenario.community.members": ["KZ"], "demand.demands": rows})
    found = Digest(plan).last.community
    assert found is not None
    assert (found.asked_pflops, found.others_asked_pflops, found.others_served_pflops) == about((20, 30, 30))
    assert found.cost_usd < Digest(plan).last.totals.cost_usd
    assert "Others beside the community ask for 30 PFLOPS, of which 30 are served (100 %)." in words(plan)


def test_a_site_that_serves_nobody_is_named() -> None:
    """Near stands with 10 and far is cheaper; closed, nothing changes."""
    plan = small.plan(KZ_AND_CN)
    assert "1 site of the members serves nobody in 2030, 10 PFLOPS in all: near." in words(plan)
    closed = small.plan({**KZ_AND_CN, "topology.sites.near.compute": "0 PFLOPS"})
    assert closed.total_cost_usd == pytest.approx(plan.total_cost_usd)


def test_years_that_are_not_planned_are_told_with_what_is_missing_at_least() -> None:
    """160 are asked in 2029 and 110 stand; planned for that year alone, as much stays unserved."""
    plan = small.plan(GROWING)
    found = Digest(plan).between
    assert [each.year for each in found] == [2027, 2028, 2029]
    assert [each.missing_pflops for each in found] == about([0, 0, 50])
    said = words(plan)
    assert "NOT PLANNED: 2027–2029. What stands falls short of what is asked for in 2029, by at least 50 PFLOPS" in said
    acted = small.plan({**GROWING, "scenario.years": [2029]})
    assert Digest(acted).last.totals.unserved_pflops == pytest.approx(50)
    assert "PLANNED:" not in words(acted)


def test_years_between_in_which_all_is_enough_are_told_as_such() -> None:
    """20 to 40 with 110 standing."""
    demand = {"demand.demands.0.compute": {2026: "20 PFLOPS", 2030: "40 PFLOPS"}, "scenario.years": [2026, 2030]}
    assert "Not planned: 2027–2029. What stands then is as much as is asked for" in words(small.plan(demand))


def test_a_raise_is_one_that_the_limit_can_bear_and_saves_what_is_said() -> None:
    """A hall of 0.06 MW is raised by 0.005, not by 1 MW; built, the saving is as told, and no more."""
    plan = small.plan(HALL)
    hinge = Digest(plan).last.hinges[0]
    assert (hinge.family, hinge.unit, hinge.amount) == ("site_power", "MW", 0.06)
    assert hinge.step == pytest.approx(0.005)
    raised = small.plan({**HALL, "topology.sites.near.power": "0.065 MW"})
    assert plan.objective - raised.objective == pytest.approx(hinge.step_usd, rel=1e-6)
    assert "It hinges on: power of a site at near (0.005 MW more would save up to" in words(plan)


@pytest.mark.parametrize(
    ("amount", "step"), [(0.06, 0.005), (20.0, 2.0), (10.0, 1.0), (99.0, 5.0), (1500.0, 100.0), (float("nan"), 1.0)]
)
def test_steps_are_round(amount: float, step: float) -> None:
    """1, 2 or 5 with powers of ten, within a tenth of the limit; one where its size is not known."""
    assert LimitValue("site_power", "x", "MW", 1.0, amount).step == pytest.approx(step)
    assert LimitValue("site_limit", "", "site", 1.0, amount).step == 1


def test_page_terminal_picture_and_json_say_the_same() -> None:
    """One digest: the sentences are equal, and the figures of JSON are those of the digest."""
    plan = small.plan(KZ_AND_CN)
    said = answering.answer(PlanText(plan, speak(), named=True))
    page = planner.render_report(plan)
    assert all(sentence.replace("'", "&#39;") in page for sentence in said)
    plain = answering.answer(PlanText(plan, speak().plain, named=False))
    assert all(" ".join(sentence.split()) in words(plan) for sentence in plain)
    (year,) = planner.summarise(plan)["community"]
    found = Digest(plan).last.community
    assert found is not None
    assert (year["asked_pflops"], year["fellow_pflops"], year["served_share"]) == about((20, 20, 1))
    assert list(year["idle"]) == [{"site": "near", "country": "KZ", "installed_pflops": 10.0}]
    assert any("The community: 20 of 20" in line for line in plan_content(plan, 2030, speak()).headline)


def test_json_has_the_years_between_and_what_it_hinges_on() -> None:
    """With None for what is no number."""
    found = planner.summarise(small.plan(GROWING | HALL))
    assert [each["year"] for each in found["years_between"]] == [2027, 2028, 2029]
    assert found["hinges"][0]["limit"] == "site_power"
    assert found["community"][0]["target_pflops"] is None
