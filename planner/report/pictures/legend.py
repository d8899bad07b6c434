"""The legend below a map: how full links are, how much they carry, what they are, and what circles stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.pictures import canvas as paper
from planner.report.pictures.canvas import WIDTH_MM, Canvas
from planner.report.pictures.content import Spot
from planner.report.pictures.marks import DASHES, IDLE, KIND_COLOURS, KINDS, LAND_SHARE, Scales, circle, ramp
from planner.report.pictures.marks import round_figures as rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.report.language import Language
    from planner.report.pictures.content import MapContent

LEGEND_MM = 25.0
COLUMNS_MM = (0.0, 46.0, 76.0, 105.0)
"""Where the columns begin."""
HEAD_MM, ROW_MM, SAMPLE_MM = 5.0, 4.3, 9.0
"""Base line of a column's heading, distance of its rows, length of a sample of a line."""


@dataclass(frozen=True)
class Scaled:
    """What a map shows, and in which proportions."""

    content: MapContent
    scales: Scales


def draw_legend(canvas: Canvas, top: float, content: MapContent, scales: Scales) -> None:
    """Draw the legend so many mm below the top of the page."""
    axes = canvas.sheet()
    scaled = Scaled(content, scales)
    column = iter(COLUMNS_MM)
    language = canvas.language
    if any(line.gbps for line in content.lines):
        if content.loaded:
            _utilisation(canvas, axes, next(column), top, content)
        _widths(canvas, axes, next(column), top, scaled)
    if content.lines:
        _kinds(canvas, axes, next(column), top, content)
    if any(spot.installed for spot in content.spots.values()):
        _sites(canvas, axes, next(column), top, scaled)
    elif not content.lines:
        canvas.write(0, top + HEAD_MM, language.text("The network has neither links nor compute."), paper.SMALL)


def _head(canvas: Canvas, x: float, top: float, text: str, width: float = 44.0) -> None:
    canvas.write(x, top + HEAD_MM, canvas.cut(text, paper.SMALL, width), paper.SMALL, color=paper.INK)


def _sample(canvas: Canvas, axes: Axes, x: float, y: float, **style: Any) -> None:
    """Draw a piece of a line."""
    axes.plot([canvas.at(x), canvas.at(x + SAMPLE_MM)], [y, y], **style)


def _row(canvas: Canvas, x: float, y: float, text: str, width: float = 30.0) -> None:
    canvas.write(x + SAMPLE_MM + 2, y + 0.9, canvas.cut(text, paper.TINY, width), paper.TINY)


def _utilisation(canvas: Canvas, axes: Axes, x: float, top: float, content: MapContent) -> None:
    """Draw the ramp with its ends named, and the line of a link that the plan does not use."""
    from matplotlib.patches import Rectangle

    language = canvas.language
    _head(canvas, x, top, language.text("Link, share of capacity in use"))
    bar, y, steps = 32.0, top + HEAD_MM + 2.2, 32
    for step in range(steps):
        left = min(canvas.at(x + bar * step / steps), canvas.at(x + bar * (step + 1) / steps))
        colour = ramp((step + 0.5) / steps)
        axes.add_patch(Rectangle((left, y), bar / steps, 2.4, facecolor=colour, edgecolor=colour, linewidth=0.2))
    for share in (0.0, 0.5, 1.0):
        side = canvas.start if share == 0 else canvas.end if share == 1 else "center"
        canvas.write(x + bar * share, y + 5.4, language.percentage(share), paper.TINY, side=side)
    row = y + 9.4
    if any(not line.gbps for line in content.lines):
        _sample(canvas, axes, x, row, color=IDLE, linewidth=0.7)
        _row(canvas, x, row, language.text("unused by the plan"))
        row += ROW_MM
    if any(line.binds and line.gbps for line in content.lines):
        _sample(canvas, axes, x, row, color=paper.INK, linewidth=4.4)
        _sample(canvas, axes, x, row, color=ramp(1.0), linewidth=2.4)
        _row(canvas, x, row, language.text("full: more would save"))


def _widths(canvas: Canvas, axes: Axes, x: float, top: float, scaled: Scaled) -> None:
    content, scales = scaled.content, scaled.scales
    language = canvas.language
    head = language.text("Plan's traffic, Gbps") if content.loaded else language.text("Capacity, Gbps")
    _head(canvas, x, top, head, 31.0)
    factor = 1.0 if content.loaded else 0.7
    if {line.kind for line in content.lines if line.gbps} == {"terrestrial"}:
        factor *= LAND_SHARE
    for number, gbps in enumerate(rounded(scales.gbps)):
        y = top + HEAD_MM + 3.6 + ROW_MM * number
        _sample(canvas, axes, x, y, color=paper.MUTED, linewidth=scales.width(gbps) * factor, solid_capstyle="butt")
        _row(canvas, x, y, language.number(gbps), 20.0)


def kind_words(language: Language) -> dict[str, str]:
    """Return what the kinds of links are called."""
    return {
        "submarine": language.text("under water"),
        "terrestrial": language.text("on land"),
        "microwave": language.text("microwave"),
        "satellite": language.text("satellite"),
    }


def _kinds(canvas: Canvas, axes: Axes, x: float, top: float, content: MapContent) -> None:
    words = kind_words(canvas.language)
    _head(canvas, x, top, canvas.language.text("Kind of link"), 28.0)
    found = {line.kind for line in content.lines}
    for number, kind in enumerate(kind for kind in KINDS if kind in found):
        y = top + HEAD_MM + 3.6 + ROW_MM * number
        colour = paper.MUTED if content.loaded else KIND_COLOURS[kind]
        width = 2.2 * (LAND_SHARE if kind == "terrestrial" else 1.0)
        _sample(canvas, axes, x, y, color=colour, linewidth=width, linestyle=DASHES[kind], solid_capstyle="butt")
        _row(canvas, x, y, words[kind], 17.0)


def _sites(canvas: Canvas, axes: Axes, x: float, top: float, scaled: Scaled) -> None:
    """Draw circles of round sizes, and one that says what their parts are."""
    content, scales = scaled.content, scaled.scales
    language = canvas.language
    room = WIDTH_MM - x
    _head(canvas, x, top, language.text("Compute at a place, PFLOPS"), room)
    figures = rounded(scales.pflops)
    right, low = x, top + HEAD_MM + 13.6
    for pflops in reversed(figures):
        radius = scales.radius(pflops)
        _size(canvas, axes, right + radius, low - radius, radius)
        text = language.number(pflops)
        canvas.write(right + radius, low + 3.0, text, paper.TINY, side="center")
        right += 2 * radius + max(1.5, canvas.width_mm(text, paper.TINY) - 2 * radius + 2)
    parts = [(Spot("", "", "", 0, 0, installed=1, used=1), _core_word(language, content))]
    if any(spot.used < spot.installed for spot in content.spots.values()):
        rest = language.text("installed, idle") if content.loaded else language.text("not yet in operation")
        parts.append((Spot("", "", "", 0, 0, installed=1), rest))
    if content.loaded and any(spot.built for spot in content.spots.values()):
        parts.append((Spot("", "", "", 0, 0, installed=1, used=1, built=1), language.text("built by the plan")))
    at = max(right + 1.5, x + 18.0)
    for number, (spot, word) in enumerate(parts):
        y = top + HEAD_MM + 3.6 + ROW_MM * number
        circle(axes, (canvas.at(at + 1.5), y), 1.4, spot, loaded=True)
        canvas.write(at + 4.2, y + 0.9, canvas.cut(word, paper.TINY, WIDTH_MM - at - 4.2), paper.TINY)


def _size(canvas: Canvas, axes: Axes, x: float, y: float, radius: float) -> None:
    from matplotlib.patches import Circle

    axes.add_patch(Circle((canvas.at(x), y), radius, facecolor="none", edgecolor=paper.MUTED, linewidth=0.7))


def _core_word(language: Language, content: MapContent) -> str:
    return language.text("in use") if content.loaded else language.text("in operation")
