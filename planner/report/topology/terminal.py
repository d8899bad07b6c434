"""A topology on the terminal: what it holds, how far its places are apart, who is cut off by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from planner.report.language.figures import NONE, column, counted, number, percentage
from planner.report.paper import ROWS, Page, lay_paper
from planner.studies.survey.overview import select_in_service

if TYPE_CHECKING:
    from rich.console import Console

    from planner.studies.survey.cuts import Cut, Stats
    from planner.studies.survey.overview import Overview, Route
    from planner.topology import Site, Topology

NAMES = 4
"""Names shown of a long list in one cell."""


def _page(console: Console | None, *, full: bool) -> Page:
    return lay_paper(console, None if full else ROWS)


def print_topology(
    topology: Topology, overview: Overview, *, full: bool = False, console: Console | None = None
) -> None:
    """Print what a topology holds: counts, kinds, sites, links; `full` prints every row, and nodes and cables too."""
    page, counts = _page(console, full=full), overview.counts
    page.title(topology.title or topology.id)
    parts = [
        counted(counts[name], noun)
        for name, noun in (
            ("nodes", "node"), ("sites", "site"), ("links", "link"), ("cables", "cable"), ("projects", "project"),
            ("risks", "risk"), ("sources", "source"),
        )
        if counts[name]
    ]  # fmt: skip
    if not overview.countries:
        page.say("It holds no node yet: 'planner topology add-node' adds one.")
        return
    page.say(f"{', '.join(parts)}, in {_countries(len(overview.countries))}. This is what stands in {overview.year}.")
    page.say(f"Nodes by country: {', '.join(f'{country} {n}' for country, n in overview.countries.items())}.")
    _print_shape(overview, page)
    _print_kinds(overview, page)
    stands = select_in_service(topology, overview.year)
    if full:
        _print_nodes(topology, stands, overview.year, page)
    _print_sites(topology, overview.year, page)
    if full:
        _print_cables(topology, stands, overview.year, page)
    _print_links(stands, overview.year, page)


def _countries(count: int) -> str:
    return "1 country" if count == 1 else f"{count} countries"


def _print_shape(overview: Overview, page: Page) -> None:
    """Say how the places hang together."""
    if not overview.groups:
        return
    degrees = ", ".join(f"{nodes} with {degree}" for degree, nodes in overview.degrees.items())
    page.say(f"Nodes by their number of links: {degrees}.")
    if len(overview.groups) > 1:
        groups = ", ".join(map(str, overview.groups[:NAMES]))
        page.say(f"NOT ONE NETWORK: {len(overview.groups)} groups without a way between them, of {groups} nodes.")
    route = overview.diameter
    if route is not None:
        ends = f"{route.nodes[0]} and {route.nodes[-1]}"
        page.say(
            f"Furthest apart: {ends}, {number(route.rtt_ms)} ms. At most {counted(overview.hops, 'link')} on a way."
        )


def _print_kinds(overview: Overview, page: Page) -> None:
    if not overview.links_by_kind:
        return
    kinds = list(overview.links_by_kind)
    page.heading(f"Links by kind, {overview.year}")
    columns = [
        kinds,
        [f"{overview.links_by_kind[kind]:,}" for kind in kinds],
        column([overview.km_by_kind[kind] for kind in kinds]),
        column([overview.gbps_by_kind[kind] / 1e3 for kind in kinds]),
    ]
    page.table(["kind", "links", "km", "Tbps, one way"], [list(row) for row in zip(*columns, strict=True)])


def _print_nodes(topology: Topology, stands: Topology, year: int, page: Page) -> None:
    degrees = Counter(end for link in stands.links.values() for end in link.ends)
    nodes = [node for _, node in sorted(topology.nodes.items())]
    if not nodes:
        return
    page.heading(f"Nodes, {year} (weight in the demand of their country, ms from the users)")
    rows = [
        [node.id, node.country, f"{node.lat:.2f}", f"{node.lon:.2f}", str(degrees[node.id]),
         NONE if node.weight is None else number(node.weight), number(node.access_rtt_ms), node.confidence or NONE]
        for node in nodes
    ]  # fmt: skip
    page.table(["node", "in", "lat", "lon", "links", "weight", "ms", "how sure"], rows, left=(0, 1, 7))


def _print_cables(topology: Topology, stands: Topology, year: int, page: Page) -> None:
    if not topology.cables:
        return
    whole, now = Counter[str | None](), Counter[str | None]()
    km: Counter[str | None] = Counter()
    for link in topology.links.values():
        whole[link.cable] += 1
        now[link.cable] += link.id in stands.links
        km[link.cable] += round(link.length_km)
    page.heading(f"Cables, {year}")
    rows = [
        [cable.id, cable.kind, str(whole[cable.id]), str(now[cable.id]), f"{km[cable.id]:,}",
         str(cable.from_year or NONE), str(cable.until or NONE), cable.confidence or NONE]
        for _, cable in sorted(topology.cables.items())
    ]  # fmt: skip
    heads = ["cable", "kind", "segments", "in service", "km", "from", "until", "how sure"]
    page.table(heads, rows, left=(0, 1, 7))


def _print_sites(topology: Topology, year: int, page: Page) -> None:
    sites = sorted(topology.sites.values(), key=lambda site: (-_compute(site, year), site.id))
    if not sites:
        return
    page.heading(f"Sites, {year}")
    rows = zip(
        [f"{site.id} ({topology.nodes[site.node].country})" for site in sites],
        [site.status for site in sites],
        column([_compute(site, year) for site in sites]),
        [" + ".join(_most(each.max) for each in site.expansion) or NONE for site in sites],
        [str(site.from_year or NONE) for site in sites],
        [site.confidence or NONE for site in sites],
        strict=True,
    )
    heads = ["site", "status", "PFLOPS", "may grow by", "from", "how sure"]
    page.table(heads, [list(row) for row in rows][: page.rows], left=(0, 1, 5))
    _print_rest(len(sites), page)


def _compute(site: Site, year: int) -> float:
    """PFLOPS that stand at a site in a year."""
    return site.compute_pflops.at(year) if (site.from_year or year) <= year <= (site.until or year) else 0.0


def _most(limit: Any) -> str:
    return "any" if limit is None else number(max(value for _, value in limit.points))


def _print_links(topology: Topology, year: int, page: Page) -> None:
    links = sorted(topology.links.values(), key=lambda link: (-link.capacity_gbps.at(year), link.id))
    if not links:
        return
    page.heading(f"Links, {year} (* length or round trip worked out, not given)")
    rows = zip(
        [link.id for link in links],
        [link.kind for link in links],
        [f"{link.length_km:,.0f}{'' if link.length_given else '*'}" for link in links],
        [f"{link.rtt_ms:.1f}{'' if link.rtt_given else '*'}" for link in links],
        column([link.capacity_gbps.at(year) for link in links]),
        column([link.committed_gbps.at(year) for link in links]),
        strict=True,
    )
    page.table(["link", "kind", "km", "ms", "Gbps", "taken"], [list(row) for row in rows][: page.rows], left=(0, 1))
    _print_rest(len(links), page)


def _print_rest(count: int, page: Page) -> None:
    if page.rows is not None and count > page.rows:
        page.say(f"  and {count - page.rows} more; -v shows all", style="italic")


def print_route(topology: Topology, route: Route, *, console: Console | None = None) -> None:
    """Print the quickest way between two places: each step, and what the sum is to be measured against."""
    page = _page(console, full=True)
    what = f"{route.nodes[0]} to {route.nodes[-1]}: {number(route.rtt_ms)} ms there and back, {route.km:,.0f} km"
    page.heading(what, gap=False)
    if route.links:
        links = [topology.links[key] for key in route.links]
        columns = [
            [f"to {node} ({topology.nodes[node].country})" for node in route.nodes[1:]],
            list(route.links),
            [f"{link.length_km:,.0f}" for link in links],
            [f"{link.rtt_ms:.1f}" for link in links],
        ]
        page.table(["", "over", "km", "ms"], [list(row) for row in zip(*columns, strict=True)], left=(0, 1))
    page.say(
        f"Straight glass over the great circle of {route.distance_km:,.0f} km would take {number(route.ideal_ms)} ms; "
        f"the public internet of today takes {number(route.seen_ms)} ms between places so far apart (median). Access "
        "of the users comes on top."
    )


def print_cuts(stats: Stats, *, full: bool = False, console: Console | None = None) -> None:
    """Print who is cut off by which single failure, and how each country hangs on its links."""
    page = _page(console, full=full)
    _print_failures(stats.cuts, page)
    page.heading("How each country hangs on the others")
    exposures = sorted(stats.exposures, key=lambda each: (each.fewest, each.gbps, each.country))
    rows = zip(
        [each.country for each in exposures],
        [str(each.nodes) for each in exposures],
        [str(each.links) for each in exposures],
        column([each.gbps for each in exposures]),
        [str(each.fewest) if each.fewest else NONE for each in exposures],
        [_some(each.weakest) for each in exposures],
        strict=True,
    )
    heads = [
        "country",
        "nodes",
        "links\nabroad",
        "Gbps\nabroad",
        "fewest",
        "links whose loss leaves no way to compute abroad",
    ]
    page.table(heads, [list(row) for row in rows][: page.rows], prose=5)
    _print_rest(len(exposures), page)
    page.heading(f"Bridges: {counted(len(stats.bridges), 'link')} without a way around")
    if stats.bridges:
        page.say(page.few(stats.bridges))


def _print_failures(cuts: Sequence[Cut], page: Page) -> None:
    if not cuts:
        page.heading("Nothing that fails alone cuts anybody off", gap=False)
        return
    page.heading("Who is cut off if this fails alone (share of the country's demand)", gap=False)
    rows = [[cut.failure, str(_lost(cut)), _whom(cut)] for cut in cuts]
    page.table(["failure", "nodes", "cut off from the others"], rows[: page.rows], prose=2)
    _print_rest(len(rows), page)


def _lost(cut: Cut) -> int:
    return sum(map(len, cut.cut_off.values()))


def _whom(cut: Cut) -> str:
    """Name who is cut off, and who keeps a way to the others but to no machine."""
    parts = [f"{country} {percentage(cut.weight[country])}: {_some(nodes)}" for country, nodes in cut.cut_off.items()]
    gone = {node for nodes in cut.cut_off.values() for node in nodes}
    dark = [node for node in cut.dark if node not in gone]
    return "; ".join([*parts, *([f"without any machine: {_some(dark)}"] if dark else [])])


def _some(names: Sequence[str]) -> str:
    left = len(names) - NAMES
    return ", ".join([*names[:NAMES], *([f"{left} more"] if left > 0 else [])])
