"""From the globe to the plane, in km, with equal areas: a network in one piece, wherever it lies.

A network within 60 degrees of its middle is drawn in Lambert's azimuthal projection around that middle, one that spans
more of the world in the Equal Earth projection around its middle meridian. Neither knows the meridian of 180 degrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from planner.latency import EARTH_DIAMETER_KM

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

RADIUS_KM = EARTH_DIAMETER_KM / 2
REGION_DEG = 60.0
"""Networks that reach farther from their middle are drawn as a map of the world."""
STEP_DEG = 1.0
"""Great circles and borders have a point at least as often."""
EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)


@dataclass(frozen=True)
class Projection:
    """A way to draw the globe around a middle; ``world`` says which of the two."""

    lon: float
    lat: float
    world: bool

    def plane(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Array, Array]:
        """Return x and y in km, to the east and the north of the middle, of places in degrees."""
        turned = np.radians(np.asarray(lon, dtype=float) - self.lon)
        height = np.radians(np.asarray(lat, dtype=float))
        return _equal_earth(turned, height) if self.world else _lambert(turned, height, np.radians(self.lat))

    def globe(self, x: Array, y: Array) -> tuple[Array, Array]:
        """Return longitude, relative to the middle, and latitude in degrees of points of Lambert's plane.

        Snyder (1987), Map Projections: A Working Manual, USGS Professional Paper 1395, eqs 20-14, 20-15, 24-16.
        """
        rho = np.maximum(np.hypot(x, y), 1e-9)
        c = 2 * np.arcsin(np.minimum(rho / (2 * RADIUS_KM), 0.999))
        middle = np.radians(self.lat)
        lat = np.arcsin(np.clip(np.cos(c) * np.sin(middle) + y * np.sin(c) * np.cos(middle) / rho, -1, 1))
        lon = np.arctan2(x * np.sin(c), rho * np.cos(middle) * np.cos(c) - y * np.sin(middle) * np.sin(c))
        return np.degrees(lon), np.degrees(lat)

    def spots(self, places: Array) -> Array:
        """Return x and y in km of places (n, 2) in degrees, longitude first."""
        return np.column_stack(self.plane(self.lon + _around(places[:, 0] - self.lon), places[:, 1]))

    def arc(self, start: tuple[float, float], end: tuple[float, float]) -> list[Array]:
        """Return the great circle between two places (lon, lat) as rows of points (n, 2) in the plane.

        There are two pieces where it leaves a map of the world on one side and comes back on the other.
        """
        return self.arcs([(start, end)])[0]

    def arcs(self, ends: Sequence[tuple[tuple[float, float], tuple[float, float]]]) -> list[list[Array]]:
        """Return the pieces of each great circle, see `arc`; many at once are quicker."""
        circles = [great_circle(*each) for each in ends]
        if self.world:
            parts = [_cut_at_the_edge(_around(lon - self.lon), lat) for lon, lat in circles]
        else:
            parts = [[(lon - self.lon, lat)] for lon, lat in circles]
        pieces = [piece for each in parts for piece in each]
        if not pieces:
            return []
        turned, heights = (np.concatenate(columns) for columns in zip(*pieces, strict=True))
        flat = np.column_stack(self.plane(self.lon + turned, heights))
        split = iter(np.split(flat, np.cumsum([len(lon) for lon, _ in pieces])[:-1]))
        return [[next(split) for _ in each] for each in parts]


def _lambert(turned: Array, height: Array, middle: float) -> tuple[Array, Array]:
    """Lambert's azimuthal equal-area projection of the sphere: Snyder (1987), eqs 22-4, 22-5 and 24-2."""
    cosine = np.sin(middle) * np.sin(height) + np.cos(middle) * np.cos(height) * np.cos(turned)
    k = RADIUS_KM * np.sqrt(2 / np.maximum(1 + cosine, 1e-9))
    x = k * np.cos(height) * np.sin(turned)
    y = k * (np.cos(middle) * np.sin(height) - np.sin(middle) * np.cos(height) * np.cos(turned))
    return x, y


def _equal_earth(turned: Array, height: Array) -> tuple[Array, Array]:
    """The Equal Earth projection: Šavrič, Patterson, Jenny (2019), doi 10.1080/13658816.2018.1504949."""
    a1, a2, a3, a4 = EQUAL_EARTH
    t = np.arcsin(np.sqrt(3) / 2 * np.sin(height))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    x = 2 * np.sqrt(3) * turned * np.cos(t) / (3 * slope)
    return RADIUS_KM * x, RADIUS_KM * (a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t)


def great_circle(start: tuple[float, float], end: tuple[float, float]) -> tuple[Array, Array]:
    """Return longitudes and latitudes along the shorter great circle between two places (lon, lat), both included."""
    a, b = _vectors(np.array([start, end]))
    angle = float(np.arccos(np.clip(a @ b, -1, 1)))
    count = 2 + int(np.degrees(angle) / STEP_DEG)
    if np.pi - angle < 1e-6:
        # Between opposite ends of the globe every way is as short: over the pole it is.
        half = np.array([0.0, 0.0, 1.0]) if abs(a[2]) < 0.9 else np.array([1.0, 0.0, 0.0])
        points = np.concatenate([_between(a, half, count), _between(half, b, count)])
    else:
        points = _between(a, b, count)
    points /= np.linalg.norm(points, axis=1)[:, None]
    return np.degrees(np.arctan2(points[:, 1], points[:, 0])), np.degrees(np.arcsin(np.clip(points[:, 2], -1, 1)))


def _between(a: Array, b: Array, count: int) -> Array:
    """Return points (count, 3) along the great circle between two unit vectors."""
    angle = max(float(np.arccos(np.clip(a @ b, -1, 1))), 1e-12)
    t = np.linspace(0, 1, count)[:, None]
    points: Array = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    return points


def _cut_at_the_edge(turned: Array, lat: Array) -> list[tuple[Array, Array]]:
    """Cut a line where its longitude, relative to the middle, jumps from one side of the map to the other."""
    jumps = np.flatnonzero(np.abs(np.diff(turned)) > 180) + 1
    pieces = []
    for lons, lats in zip(np.split(turned, jumps), np.split(lat, jumps), strict=True):
        pieces.append((lons, lats))
    for k, jump in enumerate(jumps):
        before, after = turned[jump - 1], turned[jump]
        side = 180.0 if before > 0 else -180.0
        share = (side - before) / ((after + 2 * side) - before or 1.0)
        height = lat[jump - 1] + share * (lat[jump] - lat[jump - 1])
        pieces[k] = (np.append(pieces[k][0], side), np.append(pieces[k][1], height))
        pieces[k + 1] = (np.insert(pieces[k + 1][0], 0, -side), np.insert(pieces[k + 1][1], 0, height))
    return pieces


def choose_projection(places: Array) -> Projection:
    """Return the projection for places (n, 2), longitude and latitude in degrees.

    The middle of a region is that of the smallest cap around all places, found by walking from the mean towards the
    farthest place by ever smaller steps (Bădoiu and Clarkson 2003).
    """
    if not len(places):
        return Projection(0.0, 0.0, world=True)
    vectors = _vectors(places)
    middle = vectors.mean(axis=0)
    if np.linalg.norm(middle) > 0.05:
        for step in range(2, 300):
            middle /= np.linalg.norm(middle)
            middle = middle + (vectors[int(np.argmin(vectors @ middle))] - middle) / step
        middle /= np.linalg.norm(middle)
        if float(np.degrees(np.arccos(np.clip((vectors @ middle).min(), -1, 1)))) <= REGION_DEG:
            return Projection(_degrees(np.arctan2(middle[1], middle[0])), _degrees(np.arcsin(middle[2])), world=False)
    return Projection(_middle_meridian(places[:, 0]), 0.0, world=True)


def _middle_meridian(lon: Array) -> float:
    """Return the meridian opposite to the middle of the widest gap between the longitudes."""
    ordered = np.sort(np.mod(lon, 360))
    gaps = np.diff(np.append(ordered, ordered[0] + 360))
    widest = int(np.argmax(gaps))
    return float(np.round(_around(ordered[widest] + gaps[widest] / 2 + 180), 6))


def _vectors(places: Array) -> Array:
    """Return unit vectors (n, 3) of places (n, 2) in degrees."""
    lon, lat = np.radians(places[:, 0]), np.radians(places[:, 1])
    return np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])


def _around(degrees: ArrayLike) -> Array:
    """Return angles within -180 and 180 degrees."""
    found: Array = np.mod(np.asarray(degrees, dtype=float) + 180, 360) - 180
    return found


def _degrees(radians: float) -> float:
    """Return degrees without the last digits, which differ between machines."""
    return float(np.round(np.degrees(radians), 6))
