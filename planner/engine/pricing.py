"""Pricing: the cheapest admissible path of every demand at given prices of the sums.

The reduced cost of one PFLOPS of demand d on path p to site s in state σ is linear in the arcs of p once s is known:

    r(p) = g_served[d] + g_used[s] + g_levied·fee + g_charged[s]·(1+ρ·access)(1+premium) + g_delay·access
         + Σ_{a∈p} [ τ·g_load[a] + τ_back·g_load[a back] + (g_delay + g_charged[s]·ρ·(1+premium))·rtt[a] ]

with g the reduced prices of the sums. Without rtt_premium the bracket does not depend on s, and one search from all
sites at once serves all demands of a routing; with it, sites of equal bracket share a search. Where the cheapest path
breaks the latency limit, a label-setting search with the unlimited cost as its guide finds the cheapest that keeps it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import heappop, heappush
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import dijkstra

from planner.programme.case import Case, DemandCase, Routing, State
from planner.programme.paths import Path, make_path
from planner.programme.symbols import Sums

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIE_KUSD_PER_MS = 1e-11
"""Among paths of equal cost the one of shorter round-trip time is taken: a ms counts as 1e-8 USD per PFLOPS."""

IMPROVING_KUSD = 1e-7
"""A path whose reduced cost is not below minus this (1e-4 USD per PFLOPS and year) is not worth adding."""

Walk = tuple[tuple[int, ...], int, float]


class RoutingGraph:
    """The arcs a routing may use in a state, laid out for searches from the sites back to the origins.

    Vertices: 0…N−1 the nodes, N…2N−1 the same nodes as ends of paths, 2N the sink behind all sites. A node that may
    not lie inside a path is entered only as an end, which leads nowhere but to its sites.
    """

    def __init__(self, case: Case, state: State, routing: Routing) -> None:
        network = case.network
        self.state, self.routing = state, routing
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
        self.channel = network.channel[self.arcs]
        self.channel_back = network.channel[self.arcs ^ 1]
        self.host_nodes = [case.sites[host.site].node for host in self.hosts]
        pairs = self.entered * (self.sink + 1) + self.left
        self.starts = np.flatnonzero(np.diff(pairs, prepend=-1))

    @cached_property
    def arcs_from(self) -> list[list[tuple[int, int, float]]]:
        """By node: position in `arcs`, vertex entered and round-trip time of each arc that leaves it."""
        leaving: list[list[tuple[int, int, float]]] = [[] for _ in range(self.nodes)]
        arcs = zip(self.left.tolist(), self.entered.tolist(), self.rtt_ms.tolist(), strict=True)
        for position, (node, onward, rtt) in enumerate(arcs):
            leaving[node].append((position, onward, rtt))
        return leaving

    @cached_property
    def arcs_between(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Range of positions in `arcs` by (vertex entered, node left): one arc, or several where links are parallel."""
        ends = [*self.starts[1:].tolist(), len(self.arcs)]
        pairs = zip(self.entered[self.starts].tolist(), self.left[self.starts].tolist(), strict=True)
        return dict(zip(pairs, zip(self.starts.tolist(), ends, strict=True), strict=True))

    @cached_property
    def least_rtt(self) -> NDArray[np.float64]:
        """(2N+1,) shortest round-trip time from each vertex to any host."""
        return self.quickest.distance

    @cached_property
    def quickest(self) -> Tree:
        """The quickest ways to any host, whatever they cost."""
        return Tree(self, self.rtt_ms, dict.fromkeys(range(len(self.hosts)), 0.0))


class Tree:
    """The cheapest ways from everywhere to the sink at given weights, without any latency limit.

    Parameters
    ----------
    graph
        the arcs
    weights
        cost of each arc of ``graph.arcs``, none negative
    offers
        cost of ending at a host, by its position in ``graph.hosts``; may be negative

    Attributes
    ----------
    distance
        (2N+1,) cost of the cheapest way from each vertex, infinite where there is none
    """

    def __init__(self, graph: RoutingGraph, weights: NDArray[np.float64], offers: Mapping[int, float]) -> None:
        self.graph, self.weights = graph, weights
        self.best: dict[int, tuple[float, int]] = {}
        for host, offer in offers.items():
            node = graph.host_nodes[host]
            self.best[node] = min(self.best.get(node, (np.inf, -1)), (offer, host))
        lowest = min((offer for offer, _ in self.best.values()), default=0.0)
        nodes = np.array(sorted(self.best), dtype=np.int64)
        offered = np.array([self.best[node][0] - lowest for node in nodes.tolist()])
        rows = np.concatenate([np.full(2 * len(nodes), graph.sink), graph.entered[graph.starts]])
        columns = np.concatenate([nodes, nodes + graph.nodes, graph.left[graph.starts]])
        cheapest = np.minimum.reduceat(weights, graph.starts) if len(graph.starts) else weights
        data = np.concatenate([offered, offered, cheapest])
        size = graph.sink + 1
        onwards = sparse.csr_array((data, (rows, columns)), shape=(size, size))
        distance, self._onward = dijkstra(onwards, indices=graph.sink, return_predecessors=True)
        self.distance: NDArray[np.float64] = distance + lowest

    def walk(self, origin: int) -> Walk:
        """Return the arcs of the cheapest way from a node, the host it ends at and its cost."""
        graph, vertex = self.graph, origin
        arcs: list[int] = []
        while int(self._onward[vertex]) != graph.sink:
            onward = int(self._onward[vertex])
            start, end = graph.arcs_between[onward, vertex]
            arcs.append(int(graph.arcs[start + int(np.argmin(self.weights[start:end]))]))
            vertex = onward
        return tuple(arcs), self.best[vertex % graph.nodes][1], float(self.distance[origin])

    def walk_within(self, origin: int, budget_ms: float, ceiling: float) -> Walk | None:
        """Return the cheapest way that keeps a latency budget, None where it costs `ceiling` or more.

        Labels are settled in the order of cost so far plus the unlimited cost to come, so the first that reaches the
        sink is the answer. At a vertex only a label quicker than all settled before it can be part of the answer.
        """
        graph, distance, least = self.graph, self.distance_list, self.graph.quickest.distance_list
        quickest: dict[int, float] = {}
        heap: list[tuple[float, int, float, float, int, Trail]] = []
        serial = count()
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
            if node in self.best:
                offer, host = self.best[node]
                heappush(heap, (cost + offer, next(serial), cost, spent, graph.sink, (trail, host)))
            if vertex >= graph.nodes:
                continue
            for position, onward, rtt in graph.arcs_from[node]:
                now, total = spent + rtt, cost + self.weight_list[position]
                guess = total + distance[onward]
                if guess < ceiling and now + least[onward] <= budget_ms:
                    heappush(heap, (guess, next(serial), total, now, onward, (trail, position)))
        return None

    @cached_property
    def distance_list(self) -> list[float]:
        """`distance` as plain numbers, quicker to look up one by one."""
        return list(self.distance.tolist())

    @cached_property
    def weight_list(self) -> list[float]:
        """`weights` as plain numbers, quicker to look up one by one."""
        return list(self.weights.tolist())

    def _unroll(self, trail: Trail, cost: float) -> Walk:
        assert trail is not None
        trail, host = trail
        arcs: list[int] = []
        while trail is not None:
            trail, position = trail
            arcs.append(int(self.graph.arcs[position]))
        return tuple(reversed(arcs)), host, cost


Trail = tuple["Trail", int] | None


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
        self, prices: NDArray[np.float64], *, ceiling: float = -IMPROVING_KUSD, only: Container[int] | None = None
    ) -> Iterator[Found]:
        """Yield for every demand and state its cheapest path, or a bound where none costs less than `ceiling`.

        Parameters
        ----------
        prices
            (sums,) reduced prices in kUSD
        ceiling
            reduced cost from which a path is not worth naming
        only
            positions of the demands to price; by default all
        """
        for (state, routing), demands in self._demands.items():
            chosen = demands if only is None else [demand for demand in demands if demand.index in only]
            if chosen:
                graph = self.graph(self._case.states[state], routing)
                yield from self._price_routing(graph, chosen, prices, ceiling)

    def graph(self, state: State, routing: int) -> RoutingGraph:
        """Return the arcs a routing may use in a state."""
        return self._graphs[state.index, routing]

    def _price_routing(
        self, graph: RoutingGraph, demands: Sequence[DemandCase], prices: NDArray[np.float64], ceiling: float
    ) -> Iterator[Found]:
        trees = list(self._grow_trees(graph, prices))
        for demand in demands:
            served = float(prices[self._sums.number("served", graph.state, demand.index)])
            found = Found(graph.state.index, demand.index, None, np.inf)
            for tree, ms_price in trees:
                base = served + ms_price * demand.access_ms
                limit = ceiling if found.path is None else found.reduced_kusd
                found = min(self._best_of(tree, demand, base, limit), found, key=_rank)
            yield found

    def _best_of(self, tree: Tree, demand: DemandCase, base: float, ceiling: float) -> Found:
        """Price one demand over one tree; nothing below `ceiling` comes back without a path."""
        state, reduced = tree.graph.state, base + float(tree.distance[demand.node])
        if reduced >= ceiling or reduced == np.inf:
            return Found(state.index, demand.index, None, reduced)
        arcs, host, cost = tree.walk(demand.node)
        rtt = self._case.network.rtt_list
        if sum(rtt[arc] for arc in arcs) > demand.budget_ms:
            within = tree.walk_within(demand.node, demand.budget_ms, ceiling - base)
            if within is None:
                return Found(state.index, demand.index, None, ceiling)
            arcs, host, cost = within
        path = make_path(self._case, state, demand, tree.graph.hosts[host].site, arcs)
        return Found(state.index, demand.index, path, base + cost)

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
    """The best path of a demand in a state and its reduced cost.

    Without a path, `reduced_kusd` is a lower bound of what any path could have.
    """

    state: int
    demand: int
    path: Path | None
    reduced_kusd: float


def _rank(found: Found) -> tuple[float, bool]:
    """The lower reduced cost first; at equal cost the one that has a path."""
    return found.reduced_kusd, found.path is None
