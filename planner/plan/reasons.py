"""Why a demand is not wholly served: the rule or the limit that stands in its way, in words.

Where no admissible path exists, the rules are taken away one by one until one appears (`pathless`). Where paths exist,
what serving costs apart from limits is held against what leaving it unserved costs, and the limits on the way are
tried (`limits`). A reason is a claim: before it is said, what it names has been moved in the live programme.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.plan import phrases
from planner.plan.other_rules import OtherRules
from planner.plan.pathless import PathlessReasons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from planner.engine.pricing import PricedPath
    from planner.plan.answer import Answer
    from planner.programme.case import DemandCase, State

REASONS_SHOWN = 3
"""Reasons named for one demand; a country's nodes may have more."""

Key = tuple[int, str, str]


def explain_unserved(answer: Answer) -> dict[Key, str]:
    """Say why, for every (year, origin as written, workload) that is not wholly served."""
    case = answer.case
    missing = {year: _missing(answer, year) for year in case.years}
    left: defaultdict[Key, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    if not any(amounts for amounts, _ in missing.values()):
        return {}
    assert answer.fixed is not None
    other = OtherRules(answer.inputs, answer.programme, answer.fixed)
    if other.deciding_stage < len(case.stages) - 1:
        answer.fixed.set_objective(other.deciding_stage)
    reasons = Reasons(other, PathlessReasons(answer.inputs, other), answer.solution.lost)
    for year, (amounts, worst) in missing.items():
        for state, parts in worst.items():
            for index, reason in reasons.explain(state, parts).items():
                left[year, *case.demands[index].key][reason] += amounts[index]
    return {key: _join(amounts) for key, amounts in left.items()}


def _missing(answer: Answer, year: int) -> tuple[dict[int, float], dict[State, list[int]]]:
    """What each part of a demand lacks in a year, as mean over the day, and the parts by the block that lacks most."""
    case, amounts = answer.case, dict[int, float]()
    worst: defaultdict[State, list[int]] = defaultdict(list)
    states = case.intact_states(year)
    for demand in case.demands:
        served = [answer.sum_of("served", state, demand.index) for state in states]
        asked = [demand.quantity[year, state.block] for state in states]
        if demand.movable:
            served = [answer.mean("served", year, demand.index)] * len(states)
            asked = [case.volume(demand, year)] * len(states)
        gaps = [
            answer.shortfall(wanted, got, traffic=not demand.is_compute)
            for wanted, got in zip(asked, served, strict=True)
        ]
        if any(gaps):
            amounts[demand.index] = sum(gap * case.share(state) for gap, state in zip(gaps, states, strict=True))
            open_at = [i for i, state in enumerate(states) if demand.quantity[state.at] > 0]  # in its window
            worst[states[max(open_at, key=gaps.__getitem__)]].append(demand.index)
    return amounts, worst


def _join(amounts: dict[str, float]) -> str:
    """Join the reasons of a demand's parts, the largest first, with the PFLOPS each holds back."""
    ordered = sorted(amounts, key=lambda reason: (-amounts[reason], reason))
    if len(ordered) == 1:
        return ordered[0]
    shown = [phrases.PART.say(pflops=amounts[reason], reason=reason) for reason in ordered[:REASONS_SHOWN]]
    rest = sum(amounts[reason] for reason in ordered[REASONS_SHOWN:])
    others = [phrases.PART.say(pflops=rest, reason=phrases.OTHERS.say())] if rest else []
    return phrases.ALSO.join([*shown, *others])


@dataclass(frozen=True)
class Reasons:
    """Finds the reason for single parts of demands, given the live programme of a plan."""

    other: OtherRules
    pathless: PathlessReasons
    lost: Mapping[tuple[int, int], str]

    def explain(self, state: State, demands: list[int]) -> dict[int, str]:
        """Return the reason for each of the demands, by position, in one state."""
        other, chosen = self.other, set(demands)
        money = self._cheapest(other.money, state, chosen)
        inside = self._cheapest(other.prices, state, chosen)
        through = self._cheapest(other.fixed.prices(through_gates=True), state, chosen)
        found: dict[int, str] = {}
        for index in sorted(chosen):
            demand = other.case.demands[index]
            if (index, state.year) in self.lost:
                found[index] = self._say_lost(state, demand)
            elif index not in money:
                found[index] = self.pathless.explain(state, demand)
            else:
                dear = other.say_too_dear(state, demand, money[index])
                reason = dear or other.say_limits(inside.get(index), through.get(index))
                found[index] = reason + self._say_barred_site(state, demand)
        return found

    def _say_lost(self, state: State, demand: DemandCase) -> str:
        """Say that a failure leaves no way, where part of the demand has to survive it."""
        cut = self.other.say_cut_off(self.lost[demand.index, state.year], demand)
        rules = self.other.case.routings[demand.routing]
        return cut + self.other.say_even_then(state, demand, rules, without="survival")

    def _say_barred_site(self, state: State, demand: DemandCase) -> str:
        """Say which site would serve the demand, at today's prices of limits, if residency or its hosts let it."""
        found = self.other.barred_site(state, demand)
        if found is None:
            return ""
        site, _, listed = found
        return phrases.ALSO + (phrases.RESIDENCY_KEEPS if listed else phrases.HOSTS_KEEP).say(site=site)

    def _cheapest(self, prices: NDArray[np.float64], state: State, chosen: set[int]) -> dict[int, PricedPath]:
        """Cheapest path of each demand at the prices."""
        return {each.demand: each for each in self.other.pricing.price(prices, only=chosen, state=state)}
