"""What a coalition of members can do by itself: its question, and what of its plan counts.

c(S), by the rules settled for the project: the demands of S; the sites of S, and those of non-members, these less what
demands of outsiders use there in the plan of all. Sites of other members are closed; links and markets are open;
budgets are as for S. Everybody else's traffic is there all the same. c(S) is money; c̃(S) is money and what S's unserved
demand counts for; what background traffic leaves is nobody's.

Floors and duties to host are left out on all sides: a promise to everybody that a member alone cannot keep would leave
nothing to compare. What is `required` stays so: a coalition that cannot serve it is infeasible, and named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.programme.prepare import prepare
from planner.programme.sets import INTACT
from planner.stakes import owners_of
from planner.studies.alterations import aiming, country_of, counts, home_of, with_floor, without_hosting
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.demand import DemandRow
    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.studies.shares.games import Group
    from planner.topology import Site

Used = dict[str, dict[int, float]]
"""Most PFLOPS in use at once, by site and year."""
Idle = dict[str, float]
"""USD of all years for what standing machines draw while they wait, by country."""


def cheapest_question(inputs: Inputs) -> Inputs:
    """Return the question at least cost, without promises to members or duties of theirs."""
    return aiming(without_hosting(with_floor(inputs, None)), "cost")


def of_coalition(inputs: Inputs, group: Group, outsiders: Used) -> Inputs:
    """Return the question of a coalition; see the module's head.

    Parameters
    ----------
    outsiders
        what demands of non-members use at each site of a non-member in the plan of all
    """
    everybody = frozenset(inputs.scenario.community.members)
    sites: dict[str, Site] = {}
    for key, site in inputs.topology.sites.items():
        country = country_of(inputs, site)
        if site.market or country in group:
            sites[key] = site
        elif country in everybody:
            sites[key] = _closed(site)
        else:
            sites[key] = _less(site, outsiders.get(key, {}), inputs)
    scenario = inputs.scenario
    limits = {country: each for country, each in scenario.limits.members.items() if country in group}
    changed = scenario.model_copy(
        update={
            "community": scenario.community.model_copy(update={"members": tuple(sorted(group))}),
            "limits": scenario.limits.model_copy(update={"members": limits}),
        }
    )
    rows = tuple(row for row in inputs.demand.demands if _asks(inputs, row, group))
    return replace(
        inputs,
        scenario=changed,
        topology=inputs.topology.model_copy(update={"sites": sites}),
        demand=inputs.demand.model_copy(update={"demands": rows}),
    )


def _asks(inputs: Inputs, row: DemandRow, group: Group) -> bool:
    """Whether a demand is the coalition's, or everybody else's traffic, which is always there."""
    return inputs.demand.workloads[row.workload].is_background or home_of(inputs, row.origin) in group


def _closed(site: Site) -> Site:
    """Take all machines of a site away, and all that could be added; rules may name it all the same."""
    changes: dict[str, Any] = {"compute_pflops": Yearly.flat(0.0), "expansion": (), "serves": frozenset()}
    return site.model_copy(update=changes)


def _less(site: Site, used: Mapping[int, float], inputs: Inputs) -> Site:
    """Take away from a site what is used there: first what stands, then what may be added; and the power it draws.

    Capacity is planned with at its fill, so that a use takes use / fill of it.
    """
    if not any(used.values()):
        return site
    years, fill = inputs.scenario.years, inputs.scenario.limits.site_fill
    taken = {year: used.get(year, 0.0) / fill.at(year) for year in years}
    changes: dict[str, Any] = {"compute_pflops": _rest(site.compute_pflops, taken, years)}
    stands = {year: site.compute_pflops.at(year) if counts(inputs, site, year) else 0.0 for year in years}
    taken = {year: max(0.0, taken[year] - stands[year]) for year in years}
    options = []
    for option in site.expansion:
        if option.max is None:
            options.append(option)
            continue
        left = _rest(option.max, taken, years)
        taken = {year: max(0.0, taken[year] - option.max.at(year)) for year in years}
        options.append(option.model_copy(update={"max": left}))
    changes["expansion"] = tuple(options)
    if site.power_mw is not None:
        changes["power_mw"] = _rest(site.power_mw, {year: _drawn(site, year, used, inputs) for year in years}, years)
    return site.model_copy(update=changes)


def _drawn(site: Site, year: int, used: Mapping[int, float], inputs: Inputs) -> float:
    """MW at the meter of the machines that a use takes: working, and waiting beside it."""
    working = used.get(year, 0.0)
    installed = working / inputs.scenario.limits.site_fill.at(year)
    share = site.idle * installed + (site.load - site.idle) * working
    return site.pue.at(year) * site.watts_kw_per_pflops * share / 1000


def _rest(figure: Yearly, taken: Mapping[int, float], years: tuple[int, ...]) -> Yearly:
    """What is left of a figure in each of the years, season by season where it has any."""
    left = Yearly.of({year: max(0.0, figure.at(year) - taken[year]) for year in years})
    seasons = tuple((name, _rest(each, taken, years)) for name, each in figure.seasons)
    return Yearly(left.points, seasons)


def outsiders_use(plan: Plan) -> Used:
    """Return the most that demands of non-members use at once at each site of a non-member, by year."""
    inputs = plan.inputs
    members, topology = frozenset(inputs.scenario.community.members), inputs.topology
    frame = plan.paths.reset_index()
    frame = frame[frame["contingency"] == INTACT]
    sums: defaultdict[tuple[str, int, object], float] = defaultdict(float)
    whens = zip(frame["season"], frame["hour"], strict=True) if "season" in frame else frame["hour"]
    for origin, site, year, when, pflops in zip(
        frame["origin"], frame["site"], frame["year"], whens, frame["pflops"], strict=True
    ):
        host = topology.sites[site]
        if not host.market and {home_of(inputs, origin), country_of(inputs, host)}.isdisjoint(members):
            sums[site, year, when] += pflops
    most: Used = {}
    for (site, year, _), pflops in sums.items():
        by_year = most.setdefault(site, {})
        by_year[year] = max(by_year.get(year, 0.0), pflops)
    return most


def idle_of_outsiders(inputs: Inputs) -> Idle:
    """Return what machines on soil of non-members draw while they wait, by who pays it, USD of all years.

    It is in the cost of every plan, whatever is decided, and their owners pay it.
    """
    members = frozenset(inputs.scenario.community.members)
    if not any(site.idle for site in inputs.topology.sites.values()):
        return {}
    found: defaultdict[str, float] = defaultdict(float)
    case = prepare(inputs)
    for position, site in enumerate(case.sites):
        if site.country not in members:
            owners = owners_of(inputs.topology.sites[site.id], inputs.topology)
            for year in case.years:
                idle = case.mean_idle_usd(position, year) * case.standing(position, year)
                for country, share in owners.items():
                    found[country] += case.year_weight(year) * idle * share
    return {country: usd for country, usd in sorted(found.items()) if usd}
