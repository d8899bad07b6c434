"""The map: land, links, places and their names on a page, with the legend below."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from planner.report.pictures import canvas as paper
from planner.report.pictures import legend
from planner.report.pictures.canvas import Canvas, use_fonts
from planner.report.pictures.land import CountryShape, outline
from planner.report.pictures.marks import Scales, circle, dots, spread, style_of
from planner.report.pictures.naming import MapDraft, write_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.report.language.speech import Language
    from planner.report.pictures.content import MapContent, MapLine
    from planner.report.pictures.frame import MapSeries, Sheet

TITLE_MM, LINE_MM, HEAD_MM = 6.0, 5.0, 3.4
"""Height of a line of the title, of one below it, and the room between these and the map."""
REMARK_MM = 3.2
FULL = 4
BOW_MM = 1.1
"""Distance between links that join the same two places."""


def draw_map(content: MapContent, language: Language, stage: MapSeries) -> Canvas:
    """Draw a map; called within `canvas.settings`."""
    sheet = stage.sheet
    remarks = [*content.remarks]
    if stage.source:
        remarks.append(language.text("Borders: {source}. They take no side in any dispute.", source=stage.source))
    countries = {spot.country: language.country(spot.country) for spot in content.spots.values() if spot.seen}
    probe, blocks = Canvas(10, language), legend.blocks_of(content, stage.scales, language)
    names = [spot.name for spot in content.spots.values() if spot.seen]
    use_fonts(probe, content.title, *content.headline, *remarks, *names, *countries.values(), *legend.words_of(blocks))
    key = legend.lay(probe, blocks)
    titles = probe.fitted(content.title, paper.TITLE, "bold")
    heads = [part for line in content.headline for part in probe.fitted(line, paper.TEXT)]
    notes = [part for remark in remarks for part in probe.fitted(remark, paper.TINY)]
    top = TITLE_MM * len(titles) + LINE_MM * len(heads) + HEAD_MM
    canvas = Canvas(top + sheet.height_mm + key.height_mm + REMARK_MM * len(notes) + 2, language)
    canvas.title = content.title
    for number, line in enumerate(titles):
        canvas.write(0, 5.4 + TITLE_MM * number, line, paper.TITLE, weight="bold")
    for number, line in enumerate(heads):
        canvas.write(0, TITLE_MM * len(titles) + 4.6 + LINE_MM * number, line, paper.TEXT, color=paper.MUTED)
    _draw_world(canvas, top, content, stage, countries)
    key.draw(canvas, top + sheet.height_mm)
    for number, note in enumerate(notes):
        y = canvas.height_mm - 2.4 - REMARK_MM * (len(notes) - 1 - number)
        canvas.write(0, y, note, paper.TINY, color=paper.MUTED)
    return canvas


def _draw_world(canvas: Canvas, top: float, content: MapContent, stage: MapSeries, countries: dict[str, str]) -> None:
    """Draw the map itself so many mm below the top."""
    sheet = stage.sheet
    axes = canvas.axes(0, top, sheet.width_mm, sheet.height_mm, facecolor=paper.SEA)
    axes.set(xlim=(0, sheet.width_mm), ylim=(0, sheet.height_mm), xticks=[], yticks=[])
    for spine in axes.spines.values():
        spine.set(visible=True, color=paper.RULE)
    _draw_land(axes, sheet, stage.land, content.members)
    points = _draw_lines(axes, sheet, content, stage.scales)
    middles, marks = _draw_spots(axes, sheet, content, stage.scales)
    write_names(MapDraft(canvas, axes, stage, content, middles, countries), marks, points)


def _draw_land(axes: Axes, sheet: Sheet, land: list[CountryShape], members: frozenset[str]) -> None:
    """Draw the countries, members tinted; a map of the world has an edge of its own."""
    import shapely
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path as Outline

    paths, colours = [], []
    for country in land:
        for part in shapely.get_parts(country.shape):
            if part.geom_type == "Polygon":
                rings = [sheet.mm(np.asarray(ring.coords)) for ring in (part.exterior, *part.interiors)]
                colours.append(paper.MEMBER if country.code in members else paper.LAND)
                paths.append(Outline.make_compound_path(*(Outline(ring, closed=True) for ring in rings)))
    if sheet.projection.world:
        axes.set_facecolor(paper.PAPER)
        axes.fill(*sheet.mm(outline(sheet.projection)).T, facecolor=paper.SEA, edgecolor=paper.RULE, linewidth=0.5)
    axes.add_collection(PathCollection(paths, facecolor=colours, edgecolor=paper.BORDER, linewidth=0.35), autolim=False)


def _draw_lines(axes: Axes, sheet: Sheet, content: MapContent, scales: Scales) -> NDArray[np.float64]:
    """Draw the links, the widest on top, and return points along those in use, one about every mm."""
    from matplotlib.collections import LineCollection

    twins = Counter(frozenset(line.ends) for line in content.lines)
    met: Counter[frozenset[str]] = Counter()
    rows: list[tuple[float, str, NDArray[np.float64], MapLine]] = []
    lines = sorted(content.lines, key=lambda each: each.key)
    where = {key: (spot.lon, spot.lat) for key, spot in content.spots.items()}
    arcs = sheet.projection.arcs([(where[a], where[b]) for a, b in (sorted(line.ends) for line in lines)])
    for line, arc in zip(lines, arcs, strict=True):
        pair = frozenset(line.ends)
        bow = (met[pair] - (twins[pair] - 1) / 2) * BOW_MM
        met[pair] += 1
        rows += [(line.gbps, line.key, _bowed(sheet.mm(piece), bow), line) for piece in arc]
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
    # A link that is full must not be covered by words: it counts several times.
    used = [_every_mm(points) for gbps, _, points, line in rows if gbps for _ in range(FULL if line.binds else 1)]
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


def _draw_spots(
    axes: Axes, sheet: Sheet, content: MapContent, scales: Scales
) -> tuple[dict[str, tuple[float, float]], NDArray[np.float64]]:
    """Draw the places, small ones on top; return the middle of each by node, and those with radii (n, 3), in mm."""
    ordered = sorted(content.spots.values(), key=lambda spot: (-spot.installed, spot.key))
    spots = zip(ordered, sheet.spots(ordered), strict=True)
    middles = {spot.key: middle for spot, middle in spots if sheet.holds(middle)}
    drawn = [spot for spot in ordered if spot.key in middles]
    sited = [spot for spot in drawn if spot.installed > 0]
    if len(drawn) > len(sited):
        dots(axes, [middles[spot.key] for spot in drawn[len(sited) :]])
    radii = np.array([scales.radius(spot.installed) for spot in sited])
    parted = spread(np.array([middles[spot.key] for spot in sited]).reshape(-1, 2), radii)
    for spot, (x, y), radius in zip(sited, parted.tolist(), radii.tolist(), strict=True):
        middles[spot.key] = (x, y)
        circle(axes, (x, y), radius, spot, loaded=content.loaded)
    marks = [(*middles[spot.key], max(scales.radius(spot.installed), 0.45)) for spot in drawn]
    return middles, np.array(marks).reshape(-1, 3)
