"""Time limit and progress of a solve, its solution, and when that is proved optimal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.status import Stage, Status, relative_gap

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.case import Case
    from planner.programme.paths import Path
    from planner.programme.programme import Programme

DEFAULT_GAP = 1e-7
"""A plan is called optimal when its cost is proved to be within this share of the optimum, unless asked otherwise."""
INTEGER_GAP = 1e-4
"""Relative gap at which a programme with whole decisions counts as solved, unless asked otherwise."""
WHOLE = 1e-6
"""A decision this near to a whole number is taken for whole."""
FULL_GAP = 1e-11
"""Without a gap asked for, rounds go on until no path improves the plan or the gap is this small."""
STAGE_TOLERANCE = 1e-6
"""By what share a later objective may worsen an earlier one: solvers' optima are not exact."""
FEASIBLE_SHARE = 1e-9
"""Violations that add up to less than this share of all demand are rounding, not infeasibility."""


@dataclass(frozen=True, slots=True)
class Round:
    """What is known after a round; objective, bound and the amount that does not matter in USD."""

    phase: int
    number: int
    paths: int
    objective: float
    bound: float
    same: float = 0.0

    @property
    def gap(self) -> float:
        """Relative distance between objective and bound."""
        return relative_gap(self.objective, self.bound, same=self.same)


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
    found
        set once rounds know a plan, so that there is something to show after an interrupt
    """

    deadline: float | None = None
    interrupted: bool = False
    report: Callable[[Round], None] | None = None
    found: bool = False

    @property
    def time_left(self) -> float | None:
        """Seconds until the deadline."""
        return None if self.deadline is None else self.deadline - monotonic()

    @property
    def must_stop(self) -> bool:
        """Whether the deadline has passed or the user interrupted."""
        return self.interrupted or (self.time_left is not None and self.time_left <= 0)


@dataclass(frozen=True)
class Solution:
    """How a programme was solved.

    Attributes
    ----------
    status
        what is proved about the values; a plan exists unless it is infeasible, unbounded or stopped without one
    objective, bound
        in USD; for an infeasible programme the least total violation and its bound, in PFLOPS, what is not in PFLOPS
        as its unit compares with theirs
    values
        by column of the programme, None without a plan
    duals
        objective's scaled units per unit of each row's right-hand side, None without a plan
    violations
        what phase 1 leaves violated, by row
    stages
        the objectives in their order
    evidence
        flows by which the plan survives failures that touch it and that are not written into the programme
    without_failures
        what the objective would be if nothing had to survive, where that is known
    unsurvived
        failures that a plan stopped at a limit would not survive
    lost
        (demand, year) that cannot be served because a failure would cut it off, with the failure
    same
        amount of the objective that does not matter
    """

    status: Status
    objective: float
    bound: float
    rounds: int
    values: NDArray[np.float64] | None
    duals: NDArray[np.float64] | None
    violations: dict[int, float] = field(default_factory=dict)
    stages: tuple[Stage, ...] = ()
    evidence: tuple[tuple[Path, float], ...] = ()
    without_failures: float | None = None
    unsurvived: tuple[str, ...] = ()
    lost: Mapping[tuple[int, int], str] = field(default_factory=dict)
    same: float = 0.0

    @property
    def gap(self) -> float:
        """Relative distance between objective and bound."""
        return relative_gap(self.objective, self.bound, same=self.same)


def show_stage(case: Case, name: str, solution: Solution) -> Stage:
    """Give what a stage reached as its reader means it: what is served, what is installed in all."""
    value, bound = solution.objective, min(solution.bound, solution.objective)
    if name == "served":
        return Stage(name, -value, -bound, solution.status)
    constant = case.constant(name)
    if isfinite(bound):
        bound = max(bound, 0.0)  # rounding of the bound: no objective but what is served can be below zero
    return Stage(name, value + constant, bound + constant, solution.status)


def is_proved(objective: float, bound: float, gap: float, *, same: float) -> bool:
    """Whether the bound proves the objective to within the gap, or to within an amount that does not matter."""
    return relative_gap(objective, bound, same=same) <= gap


class LastRound(NamedTuple):
    """The bound of one round, and the reduced costs of the decisions that go with it, in the objective's unit."""

    bound: float
    reduced: NDArray[np.float64]


def row_activity(programme: Programme, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what every row adds up to in a plan, in the programme's units; paths found since carry nothing."""
    known = [n for n, flow in enumerate(programme.flows) if programme.column_of[flow] < len(values)]
    flows = np.array([float(values[programme.column_of[programme.flows[n]]]) for n in known])
    activity = np.zeros(len(programme.rows))
    if known:
        activity += (programme.entries([programme.paths[n] for n in known]).T @ flows) @ programme.matrix
    for row, column, factor in programme.decision_entries:
        activity[row] += factor * float(values[column]) if column < len(values) else 0.0
    return activity
