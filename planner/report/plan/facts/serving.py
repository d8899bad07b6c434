"""Who is served by whom, how far away, through whom and when; PFLOPS are means over the hours of the day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from planner.background import rows_of_ours
from planner.plan.times import shares_of_rows
from planner.programme.case import INTACT
from planner.programme.hours import count_blocks
from planner.report.language.figures import ALL_BUT
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.topology import Topology


ROUNDING = 1e-9
"""Round trips that differ by less are the same."""


@dataclass(frozen=True)
class Exchange:
    """How much of a country's work one site does, and how far away."""

    country: str
    pflops: float
    rtt_ms: float


@dataclass(frozen=True)
class HostingSite:
    """A site that serves, with the countries it serves, the largest first."""

    site: str
    country: str
    installed_pflops: float
    built_pflops: float
    used_pflops: float
    rtt_ms: float
    exchanges: tuple[Exchange, ...]


@dataclass(frozen=True)
class WorkloadRtt:
    """Round-trip times of a workload: the mean and the worst that anybody gets, and the most that it bears.

    Attributes
    ----------
    glass_ms
        mean over the same paths in glass alone; unknown in a run of before
    """

    workload: str
    served_pflops: float
    mean_ms: float
    glass_ms: float
    worst_ms: float
    limit_ms: float | None


def hosting_sites(plan: Plan, year: int) -> list[HostingSite]:
    """Return the sites that serve anybody in a year, the largest first."""
    flows = intact_flows(plan, year)
    sites = in_year(plan.sites, year).to_dict("index")
    exchanges: dict[str, list[Exchange]] = defaultdict(list)
    sums = flows.groupby(["site", "country"], sort=True)[["pflops", "delay"]].sum()
    for (site, country), pflops, delay in sums.itertuples():
        exchanges[str(site)].append(Exchange(str(country), pflops, delay / pflops))
    found = []
    for key, total, delay in flows.groupby("site", sort=True)[["pflops", "delay"]].sum().itertuples():
        row = sites[key]
        found.append(
            HostingSite(
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


def workload_rtts(plan: Plan, year: int) -> list[WorkloadRtt]:
    """Return the round-trip times of each workload that is served in a year, the largest workload first."""
    workloads = plan.inputs.demand.workloads
    found = []
    for name, rows in intact_flows(plan, year).groupby("workload", sort=True):
        served = float(rows["pflops"].sum())
        mean = float(rows["delay"].sum()) / served
        glass = float((rows["pflops"] * rows["glass_ms"]).sum(skipna=False)) / served
        worst, limit = float(rows["rtt_ms"].max()), workloads[str(name)].rtt_limit_ms
        found.append(WorkloadRtt(str(name), served, mean, glass, worst, limit))
    return sorted(found, key=lambda each: (-each.served_pflops, each.workload))


def intact_flows(plan: Plan, year: int) -> pd.DataFrame:
    """Return the paths of the intact state of a year as plain rows; PFLOPS are means over the year's hours.

    `country` is the origin's, `delay` is RTT times PFLOPS.
    """
    paths = in_year(plan.paths, year)
    intact = paths[paths.index.get_level_values("contingency") == INTACT]
    shares = shares_of_rows(plan.inputs, intact)
    flat = intact.droplevel("contingency").reset_index()
    nodes = plan.inputs.topology.nodes
    flat["country"] = [nodes[origin].country for origin in flat["origin"]]
    flat["pflops"] *= shares
    flat["delay"] = flat["pflops"] * flat["rtt_ms"]
    return flat


def glass_differs(found: Sequence[WorkloadRtt]) -> bool:
    """Tell whether paths take longer than their glass anywhere, as far as the run knows."""
    return any(each.mean_ms > each.glass_ms * (1 + ROUNDING) for each in found)


@dataclass(frozen=True)
class HourlyLoad:
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


def hourly_loads(plan: Plan, year: int) -> list[HourlyLoad]:
    """Return what is in use over the day in a year, in all and by kind of work; nothing where the day is one block."""
    blocks = count_blocks(plan.inputs)
    flows = intact_flows(plan, year)
    if blocks == 1 or flows.empty:
        return []
    workloads = plan.inputs.demand.workloads
    flows["kind"] = [workloads[name].kind for name in flows["workload"]]
    kinds = sorted(flows["kind"].unique())
    parts = [("in all", flows), *((kind, flows[flows["kind"] == kind]) for kind in kinds if len(kinds) > 1)]
    return [HourlyLoad(name, _by_block(rows, blocks)) for name, rows in parts]


def _by_block(flows: pd.DataFrame, blocks: int) -> tuple[float, ...]:
    """Add up PFLOPS by block; the flows hold each block's share of the day's mean."""
    sums = flows.groupby("hour")["pflops"].sum()
    return tuple(float(sums.get(block * 24 // blocks, 0.0)) * blocks for block in range(blocks))


@dataclass(frozen=True)
class CountryFigures:
    """Figures of a country in a year: its demand, who serves it, and through whom; PFLOPS, mean over the day.

    Attributes
    ----------
    home_pflops, abroad_pflops, market_pflops, exported_pflops
        served at home, abroad and by what is rented on a market, and what its own sites serve for others
    hosts
        foreign countries that serve it, with the PFLOPS of each, the largest first
    crossing_pflops
        served over paths that cross a third country, neither the origin's nor the host's
    transits
        those countries, with the PFLOPS whose paths cross each, the largest first
    """

    country: str
    member: bool
    asked_pflops: float
    served_pflops: float
    home_pflops: float
    abroad_pflops: float
    market_pflops: float
    exported_pflops: float
    hosts: tuple[tuple[str, float], ...]
    crossing_pflops: float
    transits: tuple[tuple[str, float], ...]
    cost_usd: float
    paid_usd: float

    @property
    def unserved_pflops(self) -> float:
        """PFLOPS not served, without the rounding of the solver."""
        left = self.asked_pflops - self.served_pflops
        return left if left > ALL_BUT * self.asked_pflops else 0.0


def country_figures(plan: Plan, year: int) -> list[CountryFigures]:
    """Return the figures of members and of others that demand, host or pay; members first, the largest demand first."""
    frame = in_year(plan.members, year)
    hosted, crossed, crossing = _dependence(plan, year)
    found = [
        CountryFigures(
            country=str(country),
            member=bool(row["member"]),
            asked_pflops=row["demand_pflops"],
            served_pflops=row["served_pflops"],
            home_pflops=max(row["served_pflops"] - row["imported_pflops"] - row["market_pflops"], 0.0),
            abroad_pflops=row["imported_pflops"],
            market_pflops=row["market_pflops"],
            exported_pflops=row["exported_pflops"],
            hosts=_ordered(hosted.get(str(country), {})),
            crossing_pflops=crossing.get(str(country), 0.0),
            transits=_ordered(crossed.get(str(country), {})),
            cost_usd=row["cost_usd"],
            paid_usd=row["paid_usd"],
        )
        for country, row in zip(frame.index, frame.to_dict("records"), strict=True)
        if row["member"] or max(row["demand_pflops"], row["hosted_pflops"], row["cost_usd"], row["paid_usd"]) > 0
    ]
    return sorted(found, key=lambda each: (not each.member, -each.asked_pflops, each.country))


SUMMED = (
    "asked_pflops", "served_pflops", "home_pflops", "abroad_pflops", "market_pflops", "exported_pflops",
    "crossing_pflops", "cost_usd", "paid_usd",
)  # fmt: skip
"""Figures of countries that add up."""


def sum_countries(found: Iterable[CountryFigures]) -> CountryFigures:
    """Return the sums of all."""
    listed = list(found)
    sums = {name: sum(getattr(each, name) for each in listed) for name in SUMMED}
    return CountryFigures("", member=True, hosts=(), transits=(), **sums)


CountrySums = dict[str, dict[str, float]]


def _dependence(plan: Plan, year: int) -> tuple[CountrySums, CountrySums, dict[str, float]]:
    """PFLOPS by origin's country: of each foreign host, over each third country crossed, and over any."""
    hosted: CountrySums = defaultdict(lambda: defaultdict(float))
    crossed: CountrySums = defaultdict(lambda: defaultdict(float))
    crossing: dict[str, float] = defaultdict(float)
    country_of = country_of_sites(plan)
    walk = cache(lambda origin, links: _countries_passed(plan.inputs.topology, origin, links))
    for origin, _, site, links, pflops in intact_paths(plan, year):
        home, host = plan.inputs.topology.nodes[origin].country, country_of[site]
        if host != home and not plan.inputs.topology.sites[site].market:
            hosted[home][host] += pflops
        thirds = walk(origin, links) - {home, host}
        for third in thirds:
            crossed[home][third] += pflops
        if thirds:
            crossing[home] += pflops
    return hosted, crossed, crossing


def country_of_sites(plan: Plan) -> dict[str, str]:
    """Return the country that each site stands in."""
    topology = plan.inputs.topology
    return {key: topology.nodes[site.node].country for key, site in topology.sites.items()}


def intact_paths(plan: Plan, year: int) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield origin, workload, site, links and PFLOPS (as share of the day's mean) of the intact paths of a year."""
    flows = intact_flows(plan, year)
    columns = ("origin", "workload", "site", "links", "pflops")
    yield from zip(*(flows[column].tolist() for column in columns), strict=True)


def _countries_passed(topology: Topology, origin: str, links: str) -> frozenset[str]:
    """Countries of all nodes on a way, its ends included."""
    node, passed = origin, {topology.nodes[origin].country}
    for key in links.split(";") if links else ():
        one, other = topology.links[key].ends
        node = other if node == one else one
        passed.add(topology.nodes[node].country)
    return frozenset(passed)


def _ordered(amounts: dict[str, float]) -> tuple[tuple[str, float], ...]:
    """Return names with their amounts, the largest first."""
    return tuple(sorted(amounts.items(), key=lambda each: (-each[1], each[0])))


def unserved(plan: Plan, year: int) -> pd.DataFrame:
    """Return the demands for compute of which something is left, the largest first."""
    return _left(in_year(plan.demands, year), "pflops")


def rates(plan: Plan, year: int) -> pd.DataFrame:
    """Return the plan's own demands for traffic, the largest first."""
    return rows_of_ours(in_year(plan.rates, year)).sort_values("demand_gbps", ascending=False, kind="stable")


def traffic_not_carried(plan: Plan, year: int) -> pd.DataFrame:
    """Return the plan's own demands for traffic of which something is left, the largest first."""
    return _left(rows_of_ours(in_year(plan.rates, year)), "gbps")


def _left(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
    frame = frame[frame[f"unserved_{unit}"] > ALL_BUT * frame[f"demand_{unit}"]]
    return frame.sort_values(f"unserved_{unit}", ascending=False, kind="stable")
