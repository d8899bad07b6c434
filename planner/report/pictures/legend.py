"""The legend below a map: how full links are, how much they carry, what they are, and what circles stand for.

It is made of blocks, side by side. Words break into lines until all blocks have room; none is cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from planner.report.pictures import canvas as paper
from planner.report.pictures.canvas import WIDTH_MM, Canvas
from planner.report.pictures.content import MapNode
from planner.report.pictures.marks import DASHES, IDLE, KIND_COLOURS, KINDS, LAND_SHARE, Scales, circle, ramp
from planner.report.pictures.marks import round_figures as rounded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.report.language.speech import Language
    from planner.report.pictures.content import MapContent

    Picture = Callable[[Canvas, Axes, float, float], None]
    """Draws something so many mm from the start of the line and below the top."""

HEAD_MM, HEAD_LINE_MM, ROW_MM, LINE_MM, FOOT_MM = 5.0, 3.5, 4.3, 2.8, 3.5
"""Base line of a heading and distance of its lines, distance of rows and of lines in one, room below."""
SAMPLE_MM, BAR_MM, BAR_TALL_MM = 7.0, 32.0, 9.2
"""Length of a sample of a line, of the ramp of utilisation, and the height of the ramp with its figures."""
GAP_MM, WIDEST_GAP_MM = 3.0, 14.0
"""Least and greatest distance of blocks."""
WIDTHS_MM = (WIDTH_MM, 70.0, 56.0, 46.0, 38.0, 32.0, 27.0, 23.0, 20.0, 17.0, 14.0)
"""How wide words may be, tried one after the other."""
SHORTEST_HEAD_MM = 20.0


@dataclass(frozen=True)
class LegendRow:
    """A line of a block: what is drawn, how wide that is, and its words."""

    text: str
    picture: Picture
    lead: float = SAMPLE_MM


@dataclass(frozen=True)
class LegendBlock:
    """A heading with its rows; a picture of its own stands above them or, where it has a width, before them."""

    head: str
    rows: tuple[LegendRow, ...] = ()
    picture: Picture | None = None
    before: float = 0.0
    above: float = 0.0
    least: float = 0.0


@dataclass(frozen=True)
class PlacedBlock:
    """A block with its words broken into lines, and where it starts, mm."""

    block: LegendBlock
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    width: float

    @property
    def height(self) -> float:
        """Height in mm below the headings."""
        rows = sum(ROW_MM + LINE_MM * (len(lines) - 1) for lines in self.rows)
        return max(self.block.above + rows, self.block.least)


@dataclass(frozen=True)
class Legend:
    """Blocks that fit below a map."""

    laid: tuple[PlacedBlock, ...]

    @property
    def _headed(self) -> float:
        return HEAD_MM + HEAD_LINE_MM * (max((len(each.head) for each in self.laid), default=1) - 1)

    @property
    def height_mm(self) -> float:
        """Height in mm."""
        return self._headed + max((each.height for each in self.laid), default=0.0) + FOOT_MM

    def draw(self, canvas: Canvas, top: float) -> None:
        """Draw all blocks so many mm below the top of the page."""
        axes = canvas.sheet()
        rest = WIDTH_MM - sum(each.width for each in self.laid)
        gap = min(rest / max(len(self.laid) - 1, 1), WIDEST_GAP_MM)
        x = 0.0
        for each in self.laid:
            for number, line in enumerate(each.head):
                canvas.write(x, top + HEAD_MM + HEAD_LINE_MM * number, line, paper.SMALL, color=paper.INK)
            _draw_block(canvas, axes, x, top + self._headed, each)
            x += each.width + gap


def _draw_block(canvas: Canvas, axes: Axes, x: float, top: float, laid: PlacedBlock) -> None:
    block = laid.block
    if block.picture:
        block.picture(canvas, axes, x, top)
    x, y = x + block.before, top + block.above + 3.6
    for row, lines in zip(block.rows, laid.rows, strict=True):
        row.picture(canvas, axes, x, y)
        for number, line in enumerate(lines):
            canvas.write(x + row.lead + 1.8, y + 0.9 + LINE_MM * number, line, paper.TINY)
        y += ROW_MM + LINE_MM * (len(lines) - 1)


def words_of(blocks: Sequence[LegendBlock]) -> list[str]:
    """Return all words of a legend."""
    return [word for block in blocks for word in (block.head, *(row.text for row in block.rows))]


def lay(canvas: Canvas, blocks: Sequence[LegendBlock]) -> Legend:
    """Break words into lines until all blocks stand side by side; the canvas only measures."""
    laid: tuple[PlacedBlock, ...] = ()
    for width in WIDTHS_MM:
        laid = tuple(_lay(canvas, block, width) for block in blocks)
        if sum(each.width for each in laid) + GAP_MM * (len(laid) - 1) <= WIDTH_MM:
            break
    return Legend(laid)


def _lay(canvas: Canvas, block: LegendBlock, limit: float) -> PlacedBlock:
    rows = tuple(tuple(canvas.balanced(row.text, paper.TINY, limit)) for row in block.rows)
    leads = [
        row.lead + 1.8 + max(canvas.width_mm(line, paper.TINY) for line in lines)
        for row, lines in zip(block.rows, rows, strict=True)
    ]
    own = BAR_MM if block.above else 0.0
    body = max(block.before + max(leads, default=0.0), own)
    head = tuple(canvas.balanced(block.head, paper.SMALL, max(body, limit if limit > BAR_MM else SHORTEST_HEAD_MM)))
    return PlacedBlock(block, head, rows, max(body, *(canvas.width_mm(line, paper.SMALL) for line in head)))


def blocks_of(content: MapContent, scales: Scales, language: Language) -> list[LegendBlock]:
    """Return the blocks that a map needs."""
    blocks = []
    if any(line.gbps for line in content.lines):
        if content.loaded:
            blocks.append(_utilisation(content, language))
        blocks.append(_widths(content, scales, language))
    if content.lines:
        blocks.append(_kinds(content, language))
    if any(spot.installed for spot in content.spots.values()):
        blocks.append(_sites(content, scales, language))
    elif not content.lines:
        blocks.append(LegendBlock(language.text("The network has neither links nor compute.")))
    return blocks


def _utilisation(content: MapContent, language: Language) -> LegendBlock:
    """The ramp with its ends named, and the lines of links that are not used or full."""
    rows = []
    if any(not line.gbps for line in content.lines):
        sample = partial(_sample, strokes=({"color": IDLE, "linewidth": 0.7},))
        rows.append(LegendRow(language.text("unused by the plan"), sample))
    if any(line.binds and line.gbps for line in content.lines):
        strokes = ({"color": paper.INK, "linewidth": 4.4}, {"color": ramp(1.0), "linewidth": 2.4})
        rows.append(LegendRow(language.text("full: more would save"), partial(_sample, strokes=strokes)))
    return LegendBlock(language.text("Link, share of capacity in use"), tuple(rows), _draw_ramp, above=BAR_TALL_MM)


def _draw_ramp(canvas: Canvas, axes: Axes, x: float, top: float) -> None:
    """Draw the colours of utilisation in one row."""
    from matplotlib.patches import Rectangle

    y, steps = top + 2.2, 64
    for step in range(steps):
        # Each reaches to the end, so that viewers leave no seams between them.
        first, last = canvas.at(x + BAR_MM * step / steps), canvas.at(x + BAR_MM)
        colour = ramp((step + 0.5) / steps)
        axes.add_patch(Rectangle((first, y), last - first, 2.4, facecolor=colour, edgecolor="none"))
    for share in (0.0, 0.5, 1.0):
        side = canvas.start if share == 0 else canvas.end if share == 1 else "center"
        canvas.write(x + BAR_MM * share, y + 5.4, canvas.language.percentage(share), paper.TINY, side=side)


def _sample(canvas: Canvas, axes: Axes, x: float, y: float, *, strokes: Sequence[dict[str, Any]]) -> None:
    """Draw a piece of a line."""
    for stroke in strokes:
        axes.plot([canvas.at(x), canvas.at(x + SAMPLE_MM)], [y, y], **{"solid_capstyle": "butt"} | stroke)


def _widths(content: MapContent, scales: Scales, language: Language) -> LegendBlock:
    head = language.text("Plan's traffic, Gbps") if content.loaded else language.text("Capacity, Gbps")
    factor = 1.0 if content.loaded else 0.7
    if {line.kind for line in content.lines if line.gbps} == {"terrestrial"}:
        factor *= LAND_SHARE
    rows = []
    for gbps in rounded(scales.gbps):
        stroke = {"color": paper.MUTED, "linewidth": scales.width(gbps) * factor}
        rows.append(LegendRow(language.number(gbps), partial(_sample, strokes=(stroke,))))
    return LegendBlock(head, tuple(rows))


def kind_words(language: Language) -> dict[str, str]:
    """Return what the kinds of links are called."""
    return {
        "submarine": language.text("under water"),
        "terrestrial": language.text("on land"),
        "microwave": language.text("microwave"),
        "satellite": language.text("satellite"),
    }


def _kinds(content: MapContent, language: Language) -> LegendBlock:
    """The kinds of links that there are, and below them the tint of members."""
    words, found, rows = kind_words(language), {line.kind for line in content.lines}, []
    for kind in (kind for kind in KINDS if kind in found):
        stroke = {
            "color": paper.MUTED if content.loaded else KIND_COLOURS[kind],
            "linewidth": 2.2 * (LAND_SHARE if kind == "terrestrial" else 1.0), "linestyle": DASHES[kind],
        }  # fmt: skip
        rows.append(LegendRow(words[kind], partial(_sample, strokes=(stroke,))))
    if content.members:
        rows.append(LegendRow(language.text("member country"), _draw_tint))
    return LegendBlock(language.text("Kind of link"), tuple(rows))


def _draw_tint(canvas: Canvas, axes: Axes, x: float, y: float) -> None:
    from matplotlib.patches import Rectangle

    left = min(canvas.at(x), canvas.at(x + SAMPLE_MM))
    axes.add_patch(
        Rectangle((left, y - 1.4), SAMPLE_MM, 2.8, facecolor=paper.MEMBER, edgecolor=paper.BORDER, linewidth=0.5)
    )


def _sites(content: MapContent, scales: Scales, language: Language) -> LegendBlock:
    """Circles of round sizes, and beside them what their parts are."""
    parts = [(MapNode("", "", "", 0, 0, installed=1, used=1), _core_word(language, content))]
    if any(spot.used < spot.installed for spot in content.spots.values()):
        rest = language.text("installed, idle") if content.loaded else language.text("not yet in operation")
        parts.append((MapNode("", "", "", 0, 0, installed=1), rest))
    if content.loaded and any(spot.built for spot in content.spots.values()):
        parts.append((MapNode("", "", "", 0, 0, installed=1, used=1, built=1), language.text("built by the plan")))
    figures = tuple(sorted(rounded(scales.pflops), reverse=True))
    steps = [max(2 * scales.radius(each), 1.5 * len(language.number(each))) + 1.2 for each in figures]
    rows = tuple(LegendRow(word, partial(_draw_part, spot=spot), 2.8) for spot, word in parts)
    circles = partial(_draw_sizes, figures=figures, steps=steps, scales=scales)
    tall = 2 * scales.radius(figures[0]) + 6.0
    head = language.text("Compute at a place, PFLOPS")
    return LegendBlock(head, rows, circles, before=sum(steps) + 3, least=tall)


def _draw_part(canvas: Canvas, axes: Axes, x: float, y: float, *, spot: MapNode) -> None:
    circle(axes, (canvas.at(x + 1.4), y), 1.4, spot, loaded=True)


def _draw_sizes(
    canvas: Canvas,
    axes: Axes,
    x: float,
    top: float,
    *,
    figures: Sequence[float],
    steps: Sequence[float],
    scales: Scales,
) -> None:
    """Draw circles that stand on one line, each with its PFLOPS below."""
    from matplotlib.patches import Circle

    low = top + 2.2 + 2 * scales.radius(figures[0])
    for pflops, step in zip(figures, steps, strict=True):
        radius, middle = scales.radius(pflops), x + step / 2
        axes.add_patch(
            Circle((canvas.at(middle), low - radius), radius, facecolor="none", edgecolor=paper.MUTED, linewidth=0.7)
        )
        canvas.write(middle, low + 3.2, canvas.language.number(pflops), paper.TINY, side="center")
        x += step


def _core_word(language: Language, content: MapContent) -> str:
    return language.text("in use") if content.loaded else language.text("in operation")
