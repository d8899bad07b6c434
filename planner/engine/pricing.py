"""Pricing: the cheapest admissible path of every demand at given prices of the sums.

The reduced cost of one PFLOPS of demand d on path p to site s in state σ is linear in the arcs of p once s is known:

    r(p) = g_served[d] + g_used[s] + g_levied·fee + g_charged[s]·(1+ρ·access)(1+premium) + g_delay·access
         + Σ_{a∈p} [ τ·g_load[a] + τ_back·g_load[a back] + (g_delay + g_charged[s]·ρ·(1+premium))·rtt[a] ]

with g the reduced prices of the sums. Without rtt_premium the bracket does not depend on s, and one search from all
sites at once serves all demands of a routing; with it, sites of equal bracket share a search. Where the cheapest path
breaks the latency limit, a label-setting search with the unlimited cost as its guide finds the cheapest that keeps it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.trees import BoundedSearch, RoutingGraph, Tree, Walk
from planner.programme.case import Case, DemandCase, Routing, State
from planner.programme.paths import Path, make_path
from planner.programme.symbols import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIE_KUSD_PER_MS = 1e-11
"""Among paths of equal cost the one of shorter round-trip time is taken: a ms counts as 1e-8 USD per PFLOPS."""

IMPROVING_KUSD = 1e-7
"""A path whose reduced cost is not below minus this (1e-4 USD per PFLOPS and year) is not worth adding."""


class Pricing:
    """Finds the cheapest admissible path of every demand in every state at given prices of the sums."""

    def __init__(self, case: Case, sums: Sums) -> None:
        self._case, self._sums = case, sums
        self._demands: dict[tuple[int, int], list[DemandCase]] = {}
        for state in case.states:
            for demand in case.demands:
                if demand.quantity[state.year, state.block] > 0:
                    self._demands.setdefault((state.index, demand.routing), []).append(demand)
        self._graphs = {
            (state, routing): RoutingGraph(case, case.states[state], case.routings[routing])
            for state, routing in self._demands
        }
        self.slack_ms = float(case.network.rtt_ms[::2].sum())

    def price(
        self,
        prices: NDArray[np.float64],
        *,
        exact: bool = True,
        ceiling: float = -IMPROVING_KUSD,
        only: Container[int] | None = None,
    ) -> Iterator[Found]:
        """Yield for every demand and state its cheapest path, or a bound where none costs less than `ceiling`.

        Parameters
        ----------
        prices
            (sums,) reduced prices in kUSD
        exact
            whether to search for a path where the trees find none but their bound leaves one possible
        ceiling
            reduced cost from which a path is not worth naming; infinite: the cheapest path is wanted in any case
        only
            positions of the demands to price; by default all
        """
        for (state, routing), demands in self._demands.items():
            chosen = demands if only is None else [demand for demand in demands if demand.index in only]
            if chosen:
                graph = self.graph(self._case.states[state], routing)
                yield from self._price_routing(graph, chosen, prices, ceiling, exact=exact)

    def cheapest(self, state: State, demand: DemandCase, routing: Routing, prices: NDArray[np.float64]) -> Found | None:
        """Return the cheapest path of one demand in one state under a routing of its own, None where there is none."""
        graph = RoutingGraph(self._case, state, routing)
        (found,) = self._price_routing(graph, [demand], prices, np.inf, exact=True)
        return None if found.path is None else found

    def graph(self, state: State, routing: int) -> RoutingGraph:
        """Return the arcs a routing may use in a state."""
        return self._graphs[state.index, routing]

    def _price_routing(
        self,
        graph: RoutingGraph,
        demands: Sequence[DemandCase],
        prices: NDArray[np.float64],
        ceiling: float,
        *,
        exact: bool,
    ) -> list[Found]:
        """Price the demands of a routing over each of its trees and keep the best."""
        state = graph.state
        best = [Found(state.index, demand.index, None, np.inf, np.inf) for demand in demands]
        first = self._sums.number("served", state)
        served = prices[first + np.array([demand.index for demand in demands])]
        access = np.array([demand.access_ms for demand in demands])
        for tree, ms_price in self._grow_trees(graph, prices):
            offered = self._price_over(tree, demands, served + ms_price * access, ceiling, exact=exact)
            best = [_better(*pair) for pair in zip(offered, best, strict=True)]
        return best

    def _price_over(
        self, tree: Tree, demands: Sequence[DemandCase], base: NDArray[np.float64], ceiling: float, *, exact: bool
    ) -> list[Found]:
        """Price demands over one tree: where the cheapest way is too slow, by a search within the budget."""
        state = tree.graph.state.index
        nodes = np.array([demand.node for demand in demands])
        budgets = np.array([demand.budget_ms for demand in demands])
        reduced = base + tree.distance[nodes]
        found = [Found(state, demand.index, None, r, r) for demand, r in zip(demands, reduced.tolist(), strict=True)]
        worth = (reduced < ceiling) & np.isfinite(reduced)
        late = worth & (tree.rtt_ms[nodes] > budgets) if worth.any() else worth
        for i in np.flatnonzero(worth & ~late).tolist():
            walk = tree.walk(demands[i].node, float(tree.distance[nodes[i]]))
            found[i] = self._found(tree, demands[i], walk, float(reduced[i]), float(reduced[i]))
        if late.any():
            search = BoundedSearch(tree)
            chosen = np.flatnonzero(late)
            lower = search.lower(nodes[chosen], budgets[chosen])
            for i, bound in zip(chosen.tolist(), lower.tolist(), strict=True):
                found[i] = self._price_within(search, demands[i], float(base[i]), bound, ceiling, exact=exact)
        return found

    def _price_within(
        self, search: BoundedSearch, demand: DemandCase, base: float, bound: float, ceiling: float, *, exact: bool
    ) -> Found:
        """Price one demand within its budget: by the trees where they find an improving way, else exactly."""
        tree, state, budget = search.tree, search.tree.graph.state.index, demand.budget_ms
        if base + bound >= ceiling:
            return Found(state, demand.index, None, base + bound, base + bound)
        if np.isfinite(ceiling):
            walk = search.upper(demand.node, budget)
            if walk is not None and base + walk.cost < ceiling:
                return self._found(tree, demand, walk, base + walk.cost, base + bound)
        if not exact:
            return Found(state, demand.index, None, base + bound, base + bound)
        walk = search.settle(demand.node, budget, ceiling - base)
        if walk is None:
            return Found(state, demand.index, None, ceiling, ceiling)
        return self._found(tree, demand, walk, base + walk.cost, base + walk.cost)

    def _found(self, tree: Tree, demand: DemandCase, walk: Walk, reduced: float, lower: float) -> Found:
        site = tree.graph.hosts[walk.host].site
        path = make_path(self._case, tree.graph.state, demand, site, walk.arcs)
        return Found(tree.graph.state.index, demand.index, path, reduced, lower)

    def _grow_trees(self, graph: RoutingGraph, prices: NDArray[np.float64]) -> Iterator[tuple[Tree, float]]:
        """Yield one tree for each price of a ms, with that price: sites that agree in it share a search."""
        state, routing = graph.state, graph.routing
        load, delay = self._block(prices, "load", state), float(self._block(prices, "delay", state)[0])
        used, charged = self._block(prices, "used", state), self._block(prices, "charged", state)
        levied = float(self._block(prices, "levied", state)[0])
        weights = routing.traffic * load[graph.channel] + routing.traffic_back * load[graph.channel_back]
        groups: dict[float, dict[int, float]] = {}
        for position, host in enumerate(graph.hosts):
            billed = float(charged[host.site]) * (1 + host.premium)
            offer = float(used[host.site]) + levied * host.fee_usd_per_pflops[state.year] + billed
            groups.setdefault(delay + routing.premium_per_ms * billed, {})[position] = offer
        for ms_price, offers in groups.items():
            dearer = weights + (ms_price + TIE_KUSD_PER_MS) * graph.rtt_ms
            yield Tree(graph, np.maximum(dearer, 0.0), offers), ms_price

    def _block(self, prices: NDArray[np.float64], kind: str, state: State) -> NDArray[np.float64]:
        start = self._sums.number(kind, state)
        return prices[start : start + self._sums.size[kind]]


class Found(NamedTuple):
    """A good path of a demand in a state.

    Attributes
    ----------
    path
        None where no path costs less than the ceiling asked for
    reduced_kusd
        its reduced cost
    lower_kusd
        a lower bound of the reduced cost of every path of the demand in the state
    """

    state: int
    demand: int
    path: Path | None
    reduced_kusd: float
    lower_kusd: float


def _better(one: Found, other: Found) -> Found:
    """The cheaper of two, with what bounds both."""
    ahead = one if (one.reduced_kusd, one.path is None) <= (other.reduced_kusd, other.path is None) else other
    return ahead._replace(lower_kusd=min(one.lower_kusd, other.lower_kusd))
