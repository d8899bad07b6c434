"""Drawn lines become cables: ends snapped to landings, cut where they pass one, branches led back to the trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from planner.files.formats.raw import Guess, Point, Raw, RawCable, RawNode, broken
from planner.latency import great_circle_km

__all__ = ["Drawn", "add_cables", "cut_at_antimeridian"]

KM_PER_DEGREE = 111.195
TOUCH_KM = 2.0
"""How near the end of a part must come to another part of its cable to branch off it."""
SEAM_DEGREES = 0.05
POINT_LIMIT = 1_000_000
SAMPLES = 15
"""Places of each part that are looked up on the map, to tell cables on land from those at sea."""
MISSED = 100
"""Landings off all lines for which the nearest line is looked up."""
HINT_KM = 200.0
"""How far off a line a place is still said to lie near it."""


@dataclass
class Drawn:
    """A cable as it is drawn: its parts as rows of places."""

    name: str
    parts: list[list[Point]]
    attrs: dict[str, Any] = field(default_factory=dict)
    line: int = 0


@dataclass
class _Part:
    """A part of a cable: its places, how far along each lies, and the landings on it as (km along, node key)."""

    places: NDArray[np.float64]
    along_km: NDArray[np.float64]
    stops: list[tuple[float, str]] = field(default_factory=list)


def cut_at_antimeridian(path: Sequence[Point]) -> list[list[Point]]:
    """Return a line as lines that do not cross 180 degrees, as RFC 7946 wants them; the shorter way is meant."""
    parts: list[list[Point]] = [[path[0]]] if path else []
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise(path):
        if abs(lon_b - lon_a) > 180:
            edge = 180.0 if lon_a > 0 else -180.0
            before, after = abs(edge - lon_a), abs(-edge - lon_b)
            share = before / (before + after) if before + after else 0.5
            lat = lat_a + share * (lat_b - lat_a)
            if before:
                parts[-1].append((lat, edge))
            parts.append([(lat, -edge)] if after else [])
        parts[-1].append((lat_b, lon_b))
    return parts


def add_cables(raw: Raw, cables: Sequence[Drawn], snap_km: float) -> None:
    """Cut drawn cables at the places of a file and add them to it; where an end meets no place, one is made.

    Raises
    ------
    InputError
        where the lines have more than a million points
    """
    if sum(len(part) for cable in cables for part in cable.parts) > POINT_LIMIT:
        raise broken(raw.file, f"draws more than {POINT_LIMIT:,} points", "simplify the lines")
    places = _Places(raw, snap_km)
    drawn: list[tuple[str, _Part]] = []
    for number, cable in enumerate(cables, 1):
        parts = [_part(joined) for joined in _joined(cable.parts) if len(joined) > 1]
        for part in parts:
            part.stops = places.on(part)
        name = cable.name or f"Cable {number}"
        _close_ends(parts, places, name)
        drawn += [(name, part) for part in parts]
        rows: list[list[str]] = []
        lengths: dict[tuple[str, str], float] = {}
        for part in parts:
            stops = sorted(part.stops)
            rows.append([key for _, key in stops])
            for (start, a), (end, b) in pairwise(stops):
                if a != b:
                    lengths.setdefault((a, b), end - start)
        sample = tuple(place for part in parts for place in _along(part))
        raw.cables.append(RawCable(f"cable-{number}", name, rows, lengths, cable.attrs, sample))
    places.tell()
    _tell_missed(raw, drawn, snap_km)


def _part(places: Sequence[Point]) -> _Part:
    steps = [great_circle_km(a, b) for a, b in pairwise(places)]
    return _Part(np.array(places, dtype=float), np.concatenate([[0.0], np.cumsum(steps)]))


def _along(part: _Part) -> list[Point]:
    """Return some places evenly along a part, its ends left out: they are landings."""
    at = np.linspace(0.0, part.along_km[-1], SAMPLES + 2)[1:-1]
    lons = np.unwrap(part.places[:, 1], period=360)
    lats, lons = (np.interp(at, part.along_km, each) for each in (part.places[:, 0], lons))
    return [(float(lat), float((lon + 180) % 360 - 180)) for lat, lon in zip(lats, lons, strict=True)]


def _joined(parts: list[list[Point]]) -> list[list[Point]]:
    """Return the parts of a line, those put together again that were cut at 180 degrees."""
    found = [list(part) for part in parts]
    merged = True
    while merged:
        merged = False
        for i, one in enumerate(found):
            for j, two in enumerate(found):
                if i != j and one and two and (row := _across(one, two)):
                    found[i], found[j] = row, []
                    merged = True
    return [part for part in found if part]


def _across(one: list[Point], two: list[Point]) -> list[Point] | None:
    for a in (one, one[::-1]):
        for b in (two, two[::-1]):
            (lat_a, lon_a), (lat_b, lon_b) = a[-1], b[0]
            seam = 180 - abs(lon_a) < SEAM_DEGREES and 180 - abs(lon_b) < SEAM_DEGREES and lon_a * lon_b < 0
            if seam and abs(lat_a - lat_b) < SEAM_DEGREES:
                return a + b
    return None


def _nearest(part: _Part, place: Point) -> tuple[float, float]:
    """Return how far a place lies off a part and how far along it, both in km; the Earth is flat near the place."""
    scale = np.array([KM_PER_DEGREE, KM_PER_DEGREE * max(cos(radians(place[0])), 1e-6)])
    offset = part.places - np.array(place)
    offset[:, 1] = (offset[:, 1] + 180) % 360 - 180
    flat = offset * scale
    start, step = flat[:-1], flat[1:] - flat[:-1]
    size = (step**2).sum(axis=1)
    share = np.clip(-(start * step).sum(axis=1) / np.where(size > 0, size, 1), 0, 1)
    off = np.hypot(*(start + share[:, None] * step).T)
    best = int(np.argmin(off))
    return float(off[best]), float(part.along_km[best] + share[best] * (part.along_km[best + 1] - part.along_km[best]))


class _Places:
    """The places of a file, and those made where lines end."""

    def __init__(self, raw: Raw, snap_km: float) -> None:
        self.raw, self.snap_km = raw, snap_km
        self.keys = [node.key for node in raw.nodes if node.lat is not None and node.lon is not None]
        points = [(n.lat, n.lon) for n in raw.nodes if n.lat is not None and n.lon is not None]
        self.points = np.array(points, dtype=float).reshape(-1, 2)
        self.titles = {node.key: node.name for node in raw.nodes}
        self.made: list[str] = []
        self.snapped = 0

    def on(self, part: _Part) -> list[tuple[float, str]]:
        """Return the landings on a part: each place so near to it, at the nearest point."""
        low, high = part.places.min(axis=0), part.places.max(axis=0)
        margin = self.snap_km / KM_PER_DEGREE
        wide = margin / max(cos(radians(min(max(abs(low[0]), abs(high[0])), 89.0))), 0.01)
        near = (self.points[:, 0] >= low[0] - margin) & (self.points[:, 0] <= high[0] + margin)
        if high[1] - low[1] < 180:
            near &= (self.points[:, 1] >= low[1] - wide) & (self.points[:, 1] <= high[1] + wide)
        stops = []
        for index in np.flatnonzero(near):
            off, along = _nearest(part, (float(self.points[index, 0]), float(self.points[index, 1])))
            if off <= self.snap_km:
                self.snapped += off > 0.001
                stops.append((along, self.keys[index]))
        return stops

    def make(self, place: Point, cable: str) -> str:
        """Return a place made where a cable ends."""
        key = f"{cable} end {len(self.made) + 1}"
        self.made.append(key)
        self.keys.append(key)
        self.points = np.vstack([self.points, place])
        self.raw.nodes.append(RawNode(key, place[0], place[1], key))
        self.raw.guesses.append(Guess("nodes", "place", key, "a line ends there, and no landing is near"))
        return key

    def tell(self) -> None:
        """Say how many landings were moved onto their lines."""
        if self.snapped:
            self.raw.messages.append(f"landings up to {self.snap_km:g} km off a line joined to it: {self.snapped}")


def _close_ends(parts: list[_Part], places: _Places, cable: str) -> None:
    """Let every part begin and end at a place: a landing, one made there, or one on the part that it branches off.

    Branches come last, when the parts that they leave have their places.
    """
    branching: list[tuple[_Part, int]] = []
    for part in parts:
        for end in (0, -1):
            here, place = float(part.along_km[end]), _place(part, end)
            if _closed(part, end, places):
                continue
            if any(other is not part and _nearest(other, place)[0] <= TOUCH_KM for other in parts):
                branching.append((part, end))
                continue
            again = [stop for stop in places.on(part) if abs(stop[0] - here) <= 1.5 * places.snap_km]
            part.stops.append((here, again[0][1] if again else places.make(place, cable)))
    for part, end in branching:
        here, place = float(part.along_km[end]), _place(part, end)
        found = _trunk(parts, part, place, cable, places)
        off, key = found or (0.0, places.make(place, cable))
        part.stops.append((here + off if end else here - off, key))


def _tell_missed(raw: Raw, drawn: Sequence[tuple[str, _Part]], snap_km: float) -> None:
    """Say of places that are on no line, yet near one, how far off it they are."""
    reached = {key for _, part in drawn for _, key in part.stops}
    missed: list[tuple[float, str]] = []
    for node in raw.nodes if drawn else ():
        if node.key not in reached and node.lat is not None and node.lon is not None and len(missed) < MISSED:
            place = (node.lat, node.lon)
            off, cable = min((_nearest(part, place)[0], name) for name, part in drawn)
            if off <= HINT_KM:
                missed.append((off, f"{node.name} ({off:.1f} km off {cable})"))
    if missed:
        names = ", ".join(text for _, text in sorted(missed)[:6])
        raw.messages.append(f"no line comes within {snap_km:g} km of these landings, see --snap: {names}")


def _place(part: _Part, end: int) -> Point:
    return float(part.places[end][0]), float(part.places[end][1])


def _closed(part: _Part, end: int, places: _Places) -> bool:
    return any(abs(along - float(part.along_km[end])) <= 1.5 * places.snap_km for along, _ in part.stops)


def _trunk(parts: list[_Part], part: _Part, place: Point, cable: str, places: _Places) -> tuple[float, str] | None:
    """Return the nearest landing along the part that an end branches off, and how far along it lies."""
    for other in parts:
        if other is part:
            continue
        off, along = _nearest(other, place)
        if off <= TOUCH_KM and other.stops:
            distance, key = min((abs(stop - along), key) for stop, key in other.stops)
            why = "a branch leaves the cable at sea; led back to the nearest landing"
            places.raw.guesses.append(Guess(f"cables.{cable}", "branch", places.titles.get(key, key), why))
            return distance, key
    return None
