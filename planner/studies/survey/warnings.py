"""What is allowed in a topology and looks wrong all the same, with its place in the files.

Each rule is one function that yields warnings; `RULES` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from planner.errors import Fault, InputError
from planner.files import load_topology_places
from planner.latency import great_circle_km, ideal_rtt_ms

if TYPE_CHECKING:
    from pathlib import Path

    from shapely import MultiPolygon

    from planner.files.places import Places
    from planner.records import Record
    from planner.topology import Link, Topology

__all__ = ["RULES", "check_topology", "warn"]

COAST_KM = 30.0
"""A place this near to its country lies in it: the atlas is drawn at 1:50 million, and stations stand on the shore."""
KM_PER_DEGREE = 111.2
SHORTER = 0.98
"""A length may be this much of the great circle: coordinates are rounded, and the sphere is right to 0.5 %."""
MOST_GBPS = {"submarine": 576_000.0, "microwave": 100.0, "satellite": 1_000.0}
"""More than any system of the kind carries: 24 pairs of fibre with 24 Tbps each, the widest cables and pairs laid; the
widest microwave hops (E-band, 10 to 25 Gbps a channel) and high-throughput satellites."""

Warn = Callable[["Topology", "Places"], Iterator[Fault]]


def check_topology(*paths: str | Path, currency: str = "USD") -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Return the faults of topology files, merged, and the warnings; files with faults are not looked at further."""
    try:
        topology, places = load_topology_places(*paths, currency=currency)
    except InputError as error:
        return error.faults, ()
    return (), tuple(warn(topology, places))


def warn(topology: Topology, places: Places) -> list[Fault]:
    """Return everything that looks wrong, by file and line."""
    return sorted({fault for rule in RULES for fault in rule(topology, places)})


def unconnected(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield nodes that no link reaches, and groups of nodes apart from the largest."""
    import networkx as nx

    from planner.network import topology_to_graph

    parts = sorted(nx.connected_components(topology_to_graph(topology)), key=lambda part: (-len(part), min(part)))
    for part in parts[1:]:
        first = min(part)
        place = places.find("nodes", first)
        if len(part) == 1:
            yield Fault(place, f"nodes.{first}", "no link reaches it", "add a link, or take the node out")
        else:
            others = ", ".join(sorted(part)[1:4]) + ("..." if len(part) > 4 else "")
            what = f"it and {len(part) - 1} more ({others}) have no way to the other {len(parts[0])} nodes"
            yield Fault(place, f"nodes.{first}", what, "add the link that joins them")


def outside_country(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield nodes whose coordinates lie far outside their country; land that has no code of its own is anybody's."""
    from shapely import Point

    from planner.atlas import countries
    from planner.files.countries import CODES

    shapes = {area.code: area.shape for area in countries() if area.code is not None}
    disputed = [area.shape for area in countries() if area.code is None]
    for key, node in sorted(topology.nodes.items()):
        shape, point = shapes.get(node.country), Point(node.lon, node.lat)
        if any(land.contains(point) for land in disputed):
            continue
        if shape is None and node.country not in CODES:
            right = "write the two letters of ISO 3166-1"
            yield Fault(places.find("nodes", key, "country"), f"nodes.{key}.country", _unknown(node.country), right)
        elif shape is None:
            continue  # drawn as a part of another country (GF, RE), or too small to be drawn (TV)
        elif shape.distance(point) * KM_PER_DEGREE > COAST_KM:
            inside = [code for code, other in shapes.items() if other.contains(point)]
            where = f"lies in {inside[0]}" if inside else f"lies at sea, {_away(shape, node.lat, node.lon)} km away"
            what = f"{node.lat:g}, {node.lon:g} {where}, not in {node.country}"
            yield Fault(places.find("nodes", key, "lat"), f"nodes.{key}", what, "check latitude, longitude and country")


def _unknown(country: str) -> str:
    return f"'{country}' is no country of the atlas"


def _away(shape: MultiPolygon, lat: float, lon: float) -> int:
    from shapely import Point
    from shapely.ops import nearest_points

    near = nearest_points(shape, Point(lon, lat))[0]
    return round(great_circle_km((lat, lon), (near.y, near.x)))


def too_short(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield links that are shorter, or quicker, than a straight fibre between their ends."""
    for key, link in sorted(topology.links.items()):
        distance = _distance(topology, link)
        if link.kind == "satellite":
            continue
        if link.length_given and link.length_km < SHORTER * distance:
            what = f"{link.length_km:g} km is less than the great circle of {distance:.0f} km"
            right = "check the length, the ends and their coordinates"
            yield Fault(places.find("links", key, "length"), f"links.{key}.length", what, right)
        if link.rtt_given and link.kind != "microwave" and link.rtt_ms < SHORTER * ideal_rtt_ms(distance):
            what = (
                f"{link.rtt_ms:g} ms is less than light in glass takes there and back, {ideal_rtt_ms(distance):.1f} ms"
            )
            right = "check the round-trip time; one way is half of it"
            yield Fault(places.find("links", key, "rtt"), f"links.{key}.rtt", what, right)


def _distance(topology: Topology, link: Link) -> float:
    a, b = (topology.nodes[end] for end in link.ends)
    return great_circle_km((a.lat, a.lon), (b.lat, b.lon))


def beyond_design(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield links with more capacity than they are designed for, or than any system of their kind carries."""
    for key, link in sorted(topology.links.items()):
        most = _largest(link.capacity_gbps.points)
        most += sum(_largest(option.max.points) for option in link.expansion if option.max is not None)
        kind, place = MOST_GBPS.get(link.kind), places.find("links", key, "capacity")
        if link.design_gbps is not None and most > link.design_gbps:
            what = f"{most:,.0f} Gbps with its expansions is beyond its design of {link.design_gbps:,.0f} Gbps"
            yield Fault(place, f"links.{key}", what, "check the capacity, or the design")
        elif kind is not None and most > kind:
            what = f"{most:,.0f} Gbps with its expansions is more than any {link.kind} system has ({kind:,.0f} Gbps)"
            yield Fault(place, f"links.{key}", what, "check the unit: Gbps, Tbps")


def _largest(points: tuple[tuple[int, float], ...]) -> float:
    return max(value for _, value in points)


def without_source(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield sites, links, cables and projects that name no source and do not say that they are assumed."""
    links = {key: link for key, link in topology.links.items() if link.cable is None}
    sections: tuple[tuple[str, dict[str, Record]], ...] = (
        ("sites", dict(topology.sites)), ("links", dict(links)), ("cables", dict(topology.cables)),
        ("projects", dict(topology.projects)),
    )  # fmt: skip
    for section, records in sections:
        for key, record in sorted(records.items()):
            if record.source is None and record.confidence != "assumed":
                right = "write 'source: <id in sources>', or 'confidence: assumed'"
                yield Fault(places.find(section, key), f"{section}.{key}", "names no source", right)


RULES: tuple[Warn, ...] = (unconnected, outside_country, too_short, beyond_design, without_source)
"""Every rule."""
