"""The charts of a sizing: what is asked and needed against the target, and where the need stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.plan.facts.totals import in_year
from planner.report.sizing.blocks import ChartBar, ChartPart, SizingChart
from planner.report.sizing.words import leading
from planner.report.web.blocks import as_cell

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.report.sizing.sections import SizingWriter
    from planner.studies.size import Sizing

MOST_SITES = 16
"""More sites than this are added up, the smallest ones first."""


def need(sizing: Sizing, language: Language) -> SizingChart:
    """Return what is asked, what has to stand and what the target is, for each year a group of bars."""
    text, number = language.text, language.number
    served = {"worth": text("worth serving"), "most": text("can be served"), "share": text("to be served")}[sizing.aim]
    parts = [ChartPart("served", served), ChartPart("unserved", text("left unserved")),
             ChartPart("stood", text("standing already")), ChartPart("built", text("to be built"))]  # fmt: skip
    if sizing.target_pflops is not None:
        parts.append(ChartPart("target", text("target")))
    bars: list[ChartBar] = []
    for year, row in sizing.years.iterrows():
        places = in_year(sizing.places, int(str(year)))
        asked, done = float(row["demand_pflops"]), float(row["served_pflops"])
        standing, building = float(places["standing_pflops"].sum()), float(places["to_build_pflops"].sum())
        bars += [
            *([ChartBar(str(year))] if len(sizing.years) > 1 else []),
            ChartBar(text("Asked for"), (done, max(asked - done, 0.0), 0.0, 0.0, 0.0), number(asked)),
            ChartBar(text("Needed"), (0.0, 0.0, standing, building, 0.0), number(standing + building)),
        ]
        if sizing.target_pflops is not None:
            bars.append(ChartBar(text("Target"), (0.0,) * 4 + (sizing.target_pflops,), number(sizing.target_pflops)))
    title = text("What the members ask for and need, against the target")
    if sizing.target_pflops is None:
        title = text("What the members ask for, and what has to stand for it")
    return SizingChart("need", title, "PFLOPS", tuple(parts), tuple(bars), _pflops(language))


def places(writer: SizingWriter, year: int) -> SizingChart:
    """Return the sites of a year, the largest first: what stands there and what is to be built."""
    frame, language = in_year(writer.sizing.places, year), writer.language
    text = language.text
    parts = (ChartPart("stood", text("standing already")), ChartPart("built", text("to be built")))
    rows = sorted(frame.itertuples(), key=lambda row: (-leading(float(row.needed_pflops)), str(row.Index)))  # type: ignore[arg-type]
    bars = []
    for row in rows[: MOST_SITES - 1 if len(rows) > MOST_SITES else None]:
        standing, building = float(row.standing_pflops), float(row.to_build_pflops)  # type: ignore[arg-type]
        cell = as_cell(writer.site(str(row.Index), str(row.country)))
        name = f"{cell.text} · {cell.sub}" if cell.sub else cell.text
        bars.append(ChartBar(name, (standing, building), language.number(standing + building)))
    if rest := rows[len(bars) :]:
        sums = [sum(float(getattr(row, name)) for row in rest) for name in ("standing_pflops", "to_build_pflops")]
        name = language.texts("{count} other site", "{count} other sites", len(rest))
        bars.append(ChartBar(name, (sums[0], sums[1]), language.number(sum(sums))))
    title = text("Where the PFLOPS needed in {year} stand", year=year)
    return SizingChart("where", title, "PFLOPS", parts, tuple(bars), _pflops(language))


def _pflops(language: Language) -> str:
    return language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised.")
