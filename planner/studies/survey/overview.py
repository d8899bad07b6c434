"""What a topology holds, and how far apart its places are: counts, degrees, diameter."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.studies.survey.routes import TINY, Ways

if TYPE_CHECKING:
    import networkx as nx
    from scipy.sparse import csr_array

    from planner.latency import Latency
    from planner.studies.survey.routes import Route
    from planner.topology import Topology


ROUNDING = 1e-12


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


def survey(topology: Topology, year: int | None = None, latency: Latency = "planning") -> Overview:
    """Count and measure a topology as it stands in a year, by default `base_year`, by a rule for round trips."""
    import networkx as nx

    ways = Ways(topology, year, latency)
    year, topology, graph = ways.year, ways.topology, ways.graph
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
        diameter=_diameter(ways, largest),
        hops=_hops(graph, largest),
    )


def _diameter(ways: Ways, group: list[str]) -> Route | None:
    if len(group) < 2:
        return None
    if not ways.are_plain:
        return ways.find_longest(group)
    start, end, _ = _furthest(ways.graph, group, weighted=True)
    return ways.find(group[start], group[end])


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
        least[key] = min(float(link["way_ms"]), least.get(key, float("inf")))
    rows, columns = zip(*least, strict=True)
    return csr_array(([max(rtt, TINY) for rtt in least.values()], (rows, columns)), shape=(len(group), len(group)))
