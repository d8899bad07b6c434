"""The planner against the independent model: the same optimum on random small worlds, proved from both sides.

Of every plan the answer is put into the independent programme: flows and builds as its tables say must leave room for
whatever the tables do not speak of (gates, sites in use, failures that touch nothing), and be worth the objective. So
are the prices of plans without whole numbers: no path, generated or not, could improve the plan at them, and prices
times right-hand sides make up the objective.
``HYPOTHESIS_PROFILE=deep`` tries many more worlds, other ones each time.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import independent
import pytest
from hypothesis import given
from independent import Key, Programme, Solution
from worlds import World, changed, profile, two_cities, worlds, write_world

import planner
from planner.engine import enumeration

if TYPE_CHECKING:
    from collections.abc import Iterator

EXACT_GAP = 1e-7
SLACK = 1e-5  # PFLOPS or Gbps


def plan_world(world: World, *, gap: float | None = None) -> planner.Plan:
    """Solve a world with the planner, from its files."""
    with TemporaryDirectory() as folder:
        return planner.solve(write_world(world, Path(folder)), gap=gap)


@profile(examples=50)
@given(world=worlds())
def test_the_plan_is_the_optimum_over_all_simple_paths(world: World) -> None:
    """One year of flat hours, no whole numbers."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("hours"))
def test_the_plan_is_the_optimum_over_the_hours_of_the_day(world: World) -> None:
    """Time zones, uneven days, training that fills the valleys."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("years"))
def test_the_plan_is_the_optimum_over_the_years(world: World) -> None:
    """Builds carried forward and retired, prices and demands that move."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("failures"))
def test_the_plan_is_the_optimum_that_survives_failures(world: World) -> None:
    """Links, cables, sites and risks that fail one at a time."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("whole"))
def test_the_plan_is_the_optimum_in_whole_numbers(world: World) -> None:
    """Steps, fixed costs, a limit of sites, clusters, demands in one piece, projects."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("objectives"))
def test_the_plan_is_the_optimum_of_each_objective(world: World) -> None:
    """Objectives in an order, a floor, budgets of money and carbon."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("shares"))
def test_the_plan_is_the_optimum_under_rules_on_shares_and_for_an_even_load(world: World) -> None:
    """How much is hosted where, and the fullest link as empty as can be."""
    check_world(world)


@profile(examples=40)
@given(world=worlds("limits"))
def test_the_plan_is_the_optimum_with_a_market_groups_of_sites_and_limits_of_members(world: World) -> None:
    """What may be rented, what sites share, what members bear."""
    check_world(world)


@profile(examples=30)
@given(world=worlds("owners"))
def test_the_plan_is_the_optimum_with_owners_and_rules_on_foreign_stakes(world: World) -> None:
    """Budgets by what members own, and builds that others may not own."""
    check_world(world)


@profile(examples=30)
@given(world=worlds("windows"))
def test_the_plan_is_the_optimum_with_jobs_in_windows(world: World) -> None:
    """Training that runs within some days of a year only, in seasons or without."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("deadlines"))
def test_the_plan_is_the_optimum_with_deadlines_door_to_door(world: World) -> None:
    """What is sent and worked on leaves so much for the way."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("energy"))
def test_the_plan_is_the_optimum_at_the_load_that_is_there(world: World) -> None:
    """Machines that idle, tariffs and carbon by the hour and the season, limits of power by season, embodied carbon."""
    check_world(world)


@profile(examples=25)
@given(world=worlds("everything"))
def test_the_plan_is_the_optimum_of_everything_at_once(world: World) -> None:
    """Whatever there is, in one world."""
    check_world(world)


@profile(examples=15)
@given(world=worlds("whole"))
def test_branching_and_pricing_find_the_same_optimum(world: World) -> None:
    """Worlds so small are solved over all their paths at once, unless no paths count as few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enumeration, "PATHS_LIMIT", 0)
        check_world(world)


def check_world(world: World) -> None:
    """Same status, same objectives, and answer and prices that prove them."""
    read = independent.World.read(**world)
    programme = independent.write_programme(read)
    plan, solution = plan_world(world, gap=EXACT_GAP if programme.wholes else None), independent.solve(**world)
    assert plan.status.value == solution.status, plan.findings
    if solution.status == "optimal":
        check_objective(plan, solution, rel=1e-5 if programme.wholes else 1e-6)
        check_stages(plan, solution)
        check_demands(plan, solution)
        check_answer(plan, programme, read)
        if not programme.wholes and solution.stages[-1][0] == "cost":
            check_prices(plan, programme, read)


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
            ("demand_met", "2030/home/chat/home"): 5000,
            ("demand_met", "2030/home/scan/home"): 9000,
            ("site_capacity", "2030/near"): 6000,
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


# ------------------------------------------------------------------------------------------------- objectives


def check_objective(plan: planner.Plan, solution: Solution, *, rel: float) -> None:
    """The objective is the optimum and its bound not beyond it; money and penalty add up to a cost."""
    assert plan.objective == pytest.approx(solution.objective, rel=rel, abs=1e-3)
    assert plan.bound == pytest.approx(solution.objective, rel=rel, abs=1e-3)
    if plan.objective_name == "served":
        assert plan.bound >= plan.objective - 1e-9
    else:
        assert plan.bound <= plan.objective + 1e-9


def check_stages(plan: planner.Plan, solution: Solution) -> None:
    """All objectives are reached in the same order; the later ones feel how exactly the earlier ones are kept."""
    assert [stage.name for stage in plan.stages] == [name for name, _ in solution.stages]
    reached = {stage.name: stage.value for stage in plan.stages}
    assert reached == pytest.approx(dict(solution.stages), rel=1e-4, abs=1e-3)
    penalties = plan.unserved_penalty_usd + plan.background_penalty_usd
    assert plan.total_cost_usd + penalties == pytest.approx(reached["cost"], rel=1e-5, abs=1e-2)


def check_demands(plan: planner.Plan, solution: Solution) -> None:
    """Every demand as written is there, and served and unserved make it up."""
    compute, rates = plan.demands, plan.tables.rates
    asked = {key: row.demand_pflops for key, row in compute.iterrows()}
    asked |= {(year, f"{a}-{b}", name): row.demand_gbps for (year, a, b, name), row in rates.iterrows()}
    assert asked == pytest.approx(solution.demanded, rel=1e-9)
    both = compute["served_pflops"] + compute["unserved_pflops"]
    assert both.to_dict() == pytest.approx(compute["demand_pflops"].to_dict(), rel=1e-8, abs=1e-8)
    both = rates["served_gbps"] + rates["unserved_gbps"]
    assert both.to_dict() == pytest.approx(rates["demand_gbps"].to_dict(), rel=1e-9, abs=1e-9)


# ----------------------------------------------------------------------------------------------------- answers


def check_answer(plan: planner.Plan, programme: Programme, world: independent.World) -> None:
    """The tables break no row of the independent programme, and are worth what the plan says of each objective."""
    flows = dict(read_flows(plan))
    values = read_values(plan, programme, world, flows)
    answer = independent.complete_answer(programme, values, SLACK)
    assert answer.status == "optimal"
    penalised = plan.total_cost_usd + plan.unserved_penalty_usd + plan.background_penalty_usd
    assert answer.value + independent.constant_of(programme) == pytest.approx(penalised, rel=1e-5, abs=10)
    for stage, (name, terms) in zip(plan.stages, programme.aims, strict=True):
        if name != "cost":
            worth = terms.get((), 0.0) + sum(terms.get(column, 0.0) * value for column, value in values.items())
            assert abs(worth) == pytest.approx(stage.value, rel=1e-5, abs=1e-4), name
    told: dict[Key, dict[Key, float]] = defaultdict(dict)
    for words, amount in flows.items():
        if words[2] != "intact":
            told[words[:3]][words[3:]] = amount
    check_room(programme, values, told, world)
    check_survival(programme, values, told, world)


def read_values(
    plan: planner.Plan, programme: Programme, world: independent.World, flows: dict[Key, float]
) -> dict[Key, float]:
    """Return the plan's tables as values of the independent programme, zero where the tables do not name something.

    Flows in failures are left open: the tables may tell them once for all hours, or not at all.
    """
    columns = {column_words(column, world): column for column in programme.cost}
    values = {
        column: 0.0
        for words, column in columns.items()
        if column[0] in ("k", "b", "w") or (column[0] == "x" and words[2] == "intact")
    }
    values |= {columns[words]: amount for words, amount in flows.items() if words[2] == "intact"}
    values |= dict(read_builds(plan))
    values |= ((("U",), stage.value) for stage in plan.stages if stage.name == "peak_utilisation")
    return values | read_steps(world, values)


def read_steps(world: independent.World, values: dict[Key, float]) -> dict[Key, float]:
    """Return the numbers of steps that builds are made of."""
    return {
        ("n", *column): amount / float(step)
        for column, amount in values.items()
        if column[0] in ("k", "b") and (step := independent.step_size(world, *column[:3]))
    }


def check_room(
    programme: Programme, values: dict[Key, float], told: dict[Key, dict[Key, float]], world: independent.World
) -> None:
    """The flows told of a failure walk paths that are left, and fit into what is left."""
    ways: dict[Key, set[Key]] = defaultdict(set)
    loads: dict[Key, dict[Key, float]] = defaultdict(dict)
    rooms = {}
    for key, row in programme.rows.items():
        if (
            key[0] not in ("demand_met", "site_capacity", "site_power", "group_power", "link_capacity")
            or not key[1].contingency
        ):
            continue
        flows = {column_words(column)[3:]: each for column, each in row.terms.items() if column[0] == "x"}
        failure, limit = (key[1].year, world.period(key[1].block), key[1].contingency), (key[0], *key[2:])
        if key[0] == "demand_met":
            ways[failure] |= set(flows)
        else:
            # No room depends on the hour.
            loads[failure, limit] |= flows
            built = sum(each * values[column] for column, each in row.terms.items() if column[0] != "x")
            rooms[failure, limit] = row.rhs - built
    for (year, (season, _), contingency), flows in told.items():
        assert set(flows) <= ways[year, season, contingency]
        for (failure, limit), room in rooms.items():
            if failure == (year, season, contingency):
                load = sum(each * flows.get(way, 0.0) for way, each in loads[failure, limit].items())
                assert load <= room + SLACK, limit


def check_survival(
    programme: Programme, values: dict[Key, float], told: dict[Key, dict[Key, float]], world: independent.World
) -> None:
    """The flows told of a failure are enough for every hour: its own, else another's, or the intact ones go on.

    Those of another hour are of the same season, for what may be drawn is another in each.
    """
    for key, row in programme.rows.items():
        if key[0] != "survival":
            continue
        state, demand = key[1], (key[2] if key[4] is None else (key[2], key[4]), key[3], key[5])
        sent = [
            sum(amount for words, amount in flows.items() if words[:3] == demand)
            for (year, (season, _), contingency), flows in told.items()
            if (year, season, contingency) == (state.year, world.period(state.block), state.contingency)
        ]
        intact = {column: values[column] for column in row.terms if not column[1].contingency}
        left = {column[-1] for column in row.terms if column[1] == state}
        going_on = sum(value for column, value in intact.items() if column[-1] in left)
        kept = sum(row.terms[column] * value for column, value in intact.items())
        assert not sent or max(*sent, going_on, 0.0) >= kept - SLACK, key


def read_flows(plan: planner.Plan) -> Iterator[tuple[Key, float]]:
    """Yield every path in use in the words of `column_words`, and its PFLOPS or Gbps."""
    for row in plan.paths.reset_index().itertuples():
        links = tuple(row.links.split(";")) if row.links else ()
        hour = (getattr(row, "season", ""), row.hour)
        yield (row.year, hour, row.contingency, row.demand, row.workload, row.origin, row.site, links), row.pflops
    for row in plan.tables.traffic.reset_index().itertuples():
        hour = (getattr(row, "season", ""), row.hour)
        state, links = (row.year, hour, row.contingency), tuple(row.links.split(";")) if row.links else ()
        yield (*state, (row.origin, row.to), row.workload, row.origin, None, links), row.gbps


def read_builds(plan: planner.Plan) -> Iterator[tuple[Key, float]]:
    """Yield the columns of builds and projects, and how much of each is built."""
    for (year, asset, number), added in plan.builds["added"].items():
        kind, name = asset.split(":", 1)
        yield ("w", name) if kind == "project" else ({"site": "k", "link": "b"}[kind], name, number, year), float(added)


def column_words(column: Key, world: independent.World | None = None) -> Key:
    """Return what the tables say of a flow: year, season and hour, contingency, demand, workload, node, site, links."""
    if column[0] != "x":
        return column
    _, state, origin, workload, to, node, path = column
    hour = None if world is None else (world.period(state.block), state.block % world.hours * 24 // world.hours)
    demand = origin if to is None else (origin, to)
    links = tuple(link for link, _ in path.hops)
    return (state.year, hour, state.contingency or "intact", demand, workload, node, path.site, links)


# ------------------------------------------------------------------------------------------------------ prices


def check_prices(plan: planner.Plan, programme: Programme, world: independent.World) -> None:
    """The prices of the tables are a feasible dual answer over all simple paths, worth the cost."""
    held = independent.hold_stages(programme, [stage.value for stage in plan.stages[:-1]])
    bound, violated = independent.check_duals(held, read_duals(plan, held, world))
    bound += independent.constant_of(programme)
    assert bound == pytest.approx(plan.stages[-1].value, rel=1e-5 if len(plan.stages) > 1 else 1e-6, abs=1e-3)
    assert violated < 1e-2


def read_duals(plan: planner.Plan, programme: Programme, world: independent.World) -> dict[Key, float]:
    """Return the plan's prices as duals of the independent programme.

    Rows without a price that a programme need not write, because nothing can be in them or because they are a bound of
    a column, get the one that fits best.
    """
    prices = dict(plan.duals["dual_usd"])
    duals, untold = {}, []
    for key, row in programme.rows.items():
        price = prices.pop((key[0], "/".join(row_words(key, world))), 0.0)
        duals[key] = price if row.sense == "=" else -price
        if not price and row.sense == "<" and (row.rhs == 0 or key[0] == "build_limit"):
            untold.append(key)
    assert not prices
    return independent.complete_duals(programme, duals, untold)


def row_words(key: Key, world: independent.World) -> list[str]:
    """Return the words that name a row in the table of prices."""
    if key[0] in ("link_capacity", "background_capacity", "peak"):
        _, state, name, arc = key
        ends = world.links[name]["ends"]
        key = (None, state, name, {ends[0]: "forward", ends[1]: "backward"}.get(arc, "both"))
    if key[0] in ("demand_met", "training_volume", "survival"):
        family, first, origin, workload, to, node = key
        key = (family, first, origin if to is None else f"{origin}--{to}", workload, node)
    words: list[Any] = []
    for word in key[1:]:
        if isinstance(word, independent.State):
            season = [world.period(word.block)] if world.period(word.block) else []
            words += [word.year, *season, word.block % world.hours, word.contingency or "intact"]
        else:
            words.append(word)
    return [str(word) for word in words]
