"""Rules of ownership: who pays what is built and run, worked out again, and what others may not own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from planner.admissibility import HOME_TERMS
from planner.plan.verify.tolerance import ABSOLUTE_USD, RELATIVE, show

if TYPE_CHECKING:
    from planner.expansions import Expansion
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, TracedPath
    from planner.topology import Link, Project, Site, Topology

Payers = Mapping[str, float]


def soil_shares(topology: Topology, asset: Site | Link) -> dict[str, float]:
    """Return how much of an asset is on whose soil: all of a site, half a link at each end."""
    nodes = [asset.node] if asset.id in topology.sites and asset is topology.sites[asset.id] else [*asset.ends]  # type: ignore[union-attr]
    found: dict[str, float] = defaultdict(float)
    for node in nodes:
        found[topology.nodes[node].country] += 1 / len(nodes)
    return dict(found)


def payers_of(topology: Topology, asset: Site | Link, option: Expansion | None) -> Payers:
    """Return who pays for an asset, or for what is built by an expansion: the nearest `owner`, else the soil's."""
    for record in (option, asset):
        if record is not None and record.owner:
            return record.owner
    return soil_shares(topology, asset)


def project_soil(topology: Topology, project: str) -> set[str]:
    """Return the countries in which something that hangs on a project stands or ends."""
    hangs = (asset for asset, options in _hanging(topology, project) if options)
    return {country for asset in hangs for country in soil_shares(topology, asset)}


def payers_of_project(e: Evidence, project: Project) -> Payers:
    """Return who pays for a project: its owner, else the payers of what hangs on it alike, else the members alike."""
    topology = e.inputs.topology
    if project.owner:
        return project.owner
    hanging = _hanging(topology, project.id)
    payers = {name for asset, options in hanging for option in options for name in payers_of(topology, asset, option)}
    alike = payers or set(e.inputs.scenario.community.members)
    return dict.fromkeys(alike, 1 / len(alike))


def _hanging(topology: Topology, project: str) -> Iterator[tuple[Site | Link, list[Expansion | None]]]:
    """Yield each asset with what of it hangs on a project: None for the asset itself, else its expansions."""
    assets: list[Site | Link] = [*topology.sites.values(), *topology.links.values()]
    for asset in assets:
        options: list[Expansion | None] = [option for option in asset.expansion if option.project == project]
        yield asset, [*([None] if asset.project == project else []), *options]


def _nothing_barred_is_built(e: Evidence) -> Iterator[str]:
    """Of what is built in a country, others own no more than the rules on foreign stakes allow."""
    topology = e.inputs.topology
    for rule in e.inputs.scenario.policy.foreign_stake:
        for build in e.supply.builds:
            soil = soil_shares(topology, build.asset).get(rule.country, 0.0)
            yield from _told(rule.country, rule.max, soil, payers_of(topology, build.asset, build.option), str(build))
        for laid in e.supply.projects.values():
            countries = project_soil(topology, laid.project.id)
            soil = 1 / len(countries) if rule.country in countries else 0.0
            yield from _told(rule.country, rule.max, soil, payers_of_project(e, laid.project), str(laid))


def _told(country: str, most: float, soil: float, payers: Payers, what: str) -> Iterator[str]:
    if soil > 0:
        foreign = (soil - min(soil, payers.get(country, 0.0))) / soil
        if foreign > most + RELATIVE:
            yield f"{what}: others own {foreign:.4g} of what is in {country}, and {most:g} is the most"


def _owners_pay(e: Evidence) -> Iterator[str]:
    """Sites and builds are paid by their owners; transit, fees and what is rented by those who use them."""
    for year in e.years:
        right, stated = _payments(e, year), {name: row for (t, name), row in e.rows("members").items() if t == year}
        off = RELATIVE * sum(map(abs, right.values())) + ABSOLUTE_USD
        for country in sorted({*right, *stated}):
            usd, row = right.get(country, 0.0), stated.get(country)
            paid = row["paid_usd"] if row else 0.0
            if not abs(paid - usd) <= off:
                words = f"pays {show(usd)} as owner and user, and the table of members says {show(paid)}"
                yield f"{year}: {country}: {words}"
            if row and row["caused_usd"] != row["cost_usd"]:
                yield f"{year}: {country}: cost_usd and caused_usd of the table of members differ"


def _payments(e: Evidence, year: int) -> dict[str, float]:
    """USD of a year by the country that pays."""
    found: dict[str, float] = defaultdict(float)
    topology, supply = e.inputs.topology, e.supply
    for flow, traced in e.traced_flows:
        if flow.year == year and flow.is_intact and not e.is_background(flow):
            for country, usd in _paid_for(e, flow, traced):
                found[country] += usd * e.share(flow)
    for site in topology.sites.values():
        standing = e.power.waiting_usd(site.id, year) + supply.fixed_usd(site, year)
        for country, part in payers_of(topology, site, None).items():
            found[country] += part * standing
    for build in supply.builds:
        for country, part in payers_of(topology, build.asset, build.option).items() if build.stands(year) else ():
            found[country] += part * (build.annuity_usd + build.opex_usd(year))
    for laid in supply.projects.values():
        for country, part in payers_of_project(e, laid.project).items():
            found[country] += part * sum(laid.yearly_usd(year))
    return {country: usd for country, usd in found.items() if usd}


def _paid_for(e: Evidence, flow: Flow, traced: TracedPath) -> Iterator[tuple[str, float]]:
    """Yield who pays what for a flow, as if it ran all year."""
    year, user = flow.year, e.parts[flow.part].country
    yield user, sum(gbps * link.transit_usd_per_gbps.at(year) for link, _, gbps in e.gbps_on(flow, traced))
    if flow.is_compute:
        site = e.inputs.topology.sites[flow.end]
        rate = site.opex_usd_per_pflops.at(year) + e.power.energy_usd(site.id, year, flow.hour, used=1.0)
        payers = {user: 1.0} if site.market else payers_of(e.inputs.topology, site, None)
        for country, part in payers.items():
            yield country, part * flow.amount * e.billing(flow, traced) * rate
        yield user, flow.amount * (e.terms(flow) or HOME_TERMS).fee_usd_per_pflops.at(year)


def _capital_is_right(e: Evidence) -> Iterator[str]:
    """Who pays what is built, overnight, in the year of building."""
    right: dict[tuple[int, str], dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for build in e.supply.builds:
        usd, sort = build.added * build.option.capex_usd.at(build.year), "sites_usd" if build.is_site else "links_usd"
        for country, part in payers_of(e.inputs.topology, build.asset, build.option).items():
            right[build.year, country][sort] += part * usd
    for laid in e.supply.projects.values():
        for country, part in payers_of_project(e, laid.project).items():
            right[laid.year, country]["projects_usd"] += part * laid.capex_usd
    rows = e.rows("capital")
    for key in sorted({*right, *rows}):
        parts, row = right.get(key, {}), rows.get(key, {})
        figures = {sort: parts.get(sort, 0.0) for sort in ("sites_usd", "links_usd", "projects_usd")}
        for column, usd in {**figures, "capex_usd": sum(figures.values())}.items():
            if not abs(row.get(column, 0.0) - usd) <= RELATIVE * abs(usd) + ABSOLUTE_USD:
                stated = show(row.get(column, 0.0))
                yield f"table capital: {key[0]}/{key[1]}: {column} is {show(usd)}, and the table says {stated}"


RULES = (_nothing_barred_is_built, _owners_pay, _capital_is_right)
