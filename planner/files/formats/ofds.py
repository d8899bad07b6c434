"""The Open Fibre Data Standard 0.3: networks of nodes and spans, as JSON, as two GeoJSON files, or as two CSV files."""

from __future__ import annotations

import csv
import io
import re
import uuid
from typing import Any

from planner.files.formats.geojson import drawn, dump, features_of, geometry_of, in_degrees, line_of, point_of
from planner.files.formats.opening import json_of, text_of
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
)

SCHEMA = (
    "https://raw.githubusercontent.com/Open-Telecoms-Data/open-fibre-data-standard/0__3__0/schema/network-schema.json"
)
_WKT = re.compile(r"\s*(POINT|LINESTRING)\s*Z?\s*\((.*)\)\s*", re.IGNORECASE)
_NAMESPACE = uuid.UUID("6f2d1b1e-3c1e-5d0a-9c53-0d1f6e2a7b10")
_GONE = ("decommissioned", "inactive")
_COMING = ("proposed", "planned", "underConstruction")
_MEDIA = {"terrestrial": "fibre", "submarine": "fibre", "microwave": "microwave"}
_OWN = "planner"
_OF_NETWORK = ("id", "name", "nodes", "spans", "crs", "links", _OWN)
_OF_NODES = ("id", "name", "location", "address", "featureType", "network", _OWN)
_OF_SPANS = ("id", "name", "start", "end", "status", "route", "readyForServiceDate", "transmissionMedium", "directed",
             "capacity", "fibreLength", "featureType", "network", _OWN)  # fmt: skip
"""What is read; the rest is told."""


def read(parts: Parts, _settings: Settings) -> Raw:
    """Return one network, from one JSON file or from files of nodes and of spans."""
    raw = Raw(parts[0][0], "ofds")
    for name, data in parts:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            _read_json(raw, in_degrees(json_of(data, name), name), name)
        else:
            _read_csv(raw, data, name)
    raw.unread = {of: list(dict.fromkeys(names)) for of, names in raw.unread.items()}
    if len(raw.nodes) + len(raw.links) > RECORD_LIMIT:
        raise broken(raw.file, f"holds more than {RECORD_LIMIT:,} nodes and spans", "split it")
    if not raw.nodes:
        raise broken(raw.file, "holds no node", "give the file of nodes beside that of spans")
    return raw


def is_ofds(value: Any) -> bool:
    """Tell whether a value of JSON is such a file: networks, one of them, or its features as GeoJSON."""
    if isinstance(value, dict) and ("networks" in value or ("nodes" in value and "type" not in value)):
        return True
    features = value.get("features") if isinstance(value, dict) else None
    first = features[0] if isinstance(features, list) and features and isinstance(features[0], dict) else {}
    properties = first.get("properties") or {}
    return isinstance(properties, dict) and ("featureType" in properties or isinstance(properties.get("network"), dict))


def _read_json(raw: Raw, value: Any, name: str) -> None:
    if isinstance(value, dict) and value.get("type") == "FeatureCollection":
        for number, feature in enumerate(features_of(value, name)):
            _add_feature(raw, feature, f"features.{number}", name)
        return
    networks = value.get("networks", [value]) if isinstance(value, dict) else None
    if not isinstance(networks, list) or not all(isinstance(each, dict) for each in networks):
        raise broken(name, "is no network of the Open Fibre Data Standard", 'write {"networks": [...]}')
    if len(networks) != 1:
        raise broken(name, f"holds {len(networks)} networks", "give a file with one")
    network = networks[0]
    raw.head |= {"title": network.get("name") or ""}
    network = in_degrees(network, name)
    raw.pass_over("the network", *(key for key, value in network.items() if value and key not in _OF_NETWORK))
    if isinstance(network.get(_OWN), dict) and MARK in network[_OWN]:
        raw.own, raw.head = True, dict(network[_OWN])
    for sort in ("nodes", "spans"):
        entries = network.get(sort) or []
        if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
            raise broken(name, "is no list of objects", f'write "{sort}": [{{...}}]', where=sort)
        if len(entries) > RECORD_LIMIT:
            raise broken(name, f"holds more than {RECORD_LIMIT:,} {sort}", "split it")
        for number, entry in enumerate(entries):
            (_add_node if sort == "nodes" else _add_span)(raw, entry, f"{sort}.{number}", name)


def _add_feature(raw: Raw, feature: dict[str, Any], where: str, name: str) -> None:
    """Add a node or a span published as a feature, its geometry beside its properties."""
    entry = dict(feature.get("properties") or {})
    sort, coordinates = geometry_of(feature, where, name)
    span = entry.get("featureType") == "span" or (sort == "LineString" or "start" in entry)
    geometry = {"type": sort, "coordinates": coordinates} if sort else None
    if span:
        _add_span(raw, entry | {"route": geometry}, where, name)
    else:
        _add_node(raw, entry | {"location": geometry}, where, name)
    network = entry.get("network")
    if isinstance(network, dict):
        raw.head.setdefault("title", str(network.get("name") or ""))


def _add_node(raw: Raw, entry: dict[str, Any], where: str, name: str) -> None:
    key = _needed(entry, "id", where, name)
    raw.pass_over("nodes", *(part for part, value in entry.items() if value and part not in _OF_NODES))
    node = RawNode(key, name=str(entry.get("name") or key), attrs=_attributes(raw, entry))
    location = entry.get("location")
    if isinstance(location, dict):
        node.lat, node.lon = point_of(location.get("coordinates"), f"{where}.location", name)
    address = entry.get("address")
    node.country = str(address.get("country") or "") if isinstance(address, dict) else ""
    raw.nodes.append(node)


def _add_span(raw: Raw, entry: dict[str, Any], where: str, name: str) -> None:
    key = _needed(entry, "id", where, name)
    for end in ("start", "end"):  # the node itself may stand there, as in GeoJSON
        if isinstance(entry.get(end), dict):
            entry = entry | {end: entry[end].get("id")}
    ends = (_needed(entry, "start", where, name), _needed(entry, "end", where, name))
    raw.pass_over("spans", *(part for part, value in entry.items() if value and part not in _OF_SPANS))
    if not raw.own and entry.get("status") in _GONE:
        raw.messages.append(f"span {entry.get('name') or key} is {entry['status']}: left out")
        return
    attrs = _attributes(raw, entry)
    route = entry.get("route")
    path: list[Point] = []
    if not raw.own and isinstance(route, dict) and route.get("type") == "LineString":
        path = line_of(route.get("coordinates"), f"{where}.route", name)
    elif not raw.own and isinstance(route, dict) and route.get("type"):
        raw.pass_over("spans", f"route ({route['type']})")
    media = entry.get("transmissionMedium") or []
    if not raw.own and media == ["microwave"]:
        attrs["kind"] = "microwave"
    if not raw.own:
        _add_beginning(raw, entry, attrs, key)
    label = "" if raw.own else str(entry.get("name") or "")
    raw.links.append(RawLink(ends, key, label, attrs, tuple(path)))


def _add_beginning(raw: Raw, entry: dict[str, Any], attrs: dict[str, Any], key: str) -> None:
    """Keep the year in which a span is ready for service; say so where it is not built and none is given."""
    year = str(entry.get("readyForServiceDate") or "")[:4]
    if year.isdigit():
        attrs["from"] = year
    elif entry.get("status") in _COMING:
        label = entry.get("name") or key
        raw.messages.append(f"span {label} is {entry['status']}, without a date: it stands from the first year on")


def _attributes(raw: Raw, entry: dict[str, Any]) -> dict[str, Any]:
    """Return our own fields of an entry of ours, else what is understood of a foreign one."""
    if raw.own:
        return dict(entry[_OWN]) if isinstance(entry.get(_OWN), dict) else {}
    found = {"capacity_gbps": entry.get("capacity"), "fibreLength": entry.get("fibreLength")}
    return {key: value for key, value in found.items() if value not in (None, "")}


def _needed(entry: dict[str, Any], key: str, where: str, name: str) -> str:
    value = entry.get(key)
    if value in (None, "") or isinstance(value, dict | list):
        raise broken(name, f"has no {key}", f'write "{key}"', where=where)
    return str(value)


def _read_csv(raw: Raw, data: bytes, name: str) -> None:
    """Add the nodes or the spans of a flattened table, whose columns are named nodes/0/name and so on."""
    try:
        rows = list(csv.reader(io.StringIO(text_of(data, name), newline=""), strict=True))
    except csv.Error as error:
        raise broken(name, f"is no CSV: {error}", "write a row a line, cells between commas") from None
    header = rows[0] if rows else []
    sort = next((sort for sort in ("nodes", "spans") if f"{sort}/0/id" in header), "")
    if not sort:
        raw.messages.append(f"{name} holds neither nodes nor spans: left out")
        return
    if len(rows) > RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} rows", "split it")
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise broken(name, f"has {len(row)} cells", f"write {len(header)}, as the first row has", line=number)
        cells = {key.removeprefix(f"{sort}/0/"): cell for key, cell in zip(header, row, strict=True) if cell}
        if sort == "nodes":
            entry = cells | {
                "location": _location(cells, name, number),
                "address": {"country": cells.get("address/country")},
            }
            _add_node(raw, entry, f"row {number}", name)
        else:
            route = _wkt(cells.get("route", ""), name, number)
            geometry = {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in route]}
            media = cells.get("transmissionMedium", "").split(";")
            _add_span(raw, cells | {"route": geometry, "transmissionMedium": media}, f"row {number}", name)


def _location(cells: dict[str, str], name: str, line: int) -> dict[str, Any] | None:
    """Return a node's place: well-known text, or longitude and latitude with a semicolon between (0.1 and 0.2)."""
    if cells.get("location"):
        places = _wkt(cells["location"], name, line)
    elif cells.get("location/coordinates"):
        words = cells["location/coordinates"].strip("[]() ").replace(",", ";").split(";")
        places = _pairs([" ".join(words[:2])], name, line)
    else:
        return None
    return {"coordinates": [places[0][1], places[0][0]]} if places else None


def _wkt(text: str, name: str, line: int) -> list[Point]:
    if not text:
        return []
    found = _WKT.fullmatch(text)
    if found is None:
        raise broken(
            name, f"'{text[:40]}' is no well-known text", "write POINT (lon lat) or LINESTRING (...)", line=line
        )
    return _pairs(found[2].split(","), name, line)


def _pairs(texts: list[str], name: str, line: int) -> list[Point]:
    found = []
    for text in texts:
        words = text.split()
        if len(words) < 2:
            raise broken(name, f"'{text[:40]}' is no place", "write longitude and latitude", line=line)
        lon, lat = (finite(word, name, "location", line) for word in words[:2])
        found.append(check_point(lat, lon, name, "location", line))
    return found


def write(raw: Raw) -> bytes:
    """Return a topology as a network package of OFDS 0.3; what the standard has no place for stands in `planner`."""
    nodes = []
    for node in raw.nodes:
        place = {"type": "Point", "coordinates": [node.lon, node.lat]}
        entry = {"id": node.key, "name": node.name, "location": place, "address": {"country": node.country}}
        nodes.append(entry | {_OWN: node.attrs})
    spans = []
    for link in raw.links:
        route = drawn(link)
        span: dict[str, Any] = {"id": link.key, "name": link.name, "start": link.ends[0], "end": link.ends[1]}
        span |= {"directed": False, "route": route} if route["type"] == "LineString" else {"directed": False}
        medium = _MEDIA.get(str(link.attrs.get("kind")))
        span |= {"transmissionMedium": [medium]} if medium else {}
        span |= {"fibreLength": float(link.attrs["length_km"]), "capacity": float(link.attrs["capacity_gbps"])}
        if str(link.attrs.get("from", "")).isdigit():
            span["readyForServiceDate"] = f"{link.attrs['from']}-01-01"
        spans.append(span | {_OWN: link.attrs})
    crs = {"name": "urn:ogc:def:crs:OGC::CRS84", "uri": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}
    network: dict[str, Any] = {
        "id": str(uuid.uuid5(_NAMESPACE, raw.file)),
        "name": str(raw.head.get("title") or raw.file),
    }
    network |= {"nodes": nodes} if nodes else {}
    network |= {"spans": spans} if spans else {}
    network |= {"crs": crs, "links": [{"href": SCHEMA, "rel": "describedby"}], _OWN: raw.head}
    return dump({"networks": [network]})
