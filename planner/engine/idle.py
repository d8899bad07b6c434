"""Sites that a plan opens and does not use: they are closed, since an empty site would still cost money.

A solver that stops at a gap, or minimises anything but cost, may leave `y[s]` at 1 where nothing is served or built.
Closing such a site breaks no rule: it serves nothing, so all rows with `y[s]` hold without it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from planner.engine.solution import Solution
    from planner.engine.status import Stage
    from planner.programme.programme import Programme

IDLE = 1e-6
"""PFLOPS served or built below which a site is not in use."""


def close_idle_sites(programme: Programme, solution: Solution, stages: Sequence[Stage]) -> Solution:
    """Return a plan without the sites that it opens for nothing, and with its objectives as they then are."""
    open_sites = programme.variables.in_use
    if solution.values is None or not open_sites:
        return replace(solution, stages=tuple(stages))
    values, used = solution.values.copy(), _used(programme, solution)
    saved = 0.0
    for site, variable in open_sites.items():
        column = programme.column_of.get(variable)
        if column is not None and values[column] > 0.5 and used.get(site, 0.0) <= IDLE:
            values[column] = 0.0
            saved += _fixed_usd(programme, site)
    lowered = tuple(_lower(stage, saved) for stage in stages)
    last = programme.case.stages[-1] == "cost" and len(stages) == len(dict.fromkeys(programme.case.stages))
    objective = solution.objective - (saved if last else 0.0)
    bound = min(solution.bound, objective)
    return replace(solution, values=values, stages=lowered, objective=objective, bound=bound)


def _used(programme: Programme, solution: Solution) -> dict[int, float]:
    """Most PFLOPS that a site serves in any state, failures included, or that are built there in any year."""
    assert solution.values is not None
    values, column_of = solution.values, programme.column_of
    served: defaultdict[tuple[int, int], float] = defaultdict(float)
    for path, flow in zip(programme.paths, programme.flows, strict=True):
        served[path.site, path.state] += float(values[column_of[flow]])
    for path, amount in solution.evidence:
        served[path.site, path.state] += amount
    amounts = [(site, amount) for (site, _), amount in served.items()]
    for (option, _), built in programme.variables.site_build.items():
        amounts.append((programme.case.site_expansions[option].asset, _value(values, column_of.get(built))))
    found: dict[int, float] = {}
    for site, amount in amounts:
        found[site] = max(found.get(site, 0.0), amount)
    return found


def _value(values: NDArray[np.float64], column: int | None) -> float:
    return 0.0 if column is None else float(values[column])


def _fixed_usd(programme: Programme, site: int) -> float:
    case, own = programme.case, programme.case.sites[site]
    return sum(case.year_weight(t) * own.fixed_cost_usd[t] for t in case.years if own.in_service[t])


def _lower(stage: Stage, saved_usd: float) -> Stage:
    """What closing saves is saved in cost alone: no other objective speaks of sites in use."""
    if stage.name != "cost" or not saved_usd:
        return stage
    value = stage.value - saved_usd
    return stage._replace(value=value, bound=min(stage.bound, value))
