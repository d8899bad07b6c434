"""The shape of the countries: Natural Earth at 1:50 million, public domain, in the packing of world-atlas 2.0.2.

Borders are a political matter, and the file draws them as its makers saw them; they are used to draw maps, which take
another file in its place, and to warn of places that lie far outside their country, never to plan.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray
    from shapely import MultiPolygon

FILE = "countries-50m.json"
HALF_TURN = 180.0
SOURCE = "Natural Earth 1:50m (public domain), world-atlas 2.0.2"


@dataclass(frozen=True)
class Area:
    """The land of a country: its ISO 3166 code (None where it has none), its English name, and its shape in degrees."""

    code: str | None
    name: str
    shape: MultiPolygon


def read_text() -> str:
    """Return the TopoJSON file as it is, for whoever draws it elsewhere."""
    return (files("planner.atlas") / FILE).read_text(encoding="utf-8")


@cache
def countries() -> tuple[Area, ...]:
    """Return all countries, longitude first, cut at 180 degrees; each code stands once, with all land that bears it."""
    packed = json.loads(read_text())
    arcs = _unpack(packed["arcs"], packed["transform"])
    return _joined(_area(geometry, arcs) for geometry in packed["objects"]["countries"]["geometries"])


def _joined(areas: Iterable[Area]) -> tuple[Area, ...]:
    """Return areas with those of one code as one, under the name of the largest: reefs have their owner's code."""
    from shapely import MultiPolygon

    found: dict[str | int, list[Area]] = {}
    for number, area in enumerate(areas):
        found.setdefault(area.code or number, []).append(area)
    joined = []
    for same in found.values():
        largest = max(same, key=lambda area: area.shape.area)
        parts = [part for area in same for part in area.shape.geoms]
        joined.append(Area(largest.code, largest.name, MultiPolygon(parts)) if len(same) > 1 else largest)
    return tuple(joined)


def _unpack(arcs: list[list[list[int]]], transform: dict[str, list[float]]) -> list[NDArray[np.float64]]:
    """Turn the steps of all arcs into degrees: an arc's points are differences, scaled and shifted."""
    steps = np.array(list(chain.from_iterable(arcs)))
    ends = np.cumsum([len(arc) for arc in arcs])[:-1]
    return [np.cumsum(arc, axis=0) * transform["scale"] + transform["translate"] for arc in np.split(steps, ends)]


def _area(geometry: dict[str, Any], arcs: list[NDArray[np.float64]]) -> Area:
    from shapely import MultiPolygon

    parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry["arcs"]
    polygons = [tuple(_ring(ring, arcs) for ring in part) for part in parts]
    shape = MultiPolygon([(outer, holes) for outer, *holes in polygons])
    if any(np.abs(np.diff(ring[:, 0])).max() > HALF_TURN for ring, *_ in polygons):
        shape = _cut(polygons)
    return Area(_code(geometry.get("id")), geometry["properties"]["name"], shape)


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


def _ring(numbers: list[int], arcs: list[NDArray[np.float64]]) -> NDArray[np.float64]:
    """Join arcs; one below zero is walked backwards, and each begins where the one before it ends."""
    walked = [arcs[number] if number >= 0 else arcs[~number][::-1] for number in numbers]
    return np.concatenate([walked[0], *(arc[1:] for arc in walked[1:])])


def _code(number: str | None) -> str | None:
    """Return the two letters that stand for a country's number in ISO 3166; CLDR knows them."""
    from babel.core import get_global

    letters = get_global("territory_aliases").get(number or "")
    return str(letters[0]) if letters else None
