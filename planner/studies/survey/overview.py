"""What a topology holds, and how far apart its places are: counts, degrees, diameter, round trips with their paths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import in_service
from planner.errors import UsageError, did_you_mean
from planner.latency import great_circle_km, ideal_rtt_ms, seen_rtt_ms
from planner.network import topology_to_graph

if TYPE_CHECKING:
    import networkx as nx
    from scipy.sparse import csr_array

    from planner.topology import Topology


AFRICA = frozenset({
    "DZ", "AO", "BJ", "BW", "BF", "BI", "CV", "CM", "CF", "TD", "KM", "CG", "CD", "CI", "DJ", "EG", "GQ", "ER",
    "SZ", "ET", "GA", "GM", "GH", "GN", "GW", "KE", "LS", "LR", "LY", "MG", "MW", "ML", "MR", "MU", "YT", "MA",
    "MZ", "NA", "NE", "NG", "RE", "RW", "SH", "ST", "SN", "SC", "SL", "SO", "ZA", "SS", "SD", "TZ", "TG", "TN",
    "UG", "EH", "ZM", "ZW",
})  # fmt: skip
"""Countries of Africa (UN M49 region 002), where today's round trips are longer than elsewhere."""


ROUNDING = 1e-12


@dataclass(frozen=True)
class Route:
    """The quickest way between two places, and what its round-trip time is to be measured against.

    Attributes
    ----------
    nodes, links
        the places in order, and the links between them
    rtt_ms
        round trip over these links, without access
    km
        length of the links
    distance_km, ideal_ms
        great circle, and the round trip over straight glass along it
    seen_ms
        median round trip of today's public internet at that distance, see `planner.latency.seen_rtt_ms`
    """

    nodes: tuple[str, ...]
    links: tuple[str, ...]
    rtt_ms: float
    km: float
    distance_km: float
    ideal_ms: float
    seen_ms: float


@dataclass(frozen=True)
class Overview:
    """What a topology holds; compute and capacities are those of a year.

    Attributes
    ----------
    counts
        records by section; links with the segments of cables
    countries
        nodes by country
    links_by_kind, km_by_kind, gbps_by_kind
        number, length and capacity of one direction, by kind of link
    sites_by_status, pflops_by_status
        number of sites and their compute by status
    degrees
        number of nodes by their number of links
    groups
        sizes of the groups of nodes that links join, the largest first
    diameter
        the quickest way between the two places of the largest group that are furthest apart in ms; None of one place
    hops
        the most links on the way with the fewest links between any two places of the largest group
    """

    year: int
    counts: dict[str, int]
    countries: dict[str, int]
    links_by_kind: dict[str, int]
    km_by_kind: dict[str, float]
    gbps_by_kind: dict[str, float]
    sites_by_status: dict[str, int]
    pflops_by_status: dict[str, float]
    degrees: dict[int, int]
    groups: tuple[int, ...]
    diameter: Route | None
    hops: int


def base_year(topology: Topology) -> int:
    """Return the first year in which all that is said to operate does: the network as it is today.

    Where no site says from when it operates, it is the first year that any figure is listed for; where none is, 2026.
    """
    figures = [site.compute_pflops for site in topology.sites.values()]
    figures += [link.capacity_gbps for link in topology.links.values()]
    listed = min((year for figure in figures for year, _ in figure.points if year), default=2026)
    since = (site.from_year for site in topology.sites.values() if site.status == "operating" and site.from_year)
    return max(since, default=listed)


def select_in_service(topology: Topology, year: int | None = None) -> Topology:
    """Return a topology with the links that are in service in a year; those of projects, not yet decided, are not."""
    year = base_year(topology) if year is None else year
    alive = {key: link for key, link in topology.links.items() if link.project is None and in_service(link, year)}
    return topology.model_copy(update={"links": alive})


def survey(topology: Topology, year: int | None = None) -> Overview:
    """Count and measure a topology as it stands in a year, by default `base_year`."""
    import networkx as nx

    year = base_year(topology) if year is None else year
    topology = select_in_service(topology, year)
    graph = topology_to_graph(topology)
    groups = sorted(nx.connected_components(graph), key=lambda group: (-len(group), min(group)))
    largest = sorted(groups[0]) if groups else []
    links = list(topology.links.values())
    sites = [site for site in topology.sites.values() if not site.market]
    kinds, statuses = sorted({link.kind for link in links}), sorted({site.status for site in sites})
    sections = ("nodes", "sites", "links", "cables", "projects", "risks", "sources")
    return Overview(
        year=year,
        counts={name: len(getattr(topology, name)) for name in sections},
        countries=dict(sorted(Counter(node.country for node in topology.nodes.values()).items())),
        links_by_kind={kind: sum(link.kind == kind for link in links) for kind in kinds},
        km_by_kind={kind: sum(link.length_km for link in links if link.kind == kind) for kind in kinds},
        gbps_by_kind={kind: sum(link.capacity_gbps.at(year) for link in links if link.kind == kind) for kind in kinds},
        sites_by_status={status: sum(site.status == status for site in sites) for status in statuses},
        pflops_by_status={
            status: sum(site.compute_pflops.at(year) for site in sites if site.status == status) for status in statuses
        },
        degrees=dict(sorted(Counter(degree for _, degree in graph.degree()).items())),
        groups=tuple(map(len, groups)),
        diameter=_diameter(topology, year, graph, largest),
        hops=_hops(graph, largest),
    )


def _diameter(topology: Topology, year: int, graph: nx.MultiGraph[str], group: list[str]) -> Route | None:
    if len(group) < 2:
        return None
    start, end, _ = _furthest(graph, group, weighted=True)
    return find_route(topology, group[start], group[end], year)


def _hops(graph: nx.MultiGraph[str], group: list[str]) -> int:
    return round(_furthest(graph, group, weighted=False)[2]) if len(group) > 1 else 0


def _furthest(graph: nx.MultiGraph[str], group: list[str], *, weighted: bool) -> tuple[int, int, float]:
    """Return the two places of a group that are furthest apart, and how far, in ms or in links: exactly.

    From each place looked at, at distances d and the largest of them e, the furthest from any other place is at least
    max(d, e - d) and at most e + d away; places that cannot beat the best pair so far need no look (Takes and Kosters,
    Determining the diameter of small world networks, 2011). Few are looked at, where all pairs would be n looks.
    """
    from scipy.sparse.csgraph import dijkstra

    matrix, count = _matrix(graph, group), len(group)
    low, high = np.zeros(count), np.full(count, np.inf)
    found, best, open_ = (0, 0), -1.0, np.ones(count, dtype=bool)
    widest = True
    while open_.any():
        places = np.flatnonzero(open_)
        place = int(places[high[places].argmax() if widest else low[places].argmin()])
        distance = dijkstra(matrix, directed=False, indices=place, unweighted=not weighted)
        largest = float(distance.max())
        if largest > best:
            found, best = (place, int(distance.argmax())), largest
        low = np.maximum(low, np.maximum(distance, largest - distance))
        high = np.minimum(high, largest + distance)
        open_ &= high > best * (1 + ROUNDING)
        open_[place], widest = False, not widest
    return (*found, best)


def _matrix(graph: nx.MultiGraph[str], group: list[str]) -> csr_array:
    """Return the least ms between neighbours of a group."""
    from scipy.sparse import csr_array

    position = {node: i for i, node in enumerate(group)}
    least: dict[tuple[int, int], float] = {}
    for a, b, link in graph.subgraph(group).edges(data=True):
        key = (min(position[a], position[b]), max(position[a], position[b]))
        least[key] = min(float(link["rtt_ms"]), least.get(key, float("inf")))
    rows, columns = zip(*least, strict=True)
    tiny = 1e-12  # a sparse matrix takes zero for no edge
    return csr_array(([max(rtt, tiny) for rtt in least.values()], (rows, columns)), shape=(len(group), len(group)))


def find_route(topology: Topology, start: str, end: str, year: int | None = None) -> Route:
    """Return the quickest way between two nodes, or between the nodes of sites (``site:changji``).

    Over the links in service in a year, by default `base_year`.

    Raises
    ------
    UsageError
        where a place is unknown, or no way leads from the one to the other
    """
    import networkx as nx

    graph = topology_to_graph(select_in_service(topology, year))
    a, b = _node(topology, start), _node(topology, end)
    try:
        nodes = nx.dijkstra_path(graph, a, b, weight="rtt_ms")
    except nx.NetworkXNoPath:
        raise UsageError(f"no way leads from {a} to {b}") from None
    links = [_quickest(graph[one][other]) for one, other in pairwise(nodes)]
    first, last = topology.nodes[a], topology.nodes[b]
    distance = great_circle_km((first.lat, first.lon), (last.lat, last.lon))
    african = sum(node.country in AFRICA for node in (first, last)) if first.country != last.country else 0
    return Route(
        tuple(nodes),
        tuple(links),
        sum(topology.links[key].rtt_ms for key in links),
        sum(topology.links[key].length_km for key in links),
        distance,
        ideal_rtt_ms(distance),
        seen_rtt_ms(distance, ends_in_africa=african),
    )


def _quickest(links: Mapping[str, Mapping[str, float]]) -> str:
    """Return the quickest of parallel links."""
    return min(links, key=lambda key: (links[key]["rtt_ms"], key))


def _node(topology: Topology, word: str) -> str:
    """Return the node that a word names: itself, or that of a site."""
    site = topology.sites.get(word.removeprefix("site:"))
    if word in topology.nodes and not word.startswith("site:"):
        return word
    if site is not None:
        return site.node
    known = [*topology.nodes, *(f"site:{key}" for key in topology.sites)]
    raise UsageError(": ".join(part for part in (f"there is no place '{word}'", did_you_mean(word, known)) if part))
