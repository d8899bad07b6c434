"""How round trips are counted: glass, planning and seen, and where no path leads through.

In `two_cities` the fibre takes 10 ms of glass, so 1.22 x 10 + 6.7 = 18.9 ms as planned. All go far: 22 000 USD; where
only near may serve, its 10 PFLOPS cost 3000 each and 10 are left at 5000: 80 000 USD. In `triangle` the way over mid
takes 2 x 8 ms of glass, 1.22 x 16 + 6.7 = 26.22 as planned, and costs 20 400 USD in all.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small import about, all_paths, load, plan, plan_triangle, used
from worlds import changed

from planner.plan.verify import verify_plan
from planner.programme.families import OBJECTIVES
from planner.programme.prepare import prepare
from planner.programme.programme import Programme
from programme.test_golden import Check, lp_text, two_ways

FAR, NEAR_ONLY, OVER_MID = 22_000, 80_000, 20_400
LIMIT = "demand.workloads.chat.max_rtt"
PLANNING = {"scenario.latency": "planning"}
SEEN = {"scenario.latency": "seen", "topology.peering": [{"between": ["CN", "KZ"], "rtt": "50 ms", "year": 2020}]}

ROUND_TRIPS: dict[str, tuple[float, dict[str, Any]]] = {
    "glass counts the fibre alone": (10, {}),
    "nothing said is planning": (18.9, {"scenario.latency": None}),
    "planning": (18.9, PLANNING),
    "a measurement holds its detours already": (16.7, {**PLANNING, "topology.links.fibre.rtt_measured": True}),
    "microwave is no fibre": (16.7, {**PLANNING, "topology.links.fibre.kind": "microwave"}),
    "a satellite is no fibre": (16.7, {**PLANNING, "topology.links.fibre.kind": "satellite"}),
    "a cable is fibre": (18.9, {**PLANNING, "topology.links.fibre.kind": "submarine"}),
    "a topology that knows its own figures": (21, {**PLANNING, "topology.latency": {"factor": 2, "once": "1 ms"}}),
    "one of its own figures": (16.7, {**PLANNING, "topology.latency": {"factor": 1}}),
    "glass asks for none of its figures": (10, {"topology.latency": {"factor": 2, "once": "1 ms"}}),
    "planning asks for no peering": (18.9, {**SEEN, **PLANNING}),
    "seen is at least what was measured": (50, SEEN),
    "seen without a record is planning": (18.9, {"scenario.latency": "seen"}),
    "seen with a record that says less": (18.9, {**SEEN, "topology.peering.0.rtt": "12 ms"}),
    "seen with a record of others": (18.9, {**SEEN, "topology.peering.0.between": ["KZ", "RU"]}),
    "seen with a record of a country with itself": (18.9, {**SEEN, "topology.peering.0.between": ["KZ", "KZ"]}),
    "seen in the year in question": (30, {**SEEN, "topology.peering.0.rtt": {2020: "50 ms", 2028: "30 ms"}}),
    "access comes on top of all": (53, {**SEEN, "topology.nodes.home.access_rtt": "3 ms"}),
}


@pytest.mark.parametrize("case", ROUND_TRIPS)
def test_the_round_trip_of_a_path_is_counted_as_the_scenario_says(case: str) -> None:
    """It is what the tables say, and what the limit is held against; glass stands beside."""
    right, changes = ROUND_TRIPS[case]
    found = plan(changes)
    assert found.paths["rtt_ms"].tolist() == about([right])
    assert found.paths["glass_ms"].tolist() == about([13 if case.startswith("access") else 10])
    assert found.demands["mean_rtt_ms"].tolist() == about([right])
    assert verify_plan(found) == []
    assert used(plan({**changes, LIMIT: f"{right + 0.001:.3f} ms"})) == about({"far": 20})
    assert used(plan({**changes, LIMIT: f"{right - 0.01:.3f} ms"})) == about({"near": 10})


@pytest.mark.parametrize("latency", ["glass", "planning", "seen"])
def test_work_done_where_it_is_asked_for_takes_its_access_alone(latency: str) -> None:
    """Neither what is added once nor a floor between a country and itself falls on a path without links."""
    home = {"topology.peering": [{"between": ["KZ", "KZ"], "rtt": "50 ms"}], "topology.nodes.home.access_rtt": "2 ms"}
    found = plan({**home, "scenario.latency": latency, "scenario.policy.residency": [{"hosts": "home"}]})
    assert found.paths["rtt_ms"].tolist() == about([2])


def test_traffic_between_two_nodes_is_counted_alike() -> None:
    """10 Gbps from home to away."""
    asked = {"origin": "home", "to": "away", "workload": "web", "rate": "10 Gbps"}
    web = {"kind": "traffic", "unserved": "1 kUSD/Gbps/year"}
    found = plan({**SEEN, "demand.workloads.web": web, "demand.demands": [asked]})
    assert found.traffic["rtt_ms"].tolist() == about([50])
    assert found.traffic["glass_ms"].tolist() == about([10])
    assert verify_plan(found) == []


THROUGH: dict[str, tuple[float, dict[str, Any]]] = {
    "the cheap way over mid": (OVER_MID, {}),
    "a node that sells no through traffic": (FAR, {"topology.nodes.mid.through": "none"}),
    "a country that sells none": (FAR, {"topology.countries.KG.through": "none"}),
    "the country where the path ends": (OVER_MID, {"topology.countries.CN.through": "none"}),
    "the country where it begins": (OVER_MID, {"topology.countries.KZ.through": "none"}),
    "the node where it ends": (OVER_MID, {"topology.nodes.away.through": "none"}),
    "the node where it begins": (OVER_MID, {"topology.nodes.home.through": "none"}),
    "a node inside the country of the end": (
        OVER_MID, {"topology.nodes.mid.country": "CN", "topology.countries.CN.through": "none"},
    ),
    "a closed node inside the country of the end": (
        FAR, {"topology.nodes.mid.country": "CN", "topology.nodes.mid.through": "none"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", THROUGH)
def test_no_path_leads_through_what_sells_no_through_traffic(case: str) -> None:
    """Over mid a PFLOPS costs 1020, by the fibre 1100."""
    usd, changes = THROUGH[case]
    found = plan_triangle(changes)
    assert found.objective == about(usd)
    assert verify_plan(found) == []


def test_the_quicker_way_as_planned_is_taken_where_the_limit_asks() -> None:
    """Over mid it takes 26.22 ms: with a limit of 26 the fibre's 18.9 are left."""
    assert plan_triangle({**PLANNING, LIMIT: "26.3 ms"}).objective == about(OVER_MID)
    assert plan_triangle({**PLANNING, LIMIT: "26 ms"}).objective == about(FAR)


def test_a_floor_makes_ways_alike_and_the_cheaper_one_is_taken() -> None:
    """With 50 ms between the two countries both ways take 50, and the premium asks for neither."""
    found = plan_triangle({**SEEN, "demand.workloads.chat.rtt_premium": "0.01 /ms"})
    # opex 1000 x (1 + 0.01 x 50) + 20 of transit over mid, 20 PFLOPS
    assert found.objective == about(20 * (1000 * 1.5 + 20))
    assert found.paths["links"].tolist() == ["low;high"]


@pytest.mark.parametrize("latency", ["planning", "seen"])
def test_the_objective_of_latency_writes_its_golden_file(latency: str, golden: Check) -> None:
    """Ms of each path, 2 of access included: near 2; fibre and radio.

    planning   2 + 1.22 x 10 + 6.7 = 20.9 by fibre, 2 + 20 + 6.7 = 28.7 by radio, which is microwave
    seen       at least 25 between KZ and CN: 27 by fibre, 28.7 by radio
    """
    peering = [{"between": ["KZ", "CN"], "rtt": "25 ms"}]
    world = changed(two_ways(), {"scenario.latency": latency, "topology.peering": peering})
    programme = Programme(prepare(load(base=world)))
    programme.open_states(programme.case.states)
    programme.set_objective([])
    programme.add_paths(all_paths(programme.case))
    programme.set_objective(OBJECTIVES["latency"].measure(programme.case, programme.variables))
    golden(Path(__file__).parent / "golden" / "latency" / f"{latency}.lp", lp_text(programme))
