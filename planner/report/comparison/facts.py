"""The figures of one plan and year by what they speak of: the year itself, sites, links, members and workloads.

Every frame has one row for each record that there is in that year and one column for each quantity, whose unit ends
its name. What is not there has no row; a zero is a zero.
"""

from __future__ import annotations

from dataclasses import asdict
from math import nan
from typing import TYPE_CHECKING

import pandas as pd

from planner.background import rows_of_ours
from planner.report.plan.facts.serving import intact_flows
from planner.report.plan.facts.totals import in_year, total

if TYPE_CHECKING:
    from planner.plan.plan import Plan

SUBJECTS: dict[str, tuple[str, ...]] = {
    "years": (
        "demand_pflops", "served_pflops", "unserved_pflops", "installed_pflops", "built_pflops", "used_pflops",
        "demand_gbps", "served_gbps", "peak_gbps", "built_gbps", "mean_rtt_ms", "cost_usd", "capex_usd", "carbon_t",
        "background_gbps", "background_unserved_gbps", "background_penalty_usd",
    ),
    "sites": (
        "installed_pflops", "built_pflops", "used_pflops", "mean_rtt_ms", "cost_usd", "capex_usd", "carbon_t",
    ),
    "links": ("capacity_gbps", "built_gbps", "peak_gbps", "cost_usd", "capex_usd"),
    "members": (
        "demand_pflops", "served_pflops", "hosted_pflops", "installed_pflops", "built_pflops", "mean_rtt_ms",
        "cost_usd", "capex_usd", "carbon_t",
    ),
    "workloads": (
        "demand_pflops", "served_pflops", "unserved_pflops", "demand_gbps", "served_gbps", "mean_rtt_ms",
    ),
}  # fmt: skip
"""What is compared of each subject, in the order in which it is shown."""
KEYS = {"years": "total", "sites": "site", "links": "link", "members": "member", "workloads": "workload"}
"""What the rows of each subject are called."""
MEANS = frozenset({"mean_rtt_ms"})
"""Quantities that do not add up."""
Facts = dict[str, pd.DataFrame]


def unit_of(quantity: str, currency: str = "USD") -> str:
    """Return the unit in a quantity's name."""
    units = {"pflops": "PFLOPS", "gbps": "Gbps", "ms": "ms", "usd": currency, "t": "t", "share": ""}
    return units[quantity.rpartition("_")[2]]


def gather_facts(plan: Plan, year: int) -> Facts:
    """Return the figures of a plan in a year, by subject; nothing of a plan without tables."""
    if plan.tables is None:
        return {}
    sites, links, members = _sites(plan, year), _links(plan, year), _members(plan, year)
    figures = asdict(total(plan, year)) | {
        "used_pflops": sites["used_pflops"].sum(),
        "peak_gbps": links["peak_gbps"].sum(),
        "built_gbps": links["built_gbps"].sum(),
        "capex_usd": in_year(plan.builds, year)["capex_usd"].sum(),
    }
    years = pd.DataFrame([figures], index=["total"])
    found = {"years": years, "sites": sites, "links": links, "members": members, "workloads": _workloads(plan, year)}
    return {subject: frame[list(SUBJECTS[subject])].astype(float) for subject, frame in found.items()}


def _mean_rtt(flows: pd.DataFrame, by: str) -> pd.Series[float]:
    sums = flows.groupby(by)[["pflops", "delay"]].sum()
    return sums["delay"] / sums["pflops"].where(sums["pflops"] > 0)


def _capex(plan: Plan, year: int, prefix: str) -> pd.Series[float]:
    """Price of building in a year by the id of what is built, for assets of one sort."""
    builds = in_year(plan.builds, year)["capex_usd"].groupby(level="asset").sum()
    own = builds[[str(asset).startswith(f"{prefix}:") for asset in builds.index]]
    return own.rename(index=lambda asset: str(asset).removeprefix(f"{prefix}:"))


def _sites(plan: Plan, year: int) -> pd.DataFrame:
    sites = in_year(plan.sites, year)
    rtt = _mean_rtt(intact_flows(plan, year), "site")
    capex = _capex(plan, year, "site")
    return sites.assign(
        mean_rtt_ms=rtt.reindex(sites.index), capex_usd=capex.reindex(sites.index).astype(float).fillna(0.0)
    )


def _links(plan: Plan, year: int) -> pd.DataFrame:
    links = in_year(plan.links, year)
    return links.assign(capex_usd=_capex(plan, year, "link").reindex(links.index).astype(float).fillna(0.0))


def _members(plan: Plan, year: int) -> pd.DataFrame:
    """Countries of the table of members; machines, their price and their carbon are those on a country's soil."""
    members = in_year(plan.members, year)
    soil = _sites(plan, year).groupby("country")[["installed_pflops", "built_pflops", "capex_usd", "carbon_t"]].sum()
    rtt = _mean_rtt(intact_flows(plan, year), "country")
    return members.join(soil.reindex(members.index).fillna(0.0)).assign(mean_rtt_ms=rtt.reindex(members.index))


def _workloads(plan: Plan, year: int) -> pd.DataFrame:
    """Work and own traffic by workload; what a workload is not asked in has no number."""
    assert plan.tables is not None
    compute = _by_workload(in_year(plan.tables.demands, year), "pflops")
    traffic = _by_workload(rows_of_ours(in_year(plan.tables.rates, year)), "gbps")
    found = pd.concat([compute, traffic])
    for quantity in SUBJECTS["workloads"]:
        if quantity not in found:
            found[quantity] = nan
    return found.sort_index()


def _by_workload(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    served = f"served_{unit}"
    weighed = table.assign(delay=(table["mean_rtt_ms"] * table[served]).astype(float).fillna(0.0))
    sums = weighed.groupby(level="workload")[[f"demand_{unit}", served, f"unserved_{unit}", "delay"]].sum()
    return sums.assign(mean_rtt_ms=sums["delay"] / sums[served].where(sums[served] > 0)).drop(columns="delay")
