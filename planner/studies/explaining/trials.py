"""A question tried with some of its restrictions dropped, in the words of its files: whether a plan exists then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from planner.engine.optimisation import Optimisation
from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import InputError
from planner.plan.diagnosis.eased import EasedProgramme, EasedQuestion, Easing, EasingTrial, ease, serve_whole
from planner.studies.explaining.amendments import Amendment, amended
from planner.studies.explaining.proofs import is_touched
from planner.studies.explaining.restrictions import Restriction, list_restrictions

if TYPE_CHECKING:
    from planner.files import Inputs

Item = TypeVar("Item")
ROUNDING = 1e-9
"""A dual that is smaller is nothing."""
NOTHING = Easing("nothing", lambda _: iter(()))
"""What eases nothing: a question that is tried with it has a plan or has none."""


@dataclass
class Trials:
    """Tries one question; what was tried is not tried again.

    Attributes
    ----------
    question
        what is asked, and what has to be served of it
    watch
        when to stop
    relevant
        which restrictions are looked at at all
    rows
        demands that count, by id, where the others are known to have no part in it; None means all
    count
        how many programmes were solved
    """

    question: EasedQuestion
    watch: Watch = field(default_factory=Watch)
    relevant: Callable[[Restriction], bool] = lambda _: True
    rows: frozenset[str] | None = None
    count: int = 0
    _known: dict[tuple[frozenset[Amendment], frozenset[str] | None], bool | None] = field(default_factory=dict)

    @property
    def inputs(self) -> Inputs:
        """The question as it was read."""
        return self.question.inputs

    @cached_property
    def by_kind(self) -> dict[str, list[Restriction]]:
        """Restrictions in force by their kind, in the order in which they are looked at."""
        found: dict[str, list[Restriction]] = {}
        for each in list_restrictions(self.inputs):
            if self.relevant(each):
                found.setdefault(each.kind, []).append(each)
        return found

    def amended(self, amendments: Iterable[Amendment]) -> EasedQuestion | None:
        """Return the question with changes on top; None where the files do not allow them together."""
        listed = list(amendments)
        if not listed:
            return self.question
        try:
            return replace(self.question, inputs=self._fewer(amended(self.inputs, listed)))
        except InputError:
            return None

    def _fewer(self, inputs: Inputs) -> Inputs:
        if self.rows is None:
            return inputs
        rows = tuple(row for row in inputs.demand.demands if row.id in self.rows)
        return replace(inputs, demand=inputs.demand.model_copy(update={"demands": rows}))

    def is_possible(self, amendments: Iterable[Amendment]) -> bool | None:
        """Whether a plan exists with changes; None where time is up before that is known."""
        listed = list(amendments)
        changes = frozenset(Amendment(each.path, repr(each.to), each.remove) for each in listed)
        key = (changes, self.rows)
        if key not in self._known:
            question = self.amended(listed)
            trial = None if question is None else self.ease(question, [NOTHING])
            self._known[key] = False if question is None else None if trial is None else trial.helps
        return self._known[key]

    def without(self, dropped: Iterable[Restriction]) -> bool | None:
        """Whether a plan exists with restrictions dropped."""
        return self.is_possible(each for restriction in dropped for each in restriction.drop)

    @cached_property
    def likely(self) -> tuple[Restriction, ...] | None:
        """The restrictions that the proof speaks of: dropping others leaves it as it is; None without a proof."""
        if self.touched is None:
            return None
        every = (each for members in self.by_kind.values() for each in members)
        return tuple(each for each in every if is_touched(each, self.touched, self.inputs))

    @cached_property
    def likely_kinds(self) -> dict[str, list[Restriction]]:
        """The restrictions that may help where they are dropped, by kind."""
        if self.likely is None:
            return self.by_kind
        found = {kind: [each for each in members if each in self.likely] for kind, members in self.by_kind.items()}
        return {kind: members for kind, members in found.items() if members}

    @cached_property
    def touched(self) -> frozenset[str] | None:
        """Ids of all that has a part in the proof that there is no plan; None where no such proof is at hand.

        These are the parts of the keys of the rows whose duals in phase 1 are not zero: of a linear programme, rows
        without one can be left out and no plan exists all the same (Farkas; Gleeson, Ryan: ORSA J. Computing, 1990).
        """
        programme = EasedProgramme(self.question.case, [])
        programme.add_states(self.question.case.costly_states)
        programme.add_plan_families()
        serve_whole(programme, self.question.served)
        programme.set_objective([])
        solution = Optimisation(programme, self.watch, None).minimise()
        if solution.duals is None or solution.status is not Status.INFEASIBLE:
            return None
        rows = [row for row, dual in zip(programme.rows, solution.duals.tolist(), strict=False) if abs(dual) > ROUNDING]
        asked = ("/".join(map(str, row.key[-3:-1])) for row in rows if row.family in ("demand_met", "training_volume"))
        return frozenset([*asked, *(str(part) for row in rows for part in (*row.key, row.family))])

    def ease(self, question: EasedQuestion, easings: Sequence[Easing]) -> EasingTrial | None:
        """Ease limits by as little as may be; None where time is up."""
        if self.watch.must_stop:
            return None
        self.count += 1
        return ease(question, easings, self.watch)


def shrink(items: Sequence[Item], holds: Callable[[Sequence[Item]], bool | None]) -> list[Item]:
    """Return a smallest part of a sequence for which something holds, given that it holds for the whole.

    No item of the part can be spared. The items that come first are kept rather than those behind them. Halves are
    tried before single items, so that few of many are found with few trials (Junker: QuickXplain, AAAI 2004).
    """

    def needed(before: list[Item], added: bool, rest: list[Item]) -> list[Item]:
        if added and holds(before):
            return []
        if len(rest) == 1:
            return rest
        half = len(rest) // 2
        first, last = rest[:half], rest[half:]
        of_last = needed([*before, *first], bool(first), last)
        of_first = needed([*before, *of_last], bool(of_last), first)
        return [*of_first, *of_last]

    return needed([], True, list(items)) if items else []
