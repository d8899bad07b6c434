"""Rows of cells become tables: the head is found below titles, and tables are known by their columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from planner.files.formats.attributes import Attributes, key_of
from planner.files.formats.raw import broken, listed

__all__ = ["KEYS", "LINE", "RISKY", "TABLES", "Rows", "Table", "ends_of", "meant", "table_from", "table_of"]

TABLES = ("topology", "sources", "nodes", "sites", "links", "cables", "segments", "projects", "risks")
KEYS = (
    "id",
    "node",
    "name",
    "label",
    "city",
    "place",
    "site",
    "landing",
    "landing_point",
    "landing_station",
    "station",
)
"""Columns that may name a place, the first that is there."""
LINE = "\n"
"""The column that holds the line of a row."""
RISKY = re.compile(r"[=+\-@\t\r'|%]")
"""How a text begins that a spreadsheet would run."""
_SEARCHED = 20
"""Rows in which a head is looked for."""
_ENDS = tuple(
    (f"{before}{a}{after}", f"{before}{b}{after}")
    for before, after in (("", ""), ("", "_node"), ("", "_city"), ("", "_site"), ("node_", ""), ("site_", ""),
                          ("city_", ""), ("end_", ""), ("", "_end"))
    for a, b in (("start", "end"), ("source", "target"), ("from", "to"), ("a", "b"), ("a", "z"), ("1", "2"))
)  # fmt: skip

Rows = list[tuple[int, list[str]]]
"""Rows of cells, each with its line."""
Table = list[Attributes]
"""Rows by column; what is empty is left out."""


def meant(text: str) -> str:
    """Return the text of a cell that had an apostrophe put before it, lest a spreadsheet run it as a formula."""
    return text[1:] if text[:1] == "'" and RISKY.match(text[1:]) else text


def ends_of(row: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the columns that name the ends of a link, or nothing."""
    return next((pair for pair in _ENDS if all(key_of(row, end) for end in pair)), None)


def table_of(stem: str, rows: Rows) -> str:
    """Return which table a file or a sheet holds, by its name where its columns agree, else by its columns."""
    found = _sort_of(_filled(rows)[_head_at(rows)][1]) if _filled(rows) else ""
    named = next((name for name in TABLES if stem == name or stem.endswith(("-" + name, "_" + name))), "")
    if named in ("cables", "segments") and found == "links":
        return found
    return named or found


def table_from(rows: Rows, path: str, messages: list[str]) -> Table:
    """Return rows as maps from column to text; what stands above the head or under no heading is told.

    Raises
    ------
    InputError
        where there is no row, a column stands twice, or a row has more or fewer cells than the head
    """
    filled = _filled(rows)
    if not filled:
        raise broken(path, "holds no row", "name the columns in the first row")
    at = _head_at(rows)
    line, columns = filled[at][0], [meant(cell.strip()) for cell in filled[at][1]]
    _check_head(columns, path, line)
    above = [cell.strip() for _, cells in filled[:at] for cell in cells if cell.strip()]
    if above:
        messages.append(f"{path}: rows above the head left out: {listed(above)}")
    table, bare = [], []
    for number, cells in filled[at + 1 :]:
        if len(cells) != len(columns):
            right = f"write {len(columns)}, as {'the head' if at else 'the first row'} has"
            raise broken(path, f"has {len(cells)} cells", right, line=number)
        pairs = list(zip(columns, cells, strict=True))
        bare += [cell.strip() for column, cell in pairs if cell.strip() and not column]
        row = Attributes((column, meant(cell)) for column, cell in pairs if cell != "" and column)
        row[LINE] = str(number)
        row.read.add(LINE)
        table.append(row)
    if bare:
        messages.append(f"{path}: cells under no heading left out: {listed(bare)}")
    return table


def _check_head(columns: Sequence[str], path: str, line: int) -> None:
    for sign, word in ((";", "semicolons"), ("\t", "tabs")):
        if len(columns) == 1 and sign in columns[0]:
            right = "save it with commas between cells and points in numbers (CSV UTF-8, comma delimited), or as .xlsx"
            raise broken(path, f"has {word} between its cells", right, line=line)
    twice = next((column for column in columns if column and columns.count(column) > 1), "")
    if twice:
        raise broken(path, f"the column '{twice}' stands twice", "keep one of them", line=line)


def _filled(rows: Rows) -> Rows:
    return [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]


def _head_at(rows: Rows) -> int:
    """Return which of the filled rows is the head: the first whose cells name the columns of a table."""
    heads = (at for at, (_, cells) in enumerate(_filled(rows)[:_SEARCHED]) if _sort_of(cells) or "id" in cells)
    return next(heads, 0)


def _sort_of(cells: Sequence[str]) -> str:
    """Return "links" or "nodes" where cells name the columns of such a table, else nothing."""
    columns = dict.fromkeys((cell.strip() for cell in cells if cell.strip()), "x")
    if ends_of(columns):
        return "links"
    placed = key_of(columns, "Latitude", "lat") and key_of(columns, "Longitude", "lon", "lng", "long")
    return "nodes" if placed and key_of(columns, *KEYS) else ""
