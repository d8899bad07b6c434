"""Rows of bars: each row is named at its start, each bar is made of parts, and figures stand in or beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.pictures import canvas as paper
from planner.report.pictures.canvas import WIDTH_MM, Canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.report.language.speech import Language

TITLE_MM, PLAN_MM, KEY_MM, ROW_MM, BAR_MM, AXIS_MM = 6.0, 4.2, 5.0, 5.6, 3.9, 10.5
"""Heights of a line of the title, of what the plan is called, of a row of the key, of bars, and of the scale."""
KEY_ROW_MM = 5.0
"""Distance of the rows of a key."""
MOST_NAME_MM, END_MM = 46.0, 30.0
"""Room for the names of rows, and beside the longest bar for its figure."""
FOOT_MM = 4.0


@dataclass(frozen=True)
class BarPart:
    """One kind of part: its word in the key, its colour, its hatch and the colour of figures in it."""

    word: str
    colour: str
    hatch: str = ""
    ink: str = paper.PAPER


@dataclass(frozen=True)
class BarRow:
    """A bar: its name, a value for each part, and the figure at its end; without values it is a heading."""

    name: str
    values: tuple[float, ...] = ()
    end: str = ""


@dataclass(frozen=True)
class ChartTitles:
    """The words around a chart: title, what the plan is called, what is measured, and remarks below."""

    title: str
    plan: str
    axis: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChartHead:
    """The words around a chart, broken into lines."""

    title: list[str]
    plan: list[str]
    remarks: list[str]

    @property
    def key_mm(self) -> float:
        """Base line of the key's first row."""
        return TITLE_MM * len(self.title) + PLAN_MM * len(self.plan) + 6.8

    @property
    def foot_mm(self) -> float:
        """Height of the remarks."""
        return FOOT_MM * len(self.remarks) + (1.5 if self.remarks else 0.0)


def lay_head(probe: Canvas, titles: ChartTitles, *more: str) -> ChartHead:
    """Break the words around a chart into lines; fonts are chosen that have the letters of these and of more words."""
    paper.use_fonts(probe, titles.title, titles.plan, titles.axis, *titles.remarks, *more)
    remarks = [line for remark in titles.remarks for line in probe.fitted(remark, paper.TINY)]
    return ChartHead(probe.fitted(titles.title, paper.TITLE, "bold"), probe.fitted(titles.plan, paper.SMALL), remarks)


def draw_bars(
    language: Language, titles: ChartTitles, parts: Sequence[BarPart], rows: Sequence[BarRow], *, key: bool = True
) -> Canvas:
    """Draw rows of bars from the top down; called within `canvas.settings`."""
    words = (*(part.word for part in parts), *(row.name for row in rows), *(row.end for row in rows))
    probe = Canvas(10, language)
    head = lay_head(probe, titles, *words)
    top = head.key_mm + (key_mm(probe, parts) if key else -3.0)
    tall = ROW_MM * len(rows) + 1.5
    canvas = Canvas(top + tall + AXIS_MM + head.foot_mm, language)
    write_head(canvas, titles, head)
    if key:
        draw_key(canvas, head.key_mm, parts)
    widths = [canvas.width_mm(row.name, paper.SMALL, _weight(row)) for row in rows if row.values]
    name = min(max(widths, default=10.0), MOST_NAME_MM) + 3
    most = max((sum(row.values) for row in rows), default=0.0) or 1.0
    axes = bar_axes(canvas, (name, top, WIDTH_MM - name - END_MM, tall), most, titles.axis)
    axes.set(ylim=(len(rows), 0))
    for number, row in enumerate(rows):
        y = top + ROW_MM * (number + 0.5) * tall / (ROW_MM * len(rows)) + 0.95
        text = canvas.cut(row.name, paper.SMALL, MOST_NAME_MM if row.values else WIDTH_MM)
        canvas.write(0, y, text, paper.SMALL, weight=_weight(row))
        _draw_row(canvas, axes, number + 0.5, row, parts)
    return canvas


def write_head(canvas: Canvas, titles: ChartTitles, head: ChartHead) -> None:
    """Write what a chart shows and of which plan above it, and the remarks below."""
    canvas.title = f"{titles.title} · {titles.plan}"
    for number, line in enumerate(head.title):
        canvas.write(0, 5.4 + TITLE_MM * number, line, paper.TITLE, weight="bold")
    for number, line in enumerate(head.plan):
        y = TITLE_MM * len(head.title) + 4.4 + PLAN_MM * number
        canvas.write(0, y, line, paper.SMALL, color=paper.MUTED)
    for number, remark in enumerate(reversed(head.remarks)):
        canvas.write(0, canvas.height_mm - 2.4 - FOOT_MM * number, remark, paper.TINY, color=paper.MUTED)


def _weight(row: BarRow) -> str:
    return "normal" if row.values else "bold"


def bar_axes(canvas: Canvas, box: tuple[float, float, float, float], most: float, label: str) -> Axes:
    """Return axes for bars that grow from the start of the line, with a scale below."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    language = canvas.language
    axes = canvas.axes(*box, facecolor="none")
    ticks = [
        tick for tick in MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]).tick_values(0, most) if 0 <= tick <= most * 1.001
    ]
    axes.set(xlim=(most, 0) if canvas.mirrored else (0, most), yticks=[])
    axes.xaxis.set_major_locator(FixedLocator(ticks))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: language.number(value)))
    axes.set_xlabel(canvas.say(label), fontsize=paper.SMALL, loc=canvas.start)
    axes.grid(axis="x", color=paper.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, pad=2)
    for name, spine in axes.spines.items():
        spine.set_visible(name == canvas.start)
    return axes


def _draw_row(canvas: Canvas, axes: Axes, y: float, row: BarRow, parts: Sequence[BarPart]) -> None:
    """Draw a bar with figures in the parts that have room for them."""
    at = 0.0
    mm = axes.get_position().width * WIDTH_MM / max(axes.get_xlim())
    for value, part in zip(row.values, parts, strict=False):
        if value <= 0:
            continue
        axes.barh(y, value, left=at, height=BAR_MM / ROW_MM, clip_on=False, **look(part))
        text = canvas.language.number(value)
        is_part = value < sum(row.values)
        if is_part and canvas.width_mm(text, paper.TINY) + 1.6 < value * mm:
            box = {"boxstyle": "square,pad=0.12", "facecolor": part.colour, "edgecolor": "none"} if part.hatch else None
            style: dict[str, Any] = {"fontsize": paper.TINY, "color": part.ink, "bbox": box}
            axes.text(at + value / 2, y, text, ha="center", va="center_baseline", **style)
        at += value
    if row.end:
        pad = 1.2 / mm
        axes.text(at + pad, y, canvas.say(row.end), fontsize=paper.SMALL, ha=canvas.start, va="center_baseline")


def look(part: BarPart) -> dict[str, Any]:
    """Return how a part is filled: hatched ones keep their meaning in grey print."""
    edge = part.ink if part.hatch else part.colour
    return {"facecolor": part.colour, "hatch": part.hatch, "edgecolor": edge, "linewidth": 0.4}


def draw_key(canvas: Canvas, top: float, parts: Sequence[BarPart]) -> None:
    """Write what the parts are, side by side, breaking into rows where there is no more room."""
    from matplotlib.patches import Rectangle

    axes = canvas.sheet()
    for part, (x, row, word) in zip(parts, _key_places(canvas, parts), strict=True):
        y = top + KEY_ROW_MM * row
        left = min(canvas.at(x), canvas.at(x + 5.0))
        axes.add_patch(Rectangle((left, y - 2.6), 5.0, 3.0, **look(part)))
        canvas.write(x + 6.5, y, word, paper.SMALL)


def key_mm(canvas: Canvas, parts: Sequence[BarPart]) -> float:
    """Height from the base line of a key's first row to what stands below the key."""
    return KEY_MM + KEY_ROW_MM * max(row for _, row, _ in _key_places(canvas, parts))


def _key_places(canvas: Canvas, parts: Sequence[BarPart]) -> Iterator[tuple[float, int, str]]:
    """Yield where each part of a key stands: mm from the start of the line, row, and its word as it fits."""
    x, row = 0.0, 0
    for part in parts:
        word = canvas.cut(part.word, paper.SMALL, WIDTH_MM / 2)
        width = 12.5 + canvas.width_mm(word, paper.SMALL)
        if x + width > WIDTH_MM + 6:
            x, row = 0.0, row + 1
        yield x, row, word
        x += width
