"""Kilometres become milliseconds: distances on the globe, lengths of routes, round-trip times.

A scenario says by which of three rules the round trip of a path is counted. `glass` is what the fibre itself takes,
which nobody sees. `planning` is what a backbone shows between its own cities. `seen` is `planning` where traffic
between two countries meets at home, and what was measured where it still meets elsewhere (`peering` in a topology).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, log, radians, sin, sqrt
from typing import Literal

__all__ = [
    "EARTH_DIAMETER_KM",
    "EQUIPMENT_MS",
    "FIBRE_US_PER_KM",
    "GLASS",
    "LATENCIES",
    "PLANNING",
    "Latency",
    "LatencyFactors",
    "fibre_rtt_ms",
    "great_circle_km",
    "ideal_rtt_ms",
    "route_km",
    "seen_rtt_ms",
]

EARTH_DIAMETER_KM = 12_742.0
"""Mean diameter of the Earth (IUGG mean radius 6371.0 km)."""

FIBRE_US_PER_KM = 4.9
"""One-way delay of G.652 fibre: group index 1.468 at 1550 nm gives 4.897 us/km (submarine G.654: 4.88)."""

EQUIPMENT_MS = 0.1
"""Round-trip delay of a link's terminals: transponders with error correction take 0.01 to 0.1 ms a pair."""

Latency = Literal["glass", "planning", "seen"]
"""By which rule the round trip of a path is counted."""
LATENCIES: tuple[Latency, ...] = ("glass", "planning", "seen")


@dataclass(frozen=True, slots=True)
class LatencyFactors:
    """What a network adds to the glass: R(p) = once + Σ factor · rtt over fibre, 0 for a path without links.

    Attributes
    ----------
    factor
        what routers, amplifiers, detours and patches make of each ms of fibre
    once_ms
        the metropolitan ends of a path and its edge routers, ms
    """

    factor: float
    once_ms: float

    def of_link(self, rtt_ms: float, kind: str, *, measured: bool) -> float:
        """Return what a link adds to a path, ms; a measurement, and what is no fibre, holds its detours already."""
        return rtt_ms if measured or kind not in FIBRE else self.factor * rtt_ms


FIBRE = ("terrestrial", "submarine")
"""Kinds of links whose round trip is worked out from glass."""
GLASS = LatencyFactors(1.0, 0.0)
PLANNING = LatencyFactors(1.22, 6.7)
"""Fitted to the round trips of a private backbone, 61 pairs of cities of July 2026 (P95): the least sum of absolute
logarithms of measured over planned, over the network of 2africa.yaml as it was first drawn. Over the network as it is
now 1.20 and 6.8 fit best; with the figures here all 61 pairs are right to a quarter, and 97 % where each city is judged
by figures fitted without it (tests/benchmarks/latency_fit.py). See latency.md."""

SHORT_KM, LONG_KM = 500.0, 4000.0
SHORT_RATIO, LONG_RATIO = 4.1, 1.85
"""Median of the least round-trip times measured between cities over those of straight glass, below and above.

From 62,104 pairs of 246 servers in 89 countries, July 2020 (public measurements, see latency.md).
"""
WITHIN_AFRICA, FROM_AFRICA = 3.96, 2.38
"""The same between two African countries (108 pairs, through Europe for want of exchange points), and from one."""


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


def ideal_rtt_ms(distance_km: float) -> float:
    """Return the round-trip time over straight glass along the great circle, which no route can beat, in ms."""
    return 2 * distance_km * FIBRE_US_PER_KM / 1000


def seen_rtt_ms(distance_km: float, *, ends_in_africa: int = 0) -> float:
    """Return the round-trip time that the public internet shows today between cities so far apart, in ms: a median.

    What it has beyond the glass is detours, peering and routers, so it is no bound and enters no plan: it tells how
    far a network as planned is from what users know. Between the two distances for which a ratio is published it goes
    with the logarithm of the distance (assumed).

    Parameters
    ----------
    distance_km
        along the great circle
    ends_in_africa
        how many of the two ends lie in African countries (two different ones)
    """
    if ends_in_africa:
        return (FROM_AFRICA if ends_in_africa == 1 else WITHIN_AFRICA) * ideal_rtt_ms(distance_km)
    share = log(max(distance_km, SHORT_KM) / SHORT_KM) / log(LONG_KM / SHORT_KM)
    return (SHORT_RATIO + (LONG_RATIO - SHORT_RATIO) * min(share, 1.0)) * ideal_rtt_ms(distance_km)
