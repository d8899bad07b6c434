"""Demand brought down to what a plan serves: node by node and hour by hour, under the rules it had."""

from __future__ import annotations

import pytest
from small import Changes, load

import planner
from planner.studies.trimming import ask_what_is_served, too_dear_pflops

SHARED: Changes = {
    "topology.nodes.home": {"country": "KZ", "lat": 43.2, "lon": 76.9, "weight": 3, "timezone": "Asia/Almaty"},
    "topology.nodes.steppe": {"country": "KZ", "lat": 48.0, "lon": 70.0, "weight": 1},
    "demand.demands": [
        {"origin": "KZ", "workload": "chat", "compute": {2026: "20 PFLOPS", 2034: "80 PFLOPS"}},
        {"origin": "away", "workload": "chat", "compute": "1 PFLOPS"},
    ],
    "scenario.policy": {"residency": [{"workload": ["chat"], "hosts": "home"}], "floor": {"served_share": 0.2}},
}
"""Home asks for three quarters of 40 in 2030 and is served the 10 of near, the steppe for a quarter and has no way."""


def test_a_demand_that_is_served_in_part_is_asked_for_node_by_node() -> None:
    """10 at home and nothing in the steppe, in 2030; what is served wholly stays as it is."""
    inputs = load(SHARED)
    asked = ask_what_is_served(inputs, planner.solve(inputs), 2030)
    [home, away] = asked.demand.demands
    assert (home.origin, home.amount.growing_at(2030)) == ("home", pytest.approx(10))
    assert away == inputs.demand.demands[1]
    assert asked.scenario.policy.floor.served_share is None


def test_rules_that_speak_of_a_workload_speak_of_its_parts() -> None:
    """Far is cheaper, and what is left of home's work still has to stay at home."""
    inputs = load(SHARED)
    asked = ask_what_is_served(inputs, planner.solve(inputs), 2030)
    found = planner.solve(asked)
    assert found.findings == ()
    assert found.assignments.groupby("site")["pflops"].sum().to_dict() == pytest.approx({"near": 10, "far": 1})


def test_the_rhythm_is_that_of_what_is_served() -> None:
    """Home's 30 are 6 until noon and 54 after, of which near takes 10: until noon it is 19 to 7 o'clock UTC."""
    clocks = {f"topology.nodes.{name}.timezone": "Asia/Almaty" for name in ("steppe", "away")}
    inputs = load({**SHARED, **clocks, "demand.workloads.chat.profile": [0.2] * 12 + [1.8] * 12})
    plan = planner.solve(inputs)
    again = planner.solve(ask_what_is_served(inputs, plan, 2030))
    hours = ["hour", "site"]
    before, after = (found.assignments.groupby(hours)["pflops"].sum() for found in (plan, again))
    assert [before[hour, "near"] for hour in (0, 6, 7, 18, 19)] == pytest.approx([6, 6, 10, 10, 6])
    assert after.to_dict() == pytest.approx(before.to_dict(), rel=1e-6)
    assert again.demands["unserved_pflops"].sum() == pytest.approx(0, abs=1e-5)


def test_training_is_asked_for_by_its_mean() -> None:
    """It may still wait: 10 of 30 in all, of a workload without a rhythm."""
    tuning = {"kind": "training", "unserved": "5 kUSD/PFLOPS/year"}
    inputs = load({**SHARED, "demand.workloads.chat": tuning, "scenario.hours": 4})
    [home, _] = ask_what_is_served(inputs, planner.solve(inputs), 2030).demand.demands
    assert home.amount.growing_at(2030) == pytest.approx(10)


def test_what_is_required_stays_as_it_is() -> None:
    """All of it is served, but for rounding."""
    inputs = load({"demand.workloads.chat.unserved": "required"})
    assert ask_what_is_served(inputs, planner.solve(inputs), 2030).demand.demands == inputs.demand.demands


def test_what_is_too_dear_is_told_from_what_cannot_be_served() -> None:
    """Home lacks 20 that near has no room for, away's 1 costs 1000 to serve and 500 to leave, and is no member."""
    cheap = {"kind": "inference", "unserved": "500 USD/PFLOPS/year"}
    rows = [
        {"origin": "home", "workload": "chat", "compute": "30 PFLOPS"},
        {"origin": "home", "workload": "idle", "compute": "3 PFLOPS"},
        {"origin": "away", "workload": "idle", "compute": "1 PFLOPS"},
    ]
    changes = {**SHARED, "demand.workloads.idle": cheap, "demand.demands": rows, "scenario.policy.floor": None}
    plan = planner.solve(load(changes))
    assert too_dear_pflops(plan, ["KZ"]) == pytest.approx({2030: 3})
    assert too_dear_pflops(plan, ["KZ", "CN"]) == pytest.approx({2030: 4})
