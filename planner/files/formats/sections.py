"""Sites and cables that foreign tables hold under keys of ours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from planner.files.formats.figures import Figures, Record
from planner.files.formats.names import Names
from planner.files.formats.raw import broken
from planner.files.formats.records import keys_of
from planner.segments import Pair, pair_named
from planner.topology import Cable, Site

__all__ = ["settle_cable_table", "settle_sites"]

Place = Callable[[str, str], str | None]
"""Gives our identifier of a place that a table names, for a record; None where it was left out."""


def settle_sites(figures: Figures, place: Place) -> Record:
    """Return the sites of a table with the identifiers of their nodes."""
    names, found = Names("site"), {}
    for key, attrs in figures.raw.sections.pop("sites", {}).items():
        name = names.give(str(attrs.get("name") or ""), key)
        fields = figures.fields_of("sites", attrs, keys_of(Site))
        node = place(str(fields.get("node", "")), f"sites.{key}")
        if node is None:
            figures.messages.append(f"site {name} left out with its node")
        else:
            found[name] = {**fields, "node": node}
    return found


def settle_cable_table(figures: Figures, place: Place, names: Names) -> Record:
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
