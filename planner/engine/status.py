"""The planner's own statuses, decided from the solver's status and a solver-free check of the plan."""

from __future__ import annotations

from enum import StrEnum


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
