"""The course of a drawn line: how long it is, and where it passes a place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import cos, inf, radians

import numpy as np
from numpy.typing import NDArray

from planner.files.formats.raw import Point
from planner.latency import great_circle_km

KM_PER_DEGREE = 111.195
_AWAY = 3
"""A line passes a place anew once it was so many times the reach away from it."""


class Course:
    """A line as rows of latitude and longitude, which goes on across 180 degrees, and how far along each point lies."""

    def __init__(self, points: Sequence[Point]) -> None:
        places = np.array(points, dtype=float)
        places[:, 1] = np.unwrap(places[:, 1], period=360)
        self.points = list(points)
        self.places: NDArray[np.float64] = places
        steps = [great_circle_km(a, b) for a, b in pairwise(points)]
        self.along_km = np.concatenate([[0.0], np.cumsum(steps)])
        self.low, self.high = places.min(axis=0), places.max(axis=0)

    @property
    def length_km(self) -> float:
        """How long it is."""
        return float(self.along_km[-1])

    def within(self, start_km: float, end_km: float) -> frozenset[Point]:
        """Return its points between two places along it."""
        first, last = np.searchsorted(self.along_km, [start_km + 1e-6, end_km - 1e-6])
        return frozenset(self.points[first:last])

    def sample(self, count: int) -> list[Point]:
        """Return some places evenly along it, its ends left out."""
        at = np.linspace(0.0, self.length_km, count + 2)[1:-1]
        lats, lons = (np.interp(at, self.along_km, self.places[:, axis]) for axis in (0, 1))
        return [(float(lat), float((lon + 180) % 360 - 180)) for lat, lon in zip(lats, lons, strict=True)]

    def passings(self, place: Point, reach_km: float) -> list[tuple[float, float]]:
        """Return each passing by a place within reach as (km off, km along).

        Passings between which the line does not leave three times the reach are one.
        """
        found = []
        for turned in self._turned(place, reach_km):
            off, along, points = self._offsets(turned)
            near = np.flatnonzero(off <= reach_km)
            wide = np.flatnonzero(off <= _AWAY * reach_km)
            left = points > _AWAY * reach_km
            for run in np.split(wide, np.flatnonzero((np.diff(wide) > 1) | left[wide[1:]]) + 1) if near.size else ():
                best = run[int(np.argmin(off[run]))]
                if off[best] <= reach_km:
                    found.append((float(off[best]), float(along[best])))
        return found

    def km_off(self, place: Point, reach_km: float) -> float:
        """Return how far a place lies off the line, in km; infinite where it is surely out of reach."""
        return min((float(self._offsets(turned)[0].min()) for turned in self._turned(place, reach_km)), default=inf)

    def _turned(self, place: Point, reach_km: float) -> Iterator[Point]:
        """Yield a place with its longitude as the line may count it: a turn around the Earth more or less."""
        lat, lon = place
        high = reach_km / KM_PER_DEGREE
        wide = min(high / max(cos(radians(lat)), 1e-6), 180.0)
        if self.low[0] - high <= lat <= self.high[0] + high:
            for turn in (-720, -360, 0, 360, 720):
                if self.low[1] - wide <= lon + turn <= self.high[1] + wide:
                    yield lat, lon + turn

    def _offsets(self, place: Point) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return how far a place lies off each step and how far along the nearest point there, and how far off points.

        All in km; the Earth is flat near the place.
        """
        scale = np.array([KM_PER_DEGREE, KM_PER_DEGREE * max(cos(radians(place[0])), 1e-6)])
        flat = (self.places - np.array(place)) * scale
        start, step = flat[:-1], flat[1:] - flat[:-1]
        size = (step**2).sum(axis=1)
        share = np.clip(-(start * step).sum(axis=1) / np.where(size > 0, size, 1), 0, 1)
        off = np.hypot(*(start + share[:, None] * step).T)
        along = self.along_km[:-1] + share * np.diff(self.along_km)
        return off, along, np.hypot(*flat.T)
