"""The planner against the independent model: the same optimum on random small worlds, proved from both sides.

Of every plan the answer is put into the independent programme (feasible, and worth the objective), and so are the
prices (no path, generated or not, could improve the plan at them, and prices times right-hand sides make up the
objective).
``HYPOTHESIS_PROFILE=deep`` tries many more worlds, other ones each time.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import independent
import pytest
from hypothesis import given
from independent import Key, Programme, Row, Solution
from worlds import World, changed, profile, two_cities, worlds, write_world

import planner

if TYPE_CHECKING:
    from collections.abc import Iterator


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
        check_prices(plan, programme, world)


def test_a_demand_left_unserved_is_priced_at_what_that_costs() -> None:
    """Near's 10 PFLOPS go to the scans; one more PFLOPS of chat, all of it left, costs 5000, not what scans would pay.

    One more of scans costs 9000, and one more PFLOPS near saves 9000 - 3000.
    """
    scans = {"kind": "inference", "unserved": "9000 USD/PFLOPS/year"}
    row = {"origin": "home", "workload": "scan", "compute": "20 PFLOPS"}
    world = changed(two_cities(), {"topology.links": None, "demand.workloads.scan": scans})
    world["demand"]["demands"].append(row)
    plan = plan_world(world)
    assert plan.objective == pytest.approx(10 * 3000 + 10 * 9000 + 20 * 5000)
    assert dict(plan.prices["price"]) == pytest.approx(
        {
            ("demand_met", "2030/0/intact/home/chat/home"): 5000,
            ("demand_met", "2030/0/intact/home/scan/home"): 9000,
            ("site_capacity", "2030/0/intact/near"): 6000,
        }
    )


def test_nothing_asked_for_costs_nothing() -> None:
    """What is required from 2034 is nothing in 2030, way or no way to a site."""
    row = {
        "demand.demands.0.compute": {2026: "0 PFLOPS", 2034: "40 PFLOPS"},
        "demand.workloads.chat.unserved": "required",
    }
    plan = plan_world(changed(two_cities(), row | {"topology.links": None, "topology.sites.near": None}))
    assert (plan.status.value, plan.objective) == ("optimal", 0)


def check_objective(plan: planner.Plan, solution: Solution) -> None:
    """The objective is the optimum, its bound not above it, and money and penalty add up to it."""
    assert plan.objective == usd(solution.objective)
    assert plan.bound <= plan.objective
    assert plan.bound == usd(solution.objective)
    assert plan.total_cost_usd + plan.unserved_penalty_usd == usd(plan.objective)


def check_demands(plan: planner.Plan, solution: Solution) -> None:
    """Every demand as written is there, and served and unserved make it up."""
    asked = plan.demands["demand_pflops"].to_dict()
    assert asked == pytest.approx(solution.demanded, rel=1e-9)
    both = plan.demands["served_pflops"] + plan.demands["unserved_pflops"]
    assert both.to_dict() == pytest.approx(asked, rel=1e-9)


def check_answer(plan: planner.Plan, programme: Programme) -> None:
    """The flows and builds of the tables break no row of the independent programme and cost the objective."""
    cost, broken = independent.check_values(programme, read_values(plan, programme))
    assert cost == usd(plan.objective)
    assert broken < 1e-6


def check_prices(plan: planner.Plan, programme: Programme, world: World) -> None:
    """The prices of the tables are a feasible dual answer over all simple paths, worth the objective."""
    bound, violated = independent.check_duals(programme, read_duals(plan, programme, world))
    assert bound == usd(plan.objective)
    assert violated < 1e-2


def read_values(plan: planner.Plan, programme: Programme) -> dict[Key, float]:
    """Return the plan's tables as values of the independent programme; what no path serves stays unserved."""
    columns = {column_words(column): column for column in programme.cost}
    values = {columns[words]: float(pflops) for words, pflops in read_flows(plan)}
    for (year, asset, number), added in plan.builds["added"].items():
        family, name = {"site": "k", "link": "b"}[asset.split(":")[0]], asset.split(":", 1)[1]
        values[family, name, number, year] = float(added)
    for row in programme.rows.values():
        if row.sense == "=":
            served = sum(coefficient * values.get(column, 0.0) for column, coefficient in row.terms.items())
            values |= {column: row.rhs - served for column in row.terms if column[0] == "u"}
    return values


def read_flows(plan: planner.Plan) -> Iterator[tuple[Key, float]]:
    """Yield every path in use in the words of `column_words`, and its PFLOPS."""
    for row in plan.paths.reset_index().itertuples():
        links = tuple(row.links.split(";")) if row.links else ()
        yield (row.year, row.hour, row.demand, row.workload, row.origin, row.site, links), row.pflops


def column_words(column: Key) -> Key:
    """Return what the table of paths says of a flow: year, hour, demand, workload, node, site, links."""
    if column[0] != "x":
        return column
    _, state, origin, workload, _, node, path = column
    return (state.year, state.block, origin, workload, node, path.site, tuple(link for link, _ in path.hops))


def read_duals(plan: planner.Plan, programme: Programme, world: World) -> dict[Key, float]:
    """Return the plan's prices as duals of the independent programme."""
    prices = dict(plan.prices["price"])
    duals = {}
    for key, row in programme.rows.items():
        price = prices.pop((key[0], "/".join(row_words(key, world))), 0.0)
        duals[key] = price if row.sense == "=" else -price
    assert not prices
    return complete_duals(programme, duals)


def complete_duals(programme: Programme, duals: dict[Key, float]) -> dict[Key, float]:
    """Return duals with a price for the limits that a programme need not write as rows.

    A site or link with nothing in it and nothing to build may be left out: its price costs the bound nothing. The limit
    of a build may be a bound of its column: it is worth what one more would save.
    """
    empty = [key for key, row in programme.rows.items() if is_empty(row)]
    limits = [key for key in programme.rows if key[0] == "build_limit"]
    for key in (*empty, *limits):
        if not duals[key]:
            reduced = independent.reduced_costs(programme, duals)
            terms = programme.rows[key].terms.items()
            duals[key] = min([0.0, *(reduced[column] / coefficient for column, coefficient in terms)])
    return duals


def is_empty(row: Row) -> bool:
    """Whether a row allows nothing at all to what it speaks of."""
    return row.sense == "<" and row.rhs == 0 and all(coefficient > 0 for coefficient in row.terms.values())


def row_words(key: Key, world: World) -> list[str]:
    """Return the words that name a row in the table of prices."""
    if key[0] == "link_capacity":
        _, state, name, arc = key
        ends = independent.spread_cables(world["topology"])[name]["ends"]
        key = (None, state, name, {ends[0]: "forward", ends[1]: "backward"}.get(arc, "both"))
    words = []
    for word in key[1:]:
        words += [word.year, word.block, "intact"] if isinstance(word, independent.State) else [word]
    return [str(word) for word in words if word is not None]


def usd(value: float) -> Any:
    """Return a yearly sum that compares to 1e-6, or to a tenth of a cent."""
    return pytest.approx(value, rel=1e-6, abs=1e-3)
