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


def whether_built(v: Variables, project: int | None) -> pulp.LpVariable | float:
    """w[j] of the project an asset hangs on; 1 for an asset that hangs on none."""
    return 1.0 if project is None else v.project[project]


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
