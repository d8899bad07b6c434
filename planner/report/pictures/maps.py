"""The map: land, links, places and their names on a page, with the legend below."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.report.pictures import canvas as paper
from planner.report.pictures.canvas import WIDTH_MM, Canvas, use_fonts
from planner.report.pictures.labels import Ground, Placed, Wanted, place_labels
from planner.report.pictures.land import Frame, Land, draw_land, outline, read_areas
from planner.report.pictures.legend import LEGEND_MM, draw_legend
from planner.report.pictures.marks import Scales, circle, scales_for, style_of
from planner.report.pictures.projection import Projection, choose_projection

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.report.language import Language
    from planner.report.pictures.content import Line, MapContent, Spot

HEAD_MM, LINE_OF_HEAD_MM, LOWEST_MM, HIGHEST_MM = 9.5, 5.0, 72.0, 128.0
"""Height of the title, of each line below it, and the least and the most of the map itself."""
LEAST_KM = 400.0
"""A map is at least so wide: a single town needs a country around it."""
MARGIN = 0.09
"""Room around the network, as a share of its larger side."""
BOW_MM = 1.1
"""Distance between links that join the same two places."""
MOST_LABELS = 140
COUNTRY = "country "
"""Before the codes of countries among the keys of labels; no node's name holds a blank."""
PLATE = {"boxstyle": "square,pad=0.08", "facecolor": paper.LAND, "edgecolor": "none", "alpha": 0.7}
"""Keeps a label clear of the lines below it."""
LEAST_ROOM = 0.3
"""A country is named where the largest circle within it has this radius, as a share of the name's width."""
NEAR_MM, FAR_MM = 1.6, 8.5
"""How far from its mark the label of a place without and with compute may stand."""
LINE_MM = 0.3528 * 1.2
"""Height of a line of text in mm by its size in points."""


@dataclass(frozen=True)
class Sheet:
    """The map's rectangle: what it shows in km, and its size in mm."""

    projection: Projection
    frame: Frame
    width_mm: float
    height_mm: float

    def mm(self, km: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return points (n, 2) in mm from the lower left corner."""
        scaled: NDArray[np.float64] = (km - np.array(self.frame[:2])) * (
            self.width_mm / (self.frame[2] - self.frame[0])
        )
        return scaled

    def spot(self, spot: Spot) -> tuple[float, float]:
        """Return where a place lies, in mm."""
        x, y = self.mm(np.array([self.projection.spot(spot.lon, spot.lat)]))[0]
        return float(x), float(y)


def draw_map(content: MapContent, language: Language, basemap: Path | None) -> Canvas:
    """Draw a map; called within `canvas.settings`."""
    sheet = _sheet(content)
    areas, source = read_areas(basemap)
    remarks = [*content.remarks]
    if source:
        remarks.append(language.text("Borders: {source}. They take no side in any dispute.", source=source))
    foot = 3.2 * len(remarks) + 2
    top = HEAD_MM + LINE_OF_HEAD_MM * len(content.headline)
    canvas = Canvas(top + sheet.height_mm + LEGEND_MM + foot, language)
    shown = [spot for spot in content.spots.values() if spot.seen]
    land = draw_land(areas, sheet.projection, sheet.frame)
    countries = {spot.country: language.country(spot.country) for spot in shown}
    use_fonts(canvas, content.title, *content.headline, *remarks, *countries.values(), *(s.name for s in shown))
    _write_head(canvas, content)
    axes = canvas.axes(0, top, sheet.width_mm, sheet.height_mm, facecolor=paper.SEA)
    axes.set(xlim=(0, sheet.width_mm), ylim=(0, sheet.height_mm), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=paper.RULE)
    _draw_land(axes, sheet, land)
    scales = scales_for(content)
    points = _draw_lines(axes, sheet, content, scales)
    marks = _draw_spots(axes, sheet, content, scales)
    _draw_labels(Draft(canvas, axes, sheet, content, scales, land, countries), marks, points)
    draw_legend(canvas, top + sheet.height_mm, content, scales)
    for number, remark in enumerate(remarks):
        y = canvas.height_mm - 2.2 - 3.2 * (len(remarks) - 1 - number)
        canvas.write(0, y, canvas.cut(remark, paper.TINY, WIDTH_MM), paper.TINY, color=paper.MUTED)
    return canvas


def _sheet(content: MapContent) -> Sheet:
    """Choose the projection, and the frame around what the map has to show."""
    shown = [spot for spot in content.spots.values() if spot.seen]
    projection = choose_projection(np.array([(spot.lon, spot.lat) for spot in shown]).reshape(-1, 2))
    rows = [np.array([projection.spot(spot.lon, spot.lat)]) for spot in shown] or [np.zeros((1, 2))]
    for line in content.lines:
        if line.gbps:
            rows += projection.arc(*((content.spots[end].lon, content.spots[end].lat) for end in line.ends))
    km = np.concatenate(rows)
    (west, south), (east, north) = km.min(axis=0), km.max(axis=0)
    room = MARGIN * max(east - west, north - south)
    wide, tall = max(east - west + 2 * room, LEAST_KM), max(north - south + 2 * room, LEAST_KM / 2)
    height_mm = float(np.clip(WIDTH_MM * tall / wide, LOWEST_MM, HIGHEST_MM))
    wide = max(wide, tall * WIDTH_MM / height_mm)
    tall = wide * height_mm / WIDTH_MM
    x, y = (west + east) / 2, (south + north) / 2
    frame = (float(x - wide / 2), float(y - tall / 2), float(x + wide / 2), float(y + tall / 2))
    return Sheet(projection, frame, WIDTH_MM, height_mm)


def _write_head(canvas: Canvas, content: MapContent) -> None:
    canvas.title = content.title
    title = canvas.cut(content.title, paper.TITLE * 1.1, WIDTH_MM)
    canvas.write(0, 5.0, title, paper.TITLE, weight="bold")
    for number, line in enumerate(content.headline):
        y = 11.2 + LINE_OF_HEAD_MM * number
        canvas.write(0, y, canvas.cut(line, paper.TEXT, WIDTH_MM), paper.TEXT, color=paper.MUTED)


def _draw_land(axes: Axes, sheet: Sheet, land: list[Land]) -> None:
    """Draw the countries, one below the other; a map of the world has an edge of its own."""
    import shapely
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path as Outline

    paths = []
    for country in land:
        for part in shapely.get_parts(country.shape):
            if part.geom_type == "Polygon":
                rings = [sheet.mm(np.asarray(ring.coords)) for ring in (part.exterior, *part.interiors)]
                paths.append(Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings)))
    if sheet.projection.world:
        axes.set_facecolor(paper.PAPER)
        axes.fill(*sheet.mm(outline(sheet.projection)).T, facecolor=paper.SEA, edgecolor=paper.RULE, linewidth=0.5)
    axes.add_collection(
        PathCollection(paths, facecolor=paper.LAND, edgecolor=paper.BORDER, linewidth=0.35), autolim=False
    )


def _draw_lines(axes: Axes, sheet: Sheet, content: MapContent, scales: Scales) -> NDArray[np.float64]:
    """Draw the links, the widest on top, and return points along those in use, one about every mm."""
    from matplotlib.collections import LineCollection

    twins = Counter(frozenset(line.ends) for line in content.lines)
    met: Counter[frozenset[str]] = Counter()
    rows: list[tuple[float, str, NDArray[np.float64], Line]] = []
    for line in sorted(content.lines, key=lambda each: each.key):
        pair = frozenset(line.ends)
        bow = (met[pair] - (twins[pair] - 1) / 2) * BOW_MM
        met[pair] += 1
        ends = sorted(line.ends)
        start, end = ((content.spots[node].lon, content.spots[node].lat) for node in ends)
        pieces = (_bowed(sheet.mm(piece), bow) for piece in sheet.projection.arc(start, end))
        rows += [(line.gbps, line.key, piece, line) for piece in pieces]
    rows.sort(key=lambda row: row[:2])
    casing = [row for row in rows if row[3].binds and row[3].gbps]
    styles = [style_of(line, scales, loaded=content.loaded) for *_, line in rows]
    axes.add_collection(
        LineCollection(
            [points for _, _, points, _ in casing], colors=paper.INK, capstyle="round",
            linewidths=[style_of(line, scales, loaded=content.loaded).width + 2.0 for *_, line in casing],
        ),
        autolim=False,
    )  # fmt: skip
    axes.add_collection(
        LineCollection(
            [points for _, _, points, _ in rows], colors=[style.colour for style in styles],
            linewidths=[style.width for style in styles], linestyles=[style.dash for style in styles],
        ),
        autolim=False,
    )  # fmt: skip
    used = [_every_mm(points) for gbps, _, points, _ in rows if gbps]
    return np.concatenate(used) if used else np.zeros((0, 2))


def _bowed(points: NDArray[np.float64], bow: float) -> NDArray[np.float64]:
    """Bend a line sideways by so many mm in its middle, so that parallel links stand side by side."""
    if not bow:
        return points
    dense = _every_mm(points)
    along = dense[-1] - dense[0]
    length = float(np.hypot(*along)) or 1.0
    across = np.array([-along[1], along[0]]) / length
    bent: NDArray[np.float64] = dense + np.sin(np.linspace(0, np.pi, len(dense)))[:, None] * across * min(bow, length)
    return bent


def _every_mm(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return points along a line, about one every mm, the ends included."""
    steps = np.append(0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T)))
    at = np.linspace(0, steps[-1], max(int(steps[-1]) + 1, 5))
    return np.column_stack([np.interp(at, steps, points[:, axis]) for axis in (0, 1)])


def _draw_spots(axes: Axes, sheet: Sheet, content: MapContent, scales: Scales) -> NDArray[np.float64]:
    """Draw the places, small ones on top, and return the middle and radius (n, 3) of each mark."""
    marks = []
    ordered = sorted(content.spots.values(), key=lambda spot: (-spot.installed, spot.key))
    for spot in ordered:
        x, y = sheet.spot(spot)
        if 0 <= x <= sheet.width_mm and 0 <= y <= sheet.height_mm:
            radius = scales.radius(spot.installed)
            circle(axes, (x, y), radius, spot, loaded=content.loaded)
            marks.append((x, y, max(radius, 0.45)))
    return np.array(marks).reshape(-1, 3)


@dataclass(frozen=True)
class Draft:
    """A map that is being drawn, still without its labels."""

    canvas: Canvas
    axes: Axes
    sheet: Sheet
    content: MapContent
    scales: Scales
    land: list[Land]
    countries: dict[str, str]


def _draw_labels(draft: Draft, marks: NDArray[np.float64], points: NDArray[np.float64]) -> None:
    """Name the places, those with most compute first, then who asks for most, then the countries."""
    canvas, sheet, scales, content = draft.canvas, draft.sheet, draft.scales, draft.content
    ranked = sorted(
        (spot for spot in content.spots.values() if spot.seen),
        key=lambda spot: (-spot.installed, -spot.asked, spot.key),
    )[:MOST_LABELS]
    wanted, lines = [], {}
    for spot in ranked:
        lines[spot.key] = _lines_of(spot)
        sizes = [(canvas.width_mm(text, size, weight), size) for text, size, weight in lines[spot.key]]
        width, height = max(width for width, _ in sizes) + 0.6, sum(size for _, size in sizes) * LINE_MM
        reach = FAR_MM if spot.installed else NEAR_MM
        wanted.append(Wanted(spot.key, *sheet.spot(spot), scales.radius(spot.installed), width, height, reach))
    for label in _country_labels(draft):
        wanted.append(label)
        lines[label.key] = [(draft.countries[label.key.removeprefix(COUNTRY)].upper(), paper.TINY, "normal")]
    page = (0.5, 0.5, sheet.width_mm - 0.5, sheet.height_mm - 0.5)
    middles = {label.key: (label.x, label.y) for label in wanted}
    for placed in place_labels(wanted, Ground(page, marks, points)):
        _write_label(draft, placed, lines[placed.key], middles[placed.key])


def _lines_of(spot: Spot) -> list[tuple[str, float, str]]:
    """Return the lines of a place's label with their size and weight."""
    if not spot.figures:
        return [(spot.name, paper.TINY, "normal")]
    return [(spot.name, paper.SMALL, "bold"), (spot.figures, paper.TINY, "normal")]


def _write_label(
    draft: Draft, placed: Placed, lines: list[tuple[str, float, str]], middle: tuple[float, float]
) -> None:
    """Write a label's lines, each in the middle of its box, and the line that leads to it."""
    left, low, right, high = placed.box
    is_country = placed.key.startswith(COUNTRY)
    style: dict[str, Any] = {"color": paper.MUTED, "alpha": 0.75} if is_country else {"color": paper.INK, "bbox": PLATE}
    if placed.leads and not is_country:
        end = (min(max(middle[0], left), right), min(max(middle[1], low), high))
        draft.axes.plot(*zip(middle, end, strict=True), color=paper.MUTED, linewidth=0.4, zorder=4)
    y = high
    for text, size, weight in lines:
        y -= size * LINE_MM
        draft.axes.text(
            (left + right) / 2, y + size * LINE_MM * 0.24, draft.canvas.say(text), fontsize=size, fontweight=weight,
            ha="center", va="baseline", zorder=6, **style,
        )  # fmt: skip


def _country_labels(draft: Draft) -> list[Wanted]:
    """Return the names of the network's countries, each in the middle of what is seen of it, the largest first."""
    import shapely

    sheet, countries = draft.sheet, draft.countries
    found = []
    for country in draft.land:
        if country.code in countries:
            largest = max(shapely.get_parts(country.shape), key=lambda part: part.area)
            middle = shapely.maximum_inscribed_circle(largest, tolerance=largest.length / 200)
            x, y = sheet.mm(np.asarray(middle.coords)[:1])[0]
            width = draft.canvas.width_mm(countries[country.code].upper(), paper.TINY) + 1
            # A name that would hang far over its country's borders helps nobody.
            radius = shapely.length(middle) * sheet.width_mm / (sheet.frame[2] - sheet.frame[0])
            if radius < width * LEAST_ROOM:
                continue
            size = (width, paper.TINY * LINE_MM)
            found.append(
                (-largest.area, Wanted(f"{COUNTRY}{country.code}", float(x), float(y), 0.0, *size, is_centred=True))
            )
    return [label for _, label in sorted(found, key=lambda each: (each[0], each[1].key))]
