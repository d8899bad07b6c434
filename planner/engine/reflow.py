"""What failures do to everybody else's traffic: it is flowed again over what is left, for the least penalty.

Builds and decisions stand as they are; the plan's own demands keep what they have to keep. The traffic is counted in
the hour in which the plan itself loads its links most.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.screening import decisions_of, minimise_loss
from planner.programme.paths import channel_loads

if TYPE_CHECKING:
    from planner.engine.solution import Solution
    from planner.programme.case import State
    from planner.programme.paths import Path
    from planner.programme.programme import Programme

DEARER = 1e3
"""What leaving the plan's own demands costs, in multiples of the dearest traffic: it comes first."""

Flows = list[tuple["Path", float]]


class FailureLoss(NamedTuple):
    """Gbps that are not carried while something has failed, and what a year of that would count for."""

    gbps: float
    penalty_usd: float


def reflow_failures(programme: Programme, solution: Solution) -> dict[tuple[int, str], FailureLoss]:
    """Return what every failure leaves of background traffic, by (year, contingency); nothing where there is none."""
    case = programme.case
    if not case.has_background or solution.values is None:
        return {}
    reflow = _Reflow(programme, solution)
    pairs = dict.fromkeys((state.year, state.contingency) for state in case.failing_states)
    return {pair: reflow.lose(*pair) for pair in pairs}


class _Reflow:
    """Flows the traffic of everybody else again, one failure after the other."""

    def __init__(self, programme: Programme, solution: Solution) -> None:
        assert solution.values is not None
        self.case, self._decided = programme.case, decisions_of(programme, solution)
        values = solution.values
        self._flows: defaultdict[int, Flows] = defaultdict(list)
        for path, flow in zip(programme.paths, programme.flows, strict=True):
            column = programme.column_of[flow]
            if column < len(values) and values[column] > 0 and self.case.states[path.state].is_intact:
                self._flows[path.state].append((path, float(values[column])))
        self.case = replace(self.case, demands=tuple(
            replace(demand, survives=1.0) if demand.is_background else demand for demand in self.case.demands
        ))  # fmt: skip

    def lose(self, year: int, contingency: str) -> FailureLoss:
        """Return what one failure leaves uncarried in a year."""
        case = self.case
        states = {
            state.block: state
            for state in case.failing_states
            if (state.year, state.contingency) == (year, contingency)
        }
        intact = max(case.intact_states(year), key=self._load)
        state, flows = states[intact.block], self._flows[intact.index]
        prices = {d.index: d.unserved_usd[year] for d in case.demands if d.is_background and d.unserved_usd is not None}
        if any(path.touches(state.failure) for path, _ in flows):
            left = self._flow_again(state, flows, prices)
        else:
            left = self._left(intact, flows)
        return FailureLoss(sum(left.values()), sum(prices[d] * gbps for d, gbps in left.items()))

    def _load(self, state: State) -> float:
        """Gbps that the plan itself puts on all links together."""
        case = self.case
        own = (each for each in self._flows[state.index] if not case.demands[each[0].demand].is_background)
        return sum(
            sum(channel_loads(case, case.routings[case.demands[path.demand].routing], path).values()) * amount
            for path, amount in own
        )

    def _left(self, intact: State, flows: Flows) -> dict[int, float]:
        """What is not carried where nothing has failed."""
        carried: defaultdict[int, float] = defaultdict(float)
        for path, amount in flows:
            carried[path.demand] += amount
        asked = {d.index: d.quantity[intact.year, intact.block] for d in self.case.demands if d.is_background}
        return {demand: max(gbps - carried[demand], 0.0) for demand, gbps in asked.items()}

    def _flow_again(self, state: State, flows: Flows, prices: dict[int, float]) -> dict[int, float]:
        case, kept = self.case, defaultdict[int, float](float)
        for path, amount in flows:
            demand = case.demands[path.demand]
            if not demand.is_background and demand.survives > 0:
                kept[path.demand] += demand.survives * amount
        dearest = DEARER * max(prices.values(), default=1.0)
        asked = {demand: case.demands[demand].quantity[state.year, state.block] for demand in prices}
        weights = dict.fromkeys(kept, dearest) | prices
        alive = [path for path, _ in flows if not path.touches(state.failure) and path.demand in weights]
        trial = minimise_loss(case, state, dict(kept) | asked, self._decided, prices=weights, known=alive)
        return {demand: float(np.maximum(trial.left.get(demand, asked[demand]), 0.0)) for demand in prices}
