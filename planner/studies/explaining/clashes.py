"""The smallest set of restrictions that cannot be kept together, each with its place in the files.

What the scenario asks for is looked at first, with the world as it is; then which facts of the world stand against it.
The set is irreducible: with only its members in force no plan exists, and with any one of them dropped one does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.studies.explaining.restrictions import FACTUAL, Restriction
from planner.studies.explaining.trials import Trials, shrink

if TYPE_CHECKING:
    from planner.errors import Place

MOST_FACTS = 24
"""Facts of one kind that are told from each other; of more, the kind is told."""


@dataclass(frozen=True)
class Clash:
    """A member of the conflict.

    Attributes
    ----------
    restrictions
        what it stands for: one, or all facts of a kind where these are too many to tell apart
    record
        path of the one, or the section of the many
    value
        what the file says
    place
        where
    """

    restrictions: tuple[Restriction, ...]
    record: str
    value: str
    place: Place

    @property
    def kind(self) -> str:
        """What sort of restriction it is."""
        return self.restrictions[0].kind

    @property
    def says(self) -> str:
        """The record with what the file says."""
        return f"{self.record}: {self.value}" if self.value else self.record


def find_clash(trials: Trials) -> list[Clash]:
    """Return a conflict's members, what is asked for before facts; nothing where time was up before it was known."""
    every = [each for members in trials.by_kind.values() for each in members]
    likely = _likely(trials, every)
    asked = [each for each in likely if each.kind not in FACTUAL]
    out = [each for each in every if each.kind not in FACTUAL and each not in asked]
    rules = [] if trials.without([*asked, *out]) is False else _needed(trials, asked, out)
    others = [each for each in [*asked, *out] if each not in rules]
    every_fact = [each for each in every if each.kind in FACTUAL]
    facts = [each for each in every_fact if each in likely]
    left_out = [each for each in every_fact if each not in facts]
    if trials.without([*others, *left_out]) is False:
        return _told(trials, rules, _needed_kinds(trials, facts, [*others, *left_out]))
    return _told(trials, rules, _needed_kinds(trials, every_fact, others))


def _likely(trials: Trials, every: Sequence[Restriction]) -> list[Restriction]:
    """Return the restrictions that the proof speaks of, if these clash by themselves; else all."""
    likely = trials.likely
    if likely is None:
        return list(every)
    touched = trials.touched or frozenset()
    trials.rows = None if touched & {"member_hosting", "share"} else frozenset(_rows_touched(trials, touched))
    if trials.without(each for each in every if each not in likely) is False:
        return list(likely)
    trials.rows = None
    return list(every)


def _rows_touched(trials: Trials, touched: frozenset[str]) -> Iterator[str]:
    """Yield the demands that a proof speaks of, and all of a country whose floor it speaks of."""
    nodes = trials.inputs.topology.nodes
    for row in trials.inputs.demand.demands:
        home = nodes[row.origin].country if row.origin in nodes else row.origin
        if row.id in touched or (home in touched and "floor" in touched):
            yield row.id


def _needed(trials: Trials, members: Sequence[Restriction], dropped: Sequence[Restriction]) -> list[Restriction]:
    """Return the members that cannot be kept beside all others but those dropped, first kind by kind."""
    kinds = list(dict.fromkeys(each.kind for each in members))

    def clashes(kept: Sequence[str]) -> bool:
        gone = [each for each in members if each.kind not in kept]
        return trials.without([*dropped, *gone]) is False

    chosen = _hit_by_all(trials, members, kinds, dropped)
    chosen = (
        chosen if chosen and clashes(chosen) else shrink([*chosen, *(k for k in kinds if k not in chosen)], clashes)
    )
    of_kinds = [each for each in members if each.kind in chosen]
    outside = [each for each in members if each.kind not in chosen]

    def clash_of(kept: Sequence[Restriction]) -> bool:
        gone = [each for each in of_kinds if each not in kept]
        return trials.without([*dropped, *outside, *gone]) is False

    return shrink(of_kinds, clash_of)


def _hit_by_all(
    trials: Trials, members: Sequence[Restriction], kinds: Sequence[str], dropped: Sequence[Restriction]
) -> list[str]:
    """Return the kinds each of which alone lets a plan exist: every conflict has a member of each."""
    return [
        kind for kind in kinds if trials.without([*dropped, *(each for each in members if each.kind == kind)]) is True
    ]


def _needed_kinds(trials: Trials, facts: Sequence[Restriction], dropped: Sequence[Restriction]) -> list[Restriction]:
    """Return the facts that stand against what is asked; of a kind with many members, all of them."""
    kinds = list(dict.fromkeys(each.kind for each in facts))

    def clashes(kept: Sequence[str]) -> bool:
        return trials.without([*dropped, *(each for each in facts if each.kind not in kept)]) is False

    chosen = shrink(kinds, clashes)
    found = [each for each in facts if each.kind in chosen]
    gone = [each for each in facts if each.kind not in chosen]
    for kind in chosen:
        members = [each for each in found if each.kind == kind]
        if 1 < len(members) <= MOST_FACTS:
            gone += _spared(trials, members, [*dropped, *gone])
    return [each for each in found if each not in gone]


def _spared(trials: Trials, members: Sequence[Restriction], dropped: Sequence[Restriction]) -> list[Restriction]:
    """Return the members without which no plan exists all the same."""

    def clash(kept: Sequence[Restriction]) -> bool:
        return trials.without([*dropped, *(each for each in members if each not in kept)]) is False

    kept = shrink(members, clash)
    return [each for each in members if each not in kept]


def _told(trials: Trials, rules: Sequence[Restriction], facts: Sequence[Restriction]) -> list[Clash]:
    inputs = trials.inputs
    told = [Clash((each,), each.record, inputs.places.written(*each.keys), each.place(inputs)) for each in rules]
    for kind in dict.fromkeys(each.kind for each in facts):
        members = [each for each in facts if each.kind == kind]
        if len(members) <= MOST_FACTS:
            told += [Clash((e,), e.record, inputs.places.written(*e.keys), e.place(inputs)) for e in members]
        else:
            section = members[0].record.partition(".")[0]
            told.append(Clash(tuple(members), f"{section}: {kind}", str(len(members)), members[0].place(inputs)))
    return told
