"""Which amendments would let a plan exist: one kind of restriction after the other, and in combination where needed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.engine.graphs import Reach
from planner.plan.other_rules import limit_just_kept
from planner.studies.explaining.amendments import Amendment, written
from planner.studies.explaining.amounts import GAUGES, Gauge, Violation
from planner.studies.explaining.restrictions import Restriction
from planner.studies.explaining.trials import Trials, shrink

if TYPE_CHECKING:
    from planner.plan.diagnosis.eased import Easing, EasingTrial

GAUGED = {gauge.kind: gauge for gauge in GAUGES}
LAST = ("required",)
"""Kinds that are given up last where several have to give: what is asked for."""


@dataclass(frozen=True)
class Remedy:
    """Amendments with which a plan exists in the programme; whether it does when solved is yet to be seen.

    Attributes
    ----------
    kinds
        which sorts of restrictions give
    violations
        by how much they do, of those with an amount
    grants
        (site:x or link:y, amount) of capacity that is given without being bought
    """

    kinds: tuple[str, ...]
    amendments: tuple[Amendment, ...]
    violations: tuple[Violation, ...] = ()
    grants: tuple[tuple[str, float], ...] = ()


def find_remedies(trials: Trials, conflict: Sequence[Restriction] = ()) -> Iterator[Remedy]:
    """Yield what helps alone, kind by kind; where nothing does, the combination that does.

    Of a known conflict something has to give: only its kinds can help alone, and its members are looked at first.
    """
    found_any, clashing = False, dict.fromkeys(each.kind for each in conflict)
    for kind, members in trials.likely_kinds.items():
        if clashing and kind not in clashing:
            continue
        first = [each for each in conflict if each.kind == kind]
        enough = first and kind not in GAUGED and trials.without(first)
        for remedy in _of_kind(trials, kind, first if enough else members):
            found_any = True
            yield remedy
    if not found_any:
        yield from _combined(trials)


def _of_kind(trials: Trials, kind: str, members: list[Restriction]) -> Iterator[Remedy]:
    easings = list(GAUGED[kind].ease(trials.question)) if kind in GAUGED else []
    if easings:
        for easing in easings:
            trial = trials.ease(trials.question, [easing])
            if trial is not None and trial.helps and trial.amounts:
                yield _gauged(GAUGED[kind], trial)
    elif trials.without(members):
        chosen = shrink(members, trials.without)
        yield Remedy((kind,), tuple(_milder(trials, kind, chosen, ())))


def _gauged(gauge: Gauge, trial: EasingTrial) -> Remedy:
    return Remedy((gauge.kind,), tuple(gauge.amend(trial)), tuple(gauge.violations(trial)), grants_of(trial))


def grants_of(trial: EasingTrial) -> tuple[tuple[str, float], ...]:
    """Return the capacity that a trial gives for nothing."""
    sites = [(f"site:{key}", amount) for (key,), amount in trial.of("compute").items()]
    return (*sites, *((f"link:{key}", amount) for (key,), amount in trial.of("link").items()))


def _combined(trials: Trials) -> Iterator[Remedy]:
    """Yield the smallest combination of kinds that helps, with the least of each."""
    kinds = list(trials.by_kind)
    kinds.sort(key=lambda kind: kind in LAST)

    def helps(kept: Sequence[str]) -> bool | None:
        return trials.without(each for kind in kept for each in trials.by_kind[kind])

    if not helps(kinds):
        return
    chosen = shrink(kinds, helps)
    members = [each for kind in chosen for each in trials.by_kind[kind] if kind not in GAUGED]
    gauged = [each for kind in chosen if kind in GAUGED for each in trials.by_kind[kind]]
    members = shrink(members, lambda kept: trials.without([*kept, *gauged])) if members else []
    fixed = [each for kind in chosen if kind in GAUGED for r in trials.by_kind[kind] for each in r.drop]
    dropped: list[Amendment] = []
    for kind in dict.fromkeys(each.kind for each in members):
        others = [a for each in members if each.kind != kind for a in each.drop]
        dropped += _milder(trials, kind, [m for m in members if m.kind == kind], (*fixed, *others))
    yield from _with_least(trials, chosen, dropped)


def _with_least(trials: Trials, chosen: Sequence[str], dropped: list[Amendment]) -> Iterator[Remedy]:
    """Yield a combination with amounts of those kinds that have one as small as may be."""
    gauges = [GAUGED[kind] for kind in chosen if kind in GAUGED]
    question = trials.amended(dropped)
    if question is None:
        return
    easings: list[Easing] = [easing for gauge in gauges for easing in gauge.ease(question)]
    if not easings:
        yield Remedy(tuple(chosen), tuple(dropped))
        return
    trial = trials.ease(question, [replace(each, weigh=None) for each in easings])
    if trial is None or not trial.helps:
        return
    amendments = [*dropped, *(each for gauge in gauges for each in gauge.amend(trial))]
    violations = [each for gauge in gauges for each in gauge.violations(trial)]
    yield Remedy(tuple(chosen), tuple(amendments), tuple(violations), grants_of(trial))


def _milder(
    trials: Trials, kind: str, chosen: Sequence[Restriction], beside: Sequence[Amendment]
) -> Iterator[Amendment]:
    """Yield what a reader would do in place of dropping restrictions altogether, where that suffices."""
    gentle = [each for restriction in chosen for each in (restriction.repair or restriction.drop)]
    if any(each.repair for each in chosen) and trials.is_possible([*beside, *gentle]):
        yield from gentle
    elif kind == "max_rtt":
        kept = [each for restriction in chosen for each in restriction.drop]
        for restriction in chosen:
            others = [each for each in kept if each not in restriction.drop]
            yield _least_rtt(trials, restriction, [*beside, *others])
    else:
        yield from (each for restriction in chosen for each in restriction.drop)


def _least_rtt(trials: Trials, restriction: Restriction, beside: Sequence[Amendment]) -> Amendment:
    """Return the shortest limit that suffices, of the round trips to the sites that there are; none if none does."""
    candidates = _round_trips(trials, str(restriction.keys[1]), restriction, beside)
    low, high = 0, len(candidates)
    while low < high:
        middle = (low + high) // 2
        amendment = Amendment(restriction.record, written(candidates[middle], "ms"))
        if trials.is_possible([*beside, amendment]):
            high = middle
        else:
            low = middle + 1
    if low == len(candidates):
        return restriction.drop[0]
    return Amendment(restriction.record, written(candidates[low], "ms"))


def _round_trips(trials: Trials, workload: str, restriction: Restriction, beside: Sequence[Amendment]) -> list[float]:
    """Return the least round trips beyond the limit, in tenths of a ms, of a workload to each of its hosts."""
    question = trials.amended([*beside, *restriction.drop])
    limit = trials.inputs.demand.workloads[workload].max_rtt_ms
    if question is None or limit is None:
        return []
    case, found = question.case, set[float]()
    for demand in (each for each in case.demands if each.workload == workload):
        routing = case.routings[demand.routing]
        for year in case.years:
            state = case.intact_states(year)[0]
            for host in routing.hosts:
                alone = Reach(case, state, replace(routing, hosts=(host,)))
                rtt = alone.least_rtt_ms(demand.node) + demand.access_ms
                if limit < rtt < float("inf"):
                    found.add(limit_just_kept(rtt))
    return sorted(found)
