"""KML 2.2: placemarks with points and lines, as map programs show them."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

from planner.files.formats.attributes import Attributes, attribute
from planner.files.formats.lines import DrawnLine, add_cables, cut_at_antimeridian
from planner.files.formats.locations import country_named
from planner.files.formats.opening import Element, xml_of
from planner.files.formats.own import flat
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

_SHAPES = ("Polygon", "LinearRing", "Model", "Track", "MultiTrack")
_KNOWN = ("name", "ExtendedData", "Point", "LineString", "MultiGeometry", "styleUrl", "Style", "StyleMap", "visibility",
          "open", "LookAt", "Camera", "Region", "Snippet", *_SHAPES)  # fmt: skip
"""What is read of a placemark, told as a shape, or only says how it looks."""
_ELSEWHERE = ("NetworkLink", "GroundOverlay", "ScreenOverlay", "PhotoOverlay", "Tour")


def read(parts: Parts, settings: Settings) -> Raw:
    """Return one or several KML files as one."""
    raw = Raw(parts[0][0], "kml")
    cables: list[DrawnLine] = []
    strange: list[str] = []
    for name, data in parts:
        if data[:2] == b"PK":
            raise broken(name, "is a KMZ, which is a ZIP", "unpack it and give its doc.kml")
        root = xml_of(data, name)
        if root.tag != "kml":
            raise broken(name, f"is no KML: its root is <{root.tag}>", "give a file that begins with <kml>")
        document = root.first("Document") or root
        head = _data(document)
        if MARK in head:
            return _own(root, head, name)
        raw.head.setdefault("title", document.text_at("name"))
        placemarks = [element for element in root.walk() if element.tag == "Placemark"]
        folders = {id(each): folder.text_at("name") for folder in root.walk() for each in folder.all("Placemark")}
        if len(placemarks) > RECORD_LIMIT:
            raise broken(name, f"holds more than {RECORD_LIMIT:,} placemarks", "split it")
        for element in placemarks:
            strange += [f"{element.text_at('name') or f'line {element.line}'} ({odd})" for odd in _odd_shapes(element)]
            _add(raw, cables, element, name, folders[id(element)] if element is not root else "")
        raw.pass_over("the file", *dict.fromkeys(each.tag for each in root.walk() if each.tag in _ELSEWHERE))
    if strange:
        raw.messages.append(f"{len(strange)} left out that are neither points nor lines: {listed(strange)}")
    if not cables and not raw.nodes:
        raise broken(raw.file, "holds no placemark with a point or a line", "give places as points, cables as lines")
    add_cables(raw, cables, settings)
    return raw


def _odd_shapes(element: Element) -> list[str]:
    """Return the shapes of a placemark that are neither points nor lines; "no shape" where it has none at all."""
    areas = {
        id(inner) for each in element.walk() if each.tag == "Polygon" for inner in each.walk() if inner is not each
    }
    odd = [each.tag for each in element.walk() if each.tag in _SHAPES and id(each) not in areas]
    return odd or ([] if any(each.tag in ("Point", "LineString") for each in element.walk()) else ["no shape"])


def _add(raw: Raw, cables: list[DrawnLine], element: Element, name: str, folder: str) -> None:
    """Add the points and the lines of a placemark; a line without a name has that of its folder."""
    attrs = _data(element)
    attrs |= {each.tag: "".join(each.parts) or "<...>" for each in element.children if each.tag not in _KNOWN}
    label = element.text_at("name") or attribute(attrs, "name", "title", "label")[1]
    points = [_places(part, name) for part in element.walk() if part.tag == "Point"]
    lines = [_places(part, name) for part in element.walk() if part.tag == "LineString"]
    for places in points:
        if len(places) != 1:
            raise broken(name, "a point needs one place", "write longitude,latitude", line=element.line, where=label)
        key = element.attrs.get("id") or f"point {len(raw.nodes) + 1}"
        behind = label.rpartition(",")[2].strip() if "," in label else ""
        country = attribute(attrs, "country", "country_code", "iso2")[1] or (behind if country_named(behind) else "")
        raw.nodes.append(RawNode(key, *places[0], label or key, country, attrs, element.line, name))
    if lines:
        cables.append(DrawnLine(label or folder, lines, attrs, (element.line, name)))


def _places(part: Element, name: str) -> list[Point]:
    """Return the places of a geometry: longitude,latitude[,height] between blanks."""
    found = []
    for triple in part.text_at("coordinates").split():
        words = triple.split(",")
        if len(words) < 2:
            raise broken(name, f"'{triple[:40]}' is no place", "write longitude,latitude", line=part.line)
        lon, lat = (finite(word, name, "coordinates", part.line) for word in words[:2])
        found.append(check_point(lat, lon, name, "coordinates", part.line))
    return found


def _data(element: Element) -> Attributes:
    """Return the extended data of a placemark or document, given either way."""
    found = Attributes()
    extended = element.first("ExtendedData")
    for each in extended.walk() if extended is not None else ():
        if each.tag == "Data":
            value = each.first("value")
            found[each.attrs.get("name", "")] = "".join(value.parts) if value is not None else ""
        elif each.tag == "SimpleData":
            found[each.attrs.get("name", "")] = "".join(each.parts)
    return found


def _own(root: Element, head: dict[str, Any], name: str) -> Raw:
    raw = Raw(name, "kml", head, own=True)
    for element in root.walk():
        if element.tag != "Placemark":
            continue
        attrs = _data(element)
        key, ends = str(attrs.pop("id", "")), str(attrs.pop("ends", ""))
        point = next((part for part in element.walk() if part.tag == "Point"), None)
        if point is not None:
            places = _places(point, name)
            if len(places) != 1:
                raise broken(name, "a point needs one place", "write longitude,latitude", line=element.line, where=key)
            raw.nodes.append(RawNode(key, *places[0], attrs=attrs, line=element.line))
        elif ends:
            first, _, second = ends.partition(" ")
            raw.links.append(RawLink((first, second), key, attrs=attrs, line=element.line))
    return raw


def write(raw: Raw) -> bytes:
    """Return a topology as KML: nodes and links in folders of their own, every field as extended data."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<kml xmlns="http://www.opengis.net/kml/2.2">', "<Document>"]
    lines.append(f"<name>{escape(flat(str(raw.head.get('title') or raw.file)))}</name>")
    lines.append(_extended(raw.head))
    lines.append("<Folder><name>nodes</name>")
    for node in raw.nodes:
        point = f"<Point><coordinates>{_written([(node.lat or 0.0, node.lon or 0.0)])}</coordinates></Point>"
        lines.append(_placemark(node.name, {"id": node.key} | node.attrs, point))
    lines.append("</Folder>")
    lines.append("<Folder><name>links</name>")
    for link in raw.links:
        parts = [
            f"<LineString><tessellate>1</tessellate><coordinates>{_written(part)}</coordinates></LineString>"
            for part in cut_at_antimeridian(link.path)
        ]
        line = parts[0] if len(parts) == 1 else f"<MultiGeometry>{''.join(parts)}</MultiGeometry>"
        lines.append(_placemark(link.name, {"id": link.key, "ends": " ".join(link.ends)} | link.attrs, line))
    lines += ["</Folder>", "</Document>", "</kml>"]
    return ("\n".join(lines) + "\n").encode()


def _written(places: list[Point]) -> str:
    return " ".join(f"{lon!r},{lat!r}" for lat, lon in places)


def _placemark(name: str, attrs: dict[str, Any], geometry: str) -> str:
    return f"<Placemark><name>{escape(name)}</name>{_extended(attrs)}{geometry}</Placemark>"


def _extended(attrs: dict[str, Any]) -> str:
    data = "".join(f"<Data name={quoteattr(k)}><value>{escape(str(v))}</value></Data>" for k, v in attrs.items())
    return f"<ExtendedData>{data}</ExtendedData>"
