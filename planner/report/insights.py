"""What a plan says beyond its tables: how long supply lasts, who depends on whom, what limits are worth.

Figures only, no words: each function is worked out by hand on a small world in its test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import fsum
from typing import TYPE_CHECKING, Any

from planner.admissibility import Origin, find_rule, in_service
from planner.demand import split_origin
from planner.finance import capital_recovery_factor, year_weights
from planner.programme.hours import block_factors, count_blocks
from planner.report.figures import ALL_BUT
from planner.report.summary import in_year

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.records import Record
    from planner.topology import Site, Topology

INTACT = "intact"


@dataclass(frozen=True)
class Balance:
    """Demand against supply in one calendar year, listed or not, in PFLOPS.

    Attributes
    ----------
    asked_pflops
        mean over the day, grown geometrically between the years that the demand file lists
    needed_pflops
        the least compute that could serve it: the busiest block of the day, where training fills the quiet ones
    standing_pflops
        what stands without this plan's builds and projects, times the share to plan with
    supplied_pflops
        the same with them
    """

    year: int
    asked_pflops: float
    needed_pflops: float
    standing_pflops: float
    supplied_pflops: float


def balances(plan: Plan) -> list[Balance]:
    """Return demand against supply for every calendar year from the first to the last listed one."""
    inputs = plan.inputs
    first, last = inputs.scenario.years[0], inputs.scenario.years[-1]
    asked = _asked(inputs, range(first, last + 1))
    built = builds(plan)
    return [_balance(inputs, built, year, *asked[year]) for year in range(first, last + 1)]


def exhausted(found: Iterable[Balance], *, with_builds: bool) -> int | None:
    """Return the first year in which more is needed than supplied; None where there is none."""
    for each in found:
        supply = each.supplied_pflops if with_builds else each.standing_pflops
        if each.needed_pflops > supply * (1 + ALL_BUT):
            return each.year
    return None


def _balance(inputs: Inputs, built: list[Build], year: int, asked: float, needed: float) -> Balance:
    scenario, fill = inputs.scenario, inputs.scenario.limits.site_fill.at(year)
    projects = {each.key for each in built if each.kind == "project" and each.year <= year}
    standing = supplied = 0.0
    for site in inputs.topology.sites.values():
        if site.status in scenario.count and in_service(site, year):
            pflops = site.compute_pflops.at(year)
            standing += pflops if site.project is None else 0.0
            supplied += pflops if site.project is None or site.project in projects else 0.0
    life, sites = scenario.finance.compute_life, inputs.topology.sites
    alive = (each for each in built if each.kind == "site" and each.year <= year < each.year + life)
    supplied += fsum(each.pflops for each in alive if in_service(sites[each.key], year))
    return Balance(year, asked, needed, standing * fill, supplied * fill)


def _asked(inputs: Inputs, years: Iterable[int]) -> dict[int, tuple[float, float]]:
    """PFLOPS asked for by year: the mean over the day, and the least compute that could serve all of it."""
    import numpy as np

    demand, nodes = inputs.demand, inputs.topology.nodes
    blocks = count_blocks(inputs.scenario, demand)
    split = cache(lambda origin: split_origin(origin, nodes))
    rhythm = cache(lambda profile, zone: np.array(block_factors(profile, zone, blocks)))
    rows = []
    for row in demand.demands:
        workload = demand.workloads[row.workload]
        if workload.kind != "traffic":
            parts = split(row.origin).items()
            shape = sum((share * rhythm(workload.profile, nodes[node].timezone) for node, share in parts), np.zeros(1))
            rows.append((row.amount, shape, workload.kind == "training"))
    found = {}
    for year in years:
        total, fixed = 0.0, np.zeros(blocks)
        for amount, shape, movable in rows:
            pflops = amount.growing_at(year)
            total += pflops
            fixed = fixed if movable else fixed + pflops * shape
        found[year] = total, max(total, float(fixed.max()))
    return found


@dataclass(frozen=True)
class Build:
    """Something that the plan builds: a site's PFLOPS, a link's Gbps, or a project as a whole.

    `mw` is the power at the meter with all of it in use, None where the site's record gives no watts; `yearly_usd` is
    the annuity with the yearly price of keeping it.
    """

    year: int
    kind: str
    key: str
    expansion: int
    pflops: float
    gbps: float
    mw: float | None
    capex_usd: float
    yearly_usd: float


def builds(plan: Plan) -> list[Build]:
    """Return what is built, by year, the dearest first."""
    found = [
        _build(plan.inputs.topology, place, row)
        for place, row in zip(plan.builds.index.tolist(), plan.builds.to_dict("records"), strict=True)
    ]
    return sorted(found, key=lambda each: (each.year, -each.capex_usd, -each.yearly_usd, each.kind, each.key))


def _build(topology: Topology, place: tuple[int, str, int], row: dict[Hashable, Any]) -> Build:
    year, asset, expansion = place
    kind, key = asset.split(":", 1)
    added = float(row["added"])
    pflops = added if kind == "site" else 0.0
    return Build(
        year=int(year),
        kind=kind,
        key=key,
        expansion=int(expansion),
        pflops=pflops,
        gbps=added if kind == "link" else 0.0,
        mw=_megawatts(topology.sites[key], pflops, year) if kind == "site" else None,
        capex_usd=float(row["capex_usd"]),
        yearly_usd=float(row["annuity_usd"]) + float(row["opex_usd"]),
    )


def _megawatts(site: Site, pflops: float, year: int) -> float | None:
    """Power at the meter of so much compute, MW; None where the record does not say."""
    return pflops * site.watts_kw_per_pflops * site.pue.at(year) / 1000 if site.watts_kw_per_pflops else None


@dataclass(frozen=True)
class Fare:
    """How a country fares in a year: what it asks for, who serves it, and through whom; PFLOPS, mean over the day.

    Attributes
    ----------
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
    hosts: tuple[tuple[str, float], ...]
    crossing_pflops: float
    transits: tuple[tuple[str, float], ...]
    cost_usd: float

    @property
    def unserved_pflops(self) -> float:
        """PFLOPS not served, without the rounding of the solver."""
        left = self.asked_pflops - self.served_pflops
        return left if left > ALL_BUT * self.asked_pflops else 0.0


def fares(plan: Plan, year: int) -> list[Fare]:
    """Return how the members fare, and whoever else asks, hosts or pays; members first, the largest demand first."""
    frame = in_year(plan.members, year)
    hosted, crossed, crossing = _dependence(plan, year)
    found = [
        Fare(
            country=str(country),
            member=bool(row["member"]),
            asked_pflops=row["demand_pflops"],
            served_pflops=row["served_pflops"],
            home_pflops=max(row["served_pflops"] - row["imported_pflops"], 0.0),
            hosts=_ordered(hosted.get(str(country), {})),
            crossing_pflops=crossing.get(str(country), 0.0),
            transits=_ordered(crossed.get(str(country), {})),
            cost_usd=row["cost_usd"],
        )
        for country, row in zip(frame.index, frame.to_dict("records"), strict=True)
        if row["member"] or max(row["demand_pflops"], row["hosted_pflops"], row["cost_usd"]) > 0
    ]
    return sorted(found, key=lambda each: (not each.member, -each.asked_pflops, each.country))


Sums = dict[str, dict[str, float]]


def _dependence(plan: Plan, year: int) -> tuple[Sums, Sums, dict[str, float]]:
    """PFLOPS by origin's country: of each foreign host, over each third country crossed, and over any."""
    hosted: Sums = defaultdict(lambda: defaultdict(float))
    crossed: Sums = defaultdict(lambda: defaultdict(float))
    crossing: dict[str, float] = defaultdict(float)
    country_of = _country_of(plan)
    walk = cache(lambda origin, links: _countries_passed(plan.inputs.topology, origin, links))
    for origin, _, site, links, pflops in _flows(plan, year):
        home, host = plan.inputs.topology.nodes[origin].country, country_of[site]
        if host != home:
            hosted[home][host] += pflops
        thirds = walk(origin, links) - {home, host}
        for third in thirds:
            crossed[home][third] += pflops
        if thirds:
            crossing[home] += pflops
    return hosted, crossed, crossing


def _country_of(plan: Plan) -> dict[str, str]:
    topology = plan.inputs.topology
    return {key: topology.nodes[site.node].country for key, site in topology.sites.items()}


def _flows(plan: Plan, year: int) -> Iterator[tuple[str, str, str, str, float]]:
    """Yield origin, workload, site, links and PFLOPS (as share of the day's mean) of the intact paths of a year."""
    intact = intact_paths(plan, year)
    blocks = count_blocks(plan.inputs.scenario, plan.inputs.demand)
    who = (intact.index.get_level_values(level).tolist() for level in ("origin", "workload", "site"))
    shares = (intact["pflops"] / blocks).tolist()
    yield from zip(*who, intact["links"].tolist(), shares, strict=True)


def intact_paths(plan: Plan, year: int) -> pd.DataFrame:
    """Return the paths of the intact state of a year."""
    paths = in_year(plan.paths, year)
    return paths[paths.index.get_level_values("contingency") == INTACT]


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


@dataclass(frozen=True)
class Worth:
    """What one more unit of a limit would save a year.

    `family` is the row of the programme, or ``site`` and ``link`` for installed compute and capacity; `unit` is that
    of the limit: PFLOPS, Gbps, MW, site, t, MUSD.
    """

    family: str
    key: str
    unit: str
    usd: float


LIMIT_UNITS = {
    "site_power": "MW", "site_limit": "site", "capex_budget": "MUSD", "carbon_budget": "t", "floor": "PFLOPS",
}  # fmt: skip
"""Limits beside installed capacity and room to build, and the unit in which each is relaxed."""
OVER_ALL_YEARS = ("site_limit", "capex_budget")
"""Limits that hold for all years together: what they are worth is a discounted sum."""


def worths(plan: Plan, year: int) -> list[Worth]:
    """Return what binding limits are worth in a year: sites, links, room to build, budgets; the dearest of each first.

    Limits over all years are the same in each. Sites at which nothing stands are left out: there only room to build is
    a limit.
    """
    sites, links = in_year(plan.sites, year), in_year(plan.links, year)
    sites = sites[sites["installed_pflops"] > 0]
    found = [Worth("site", str(key), "PFLOPS", float(usd)) for key, usd in sites["price_usd_per_pflops"].items()]
    found += [Worth("link", str(key), "Gbps", float(usd)) for key, usd in links["price_usd_per_gbps"].items()]
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for (family, key), price in zip(plan.prices.index.tolist(), plan.prices["price"].tolist(), strict=True):
        parts = str(key).split("/")
        if family in OVER_ALL_YEARS:
            sums[family, ""] += price
        elif (family == "build_limit" or family in LIMIT_UNITS) and parts[0] == str(year):
            name = parts[1] if family in ("build_limit", "floor") else parts[-1] if family == "site_power" else ""
            sums[family, name] += price
    known = plan.inputs.topology.sites
    found += [
        Worth(family, key, LIMIT_UNITS.get(family, "PFLOPS" if key in known else "Gbps"), usd)
        for (family, key), usd in sums.items()
    ]
    return sorted((each for each in found if each.usd > 0), key=lambda each: (-each.usd, each.family, each.key))


def cost_by_confidence(plan: Plan) -> dict[str | None, float]:
    """Return what the plan costs by how sure the records are that it is paid for; None: they do not say.

    Those are sites and links with their builds, projects, and the rules that take fees. Each listed year counts as in
    the sum over all years.
    """
    topology, scenario = plan.inputs.topology, plan.inputs.scenario
    weights = year_weights(scenario.years, scenario.finance.discount_rate)
    found: dict[str | None, float] = defaultdict(float)
    pairs: tuple[tuple[pd.DataFrame, Mapping[str, Record]], ...] = (
        (plan.sites, topology.sites),
        (plan.links, topology.links),
    )
    for frame, records in pairs:
        for (year, key), usd in zip(frame.index.tolist(), frame["cost_usd"].tolist(), strict=True):
            found[records[key].confidence] += usd * weights[year]
    for year, weight in weights.items():
        for record, usd in (*_paid_apart(plan, year), *_fees(plan, year)):
            found[record.confidence] += usd * weight
    return {confidence: usd for confidence, usd in found.items() if usd}


def _paid_apart(plan: Plan, year: int) -> Iterator[tuple[Record, float]]:
    """Yield what is built and in no row of sites and links of a year: projects, and on links out of service."""
    finance, topology = plan.inputs.scenario.finance, plan.inputs.topology
    recovery = capital_recovery_factor(finance.discount_rate, finance.link_life)
    for each in builds(plan):
        if each.kind == "project" and each.year <= year:
            project = topology.projects[each.key]
            yield project, each.capex_usd * recovery + project.opex_usd.at(year)
        elif each.kind == "link" and each.year <= year < each.year + finance.link_life:
            link = topology.links[each.key]
            if not in_service(link, year):
                opex_usd = link.expansion[each.expansion].opex_usd.at(year)
                yield link, each.capex_usd * recovery + each.gbps * opex_usd


def _fees(plan: Plan, year: int) -> Iterator[tuple[Record, float]]:
    """Yield the rules of residency that take fees, with what each path brings in."""
    inputs = plan.inputs
    if not any(rule.fee_usd_per_pflops.at(year) for rule in inputs.scenario.policy.residency):
        return
    host, nodes, workloads = _country_of(plan), inputs.topology.nodes, inputs.demand.workloads
    rule_of = cache(
        lambda node, key: find_rule(inputs.scenario.policy, Origin(node, nodes[node].country), workloads[key])
    )
    for origin, workload, site, _, pflops in _flows(plan, year):
        rule = rule_of(origin, workload)
        if rule is not None and host[site] != nodes[origin].country:
            yield rule, pflops * rule.fee_usd_per_pflops.at(year)
