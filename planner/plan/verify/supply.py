"""What stands in a year, worked out again: existing capacity, builds that have not retired, projects that are built."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from planner.admissibility import in_service
from planner.finance import capital_recovery_factor
from planner.plan.verify.tolerance import ABSOLUTE
from planner.topology import Site

if TYPE_CHECKING:
    from planner.expansions import Expansion
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import StateKey
    from planner.topology import Link, Project


class BuildRow(NamedTuple):
    """A row of the table of builds: an expansion, whose annuity is that of the price in the year of building."""

    year: int
    asset: Site | Link
    number: int
    option: Expansion
    added: float
    annuity_usd: float
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

    def opex_usd(self, year: int) -> float:
        """Return what keeping it costs, at the price of the year in question."""
        return self.option.opex_usd.at(year) * self.added


class ProjectRow(NamedTuple):
    """A row of the table of builds that is a project: built whole in a year, and never retired."""

    project: Project
    year: int
    capex_usd: float
    annuity_usd: float

    def __str__(self) -> str:
        return f"{self.year}: project {self.project.id}"

    def yearly_usd(self, year: int) -> tuple[float, float]:
        """Return annuity and opex of a year; nothing before it is built."""
        return (self.annuity_usd, self.project.opex_usd.at(year)) if self.year <= year else (0.0, 0.0)


@dataclass(frozen=True)
class Supply:
    """Capacity by year."""

    evidence: Evidence

    @cached_property
    def builds(self) -> list[BuildRow]:
        """The expansions in the table of builds."""
        topology, finance = self.evidence.inputs.topology, self.evidence.inputs.scenario.finance
        found = []
        for (year, name, number), row in self.evidence.rows("builds").items():
            prefix, _, key = name.partition(":")
            if prefix == "project":
                continue
            asset: Site | Link = topology.sites[key] if prefix == "site" else topology.links[key]
            life = finance.compute_life if prefix == "site" else finance.link_life
            option, added = asset.expansion[number], row["added"]
            annuity = option.capex_usd.at(year) * capital_recovery_factor(finance.discount_rate, life)
            found.append(BuildRow(year, asset, number, option, added, annuity * added, life))
        return found

    @cached_property
    def projects(self) -> dict[str, ProjectRow]:
        """The projects in the table of builds."""
        scenario, found = self.evidence.inputs.scenario, {}
        recovery = capital_recovery_factor(scenario.finance.discount_rate, scenario.finance.link_life)
        for year, name, _ in self.evidence.rows("builds"):
            prefix, _, key = name.partition(":")
            if prefix == "project":
                project = self.evidence.inputs.topology.projects[key]
                capex = project.capex_usd.at(year)
                found[key] = ProjectRow(project, year, capex, capex * recovery)
        return found

    def is_laid(self, project: str | None, year: int) -> bool:
        """Tell whether the project that something hangs on, if any, is built by a year."""
        return project is None or (project in self.projects and self.projects[project].year <= year)

    def stands(self, asset: Site | Link, year: int) -> bool:
        """Tell whether a site or link is in service in a year and the project that it hangs on is built."""
        return in_service(asset, year) and self.is_laid(asset.project, year)

    @cached_property
    def _builds_at(self) -> dict[tuple[bool, str], list[BuildRow]]:
        found: defaultdict[tuple[bool, str], list[BuildRow]] = defaultdict(list)
        for build in self.builds:
            found[build.is_site, build.asset.id].append(build)
        return dict(found)

    def standing(self, asset: Site | Link, year: int) -> list[BuildRow]:
        """Return the builds at a site or link that stand in a year."""
        here = self._builds_at.get((isinstance(asset, Site), asset.id), ())
        return [build for build in here if build.stands(year)]

    def years_beside(self, asset: Site | Link, option: Expansion, year: int) -> list[int]:
        """Return the years that would see what is built of an expansion to stand in a year: its `max` holds in all."""
        e, finance = self.evidence, self.evidence.inputs.scenario.finance
        life = finance.compute_life if isinstance(asset, Site) else finance.link_life
        bought = [t for t in e.years if in_service(option, t) and in_service(asset, t)]
        return [each for each in e.years if any(t <= min(each, year) <= max(each, year) < t + life for t in bought)]

    def built(self, asset: Site | Link, year: int) -> float:
        """PFLOPS or Gbps of builds that stand."""
        return sum(build.added for build in self.standing(asset, year))

    def yearly_usd(self, asset: Site | Link, year: int) -> float:
        """Annuity and opex of the builds that stand."""
        return sum(build.annuity_usd + build.opex_usd(year) for build in self.standing(asset, year))

    def installed_pflops(self, site: str, year: int) -> float:
        """Compute that stands at a site; what is rented on a market stands elsewhere."""
        return 0.0 if self.evidence.inputs.topology.sites[site].market else self.compute_pflops(site, year)

    def compute_pflops(self, site: str, year: int) -> float:
        """Compute of a site: what exists or is offered, if its status counts and it stands, and what is built."""
        record = self.evidence.inputs.topology.sites[site]
        exists = record.status in self.evidence.inputs.scenario.count and self.stands(record, year)
        return (record.compute_pflops.at(year) if exists else 0.0) + self.built(record, year)

    def usable_pflops(self, site: str, state: StateKey) -> float:
        """What may be served at a site in a state: all that can be rented, or its fill of what is installed."""
        return self.evidence.fill("site", state, site) * self.compute_pflops(site, state[0])

    def capacity_gbps(self, link: Link, year: int) -> float:
        """Capacity of a link in each direction: what exists and what is built."""
        return (link.capacity_gbps.at(year) if self.stands(link, year) else 0.0) + self.built(link, year)

    def committed_gbps(self, link: Link, year: int) -> float:
        """What of a link is taken by others, where it stands."""
        return link.committed_gbps.at(year) if self.stands(link, year) else 0.0

    @cached_property
    def capex_usd(self) -> float:
        """Price of everything that is built, overnight."""
        builds = sum(build.added * build.option.capex_usd.at(build.year) for build in self.builds)
        return builds + sum(laid.capex_usd for laid in self.projects.values())

    def carbon_kg(self, year: int) -> float:
        """Carbon of all sites in a year."""
        return sum(self.evidence.power.emitted_kg(name, year) for name in self.evidence.inputs.topology.sites)

    def counted_kg(self, year: int) -> float:
        """Carbon of a year that its limit speaks of: with what machines embody, where the scenario says so."""
        e, sites = self.evidence, self.evidence.inputs.topology.sites
        embodied = sum(e.power.embodied_kg(name, year) for name in sites) if e.inputs.scenario.limits.embodied else 0.0
        return self.carbon_kg(year) + embodied

    @cached_property
    def sites_in_use(self) -> set[str]:
        """Sites of ours that serve, in any state, or build anything in any year; less than rounding is nothing."""
        sites = self.evidence.inputs.topology.sites
        own = ((name, used) for name, used in self.evidence.used.items() if not sites[name].market)
        serving = {name for name, used in own if max(used.values()) > ABSOLUTE}
        return serving | {build.asset.id for build in self.builds if build.is_site and build.added > ABSOLUTE}

    def fixed_usd(self, site: Site, year: int) -> float:
        """Fixed cost of a site in a year of its service, where it is in use in any year."""
        in_use = site.id in self.sites_in_use and self.stands(site, year)
        return site.fixed_cost_usd.at(year) if in_use else 0.0


def project_year(project: Project, years: tuple[int, ...]) -> int:
    """Return the year in which a project is built, if it is: its `from`, else the first listed year."""
    return years[0] if project.from_year is None else project.from_year
