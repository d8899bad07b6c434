"""What is worked out when links and cables are read: lengths and round-trip times, and cables cut into links."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from planner.files.tree import Node, Where, child, items
from planner.files.walk import Values, Walk
from planner.latency import fibre_rtt_ms, great_circle_km, route_km
from planner.topology import Cable, CableSegment, Link, segment_id

__all__ = ["Coordinates", "check_cable", "cut_cable", "finish_link"]

Coordinates = Mapping[str, tuple[float, float]]
"""Latitude and longitude of each node, in degrees."""

# What a segment takes from its cable unless it says otherwise.
_SHARED = (
    "kind",
    "capacity_gbps",
    "design_gbps",
    "committed_gbps",
    "duplex",
    "transit_usd_per_gbps",
    "usable_by",
    "project",
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
    """Tell whether a cable's route makes sense, noting pairs that stand twice and segments that are none of its own."""
    before = len(walk.faults)
    if len(cable.route) < 2:
        walk.fault_under(node, where, "route", "has fewer than two landings", "write its landings in order")
    for number, branch in enumerate(cable.branches):
        if len(branch) < 2:
            walk.fault_under(
                node, where, "branches", f"branch {number} has fewer than two landings", "write where it leaves"
            )
    seen: set[frozenset[str]] = set()
    for a, b in cable.pairs:
        if a == b or frozenset((a, b)) in seen:
            what = f"'{a}' follows itself" if a == b else f"the pair {a}--{b} stands twice"
            walk.fault_under(node, where, "route", what, "write each segment once")
        seen.add(frozenset((a, b)))
    names = {f"{a}--{b}" for a, b in cable.pairs}
    both = names | {f"{b}--{a}" for a, b in cable.pairs}
    given: dict[frozenset[str], str] = {}
    for name, key_node, _ in items(child(node, "segments")):
        here = ((where, "segments"), name)
        if name not in both:
            walk.unknown(key_node, here, name, "segment", names)
        elif given.setdefault(frozenset(name.split("--")), name) != name:
            walk.fault(key_node, here, "the segment stands twice, in both orders", "keep one of them")
    return len(walk.faults) == before


def cut_cable(
    walk: Walk, cable: Cable, coordinates: Coordinates, node: Node, where: Where, *, removed: AbstractSet[str]
) -> Iterator[Link]:
    """Yield the links that a cable stands for, without those that a variant took away."""
    for ends in cable.pairs:
        link_id = segment_id(cable.id, ends)
        if f"link:{link_id}" in removed:
            continue
        name = next((n for n in ("--".join(ends), "--".join(ends[::-1])) if n in cable.segments), None)
        values = _segment_values(cable, cable.segments[name] if name else None)
        values |= {"id": link_id, "ends": ends, "cable": cable.id}
        at = child(child(node, "segments"), name) if name else None
        here = ((where, "segments"), name or "--".join(ends))
        at, here = (at, here) if at is not None else (node, where)
        if "capacity_gbps" not in values:
            walk.fault(
                at, here, f"the segment {'--'.join(ends)} has no capacity", "write one for the cable or the segment"
            )
        elif finish_link(walk, values, coordinates, at, here):
            link = walk.build(Link, values, at, here)
            if link is not None:
                yield link


def _segment_values(cable: Cable, segment: CableSegment | None) -> dict[str, Any]:
    """Return the values of a segment's link: its own where it has some, else the cable's."""
    values = {name: getattr(cable, name) for name in _SHARED if getattr(cable, name) is not None}
    if segment is not None:
        values |= {name: getattr(segment, name) for name in segment.model_fields_set}
    return values
