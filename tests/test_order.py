"""The order of records, and the files they stand in, decide nothing: the tables are the same to the last byte."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from small import about, plan
from worlds import (
    KINDS,
    Dice,
    World,
    changed,
    profile,
    shuffled,
    two_cities,
    with_ties,
    worlds,
    write_scattered,
    write_world,
)

import planner
from planner.plan.csv_tables import write_table
from planner.plan.plan import TABLE_INDEX

if TYPE_CHECKING:
    from planner.files import Inputs

ROOT = Path(__file__).parents[1]
EXACT_GAP = 1e-7


def written(plan: planner.Plan) -> dict[str, str]:
    """Return every table of a plan as it is kept, or what was found where there is none."""
    if plan.tables is None:
        return {"status": plan.status.value, "findings": "\n".join(plan.findings)}
    return {name: write_table(name, getattr(plan.tables, name)) for name in TABLE_INDEX}


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_shuffled_and_scattered_records_give_the_same_tables(kind: str, *, ties: bool) -> None:
    """Random worlds, half of them such that many plans cost the same."""

    @profile(examples=6)
    @given(world=worlds(kind, traffic=True))
    def check(world: World) -> None:
        world = with_ties(world) if ties else world
        with TemporaryDirectory() as folder:
            one = planner.load_scenario(write_world(world, Path(folder, "one")))
            other = planner.load_scenario(write_scattered(world, Path(folder, "other"), Dice(1)))
        assert written(planner.solve(one, gap=EXACT_GAP)) == written(planner.solve(other, gap=EXACT_GAP))

    check()


@pytest.mark.parametrize("name", ["central-asia-2000p", "2africa"])
def test_the_examples_give_the_same_tables_in_another_order(name: str) -> None:
    """All records of topology and demand the other way round."""
    inputs = planner.load_scenario(ROOT / "examples" / f"{name}.yaml")
    assert written(planner.solve(inputs)) == written(planner.solve(reversed_records(inputs)))


def reversed_records(inputs: Inputs) -> Inputs:
    """Return a question with its records the other way round."""
    topology, demand = inputs.topology, inputs.demand
    sections = ("nodes", "sites", "links", "cables", "projects", "risks")
    turned: dict[str, Any] = {each: dict(reversed(getattr(topology, each).items())) for each in sections}
    rows = {"workloads": dict(reversed(demand.workloads.items())), "demands": demand.demands[::-1]}
    return replace(inputs, topology=topology.model_copy(update=turned), demand=demand.model_copy(update=rows))


def test_of_two_demands_alike_the_same_one_is_served_whichever_row_is_first() -> None:
    """Far has 20 PFLOPS for two nodes that ask for 20 each, at one price."""
    rows = [{"origin": origin, "workload": "chat", "compute": "20 PFLOPS"} for origin in ("home", "away")]
    changes = {
        "topology.sites.near": None,
        "topology.sites.far.compute": "20 PFLOPS",
        "topology.links.fibre.transit": None,
    }
    plans = [plan({**changes, "demand.demands": order}) for order in (rows, rows[::-1])]
    one, other = (each.demands["served_pflops"].to_dict() for each in plans)
    assert one == other
    assert sorted(one.values()) == [about(0), about(20)]


def test_rules_keep_their_order() -> None:
    """The first that matches decides; shuffling leaves them where they are."""
    rules = [{"data": ["medical"], "hosts": "home"}, {"hosts": "any"}]
    world = changed(two_cities(), {"scenario.policy": {"residency": rules}})
    assert shuffled(world, Dice(0))["scenario"]["policy"]["residency"] == rules
