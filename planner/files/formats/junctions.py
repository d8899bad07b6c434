"""Where the parts of a drawn cable meet at sea: there a node would need a country, so it is led back to a landing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import pairwise

from planner.files.formats.course import Course
from planner.files.formats.raw import Point

Vertex = str | int
"""A landing by its key, or a junction at sea by its number."""
Home = tuple[str, float]
"""The landing that a vertex is led back to, and how far off it lies, in km."""


@dataclass
class CablePart:
    """A part of a cable: its course, and what lies on it as (km along, vertex), in order."""

    course: Course
    stops: list[tuple[float, Vertex]] = field(default_factory=list)


@dataclass(frozen=True)
class _Piece:
    """What lies between two neighbouring stops of a part."""

    part: int
    start: Vertex
    end: Vertex
    km: float
    drawn: frozenset[Point]

    @property
    def same(self) -> tuple[frozenset[Vertex], frozenset[Point], float]:
        """What a piece has in common with itself drawn again, in whichever direction."""
        return frozenset((self.start, self.end)), self.drawn, round(self.km, 3)


@dataclass
class Rows:
    """A cable cut at its landings.

    Attributes
    ----------
    rows, lengths_km
        Rows of landings, and the length of each neighbouring pair.
    led
        The landings that branches which leave at sea were led back to.
    loops
        Lines from a landing back to itself, with their km.
    lost_km
        What no landing is joined to.
    twice
        Whether something is drawn again along the very same points, which counts once.
    """

    rows: list[list[str]] = field(default_factory=list)
    lengths_km: list[list[float]] = field(default_factory=list)
    led: list[str] = field(default_factory=list)
    loops: list[tuple[str, float]] = field(default_factory=list)
    lost_km: float = 0.0
    twice: bool = False

    def add(self, start: str, end: str, km: float, *, new: bool) -> None:
        """Add a pair to the last row where it goes on there, else to a new one."""
        if new or self.rows[-1][-1] != start:
            self.rows.append([start])
            self.lengths_km.append([])
        self.rows[-1].append(end)
        self.lengths_km[-1].append(km)


def degrees(parts: Sequence[CablePart]) -> Counter[int]:
    """Return how many pieces meet at each junction."""
    found: Counter[int] = Counter()
    for part in parts:
        for number, (_, vertex) in enumerate(part.stops):
            if isinstance(vertex, int):
                found[vertex] += (number > 0) + (number < len(part.stops) - 1)
    return found


def prune(parts: Sequence[CablePart]) -> float:
    """Take away what leads to an end at sea, and return how many km of it there were."""
    gone = 0.0
    while loose := {vertex for vertex, degree in degrees(parts).items() if degree < 2}:
        for part in parts:
            before = _span(part)
            part.stops = [stop for stop in part.stops if stop[1] not in loose]
            gone += before - _span(part)
    return gone


def _span(part: CablePart) -> float:
    return part.stops[-1][0] - part.stops[0][0] if part.stops else 0.0


def rows_of(parts: Sequence[CablePart]) -> Rows:
    """Return the rows of landings that the parts of a cable stand for, all junctions led back to a landing.

    A branch is led back along the part that it leaves, to the nearest landing there; where parts only end at a place,
    to the nearest landing along any of them.
    """
    pieces = _pieces(parts)
    homes, kept = _homes(parts, pieces)
    found = Rows()
    seen: set[object] = set()
    for number, degree in sorted(degrees(parts).items()):
        if degree > 2 and number in homes:
            found.led.append(homes[number][0])
    last = -1
    for index, piece in enumerate(pieces):
        if index not in kept:
            continue
        if piece.same in seen:
            found.twice = True
            continue
        seen.add(piece.same)
        if piece.start not in homes or piece.end not in homes:
            found.lost_km += piece.km
            continue
        (start, before), (end, after) = homes[piece.start], homes[piece.end]
        km = before + piece.km + after
        if start == end:
            found.loops.append((start, km))
        else:
            found.add(start, end, km, new=piece.part != last)
            last = piece.part
    return found


def _pieces(parts: Sequence[CablePart]) -> list[_Piece]:
    return [
        _Piece(number, a, b, end - start, part.course.within(start, end))
        for number, part in enumerate(parts)
        for (start, a), (end, b) in pairwise(part.stops)
    ]


def _homes(parts: Sequence[CablePart], pieces: Sequence[_Piece]) -> tuple[dict[Vertex, Home], set[int]]:
    """Return the landing of each vertex, and the numbers of the pieces that do not merely lead to one."""
    homes: dict[Vertex, Home] = {}
    kept = set(range(len(pieces)))
    first = 0
    for part in parts:
        for junction, home, at in _along(part):
            if junction not in homes:
                homes[junction] = home
                kept -= {first + number for number in at}
        first += max(len(part.stops) - 1, 0)
    homes |= {key: (key, 0.0) for piece in pieces for key in (piece.start, piece.end) if isinstance(key, str)}
    for vertex, home, piece in _nearest(pieces, dict(homes)):
        homes[vertex] = home
        kept.discard(piece)
    return homes, kept


def _along(part: CablePart) -> Iterator[tuple[int, Home, range]]:
    """Yield each junction within a part with the nearest landing on it, and the pieces between them."""
    landings = [(number, km, key) for number, (km, key) in enumerate(part.stops) if isinstance(key, str)]
    for number, (km, vertex) in enumerate(part.stops[1:-1], 1):
        if isinstance(vertex, int) and landings:
            off, there, key = min((abs(at - km), other, key) for other, at, key in landings)
            yield vertex, (key, off), range(min(number, there), max(number, there))


def _nearest(pieces: Sequence[_Piece], homes: dict[Vertex, Home]) -> Iterator[tuple[Vertex, Home, int]]:
    """Yield each junction that has no landing yet with the nearest, and the piece by which it is reached."""
    around: dict[Vertex, list[tuple[int, Vertex]]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        around[piece.start].append((number, piece.end))
        around[piece.end].append((number, piece.start))
    heap: list[tuple[float, int, str, str, Vertex]] = []

    def reach(vertex: Vertex, key: str, km: float) -> None:
        for number, other in around[vertex]:
            if other not in homes:
                heappush(heap, (km + pieces[number].km, number, key, str(other), other))

    for vertex, (key, km) in list(homes.items()):
        reach(vertex, key, km)
    while heap:
        km, number, key, _, vertex = heappop(heap)
        if vertex not in homes:
            homes[vertex] = (key, km)
            yield vertex, (key, km), number
            reach(vertex, key, km)
