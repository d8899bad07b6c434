"""Single points of failure: who is cut off if a link, cable or risk fails, and how many it takes for a whole country.

A place is *cut off* where it could reach the largest group of places before the failure and cannot after it. A place
is *dark* where it could reach a site with compute before and reaches none after it. Places that a failure parts with an
`edge` of the map among them have ways that the map does not show: they are told apart, and are no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import in_service
from planner.network import topology_to_graph
from planner.studies.survey.routes import base_year, select_in_service

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.topology import Topology


@dataclass(frozen=True)
class Cut:
    """A single failure that cuts places off.

    Attributes
    ----------
    failure
        ``link:x``, ``cable:y``, ``risk:z`` or ``node:n``
    cut_off
        nodes by country that lose the largest group; a node that fails is not counted itself
    dark
        nodes that lose every site with compute
    weight
        by country, the share of its demand (by `weight`) that is cut off
    beyond
        nodes that are cut off or dark on this map alone, for it ends at one of them; they are in none of the others
    """

    failure: str
    cut_off: Mapping[str, tuple[str, ...]]
    dark: tuple[str, ...]
    weight: Mapping[str, float]
    beyond: tuple[str, ...] = ()

    @property
    def is_finding(self) -> bool:
        """Whether anybody is cut off, or dark, for another reason than that the map ends there."""
        return bool(self.cut_off or self.dark)


@dataclass(frozen=True)
class Exposure:
    """How a country hangs on its links.

    Attributes
    ----------
    links, gbps
        links that lead abroad, and their capacity in a year
    fewest
        the fewest links whose failure leaves it no way to compute abroad; 0 where there is none before
    weakest
        links of one such set
    single
        single failures that cut off any of its places
    edge
        whether the map ends at one of its places: then it has links abroad that are in none of these figures
    """

    country: str
    nodes: int
    links: int
    gbps: float
    fewest: int
    weakest: tuple[str, ...]
    single: tuple[str, ...]
    edge: bool = False


@dataclass(frozen=True)
class Stats:
    """Bridges (links without a way around), single points of failure, and how each country hangs on its links."""

    bridges: tuple[str, ...]
    cuts: tuple[Cut, ...]
    exposures: tuple[Exposure, ...]


def study_cuts(topology: Topology, year: int | None = None) -> Stats:
    """Fail each link, cable, risk and node of a topology alone, as it stands in a year, and say who is cut off.

    The year is by default the first in which all that operates does (`planner.studies.survey.overview.base_year`).
    """
    import networkx as nx

    year = base_year(topology) if year is None else year

    topology = select_in_service(topology, year)
    graph = topology_to_graph(topology)
    simple = nx.Graph(graph)
    pairs = [graph.get_edge_data(*pair) for pair in nx.bridges(simple)]
    bridges = sorted(key for links in pairs if len(links) == 1 for key in links)
    wiring = _Wiring.of(topology, year)
    before = wiring.reach(_Failure("nothing"))
    # A link that is no bridge, and a node that is no joint and hosts nothing, cut nobody off.
    nodes = sorted({*nx.articulation_points(simple), *(site.node for site in topology.sites.values())})
    found = (_cut(wiring, before, failure) for failure in _failures(topology, bridges, nodes))
    cuts = [cut for cut in found if cut is not None]
    countries = sorted({node.country for node in topology.nodes.values()})
    return Stats(
        tuple(bridges),
        tuple(sorted(cuts, key=lambda cut: (-sum(map(len, cut.cut_off.values())), -len(cut.dark), cut.failure))),
        tuple(_exposure(wiring, country, cuts, year) for country in countries),
    )


@dataclass(frozen=True)
class _Failure:
    """What fails at once: links, sites, a node."""

    name: str
    links: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    node: str | None = None


@dataclass(frozen=True)
class _Wiring:
    """A topology as arrays, for looking at it again and again with something failed.

    Attributes
    ----------
    ends
        (L, 2) positions of the nodes at the ends of each link
    hosts
        position of the node of each site that has compute in the year
    """

    topology: Topology
    nodes: tuple[str, ...]
    node_at: Mapping[str, int]
    link_at: Mapping[str, int]
    ends: NDArray[np.int64]
    hosts: Mapping[str, int]

    @classmethod
    def of(cls, topology: Topology, year: int) -> _Wiring:
        """Lay a topology out as it stands in a year."""
        nodes, links = tuple(sorted(topology.nodes)), tuple(sorted(topology.links))
        node_at = {node: i for i, node in enumerate(nodes)}
        ends = np.array([[node_at[end] for end in topology.links[key].ends] for key in links], dtype=np.int64)
        sites = sorted(topology.sites.items())
        hosts = {key: node_at[site.node] for key, site in sites if computes(topology, key, year)}
        link_at = {key: i for i, key in enumerate(links)}
        return cls(topology, nodes, node_at, link_at, ends.reshape(-1, 2), hosts)

    def reach(self, failure: _Failure) -> _Reach:
        """Return what is joined, and what is lit, once something has failed; a failed node is in neither."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        alive = np.ones(len(self.ends), dtype=bool)
        alive[[self.link_at[key] for key in failure.links if key in self.link_at]] = False
        there = np.ones(len(self.nodes), dtype=bool)
        if failure.node is not None:
            there[self.node_at[failure.node]] = False
            alive &= there[self.ends].all(axis=1)
        ends, count = self.ends[alive], len(self.nodes)
        matrix = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
        groups, labels = connected_components(matrix, directed=False)
        sizes = np.bincount(labels[there], minlength=groups)
        lit = np.zeros(groups, dtype=bool)
        lit[[labels[node] for site, node in self.hosts.items() if site not in failure.sites]] = True
        main = labels == (sizes.argmax() if groups else 0)
        edge = np.zeros(groups, dtype=bool)
        edge[[labels[i] for i, node in enumerate(self.nodes) if self.topology.nodes[node].edge and there[i]]] = True
        return _Reach(main & there, lit[labels] & there, edge[labels] & there)


@dataclass(frozen=True)
class _Reach:
    """(n,) whether each node is in the largest group, and whether it reaches compute, and an edge of the map."""

    main: NDArray[np.bool_]
    lit: NDArray[np.bool_]
    edge: NDArray[np.bool_]


def computes(topology: Topology, key: str, year: int) -> bool:
    """Tell whether a site has, or can be given, compute in a year."""
    site = topology.sites[key]
    return in_service(site, year) and (site.compute_pflops.at(year) > 0 or bool(site.expansion))


def _failures(topology: Topology, links: list[str], nodes: list[str]) -> Iterator[_Failure]:
    """Yield the failures of these links, of every cable and risk, and of these nodes with their sites."""
    yield from (_Failure(f"link:{key}", frozenset((key,))) for key in links)
    named = [f"cable:{key}" for key in sorted(topology.cables)] + [f"risk:{key}" for key in sorted(topology.risks)]
    yield from (_Failure(name, *_fallen(topology, name)) for name in named)
    for node in nodes:
        sites = frozenset(key for key, site in topology.sites.items() if site.node == node)
        yield _Failure(f"node:{node}", sites=sites, node=node)


def _fallen(topology: Topology, name: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the links and sites that fail with a name."""
    prefix, _, key = name.partition(":")
    if prefix == "link":
        return frozenset((key,)), frozenset()
    if prefix == "site":
        return frozenset(), frozenset((key,))
    if prefix == "cable":
        return frozenset(link.id for link in topology.links.values() if link.cable == key), frozenset()
    links, sites = frozenset[str](), frozenset[str]()
    for part in topology.risks[key].fails:
        more_links, more_sites = _fallen(topology, part)
        links, sites = links | more_links, sites | more_sites
    return links, sites


def _cut(wiring: _Wiring, before: _Reach, failure: _Failure) -> Cut | None:
    """Return who a failure cuts off, or None where nobody is."""
    topology, after = wiring.topology, wiring.reach(failure)
    own = None if failure.node is None else wiring.node_at[failure.node]
    lost, dark, beyond = (
        [wiring.nodes[i] for i in np.flatnonzero(gone).tolist() if i != own]
        for gone in (
            before.main & ~after.main & ~after.edge,
            before.lit & ~after.lit & ~after.edge,
            ((before.main & ~after.main) | (before.lit & ~after.lit)) & after.edge,
        )
    )
    if not lost and not dark and not beyond:
        return None
    by_country: dict[str, list[str]] = {}
    for node in lost:
        by_country.setdefault(topology.nodes[node].country, []).append(node)
    shares = {country: _share(topology, country, by_country[country]) for country in sorted(by_country)}
    cut_off = {country: tuple(by_country[country]) for country in sorted(by_country)}
    return Cut(failure.name, cut_off, tuple(dark), shares, tuple(beyond))


def _share(topology: Topology, country: str, nodes: list[str]) -> float:
    """Return the share of a country's demand that arises at some of its nodes."""
    from planner.demand import split_origin

    shares = split_origin(country, topology.nodes)
    return sum(shares.get(node, 0.0) for node in nodes)


def _exposure(wiring: _Wiring, country: str, cuts: list[Cut], year: int) -> Exposure:
    topology = wiring.topology
    own = {key for key, node in topology.nodes.items() if node.country == country}
    border = [link for link in topology.links.values() if (link.ends[0] in own) != (link.ends[1] in own)]
    weakest = _weakest(wiring, own)
    return Exposure(
        country,
        len(own),
        len(border),
        sum(link.capacity_gbps.at(year) for link in border),
        len(weakest),
        weakest,
        tuple(cut.failure for cut in cuts if country in cut.cut_off),
        any(topology.nodes[key].edge for key in own),
    )


def _weakest(wiring: _Wiring, own: set[str]) -> tuple[str, ...]:
    """Return the fewest links between a country's places and all compute abroad: a minimum cut, each link counting one.

    The country's places are one: what fails inside it does not count. By the theorem of Ford and Fulkerson the cut is
    what lies between the places that a maximum flow leaves reachable and the others.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    home, world = 0, len(wiring.nodes) + 1
    place = np.array([home if node in own else i for i, node in enumerate(wiring.nodes, start=1)], dtype=np.int32)
    hosts = sorted({int(place[node]) for node in wiring.hosts.values()} - {home})
    if not hosts or not own:
        return ()
    a, b = place[wiring.ends].T
    apart = a != b  # links inside the country are none
    ones, never = np.ones(np.count_nonzero(apart), dtype=np.int32), np.full(len(hosts), len(a) + 1, dtype=np.int32)
    rows = np.concatenate([a[apart], b[apart], hosts])
    columns = np.concatenate([b[apart], a[apart], np.full(len(hosts), world)])
    capacity = csr_array((np.concatenate([ones, ones, never]), (rows, columns)), shape=(world + 1, world + 1))
    flow = maximum_flow(capacity, home, world).flow
    left = capacity - flow
    left.eliminate_zeros()
    near = np.zeros(world + 1, dtype=bool)
    near[breadth_first_order(left, home, return_predecessors=False)] = True
    cut = (near[a] != near[b]) if near[home] else np.zeros(len(a), dtype=bool)
    return tuple(key for key, i in wiring.link_at.items() if cut[i])
