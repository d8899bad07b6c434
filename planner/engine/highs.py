"""A HiGHS model that stays alive between rounds, as a PuLP solver.

PuLP's own way to solve again is ``problem.resolve()``. In PuLP 3.3.2 it has traps: `HiGHS.actualResolve`
raises, ``resolveOK`` is never set for it, so `resolve` silently starts cold, and ``setObjective`` clears it. This
module owns the live model and is the only place that knows.

HiGHS sees every row, column and objective in units of the case's own size (`planner.programme.scale`), all of them
powers of two; answers are in the programme's units again. Where a run ends without an answer, or a coefficient would be
too small to be seen, the model is tried again in other ways before anything is called a failure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import highspy
import numpy as np
import pulp
from pulp.apis.core import LpSolver

from planner.engine.answers import OUTCOMES, PULP_STATUS, RunStatus, SolverAnswer
from planner.engine.scaled import balance_factors, list_entries, list_integer_columns
from planner.engine.silence import silence
from planner.errors import SolverError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.programme import Programme

INF = highspy.kHighsInf
TOLERANCE = 1e-9
"""Feasibility tolerance of rows and reduced costs, in the units that HiGHS sees."""
SMALLEST = 1e-12
"""HiGHS takes smaller coefficients for zero, and cannot be told to take less."""
DUAL_SIMPLEX, PRIMAL_SIMPLEX = 1, 4


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
        self._row_units = np.zeros(0)
        self._column_units = np.zeros(0)
        self._row_factors = np.zeros(0)
        self._column_factors = np.zeros(0)
        self._unseen: str = ""
        self.loaded = 0
        self.answer: SolverAnswer | None = None
        self.model = highspy.Highs()
        self._set(
            output_flag=False,
            threads=1,
            random_seed=0,
            primal_feasibility_tolerance=TOLERANCE,
            dual_feasibility_tolerance=TOLERANCE,
            small_matrix_value=SMALLEST,
        )

    def available(self) -> bool:
        """HiGHS comes with the planner."""
        return True

    @silence
    def run(self, time_left: float | None = None, *, primal: bool = False) -> SolverAnswer:
        """Solve the programme as it stands now, through PuLP, and return the answer.

        Parameters
        ----------
        primal
            go on by the primal simplex: quicker by far where the last plan is still feasible, since only costs or
            columns are new. Among equally good plans it may find another
        """
        problem = self._programme.problem
        self._set(simplex_strategy=PRIMAL_SIMPLEX if primal else DUAL_SIMPLEX)
        problem.solver, problem.resolveOK = self, self._rows > 0
        self._set(time_limit=INF if time_left is None else self.model.getRunTime() + max(time_left, 0.0))
        problem.resolve(self)
        assert self.answer is not None
        return self.answer

    def actualSolve(self, lp: pulp.LpProblem, **_: Any) -> int:  # noqa: N802 (PuLP's name)
        """Load the programme for the first time and solve it."""
        return self.actualResolve(lp)

    def actualResolve(self, lp: pulp.LpProblem, **_: Any) -> int:  # noqa: N802 (PuLP's name)
        """Take over what is new and solve on from the last basis, by other ways where that gives no answer."""
        self._take_over()
        if self._unseen:
            self._balance()
        self._solve()
        self.answer = self._read()
        status, solution = PULP_STATUS[self.answer.status]
        lp.assignStatus(status, solution)
        return int(status)

    def _solve(self) -> None:
        """Run HiGHS until it says how the programme ends: warm, cold, in balanced units, by the other methods."""
        ways: tuple[Callable[[], None], ...] = (
            self._warm,
            self._start_cold,
            self._balance,
            self._use_primal_simplex,
            self._use_interior_point,
        )
        for way in ways:
            way()
            self._run()
            if self.model.getModelStatus() in OUTCOMES or self._columns == 0:
                break
        self._set(simplex_strategy=DUAL_SIMPLEX, solver="choose")

    def _run(self) -> None:
        self.model.run()

    def _warm(self) -> None:
        """Go on from the last basis."""

    def _start_cold(self) -> None:
        """Begin from nothing; where HiGHS did not run at all, stop the threads that another library left.

        All of a process share one pool of threads, and a model that wants another number of them is not run.
        """
        if self.model.getModelStatus() == highspy.HighsModelStatus.kNotset:
            highspy.Highs.resetGlobalScheduler(True)
        self.model.clearSolver()

    def _use_primal_simplex(self) -> None:
        self.model.clearSolver()
        self._set(solver="simplex", simplex_strategy=PRIMAL_SIMPLEX)

    def _use_interior_point(self) -> None:
        self.model.clearSolver()
        self._set(solver="ipm", run_crossover="on")

    def _balance(self) -> None:
        """Load the programme once more, in units in which its coefficients are near to one, and without a basis.

        Raises
        ------
        SolverError
            where even then HiGHS would take a coefficient for zero
        """
        rows, columns, factors = list_entries(self._programme)
        sizes = np.abs(factors) * self._column_units[columns] / self._row_units[rows]
        held = list_integer_columns(self._programme)
        by_row, by_column = balance_factors(rows, columns, sizes, len(self._row_units), held=held)
        self._row_factors, self._column_factors = self._row_factors * by_row, self._column_factors * by_column
        self.model.clearModel()
        self.loaded += 1
        self._rows = self._columns = 0
        self._row_units = self._column_units = np.zeros(0)
        self._costs, self._unseen = -1, ""
        self._take_over()
        if self._unseen:
            raise SolverError(
                f"{self._unseen} holds figures of too different a size: a solver would take the smallest for nothing; "
                "write such a small figure as 0, or what it is compared with nearer to it"
            )

    def _take_over(self) -> None:
        """Give HiGHS what the programme has gained."""
        self._take_columns()
        self._take_rows()
        self._take_costs()

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
        units, self._column_factors = _units((column.unit for column in new), self._columns, self._column_factors)
        costs = _array([self._programme.cost_of(self._columns + i) for i in range(len(new))])
        scaled = _array(factors) * np.repeat(units, np.diff(pointer)) / self._row_units[_index(rows)]
        self._find_unseen(scaled, rows)
        self._check(
            self.model.addCols(
                len(new),
                costs * units * self._programme.multiplier,
                _array([_bound(column.variable.lowBound, -INF) for column in new]) / units,
                _array([_bound(column.variable.upBound, INF) for column in new]) / units,
                len(rows),
                _index(pointer[:-1]),
                _index(rows),
                scaled,
            ),
            "new columns",
        )
        self._column_units = np.append(self._column_units, units)
        self._columns += len(new)

    def _take_rows(self) -> None:
        new = self._programme.rows[self._rows :]
        if not new:
            return
        column_of = self._programme.column_of
        pointer, columns, factors = [0], [], []
        for row in new:
            for variable, factor in row.constraint.items():
                columns.append(column_of[variable])
                factors.append(factor)
            pointer.append(len(columns))
        units, self._row_factors = _units((row.unit for row in new), self._rows, self._row_factors)
        numbers = np.repeat(np.arange(self._rows, self._rows + len(new)), np.diff(pointer))
        scaled = _array(factors) * self._column_units[_index(columns)] / np.repeat(units, np.diff(pointer))
        self._find_unseen(scaled, numbers)
        self._check(
            self.model.addRows(
                len(new),
                _array([_bound(row.constraint.getLb(), -INF) for row in new]) / units,
                _array([_bound(row.constraint.getUb(), INF) for row in new]) / units,
                len(columns),
                _index(pointer[:-1]),
                _index(columns),
                scaled,
            ),
            "new rows",
        )
        self._row_units = np.append(self._row_units, units)
        self._rows += len(new)

    def _find_unseen(self, factors: NDArray[np.float64], rows: Sequence[int] | NDArray[np.int64]) -> None:
        """Note a row with a coefficient that HiGHS would take for zero."""
        small = np.flatnonzero((np.abs(factors) <= SMALLEST) & (factors != 0))
        if len(small):
            row = self._programme.rows[int(rows[int(small[0])])]
            self._unseen = " ".join([row.family, "/".join(map(str, row.key))]).strip()

    def _take_costs(self) -> None:
        if self._costs == self._programme.costs_changed:
            return
        costs = _array([self._programme.cost_of(i) for i in range(self._columns)])
        seen = costs * self._column_units * self._programme.multiplier
        self._check(self.model.changeColsCost(self._columns, _index(range(self._columns)), seen), "the objective")
        self._costs = self._programme.costs_changed

    def change_bounds(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of one column in the live model and in PuLP's variable alike."""
        variable = self._programme.columns[column].variable
        variable.bounds(lower, upper)
        if column < self._columns:
            unit = float(self._column_units[column])
            self._check(self.model.changeColBounds(column, lower / unit, upper / unit), "bounds")

    @property
    def multiplier(self) -> float:
        """Factor by which HiGHS sees the objective larger."""
        return self._programme.multiplier

    @property
    def row_units(self) -> NDArray[np.float64]:
        """Unit in which HiGHS sees each row."""
        return self._row_units

    @property
    def column_units(self) -> NDArray[np.float64]:
        """Unit in which HiGHS sees each column."""
        return self._column_units

    def in_programme_units(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return what HiGHS says of columns in the programme's units."""
        return values * self._column_units[: len(values)]

    def _read(self) -> SolverAnswer:
        if self._columns == 0:
            # HiGHS calls it an empty model and has no answer; rows that need anything have got a violation's column.
            return SolverAnswer(RunStatus.OPTIMAL, 0.0, np.zeros(0), np.zeros(self._rows))
        said = self.model.getModelStatus()
        outcome = OUTCOMES.get(said, RunStatus.FAILED)
        if outcome is not RunStatus.OPTIMAL:
            return SolverAnswer(outcome, float("nan"), np.zeros(0), np.zeros(0), self.model.modelStatusToString(said))
        solution, multiplier = self.model.getSolution(), self._programme.multiplier
        return SolverAnswer(
            outcome,
            float(self.model.getInfo().objective_function_value) / multiplier,
            self.in_programme_units(np.array(solution.col_value, dtype=float)),
            np.array(solution.row_dual, dtype=float) / (self._row_units * multiplier),
        )

    def _set(self, **options: float | bool | str) -> None:
        for option, value in options.items():
            self._check(self.model.setOptionValue(option, value), f"option {option}")

    def _check(self, status: highspy.HighsStatus, what: str) -> None:
        if status == highspy.HighsStatus.kError:
            raise SolverError(f"HiGHS refused {what}")


def _units(
    own: Iterable[float], first: int, factors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the units of new rows or columns, and all factors that balance units; those of new ones are 1."""
    units = np.fromiter(own, dtype=float)
    factors = np.append(factors, np.ones(max(0, first + len(units) - len(factors))))
    return units * factors[first : first + len(units)], factors


def _array(values: Sequence[float]) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)


def _index(values: Sequence[int]) -> NDArray[np.int32]:
    return np.asarray(values, dtype=np.int32)


def _bound(value: float | None, otherwise: float) -> float:
    return otherwise if value is None else float(value)
