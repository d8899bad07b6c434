"""The findings of a scenario that has no plan: what cannot be had, and which change would make a plan possible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from time import monotonic
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.engine.screening import find_reachable
from planner.plan import phrases
from planner.plan.diagnosis.eased import ease, least
from planner.plan.diagnosis.easings import list_easings
from planner.plan.diagnosis.required import describe, missing_amounts, required_work
from planner.plan.other_rules import OtherRules
from planner.plan.pathless import PathlessReasons

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.pricing import PricedPath
    from planner.engine.solution import Watch
    from planner.plan.answer import Answer
    from planner.plan.diagnosis.eased import EasedQuestion, Easing, EasingTrial
    from planner.programme.case import Case, DemandCase, Routing, State


@dataclass(frozen=True)
class BareRules(OtherRules):
    """What is known of rules without a plan: nothing has a price, and what would be served cannot be said."""

    fixed: Any = None

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(sums,) no prices."""
        return np.zeros(self.programme.variables.sums.count)

    def say_even_then(self, state: State, demand: DemandCase, routing: Routing, *, without: str = "") -> str:  # noqa: ARG002
        """Say nothing of what else is in the way: each limit is tried by itself."""
        return ""

    def would_serve(self, found: PricedPath, routing: Routing, *, without: str = "") -> bool:  # noqa: ARG002
        """There is no plan to ask."""
        return False


SECONDS = 30.0
"""How long easings are tried; a plan itself may take hours, and each trial is such a plan."""
MANY = 3
"""Changes of one sort that are tried together before each by itself."""
NAMED = 8
"""Changes that are named: each of them alone is enough."""


def explain_infeasible(
    answer: Answer, question: EasedQuestion, watch: Watch, *, briefly: bool = False
) -> tuple[str, ...]:
    """Say what cannot be had, and what would have to change: never nothing, and nothing that was not tried.

    Parameters
    ----------
    briefly
        only say what cannot be had of what is required, where that is all that stands in the way
    """
    deadline = watch.deadline
    soon = monotonic() + SECONDS
    watch.deadline = soon if deadline is None else min(soon, deadline)
    try:
        return tuple(Diagnosis(answer, question, watch).findings(briefly=briefly))
    finally:
        watch.deadline = deadline


class Diagnosis:
    """Trials of one question, and what they come to."""

    def __init__(self, answer: Answer, question: EasedQuestion, watch: Watch) -> None:
        self.answer, self.question, self.watch = answer, question, watch
        self.untried: list[str] = []

    def findings(self, *, briefly: bool) -> Iterator[str]:
        """Yield the findings, each a sentence."""
        yield from overcommitted(self.question.case)
        required = required_work(self.question)
        left = None if required is None else self._try(required)
        found_any = False
        for sentence in self._required(left):
            found_any = True
            yield sentence
        if briefly and found_any:
            return
        easings = list_easings(self.question)
        helping = self._try_each(easings)
        for trial in helping[:NAMED]:
            yield phrases.ALONE.say(reason=phrases.ALSO.join(trial.changes()))
        if not helping and not self.untried:
            yield from self._together(
                [*easings, *([required] if required and not found_any else [])], found_any=found_any
            )
        if self.untried:
            yield phrases.UNTRIED.say(names=phrases.LISTED.join(dict.fromkeys(self.untried)))

    def _try_each(self, easings: list[Easing]) -> list[EasingTrial]:
        """Return the trials, each of one easing, that help; not of what goes beyond one that does."""
        helping: dict[str, EasingTrial] = {}
        for each in self._promising(easings):
            if each.beyond not in helping and (trial := self._try(each)) is not None and trial.helps:
                helping[each.name] = trial
        return list(helping.values())

    def _promising(self, easings: list[Easing]) -> Iterator[Easing]:
        """Yield easings without those of a sort with many of which not even all together help."""
        sorts: dict[str, list[Easing]] = {}
        for each in easings:
            sorts.setdefault(each.name.rpartition(" of " if " of " in each.name else ".")[0], []).append(each)
        hopeless: list[Easing] = []
        for sort, members in sorts.items():
            if sort and len(members) >= MANY and not any(each.rows or each.room for each in members):
                trial = self._try(*members)
                hopeless += members if trial is not None and not trial.helps else []
        return (each for each in easings if each not in hopeless)

    def _try(self, *easings: Easing) -> EasingTrial | None:
        """Ease limits; None where time does not suffice to know whether that helps."""
        if self.watch.must_stop:
            self.untried += [each.name for each in easings]
            return None
        trial = ease(self.question, easings, self.watch)
        if trial.helps is None:
            self.untried += [each.name for each in easings]
            return None
        return trial

    def _required(self, trial: EasingTrial | None) -> Iterator[str]:
        """Say what is required and cannot be served: with the rule that leaves no way, else by how much."""
        case = self.question.case
        cut, lacking = self._cut_off(), missing_amounts(trial) if trial is not None and trial.helps else {}
        for index, year in dict.fromkeys([*cut, *lacking]):
            demand, reason = case.demands[index], cut.get((index, year), "")
            asked = case.volume(demand, year)
            missing = asked if reason else least(lacking[index, year], digits=4)
            said = {**describe(case, demand), "asked": asked, "missing": missing, "year": year, "reason": reason}
            yield (phrases.REQUIRED if reason else phrases.REQUIRED_LEFT).say(**said)

    def _cut_off(self) -> dict[tuple[int, int], str]:
        """Return the rule that leaves required work no way to any site, by demand's position and year."""
        case, lost, found = self.question.case, self.answer.solution.lost, dict[tuple[int, int], str]()
        rules = BareRules(self.answer.inputs, self.answer.programme)
        pathless = PathlessReasons(self.answer.inputs, rules)
        needed = [demand for demand in case.demands if demand.unserved_usd is None]
        for year in case.years:
            state = case.intact_states(year)[0]
            ways = find_reachable(case, state, needed)
            for demand in needed:
                failure = lost.get((demand.index, year))
                if case.volume(demand, year) <= 0:
                    continue
                if failure is not None:
                    found[demand.index, year] = rules.say_cut_off(failure, demand)
                elif demand.index not in ways:
                    found[demand.index, year] = pathless.explain(state, demand)
        return found

    def _together(self, easings: list[Easing], *, found_any: bool) -> Iterator[str]:
        """Say which few limits clash, where easing none of them alone helps; rules are put back before budgets."""
        trial = self._try(*easings)
        if trial is None or not trial.helps:
            if not found_any and not self.untried:
                yield phrases.CLASH.say(names=phrases.LISTED.join(each.name for each in easings))
            return
        needed = list(easings)
        for each in reversed(easings):
            fewer = [other for other in needed if other is not each]
            without = self._try(*fewer)
            if without is not None and without.helps:
                needed, trial = fewer, without
        yield phrases.TOGETHER.say(reason=phrases.ALSO.join(trial.changes()))


def overcommitted(case: Case) -> Iterator[str]:
    """Name links of which others take more than may be used, where nothing can be built."""
    for position, link in enumerate(case.links):
        for year in case.years if link.project is None and position not in case.expansions_of_link else ():
            capacity, fill, taken = link.capacity_gbps[year], link.fill[year], link.committed_gbps[year]
            if taken > fill * capacity * (1 + 1e-9):
                yield phrases.OVERCOMMITTED.say(
                    link=link.id, year=year, committed=taken, usable=least(fill * capacity), capacity=capacity
                )
