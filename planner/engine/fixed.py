"""The programme beside a plan's whole decisions: what its limits are worth, and what other decisions would give.

A dual is a price only where the row that carries it is a limit. With whole decisions held, a capacity and the row of
its gate often bind together, and a solver may put the dual on either. Here rows of open gates are gone and what is
behind closed ones is absent (`gates`), so that the real limit has the whole dual.

A price, and a reason that names a limit, is a claim about what happens when the limit moves. `FixedProgramme` moves
it: `nudge` moves limits by a little, `decide_anew` decides some of the whole decisions again with some limits aside,
`offer` gives the plan paths that a rule forbids.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import highspy
import numpy as np
import pulp
from scipy import sparse

from planner.engine.answers import OtherPlan, RunStatus, TrialSolution
from planner.engine.basis import Basis, read_basis
from planner.engine.gates import Gates, ImpliedDecisions, flows_in
from planner.engine.highs import INF
from planner.engine.moves import Moves
from planner.engine.screening import Screener
from planner.engine.solution import WHOLE, row_activity
from planner.programme.paths import path_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.generation import Generation
    from planner.engine.solution import Solution
    from planner.programme.case import Routing
    from planner.programme.paths import Path

NUDGE = 1e-5
"""By how many of the solver's units a limit is moved to see what moves with it: far above its tolerance."""
CLOSED_GATE = 1e9
"""Price of what is behind a closed gate, in multiples of the dearest price there is: no path there is worth it."""
ROUNDS = 100
"""Most rounds of pricing of one trial; what is found by then is a plan, if not the best."""
FULL = 1e-7
"""A row that leaves less than this share of its activity is full."""

Bounds = tuple[float, float]


class FixedProgramme:
    """A plan's programme with its whole decisions held, kept in a live model.

    Attributes
    ----------
    duals
        by row, scaled as the objective; nothing at rows that are no limit
    solution, values
        the plan
    objective
        what the plan reaches in the objective set, scaled
    implied
        what follows from the whole decisions
    """

    def __init__(self, generation: Generation, solution: Solution) -> None:
        assert solution.values is not None
        self.generation, self.programme = generation, generation.programme
        self.solution, self.values = solution, solution.values
        self.duals = np.zeros(len(self.programme.rows)) if solution.duals is None else solution.duals
        self.objective = solution.objective * self.programme.scale
        self._activity = np.zeros(len(self.programme.rows))
        self._own_activity = row_activity(self.programme, self.values)
        self.implied = ImpliedDecisions(frozenset(), frozenset(), {})
        self.gates = Gates(self.programme) if self.programme.variables.integers else None
        self._solver = generation.solver
        self._moves = Moves(generation.solver, self.programme)
        self._model = generation.solver.model
        self._aside: frozenset[int] = frozenset()
        self._freed: set[int] = set()
        self._moved: set[int] = set()
        self._bounds: dict[int, Bounds] = {}
        self._barred = np.zeros(len(self.programme.rows))
        if self.gates is not None:
            self.implied = self.gates.imply(solution.values)
            self._arrange(self.implied, self._aside)
            self._reprice()
        elif self._model.getNumRow():
            self._activity = self._moves.row_activity()

    def set_objective(self, number: int) -> None:
        """Set another of the case's objectives, with only the stages before it held."""
        programme, name = self.programme, self.programme.case.stages[number]
        programme.aim(name)
        stages = (row for row, info in enumerate(programme.rows) if info.family == "stage")
        self._aside = frozenset(row for row in stages if int(str(programme.rows[row].key[0])) >= number)
        self._arrange(self.implied, self._aside)
        self._reprice()

    @property
    def closed_gate_price(self) -> float:
        """Price of what is behind a closed gate: nothing else is as dear."""
        dearest = max(np.abs(self.duals).max(initial=0.0), np.abs(self.programme.objective_of_sum).max(initial=0.0))
        return CLOSED_GATE * (float(dearest) or 1.0)

    def prices(self, *, through_gates: bool = False) -> NDArray[np.float64]:
        """(sums,) reduced prices, where closed gates may be passed for nothing, or not at all."""
        return self.programme.prices(self.duals if through_gates else self.duals + self._barred)

    def rows_of(self, path: Path, routing: Routing | None = None) -> dict[int, float]:
        """Rows that a path enters, with its coefficients, under its demand's rules or others."""
        row = self._entered(path, routing) @ self.programme.matrix
        return dict(zip(row.indices.tolist(), row.data.tolist(), strict=True))

    def closed_rows(self, path: Path, routing: Routing | None = None) -> list[int]:
        """Rows of the closed gates that a path would pass."""
        return sorted(self.implied.closed & self.rows_of(path, routing).keys())

    def is_full(self, row: int) -> bool:
        """Whether the plan leaves nothing of a row: as it is, and in the live model, which may hold one as good.

        What one of them leaves free is worth nothing. From what an earlier objective had, later ones move the plan.
        """
        lower, upper = self._moves.own_limits(row)
        plans = [self._activity] if self._aside else [self._activity, self._own_activity]
        found = ((float(plan[row]), max(self._moves.row_unit(row), abs(float(plan[row])))) for plan in plans)
        return row not in self._freed and all(min(v - lower, upper - v) <= FULL * unit for v, unit in found)

    def nudge(self, rows: Mapping[int, float], *, tighten: bool = False, all_paths: bool = False) -> float:
        """Return what is saved for each unit by which limits are relaxed together, or what tightening them costs.

        Each row moves by its figure times the unit, in the direction that gives more room: one side of the derivative
        of the plan's objective, scaled, over the paths known or over all. Infinite where it cannot be.
        """
        units = [self._moves.row_unit(row) / abs(share) for row, share in rows.items() if share]
        step = (-NUDGE if tighten else NUDGE) * min(units, default=1.0)
        with self._restored():
            for row, share in rows.items():
                self._move(row, share * step)
            moved = self._improve(nudged=True) if all_paths else self._run()
            if moved is None:
                return INF
            return self._dual_value(rows)

    def price_sides(self, limits: Sequence[Mapping[int, float]]) -> list[tuple[float, float]]:
        """Return, for each set of rows moved together by a unit, what more room saves and what less room costs.

        Both are the dual where the optimum has only one; where the basis stays feasible when the limits move, that is
        proved without solving (Bertsimas, Tsitsiklis: Introduction to Linear Optimization, 1997, chapter 5), otherwise
        the limits are moved by a little, over all paths. Infinite where there is no room to lose.
        """
        if not limits:
            return []
        basis = read_basis(self._model, len(self.programme.rows))  # its order is lost once anything is moved
        same = [(self._stays(basis, rows), self._dual_value(rows)) for rows in limits]
        return [
            (
                dual if more else self.nudge(rows, all_paths=True),
                dual if less else self.nudge(rows, tighten=True, all_paths=True),
            )
            for rows, ((more, less), dual) in zip(limits, same, strict=True)
        ]

    def _dual_value(self, rows: Mapping[int, float]) -> float:
        return sum(-self._roomward(row) * share * float(self.duals[row]) for row, share in rows.items())

    def _stays(self, basis: Basis, rows: Mapping[int, float]) -> tuple[bool, bool]:
        """Whether the basis stays feasible when limits move a little, to more room and to less.

        What the basic variables gain is B⁻¹ times the move.
        """
        has_less = not any(basis.is_basic_row[row] and self.is_full(row) for row in rows)
        shifts = {row: self._roomward(row) * share for row, share in rows.items() if not basis.is_basic_row[row]}
        if not basis.tight.any() or not shifts:
            return True, has_less
        gained = self._moves.basis_moves(shifts)
        return basis.keeps(gained), has_less and basis.keeps(-gained)

    def offer(self, path: Path, routing: Routing, *, without: str = "") -> float:
        """Return by how much a path under other rules would better the objective, scaled; a new column shows it.

        Rows of the family `without` do not speak of it.
        """
        families = [row.family for row in self.programme.rows]
        rows = {row: factor for row, factor in self.rows_of(path, routing).items() if families[row] != without}
        cost = float((self._entered(path, routing) @ self.programme.objective_of_sum)[0])
        unit = self.programme.case.scale.unit(self.programme.case.demands[path.demand])
        with self._restored():
            reached = self._moves.offer(cost, rows, unit)
        return -INF if reached is None else self.objective - reached

    def _entered(self, path: Path, routing: Routing | None) -> sparse.csr_array:
        """(1, sums) what one unit on a path adds to each sum."""
        programme = self.programme
        routing = routing or programme.case.routings[programme.case.demands[path.demand].routing]
        numbers, amounts = zip(*path_terms(programme.case, programme.variables.sums, path, routing), strict=True)
        return sparse.csr_array((amounts, numbers, [0, len(numbers)]), shape=(1, programme.variables.sums.count))

    def decide_anew(
        self,
        free: Collection[int],
        *,
        aside: Collection[int] = (),
        bounds: Mapping[int, Bounds] | None = None,
        gifts: Collection[int] = (),
        enough: float = INF,
    ) -> OtherPlan:
        """Return by how much the objective gets better where some whole decisions are taken again.

        The plan as it is keeps all that is asked here: bounds have to admit it.

        Parameters
        ----------
        free
            columns of whole decisions to decide
        aside
            rows that do not count
        bounds
            other bounds of decisions
        gifts
            columns that cost nothing, in the plan as it is and in the new one
        enough
            a gain beyond which no better plan is looked for, where there is no failure to survive
        """
        assert self.gates is not None or not free
        implied = self.gates.imply(self.values, free=set(free)) if self.gates else self.implied
        before = self.objective - sum(self.programme.cost_of(c) * float(self.values[c]) for c in gifts)
        is_final = bool(free) or bool(self.programme.case.failing_states)
        with self._restored():
            self._arrange(implied, self._aside | set(aside), bounds)
            for column in gifts:
                self._moves.cost_column(column, 0.0)
            found = self._decide(free, -INF if is_final else before - enough)
            for column in gifts:
                self._moves.cost_column(column, self.programme.cost_of(column))
        if found is None:
            return OtherPlan(-INF)
        gain = before - found.objective
        return OtherPlan(gain, self._not_survived(found.values) if gain > 0 else "")

    def _not_survived(self, values: NDArray[np.float64]) -> str:
        """Return a failure that other decisions would not survive; its states are written only where this plan does."""
        violated = Screener(self.programme.case).screen(self.programme, replace(self.solution, values=values)).violated
        return violated[0].contingency if violated else ""

    def _decide(self, free: Collection[int], enough: float) -> TrialSolution | None:
        """Solve the programme as it is arranged, the free decisions whole; below `enough` any plan will do."""
        relaxed = self._improve(feasible=True, enough=enough)
        if relaxed is None or all(abs(relaxed.values[c] - round(relaxed.values[c])) <= WHOLE for c in free):
            return relaxed
        whole = self._moves.solve_whole(sorted(free))
        return None if whole is None else TrialSolution(*whole)

    @contextmanager
    def _restored(self) -> Iterator[None]:
        """Give the live model back as it was."""
        basis, duals, columns = self._model.getBasis(), self.duals, self._model.getNumCol()
        try:
            yield
        finally:
            self._arrange(self.implied, self._aside)
            self.duals = duals
            if new := self._model.getNumCol() - columns:  # to read and write all statuses takes longer than to solve
                basis.col_status = [*basis.col_status, *([highspy.HighsBasisStatus.kLower] * new)]
            self._model.setBasis(basis)

    def _reprice(self) -> None:
        """Find the prices of the programme as it is arranged, over all paths."""
        found = self._improve()
        if found is not None:
            self.objective = found.objective
        self._activity = self._moves.row_activity()

    def _improve(self, *, nudged: bool = False, feasible: bool = False, enough: float = -INF) -> TrialSolution | None:
        """Solve the programme as it is arranged, adding paths until none betters it; None where it is infeasible.

        Parameters
        ----------
        nudged
            limits have moved a little: priced exactly at once, as a quick look seldom finds anything
        feasible
            the plan as it is keeps all limits, so that the primal simplex goes on from it, as it does after paths
        enough
            an objective below which it ends
        """
        for number in range(ROUNDS):
            found = self._run(primal=feasible or (nudged and number > 0))
            if found is None or found.objective < enough:
                break
            new = self._new_paths((True,) if nudged else (False, True))
            if not new or self.generation.watch.must_stop:
                break
            self.programme.add_paths(new)
        return found

    def _run(self, *, primal: bool = False) -> TrialSolution | None:
        """Solve the programme as it is arranged over the paths known; None where it is infeasible."""
        answer = self._solver.run(primal=primal)
        if answer.status is not RunStatus.OPTIMAL:
            return None
        self.duals = self._signed(answer.duals)
        return TrialSolution(answer.objective, answer.values)

    def _new_paths(self, ways: Collection[bool]) -> list[Path]:
        self.generation.pricing.multiplier = self.programme.multiplier
        known = self.programme.number_of_path
        for exact in ways:
            survey = self.generation.pricing.price_all(self.prices(), exact=exact)
            new = [each.path for each in survey.found if each.path not in known]
            if new:
                break
        return new

    def _signed(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Set duals of the wrong sign, which are rounding, and those of rows that do not count to zero."""
        assert self.generation.decisions is not None
        signed = self.generation.decisions.feasible_duals(duals)
        signed[list(self._freed)] = 0.0
        return signed

    def _arrange(
        self, implied: ImpliedDecisions, aside: Collection[int], bounds: Mapping[int, Bounds] | None = None
    ) -> None:
        """Hold what is implied, free the rows that do not count, and put everything else back."""
        programme = self.programme
        freed = set(implied.idle) | set(aside)
        wanted: dict[int, Bounds] = {column: (value, value) for column, value in implied.fixed.items()}
        wanted |= dict.fromkeys(flows_in(programme, implied.closed), (0.0, 0.0))
        wanted |= bounds or {}
        for row in sorted((self._freed ^ freed) | self._moved):
            self._moves.bound_row(row, *((-INF, INF) if row in freed else self._moves.own_limits(row)))
        for column in sorted(self._bounds.keys() | wanted.keys()):
            self._moves.bound_column(column, *(wanted[column] if column in wanted else self._moves.own_bounds(column)))
        self._freed, self._bounds, self._moved = freed, wanted, set()
        self._barred = np.zeros(len(programme.rows))
        self._barred[list(implied.closed)] = -self.closed_gate_price

    def _roomward(self, row: int) -> float:
        """Return the sign in which a row's right-hand side gives more room; of a demand, asking for less."""
        return 1.0 if self.programme.rows[row].constraint.sense == pulp.LpConstraintLE else -1.0

    def _move(self, row: int, amount: float) -> None:
        """Move a row's right-hand side by so much towards more room."""
        shift = self._roomward(row) * amount
        self._moves.bound_row(row, *(bound + shift for bound in self._moves.own_limits(row)))
        self._moved.add(row)
