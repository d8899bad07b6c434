"""Cheapest paths from every node to the sites, with and without a latency limit.

Without a limit one search from all sites back to the origins serves every origin. With one, the problem is the
resource-constrained shortest path. It is bounded by Lagrange: for any λ ≥ 0 and budget B,

    min {cost(p): rtt(p) ≤ B}  ≥  min_p (cost(p) + λ·rtt(p)) − λ·B,

and the minimiser is often itself within the budget. What that leaves open, a label-setting search settles exactly
(Dumitrescu and Boland, Networks 42, 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.sparse.csgraph import dijkstra

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.graphs import RoutingGraph

LAMBDAS = (0.5, 2.0, 8.0)
"""Prices of a ms tried as λ, in multiples of the mean cost of a ms over all arcs."""
FLOOR_LAMBDAS = (1.0, 0.5)
"""Shares of the price of a ms that are left out of the weights where a floor pays them."""
NOWHERE = (np.inf, -1)
"""What ending costs at a node without a site, and no host."""


class ArcPath(NamedTuple):
    """Arcs from an origin to a host, the host's position in ``graph.hosts``, and the cost."""

    arcs: tuple[int, ...]
    host: int
    cost: float


class Tree:
    """The cheapest paths from every node to the sink at given weights, without any latency limit.

    Parameters
    ----------
    graph
        the arcs
    weights
        cost of each arc of ``graph.arcs``, none negative
    hosts
        positions in ``graph.hosts`` of the hosts to end at
    offers
        cost of ending at each of them; may be negative

    Attributes
    ----------
    distance
        (2N+1,) cost of the cheapest way from each vertex, infinite where there is none
    """

    def __init__(
        self, graph: RoutingGraph, weights: NDArray[np.float64], hosts: tuple[int, ...], offers: NDArray[np.float64]
    ) -> None:
        self.graph, self.weights, self.hosts, self.offers = graph, weights, hosts, offers
        ends = graph.ends_at(hosts)
        lowest = float(offers.min(initial=np.inf)) if len(hosts) else 0.0
        offered = np.full(len(ends.nodes), np.inf)
        np.minimum.at(offered, ends.slot, offers - lowest)
        cheapest = np.minimum.reduceat(weights, graph.starts) if len(graph.starts) else weights
        ends.onwards.data = np.concatenate([cheapest, offered, offered])
        distance, self._onward = dijkstra(ends.onwards, indices=graph.sink, return_predecessors=True)
        self.distance: NDArray[np.float64] = distance + lowest
        self._ends, self._offered = ends.nodes, offered + lowest

    @cached_property
    def _chosen(self) -> NDArray[np.int64]:
        """Position of the cheapest arc of each pair of vertices."""
        return self.graph.cheapest_parallel(self.weights)

    @cached_property
    def at_home(self) -> NDArray[np.float64]:
        """(N,) cost of ending at each node itself, infinite where there is no host."""
        found = np.full(self.graph.nodes, np.inf)
        found[self._ends] = self._offered
        return found

    @cached_property
    def best(self) -> dict[int, tuple[float, int]]:
        """Cheapest offer at each node where paths may end, with its host."""
        found: dict[int, tuple[float, int]] = {}
        for host, offer in zip(self.hosts, self.offers.tolist(), strict=True):
            node = self.graph.host_nodes[host]
            found[node] = min(found.get(node, (np.inf, -1)), (offer, host))
        return found

    @cached_property
    def _arc(self) -> NDArray[np.int64]:
        """(2N+1,) position of the arc by which the way leaves each vertex, −1 where it ends or there is none."""
        graph = self.graph
        moving = (self._onward >= 0) & (self._onward != graph.sink)
        vertices = np.flatnonzero(moving)
        found = np.searchsorted(graph.pairs, self._onward[vertices].astype(np.int64) * (graph.sink + 1) + vertices)
        arc = np.full(graph.sink + 1, -1, dtype=np.int64)
        arc[vertices] = self._chosen[found]
        return arc

    def reaches(self, vertex: int) -> bool:
        """Whether any way leads from a vertex to a host."""
        return bool(np.isfinite(self.distance[vertex]))

    def total(self, amounts: NDArray[np.float64]) -> NDArray[np.float64]:
        """(2N+1,) sum of an amount by arc along the way from each vertex, by pointer doubling."""
        moving = self._arc >= 0
        value = np.where(moving, amounts[self._arc], 0.0) if len(amounts) else np.zeros(len(self._arc))
        onward = np.where(moving, self._onward, np.arange(len(self._arc)))
        while True:
            value = value + value[onward]
            further = onward[onward]
            if np.array_equal(further, onward):
                return value
            onward = further

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        """(2N+1,) vertex at which the way from each vertex ends."""
        onward = np.where(self._arc >= 0, self._onward, np.arange(len(self._arc)))
        while not np.array_equal(onward[onward], onward):
            onward = onward[onward]
        return onward.astype(np.int64)

    @cached_property
    def rtt_ms(self) -> NDArray[np.float64]:
        """(2N+1,) round-trip time of the path from each vertex."""
        return self.total(self.graph.rtt_ms)

    @cached_property
    def _steps(self) -> tuple[list[int], list[int]]:
        """Arc position and next vertex by vertex, as plain numbers."""
        return self._arc.tolist(), self._onward.tolist()

    def path_from(self, origin: int, cost: float) -> ArcPath:
        """Return the path from a node; what it costs is the caller's to say."""
        graph, vertex = self.graph, origin
        arc, onward = self._steps
        arcs: list[int] = []
        while arc[vertex] >= 0:
            arcs.append(int(graph.arcs[arc[vertex]]))
            vertex = onward[vertex]
        return ArcPath(tuple(arcs), self.best[vertex % graph.nodes][1], cost)


class BoundedSearch:
    """Cheapest paths where the round trip is limited, or where one below a floor is charged as the floor.

    A path costs W(p) + c · max(0, F − R(p)), with W its weights, R its ms over links, c the price of a ms that W
    holds already, and F the floor; R(p) may not pass a budget. Every question is answered as far as the trees at a few
    prices of a ms answer it; `settle` runs the exact search for what they leave open. For −c ≤ λ ≤ 0 and λ ≥ 0

        cost(p) ≥ W(p) + λ·R(p) − λ·F   and   cost(p) ≥ W(p) + λ·R(p) − λ·budget.

    Parameters
    ----------
    tree
        the cheapest paths by weights
    ms_price, floor_ms
        c and F
    """

    def __init__(self, tree: Tree, ms_price: float = 0.0, floor_ms: float = 0.0) -> None:
        graph, weights = tree.graph, tree.weights
        self.tree = tree
        self._ms_price, self._floor_ms = (ms_price, floor_ms) if ms_price > 0 and floor_ms > 0 else (0.0, 0.0)
        mean = float(weights.sum() / graph.rtt_ms.sum()) if len(weights) and graph.rtt_ms.any() else 0.0
        self._prices = [share * mean for share in LAMBDAS if mean > 0]
        self._prices += [-share * self._ms_price for share in FLOOR_LAMBDAS if self._ms_price > 0]
        self._priced = [
            Tree(graph, np.maximum(weights + price * graph.rtt_ms, 0.0), tree.hosts, tree.offers)
            for price in self._prices
        ]

    def lower(self, origins: NDArray[np.int64], budgets_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lower bounds of the cost of the cheapest ways within the budgets."""
        bound = self.tree.distance[origins]
        for price, tree in zip(self._prices, self._priced, strict=True):
            least = np.minimum(budgets_ms, 1e12) if price > 0 else self._floor_ms
            bound = np.maximum(bound, tree.distance[origins] - price * least)
        return np.where(self.tree.graph.quickest.distance[origins] <= budgets_ms, bound, np.inf)

    @cached_property
    def _candidates(self) -> list[tuple[Tree, NDArray[np.float64]]]:
        """Trees with what their ways cost; the cheapest by weights alone and the quickest are always among them."""
        priced = zip((self.tree, *self._priced), (0.0, *self._prices), strict=True)
        found = [(tree, tree.distance - price * tree.rtt_ms) for tree, price in priced]
        found.append((self._quickest, self._quickest.total(self.tree.weights) + self._ends))
        return [(tree, cost + self._short(tree.rtt_ms)) for tree, cost in found]

    def _short(self, rtt_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """What the ms cost that are missing to the floor."""
        return self._ms_price * np.maximum(self._floor_ms - rtt_ms, 0.0)

    @cached_property
    def _quickest(self) -> Tree:
        return self.tree.graph.quickest

    @cached_property
    def _ends(self) -> NDArray[np.float64]:
        """(2N+1,) what ending costs where the quickest way from each vertex ends."""
        nodes, best = self.tree.graph.nodes, self.tree.best
        offer = np.full(2 * nodes + 1, np.inf)
        for node, (cost, _) in best.items():
            offer[node] = offer[nodes + node] = cost
        return offer[self._quickest.ends]

    def upper(self, origin: int, budget_ms: float) -> ArcPath | None:
        """Return the cheapest path within the budget among those of the trees."""
        best: tuple[float, Tree] | None = None
        for tree, cost in self._candidates:
            if (
                tree.rtt_ms[origin] <= budget_ms
                and np.isfinite(cost[origin])
                and (best is None or cost[origin] < best[0])
            ):
                best = (float(cost[origin]), tree)
        if best is None:
            return None
        found = best[1].path_from(origin, best[0])
        host = self.tree.best[self.tree.graph.host_nodes[found.host]][1]
        return found._replace(host=host)

    def settle(self, origin: int, budget_ms: float, ceiling: float) -> ArcPath | None:
        """Return the cheapest path that keeps the budget, None where it costs `ceiling` or more.

        Labels are settled in the order of the least that they can come to cost, so the first that reaches the sink is
        the answer. At a vertex a label cannot be part of the answer where one settled before it is as quick and as
        cheap, ms apart.
        """
        graph, tree, least = self.tree.graph, self.tree, self._least
        weights = self._lists[1]
        settled: dict[int, list[tuple[float, float]]] = {}
        serial = count()
        heap: list[tuple[float, int, float, float, int, Trail]] = []
        guess = self._guess(origin, 0.0, 0.0, budget_ms)
        if least[origin] <= budget_ms and guess < ceiling:
            heap.append((guess, next(serial), 0.0, 0.0, origin, None))
        while heap:
            guess, _, cost, spent, vertex, trail = heappop(heap)
            if vertex == graph.sink:
                return self._unroll(trail, guess)
            if not self._is_new(settled.setdefault(vertex, []), cost, spent):
                continue
            node = vertex % graph.nodes
            offer, host = tree.best.get(node, NOWHERE)
            full = cost + offer + self._ms_price * max(self._floor_ms - spent, 0.0)
            if full < ceiling:
                heappush(heap, (full, next(serial), cost, spent, graph.sink, (trail, host)))
            if vertex >= graph.nodes:
                continue
            for position, onward, rtt in graph.arcs_from[node]:
                now, total = spent + rtt, cost + weights[position]
                if least[onward] > budget_ms - now:
                    continue
                guess = self._guess(onward, total, now, budget_ms)
                if guess < ceiling:
                    heappush(heap, (guess, next(serial), total, now, onward, (trail, position)))
        return None

    def _guess(self, vertex: int, cost: float, spent: float, budget_ms: float) -> float:
        """Return the least that a label can come to cost."""
        best = cost + self._lists[0][vertex]
        for price, far in self._priced_lists:
            best = max(best, cost + far[vertex] + price * (spent - (budget_ms if price > 0 else self._floor_ms)))
        return best

    def _is_new(self, settled: list[tuple[float, float]], cost: float, spent: float) -> bool:
        """Whether no label settled at the vertex is as quick and, ms apart, as cheap; then it is settled now."""
        bare = cost - self._ms_price * spent
        if any(quick <= spent and cheap <= bare for quick, cheap in settled):
            return False
        settled.append((spent, bare))
        return True

    @cached_property
    def _lists(self) -> tuple[list[float], list[float]]:
        """Distances and weights as plain numbers, quicker to look up one by one."""
        return self.tree.distance.tolist(), self.tree.weights.tolist()

    @cached_property
    def _least(self) -> list[float]:
        return list(self._quickest.distance.tolist())

    @cached_property
    def _priced_lists(self) -> Sequence[tuple[float, list[float]]]:
        return [(price, tree.distance.tolist()) for price, tree in zip(self._prices, self._priced, strict=True)]

    def _unroll(self, trail: Trail, cost: float) -> ArcPath:
        assert trail is not None
        trail, host = trail
        arcs: list[int] = []
        while trail is not None:
            trail, position = trail
            arcs.append(int(self.tree.graph.arcs[position]))
        return ArcPath(tuple(reversed(arcs)), host, cost)


Trail = tuple["Trail", int] | None
"""The path of a label: the trail before and the arc's position; at the sink the host."""
