"""What moved from one plan to another: every figure of the one beside that of the other, what matters most first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isfinite, nan
from typing import Any

import pandas as pd

from planner.report.comparison.facts import KEYS, MEANS, SUBJECTS, Facts, unit_of

BOTH, PLAN_ONLY, BASELINE_ONLY = "both", "plan only", "baseline only"
"""Whether a record, or a year, is there in the baseline and in the plan."""
NOISE = 1e-7
"""A difference below this share of the larger total is what solvers round."""
COLUMNS = ("baseline_year", "baseline", "value", "change", "unit", "presence", "weight")

Record = dict[str, Any]
Row = Mapping[Any, Any]


def compare_facts(
    subject: str, facts: tuple[Facts, Facts], years: tuple[int | None, int | None], plan: str, currency: str
) -> list[Record]:
    """Return one record for each figure of a subject that differs; of whole years every figure.

    `weight` is the difference as a share of the larger of the two totals, so that figures of different units can be
    put in order. Of what is in one of the two only, the other figure is no number, and the change all there is.
    """
    one, two = (each.get(subject) for each in facts)
    blank = pd.DataFrame(columns=list(SUBJECTS[subject]), dtype=float)
    before, after = (blank if frame is None else frame for frame in (one, two))
    scales = {name: _scale(before, after, name) for name in SUBJECTS[subject]}
    figures: tuple[dict[str, Row], ...] = tuple(
        {str(key): row for key, row in frame.to_dict("index").items()} for frame in (before, after)
    )
    found: list[tuple[float, str, list[Record]]] = []
    for key in sorted({*figures[0], *figures[1]}):
        rows = list(_of_key(subject, key, figures, scales, (one is None, two is None)))
        for row in rows:
            row |= {"plan": plan, "year": years[1] if years[1] is not None else years[0], "baseline_year": years[0],
                    "unit": unit_of(row["quantity"], currency), KEYS[subject]: key}  # fmt: skip
        if rows:
            found.append((-max(float(row["weight"]) for row in rows), key, rows))
    return [row for _, _, rows in sorted(found, key=lambda each: each[:2]) for row in rows]


def _of_key(
    subject: str,
    key: str,
    figures: tuple[dict[str, Row], ...],
    scales: dict[str, float],
    missing: tuple[bool, bool],
) -> Iterator[Record]:
    before, after = (each.get(key, {}) for each in figures)
    there = (bool(before), bool(after))
    presence = BOTH if all(there) else PLAN_ONLY if there[1] else BASELINE_ONLY
    rows: list[Record] = []
    for name in SUBJECTS[subject]:
        old, new = (float(each.get(name, nan)) for each in (before, after))
        change = _change(name, old, new, presence if not any(missing) else "")
        size = abs(change) * (max(map(_volume, (before, after))) if name in MEANS else 1.0)
        weight = size / scales[name] if isfinite(change) and scales[name] else 0.0
        rows.append(
            {"quantity": name, "baseline": old, "value": new, "change": change, "presence": presence, "weight": weight}
        )
    if subject == "years":
        yield from rows
        return
    told = [row for row in rows if row["weight"] > NOISE]
    yield from told or (rows[:1] if presence != BOTH else [])


def _change(name: str, old: float, new: float, presence: str) -> float:
    """Return the difference; what came or went counts whole where it adds up."""
    if isfinite(old) and isfinite(new):
        return new - old
    if name in MEANS:
        return nan
    if presence == PLAN_ONLY:
        return new
    return -old if presence == BASELINE_ONLY else nan


def _scale(before: pd.DataFrame, after: pd.DataFrame, name: str) -> float:
    """Return what a difference of a quantity is measured by: the larger total; of what is served or left, all demand.

    A mean is weighed by the PFLOPS that it is the mean of.
    """
    if name in MEANS:
        rows = (frame.to_dict("records") for frame in (before, after))
        return max(sum(_volume(row) * _finite(row[name]) for row in each) for each in rows)
    name = name.replace("background_unserved", "background").replace("unserved", "demand").replace("served", "demand")
    return float(max(before[name].sum(), after[name].sum()))


def _volume(row: Row) -> float:
    """Return the work, or else the traffic, that a record's mean speaks of."""
    found = (float(row[name]) for name in ("served_pflops", "used_pflops", "served_gbps") if name in row)
    return next((value for value in found if isfinite(value)), 0.0)


def _finite(value: float) -> float:
    return value if isfinite(value) else 0.0


def make_moves(subject: str, records: Iterable[Record]) -> pd.DataFrame:
    """Make the frame of a subject, in the order of its records."""
    index = ["plan", "year", KEYS[subject], "quantity"]
    frame = pd.DataFrame(list(records), columns=[*index, *COLUMNS])
    frame["baseline_year"] = frame["baseline_year"].astype("Int64")
    return frame.set_index(index)
