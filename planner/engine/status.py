"""What is proved about a plan and each of its objectives, in the planner's own words; no solver is needed here."""

from __future__ import annotations

from enum import StrEnum
from math import inf, isfinite
from typing import NamedTuple


class Status(StrEnum):
    """What is known about a plan.

    ``optimal`` is proved within the tolerance asked for, ``feasible`` comes with a gap; ``limit`` means stopped
    without a plan, ``error`` that the plan failed the check.
    """

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    LIMIT = "limit"
    ERROR = "error"

    @property
    def has_plan(self) -> bool:
        """Whether there is a plan to show."""
        return self in (Status.OPTIMAL, Status.FEASIBLE)


class Stage(NamedTuple):
    """An objective, the value reached and the bound proved, in its own unit; `served` is maximised."""

    name: str
    value: float
    bound: float
    status: Status

    def gap(self, *, same: float) -> float:
        """Relative distance between value and bound, whichever way the objective goes; `same` does not matter."""
        sign = -1 if self.name == "served" else 1
        return relative_gap(sign * self.value, sign * self.bound, same=same)


def relative_gap(objective: float, bound: float, *, same: float = 0.0) -> float:
    """(objective − bound) / |objective|; 0 where the bound is not below the objective by more than `same`."""
    if not isfinite(objective) or not isfinite(bound):
        return inf
    if objective - bound <= same:
        return 0.0
    return (objective - bound) / abs(objective) if objective else inf
