"""The programme as a solver sees it, as a PuLP problem of its own: in units of the case's size, or balanced ones.

Balanced units are those in which coefficients are near to one: geometric scaling by powers of two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pulp

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


PASSES = 4


def balance_factors(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    sizes: NDArray[np.float64],
    count: int,
    *,
    held: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return factors for the units of rows and columns.

    In turn every row, and every column, is brought to where its least and greatest coefficients are as far from one
    (Fourer 1982; Tomlin 1975). A coefficient is its size times its column's unit over its row's.

    Parameters
    ----------
    rows, columns, sizes
        place and size of every coefficient, in the units that stand
    count
        number of rows
    held
        (columns,) whether a column keeps its unit
    """
    by_row, by_column = np.zeros(count), np.zeros(len(held))
    logs = np.log2(sizes)
    for _ in range(PASSES):
        by_row += _centre(rows, logs + by_column[columns] - by_row[rows], count)
        centre = _centre(columns, logs + by_column[columns] - by_row[rows], len(held))
        by_column -= np.where(held, 0.0, centre)
    return np.exp2(np.round(by_row)), np.exp2(np.round(by_column))


def _centre(places: NDArray[np.int64], logs: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Half way between the least and the greatest at each place, 0 where there is nothing."""
    least, greatest = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(least, places, logs)
    np.maximum.at(greatest, places, logs)
    used = np.isfinite(least)
    return np.where(used, (np.where(used, least, 0.0) + np.where(used, greatest, 0.0)) / 2, 0.0)
