"""Pricing: the cheapest admissible path of every demand at given prices of the sums.

The reduced cost of one PFLOPS of demand d on path p to site s in state σ is linear in the arcs of p once s is known:

    r(p) = g_served[d] + g_used[s] + g_levied·fee + g_charged[s]·(1+ρ·access)(1+premium) + g_delay·access
         + Σ_{a∈p} [ τ·g_load[a] + τ_back·g_load[a back] ] + c·R(p),   c = g_delay + g_charged[s]·ρ·(1+premium),

with g the reduced prices of the sums and R(p) = max(once + Σ rtt[a], floor), 0 without links. Without rtt_premium c
does not depend on s, and one search from all sites at once serves all demands of a routing; with it, sites of equal c,
and of equal floor, share a search over arcs that cost c·rtt[a] more. Where the cheapest path breaks the latency limit
or is quicker than its floor, a label-setting search with bounds as its guide settles which is the cheapest.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.graphs import Reach, RoutingGraph
from planner.engine.groups import DemandGroup, HostGroup, LimitedSearch, list_alike
from planner.engine.trees import NOWHERE, ArcPath, Tree
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
MORE_WAYS = 8
"""Searches for more paths of traffic in each round, until none is found."""
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
        self._reach: dict[tuple[object, ...], Reach] = {}
        self._last: dict[DemandGroup, PricedGroup] = {}
        self._is_settled = True

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
                reach = self.reach(state, routing)
                self._groups.append(DemandGroup(self._case, self._sums, state, reach, demands))

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
            priced = self._price_anew(group, prices, exact=exact)
            found += priced.found
            terms.append(priced.terms)
        return PricingResult(found, np.concatenate(terms) if terms else np.zeros(0))

    def _price_anew(self, group: DemandGroup, prices: NDArray[np.float64], *, exact: bool) -> PricedGroup:
        """Price a group where what it sees has changed: seldom do all prices move from one round to the next."""
        last, seen = self._last.get(group), prices[group.sees]
        if last is not None and last.would_be(seen, self.multiplier, exact=exact):
            return last
        ceiling = -IMPROVING / (self.multiplier * group.unit)
        self._is_settled = True
        offered, lower = self._price_group(group, prices, ceiling, exact=exact)
        found = list(offered.values())
        if offered and group.is_traffic:
            found += self._more_ways(group, prices, list(offered.values()), ceiling)
        terms = (np.minimum(lower, 0.0) - self._tie(group) * group.longest_tie) * group.most
        self._last[group] = PricedGroup(seen, self.multiplier, self._is_settled, found, terms)
        return self._last[group]

    def _more_ways(
        self, group: DemandGroup, prices: NDArray[np.float64], found: list[PricedPath], ceiling: float
    ) -> Iterator[PricedPath]:
        """Yield more improving paths of traffic, over other links: a rate above that of any link needs many at once.

        Links on the paths of before cost as much more as these save, so that the next search looks elsewhere.
        """
        (hosts,) = self._group_hosts(group, prices)
        weights, served = hosts.weights.copy(), dict(zip(group.positions, prices[group.served].tolist(), strict=True))
        seen = {each.path.arcs for each in found}
        for _ in range(MORE_WAYS):
            for each in found:
                places = hosts.graph.places(each.path.arcs)
                weights[places] -= each.reduced / len(places)
            tree = Tree(hosts.graph, weights, hosts.hosts, hosts.offers)
            found = []
            for position, demand in enumerate(group.demands):
                way = (
                    tree.path_from(int(group.nodes[position]), 0.0)
                    if tree.reaches(int(group.nodes[position]))
                    else None
                )
                if way is None or way.arcs in seen:
                    continue
                seen.add(way.arcs)
                cost = float(hosts.weights[hosts.graph.places(way.arcs)].sum())
                path = make_path(self._case, group.state, demand, hosts.graph.hosts[way.host], way.arcs)
                if served[demand.index] + cost < ceiling and path.rtt_ms - demand.access_ms <= demand.budget_ms:
                    found.append(PricedPath(group.state.index, demand.index, path, served[demand.index] + cost))
            yield from found
            if not found:
                return

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
        group = DemandGroup(self._case, self._sums, state, Reach(self._case, state, routing), [demand])
        return self._price_group(group, prices, np.inf, exact=True)[0].get(0)

    def reach(self, state: State, routing: int) -> Reach:
        """Return what a routing may use in a state; states that differ only in the hour share it."""
        key = (state.year, state.failure.name, routing)
        if key not in self._reach:
            self._reach[key] = Reach(self._case, state, self._routing(routing))
        return self._reach[key]

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
            offered, bound = self._price_over(hosts, group, base, ceiling, exact=exact)
            lower = np.minimum(lower, bound)
            for position, found in offered.items():
                if position not in best or found.reduced < best[position].reduced:
                    best[position] = found
        return best, lower

    def _price_over(
        self, hosts: HostGroup, group: DemandGroup, base: NDArray[np.float64], ceiling: float, *, exact: bool
    ) -> tuple[dict[int, PricedPath], NDArray[np.float64]]:
        """Price a group over one tree; by a search where the cheapest path is too slow, or quicker than its floor."""
        tree, once = hosts.grow(), hosts.graph.once_ms
        over_links = tree.distance[group.nodes] + hosts.ms_price * once
        at_home = np.where(group.budgets_ms >= 0, tree.at_home[group.nodes], np.inf)
        stays = at_home <= tree.distance[group.nodes]
        lower = base + np.where(stays, at_home, np.minimum(over_links, at_home))
        worth = np.flatnonzero((lower < ceiling) & np.isfinite(lower))
        if not len(worth):
            return {}, lower
        found: dict[int, PricedPath] = {}
        rtt = once + tree.rtt_ms[group.nodes]
        open_ = (rtt > group.budgets_ms) | (hosts.floor_ms > group.budgets_ms)
        open_ |= (hosts.ms_price > 0) & (rtt < hosts.floor_ms)
        for i in worth[(stays | ~open_)[worth]].tolist():
            straight = tree.path_from(int(group.nodes[i]), float(over_links[i]))
            nearest = self._or_at_home(tree, group, i, straight) or straight
            found[i] = self._make_priced(group, hosts, i, nearest, float(base[i]))
        if len(chosen := worth[(~stays & open_)[worth]]):
            search = LimitedSearch(hosts, tree, group)
            lower[chosen] = base[chosen] + np.minimum(search.lower(chosen), at_home[chosen])
            for i in chosen.tolist():
                if lower[i] < ceiling:
                    quick, bound = search.find(i, ceiling - float(base[i]), exact=exact)
                    self._is_settled &= exact or quick is not None
                    best = self._or_at_home(tree, group, i, quick)
                    lower[i] = max(lower[i], float(base[i]) + min(bound, float(at_home[i])))
                    if best is not None and best.cost < ceiling - float(base[i]):
                        found[i] = self._make_priced(group, hosts, i, best, float(base[i]))
        return found, lower

    @staticmethod
    def _or_at_home(tree: Tree, group: DemandGroup, position: int, found: ArcPath | None) -> ArcPath | None:
        """Return the path without links, where access is quick enough and it costs no more than one over links."""
        cost, host = tree.best.get(int(group.nodes[position]), NOWHERE)
        if host < 0 or group.budgets_ms[position] < 0 or (found is not None and found.cost < cost and found.arcs):
            return found
        return ArcPath((), host, cost)

    def _make_priced(
        self, group: DemandGroup, hosts: HostGroup, position: int, found: ArcPath, base: float
    ) -> PricedPath:
        demand, host = group.demands[position], hosts.graph.hosts[found.host]
        path = make_path(self._case, group.state, demand, host, found.arcs)
        return PricedPath(group.state.index, demand.index, path, base + found.cost)

    def _group_hosts(self, group: DemandGroup, prices: NDArray[np.float64]) -> Iterator[HostGroup]:
        """Yield the sites for which one search will do: those that agree in the price of a ms and in the floor.

        Where rules watch pairs of demand and site, and these have prices, every site has a search of its own.
        """
        for graph, pairs in zip(group.reach.graphs, group.pairs, strict=True):
            yield from self._split_hosts(group, graph, pairs, prices)

    def _split_hosts(
        self, group: DemandGroup, graph: RoutingGraph, pairs: NDArray[np.int64], prices: NDArray[np.float64]
    ) -> Iterator[HostGroup]:
        state, routing, first = group.state, graph.routing, self._sums.number("served", group.state)
        block = prices[first : first + self._sums.stride]
        start = self._sums.start
        kind = "background" if routing.is_background else "load"
        load = block[start[kind] : start[kind] + self._sums.size[kind]]
        weights = routing.traffic * load[graph.channel] + routing.traffic_back * load[graph.channel_back]
        crossed = block[start["crossed"] : start["crossed"] + self._sums.size["crossed"]]
        if crossed.any():
            weights = weights + np.append(crossed * (self._case.scale.pflops / group.unit), 0.0)[graph.crossing]
        ties = self._tie(group) * graph.tie
        if graph.hosts[0].site == NO_SITE:
            yield HostGroup(
                graph, weights + ties, (0,), np.zeros(1), 0.0, 0.0, graph.hosts[0].floor_ms.get(state.year, 0.0)
            )
            return
        billed = block[start["charged"] + graph.host_sites] * (1 + graph.host_premiums)
        offers = block[start["used"] + graph.host_sites] + block[start["levied"]] * graph.host_fees + billed
        ms_prices = block[start["delay"]] + routing.premium_per_ms * billed
        hosted = np.append(block[start["hosted"] : start["hosted"] + self._sums.size["hosted"]], 0.0)
        watched = bool(hosted.any()) and bool(hosted[pairs].any())
        floors = np.where((ms_prices > 0) | (graph.host_floors_ms > group.least_budget_ms), graph.host_floors_ms, 0.0)
        for chosen in list_alike(ms_prices, floors, each=watched):
            hosts = np.flatnonzero(chosen)
            ms_price, floor = float(ms_prices[hosts[0]]), float(floors[hosts[0]])
            dearer = np.maximum(weights + ms_price * graph.rtt_ms + ties, 0.0)
            own = hosted[pairs[:, hosts[0]]] if watched else 0.0
            yield HostGroup(graph, dearer, tuple(hosts.tolist()), offers[hosts], ms_price, own, floor)


class PricedPath(NamedTuple):
    """A path of a demand in a state, and its reduced cost."""

    state: int
    demand: int
    path: Path
    reduced: float


class PricedGroup(NamedTuple):
    """What pricing a group has found, and at which prices.

    Attributes
    ----------
    seen
        the prices that it sees
    is_settled
        whether an exact search would find the same
    found, terms
        its part of a `PricingResult`
    """

    seen: NDArray[np.float64]
    multiplier: float
    is_settled: bool
    found: list[PricedPath]
    terms: NDArray[np.float64]

    def would_be(self, seen: NDArray[np.float64], multiplier: float, *, exact: bool) -> bool:
        """Whether pricing at these prices would find the same."""
        same = multiplier == self.multiplier and (self.is_settled or not exact)
        return same and np.array_equal(self.seen, seen)


class PricingResult(NamedTuple):
    """Improving paths, and what each demand in each state adds to the Lagrangian bound."""

    found: list[PricedPath]
    terms: NDArray[np.float64]
