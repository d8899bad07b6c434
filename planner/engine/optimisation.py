"""The optimum of a programme: one objective after the other, whole decisions whole, failures survived.

Failing states enter lazily: they cost nothing and only have to be feasible, so the plan is found without them, every
one of them is screened against it, and the violated ones are written into the programme, until none is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np
import pulp

from planner.engine.branching import Branching
from planner.engine.decisions import merge_terms
from planner.engine.generation import Generation
from planner.engine.idle import close_idle_sites
from planner.engine.screening import Lost, Screener, find_lost
from planner.engine.silence import silence
from planner.engine.solution import STAGE_TOLERANCE, Solution, Watch, show_stage
from planner.engine.status import Stage, Status
from planner.programme.families import OBJECTIVES

if TYPE_CHECKING:
    from planner.programme.objective import Priced
    from planner.programme.programme import Programme


@dataclass
class Optimisation:
    """The search for the optimum of a programme, over all its objectives and over the failures that matter.

    Attributes
    ----------
    lost
        demands that a failure cuts off whatever is done, by which they need no path
    generation
        the column generation that does the work
    """

    programme: Programme
    watch: Watch
    gap: float | None
    lost: Lost = field(init=False)
    generation: Generation = field(init=False)
    _screener: Screener = field(init=False)
    _is_excluded: bool = False

    def __post_init__(self) -> None:
        self.generation = Generation(self.programme, self.watch, self.gap)
        self.lost = find_lost(self.programme.case)
        self._screener = Screener(self.programme.case)

    @silence
    def solve(self) -> Solution:
        """Prove the optimum over all admissible paths, or give the best plan found and what is known about it."""
        case, programme = self.programme.case, self.programme
        if self.watch.must_stop:
            return Solution(Status.LIMIT, inf, -inf, 0, None, None)
        reached: list[Stage] = []
        for number, name in enumerate(case.stages):
            measure = programme.aim(name)
            self.generation.sharpened = 1.0
            solution = self._survive()
            if not solution.status.has_plan:
                return replace(solution, lost=self.lost)
            if name not in case.stages[:number]:
                reached.append(show_stage(case, name, solution))
            if self.watch.must_stop or number == len(case.stages) - 1:
                break
            self._hold(number, name, measure, solution.objective)
        done = {stage.name for stage in reached}
        reached += [self._leave(name, solution) for name in dict.fromkeys(case.stages) if name not in done]
        proved = all(stage.status is Status.OPTIMAL for stage in reached)
        status = solution.status if proved else Status.FEASIBLE
        return close_idle_sites(self.programme, replace(solution, status=status, lost=self.lost), reached)

    def minimise(self) -> Solution:
        """Minimise what is set as the objective of the programme, whole decisions whole, failures survived."""
        return self._survive()

    def _leave(self, name: str, solution: Solution) -> Stage:
        """Value a plan by an objective for which there was no time left."""
        values, column_of = solution.values, self.programme.column_of
        assert values is not None
        measure = OBJECTIVES[name].measure(self.programme.case, self.programme.variables)
        flows = np.array([float(values[column_of[flow]]) for flow in self.programme.flows])
        totals = self.programme.entries(self.programme.paths).T @ flows if len(flows) else np.zeros(0)
        number_of = self.programme.variables.sums.number_of
        value = 0.0
        for symbol, price in measure:
            if symbol in number_of:
                value += price * float(totals[number_of[symbol]]) if len(totals) else 0.0
            elif symbol in column_of:
                value += price * float(values[column_of[symbol]])
        unproved = replace(solution, status=Status.FEASIBLE, objective=value, bound=-inf)
        return show_stage(self.programme.case, name, unproved)

    def _hold(self, number: int, name: str, measure: list[Priced], value: float) -> None:
        """Keep what a stage has reached, to a relative tolerance, in a row whose dual enters the pricing."""
        scale = min(OBJECTIVES[name].scale, 1.0)
        limit = scale * (value + STAGE_TOLERANCE * abs(value) + self.programme.case.scale.slack(name))
        spent = pulp.LpAffineExpression(merge_terms(measure, scale))
        self.programme.add_row("stage", (number, name), spent <= limit)

    def _survive(self) -> Solution:
        """Optimise, screen the failures and write those that the plan would not survive, until there are none.

        A plan that an interrupt or the time limit leaves is screened as well; one that does not survive is no plan.
        """
        without_failures = self._ignore_failures()
        while True:
            solution = self._solve_written()
            if not solution.status.has_plan:
                return solution
            screening = self._screener.screen(self.programme, solution)
            if not screening.violated:
                return replace(solution, evidence=tuple(screening.evidence), without_failures=without_failures)
            if self.watch.must_stop:
                names = dict.fromkeys(f"{state.contingency} in {state.year}" for state in screening.violated)
                return replace(solution, status=Status.LIMIT, values=None, unsurvived=tuple(names))
            self.programme.add_states(screening.violated)
            self.generation.pricing.add_states(screening.violated)
            self.programme.add_paths(list(dict.fromkeys(screening.paths)))

    def _ignore_failures(self) -> float | None:
        """Return what the objective would be if nothing had to survive; None where that is not asked or not known.

        Demands that a failure would cut off are priced with the others, and are excluded for good after that.
        """
        case, programme = self.programme.case, self.programme
        if not case.failing_states or self._is_excluded:
            return None
        self._is_excluded = True
        solution = self._solve_written()
        self.generation.pricing.exclude(self.lost)
        for path, flow in zip(programme.paths, programme.flows, strict=True):
            if (path.demand, case.states[path.state].year) in self.lost:
                self.generation.solver.change_bounds(programme.column_of[flow], 0.0, 0.0)
        return solution.objective if solution.status.has_plan else None

    def _solve_written(self) -> Solution:
        """Solve the programme over the states written: by branching where anything has to be whole."""
        if not self.programme.variables.integers:
            return self.generation.optimise()
        return Branching(self.generation).solve()
