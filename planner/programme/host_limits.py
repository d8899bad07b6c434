"""The constraint families of groups of sites and of single members; see `constraints` for what a family is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pulp

from planner.programme.case import Case, GroupCase, MemberCase, State
from planner.programme.constraints import MILLIONTH, Row
from planner.programme.standing import (
    alive_years,
    below,
    decided_compute,
    every_build,
    power_drawn,
    whether_built,
)
from planner.programme.symbols import Variables


def group_power(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{s of g} pue[s] · watts[s] · (idle[s] · installed[s,t] + (load[s] − idle[s]) · Σ_p x[σ,d,p→s]) ≤ power[g,t].

    For every group with power and state.
    """
    for state in states:
        standing = {position for position, _ in case.standing_sites(state)}
        for group in case.groups:
            if group.power_mw is not None:
                drawn = pulp.LpAffineExpression()
                for site in group.sites:
                    if site in standing:
                        drawn += power_drawn(case, v, state, site)
                yield (*state.key, group.id), below(drawn, group.power_mw[state.year])


def group_compute(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{s of g} (compute[s,t] + Σ_{i, t' alive} k[s,i,t']) ≤ compute[g,t]   for every group with compute and year."""
    for group in case.groups:
        for year, most in (group.compute_pflops or {}).items():
            yield (year, group.id), _installed(case, v, group, year) <= most


def _installed(case: Case, v: Variables, group: GroupCase, year: int) -> pulp.LpAffineExpression:
    """PFLOPS that stand and are built at the sites of a group."""
    installed = pulp.LpAffineExpression()
    for position in group.sites:
        site = case.sites[position]
        installed += whether_built(v, site.project) * site.compute_pflops[year]
        installed += pulp.LpAffineExpression(
            [
                (v.site_build[i, t], 1.0)
                for i in case.expansions_of_site.get(position, ())
                for t in alive_years(case.site_expansions[i], year)
            ]
        )
    return installed


def member_capex(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{i,t} owned[i,m] · capex[i,t] · built[i,t] + Σ_j owned[j,m] · capex[j] · w[j] ≤ capex[m], in MUSD.

    For every member with such a limit. What is owned is a share: that of `owner`; where nothing is said, a site's
    builds are all its host's, a link's half at each end, and a project is shared evenly by the owners of what hangs
    on it.
    """
    for member in case.member_limits:
        if member.capex_usd is None:
            continue
        spent = [
            (built, part * option.capex_usd[year] * MILLIONTH)
            for built, option, year in every_build(case, v)
            if (part := option.owners.get(member.country, 0.0))
        ]
        for j, project in enumerate(case.projects):
            if (part := project.owners.get(member.country, 0.0)) and project.capex_usd:
                spent.append((v.project[j], part * project.capex_usd * MILLIONTH))
        yield (member.country,), pulp.LpAffineExpression(spent) <= member.capex_usd * MILLIONTH


def member_hosting(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_h 1/H Σ_{s of m} Σ_{d,p→s} x[(t,h,0),d,p] ≥ hosted_min[m,t]   for every member with such a limit and year."""
    for member in case.member_limits:
        for year, least in (member.hosted_pflops or {}).items():
            hosted = [
                (v.used[state, site], case.share(state)) for state in case.intact_states(year) for site in member.sites
            ]
            yield (year, member.country), pulp.LpAffineExpression(hosted) >= least


def member_opex(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{s of m} (Σ_h 1/H (opex + energy)[s,t] · charged[(t,h,0),s] + Σ opex[i,t] · k + fixed[s,t] · y[s]) ≤ opex[m,t].

    In MUSD, for every member with such a limit and year: opex and energy of what is in use, energy of what waits,
    upkeep of what is built and fixed cost, of the sites on its soil.
    """
    for member in case.member_limits:
        for year, most in (member.opex_usd or {}).items():
            paid = [(symbol, usd * MILLIONTH) for symbol, usd in _running(case, v, member, year) if usd]
            waits = sum(case.mean_idle_usd(site, year) * case.standing(site, year) for site in member.sites)
            yield (year, member.country), pulp.LpAffineExpression(paid) <= (most - waits) * MILLIONTH


def _running(case: Case, v: Variables, member: MemberCase, year: int) -> Iterator[tuple[pulp.LpVariable, float]]:
    """Yield what running a member's sites costs in a year, USD."""
    for position in member.sites:
        site = case.sites[position]
        for state in case.intact_states(year):
            rate = site.opex_usd_per_pflops[year] + site.energy_usd(state.at, used=1.0)
            yield v.charged[state, position], rate * case.share(state)
        if site.idle_mw[year] and site.in_service[year]:
            usd = case.mean_idle_usd(position, year)
            yield from ((symbol, pflops * usd) for symbol, pflops, _ in decided_compute(case, v, position, year))
        for i in case.expansions_of_site.get(position, ()):
            option = case.site_expansions[i]
            yield from ((v.site_build[i, t], option.opex_usd[year]) for t in alive_years(option, year))
        if position in v.in_use and site.in_service[year]:
            yield v.in_use[position], site.fixed_cost_usd[year]
