"""A figure that may change from year to year."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Yearly:
    """A value for each listed year, or one value for all years.

    Attributes
    ----------
    points
        Pairs (year, value), sorted by year; a plain value is the single pair (0, value).
    seasons
        Pairs (season, what holds in it), where it is not the same in all seasons; then `points` is what stands for the
        whole year (`planner.seasons`).
    ranges
        Pairs (year, (least, most)) of points that are given with what they plausibly lie between; plans use the points.
    """

    points: tuple[tuple[int, float], ...]
    seasons: tuple[tuple[str, Yearly], ...] = ()
    ranges: tuple[tuple[int, tuple[float, float]], ...] = ()

    @classmethod
    def flat(cls, value: float) -> Self:
        """Return one value for all years."""
        return cls(((0, value),))

    @classmethod
    def of(cls, values: Mapping[int, float]) -> Self:
        """Return the figure given by a map of years, which holds at least one."""
        if not values:
            raise ValueError("a map of years needs at least one year")
        return cls(tuple(sorted(values.items())))

    @classmethod
    def of_seasons(cls, figures: Mapping[str, Yearly]) -> Self:
        """Return the figure given season by season; for the whole year stands their plain mean until it is settled."""
        years = sorted({year for each in figures.values() for year, _ in each.points})
        means = tuple((year, sum(each.at(year) for each in figures.values()) / len(figures)) for year in years)
        return cls(means, tuple(figures.items()))

    @property
    def is_flat(self) -> bool:
        """Whether the value is the same in all years and seasons."""
        return len({value for _, value in self.points}) == 1 and not self.seasons

    def in_season(self, name: str) -> Yearly:
        """Return what holds in a season; where nothing is said of seasons, the figure itself."""
        return next((figure for season, figure in self.seasons if season == name), self)

    def at(self, year: int) -> float:
        """Return the value of the latest listed year that is not after `year`; before the first, the first."""
        points = self.points
        if len(points) == 1:
            return points[0][1]
        return points[max(bisect_right(points, year, key=_year) - 1, 0)][1]

    def growing_at(self, year: int) -> float:
        """Return the value grown geometrically between listed years; level outside, a step where one is zero."""
        after = bisect_right(self.points, year, key=_year)
        if after == 0 or after == len(self.points):
            return self.at(year)
        (first, low), (last, high) = self.points[after - 1 : after + 1]
        if year == first or low <= 0 or high <= 0 or low == high:
            return low
        share = (year - first) / (last - first)
        return float(low ** (1 - share) * high**share)

    def scaled(self, factor: float) -> Self:
        """Return every value times a factor."""
        seasons = tuple((name, figure.scaled(factor)) for name, figure in self.seasons)
        ranges = tuple((year, (low * factor, high * factor)) for year, (low, high) in self.ranges)
        return type(self)(tuple((year, value * factor) for year, value in self.points), seasons, ranges)


def _year(point: tuple[int, float]) -> int:
    return point[0]
