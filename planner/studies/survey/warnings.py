"""What is allowed in a topology and looks wrong all the same, with its place in the files.

Each rule is one function that yields warnings; `RULES` lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from planner.errors import Fault, InputError
from planner.files import load_topology_places
from planner.files.reading.countries import CODES
from planner.latency import great_circle_km, ideal_rtt_ms
from planner.plan import phrases
from planner.studies.survey.background import background_misfits, missing_places

if TYPE_CHECKING:
    from pathlib import Path

    from shapely import MultiPolygon

    from planner.atlas import Area
    from planner.files import Inputs
    from planner.files.reading.places import Places
    from planner.places import Node
    from planner.records import Record
    from planner.topology import Link, Topology

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
    """Return the faults of topology files, merged, and the warnings; files with faults are not looked at further.

    Everybody else's traffic is flowed over what stands, which no other reading of a topology does.
    """
    try:
        topology, places = load_topology_places(*paths, currency=currency)
    except InputError as error:
        return error.faults, ()
    return (), tuple(sorted({*warn(topology, places), *background_misfits(topology, places)}))


def warn(topology: Topology, places: Places) -> list[Fault]:
    """Return everything that looks wrong, by file and line."""
    return sorted({fault for rule in RULES for fault in rule(topology, places)})


def find_warnings(inputs: Inputs) -> tuple[Fault, ...]:
    """Return what looks wrong in the merged topology of a question, what does the most harm first.

    A variant or an option may cut a node off on purpose, so that is no warning then.
    """
    changed = inputs.variant is not None or inputs.overrides
    rules = [rule for rule in RULES if rule is not unconnected or not changed]
    return tuple(fault for rule in rules for fault in sorted(set(rule(inputs.topology, inputs.places))))


def unconnected(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield nodes that no link reaches, and groups of nodes apart from the largest."""
    parts = sorted(_parts(topology), key=lambda part: (-len(part), min(part)))
    for part in parts[1:]:
        first = min(part)
        place = places.find("nodes", first)
        if len(part) == 1:
            yield Fault(place, f"nodes.{first}", phrases.NO_LINK.say(), phrases.ADD_LINK.say())
        else:
            names = phrases.LISTED.join(sorted(part)[1:4]) + ("..." if len(part) > 4 else "")
            what = phrases.APART.say(count=len(part) - 1, names=names, others=len(parts[0]))
            yield Fault(place, f"nodes.{first}", what, phrases.JOIN_PARTS.say())


def _parts(topology: Topology) -> Iterator[set[str]]:
    """Yield the nodes that links join, whatever their year; networkx would take longer to import than all else here."""
    beside: dict[str, set[str]] = {node: set() for node in topology.nodes}
    for link in topology.links.values():
        a, b = link.ends
        beside[a].add(b)
        beside[b].add(a)
    while beside:
        found, edge = set(), {next(iter(beside))}
        while edge:
            found |= edge
            edge = {other for node in edge for other in beside.pop(node)} - found
        yield found


def outside_country(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield nodes whose coordinates lie far outside their country; land that has no code of its own is anybody's."""
    for key, node in sorted(topology.nodes.items()):
        distance = _degrees_from(node.country, node.lat, node.lon)
        if distance is not None and distance * KM_PER_DEGREE <= COAST_KM:
            continue
        if distance is None and node.country in CODES:
            continue  # drawn as a part of another country (GF, RE), or too small to be drawn (TV)
        if (there := _land(node.lat, node.lon)) is not None and there.code is None:
            continue
        if distance is None:
            place, what = places.find("nodes", key, "country"), phrases.NO_COUNTRY.say(word=node.country)
            yield Fault(place, f"nodes.{key}.country", what, phrases.WRITE_CODE.say())
        else:
            yield Fault(places.find("nodes", key, "lat"), f"nodes.{key}", _elsewhere(node, there), _way_home(node))


def _degrees_from(country: str, lat: float, lon: float) -> float | None:
    """Return how far a place lies from a country, 0 inside; None where the atlas does not have the country."""
    area = _areas().get(country)
    return None if area is None else area.degrees_from(lat, lon)


@cache
def _areas() -> dict[str, Area]:
    from planner.atlas import countries

    return {area.code: area for area in countries() if area.code is not None}


def _land(lat: float, lon: float) -> Area | None:
    """Return what lies at a place, nothing at sea; land that has no code is looked for first, for it is little."""
    from shapely import Point

    from planner.atlas import countries

    areas = sorted(countries(), key=lambda area: area.code is not None)
    return next((area for area in areas if area.shape.contains(Point(lon, lat))), None)


def _elsewhere(node: Node, there: Area | None) -> str:
    where = {"lat": node.lat, "lon": node.lon, "country": node.country}
    if there is not None:
        return phrases.LIES_IN.say(**where, other=there.code)
    return phrases.LIES_AT_SEA.say(**where, km=_away(_areas()[node.country].shape, node.lat, node.lon))


def _way_home(node: Node) -> str:
    """Return what would be right: the two figures the other way round, where that is in the country."""
    swapped = _degrees_from(node.country, node.lon, node.lat) if abs(node.lon) <= 90 else None
    if swapped is None or swapped * KM_PER_DEGREE > COAST_KM:
        return phrases.CHECK_PLACE.say()
    return phrases.SWAPPED.say(written_lat=f"{node.lon:g}", written_lon=f"{node.lat:g}")


def _away(shape: MultiPolygon, lat: float, lon: float) -> float:
    from shapely import Point
    from shapely.ops import nearest_points

    near = nearest_points(shape, Point(lon, lat))[0]
    return great_circle_km((lat, lon), (near.y, near.x))


def too_short(topology: Topology, places: Places) -> Iterator[Fault]:
    """Yield links that are shorter, or quicker, than a straight fibre between their ends."""
    for key, link in sorted(topology.links.items()):
        distance = _distance(topology, link)
        if link.kind == "satellite":
            continue
        if link.length_given and link.length_km < SHORTER * distance:
            what = phrases.TOO_SHORT.say(km=link.length_km, least=distance)
            yield Fault(places.find("links", key, "length"), f"links.{key}.length", what, phrases.CHECK_LENGTH.say())
        if link.rtt_given and link.kind != "microwave" and link.rtt_ms < SHORTER * ideal_rtt_ms(distance):
            what = phrases.TOO_QUICK.say(rtt_ms=link.rtt_ms, least=ideal_rtt_ms(distance))
            yield Fault(places.find("links", key, "rtt"), f"links.{key}.rtt", what, phrases.CHECK_RTT.say())


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
            what = phrases.BEYOND_DESIGN.say(gbps=most, most=link.design_gbps)
            yield Fault(place, f"links.{key}", what, phrases.CHECK_DESIGN.say())
        elif kind is not None and most > kind:
            what = phrases.BEYOND_KIND.say(gbps=most, kind=link.kind, most=kind)
            yield Fault(place, f"links.{key}", what, phrases.CHECK_UNIT.say())


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
                what, right = phrases.NO_SOURCE.say(), phrases.WRITE_SOURCE.say()
                yield Fault(places.find(section, key), f"{section}.{key}", what, right)


RULES: tuple[Warn, ...] = (outside_country, too_short, beyond_design, unconnected, missing_places, without_source)
"""Every rule, what does the most harm first."""
