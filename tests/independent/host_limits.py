"""The constraints of groups of sites and of single members, as `families` has those of everything else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from independent.families import USD_A_MILLION, Row, idle_terms, site_flows
from independent.index import Index
from independent.money import dearer, running_cost, site_compute, usd_per_mw, working_mw
from independent.paths import Part, Path
from independent.reading import Key, Record, World, at, quantity
from independent.stakes import owners, project_owners


def group_power(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_{s of g} pue · watts · (idle · installed + (load - idle) · x) ≤ power   for every such group and state."""
    found: dict[Key, dict[Key, float]] = defaultdict(lambda: defaultdict(float))
    for state, site, flows in site_flows(index):
        for name, group in index.world.groups.items():
            if site in group["sites"]:
                each = float(working_mw(index.world.sites[site], state.year))
                found[state, name] |= dict.fromkeys(flows, each)
                for other, column, mw in idle_terms(index, state.year):
                    found[state, name][column] += float(mw) if other == site else 0.0
    for name, group in index.world.groups.items():
        for state in index.world.states if "power" in group else ():
            terms = {column: mw for column, mw in found[state, name].items() if column}
            room = float(at(group["power"], state.year)) - found[state, name].get((), 0.0)
            yield (state, name), Row(terms, "<", room)


def group_compute(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_{s of g} (compute · w + Σ k) ≤ compute of g   for every group with a limit and year."""
    for name, group in index.world.groups.items():
        for year in index.world.years if "compute" in group else ():
            terms: dict[Key, float] = defaultdict(float)
            room = at(group["compute"], year)
            for site in group["sites"]:
                terms |= dict.fromkeys(index.built("k", site, year), 1.0)
                stands, record = site_compute(index.world, site, year), index.world.sites[site]
                if "project" in record:
                    terms["w", record["project"]] += float(stands)
                else:
                    room -= stands
            yield (year, name), Row({key: value for key, value in terms.items() if value}, "<", float(room))


def member_limits(world: World, word: str) -> Iterator[tuple[str, Record]]:
    """Yield the members that have a limit of a sort, with all of theirs."""
    yield from ((name, limits) for name, limits in (world.limit("members") or {}).items() if word in limits)


def own_sites(world: World, country: str) -> list[str]:
    """Return the sites on a country's soil that are not rented."""
    return [site for site, record in world.sites.items() if world.host(site) == country and not record.get("market")]


def member_capex(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ owned · capex · builds + Σ owned · capex · w ≤ capex, MUSD   for every member with a budget."""
    world = index.world
    for country, limits in member_limits(world, "capex"):
        terms: dict[Key, float] = {}
        for expansion in index.expansions:
            for year in expansion.build_years(world):
                owned = owners(world, expansion.home, expansion.record).get(country, 0)
                terms[expansion.column(year)] = float(owned * expansion.price("capex", year) / USD_A_MILLION)
        for project, year in index.projects.items():
            owned = project_owners(world, project).get(country, 0)
            terms["w", project] = float(owned * at(world.projects[project].get("capex", 0), year) / USD_A_MILLION)
        kept = {key: value for key, value in terms.items() if value}
        yield (country,), Row(kept, "<", float(quantity(limits["capex"]) / USD_A_MILLION))


def member_hosting(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ 1/H x into the member's sites ≥ hosted_min   for every member that has to host and year."""
    for country, limits in member_limits(index.world, "hosted_min"):
        for year in index.world.years:
            found = {
                column: -float(index.world.share(column[1].block)) for column, _, _ in flows_at(index, country, year)
            }
            yield (year, country), Row(found, "<", -float(at(limits["hosted_min"], year)))


def flows_at(index: Index, country: str, year: int) -> Iterator[tuple[Key, Part, Path]]:
    """Yield the flows of the intact states of a year that end at a member's own sites."""
    own = own_sites(index.world, country)
    for state in index.world.intact_states:
        if state.year == year:
            yield from (flow for flow in index.flows(state) if flow[2].site in own)


def member_opex(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ 1/H (opex + energy) dearer · x + Σ opex · k + Σ fixed · y ≤ opex, MUSD   for every such member and year."""
    world, million = index.world, float(USD_A_MILLION)
    for country, limits in member_limits(world, "opex"):
        for year in world.years:
            terms: dict[Key, float] = {}
            for column, part, path in flows_at(index, country, year):
                usd = running_cost(world, path.site, column[1]) * dearer(world, part, path)
                terms[column] = float(usd * world.share(column[1].block)) / million
            for expansion in index.expansions:
                if expansion.family == "k" and expansion.asset in own_sites(world, country):
                    price = float(expansion.price("opex", year)) / million
                    terms |= {expansion.column(built): price for built in expansion.alive_builds(world, year)}
            for site in own_sites(world, country):
                record = world.sites[site]
                if site in index.chosen_sites and world.is_alive(record, year):
                    terms["y", site] = float(at(record.get("fixed_cost", 0), year)) / million
            waiting = waiting_musd(index, country, year)
            stands = waiting.pop((), 0.0)
            for column, usd in waiting.items():
                terms[column] = terms.get(column, 0.0) + usd
            yield (year, country), Row(terms, "<", float(at(limits["opex"], year)) / million - stands)


def waiting_musd(index: Index, country: str, year: int) -> dict[Key, float]:
    """Return what the energy of machines that wait costs a member, MUSD, by what decides of them."""
    world, found = index.world, defaultdict(float)
    for state in (each for each in world.intact_states if each.year == year):
        for site, column, mw in idle_terms(index, year):
            if site in own_sites(world, country):
                usd = mw * usd_per_mw(world, site, state) * world.share(state.block)
                found[column] += float(usd / USD_A_MILLION)
    return found


HOST_LIMITS = (group_power, group_compute, member_capex, member_hosting, member_opex)
