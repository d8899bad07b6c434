"""Answers and prices of others, put into the programme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from independent.reading import Key
from independent.solving import EXACT, Answer, Matrices, Programme


def check_values(programme: Programme, values: Mapping[Key, float]) -> tuple[float, float]:
    """Return the cost of an answer and by how much it breaks its worst row (0 where it is feasible)."""
    worst = -min(values.values(), default=0.0)
    for row in programme.rows.values():
        excess = sum(c * values.get(column, 0.0) for column, c in row.terms.items()) - row.rhs
        worst = max(worst, abs(excess) if row.sense == "=" else excess)
    return sum(programme.cost[column] * value for column, value in values.items()), max(worst, 0.0)


def complete_answer(programme: Programme, values: Mapping[Key, float], slack: float) -> Answer:
    """Return the cheapest answer in which some columns have given values, give or take a slack (whole numbers: none).

    It is infeasible where no flows of the other states, gates and sites in use fit what is given.
    """
    matrices = Matrices.of(programme, programme.cost)
    given = np.array([*(column in values for column in matrices.columns), False])
    wanted = np.array([*(values.get(column, 0.0) for column in matrices.columns), 0.0])
    wanted = np.where(matrices.whole, np.round(wanted), wanted)
    around = np.where(matrices.whole, 0.0, slack)
    lower = np.where(given, np.maximum(wanted - around, matrices.lower), matrices.lower)
    upper = np.where(given, np.minimum(wanted + around, matrices.upper), matrices.upper)
    fixed = replace(matrices, lower=np.minimum(lower, upper), upper=upper)
    if not programme.wholes:
        return fixed.read(programme, fixed.solve_linear())
    found = fixed.solve_whole()
    return Answer("infeasible") if found is None else Answer("optimal", found.fun, found.fun, fixed.named(found.x))


def reduced_costs(programme: Programme, duals: Mapping[Key, float]) -> dict[Key, float]:
    """Return what every column costs more than the rows pay it at some prices."""
    reduced = dict(programme.cost)
    for key, row in programme.rows.items():
        for column, coefficient in row.terms.items():
            reduced[column] -= coefficient * duals.get(key, 0.0)
    return reduced


def complete_duals(programme: Programme, duals: Mapping[Key, float], free: Sequence[Key]) -> dict[Key, float]:
    """Return prices with those of some rows chosen so that the dual objective is greatest, its violation none or least.

    A programme need not write a row that nothing can be in, or that is a bound of a column: here such rows have prices.
    """
    if not programme.cost:  # nothing is asked for, and nothing decided
        return dict(duals)
    place = {key: number for number, key in enumerate(free)}
    reduced = reduced_costs(programme, {key: price for key, price in duals.items() if key not in place})
    columns = {column: number for number, column in enumerate(programme.cost)}
    entries = [(columns[c], place[key], value) for key in free for c, value in programme.rows[key].terms.items()]
    # One column more for the violation, at a price that nothing pays.
    entries += [(number, len(free), -1.0) for number in columns.values()]
    at_row, at_column, values = zip(*entries, strict=True)
    matrix = csr_array((np.array(values), (at_row, at_column)), shape=(len(columns), len(free) + 1))
    worth = np.array([*(-programme.rows[key].rhs for key in free), 1e6])
    bounds = [(None, 0.0)] * len(free) + [(0.0, None)]
    rhs = np.array(list(reduced.values()))
    result = linprog(worth, A_ub=matrix, b_ub=rhs, bounds=bounds, method="highs", options=EXACT)
    return {**duals, **dict(zip(free, result.x.tolist(), strict=False))}


def check_duals(programme: Programme, duals: Mapping[Key, float]) -> tuple[float, float]:
    """Return the dual objective of prices and by how much they break their worst sign or reduced cost.

    By weak duality prices that break nothing prove their dual objective to be a lower bound over all simple paths.
    """
    total = sum(duals.get(key, 0.0) * row.rhs for key, row in programme.rows.items())
    wrong = max((duals.get(key, 0.0) for key, row in programme.rows.items() if row.sense == "<"), default=0.0)
    return total, max(wrong, -min(reduced_costs(programme, duals).values(), default=0.0), 0.0)
