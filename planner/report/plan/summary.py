"""A plan as one flat object: what ``--json`` prints."""

from __future__ import annotations

from dataclasses import asdict, fields
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.plan.runs import finite
from planner.report.plan.digest import Digest
from planner.report.plan.facts.answer import COST_TERMS, objective_unit
from planner.report.plan.facts.totals import NO_TOTALS, Totals
from planner.studies.survey.warnings import find_warnings

if TYPE_CHECKING:
    from planner.errors import Fault
    from planner.plan.plan import Plan
    from planner.report.plan.digest import YearDigest
    from planner.report.plan.facts.answer import ReachedObjective
    from planner.report.plan.facts.money import LimitValue


def summarise(plan: Plan, run: Path | None = None) -> dict[str, Any]:
    """Return a plan's figures by the keys of ``--json``; all keys are always there, with None where there is no plan.

    PFLOPS, Gbps, RTT and carbon are those of the last year planned, and `years` holds those of each; the objective,
    the cost and the penalties of several years are discounted sums.
    """
    shown, digest = plan.status.has_plan, Digest(plan)
    figures = asdict(digest.last.totals if shown else NO_TOTALS)
    costs = {term: plan.cost_usd.get(term, 0.0) if shown else nan for term in COST_TERMS}
    found = blank_summary(plan.inputs.scenario.id, plan.inputs.variant)
    found |= {key: finite(value) for key, value in figures.items() if key != "cost_usd"}
    return found | {
        "status": plan.status.value,
        "objective": _objective(
            plan.objective_name, plan.objective if shown else nan, objective_unit(plan, plan.objective_name)
        ),
        "bound": finite(plan.bound if shown else nan),
        "gap": finite(plan.gap if shown else nan),
        "cost_usd": {
            "total": finite(plan.total_cost_usd if shown else nan),
            **{term: finite(usd) for term, usd in costs.items()},
        },
        "unserved_penalty_usd": finite(plan.unserved_penalty_usd if shown else nan),
        "background_penalty_usd": finite(plan.background_penalty_usd if shown else nan),
        "seconds": round(plan.seconds, 3),
        "run": None if run is None else str(run),
        "years": [_of_year(digest.year(year)) for year in digest.years] if shown else [],
        "community": [_of_community(digest.year(year)) for year in digest.years] if shown else [],
        "years_between": [asdict(each) for each in digest.between] if shown else [],
        "hinges": [_of_hinge(each) for each in digest.last.hinges] if shown else [],
        "stages": [_of_stage(each) for each in digest.reached] if shown else [],
        "failures": _failures(plan) if shown else [],
        "capital": _capital(plan) if shown else [],
        "notes": list(plan.notes),
        "findings": list(plan.findings),
        "warnings": [_fault_record(fault) for fault in find_warnings(plan.inputs)],
    }


def blank_summary(scenario: str | None, variant: str | None, error: str = "") -> dict[str, Any]:
    """Return all keys of ``--json`` for a question without an answer; `error` says why there is none."""
    unknown = dict.fromkeys(field.name for field in fields(Totals))
    return {
        "scenario": scenario,
        "variant": variant,
        "status": "error",
        "objective": {"name": None, "value": None, "unit": None},
        "bound": None,
        "gap": None,
        **unknown,
        "cost_usd": dict.fromkeys(("total", *COST_TERMS)),
        "unserved_penalty_usd": None,
        "seconds": None,
        "run": None,
        "years": [],
        "community": [],
        "years_between": [],
        "hinges": [],
        "stages": [],
        "failures": [],
        "capital": [],
        "notes": [],
        "findings": error.splitlines(),
        "warnings": [],
    }


def _fault_record(fault: Fault) -> dict[str, Any]:
    """Return a warning about the topology with its place."""
    place = {"file": fault.place.file, "line": fault.place.line, "column": fault.place.column}
    return {**place, "where": fault.where, "what": fault.what, "right": fault.right}


def _objective(name: str, value: float, unit: str) -> dict[str, Any]:
    return {"name": name, "value": finite(value), "unit": unit}


def _of_year(of: YearDigest) -> dict[str, Any]:
    return {"year": of.year, **{key: finite(value) for key, value in asdict(of.totals).items()}}


def _of_community(of: YearDigest) -> dict[str, Any]:
    """Return what a year does for the members; without members, its year alone."""
    if of.community is None:
        return {"year": of.year}
    figures = asdict(of.community) | {"served_share": of.community.served_share}
    return {key: finite(value) if isinstance(value, float) else value for key, value in figures.items()}


def _of_hinge(value: LimitValue) -> dict[str, Any]:
    """Return a limit with a raise that it can bear, and what that would save a year at the most."""
    return {
        "limit": value.limit.name, "key": value.key, "unit": value.unit, "amount": finite(value.amount),
        "step": value.step, "saves_usd": finite(value.step_usd),
    }  # fmt: skip


def _of_stage(reached: ReachedObjective) -> dict[str, Any]:
    proved = {"bound": finite(reached.bound), "status": reached.status.value}
    return {**_objective(reached.name, reached.value, reached.unit), **proved}


def _failures(plan: Plan) -> list[dict[str, Any]]:
    """Contingencies that were screened, by year."""
    assert plan.tables is not None
    return [
        {
            "year": int(row["year"]), "contingency": str(row["contingency"]),
            "touched_pflops": finite(row["touched_pflops"]), "shaped": bool(row["shaped"]),
            "price_usd_per_pflops": finite(row["price_usd_per_pflops"]),
            "background_lost_gbps": finite(row["background_lost_gbps"]),
            "background_penalty_usd": finite(row["background_penalty_usd"]),
        }
        for row in plan.tables.failures.reset_index().to_dict("records")
    ]  # fmt: skip


def _capital(plan: Plan) -> list[dict[str, Any]]:
    """Who pays what is built, by the year of building."""
    return [
        {
            "year": int(row["year"]), "country": str(row["country"]), "sites_usd": finite(row["sites_usd"]),
            "links_usd": finite(row["links_usd"]), "projects_usd": finite(row["projects_usd"]),
            "capex_usd": finite(row["capex_usd"]),
        }
        for row in plan.capital.reset_index().to_dict("records")
    ]  # fmt: skip
