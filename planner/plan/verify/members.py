"""Limits of single members, as the check sees them: what is built, hosted and paid on their soil."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.admissibility import is_on_soil
from planner.plan.verify.checked import NEAR, CheckedLimit, ReasonPart, Sides
from planner.plan.verify.tolerance import exceeds, show
from planner.topology import Site

if TYPE_CHECKING:
    from planner.plan.verify.duals import Duals, RowKey
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, TracedPath
    from planner.plan.verify.supply import BuildRow, ProjectRow
    from planner.topology import Topology
    from planner.years import Yearly

USD_PER_MUSD = 1e6


def build_share(topology: Topology, build: BuildRow, country: str) -> float:
    """Return the share of a build that is on a country's soil: a link has half of it at each end."""
    ends = (build.asset.node,) if isinstance(build.asset, Site) else build.asset.ends
    return sum(topology.nodes[node].country == country for node in ends) / len(ends)


def _project_share(topology: Topology, laid: ProjectRow, country: str) -> float:
    """Share of a project that is a country's: even parts for all in which something that hangs on it is."""
    found: set[str] = set()
    for site in topology.sites.values():
        if laid.project.id in (site.project, *(option.project for option in site.expansion)):
            found.add(topology.nodes[site.node].country)
    for link in topology.links.values():
        if laid.project.id in (link.project, *(option.project for option in link.expansion)):
            found |= {topology.nodes[node].country for node in link.ends}
    return 1 / len(found) if country in found else 0.0


def _spent(e: Evidence, country: str) -> float:
    """USD that what is built on a member's soil costs overnight."""
    topology, supply = e.inputs.topology, e.supply
    builds = sum(
        build_share(topology, build, country) * build.added * build.option.capex_usd.at(build.year)
        for build in supply.builds
    )
    return builds + sum(_project_share(topology, laid, country) * laid.capex_usd for laid in supply.projects.values())


def _own(e: Evidence, country: str) -> list[Site]:
    topology = e.inputs.topology
    return [site for site in topology.sites.values() if is_on_soil(site, topology, country)]


def _hosted(e: Evidence, country: str, year: int) -> float:
    """PFLOPS that a member's sites host, as mean over the year."""
    return sum(e.mean(year, e.used.get(site.id, {})) for site in _own(e, country))


def _running(e: Evidence, country: str, year: int) -> float:
    """USD that running a member's sites costs in a year."""
    found = 0.0
    for site in _own(e, country):
        found += site.opex_usd_per_pflops.at(year) * e.mean(year, e.billed.get(site.id, {}))
        found += e.power.billed_usd(site.id, year) + e.supply.fixed_usd(site, year)
        found += sum(build.opex_usd(year) for build in e.supply.standing(site, year))
    return found


def _budgets_are_kept(e: Evidence) -> Iterator[str]:
    """What is built on a member's soil costs no more overnight than it may."""
    for country, limits in e.inputs.scenario.limits.members.items():
        if limits.capex_usd is not None and exceeds(spent := _spent(e, country), limits.capex_usd):
            yield f"member {country}: builds cost {show(spent)} overnight, and {show(limits.capex_usd)} is the limit"


def _hosting_is_kept(e: Evidence) -> Iterator[str]:
    """A member's sites host as much in each year as they have to."""
    for country, limits in e.inputs.scenario.limits.members.items():
        for year in e.years if limits.hosted_min_pflops is not None else ():
            hosted = _hosted(e, country, year)
            if limits.hosted_min_pflops is not None and exceeds(least := limits.hosted_min_pflops.at(year), hosted):
                yield f"{year}: member {country}: hosts {show(hosted)} PFLOPS, and {show(least)} is the least"


def _running_is_kept(e: Evidence) -> Iterator[str]:
    """Running a member's sites costs no more in a year than it may."""
    for country, limits in e.inputs.scenario.limits.members.items():
        for year in e.years if limits.opex_usd is not None else ():
            paid = _running(e, country, year)
            if limits.opex_usd is not None and exceeds(paid, most := limits.opex_usd.at(year)):
                yield f"{year}: member {country}: its sites cost {show(paid)} to run, and {show(most)} is the limit"


def _yearly(e: Evidence, key: RowKey, limit: Yearly | None) -> tuple[int, float]:
    year = int(key[0])
    if limit is None or year not in e.years:
        raise LookupError(key)
    return year, limit.at(year)


def _capex_reached(e: Evidence, key: RowKey) -> Sides:
    limit = e.inputs.scenario.limits.members[key[0]].capex_usd
    if limit is None:
        raise LookupError(key)
    return _spent(e, key[0]), limit


def _hosting_reached(e: Evidence, key: RowKey) -> Sides:
    year, least = _yearly(e, key, e.inputs.scenario.limits.members[key[1]].hosted_min_pflops)
    return _hosted(e, key[1], year), least


def _running_reached(e: Evidence, key: RowKey) -> Sides:
    year, most = _yearly(e, key, e.inputs.scenario.limits.members[key[1]].opex_usd)
    return _running(e, key[1], year), most


def _hosts(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    """Serving at a member's site gives to what it has to host."""
    e = duals.evidence
    if flow.is_compute and flow.is_intact and not e.is_rented(flow):
        yield -duals.get("member_hosting", flow.year, e.country_of(flow.end)) * e.share(flow)


def _runs(duals: Duals, flow: Flow, traced: TracedPath) -> Iterator[float]:
    e = duals.evidence
    if flow.is_compute and flow.is_intact and not e.is_rented(flow):
        site, usd = e.inputs.topology.sites[flow.end], duals.get("member_opex", flow.year, e.country_of(flow.end))
        rate = site.opex_usd_per_pflops.at(flow.year) + e.power.energy_usd(site.id, flow.year, flow.hour, used=1.0)
        yield usd * e.billing(flow, traced) * rate * e.share(flow) / USD_PER_MUSD


def _costs_all(said: ReasonPart) -> bool:
    """Running the sites of the member costs as much in the year as it may."""
    e, limits = said.evidence, said.evidence.inputs.scenario.limits.members.get(said.fields["last"])
    year = int(said.fields["year"])
    if limits is None or limits.opex_usd is None or year != said.year:
        return False
    return said.was_moved or _running(e, said.fields["last"], year) >= limits.opex_usd.at(year) * (1 - NEAR) - 1


MEMBER_CAPEX = CheckedLimit(_capex_reached, rules=(_budgets_are_kept,))
MEMBER_HOSTING = CheckedLimit(_hosting_reached, _hosts, rules=(_hosting_is_kept,))
MEMBER_OPEX = CheckedLimit(_running_reached, _runs, _costs_all, (_running_is_kept,))
