"""Limits of single members, as the check sees them: what they own of builds, host and pay on their soil."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.admissibility import is_on_soil
from planner.plan.verify.checked import NEAR, CheckedLimit, ReasonPart, Sides
from planner.plan.verify.stakes import payers_of, payers_of_project
from planner.plan.verify.tolerance import exceeds, show

if TYPE_CHECKING:
    from planner.plan.verify.duals import Duals, RowKey
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, TracedPath
    from planner.topology import Site
    from planner.years import Yearly

USD_PER_MUSD = 1e6


def _spent(e: Evidence, country: str) -> float:
    """USD that a member's part of what is built costs overnight."""
    topology, supply = e.inputs.topology, e.supply
    builds = sum(
        payers_of(topology, build.asset, build.option).get(country, 0.0)
        * build.added
        * build.option.capex_usd.at(build.year)
        for build in supply.builds
    )
    projects = ((payers_of_project(e, laid.project), laid.capex_usd) for laid in supply.projects.values())
    return builds + sum(payers.get(country, 0.0) * usd for payers, usd in projects)


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
    """A member's part of what is built costs no more overnight than it may."""
    for country, limits in e.inputs.scenario.limits.members.items():
        if limits.capex_usd is not None and exceeds(spent := _spent(e, country), limits.capex_usd):
            words = f"its part of builds costs {show(spent)} overnight, and {show(limits.capex_usd)} is the limit"
            yield f"member {country}: {words}"


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
