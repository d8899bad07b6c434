"""The variables that are no paths: their part of the Lagrangian bound, and violations where nothing suffices yet."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import pulp
from scipy import sparse

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.objective import Priced
    from planner.programme.programme import Programme


class Decisions:
    """The variables that are no paths: their coefficients, costs and bounds, for the Lagrangian bound."""

    def __init__(self, programme: Programme) -> None:
        self.columns = list(programme.decisions)
        position = {column: k for k, column in enumerate(self.columns)}
        entries = programme.decision_entries
        rows, columns, factors = (list(part) for part in zip(*entries, strict=True)) if entries else ([], [], [])
        shape = (len(self.columns), len(programme.rows))
        places = [position[column] for column in columns]
        self.matrix = sparse.csr_array((factors, (places, rows)), shape=shape, dtype=float)
        self.position = position
        variables = [programme.columns[i].variable for i in self.columns]
        self.lower = np.array([variable.lowBound for variable in variables], dtype=float)
        self.upper = np.array([most_of(programme, variable) for variable in variables])
        self.rhs = np.array([row.rhs for row in programme.rows])
        self.senses = np.array([row.constraint.sense for row in programme.rows])
        self.costs = np.zeros(len(self.columns))

    def read_costs(self, programme: Programme) -> None:
        """Take the costs of the objective that is set now."""
        self.costs = np.array([programme.cost_of(i) for i in self.columns])

    def feasible_duals(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Set duals of the wrong sign, which are rounding, to zero: above 0 for ≤ rows, below for ≥ rows."""
        wrong = ((self.senses == pulp.LpConstraintLE) & (duals > 0)) | (
            (self.senses == pulp.LpConstraintGE) & (duals < 0)
        )
        return np.where(wrong, 0.0, duals)

    def reduced(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """C − y·a of each decision, scaled as the objective."""
        costs: NDArray[np.float64] = self.costs - self.matrix @ duals
        return costs

    def bound_terms(self, duals: NDArray[np.float64]) -> list[float]:
        """y·b and, for each decision, the least of (c − y·a)·v between its bounds, scaled as the objective."""
        reduced = self.reduced(duals)
        return [*(self.rhs * duals).tolist(), *np.minimum(reduced * self.lower, reduced * self.upper).tolist()]


def merge_terms(priced: Iterable[Priced], scale: float) -> list[tuple[pulp.LpVariable, float]]:
    """Add the prices of each symbol up, times a scale."""
    totals: dict[pulp.LpVariable, float] = {}
    for symbol, price in priced:
        totals[symbol] = totals.get(symbol, 0.0) + price * scale
    return list(totals.items())


def add_elastic_columns(programme: Programme, first: int = 0) -> dict[int, int]:
    """Give rows that the programme without paths cannot satisfy a variable for the violation: column → row.

    Only rows from position `first` on are looked at.
    """
    elastic: dict[int, int] = {}
    if first == len(programme.rows):
        return elastic
    flows = set(programme.flows)
    for number, row in enumerate(programme.rows[first:], start=first):
        sense, rhs = row.constraint.sense, row.rhs
        decided = ((v, factor) for v, factor in row.constraint.items() if v not in flows)
        reach = sum(factor * most_of(programme, v) for v, factor in decided if factor > 0)
        fits = {pulp.LpConstraintEQ: 0 <= rhs <= reach, pulp.LpConstraintGE: rhs <= 0, pulp.LpConstraintLE: rhs >= 0}
        if not fits[sense]:
            sign = 1.0 if rhs > 0 else -1.0
            variable = programme.problem.add_variable(
                programme.names.make_name("violation", row.family, *row.key), 0.0, abs(rhs)
            )
            elastic[programme.add_decision(variable, (number,), (sign,), row.unit)] = number
    return elastic


def most_of(programme: Programme, variable: pulp.LpVariable) -> float:
    """Return the most that a decision or a violation can be: its bound, else what its rows imply."""
    bound = variable.upBound
    return float(programme.variables.most[variable] if bound is None else bound)
