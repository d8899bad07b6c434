"""Cuts of site use: Σ_p x[σ,d,p→s] ≤ q̂[d] y[s], added where a relaxation violates them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from planner.engine.solution import WHOLE, Solution

if TYPE_CHECKING:
    from planner.programme.programme import Programme


def add_violated_use(programme: Programme, solution: Solution) -> int:
    """Add Σ_p x[σ,d,p→s] ≤ q̂[d] y[s] where a solution violates it; return how many rows were added."""
    assert solution.values is not None
    case, v = programme.case, programme.variables
    entered = programme.entries(programme.paths)
    flows = np.array([float(solution.values[programme.column_of[flow]]) for flow in programme.flows])
    totals = entered.T @ flows if len(flows) else np.zeros(v.sums.count)
    added = 0
    for state in programme.states:
        for (demand, site), pair in case.watched_pairs.items():
            if site not in v.in_use:
                continue
            hosted = float(totals[v.sums.number("hosted", state, pair)])
            most = case.most_served(case.demands[demand], state)
            open_share = float(solution.values[programme.column_of[v.in_use[site]]])
            key = (*state.key, *case.part_key(case.demands[demand]), case.sites[site].id)
            if (
                hosted > most * open_share + WHOLE * max(case.scale.unit(case.demands[demand]), most)
                and ("site_use_strong", key) not in programme.row_keys
            ):
                row = v.hosted[state, pair] - most * v.in_use[site] <= 0
                programme.add_row("site_use_strong", key, row)
                added += 1
    return added
