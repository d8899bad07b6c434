"""The names on a map: places with compute first, then who asks for most, then countries, where each has room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.report.pictures import canvas as paper
from planner.report.pictures.labels import LabelGround, PlacedLabel, WantedLabel, place_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.report.pictures.canvas import Canvas
    from planner.report.pictures.content import MapContent, MapNode
    from planner.report.pictures.frame import MapSeries
    from planner.report.pictures.land import CountryShape

MOST_LABELS = 140
MOST_PLACES = 200
"""Of more places than this only those with compute are named."""
COUNTRY = "country "
"""Before the codes of countries among the keys of labels; no node's name holds a blank."""
COUNTRY_INK = "#7d745c"
NEAR_MM, FAR_MM = 1.6, 8.5
"""How far from its mark the label of a place without and with compute may stand."""
LINE_MM = 0.3528 * 1.2
"""Height of a line of text in mm by its size in points."""
COLUMNS, ROWS, WITHIN = 9, 7, 0.8
"""A country's name is tried on a lattice of points within it, where this share of the name lies in the country."""


@dataclass(frozen=True)
class MapDraft:
    """A map that is being drawn, still without its labels: where its circles and dots are, in mm, by node."""

    canvas: Canvas
    axes: Axes
    stage: MapSeries
    content: MapContent
    middles: dict[str, tuple[float, float]]
    countries: dict[str, str]


def write_names(draft: MapDraft, marks: NDArray[np.float64], points: NDArray[np.float64]) -> None:
    """Name the places and the countries clear of marks (n, 3) and, as far as can be, of points (m, 2) along links."""
    canvas, sheet, scales, content = draft.canvas, draft.stage.sheet, draft.stage.scales, draft.content
    wanted, lines = [], {}
    named = _country_labels(draft)
    for spot in (spot for spot in _ranked(content) if spot.key in draft.middles):
        lines[spot.key] = _lines_of(spot)
        sizes = [(canvas.width_mm(text, size, weight), size) for text, size, weight in lines[spot.key]]
        width, height = max(width for width, _ in sizes) + 0.6, sum(size for _, size in sizes) * LINE_MM
        reach = FAR_MM if spot.installed else NEAR_MM
        radius = scales.radius(spot.installed)
        wanted.append(WantedLabel(spot.key, *draft.middles[spot.key], radius, width, height, reach))
    lines |= {
        label.key: [(_capitals(draft, label.key.removeprefix(COUNTRY)), paper.TINY, "normal")] for _, label in named
    }
    # Members come before the places without compute, other countries after all.
    sited = sum(bool(content.spots[label.key].installed) for label in wanted)
    wanted[sited:sited] = [label for is_member, label in named if is_member]
    wanted += [label for is_member, label in named if not is_member]
    page = (0.8, 0.8, sheet.width_mm - 0.8, sheet.height_mm - 0.8)
    known = {label.key: label for label in wanted}
    for placed in place_labels(wanted, LabelGround(page, marks, points)):
        _write_label(draft, placed, lines[placed.key], known[placed.key])


def _ranked(content: MapContent) -> list[MapNode]:
    """Return the places to be named, the most important first."""
    seen = [spot for spot in content.spots.values() if spot.seen]
    if len(seen) > MOST_PLACES:
        seen = [spot for spot in seen if spot.installed] or seen
    return sorted(seen, key=lambda spot: (-spot.installed, -spot.asked, spot.key))[:MOST_LABELS]


def _lines_of(spot: MapNode) -> list[tuple[str, float, str]]:
    """Return the lines of a place's label with their size and weight."""
    if not spot.figures:
        return [(spot.name, paper.TINY, "normal")]
    return [(spot.name, paper.SMALL, "bold"), (spot.figures, paper.TINY, "normal")]


def _write_label(draft: MapDraft, placed: PlacedLabel, lines: list[tuple[str, float, str]], label: WantedLabel) -> None:
    """Write a label's lines, each in the middle of its box, and the line that leads to its circle's edge."""
    left, low, right, high = placed.box
    is_country = placed.key.startswith(COUNTRY)
    if placed.leads and not is_country:
        end = np.array([min(max(label.x, left), right), min(max(label.y, low), high)])
        way = end - (label.x, label.y)
        start = np.array([label.x, label.y]) + way * min(label.radius / max(float(np.hypot(*way)), 1e-9), 1.0)
        draft.axes.plot(*np.column_stack([start, end]), color=paper.MUTED, linewidth=0.5, zorder=4)
    y = high
    for text, size, weight in lines:
        y -= size * LINE_MM
        draft.canvas.label(
            draft.axes, (left + right) / 2, y + size * LINE_MM * 0.24, text, size, fontweight=weight,
            color=COUNTRY_INK if is_country else paper.INK,
        )  # fmt: skip


def _capitals(draft: MapDraft, code: str) -> str:
    return draft.countries[code].upper()


def _country_labels(draft: MapDraft) -> list[tuple[bool, WantedLabel]]:
    """Return whether it is a member's, and the name, of the network's countries with room for it, the largest first."""
    found = []
    for country in draft.stage.land:
        if country.code in draft.countries:
            width = draft.canvas.width_mm(_capitals(draft, country.code), paper.TINY) + 1
            height = paper.TINY * LINE_MM
            spots = _room_for(draft, country, width, height)
            if spots:
                label = WantedLabel(f"{COUNTRY}{country.code}", *spots[0], 0.0, width, height, also=tuple(spots))
                found.append((-country.shape.area, label.key, country.code in draft.content.members, label))
    return [(is_member, label) for _, _, is_member, label in sorted(found, key=lambda each: each[:2])]


def _room_for(draft: MapDraft, country: CountryShape, width: float, height: float) -> list[tuple[float, float]]:
    """Return points in mm where a name lies within its country, the one in the middle of the country first."""
    import shapely

    sheet = draft.stage.sheet
    largest = max(shapely.get_parts(country.shape), key=lambda part: part.area)
    drawn = shapely.transform(largest, sheet.mm)
    west, south, east, north = drawn.bounds
    if east - west < WITHIN * width or north - south < height:
        return []
    circle = shapely.maximum_inscribed_circle(drawn, tolerance=0.5)
    middle = np.asarray(circle.coords)[0]
    lattice = np.meshgrid(np.linspace(west, east, COLUMNS), np.linspace(south, north, ROWS))
    points = np.vstack([middle, np.column_stack([each.ravel() for each in lattice])])
    x, y = points.T
    boxes = shapely.box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    shapely.prepare(drawn)
    inside = shapely.area(shapely.intersection(boxes, drawn)) >= WITHIN * width * height
    kept = points[inside]
    order = np.argsort(np.hypot(*(kept - middle).T), kind="stable")
    return [(float(x), float(y)) for x, y in kept[order]]
