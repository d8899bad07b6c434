"""Tables as CSV and back: UTF-8, the index first, twelve digits; an empty field is no number."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from io import StringIO
from math import nan
from typing import TYPE_CHECKING

from planner.errors import RunError
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX

if TYPE_CHECKING:
    import pandas as pd

INTEGERS = frozenset({"year", "hour", "path", "expansion"})
"""Columns that hold whole numbers."""
TEXTS = frozenset(
    {"contingency", "origin", "workload", "site", "link", "country", "asset", "family", "key", "links", "demand",
     "cable", "reason", "unit", "to"}
)  # fmt: skip
"""Columns that hold words; an id may look like a number, and NA is Namibia."""
FLAGS = frozenset({"member", "written", "shaped"})
"""Columns that hold true or false."""
DIGITS = 12
"""Significant digits of every other column: enough for sums to be checked to 1e-6, few enough to hide rounding."""


def write_table(name: str, frame: pd.DataFrame) -> str:
    """Return a result table as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    columns = (*TABLE_INDEX[name], *TABLE_COLUMNS[name])
    flat = frame.reset_index()
    writer.writerow(columns)
    writer.writerows(zip(*(map(_writer_of(column), flat[column].tolist()) for column in columns), strict=True))
    return text.getvalue()


def _writer_of(column: str) -> Callable[[object], str]:
    if column in FLAGS:
        return lambda flag: "true" if flag else "false"
    return str if column in INTEGERS | TEXTS else _write_number


def _write_number(value: object) -> str:
    text = f"{value:.{DIGITS}g}"
    return {"nan": "", "-0": "0"}.get(text, text)


def read_table(name: str, text: str, file: str) -> pd.DataFrame:
    """Return a result table that `write_table` wrote.

    Raises
    ------
    RunError
        where the columns or a field are not those of such a table; it names the file and the line
    """
    import pandas as pd

    columns = (*TABLE_INDEX[name], *TABLE_COLUMNS[name])
    fields = list(zip(*_rows(text, columns, file), strict=True)) or [()] * len(columns)
    values = {name: _read_column(name, column, file) for name, column in zip(columns, fields, strict=True)}
    return pd.DataFrame(values).set_index(list(TABLE_INDEX[name]))


def _rows(text: str, columns: tuple[str, ...], file: str) -> list[list[str]]:
    lines = csv.reader(StringIO(text, newline=""), strict=True)
    try:
        rows = list(lines)
    except csv.Error as error:
        raise RunError(f"{file}:{lines.line_num}: is no CSV: {error}") from None
    if not rows or tuple(rows[0]) != columns:
        raise RunError(f"{file}:1: the columns are not {','.join(columns)}")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(columns):
            raise RunError(f"{file}: row {number} has {len(row)} fields, and the table has {len(columns)} columns")
    return rows[1:]


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
        return str, str
    if column in FLAGS:
        return bool, {"true": True, "false": False}.__getitem__
    return (int, int) if column in INTEGERS else (float, lambda field: float(field) if field else nan)
