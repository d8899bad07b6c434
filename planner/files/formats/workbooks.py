"""Cells of workbooks become texts; those that say nothing we may use keep why, for whoever needs them."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from planner.files.formats.grids import Rows
from planner.files.formats.opening import ELEMENT_LIMIT
from planner.files.formats.raw import RECORD_LIMIT, Flaw, broken
from planner.files.formats.records import number_text
from planner.files.reading.text import SIZE_LIMIT

if TYPE_CHECKING:
    from openpyxl import Workbook

__all__ = ["Day", "sheets_of"]

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

    Raises
    ------
    InputError
        where it is none, is damaged or too large
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
