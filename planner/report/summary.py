"""A plan as one flat object: what ``--json`` prints."""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.plan.plan import Plan

COST_TERMS = ("capex", "fixed", "opex", "energy", "fees", "transit")
OBJECTIVE_UNITS = {"served": "PFLOPS", "compute": "PFLOPS", "latency": "PFLOPS ms", "carbon": "t"}


@dataclass(frozen=True)
class Totals:
    """The sums over a plan's tables in one year; not a number where there is no plan or nothing is served.

    `installed_pflops` holds what is built as well, as the table of sites does.
    """

    demand_pflops: float
    served_pflops: float
    unserved_pflops: float
    installed_pflops: float
    built_pflops: float
    mean_rtt_ms: float
    carbon_t: float


NO_TOTALS = Totals(nan, nan, nan, nan, nan, nan, nan)


def total(plan: Plan, year: int | None = None) -> Totals:
    """Add up the tables of a year, by default the last one that is planned."""
    if plan.tables is None:
        return NO_TOTALS
    year = plan.inputs.scenario.years[-1] if year is None else year
    demands = plan.demands[plan.demands.index.get_level_values("year") == year]
    sites = plan.sites[plan.sites.index.get_level_values("year") == year]
    served = float(demands["served_pflops"].sum())
    weighed = float((demands["mean_rtt_ms"] * demands["served_pflops"]).sum())
    return Totals(
        demand_pflops=float(demands["demand_pflops"].sum()),
        served_pflops=served,
        unserved_pflops=float(demands["unserved_pflops"].sum()),
        installed_pflops=float(sites["installed_pflops"].sum()),
        built_pflops=float(sites["built_pflops"].sum()),
        mean_rtt_ms=weighed / served if served else nan,
        carbon_t=float(sites["carbon_t"].sum()),
    )


def summarise(plan: Plan, run: Path | None = None) -> dict[str, Any]:
    """Return a plan's figures by the keys of ``--json``; all keys are always there, with None where there is no plan.

    PFLOPS, RTT and carbon are those of the last year planned; the cost of several years is their discounted sum.
    """
    shown = plan.status.has_plan
    figures = total(plan) if shown else NO_TOTALS
    name = plan.inputs.scenario.objective[0]
    unit = OBJECTIVE_UNITS.get(name, plan.inputs.scenario.finance.currency)
    costs = {term: plan.cost_usd.get(term, 0.0) if shown else nan for term in COST_TERMS}
    return {
        "status": plan.status.value,
        "objective": {"name": name, "value": _finite(plan.objective if shown else nan), "unit": unit},
        "bound": _finite(plan.bound if shown else nan),
        "gap": _finite(plan.gap if shown else nan),
        "demand_pflops": _finite(figures.demand_pflops),
        "served_pflops": _finite(figures.served_pflops),
        "unserved_pflops": _finite(figures.unserved_pflops),
        "installed_pflops": _finite(figures.installed_pflops),
        "built_pflops": _finite(figures.built_pflops),
        "cost_usd": {
            "total": _finite(plan.total_cost_usd if shown else nan),
            **{term: _finite(usd) for term, usd in costs.items()},
        },
        "unserved_penalty_usd": _finite(plan.unserved_penalty_usd if shown else nan),
        "mean_rtt_ms": _finite(figures.mean_rtt_ms),
        "carbon_t": _finite(figures.carbon_t),
        "seconds": round(plan.seconds, 3),
        "run": None if run is None else str(run),
    }


def _finite(value: float) -> float | None:
    """Return a plain number, or None where it is not one."""
    return float(value) if isfinite(value) else None
