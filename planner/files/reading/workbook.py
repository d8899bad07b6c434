"""A table in a workbook (XLSX): the rows of its sheet as nodes that know their cell."""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile, ZipFile

from planner.errors import Fault, Place
from planner.files.reading.text import SIZE_LIMIT
from planner.files.reading.tree import Node, PositionMark, scalar

if TYPE_CHECKING:
    from openpyxl.cell import ReadOnlyCell

_QUOTED = re.compile(r'"\s*([^"]+?)\s*"')
_SAVE = "save it as XLSX, or as CSV UTF-8"


def read_rows(data: bytes, name: str, limit: int, faults: list[Fault]) -> list[list[Node]]:
    """Return the rows that are not blank of the first sheet with any; of formulas what they came to.

    Parameters
    ----------
    limit
        cells that a sheet may hold
    faults
        gets what is wrong with the workbook; then there are no rows
    """
    from openpyxl import load_workbook

    try:
        _check_size(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        found = (_rows(sheet.iter_rows(), name, limit) for sheet in book.worksheets)
        return next((rows for rows in found if rows), [])
    except OverflowError as error:
        faults.append(Fault(Place(name), "", str(error), "split it over several demand files"))
    except Exception:  # noqa: BLE001 -- openpyxl raises of all kinds on what is damaged, locked or another format
        faults.append(Fault(Place(name), "", "is no XLSX workbook that can be read", _SAVE))
    return []


def _check_size(data: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
    except BadZipFile:
        raise ValueError("no XLSX") from None
    if size > 4 * SIZE_LIMIT:
        raise OverflowError(f"unpacks to {size >> 20:,} MB, of {4 * SIZE_LIMIT >> 20} MB at most")


def _rows(cells: Any, name: str, limit: int) -> list[list[Node]]:
    rows: list[list[Node]] = []
    size = 0
    for line, row in enumerate(cells):
        size += len(row)
        if size > limit:
            raise OverflowError(f"holds more than {limit:,} cells")
        nodes = [scalar(_text(cell), PositionMark(name, line, column)) for column, cell in enumerate(row)]
        if any(node.value for node in nodes):
            rows.append(nodes)
    width = max((n for row in rows for n, node in enumerate(row, 1) if node.value), default=0)
    return [_filled(row, width) for row in rows]


def _filled(row: list[Node], width: int) -> list[Node]:
    """Return a row with as many cells as the sheet has columns: empty ones at its end are not stored."""
    start = row[0].start_mark
    blank = [scalar("", PositionMark(start.name, start.line, column)) for column in range(len(row), width)]
    return [*row, *blank][:width]


def _text(cell: ReadOnlyCell) -> str:
    """Return a cell as it would be typed; a number with the unit that its format shows beside it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        unit = _QUOTED.search(cell.number_format or "")
        return f"{value:.15g} {unit[1]}" if unit else f"{value:.15g}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value).strip()
