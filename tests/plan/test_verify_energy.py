"""The check of power, seasons and what waits: right plans pass, and what is changed is named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from small import plan

import planner
from planner.plan.verify import verify_plan

COLD = {
    "scenario.seasons": {"winter": "73 days", "summer": "292 days"},
    "topology.sites.far.watts": "1 kW/PFLOPS",
    "topology.sites.far.idle": 0.05,
    "topology.sites.far.electricity": {"seasons": {"winter": "0.2 USD/kWh", "summer": "0.1 USD/kWh"}},
    "topology.sites.far.carbon": "400 g/kWh",
    "topology.sites.far.power": {"seasons": {"winter": "14.5 kW", "summer": "100 kW"}},
}
"""5 kW are drawn as 100 wait; in winter 10 work far and 10 near, in summer 20 far."""


@cache
def cold() -> planner.Plan:
    """Return the plan of the two cities with a cold season."""
    return plan(COLD)


def faults_with(table: str, column: str, change: tuple[tuple[object, ...], float]) -> list[str]:
    """Return the faults of the plan with one figure changed."""
    solved, (key, value) = cold(), change
    frame = getattr(solved.tables, table).copy()
    frame.loc[key, column] = value
    return verify_plan(replace(solved, tables=replace(solved.tables, **{table: frame})))


def test_a_plan_with_seasons_passes() -> None:
    """As it is."""
    assert verify_plan(cold()) == []


@pytest.mark.parametrize(
    ("table", "column", "change", "words"),
    [
        (
            "paths",
            "pflops",
            ((2030, "winter", 0, "intact", "home", "chat", "far", 1), 15.0),
            "2030, winter: site far: draws 0.01925 MW, and 0.0145 MW is the limit",
        ),
        ("sites", "energy_mwh", ((2030, "far"), 5.0), "site far: energy_mwh is"),
        ("sites", "carbon_t", ((2030, "far"), 5.0), "site far: carbon_t is"),
        ("sites", "cost_usd", ((2030, "far"), 5.0), "site far: costs"),
        ("members", "cost_usd", ((2030, "CN"), 0.0), "CN: causes"),
        ("prices", "price", (("site_power", "2030/winter/far"), 5.0), "site_power/2030/winter/far: is"),
        (
            "assignments",
            "pflops",
            ((2030, "summer", 0, "intact", "home", "chat", "far"), 7.0),
            "2030, summer: assignment",
        ),
    ],
)
def test_what_is_changed_is_named(
    table: str, column: str, change: tuple[tuple[object, ...], float], words: str
) -> None:
    """Season by season."""
    assert any(words in fault for fault in faults_with(table, column, change)), faults_with(table, column, change)


def test_seasons_that_there_are_not_are_named() -> None:
    """Autumn."""
    solved = cold()
    frames = {
        name: getattr(solved.tables, name).rename(index={"winter": "autumn"}, level="season")
        for name in ("assignments", "paths")
    }
    faults = verify_plan(replace(solved, tables=replace(solved.tables, **frames)))
    assert any("speaks of 2030/autumn/0/intact, no state of the scenario" in fault for fault in faults)


def test_tables_without_the_season_of_a_scenario_that_has_some_are_named() -> None:
    """The index is not that of such a scenario."""
    solved = cold()
    bare = solved.tables.assignments.xs("summer", level="season")
    faults = verify_plan(replace(solved, tables=replace(solved.tables, assignments=bare)))
    assert any(fault.startswith("table assignments: has the columns") for fault in faults)
