"""A topology on the terminal: what it holds, how far its places are apart, who is cut off by what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from planner.network import latency_factors
from planner.report.language.figures import NONE
from planner.report.paper import ROWS, Page, lay_paper
from planner.report.plan.sentences import confidence_word
from planner.studies.survey.routes import select_in_service

if TYPE_CHECKING:
    from rich.console import Console

    from planner.records import Record
    from planner.report.language.speech import Language
    from planner.studies.survey.cuts import Cut, Stats
    from planner.studies.survey.overview import Overview
    from planner.studies.survey.routes import Route
    from planner.topology import Site, Topology

NAMES = 4
"""Names shown of a long list in one cell."""


def print_topology(
    topology: Topology,
    overview: Overview,
    *,
    full: bool = False,
    console: Console | None = None,
    language: Language | None = None,
) -> None:
    """Print what a topology holds: counts, kinds, sites, links; `full` prints every row, and nodes and cables too."""
    page, year = lay_paper(console, None if full else ROWS, language), overview.year
    language, text = page.language, page.language.text
    page.title(language.name(topology, topology.id))
    if not overview.countries:
        page.say(text("It holds no node yet: 'planner topology add-node' adds one."))
        return
    held = text(
        "{counts}, in {countries}.",
        counts=language.joined(_counts(overview, language)),
        countries=language.texts("{count} country", "{count} countries", len(overview.countries)),
    )
    page.say(language.run_on([held, text("This is what stands in {year}.", year=year)]))
    counts = language.joined(f"{country} {n}" for country, n in overview.countries.items())
    page.say(text("Nodes by country: {counts}.", counts=counts))
    _print_shape(overview, page)
    _print_kinds(overview, page)
    stands = select_in_service(topology, year)
    if full:
        _print_nodes(topology, stands, year, page)
    _print_sites(topology, year, page)
    if full:
        _print_cables(topology, stands, year, page)
    _print_links(stands, year, page)


def _counts(overview: Overview, language: Language) -> list[str]:
    """Return how many records there are of each sort, those left out of which there is none."""
    counts, texts = overview.counts, language.texts
    told = {
        "nodes": texts("{count} node", "{count} nodes", counts["nodes"]),
        "sites": texts("{count} site", "{count} sites", counts["sites"]),
        "links": texts("{count} link", "{count} links", counts["links"]),
        "cables": texts("{count} cable", "{count} cables", counts["cables"]),
        "projects": texts("{count} project", "{count} projects", counts["projects"]),
        "risks": texts("{count} risk", "{count} risks", counts["risks"]),
        "sources": texts("{count} source", "{count} sources", counts["sources"]),
    }
    return [words for name, words in told.items() if counts[name]]


def _print_shape(overview: Overview, page: Page) -> None:
    """Say how the places hang together."""
    language, text = page.language, page.language.text
    if not overview.groups:
        return
    degrees = [text("{nodes} with {links}", nodes=nodes, links=links) for links, nodes in overview.degrees.items()]
    page.say(text("Nodes by their number of links: {counts}.", counts=language.joined(degrees)))
    if len(overview.groups) > 1:
        page.say(
            text(
                "NOT ONE NETWORK: {count} groups without a way between them, of {nodes} nodes.",
                count=len(overview.groups),
                nodes=language.joined(map(str, overview.groups[:NAMES])),
            )
        )
    route = overview.diameter
    if route is not None:
        apart = text(
            "Furthest apart: {start} and {end}, {rtt}.",
            start=route.nodes[0],
            end=route.nodes[-1],
            rtt=language.quantity(route.rtt_ms, "ms"),
        )
        hops = language.texts("At most {count} link on a way.", "At most {count} links on a way.", overview.hops)
        page.say(language.run_on([apart, hops]))


def _print_kinds(overview: Overview, page: Page) -> None:
    text, column, kinds = page.language.text, page.language.column, list(overview.links_by_kind)
    if not kinds:
        return
    page.heading(text("Links by kind, {year}", year=overview.year))
    page.table(
        [
            (text("kind"), list(map(text, kinds))),
            (text("links"), [page.language.number(overview.links_by_kind[kind]) for kind in kinds]),
            ("km", column([overview.km_by_kind[kind] for kind in kinds])),
            (text("Tbps, one way"), column([overview.gbps_by_kind[kind] / 1e3 for kind in kinds])),
        ]
    )


def _sure(records: Sequence[Record], page: Page) -> tuple[str, list[str]]:
    """Return the column that says how sure records are."""
    language = page.language
    words = [confidence_word(language, each.confidence) if each.confidence else NONE for each in records]
    return language.text("how sure"), words


def _print_nodes(topology: Topology, stands: Topology, year: int, page: Page) -> None:
    text, number = page.language.text, page.language.number
    degrees = Counter(end for link in stands.links.values() for end in link.ends)
    nodes = [node for _, node in sorted(topology.nodes.items())]
    page.heading(text("Nodes, {year} (weight in the demand of their country, ms from the users)", year=year))
    columns = [
        (text("node"), [node.id for node in nodes]),
        (text("in"), [node.country for node in nodes]),
        (text("lat"), [f"{node.lat:.2f}" for node in nodes]),
        (text("lon"), [f"{node.lon:.2f}" for node in nodes]),
        (text("links"), [str(degrees[node.id]) for node in nodes]),
        (text("weight"), [NONE if node.weight is None else number(node.weight) for node in nodes]),
        ("ms", [number(node.access_rtt_ms) for node in nodes]),
        _sure(nodes, page),
    ]
    page.table(columns, left=(0, 1, 7))


def _print_cables(topology: Topology, stands: Topology, year: int, page: Page) -> None:
    text, cables = page.language.text, [cable for _, cable in sorted(topology.cables.items())]
    if not cables:
        return
    whole, now, km = Counter[str | None](), Counter[str | None](), Counter[str | None]()
    for link in topology.links.values():
        whole[link.cable] += 1
        now[link.cable] += link.id in stands.links
        km[link.cable] += round(link.length_km)
    page.heading(text("Cables, {year}", year=year))
    columns = [
        (text("cable"), [cable.id for cable in cables]),
        (text("kind"), [text(cable.kind) for cable in cables]),
        (text("segments"), [str(whole[cable.id]) for cable in cables]),
        (text("in service"), [str(now[cable.id]) for cable in cables]),
        ("km", [page.language.number(km[cable.id]) for cable in cables]),
        (text("since"), [str(cable.from_year or NONE) for cable in cables]),
        (text("until"), [str(cable.until or NONE) for cable in cables]),
        _sure(cables, page),
    ]
    page.table(columns, left=(0, 1, 7))


def _print_sites(topology: Topology, year: int, page: Page) -> None:
    text = page.language.text
    sites = sorted(topology.sites.values(), key=lambda site: (-_compute(site, year), site.id))
    if not sites:
        return
    page.heading(text("Sites, {year}", year=year))
    columns = [
        (text("site"), [f"{site.id} ({topology.nodes[site.node].country})" for site in sites]),
        (text("status"), [text(site.status) for site in sites]),
        ("PFLOPS", page.language.column([_compute(site, year) for site in sites])),
        (
            text("may grow by"),
            [" + ".join(_most(each.max, page.language) for each in site.expansion) or NONE for site in sites],
        ),
        (text("since"), [str(site.from_year or NONE) for site in sites]),
        _sure(sites, page),
    ]
    page.table(columns, left=(0, 1, 5), rest="")


def _compute(site: Site, year: int) -> float:
    """PFLOPS that stand at a site in a year."""
    return site.compute_pflops.at(year) if (site.from_year or year) <= year <= (site.until or year) else 0.0


def _most(limit: Any, language: Language) -> str:
    return language.text("any") if limit is None else language.number(max(value for _, value in limit.points))


def _print_links(topology: Topology, year: int, page: Page) -> None:
    text, language = page.language.text, page.language
    links = sorted(topology.links.values(), key=lambda link: (-link.capacity_gbps.at(year), link.id))
    if not links:
        return
    page.heading(text("Links, {year} (* length or round trip worked out, not given)", year=year))
    columns = [
        (text("link"), [link.id for link in links]),
        (text("kind"), [text(link.kind) for link in links]),
        ("km", [f"{language.number(round(link.length_km))}{'' if link.length_given else '*'}" for link in links]),
        ("ms", [f"{language.fixed(link.rtt_ms, 1)}{'' if link.rtt_given else '*'}" for link in links]),
        ("Gbps", language.column([link.capacity_gbps.at(year) for link in links])),
        (text("taken"), language.column([link.committed_gbps.at(year) for link in links])),
    ]
    page.table(columns, left=(0, 1), rest="")


def print_route(
    topology: Topology, route: Route, *, console: Console | None = None, language: Language | None = None
) -> None:
    """Print the quickest way between two places: each step, and what the sum is to be measured against."""
    page = lay_paper(console, None, language)
    language, text = page.language, page.language.text
    ends = {"start": route.nodes[0], "end": route.nodes[-1]}
    rtt, km = language.quantity(route.rtt_ms, "ms"), language.quantity(round(route.km), "km")
    page.heading(text("{start} to {end}: {rtt} there and back, {km}", rtt=rtt, km=km, **ends), gap=False)
    if route.links:
        links = [topology.links[key] for key in route.links]
        steps = [
            text("to {node} ({country})", node=node, country=topology.nodes[node].country) for node in route.nodes[1:]
        ]
        columns = [
            ("", steps),
            (text("over"), list(route.links)),
            ("km", [language.number(round(link.length_km)) for link in links]),
            (text("ms in glass"), [language.fixed(link.rtt_ms, 1) for link in links]),
        ]
        page.table(columns, left=(0, 1))
        page.say(_counted(topology, route, language))
    page.say(
        text(
            "Straight glass over the great circle of {km} would take {ideal}; the public internet of today takes {seen}"
            " between places so far apart (median). Access of the users comes on top.",
            km=language.quantity(round(route.distance_km), "km"),
            ideal=language.quantity(route.ideal_ms, "ms"),
            seen=language.quantity(route.seen_ms, "ms"),
        )
    )


def _counted(topology: Topology, route: Route, language: Language) -> str:
    """Say how the links' round trips become that of the way."""
    text, glass = language.text, language.quantity(route.glass_ms, "ms")
    if route.latency == "glass":
        return text("Glass alone, which nobody sees: '--latency planning' counts what a backbone shows.")
    if route.floor_ms is not None:
        return text(
            "In glass {glass}; what is seen between {one} and {other} is at least {floor}.",
            glass=glass,
            one=language.country(topology.nodes[route.nodes[0]].country),
            other=language.country(topology.nodes[route.nodes[-1]].country),
            floor=language.quantity(route.floor_ms, "ms"),
        )
    factors = latency_factors(topology, route.latency)
    return text(
        "In glass {glass}; counted are {factor} times that over fibre, unless measured, and {once} once.",
        glass=glass,
        factor=language.number(factors.factor),
        once=language.quantity(factors.once_ms, "ms"),
    )


def print_cuts(
    stats: Stats, *, full: bool = False, console: Console | None = None, language: Language | None = None
) -> None:
    """Print who is cut off by which single failure, and how each country hangs on its links."""
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    _print_failures(stats.cuts, page)
    page.heading(text("How each country hangs on the others"))
    exposures = sorted(stats.exposures, key=lambda each: (each.fewest, each.gbps, each.country))
    columns = [
        (text("country"), [each.country for each in exposures]),
        (text("nodes"), [str(each.nodes) for each in exposures]),
        (text("links\nabroad"), [str(each.links) for each in exposures]),
        (text("Gbps\nabroad"), language.column([each.gbps for each in exposures])),
        (text("fewest"), [str(each.fewest) if each.fewest else NONE for each in exposures]),
        (
            text("links whose loss leaves no way to compute abroad"),
            [text("the map ends there") if each.edge else language.few(each.weakest, NAMES) for each in exposures],
        ),
    ]
    page.table(columns, prose=5, rest="")
    page.heading(
        language.texts(
            "Bridges: {count} link without a way around",
            "Bridges: {count} links without a way around",
            len(stats.bridges),
        )
    )
    if stats.bridges:
        page.say(page.few(stats.bridges))


def _print_failures(cuts: Sequence[Cut], page: Page) -> None:
    text = page.language.text
    if not any(cut.is_finding for cut in cuts):
        page.heading(text("Nothing that fails alone cuts anybody off"), gap=False)
        _say_edges(cuts, page)
        return
    found = [cut for cut in cuts if cut.is_finding]
    page.heading(text("Who is cut off if this fails alone (share of the country's demand)"), gap=False)
    columns = [
        (text("failure"), [cut.failure for cut in found]),
        (text("nodes"), [str(sum(map(len, cut.cut_off.values()))) for cut in found]),
        (text("cut off from the others"), [_whom(cut, page.language) for cut in found]),
    ]
    page.table(columns, prose=2, rest="")
    _say_edges(cuts, page)


def _say_edges(cuts: Sequence[Cut], page: Page) -> None:
    """Say who is cut off only because the map ends there."""
    language, found = page.language, [cut for cut in cuts if cut.beyond]
    if not found:
        return
    told = [
        language.text("{names} by {failure}", names=language.few(cut.beyond, NAMES), failure=cut.failure)
        for cut in found
    ]
    page.say(
        language.text(
            "No finding, for the map ends there (edge): cut off on this map alone are {cuts}.",
            cuts=language.text("; ").join(told[: page.rows]),
        )
    )
    page.more(len(told), "")


def _whom(cut: Cut, language: Language) -> str:
    """Name who is cut off, and who keeps a way to the others but to no machine."""
    text = language.text
    parts = [
        text(
            "{country} {share}: {names}",
            country=country,
            share=language.percentage(cut.weight[country]),
            names=language.few(nodes, NAMES),
        )
        for country, nodes in cut.cut_off.items()
    ]
    dark = [node for node in cut.dark if not any(node in nodes for nodes in cut.cut_off.values())]
    parts += [text("without any machine: {names}", names=language.few(dark, NAMES))] if dark else []
    return text("; ").join(parts)
