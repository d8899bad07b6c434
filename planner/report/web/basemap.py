"""The land under the map: the shipped one, none, or a GeoJSON file of one's own, checked and wound as d3 wants it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import cache
from math import isfinite
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

from planner import atlas
from planner.errors import Fault, InputError, Place, UsageError
from planner.report.web.html import escape_json

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NONE = "none"
"""The name that asks for a map without land."""
MOST_BYTES = 32 * 2**20
DEGREES = 4
"""Decimals of a degree that are kept: 11 m."""

Ring = list[list[float]]


def read_basemap(path: Path | None) -> str:
    """Return the land as JSON, safe inside a page: TopoJSON that is shipped, GeoJSON of one's own, or null for none.

    Raises UsageError where there is no such file, or it is larger than 32 MB; InputError where it is not GeoJSON of
    areas in degrees.
    """
    if path is None:
        return _shipped()
    if str(path) == NONE:
        return "null"
    areas = [_area(*shape, str(path)) for shape in _shapes(_parse(path), str(path), "")]
    features = [{"type": "Feature", "properties": {}, "geometry": area} for area in areas]
    found = {"type": "FeatureCollection", "file": path.name, "features": features}
    return escape_json(json.dumps(found, ensure_ascii=False, separators=(",", ":")))


@cache
def _shipped() -> str:
    """Return the shipped countries as they stand in their file: to read and write them anew would take long."""
    return escape_json(atlas.read_text())


def _parse(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UsageError(f"{path} is larger than {MOST_BYTES >> 20} MB: simplify the shapes of the basemap")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _refuse(str(path), "", f"is not UTF-8 at byte {error.start}", "write GeoJSON as UTF-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fault = Fault(Place(str(path), error.lineno, error.colno), "", f"is no JSON: {error.msg}", "write GeoJSON")
        raise InputError([fault]) from None
    except (RecursionError, ValueError) as error:
        _refuse(str(path), "", f"cannot be read as JSON: {error}", "write GeoJSON")


def _shapes(value: Any, file: str, where: str) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the geometries of a document and where each stands."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection":
        for place, feature in _listed(value, "features", file, where):
            yield from _shapes(feature, file, place)
    elif kind == "GeometryCollection":
        for place, geometry in _listed(value, "geometries", file, where):
            yield from _shapes(geometry, file, place)
    elif kind == "Feature":
        if value.get("geometry") is not None:
            yield from _shapes(value["geometry"], file, _inside(where, "geometry"))
    elif kind in ("Polygon", "MultiPolygon"):
        yield value, where
    elif kind == "Topology":
        _refuse(file, where, "is TopoJSON", "write it as GeoJSON")
    else:
        _refuse(
            file, where, f"is {_shown(kind)}", "write a FeatureCollection or Feature of areas: Polygon or MultiPolygon"
        )


def _listed(value: dict[str, Any], key: str, file: str, where: str) -> Iterable[tuple[str, Any]]:
    parts = value.get(key)
    if not isinstance(parts, list):
        _refuse(file, _inside(where, key), "is no list", f"write the {key} as a list")
    return [(_inside(where, f"{key}.{number}"), part) for number, part in enumerate(parts)]


def _area(geometry: dict[str, Any], where: str, file: str) -> dict[str, Any]:
    """Return a geometry with its rings checked and wound."""
    coordinates = geometry.get("coordinates")
    place = _inside(where, "coordinates")
    if geometry["type"] == "Polygon":
        return {"type": "Polygon", "coordinates": _polygon(coordinates, file, place)}
    if not isinstance(coordinates, list):
        _refuse(file, place, "is no list", "write a list of polygons")
    polygons = [_polygon(part, file, f"{place}.{number}") for number, part in enumerate(coordinates)]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _polygon(rings: Any, file: str, where: str) -> list[Ring]:
    if not isinstance(rings, list) or not rings:
        _refuse(file, where, "is no list of rings", "write the outline first, then its holes")
    return [_ring(ring, number > 0, file, f"{where}.{number}") for number, ring in enumerate(rings)]


def _ring(ring: Any, hole: bool, file: str, where: str) -> Ring:
    """Return a closed ring in degrees, wound so that d3 fills its inside: outlines clockwise, holes the other way."""
    if not isinstance(ring, list) or len(ring) < 4:
        _refuse(file, where, "has fewer than four positions", "write a closed ring: the last position is the first")
    points = np.array([_position(each, file, f"{where}.{number}") for number, each in enumerate(ring)])
    if not np.array_equal(points[0], points[-1]):
        _refuse(file, where, "is not closed", "end it where it begins")
    rounded = np.round(points, DEGREES) + 0.0
    wound = rounded if _fills_the_smaller_part(points) != hole else rounded[::-1]
    return [[float(lon), float(lat)] for lon, lat in wound]


def _position(each: Any, file: str, where: str) -> tuple[float, float]:
    numbers = each[:2] if isinstance(each, list) and len(each) >= 2 else None
    if numbers is None or not all(_is_number(number) for number in numbers):
        _refuse(file, where, "is no position", "write [longitude, latitude] in degrees")
    lon, lat = numbers
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        _refuse(file, where, f"[{lon:g}, {lat:g}] lies outside ±180, ±90", "write degrees, longitude first (EPSG:4326)")
    return float(lon), float(lat)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9 if isinstance(value, int) else isfinite(value)


def _fills_the_smaller_part(points: NDArray[np.float64]) -> bool:
    """Tell whether the inside of a ring, as d3 sees it, is the smaller part of the globe.

    d3's formula (Chamberlain and Duquette's area by angles, as in its geoArea): the sum is the area over two, taken
    modulo the whole sphere.
    """
    lon, half = np.radians(points[:, 0]), np.radians(points[:, 1]) / 2 + np.pi / 4
    turn = np.diff(lon)
    cosines, sines = np.cos(half), np.sin(half)
    k = sines[:-1] * sines[1:]
    u, v = cosines[:-1] * cosines[1:] + k * np.cos(turn), k * np.sin(turn)
    total = float(np.arctan2(v, u).sum())
    return total % (2 * np.pi) <= np.pi


def _inside(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _shown(kind: object) -> str:
    return f"'{kind[:40]}'" if isinstance(kind, str) else "no GeoJSON object"


def _refuse(file: str, where: str, what: str, right: str) -> NoReturn:
    raise InputError([Fault(Place(file), where, what, right)])
