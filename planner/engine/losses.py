"""What a plan loses while something has failed: flows move, what is built and decided stays.

What the plan serves is to be kept, training aside, which waits: flows are found again for the least penalty on what is
left, and among those for the least running cost. Two facts save most of the work, and are no approximation:

* Flows that touch nothing of what has failed are a plan of the failing state too. So a failure that touches no flow
  loses nothing, and one that touches no flow of the answer to a part of it loses what that part loses.
* What has failed only takes away: the more has failed, the more is lost.

So of a failure only what is touched, again and again, is looked at, and each answer is found once. What is touched is
first moved into the room that the rest leaves: where that loses no more than what has no way left at all, no plan loses
less. Otherwise all flows move.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.engine.screening import find_reachable, minimise_loss
from planner.programme.paths import channel_loads
from planner.programme.routing_sets import NO_SITE
from planner.programme.sets import FailureCase, State

if TYPE_CHECKING:
    from planner.engine.screening import Decided, SurvivalTrial
    from planner.programme.case import Case
    from planner.programme.paths import Path
    from planner.programme.sets import SiteCase

REQUIRED = 1e3
"""What leaving required work counts for, in multiples of the dearest price."""
RUNNING = 1e-6
"""What running costs count for beside penalties: they only choose among ways to lose as little."""
ROUNDING = 1e-9
"""Flows that stay leave so much more room, as a share of themselves: tables are rounded."""
SWEPT_AFTER = 64
"""Programmes after which memory is searched for those that nobody uses any more."""
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
        """Move what is touched into the room that is left; where that loses more than has to be, move everything."""
        self.solved += 1
        if self.solved % SWEPT_AFTER == 0:  # a programme is a circle of objects, which Python lets lie for long
            gc.collect()
        failing = State(state.index, state.year, state.block, failure)
        touched = {path.demand for path, _ in flows if path.touches(failure)}
        stay = [used for used in flows if used[0].demand not in touched]
        move = [used for used in flows if used[0].demand in touched]
        if stay and not (self.case.gates or self.case.whole_choices or self.case.groups):
            moved = self._move(self._filled(state, stay), failing, move)
            if moved is not None:
                return [*stay, *moved]
        trial = self._minimise(self.case, failing, flows, self._prices)
        return trial.flows

    def _minimise(
        self, case: Case, failing: State, flows: list[tuple[Path, float]], prices: dict[int, float]
    ) -> SurvivalTrial:
        asked: defaultdict[int, float] = defaultdict(float)
        for path, amount in flows:
            asked[path.demand] += amount
        alive = [path for path, _ in flows if not path.touches(failing.failure)]
        running = RUNNING / self._dearest
        return minimise_loss(case, failing, dict(asked), self._decided, prices=prices, known=alive, running=running)

    def _move(self, filled: Case, failing: State, move: list[tuple[Path, float]]) -> list[tuple[Path, float]] | None:
        """Find flows for some demands beside all others as they are; None where more is lost than has no way at all.

        What has no admissible path is lost whatever else moves, so that no plan loses less than just that.
        """
        demands = sorted({path.demand for path, _ in move})
        number = {demand: j for j, demand in enumerate(demands)}
        case = replace(filled, demands=tuple(replace(self.case.demands[d], index=j) for d, j in number.items()))
        flows = [(replace(path, demand=number[path.demand]), amount) for path, amount in move]
        trial = self._minimise(case, failing, flows, {j: self._prices[d] for d, j in number.items()})
        asked = self._asked(flows)
        if trial.left.keys() != asked.keys():
            return None
        lost = [case.demands[j] for j, left in trial.left.items() if left > NOISE * asked[j]]
        if lost and find_reachable(case, failing, lost):
            return None
        return [(replace(path, demand=demands[path.demand]), amount) for path, amount in trial.flows]

    def _asked(self, flows: list[tuple[Path, float]]) -> dict[int, float]:
        found: defaultdict[int, float] = defaultdict(float)
        for path, amount in flows:
            found[path.demand] += amount
        return dict(found)

    def _filled(self, state: State, stay: list[tuple[Path, float]]) -> Case:
        """Take the room away that flows take: of links in their fuller direction, of sites what they use and draw."""
        case, year = self.case, state.year
        used, load = defaultdict[int, float](float), defaultdict[int, float](float)
        for path, amount in stay:
            used[path.site] += amount * (1 - ROUNDING)
            for channel, gbps in channel_loads(case, case.routings[case.demands[path.demand].routing], path).items():
                load[channel] += gbps * amount * (1 - ROUNDING)
        links, sites = list(case.links), list(case.sites)
        for position, channels in enumerate(case.network.channels_of_link):
            if most := max(load[channel] for channel in channels):
                taken = {**links[position].committed_gbps, year: links[position].committed_gbps[year] + most}
                links[position] = replace(links[position], committed_gbps=taken)
        for position, pflops in used.items():
            if position != NO_SITE:
                sites[position] = _used_up(sites[position], state, pflops)
        return replace(case, links=tuple(links), sites=tuple(sites))

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


def _used_up(site: SiteCase, state: State, pflops: float) -> SiteCase:
    """Take away from a site what is in use there, and the power that it draws."""
    year = state.year
    compute = {**site.compute_pflops, year: site.compute_pflops[year] - pflops}
    if site.power_mw is None:
        return replace(site, compute_pflops=compute)
    drawn = (site.idle_mw[year] + site.used_mw[year]) * pflops
    return replace(site, compute_pflops=compute, power_mw={**site.power_mw, state.at: site.power_mw[state.at] - drawn})
