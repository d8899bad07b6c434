"""What the reader has to know about the figures: demand listed late, peaks shaved, years far apart, prices."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from planner.admissibility import offers, takes
from planner.background import known_gbps, share_there
from planner.plan import phrases
from planner.programme.hours import shaved_peak
from planner.stakes import BrokenStake, broken_stakes

if TYPE_CHECKING:
    from planner.engine.solution import Solution
    from planner.files import Inputs
    from planner.programme.case import Case

NAMED = 4
"""Demands that a note names."""
WORTH_SAYING = 0.005
"""Errors below this share are not mentioned."""


def write_notes(inputs: Inputs, case: Case, solution: Solution) -> Iterator[str]:
    """Yield the notes that a plan needs, each a sentence."""
    yield from write_question_notes(inputs, case)
    if case.failing_states:
        yield from _failures(case, solution)
    if any(variable for variable in solution.stages if variable.name != "cost") and solution.status.has_plan:
        yield phrases.HELD.say()


def write_question_notes(inputs: Inputs, case: Case) -> Iterator[str]:
    """Yield the notes that follow from the question alone, whatever its plan."""
    yield from _earlier(inputs, case)
    yield from _elsewhere(inputs, case)
    yield from _uncounted(inputs)
    yield from _barred(inputs)
    yield from _windows(inputs)
    yield from _deadlines(inputs)
    yield from _hours(inputs, case)
    yield from _years(inputs, case)
    if names := dict.fromkeys(state.contingency for state in case.failing_states):
        yield phrases.SCREENED.say(count=len(names))


def _earlier(inputs: Inputs, case: Case) -> Iterator[str]:
    """Say which demands count before the first year that they are listed for, as figures of all maps of years do."""
    listed: dict[int, list[str]] = {}
    first = case.years[0]
    for row in inputs.demand.demands:
        year = row.amount.points[0][0]
        if year > first and row.amount.at(first) > 0:
            name = row.workload if inputs.demand.workloads[row.workload].is_background else row.id
            listed.setdefault(year, []).append(name)
    for year, every in sorted(listed.items()):
        names = list(dict.fromkeys(every))  # everybody else's traffic has many rows of one record
        some = phrases.LISTED.join(names[:NAMED]) + ("..." if len(names) > NAMED else "")
        yield phrases.EARLIER.say(count=len(names), first=first, year=year, names=some)


def _elsewhere(inputs: Inputs, case: Case) -> Iterator[str]:
    """Say how much of everybody else's traffic is left out, for it has no end in this network, or only one."""
    records, year = inputs.topology.background.values(), case.years[0]
    elsewhere = [record for record in records if not share_there(record, inputs.topology)]
    if elsewhere:
        gbps = known_gbps(sum(record.rate_gbps.growing_at(year) for record in elsewhere))
        reason = phrases.ELSEWHERE_ENDS.say(count=len(elsewhere), gbps=gbps, year=year)
        yield phrases.OTHERS_NOTE.say(reason=reason)


def _uncounted(inputs: Inputs) -> Iterator[str]:
    """Say which sites take none of the work whose clusters are counted in cards, for theirs are not known."""
    asked = dict.fromkeys(row.workload for row in inputs.demand.demands)
    for key, workload in inputs.demand.workloads.items():
        sites = inputs.topology.sites.values()
        names = sorted(site.id for site in sites if offers(site, workload) and not takes(site, workload))
        if key in asked and names:
            some = phrases.LISTED.join(names[:NAMED]) + ("..." if len(names) > NAMED else "")
            yield phrases.UNCOUNTED.say(workload=key, names=some)


def _barred(inputs: Inputs) -> Iterator[str]:
    """Say what the rules on foreign stakes keep from being built, rule by rule, and how much of it others own."""
    found: dict[str, dict[str, BrokenStake]] = {}
    for asset, broken in broken_stakes(inputs):
        found.setdefault(broken.rule, {})[f"{asset} ({100 * broken.foreign:.4g} %)"] = broken
    for rule, barred in found.items():
        first = next(iter(barred.values()))
        some = phrases.LISTED.join([*barred][:NAMED]) + ("..." if len(barred) > NAMED else "")
        yield phrases.BARRED.say(rule=rule, most=100 * first.most, country=first.country, names=some)


def _deadlines(inputs: Inputs) -> Iterator[str]:
    """Say what the deadline of each job of inference is made of."""
    asked = {row.workload for row in inputs.demand.demands}
    for key, workload in inputs.demand.workloads.items():
        job = workload.job
        if key in asked and job is not None and job.leaves_ms > 0:
            yield phrases.DEADLINE.say(
                workload=key,
                deadline_s=job.deadline_s,
                sending_s=job.sending_s,
                working_s=job.working_s,
                utilisation=job.utilisation,
                leaves_s=job.leaves_ms / 1000,
            )


def _windows(inputs: Inputs) -> Iterator[str]:
    """Say what runs in windows, at how many PFLOPS, and which years stand for others as well."""
    found = {row.id: (row.amount, row.window) for row in inputs.demand.demands if row.window is not None}
    names = []
    for name, (amount, window) in found.items():
        most = max(figure.at(window.year) for _, figure in amount.seasons)
        names.append(f"{name} {window.from_day[:5]}{window.name} ({most:.4g} PFLOPS)")
    if names:
        some = phrases.LISTED.join(names[:NAMED]) + ("..." if len(names) > NAMED else "")
        yield phrases.WINDOWS.say(names=some)
    for year, following in pairwise(inputs.scenario.years):
        if following > year + 1 and any(window.year == year for _, window in found.values()):
            yield phrases.WINDOW_YEARS.say(year=year, last=following - 1)


def _hours(inputs: Inputs, case: Case) -> Iterator[str]:
    """Say by how much coarse blocks shave the peaks, and that daylight saving is ignored."""
    shaved: dict[str, float] = {}
    for demand in case.demands:
        profile = inputs.demand.workloads[demand.workload].profile
        zone = inputs.topology.nodes[case.network.nodes[demand.node]].timezone
        loss = shaved_peak(profile, zone, case.blocks_of_day)
        shaved[demand.workload] = max(shaved.get(demand.workload, 0.0), loss)
    if case.blocks_of_day > 1:
        yield phrases.BLOCKS.say(count=case.blocks_of_day)
    if inputs.scenario.seasons:
        days = (f"{name} {days:g}" for name, days in inputs.scenario.seasons.items())
        yield phrases.SEASONS.say(days=phrases.LISTED.join(days))
    for workload, loss in shaved.items():
        if loss > WORTH_SAYING:
            yield phrases.SHAVED.say(count=24 // case.blocks_of_day, share=loss, workload=workload)


def _years(inputs: Inputs, case: Case) -> Iterator[str]:
    """Say how far demand summed over the listed years is from demand that grows in between."""
    if len(case.years) < 2:
        return
    listed = grown = 0.0
    for row in inputs.demand.demands:
        if inputs.demand.workloads[row.workload].kind == "traffic":
            continue
        for start, end in zip(case.years, case.years[1:], strict=False):
            for year in range(start, end):
                discount = (1 + case.finance.discount_rate) ** -(year - case.years[0])
                listed += discount * row.amount.growing_at(start)
                grown += discount * row.amount.growing_at(year)
    error = grown / listed - 1 if listed else 0.0
    if abs(error) > WORTH_SAYING:
        yield phrases.FAR_APART.say(percent=100 * error)


def _failures(case: Case, solution: Solution) -> Iterator[str]:
    if solution.without_failures is not None and len(solution.stages) == 1 and solution.status.has_plan:
        extra = solution.objective - solution.without_failures
        surviving = phrases.SURVIVING_ABOUT if case.has_whole else phrases.SURVIVING
        yield surviving.say(usd=extra, currency=case.finance.currency)
    if solution.unsurvived:
        yield phrases.UNSURVIVED.say(names=phrases.LISTED.join(solution.unsurvived))
