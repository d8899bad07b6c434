"""A sizing as one object: what ``planner size --json`` prints."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from planner.report.language.speech import speak
from planner.report.plan.facts.answer import COST_TERMS
from planner.report.sizing.words import answer, notes
from planner.studies.sharing import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from planner.demand import DemandRow
    from planner.plan.plan import Plan
    from planner.studies.pooling import Saving
    from planner.studies.size import Sizing


def summarise_sizing(sizing: Sizing) -> dict[str, Any]:
    """Return a sizing by the keys of ``planner size --json``; all are always there, None where nothing is known."""
    scenario, pooling = sizing.inputs.scenario, sizing.pooling
    exhausted = sizing.exhausted
    return {
        "scenario": scenario.id,
        "variant": sizing.inputs.variant,
        "status": sizing.status.value,
        "answer": answer(sizing),
        "served": sizing.aim,
        "served_share": sizing.served_share,
        "counts": {"demand": _named(counted(sizing.inputs)), "left_out": _named(sizing.left_out)},
        "target_pflops": sizing.target_pflops,
        "exhausted_year": exhausted,
        "years": _records(sizing.years),
        "members": _records(sizing.members),
        "sites": _records(sizing.places),
        "least_cost": _money(sizing.least_cost),
        "pooling": {name: _worth(worth) for name, worth in pooling.gains.items()} if pooling is not None else None,
        "worth": _records(sizing.worth),
        "plans": [_of_plan(name, plan) for name, plan in sizing.plans.items()],
        "unanswered": list(sizing.unanswered),
        "failed": dict(sizing.failed),
        "findings": list(sizing.findings),
        "notes": notes(sizing, speak()),
        "seconds": round(sizing.seconds, 3),
    }


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.reset_index().to_dict("records")]


def _named(rows: Iterable[DemandRow]) -> list[dict[str, str]]:
    return [{"origin": row.origin, "workload": row.workload} for row in rows]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return value


def _worth(worth: Saving) -> dict[str, float | None]:
    parts = {"usd": worth.usd, "spent_usd": worth.spent_usd, "penalty_usd": worth.penalty_usd}
    return {key: _plain(usd) for key, usd in parts.items()}


def _money(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None or plan.tables is None:
        return None
    terms = {term: plan.cost_usd.get(term, 0.0) for term in COST_TERMS}
    return {"total": plan.total_cost_usd, **terms, "unserved_penalty_usd": plan.unserved_penalty_usd}


def _of_plan(name: str, plan: Plan) -> dict[str, Any]:
    return {
        "name": name, "status": plan.status.value, "objective": plan.objective_name,
        "value": _plain(plan.objective), "gap": _plain(plan.gap), "seconds": round(plan.seconds, 3),
    }  # fmt: skip
