"""Rows of cells become tables: the head is found below titles, and tables are known by their columns.

Cells of workbooks become texts; those that say nothing we may use keep why, for whoever needs them.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from planner.files.formats.attributes import Attributes, key_of
from planner.files.formats.opening import ELEMENT_LIMIT
from planner.files.formats.raw import RECORD_LIMIT, Flaw, broken, listed
from planner.files.formats.records import number_text
from planner.files.reading.text import SIZE_LIMIT

if TYPE_CHECKING:
    from openpyxl import Workbook

TABLES = ("topology", "sources", "nodes", "sites", "links", "cables", "segments", "projects", "risks", "groups")
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

    Raises InputError where there is no row, a column stands twice, or a row has more or fewer cells than the head.
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


CELL_LIMIT = 2_000_000
_DAMAGED = (ValueError, KeyError, TypeError, SyntaxError, EOFError, BadZipFile, OSError)
_LITERAL = re.compile(r'"([^"]*)"')
_UNIT = re.compile(r"[A-Za-zµ/ ]+")


class Day(Flaw):
    """A cell that holds a date: a day where one is wanted, else a number that was turned into one."""

    __slots__ = ()

    @property
    def day(self) -> str:
        """The day, as 2027-03-01."""
        return str(self)[:10]


def sheets_of(data: bytes, path: str) -> Iterator[tuple[str, Rows]]:
    """Yield the sheets of a workbook: title, and rows of equal width as texts.

    Raises InputError where it is none, is damaged or too large.
    """
    formulas = _check_zip(data, path)
    book = _opened(data, path, values=True)
    plain = _opened(data, path, values=False) if formulas else None
    for sheet in book.worksheets:
        try:
            rows = _rows(sheet, path)
            if plain is not None:
                _mark_formulas(plain[sheet.title], rows, path)
        except _DAMAGED as error:
            what = f"the sheet '{sheet.title}' is damaged: {str(error)[:80]}"
            raise broken(path, what, "save it again as .xlsx") from None
        used = max((at + 1 for _, cells in rows for at, cell in enumerate(cells) if cell), default=0)
        yield sheet.title, [(line, (cells + [""] * used)[:used]) for line, cells in rows]


def _opened(data: bytes, path: str, *, values: bool) -> Workbook:
    from openpyxl import load_workbook

    try:
        return load_workbook(io.BytesIO(data), read_only=True, data_only=values)
    except Exception as error:  # noqa: BLE001 -- openpyxl raises of all kinds on damaged workbooks
        raise broken(path, f"is no workbook: {str(error)[:80]}", "save it again as .xlsx") from None


def _check_zip(data: bytes, path: str) -> bool:
    """Raise `InputError` where data are no workbook or unpack to too much; tell whether a sheet holds formulas."""
    formulas = False
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > 4 * SIZE_LIMIT:
                raise broken(path, f"unpacks to {size >> 20:,} MB", f"keep it below {4 * SIZE_LIMIT >> 20} MB")
            for part in map(archive.read, archive.infolist()):
                if part.count(b"<") - part.count(b"</") > ELEMENT_LIMIT:  # whoever parses it holds them all at once
                    raise broken(path, f"holds more than {ELEMENT_LIMIT:,} elements", "split it")
                formulas |= b"<f>" in part or b"<f " in part
    except (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError):  # or a password
        raise broken(path, "is no workbook", "save it as .xlsx, not .xls or .csv") from None
    return formulas


def _rows(sheet: Any, path: str) -> Rows:
    rows: Rows = []
    size = 0
    for line, cells in enumerate(sheet.iter_rows(), 1):
        size += len(cells)
        if line > RECORD_LIMIT or size > CELL_LIMIT:
            raise broken(path, f"the sheet '{sheet.title}' holds more than {RECORD_LIMIT:,} rows", "split it")
        rows.append((line, [_text(cell, sheet.title, path) for cell in cells]))
    return rows


def _mark_formulas(sheet: Any, rows: Rows, path: str) -> None:
    """Put what is wrong in the place of cells whose formula has no stored value."""
    for (_, texts), cells in zip(rows, sheet.iter_rows(), strict=False):
        for at, cell in enumerate(cells[: len(texts)]):
            if texts[at] == "" and cell.value is not None:
                what = f"the formula {str(cell.value)[:40]} has no stored value"
                right = "open the workbook, let it compute and save it, or write the value"
                texts[at] = Flaw(str(cell.value), path, f"{sheet.title}!{cell.coordinate}", what, right)


def _text(cell: Any, title: str, path: str) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float) and (cell.number_format or "").split(";")[0].endswith("%"):
        return f"{number_text(round(value * 100, 9))} %"
    if isinstance(value, int | float):
        return f"{number_text(value)} {_unit(cell.number_format)}".rstrip()
    where = f"{title}!{cell.coordinate}"
    if cell.data_type == "e":
        return Flaw(str(value), path, where, f"holds the error {value}", "mend the formula, or write the value")
    if isinstance(value, date | datetime | time | timedelta):
        shown = value.isoformat() if not isinstance(value, timedelta) else str(value)
        right = "format the cell as a number or as text, and write its value again"
        return Day(shown, path, where, f"holds a date or a time, {shown.removesuffix('T00:00:00')}", right)
    return str(value)


def _unit(form: str | None) -> str:
    """Return the unit that a cell's format shows behind its number, such as 0" Mbps"."""
    literals = " ".join(_LITERAL.findall((form or "").split(";")[0])).strip()
    return literals if _UNIT.fullmatch(literals) else ""
