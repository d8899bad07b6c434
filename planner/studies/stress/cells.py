"""Expectations over what is down at once: cells of states that have the same answer, and draws from what is left.

Components fail independently, i is down with probability U_i. The answer to a set of failures comes with the
components that it depends on: while those work, whatever else fails as well, the answer is the same. So a cell (these
failed, these work, the others whatever) whose answer depends on no other component is settled at once, with all the
states in it; any other is cut at the components that its answer depends on (P. Doulliez, E. Jamoulle: Transportation
networks with random arc capacities, 1972). The likeliest cells come first.

What remains is a mixture of cells, from which states are drawn: strata of equal weight, two draws in each, cells
weighed by their probability and by what is known to be lost there (W. G. Cochran: Sampling Techniques, 1977, chapter
5). Losses only grow with what fails: only what is lost beyond the cell's own failures is estimated.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Failed = frozenset[int]
NORMAL_95 = 1.96
"""A 95 % interval reaches so many standard errors to each side."""


class CellAnswer(NamedTuple):
    """What failures cost, figure by figure, and the components on whose working that rests."""

    values: NDArray[np.float64]
    rests_on: frozenset[int]


Answers = Callable[[Failed], CellAnswer]


@dataclass(frozen=True)
class Cell:
    """States in which these components have failed and these work; `least` is what is lost in all of them."""

    probability: float
    failed: Failed
    working: frozenset[int]
    least: NDArray[np.float64]


@dataclass(frozen=True)
class Explored:
    """What is settled: expected values over the cells settled, and the cells that are left, the likeliest first."""

    expected: NDArray[np.float64]
    left: tuple[Cell, ...]

    @property
    def remaining(self) -> float:
        """Probability of what is left."""
        return fsum(cell.probability for cell in self.left)

    @property
    def least(self) -> NDArray[np.float64]:
        """Expected values where in every cell left only its own failures count: no more than the truth."""
        parts = [cell.probability * cell.least for cell in self.left]
        return np.asarray(np.sum([self.expected, *parts], axis=0))


def explore(
    down: Sequence[float], answer: Answers, *, most: int, enough: Callable[[NDArray[np.float64], float], bool]
) -> Explored:
    """Settle cells, the likeliest first, until so many were looked at, or it is enough.

    Parameters
    ----------
    down
        U of each component
    answer
        what a set of failures costs; it is asked about every cell once
    enough
        whether it is, by the expected values so far and the probability of what is left
    """
    first = answer(frozenset())
    expected = np.zeros_like(first.values)
    heap: list[tuple[float, tuple[int, ...], Cell]] = []
    cell = Cell(1.0, frozenset(), frozenset(), np.zeros_like(expected))
    looked, remaining = 0, 1.0
    while True:
        found = answer(cell.failed)
        looked += 1
        settled = _settle(cell, found, down, heap)
        expected, remaining = expected + settled * found.values, remaining - settled
        if not heap or looked >= most or enough(expected, remaining):
            return Explored(expected, tuple(each for _, _, each in sorted(heap, key=lambda item: item[:2])))
        cell = heapq.heappop(heap)[2]


def _settle(
    cell: Cell, found: CellAnswer, down: Sequence[float], heap: list[tuple[float, tuple[int, ...], Cell]]
) -> float:
    """Cut a cell at what its answer rests on; return the probability of the part in which all of that works."""
    open_ones = found.rests_on - cell.failed - cell.working
    probability, working = cell.probability, cell.working
    for i in sorted(open_ones, key=lambda each: (-down[each], each)):
        if down[i] > 0:
            part = Cell(probability * down[i], cell.failed | {i}, working, found.values)
            heapq.heappush(heap, (-part.probability, tuple(sorted(part.failed)), part))
        probability *= 1 - down[i]
        working |= {i}
    return probability


@dataclass(frozen=True)
class Estimate:
    """Expected values, half of the 95 % interval of each, and how many states were drawn."""

    expected: NDArray[np.float64]
    half_width: NDArray[np.float64]
    draws: int


def sample(
    explored: Explored, down: Sequence[float], answer: Answers, *, strata: int, seed: int, main: int = 0
) -> Estimate:
    """Estimate the expectation from two states drawn in each of so many strata of what is left.

    Parameters
    ----------
    main
        the figure by whose known part cells are weighed
    """
    cells = explored.left
    known = np.array([cell.least[main] for cell in cells])
    probabilities = np.array([cell.probability for cell in cells])
    weights = probabilities * (known + (known.mean() or 1.0))
    weights /= weights.sum()
    ends = np.cumsum(weights)
    dice = np.random.default_rng(seed)
    points = (np.arange(strata)[:, None] + dice.random((strata, 2))) / strata
    picked = np.minimum(np.searchsorted(ends, points), len(cells) - 1)
    chance, threshold = dice.random((strata, 2, len(down))), np.asarray(down)
    beyond = np.zeros((strata, 2, len(explored.expected)))
    for h, k in np.ndindex(strata, 2):
        cell = cells[picked[h, k]]
        more = np.flatnonzero(chance[h, k] < threshold).tolist()
        failed = cell.failed | (frozenset(more) - cell.working)
        more_lost = answer(failed).values - cell.least
        beyond[h, k] = more_lost * (probabilities[picked[h, k]] / weights[picked[h, k]])
    means, halves = beyond.mean(axis=1), (beyond[:, 0] - beyond[:, 1]) / 2
    error = np.sqrt((halves**2).sum(axis=0)) / strata
    return Estimate(explored.least + means.mean(axis=0), NORMAL_95 * error, 2 * strata)
