"""Column generation: paths are added while one can improve the plan, and the optimum over all paths is proved.

A round solves the programme over the paths known, prices every demand with the duals and adds the improving paths.
Each round also gives a bound no plan over any paths can pass: for any duals y of the right signs,

    L(y) = y·b + Σ_j min(0, c_j − y·a_j) · upper_j + Σ_{σ,d} min(0, r*[σ,d]) · q̂[σ,d]

with j the decisions, r* the least reduced cost of a path and q̂ the most that the demand can take (Lagrange; see e.g.
Desaulniers, Desrosiers, Solomon: Column Generation, 2005, chapter 1). Where the first columns do not suffice, because
something is required, a phase 1 minimises the sum of violations in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from math import fsum, inf
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
import pulp
from scipy import sparse

from planner.engine.highs import Answer, LiveHighs, RunStatus
from planner.engine.pricing import TIE_KUSD_PER_MS, Found, Pricing
from planner.engine.status import Status
from planner.errors import SolverError
from planner.programme.programme import SCALE, Programme

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.paths import Path

ROUNDS_LIMIT = 10_000
DEFAULT_GAP = 1e-7
"""A plan is called optimal when its cost is proved to be within this share of the optimum, unless asked otherwise."""
FULL_GAP = 1e-11
"""Without a gap asked for, rounds go on until no path improves the plan or the gap is this small."""
FEASIBLE_SHARE = 1e-9
"""Violations that add up to less than this share of all demand are rounding, not infeasibility."""
SAME_USD = 1.0
"""A plan proved to within this sum a year is optimal, however little it costs; ties alone can cost the bound cents."""


@dataclass(frozen=True, slots=True)
class Round:
    """What is known after a round; objective and bound in USD."""

    phase: int
    number: int
    paths: int
    objective: float
    bound: float

    @property
    def gap(self) -> float:
        """Relative distance between objective and bound."""
        return relative_gap(self.objective, self.bound)


@dataclass
class Watch:
    """Time limit, interrupt and progress of one solve.

    Attributes
    ----------
    deadline
        moment of the monotonic clock at which to stop, None without a limit
    interrupted
        set from a signal handler; the solve stops after the round under way
    report
        called after every round
    """

    deadline: float | None = None
    interrupted: bool = False
    report: Callable[[Round], None] | None = None

    @property
    def time_left(self) -> float | None:
        """Seconds until the deadline."""
        return None if self.deadline is None else self.deadline - monotonic()

    @property
    def must_stop(self) -> bool:
        """Whether the deadline has passed or somebody interrupted."""
        return self.interrupted or (self.time_left is not None and self.time_left <= 0)


@dataclass(frozen=True)
class Solution:
    """How a programme was solved.

    Attributes
    ----------
    status
        what is proved about the values; a plan exists unless it is infeasible, unbounded or stopped without one
    objective, bound
        in USD; for an infeasible programme the least total violation and its bound, in the rows' own units
    values
        by column of the programme, None without a plan
    duals
        kUSD per unit of each row's right-hand side, None without a plan
    """

    status: Status
    objective: float
    bound: float
    rounds: int
    values: NDArray[np.float64] | None
    duals: NDArray[np.float64] | None
    violations: dict[int, float] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Relative distance between objective and bound."""
        return relative_gap(self.objective, self.bound)


def relative_gap(objective: float, bound: float) -> float:
    """(objective − bound) / |objective|, never below 0; of an objective below 1 USD the distance in USD."""
    if not np.isfinite(objective) or not np.isfinite(bound):
        return inf
    return max(0.0, objective - bound) / max(abs(objective), SAME_USD)


def is_proved(objective: float, bound: float, gap: float) -> bool:
    """Whether the bound proves the objective to within the gap, or to within a sum that does not matter."""
    return relative_gap(objective, bound) <= gap or objective - bound <= SAME_USD


@dataclass
class Generation:
    """One run of column generation on a programme."""

    programme: Programme
    watch: Watch
    gap: float | None
    solver: LiveHighs = field(init=False)
    pricing: Pricing = field(init=False)
    decisions: Decisions = field(init=False)
    rounds: int = 0

    def __post_init__(self) -> None:
        self.solver = LiveHighs(self.programme)
        self.pricing = Pricing(self.programme.case, self.programme.variables.sums)

    def solve(self) -> Solution:
        """Prove the optimum over all admissible paths, or give the best plan found and what is known about it."""
        if self.watch.must_stop:
            return Solution(Status.LIMIT, inf, -inf, 0, None, None)
        elastic = add_elastic_columns(self.programme)
        if elastic:
            outcome = self._reach_feasibility(elastic)
            if outcome is not None:
                return outcome
        return self._improve()

    def _improve(self) -> Solution:
        best = Solution(Status.LIMIT, inf, -inf, 0, None, None)
        for answer, bound, finished in self._iterate(phase=2):
            best = Solution(
                Status.FEASIBLE,
                answer.objective / SCALE,
                max(best.bound, bound / SCALE),
                self.rounds,
                answer.values,
                answer.duals,
            )
            if self.watch.report is not None:
                self.watch.report(Round(2, self.rounds, len(self.programme.paths), best.objective, best.bound))
            if finished or best.gap <= (FULL_GAP if self.gap is None else self.gap):
                break
        proved = is_proved(best.objective, best.bound, min(self.gap or DEFAULT_GAP, DEFAULT_GAP))
        return replace(best, status=Status.OPTIMAL) if proved else best

    def _reach_feasibility(self, elastic: dict[int, int]) -> Solution | None:
        """Phase 1: drive the violations to zero; a solution only comes back where that is impossible or time is up."""
        cost = self.programme.priced
        self.programme.set_objective((self.programme.columns[column].variable, 1 / SCALE) for column in elastic)
        scale = FEASIBLE_SHARE * max(1.0, sum(abs(self.programme.rows[row].rhs) for row in elastic.values()))
        best, answer = -inf, None
        for answer, bound, finished in self._iterate(phase=1):
            best = max(best, bound)
            if self.watch.report is not None:
                self.watch.report(Round(1, self.rounds, len(self.programme.paths), answer.objective, best))
            if finished or answer.objective <= scale:
                break
        if answer is None or answer.objective > scale:
            status = Status.INFEASIBLE if best > scale else Status.LIMIT
            violations = (
                {} if answer is None else {row: float(answer.values[column]) for column, row in elastic.items()}
            )
            total = inf if answer is None else answer.objective
            return Solution(
                status, total, best, self.rounds, None, None if answer is None else answer.duals, violations
            )
        for column in elastic:
            # What is left is rounding; without it the programme could be infeasible by as much.
            self.solver.change_bounds(column, 0.0, max(0.0, float(answer.values[column])))
        self.programme.set_objective(cost)
        return None

    def _iterate(self, phase: int) -> Iterator[tuple[Answer, float, bool]]:
        """Yield the answer, its bound (in kUSD) and whether no path can improve it, round after round."""
        self.decisions = Decisions(self.programme)
        for _ in range(ROUNDS_LIMIT):
            answer = self.solver.run(self.watch.time_left)
            if answer.status is RunStatus.STOPPED:
                return
            if answer.status is not RunStatus.OPTIMAL:
                raise SolverError(f"HiGHS ended a round of phase {phase} as {answer.status.value}")
            self.rounds += 1
            duals = self.decisions.feasible_duals(answer.duals)
            bound, new = self._price(duals, exact=False)
            if not new:
                bound, new = self._price(duals, exact=True)
            yield answer, bound, not new
            if not new or self.watch.must_stop:
                return
            self.programme.add_paths(new)

    def _price(self, duals: NDArray[np.float64], *, exact: bool) -> tuple[float, list[Path]]:
        """Return the Lagrangian bound at the duals and the new paths that improve the plan."""
        found = list(self.pricing.price(self.programme.prices(duals), exact=exact))
        known = self.programme.number_of_path
        new = [each.path for each in found if each.path is not None and each.path not in known]
        return self.lagrangian_bound(duals, found), new

    def lagrangian_bound(self, duals: NDArray[np.float64], found: list[Found]) -> float:
        """L(y) of the module's head, in kUSD."""
        case = self.programme.case
        terms = self.decisions.bound_terms(duals)
        for each in found:
            demand, state = case.demands[each.demand], case.states[each.state]
            slack = TIE_KUSD_PER_MS * min(demand.budget_ms, self.pricing.slack_ms)
            most = demand.quantity[state.year, state.block] * (case.blocks if demand.movable else 1)
            terms.append((min(0.0, each.lower_kusd) - slack) * most)
        return fsum(terms)


class Decisions:
    """The variables that are no paths: their coefficients, costs and bounds, for the Lagrangian bound."""

    def __init__(self, programme: Programme) -> None:
        flows = set(programme.flows)
        self.columns = [i for i, column in enumerate(programme.columns) if column.variable not in flows]
        position = {programme.columns[i].variable: k for k, i in enumerate(self.columns)}
        rows, columns, factors = [], [], []
        for number, row in enumerate(programme.rows):
            for variable, factor in row.constraint.items():
                if variable in position:
                    rows.append(number)
                    columns.append(position[variable])
                    factors.append(factor)
        shape = (len(self.columns), len(programme.rows))
        self.matrix = sparse.csr_array((factors, (columns, rows)), shape=shape, dtype=float)
        self.costs = np.array([programme.cost_of(i) for i in self.columns])
        self.upper = np.array([_most(programme, programme.columns[i].variable) for i in self.columns])
        self.rhs = np.array([row.rhs for row in programme.rows])
        self.senses = np.array([row.constraint.sense for row in programme.rows])

    def feasible_duals(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """Set duals of the wrong sign, which are rounding, to zero: above 0 for ≤ rows, below for ≥ rows."""
        wrong = ((self.senses == pulp.LpConstraintLE) & (duals > 0)) | (
            (self.senses == pulp.LpConstraintGE) & (duals < 0)
        )
        return np.where(wrong, 0.0, duals)

    def bound_terms(self, duals: NDArray[np.float64]) -> list[float]:
        """y·b and, for each decision, min(0, c − y·a) · upper, in kUSD."""
        reduced = self.costs - self.matrix @ duals
        return [*(self.rhs * duals).tolist(), *(np.minimum(0.0, reduced) * self.upper).tolist()]


def add_elastic_columns(programme: Programme) -> dict[int, int]:
    """Give every row that the programme without paths cannot satisfy a variable for its violation: column → row."""
    elastic: dict[int, int] = {}
    for number, row in enumerate(programme.rows):
        sense, rhs = row.constraint.sense, row.rhs
        terms = row.constraint.items()
        reach = sum(factor * _most(programme, variable) for variable, factor in terms if factor > 0)
        fits = {pulp.LpConstraintEQ: 0 <= rhs <= reach, pulp.LpConstraintGE: rhs <= 0, pulp.LpConstraintLE: rhs >= 0}
        if not fits[sense]:
            sign = 1.0 if rhs > 0 else -1.0
            variable = programme.problem.add_variable(
                programme.names.give("violation", row.family, *row.key), 0.0, abs(rhs)
            )
            programme.add_column(variable, (number,), (sign,))
            elastic[len(programme.columns) - 1] = number
    return elastic


def _most(programme: Programme, variable: pulp.LpVariable) -> float:
    """Return the most that a decision or a violation can be."""
    return float(programme.variables.most.get(variable, variable.upBound))
