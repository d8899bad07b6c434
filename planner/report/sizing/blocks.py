"""What a sizing is laid out from: sections of sentences, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from planner.report.web.blocks import PageCell

Cell = PageCell | str
"""What stands in a field: a text, on a page with a smaller one beneath."""


@dataclass(frozen=True)
class SizingColumn:
    """A column: its head, broken as a terminal needs it, its cells, whether they are numbers, and its head on a page.

    `page_head` stands where the head alone would not say enough, as under a common one.
    """

    head: str
    cells: Sequence[Cell]
    number: bool = True
    page_head: str = ""


@dataclass(frozen=True)
class SizingTable:
    """A table; `cut` where a terminal may leave its end out, `summed` where the last row holds sums.

    `gap` is whether a blank line stands before it on a terminal.
    """

    columns: tuple[SizingColumn, ...]
    caption: str = ""
    cut: bool = False
    summed: bool = False
    gap: bool = False


@dataclass(frozen=True)
class ChartPart:
    """A kind of part of bars: its key in `palette`, and its word."""

    kind: str
    word: str


@dataclass(frozen=True)
class ChartBar:
    """A bar: its name, a value for each part, the figure at its end; without values it is a heading."""

    name: str
    values: tuple[float, ...] = ()
    end: str = ""


@dataclass(frozen=True)
class SizingChart:
    """Bars in one unit; pages and pictures draw them, a terminal does not."""

    name: str
    title: str
    unit: str
    parts: tuple[ChartPart, ...]
    bars: tuple[ChartBar, ...]
    remark: str = ""

    @property
    def most(self) -> float:
        """The longest bar."""
        return max((sum(bar.values) for bar in self.bars), default=0.0)


@dataclass(frozen=True)
class SizingSection:
    """A heading with what stands under it, in its order; `label` is what a list of contents calls it."""

    key: str
    label: str
    title: str
    blocks: tuple[str | SizingTable | SizingChart, ...]
