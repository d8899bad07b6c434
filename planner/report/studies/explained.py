"""Explanations as one object: what ``--json`` prints, and what a run without a plan keeps."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.plan.runs import finite

if TYPE_CHECKING:
    from planner.studies.explaining.clashes import Clash
    from planner.studies.explaining.diagnosis import Diagnosis
    from planner.studies.explaining.explanation import DemandExplanation, Explanation
    from planner.studies.explaining.journeys import Journey
    from planner.studies.explaining.repairs import Repair

DIAGNOSIS = "diagnosis.json"
"""File of a run without a plan that keeps why there is none."""


def summarise_explanation(explanation: Explanation, run: Path | None = None) -> dict[str, Any]:
    """Return why a plan is as it is, or why there is none, as ``planner explain --json`` prints it."""
    inputs = explanation.plan.inputs
    head = {
        "run": None if run is None else str(run), "scenario": inputs.scenario.id, "variant": inputs.variant,
        "status": explanation.plan.status.value,
    }  # fmt: skip
    if explanation.diagnosis is not None:
        return head | summarise_diagnosis(explanation.diagnosis)
    return head | {"demands": [_demand(each) for each in explanation.demands]}


def summarise_diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return why there is no plan: what clashes with file and line, by how much, and the repairs that were tried."""
    return {
        "causes": list(diagnosis.quick),
        "conflict": [_clash(each) for each in diagnosis.conflict],
        "least_violation": [
            {"family": each.family, "key": each.key, "amount": finite(each.amount), "unit": each.unit}
            for each in diagnosis.least_violation
        ],
        "together": diagnosis.is_together,
        "repairs": [_repair(each) for each in diagnosis.repairs],
    }


def diagnosis_bytes(diagnosis: Diagnosis) -> bytes:
    """Return a diagnosis as a run keeps it."""
    return (json.dumps(summarise_diagnosis(diagnosis), allow_nan=False, indent=2, ensure_ascii=False) + "\n").encode()


def _clash(clash: Clash) -> dict[str, Any]:
    members = {"records": [each.record for each in clash.restrictions]} if len(clash.restrictions) > 1 else {}
    return {
        "record": clash.record, "kind": clash.kind, "file": clash.place.file, "line": clash.place.line,
        "says": clash.says, "value": clash.value, **members,
    }  # fmt: skip


def _repair(repair: Repair) -> dict[str, Any]:
    return {
        "changes": [each.record for each in repair.amendments],
        "says": list(repair.says),
        "cost_usd": finite(repair.cost_usd),
        "given_usd": finite(repair.given_usd),
        "serves_pflops": finite(repair.serves_pflops),
        "verified": repair.verified,
    }


def _demand(each: DemandExplanation) -> dict[str, Any]:
    year, origin, workload = each.wanted
    return {
        "origin": origin, "workload": workload, "year": year, "unit": each.unit,
        "demand_pflops": finite(each.asked), "unserved_pflops": finite(max(each.left, 0.0)), "reason": each.reason,
        "paths": list(_journeys(each.journeys)),
        "alternatives": [
            {"site": other.site, "rtt_ms": finite(other.rtt_ms), "extra_usd": finite(other.extra_usd),
             "exact": other.exact, "links": list(other.links)}
            for other in each.alternatives
        ],
        "limits": [asdict(limit) for limit in each.between],
        "barred_site": each.barred or None,
        "repairs": [_repair(repair) for repair in each.repairs],
        "untried": each.untried,
    }  # fmt: skip


def _journeys(journeys: Iterable[Journey]) -> Iterator[dict[str, Any]]:
    for journey in journeys:
        found = asdict(journey)
        yield {**found, "hops": [dict(hop) for hop in found["hops"]]}
