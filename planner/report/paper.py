"""The paper that plans, sizings, topologies and comparisons are printed on: the terminal, cut where lists are long."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len
from rich.console import Console, Group
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from planner.report.language.speech import speak

if TYPE_CHECKING:
    from rich.containers import Lines

    from planner.report.language.speech import Language

BARS, ASCII_BARS = " ▁▂▃▄▅▆▇█", " .:-=+*#@"
"""Heights from nothing to all."""
ROUNDING = 1e-9
PARTS = 6
"""Parts shown of a cell that lists many."""
WIDEST = 120
"""Lines longer than this are hard to read however wide the terminal."""
ROWS = 10
"""Rows shown of a long list."""
GAP, PROSE = 2, 20
"""Blanks between columns, and cells that a column of sentences has at least."""
UNBROKEN = re.compile(r" *(?:[（「《“]*[\u2e80-\u9fff]|[^ \u2e80-\u9fff]+)[，。；：、！？）」》”%]* *")
"""What no line ends within: a word, a number with narrow blanks in it, a Chinese character; with its punctuation."""

Column = tuple[str, Sequence[str]]
"""A column of a table: its head, and its cells."""


class Paper(Console):
    """A console that leaves it to the caller what to do when the reader has gone; rich would end the process."""

    def on_broken_pipe(self) -> None:
        """Raise what Python raises."""
        raise BrokenPipeError


class Words(Text):
    """Text of any language: lines end between Chinese characters, and not within 1 459 of French or Russian."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """Break the text into lines of so many cells."""
        if options.get("no_wrap") or self.no_wrap or self.plain.isascii():
            return super().wrap(console, width, **options)
        lines = [line for part in self.plain.split("\n") for line in fold(part, width)]
        return Words("\n".join(lines), style=self.style).wrap_as_it_is(console, width, **options)

    def wrap_as_it_is(self, console: Console, width: int, **options: Any) -> Lines:
        """Break lines where they are broken already; what is longer than a line is cut by rich."""
        return super().wrap(console, width, **options)


def fold(text: str, width: int) -> list[str]:
    """Return the lines of a paragraph, each of so many cells at most, as far as its words allow."""
    lines, line = list[str](), ""
    for piece in UNBROKEN.findall(text):
        if line and cell_len(line) + cell_len(piece.rstrip(" ")) > width:
            lines.append(line)
            line = ""
        line += piece
    return [each if cell_len(each) <= width else each.rstrip(" ") for each in [*lines, line]]


def lay_paper(console: Console | None, rows: int | None = ROWS, language: Language | None = None) -> Page:
    """Return a page on a console, by default stdout, no wider than one can read, with so many rows of long lists."""
    console = console or Paper(highlight=False)
    console.width = min(console.width, WIDEST)
    return Page(console, rows, (language or speak()).plain)


@dataclass(frozen=True)
class Page:
    """Where sections are printed, how many rows of a long list are shown (None means all), and in which language."""

    console: Console
    rows: int | None
    language: Language

    def title(self, text: str) -> None:
        """Print the head of the page."""
        self.say(text, style="bold")
        self.console.print()

    def say(self, text: str, *, style: str = "", gap: bool = False) -> None:
        """Print a paragraph, if there is any."""
        if gap:
            self.console.print()
        self.console.print(Group(Words(text, style=style)))  # by itself it would become text like any other

    def heading(self, text: str, *, gap: bool = True) -> None:
        """Print the heading of a section, with a line to the right that shows without colour too."""
        if gap:
            self.console.print()
        if cell_len(text) > self.console.width - 4:
            self.say(text, style="bold")
        else:
            self.console.print(Rule(Text(text, style="bold"), align="left", style="dim"))

    def bullets(self, heading: str, lines: Sequence[str]) -> None:
        """Print a list of sentences, cut where it is long."""
        if not lines:
            return
        self.heading(heading)
        for line in lines[: self.rows]:
            table = Table.grid(padding=(0, 1))
            table.add_row("-", Words(line))
            self.console.print(table)
        self.more(len(lines))

    def few(self, parts: Sequence[str]) -> str:
        """Join what stands in one cell, cut where it is long."""
        return self.language.few(parts, None if self.rows is None else PARTS)

    def bars(self, values: Sequence[float], width: int) -> str:
        """Draw values from 0 to their largest, each so many characters wide; in ASCII where there is no more."""
        levels = ASCII_BARS if self.console.options.ascii_only else BARS
        most = max(values, default=0.0)
        heights = (ceil(value / most * (len(levels) - 1) - ROUNDING) if most > 0 else 0 for value in values)
        return "".join(levels[max(0, height)] * width for height in heights)

    def more(self, count: int, table: str = "") -> None:
        """Say how many of so many rows have not been shown, and where they stand."""
        self.left_out(0 if self.rows is None else count - self.rows, table)

    def left_out(self, count: int, table: str = "") -> None:
        """Say how many rows have not been shown, if any, and where they stand."""
        if count <= 0:
            return
        text, left = self.language.text, self.language.number(count)
        said = text("and {count} more; -v shows all", count=left)
        if table:
            said = text("and {count} more in {file}", count=left, file=f"tables/{table}.csv")
        self.say(f"  {said}", style="italic")

    def table(
        self,
        columns: Sequence[Column],
        *,
        left: Iterable[int] = (0,),
        prose: int | None = None,
        rest: str | None = None,
        summed: bool = False,
    ) -> None:
        """Print a table, whole or cut where it is long and the rest stands in a table of the run, or behind ``-v``.

        Parameters
        ----------
        left
            the columns that hold words; the others hold numbers
        prose
            the column of sentences that may wrap
        rest
            the table of the run that holds the rows left out, "" where none does; None prints all rows
        summed
            whether the last row holds sums, and is always shown
        """
        words = {*left, prose}
        rows = list(zip(*(cells for _, cells in columns), strict=True))
        body, sums = (rows[:-1], rows[-1:]) if summed else (rows, [])
        shown = [*(body if rest is None else body[: self.rows]), *sums]
        heads, gap = self._fitted([head for head, _ in columns], shown, prose)
        table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="dim")
        for i, head in enumerate(heads):
            table.add_column(
                Words(head),
                justify="left" if i in words else "right",
                no_wrap=i != prose,
                vertical="top",
                overflow="ellipsis",
            )
        for row in shown:
            table.add_row(*map(Words, row))
        self.console.print(table)
        if rest is not None:
            self.more(len(body), rest)

    def _fitted(self, heads: list[str], rows: list[tuple[str, ...]], prose: int | None) -> tuple[list[str], int]:
        """Return the heads, broken where room is scarce, and the blanks between columns."""
        cells = [[row[i] for row in rows] for i in range(len(heads))]
        if self._has_room(heads, cells, prose, GAP):
            return heads, GAP
        broken = [head if i == prose else _broken(head, _width(cells[i])) for i, head in enumerate(heads)]
        return broken, GAP if self._has_room(broken, cells, prose, GAP) else 1

    def _has_room(self, heads: list[str], cells: list[list[str]], prose: int | None, gap: int) -> bool:
        widths = [PROSE if i == prose else max(_width([head]), _width(cells[i])) for i, head in enumerate(heads)]
        return sum(widths) + gap * (len(widths) - 1) <= self.console.width


def _width(cells: list[str]) -> int:
    """Return how many cells wide the longest line of some texts is."""
    return max((cell_len(line) for cell in cells for line in cell.split("\n")), default=0)


def _broken(head: str, width: int) -> str:
    """Break a head to the width of what stands under it, or of its longest word."""
    longest = max(width, *(cell_len(piece.strip()) for piece in UNBROKEN.findall(head)), 1)
    return "\n".join(line.strip() for part in head.split("\n") for line in fold(part, longest))
