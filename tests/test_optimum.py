"""The planner against the independent model: the same optimum on random small worlds, proved from both sides.

Of every plan the answer is put into the independent programme (feasible, and worth the objective), and so are the prices
(no path, generated or not, could improve the plan at them, and prices times right-hand sides make up the objective).
``HYPOTHESIS_PROFILE=deep`` tries many more worlds, other ones each time.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import independent
import planner
import pytest
from hypothesis import given
from independent import Key, Programme, Solution
from worlds import World, changed, profile, two_cities, worlds, write_world


def plan_world(world: World) -> planner.Plan:
    """Solve a world with the planner, from its files."""
    with TemporaryDirectory() as folder:
        return planner.solve(write_world(world, Path(folder)))


@profile()
@given(world=worlds())
def test_the_plan_is_the_optimum_over_all_simple_paths(world: World) -> None:
    """Same status, same objective to 1e-6, and answer and prices that prove it."""
    plan, solution = plan_world(world), independent.solve(**world)
    assert plan.status.value == solution.status
    if solution.status == "optimal":
        programme = independent.write_programme(independent.World.read(**world))
        check_objective(plan, solution)
        check_demands(plan, solution)
        check_answer(plan, programme)
        check_prices(plan, programme)


def check_objective(plan: planner.Plan, solution: Solution) -> None:
    """The objective is the optimum, its bound not above it, and money and penalty add up to it."""
    assert plan.objective == usd(solution.objective)
    assert plan.bound <= plan.objective
    assert plan.bound == usd(solution.objective)
    assert plan.total_cost_usd + plan.unserved_penalty_usd == usd(plan.objective)


def check_demands(plan: planner.Plan, solution: Solution) -> None:
    """Every demand as written is there, and served and unserved make it up."""
    asked = plan.demands["demand_pflops"].to_dict()
    assert asked == pytest.approx({key: value for key, value in solution.demanded.items() if value}, rel=1e-9)
    both = plan.demands["served_pflops"] + plan.demands["unserved_pflops"]
    assert both.to_dict() == pytest.approx(asked, rel=1e-9)


def check_answer(plan: planner.Plan, programme: Programme) -> None:
    """The flows and builds of the tables break no row of the independent programme and cost the objective."""
    cost, broken = independent.check_values(programme, read_values(plan, programme))
    assert cost == usd(plan.objective)
    assert broken < 1e-6


def check_prices(plan: planner.Plan, programme: Programme) -> None:
    """The prices of the tables are a feasible dual answer over all simple paths, worth the objective."""
    bound, violated = independent.check_duals(programme, read_duals(plan, programme))
    assert bound == usd(plan.objective)
    assert violated < 1e-2


def usd(value: float) -> Any:
    """Return a yearly sum that compares to 1e-6, or to a tenth of a cent."""
    return pytest.approx(value, rel=1e-6, abs=1e-3)
