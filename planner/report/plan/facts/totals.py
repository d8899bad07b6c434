"""The sums over a plan's tables, year by year."""

from __future__ import annotations

from dataclasses import dataclass, fields
from math import nan
from typing import TYPE_CHECKING

from planner.background import rows_of_others, rows_of_ours
from planner.report.language.figures import ALL_BUT

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan


@dataclass(frozen=True)
class Totals:
    """The sums over a plan's tables in one year; not a number where there is no plan or nothing is served.

    `installed_pflops` holds what is built as well, as the table of sites does; `cost_usd` is what the year costs by
    itself, not discounted. Gbps are those of demands for traffic; what begins with ``background_`` speaks of everybody
    else's traffic, both directions added, which is in no other figure, and of what leaving it uncarried counts for.
    """

    demand_pflops: float
    served_pflops: float
    unserved_pflops: float
    installed_pflops: float
    built_pflops: float
    mean_rtt_ms: float
    carbon_t: float
    embodied_t: float
    cost_usd: float
    demand_gbps: float
    served_gbps: float
    unserved_gbps: float
    background_gbps: float
    background_carried_gbps: float
    background_unserved_gbps: float
    background_penalty_usd: float

    @property
    def served_share(self) -> float:
        """Share of the compute asked for that is served; not a number where none is asked for."""
        return self.served_pflops / self.demand_pflops if self.demand_pflops else nan

    @property
    def carried_share(self) -> float:
        """Share of the traffic asked for that is carried; not a number where none is asked for."""
        return self.served_gbps / self.demand_gbps if self.demand_gbps else nan

    @property
    def serves_all(self) -> bool:
        """Whether all compute asked for is served, but for rounding."""
        return self.unserved_pflops <= ALL_BUT * self.demand_pflops

    @property
    def carries_all(self) -> bool:
        """Whether all traffic asked for is carried, but for rounding."""
        return self.unserved_gbps <= ALL_BUT * self.demand_gbps


NO_TOTALS = Totals(*[nan] * len(fields(Totals)))


def total(plan: Plan, year: int | None = None) -> Totals:
    """Add up the tables of a year, by default the last one that is planned."""
    if plan.tables is None:
        return NO_TOTALS
    year = plan.inputs.scenario.years[-1] if year is None else year
    demands, sites = in_year(plan.demands, year), in_year(plan.sites, year)
    traffic = in_year(plan.tables.rates, year)
    rates, others = rows_of_ours(traffic), rows_of_others(traffic)
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
        embodied_t=float(sites["embodied_t"].sum()),
        cost_usd=float(in_year(plan.members, year)["cost_usd"].sum()),
        demand_gbps=float(rates["demand_gbps"].sum()),
        served_gbps=float(rates["served_gbps"].sum()),
        unserved_gbps=float(rates["unserved_gbps"].sum()),
        background_gbps=float(others["demand_gbps"].sum()),
        background_carried_gbps=float(others["served_gbps"].sum()),
        background_unserved_gbps=float(others["unserved_gbps"].sum()),
        background_penalty_usd=sum(penalties(plan, others, year)),
    )


def penalties(plan: Plan, others: pd.DataFrame, year: int) -> list[float]:
    """Return what a year of leaving each row of everybody else's traffic uncarried counts for, USD."""
    workloads, names = plan.inputs.demand.workloads, others.index.get_level_values("workload")
    prices = [workloads[str(name)].unserved_usd for name in names]
    return [
        left * price.at(year)
        for left, price in zip(others["unserved_gbps"].tolist(), prices, strict=True)
        if price is not None
    ]


def in_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of a year, without that level."""
    return frame[frame.index.get_level_values("year") == year].droplevel("year")


def built_in(plan: Plan, year: int) -> float:
    """Add up the PFLOPS that are built in a year."""
    frame = in_year(plan.builds, year)
    return float(frame["added"][frame["unit"] == "PFLOPS"].sum())


@dataclass(frozen=True)
class Power:
    """Electricity that the sites draw, each at its own peak, what they use in a year, its carbon, and their water."""

    draw_mw: float
    energy_mwh: float
    carbon_t: float
    water_m3: float


def power(plan: Plan, year: int) -> Power:
    """Add up what the sites take in a year."""
    sites = in_year(plan.sites, year)
    return Power(*(float(sites[name].sum()) for name in ("power_mw", "energy_mwh", "carbon_t", "water_m3")))
