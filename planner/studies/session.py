"""One study, many plans: they share a gap, a time limit and Ctrl-C, and failed ones are listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic
from typing import TYPE_CHECKING

from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import SolverError
from planner.plan.solve import solve
from planner.studies.alterations import aiming

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan

SHARE_OF_TIME = 0.5
"""Most of the time left that one plan may take, so that the later ones get some."""


@dataclass
class Session:
    """Solves the plans of a study one after another.

    Attributes
    ----------
    tell
        called with the name of each plan before it is solved
    plans
        the plans solved so far, by name
    unanswered
        names of the plans that the time limit or an interrupt left out or without an answer
    failed
        what went wrong, by the name of each plan that the solver could not solve or that did not pass its check
    """

    gap: float | None = None
    watch: Watch = field(default_factory=Watch)
    tell: Callable[[str], None] | None = None
    plans: dict[str, Plan] = field(default_factory=dict)
    unanswered: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    _answered: list[tuple[Inputs, tuple[str, ...], Plan]] = field(default_factory=list, repr=False)

    def solve(self, name: str, inputs: Inputs, *stages: str, objective: str, briefly: bool = False) -> Plan | None:
        """Solve a question by these stages; None where there is neither a plan that passed its check nor a proof.

        Of a question without a plan it is asked what would have to change, unless `briefly`. One that has been answered
        under another name is not solved again. Prices come without their two sides, which no study looks at.
        """
        if self.watch.must_stop:
            self.unanswered.append(name)
            return None
        if self.tell is not None:
            self.tell(name)
        question = aiming(inputs, objective, *stages)
        plan = self._known(question, stages) or self._solve(name, question, stages, briefly=briefly)
        if plan is None:
            return None
        self.plans[name] = plan
        if plan.status in (Status.ERROR, Status.UNBOUNDED):
            self.failed[name] = "; ".join(plan.findings) or f"it ended as {plan.status.value}"
        if plan.status is Status.LIMIT:
            self.unanswered.append(name)
        return plan if plan.status.has_plan or plan.status is Status.INFEASIBLE else None

    def _known(self, question: Inputs, stages: tuple[str, ...]) -> Plan | None:
        """Return the plan that was found for the same question, which takes no time now."""
        for asked, by, plan in self._answered:
            if by == stages and asked == question:
                return replace(plan, seconds=0.0)
        return None

    def _solve(self, name: str, inputs: Inputs, stages: tuple[str, ...], *, briefly: bool) -> Plan | None:
        """Solve within the plan's share of the time; None, and a word about it, where the solver fails."""
        deadline = self.watch.deadline
        if deadline is not None:
            self.watch.deadline = monotonic() + SHARE_OF_TIME * (deadline - monotonic())
        try:
            plan = solve(inputs, stages=stages, gap=self.gap, watch=self.watch, briefly=briefly, sides=False)
        except SolverError as error:
            self.failed[name] = str(error)
            return None
        finally:
            self.watch.deadline = deadline
        if plan.status is Status.OPTIMAL:
            self._answered.append((inputs, stages, plan))
        return plan
