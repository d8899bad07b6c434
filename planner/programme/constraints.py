"""The constraint families, one function each: `for` is the index, `if` the subset, `yield` the formula.

Every family yields pairs of a key and a constraint; the row's name in the LP file is the family's name and its key.
x[σ,d,p] ≥ 0 is the flow of demand d over path p in state σ, in PFLOPS; capacities are in PFLOPS, MW and Gbps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pulp

from planner.programme.case import Case, Expansion, State
from planner.programme.symbols import Variables

Key = tuple[object, ...]
Row = tuple[Key, pulp.LpConstraint]
Family = Callable[[Case, Variables], Iterator[Row]]


def demand_met(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_p x[σ,d,p] + u[σ,d] = q[d,t,h]   for every inference demand and state."""
    for state in case.states:
        for demand in case.demands:
            if not demand.movable:
                met = v.served[state, demand.index] + v.unserved.get((state.index, demand.index), 0)
                yield (*state.key, *case.label(demand)), met == demand.quantity[state.year, state.block]


def training_volume(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_h 1/H Σ_p x[(t,h,0),d,p] + u[d,t] = q[d,t]   for every training demand and year; it waits in failures."""
    for year in case.years:
        for demand in case.demands:
            if demand.movable:
                done = pulp.LpAffineExpression(
                    [(v.served[state, demand.index], 1 / case.blocks) for state in case.intact_states(year)]
                )
                done += v.waiting.get((year, demand.index), 0)
                yield (year, *case.label(demand)), done == case.volume(demand, year)


def site_capacity(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{d,p→s} x[σ,d,p] ≤ fill · (compute[s,t] + Σ_{i, t' alive} k[s,i,t'])   for every site and state."""
    for state in case.states:
        for position, site in enumerate(case.sites):
            if site.in_service[state.year]:
                fill = site.fill[state.year] if state.is_intact else 1.0
                built = pulp.LpAffineExpression(
                    [(v.site_build[i, t], fill) for i, t in built_at(case, state, site=position)]
                )
                yield (*state.key, site.id), v.used[state, position] - built <= fill * site.compute_pflops[state.year]


def site_power(case: Case, v: Variables) -> Iterator[Row]:
    """pue[s] · watts[s] · Σ_{d,p→s} x[σ,d,p] ≤ power[s,t]   for every site with a limit at the meter and state."""
    for state in case.states:
        for position, site in enumerate(case.sites):
            if site.in_service[state.year] and site.power_mw is not None:
                drawn = site.facility_mw_per_pflops[state.year] * v.used[state, position]
                yield (*state.key, site.id), drawn <= site.power_mw[state.year]


def link_capacity(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{d,p∋a} traffic[d,a] x[σ,d,p] ≤ fill · (capacity[e,t] + Σ_{i, t' alive} b[e,i,t']) − committed[e,t].

    For every arc a of link e and state; with half duplex both arcs of a link together.
    """
    for state in case.states:
        for position, channel in enumerate(case.network.channels):
            link = case.links[channel.link]
            if link.in_service[state.year]:
                fill = link.fill[state.year] if state.is_intact else 1.0
                built = pulp.LpAffineExpression(
                    [(v.link_build[i, t], fill) for i, t in built_at(case, state, link=channel.link)]
                )
                free = fill * link.capacity_gbps[state.year] - link.committed_gbps[state.year]
                yield (*state.key, link.id, channel.direction), v.load[state, position] - built <= free


def build_limit(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{t' alive in t} k[s,i,t'] ≤ max,  Σ_{t' alive in t} b[e,i,t'] ≤ max   for every expansion and year."""
    for variables, options, assets in (
        (v.site_build, case.site_expansions, case.sites),
        (v.link_build, case.link_expansions, case.links),
    ):
        for i, option in enumerate(options):
            for year in case.years:
                standing = [(variables[i, t], 1.0) for t in alive_years(option, year)]
                if standing:
                    total = pulp.LpAffineExpression(standing)
                    yield (year, assets[option.asset].id, option.position), total <= option.limit[year]


FAMILIES: tuple[Family, ...] = (
    demand_met,
    training_volume,
    site_capacity,
    site_power,
    link_capacity,
    build_limit,
)


def alive_years(option: Expansion, year: int) -> list[int]:
    """Years of building from which the expansion still stands in `year`."""
    return [built for built in option.years if option.is_alive(built, year)]


def built_at(case: Case, state: State, *, site: int | None = None, link: int | None = None) -> list[tuple[int, int]]:
    """Pairs (expansion, year of building) that stand in the state at a site or a link."""
    if site is not None:
        options, positions = case.site_expansions, case.expansions_of_site.get(site, [])
    else:
        assert link is not None
        options, positions = case.link_expansions, case.expansions_of_link.get(link, [])
    return [(i, built) for i in positions for built in alive_years(options[i], state.year)]
