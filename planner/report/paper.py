"""The paper that plans, sizings, topologies and comparisons are printed on: the terminal, cut where lists are long."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from rich.console import Console
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

BARS, ASCII_BARS = " ▁▂▃▄▅▆▇█", " .:-=+*#@"
"""Heights from nothing to all."""
ROUNDING = 1e-9
PARTS = 6
"""Parts shown of a cell that lists many."""
WIDEST = 120
"""Lines longer than this are hard to read however wide the terminal."""
ROWS = 10
"""Rows shown of a long list."""


class Paper(Console):
    """A console that leaves it to the caller what to do when the reader has gone; rich would end the process."""

    def on_broken_pipe(self) -> None:
        """Raise what Python raises."""
        raise BrokenPipeError


def lay_paper(console: Console | None, rows: int | None = ROWS) -> Page:
    """Return a page on a console, by default stdout, no wider than one can read, with so many rows of long lists."""
    console = console or Paper(highlight=False)
    console.width = min(console.width, WIDEST)
    return Page(console, rows)


@dataclass(frozen=True)
class Page:
    """Where sections are printed, and how many rows of a long list are shown; None means all."""

    console: Console
    rows: int | None

    def title(self, text: str) -> None:
        """Print the head of the page."""
        self.console.print(Text(text, style="bold"))
        self.console.print()

    def say(self, text: str, *, style: str = "", gap: bool = False) -> None:
        """Print a paragraph."""
        if gap:
            self.console.print()
        self.console.print(Text(text, style=style))

    def heading(self, text: str, *, gap: bool = True) -> None:
        """Print the heading of a section, with a line to the right that shows without colour too."""
        if gap:
            self.console.print()
        if len(text) > self.console.width - 4:
            self.console.print(Text(text, style="bold"))
        else:
            self.console.print(Rule(Text(text, style="bold"), align="left", style="dim"))

    def bullets(self, heading: str, lines: Sequence[str]) -> None:
        """Print a list of sentences, cut where it is long."""
        if not lines:
            return
        self.heading(heading)
        for line in lines[: self.rows]:
            table = Table.grid(padding=(0, 1))
            table.add_row("-", Text(line))
            self.console.print(table)
        self.more(len(lines), "")

    def few(self, parts: Sequence[str]) -> str:
        """Join what stands in one cell, cut where it is long."""
        shown = parts if self.rows is None else parts[:PARTS]
        return ", ".join([*shown, *([f"{len(parts) - len(shown)} more"] if len(shown) < len(parts) else [])])

    def bars(self, values: Sequence[float], width: int) -> str:
        """Draw values from 0 to their largest, each so many characters wide; in ASCII where there is no more."""
        levels = ASCII_BARS if self.console.options.ascii_only else BARS
        most = max(values, default=0.0)
        heights = (ceil(value / most * (len(levels) - 1) - ROUNDING) if most > 0 else 0 for value in values)
        return "".join(levels[max(0, height)] * width for height in heights)

    def more(self, count: int, table: str) -> None:
        """Say how many rows have not been shown, and where they stand."""
        if self.rows is not None and count > self.rows:
            where = f" in tables/{table}.csv" if table else "; -v shows all"
            self.console.print(Text(f"  and {count - self.rows} more{where}", style="italic"))

    def table(
        self,
        heads: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        left: Iterable[int] = (0,),
        prose: int | None = None,
    ) -> None:
        """Print a table; `left` columns hold words, the `prose` column sentences that may wrap, the others numbers."""
        words = {*left, prose}
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
        for i, head in enumerate(heads):
            table.add_column(
                Text(head),
                justify="left" if i in words else "right",
                no_wrap=i != prose,
                vertical="top",
                overflow="ellipsis",
            )
        for row in rows:
            table.add_row(*map(Text, row))
        self.console.print(table)
