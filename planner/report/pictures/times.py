"""Charts of time: round trips by workload, and the hours of the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.background import rows_of_ours
from planner.plan.times import as_mean_day
from planner.programme.case import INTACT
from planner.programme.hours import count_blocks
from planner.report.pictures import bars
from planner.report.pictures import canvas as paper
from planner.report.pictures.bars import AXIS_MM, END_MM, BarPart, ChartTitles
from planner.report.pictures.canvas import WIDTH_MM, Canvas
from planner.report.plan.facts.totals import in_year, total

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from planner.plan.plan import Plan
    from planner.report.language.speech import Language

ROW_MM, DAY_MM, DAY_LEFT_MM, DAY_RIGHT_MM, MOST_NAME_MM = 6.6, 62.0, 16.0, 3.0, 60.0
HALF: dict[str, Any] = {"facecolor": "#8fbfe0", "edgecolor": paper.ACCENT, "linewidth": 0.7}
MEDIAN: dict[str, Any] = {"color": paper.INK, "linewidth": 1.8, "solid_capstyle": "butt"}
LIMIT: dict[str, Any] = {"color": paper.WARN, "linewidth": 1.4, "linestyle": (0, (1.6, 1.0))}
MOST_WORKLOADS = 6
"""In the chart of the day, smaller workloads than the largest ones are added up."""
FILLS = (
    ("#0072b2", ""), ("#e69f00", "...."), ("#009e73", "////"), ("#cc79a7", "----"), ("#56b4e9", "\\\\\\\\"),
    ("#d55e00", "xxxx"), ("#b8c4cc", ""),
)  # fmt: skip
"""Colours that all eyes tell apart, each with its hatch for grey print."""


@dataclass(frozen=True)
class RoundTripTimes:
    """Round trips of a workload: the times, what was served at each, and the limit, ms."""

    name: str
    rtt_ms: NDArray[np.float64]
    weight: NDArray[np.float64]
    limit_ms: float | None

    def quantile(self, share: float) -> float:
        """Return the time that this share of what is served stays within."""
        order = np.argsort(self.rtt_ms, kind="stable")
        sums = np.cumsum(self.weight[order])
        at = min(int(np.searchsorted(sums, share * sums[-1] * (1 - 1e-12))), len(order) - 1)
        return float(self.rtt_ms[order][at])


def draw_latency(plan: Plan, year: int, language: Language, titles: ChartTitles) -> Canvas:
    """Draw the spread of round-trip times of each workload: all, the middle half, the median and the limit."""
    found = sorted(_round_trips(plan, year, language), key=lambda each: (-each.quantile(0.5), each.name))
    probe = Canvas(10, language)
    head = bars.lay_head(probe, titles, *(each.name for each in found), *_key_words(language))
    top = head.key_mm + bars.key_mm(probe, [BarPart(word, "") for word in _key_words(language)])
    tall = ROW_MM * len(found) + 1
    canvas = Canvas(top + tall + AXIS_MM + head.foot_mm, language)
    bars.write_head(canvas, titles, head)
    name = min(max(canvas.width_mm(each.name, paper.SMALL) for each in found), MOST_NAME_MM) + 3
    worst = max(float(each.rtt_ms.max()) for each in found)
    limits = [each.limit_ms for each in found if each.limit_ms is not None and each.limit_ms <= 2.5 * worst]
    box = (name, top, WIDTH_MM - name - END_MM, tall)
    axes = bars.bar_axes(canvas, box, max([worst, *limits]) * 1.02 or 1.0, titles.axis)
    axes.set(ylim=(len(found), 0))
    for number, each in enumerate(found):
        y = top + tall * (number + 0.5) / len(found) + 0.95
        canvas.write(0, y, canvas.cut(each.name, paper.SMALL, MOST_NAME_MM), paper.SMALL)
        _draw_round_trips(axes, number + 0.5, each)
        canvas.write(WIDTH_MM - END_MM + 3, y, _said(each, language), paper.TINY)
    _trips_key(canvas, head.key_mm)
    return canvas


def _said(times: RoundTripTimes, language: Language) -> str:
    """Return the median, and the limit where there is one."""
    median = language.quantity(times.quantile(0.5), "ms", 2)
    if times.limit_ms is None:
        return median
    return language.text("{median}, limit {limit}", median=median, limit=language.number(times.limit_ms))


def _round_trips(plan: Plan, year: int, language: Language) -> Iterator[RoundTripTimes]:
    """Yield the intact round trips of each workload that is served, the plan's own traffic between places included."""
    workloads = plan.inputs.demand.workloads
    for frame, column in ((plan.paths, "pflops"), (rows_of_ours(plan.traffic), "gbps")):
        rows = _intact(as_mean_day(plan.inputs, frame, column), year)
        for key, group in rows.groupby(level="workload", sort=True):
            workload = workloads[str(key)]
            rtt, weight = group["rtt_ms"].to_numpy(float), group[column].to_numpy(float)
            if weight.sum() > 0:
                yield RoundTripTimes(language.name(workload, str(key)), rtt, weight, workload.rtt_limit_ms)


def _intact(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    rows = in_year(frame, year)
    return rows[rows.index.get_level_values("contingency") == INTACT]


def _draw_round_trips(axes: Axes, y: float, times: RoundTripTimes) -> None:
    low, first, median, third, high = (times.quantile(share) for share in (0.0, 0.25, 0.5, 0.75, 1.0))
    axes.plot([low, high], [y, y], color=paper.ACCENT, linewidth=0.9, solid_capstyle="butt")
    for end in (low, high):
        axes.plot([end, end], [y - 0.14, y + 0.14], color=paper.ACCENT, linewidth=0.9)
    axes.barh(y, third - first, left=first, height=0.5, **HALF)
    axes.plot([median, median], [y - 0.25, y + 0.25], **MEDIAN)
    if times.limit_ms is not None:
        axes.plot([times.limit_ms] * 2, [y - 0.36, y + 0.36], **LIMIT)


def _key_words(language: Language) -> dict[str, str]:
    """Return what the strokes are, by word."""
    return {
        language.text("fastest to slowest"): "span",
        language.text("middle half of what is served"): "box",
        language.text("median"): "median",
        language.text("limit"): "limit",
    }


def _trips_key(canvas: Canvas, y: float) -> None:
    """Say what the strokes are, on a base line."""
    axes = canvas.sheet()
    x = 0.0
    for word, sort in _key_words(canvas.language).items():
        wide = 6.5 + canvas.width_mm(word, paper.SMALL)
        if x + wide > WIDTH_MM:
            x, y = 0.0, y + 5.0
        middle = y - 1.1
        span = [canvas.at(x), canvas.at(x + 5)]
        if sort == "span":
            axes.plot(span, [middle] * 2, color=paper.ACCENT, linewidth=0.9)
        elif sort == "box":
            axes.barh(middle, span[1] - span[0], left=span[0], height=2.6, **HALF)
        else:
            look = LIMIT if sort == "limit" else MEDIAN | {"solid_capstyle": "round"}
            axes.plot([canvas.at(x + 3.5)] * 2, [middle - 1.5, middle + 1.5], **look)
        canvas.write(x + 6.5, y, word, paper.SMALL)
        x += wide + 6


def draw_day(plan: Plan, year: int, language: Language, titles: ChartTitles) -> Canvas:
    """Draw what is in use over the day by workload, one above the other, below what is installed."""
    blocks = count_blocks(plan.inputs)
    loads = _loads(plan, year, blocks, language)
    parts = [BarPart(name, *FILLS[i], paper.PAPER) for i, (name, _) in enumerate(loads)]
    probe = Canvas(10, language)
    head = bars.lay_head(probe, titles, *(name for name, _ in loads))
    top = head.key_mm + bars.key_mm(probe, parts)
    canvas = Canvas(top + DAY_MM + AXIS_MM + head.foot_mm, language)
    bars.write_head(canvas, titles, head)
    bars.draw_key(canvas, head.key_mm, parts)
    # Hours run from left to right in every language, as on a clock's scale.
    before = DAY_RIGHT_MM if canvas.mirrored else DAY_LEFT_MM
    axes = canvas.axes(before, top, WIDTH_MM - DAY_LEFT_MM - DAY_RIGHT_MM, DAY_MM, facecolor="none")
    edges, low = np.arange(blocks + 1) * 24 / blocks, np.zeros(blocks)
    for part, (_, pflops) in zip(parts, loads, strict=True):
        axes.stairs(low + pflops, edges, baseline=low, fill=True, **bars.look(part))
        low = low + pflops
    _dress_day(canvas, axes, titles.axis, float(low.max()), total(plan, year).installed_pflops)
    return canvas


def _dress_day(canvas: Canvas, axes: Axes, axis: str, most: float, installed: float) -> None:
    """Give the chart of the day its scales, and the line of what is installed."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    language = canvas.language
    axes.set(xlim=(0, 24), ylim=(0, max(most, installed) * 1.12), xticks=range(0, 25, 3))
    axes.set_xlabel(canvas.say(language.text("Hour of the day, UTC")), fontsize=paper.SMALL)
    axes.set_ylabel(axis, fontsize=paper.SMALL)
    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: language.number(value)))
    axes.grid(axis="y", color=paper.RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(length=2, pad=2)
    axes.axhline(installed, color=paper.INK, linewidth=1.0, linestyle=(0, (4, 2)))
    words = language.text("installed: {amount}", amount=language.quantity(installed, "PFLOPS"))
    axes.text(0.2, installed * 1.015, canvas.say(words), fontsize=paper.SMALL, ha="left", va="bottom")


def _loads(plan: Plan, year: int, blocks: int, language: Language) -> list[tuple[str, NDArray[np.float64]]]:
    """Return PFLOPS by block of each workload, the largest first, the small ones added up."""
    workloads = plan.inputs.demand.workloads
    found = []
    for key, group in _intact(as_mean_day(plan.inputs, plan.paths, "pflops"), year)["pflops"].groupby(
        level="workload", sort=True
    ):
        sums = group.groupby(level="hour").sum()
        row = np.array([float(sums.get(block * 24 // blocks, 0.0)) for block in range(blocks)])
        found.append((language.name(workloads[str(key)], str(key)), row))
    found.sort(key=lambda each: (-float(each[1].sum()), each[0]))
    if len(found) > MOST_WORKLOADS + 1:
        rest = found[MOST_WORKLOADS:]
        word = language.texts("{count} other workload", "{count} other workloads", len(rest))
        found = [*found[:MOST_WORKLOADS], (word, np.sum([row for _, row in rest], axis=0))]
    return found
