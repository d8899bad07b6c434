"""Sizing on worlds whose need is worked out by hand.

Base: two cities. Home (KZ) has near with 10 PFLOPS at 3000 USD a PFLOPS and year, away (CN) has far with 100 at 1000,
and the way there costs 100. Home asks for 20 PFLOPS, unserved 5000 each. Both are members.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from small import BY_ITSELF, GROWING, Changes, about, load

import planner
from planner import Sizing, Status, Watch
from planner.cli.sizing import _exit_code
from planner.report.sizing.words import answer
from planner.studies.alterations import without_duties
from planner.studies.need import exhausted_year

if TYPE_CHECKING:
    from planner.files import Inputs

AT_HOME: Changes = {"scenario.policy": {"residency": [{"origin": ["KZ"], "hosts": "home"}]}}
GROWTH: Changes = {
    **BY_ITSELF,
    "demand.demands.0.compute": {2026: "10 PFLOPS", 2030: "40 PFLOPS"},
    "scenario.years": [2026, 2030],
    "scenario.community.target": "20 PFLOPS",
}
"""From 10 to 40 in four years: doubled in 2028."""
EVENING = [0.0] * 12 + [2.0] * 12
"""Twice the mean from 12 to 24 o'clock local time, nothing before."""


def sized(changes: Changes | None = None, **options: object) -> Sizing:
    """Size a world with its changes."""
    return planner.size(load(changes), **options)  # type: ignore[arg-type]


def test_a_share_kept_free_has_to_stand_too() -> None:
    """At a fill of 0.8, 20 PFLOPS in use are 25 that stand."""
    found = sized({**BY_ITSELF, "scenario.limits": {"site_fill": 0.8}})
    assert found.needed_pflops == pytest.approx({2030: 25}, rel=1e-5)


def test_what_is_to_be_built_is_told_apart() -> None:
    """Only home may host; 10 stand and at most 6 may be built: 16 of 20 are served by 16."""
    expansion = [{"max": "6 PFLOPS", "capex": "1 kUSD/PFLOPS"}]
    found = sized({**AT_HOME, "topology.sites.near.expansion": expansion})
    row = found.places.loc[(2030, "near")]
    assert row[["needed_pflops", "standing_pflops", "to_build_pflops"]].tolist() == pytest.approx([16, 10, 6], rel=1e-5)
    served = found.years.loc[2030, ["demand_pflops", "served_pflops", "unserved_not_worth_pflops"]]
    assert served.tolist() == pytest.approx([20, 16, 0], rel=1e-5)


def test_training_fills_the_valley_before_anything_more_has_to_stand() -> None:
    """Chat asks for 20 in the evening and 0 in the morning; 10 of training on the mean wait for the morning: 20."""
    tuning = {"kind": "training", "unserved": "4 kUSD/PFLOPS/year"}
    rows = [{"origin": "home", "workload": name, "compute": "10 PFLOPS"} for name in ("chat", "tuning")]
    changes: Changes = {
        **BY_ITSELF,
        "topology.nodes.home.timezone": "Africa/Abidjan",
        "demand.workloads.chat.profile": EVENING,
        "demand.workloads.tuning": tuning,
        "demand.demands": rows,
        "scenario.hours": 2,
    }
    assert sized(changes).needed_pflops == pytest.approx({2030: 20}, rel=1e-5)


def test_the_target_is_used_up_between_two_listed_years() -> None:
    """The need passes 20 in 2028, halfway on the way from 10 to 40; in 2030 the target serves half."""
    found = sized(GROWTH)
    assert found.needed_pflops == pytest.approx({2026: 10, 2030: 40}, rel=1e-5)
    assert found.exhausted == pytest.approx(2028, abs=1e-4)
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2026: 10, 2030: 20}, rel=1e-5)


def test_a_target_below_what_stands_serves_so_much() -> None:
    """10 stand, the target is 5, and 20 are asked for: 5 are served."""
    found = sized({**BY_ITSELF, "scenario.community.target": "5 PFLOPS"})
    assert found.needed_pflops == pytest.approx({2030: 20}, rel=1e-5)
    assert found.exhausted == 2030
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2030: 5}, rel=1e-5)


def test_a_project_that_opens_machines_takes_them_from_the_target() -> None:
    """The hall's 30 are more than the target of 25: of it 10 are placed at near and 15 built there, for the 35."""
    hall = {"node": "home", "status": "operating", "compute": "30 PFLOPS", "project": "hall"}
    changes: Changes = {
        **BY_ITSELF, "topology.sites.hall": hall, "topology.projects": {"hall": {"capex": "1 kUSD"}},
        "demand.demands.0.compute": "35 PFLOPS", "scenario.community.target": "25 PFLOPS",
    }  # fmt: skip
    found = sized(changes)
    assert found.needed_pflops == pytest.approx({2030: 35}, rel=1e-5)
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2030: 25}, rel=1e-5)


def test_machines_count_where_they_stand_and_do_not_follow_the_sun() -> None:
    """Each city may only be served at home and asks for 20 in its evening: 20 in turn, but 40 have to stand.

    A target of 20 serves one of them, or half of both: 10 of 20 on the mean.
    """
    rows = [{"origin": place, "workload": "chat", "compute": "10 PFLOPS"} for place in ("home", "away")]
    found = sized(
        {
            "topology.nodes.home.timezone": "Africa/Abidjan",
            "topology.nodes.away.timezone": "Pacific/Funafuti",
            **{f"topology.sites.{name}.compute": "0 PFLOPS" for name in ("near", "far")},
            **{f"topology.sites.{name}.expansion": GROWING for name in ("near", "far")},
            "demand.workloads.chat.profile": EVENING,
            "demand.demands": rows,
            "scenario.hours": 2,
            "scenario.policy": {"residency": [{"hosts": "home"}]},
            "scenario.community.target": "20 PFLOPS",
        }
    )
    assert found.needed_pflops == pytest.approx({2030: 40}, rel=1e-5)
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2030: 10}, rel=1e-5)


def test_surviving_a_site_takes_machines_that_the_intact_day_does_not_use() -> None:
    """Either site may fail and all 20 survive: 20 at each, of which 10 and 5 stand."""
    found = sized(
        {
            **{f"topology.sites.{name}.expansion": GROWING for name in ("near", "far")},
            "topology.sites.far.compute": "5 PFLOPS",
            "demand.workloads.chat.survives": 1.0,
            "scenario.contingencies": ["sites"],
        }
    )
    assert found.places["needed_pflops"].to_dict() == pytest.approx({(2030, "far"): 20, (2030, "near"): 20}, rel=1e-5)
    assert found.places["standing_pflops"].to_dict() == about({(2030, "far"): 5, (2030, "near"): 10})


def test_a_budget_and_a_duty_do_not_hide_what_the_target_serves() -> None:
    """Serving is required, and 10 kUSD pay for just that; a target of 15 still serves 15 of 20."""
    found = sized(
        {
            **BY_ITSELF,
            "demand.workloads.chat.unserved": "required",
            "scenario.limits": {"capex": "10 kUSD"},
            "scenario.community.target": "15 PFLOPS",
        }
    )
    assert found.needed_pflops == pytest.approx({2030: 20}, rel=1e-5)
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2030: 15}, rel=1e-5)


def test_a_target_that_is_large_enough_serves_all_that_can_be_served() -> None:
    """And no plan is solved for it, though 110 stand."""
    found = sized({"scenario.community.target": "20 PFLOPS"})
    assert found.exhausted is None
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2030: 20}, rel=1e-5)
    assert found.within_target == {}


def test_a_community_without_a_target_is_sized_all_the_same() -> None:
    """Nothing is said of when it is used up."""
    found = sized()
    assert found.target_pflops is None
    assert found.exhausted is None
    assert found.years["within_target_pflops"].isna().all()


def test_each_member_is_compared_with_itself_alone() -> None:
    """Alone KZ serves 10 at 3000 and leaves 10 at 5000; in the pool 20 at 1100. CN asks for nothing."""
    row = sized().members.loc[(2030, "KZ")]
    assert row.to_dict() == about(
        {
            "demand_pflops": 20, "served_pflops": 20, "needed_pflops": 0, "cost_usd": 22_000, "penalty_usd": 0,
            "alone_served_pflops": 10, "alone_needed_pflops": 10, "alone_cost_usd": 30_000, "alone_penalty_usd": 50_000,
        }
    )  # fmt: skip


def test_only_scarce_places_are_worth_more() -> None:
    """Only home may host: the eleventh PFLOPS at near saves 5000 - 3000; far is worth nothing."""
    assert sized(AT_HOME).worth["saves_usd"].to_dict() == about({(2030, "site:near"): 200_000})


def test_a_place_where_more_can_be_built_for_what_it_saves_is_not_scarce() -> None:
    """Near may build up to 100 more for 100 USD a year each: it builds 10, so a free one saves 100 as well."""
    expansion = [{"max": "100 PFLOPS", "opex": "100 USD/PFLOPS/year"}]
    assert sized({**AT_HOME, "topology.sites.near.expansion": expansion}).worth.empty


def test_a_place_built_out_is_scarce_and_says_what_building_costs() -> None:
    """Near may build 5 more at 100: the sixteenth saves 5000 - 3000."""
    expansion = [{"max": "5 PFLOPS", "opex": "100 USD/PFLOPS/year"}]
    [row] = sized({**AT_HOME, "topology.sites.near.expansion": expansion}).worth.to_dict("records")
    assert row == {"unit": "PFLOPS", "saves_usd": about(200_000), "building_usd": about(10_000)}


def test_an_expansion_built_while_it_was_on_offer_still_counts() -> None:
    """On offer until 2028 and good for five years: what is built of it can stand in 2030."""
    expansion = [{"max": "6 PFLOPS", "capex": "1 kUSD/PFLOPS", "until": 2028}]
    found = sized({**AT_HOME, "topology.sites.near.expansion": expansion, "scenario.years": [2028, 2030]})
    assert found.places["needed_pflops"].xs("near", level="site").to_dict() == pytest.approx(
        {2028: 16, 2030: 16}, rel=1e-5
    )


def test_a_study_that_is_interrupted_keeps_what_it_knows() -> None:
    """The cheapest plan is there; what comes after it is named."""
    watch = Watch()

    def interrupt(name: str) -> None:
        watch.interrupted = name == "leanest 2030"

    found = sized(watch=watch, tell=interrupt)
    assert found.status is Status.LIMIT
    assert found.least_cost is not None
    assert found.least_cost.total_cost_usd == about(22_000)
    assert found.unanswered[0] == "leanest 2030"
    assert found.needed_pflops == {}
    assert found.members["needed_pflops"].isna().all()


def test_a_clock_that_has_run_out_leaves_nothing() -> None:
    """No plan at all, and no error."""
    found = sized(time_limit=1e-9)
    assert found.least_cost is None
    assert found.status is Status.LIMIT
    assert found.unanswered == ("least cost",)


def test_one_plan_may_not_take_all_the_time() -> None:
    """Each sees half of what is left, and the clock of the study is put back."""
    watch, seen = Watch(), []
    found = sized(watch=watch, time_limit=1000.0, tell=lambda _: seen.append(watch.time_left))
    assert found.status is Status.OPTIMAL
    assert all(left is not None and 900 < left <= 1000 for left in seen)


@pytest.mark.parametrize(
    ("needed", "year"),
    [
        ({2026: 10.0, 2030: 40.0}, 2028.0),
        ({2026: 0.0, 2030: 40.0}, 2028.0),
        ({2026: 30.0, 2030: 40.0}, 2026.0),
        ({2026: 10.0, 2030: 20.0}, None),
        ({2026: 10.0, 2028: 20.0, 2030: 40.0}, 2028.0),
        ({}, None),
    ],
)
def test_the_need_grows_geometrically_between_listed_years(needed: dict[int, float], year: float | None) -> None:
    """Evenly from nothing; the first year where it is passed already; a target just met is not used up."""
    assert exhausted_year(needed, 20.0) == (year if year is None else pytest.approx(year))


@pytest.mark.parametrize("way", ["error", "raises"])
def test_a_plan_that_fails_is_told_first_and_shows_no_figure(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    """What the target of 15 serves is not known when its plan does not pass the check, or the solver gives up."""

    def solve(inputs: Inputs, *, stages: tuple[str, ...], **options: Any) -> planner.Plan:
        found = planner.solve(inputs, stages=stages, **options)
        if stages != ("served",):
            return found
        if way == "raises":
            raise planner.SolverError("the solver gave up")
        return replace(found, status=Status.ERROR, findings=("cost: opex is 0 USD, and the plan says 1",))

    monkeypatch.setattr("planner.studies.session.solve", solve)
    found = sized({**BY_ITSELF, "scenario.community.target": "15 PFLOPS"})
    assert found.status is Status.ERROR
    assert set(found.failed) == {"within the target 2030"}
    assert found.years["within_target_pflops"].isna().all()
    assert "PART OF THIS HAS FAILED: 1 plan was wrong, or could not be solved" in answer(found)
    assert "'within the target 2030'" in answer(found)
    assert _exit_code(found, None) == 1


def test_plans_that_were_not_found_in_time_are_told_first() -> None:
    """Stopped after the first one: five plans are missing."""
    watch = Watch()
    names: list[str] = []

    def stop(name: str) -> None:
        names.append(name)
        watch.interrupted = len(names) > 1

    found = sized(watch=watch, tell=stop)
    assert found.unanswered
    assert f"NOT ALL OF THIS IS KNOWN: {len(found.unanswered)} plans were not found in time." in answer(found)
    assert _exit_code(found, None) == 4


def test_without_duties_nothing_is_required_any_more() -> None:
    """The plans of a target passed no check where work was required, and their figures were shown all the same."""
    inputs = without_duties(load({"demand.workloads.chat.unserved": "required"}))
    assert not inputs.demand.workloads["chat"].required


def test_a_question_that_has_been_answered_is_not_solved_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a floor the pooled plan is the cheapest one; with 90 % promised it is another."""
    asked: list[tuple[Inputs, tuple[str, ...]]] = []

    def solve(inputs: Inputs, *, stages: tuple[str, ...], **options: Any) -> planner.Plan:
        asked.append((inputs, stages))
        return planner.solve(inputs, stages=stages, **options)

    monkeypatch.setattr("planner.studies.session.solve", solve)
    found = sized()
    assert found.pooling is not None
    assert found.least_cost is not None
    assert found.pooling.pooled == replace(found.least_cost, seconds=0.0)
    assert len(asked) < len(found.plans)
    assert all(each not in asked[:number] for number, each in enumerate(asked))
    promised = sized({"scenario.policy.floor": {"served_share": 0.9}})
    assert promised.plans["pooled"].seconds > 0


def test_a_market_is_no_part_of_a_pool() -> None:
    """What could be rented at home for next to nothing takes nobody's place: home's 20 need 20, of which 10 stand."""
    cloud = {"node": "home", "status": "operating", "market": True, "compute": "90 PFLOPS"}
    found = sized({**BY_ITSELF, "topology.sites.cloud": cloud})
    assert found.needed_pflops == pytest.approx({2030: 20}, rel=1e-5)
    assert found.least_cost is not None
    assert found.least_cost.members["market_pflops"].sum() == 0


def test_a_pool_keeps_the_compute_of_a_group() -> None:
    """Near may grow to 14, and is all there is: of 20 the most that is worth serving is served by 14."""
    group = {"topology.groups.west": {"sites": ["near"], "compute": "14 PFLOPS"}}
    assert sized({**BY_ITSELF, **group}).needed_pflops == pytest.approx({2030: 14}, rel=1e-5)


def test_what_a_member_has_to_host_does_not_bind_it_alone() -> None:
    """KZ has to host 20, all that it asks for; nobody has to alone."""
    least = {"scenario.limits": {"members": {"KZ": {"hosted_min": "20 PFLOPS"}}}}
    assert sized({**BY_ITSELF, **least}).needed_pflops == pytest.approx({2030: 20}, rel=1e-5)
