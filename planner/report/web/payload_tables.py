"""The result tables of a plan as columns: numbers of twelve digits, words as positions in a list of what occurs."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from planner.plan.csv_tables import DIGITS, FLAGS, INTEGERS, TEXTS
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.plan.times import as_mean_day
from planner.programme.case import INTACT

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.report.language.speech import Language

MOST_ROWS = 150_000
"""Rows of a table that a report takes along; what a file beyond this holds stands in the run's tables alone."""

AMOUNTS = {"assignments": "pflops", "paths": "pflops", "traffic": "gbps"}
"""Tables that speak of states, and what adds up in them: a page shows the mean day of a year with seasons."""
IN_THE_RUN_ALONE = frozenset({"duals"})
"""Tables that no page shows: they are for those who check an optimum."""

Table = dict[str, Any]


def full_tables(plan: Plan, language: Language) -> tuple[dict[str, Table], dict[str, int]]:
    """Return the tables by name, and how many rows of which tables are too many for a page.

    A table is ``{"columns": names, "rows": count, "data": columns}``; a column of words is ``{"words", "at"}``, any
    other a list, with None for no number. Rows of failures are the first to be left out. Duals stand in the run alone.
    """
    if plan.tables is None:
        return {}, {}
    tables, left_out = {}, {}
    for name, frame in plan.tables.items():
        if name in IN_THE_RUN_ALONE:
            continue
        kept = _shortened(frame)
        told = as_mean_day(plan.inputs, kept, AMOUNTS[name]) if name in AMOUNTS else kept
        tables[name] = _table(name, told, language)
        if len(kept) < len(frame):
            left_out[name] = len(frame) - len(kept)
    return tables, left_out


def _shortened(frame: pd.DataFrame) -> pd.DataFrame:
    if len(frame) <= MOST_ROWS:
        return frame
    if "contingency" in frame.index.names:
        frame = frame[frame.index.get_level_values("contingency") == INTACT]
    return frame.iloc[:MOST_ROWS]


def _table(name: str, frame: pd.DataFrame, language: Language) -> Table:
    columns = (*TABLE_INDEX[name], *TABLE_COLUMNS[name])
    flat = frame.reset_index()
    data = [_column(column, flat[column].tolist(), language) for column in columns]
    return {"columns": list(columns), "rows": len(flat), "data": data}


def _column(column: str, values: list[Any], language: Language) -> Any:
    if column in FLAGS:
        return [int(bool(value)) for value in values]
    if column in INTEGERS:
        return [int(value) for value in values]
    if column not in TEXTS:
        return [_number(value) for value in values]
    position = {word: i for i, word in enumerate(dict.fromkeys(map(str, values)))}
    return {"words": _words(column, list(position), language), "at": [position[str(value)] for value in values]}


def _words(column: str, words: list[str], language: Language) -> list[str]:
    """Return the words of a column; reasons are sentences and are said in the language."""
    if column != "reason":
        return words
    from planner.report.language.phrases import translate

    return [translate(word, language) if word else "" for word in words]


def _number(value: float) -> float | int | None:
    """Return a number with the digits of the tables; whole ones without a point, which is shorter."""
    if not isfinite(value):
        return None
    rounded = float(f"{value:.{DIGITS}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 2**53 else rounded
