"""The quickest ways between places by themselves, without demand, by the rules that plans count round trips with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import in_service
from planner.errors import UsageError, did_you_mean
from planner.latency import great_circle_km, ideal_rtt_ms, seen_rtt_ms
from planner.network import latency_factors, link_rtt_ms

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

    from planner.latency import Latency
    from planner.topology import Topology


AFRICA = frozenset({
    "DZ", "AO", "BJ", "BW", "BF", "BI", "CV", "CM", "CF", "TD", "KM", "CG", "CD", "CI", "DJ", "EG", "GQ", "ER",
    "SZ", "ET", "GA", "GM", "GH", "GN", "GW", "KE", "LS", "LR", "LY", "MG", "MW", "ML", "MR", "MU", "YT", "MA",
    "MZ", "NA", "NE", "NG", "RE", "RW", "SH", "ST", "SN", "SC", "SL", "SO", "ZA", "SS", "SD", "TZ", "TG", "TN",
    "UG", "EH", "ZM", "ZW",
})  # fmt: skip
"""Countries of Africa (UN M49 region 002), where today's round trips are longer than elsewhere."""

AT_ONCE = 256
"""Places from which the ways to all others are held at a time."""


@dataclass(frozen=True)
class Route:
    """The quickest way between two places, and what its round-trip time is to be measured against.

    Attributes
    ----------
    nodes, links
        the places in order, and the links between them
    rtt_ms
        round trip over these links by the rule asked for, without access
    km
        length of the links
    distance_km, ideal_ms
        great circle, and the round trip over straight glass along it
    seen_ms
        median round trip of today's public internet at that distance, see `planner.latency.seen_rtt_ms`
    latency
        the rule asked for: glass, planning or seen
    glass_ms
        round trip over the same links in glass alone
    floor_ms
        what was measured between the two countries, which is more than the way would take; None elsewhere
    """

    nodes: tuple[str, ...]
    links: tuple[str, ...]
    rtt_ms: float
    km: float
    distance_km: float
    ideal_ms: float
    seen_ms: float
    latency: Latency
    glass_ms: float
    floor_ms: float | None


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


def find_route(
    topology: Topology, start: str, end: str, year: int | None = None, latency: Latency = "planning"
) -> Route:
    """Return the quickest way between two nodes, or between the nodes of sites (``site:changji``).

    Over the links in service in a year, by default `base_year`, and not through what sells no through traffic.

    Raises
    ------
    UsageError
        where a place is unknown, or no way leads from the one to the other
    """
    return Ways(topology, year, latency).find(start, end)


class Ways:
    """The quickest ways of a topology as it stands in a year, by one of the rules of `planner.latency`."""

    def __init__(self, topology: Topology, year: int | None = None, latency: Latency = "planning") -> None:
        self.year = base_year(topology) if year is None else year
        self.topology = select_in_service(topology, self.year)
        self.latency = latency
        self.factors = latency_factors(topology, latency)
        self._floors = topology.peering_rtt if latency == "seen" else {}
        self._countries = frozenset(code for code, terms in topology.countries.items() if terms.through == "none")
        self._dead_ends = frozenset(key for key, node in topology.nodes.items() if node.through == "none")

    @cached_property
    def graph(self) -> nx.MultiGraph[str]:
        """Places and links; `way_ms` is what a link adds to a way."""
        import networkx as nx

        graph: nx.MultiGraph[str] = nx.MultiGraph()
        graph.add_nodes_from(sorted(self.topology.nodes))
        for key, link in sorted(self.topology.links.items()):
            graph.add_edge(*link.ends, key=key, way_ms=self.link_ms(key))
        return graph

    def without(self, links: frozenset[str]) -> Ways:
        """Return the same with some links gone."""
        left = {key: link for key, link in self.topology.links.items() if key not in links}
        return Ways(self.topology.model_copy(update={"links": left}), self.year, self.latency)

    def link_ms(self, link: str) -> float:
        """Return what a link adds to the round trip of a way."""
        return link_rtt_ms(self.topology.links[link], self.factors)

    def find(self, start: str, end: str) -> Route:
        """Return the quickest way between two nodes, or between the nodes of sites.

        Raises
        ------
        UsageError
            where a place is unknown, or no way leads from the one to the other
        """
        import networkx as nx

        a, b = self.place(start), self.place(end)
        closed = self._closed(self._country(a), self._country(b)) - {a, b}
        graph = nx.restricted_view(self.graph, sorted(closed), []) if closed else self.graph
        try:
            nodes = nx.dijkstra_path(graph, a, b, weight="way_ms")
        except nx.NetworkXNoPath:
            raise UsageError(f"no way leads from {a} to {b}{self._because(a, b)}") from None
        return self._measured(nodes, [_quickest(graph[one][other]) for one, other in pairwise(nodes)])

    def _because(self, a: str, b: str) -> str:
        """Say that a way would lead through what sells no through traffic, where that is why there is none."""
        import networkx as nx

        return " but through places that sell no through traffic" if nx.has_path(self.graph, a, b) else ""

    def _closed(self, *ends: str | None) -> frozenset[str]:
        """Return the nodes that no way between two countries leads through."""
        sealed = self._countries.difference(ends)
        return self._dead_ends | {key for key in self.topology.nodes if self._country(key) in sealed}

    def _country(self, node: str) -> str:
        return self.topology.nodes[node].country

    def _measured(self, nodes: list[str], links: list[str]) -> Route:
        """Return a way with all that is to be said of it."""
        first, last = self.topology.nodes[nodes[0]], self.topology.nodes[nodes[-1]]
        distance = great_circle_km((first.lat, first.lon), (last.lat, last.lon))
        african = sum(node.country in AFRICA for node in (first, last)) if first.country != last.country else 0
        over_links = self.factors.once_ms + sum(map(self.link_ms, links)) if links else 0.0
        floor = self.floor_ms(first.country, last.country) if links else 0.0
        return Route(
            tuple(nodes),
            tuple(links),
            max(over_links, floor),
            sum(self.topology.links[key].length_km for key in links),
            distance,
            ideal_rtt_ms(distance),
            seen_rtt_ms(distance, ends_in_africa=african),
            self.latency,
            sum(self.topology.links[key].rtt_ms for key in links),
            floor if floor > over_links else None,
        )

    def floor_ms(self, one: str, other: str) -> float:
        """Return the least round trip between two countries, 0 where none is known or the rule asks for none."""
        floor = self._floors.get(frozenset((one, other)))
        return 0.0 if floor is None else floor.at(self.year)

    def place(self, word: str) -> str:
        """Return the node that a word names: itself, or that of a site.

        Raises
        ------
        UsageError
            where there is none
        """
        nodes, sites = self.topology.nodes, self.topology.sites
        site = sites.get(word.removeprefix("site:"))
        if word in nodes and not word.startswith("site:"):
            return word
        if site is not None:
            return site.node
        known = [*nodes, *(f"site:{key}" for key in sites)]
        raise UsageError(": ".join(part for part in (f"there is no place '{word}'", did_you_mean(word, known)) if part))

    # ---------------------------------------------------------------------------------------- the longest of them

    @property
    def are_plain(self) -> bool:
        """Whether any way may be continued by any other, and takes what its links take: no rule forbids or adds."""
        return not (self._countries or self._dead_ends or self._floors)

    def find_longest(self, group: list[str]) -> Route | None:
        """Return the quickest way between the two places of a group that are furthest apart in ms, of all pairs."""
        best, ends = -1.0, None
        for starts, goals, distance in self._distances(group):
            rtt = np.where(np.isfinite(distance), distance, -1.0)
            row, column = np.unravel_index(int(rtt.argmax()), rtt.shape)
            if rtt[row, column] > best:
                best, ends = float(rtt[row, column]), (starts[int(row)], goals[int(column)])
        return None if ends is None or ends[0] == ends[1] else self.find(*ends)

    def _distances(self, group: list[str]) -> Iterator[tuple[list[str], list[str], NDArray[np.float64]]]:
        """Yield (starts, ends, ms) of ways within a group until every pair has been met, at least in one direction."""
        from scipy.sparse.csgraph import dijkstra

        classes: dict[str, list[str]] = {}
        for node in group:
            country = self._country(node)
            classes.setdefault(country if country in self._countries else "", []).append(node)
        at = {node: i for i, node in enumerate(group)}
        for one, starts in sorted(classes.items()):
            for other, goals in sorted(classes.items()):
                if other < one:
                    continue  # a way back takes as long
                matrix = self._matrix(group, self._closed(one, other))
                columns = [at[node] for node in goals]
                for first in range(0, len(starts), AT_ONCE):
                    some = starts[first : first + AT_ONCE]
                    found = dijkstra(matrix, indices=[len(group) + at[node] for node in some])[:, columns]
                    yield some, goals, self._floored(some, goals, found)

    def _matrix(self, group: list[str], closed: frozenset[str]) -> object:
        """Return the least ms between neighbours: 0…n−1 places as ways pass and end there, n…2n−1 as they start there.

        No way goes on from a closed place but where it starts.
        """
        from scipy.sparse import csr_array

        at, least = {node: i for i, node in enumerate(group)}, dict[tuple[int, int], float]()
        for a, b, link in self.graph.subgraph(group).edges(data=True):
            for here, there in ((a, b), (b, a)):
                starts = [len(group) + at[here]] if here in closed else [at[here], len(group) + at[here]]
                for start in starts:
                    key = (start, at[there])
                    least[key] = min(max(float(link["way_ms"]), TINY), least.get(key, np.inf))
        rows, columns = zip(*least, strict=True)
        return csr_array((list(least.values()), (rows, columns)), shape=(2 * len(group), 2 * len(group)))

    def _floored(self, starts: list[str], goals: list[str], over: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return round trips: once and the links, at least what holds between two countries, nothing to itself."""
        floors = np.array([[self.floor_ms(self._country(a), self._country(b)) for b in goals] for a in starts])
        same = np.array([[a == b for b in goals] for a in starts])
        return np.asarray(np.where(same, 0.0, np.maximum(over + self.factors.once_ms, floors)), dtype=float)


TINY = 1e-12
"""A sparse matrix takes zero for no edge."""


def _quickest(links: Mapping[str, Mapping[str, float]]) -> str:
    """Return the quickest of parallel links."""
    return min(links, key=lambda key: (links[key]["way_ms"], key))
