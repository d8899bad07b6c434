"""What a plan says, gathered for readers: totals, hosts, latencies, conventions and how sure the inputs are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.report.figures import number

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.records import Record
    from planner.topology import Site

INTACT = "intact"
DENSE = ("bf16", "fp16")
"""Precisions in which PFLOPS are counted as they are."""


@dataclass(frozen=True)
class Exchange:
    """How much of a country's work one site does, and how far away."""

    country: str
    pflops: float
    rtt_ms: float


@dataclass(frozen=True)
class Host:
    """A site that serves, with the countries it serves, the largest first."""

    site: str
    country: str
    installed_pflops: float
    built_pflops: float
    used_pflops: float
    rtt_ms: float
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class Delay:
    """Round-trip times of a workload: the mean and the worst that anybody gets, and the most that it bears."""

    workload: str
    served_pflops: float
    mean_ms: float
    worst_ms: float
    limit_ms: float | None


def in_year(frame: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return the rows of a year, without that level."""
    chosen = frame.index.get_level_values("year") == year
    return frame[chosen].droplevel("year")


def hosts(plan: Plan, year: int) -> list[Host]:
    """Return the sites that serve anybody in a year, the largest first."""
    flows = _flows(plan, year)
    sites = in_year(plan.sites, year)
    found = []
    for site, rows in flows.groupby("site", sort=True):
        row, total = sites.loc[str(site)].to_dict(), float(rows["pflops"].sum())
        found.append(
            Host(
                site=str(site),
                country=row["country"],
                installed_pflops=row["installed_pflops"],
                built_pflops=row["built_pflops"],
                used_pflops=total,
                rtt_ms=float(rows["delay"].sum()) / total,
                exchanges=_exchanges(rows),
            )
        )
    return sorted(found, key=lambda host: (-host.used_pflops, host.site))


def _exchanges(rows: pd.DataFrame) -> tuple[Exchange, ...]:
    """Add up by country, the largest first."""
    sums = rows.groupby("country", sort=True)[["pflops", "delay"]].sum()
    ordered = sums.sort_values("pflops", ascending=False, kind="stable")
    return tuple(Exchange(str(country), pflops, delay / pflops) for country, pflops, delay in ordered.itertuples())


def delays(plan: Plan, year: int) -> list[Delay]:
    """Return the round-trip times of each workload that is served in a year, the largest workload first."""
    workloads = plan.inputs.demand.workloads
    found = []
    for name, rows in _flows(plan, year).groupby("workload", sort=True):
        served = float(rows["pflops"].sum())
        mean = float(rows["delay"].sum()) / served
        found.append(Delay(str(name), served, mean, float(rows["rtt_ms"].max()), workloads[str(name)].max_rtt_ms))
    return sorted(found, key=lambda each: (-each.served_pflops, each.workload))


def _flows(plan: Plan, year: int) -> pd.DataFrame:
    """Paths of the intact state of a year with the origin's country, and PFLOPS as means over the hours of the day."""
    paths = in_year(plan.paths, year)
    intact = paths[paths.index.get_level_values("contingency") == INTACT]
    hours = max(1, intact.index.get_level_values("hour").nunique())
    flat = intact.droplevel(["contingency", "hour"]).reset_index()
    nodes = plan.inputs.topology.nodes
    flat["country"] = [nodes[origin].country for origin in flat["origin"]]
    flat["pflops"] /= hours
    flat["delay"] = flat["pflops"] * flat["rtt_ms"]
    return flat


def conventions(plan: Plan, year: int) -> list[str]:
    """Say what each figure not published as dense BF16 is worth: 2 EFLOPS FP8 sparse = 500 PFLOPS."""
    sites = plan.inputs.topology.sites
    counted = in_year(plan.sites, year)["installed_pflops"]
    return [
        f"{key}: {site.published_compute} {_precision(site)} = {number(site.compute_pflops.at(year))} PFLOPS"
        for key, site in sorted(sites.items())
        if (site.precision not in DENSE or site.sparse) and counted.get(key, 0.0) > 0
    ]


def _precision(site: Site) -> str:
    return f"{site.precision.upper()} sparse" if site.sparse else site.precision.upper()


def confidence(plan: Plan) -> Counter[str | None]:
    """Count the records that the plan rests on by how sure they are; None stands for those that do not say."""
    return Counter(record.confidence for record in _records_used(plan))


def _records_used(plan: Plan) -> Iterator[Record]:
    """Demands, their workloads, rules, and what serves, carries or is built."""
    inputs = plan.inputs
    asked = {row.workload for row in inputs.demand.demands}
    yield from inputs.demand.demands
    yield from (inputs.demand.workloads[key] for key in sorted(asked))
    yield from inputs.scenario.policy.residency
    yield from inputs.scenario.policy.transit
    built = {str(asset) for asset in plan.builds.index.get_level_values("asset")}
    used = plan.sites["used_pflops"].groupby(level="site").max()
    loaded = plan.links["peak_gbps"].groupby(level="link").max()
    for key, site in sorted(inputs.topology.sites.items()):
        if used.get(key, 0.0) > 0 or f"site:{key}" in built:
            yield site
    for key, link in sorted(inputs.topology.links.items()):
        if loaded.get(key, 0.0) > 0 or f"link:{key}" in built:
            yield link
