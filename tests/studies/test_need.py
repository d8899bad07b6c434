"""What is to be served and what is needed for it, on worlds whose need is worked out by hand.

Base: see `test_size`. What the cheapest plan of the community by itself serves is worth serving.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from small import BY_ITSELF, GROWING, Changes, about, load
from worlds import World, profile, worlds, write_world

import planner
from planner import Sizing, Status
from planner.report.sizing.words import answer
from planner.studies.alterations import standing_pflops
from planner.studies.need import members_served

AT_HOME: Changes = {"scenario.policy": {"residency": [{"origin": ["KZ"], "hosts": "home"}]}}
GROWTH: Changes = {
    **BY_ITSELF,
    "demand.demands.0.compute": {2026: "10 PFLOPS", 2030: "40 PFLOPS"},
    "scenario.years": [2026, 2030],
    "scenario.community.target": "20 PFLOPS",
}
"""From 10 to 40 in four years: doubled in 2028."""
NAIVASHA: Changes = {
    "topology": {
        "topology": "rift",
        "nodes": {
            "nairobi": {"country": "KE", "lat": -1.28, "lon": 36.82, "weight": 5},
            "naivasha": {"country": "KE", "lat": -0.72, "lon": 36.43, "weight": 0.2},
        },
        "sites": {
            "colo": {
                "node": "nairobi", "status": "operating", "compute": "20 PFLOPS", "opex": "10 kUSD/PFLOPS/year",
                "expansion": [{"step": "50 PFLOPS", "max": "400 PFLOPS", "capex": "24 kUSD/PFLOPS"}],
            },
            "olkaria": {
                "node": "naivasha", "status": "candidate", "from": 2028, "compute": "0 PFLOPS",
                "fixed_cost": "3 MUSD/year",
                "expansion": [
                    {"step": "500 PFLOPS", "max": "20 EFLOPS", "capex": "22 kUSD/PFLOPS", "project": "campus"}
                ],
            },
        },
        "projects": {"campus": {"capex": "60 MUSD", "from": 2028}},
        "links": {},
    },
    "demand.workloads": {"records": {"kind": "inference", "unserved": "90 kUSD/PFLOPS/year"}},
    "demand.demands": [{"origin": "KE", "workload": "records", "compute": "216 PFLOPS"}],
    "scenario.community": {"members": ["KE"], "target": "600 PFLOPS"},
    "scenario.years": [2035],
    "scenario.limits": {"site_fill": 0.85},
}  # fmt: skip
"""One country of two towns without a link between."""
BUSY: Changes = {
    **BY_ITSELF,
    "topology.nodes.home.timezone": "Asia/Almaty",
    "demand.workloads.chat.profile": [0.5] * 12 + [1.5] * 12,
    "topology.sites.near.expansion": [{"max": "100 PFLOPS", "capex": "5 kUSD/PFLOPS"}],
}
"""10 until noon and 30 after: a new PFLOPS costs some 1250 a year and saves 1000, half a day of 2000."""
LONELY: Changes = {
    "topology.nodes.steppe": {"country": "KZ", "lat": 48.0, "lon": 70.0},
    "topology.sites.ranch": {
        "node": "steppe", "status": "candidate", "from": 2026, "compute": "0 PFLOPS",
        "expansion": [{"step": "50 PFLOPS", "max": "500 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    },
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "steppe", "workload": "chat", "compute": "2 PFLOPS"},
    ],
}  # fmt: skip
"""2 PFLOPS that no link reaches, beside a step of 50 for some 12 500 USD a year: leaving them undone costs 10 000."""


def sized(changes: Changes | None = None, **options: object) -> Sizing:
    """Size a world with its changes."""
    return planner.size(load(changes), **options)  # type: ignore[arg-type]


def test_standing_machines_count_only_where_they_are_needed() -> None:
    """110 PFLOPS stand and 20 are needed, at 1100: 22 000 USD."""
    found = sized()
    assert found.status is Status.OPTIMAL
    assert found.needed_pflops == about({2030: 20})
    assert found.places["standing_pflops"].to_dict() == about({(2030, "far"): 20})
    assert found.places["to_build_pflops"].to_dict() == about({(2030, "far"): 0})
    assert found.least_cost is not None
    assert found.least_cost.total_cost_usd == about(22_000)


def test_all_that_stands_counts_where_more_is_built() -> None:
    """Of 23 asked at home, 10 stand and a step is 8: three steps are 24, two with the 10 are 26, of which 7 serve."""
    expansion = [{"step": "8 PFLOPS", "max": "80 PFLOPS", "capex": "1 kUSD/PFLOPS"}]
    changes: Changes = {"topology.sites.near.expansion": expansion, "demand.demands.0.compute": "23 PFLOPS"}
    found = sized({**AT_HOME, **changes})
    assert found.leanest[2030].objective == pytest.approx(23, rel=1e-5)
    assert found.places.loc[(2030, "near")].tolist()[1:] == about([26, 10, 16])
    assert found.needed_pflops == about({2030: 26})


def test_idle_machines_elsewhere_do_not_count_where_nothing_is_built() -> None:
    """Home builds 6 beside its 10 for its own work; away keeps 100 and asks for 5."""
    rows = [
        {"origin": "home", "workload": "chat", "compute": "16 PFLOPS"},
        {"origin": "away", "workload": "chat", "compute": "5 PFLOPS"},
    ]
    home = {"scenario.policy": {"residency": [{"hosts": "home"}]}, "topology.sites.near.expansion": GROWING}
    found = sized({**home, "demand.demands": rows})
    assert found.places["standing_pflops"].to_dict() == about({(2030, "far"): 5, (2030, "near"): 10})
    assert found.places["to_build_pflops"].to_dict() == pytest.approx({(2030, "far"): 0, (2030, "near"): 6}, rel=1e-5)


@pytest.mark.parametrize("step", [{}, {"step": "5 PFLOPS"}, {"step": "4 PFLOPS"}])
def test_nothing_is_built_in_the_place_of_idle_machines(step: dict[str, str]) -> None:
    """What is built for nothing is as good as what stands: 10 stand, and 4 or 5, whole steps, are asked for."""
    free = {"topology.sites.near.expansion": [{"max": "100 PFLOPS", **step}]}
    for pflops in (4, 5):
        found = sized({**AT_HOME, **free, "demand.demands.0.compute": f"{pflops} PFLOPS"})
        assert found.places.loc[(2030, "near")].tolist()[1:] == about([pflops, pflops, 0])


def test_a_target_takes_of_what_stands_only_what_serves() -> None:
    """110 stand, and a target of 15 serves 15 of 20 at far."""
    found = sized({"scenario.community.target": "15 PFLOPS"})
    assert found.years["within_target_pflops"].to_dict() == pytest.approx({2030: 15}, rel=1e-5)
    assert found.exhausted == 2030
    assert answer(found).startswith(
        "15 PFLOPS serve 75 % of the members' demand in 2030 and are used up by 2030; 20 are needed to serve it all:"
        " 20 in CN. All of them stand already: nothing has to be built."
    )


def test_a_target_below_the_need_by_machines_idle_beside_new_ones_is_used_up() -> None:
    """Nairobi is served by five steps of 50 alone, and nobody builds them beside 20 idle machines: 270, not 250."""
    found = sized({**NAIVASHA, "scenario.community.target": "260 PFLOPS"})
    assert found.leanest[2035].objective == about(250)
    assert found.exhausted == 2035
    assert found.years.loc[2035, "within_target_pflops"] == about(216 * 5 / 5.2)


def test_what_stands_in_other_years_or_hangs_on_a_project_does_not_stand() -> None:
    """Far is in service from 2031 on, and the 30 at near take a hall of their own, which is built for the 20 asked."""
    hall = {"capex": "1 kUSD"}
    changes: Changes = {**AT_HOME, "topology.projects": {"hall": hall}, "topology.sites.near.project": "hall"}
    found = sized({**changes, "topology.sites.near.compute": "30 PFLOPS", "topology.sites.far.from": 2031})
    assert found.places.to_dict("index") == {
        (2030, "near"): {"country": "KZ", "needed_pflops": 30, "standing_pflops": 0, "to_build_pflops": 30}
    }


def test_work_that_is_not_worth_its_price_is_not_sized_for() -> None:
    """The 20 of home are served by what stands at far, the 2 of the steppe are not worth 50 PFLOPS built."""
    found = sized(LONELY)
    assert found.needed_pflops == about({2030: 20})
    row = found.years.loc[2030]
    assert row[["demand_pflops", "served_pflops", "unserved_not_worth_pflops"]].tolist() == about([22, 20, 2])
    assert "20 PFLOPS are needed to serve the 91 % that is worth serving: 20 in CN. All of them stand" in answer(found)
    assert "2 PFLOPS that are asked for stay unserved as not worth their price" in answer(found)


def test_as_much_as_can_be_served_is_sized_for_where_that_is_asked() -> None:
    """The step of 50 for 2: what it costs does not matter."""
    found = sized(LONELY, served="most")
    assert found.needed_pflops == about({2030: 70})
    row = found.years.loc[2030]
    assert row[["demand_pflops", "served_pflops", "unserved_not_worth_pflops"]].tolist() == about([22, 22, 0])


def test_a_step_for_a_town_that_no_link_reaches_is_not_needed() -> None:
    """Nairobi (5/5.2 of 216, at 85 % 244.3) takes five steps of 50, beside the 20 that stand: 270.

    The 8.3 of Naivasha would take 500 PFLOPS and a campus: 60 MUSD written off in 25 years and more, 3 MUSD a year of
    fixed cost and 500 x 22 kUSD in five years, for 8.3 x 90 kUSD = 748 kUSD a year.
    """
    found = sized(NAIVASHA)
    assert found.needed_pflops == about({2035: 270})
    assert found.years.loc[2035, "unserved_not_worth_pflops"] == about(216 * 0.2 / 5.2)
    assert found.years.loc[2035, "within_target_pflops"] == about(216 * 5 / 5.2)
    assert found.exhausted is None
    assert found.places.loc[(2035, "colo")].tolist()[1:] == about([270, 20, 250])
    assert "600 PFLOPS serve 96 % of the members' demand in 2035 and are not used up; 270 are needed" in answer(found)


def test_hours_that_are_not_worth_their_price_are_not_sized_for() -> None:
    """The 10 that stand serve 10 all day: in the evening 20 more are not worth building for.

    A plan with as much work but the whole day's rhythm, 5 and 15, would need 15.
    """
    found = sized(BUSY)
    assert found.needed_pflops == about({2030: 10})
    row = found.years.loc[2030]
    assert row[["demand_pflops", "served_pflops", "unserved_not_worth_pflops"]].tolist() == about([20, 10, 10])
    assert sized(BUSY, served="most").needed_pflops == pytest.approx({2030: 30}, rel=1e-5)


def test_what_a_floor_promises_is_worth_serving() -> None:
    """Building at near costs more than leaving work undone, and 75 % of 20 are promised: 10 stand, 5 are built."""
    dear = [{"max": "100 PFLOPS", "capex": "50 kUSD/PFLOPS"}]
    floor: Changes = {"scenario.policy.floor": {"served_share": 0.75}}
    found = sized({**BY_ITSELF, "topology.sites.near.expansion": dear, **floor})
    assert found.needed_pflops == pytest.approx({2030: 15}, rel=1e-5)
    assert found.years.loc[2030, "unserved_not_worth_pflops"] == pytest.approx(5, rel=1e-5)


def test_a_year_that_cannot_keep_a_floor_leaves_the_others_their_need() -> None:
    """KZ has 10 for the 10 of 2026 and for the 40 of 2030, of which 90 % are promised; together there is no plan."""
    changes: Changes = {**GROWTH, "scenario.policy": {"floor": {"served_share": 0.9}}}
    found = sized({**changes, "topology.sites.near.expansion": []})
    assert found.least_cost is not None
    assert found.least_cost.status is Status.OPTIMAL
    assert found.needed_pflops == about({2026: 10})
    assert found.leanest[2030].status is Status.INFEASIBLE
    assert found.status is Status.INFEASIBLE
    assert "In 2030 no community serves what is asked on its own soil" in answer(found)


def test_a_served_share_needs_no_more_than_that() -> None:
    """95 % of 20 are 19; the cheapest plan serves all the same, for 3264 is less than 5000."""
    found = sized(BY_ITSELF, served=0.95)
    assert found.needed_pflops == pytest.approx({2030: 19}, rel=1e-5)
    assert found.least_cost is not None
    assert found.least_cost.demands["served_pflops"].tolist() == about([20])


def test_a_share_that_cannot_be_served_is_infeasible_and_says_who_is_short() -> None:
    """Only home may host, and 10 of 20 stand there."""
    found = sized(AT_HOME, served=0.95)
    assert found.status is Status.INFEASIBLE
    assert found.findings[0] == "KZ is served 50 % in 2030 by the plan that serves most: 95 % is asked"
    assert found.needed_pflops == {}
    assert found.years.empty
    assert found.worth.empty


def test_what_is_required_and_impossible_is_infeasible_too() -> None:
    """20 within 5 ms, and 10 stand there."""
    chat = "demand.workloads.chat"
    found = sized({f"{chat}.unserved": "required", f"{chat}.max_rtt": "5 ms"})
    assert found.status is Status.INFEASIBLE
    assert found.findings


def test_machines_of_countries_outside_help_the_cheapest_plan_and_not_the_community() -> None:
    """Without CN the community has 10 of 20; at least cost all 20 go to CN."""
    found = sized({"scenario.community.members": ["KZ"]})
    assert found.needed_pflops == about({2030: 10})
    assert found.years["served_pflops"].tolist() == about([10])
    assert found.least_cost is not None
    assert found.least_cost.total_cost_usd == about(22_000)


def test_machines_on_members_soil_are_not_counted_for_outsiders() -> None:
    """Away is no member, asks for 5 and has 1; what is built at home is for home's 5 alone, beside the 1 there."""
    rows = [{"origin": place, "workload": "chat", "compute": "5 PFLOPS"} for place in ("home", "away")]
    ones = {f"topology.sites.{name}.compute": "1 PFLOPS" for name in ("near", "far")}
    found = sized({**BY_ITSELF, **ones, "demand.demands": rows})
    assert found.needed_pflops == pytest.approx({2030: 5}, rel=1e-5)
    assert found.years.loc[2030, ["demand_pflops", "served_pflops"]].tolist() == pytest.approx([5, 5], rel=1e-5)


def test_a_community_on_its_own_soil_may_fall_short_of_the_share() -> None:
    """KZ by itself has 10 of the 19 asked: infeasible, though the cheapest plan serves them abroad."""
    found = sized({"scenario.community.members": ["KZ"]}, served=0.95)
    assert found.status is Status.INFEASIBLE
    assert found.least_cost is not None
    assert found.least_cost.status is Status.OPTIMAL
    assert found.leanest[2030].status is Status.INFEASIBLE


@pytest.mark.parametrize("kind", ["lp", "hours", "whole", "failures", "everything"])
def test_the_leanest_plan_serves_what_is_worth_serving_and_places_no_more_than_the_cheapest_has(kind: str) -> None:
    """Random worlds: the cheapest plan of the community by itself is one way to do it.

    What is placed and built is least; what stands idle beside what is built comes on top.
    """

    @profile(examples=4)
    @given(world=worlds(kind, traffic=True))
    def check(world: World) -> None:
        with TemporaryDirectory() as folder:
            found = planner.size(write_world(world, Path(folder)))
        for year in found.needed_pflops:
            worth = found.worth_serving[year]
            there = worth.sites[worth.sites["country"].isin(found.inputs.scenario.community.members)]
            installed = there[there.index.get_level_values("year") == year]["installed_pflops"].sum()
            row, placed = found.years.loc[year], found.leanest[year].objective
            assert row["served_pflops"] == pytest.approx(members_served(worth, year), rel=2e-5, abs=1e-4)
            assert placed <= min(installed, row["needed_pflops"]) * (1 + 2e-5) + 1e-4
        for place in found.places.reset_index().to_dict("records"):
            standing = standing_pflops(found.inputs, found.inputs.topology.sites[place["site"]], place["year"])
            assert place["standing_pflops"] <= standing * (1 + 2e-5) + 1e-4
            assert place["to_build_pflops"] == 0 or place["standing_pflops"] == standing

    check()


def test_a_need_is_no_better_proved_than_what_is_worth_serving() -> None:
    """A cheapest plan that was stopped before its proof may serve what is not worth it."""
    found = sized()
    stopped = {year: replace(plan, status=Status.FEASIBLE) for year, plan in found.worth_serving.items()}
    assert replace(found, worth_serving=stopped).status is Status.FEASIBLE


@pytest.mark.parametrize("served", [1.5, -0.1, "least"])
def test_what_is_no_share_and_not_the_word_is_refused(served: Any) -> None:
    """A share from 0 to 1, or most."""
    with pytest.raises(planner.UsageError, match="give a number from 0 to 1, or 'most'"):
        sized(served=served)
