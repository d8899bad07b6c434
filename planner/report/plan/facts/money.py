"""What limits are worth, and how sure the records are that the cost is paid for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import floor, log10, nan
from typing import TYPE_CHECKING

from planner.admissibility import Origin, find_rule, in_service
from planner.finance import capital_recovery_factor, year_weights
from planner.programme.families import FAMILIES, Family
from planner.report.plan.facts.limits import limit_amount
from planner.report.plan.facts.serving import country_of_sites, intact_paths
from planner.report.plan.facts.supply import built_assets
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.records import Record


@dataclass(frozen=True)
class LimitValue:
    """What one more unit of a limit would save a year.

    `family` is the row of the programme, or ``site`` and ``link`` for installed compute and capacity; `unit` is that
    of the limit: PFLOPS, Gbps, MW, site, t, MUSD; `amount` is how large the limit is, where that is known.
    """

    family: str
    key: str
    unit: str
    usd: float
    amount: float = nan

    @property
    def step(self) -> float:
        """A raise that the limit can bear: the largest of 1, 2 and 5 with its powers of ten within a tenth of it.

        One where it is not known how large the limit is, or where it counts things.
        """
        if self.unit == "site" or not self.amount > 0:
            return 1.0
        tenth = self.amount / 10 * (1 + ROUNDING)
        power = 10.0 ** floor(log10(tenth))
        return max(each * power for each in (1, 2, 5) if each * power <= tenth)

    @property
    def step_usd(self) -> float:
        """What such a raise would save a year at the most: the worth of the next unit falls as more is given."""
        return self.step * self.usd

    @property
    def limit(self) -> Family:
        """The family of the limit."""
        return FAMILIES[ROOM.get(self.family, self.family)]


ROUNDING = 1e-9
"""A tenth that is short of a round figure by less is that figure."""
ROOM = {"site": "site_capacity", "link": "link_capacity"}
"""Families of installed compute and capacity."""
_FIRST = ("build_limit", "site_power", "group_power", "site_limit", "capex_budget", "carbon_budget")
LIMITS = (
    *_FIRST,
    *(
        name
        for name, each in FAMILIES.items()
        if each.words and not each.of_states and "workload" not in each.index and name not in _FIRST
    ),
)
"""Limits beside installed capacity that a report speaks of one by one: budgets, then the rules of the policy."""
NAMES = ("asset", "site", "group", "country", "rule")
"""Parts of a key that say where a limit is."""


def limit_values(plan: Plan, year: int) -> list[LimitValue]:
    """Return what binding limits are worth in a year: sites, links, room to build, budgets; the dearest of each first.

    Limits over all years are the same in each. Sites at which nothing stands are left out: there only room to build is
    a limit.
    """
    sites, links = in_year(plan.sites, year), in_year(plan.links, year)
    sites = sites[sites["installed_pflops"] > 0]
    found = [
        LimitValue("site", str(key), "PFLOPS", float(usd), float(amount))
        for key, usd, amount in sites[["price_usd_per_pflops", "installed_pflops"]].itertuples()
    ]
    found += [
        LimitValue("link", str(key), "Gbps", float(usd), float(amount))
        for key, usd, amount in links[["price_usd_per_gbps", "capacity_gbps"]].itertuples()
    ]
    sums: dict[tuple[str, str], float] = defaultdict(float)
    for (family, key), price in zip(plan.prices.index.tolist(), plan.prices["price"].tolist(), strict=True):
        parts = FAMILIES[family].read_key(str(key)) if family in LIMITS else {}
        if family in LIMITS and parts.get("year", str(year)) == str(year):
            sums[family, next((parts[name] for name in NAMES if name in parts), "")] += price
    known = plan.inputs.topology.sites
    found += [
        LimitValue(family, key, _unit(family, is_site=key in known), usd, limit_amount(plan.inputs, family, key, year))
        for (family, key), usd in sums.items()
    ]
    return sorted((each for each in found if each.usd > 0), key=lambda each: (-each.usd, each.family, each.key))


def _unit(family: str, *, is_site: bool) -> str:
    unit = FAMILIES[family].unit
    return unit if unit != "asset" else "PFLOPS" if is_site else "Gbps"


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
    for each in built_assets(plan):
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
    host, nodes, workloads = country_of_sites(plan), inputs.topology.nodes, inputs.demand.workloads
    rule_of = cache(
        lambda node, key: find_rule(inputs.scenario.policy, Origin(node, nodes[node].country), workloads[key])
    )
    for origin, workload, site, _, pflops in intact_paths(plan, year):
        rule = rule_of(origin, workload)
        if rule is not None and host[site] != nodes[origin].country:
            yield rule, pflops * rule.fee_usd_per_pflops.at(year)


def hinges(plan: Plan, year: int) -> list[LimitValue]:
    """Return the limits whose raise would save most, by what a raise that each can bear saves a year.

    Installed compute and capacity are such limits only where no more is on offer: elsewhere what they are worth is the
    price of building, and the limit of what may be built speaks for itself.
    """
    topology = plan.inputs.topology

    def is_on_offer(value: LimitValue) -> bool:
        record = (topology.sites if value.family == "site" else topology.links)[value.key]
        return any(in_service(option, year) for option in record.expansion)

    found = [each for each in limit_values(plan, year) if each.family not in ROOM or not is_on_offer(each)]
    return sorted(found, key=lambda each: (-each.step_usd, each.family, each.key))
