"""Causes that are seen without solving: no admissible site, more asked than can ever be built, links overcommitted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.engine.screening import find_reachable
from planner.plan import phrases
from planner.plan.diagnosis.findings import overcommitted
from planner.plan.diagnosis.required import describe

if TYPE_CHECKING:
    from planner.programme.case import Case


def quick_causes(case: Case) -> Iterator[str]:
    """Yield the causes, each a sentence."""
    yield from overcommitted(case)
    needed = [demand for demand in case.demands if demand.unserved_usd is None]
    for year in case.years:
        reachable = find_reachable(case, case.intact_states(year)[0], needed)
        for demand in needed:
            asked = case.volume(demand, year)
            if asked > 0 and demand.index not in reachable:
                said = {**describe(case, demand), "asked": asked, "missing": asked, "year": year}
                yield phrases.REQUIRED_LEFT.say(**said)
        asked = sum(case.volume(demand, year) for demand in needed if demand.is_compute)
        most = sum(case.most_pflops(i, year) * case.sites[i].fill[year] for i in range(len(case.sites)))
        if asked > most * (1 + 1e-9):
            yield phrases.MORE_THAN_EVER.say(asked=asked, most=most, year=year)
