"""A comparison in files: a folder of CSV tables, a workbook, a page of Markdown, a page of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.plan.marks import TEXT_MARK
from planner.report.comparison.blocks import ComparisonTable, Section
from planner.report.comparison.writer import Writer
from planner.report.exports.sheets import write_csv, write_workbook
from planner.report.language.speech import Language, speak

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from planner.report.comparison.comparing import Comparison

ROWS = 12
"""Rows of a table on the page."""
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~&$])")
_LIST_MARKS, _BACKSLASH = re.compile(r"^(\d*)(?=[-+.)])"), r"\1\\"
_LINE_BREAKS = re.compile(r"[\r\n\u2028\u2029]+")


def write_comparison(
    comparison: Comparison,
    *,
    csv: Path | None = None,
    xlsx: Path | None = None,
    markdown: Path | None = None,
    html: Path | None = None,
    language: Language | None = None,
    basemap: Path | None = None,
    full: bool = False,
) -> list[Path]:
    """Write a comparison to the places given, and return the files; nothing is written where any cannot be made.

    Parameters
    ----------
    csv
        a folder, for a file of each table
    xlsx, markdown, html
        files; `full` pages of Markdown hold every row
    language, basemap
        of the pages, as in `render_comparison`

    Raises
    ------
    RunError
        where a file cannot be written, or would replace one that is no comparison of before
    """
    from planner.plan.ownership import write_products
    from planner.report.comparison.page import render_comparison

    found: dict[Path, bytes] = {}
    if csv is not None:
        found |= {csv / name: data for name, data in comparison_csv(comparison).items()}
    if xlsx is not None:
        found[xlsx] = comparison_workbook(comparison)
    if markdown is not None:
        found[markdown] = comparison_markdown(comparison, language=language, full=full).encode()
    if html is not None:
        found[html] = render_comparison(comparison, language=language, basemap=basemap).encode()
    return write_products(found)


def comparison_csv(comparison: Comparison) -> dict[str, bytes]:
    """Return every table of a comparison as CSV, by file name; texts that a spreadsheet would run are neutralised."""
    return {f"{name}.csv": write_csv(frame) for name, frame in _sheets(comparison).items()}


def comparison_workbook(comparison: Comparison) -> bytes:
    """Return every table of a comparison as a sheet of a workbook."""
    return write_workbook(_sheets(comparison))


def _sheets(comparison: Comparison) -> dict[str, pd.DataFrame]:
    """Return the tables with None for whole numbers that are missing, such as the place of a plan without figures."""
    found = {}
    for name, frame in comparison.tables().items():
        whole = [str(column) for column in frame if str(frame[column].dtype) == "Int64"]
        filled = {column: frame[column].astype(object).where(frame[column].notna(), None) for column in whole}
        found[name] = frame.assign(**filled)
    return found


def comparison_markdown(comparison: Comparison, *, language: Language | None = None, full: bool = False) -> str:
    """Return a comparison as a page of Markdown, tables cut to twelve rows unless it is to be full."""
    language = language or speak()
    writer = Writer(comparison, language, None if full else ROWS, named=True)
    lines = [f"# {_escaped(writer.title)}"]
    for section in writer.sections():
        lines += _section(section, language)
    return "\n".join([*lines, "", TEXT_MARK]) + "\n"


def _section(section: Section, language: Language) -> Iterator[str]:
    yield from ("", f"## {_escaped(section.title)}")
    if section.lines:
        yield ""
    for line in section.lines:
        yield f"- {_escaped(line)}" if section.listed else f"{_LIST_MARKS.sub(_BACKSLASH, _escaped(line))}  "
    for table in section.tables:
        yield from _table(table, language)


def _table(table: ComparisonTable, language: Language) -> Iterator[str]:
    yield ""
    if table.caption:
        yield from (f"**{_escaped(table.caption)}**", "")
    heads = [f"{head.text} ({head.unit})" if head.unit else head.text for head in table.heads]
    yield f"| {' | '.join(map(_escaped, heads))} |"
    yield f"|{'|'.join(' --- ' if head.words else ' ---: ' for head in table.heads)}|"
    for row in table.rows:
        yield f"| {' | '.join(map(_escaped, row))} |"
    if table.more:
        yield from ("", _escaped(language.texts("{count} more row", "{count} more rows", table.more)))


def _escaped(text: str) -> str:
    """Return a text that Markdown shows as it is, in one line."""
    return _SPECIAL.sub(r"\\\1", _LINE_BREAKS.sub(" ", text))
