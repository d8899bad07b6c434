"""The charts of a sizing for print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.report.pictures.bars import BarRow, ChartTitles, draw_bars
from planner.report.pictures.canvas import files_of, settings
from planner.report.pictures.charts import chart_part
from planner.report.plan.sentences import titles
from planner.report.sizing.blocks import SizingChart
from planner.report.sizing.sections import SizingWriter

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.report.pictures.canvas import Canvas
    from planner.studies.size import Sizing


def draw_sizing(sizing: Sizing, folder: Path, formats: Sequence[str], language: Language) -> dict[Path, bytes]:
    """Return the charts of a sizing as files of a folder, in formats among png, svg and pdf.

    Raises UsageError where no font has the letters of a name.
    """
    writer, files = SizingWriter(sizing, language, named=True), dict[Path, bytes]()
    for section in writer.sections():
        for chart in section.blocks:
            if isinstance(chart, SizingChart):
                with settings():
                    files |= files_of(_drawn(chart, sizing, language), folder, chart.name, formats)
    return files


def _drawn(chart: SizingChart, sizing: Sizing, language: Language) -> Canvas:
    parts = [chart_part(part.word, part.kind) for part in chart.parts]
    title, lines = titles(sizing.inputs, language)
    around = ChartTitles(chart.title, " · ".join([title, *lines]), chart.unit, (chart.remark,))
    return draw_bars(language, around, parts, [BarRow(bar.name, bar.values, bar.end) for bar in chart.bars])
