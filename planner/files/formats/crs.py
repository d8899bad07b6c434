"""Coordinates in degrees: what a file says of its reference system is honoured, or refused by name."""

from __future__ import annotations

import re
from math import atan, degrees, isfinite, sinh
from typing import Any

from planner.files.formats.raw import broken

__all__ = ["in_degrees"]

_DEGREES = {"CRS84", "4326", "4979", "4258", "4269", "4167", "4490"}
"""WGS 84, and ETRS89, NAD83, NZGD2000 and CGCS2000, which lie within two metres of it."""
_MERCATOR = {"3857", "900913", "3785", "102100", "102113"}
_RADIUS_M = 6378137.0
_CODE = re.compile(r"(CRS84|[0-9]{4,6})h?\s*$", re.IGNORECASE)
_DEEPEST = 6


def in_degrees(value: Any, name: str) -> Any:
    """Return GeoJSON with its coordinates in degrees, whatever system its `crs` names.

    Raises
    ------
    InputError
        where it is another than WGS 84 and web Mercator
    """
    said = value.get("crs") if isinstance(value, dict) else None
    if said is None:
        return value
    word = _named(said)
    code = _CODE.search(word)
    known = code[1].upper() if code else ""
    if known in _DEGREES:
        return value
    if known not in _MERCATOR:
        right = "save it in EPSG:4326 (WGS 84, degrees), or in EPSG:3857 (web Mercator)"
        raise broken(name, f"the coordinates are in '{word[:60]}'", right, where="crs")
    return {key: part if key == "crs" else _turned(part) for key, part in value.items()}


def _named(said: Any) -> str:
    """Return the name of a reference system, in the ways in which GeoJSON and OFDS write it."""
    if not isinstance(said, dict):
        return str(said)
    properties = said.get("properties")
    inner = properties if isinstance(properties, dict) else said
    return str(next((inner[key] for key in ("name", "uri", "code", "href") if inner.get(key)), said))


def _turned(value: Any) -> Any:
    """Return a part of a file with every list under `coordinates` turned to degrees."""
    if isinstance(value, list):
        return [_turned(part) for part in value]
    if isinstance(value, dict):
        return {
            key: _unprojected(part) if key == "coordinates" else part if key == "properties" else _turned(part)
            for key, part in value.items()
        }
    return value


def _unprojected(pairs: Any, depth: int = 0) -> Any:
    if not isinstance(pairs, list) or depth > _DEEPEST:
        return pairs
    numbers = len(pairs) > 1 and all(type(each) in (int, float) and isfinite(each) for each in pairs[:2])
    if not numbers:
        return [_unprojected(part, depth + 1) for part in pairs]
    x, y = pairs[:2]
    if abs(y) > 1e9:
        return pairs  # nowhere, as the check of its latitude will say
    return [round(degrees(x / _RADIUS_M), 9), round(degrees(atan(sinh(y / _RADIUS_M))), 9), *pairs[2:]]
