"""Rules of failures: what has to be kept is kept in every one of them, and the table says what each of them touches.

A failure that touches no flow to be kept needs no flows of its own, and one set of flows may do for every block of a
year: the check asks of every (year, block, contingency) that some set of flows which it has seen keeps enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from planner.plan.verify.evidence import Evidence
from planner.plan.verify.failures import INTACT
from planner.plan.verify.flows import PartKey, StateKey, describe
from planner.plan.verify.times import Moment
from planner.plan.verify.tolerance import differs, exceeds, show

Amounts = Mapping[PartKey, float]
"""PFLOPS, or Gbps of traffic, by part of a demand."""


def failures_are_survived(e: Evidence) -> Iterator[str]:
    """In every contingency the share `survives` of what the intact state serves is kept.

    By the flows of that very state; where it has none, by the intact flows that do not touch the failure, or else by
    the flows of another hour of the same year, season and contingency.
    """
    survival = Survival(e)
    for year in e.years:
        for name in e.failures:
            for hour in e.hours if name != INTACT else ():
                state = (year, hour, name)
                for key, (needed, kept) in survival.missing(state).items():
                    words = f"{show(kept)} {e.parts[key].unit} are kept, and {show(needed)} have to be"
                    yield f"{describe(state)}: {e.parts[key]}: {words}"


def training_waits(e: Evidence) -> Iterator[str]:
    """A volume that can move in time is not served in failures."""
    for key, served in e.served.items():
        for state, amount in served.items() if e.parts[key].may_wait else ():
            if state[2] != INTACT and amount:
                yield f"{describe(state)}: {e.parts[key]}: training waits in failures"


def failures_table_is_right(e: Evidence) -> Iterator[str]:
    """What a failure touches are the PFLOPS of the intact flows over, or to, what fails: the mean over the day."""
    for (year, name), row in e.rows("failures").items():
        touched = e.touched(year, e.failures[name])
        right = sum(flow.amount * e.share(flow) for flow in touched if flow.is_compute)
        if differs(row["touched_pflops"], right):
            stated = show(row["touched_pflops"])
            yield f"{year}: failure {name}: touches {show(right)} PFLOPS, and the table says {stated}"


def losses_of_background_are_possible(e: Evidence) -> Iterator[str]:
    """What a failure leaves of background traffic is no more than is asked, at prices that there are.

    Only flowing it again could tell whether less would do; where nothing of it passes what fails, that is known.
    """
    for (year, name), row in e.rows("failures").items():
        others = [part for part in e.parts.values() if part.workload.is_background]
        prices = [p.workload.unserved_usd.at(year) for p in others if p.workload.unserved_usd is not None] or [0.0]
        lost, usd, asked = row["background_lost_gbps"], row["background_penalty_usd"], sum(p.most[year] for p in others)
        if lost < 0 or exceeds(lost, asked):
            yield f"{year}: failure {name}: leaves {show(lost)} of {show(asked)} Gbps of background traffic"
        if exceeds(usd, max(prices) * lost) or exceeds(min(prices) * lost, usd):
            yield f"{year}: failure {name}: {show(lost)} Gbps of background traffic left cannot count for {show(usd)}"


@dataclass(frozen=True)
class Survival:
    """What has to be kept in failures, and what is."""

    evidence: Evidence
    _lost: dict[tuple[int, str], dict[Moment, dict[PartKey, float]]] = field(default_factory=dict, init=False)
    """What intact flows to be kept lose, by year and contingency, then by hour."""
    _enough: dict[tuple[int, str, Moment], bool] = field(default_factory=dict, init=False)
    _peaks: dict[tuple[int, str], dict[PartKey, float]] = field(default_factory=dict, init=False)

    @cached_property
    def needed(self) -> dict[tuple[int, Moment], dict[PartKey, float]]:
        """What each block has to keep, by year and hour."""
        found: defaultdict[tuple[int, Moment], dict[PartKey, float]] = defaultdict(dict)
        for key, served in self.evidence.served.items():
            share = self.evidence.parts[key].workload.survives
            for (year, hour, name), amount in served.items() if share else ():
                if name == INTACT:
                    found[year, hour][key] = share * amount
        return dict(found)

    @cached_property
    def kept(self) -> dict[tuple[int, str], dict[Moment, dict[PartKey, float]]]:
        """What the flows of failing states serve, by year and contingency, then by hour."""
        found: defaultdict[tuple[int, str], defaultdict[Moment, dict[PartKey, float]]] = defaultdict(
            lambda: defaultdict(dict)
        )
        for key, served in self.evidence.served.items():
            for (year, hour, name), amount in served.items():
                if name != INTACT:
                    found[year, name][hour][key] = amount
        return {failure: dict(hours) for failure, hours in found.items()}

    def lost(self, year: int, name: str) -> dict[Moment, dict[PartKey, float]]:
        """Return what the intact flows of each hour lose in a failure, of demands with a share to keep."""
        if (year, name) not in self._lost:
            found: defaultdict[Moment, dict[PartKey, float]] = defaultdict(dict)
            for flow in self.evidence.touched(year, self.evidence.failures[name]):
                if self.evidence.parts[flow.part].workload.survives:
                    hour = found[flow.hour]
                    hour[flow.part] = hour.get(flow.part, 0.0) + flow.amount
            self._lost[year, name] = dict(found)
        return self._lost[year, name]

    def missing(self, state: StateKey) -> dict[PartKey, tuple[float, float]]:
        """Return what has to be kept and what is, of each part that does not keep enough in a state."""
        year, hour, name = state
        needed, every = self.needed.get((year, hour), {}), self.kept.get((year, name), {})
        if hour in every:
            return _missing(needed, every[hour])
        sets = {other: kept for other, kept in every.items() if other.season == hour.season}
        lost = self.lost(year, name).get(hour, {})
        served = self.evidence.served
        left = {key: served[key][year, hour, INTACT] - amount for key, amount in lost.items()}
        found = _missing({key: needed[key] for key in left}, left)
        for other in sets if found else ():
            if self._is_enough(year, name, other):
                return {}
            found = min(found, _missing(needed, sets[other]), key=_shortfall)
        return found

    def _is_enough(self, year: int, name: str, hour: Moment) -> bool:
        """Tell whether the flows of one hour keep enough for every hour of the year's season."""
        if (year, name, hour) not in self._enough:
            self._enough[year, name, hour] = not _missing(self._most(year, hour.season), self.kept[year, name][hour])
        return self._enough[year, name, hour]

    def _most(self, year: int, season: str) -> dict[PartKey, float]:
        """Return the most that each part has to keep in any hour of a year's season."""
        if (year, season) not in self._peaks:
            peak = self._peaks[year, season] = {}
            for hour in (at for at in self.evidence.hours if at.season == season):
                for key, amount in self.needed.get((year, hour), {}).items():
                    peak[key] = max(peak.get(key, 0.0), amount)
        return self._peaks[year, season]


def _shortfall(missing: Mapping[PartKey, tuple[float, float]]) -> tuple[int, float]:
    """How bad it is: how many parts keep too little, and by how much together."""
    return len(missing), sum(needed - kept for needed, kept in missing.values())


def _missing(needed: Amounts, kept: Amounts) -> dict[PartKey, tuple[float, float]]:
    """Return what has to be kept and what is, of each part that keeps too little."""
    pairs = ((key, amount, kept.get(key, 0.0)) for key, amount in needed.items())
    return {key: (amount, has) for key, amount, has in pairs if exceeds(amount, has)}


RULES = (failures_are_survived, training_waits, failures_table_is_right, losses_of_background_are_possible)
