"""What stands in a state, in symbols: builds not retired, projects that are built, all that a link carries."""

from __future__ import annotations

from collections.abc import Iterator

import pulp

from planner.programme.case import Case, ExpansionCase, State
from planner.programme.symbols import Variables

ROUNDING = 1e-12
"""Share of a capacity that sums of decimals may be off."""


def all_load(case: Case, v: Variables, state: State, channel: int) -> pulp.LpVariable | pulp.LpAffineExpression:
    """What paths put on a channel, everybody else's included."""
    own = v.load[state, channel]
    return own + v.background[state, channel] if case.has_background else own


def left_of(capacity: float, committed: float) -> float:
    """What is left of a capacity; a difference no larger than rounding is none, or it would pass for a tiny limit."""
    left = capacity - committed
    return left if abs(left) > ROUNDING * capacity else 0.0


def below(load: pulp.LpAffineExpression, limit: float) -> pulp.LpConstraint:
    """Load ≤ limit; what of the load is decided by nobody is taken off the limit."""
    constant = float(load.constant)
    return load - constant <= left_of(limit, constant)


def power_drawn(case: Case, v: Variables, state: State, site: int) -> pulp.LpAffineExpression:
    """pue[s] · watts[s] · (idle[s] · installed[s,t] + (load[s] − idle[s]) · Σ_{d,p→s} x[σ,d,p]): MW at the meter.

    The only place that says it; what stands whatever is decided is a constant.
    """
    own, year = case.sites[site], state.year
    drawn = pulp.LpAffineExpression([(v.used[state, site], own.used_mw[year])])
    if own.idle_mw[year]:
        decided = decided_compute(case, v, site, year)
        drawn += pulp.LpAffineExpression([(symbol, pflops * own.idle_mw[year]) for symbol, pflops, _ in decided])
        drawn += own.meter_mw(year, installed=case.standing(site, year))
    return drawn


def whether_built(v: Variables, project: int | None) -> pulp.LpVariable | float:
    """w[j] of the project an asset hangs on; 1 for an asset that hangs on none."""
    return 1.0 if project is None else v.project[project]


def decided_compute(case: Case, v: Variables, site: int, year: int) -> Iterator[tuple[pulp.LpVariable, float, float]]:
    """Yield what is installed at a site by a decision: its symbol, PFLOPS of one unit, kg embodied in each of them."""
    own = case.sites[site]
    if own.project is not None and own.compute_pflops[year]:
        yield v.project[own.project], own.compute_pflops[year], own.embodied_kg_per_pflops
    for i in case.expansions_of_site.get(site, ()):
        for built in alive_years(case.site_expansions[i], year):
            yield v.site_build[i, built], 1.0, case.site_expansions[i].embodied_kg


def every_build(case: Case, v: Variables) -> Iterator[tuple[pulp.LpVariable, ExpansionCase, int]]:
    """Yield every build with its expansion and the year of building."""
    for variables, options in ((v.site_build, case.site_expansions), (v.link_build, case.link_expansions)):
        for (i, year), variable in variables.items():
            yield variable, options[i], year


def alive_years(option: ExpansionCase, year: int) -> list[int]:
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
