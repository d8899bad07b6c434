"""What a plan loses while something has failed: flows move, what is built and decided stays.

What the plan serves is to be kept, training aside, which waits: flows are found again for the least penalty on what is
left, and among those for the least running cost. Two facts save most of the work, and are no approximation:

* Flows that touch nothing of what has failed are a plan of the failing state too. So a failure that touches no flow
  loses nothing, and one that touches no flow of the answer to a part of it loses what that part loses.
* What has failed only takes away: the more has failed, the more is lost.

So of a failure only what is touched, again and again, is looked at, and each answer is found once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.engine.screening import minimise_loss
from planner.programme.sets import FailureCase, State

if TYPE_CHECKING:
    from planner.engine.screening import Decided
    from planner.programme.case import Case
    from planner.programme.paths import Path

REQUIRED = 1e3
"""What leaving required work counts for, in multiples of the dearest price."""
RUNNING = 1e-6
"""What running costs count for beside penalties: they only choose among ways to lose as little."""
NOISE = 1e-7
"""What is left of a demand below this share of it is rounding of the solver."""

Asset = tuple[str, int]
"""("link" or "site", its position)."""
Flows = Mapping[int, list[tuple["Path", float]]]
"""Paths in use with their amounts, by the index of the intact state."""


@dataclass(frozen=True)
class Loss:
    """What is lost while some assets have failed.

    Attributes
    ----------
    left
        by demand: PFLOPS or Gbps not kept, mean over the blocks of the year
    used
        links and sites that the flows which remain go over and to: anything else may fail as well
    """

    left: Mapping[int, float]
    used: frozenset[Asset]


class Losses:
    """Finds what failures cost a plan in a year; answers are kept.

    Attributes
    ----------
    served
        by demand: what the plan serves, PFLOPS or Gbps, mean over the blocks; training is left out
    solved
        how many failing states had to be solved
    """

    def __init__(self, case: Case, year: int, flows: Flows, decided: Decided) -> None:
        kept = tuple(d if d.movable else replace(d, survives=1.0) for d in case.demands)  # else no path is looked for
        self.case, self.year, self._decided = replace(case, demands=kept), year, decided
        self._states = case.intact_states(year)
        self._flows = {
            state.index: [used for used in flows.get(state.index, ()) if not case.demands[used[0].demand].movable]
            for state in self._states
        }
        self.solved = 0
        self.served = self._amounts(self._flows)
        prices = {d.index: d.unserved_usd[year] for d in case.demands if d.unserved_usd is not None}
        self._dearest = max(prices.values(), default=0.0) or 1.0
        self._prices = {d.index: prices.get(d.index, REQUIRED * self._dearest) / self._dearest for d in case.demands}
        self._known = {frozenset[Asset](): Loss({}, self._touched(self._flows))}

    def of(self, failed: Iterable[Asset]) -> Loss:
        """Return what is lost while these have failed together."""
        failed, part = frozenset(failed), frozenset[Asset]()
        while True:
            loss = self._known.get(part)
            if loss is None:
                loss = self._known[part] = self._solve(part)
            touched = (failed & loss.used) - part
            if not touched:
                return loss
            part |= touched

    def _solve(self, failed: frozenset[Asset]) -> Loss:
        """Find flows again in every block that is touched."""
        failure = FailureCase(
            "+".join(f"{sort}:{position}" for sort, position in sorted(failed)),
            frozenset(position for sort, position in failed if sort == "link"),
            frozenset(position for sort, position in failed if sort == "site"),
        )
        kept = {}
        for state in self._states:
            flows = self._flows[state.index]
            if any(path.touches(failure) for path, _ in flows):
                flows = self._flow_again(state, failure, flows)
            kept[state.index] = flows
        remaining = self._amounts(kept)
        left = {demand: asked - remaining.get(demand, 0.0) for demand, asked in self.served.items()}
        return Loss(
            {demand: amount for demand, amount in left.items() if amount > NOISE * self.served[demand]},
            self._touched(kept),
        )

    def _flow_again(
        self, state: State, failure: FailureCase, flows: list[tuple[Path, float]]
    ) -> list[tuple[Path, float]]:
        self.solved += 1
        asked: defaultdict[int, float] = defaultdict(float)
        for path, amount in flows:
            asked[path.demand] += amount
        failing = State(state.index, state.year, state.block, failure)
        alive = [path for path, _ in flows if not path.touches(failure)]
        trial = minimise_loss(
            self.case, failing, dict(asked), self._decided, prices=self._prices, known=alive,
            running=RUNNING / self._dearest,
        )  # fmt: skip
        return trial.flows

    def _amounts(self, flows: Flows) -> dict[int, float]:
        """Mean of what each demand is served over the blocks."""
        found: defaultdict[int, float] = defaultdict(float)
        for state in self._states:
            for path, amount in flows[state.index]:
                found[path.demand] += self.case.share(state) * amount
        return dict(sorted(found.items()))

    def _touched(self, flows: Flows) -> frozenset[Asset]:
        """Links and sites that flows go over and to."""
        paths = {(path.arcs, path.site) for state in self._states for path, _ in flows[state.index]}
        links = {("link", arc // 2) for arcs, _ in paths for arc in arcs}
        return frozenset(links | {("site", site) for _, site in paths if site >= 0})
