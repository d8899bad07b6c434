"""GeoJSON: landing points as points, cables or links as lines, in degrees.

What a file says of its reference system is honoured, or refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import atan, degrees, isfinite, sinh
from typing import Any

from planner.files.formats.attributes import Attributes, attribute, is_given
from planner.files.formats.lines import DrawnLine, add_cables, cut_at_antimeridian
from planner.files.formats.locations import country_named
from planner.files.formats.opening import json_of
from planner.files.formats.raw import (
    MARK,
    RECORD_LIMIT,
    Parts,
    Point,
    Raw,
    RawLink,
    RawNode,
    Settings,
    broken,
    check_point,
    finite,
    listed,
)

_KNOWN = ("type", "name", "crs", "features", "properties", "geometry", "id", "bbox")
_OF_FEATURES = ("type", "id", "properties", "geometry", "bbox")


def read(parts: Parts, settings: Settings) -> Raw:
    """Return one or several GeoJSON files as one: cables in one, landing points in another."""
    raw = Raw(parts[0][0], "geojson")
    cables: list[DrawnLine] = []
    strange: list[str] = []
    for name, data in parts:
        collection = in_degrees(json_of(data, name), name)
        features = list(features_of(collection, name))
        if MARK in (collection.get("properties") or {}):
            return _own(collection, features, name)
        raw.head.setdefault("title", str(collection.get("name") or ""))
        raw.pass_over("the file", *(key for key, value in collection.items() if key not in _KNOWN and value))
        for number, feature in enumerate(features):
            for part in _parts(feature):
                odd = _add(raw, cables, part, f"features.{number}", name)
                strange += [odd] if odd else []
            raw.pass_over("features", *(key for key in feature if key not in _OF_FEATURES))
    raw.unread = {of: list(dict.fromkeys(names)) for of, names in raw.unread.items()}
    if strange:
        raw.messages.append(f"{len(strange)} left out that are neither points nor lines: {listed(strange)}")
    if not cables and not raw.nodes:
        raise broken(raw.file, "holds neither points nor lines", "give cables as lines, landings as points")
    add_cables(raw, cables, settings)
    return raw


def features_of(collection: Any, name: str) -> Iterator[dict[str, Any]]:
    """Yield the features of a collection."""
    if not isinstance(collection, dict) or collection.get("type") not in ("FeatureCollection", "Feature"):
        raise broken(name, "is no GeoJSON", 'write {"type": "FeatureCollection", "features": [...]}')
    features = [collection] if collection["type"] == "Feature" else collection.get("features")
    if not isinstance(features, list):
        raise broken(name, "has no list of features", 'write "features": [...]')
    if len(features) > RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} features", "split it")
    for number, feature in enumerate(features):
        if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
            raise broken(name, "is no feature", 'write {"type": "Feature", ...}', where=f"features.{number}")
        yield feature


def geometry_of(feature: dict[str, Any], where: str, name: str) -> tuple[str, Any]:
    """Return sort and coordinates of a feature's geometry; nothing where it has none."""
    geometry = feature.get("geometry")
    if geometry is None:
        return "", []
    if not isinstance(geometry, dict) or not isinstance(geometry.get("coordinates"), list):
        raise broken(name, "has no coordinates", "write a geometry with coordinates", where=where)
    return str(geometry.get("type")), geometry["coordinates"]


def point_of(pair: Any, where: str, name: str) -> Point:
    """Return a position as latitude and longitude."""
    if not isinstance(pair, list) or len(pair) < 2 or not all(type(each) in (int, float) for each in pair[:2]):
        raise broken(name, f"'{str(pair)[:40]}' is no position", "write [longitude, latitude]", where=where)
    lon, lat = (finite(each, name, where) for each in pair[:2])
    return check_point(lat, lon, name, where)


def line_of(pairs: Any, where: str, name: str) -> list[Point]:
    """Return the positions of a line."""
    if not isinstance(pairs, list):
        raise broken(name, f"'{str(pairs)[:40]}' is no line", "write a list of positions", where=where)
    return [point_of(pair, where, name) for pair in pairs]


def _parts(feature: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a feature for each part of a collection of geometries, which may hold collections again."""
    geometry = feature.get("geometry")
    collected = isinstance(geometry, dict) and geometry.get("type") == "GeometryCollection"
    parts = geometry.get("geometries") if collected and isinstance(geometry, dict) else None
    if not isinstance(parts, list):
        return [feature]
    return [each for part in parts for each in _parts({**feature, "geometry": part})]


def _add(raw: Raw, cables: list[DrawnLine], feature: dict[str, Any], where: str, name: str) -> str:
    """Add a point or a line; return what a feature is called that is neither."""
    sort, coordinates = geometry_of(feature, where, name)
    attrs = Attributes(feature.get("properties") or {})
    label = attribute(attrs, "name", "title", "label", "cable_name", "cable", "system", "city")[1]
    if sort in ("Point", "MultiPoint"):
        for number, pair in enumerate([coordinates] if sort == "Point" else coordinates):
            lat, lon = point_of(pair, where, name)
            known = feature.get("id") or attribute(attrs, "id")[1] or f"point {len(raw.nodes) + 1}"
            key = f"{known}/{number}" if number else str(known)
            country = attribute(attrs, "country", "country_code", "iso2")[1]
            country = country if is_given(country) else _after_comma(label)
            raw.nodes.append(RawNode(key, lat, lon, label or key, country, attrs, file=name))
    elif sort in ("LineString", "MultiLineString"):
        parts = [coordinates] if sort == "LineString" else coordinates
        attribute(attrs, "id")
        cables.append(DrawnLine(label, [line_of(part, where, name) for part in parts], attrs, (0, name)))
    else:
        return f"{label or where} ({sort[:40] or 'no geometry'})"
    return ""


def _after_comma(label: str) -> str:
    """Return the country of "Mombasa, Kenya", if one stands behind a comma."""
    country = label.rpartition(",")[2].strip() if "," in label else ""
    return country if country_named(country) else ""


def _own(collection: dict[str, Any], features: list[dict[str, Any]], name: str) -> Raw:
    raw = Raw(name, "geojson", dict(collection["properties"]), own=True)
    for number, feature in enumerate(features):
        where, attrs = f"features.{number}", dict(feature.get("properties") or {})
        sort, coordinates = geometry_of(feature, where, name)
        key = str(feature.get("id") or attrs.get("id") or "")
        if sort == "Point":
            lat, lon = point_of(coordinates, where, name)
            raw.nodes.append(RawNode(key, lat, lon, attrs=attrs))
        elif "start" in attrs and "end" in attrs:
            raw.links.append(RawLink((str(attrs["start"]), str(attrs["end"])), key, attrs=attrs))
    return raw


def write(raw: Raw) -> bytes:
    """Return a topology as GeoJSON (RFC 7946): nodes as points, links as lines cut at 180 degrees."""
    features: list[dict[str, Any]] = []
    for node in raw.nodes:
        geometry = {"type": "Point", "coordinates": [node.lon, node.lat]}
        features.append({"type": "Feature", "id": node.key, "geometry": geometry, "properties": node.attrs})
    for link in raw.links:
        attrs: dict[str, Any] = {"start": link.ends[0], "end": link.ends[1]} | link.attrs
        attrs |= {key: float(attrs[key]) for key in ("length_km", "rtt_ms", "capacity_gbps")}
        features.append({"type": "Feature", "id": link.key, "geometry": drawn(link), "properties": attrs})
    return dump({"type": "FeatureCollection", "properties": raw.head, "features": features})


def drawn(link: RawLink) -> dict[str, Any]:
    """Return the line of a link."""
    parts = [[[lon, lat] for lat, lon in part] for part in cut_at_antimeridian(link.path)]
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def dump(value: Any) -> bytes:
    """Return JSON with a feature or a record a line, so that changes can be read."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


_DEGREES = {"CRS84", "4326", "4979", "4258", "4269", "4167", "4490"}
"""WGS 84, and ETRS89, NAD83, NZGD2000 and CGCS2000, which lie within two metres of it."""
_MERCATOR = {"3857", "900913", "3785", "102100", "102113"}
_RADIUS_M = 6378137.0
_CODE = re.compile(r"(CRS84|[0-9]{4,6})h?\s*$", re.IGNORECASE)
_DEEPEST = 6


def in_degrees(value: Any, name: str) -> Any:
    """Return GeoJSON with its coordinates in degrees, whatever system its `crs` names.

    Raises InputError where it is another than WGS 84 and web Mercator.
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
