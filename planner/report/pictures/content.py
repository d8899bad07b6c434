"""What a map shows: places with their compute, links with their load or capacity, and the words around them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.report.digest import INTACT
from planner.report.document.answer import convention, status, titles
from planner.report.document.blocks import Voice
from planner.report.summary import in_year, total

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language import Language
    from planner.topology import Link, Topology

MICRO = 1e-6
"""Gbps and PFLOPS below this are rounding."""


@dataclass
class Spot:
    """A node: where it is, what it is called, and the PFLOPS there; `asked` ranks those without any."""

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
    figures: str = ""


@dataclass(frozen=True)
class Line:
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
    spots: dict[str, Spot]
    lines: tuple[Line, ...]
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
    voice = Voice(plan, language)
    title, changes = titles(voice)
    headed = title if str(year) in title else language.text("{title}, {year}", title=title, year=year)
    return MapContent(
        title=headed,
        headline=(*changes, _headline(plan, year, language)),
        remarks=(status(voice), convention(voice)[0]),
        spots=spots,
        lines=lines,
        loaded=True,
        members=frozenset(plan.inputs.scenario.community.members),
    )


def topology_content(topology: Topology, language: Language) -> MapContent:
    """Gather the map of a topology: everything that it names, with the last value of what changes over the years."""
    spots = _spots(topology, language)
    for _, site in sorted(topology.sites.items()):
        spot, pflops = spots[site.node], site.compute_pflops.points[-1][1]
        spot.installed += pflops
        spot.used += pflops if site.status == "operating" else 0.0
    for spot in spots.values():
        spot.seen = True
        spot.figures = _figure(language, spot.installed) if spot.installed > MICRO else ""
    lines = tuple(_capacity(link) for _, link in sorted(topology.links.items()))
    operating, sites = sum(spot.used for spot in spots.values()), sum(spot.installed for spot in spots.values())
    headline = language.text(
        "{installed} of compute, {operating} of it in operation",
        installed=language.quantity(sites, "PFLOPS"),
        operating=language.quantity(operating, "PFLOPS"),
    )
    counted = language.texts("{count} link", "{count} links", len(lines))
    return MapContent(
        title=language.name(topology, topology.id),
        headline=(f"{headline} · {counted}",),
        remarks=(language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised."),),
        spots=spots,
        lines=lines,
        loaded=False,
    )


def _spots(topology: Topology, language: Language) -> dict[str, Spot]:
    return {
        key: Spot(key, language.name(node, key), node.country, node.lon, node.lat, asked=1e-9 * (node.weight or 0.0))
        for key, node in sorted(topology.nodes.items())
    }


def _add_sites(plan: Plan, year: int, spots: dict[str, Spot]) -> None:
    """Add up the sites of each node; the peak is what is in use."""
    sites = plan.inputs.topology.sites
    columns = ["installed_pflops", "built_pflops", "used_pflops"]
    for key, installed, built, used in in_year(plan.sites, year)[columns].itertuples():
        spot = spots[sites[str(key)].node]
        spot.installed += float(installed)
        spot.built += float(built)
        spot.used += float(used)


def _loads(plan: Plan, year: int) -> tuple[Line, ...]:
    """Links of a year with the Gbps that the plan adds in the fuller direction, and how full they are in all."""
    links = plan.inputs.topology.links
    columns = ["peak_gbps", "utilisation", "price_usd_per_gbps"]
    return tuple(
        Line(
            key=str(key), ends=links[str(key)].ends, kind=links[str(key)].kind,
            gbps=float(gbps) if gbps > MICRO else 0.0, share=min(max(float(share), 0.0), 1.0), binds=bool(price > 0),
        )
        for key, gbps, share, price in in_year(plan.links, year)[columns].itertuples()
    )  # fmt: skip


def _capacity(link: Link) -> Line:
    return Line(link.id, link.ends, link.kind, link.capacity_gbps.points[-1][1], 0.0)


def _mark_seen(plan: Plan, year: int, spots: dict[str, Spot], lines: tuple[Line, ...]) -> None:
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
        spot.seen = spot.installed > MICRO or key in asked or key in carrying or key in named
    if not any(spot.seen for spot in spots.values()):
        for spot in spots.values():
            spot.seen = True


def _headline(plan: Plan, year: int, language: Language) -> str:
    """Say what is served, and what the year costs."""
    figures = total(plan, year)
    money = language.money(figures.cost_usd, plan.inputs.scenario.finance.currency)
    if figures.demand_gbps and not figures.demand_pflops:
        return language.text(
            "{served} of {asked} carried, {cost} in {year}",
            served=language.number(figures.served_gbps),
            asked=language.quantity(figures.demand_gbps, "Gbps"),
            cost=money,
            year=year,
        )
    return language.text(
        "{served} of {asked} served, {cost} in {year}",
        served=language.number(figures.served_pflops),
        asked=language.quantity(figures.demand_pflops, "PFLOPS"),
        cost=money,
        year=year,
    )


def _figure(language: Language, pflops: float) -> str:
    """Return PFLOPS with no more digits than a map can bear."""
    return language.number(pflops, 2)
