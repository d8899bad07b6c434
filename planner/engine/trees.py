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
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from planner.programme.case import Case, Routing, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

LAMBDAS = (0.5, 2.0, 8.0)
"""Prices of a ms tried as λ, in multiples of the mean cost of a ms over all arcs."""
LONGEST_TIE = 16.0
"""Among ties, links slower than this many typical ones count no more than these, or the bound would lose by them."""
NOWHERE = (np.inf, -1)
"""What ending costs at a node without a site, and no host."""


class ArcPath(NamedTuple):
    """Arcs from an origin to a host, the host's position in ``graph.hosts``, and the cost."""

    arcs: tuple[int, ...]
    host: int
    cost: float


class RoutingGraph:
    """The arcs a routing may use in a state, laid out for searches from the sites back to the origins.

    Vertices: 0…N−1 the nodes, N…2N−1 the same nodes as ends of paths, 2N the sink behind all sites. A node that may
    not lie inside a path is entered only as an end, which leads nowhere but to its sites.
    """

    def __init__(self, case: Case, state: State, routing: Routing) -> None:
        network = case.network
        self.routing = routing
        self.nodes = len(network.nodes)
        self.sink = 2 * self.nodes
        self.hosts = case.hosts_alive(state, routing)
        arcs = np.flatnonzero(case.arcs_alive(state) & routing.usable)
        entered = network.head[arcs] + np.where(routing.closed[network.head[arcs]], self.nodes, 0)
        order = np.lexsort((arcs, network.tail[arcs], entered))
        self.arcs = arcs[order]
        self.entered = entered[order]
        self.left = network.tail[arcs][order]
        self.rtt_ms = network.rtt_ms[self.arcs]
        self.timed = np.flatnonzero(self.rtt_ms > 0)
        self.timed_rtt_ms = self.rtt_ms[self.timed]
        self.tie = np.minimum(self.rtt_ms / case.scale.ms, LONGEST_TIE)
        self.longest_tie = float(self.tie.sum()) / 2
        self.channel = network.channel[self.arcs]
        self.channel_back = network.channel[self.arcs ^ 1]
        self.host_nodes = [host.node for host in self.hosts]
        self.host_sites = np.array([host.site for host in self.hosts], dtype=np.int64)
        self.host_premiums = np.array([host.premium for host in self.hosts])
        self.host_fees = np.array([host.fee_usd_per_pflops[state.year] for host in self.hosts])
        unlaid = len(case.project_links)
        self.crossing = np.array(
            [case.project_links.get(arc // 2, unlaid) for arc in self.arcs.tolist()], dtype=np.int64
        )
        keys = self.entered * (self.sink + 1) + self.left
        self.starts = np.flatnonzero(np.diff(keys, prepend=-1))
        self.pairs = keys[self.starts]
        self._ends: dict[tuple[int, ...], HostEnds] = {}

    @cached_property
    def arcs_from(self) -> list[list[tuple[int, int, float]]]:
        """By node: position in `arcs`, vertex entered and round-trip time of each arc that leaves it."""
        leaving: list[list[tuple[int, int, float]]] = [[] for _ in range(self.nodes)]
        arcs = zip(self.left.tolist(), self.entered.tolist(), self.rtt_ms.tolist(), strict=True)
        for position, (node, onward, rtt) in enumerate(arcs):
            leaving[node].append((position, onward, rtt))
        return leaving

    @cached_property
    def quickest(self) -> Tree:
        """The quickest ways to any host, whatever they cost."""
        everybody = tuple(range(len(self.hosts)))
        return Tree(self, self.rtt_ms, everybody, np.zeros(len(everybody)))

    def cheapest_parallel(self, weights: NDArray[np.float64]) -> NDArray[np.int64]:
        """Position of the cheapest arc of each pair of vertices."""
        if len(self.starts) == len(self.arcs):
            return self.starts
        group = np.repeat(np.arange(len(self.starts)), np.diff(self.starts, append=len(self.arcs)))
        return np.lexsort((weights, group))[self.starts]

    def ends_at(self, hosts: tuple[int, ...]) -> HostEnds:
        """Where paths may end, for some of the hosts; the same hosts share the matrix that searches fill in."""
        if hosts not in self._ends:
            self._ends[hosts] = self._lay_out(hosts)
        return self._ends[hosts]

    def _lay_out(self, hosts: tuple[int, ...]) -> HostEnds:
        nodes, slot = np.unique(
            np.array([self.host_nodes[host] for host in hosts], dtype=np.int64), return_inverse=True
        )
        size = self.sink + 1
        counts = np.bincount(self.entered[self.starts], minlength=size)
        counts[self.sink] = 2 * len(nodes)
        columns = np.concatenate([self.left[self.starts], nodes, nodes + self.nodes])
        pointer = np.concatenate([[0], np.cumsum(counts)])
        onwards = sparse.csr_array((np.zeros(len(columns)), columns, pointer), shape=(size, size))
        return HostEnds(nodes, slot, onwards)


class HostEnds(NamedTuple):
    """Nodes at which paths may end, each host's place among them, and the reversed arcs with room for weights."""

    nodes: NDArray[np.int64]
    slot: NDArray[np.int64]
    onwards: sparse.csr_array


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

    @cached_property
    def _chosen(self) -> NDArray[np.int64]:
        """Position of the cheapest arc of each pair of vertices."""
        return self.graph.cheapest_parallel(self.weights)

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
    """Cheapest paths within latency budgets, from the trees of a few prices of a ms.

    Every question is answered as far as the trees answer it; `settle` runs the exact search for what they leave open.
    """

    def __init__(self, tree: Tree) -> None:
        graph, weights = tree.graph, tree.weights
        self.tree = tree
        mean = float(weights.sum() / graph.rtt_ms.sum()) if len(weights) and graph.rtt_ms.any() else 0.0
        self._lambdas = [share * mean for share in LAMBDAS if mean > 0]
        self._priced = [Tree(graph, weights + price * graph.rtt_ms, tree.hosts, tree.offers) for price in self._lambdas]

    def lower(self, origins: NDArray[np.int64], budgets_ms: NDArray[np.float64]) -> NDArray[np.float64]:
        """Lower bounds of the cost of the cheapest ways within the budgets."""
        bound = self.tree.distance[origins]
        for price, tree in zip(self._lambdas, self._priced, strict=True):
            bound = np.maximum(bound, tree.distance[origins] - price * np.minimum(budgets_ms, 1e12))
        return np.where(self.tree.graph.quickest.distance[origins] <= budgets_ms, bound, np.inf)

    @cached_property
    def _candidates(self) -> list[tuple[Tree, NDArray[np.float64]]]:
        """Trees with the cost, without any price of a ms, of their ways; the quickest way is always one."""
        priced = zip(self._priced, self._lambdas, strict=True)
        found = [(tree, tree.distance - price * tree.rtt_ms) for tree, price in priced]
        return [*found, (self._quickest, self._quickest.total(self.tree.weights) + self._ends)]

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

        Labels are settled in the order of cost so far plus the unlimited cost to come, so the first that reaches the
        sink is the answer. At a vertex only a label quicker than all settled before it can be part of the answer.
        """
        graph, tree = self.tree.graph, self.tree
        distance, weights = self._lists
        least = self._least
        priced = self._priced_lists
        quickest: dict[int, float] = {}
        serial = count()
        heap: list[tuple[float, int, float, float, int, Trail]] = []
        if least[origin] <= budget_ms and distance[origin] < ceiling:
            heap.append((distance[origin], next(serial), 0.0, 0.0, origin, None))
        while heap:
            guess, _, cost, spent, vertex, trail = heappop(heap)
            if vertex == graph.sink:
                return self._unroll(trail, guess)
            if spent >= quickest.get(vertex, np.inf):
                continue
            quickest[vertex] = spent
            node = vertex % graph.nodes
            offer, host = tree.best.get(node, NOWHERE)
            if cost + offer < ceiling:
                heappush(heap, (cost + offer, next(serial), cost, spent, graph.sink, (trail, host)))
            if vertex >= graph.nodes:
                continue
            for position, onward, rtt in graph.arcs_from[node]:
                now, total = spent + rtt, cost + weights[position]
                guess, rest = total + distance[onward], budget_ms - now
                if guess >= ceiling or least[onward] > rest:
                    continue
                if all(total + far[onward] - price * rest < ceiling for price, far in priced):
                    heappush(heap, (guess, next(serial), total, now, onward, (trail, position)))
        return None

    @cached_property
    def _lists(self) -> tuple[list[float], list[float]]:
        """Distances and weights as plain numbers, quicker to look up one by one."""
        return self.tree.distance.tolist(), self.tree.weights.tolist()

    @cached_property
    def _least(self) -> list[float]:
        return list(self._quickest.distance.tolist())

    @cached_property
    def _priced_lists(self) -> Sequence[tuple[float, list[float]]]:
        return [(price, tree.distance.tolist()) for price, tree in zip(self._lambdas, self._priced, strict=True)]

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
