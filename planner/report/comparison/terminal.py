"""A comparison on the terminal: readable at 80 columns and without colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len, set_cell_size
from rich.padding import Padding

from planner.report.comparison.blocks import ComparisonTable, Heading, Section
from planner.report.comparison.writer import Writer
from planner.report.language.speech import speak
from planner.report.paper import Page, Words, fold, lay_paper

if TYPE_CHECKING:
    from rich.console import Console

    from planner.report.comparison.comparing import Comparison
    from planner.report.language.speech import Language

ROWS = 8
"""Rows shown of a long table."""
LONG = 8
"""Characters of a unit before it is broken."""
GAP = 2
"""Characters between two columns."""
WIDEST_HEAD = 18
"""Characters of the head of a column of figures, which may be a plan's name."""
NARROW = 28
"""Characters of a cell of words; prose is as wide as there is room."""


def print_comparison(
    comparison: Comparison,
    *,
    console: Console | None = None,
    full: bool = False,
    brief: bool = False,
    language: Language | None = None,
) -> None:
    """Print a comparison: what to know, which plan is best by what, and for each what changed and moved, and why.

    Parameters
    ----------
    console
        where to print; by default stdout
    full
        print every table in full
    brief
        print the ranking only
    language
        as `planner.speak` returns it; by default English
    """
    language = language or speak()
    page = lay_paper(console, None if full else ROWS, language)
    writer = Writer(comparison, language if language.direction == "ltr" else language.plain, page.rows)
    page.title(writer.title)
    for section in [writer.ranking()] if brief else writer.sections():
        _print(section, page)


def _print(section: Section, page: Page) -> None:
    if section.listed:
        page.bullets(section.title, section.lines)
        return
    page.heading(section.title)
    for line in section.lines:
        page.say(line)
    for number, table in enumerate(section.tables):
        page.say(table.caption, gap=bool(number or section.lines)) if table.caption else page.say("")
        _print_table(table, page)


def _print_table(table: ComparisonTable, page: Page) -> None:
    prose = table.prose
    heads = [_head(head) for head in table.heads]
    most = NARROW if prose is not None else _room(heads, table.rows, page.console.width)
    rows = [
        [cell if i == prose else _clipped(cell, NARROW if i else most) for i, cell in enumerate(row)]
        for row in table.rows
    ]
    if prose == len(heads) - 1 and len(heads) > 4 and page.console.width < 110:
        _print_reasoned(rows, table, page)
    else:
        left = [i for i, head in enumerate(table.heads) if head.words]
        columns = [(head, [row[i] for row in rows]) for i, head in enumerate(heads)]
        page.table(columns, left=left, prose=prose)
    page.left_out(table.more)


def _print_reasoned(rows: list[list[str]], table: ComparisonTable, page: Page) -> None:
    """Print a table whose last column holds sentences: each on a line of its own under its row."""
    wide, of_pflops, of_share = (max(cell_len(row[i]) for row in rows) for i in range(3))
    for demand, pflops, share, source, target, why in rows:
        amount = f"{_blank(pflops, of_pflops)}{pflops} {table.heads[1].unit}  {_blank(share, of_share)}{share}"
        page.say(f"{demand}{_blank(demand, wide)}  {amount}  {source} > {target}")
        page.console.print(Padding(Words(why, style="dim"), (0, 0, 0, 4)))


def _blank(cell: str, width: int) -> str:
    """Return the blanks that fill a cell up to so many columns."""
    return " " * (width - cell_len(cell))


def _room(heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> int:
    """Return how wide the first column may be, so that no figure beside it is cut."""
    taken = sum(
        GAP + max(cell_len(line) for cell in column for line in cell.split("\n"))
        for column in list(zip(heads, *rows, strict=True))[1:]
    )
    return max(LONG, min(NARROW, width - taken))


def _head(head: Heading) -> str:
    if head.words:
        return head.text
    lines = (*_folded(head.text).split("\n"), *_folded(head.unit, "/").split("\n"))
    return "\n".join(_clipped(part.strip(), WIDEST_HEAD) for line in lines if line for part in fold(line, WIDEST_HEAD))


def _folded(text: str, at: str = " ") -> str:
    """Break a head of several words, or a unit of several parts, for numbers are narrow."""
    if at == "/":
        return text.replace("/year", "\n/year").replace("/PFLOPS", "\n/PFLOPS") if len(text) > LONG else text
    words = text.split(at)
    half = (len(words) + 1) // 2
    return "\n".join(part for part in (at.join(words[:half]), at.join(words[half:])) if part)


def _clipped(cell: str, most: int) -> str:
    return cell if cell_len(cell) <= most else set_cell_size(cell, most - 1).rstrip() + "…"
