"""Who pays: the cost of a year by the country whose demand causes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.programme.case import NO_SITE
from planner.programme.paths import Path, billing_factor, channel_loads
from planner.programme.standing import alive_years

if TYPE_CHECKING:
    from planner.plan.answer import Answer
    from planner.programme.case import ExpansionCase

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


def _running(answer: Answer, path: Path, year: int) -> float:
    """USD a year of one PFLOPS on a path: opex, energy, fee and transit."""
    case = answer.case
    routing = case.routings[case.demands[path.demand].routing]
    transit = sum(
        gbps * case.links[case.network.channels[channel].link].transit_usd_per_gbps[year]
        for channel, gbps in channel_loads(case, routing, path).items()
    )
    if path.site == NO_SITE:
        return transit
    site, host = case.sites[path.site], routing.host_at[path.site]
    billed = billing_factor(routing, host, path.rtt_ms)
    site_usd = site.opex_usd_per_pflops[year] + site.energy_usd(case.states[path.state].at, used=1.0)
    return billed * site_usd + host.fee_usd_per_pflops[year] + transit


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
