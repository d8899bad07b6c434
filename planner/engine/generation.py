"""Column generation: paths are added while one can improve the plan, and the optimum over all paths is proved.

A round solves the programme over the paths known, prices every demand with the duals and adds the improving paths.
Each round also gives a bound no plan over any paths can pass: for any duals y of the right signs,

    L(y) = y·b + Σ_j min(0, c_j − y·a_j) · upper_j + Σ_{σ,d} min(0, r*[σ,d]) · q̂[σ,d]

with j the decisions, r* the least reduced cost of a path and q̂ the most that the demand can take (Lagrange; see e.g.
Desaulniers, Desrosiers, Solomon: Column Generation, 2005, chapter 1). Where the first columns do not suffice, because
something is required, a phase 1 minimises the sum of violations in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import fsum, inf
from typing import TYPE_CHECKING

import numpy as np

from planner.engine.answers import RunStatus, SolverAnswer, describe_failure
from planner.engine.decisions import Decisions, add_elastic_columns
from planner.engine.highs import LiveHighs
from planner.engine.pricing import Pricing
from planner.engine.solution import (
    DEFAULT_GAP,
    FEASIBLE_SHARE,
    FULL_GAP,
    INTEGER_GAP,
    LastRound,
    Round,
    Solution,
    Watch,
    is_proved,
)
from planner.engine.status import Status
from planner.errors import SolverError
from planner.programme.programme import Programme
from planner.programme.scale import PRICE, power_of_two

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.case import State
    from planner.programme.paths import Path

ROUNDS_LIMIT = 10_000
PRIMAL_ROWS = 6_000
"""With so many rows, rounds go on by the primal simplex.

It goes on from the last plan, which new paths leave feasible, where the dual simplex begins anew. Below that the dual
stays: among plans that are equally good the two choose differently, and plans that are known are to stay as they are.
"""
SHARED_PART = 0.1
"""Paths found in one hour are tried in all others where that adds at most this part to the paths known."""
SHARPER, SHARPEST = 2.0**6, 2.0**24
"""How many times finer than usual an objective is looked at, where that is needed: at a time, and in all."""


@dataclass
class Generation:
    """Column generation on a programme, over the states that are written, in the objective that is set.

    Attributes
    ----------
    sharpened
        how many times finer than usual the objective is looked at
    hasty
        whether it is enough to know that there is no plan, and not by how little
    is_decided
        whether all whole decisions are held for good, so that what is left to find are the flows of the answer
    """

    programme: Programme
    watch: Watch
    gap: float | None
    hasty: bool = field(default=False, kw_only=True)
    solver: LiveHighs = field(init=False)
    pricing: Pricing = field(init=False)
    decisions: Decisions | None = None
    last: LastRound | None = None
    is_dead: bool = False
    is_decided: bool = False
    sharpened: float = 1.0
    elastic: dict[int, int] = field(default_factory=dict)
    rounds: int = 0
    _rows_seen: int = 0
    _costs_read: int = -1

    def __post_init__(self) -> None:
        self.solver = LiveHighs(self.programme)
        self.pricing = Pricing(self.programme.case, self.programme.variables.sums)
        self.pricing.add_states(self.programme.states)

    @property
    def _relaxed_gap(self) -> float:
        """Gap at which a relaxation is left: full where it is the answer, else a hundredth of what a whole plan needs.

        Beside decisions that are held, prices are those of the best flows (`planner.engine.fixed`): flows that are a
        little worse would not pay for themselves by them, whatever gap is asked for.
        """
        if self.is_decided:
            return FULL_GAP
        if self.programme.variables.integers:
            return (INTEGER_GAP if self.gap is None else self.gap) * 0.01
        return FULL_GAP if self.gap is None else self.gap

    def optimise(self, *, cutoff: float = inf) -> Solution:
        """Prove the optimum over the states written, in the objective set, whole decisions relaxed.

        A bound that reaches `cutoff` ends it early: what is looked for is not there.
        """
        new = add_elastic_columns(self.programme, self._rows_seen)
        self._rows_seen = len(self.programme.rows)
        self.elastic |= new
        if not new:
            solution = self._improve(cutoff)
            if not (self.is_dead and self.elastic):
                return solution
        if self.elastic:
            outcome = self._reach_feasibility()
            if outcome is not None:
                return outcome
        return self._improve(cutoff)

    def _improve(self, cutoff: float) -> Solution:
        """Add paths until none improves the plan; where that leaves more open than a proof may, look closer."""
        best = Solution(Status.LIMIT, inf, -inf, 0, None, None, same=self.same)
        while True:
            best, finished = self._add_rounds(best, cutoff)
            if self.is_dead:
                return replace(best, status=Status.INFEASIBLE)
            gap = min(self.gap or DEFAULT_GAP, DEFAULT_GAP)
            if is_proved(best.objective, best.bound, gap, same=self.same):
                return replace(best, status=Status.OPTIMAL)
            if not finished or best.gap <= self._relaxed_gap or not self._sharpen(best.objective):
                return best

    def _add_rounds(self, best: Solution, cutoff: float) -> tuple[Solution, bool]:
        """Go on from a plan; the best of both, and whether no path is left that would improve it."""
        scale, finished = self.programme.scale, False
        for answer, scaled_bound, is_last in self._iterate(phase=2):
            bound, objective, finished = max(best.bound, scaled_bound / scale), answer.objective / scale, is_last
            found = Solution(Status.FEASIBLE, objective, bound, self.rounds, answer.values, answer.duals)
            best = replace(found, same=self.same)
            self.report(2, best.objective, best.bound)
            if finished or best.bound >= cutoff or best.gap <= self._relaxed_gap:
                break
        return best, finished and best.bound < cutoff

    def _sharpen(self, objective: float) -> bool:
        """Show the solver a larger objective where a plan costs so little that its tolerances count.

        A unit of work then costs what it typically would; some work may cost nothing, and the rest is all there is.
        """
        programme = self.programme
        seen = abs(objective) * programme.scale * programme.multiplier
        wanted = PRICE * programme.case.scale.work
        factor = power_of_two(min(wanted / seen, SHARPEST / self.sharpened)) if seen > 0 else SHARPEST
        factor = min(max(factor, SHARPER), SHARPEST / self.sharpened)
        if factor <= 1:
            return False
        self.sharpened *= factor
        programme.sharpen(factor)
        return True

    def _reach_feasibility(self) -> Solution | None:
        """Phase 1: drive the violations to zero; a solution only comes back where that is impossible or time is up."""
        programme, wanted, scale = self.programme, self.programme.priced, self.programme.scale
        multiplier, same = programme.multiplier, programme.same
        rows = {column: programme.rows[row] for column, row in self.elastic.items()}
        for column, row in rows.items():
            self.set_bounds(column, 0.0, abs(row.rhs))
        programme.set_objective((programme.columns[column].variable, 1.0 / row.unit) for column, row in rows.items())
        tolerance = FEASIBLE_SHARE * max(1.0, sum(abs(row.rhs) / row.unit for row in rows.values()))
        best, answer = -inf, None
        for answer, bound, finished in self._iterate(phase=1):
            best = max(best, bound)
            self.report(1, answer.objective * programme.case.scale.pflops, best * programme.case.scale.pflops)
            if finished or answer.objective <= tolerance or (self.hasty and best > tolerance):
                break
        programme.set_objective(wanted, scale=scale, multiplier=multiplier, same=same)
        reached = answer is not None and not self.is_dead and answer.objective <= tolerance
        for column in self.elastic:
            # What is left is rounding; without it the programme could be infeasible by as much.
            self.set_bounds(
                column, 0.0, max(0.0, float(answer.values[column])) if answer is not None and reached else 0.0
            )
        if reached:
            return None
        return self._give_up(answer, best, infeasible=self.is_dead or best > tolerance)

    def _give_up(self, answer: SolverAnswer | None, bound: float, *, infeasible: bool) -> Solution:
        """Say what phase 1 has left violated."""
        status, unit = Status.INFEASIBLE if infeasible else Status.LIMIT, self.programme.case.scale.pflops
        if answer is None:
            return Solution(status, inf, bound * unit, self.rounds, None, None)
        violations = {row: float(answer.values[column]) for column, row in self.elastic.items()}
        least, duals = answer.objective * unit, answer.duals * unit
        return Solution(status, least, bound * unit, self.rounds, None, duals, violations)

    def _iterate(self, phase: int) -> Iterator[tuple[SolverAnswer, float, bool]]:
        """Yield the answer, its scaled bound and whether no path can improve it, round after round."""
        self._read_decisions()
        self.is_dead = False
        is_large = len(self.programme.rows) >= PRIMAL_ROWS
        for number in range(ROUNDS_LIMIT):
            answer = self.solver.run(self.watch.time_left, primal=is_large and number > 0)
            if answer.status is RunStatus.STOPPED:
                return
            if answer.status is RunStatus.INFEASIBLE and (self.programme.variables.integers or self.elastic):
                self.is_dead = True
                return
            if answer.status is not RunStatus.OPTIMAL:
                raise SolverError(
                    describe_failure("HiGHS", f"a round of phase {phase}", answer.said or answer.status.value)
                )
            self.rounds += 1
            assert self.decisions is not None
            duals = self.decisions.feasible_duals(answer.duals)
            bound, new = self._price(duals, exact=False)
            if not new:
                bound, new = self._price(duals, exact=True)
            self.last = LastRound(bound / self.programme.scale, self.decisions.reduced(duals) / self.programme.scale)
            yield answer, bound, not new
            if not new or self.watch.must_stop:
                return
            self.programme.add_paths(self._share(new) if is_large else new)

    def _share(self, new: list[Path]) -> list[Path]:
        """Add to paths that were found in one hour the same ways in all hours like it: a way is open in every hour.

        What differs by the hour moves slowly from one to the next, so that each would find them a round later.
        """
        case, known = self.programme.case, self.programme.number_of_path
        most = SHARED_PART * len(known)
        alike: dict[tuple[int, str], list[State]] = {}
        for state in self.programme.states:
            alike.setdefault((state.year, state.failure.name), []).append(state)
        in_state = {state.index: states for states in alike.values() for state in states}
        found = dict.fromkeys(new)
        for path in dict.fromkeys(replace(path, state=in_state[path.state][0].index) for path in new):
            demand = case.demands[path.demand]
            for state in in_state[path.state]:
                if demand.quantity[state.at] > 0 and demand.takes_part(state):
                    twin = replace(path, state=state.index)
                    if twin not in known:
                        found.setdefault(twin)
            if len(found) > most:
                return new
        return list(found)

    @property
    def same(self) -> float:
        """Amount of the objective set that does not matter."""
        return self.programme.same

    def set_bounds(self, column: int, lower: float, upper: float) -> None:
        """Change the bounds of a decision."""
        self.solver.change_bounds(column, lower, upper)
        if self.decisions is not None and column in self.decisions.position:
            place = self.decisions.position[column]
            self.decisions.lower[place], self.decisions.upper[place] = lower, upper

    def _read_decisions(self) -> None:
        """Bring the decisions' coefficients and costs up to date."""
        size = (len(self.programme.rows), len(self.programme.decisions))
        if self.decisions is None or (len(self.decisions.rhs), len(self.decisions.columns)) != size:
            self.decisions = Decisions(self.programme)
            self._costs_read = -1
        if self._costs_read != self.programme.costs_changed:
            self.decisions.read_costs(self.programme)
            self._costs_read = self.programme.costs_changed

    def report(self, phase: int, objective: float, bound: float) -> None:
        """Report the progress of the solve to the watch."""
        self.watch.found |= phase > 1
        if self.watch.report is not None:
            self.watch.report(Round(phase, self.rounds, len(self.programme.paths), objective, bound, self.same))

    def _price(self, duals: NDArray[np.float64], *, exact: bool) -> tuple[float, list[Path]]:
        """Return the Lagrangian bound at the duals, scaled, and the new paths that improve the plan."""
        assert self.decisions is not None
        self.pricing.multiplier = self.programme.multiplier
        survey = self.pricing.price_all(self.programme.prices(duals), exact=exact)
        known = self.programme.number_of_path
        new = [each.path for each in survey.found if each.path not in known]
        return fsum([*self.decisions.bound_terms(duals), *survey.terms.tolist()]), new
