"""The topology as arrays: nodes, arcs and the channels that capacity is counted in.

A link between two nodes is two arcs, one each way. Capacity is counted in *channels*: a full-duplex link has two, one
for each arc, a half-duplex link has one that both arcs share. Everything above this floor speaks of positions in these
arrays; identifiers come back only when results are written.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.latency import GLASS, PLANNING, LatencyFactors

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

    from planner.latency import Latency
    from planner.topology import Link, Topology


@dataclass(frozen=True, slots=True)
class Channel:
    """One direction of a full-duplex link, or both directions of a half-duplex one together."""

    link: int
    direction: str


@dataclass(frozen=True)
class Network:
    """Nodes and links in the order of their identifiers; arc ``2l`` leads from the first end of link ``l`` on.

    Attributes
    ----------
    nodes, countries
        identifier and country of each node
    links
        the links, sorted by identifier
    tail, head
        (2L,) positions of the nodes an arc leaves and enters
    rtt_ms
        (2L,) what the arc's link adds to the round-trip time of a path
    once_ms
        what every path over links has besides
    channel
        (2L,) position in ``channels`` of the capacity an arc uses
    """

    nodes: tuple[str, ...]
    countries: tuple[str, ...]
    links: tuple[Link, ...]
    tail: NDArray[np.int64]
    head: NDArray[np.int64]
    rtt_ms: NDArray[np.float64]
    channel: NDArray[np.int64]
    channels: tuple[Channel, ...]
    once_ms: float = 0.0

    @cached_property
    def node_index(self) -> dict[str, int]:
        """Position of each node."""
        return {node: i for i, node in enumerate(self.nodes)}

    @cached_property
    def channels_of_link(self) -> tuple[tuple[int, ...], ...]:
        """Positions of the channels of each link: two for full duplex, one for half."""
        found: list[list[int]] = [[] for _ in self.links]
        for position, channel in enumerate(self.channels):
            found[channel.link].append(position)
        return tuple(map(tuple, found))

    @cached_property
    def rtt_list(self) -> list[float]:
        """`rtt_ms` as plain numbers, quicker to look up one by one."""
        return list(self.rtt_ms.tolist())

    @cached_property
    def channel_list(self) -> list[int]:
        """`channel` as plain numbers, quicker to look up one by one."""
        return list(self.channel.tolist())

    @property
    def arcs(self) -> int:
        """Number of arcs, twice the number of links."""
        return len(self.tail)


def latency_factors(topology: Topology, latency: Latency) -> LatencyFactors:
    """Return how much longer than glass round trips are counted: those of the topology, where it has its own."""
    if latency == "glass":
        return GLASS
    return PLANNING if topology.latency is None else topology.latency.factors


def build_network(topology: Topology, latency: Latency = "glass") -> Network:
    """Lay a merged topology out as arrays, sorted by identifier so that the same files give the same order."""
    factors = latency_factors(topology, latency)
    nodes = tuple(sorted(topology.nodes))
    index = {node: i for i, node in enumerate(nodes)}
    links = tuple(topology.links[key] for key in sorted(topology.links))
    ends = np.array([(index[link.ends[0]], index[link.ends[1]]) for link in links], dtype=np.int64).reshape(-1, 2)
    channels: list[Channel] = []
    channel_of_arc: list[int] = []
    for position, link in enumerate(links):
        first = len(channels)
        if link.duplex == "half":
            channels.append(Channel(position, "both"))
            channel_of_arc += [first, first]
        else:
            channels += [Channel(position, "forward"), Channel(position, "backward")]
            channel_of_arc += [first, first + 1]
    return Network(
        nodes=nodes,
        countries=tuple(topology.nodes[node].country for node in nodes),
        links=links,
        tail=ends.reshape(-1),
        head=ends[:, ::-1].reshape(-1),
        rtt_ms=np.repeat(np.array([link_rtt_ms(link, factors) for link in links], dtype=float), 2),
        channel=np.array(channel_of_arc, dtype=np.int64),
        channels=tuple(channels),
        once_ms=factors.once_ms,
    )


def link_rtt_ms(link: Link, factors: LatencyFactors) -> float:
    """Return what a link adds to the round-trip time of a path, ms."""
    return factors.of_link(link.rtt_ms, link.kind, measured=link.rtt_measured)


def topology_to_graph(topology: Topology) -> nx.MultiGraph[str]:
    """Give a topology as a networkx graph: nodes keyed by identifier, edges keyed by link identifier.

    Node attributes: ``name``, ``country``, ``lat``, ``lon``; edge attributes: ``length_km``, ``rtt_ms``, ``kind``,
    ``cable``. Parallel links are parallel edges.
    """
    import networkx as nx

    graph: nx.MultiGraph[str] = nx.MultiGraph()
    for key, node in sorted(topology.nodes.items()):
        graph.add_node(key, name=node.name or key, country=node.country, lat=node.lat, lon=node.lon)
    for key, link in sorted(topology.links.items()):
        graph.add_edge(
            *link.ends, key=key, length_km=link.length_km, rtt_ms=link.rtt_ms, kind=link.kind, cable=link.cable
        )
    return graph
