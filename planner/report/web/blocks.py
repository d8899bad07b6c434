"""What the sections of a page are made of: tables with their cells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class PageCell:
    """A field of a table: its text, a smaller one beneath, and where it leads."""

    text: str
    sub: str = ""
    href: str = ""


@dataclass(frozen=True)
class PageColumn:
    """A column: its head, its cells, and whether they are numbers (else words, the first column naming the rows)."""

    head: str
    cells: Sequence[PageCell | str]
    number: bool = True


@dataclass(frozen=True)
class PageTable:
    """A table with its caption, of one year or (None) of all; `more` says what is left out; `summed`: last row sums.

    `titled` is whether a heading above says what the caption does, which then is for those alone who do not see it.
    """

    caption: str
    heads: tuple[PageColumn, ...]
    rows: tuple[tuple[PageCell, ...], ...]
    year: int | None = None
    more: str = ""
    summed: bool = False
    wide: bool = False
    titled: bool = False


def words(head: str, cells: Iterable[PageCell | str]) -> PageColumn:
    """Return a column of words."""
    return PageColumn(head, list(cells), number=False)


def as_cell(value: PageCell | str) -> PageCell:
    """Return a cell of a text."""
    return PageCell(value) if isinstance(value, str) else value


def web_address(url: str | None) -> str:
    """Return an address where it is one of the web; nothing else becomes a link."""
    text = (url or "").strip()
    return text if text.lower().startswith(("https://", "http://")) else ""
