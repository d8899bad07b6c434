"""Kilometres become milliseconds: distances on the globe, lengths of routes, round-trip times in glass.

The figures describe the glass. What policy and peering add (detours, missing exchange points) belongs into the
topology as missing links, `usable_by` and measured `rtt`.
"""

from __future__ import annotations

from math import asin, cos, radians, sin, sqrt

__all__ = ["EARTH_DIAMETER_KM", "EQUIPMENT_MS", "FIBRE_US_PER_KM", "fibre_rtt_ms", "great_circle_km", "route_km"]

EARTH_DIAMETER_KM = 12_742.0
"""Mean diameter of the Earth (IUGG mean radius 6371.0 km)."""

FIBRE_US_PER_KM = 4.9
"""One-way delay of G.652 fibre: group index 1.468 at 1550 nm gives 4.897 us/km (submarine G.654: 4.88)."""

EQUIPMENT_MS = 0.1
"""Round-trip delay of a link's terminals: transponders with error correction take 0.01 to 0.1 ms a pair."""


def great_circle_km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Return the distance on the globe between two places given as (latitude, longitude) in degrees.

    The haversine formula on a sphere, which is right to 0.5 %.
    """
    lat_a, lon_a, lat_b, lon_b = map(radians, (*a, *b))
    h = sin((lat_b - lat_a) / 2) ** 2 + cos(lat_a) * cos(lat_b) * sin((lon_b - lon_a) / 2) ** 2
    return EARTH_DIAMETER_KM * asin(min(1.0, sqrt(h)))


def route_km(distance_km: float, kind: str) -> float:
    """Return the length of an unknown route between places so far apart on the great circle.

    Fibre on land and under the sea follows the planning rule of ITU-T G.826 and Y.1541: 1.5 times the distance below
    1,000 km, 1,500 km up to 1,200 km, 1.25 times above (measured against known routes it is right to 20 %). Microwave
    hops keep close to the straight line (1.05, assumed); a satellite link has no route along the ground (1).
    """
    if kind == "satellite":
        return distance_km
    if kind == "microwave":
        return 1.05 * distance_km
    if distance_km < 1000:
        return 1.5 * distance_km
    return max(1500.0, 1.25 * distance_km)


def fibre_rtt_ms(length_km: float) -> float:
    """Return the round-trip time over so much fibre, with the equipment at its ends, in milliseconds."""
    return 2 * length_km * FIBRE_US_PER_KM / 1000 + EQUIPMENT_MS
