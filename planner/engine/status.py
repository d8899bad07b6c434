"""What is proved about a plan and each of its objectives, in the planner's own words; no solver is needed here."""

from __future__ import annotations

from enum import StrEnum
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
