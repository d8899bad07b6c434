"""What a run of a solver comes to, in words that all solvers share."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

import highspy
import numpy as np
import pulp

if TYPE_CHECKING:
    from numpy.typing import NDArray


class RunStatus(Enum):
    """How one run of the solver ended."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SolverAnswer:
    """What a run found: objective in kUSD, values by column, duals by row; what HiGHS said where it failed."""

    status: RunStatus
    objective: float
    values: NDArray[np.float64]
    duals: NDArray[np.float64]
    said: str = ""


class OtherPlan(NamedTuple):
    """What other whole decisions would give.

    Attributes
    ----------
    gain
        by how much the objective, scaled, gets better; below nothing where it does not, minus infinity without a plan
    failure
        a failure whose states are not written that this plan would not survive, where there is one
    """

    gain: float
    failure: str = ""


class TrialSolution(NamedTuple):
    """What other decisions would give: the objective, scaled, and the values by column."""

    objective: float
    values: NDArray[np.float64]


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


ADVICE = (
    "it was tried again from nothing, in other units and by other methods; what helps is figures nearer to each other, "
    "where a price, capacity or demand is millions of times another ('planner doctor SCENARIO' shows the sizes)"
)


def describe_failure(solver: str, what: str, said: str) -> str:
    """Say that a solver has no answer, what it said, and what to try."""
    return f"{solver} ended {what} as {said}: {ADVICE}"
