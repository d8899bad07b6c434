"""Draw the plan of a scenario as a map: python examples/draw_map.py SCENARIO PICTURE.svg [VARIANT].

Grey lines are links of the topology, coloured ones carry the plan, the wider the more. A disc is a site: its outline is
what is installed, its filling what is in use. The picture in the README is made by this script.
"""  # noqa: INP001 -- a script beside the scenarios, no package

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from math import cos, radians, sqrt
from pathlib import Path
from typing import TYPE_CHECKING

import planner

if TYPE_CHECKING:
    import pandas as pd

    from planner import Plan

WIDTH, MARGIN, HEAD, FOOT = 1000, 70, 78, 42
PFLOPS_RADIUS = 0.85
"""A site of one PFLOPS has a disc of this radius; areas are in proportion."""
LABELLED_PFLOPS = 30
"""Smaller sites and those that stand idle carry no label."""
LABEL_WIDTH = 135
"""Labels whose middles are nearer than this stand on different lines."""
STANDING, BUILT, LOAD, IDLE, INK, PLACE = "#2b6cb0", "#2f855a", "#c05621", "#cbd5e0", "#1a202c", "#4a5568"


@dataclass(frozen=True)
class Frame:
    """Where places lie in the picture: degrees become pixels, north up."""

    west: float
    north: float
    scale: float
    stretch: float
    height: float

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        """Return the pixels of a place."""
        x = MARGIN + (lon - self.west) * self.stretch * self.scale
        return round(x, 1), round(HEAD + MARGIN + (self.north - lat) * self.scale, 1)


def frame_around(places: list[tuple[float, float]]) -> Frame:
    """Return the frame that shows all places, given as pairs of longitude and latitude."""
    lons, lats = [lon for lon, _ in places], [lat for _, lat in places]
    stretch = cos(radians((max(lats) + min(lats)) / 2))
    scale = (WIDTH - 2 * MARGIN) / ((max(lons) - min(lons)) * stretch)
    height = HEAD + 2 * MARGIN + FOOT + (max(lats) - min(lats)) * scale
    return Frame(min(lons), max(lats), scale, stretch, round(height))


def draw(plan: Plan) -> str:
    """Return the picture of a plan as SVG."""
    topology, year = plan.inputs.topology, plan.inputs.scenario.years[-1]
    busy = {link for walk in plan.paths["links"] for link in str(walk).split(";") if link}
    seen = {end for link in busy for end in topology.links[link].ends}
    seen |= {topology.sites[site].node for _, site in plan.sites.index}
    frame = frame_around([(topology.nodes[node].lon, topology.nodes[node].lat) for node in sorted(seen)])
    size = f'viewBox="0 0 {WIDTH} {frame.height}" font-family="Helvetica, Arial, sans-serif" fill="{INK}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>',
        f'<rect width="{WIDTH}" height="{frame.height}" fill="#ffffff"/>',
        *_links(plan, frame, seen),
        *_sites(plan, frame),
        *_nodes(plan, frame, seen),
        *_labels(plan, frame, seen),
        *_words(plan, frame, year),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def headline(plan: Plan) -> str:
    """Return what the plan achieves, in a line."""
    asked, served = (plan.demands[column].sum() for column in ("demand_pflops", "served_pflops"))
    return f"{served:,.0f} of {asked:,.0f} PFLOPS served, {plan.total_cost_usd / 1e6:,.0f} MUSD a year"


def _links(plan: Plan, frame: Frame, seen: set[str]) -> Iterator[str]:
    """Draw the links between the places shown, idle ones below."""
    topology, loads = plan.inputs.topology, _loads(plan)
    for link in sorted(topology.links.values(), key=lambda each: (loads.get(each.id, 0.0), each.id)):
        if set(link.ends) <= seen:
            (x1, y1), (x2, y2) = (frame.point(topology.nodes[n].lon, topology.nodes[n].lat) for n in link.ends)
            load = loads.get(link.id, 0.0)
            width, colour = (round(1 + 0.6 * sqrt(load), 1), LOAD) if load else (1, IDLE)
            ends = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
            yield f'<line {ends} stroke="{colour}" stroke-width="{width}" stroke-linecap="round"/>'


def _loads(plan: Plan) -> dict[str, float]:
    """Gbps that the plan puts on each link in its fuller direction."""
    return {str(link): float(gbps) for (_, link), gbps in plan.links["peak_gbps"].items() if gbps > 0}


def _nodes(plan: Plan, frame: Frame, seen: set[str]) -> Iterator[str]:
    for node in (plan.inputs.topology.nodes[name] for name in sorted(seen)):
        x, y = frame.point(node.lon, node.lat)
        yield f'<circle cx="{x}" cy="{y}" r="2" fill="{PLACE}"/>'


def _sites(plan: Plan, frame: Frame) -> Iterator[str]:
    """Draw the sites in use, large ones below."""
    for (_, name), site in _in_use(plan).iterrows():
        x, y = _place_of_site(plan, frame, name)
        colour = BUILT if site["built_pflops"] > 0 else STANDING
        outer, inner = (PFLOPS_RADIUS * sqrt(site[f"{word}_pflops"]) for word in ("installed", "used"))
        yield f'<circle cx="{x}" cy="{y}" r="{outer:.1f}" fill="{colour}" fill-opacity="0.18" stroke="{colour}"/>'
        yield f'<circle cx="{x}" cy="{y}" r="{inner:.1f}" fill="{colour}" fill-opacity="0.55"/>'


def _labels(plan: Plan, frame: Frame, seen: set[str]) -> Iterator[str]:
    """Name the largest place of each country, and below each site write what it holds, clear of other labels."""
    nodes = [plan.inputs.topology.nodes[name] for name in sorted(seen)]
    largest = {node.country: node for node in sorted(nodes, key=lambda node: node.weight or 0.0) if node.weight}
    taken: list[tuple[float, float]] = []
    for node in largest.values():
        x, y = frame.point(node.lon, node.lat)
        taken.append((x, y - 8))
        style = f'font-style="italic" text-anchor="middle" fill="{PLACE}"'
        yield _text(x, y - 8, f"{node.name or node.id}, {node.country}", size=12, extra=style)
    for (_, name), site in _in_use(plan).iterrows():
        if site["used_pflops"] >= LABELLED_PFLOPS:
            x, y = _place_of_site(plan, frame, name)
            y += PFLOPS_RADIUS * sqrt(site["installed_pflops"]) + 14
            while any(abs(x - left) < LABEL_WIDTH and abs(y - line) < 14 for left, line in taken):
                y += 3
            taken.append((x, y))
            figures = f"{name} {site['used_pflops']:,.0f} of {site['installed_pflops']:,.0f}"
            yield _text(x, y, figures, size=12, extra='text-anchor="middle"')


def _in_use(plan: Plan) -> pd.DataFrame:
    return plan.sites[plan.sites["used_pflops"] > 0].sort_values("installed_pflops", ascending=False, kind="stable")


def _place_of_site(plan: Plan, frame: Frame, name: str) -> tuple[float, float]:
    node = plan.inputs.topology.nodes[plan.inputs.topology.sites[name].node]
    return frame.point(node.lon, node.lat)


def _words(plan: Plan, frame: Frame, year: int) -> Iterator[str]:
    title = plan.inputs.scenario.title or plan.inputs.scenario.id
    yield _text(24, 36, title if str(year) in title else f"{title}, {year}", size=22, extra='font-weight="bold"')
    yield _text(24, 62, headline(plan), size=16)
    key = frame.height - 20
    for x, colour, words in (
        (24, STANDING, "site that stands: PFLOPS in use of installed"),
        (345, BUILT, "site that the plan builds"),
    ):
        yield f'<circle cx="{x + 7}" cy="{key - 5}" r="7" fill="{colour}" fill-opacity="0.55" stroke="{colour}"/>'
        yield _text(x + 20, key, words, size=13)
    yield f'<line x1="545" y1="{key - 5}" x2="570" y2="{key - 5}" stroke="{LOAD}" stroke-width="4"/>'
    yield _text(578, key, "link that carries the plan", size=13)
    yield f'<line x1="755" y1="{key - 5}" x2="780" y2="{key - 5}" stroke="{IDLE}" stroke-width="1"/>'
    yield _text(788, key, "link that does not", size=13)


def _text(x: float, y: float, words: str, *, size: int, extra: str = "") -> str:
    halo = 'paint-order="stroke" stroke="#ffffff" stroke-width="3"'
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {halo} {extra}>{escape(words)}</text>'.replace(" >", ">")


if __name__ == "__main__":
    scenario, picture, *variant = sys.argv[1:]
    Path(picture).write_text(draw(planner.solve(scenario, variant=variant[0] if variant else None)), encoding="utf-8")
