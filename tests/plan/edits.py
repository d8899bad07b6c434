"""Tables written by hand, and runs edited as somebody with an editor would."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX

if TYPE_CHECKING:
    from collections.abc import Callable

    Change = Callable[[list[dict[str, str]]], None]


def frame(table: str, *rows: tuple[object, ...]) -> pd.DataFrame:
    """Write a table by hand."""
    index = list(TABLE_INDEX[table])
    return pd.DataFrame(list(rows), columns=[*index, *TABLE_COLUMNS[table]]).set_index(index)


def edit(run: Path, table: str, change: Change) -> None:
    """Change the rows of a table of a run."""
    file = run / "tables" / f"{table}.csv"
    rows = list(csv.DictReader(StringIO(file.read_text(encoding="utf-8"), newline="")))
    columns = list(rows[0])
    change(rows)
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(text.getvalue(), encoding="utf-8")


def put(column: str, value: str, **where: str) -> Change:
    """Return a change of one field, in the first row with the given fields."""

    def change(rows: list[dict[str, str]]) -> None:
        row = next(row for row in rows if all(row[key] == text for key, text in where.items()))
        assert row[column] != value
        row[column] = value

    return change


def drop(**where: str) -> Change:
    """Return a change that takes the rows with the given fields away."""

    def change(rows: list[dict[str, str]]) -> None:
        rows[:] = [row for row in rows if any(row[key] != text for key, text in where.items())]

    return change


def twice(rows: list[dict[str, str]]) -> None:
    """Write the first row again."""
    rows.append(rows[0])
