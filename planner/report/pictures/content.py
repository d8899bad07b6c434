"""What a map shows: places with their compute, links with their load or capacity, and the words around them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.admissibility import in_service
from planner.programme.case import INTACT
from planner.report.plan.facts.community import community_answer
from planner.report.plan.facts.totals import in_year, total
from planner.report.plan.plan_text import PlanText
from planner.report.plan.sentences import convention, status, titles
from planner.studies.survey.routes import base_year, select_in_service

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language
    from planner.topology import Topology

MICRO = 1e-6
"""Gbps and PFLOPS below this are rounding."""

FEW_SITES, CLOSE = 2, 0.35
"""A topology's map is made to fit its sites where there are more than a few, and they span less than this of it all."""


@dataclass
class MapNode:
    """A node: where it is, what it is called, and the PFLOPS there; `asked` ranks those without any.

    `seen` ones are named; the map is made to fit the `core`: who asks, and what serves.
    """

    key: str
    name: str
    country: str
    lon: float
    lat: float
    installed: float = 0.0
    built: float = 0.0
    used: float = 0.0
    asked: float = 0.0
    seen: bool = False
    core: bool = False
    figures: str = ""


@dataclass(frozen=True)
class MapLine:
    """A link: its ends, its kind, what its width and its colour stand for, and whether its limit binds."""

    key: str
    ends: tuple[str, str]
    kind: str
    gbps: float
    share: float
    binds: bool = False


@dataclass(frozen=True)
class MapContent:
    """All that a map says; `loaded` tells a plan's map from that of a topology."""

    title: str
    headline: tuple[str, ...]
    remarks: tuple[str, ...]
    spots: dict[str, MapNode]
    lines: tuple[MapLine, ...]
    loaded: bool
    members: frozenset[str] = field(default_factory=frozenset)


def plan_content(plan: Plan, year: int, language: Language) -> MapContent:
    """Gather the map of a year of a plan."""
    spots = _spots(plan.inputs.topology, language)
    _add_sites(plan, year, spots)
    lines = _loads(plan, year)
    _mark_seen(plan, year, spots, lines)
    for spot in spots.values():
        if spot.installed > MICRO:
            spot.figures = language.text(
                "{used} of {installed}", used=_figure(language, spot.used), installed=_figure(language, spot.installed)
            )
    plan_text = PlanText(plan, language)
    title, changes = titles(plan.inputs, language)
    if len(plan.inputs.scenario.years) > 1:
        title = f"{year} · {title}"
    headed = title if str(year) in title else language.text("{title}, {year}", title=title, year=year)
    return MapContent(
        title=headed,
        headline=(*changes, _headline(plan, year, language)),
        remarks=(status(plan_text), convention(plan_text)),
        spots=spots,
        lines=lines,
        loaded=True,
        members=frozenset(plan.inputs.scenario.community.members),
    )


def topology_content(topology: Topology, year: int | None, language: Language) -> MapContent:
    """Gather the map of a topology as it stands in a year, by default `base_year`."""
    year = base_year(topology) if year is None else year
    topology = select_in_service(topology, year)
    spots = _spots(topology, language)
    alive = {
        key: site
        for key, site in sorted(topology.sites.items())
        if site.project is None and not site.market and in_service(site, year)  # what waits for a project is not there
    }
    figures = {key: site.compute_pflops.at(year) for key, site in alive.items()}
    for key, site in alive.items():
        spot = spots[site.node]
        spot.installed += figures[key]
        spot.used += figures[key] if site.status == "operating" else 0.0
    core = _first_view(topology)
    for spot in spots.values():
        spot.seen, spot.core = True, spot.key in core
        spot.figures = _figure(language, spot.installed) if spot.installed > MICRO else ""
    lines = tuple(
        MapLine(key, link.ends, link.kind, link.capacity_gbps.at(year), 0.0)
        for key, link in sorted(topology.links.items())
    )
    headline = language.text(
        "Links in service in {year}: {links}. Sites with compute: {sites}, together {pflops}",
        year=year,
        links=language.number(len(lines)),
        sites=language.number(sum(pflops > 0 for pflops in figures.values())),
        pflops=language.quantity(sum(figures.values()), "PFLOPS"),
    )
    return MapContent(
        title=language.name(topology, topology.id),
        headline=(headline,),
        remarks=(language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised."),),
        spots=spots,
        lines=lines,
        loaded=False,
    )


def _first_view(topology: Topology) -> frozenset[str]:
    """Return the nodes that the map is made to fit: those of the sites where they lie close together, else all."""
    everywhere, sited = frozenset(topology.nodes), frozenset(site.node for site in topology.sites.values())
    return (
        sited if len(sited) > FEW_SITES and _size(topology, sited) < CLOSE * _size(topology, everywhere) else everywhere
    )


def _size(topology: Topology, keys: frozenset[str]) -> float:
    """Return how much of the globe nodes span, in degrees by degrees; the meridian of 180 degrees is none."""
    lons = sorted(topology.nodes[key].lon % 360 for key in keys)
    lats = [topology.nodes[key].lat for key in keys]
    widest = max(b - a for a, b in pairwise([*lons, lons[0] + 360]))
    return (360 - widest) * (1 + max(lats) - min(lats))


def _spots(topology: Topology, language: Language) -> dict[str, MapNode]:
    return {
        key: MapNode(key, language.name(node, key), node.country, node.lon, node.lat, asked=1e-9 * (node.weight or 0.0))
        for key, node in sorted(topology.nodes.items())
    }


def _add_sites(plan: Plan, year: int, spots: dict[str, MapNode]) -> None:
    """Add up the sites of each node; the peak is what is in use."""
    sites = plan.inputs.topology.sites
    columns = ["installed_pflops", "built_pflops", "used_pflops"]
    for key, installed, built, used in in_year(plan.sites, year)[columns].itertuples():
        if sites[str(key)].market:
            continue  # it is no site of the plan's
        spot = spots[sites[str(key)].node]
        spot.installed += float(installed)
        spot.built += float(built)
        spot.used += float(used)


def _loads(plan: Plan, year: int) -> tuple[MapLine, ...]:
    """Links of a year with the Gbps that the plan adds in the fuller direction, and how full they are in all."""
    links = plan.inputs.topology.links
    columns = ["peak_gbps", "utilisation", "price_usd_per_gbps"]
    return tuple(
        MapLine(
            key=str(key), ends=links[str(key)].ends, kind=links[str(key)].kind,
            gbps=float(gbps) if gbps > MICRO else 0.0, share=min(max(float(share), 0.0), 1.0), binds=bool(price > 0),
        )
        for key, gbps, share, price in in_year(plan.links, year)[columns].itertuples()
    )  # fmt: skip


def _mark_seen(plan: Plan, year: int, spots: dict[str, MapNode], lines: tuple[MapLine, ...]) -> None:
    """Mark the places that the map has to show: who asks, what serves, and what carries."""
    paths = in_year(plan.paths, year)
    intact = paths[paths.index.get_level_values("contingency") == INTACT]
    asked: defaultdict[str, float] = defaultdict(float)
    for origin, pflops in intact["pflops"].groupby(level="origin").sum().items():
        asked[str(origin)] += float(pflops)
    named = {str(origin) for origin in in_year(plan.demands, year).index.get_level_values("origin")}
    carrying = {end for line in lines if line.gbps for end in line.ends}
    for key, spot in spots.items():
        spot.asked += asked.get(key, 0.0)
        spot.core = spot.installed > MICRO or key in asked or key in named
        spot.seen = spot.core or key in carrying
    if not any(spot.seen for spot in spots.values()):
        for spot in spots.values():
            spot.seen = True


def _headline(plan: Plan, year: int, language: Language) -> str:
    """Say what is served, and what the year costs: to the community where there is one, else to all."""
    community = community_answer(plan, year)
    if community is not None and community.asked_pflops:
        return language.text(
            "The community: {served} of {asked} served, {cost} in {year}",
            served=language.number(community.served_pflops), asked=language.quantity(community.asked_pflops, "PFLOPS"),
            cost=language.money(community.cost_usd, plan.inputs.scenario.finance.currency), year=year,
        )  # fmt: skip
    figures = total(plan, year)
    money = language.money(figures.cost_usd, plan.inputs.scenario.finance.currency)
    if figures.demand_gbps and not figures.demand_pflops:
        served, asked = language.number(figures.served_gbps), language.quantity(figures.demand_gbps, "Gbps")
        return language.text(
            "{served} of {asked} carried, {cost} in {year}", served=served, asked=asked, cost=money, year=year
        )
    served, asked = language.number(figures.served_pflops), language.quantity(figures.demand_pflops, "PFLOPS")
    return language.text(
        "{served} of {asked} served, {cost} in {year}", served=served, asked=asked, cost=money, year=year
    )


def _figure(language: Language, pflops: float) -> str:
    """Return PFLOPS with no more digits than a map can bear."""
    return language.number(pflops, 2)
