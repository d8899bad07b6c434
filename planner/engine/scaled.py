"""The programme as a solver sees it, as a PuLP problem of its own: in units of the case's size, or balanced ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pulp

from planner.engine.balance import balance_factors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.programme import Programme


class ScaledProblem(NamedTuple):
    """A problem in a solver's units, its variables by column, and the unit of each column."""

    problem: pulp.LpProblem
    variables: list[pulp.LpVariable]
    units: NDArray[np.float64]


class Entries(NamedTuple):
    """Row, column and factor of every coefficient of a programme."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    factors: NDArray[np.float64]


def list_entries(programme: Programme) -> Entries:
    """Return every coefficient of a programme, in its own units."""
    found = [
        (number, programme.column_of[variable], factor)
        for number, row in enumerate(programme.rows)
        for variable, factor in row.constraint.items()
        if factor
    ]
    rows, columns, factors = zip(*found, strict=True) if found else ((), (), ())
    return Entries(np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64), np.array(factors, dtype=float))


def list_integer_columns(programme: Programme) -> NDArray[np.bool_]:
    """Whether each column is whole; such a column has no unit."""
    return np.array([column.variable.cat == pulp.LpInteger for column in programme.columns], dtype=bool)


def scale_problem(programme: Programme, *, balanced: bool) -> ScaledProblem:
    """Write a programme in the units in which a solver sees it."""
    entries, (by_row, by_column) = list_entries(programme), _units(programme)
    if balanced:
        sizes = np.abs(entries.factors) * by_column[entries.columns] / by_row[entries.rows]
        held = list_integer_columns(programme)
        more = balance_factors(entries.rows, entries.columns, sizes, len(by_row), held=held)
        by_row, by_column = by_row * more[0], by_column * more[1]
    problem = pulp.LpProblem("plan", pulp.LpMinimize)
    units = by_column.tolist()
    variables = [
        problem.add_variable(each.name, _over(each.lowBound, unit), _over(each.upBound, unit), each.cat)
        for each, unit in zip((column.variable for column in programme.columns), units, strict=True)
    ]
    costs = [programme.cost_of(number) * unit * programme.multiplier for number, unit in enumerate(units)]
    problem.setObjective(pulp.LpAffineExpression(list(zip(variables, costs, strict=True))))
    for row, unit in zip(programme.rows, by_row.tolist(), strict=True):
        terms = [
            (variables[(column := programme.column_of[variable])], factor * units[column] / unit)
            for variable, factor in row.constraint.items()
        ]
        written = pulp.LpConstraint(pulp.LpAffineExpression(terms), row.constraint.sense, rhs=row.rhs / unit)
        problem.addConstraint(written, row.constraint.name)
    return ScaledProblem(problem, variables, by_column)


def _units(programme: Programme) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.array([row.unit for row in programme.rows]), np.array([column.unit for column in programme.columns])


def _over(bound: float | None, unit: float) -> float | None:
    return None if bound is None else bound / unit
