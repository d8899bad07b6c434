"""What stands in a year, worked out again: existing capacity, and the builds that have not retired."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from planner.admissibility import in_service
from planner.finance import capital_recovery_factor
from planner.plan.verify.evidence import Evidence
from planner.topology import Site

if TYPE_CHECKING:
    from planner.topology import Expansion, Link

HOURS_PER_YEAR = 8760
KW_PER_MW = 1000


class Build(NamedTuple):
    """A row of the table of builds; prices are those of the year in which it is built."""

    year: int
    asset: Site | Link
    number: int
    option: Expansion
    added: float
    annuity_usd: float
    opex_usd: float
    life: int

    @property
    def is_site(self) -> bool:
        """Whether compute is added rather than light."""
        return isinstance(self.asset, Site)

    def __str__(self) -> str:
        return f"{self.year}: expansion {self.number} of {'site' if self.is_site else 'link'} {self.asset.id}"

    def stands(self, year: int) -> bool:
        """Whether it is built and not yet retired."""
        return self.year <= year < self.year + self.life


@dataclass(frozen=True)
class Supply:
    """Capacity by year."""

    evidence: Evidence

    @classmethod
    def of(cls, evidence: Evidence) -> Supply:
        """Return the supply of a plan, the same one whoever asks."""
        known: Supply | None = vars(evidence).get("_supply")
        if known is None:
            known = cls(evidence)
            vars(evidence)["_supply"] = known
        return known

    @cached_property
    def builds(self) -> list[Build]:
        """The table of builds."""
        topology, finance = self.evidence.inputs.topology, self.evidence.inputs.scenario.finance
        found = []
        for (year, name, number), row in self.evidence.rows("builds").items():
            prefix, _, key = name.partition(":")
            asset: Site | Link = topology.sites[key] if prefix == "site" else topology.links[key]
            life = finance.compute_life if prefix == "site" else finance.link_life
            option, added = asset.expansion[number], row["added"]
            annuity = option.capex_usd.at(year) * capital_recovery_factor(finance.discount_rate, life)
            found.append(
                Build(year, asset, number, option, added, annuity * added, option.opex_usd.at(year) * added, life)
            )
        return found

    @cached_property
    def _builds_at(self) -> dict[tuple[bool, str], list[Build]]:
        found: defaultdict[tuple[bool, str], list[Build]] = defaultdict(list)
        for build in self.builds:
            found[build.is_site, build.asset.id].append(build)
        return dict(found)

    def standing(self, asset: Site | Link, year: int) -> list[Build]:
        """Return the builds at a site or link that stand in a year."""
        here = self._builds_at.get((isinstance(asset, Site), asset.id), ())
        return [build for build in here if build.stands(year)]

    def built(self, asset: Site | Link, year: int) -> float:
        """PFLOPS or Gbps of builds that stand."""
        return sum(build.added for build in self.standing(asset, year))

    def yearly_usd(self, asset: Site | Link, year: int) -> float:
        """Annuity and opex of the builds that stand."""
        return sum(build.annuity_usd + build.opex_usd for build in self.standing(asset, year))

    def installed_pflops(self, site: str, year: int) -> float:
        """Compute of a site: what exists, if its status counts and it is in service, and what is built."""
        record = self.evidence.inputs.topology.sites[site]
        exists = record.status in self.evidence.inputs.scenario.count and in_service(record, year)
        return (record.compute_pflops.at(year) if exists else 0.0) + self.built(record, year)

    def capacity_gbps(self, link: Link, year: int) -> float:
        """Capacity of a link in each direction: what exists and what is built."""
        return (link.capacity_gbps.at(year) if in_service(link, year) else 0.0) + self.built(link, year)

    @cached_property
    def sites_in_use(self) -> set[str]:
        """Sites that serve or build anything in any year."""
        return {*self.evidence.used, *(build.asset.id for build in self.builds if build.is_site)}


def mw_per_pflops(site: Site, year: int) -> float:
    """Power at the meter of one PFLOPS in use."""
    return site.watts_kw_per_pflops / KW_PER_MW * site.pue.at(year)


def mwh_per_pflops(site: Site, year: int) -> float:
    """Energy at the meter of one PFLOPS in use all year."""
    return mw_per_pflops(site, year) * HOURS_PER_YEAR


def energy_usd_per_pflops(site: Site, year: int) -> float:
    """Cost of that energy."""
    return mwh_per_pflops(site, year) * KW_PER_MW * site.electricity_usd_per_kwh.at(year)


def carbon_kg_per_pflops(site: Site, year: int) -> float:
    """Carbon of that energy: g/kWh are kg/MWh."""
    return mwh_per_pflops(site, year) * site.carbon_g_per_kwh.at(year)
