"""Drawn lines become cables: ends snapped to landings, cut where they pass one, branches led back to the trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import cos, radians
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.files.formats.course import KM_PER_DEGREE, Course
from planner.files.formats.junctions import CablePart, Rows, degrees, prune, rows_of
from planner.files.formats.locations import land_at, merge_twins
from planner.files.formats.raw import Guess, Point, Raw, RawCable, RawNode, broken, listed
from planner.latency import great_circle_km

if TYPE_CHECKING:
    from planner.files.formats.raw import Settings

TOUCH_KM = 2.0
"""How near the end of a part must come to another part of its cable to branch off it."""
SAME_KM = 0.1
"""Lines that pass a branching place so much farther off than the nearest do not meet there."""
SEAM_DEGREES = 0.05
POINT_LIMIT = 1_000_000
SAMPLES = 15
"""Places of each part that are looked up on the map, to tell cables on land from those at sea."""
MISSED = 100
"""Landings off all lines for which the nearest line is looked up."""
HINT_KM = 200.0
"""How far off a line a place is still said to lie near it."""


@dataclass
class DrawnLine:
    """A cable as it is drawn: its parts as rows of places."""

    name: str
    parts: list[list[Point]]
    attrs: dict[str, Any] = field(default_factory=dict)
    at: tuple[int, str] = (0, "")
    """Its line and its file."""


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


def add_cables(raw: Raw, cables: Sequence[DrawnLine], settings: Settings) -> None:
    """Cut drawn cables at the places of a file and add them to it; where an end meets no place, one is made on land.

    Points at sea are no landings: they are left out, and lines lead through them.

    Raises InputError where the lines have more than a million points.
    """
    if sum(len(part) for cable in cables for part in cable.parts) > POINT_LIMIT:
        raise broken(raw.file, f"draws more than {POINT_LIMIT:,} points", "simplify the lines")
    merge_twins(raw, settings.snap_km, by_name=True)
    if cables:
        _take_waypoints(raw, settings)
    work = _CableCutting(raw, _Places(raw, settings), settings)
    for number, cable in enumerate(cables, 1):
        work.add(cable.name or f"Cable {number}", f"cable-{number}", cable)
    if nameless := sum(not cable.name for cable in cables):
        raw.messages.append(f"cables without a name, which are numbered: {nameless}")
    work.tell()


def _take_waypoints(raw: Raw, settings: Settings) -> None:
    """Leave points at sea out: neither the file nor the map puts them into a country."""
    if settings.country:
        return
    at_sea = [node for node in raw.nodes if not node.country and _is_sea((node.lat or 0.0, node.lon or 0.0))]
    if at_sea:
        names = listed(node.name or node.key for node in at_sea)
        many = f"{len(at_sea)} point{'s' if len(at_sea) > 1 else ''} at sea"
        raw.messages.append(f"{many}, in no country, taken for no landing (--country XX keeps such): {names}")
        gone = {id(node) for node in at_sea}
        raw.nodes = [node for node in raw.nodes if id(node) not in gone]


def _is_sea(place: Point) -> bool:
    land = land_at(*place)
    return not land.code and not land.area


@dataclass
class _CableCutting:
    """The cables of a file while they are cut, and what there is to say of them."""

    raw: Raw
    places: _Places
    settings: Settings
    drawn: list[tuple[str, Course]] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    loops: list[str] = field(default_factory=list)

    def add(self, name: str, key: str, cable: DrawnLine) -> None:
        """Cut a cable and add it."""
        parts = [CablePart(course, self.places.on(course)) for course in self._courses(name, cable)]
        junctions = _add_junctions(parts, self._sea_ends(parts))
        self._close(name, parts, junctions)
        loose_km = prune(parts)
        found = rows_of(parts)
        self._note(name, found, loose_km + found.lost_km)
        sample = tuple(place for part in parts for place in part.course.sample(SAMPLES))
        self.raw.cables.append(RawCable(key, name, found.rows, found.lengths_km, cable.attrs, sample, *cable.at))
        self.drawn += [(name, part.course) for part in parts]

    def _courses(self, name: str, cable: DrawnLine) -> list[Course]:
        """Return the parts of a cable as they lie on the globe; one that is drawn twice counts once."""
        found: dict[tuple[Point, ...], Course] = {}
        for points in _joined(cable.parts):
            if len(points) < 2:
                self.points.append(name)
            elif tuple(points) in found or tuple(points[::-1]) in found:
                self.twice.append(name)
            else:
                found[tuple(points)] = Course(points)
        return list(found.values())

    def _sea_ends(self, parts: Sequence[CablePart]) -> list[Point]:
        """Return the ends at which there is no landing; where there is one it becomes a stop."""
        found: list[Point] = []
        for part in parts:
            for here, place in ((0.0, part.course.points[0]), (part.course.length_km, part.course.points[-1])):
                if not any(abs(along - here) <= 1.5 * self.settings.snap_km for along, _ in part.stops):
                    key = self.places.at(place)
                    if key is None:
                        found.append(place)
                    else:
                        part.stops.append((here, key))
            part.stops.sort(key=lambda stop: stop[0])
        return found

    def _close(self, name: str, parts: Sequence[CablePart], junctions: Sequence[Point]) -> None:
        """Make a place of each junction at which one line ends, unless it is at sea."""
        for number, degree in sorted(degrees(parts).items()):
            place = junctions[number]
            if degree == 1 and (self.settings.country or not _is_sea(place)):
                key = self.places.make(place, name)
                for part in parts:
                    part.stops = [(km, key if vertex == number else vertex) for km, vertex in part.stops]

    def _note(self, name: str, found: Rows, loose_km: float) -> None:
        titles = self.places.titles
        if found.twice and name not in self.twice:
            self.twice.append(name)
        for key in found.led:
            why = "a branch leaves the cable at sea; led back to the nearest landing"
            self.raw.guesses.append(Guess(f"cables.{name}", "branch", titles.get(key, key), why))
        if loose_km >= 0.05:
            self.loose.append(f"{name} ({loose_km:.1f} km)")
        for key, km in found.loops:
            if km > 4 * self.settings.snap_km:
                self.loops.append(f"{name} at {titles.get(key, key)} ({km:.1f} km)")

    def tell(self) -> None:
        """Say what was moved, and what was left out."""
        told = (
            ("parts drawn twice, taken once", self.twice),
            ("lines of fewer than two points left out", self.points),
            ("what ends at sea, beyond the last landing, left out", self.loose),
            ("lines from a place back to itself left out", self.loops),
        )
        self.places.tell()
        self.raw.messages += [f"{words}: {listed(names)}" for words, names in told if names]
        self._tell_missed()

    def _tell_missed(self) -> None:
        """Say of places that are on no line, yet near one, how far off it they are."""
        reached = {key for cable in self.raw.cables for row in cable.rows for key in row}
        missed: list[tuple[float, str]] = []
        for node in self.raw.nodes if self.drawn else ():
            if node.key not in reached and node.lat is not None and node.lon is not None and len(missed) < MISSED:
                place = (node.lat, node.lon)
                off, cable = min((course.km_off(place, HINT_KM), name) for name, course in self.drawn)
                if self.settings.snap_km < off <= HINT_KM:
                    missed.append((off, f"{node.name} ({off:.1f} km off {cable})"))
        if missed:
            names = ", ".join(text for _, text in sorted(missed)[:6])
            snap = f"{self.settings.snap_km:g} km"
            self.raw.messages.append(f"no line comes within {snap} of these landings, see --snap: {names}")


class _Places:
    """The places of a file, and those made where lines end."""

    def __init__(self, raw: Raw, settings: Settings) -> None:
        self.raw, self.snap_km = raw, settings.snap_km
        self.keys = [node.key for node in raw.nodes if node.lat is not None and node.lon is not None]
        points = [(n.lat, n.lon) for n in raw.nodes if n.lat is not None and n.lon is not None]
        self.points = np.array(points, dtype=float).reshape(-1, 2)
        self.titles = {node.key: node.name for node in raw.nodes}
        self.made = 0
        self.snapped = 0

    def on(self, course: Course) -> list[tuple[float, str | int]]:
        """Return the landings on a line: each place so near to it, at the nearest point of each passing."""
        high = self.snap_km / KM_PER_DEGREE
        near = (self.points[:, 0] >= course.low[0] - high) & (self.points[:, 0] <= course.high[0] + high)
        stops: list[tuple[float, str | int]] = []
        for index in np.flatnonzero(near):
            place = (float(self.points[index, 0]), float(self.points[index, 1]))
            for off, along in course.passings(place, self.snap_km):
                self.snapped += off > 0.001
                stops.append((along, self.keys[index]))
        return sorted(stops, key=lambda stop: stop[0])

    def at(self, place: Point) -> str | None:
        """Return the landing nearest to a place within reach, or None."""
        wide = self.snap_km / KM_PER_DEGREE / max(cos(radians(place[0])), 1e-6)
        aside = np.abs((self.points[:, 1] - place[1] + 180) % 360 - 180)
        near = (np.abs(self.points[:, 0] - place[0]) <= self.snap_km / KM_PER_DEGREE) & (aside <= wide)
        found = [
            (great_circle_km(place, (float(self.points[i, 0]), float(self.points[i, 1]))), self.keys[i])
            for i in np.flatnonzero(near)
        ]
        off, key = min(found, default=(self.snap_km + 1, ""))
        return key if off <= self.snap_km else None

    def make(self, place: Point, cable: str) -> str:
        """Return a place made where a cable ends."""
        self.made += 1
        key = f"{cable} end {self.made}"
        self.keys.append(key)
        self.points = np.vstack([self.points, place])
        self.titles[key] = key
        self.raw.nodes.append(RawNode(key, place[0], place[1], key))
        self.raw.guesses.append(Guess("nodes", "place", key, "a line ends there, and no landing is near"))
        return key

    def tell(self) -> None:
        """Say how many landings were moved onto their lines."""
        if self.snapped:
            self.raw.messages.append(f"landings up to {self.snap_km:g} km off a line joined to it: {self.snapped}")


def _add_junctions(parts: Sequence[CablePart], loose: Sequence[Point]) -> list[Point]:
    """Put a stop on every part that meets at the end of another, and return those places by their numbers."""
    junctions: list[Point] = []
    for end in loose:
        if not any(great_circle_km(end, place) <= TOUCH_KM for place in junctions):
            junctions.append(end)
    for number, place in enumerate(junctions):
        passings = [(part, off, along) for part in parts for off, along in part.course.passings(place, TOUCH_KM)]
        ends = sorted(off for part, off, along in passings if _is_end(part, along))  # the first is the end itself
        nearest = min([*ends[1:], *(off for part, off, along in passings if not _is_end(part, along))], default=0.0)
        for part, off, along in passings:
            if _is_end(part, along):
                part.stops.append((0.0 if along <= 2 * TOUCH_KM else part.course.length_km, number))
            elif off <= nearest + SAME_KM:
                part.stops.append((along, number))
    for part in parts:
        part.stops.sort(key=lambda stop: stop[0])
    return junctions


def _is_end(part: CablePart, along: float) -> bool:
    return min(along, part.course.length_km - along) <= 2 * TOUCH_KM


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
