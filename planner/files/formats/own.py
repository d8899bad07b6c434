"""A topology laid out for other formats, and back: every field an attribute, so that our own files lose nothing.

A graph or a map has places for nodes and links only. Nodes and links (the segments of cables among them) carry their
fields as attributes under our own keys; sites, cables, projects, risks, groups and sources stand in the head as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from planner.files.formats.raw import MARK, Flaw, Raw, RawLink, RawNode, broken
from planner.files.formats.records import amount_text, keys_of, number_text, topology_record
from planner.places import Node
from planner.segments import Pair, pairs_in, segment_id
from planner.topology import SECTIONS, CableSegment, Link, Topology

VERSION = "1"
HEAD_KEYS = ("topology", "title", "names", "latency", "source", "confidence", "note")
HEAD_SECTIONS = tuple(section for section in SECTIONS if section not in ("nodes", "links"))
_SHARED = (
    "kind", "capacity", "design", "committed", "duplex", "transit", "usable_by", "owner", "project", "from", "until",
)  # fmt: skip
_SHARED_REMARKS = ("source", "confidence", "note")
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]|_x[0-9A-Fa-f]{4}_|^\s|\s$")
"""What some format would change or refuse; such a text is written as a string of JSON, which starts with a quote."""
_TEXTS = {"title", "name", "note", "source", "url", "publisher", "author", "licence", "topology", "cable"}
"""Keys whose values are never lists or maps, even where they begin like some."""

_FOR_OTHERS = {"id", "label", "Latitude", "Longitude", "key", "target", "start", "end", "cable", "length_km", "rtt_ms",
               "capacity_gbps", "source_id", "\n"}  # fmt: skip
"""Attributes that stand beside our fields, for other programs or for the format itself."""

Record = dict[str, Any]


def flat(value: Any) -> str:
    """Return a text as it is, or where a format might spoil it as JSON; a list or a map always as JSON."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
    odd = _ODD.search(text) or not text.isprintable() or (isinstance(value, str) and text.startswith('"'))
    return json.dumps(value).replace("\x7f", "\\u007f").replace("_x", "\\u005fx") if odd else text


def unflat(key: str, text: Any, file: str, where: str = "") -> Any:
    """Return the value that `flat` made a text of."""
    if not isinstance(text, str):
        return text
    if isinstance(text, Flaw):
        raise text.error(key)
    if text[:1] == '"' or (text[:1] in ("{", "[") and key not in _TEXTS):
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError):
            raise broken(file, f"'{text[:40]}' is damaged", "write JSON", where=where or key) from None
    return text


def pack(topology: Topology) -> Raw:
    """Return a topology as nodes and links with attributes, and the rest in the head."""
    record = topology_record(topology)
    head = {MARK: VERSION} | {key: flat(record[key]) for key in (*HEAD_KEYS, *HEAD_SECTIONS) if key in record}
    raw = Raw(topology.id, "own", head, own=True)
    for key, node in topology.nodes.items():
        fields = record["nodes"][key]
        attrs = {name: flat(value) for name, value in fields.items() if name not in ("lat", "lon")}
        raw.nodes.append(RawNode(key, node.lat, node.lon, flat(node.name or key), node.country, attrs))
    plain = record.get("links", {})
    segments = {link: (cable, fields) for cable, link, fields in _segments(record.get("cables", {}))}
    for key, link in topology.links.items():
        cable, fields = segments[key] if key in segments else ("", plain[key])
        attrs = {name: flat(value) for name, value in fields.items() if name != "ends"}
        attrs |= {"cable": cable} if cable else {}
        drawn = _drawn(topology, link)
        raw.links.append(RawLink(link.ends, key, flat(link.name or key), attrs | _for_others(link), drawn))
    return raw


def _for_others(link: Link) -> dict[str, str]:
    """Return what other programs want as plain numbers; reading back takes the texts with units instead."""
    points = link.capacity_gbps.points
    return {
        "length_km": number_text(link.length_km),
        "rtt_ms": number_text(link.rtt_ms),
        "capacity_gbps": number_text(points[0][1]),
    }


def _drawn(topology: Topology, link: Link) -> tuple[tuple[float, float], ...]:
    return tuple((topology.nodes[end].lat, topology.nodes[end].lon) for end in link.ends)


def _segments(cables: Mapping[str, Record]) -> Iterator[tuple[str, str, Record]]:
    """Yield cable, link and fields of each segment, as the reader would put them together."""
    for cable, fields in cables.items():
        for pair in _pairs(fields):
            yield cable, segment_id(cable, pair), _segment(fields, pair)


def _rows(cable: Record) -> list[list[str]]:
    return [cable.get("route", []), *cable.get("branches", [])]


def _pairs(cable: Record) -> list[Pair]:
    return list(pairs_in(_rows(cable)))


def _segment(cable: Record, pair: Pair) -> Record:
    shared = {"kind": "submarine"} | {k: cable[k] for k in (*_SHARED, *_SHARED_REMARKS) if k in cable}
    return shared | _given(cable, pair)


def _given(cable: Record, pair: Pair) -> Record:
    """Return what a cable's record says of one segment, under either order of its ends."""
    segments: Mapping[str, Record] = cable.get("segments", {})
    return dict(segments.get(pair.name) or segments.get(pair.turned.name) or {})


def unpack(raw: Raw) -> Record:
    """Return the record of a topology from what `pack` laid out, with what another program changed in between.

    Attributes that are no fields are left out; a cable whose segments differ gets them as overrides, one that lost
    some keeps the others.
    """
    record: Record = {}
    for key in HEAD_KEYS:
        if raw.head.get(key):
            record[key] = unflat(key, raw.head[key], raw.file)
    parts: dict[str, Record] = {}
    for section in HEAD_SECTIONS:
        value = unflat(section, raw.head.get(section) or {}, raw.file)
        if not isinstance(value, dict):
            raise broken(raw.file, "is damaged", "write a map of records in JSON", where=section)
        parts[section] = value
    known = keys_of(Node)
    _note_strange(raw)
    parts["nodes"] = {}
    for node in raw.nodes:
        fields = _known(raw, node.attrs, known, f"nodes.{node.key}")
        if node.lat is None or node.lon is None:
            raise broken(raw.file, "has no coordinates", "add them", line=node.line, where=f"nodes.{node.key}")
        fields |= {"lat": number_text(node.lat), "lon": number_text(node.lon)}
        _put(raw, parts["nodes"], node.key, _first(fields, ("name", "country", "lat", "lon")), node.line)
    parts["links"], segments = _links(raw)
    parts["cables"] = _cables(raw, parts["cables"], segments)
    return record | {section: parts[section] for section in SECTIONS if parts[section]}


def _note_strange(raw: Raw) -> None:
    """Say which attributes another program has added: they are no fields of ours."""
    for sort, records, known in (("nodes", raw.nodes, keys_of(Node)), ("links", raw.links, keys_of(Link))):
        names = {key: None for each in records for key, value in each.attrs.items() if value not in ("", None)}
        strange = [key for key in names if key not in known and key not in _FOR_OTHERS]
        if strange:
            raw.messages.append(f"not read: of {sort} {', '.join(strange)}")


def _links(raw: Raw) -> tuple[Record, dict[str, tuple[str, Record]]]:
    links: Record = {}
    segments: dict[str, tuple[str, Record]] = {}
    for link in raw.links:
        owner = str(link.attrs.get("cable") or "")
        known = keys_of(CableSegment if owner else Link)
        fields = _known(raw, link.attrs, known, f"links.{link.key}")
        if owner:
            _put(raw, segments, link.key, (owner, fields), link.line)
        else:
            _put(raw, links, link.key, {"ends": list(link.ends), **fields}, link.line)
    return {key: _first(fields, ("name", "ends")) for key, fields in links.items()}, segments


def _known(raw: Raw, attrs: Mapping[str, Any], known: frozenset[str], where: str) -> Record:
    return {k: unflat(k, v, raw.file, where) for k, v in attrs.items() if k in known and v not in ("", None)}


def _first(fields: Record, order: tuple[str, ...]) -> Record:
    return {key: fields[key] for key in order if key in fields} | fields


def _put(raw: Raw, section: dict[str, Any], key: str, value: Any, line: int) -> None:
    if key in section:
        raise broken(raw.file, f"the id '{key}' stands twice", "give each record its own id", line=line)
    section[key] = value


def _cables(raw: Raw, cables: Record, segments: Mapping[str, tuple[str, Record]]) -> Record:
    for link, (owner, _) in segments.items():
        if owner not in cables:
            raise broken(raw.file, f"there is no cable '{owner}'", "leave `cable` out", where=f"links.{link}")
    found: Record = {}
    for name, cable in cables.items():
        if not isinstance(cable, dict):
            raise broken(raw.file, "is damaged", "write a map", where=f"cables.{name}")
        pairs = _pairs(cable)
        found_in = {pair: segments[link][1] for pair in pairs if (link := segment_id(name, pair)) in segments}
        changed = _changed(cable, found_in)
        if len(found_in) < len(pairs):
            missing = len(pairs) - len(found_in)
            raw.messages.append(f"cable {name}: {missing} of its segments are gone from the file")
            changed = _without(changed, [pair for pair in pairs if pair not in found_in])
        if changed.get("route"):
            found[name] = changed
    return found


def _without(cable: Record, missing: list[Pair]) -> Record:
    """Return a cable whose rows are cut where segments are missing; the ways that are left are counted anew."""
    pairs, rows, left = iter(_pairs(cable)), list[list[str]](), list[Pair]()
    for row in _rows(cable):
        part = list(row[:1])
        for end in row[1:]:
            pair = next(pairs)
            if pair in missing:
                rows.append(part)
                part = []
            else:
                left.append(pair)
            part.append(end)
        rows.append(part)
    rows = [row for row in rows if len(row) > 1]
    given = cable.get("segments", {})
    both = list(zip(left, pairs_in(rows), strict=True))
    words = {old.name: new.name for old, new in both} | {old.turned.name: new.turned.name for old, new in both}
    kept = {words[key]: value for key, value in given.items() if key in words}
    rest = {key: value for key, value in cable.items() if key not in ("route", "branches", "segments")}
    rest |= {"route": rows[0] if rows else []}
    return rest | ({"branches": rows[1:]} if rows[1:] else {}) | ({"segments": kept} if kept else {})


def _changed(cable: Record, segments: Mapping[Pair, Record]) -> Record:
    """Return a cable with what its segments' attributes have different."""
    changed = dict(cable.get("segments", {}))
    for pair, found in segments.items():
        expected, given = _segment(cable, pair), _given(cable, pair)
        differing = {key: value for key, value in found.items() if expected.get(key) != value}
        gone = [key for key in given if key not in found]
        if differing or gone:
            key = next((name for name in (pair.name, pair.turned.name) if name in changed), pair.name)
            changed[key] = {k: v for k, v in (given | differing).items() if k not in gone}
    return {**cable, "segments": changed} if changed else cable


def length_text(length_km: float) -> str:
    """Return a drawn length, to the tenth of a kilometre."""
    return amount_text(round(length_km, 1), "km")
