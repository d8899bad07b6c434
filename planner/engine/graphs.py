"""The network as a routing may use it in a state, laid out for searches from the sites back to the origins."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy import sparse

from planner.engine.trees import Tree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from planner.programme.case import Case, HostCase, Routing, State

LONGEST_TIE = 16.0
"""Among ties, links slower than this many typical ones count no more than these, or the bound would lose by them."""


class Reach:
    """All that a routing may use in a state: one graph for each choice of nodes that paths may not lead through.

    A country that sells no through traffic is open to paths that end there, so its hosts have a graph of their own.

    Attributes
    ----------
    hosts
        the sites that stand in the state
    graphs
        a graph for each group of them; nothing where there are none
    """

    def __init__(self, case: Case, state: State, routing: Routing) -> None:
        self.hosts = case.hosts_alive(state, routing)
        groups: dict[int, list[HostCase]] = {}
        for host in self.hosts:
            groups.setdefault(int(routing.sealed[host.node]), []).append(host)
        self.graphs = tuple(
            RoutingGraph(case, state, routing, tuple(hosts), self._closed(routing, group))
            for group, hosts in sorted(groups.items())
        )

    @staticmethod
    def _closed(routing: Routing, group: int) -> NDArray[np.bool_]:
        """(N,) nodes inside which no path to hosts of a group lies."""
        return np.asarray(routing.closed | routing.dead_end | ((routing.sealed >= 0) & (routing.sealed != group)))

    def least_rtt_ms(self, node: int) -> float:
        """Return the quickest round trip from a node to any host, access apart; infinite where no way leads to one."""
        return min((rtt for rtt, _, _ in self._quickest(node)), default=np.inf)

    def nearest(self, node: int) -> int:
        """Return the site that is reached first from a node."""
        _, graph, tree = min(self._quickest(node), key=lambda found: found[0])
        return graph.hosts[tree.path_from(node, 0.0).host].site

    def _quickest(self, node: int) -> Iterator[tuple[float, RoutingGraph, Tree]]:
        """Yield the quickest round trip to the hosts of each floor, and the tree that shows it."""
        for graph in self.graphs:
            for floor, tree in graph.quickest_by_floor:
                rtt = 0.0 if node in tree.best else max(graph.once_ms + float(tree.distance[node]), floor)
                yield rtt, graph, tree


class RoutingGraph:
    """The arcs a routing may use in a state, laid out for searches from the sites back to the origins.

    Vertices: 0…N−1 the nodes, N…2N−1 the same nodes as ends of paths, 2N the sink behind all sites. A node that may
    not lie inside a path is entered only as an end, which leads nowhere but to its sites.
    """

    def __init__(
        self,
        case: Case,
        state: State,
        routing: Routing,
        hosts: tuple[HostCase, ...],
        closed: NDArray[np.bool_],
    ) -> None:
        network = case.network
        self.routing = routing
        self.nodes = len(network.nodes)
        self.sink = 2 * self.nodes
        self.hosts, self.once_ms = hosts, network.once_ms
        arcs = np.flatnonzero(case.arcs_alive(state) & routing.usable)
        entered = network.head[arcs] + np.where(closed[network.head[arcs]], self.nodes, 0)
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
        self.host_floors_ms = np.array([host.floor_ms.get(state.year, 0.0) for host in self.hosts])
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
    def _place_of(self) -> dict[int, int]:
        return {arc: place for place, arc in enumerate(self.arcs.tolist())}

    def places(self, arcs: tuple[int, ...]) -> list[int]:
        """Return where arcs stand in `arcs`."""
        return [self._place_of[arc] for arc in arcs]

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
        """The links' quickest ways to any host, whatever they cost."""
        return self._quickest_to(tuple(range(len(self.hosts))))

    def _quickest_to(self, hosts: tuple[int, ...]) -> Tree:
        return Tree(self, self.rtt_ms, hosts, np.zeros(len(hosts)))

    @cached_property
    def quickest_by_floor(self) -> list[tuple[float, Tree]]:
        """The same for the hosts of each floor."""
        floors = np.unique(self.host_floors_ms)
        if len(floors) == 1:
            return [(float(floors[0]), self.quickest)]
        return [
            (float(floor), self._quickest_to(tuple(np.flatnonzero(self.host_floors_ms == floor).tolist())))
            for floor in floors
        ]

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
