"""Tables as CSV and back, also in run folders: UTF-8, the index first, twelve digits; an empty field is no number.

A text that a spreadsheet would take for a formula has an apostrophe before it in the file, and none once it is read.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from io import StringIO
from math import nan
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from planner.errors import RunError
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX, Tables, index_of

if TYPE_CHECKING:
    import pandas as pd


INTEGERS = frozenset({"year", "hour", "path", "expansion"})
"""Columns that hold whole numbers."""
TEXTS = frozenset(
    {"contingency", "origin", "workload", "site", "link", "country", "asset", "family", "key", "links", "demand",
     "cable", "reason", "unit", "to", "season"}
)  # fmt: skip
"""Columns that hold words; an id may look like a number, and NA is Namibia."""
FLAGS = frozenset({"member", "written", "shaped"})
"""Columns that hold true or false."""
DIGITS = 12
"""Significant digits of every other column: enough for sums to be checked to 1e-6, few enough to hide rounding."""
FEWER_DIGITS = {"gbps": 10}
"""Of what flows on a path: it may be what is left beside flows thousands of times larger, and ends in noise."""
WHOLE = re.compile(r"-?[0-9]{1,18}")
"""How whole numbers are written that 64 bits hold."""
FORMULA = re.compile(r"'*(?:[\t\r\n]|['\s]*[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""How a text starts that a spreadsheet may take for a formula, also in the full-width signs of East Asian fonts.

Apostrophes before it count, so that a text with one more is such a text as well and reading can undo writing.
"""


def neutral(text: str) -> str:
    """Return a text as a spreadsheet takes it for a text: with an apostrophe before it where it starts a formula."""
    return f"'{text}" if FORMULA.match(text) else text


def original(text: str) -> str:
    """Return the text that `neutral` was given."""
    return text[1:] if text.startswith("'") and FORMULA.match(text, 1) else text


def write_table(name: str, frame: pd.DataFrame) -> str:
    """Return a result table as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = (*map(str, frame.index.names), *TABLE_COLUMNS[name])
    flat = frame.reset_index()
    writer.writerow(columns)
    writer.writerows(zip(*(map(_writer_of(column), flat[column].tolist()) for column in columns), strict=True))
    return text.getvalue()


def _writer_of(column: str) -> Callable[[object], str]:
    if column in FLAGS:
        return lambda flag: "true" if flag else "false"
    if column in TEXTS:
        return lambda text: neutral(str(text))
    if column in INTEGERS:
        return str
    form = f".{FEWER_DIGITS.get(column, DIGITS)}g"
    return lambda value: _write_number(value, form)


def _write_number(value: object, form: str) -> str:
    text = format(value, form)
    return {"nan": "", "-0": "0"}.get(text, text)


def read_table(name: str, text: str, file: str) -> pd.DataFrame:
    """Return a result table that `write_table` wrote, now, before or in a later version.

    Columns are found by their names, in any order. Measures that the table lacks, because it is older than they are,
    are read as unknown; those that are new to this version are left out.

    Raises RunError where it lacks a column of its index, or a field is none of such a table; it names the file and the
    line.
    """
    import pandas as pd

    head, rows = _rows(text, file)
    index = index_of(name, seasonal="season" in head)
    columns = (*index, *TABLE_COLUMNS[name])
    lost = [column for column in TABLE_INDEX[name] if column not in head]
    if lost:  # without them nobody knows what a row is about
        raise RunError(f"{file}:1: the columns are not {','.join(columns)}: there is no {', '.join(lost)}")
    fields = dict(zip(head, zip(*rows, strict=True) if rows else [()] * len(head), strict=True))
    values = {
        column: _read_column(column, fields.get(column, [_unknown(column)] * len(rows)), file) for column in columns
    }
    return pd.DataFrame(values).set_index(list(index))


def missing_columns(name: str, text: str, file: str) -> list[str]:
    """Return the measures that a table lacks."""
    head, _ = _rows(text, file)
    return [column for column in TABLE_COLUMNS[name] if column not in head]


def _unknown(column: str) -> str:
    """Return what stands for a figure, a word or a truth that nobody wrote down; nothing was rented before."""
    return "false" if column in FLAGS else "0" if column == "market_pflops" else ""


def _rows(text: str, file: str) -> tuple[list[str], list[list[str]]]:
    """Return the names of the columns, and the rows."""
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        head, *rows = list(lines) or [[]]
    except csv.Error as error:
        raise RunError(f"{file}:{lines.line_num}: is no CSV: {error}") from None
    twice = next((column for column in head if head.count(column) > 1), None)
    if not head or twice is not None:
        raise RunError(f"{file}:1: {'there are no columns' if not head else f'the column {twice!r} stands twice'}")
    for number, row in enumerate(rows, 2):
        if len(row) != len(head):
            raise RunError(f"{file}: row {number} has {len(row)} fields, and the table has {len(head)} columns")
    return head, rows


def _read_column(column: str, fields: Iterable[str], file: str) -> pd.Series:
    import pandas as pd

    dtype, read = _reader_of(column)
    values = []
    for number, field in enumerate(fields, 2):
        try:
            values.append(read(field))
        except (ValueError, KeyError):
            raise RunError(f"{file}: row {number}: {column} is '{field}', which is no {dtype.__name__}") from None
    return pd.Series(values, dtype="int64" if dtype is int else dtype)


def _reader_of(column: str) -> tuple[type, Callable[[str], object]]:
    if column in TEXTS:
        return str, original
    if column in FLAGS:
        return bool, {"true": True, "false": False}.__getitem__
    return (int, _whole) if column in INTEGERS else (float, lambda field: float(field) if field else nan)


def _whole(field: str) -> int:
    if not WHOLE.fullmatch(field):
        raise ValueError(field)
    return int(field)


TABLES = PurePosixPath("tables")
FIRST_TABLES = frozenset({
    "assignments", "paths", "sites", "links", "demands", "members", "builds", "prices", "rates", "traffic", "failures",
})  # fmt: skip
"""Tables that every run with a plan has; a table that was added later is empty in a run of before."""


def read_tables(folder: Path, manifest: dict[str, Any]) -> Tables:
    """Return the tables of a run; the errors are those of `read_texts` and `read_table`."""
    tables = {}
    for name, text in read_texts(folder, manifest).items():
        tables[name] = read_table(name, text, str(folder / TABLES / f"{name}.csv"))
    return Tables(**tables)


def read_texts(folder: Path, manifest: dict[str, Any]) -> dict[str, str]:
    """Return the result tables of a run as they are written; one that it is too old to have holds no row.

    Raises RunError where one cannot be read.
    """
    texts = {}
    for name, index in TABLE_INDEX.items():
        file = folder / TABLES / f"{name}.csv"
        try:
            texts[name] = file.read_bytes().decode() if name in manifest["tables"] else ",".join(index)
        except OSError as error:
            raise RunError(f"{file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise RunError(f"{file} is no text in UTF-8") from None
    return texts


def find_missing(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return what the tables of a run of another version lack, a sentence each: it can be read, and not be checked."""
    lacks = []
    for name, text in read_texts(folder, manifest).items():
        file, there = f"tables/{name}.csv", name in manifest["tables"]
        missing = (
            [f"has no column {column}" for column in missing_columns(name, text, file)] if there else ["is not there"]
        )
        lacks += [
            f"{file} {what}: the run is of another version and cannot be checked; solve again" for what in missing
        ]
    return lacks
