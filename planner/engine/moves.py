"""Temporary changes of a live HiGHS model, in the programme's units; the programme itself stays as it is.

The caller undoes what it has changed (`planner.engine.fixed`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import highspy
import numpy as np

from planner.engine.answers import OUTCOMES, RunStatus
from planner.engine.highs import DUAL_SIMPLEX, INF, PRIMAL_SIMPLEX, SMALLEST
from planner.engine.silence import silence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.highs import LiveHighs
    from planner.programme.programme import Programme

WHOLE_GAP = 1e-6
"""Relative gap at which a trial with whole decisions is solved."""


class Moves:
    """Changes limits, bounds and costs of a live model and solves it with them."""

    def __init__(self, solver: LiveHighs, programme: Programme) -> None:
        self._solver, self._model, self._programme = solver, solver.model, programme

    def own_limits(self, row: int) -> tuple[float, float]:
        """Limits of a row as the programme has them."""
        constraint = self._programme.rows[row].constraint
        return _range(constraint.getLb(), constraint.getUb())

    def own_bounds(self, column: int) -> tuple[float, float]:
        """Bounds of a column as the programme has them."""
        variable = self._programme.columns[column].variable
        return _range(variable.lowBound, variable.upBound)

    def bound_row(self, row: int, lower: float, upper: float) -> None:
        """Change the limits of one row in the live model alone, given in the programme's units."""
        unit = float(self._solver.row_units[row])
        self._model.changeRowBounds(row, lower / unit, upper / unit)

    def bound_column(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of one column in the live model alone, given in the programme's units."""
        unit = float(self._solver.column_units[column])
        self._model.changeColBounds(column, lower / unit, upper / unit)

    def cost_column(self, column: int, cost: float) -> None:
        """Change the cost of one column in the live model alone, given in the programme's units."""
        seen = cost * float(self._solver.column_units[column]) * self._solver.multiplier
        self._model.changeColCost(column, seen)

    @silence
    def offer(self, cost: float, rows: Mapping[int, float], unit: float) -> float | None:
        """Return the objective with one more column, which is taken away again; None where there is none.

        What stands stays feasible, so the primal simplex goes on from it.
        """
        index = np.array(sorted(rows), dtype=np.int32)
        factors = np.array([rows[row] for row in index.tolist()]) * unit / self._solver.row_units[index]
        multiplier = self._solver.multiplier
        self._model.addCol(cost * unit * multiplier, 0.0, INF, len(index), index, factors)
        self._model.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        self._model.run()
        self._model.setOptionValue("simplex_strategy", DUAL_SIMPLEX)
        found = OUTCOMES.get(self._model.getModelStatus()) is RunStatus.OPTIMAL
        reached = float(self._model.getInfo().objective_function_value) / multiplier if found else None
        self._model.deleteCols(1, np.array([self._model.getNumCol() - 1], dtype=np.int32))
        return reached

    @silence
    def solve_whole(self, columns: Sequence[int]) -> tuple[float, NDArray[np.float64]] | None:
        """Solve a copy of the live model with some columns whole: its objective and values, None where it has none."""
        model = highspy.Highs()
        options = {"output_flag": False, "small_matrix_value": SMALLEST, "random_seed": 0, "threads": 1}
        for option, value in {**options, "mip_rel_gap": WHOLE_GAP}.items():
            model.setOptionValue(option, value)
        model.passModel(self._model.getLp())
        kinds = np.array([highspy.HighsVarType.kInteger] * len(columns))
        model.changeColsIntegrality(len(columns), np.array(columns, dtype=np.int32), kinds)
        model.run()
        info, values = model.getInfo(), np.array(model.getSolution().col_value, dtype=float)
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            return None
        return float(info.objective_function_value) / self._solver.multiplier, self._solver.in_programme_units(values)

    def row_activity(self) -> NDArray[np.float64]:
        """What every row adds up to, in the programme's units."""
        return np.array(self._model.getSolution().row_value, dtype=float) * self._solver.row_units

    def row_unit(self, row: int) -> float:
        """Unit in which HiGHS sees a row."""
        return float(self._solver.row_units[row])

    def basis_moves(self, shifts: Mapping[int, float]) -> NDArray[np.float64]:
        """What the basic variables gain, in units of HiGHS, when rows that are not basic move by so much."""
        move = np.zeros(len(self._solver.row_units))
        for row, shift in shifts.items():
            move[row] = shift / self._solver.row_units[row]
        return np.asarray(self._model.getBasisSolve(move)[1], dtype=float)


def _range(lower: float | None, upper: float | None) -> tuple[float, float]:
    return -INF if lower is None else float(lower), INF if upper is None else float(upper)
