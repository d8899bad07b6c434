"""Why a scenario has no plan: what clashes and where it is written, by how much, and which repairs were tried."""

from __future__ import annotations

from dataclasses import dataclass, field
from time import monotonic
from typing import TYPE_CHECKING

from planner.engine.solution import Watch
from planner.errors import UsageError
from planner.plan.diagnosis.eased import EasedQuestion
from planner.plan.plan import Plan
from planner.studies.explaining.amendments import question_of
from planner.studies.explaining.amounts import Violation
from planner.studies.explaining.clashes import Clash, find_clash
from planner.studies.explaining.errands import Effort
from planner.studies.explaining.quick import quick_causes
from planner.studies.explaining.remedies import Remedy, find_remedies
from planner.studies.explaining.repairs import Judge, Repair, verify
from planner.studies.explaining.trials import Trials

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Tables

SECONDS = 60.0
"""How long causes and repairs are looked for, unless asked otherwise."""
VERIFIED = 8
"""Remedies that are verified; each is a plan of its own."""


@dataclass(frozen=True)
class Diagnosis:
    """Why there is no plan.

    Attributes
    ----------
    inputs
        what was asked
    quick
        causes that are seen without solving, each a sentence
    conflict
        a smallest set of what cannot be kept together; empty where time was up before it was known
    least_violation
        by how much limits would have to be broken at least: each entry alone where one alone suffices, else together
    is_together
        whether the violations are needed together
    repairs
        what would let a plan exist, tried, the cheapest first
    """

    inputs: Inputs
    quick: tuple[str, ...]
    conflict: tuple[Clash, ...]
    least_violation: tuple[Violation, ...]
    is_together: bool
    repairs: tuple[Repair, ...]
    seconds: float = field(default=0.0, compare=False)


def diagnose(
    question: Plan | Inputs,
    *,
    builds: Tables | None = None,
    time_limit: float = SECONDS,
    watch: Watch | None = None,
) -> Diagnosis:
    """Say why a scenario has no plan, and what would let it have one.

    Parameters
    ----------
    question
        a plan that is infeasible, or a question as `planner.load_scenario` returns it
    builds
        tables of the plan whose builds are taken as they are
    time_limit
        seconds for all of it; what is not known by then is left out

    Raises
    ------
    UsageError
        where there is a plan, or the question does not come from files
    """
    if isinstance(question, Plan) and question.status.has_plan:
        raise UsageError(f"there is a plan: the scenario is {question.status.value}; planner explain says why it is so")
    inputs = question_of(question)
    started, watch = monotonic(), watch or Watch()
    deadline, until = watch.deadline, started + time_limit
    watch.deadline = until if deadline is None else min(until, deadline)
    try:
        trials = Trials(EasedQuestion(inputs, builds=builds), watch)
        if trials.is_possible(()):
            raise UsageError("there is a plan: nothing clashes")
        conflict = find_clash(trials)
        trials.rows = None
        members = [each for clash in conflict for each in clash.restrictions]
        remedies = list(find_remedies(trials, members))
        repairs = verify(Judge(inputs, trials.question.case), remedies[:VERIFIED], Effort(builds, watch))
    finally:
        watch.deadline = deadline
    amounts = [violation for remedy in remedies for violation in _counted(remedy)]
    together = bool(remedies) and len(remedies[0].kinds) > 1
    quick = tuple(quick_causes(trials.question.case))
    return Diagnosis(
        inputs, quick, tuple(conflict), tuple(amounts), together, tuple(repairs), seconds=monotonic() - started
    )


def _counted(remedy: Remedy) -> list[Violation]:
    """Return the amounts of a remedy; what has none, such as a rule, counts as one of its kind."""
    if remedy.violations:
        return list(remedy.violations)
    return [Violation(remedy.kinds[0], each.remove or each.path, 1.0, "rule") for each in remedy.amendments]
