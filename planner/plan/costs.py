"""Who pays: the cost of a year by the country whose demand causes it, and by the countries that own what costs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from planner.programme.case import NO_SITE
from planner.programme.paths import Path, billing_factor, channel_loads
from planner.programme.standing import alive_years

if TYPE_CHECKING:
    from planner.plan.answer import Answer
    from planner.programme.case import ExpansionCase, ProjectCase

Use = dict[tuple[int, str], float]


def member_costs(answer: Answer, year: int) -> dict[str, float]:
    """USD of a year by country; the countries' costs add up to the plan's.

    Running costs follow the flows that cause them. What is built is shared by use: a site's builds by PFLOPS in use
    there, a link's by its load. A build that nobody uses in the year is the host country's, and so is what
    machines draw whether they work or not.
    """
    case = answer.case
    costs: defaultdict[str, float] = defaultdict(float)
    site_use: Use = defaultdict(float)
    link_use: Use = defaultdict(float)
    for path, pflops in answer.flows:
        state = case.states[path.state]
        if state.year != year or not state.is_intact:
            continue
        country, routing = case.demands[path.demand].country, case.routings[case.demands[path.demand].routing]
        if routing.is_background:
            continue
        costs[country] += _running(answer, path, year) * pflops * case.share(state)
        if path.site != NO_SITE:
            site_use[path.site, country] += pflops * case.share(state)
        for channel, gbps in channel_loads(case, routing, path).items():
            link_use[case.network.channels[channel].link, country] += gbps * pflops * case.share(state)
    hosts = [site.country for site in case.sites]
    ends = [case.network.countries[int(tail)] for tail in case.network.tail[::2]]
    sites = _yearly_builds(case.site_expansions, answer.site_built, year)
    for weighed in case.weighed_sites:
        sites[weighed] = sites.get(weighed, 0.0) + answer.fixed_cost(weighed, year)
    links = _yearly_builds(case.link_expansions, answer.link_built, year)
    for position, site in enumerate(case.sites):
        if idle := answer.idle_usd(position, year):
            costs[site.country] += idle
    _add_projects(answer, year, sites, links, costs)
    _share(costs, sites, site_use, hosts)
    _share(costs, links, link_use, ends)
    return dict(costs)


def owner_costs(answer: Answer, year: int) -> dict[str, float]:
    """USD of a year by the country that pays; the countries' payments add up to the plan's cost.

    A site's opex, energy and fixed cost, and what is built, are paid by their owners. Fees, transit and what is rented
    on a market are paid by whoever uses them: none of those who own a site or a link here has that bill.
    """
    case = answer.case
    costs: defaultdict[str, float] = defaultdict(float)
    for path, pflops in answer.flows:
        state, demand = case.states[path.state], case.demands[path.demand]
        if state.year != year or not state.is_intact or demand.is_background:
            continue
        mean = pflops * case.share(state)
        costs[demand.country] += _levied(answer, path, year) * mean
        if path.site != NO_SITE:
            site = case.sites[path.site]
            payers = {demand.country: 1.0} if site.market else site.owners
            _bill(costs, payers, _run_at_site(answer, path, year) * mean)
    for position, site in enumerate(case.sites):
        if not site.market:
            _bill(costs, site.owners, answer.idle_usd(position, year) + answer.fixed_cost(position, year))
    for option, t, amount in standing_builds(answer, year):
        _bill(costs, option.owners, (option.annuity_usd[t] + option.opex_usd[year]) * amount)
    for project in built_projects(answer):
        if year >= project.year:
            _bill(costs, project.owners, project.annuity_usd + project.opex_usd[year])
    return dict(costs)


def _bill(costs: dict[str, float], payers: Mapping[str, float], usd: float) -> None:
    for country, part in payers.items() if usd else ():
        costs[country] = costs.get(country, 0.0) + part * usd


def standing_builds(answer: Answer, year: int) -> Iterator[tuple[ExpansionCase, int, float]]:
    """Yield what is built at sites and links and stands in a year: expansion, year of building, amount."""
    case = answer.case
    for built, options in ((answer.site_built, case.site_expansions), (answer.link_built, case.link_expansions)):
        for (i, t), amount in built.items():
            if options[i].is_alive(t, year):
                yield options[i], t, amount


def built_projects(answer: Answer) -> Iterator[ProjectCase]:
    """Yield the projects that are built."""
    for j, project in enumerate(answer.case.projects):
        if answer.decision(answer.programme.variables.project[j]) > 0.5:
            yield project


def capital(answer: Answer) -> dict[tuple[int, str], dict[str, float]]:
    """USD that is spent on building, overnight, by the year of building and the country that pays.

    Each is ``{"sites_usd": …, "links_usd": …, "projects_usd": …}``.
    """
    case, found = answer.case, dict[tuple[int, str], dict[str, float]]()

    def spend(year: int, owners: Mapping[str, float], sort: str, usd: float) -> None:
        for country, part in owners.items():
            parts = found.setdefault((year, country), dict.fromkeys(("sites_usd", "links_usd", "projects_usd"), 0.0))
            parts[sort] += part * usd

    for sort, built, options in (
        ("sites_usd", answer.site_built, case.site_expansions),
        ("links_usd", answer.link_built, case.link_expansions),
    ):
        for (i, year), amount in built.items():
            spend(year, options[i].owners, sort, amount * options[i].capex_usd[year])
    for project in built_projects(answer):
        spend(project.year, project.owners, "projects_usd", project.capex_usd)
    return found


def _running(answer: Answer, path: Path, year: int) -> float:
    """USD a year of one PFLOPS on a path: opex, energy, fee and transit."""
    return _levied(answer, path, year) + (_run_at_site(answer, path, year) if path.site != NO_SITE else 0.0)


def _levied(answer: Answer, path: Path, year: int) -> float:
    """USD a year of the fee and the transit of one PFLOPS on a path."""
    case = answer.case
    routing = case.routings[case.demands[path.demand].routing]
    transit = sum(
        gbps * case.links[case.network.channels[channel].link].transit_usd_per_gbps[year]
        for channel, gbps in channel_loads(case, routing, path).items()
    )
    return transit + (routing.host_at[path.site].fee_usd_per_pflops[year] if path.site != NO_SITE else 0.0)


def _run_at_site(answer: Answer, path: Path, year: int) -> float:
    """USD a year of the opex and the energy of one PFLOPS on a path, dearer by distance and border."""
    case = answer.case
    routing, site = case.routings[case.demands[path.demand].routing], case.sites[path.site]
    site_usd = site.opex_usd_per_pflops[year] + site.energy_usd(case.states[path.state].at, used=1.0)
    return billing_factor(routing, routing.host_at[path.site], path.rtt_ms) * site_usd


def _yearly_builds(
    options: Iterable[ExpansionCase], built: dict[tuple[int, int], float], year: int
) -> dict[int, float]:
    """USD of a year, annuity and opex, of what stands at each asset."""
    found: defaultdict[int, float] = defaultdict(float)
    for i, option in enumerate(options):
        for t in alive_years(option, year):
            if (i, t) in built:
                found[option.asset] += (option.annuity_usd[t] + option.opex_usd[year]) * built[i, t]
    return found


def _add_projects(
    answer: Answer, year: int, sites: dict[int, float], links: dict[int, float], costs: dict[str, float]
) -> None:
    """Share the yearly cost of each project that is built evenly among the links and sites that hang on it.

    Where nothing hangs on it any more, the members pay alike.
    """
    case = answer.case
    for j, project in enumerate(case.projects):
        if year < project.year or answer.decision(answer.programme.variables.project[j]) < 0.5:
            continue
        own_links = [i for i, link in enumerate(case.links) if link.project == j]
        own_sites = [i for i, site in enumerate(case.sites) if site.project == j]
        own_links += [option.asset for option in case.link_expansions if j in option.projects]
        own_sites += [option.asset for option in case.site_expansions if j in option.projects]
        usd = project.annuity_usd + project.opex_usd[year]
        assets = [(links, i) for i in sorted(set(own_links))] + [(sites, i) for i in sorted(set(own_sites))]
        for table, i in assets:
            table[i] = table.get(i, 0.0) + usd / len(assets)
        if not assets:
            for country in case.members:
                costs[country] = costs.get(country, 0.0) + usd / len(case.members)


def _share(costs: dict[str, float], builds: dict[int, float], use: Use, owners: list[str]) -> None:
    for asset, usd in builds.items():
        users = {country: amount for (used, country), amount in use.items() if used == asset}
        total = sum(users.values())
        if total == 0:
            costs[owners[asset]] = costs.get(owners[asset], 0.0) + usd
        for country, amount in users.items():
            costs[country] = costs.get(country, 0.0) + usd * amount / total
