"""A HiGHS model that stays alive between rounds, as a PuLP solver.

PuLP's own door for solving again is ``problem.resolve()``. In PuLP 3.3.2 that door has traps: `HiGHS.actualResolve`
raises, ``resolveOK`` is never set for it, so `resolve` silently starts cold, and ``setObjective`` clears it. This
module owns the live model and is the only place that knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import pulp
from pulp.apis.core import LpSolver

from planner.engine.silence import silence
from planner.errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.programme import Programme

INF = highspy.kHighsInf
TOLERANCE = 1e-9
"""Feasibility tolerance of rows and reduced costs, in the units of the programme (kUSD, PFLOPS, Gbps)."""


class RunStatus(Enum):
    """How one run of the solver ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a run found: objective in kUSD, values by column, duals by row."""

    status: RunStatus
    objective: float
    values: NDArray[np.float64]
    duals: NDArray[np.float64]


OUTCOMES = {
    highspy.HighsModelStatus.kOptimal: RunStatus.OPTIMAL,
    highspy.HighsModelStatus.kInfeasible: RunStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnboundedOrInfeasible: RunStatus.INFEASIBLE,
    highspy.HighsModelStatus.kUnbounded: RunStatus.UNBOUNDED,
    highspy.HighsModelStatus.kTimeLimit: RunStatus.STOPPED,
    highspy.HighsModelStatus.kInterrupt: RunStatus.STOPPED,
    highspy.HighsModelStatus.kIterationLimit: RunStatus.STOPPED,
}
PULP_STATUS = {
    RunStatus.OPTIMAL: (pulp.LpStatusOptimal, pulp.LpSolutionOptimal),
    RunStatus.INFEASIBLE: (pulp.LpStatusInfeasible, pulp.LpSolutionInfeasible),
    RunStatus.UNBOUNDED: (pulp.LpStatusUnbounded, pulp.LpSolutionUnbounded),
    RunStatus.STOPPED: (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound),
    RunStatus.FAILED: (pulp.LpStatusNotSolved, pulp.LpSolutionNoSolutionFound),
}


class LiveHighs(LpSolver):  # type: ignore[misc]
    """HiGHS on one programme, warm from round to round.

    It takes over the rows and columns that the programme has gained since the last run, and its objective where that
    changed; the basis of the last run stays.
    """

    name = "HiGHS_live"

    @silence
    def __init__(self, programme: Programme) -> None:
        super().__init__(msg=False)
        self._programme = programme
        self._rows = 0
        self._columns = 0
        self._costs = -1
        self.answer: Answer | None = None
        self.model = highspy.Highs()
        for option, value in {
            "output_flag": False,
            "threads": 1,
            "random_seed": 0,
            "primal_feasibility_tolerance": TOLERANCE,
            "dual_feasibility_tolerance": TOLERANCE,
        }.items():
            self._check(self.model.setOptionValue(option, value), f"option {option}")

    def available(self) -> bool:
        """HiGHS comes with the planner."""
        return True

    @silence
    def run(self, time_left: float | None = None) -> Answer:
        """Solve the programme as it stands now, through PuLP, and return the answer."""
        problem = self._programme.problem
        problem.solver, problem.resolveOK = self, self._rows > 0
        limit = INF if time_left is None else self.model.getRunTime() + max(time_left, 0.0)
        self._check(self.model.setOptionValue("time_limit", limit), "option time_limit")
        problem.resolve(self)
        assert self.answer is not None
        return self.answer

    def actualSolve(self, lp: pulp.LpProblem, **_: Any) -> int:  # noqa: N802 (PuLP's name)
        """Load the programme for the first time and solve it."""
        return self.actualResolve(lp)

    def actualResolve(self, lp: pulp.LpProblem, **_: Any) -> int:  # noqa: N802 (PuLP's name)
        """Take over what is new and solve on from the last basis."""
        self._take_columns()
        self._take_rows()
        self._take_costs()
        self.model.run()
        self.answer = self._read()
        status, solution = PULP_STATUS[self.answer.status]
        lp.assignStatus(status, solution)
        return int(status)

    def _take_columns(self) -> None:
        new = self._programme.columns[self._columns :]
        if not new:
            return
        pointer, rows, factors = [0], [], []
        for column in new:
            for row, factor in zip(column.rows, column.coefficients, strict=True):
                if row < self._rows:
                    rows.append(row)
                    factors.append(factor)
            pointer.append(len(rows))
        costs = [self._programme.cost_of(self._columns + i) for i in range(len(new))]
        lower = [_bound(column.variable.lowBound, -INF) for column in new]
        upper = [_bound(column.variable.upBound, INF) for column in new]
        self._check(
            self.model.addCols(
                len(new),
                _array(costs),
                _array(lower),
                _array(upper),
                len(rows),
                _index(pointer[:-1]),
                _index(rows),
                _array(factors),
            ),
            "new columns",
        )
        self._columns += len(new)

    def _take_rows(self) -> None:
        new = self._programme.rows[self._rows :]
        if not new:
            return
        column_of = self._programme.column_of
        pointer, columns, factors = [0], [], []
        lower, upper = [], []
        for row in new:
            for variable, factor in row.constraint.items():
                columns.append(column_of[variable])
                factors.append(factor)
            pointer.append(len(columns))
            lower.append(_bound(row.constraint.getLb(), -INF))
            upper.append(_bound(row.constraint.getUb(), INF))
        self._check(
            self.model.addRows(
                len(new),
                _array(lower),
                _array(upper),
                len(columns),
                _index(pointer[:-1]),
                _index(columns),
                _array(factors),
            ),
            "new rows",
        )
        self._rows += len(new)

    def _take_costs(self) -> None:
        if self._costs == self._programme.costs_changed:
            return
        costs = _array([self._programme.cost_of(i) for i in range(self._columns)])
        self._check(self.model.changeColsCost(self._columns, _index(range(self._columns)), costs), "the objective")
        self._costs = self._programme.costs_changed

    def change_bounds(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of one column in the live model and in PuLP's variable alike."""
        variable = self._programme.columns[column].variable
        variable.bounds(lower, upper)
        if column < self._columns:
            self._check(self.model.changeColBounds(column, lower, upper), "bounds")

    def _read(self) -> Answer:
        if self._columns == 0:
            # HiGHS calls it an empty model and has no answer; rows that need anything have got a violation's column.
            return Answer(RunStatus.OPTIMAL, 0.0, np.zeros(0), np.zeros(self._rows))
        outcome = OUTCOMES.get(self.model.getModelStatus(), RunStatus.FAILED)
        if outcome is not RunStatus.OPTIMAL:
            return Answer(outcome, float("nan"), np.zeros(0), np.zeros(0))
        solution = self.model.getSolution()
        return Answer(
            outcome,
            float(self.model.getInfo().objective_function_value),
            np.array(solution.col_value, dtype=float),
            np.array(solution.row_dual, dtype=float),
        )

    def _check(self, status: highspy.HighsStatus, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused {what}")


def _array(values: Sequence[float]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _index(values: Sequence[int]) -> NDArray[np.int32]:
    return np.asarray(values, dtype=np.int32)


def _bound(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
