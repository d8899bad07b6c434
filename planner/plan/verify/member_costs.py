"""Rules of who pays: what each country causes, worked out again flow by flow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.admissibility import HOME_TERMS
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.tolerance import ABSOLUTE_USD, RELATIVE, show

if TYPE_CHECKING:
    from planner.plan.verify.flows import Flow, TracedPath
    from planner.topology import Link, Site

AssetKey = tuple[bool, str]
"""Whether it is a site, and its id."""
Use = Mapping[tuple[int, AssetKey], Mapping[str, float]]
"""By year and asset, PFLOPS or Gbps of each country, hours added up."""


def members_pay_what_they_cause(e: Evidence) -> Iterator[str]:
    """Running costs follow the flows; what stands is shared by use, and is the host's where nobody uses it."""
    shares = MemberCosts(e)
    currency = e.inputs.scenario.finance.currency
    for (year, country), row in e.rows("members").items():
        right, stated = shares.usd[year].get(country, 0.0), row["cost_usd"]
        if not abs(stated - right) <= RELATIVE * shares.total(year) + ABSOLUTE_USD:
            words = f"causes {show(right)} {currency}, and the table of members says {show(stated)}"
            yield f"{year}: {country}: {words}"
    for year in e.years:
        listed = {country for t, country in e.rows("members") if t == year}
        for country, usd in sorted(shares.usd[year].items()):
            if usd > ABSOLUTE_USD and country not in listed:
                yield f"table members: the row {year}/{country} is missing"


@dataclass(frozen=True)
class MemberCosts:
    """USD of each year by country."""

    evidence: Evidence

    @cached_property
    def usd(self) -> dict[int, dict[str, float]]:
        """Running costs and shares of what stands, by year and country."""
        e, found = self.evidence, {year: defaultdict[str, float](float) for year in self.evidence.years}
        for flow, traced in e.traced_flows:
            if flow.is_intact and not e.is_background(flow):
                found[flow.year][e.parts[flow.part].country] += self._running(flow, traced) * e.share(flow)
        for year in e.years:
            for name in e.inputs.topology.sites:
                if waiting := e.power.waiting_usd(name, year):
                    found[year][e.country_of(name)] += waiting
            for key, usd in self._standing(year).items():
                users = self._use.get((year, key)) or {self._host(key): 1.0}
                for country, amount in users.items():
                    found[year][country] += usd * amount / sum(users.values())
            for country, usd in self._homeless(year):
                found[year][country] += usd
        return {year: dict(costs) for year, costs in found.items()}

    def total(self, year: int) -> float:
        """Return what all countries cause together."""
        return sum(map(abs, self.usd[year].values()))

    def _running(self, flow: Flow, traced: TracedPath) -> float:
        """Opex, energy, fee and transit of a flow, as if it ran all year."""
        e, year = self.evidence, flow.year
        usd = sum(gbps * link.transit_usd_per_gbps.at(year) for link, _, gbps in e.gbps_on(flow, traced))
        if flow.is_compute:
            site = e.inputs.topology.sites[flow.end]
            rate = site.opex_usd_per_pflops.at(year) + e.power.energy_usd(site.id, year, flow.hour, used=1.0)
            fee = (e.terms(flow) or HOME_TERMS).fee_usd_per_pflops.at(year)
            usd += flow.amount * (e.billing(flow, traced) * rate + fee)
        return usd

    @cached_property
    def _use(self) -> Use:
        e = self.evidence
        found: defaultdict[tuple[int, AssetKey], defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for flow, traced in e.traced_flows:
            country = e.parts[flow.part].country
            if flow.is_intact and flow.is_compute:
                found[flow.year, (True, flow.end)][country] += flow.amount * e.share(flow)
            for link, _, gbps in e.gbps_on(flow, traced) if flow.is_intact and not e.is_background(flow) else ():
                if gbps > 0:
                    found[flow.year, (False, link.id)][country] += gbps * e.share(flow)
        return found

    def _standing(self, year: int) -> dict[AssetKey, float]:
        """USD of a year for what is built at each asset, for its fixed cost and its part of projects."""
        supply, topology = self.evidence.supply, self.evidence.inputs.topology
        found: dict[AssetKey, float] = {}
        for site in topology.sites.values():
            found[True, site.id] = supply.yearly_usd(site, year) + supply.fixed_usd(site, year)
        for link in topology.links.values():
            found[False, link.id] = supply.yearly_usd(link, year)
        for project, laid in supply.projects.items():
            keys = self._hanging_on(project)
            for key in keys:
                found[key] += sum(laid.yearly_usd(year)) / len(keys)
        return {key: usd for key, usd in found.items() if usd}

    def _hanging_on(self, project: str) -> list[AssetKey]:
        """Sites and links that exist, or may be expanded, only where a project is built."""
        topology = self.evidence.inputs.topology
        assets: list[Site | Link] = [*topology.sites.values(), *topology.links.values()]
        return [
            (asset.id in topology.sites and asset is topology.sites[asset.id], asset.id)
            for asset in assets
            if project in (asset.project, *(option.project for option in asset.expansion))
        ]

    def _homeless(self, year: int) -> Iterator[tuple[str, float]]:
        """Yield what the members pay alike: projects on which nothing hangs."""
        members = self.evidence.inputs.scenario.community.members
        for project, laid in self.evidence.supply.projects.items():
            if not self._hanging_on(project):
                yield from ((country, sum(laid.yearly_usd(year)) / len(members)) for country in members)

    def _host(self, key: AssetKey) -> str:
        """Country of a site, or of the first end of a link."""
        topology = self.evidence.inputs.topology
        is_site, name = key
        return topology.nodes[topology.sites[name].node if is_site else topology.links[name].ends[0]].country


RULES = (members_pay_what_they_cause,)
