"""The figures of a foreign record become fields of ours; what the file does not give is guessed and said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from planner.files.formats.attributes import Attributes, attribute
from planner.files.formats.kinds import KINDS, kind_of
from planner.files.formats.options import Settings
from planner.files.formats.own import unflat
from planner.files.formats.rates import rate_of, rate_text
from planner.files.formats.raw import Guess, Raw
from planner.files.formats.records import number_text
from planner.units import parse

__all__ = ["Figures", "Record", "counted"]

Record = dict[str, Any]
_TABLES = ("csv", "xlsx")


@dataclass
class Figures:
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
        if self.raw.format not in _TABLES:
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
        given, word = kind_of(attrs)
        fields["kind"] = given or self.settings.kind or usual
        if not given:
            why = f"'{word}' is none of {', '.join(KINDS)}" if word else "the file gives none"
            self.guess(where, "kind", fields["kind"], why + ("" if self.settings.kind else how), fields)

    def add_capacity(self, where: str, attrs: Mapping[str, Any], fields: Record, at: tuple[str, str, int]) -> None:
        """Add the capacity that attributes give; `at` is their file, the name of the record there, and the line."""
        value = unflat("capacity", attrs.get("capacity", ""), self.raw.file) if self.raw.format in _TABLES else ""
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
