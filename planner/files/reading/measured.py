"""Measured round trips as a CSV table: columns a, b, ms; year, kind and source where they are known."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from planner.errors import Fault, InputError, Place, did_you_mean
from planner.files.reading.text import UnreadableError, display, is_workbook, read_file

NEEDED = ("a", "b", "ms")
COLUMNS = (*NEEDED, "year", "kind", "source")
YEARS = range(1970, 2201)
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")

Cells = dict[str, str]


@dataclass(frozen=True)
class MeasuredPair:
    """The round trip measured between two places, ms; `kind` says what of it (min, p50, p95)."""

    a: str
    b: str
    ms: float
    year: int | None = None
    kind: str = ""
    source: str = ""


def read_measured(path: Path | str) -> tuple[MeasuredPair, ...]:
    """Read a table of measured round trips, in its order.

    Raises
    ------
    InputError
        where it cannot be read, or a row is wrong: all faults of all rows
    """
    path, faults = Path(path), list[Fault]()
    name = display(path)
    try:
        file = read_file(path, "table")
    except UnreadableError as error:
        raise InputError([error.fault]) from None
    if is_workbook(file.data):
        raise InputError([Fault(Place(name), "", "is a workbook, not plain text", "save it as 'CSV UTF-8'")])
    pairs = list(_read(file.data.decode("utf-8-sig"), name, faults))
    if not pairs and not faults:
        faults.append(Fault(Place(name), "", "holds no pair", "write a row for each: a, b, ms"))
    if faults:
        raise InputError(faults)
    return tuple(pairs)


def _read(text: str, name: str, faults: list[Fault]) -> Iterator[MeasuredPair]:
    sign = max(",;\t", key=text.lstrip("\r\n").partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    columns: list[str] = []
    try:
        for row in reader:
            cells, place = [cell.strip() for cell in row], Place(name, reader.line_num, 1)
            if not any(cells):
                continue
            if not columns:
                columns = cells
                faults.extend(_faults_of_header(columns, place))
                if faults:
                    return
            elif len(cells) != len(columns):
                what, right = f"has {len(cells)} cells", f"write {len(columns)}, as the first row has"
                faults.append(Fault(place, "", what, right))
            else:
                found = dict(zip(columns, cells, strict=True))
                wrong = list(_faults_of_row(found, place))
                faults.extend(wrong)
                if not wrong:
                    yield _pair(found)
    except csv.Error as error:
        right = "write a row a line, cells between commas, and quotes around cells that hold any"
        faults.append(Fault(Place(name, reader.line_num, 1), "", f"is no CSV: {error}", right))


def _faults_of_header(columns: list[str], place: Place) -> Iterator[Fault]:
    for number, column in enumerate(columns):
        if column not in COLUMNS:
            yield Fault(place, column, "unknown column", did_you_mean(column, COLUMNS))
        elif column in columns[:number]:
            yield Fault(place, column, "duplicate column", "keep one of them")
    for column in NEEDED:
        if column not in columns:
            yield Fault(place, column, "column is missing", f"name it in row {place.line}: a, b, ms")


def _faults_of_row(cells: Cells, place: Place) -> Iterator[Fault]:
    for column in NEEDED:
        if not cells[column]:
            yield Fault(place, column, "is missing", "fill in the cell")
    ms, year = cells["ms"], cells.get("year", "")
    if ms and not (_NUMBER.fullmatch(ms) and float(ms) > 0):
        yield Fault(place, "ms", f"'{ms}' is no round trip", "write milliseconds as a number above zero, such as 24.5")
    if year and not (year.isascii() and year.isdigit() and int(year) in YEARS):
        yield Fault(place, "year", f"'{year}' is no year", "write one such as 2026, or leave the cell empty")


def _pair(cells: Cells) -> MeasuredPair:
    year = cells.get("year")
    kind, source = cells.get("kind", ""), cells.get("source", "")
    return MeasuredPair(cells["a"], cells["b"], float(cells["ms"]), int(year) if year else None, kind, source)
