"""Single points of failure: who is cut off if a link, cable or risk fails, and how many it takes for a whole country.

A place is *cut off* where it could reach the largest group of places before the failure and cannot after it. A place
is *dark* where it could reach a site with compute before and reaches none after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.network import topology_to_graph
from planner.studies.survey.overview import base_year, standing

if TYPE_CHECKING:
    import networkx as nx
    from numpy.typing import NDArray

    from planner.topology import Topology

__all__ = ["Cut", "Exposure", "Stats", "study_cuts"]

WORLD, HOME = "--world", "--home"
"""Stand for all sites abroad, and for a country's own places, in a flow; no node can be called so."""


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
    """

    failure: str
    cut_off: Mapping[str, tuple[str, ...]]
    dark: tuple[str, ...]
    weight: Mapping[str, float]


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
    """

    country: str
    nodes: int
    links: int
    gbps: float
    fewest: int
    weakest: tuple[str, ...]
    single: tuple[str, ...]


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

    topology = standing(topology, year)
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
        tuple(_exposure(topology, graph, country, cuts, year) for country in countries),
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
    """A topology as arrays, for looking at it again and again with something failed."""

    topology: Topology
    nodes: tuple[str, ...]
    links: tuple[str, ...]
    ends: NDArray[np.int64]
    hosts: Mapping[str, str]

    @classmethod
    def of(cls, topology: Topology, year: int) -> _Wiring:
        """Lay a topology out; `hosts` holds the node of each site that has compute in a year."""
        nodes, links = tuple(sorted(topology.nodes)), tuple(sorted(topology.links))
        index = {node: i for i, node in enumerate(nodes)}
        ends = [[index[end] for end in topology.links[key].ends] for key in links]
        hosts = {key: site.node for key, site in sorted(topology.sites.items()) if _computes(topology, key, year)}
        return cls(topology, nodes, links, np.array(ends, dtype=np.int64).reshape(-1, 2), hosts)

    def reach(self, failure: _Failure) -> _Reach:
        """Return what is joined, and what is lit, once something has failed; a failed node is in neither."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import connected_components

        gone = -1 if failure.node is None else self.nodes.index(failure.node)
        alive = [key not in failure.links and gone not in pair for key, pair in zip(self.links, self.ends, strict=True)]
        ends, count = self.ends[np.array(alive, dtype=bool)], len(self.nodes)
        matrix = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(count, count))
        _, labels = connected_components(matrix, directed=False)
        groups: dict[int, list[str]] = {}
        for node, label in zip(self.nodes, labels.tolist(), strict=True):
            if node != failure.node:
                groups.setdefault(label, []).append(node)
        hosts = {node for site, node in self.hosts.items() if site not in failure.sites}
        main = max(groups.values(), key=len, default=[])
        lit = [node for group in groups.values() if not hosts.isdisjoint(group) for node in group]
        return _Reach(frozenset(main), frozenset(lit))


@dataclass(frozen=True)
class _Reach:
    """Nodes of the largest group, and nodes that reach a site with compute."""

    main: frozenset[str]
    lit: frozenset[str]


def _computes(topology: Topology, key: str, year: int) -> bool:
    """Tell whether a site has, or can be given, compute in a year."""
    site = topology.sites[key]
    if not (site.from_year or year) <= year <= (site.until or year):
        return False
    return site.compute_pflops.at(year) > 0 or bool(site.expansion)


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
    lost = sorted(before.main - after.main - {failure.node})
    dark = sorted(before.lit - after.lit - {failure.node})
    if not lost and not dark:
        return None
    by_country: dict[str, list[str]] = {}
    for node in lost:
        by_country.setdefault(topology.nodes[node].country, []).append(node)
    shares = {country: _share(topology, country, by_country[country]) for country in sorted(by_country)}
    cut_off = {country: tuple(by_country[country]) for country in sorted(by_country)}
    return Cut(failure.name, cut_off, tuple(dark), shares)


def _share(topology: Topology, country: str, nodes: list[str]) -> float:
    """Return the share of a country's demand that arises at some of its nodes."""
    from planner.files.demands import askers

    shares = askers(country, topology.nodes)
    return sum(shares.get(node, 0.0) for node in nodes)


def _exposure(topology: Topology, graph: nx.MultiGraph[str], country: str, cuts: list[Cut], year: int) -> Exposure:
    own = {key for key, node in topology.nodes.items() if node.country == country}
    border = [link for link in topology.links.values() if (link.ends[0] in own) != (link.ends[1] in own)]
    weakest = _weakest(topology, graph, own, year)
    return Exposure(
        country,
        len(own),
        len(border),
        sum(link.capacity_gbps.at(year) for link in border),
        len(weakest),
        weakest,
        tuple(cut.failure for cut in cuts if country in cut.cut_off),
    )


def _weakest(topology: Topology, graph: nx.MultiGraph[str], own: set[str], year: int) -> tuple[str, ...]:
    """Return the fewest links between a country's places and all compute abroad: a minimum cut, each link counting one.

    The country's places are one: what fails inside it does not count.
    """
    import networkx as nx

    hosts = {site.node for key, site in topology.sites.items() if _computes(topology, key, year)} - own
    if not hosts or not own:
        return ()
    flow: nx.DiGraph[str] = nx.DiGraph()
    flow.add_nodes_from([HOME, WORLD])
    between: dict[tuple[str, str], list[str]] = {}
    for a, b, key in graph.edges(keys=True):
        one, other = HOME if a in own else a, HOME if b in own else b
        if one != other:
            between.setdefault((one, other), []).append(key)
            between.setdefault((other, one), []).append(key)
    for (one, other), keys in between.items():
        flow.add_edge(one, other, capacity=len(keys))
    for host in sorted(hosts):
        flow.add_edge(host, WORLD)  # without a capacity: it never fails
    number, (near, far) = nx.minimum_cut(flow, HOME, WORLD)
    if not number:
        return ()
    return tuple(
        sorted({key for (one, other), keys in between.items() if one in near and other in far for key in keys})
    )
