"""Pricing: the cheapest admissible path of every demand at given prices of the sums.

The reduced cost of one PFLOPS of demand d on path p to site s in state σ is linear in the arcs of p once s is known:

    r(p) = g_served[d] + g_used[s] + g_levied·fee + g_charged[s]·(1+ρ·access)(1+premium) + g_delay·access
         + Σ_{a∈p} [ τ·g_load[a] + τ_back·g_load[a back] + (g_delay + g_charged[s]·ρ·(1+premium))·rtt[a] ]

with g the reduced prices of the sums. Without rtt_premium the bracket does not depend on s, and one search from all
sites at once serves all demands of a routing; with it, sites of equal bracket share a search. Where the cheapest path
breaks the latency limit, a label-setting search with the unlimited cost as its guide finds the cheapest that keeps it.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.trees import ArcPath, BoundedSearch, RoutingGraph, Tree
from planner.programme.case import NO_SITE, Case, DemandCase, Routing, State
from planner.programme.paths import Path, make_path
from planner.programme.programme import SCALE
from planner.programme.symbols import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIE = 1e-10
"""Among paths of equal cost the one of shorter round-trip time is taken: so much a typical link counts for.

Like the next, in what the solver sees of the objective, for one unit of work.
"""
IMPROVING = 1e-8
"""A path whose reduced cost is not below minus this is not worth adding."""


class Pricing:
    """Finds the cheapest admissible path of every demand in every state at given prices of the sums.

    Attributes
    ----------
    excluded
        (demand, year) that need no path; to be set before states are added
    multiplier
        by which a solver sees the objective: what is worth adding, and what a tie, depend on it
    """

    def __init__(self, case: Case, sums: Sums, *, only_site: int | None = None) -> None:
        self._case, self._sums, self._only_site = case, sums, only_site
        self._groups: list[DemandGroup] = []
        self.excluded: Container[tuple[int, int]] = ()
        self.multiplier = case.scale.multiplier("cost", SCALE)
        self._graphs: dict[tuple[object, ...], RoutingGraph] = {}

    def add_states(self, states: Iterable[State]) -> None:
        """Price the demands that take part in more states."""
        for state in states:
            members: dict[int, list[DemandCase]] = {}
            for demand in self._case.demands:
                if (demand.index, state.year) in self.excluded:
                    continue
                if demand.quantity[state.year, state.block] > 0 and demand.takes_part(state):
                    members.setdefault(demand.routing, []).append(demand)
            for routing, demands in members.items():
                graph = self.graph(state, routing)
                self._groups.append(DemandGroup(self._case, self._sums, state, graph, demands))

    def exclude(self, pairs: Container[tuple[int, int]]) -> None:
        """Price (demand, year) no more, in the states that there are and in those to come."""
        self.excluded = pairs
        left = (
            group.choose({d.index for d in group.demands if (d.index, group.state.year) not in pairs})
            for group in self._groups
        )
        self._groups = [group for group in left if group.demands]

    def price_all(self, prices: NDArray[np.float64], *, exact: bool) -> PricingResult:
        """Find improving paths for every demand and state, and what bounds all paths.

        Parameters
        ----------
        prices
            (sums,) reduced prices
        exact
            whether to search for a path where the trees find none but their bound leaves one possible
        """
        found: list[PricedPath] = []
        terms: list[NDArray[np.float64]] = []
        for group in self._groups:
            ceiling = -IMPROVING / (self.multiplier * group.unit)
            offered, lower = self._price_group(group, prices, ceiling, exact=exact)
            found += offered.values()
            terms.append((np.minimum(lower, 0.0) - self._tie(group) * group.longest_tie) * group.most)
        return PricingResult(found, np.concatenate(terms) if terms else np.zeros(0))

    def price(
        self,
        prices: NDArray[np.float64],
        *,
        ceiling: float = np.inf,
        only: Container[int] | None = None,
        state: State | None = None,
    ) -> Iterator[PricedPath]:
        """Yield the cheapest path of every demand and state where it costs less than `ceiling`.

        Parameters
        ----------
        prices
            (sums,) reduced prices
        ceiling
            reduced cost from which a path is not worth naming
        only, state
            positions of the demands to price and the state; by default all
        """
        for group in self._groups:
            if state is not None and group.state.index != state.index:
                continue
            chosen = group if only is None else group.choose(only)
            if chosen.demands:
                yield from self._price_group(chosen, prices, ceiling, exact=True)[0].values()

    def cheapest(
        self, state: State, demand: DemandCase, routing: Routing, prices: NDArray[np.float64]
    ) -> PricedPath | None:
        """Return the cheapest path of one demand in one state under a routing of its own, None where there is none."""
        graph = RoutingGraph(self._case, state, routing)
        group = DemandGroup(self._case, self._sums, state, graph, [demand])
        return self._price_group(group, prices, np.inf, exact=True)[0].get(0)

    def graph(self, state: State, routing: int) -> RoutingGraph:
        """Return the arcs a routing may use in a state; states that differ only in the hour share them."""
        key = (state.year, state.failure.name, routing)
        if key not in self._graphs:
            self._graphs[key] = RoutingGraph(self._case, state, self._routing(routing))
        return self._graphs[key]

    def _tie(self, group: DemandGroup) -> float:
        """What a typical link counts for among ties, in the programme's objective for a PFLOPS or Gbps."""
        return TIE / (self.multiplier * group.unit)

    def _routing(self, number: int) -> Routing:
        """A routing, with one of its hosts alone where only that is wanted."""
        routing = self._case.routings[number]
        if self._only_site is None:
            return routing
        return replace(routing, hosts=tuple(host for host in routing.hosts if host.site == self._only_site))

    def _price_group(
        self, group: DemandGroup, prices: NDArray[np.float64], ceiling: float, *, exact: bool
    ) -> tuple[dict[int, PricedPath], NDArray[np.float64]]:
        """Price a group over each of its trees: the best path by position, and a bound for each demand."""
        best: dict[int, PricedPath] = {}
        lower = np.full(len(group.demands), np.inf)
        served = prices[group.served]
        for hosts in self._group_hosts(group, prices):
            base = served + hosts.ms_price * group.access_ms + hosts.own
            if np.isfinite(ceiling) and ((least := base + hosts.least(group)) >= 0.0).all():
                lower = np.minimum(lower, least)
                continue
            offered, bound = self._price_over(hosts.grow(group.graph), group, base, ceiling, exact=exact)
            lower = np.minimum(lower, bound)
            for position, found in offered.items():
                if position not in best or found.reduced < best[position].reduced:
                    best[position] = found
        return best, lower

    def _price_over(
        self, tree: Tree, group: DemandGroup, base: NDArray[np.float64], ceiling: float, *, exact: bool
    ) -> tuple[dict[int, PricedPath], NDArray[np.float64]]:
        """Price a group over one tree: where the cheapest path is too slow, by a search within the budget."""
        lower = base + tree.distance[group.nodes]
        worth = np.flatnonzero((lower < ceiling) & np.isfinite(lower))
        if not len(worth):
            return {}, lower
        found: dict[int, PricedPath] = {}
        late = tree.rtt_ms[group.nodes[worth]] > group.budgets_ms[worth]
        for i in worth[~late].tolist():
            straight = tree.path_from(int(group.nodes[i]), float(tree.distance[group.nodes[i]]))
            found[i] = self._make_priced(group, tree, i, straight, float(base[i]))
        if late.any():
            search, chosen = BoundedSearch(tree), worth[late]
            lower[chosen] = base[chosen] + search.lower(group.nodes[chosen], group.budgets_ms[chosen])
            for i in chosen.tolist():
                if lower[i] < ceiling:
                    quick, bound = self._find_within(search, group, i, ceiling - float(base[i]), exact=exact)
                    lower[i] = max(lower[i], float(base[i]) + bound)
                    if quick is not None:
                        found[i] = self._make_priced(group, tree, i, quick, float(base[i]))
        return found, lower

    def _find_within(
        self, search: BoundedSearch, group: DemandGroup, position: int, ceiling: float, *, exact: bool
    ) -> tuple[ArcPath | None, float]:
        """Find a path within the budget, one of the trees' where that is good enough, and a bound of all paths."""
        node, budget = int(group.nodes[position]), float(group.budgets_ms[position])
        if np.isfinite(ceiling):
            quick = search.upper(node, budget)
            if quick is not None and quick.cost < ceiling:
                return quick, -np.inf
        if not exact:
            return None, -np.inf
        found = search.settle(node, budget, ceiling)
        return found, ceiling if found is None else found.cost

    def _make_priced(self, group: DemandGroup, tree: Tree, position: int, found: ArcPath, base: float) -> PricedPath:
        demand, site = group.demands[position], tree.graph.hosts[found.host].site
        path = make_path(self._case, group.state, demand, site, found.arcs)
        return PricedPath(group.state.index, demand.index, path, base + found.cost)

    def _group_hosts(self, group: DemandGroup, prices: NDArray[np.float64]) -> Iterator[HostGroup]:
        """Yield the sites for which one search will do: those that agree in the price of a ms.

        Where rules watch pairs of demand and site, and these have prices, every site has a search of its own.
        """
        graph, state = group.graph, group.state
        if not graph.hosts:
            return
        routing, first = graph.routing, self._sums.number("served", state)
        block = prices[first : first + self._sums.stride]
        start = self._sums.start
        load = block[start["load"] : start["load"] + self._sums.size["load"]]
        weights = routing.traffic * load[graph.channel] + routing.traffic_back * load[graph.channel_back]
        crossed = block[start["crossed"] : start["crossed"] + self._sums.size["crossed"]]
        if crossed.any():
            weights = weights + np.append(crossed * (self._case.scale.pflops / group.unit), 0.0)[graph.crossing]
        ties = self._tie(group) * graph.tie
        if graph.hosts[0].site == NO_SITE:
            yield HostGroup(weights + ties, (0,), np.zeros(1), 0.0, 0.0)
            return
        billed = block[start["charged"] + graph.host_sites] * (1 + graph.host_premiums)
        offers = block[start["used"] + graph.host_sites] + block[start["levied"]] * graph.host_fees + billed
        ms_prices = block[start["delay"]] + routing.premium_per_ms * billed
        hosted = np.append(block[start["hosted"] : start["hosted"] + self._sums.size["hosted"]], 0.0)
        watched = bool(hosted.any()) and bool(hosted[group.pairs].any())
        groups = np.arange(len(offers)) if watched else np.unique(ms_prices, return_inverse=True)[1]
        for number in np.unique(groups):
            hosts = np.flatnonzero(groups == number)
            ms_price = float(ms_prices[hosts[0]])
            dearer = np.maximum(weights + ms_price * graph.rtt_ms + ties, 0.0)
            own = hosted[group.pairs[:, hosts[0]]] if watched else 0.0
            yield HostGroup(dearer, tuple(hosts.tolist()), offers[hosts], ms_price, own)


class HostGroup(NamedTuple):
    """Sites that share a search: what arcs and ending cost, the price of a ms, what each demand pays on top there."""

    weights: NDArray[np.float64]
    hosts: tuple[int, ...]
    offers: NDArray[np.float64]
    ms_price: float
    own: NDArray[np.float64] | float

    def least(self, group: DemandGroup) -> NDArray[np.float64]:
        """What any path costs each demand at least: the cheapest of the sites, at the quickest round trip to any.

        With r the least that an arc costs for each ms, a path costs at least r times its round trip. So a look at a
        table spares most searches for sites that are too dear.
        """
        graph = group.graph
        rate = float(np.min(self.weights[graph.timed] / graph.timed_rtt_ms, initial=np.inf))
        quickest = graph.quickest.distance[group.nodes]
        rtts = quickest * rate if np.isfinite(rate) and rate > 0 else np.where(np.isfinite(quickest), 0.0, np.inf)
        return rtts + float(self.offers.min())

    def grow(self, graph: RoutingGraph) -> Tree:
        """The search itself."""
        return Tree(graph, self.weights, self.hosts, self.offers)


class DemandGroup:
    """Demands of one routing in one state, which are priced together.

    Attributes
    ----------
    nodes, access_ms, budgets_ms
        where each starts, its access delay and the round-trip time left for the links
    served
        numbers of their sums `served`
    most
        the most of each that can be served
    unit
        of what is served: a PFLOPS or Gbps, as a solver sees it
    longest_tie
        typical links that a path has at most, by which the preference for short paths among ties can hide what is cheap
    pairs
        (demands, hosts) numbers of the watched pairs; pairs that no rule watches have the number behind the last
    """

    def __init__(
        self,
        case: Case,
        sums: Sums,
        state: State,
        graph: RoutingGraph,
        demands: Sequence[DemandCase],
    ) -> None:
        self.state, self.graph, self.demands = state, graph, demands
        self.nodes = np.array([demand.node for demand in demands], dtype=np.int64)
        self.access_ms = np.array([demand.access_ms for demand in demands])
        self.budgets_ms = np.array([demand.budget_ms for demand in demands])
        self.served = np.array([sums.number("served", state, demand.index) for demand in demands], dtype=np.int64)
        self.most = np.array([case.most_served(demand, state) for demand in demands])
        self.unit = case.scale.unit(demands[0]) if demands else 1.0
        self.longest_tie = np.clip(self.budgets_ms / case.scale.ms, 0.0, graph.longest_tie)
        unwatched = len(case.watched_pairs)
        self.pairs = np.array(
            [[case.watched_pairs.get((d.index, host.site), unwatched) for host in graph.hosts] for d in demands],
            dtype=np.int64,
        ).reshape(len(demands), len(graph.hosts))
        self._case, self._sums = case, sums

    def choose(self, only: Container[int]) -> DemandGroup:
        """Return a group of some of its demands."""
        chosen = [demand for demand in self.demands if demand.index in only]
        return DemandGroup(self._case, self._sums, self.state, self.graph, chosen)


class PricedPath(NamedTuple):
    """A path of a demand in a state, and its reduced cost."""

    state: int
    demand: int
    path: Path
    reduced: float


class PricingResult(NamedTuple):
    """Improving paths, and what each demand in each state adds to the Lagrangian bound."""

    found: list[PricedPath]
    terms: NDArray[np.float64]
