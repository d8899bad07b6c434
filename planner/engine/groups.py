"""What is priced together: demands of one routing in one state, and sites that share a search."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.trees import ArcPath, BoundedSearch, Tree
from planner.programme.case import NO_SITE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.graphs import Reach, RoutingGraph
    from planner.programme.case import Case, DemandCase, State
    from planner.programme.symbols import Sums


class HostGroup(NamedTuple):
    """Sites that share a search: what arcs and ending cost, the price of a ms, what each demand pays on top there.

    `floor_ms` is the least round trip that counts for paths over links to them.
    """

    graph: RoutingGraph
    weights: NDArray[np.float64]
    hosts: tuple[int, ...]
    offers: NDArray[np.float64]
    ms_price: float
    own: NDArray[np.float64] | float
    floor_ms: float

    def least(self, group: DemandGroup) -> NDArray[np.float64]:
        """What any path costs each demand at least: the cheapest of the sites, at the quickest round trip to any.

        With r the least that an arc costs for each ms, a path costs at least r times its round trip. So a look at a
        table spares most searches for sites that are too dear.
        """
        graph = self.graph
        rate = float(np.min(self.weights[graph.timed] / graph.timed_rtt_ms, initial=np.inf))
        quickest = graph.quickest.distance[group.nodes]
        rtts = quickest * rate if np.isfinite(rate) and rate > 0 else np.where(np.isfinite(quickest), 0.0, np.inf)
        return rtts + float(self.offers.min())

    def grow(self) -> Tree:
        """The search itself."""
        return Tree(self.graph, self.weights, self.hosts, self.offers)


def list_alike(
    ms_prices: NDArray[np.float64], floors: NDArray[np.float64], *, each: bool
) -> Iterator[NDArray[np.bool_]]:
    """Yield the hosts (H,) that agree in both, or each host alone."""
    if each:
        numbers = np.arange(len(ms_prices))
    elif (ms_prices == ms_prices[0]).all() and (floors == floors[0]).all():
        yield np.ones(len(floors), dtype=bool)
        return
    elif floors.any():
        numbers = np.unique(np.column_stack([ms_prices, floors]), axis=0, return_inverse=True)[1].reshape(-1)
    else:
        numbers = np.unique(ms_prices, return_inverse=True)[1]
    for number in np.unique(numbers):
        yield numbers == number


class LimitedSearch:
    """Searches for the demands of a group whose cheapest path over links is too slow, or quicker than its floor."""

    def __init__(self, hosts: HostGroup, tree: Tree, group: DemandGroup) -> None:
        once = hosts.graph.once_ms
        self._search = BoundedSearch(tree, hosts.ms_price, hosts.floor_ms - once)
        self._nodes, self._once_usd = group.nodes, hosts.ms_price * once
        self._budgets_ms = np.where(hosts.floor_ms > group.budgets_ms, -1.0, group.budgets_ms - once)

    def lower(self, chosen: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return what paths over links within the budgets cost at least."""
        return self._once_usd + self._search.lower(self._nodes[chosen], self._budgets_ms[chosen])

    def find(self, position: int, ceiling: float, *, exact: bool) -> tuple[ArcPath | None, float]:
        """Find a path within the budget, one of the trees' where that is good enough, and a bound of all paths."""
        node, budget = int(self._nodes[position]), float(self._budgets_ms[position])
        if np.isfinite(ceiling):
            quick = self._search.upper(node, budget)
            if quick is not None and quick.cost + self._once_usd < ceiling:
                return quick._replace(cost=quick.cost + self._once_usd), -np.inf
        if not exact:
            return None, -np.inf
        found = self._search.settle(node, budget, ceiling - self._once_usd)
        if found is None:
            return None, ceiling
        return found._replace(cost=found.cost + self._once_usd), found.cost + self._once_usd


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
        by graph (demands, hosts) numbers of the watched pairs; those that no rule watches have the one behind the last
    """

    def __init__(
        self,
        case: Case,
        sums: Sums,
        state: State,
        reach: Reach,
        demands: Sequence[DemandCase],
    ) -> None:
        self.state, self.reach, self.demands = state, reach, demands
        self.nodes = np.array([demand.node for demand in demands], dtype=np.int64)
        self.access_ms = np.array([demand.access_ms for demand in demands])
        self.budgets_ms = np.array([demand.budget_ms for demand in demands])
        self.served = np.array([sums.number("served", state, demand.index) for demand in demands], dtype=np.int64)
        self.most = np.array([case.most_served(demand, state) for demand in demands])
        self.unit = case.scale.unit(demands[0]) if demands else 1.0
        self.positions = [demand.index for demand in demands]
        self.is_traffic = bool(demands) and not demands[0].is_compute
        self.least_budget_ms = float(self.budgets_ms.min(initial=np.inf))
        longest = max((graph.longest_tie for graph in reach.graphs), default=0.0)
        self.longest_tie = np.clip(self.budgets_ms / case.scale.ms, 0.0, longest)
        unwatched = len(case.watched_pairs)
        self.pairs = tuple(
            np.array(
                [[case.watched_pairs.get((d.index, host.site), unwatched) for host in graph.hosts] for d in demands],
                dtype=np.int64,
            ).reshape(len(demands), len(graph.hosts))
            for graph in reach.graphs
        )
        self._case, self._sums = case, sums

    @cached_property
    def sees(self) -> NDArray[np.int64]:
        """Numbers of all sums whose prices can matter to it."""
        sums, first = self._sums, self._sums.number("served", self.state)
        seen = [self.served]
        for graph, pairs in zip(self.reach.graphs, self.pairs, strict=True):
            kind = "background" if graph.routing.is_background else "load"
            channels = np.union1d(graph.channel, graph.channel_back)
            seen += [
                first + sums.start[kind] + channels,
                first + sums.start["crossed"] + np.arange(sums.size["crossed"]),
            ]
            sites = graph.host_sites[graph.host_sites != NO_SITE]
            if len(sites):
                watched = np.unique(pairs[pairs < sums.size["hosted"]])
                seen += [first + sums.start[kind] + sites for kind in ("used", "charged")]
                seen += [first + np.array([sums.start["levied"], sums.start["delay"]])]
                seen += [first + sums.start["hosted"] + watched]
        return np.concatenate(seen)

    def choose(self, only: Container[int]) -> DemandGroup:
        """Return a group of some of its demands."""
        chosen = [demand for demand in self.demands if demand.index in only]
        return DemandGroup(self._case, self._sums, self.state, self.reach, chosen)
