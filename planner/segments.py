"""How the segments of a cable are called: by their ends, and from the second way between them on by a number too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

_SIGN = "--"
"""What parts the ends of a segment; no node's id holds it."""


class Pair(NamedTuple):
    """Two neighbouring landings of a cable.

    Attributes
    ----------
    way
        1 for the first way between the two, in whichever direction it leads; 2 for a second one, and so on.
    """

    start: str
    end: str
    way: int = 1

    @property
    def ends(self) -> tuple[str, str]:
        """The two landings."""
        return self.start, self.end

    @property
    def turned(self) -> Pair:
        """The same segment, seen from its other end."""
        return Pair(self.end, self.start, self.way)

    @property
    def name(self) -> str:
        """How `segments` and ids call it: genoa--barcelona, and a second way genoa--barcelona--2."""
        number = (str(self.way),) if self.way > 1 else ()
        return _SIGN.join((self.start, self.end, *number))


def pairs_in(rows: Iterable[Iterable[str]]) -> Iterator[Pair]:
    """Yield the segments that rows of landings stand for; ways between the same two are counted in this order."""
    ways: Counter[frozenset[str]] = Counter()
    for row in rows:
        for ends in pairwise(row):
            ways[frozenset(ends)] += 1
            yield Pair(*ends, ways[frozenset(ends)])


def pair_named(name: str) -> Pair | None:
    """Return the segment that a name stands for, or None where it is the name of none."""
    start, _, rest = name.partition(_SIGN)
    end, sign, number = rest.partition(_SIGN)
    if not start or not end or (sign and not number.isdecimal()):
        return None
    return Pair(start, end, int(number) if sign else 1)


def segment_id(cable: str, pair: Pair) -> str:
    """Return the id of the link that is one segment of a cable: 2africa:genoa--barcelona."""
    return f"{cable}:{pair.name}"
