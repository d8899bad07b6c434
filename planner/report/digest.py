"""What a plan says, gathered for readers: totals, hosts, latencies, conventions and how sure the inputs are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.programme.hours import count_blocks
from planner.report.figures import number
from planner.report.summary import in_year

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


def hosts(plan: Plan, year: int) -> list[Host]:
    """Return the sites that serve anybody in a year, the largest first."""
    flows = _flows(plan, year)
    sites = in_year(plan.sites, year).to_dict("index")
    exchanges: dict[str, list[Exchange]] = defaultdict(list)
    sums = flows.groupby(["site", "country"], sort=True)[["pflops", "delay"]].sum()
    for (site, country), pflops, delay in sums.itertuples():
        exchanges[str(site)].append(Exchange(str(country), pflops, delay / pflops))
    found = []
    for key, total, delay in flows.groupby("site", sort=True)[["pflops", "delay"]].sum().itertuples():
        row = sites[key]
        found.append(
            Host(
                site=str(key),
                country=row["country"],
                installed_pflops=row["installed_pflops"],
                built_pflops=row["built_pflops"],
                used_pflops=total,
                rtt_ms=delay / total,
                exchanges=tuple(sorted(exchanges[key], key=lambda each: (-each.pflops, each.country))),
            )
        )
    return sorted(found, key=lambda host: (-host.used_pflops, host.site))


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
    flat = intact.droplevel("contingency").reset_index()
    nodes = plan.inputs.topology.nodes
    flat["country"] = [nodes[origin].country for origin in flat["origin"]]
    flat["pflops"] /= count_blocks(plan.inputs.scenario, plan.inputs.demand)
    flat["delay"] = flat["pflops"] * flat["rtt_ms"]
    return flat


@dataclass(frozen=True)
class Load:
    """PFLOPS in use in each block of the UTC day, of a kind of work or of all."""

    name: str
    pflops: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Mean over the day."""
        return sum(self.pflops) / len(self.pflops)

    def hours_of(self, pflops: float) -> str:
        """Return the first block that holds a value, in UTC: 06-09."""
        length, block = 24 // len(self.pflops), self.pflops.index(pflops)
        return f"{block * length:02}-{(block + 1) * length:02}"


def day(plan: Plan, year: int) -> list[Load]:
    """Return what is in use over the day in a year, in all and by kind of work; nothing where the day is one block."""
    blocks = count_blocks(plan.inputs.scenario, plan.inputs.demand)
    flows = _flows(plan, year)
    if blocks == 1 or flows.empty:
        return []
    workloads = plan.inputs.demand.workloads
    flows["kind"] = [workloads[name].kind for name in flows["workload"]]
    kinds = sorted(flows["kind"].unique())
    parts = [("in all", flows), *((kind, flows[flows["kind"] == kind]) for kind in kinds if len(kinds) > 1)]
    return [Load(name, _by_block(rows, blocks)) for name, rows in parts]


def _by_block(flows: pd.DataFrame, blocks: int) -> tuple[float, ...]:
    """Add up PFLOPS by block; the flows hold each block's share of the day's mean."""
    sums = flows.groupby("hour")["pflops"].sum()
    return tuple(float(sums.get(block * 24 // blocks, 0.0)) * blocks for block in range(blocks))


def conventions(plan: Plan, year: int) -> list[str]:
    """Say what each figure not published as dense BF16 is worth: 2 EFLOPS FP8 sparse = 500 PFLOPS."""
    return [
        f"{site.id}: {site.published_compute} {_precision(site)} = {number(site.compute_pflops.at(year))} PFLOPS"
        for site in normalised(plan)
    ]


def normalised(plan: Plan) -> list[Site]:
    """Return the sites that stand in any year and whose figure was not published as dense BF16."""
    largest = plan.sites["installed_pflops"].groupby(level="site").max()
    sites = sorted(plan.inputs.topology.sites.items())
    return [s for key, s in sites if (s.precision not in DENSE or s.sparse) and largest.get(key, 0.0) > 0]


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
    yield from (project for key, project in sorted(inputs.topology.projects.items()) if f"project:{key}" in built)
