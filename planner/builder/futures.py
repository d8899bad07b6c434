"""Futures: low, base and high move their levers together; two hundred draws between show how wide it is in earnest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from planner.builder.coefficients import EASES, LEVERS, Coefficient

DRAWS = 200
SEED = 2026
LOW, MIDDLE, HIGH = 0.315, 0.5, 0.685
"""Where all levers stand together in the three futures.

With all four at their ends at once nobody would plan: 2 x 1.7 x growth of 2 a year makes a hundred times the base. Four
levers that move apart lie within 1.28 x sqrt(4 / 12) = 0.74 of their middle in eight cases of ten, in sum; the same sum
with all together is 0.185 each, so that low and high are near p10 and p90 of the draws.
"""


@dataclass(frozen=True)
class Future:
    """One future: the position of each lever, from 0 (least demand) to 1 (most)."""

    id: str
    positions: Mapping[str, float] = field(default_factory=dict)

    def pick(self, coefficient: Coefficient, year: int) -> float:
        """Return the value of a coefficient in a year of this future."""
        position = self.positions.get(coefficient.lever or "", MIDDLE)
        return coefficient.at(year, 1 - position if coefficient.lever == EASES else position)


FUTURES = {
    "low": Future("low", dict.fromkeys(LEVERS, LOW)),
    "base": Future("base"),
    "high": Future("high", dict.fromkeys(LEVERS, HIGH)),
}
"""All levers together, below, in or above the middle."""


def draw_futures(count: int = DRAWS, seed: int = SEED) -> list[Future]:
    """Return a Latin hypercube over the levers: each lever takes each of `count` equal parts of its range once."""
    random = Random(seed)  # noqa: S311 -- no secret, but the same draws each time
    columns = {}
    for lever in LEVERS:
        parts = [(n + random.random()) / count for n in range(count)]
        random.shuffle(parts)
        columns[lever] = parts
    return [Future(f"draw-{n}", {lever: column[n] for lever, column in columns.items()}) for n in range(count)]


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of the values does not pass, linear between neighbours."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    below = int(at)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (at - below)
