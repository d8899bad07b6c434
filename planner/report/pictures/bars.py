"""Rows of bars: each row is named at its start, each bar is made of parts, and figures stand in or beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.report.pictures import canvas as paper
from planner.report.pictures.canvas import WIDTH_MM, Canvas

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from planner.report.language import Language

HEAD_MM, KEY_MM, ROW_MM, BAR_MM, AXIS_MM = 17.0, 5.0, 5.6, 3.9, 10.5
MOST_NAME_MM, END_MM = 46.0, 30.0
"""Room for the names of rows, and beside the longest bar for its figure."""
FOOT_MM = 4.0


@dataclass(frozen=True)
class Part:
    """One kind of part: its word in the key, its colour, its hatch and the colour of figures in it."""

    word: str
    colour: str
    hatch: str = ""
    ink: str = paper.PAPER


@dataclass(frozen=True)
class Row:
    """A bar: its name, a value for each part, and the figure at its end; without values it is a heading."""

    name: str
    values: tuple[float, ...] = ()
    end: str = ""


@dataclass(frozen=True)
class Titles:
    """The words around a chart: title, what the plan is called, what is measured, and remarks below."""

    title: str
    plan: str
    axis: str
    remarks: tuple[str, ...] = ()


def draw_bars(
    language: Language, titles: Titles, parts: Sequence[Part], rows: Sequence[Row], *, key: bool = True
) -> Canvas:
    """Draw rows of bars from the top down; called within `canvas.settings`."""
    keyed = KEY_MM if key else -3.0
    top, tall = HEAD_MM + keyed, ROW_MM * len(rows) + 1.5
    canvas = Canvas(top + tall + AXIS_MM + FOOT_MM * len(titles.remarks), language)
    texts = [
        titles.title,
        titles.plan,
        titles.axis,
        *titles.remarks,
        *(part.word for part in parts),
        *(row.name for row in rows),
    ]
    paper.use_fonts(canvas, *texts)
    write_titles(canvas, titles)
    if key:
        draw_key(canvas, HEAD_MM, parts)
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


def write_titles(canvas: Canvas, titles: Titles) -> None:
    """Write what a chart shows and of which plan above it, and the remarks below."""
    canvas.title = f"{titles.title} · {titles.plan}"
    canvas.write(0, 5, canvas.cut(titles.title, paper.TITLE * 1.1, WIDTH_MM), paper.TITLE, weight="bold")
    canvas.write(0, 10.4, canvas.cut(titles.plan, paper.SMALL, WIDTH_MM), paper.SMALL, color=paper.MUTED)
    for number, remark in enumerate(reversed(titles.remarks)):
        y = canvas.height_mm - 1.5 - FOOT_MM * number
        canvas.write(0, y, canvas.cut(remark, paper.TINY, WIDTH_MM), paper.TINY, color=paper.MUTED)


def _weight(row: Row) -> str:
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


def _draw_row(canvas: Canvas, axes: Axes, y: float, row: Row, parts: Sequence[Part]) -> None:
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


def look(part: Part) -> dict[str, Any]:
    """Return how a part is filled: hatched ones keep their meaning in grey print."""
    edge = part.ink if part.hatch else part.colour
    return {"facecolor": part.colour, "hatch": part.hatch, "edgecolor": edge, "linewidth": 0.4}


def draw_key(canvas: Canvas, top: float, parts: Sequence[Part], rows: int = 1) -> None:
    """Write what the parts are, side by side, breaking into as many rows as there is room for."""
    from matplotlib.patches import Rectangle

    axes = canvas.sheet()
    x, y = 0.0, top
    for part in parts:
        word = canvas.cut(part.word, paper.SMALL, WIDTH_MM / 2)
        width = 6.5 + canvas.width_mm(word, paper.SMALL) + 6
        if x + width > WIDTH_MM + 6 and rows > 1:
            x, y, rows = 0.0, y + 5.0, rows - 1
        left = min(canvas.at(x), canvas.at(x + 5.0))
        axes.add_patch(Rectangle((left, y - 2.6), 5.0, 3.0, **look(part)))
        canvas.write(x + 6.5, y, word, paper.SMALL)
        x += width


def key_rows(canvas: Canvas, parts: Sequence[Part]) -> int:
    """Return how many rows a key of many parts takes."""
    x, rows = 0.0, 1
    for part in parts:
        width = 12.5 + canvas.width_mm(canvas.cut(part.word, paper.SMALL, WIDTH_MM / 2), paper.SMALL)
        if x + width > WIDTH_MM + 6:
            x, rows = 0.0, rows + 1
        x += width
    return rows
