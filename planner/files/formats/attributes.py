"""What foreign files say of a record, found under the names that are in use; what nobody asked for is told."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from planner.files.formats.raw import Flaw

_BRACKETED = re.compile(r"(.*?)\s*[(\[]\s*([^)\]]*?)\s*[)\]]\s*", re.DOTALL)
_SAYS_NOTHING = {
    "", "-", "--", "?", "n/a", "na", "n.a.", "none", "null", "nan", "nil", "unknown", "tbd", "tba", "tbc",
    "not available", "unspecified", "undefined", "not known", "no data",
}  # fmt: skip
_UNIT_SIGNS = " \t_-,;:./|="


class Attributes(dict[str, Any]):
    """What a file says of one record; it remembers what was asked for."""

    def __init__(self, values: Mapping[str, Any] | Iterable[tuple[str, Any]] = ()) -> None:
        super().__init__(values)
        self.read: set[str] = set()

    def joined(self, other: Mapping[str, Any]) -> Attributes:
        """Return both, the other's words first."""
        found = Attributes({**self, **other})
        found.read = self.read | getattr(other, "read", set())
        return found

    @property
    def unread(self) -> list[str]:
        """The names under which something stands that nobody asked for."""
        return [str(key) for key, value in self.items() if key not in self.read and value not in (None, "", [], {})]


def is_given(text: str) -> bool:
    """Tell whether a text says anything: "n/a" and "unknown" do not."""
    return text.strip().lower() not in _SAYS_NOTHING


def attribute(attrs: Mapping[str, Any], *names: str) -> tuple[str, str]:
    """Return name and text of the first attribute that has one of the names and is not empty.

    Capitals, blanks and signs do not matter, nor does what stands in brackets: "Length (km)" is found as length_km and
    as length.

    Raises
    ------
    InputError
        where it stands in a cell that cannot be read
    """
    key = key_of(attrs, *names)
    return (key, take(attrs, key)) if key else ("", "")


def key_of(attrs: Mapping[str, Any], *names: str) -> str:
    """Return the name of the first attribute that has one of the names and is not empty, without reading it."""
    plain = {_plain(key.partition("(")[0].partition("[")[0]): key for key in map(str, reversed(list(attrs)))}
    plain |= {_plain(key): key for key in map(str, reversed(list(attrs)))}
    found = (plain.get(_plain(name)) for name in names)
    return next((key for key in found if key is not None and attrs[key] not in (None, "", [])), "")


def measured(attrs: Mapping[str, Any], *names: str) -> Iterator[tuple[str, str, str]]:
    """Yield name, text and unit of the attributes that have one of the names, with what follows it as the unit.

    The unit stands in brackets or behind the name: "Capacity (Mbit/s)", capacity_mbps, "length in miles".
    """
    for name in names:
        for key in map(str, list(attrs)):
            found = _rest(key, _plain(name))
            if found is not None and attrs[key] not in (None, "", []):
                yield key, str(attrs[key]), found


def take(attrs: Mapping[str, Any], key: str) -> str:
    """Return the text of one attribute, which counts as read.

    Raises InputError where it stands in a cell that cannot be read.
    """
    value = attrs[key]
    if isinstance(value, Flaw):
        raise value.error(key)
    if isinstance(attrs, Attributes):
        attrs.read.add(key)
    return str(value).strip()


def _rest(key: str, name: str) -> str | None:
    """Return what follows a name in an attribute's, or None where it does not begin with the name."""
    bracketed = _BRACKETED.fullmatch(key)
    if bracketed and _plain(bracketed[1]) == name:
        return bracketed[2]
    letters = 0
    for at, letter in enumerate(key):
        letters += letter.isalnum()
        if letters == len(name):
            if _plain(key[: at + 1]) != name:
                return None
            rest = key[at + 1 :].strip(_UNIT_SIGNS)
            return re.sub(r"^in[\s_]+", "", rest)
    return None


@cache
def _plain(key: str) -> str:
    return "".join(letter for letter in key.lower() if letter.isalnum())
