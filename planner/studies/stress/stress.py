"""Break a finished plan on paper: every failure alone, the likeliest pairs, and minutes without service in a year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.engine.losses import Losses
from planner.errors import UsageError
from planner.plan.plan import Plan
from planner.plan.runs import read_run
from planner.studies.stress.cells import CellAnswer, Estimate, Explored, explore, sample
from planner.studies.stress.components import Breakable, list_breakable
from planner.studies.stress.finished import read_finished

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.losses import Loss
    from planner.files import Inputs
    from planner.studies.stress.cells import Failed

MINUTES = 525_600.0
"""Minutes of a year."""
HOURS = 8760.0
REMAINDER = 0.01
"""What is not enumerated may change the figure by this share at most; else it is sampled."""
INTERVAL = 0.05
"""Half of the 95 % interval that sampling aims at, as a share of the figure."""
FIRST_STRATA, MOST_STRATA = 64, 8192
"""Strata of the first sample, and of the last one: each has twice as many as the one before."""
SUMS = 3
"""Figures of the whole plan, before those of its countries and workloads."""
ALL_LOST = 1 - 1e-6
"""A place of which this share is lost is cut off; the rest is rounding."""


@dataclass(frozen=True)
class Stressed:
    """What one failure, or two at once, cost.

    Attributes
    ----------
    fails
        one or two names with their prefix
    probability
        share of time for which all of them are down; None where one has no rate of failing
    lost_pflops, lost_gbps, background_lost_gbps
        not served while it lasts, mean over the hours of the year; traffic of the plan's own, and everybody else's
    penalty_usd, background_penalty_usd
        what a year of it would count for
    cut_off
        nodes of which all that the plan serves is lost
    by_country
        lost PFLOPS
    """

    fails: tuple[str, ...]
    probability: float | None
    lost_pflops: float
    lost_gbps: float
    background_lost_gbps: float
    penalty_usd: float
    background_penalty_usd: float
    cut_off: tuple[str, ...]
    by_country: Mapping[str, float]

    @property
    def costs_something(self) -> bool:
        """Whether anything at all is lost."""
        return self.lost_pflops > 0 or self.lost_gbps > 0 or self.background_lost_gbps > 0


@dataclass(frozen=True)
class Availability:
    """Minutes a year that a country's workload is without service, weighed by how much of it is lost.

    Attributes
    ----------
    minutes_lost, minutes_any
        525,600 · E[lost / served], and 525,600 · P(anything lost)
    half_width
        half of the 95 % interval of the first; 0 where states were enumerated
    at_most_more
        minutes by which the first may be more, because of states that were not enumerated; 0 where they were sampled
    """

    country: str
    workload: str
    minutes_lost: float
    minutes_any: float
    half_width: float
    at_most_more: float


@dataclass(frozen=True)
class Stress:
    """A plan under failures in one year.

    Attributes
    ----------
    failures
        every link, cable, site and risk alone, the worst first, then pairs, the likeliest first
    breakable
        what may fail, and how often
    unserved_pflops_hours, penalty_usd
        expected in a year beyond what the plan itself leaves
    background_penalty_usd, penalty_half_width_usd
        the same of everybody else's traffic, and half of the 95 % interval of the penalty
    remaining
        probability of the states that were not enumerated
    draws
        states drawn from them; 0 where they were too unlikely to matter
    solved
        failing states for which flows had to be found again
    """

    inputs: Inputs
    year: int
    failures: tuple[Stressed, ...]
    availability: tuple[Availability, ...]
    breakable: tuple[Breakable, ...]
    unserved_pflops_hours: float
    penalty_usd: float
    background_penalty_usd: float
    penalty_half_width_usd: float
    remaining: float
    draws: int
    solved: int
    seed: int
    pairs_left_out: int = 0
    goal_met: bool = True

    @property
    def method(self) -> str:
        """How availability was found: enumeration, or sampling of what it left."""
        return "sampling" if self.draws else "enumeration"

    @property
    def down_on_average(self) -> float:
        """How many of what fails by itself are down at a time."""
        return fsum(each.down for each in self.breakable)


def stress(
    run: str | Path | Plan, *, year: int | None = None, pairs: int = 20, cells: int = 150, seed: int = 1
) -> Stress:
    """Fail everything in a finished plan, builds and choices held, flows found again, training waiting.

    Parameters
    ----------
    run
        a run folder, or a plan
    year
        by default the last one of the plan
    pairs
        how many pairs of what fails by itself are told, the likeliest ones
    cells
        cells of states that are looked at before what is left is sampled
    seed
        what states are drawn by: the same seed gives the same figures

    Raises
    ------
    RunError
        where the folder is no run, or was changed
    UsageError
        where it holds no plan, or none of that year
    """
    plan = run if isinstance(run, Plan) else read_run(Path(run)).plan
    years = plan.inputs.scenario.years
    year = years[-1] if year is None else year
    if year not in years:
        raise UsageError(f"the plan has no year {year}: give one of {', '.join(map(str, years))}")
    if pairs < 0 or cells < 1:
        raise UsageError("pairs has to be 0 or more, and cells 1 or more")
    return _Study(plan, year).stress(pairs, cells, seed)


class _Study:
    """A plan, what may fail in it, and the figures that are asked of each failure."""

    def __init__(self, plan: Plan, year: int) -> None:
        finished = read_finished(plan)
        self.plan, self.case, self.year = plan, finished.case, year
        self.losses = Losses(finished.case, year, finished.flows, finished.decided)
        self.breakable = list_breakable(plan.inputs, finished.case, year)
        self.random = tuple(each for each in self.breakable if each.down > 0)
        demands = self.case.demands
        groups = {(demands[d].country, demands[d].workload) for d in self.losses.served if not demands[d].is_background}
        self.groups = sorted(groups)
        self.group_of = {
            d: self.groups.index((demands[d].country, demands[d].workload))
            for d in self.losses.served
            if not demands[d].is_background
        }
        self.served = self._by_group(self.losses.served)

    def _by_group(self, amounts: Mapping[int, float]) -> NDArray[np.float64]:
        found = np.zeros(len(self.groups))
        for demand, amount in amounts.items():
            if demand in self.group_of:
                found[self.group_of[demand]] += amount
        return found

    def stress(self, pairs: int, cells: int, seed: int) -> Stress:
        """Return all figures."""
        everything = self._values(self.losses.served)
        main = 0 if everything[0] > 0 else 1 if everything[1] > 0 else 2
        explored, found = self._expect(everything, main, cells, seed)
        more = 0.0 if found.draws else MINUTES * explored.remaining
        count, minutes, wide = len(self.groups), MINUTES * found.expected[SUMS:], MINUTES * found.half_width[SUMS:]
        availability = tuple(
            Availability(*group, float(minutes[k]), float(minutes[count + k]), float(wide[k]), more)
            for k, group in enumerate(self.groups)
        )
        singles = sorted(self._singles(), key=_worst_first)
        chosen = tuple(self._pairs(pairs))
        return Stress(
            inputs=self.plan.inputs,
            year=self.year,
            failures=(*singles, *chosen),
            availability=availability,
            breakable=self.breakable,
            unserved_pflops_hours=HOURS * float(found.expected[1]),
            penalty_usd=float(found.expected[0]),
            background_penalty_usd=float(found.expected[2]),
            penalty_half_width_usd=float(found.half_width[0]),
            remaining=explored.remaining,
            draws=found.draws,
            solved=self.losses.solved,
            seed=seed,
            pairs_left_out=len(self.random) * (len(self.random) - 1) // 2 - len(chosen),
            goal_met=not found.draws or _is_near(found, main),
        )

    def _expect(self, everything: NDArray[np.float64], main: int, cells: int, seed: int) -> tuple[Explored, Estimate]:
        """Enumerate, and sample what is left where that matters."""
        down = [each.down for each in self.random]

        def enough(expected: NDArray[np.float64], remaining: float) -> bool:
            return bool(remaining * everything[main] <= REMAINDER * expected[main] and remaining <= REMAINDER)

        explored = explore(down, self._answer, most=cells, enough=enough)
        if not explored.left or enough(explored.expected, explored.remaining):
            return explored, Estimate(explored.least, np.zeros_like(everything), 0)
        strata = FIRST_STRATA
        while True:
            found = sample(explored, down, self._answer, strata=strata, seed=seed, main=main)
            if _is_near(found, main) or strata >= MOST_STRATA:
                return explored, found
            strata *= 2

    def _answer(self, failed: Failed) -> CellAnswer:
        """What a set of what fails by itself costs, and what else would have to work for that."""
        loss = self.losses.of(asset for i in sorted(failed) for asset in self.random[i].assets)
        rests = frozenset(i for i, each in enumerate(self.random) if not each.assets.isdisjoint(loss.used))
        return CellAnswer(self._values(loss.left), rests)

    def _values(self, left: Mapping[int, float]) -> NDArray[np.float64]:
        """Penalty, PFLOPS lost, penalty on background; then of each group the share lost, and whether anything is."""
        usd, pflops, background = 0.0, 0.0, 0.0
        for demand, amount in left.items():
            own = self.case.demands[demand]
            usd += 0.0 if own.is_background else amount * self._price(demand)
            background += amount * self._price(demand) if own.is_background else 0.0
            pflops += amount if own.is_compute else 0.0
        lost = self._by_group(left)
        share = np.divide(lost, self.served, out=np.zeros_like(lost), where=self.served > 0)
        return np.concatenate([[usd, pflops, background], share, (lost > 0).astype(float)])

    def _price(self, demand: int) -> float:
        prices = self.case.demands[demand].unserved_usd
        return 0.0 if prices is None else prices[self.year]

    def _singles(self) -> Iterator[Stressed]:
        for each in self.breakable:
            yield self._stressed((each,), each.down or None)

    def _pairs(self, most: int) -> Iterator[Stressed]:
        """Yield the likeliest pairs of what fails by itself."""
        order = sorted(combinations(self.random, 2), key=lambda pair: (-pair[0].down * pair[1].down, pair[0].name))
        for one, other in order[:most]:
            yield self._stressed((one, other), one.down * other.down)

    def _stressed(self, parts: tuple[Breakable, ...], probability: float | None) -> Stressed:
        loss = self.losses.of(asset for each in parts for asset in each.assets)
        traffic = {True: 0.0, False: 0.0}
        by_country: defaultdict[str, float] = defaultdict(float)
        for demand, amount in loss.left.items():
            own = self.case.demands[demand]
            if own.is_compute:
                by_country[own.country] += amount
            else:
                traffic[own.is_background] += amount
        values = self._values(loss.left)
        return Stressed(
            fails=tuple(each.name for each in parts),
            probability=probability,
            lost_pflops=float(values[1]),
            lost_gbps=traffic[False],
            background_lost_gbps=traffic[True],
            penalty_usd=float(values[0]),
            background_penalty_usd=float(values[2]),
            cut_off=self._cut_off(loss),
            by_country=dict(sorted(by_country.items())),
        )

    def _cut_off(self, loss: Loss) -> tuple[str, ...]:
        """Nodes of which all that the plan serves is lost."""
        served, left = defaultdict[int, float](float), defaultdict[int, float](float)
        for demand in self.group_of:
            node = self.case.demands[demand].node
            served[node] += self.losses.served[demand]
            left[node] += loss.left.get(demand, 0.0)
        nodes = self.case.network.nodes
        return tuple(sorted(nodes[i] for i, amount in served.items() if amount > 0 and left[i] >= ALL_LOST * amount))


def _worst_first(each: Stressed) -> tuple[object, ...]:
    return -each.penalty_usd, -each.lost_pflops, -each.background_penalty_usd, each.fails


def _is_near(found: Estimate, main: int) -> bool:
    """Whether the interval of the main figure is as narrow as is aimed at."""
    return bool(found.half_width[main] <= INTERVAL * abs(found.expected[main]))
