"""The shape of the countries: Natural Earth at 1:50 million, public domain, in the packing of world-atlas 2.0.2.

Borders are a political matter, and the file draws them as its makers saw them; they are used to draw maps, which take
another file in its place, and to warn of places that lie far outside their country, never to plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property, partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from shapely import MultiPolygon

FILE = "countries-50m.json"
HALF_TURN = 180.0
SOURCE = "Natural Earth 1:50m (public domain), world-atlas 2.0.2"


@dataclass(frozen=True, eq=False)
class Area:
    """The land of a country: its ISO 3166 code (None where it has none), its English name, and its shape in degrees.

    The shape is made where it is first asked for: few questions are about all countries.
    """

    code: str | None
    name: str
    draw: Callable[[], list[tuple[NDArray[np.float64], ...]]]

    @cached_property
    def polygons(self) -> list[tuple[NDArray[np.float64], ...]]:
        """Outer ring and holes of each polygon as the file has them, (n, 2), longitude first, in degrees."""
        return self.draw()

    @cached_property
    def shape(self) -> MultiPolygon:
        """Longitude first, cut at 180 degrees."""
        from shapely import MultiPolygon

        if any(_jumps(ring) for ring, *_ in self.polygons):
            return _cut(self.polygons)
        return MultiPolygon([(outer, holes) for outer, *holes in self.polygons])

    @cached_property
    def _rings(self) -> list[NDArray[np.float64]]:
        """Rings (n, 2) without jumps at 180 degrees."""
        return [steady(ring) if _jumps(ring) else ring for polygon in self.polygons for ring in polygon]

    def degrees_from(self, lat: float, lon: float) -> float:
        """Return how far a place lies from the land, 0 inside; without the library that makes shapes, for speed."""
        turns = (-360.0, 0.0, 360.0)
        if any(sum(_crossings(ring, lat, lon + turn) for ring in self._rings) % 2 for turn in turns):
            return 0.0
        return min(_degrees_to(ring, lat, lon + turn) for ring in self._rings for turn in turns)


def read_text() -> str:
    """Return the TopoJSON file as it is, for whoever draws it elsewhere."""
    return (files("planner.atlas") / FILE).read_text(encoding="utf-8")


@cache
def countries() -> tuple[Area, ...]:
    """Return all countries; each code stands once, with all land that bears it: reefs have their owner's number."""
    packed = json.loads(read_text())
    arcs = _Arcs(packed["arcs"], packed["transform"])
    found: dict[str, list[dict[str, Any]]] = {}
    for geometry in packed["objects"]["countries"]["geometries"]:
        found.setdefault(geometry.get("id") or geometry["properties"]["name"], []).append(geometry)
    return tuple(_area(same, arcs) for same in found.values())


class _Arcs:
    """The borders by number, in degrees: each is turned into them when it is first walked."""

    def __init__(self, steps: list[list[list[int]]], transform: dict[str, list[float]]) -> None:
        self._steps, self._transform = steps, transform
        self._found: dict[int, NDArray[np.float64]] = {}

    def __getitem__(self, number: int) -> NDArray[np.float64]:
        """Return the points (n, 2) of an arc; one below zero is walked backwards."""
        if number < 0:
            return self[~number][::-1]
        if number not in self._found:
            points = np.cumsum(self._steps[number], axis=0)  # an arc's points are differences
            self._found[number] = points * self._transform["scale"] + self._transform["translate"]
        return self._found[number]


def _area(same: list[dict[str, Any]], arcs: _Arcs) -> Area:
    """Return the land of one number as one area, under the name of what has the most borders."""
    first = max(same, key=lambda geometry: len(str(geometry["arcs"])))
    return Area(_code(first.get("id")), first["properties"]["name"], partial(_polygons, same, arcs))


def _polygons(same: list[dict[str, Any]], arcs: _Arcs) -> list[tuple[NDArray[np.float64], ...]]:
    parts = [part for each in same for part in ([each["arcs"]] if each["type"] == "Polygon" else each["arcs"])]
    return [tuple(_ring(ring, arcs) for ring in part) for part in parts]


def _jumps(ring: NDArray[np.float64]) -> bool:
    """Whether a ring (n, 2) jumps from one side of the map to the other."""
    return bool(np.abs(np.diff(ring[:, 0])).max() > HALF_TURN)


def _crossings(ring: NDArray[np.float64], lat: float, lon: float) -> int:
    """Count the edges of a ring (n, 2) that a ray from a place to the east crosses."""
    x, y = ring[:, 0], ring[:, 1]
    spans = np.flatnonzero((y[:-1] > lat) != (y[1:] > lat))
    at = x[spans] + (lat - y[spans]) / (y[spans + 1] - y[spans]) * (x[spans + 1] - x[spans])
    return int(np.count_nonzero(at > lon))


def _degrees_to(ring: NDArray[np.float64], lat: float, lon: float) -> float:
    """Return how far a place is from the nearest point of a ring's edges (n, 2)."""
    start, edge = ring[:-1] - (lon, lat), np.diff(ring, axis=0)
    square = np.maximum((edge**2).sum(axis=1), np.finfo(float).tiny)
    along = np.clip(-(start * edge).sum(axis=1) / square, 0.0, 1.0)
    return float(np.sqrt(((start + along[:, None] * edge) ** 2).sum(axis=1).min()))


def _cut(polygons: list[tuple[NDArray[np.float64], ...]]) -> MultiPolygon:
    """Cut what crosses 180 degrees there: the file's rings jump from one side of the map to the other."""
    from shapely import MultiPolygon, Polygon, affinity, box, get_parts, make_valid, union_all

    world = box(-180, -90, 180, 90)
    found = []
    for outer, *holes in polygons:
        whole = make_valid(Polygon(steady(outer), [steady(hole) for hole in holes]))
        pieces = [affinity.translate(whole, turn).intersection(world) for turn in (-360, 0, 360)]
        found += [part for piece in pieces for part in get_parts(piece) if part.geom_type == "Polygon"]
    return MultiPolygon(list(get_parts(union_all(found))))


def steady(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a ring (n, 2) without jumps in longitude; one that goes round the globe is led along the nearer pole."""
    lon, lat = np.unwrap(ring[:, 0], period=360), ring[:, 1]
    if abs(lon[-1] - lon[0]) > HALF_TURN:
        pole = np.copysign(90.0, lat.mean())
        lon, lat = np.append(lon, [lon[-1], lon[0]]), np.append(lat, [pole, pole])
    return np.column_stack([lon, lat])


def _ring(numbers: list[int], arcs: _Arcs) -> NDArray[np.float64]:
    """Join arcs; each begins where the one before it ends."""
    first, *others = (arcs[number] for number in numbers)
    return np.concatenate([first, *(arc[1:] for arc in others)])


def _code(number: str | None) -> str | None:
    """Return the two letters that stand for a country's number in ISO 3166; CLDR knows them."""
    from babel.core import get_global

    letters = get_global("territory_aliases").get(number or "")
    return str(letters[0]) if letters else None
