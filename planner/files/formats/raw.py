"""What every reader gives and every writer takes: nodes and links as a file knows them, and what was guessed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, Self

from planner.errors import Fault, InputError, Place

MARK = "planner_format"
"""The attribute by which a file says that the planner wrote it; its value is the version of our attributes."""
RECORD_LIMIT = 50_000
"""Nodes, links or rows in one file: fifty times the largest network that is planned."""

_METRES = 1000
"""Coordinates beyond are no degrees in any order."""
_COMMA = re.compile("[+-]?[0-9]*,[0-9]+")

Parts = Sequence[tuple[str, bytes]]
"""The files that are read as one: name and bytes of each."""
Point = tuple[float, float]
"""Latitude and longitude, in degrees."""


class Flaw(str):
    """The text of a cell that says nothing we may use: a formula without value, an error, a number turned to a date."""

    __slots__ = ("file", "right", "what", "where")
    file: str
    where: str
    what: str
    right: str

    def __new__(cls, text: str, file: str, where: str, what: str, right: str) -> Self:
        """Return the text with its place, what is wrong with it and what would be right."""
        made = super().__new__(cls, text)
        made.file, made.where, made.what, made.right = file, where, what, right
        return made

    def error(self, key: str) -> InputError:
        """Return the error of what needs this cell."""
        return broken(self.file, self.what, self.right, where=f"{self.where}: {key}")


@dataclass(frozen=True)
class Guess:
    """A figure that the file does not give: the record and its field, the value taken, and why."""

    record: str
    field: str
    value: str
    why: str


@dataclass
class RawNode:
    """A place: the key by which links name it, what it is called, where it lies, and all that the file says of it."""

    key: str
    lat: float | None = None
    lon: float | None = None
    name: str = ""
    country: str = ""
    attrs: dict[str, Any] = field(default_factory=dict)
    line: int = 0
    file: str = ""


@dataclass
class RawLink:
    """A connection of two places, by their keys; `path` is its drawn route."""

    ends: tuple[str, str]
    key: str = ""
    name: str = ""
    attrs: dict[str, Any] = field(default_factory=dict)
    path: tuple[Point, ...] = ()
    line: int = 0
    file: str = ""


@dataclass
class RawCable:
    """A drawn cable cut at its landings: rows of node keys, the drawn length of each pair, and some places on it."""

    key: str
    name: str
    rows: list[list[str]]
    lengths_km: list[list[float]]
    attrs: dict[str, Any] = field(default_factory=dict)
    sample: tuple[Point, ...] = ()
    line: int = 0
    file: str = ""


@dataclass
class RawDemand:
    """Traffic between two places, in the file's own unit."""

    ends: tuple[str, str]
    amount: float
    line: int = 0


@dataclass
class Raw:
    """A file as it was read.

    Attributes
    ----------
    head
        What the file says of itself.
    own
        Whether the planner wrote it: then attributes are fields, and nothing is guessed.
    rate_unit
        The unit in which the file counts rates, where it says so.
    sections
        Further records by section and key, as tables hold them.
    files
        The file of each section, where there are several.
    unread
        What the reader passed over, by what it belongs to: nodes, links, the file.
    """

    file: str
    format: str
    head: dict[str, Any] = field(default_factory=dict)
    nodes: list[RawNode] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    cables: list[RawCable] = field(default_factory=list)
    demands: list[RawDemand] = field(default_factory=list)
    sections: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    own: bool = False
    directed: bool = False
    rate_unit: str = ""
    guesses: list[Guess] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    unread: dict[str, list[str]] = field(default_factory=dict)

    def pass_over(self, of: str, *names: str) -> None:
        """Note what is there and not read."""
        self.unread.setdefault(of, []).extend(names)


def broken(file: str, what: str, right: str = "", *, line: int = 0, where: str = "") -> InputError:
    """Return the error of a file with one fault."""
    return InputError([Fault(Place(file, line, 1) if line else Place(file), where, what, right)])


def finite(text: object, file: str, where: str, line: int = 0) -> float:
    """Return a number that a file writes, or raise `InputError` where it is none or not finite."""
    try:
        value = float(str(text).strip().replace("_", "?"))
    except ValueError:
        word = str(text).strip()[:40]
        right = f"write {word.replace(',', '.')}, with a point" if _COMMA.fullmatch(word) else "write a number"
        raise broken(file, f"'{word}' is no number", right, line=line, where=where) from None
    if not isfinite(value):
        raise broken(file, f"'{text}' is not finite", "write a number", line=line, where=where)
    return value


def check_point(lat: float, lon: float, file: str, where: str, line: int = 0) -> Point:
    """Return a place, or raise `InputError` where it lies nowhere; longitudes up to 360 are turned back."""
    if max(abs(lat), abs(lon)) > _METRES and isfinite(lat) and isfinite(lon):
        right = "save it in degrees (EPSG:4326); of GeoJSON, a crs that names web Mercator is read too"
        raise broken(file, f"{lon:g}, {lat:g} look like metres of a map projection", right, line=line, where=where)
    if not (isfinite(lat) and -90 <= lat <= 90):
        right = "write degrees north, -90 to 90; longitude and latitude may have been swapped"
        raise broken(file, f"the latitude {lat:g} lies outside", right, line=line, where=where)
    if not (isfinite(lon) and -180 <= lon <= 360):
        raise broken(file, f"the longitude {lon:g} lies outside", "write degrees east", line=line, where=where)
    return lat, lon - 360 if lon > 180 else lon


def listed(names: Iterable[str], most: int = 20) -> str:
    """Return names as a list, cut where it is long."""
    counted = [f"{name} ({n} times)" if n > 1 else name for name, n in Counter(names).items()]
    more = f" and {len(counted) - most} more" if len(counted) > most else ""
    return ", ".join(counted[:most]) + more


@dataclass(frozen=True)
class Settings:
    """What to take where a file is silent.

    Attributes
    ----------
    country
        Country of places that neither the file nor the map puts into one.
    capacity, kind, unserved
        Of links without capacity, of links without kind (None: terrestrial, of drawn cables submarine); price of
        unserved traffic.
    unit
        In which rates without unit are counted, such as "Mbps".
    drop_unplaced
        Leave places without coordinates out, with their links.
    """

    id: str | None = None
    country: str | None = None
    capacity: str = "100 Gbps"
    kind: str | None = None
    unit: str | None = None
    unserved: str | None = None
    drop_unplaced: bool = False
    snap_km: float = 5.0
