"""What is worked out when links and cables are read: lengths and round-trip times, and cables cut into links.

The segments that a cable stands for are also known before it is typed, from its raw record.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from planner.files.reading.merged import Merged
from planner.files.reading.tree import MappingNode, Node, ScalarNode, SequenceNode, Where, child, items
from planner.files.reading.walk import Values, Walk
from planner.latency import fibre_rtt_ms, great_circle_km, route_km
from planner.segments import Pair, pair_named, pairs_in, segment_id
from planner.topology import Cable, CableSegment, Link

Coordinates = Mapping[str, tuple[float, float]]
"""Latitude and longitude of each node, in degrees."""

# What a segment takes from its cable unless it says otherwise.
_SHARED = (
    "kind",
    "capacity_gbps",
    "design_gbps",
    "observed_gbps",
    "committed_gbps",
    "duplex",
    "transit_usd_per_gbps",
    "usable_by",
    "project",
    "fails_per_year",
    "repair_hours",
    "owner",
    "from_year",
    "until",
    "source",
    "confidence",
    "note",
)


def finish_link(walk: Walk, values: Values, coordinates: Coordinates, node: Node, where: Where) -> bool:
    """Fill in the length and the round-trip time where they are not given; tell whether that can be done."""
    values["length_given"], values["rtt_given"] = "length_km" in values, "rtt_ms" in values
    if values["kind"] == "satellite" and not values["rtt_given"]:
        right = "write it, for it depends on the orbit: 600 ms (geostationary) or 40 ms (low orbit)"
        walk.fault_under(node, where, "rtt", "is missing, and the link is a satellite's", right)
        return False
    if not values["length_given"]:
        ends = [coordinates.get(end) for end in values["ends"]]
        if ends[0] is None or ends[1] is None:
            return False
        values["length_km"] = route_km(great_circle_km(ends[0], ends[1]), values["kind"])
    if not values["rtt_given"]:
        values["rtt_ms"] = fibre_rtt_ms(values["length_km"])
    return True


def check_cable(walk: Walk, cable: Cable, node: Node, where: Where) -> bool:
    """Tell whether a cable's route makes sense, noting segments that are none of its own.

    A pair that stands twice is a second way between the same landings where `segments` has words for it, else a slip.
    """
    before = len(walk.faults)
    if len(cable.route) < 2:
        walk.fault_under(node, where, "route", "has fewer than two landings", "write its landings in order")
    for number, branch in enumerate(cable.branches):
        if len(branch) < 2:
            walk.fault_under(
                node, where, "branches", f"branch {number} has fewer than two landings", "write where it leaves"
            )
    for pair in cable.pairs:
        if pair.start == pair.end:
            walk.fault_under(node, where, "route", f"'{pair.start}' follows itself", "write each segment once")
        elif pair.way > 1 and _given_name(cable, pair) is None:
            right = f"write it once, or say under segments what the second way has: {pair.name}: {{length: ... km}}"
            walk.fault_under(node, where, "route", f"the pair {Pair(*pair.ends).name} stands twice", right)
    names = {pair.name for pair in cable.pairs}
    both = names | {pair.turned.name for pair in cable.pairs}
    given: dict[frozenset[Pair], str] = {}
    for name, key_node, _ in items(child(node, "segments")):
        here = ((where, "segments"), name)
        found = pair_named(name)
        if found is None or name not in both:
            walk.unknown(key_node, here, name, "segment", names)
        elif given.setdefault(frozenset((found, found.turned)), name) != name:
            walk.fault(key_node, here, "the segment stands twice, in both orders", "keep one of them")
    return len(walk.faults) == before


def cut_cable(
    walk: Walk, cable: Cable, coordinates: Coordinates, node: Node, where: Where, *, removed: AbstractSet[str]
) -> Iterator[Link]:
    """Yield the links that a cable stands for, without those that a variant took away."""
    for pair in cable.pairs:
        link_id = segment_id(cable.id, pair)
        if f"link:{link_id}" in removed:
            continue
        name = _given_name(cable, pair)
        values = _segment_values(cable, cable.segments[name] if name else None)
        values |= {"id": link_id, "ends": pair.ends, "cable": cable.id}
        at = child(child(node, "segments"), name) if name else None
        here = ((where, "segments"), name or pair.name)
        at, here = (at, here) if at is not None else (node, where)
        if "capacity_gbps" not in values:
            what = f"the segment {pair.name} has no capacity"
            walk.fault(at, here, what, "write one for the cable or the segment")
        elif finish_link(walk, values, coordinates, at, here):
            link = walk.build(Link, values, at, here)
            if link is not None:
                yield link


def _given_name(cable: Cable, pair: Pair) -> str | None:
    """Return the name under which a cable has words for a segment, from either end; None where it has none."""
    return next((name for name in (pair.name, pair.turned.name) if name in cable.segments), None)


def _segment_values(cable: Cable, segment: CableSegment | None) -> dict[str, Any]:
    """Return the values of a segment's link: its own where it has some, else the cable's."""
    values = {name: getattr(cable, name) for name in _SHARED if getattr(cable, name) is not None}
    if segment is not None:
        values |= {name: getattr(segment, name) for name in segment.model_fields_set}
    return values


def pairs_of(record: Node) -> Iterator[Pair]:
    """Yield the segments of a cable, along the route and then along each branch."""
    branches = child(record, "branches")
    more = branches.value if branches is not None and branches.__class__ is SequenceNode else []
    rows = (child(record, "route"), *more)
    return pairs_in(texts(row) if row is not None and row.__class__ is SequenceNode else [] for row in rows)


def all_segments(topology: Merged) -> Iterator[tuple[str, Pair]]:
    """Yield the segments of all cables, each with its cable."""
    for cable, (_, record) in topology.sections["cables"].items():
        yield from ((cable, pair) for pair in pairs_of(record))


def segments_named(topology: Merged) -> dict[str, tuple[str, Pair]]:
    """Return the segments of all cables by the ids of their links, written from either end."""
    found: dict[str, tuple[str, Pair]] = {}
    for cable, pair in all_segments(topology):
        found[segment_id(cable, pair)] = found[segment_id(cable, pair.turned)] = (cable, pair)
    return found


def texts(node: Node | None) -> list[str]:
    """Return the texts of a scalar or of a list of scalars."""
    if node is None or node.__class__ is MappingNode:
        return []
    nodes = node.value if node.__class__ is SequenceNode else [node]
    return [item.value for item in nodes if item.__class__ is ScalarNode]
