"""What a comparison is laid out from: sections of sentences and tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """The head of a column, the unit of its numbers, and whether it holds words."""

    text: str
    unit: str = ""
    words: bool = False


@dataclass(frozen=True)
class ComparisonTable:
    """A table: its caption, heads and cells; `more` rows are left out; `prose` is a column that may wrap.

    `keys` are the ids of what the rows speak of, where it is called otherwise.
    """

    caption: str
    heads: tuple[Heading, ...]
    rows: tuple[tuple[str, ...], ...]
    more: int = 0
    prose: int | None = None
    keys: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    """A heading with sentences, which may be a list, and tables."""

    key: str
    title: str
    lines: tuple[str, ...] = ()
    listed: bool = False
    tables: tuple[ComparisonTable, ...] = ()
    plan: str = ""
