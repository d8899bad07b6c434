"""Pricing against brute force: the cheapest of all simple paths, at random prices of the sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import Case, Changes, Way, all_paths, load, paths_of, triangle, with_whole_numbers
from worlds import World, worlds

from planner.engine.graphs import Reach, RoutingGraph
from planner.engine.pricing import IMPROVING, Pricing
from planner.engine.trees import ArcPath, BoundedSearch, Tree
from planner.programme.case import DemandCase
from planner.programme.paths import path_terms
from planner.programme.prepare import prepare
from planner.programme.programme import Programme

if TYPE_CHECKING:
    from numpy.typing import NDArray

CLOSE = 1e-6
"""The price of a ms that breaks ties changes a path's cost by up to 1e-11 kUSD a ms."""
SEEDS = st.integers(0, 2**24 - 1)
few = settings(max_examples=25, derandomize=True, deadline=None, database=None)


def random_prices(programme: Programme, seed: int) -> NDArray[np.float64]:
    """Return prices as duals make them: serving is worth something, sites may be worth or cost, the rest costs."""
    chance, sums = np.random.default_rng(seed), programme.variables.sums
    scales = {
        "served": (-30, 5),
        "used": (-10, 10),
        "charged": (0, 5),
        "load": (0, 4),
        "levied": (0, 2),
        "delay": (0, 0.5),
        "hosted": (0, 10),
        "crossed": (0, 5),
    }
    prices = np.zeros(sums.count)
    for kind, (low, high) in scales.items():
        for state in programme.states:
            start = sums.number(kind, state)
            drawn = chance.uniform(low, high, sums.size[kind])
            prices[start : start + sums.size[kind]] = np.where(chance.random(sums.size[kind]) < 0.3, 0.0, drawn)
    return prices


def open_programme(changes: Changes | None = None, *, base: World | None = None) -> tuple[Programme, Pricing]:
    """Return the programme of a world whose states have numbers but no rows, and the pricing of all of them."""
    programme = Programme(prepare(load(changes, base=base)))
    programme.open_states(programme.case.states)
    pricing = Pricing(programme.case, programme.variables.sums)
    pricing.add_states(programme.states)
    return programme, pricing


def price_of(programme: Programme, prices: NDArray[np.float64], way: Way) -> float:
    """Return the reduced cost of a path, sum by sum."""
    return sum(prices[number] * amount for number, amount in path_terms(programme.case, programme.variables.sums, way))


def cheapest_by_demand(programme: Programme, prices: NDArray[np.float64]) -> dict[tuple[int, int], float]:
    """Return the least reduced cost of all simple paths by state and demand, where there is any."""
    least: dict[tuple[int, int], float] = {}
    for way in all_paths(programme.case):
        key = (way.state, way.demand)
        least[key] = min(least.get(key, np.inf), price_of(programme, prices, way))
    return least


mixed = st.one_of(worlds(), worlds("latency")).map(with_whole_numbers)
"""Round trips of glass, or with ms once on a path, floors between countries, and places that sell no way through."""


@few
@given(world=mixed, seed=SEEDS)
def test_pricing_finds_the_cheapest_of_all_simple_paths(world: World, seed: int) -> None:
    """Latency limits, closed countries, users of links, fees and premiums included; and none where none exists."""
    programme, pricing = open_programme(base=world)
    prices = random_prices(programme, seed)
    least = cheapest_by_demand(programme, prices)
    ways = set(all_paths(programme.case))
    found = {(each.state, each.demand): each for each in pricing.price(prices)}
    assert set(found) == set(least)
    for key, right in least.items():
        assert found[key].path in ways
        assert price_of(programme, prices, found[key].path) == pytest.approx(right, abs=CLOSE)
        assert found[key].reduced == pytest.approx(right, abs=CLOSE)


@few
@given(world=mixed, seed=SEEDS, step=SEEDS)
def test_pricing_again_finds_what_pricing_for_the_first_time_does(world: World, seed: int, step: int) -> None:
    """From round to round some prices move and most stay: whatever moves, no group is left at its old prices."""
    programme, pricing = open_programme(base=world)
    prices, chance = random_prices(programme, seed), np.random.default_rng(step)
    for moved in (np.zeros(len(prices), dtype=bool), *(chance.random((4, len(prices))) < 0.05)):
        prices = np.where(moved, random_prices(programme, int(chance.integers(2**24))), prices)
        fresh = Pricing(programme.case, programme.variables.sums)
        fresh.add_states(programme.states)
        for exact in (False, True):
            again, first = pricing.price_all(prices, exact=exact), fresh.price_all(prices, exact=exact)
            assert again.found == first.found
            assert np.array_equal(again.terms, first.terms)
            fresh = Pricing(programme.case, programme.variables.sums)
            fresh.add_states(programme.states)


def test_what_no_price_has_moved_for_is_not_priced_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second time no tree is grown."""
    programme, pricing = open_programme()
    prices = random_prices(programme, 7)
    first = pricing.price_all(prices, exact=True)
    monkeypatch.setattr("planner.engine.groups.Tree", None)
    assert pricing.price_all(prices.copy(), exact=True).found == first.found


@few
@given(world=mixed, seed=SEEDS, exact=st.booleans())
def test_pricing_never_overestimates_and_exactly_misses_no_improving_path(
    world: World, seed: int, *, exact: bool
) -> None:
    """The bound holds in either way of pricing; exactly, a path is named wherever one improves."""
    programme, pricing = open_programme(base=world)
    prices = random_prices(programme, seed)
    least = cheapest_by_demand(programme, prices)
    survey = pricing.price_all(prices, exact=exact)
    most = {
        key: programme.case.most_served(programme.case.demands[key[1]], programme.case.states[key[0]]) for key in least
    }
    right = sum(min(0.0, cost) * most[key] for key, cost in least.items())
    slack = CLOSE * (1 + sum(most.values()))
    assert survey.terms.sum() <= right + slack
    units = [programme.case.scale.unit(demand) for demand in programme.case.demands]
    for each in survey.found:
        assert price_of(programme, prices, each.path) < -improving(programme, units[each.demand]) + CLOSE
    if exact:
        named = {(each.state, each.demand) for each in survey.found}
        left = ((cost, units[demand]) for (state, demand), cost in least.items() if (state, demand) not in named)
        assert all(cost > -improving(programme, unit) - CLOSE for cost, unit in left)


def improving(programme: Programme, unit: float) -> float:
    """Return by how much a path has to improve the objective to be worth adding, in kUSD for a PFLOPS or Gbps."""
    return IMPROVING / (programme.multiplier * unit)


@few
@given(world=st.one_of(worlds(), worlds("latency")), seed=SEEDS, ms_price=st.sampled_from([0.0, 0.2, 1.0]))
def test_bounded_search_encloses_the_optimum_and_settles_it(world: World, seed: int, ms_price: float) -> None:
    """For budgets from nothing to plenty, and floors: lower ≤ optimum ≤ upper, and `settle` gives the optimum."""
    case = prepare(load(base=world))
    chance = np.random.default_rng(seed)
    for graph, demand in graphs(case):
        floor = float(chance.choice([0.0, 8.0, 20.0])) if ms_price else 0.0
        search = BoundedSearch(random_tree(graph, chance, ms_price), ms_price, floor)
        costs = walk_costs(case, graph, demand, search.tree)
        costs = [(cost + ms_price * max(0.0, floor - rtt), rtt) for cost, rtt in costs]
        for budget in (*chance.uniform(0, 40, 4), np.inf):
            right = min((cost for cost, rtt in costs if rtt <= budget), default=np.inf)
            lower = search.lower(np.array([demand.node]), np.array([budget]))[0]
            upper, settled = search.upper(demand.node, budget), search.settle(demand.node, budget, np.inf)
            assert lower <= right + 1e-9
            assert cost_of(upper) >= right - 1e-9
            assert cost_of(settled) == pytest.approx(right, abs=1e-9)
            if settled is not None:
                assert search.settle(demand.node, budget, right + 1e-6) is not None
                assert search.settle(demand.node, budget, right - 1e-6) is None


def graphs(case: Case) -> Iterator[tuple[RoutingGraph, DemandCase]]:
    """Yield the graph of every demand that has any host."""
    for demand in case.demands:
        for graph in Reach(case, case.states[0], case.routings[demand.routing]).graphs:
            yield graph, demand


def random_tree(graph: RoutingGraph, chance: np.random.Generator, ms_price: float) -> Tree:
    """Return a tree over weights, some of them 0 but for the price of a ms, and offers of which some are negative."""
    weights = np.where(chance.random(len(graph.arcs)) < 0.2, 0.0, chance.uniform(0, 5, len(graph.arcs)))
    weights = weights + ms_price * graph.rtt_ms
    return Tree(graph, weights, tuple(range(len(graph.hosts))), chance.uniform(-20, 10, len(graph.hosts)))


def walk_costs(case: Case, graph: RoutingGraph, demand: DemandCase, tree: Tree) -> list[tuple[float, float]]:
    """Return cost and round-trip time, without access, of every simple path, its latency limit left aside."""
    weight = dict(zip(graph.arcs.tolist(), tree.weights.tolist(), strict=True))
    offer = {host.site: tree.offers[i] for i, host in enumerate(graph.hosts)}
    free = replace(demand, max_rtt_ms=None)
    return [
        (sum(weight[arc] for arc in way.arcs) + offer[way.site], sum(case.network.rtt_list[arc] for arc in way.arcs))
        for way in paths_of(case, case.states[0], free)
        if way.site in offer
    ]


def cost_of(walk: ArcPath | None) -> float:
    """Return the cost of a walk, infinite for none."""
    return np.inf if walk is None else walk.cost


def test_of_two_parallel_links_the_cheaper_is_taken_and_within_a_budget_the_quicker() -> None:
    """Fibre 10 ms at 3, twin 20 ms at 1 (a Gbps each way): 3 x 0.5 x 2 = 3 against 1."""
    twin = {"ends": ["home", "away"], "kind": "terrestrial", "rtt": "20 ms", "capacity": "1 Gbps"}
    changes = {"topology.links.twin": twin, "topology.sites.near": None}
    for limit, links in ((None, ["twin"]), ("12 ms", ["fibre"])):
        programme, pricing = open_programme({**changes, "demand.workloads.chat.max_rtt": limit} if limit else changes)
        prices = np.zeros(programme.variables.sums.count)
        start = programme.variables.sums.number("load", programme.case.states[0])
        prices[start : start + 4] = [3, 3, 1, 1]
        (found,) = pricing.price(prices)
        assert [programme.case.network.links[arc // 2].id for arc in found.path.arcs] == links


def test_among_ways_of_equal_cost_the_quicker_is_taken() -> None:
    """All prices 0: far by fibre (10 ms) and over mid (16 ms) cost the same; near is left out."""
    programme, pricing = open_programme({"topology.sites.near": None}, base=triangle())
    (found,) = pricing.price(np.zeros(programme.variables.sums.count))
    assert found.path.rtt_ms == pytest.approx(10)


def test_only_the_demands_asked_for_are_priced() -> None:
    """Two demands, one of them wanted."""
    two = [{"origin": place, "workload": "chat", "compute": "1 PFLOPS"} for place in ("home", "away")]
    programme, pricing = open_programme({"demand.demands": two})
    prices = np.zeros(programme.variables.sums.count)
    assert [each.demand for each in pricing.price(prices, only={1})] == [1]
