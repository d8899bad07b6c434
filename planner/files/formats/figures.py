"""The figures of a foreign record become fields of ours; what the file does not give is guessed and said.

So do the sites and cables of tables, which hold them under keys of ours, with identifiers from their labels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from planner.files.formats.attributes import Attributes, attribute, is_given, key_of, take
from planner.files.formats.own import unflat
from planner.files.formats.rates import rate_of, rate_text
from planner.files.formats.raw import Guess, Raw, Settings, broken
from planner.files.formats.records import keys_of, number_text
from planner.files.formats.registry import FORMATS
from planner.files.reading.scalars import slug
from planner.segments import Pair, pair_named
from planner.topology import Cable, Site
from planner.units import parse

Record = dict[str, Any]


@dataclass
class FigureReader:
    """Reads the figures of a file's records, and gathers what was guessed and what is to be said."""

    raw: Raw
    settings: Settings
    guesses: list[Guess]
    messages: list[str]

    def guess(self, record: str, key: str, value: str, why: str, fields: Record) -> None:
        """Keep a guess, and mark the record."""
        self.guesses.append(Guess(record, key, value, why))
        fields.setdefault("confidence", "assumed")
        words = f"assumed: {key} ({why})"
        fields["note"] = f"{fields['note']}; {words}" if fields.get("note") else words

    def given(self, attrs: Mapping[str, Any], keys: frozenset[str]) -> Record:
        """Return the fields that a table gives under our own keys."""
        if "fields" not in FORMATS[self.raw.format].carries:
            return {}
        skip = {"name", "country", "lat", "lon", "ends", "kind", "capacity", "length"}
        for key, section in (("source", "sources"), ("project", "projects")):
            skip |= {key} if attrs.get(key) not in self.raw.sections.get(section, {}) else set()
        given = [key for key, value in attrs.items() if key in keys - skip and value not in ("", None)]
        if isinstance(attrs, Attributes):
            attrs.read.update(given)
        return {key: unflat(key, attrs[key], self.raw.file) for key in given}

    def add_kind(self, where: str, attrs: Mapping[str, Any], usual: str, fields: Record, how: str = "") -> None:
        """Add the kind that attributes give, else the usual one; `how` says where that comes from."""
        given, word = _kind_of(attrs)
        fields["kind"] = given or self.settings.kind or usual
        if not given:
            why = f"'{word}' is none of {', '.join(KINDS)}" if word else "the file gives none"
            self.guess(where, "kind", fields["kind"], why + ("" if self.settings.kind else how), fields)

    def add_capacity(self, where: str, attrs: Mapping[str, Any], fields: Record, at: tuple[str, str, int]) -> None:
        """Add the capacity that attributes give; `at` is their file, the name of the record there, and the line."""
        carried = FORMATS[self.raw.format].carries
        value = unflat("capacity", attrs.get("capacity", ""), self.raw.file) if "fields" in carried else ""
        if isinstance(value, dict):
            fields["capacity"] = value
            attribute(attrs, "capacity")
            return
        unit = self.raw.rate_unit or self.settings.unit
        rate = rate_of(attrs, parse(f"1 {unit}", "gbps") if unit else None, *at)
        modules = attrs.get("modules") or ()
        if rate is None and not modules:
            fields["capacity"] = self.settings.capacity
            self.guess(where, "capacity", self.settings.capacity, "the file gives none", fields)
            return
        gbps, why = rate or (0.0, "")
        fields["capacity"] = rate_text(gbps)
        if why:
            self.guess(where, "capacity", fields["capacity"], why, fields)
        if modules:
            scale = parse(f"1 {unit}", "gbps") if unit else 1.0
            fields["expansion"] = [
                {"step": rate_text(size * scale), "capex": f"{number_text(cost)} USD/step"} for size, cost in modules
            ]
            self.guess(where, "expansion", counted(len(modules), "module"), "costs without currency: USD", fields)

    def fields_of(self, section: str, attrs: Mapping[str, Any], known: frozenset[str]) -> Record:
        """Return the fields that a table gives under our own keys, and note its other columns."""
        filled = {key: value for key, value in attrs.items() if value not in ("", None)}
        self.raw.pass_over(section, *(key for key in filled if key not in known))
        return {key: unflat(key, value, self.raw.file) for key, value in filled.items() if key in known}


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


Place = Callable[[str, str], str | None]
"""Gives our identifier of a place that a table names, for a record; None where it was left out."""


def settle_sites(figures: FigureReader, place: Place) -> Record:
    """Return the sites of a table with the identifiers of their nodes."""
    names, found = IdentifierMaker("site"), {}
    for key, attrs in figures.raw.sections.pop("sites", {}).items():
        name = names.give(str(attrs.get("name") or ""), key)
        fields = figures.fields_of("sites", attrs, keys_of(Site))
        node = place(str(fields.get("node", "")), f"sites.{key}")
        if node is None:
            figures.messages.append(f"site {name} left out with its node")
        else:
            found[name] = {**fields, "node": node}
    return found


def settle_cable_table(figures: FigureReader, place: Place, names: IdentifierMaker) -> Record:
    """Return the cables of a table, whose routes name places between semicolons."""
    found: Record = {}
    file = figures.raw.files.get("cables", figures.raw.file)
    for key, attrs in figures.raw.sections.pop("cables", {}).items():
        name, where = names.give(str(attrs.get("name") or ""), key), f"cables.{key}"
        fields = figures.fields_of("cables", attrs, keys_of(Cable))
        named = [_row(fields.pop("route", [])), *map(_row, fields.pop("branches", []))]
        rows = [[place(word, where) for word in row] for row in named]
        if len(rows[0]) < 2:
            right = "write its landings in order, with semicolons between them, in a column route"
            raise broken(file, "has no route", right, where=where)
        if any(None in row for row in rows):
            figures.messages.append(f"cable {name} left out with a node on its route")
            continue
        fields |= {"route": rows[0]} | ({"branches": rows[1:]} if rows[1:] else {})
        figures.add_kind(f"cables.{name}", attrs, "submarine", fields)
        figures.add_capacity(f"cables.{name}", attrs, fields, (file, key, 0))
        if "segments" in fields:
            fields["segments"] = {_segment(part, place, where): words for part, words in fields["segments"].items()}
        found[name] = fields
    return found


def _row(value: Any) -> list[str]:
    """Return a row of landings, written as a list or with semicolons."""
    return [str(each) for each in value] if isinstance(value, list) else [w.strip() for w in str(value).split(";")]


def _segment(name: str, place: Place, where: str) -> str:
    """Return the name of a segment in our identifiers; one that is none is left to the reader of our own files."""
    pair = pair_named(name)
    ends = [place(end, where) for end in pair.ends] if pair else []
    return Pair(str(ends[0]), str(ends[1]), pair.way).name if pair else name


class IdentifierMaker:
    """Hands out identifiers of one section: the same labels in the same order give the same identifiers."""

    def __init__(self, sort: str) -> None:
        self.sort = sort
        self.taken: set[str] = set()

    def give(self, *labels: str) -> str:
        """Return a new identifier from the first label that makes one, numbered where it is taken."""
        wanted = next((found for found in map(slug, labels) if found), "")
        if not wanted or not re.search("[a-z]", wanted):
            wanted = f"{self.sort}-{wanted}" if wanted else f"{self.sort}-{len(self.taken) + 1}"
        name, number = wanted, 2
        while name in self.taken:
            name, number = f"{wanted}-{number}", number + 1
        self.taken.add(name)
        return name


KINDS = ("terrestrial", "submarine", "microwave", "satellite")
_WORDS = {
    "terrestrial": ("terrestrial", "land", "overland", "onshore", "fibre", "fiber", "optical", "aerial", "buried",
                    "underground", "opgw", "adss", "backhaul"),
    "submarine": ("submarine", "subsea", "undersea", "sea", "marine", "offshore"),
    "microwave": ("microwave", "radio", "wireless"),
    "satellite": ("satellite", "vsat"),
}  # fmt: skip


def _kind_of(attrs: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind that attributes give, or nothing, and the word that they give where it is none we know."""
    text = attribute(attrs, "kind")[1]
    if text and is_given(text):
        return _known(text), text
    for name in ("type", "medium", "media", "transmissionMedium"):
        key = key_of(attrs, name)
        if key and _known(str(attrs[key])):
            return _known(take(attrs, key)), ""
    return "", ""


def _known(text: str) -> str:
    words = "".join(letter if letter.isalpha() else " " for letter in text.lower()).split()
    found = {kind for kind, known in _WORDS.items() for word in words if word in known}
    clear = found - {"terrestrial"} if len(found) == 2 else found  # submarine fibre, fibre and microwave
    return next(iter(clear)) if len(clear) == 1 else ""
