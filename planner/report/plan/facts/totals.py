"""The sums over a plan's tables, year by year."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan


COST_TERMS = ("capex", "fixed", "opex", "energy", "fees", "transit")


OBJECTIVE_UNITS = {"served": "PFLOPS", "compute": "PFLOPS", "latency": "PFLOPS·ms", "carbon": "t"}
"""Units of the objectives that are no money."""


@dataclass(frozen=True)
class Totals:
    """The sums over a plan's tables in one year; not a number where there is no plan or nothing is served.

    `installed_pflops` holds what is built as well, as the table of sites does; `cost_usd` is what the year costs by
    itself, not discounted. Gbps are those of demands for traffic.
    """

    demand_pflops: float
    served_pflops: float
    unserved_pflops: float
    installed_pflops: float
    built_pflops: float
    mean_rtt_ms: float
    carbon_t: float
    cost_usd: float
    demand_gbps: float
    served_gbps: float
    unserved_gbps: float


NO_TOTALS = Totals(*[nan] * len(fields(Totals)))


def total(plan: Plan, year: int | None = None) -> Totals:
    """Add up the tables of a year, by default the last one that is planned."""
    if plan.tables is None:
        return NO_TOTALS
    year = plan.inputs.scenario.years[-1] if year is None else year
    demands, sites = in_year(plan.demands, year), in_year(plan.sites, year)
    rates = in_year(plan.tables.rates, year)
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
        cost_usd=float(in_year(plan.members, year)["cost_usd"].sum()),
        demand_gbps=float(rates["demand_gbps"].sum()),
        served_gbps=float(rates["served_gbps"].sum()),
        unserved_gbps=float(rates["unserved_gbps"].sum()),
    )


def in_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of a year, without that level."""
    return frame[frame.index.get_level_values("year") == year].droplevel("year")


def objective_unit(plan: Plan, name: str) -> str:
    """Return the unit in which an objective is given; the scenario's currency is a label."""
    return OBJECTIVE_UNITS.get(name, plan.inputs.scenario.finance.currency)
