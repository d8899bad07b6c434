"""A comparison as one object: what ``--json`` prints."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from planner.report.comparison.ranking import CRITERIA
from planner.report.comparison.rules import path_of

if TYPE_CHECKING:
    import pandas as pd

    from planner.report.comparison.comparing import Comparison


def summarise_comparison(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison by the keys of ``--json``; all keys are always there.

    ``baseline``, ``currency`` and ``notes`` (sentences); ``plans``: for each its `name`, `scenario`, `variant`,
    `overrides`, `status`, `years`, the years `compared` as pairs of the baseline's and its own, `criteria` with `value`
    and `rank`, and whom it is `dominated_by`; ``changes`` of the inputs with their dotted `path`; and as lists of rows
    with the columns of `Comparison`: ``totals``, ``members``, ``sites``, ``links``, ``workloads``, ``switches``. What
    is no number is None.
    """
    changes = _rows(comparison.changes)
    return {
        "baseline": comparison.baseline,
        "currency": comparison.currency,
        "notes": [str(note) for note in comparison.notes],
        "plans": [_of_plan(comparison, name) for name in comparison.names],
        "changes": [{**row, "path": path_of(row["section"], row["key"], row["field"])} for row in changes],
        "totals": [{key: value for key, value in row.items() if key != "total"} for row in _rows(comparison.totals)],
        "members": _rows(comparison.members),
        "sites": _rows(comparison.sites),
        "links": _rows(comparison.links),
        "workloads": _rows(comparison.workloads),
        "switches": _rows(comparison.switches),
    }


def _of_plan(comparison: Comparison, name: str) -> dict[str, Any]:
    plan, ranking = comparison.plan(name), comparison.ranking
    scenario = plan.inputs.scenario
    criteria = {}
    for each in CRITERIA:
        row: Any = ranking.loc[(each.key, name), :]
        criteria[each.key] = {"value": _plain(row["value"]), "rank": _plain(row["rank"]), "unit": row["unit"]}
    pairs = comparison.years.get(name, tuple((year, year) for year in scenario.years))
    return {
        "name": name,
        "scenario": scenario.id,
        "variant": plan.inputs.variant,
        "overrides": list(plan.inputs.overrides),
        "status": plan.status.value,
        "years": list(scenario.years),
        "compared": [{"baseline": ours, "plan": theirs} for ours, theirs in pairs],
        "criteria": criteria,
        "dominated_by": list(comparison.dominated[name]),
    }


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    columns = frame.reset_index()
    return [{str(key): _plain(value) for key, value in row.items()} for row in columns.to_dict("records")]


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it, None for what is no number."""
    if value is None or isinstance(value, str | bool):
        return value
    if hasattr(value, "item"):
        value = value.item()
    if type(value).__name__ == "NAType":
        return None
    if isinstance(value, float) and not isfinite(value):
        return None
    return value
