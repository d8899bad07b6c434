"""New records and new values: where a path leads, how a written value is read, what may not be there twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.errors import Fault, InputError, UsageError, did_you_mean
from planner.files.changing.document import Document, Keys
from planner.files.changing.operations import Delete, put
from planner.files.changing.orders import MODELS, is_prose, order_of
from planner.files.changing.rendering import Value, tidy
from planner.files.changing.surgery import apply
from planner.files.reading.edits import is_empty, longest
from planner.files.reading.links import pairs_of
from planner.files.reading.merged import TOPOLOGY_HEAD_KEYS
from planner.files.reading.tree import MappingNode, SequenceNode, compose, items, place_of, plain
from planner.segments import segment_id

IN_BRACKETS = frozenset({"sources", "nodes", "projects"})
"""Sections whose records stand in brackets where there is none to follow."""


def add(document: Document, section: str, name: str, fields: Mapping[str, Any]) -> Document:
    """Return a topology with a new record, written like the last one of its section.

    Parameters
    ----------
    fields
        Values by key: texts as users write them ("800 PFLOPS"), numbers, lists, maps of years.

    Raises
    ------
    InputError
        If the id is taken.
    """
    if section not in MODELS:
        raise UsageError(f"there is no section '{section}': one of {', '.join(MODELS)}")
    taken = document.find((section, name))
    if taken is not None:
        where = place_of(document.key((section, name)))
        what = f"{section.removesuffix('s')} '{name}' is there already"
        raise InputError([Fault(where, f"{section}.{name}", what, "take another id, or change it with set")])
    order = order_of((section, name))
    known = {key: value for key, value in fields.items() if value is not None}
    ordered = sorted(known, key=lambda key: order.index(key) if key in order else len(order))
    value = tidy({key: known[key] for key in ordered})
    made = put(document, (section, name), value, brackets=_brackets(document, section))
    return apply(document, [made])


def _brackets(document: Document, section: str) -> bool:
    """Tell whether the last record of a section, or its kind by habit, stands in brackets."""
    node = document.find((section,))
    if node is None or node.__class__ is not MappingNode or not node.value:
        return section in IN_BRACKETS
    return bool(getattr(node.value[-1][1], "flow_style", False))


def read_value(path: Keys, text: str) -> Value | None:
    """Return the value that a user writes for a path: prose as it is, else YAML; None takes the value away.

    Raises UsageError if it begins a list or a map that it does not end.
    """
    word = text.strip()
    if not word:
        return None
    if is_prose(path):
        return word
    faults: list[Fault] = []
    node = compose(word.encode("utf-8", "surrogateescape"), "value", faults)
    if node is None or faults:
        if word[0] in "[{":
            raise UsageError(f"'{text}' cannot be read: it {faults[0].what}")
        return word
    if is_empty(node):
        return None
    value: Value = plain(node)
    return value


def set_value(document: Document, path: str, value: Any) -> Document:
    """Return a topology with another value at a dotted path, such as links.khorgos-almaty.capacity.

    Parameters
    ----------
    value
        A text as a user writes it ("2 Tbps", "{2026: 1 Tbps, 2030: 2 Tbps}"), or a number, list or map; None or an
        empty text takes the value away. A whole record that is not there yet is added: projects.p '{title: P}'.

    Raises
    ------
    InputError
        If the path leads nowhere.
    """
    first, _, name = path.partition(".")
    if first in MODELS and name and "." not in name and document.find((first, name)) is None:
        fields = read_value((first, name), value) if isinstance(value, str) else value
        if isinstance(fields, Mapping):
            return add(document, first, name, fields)
    where = resolve(document, path)
    read = read_value(where, value) if isinstance(value, str) else None if value is None else tidy(value)
    if read is not None:
        return apply(document, [put(document, where, read)])
    if len(where) <= 2 and where[0] in MODELS:
        right = f"remove it: {str(where[0]).removesuffix('s')}:{where[-1]}" if len(where) == 2 else ""
        raise InputError([Fault(place_of(document.root), path, "cannot be set to nothing", right)])
    if document.find(where) is None:
        raise InputError([Fault(place_of(document.root), path, "is not there, so it cannot be taken away")])
    return apply(document, [Delete(where)])


def resolve(document: Document, path: str) -> Keys:
    """Return the keys that a dotted path stands for; a segment's link stands for its override under its cable.

    Raises InputError if it names no section or no record.
    """
    first, _, rest = path.partition(".")
    if first in (*TOPOLOGY_HEAD_KEYS, "topology"):
        return tuple(path.split("."))
    if first not in MODELS:
        known = (*MODELS, *TOPOLOGY_HEAD_KEYS)
        raise _nothing(document, path, f"there is nothing called '{first}'", did_you_mean(first, known))
    if not rest:
        raise _nothing(document, path, f"'{first}' is a whole section", f"write {first}.<id>.<key>")
    section = document.find((first,))
    known_records: dict[str, object] = {key: None for key, _, _ in items(section)}
    name, keys = longest(rest, known_records)
    start: Keys = (first, name or "")
    if name is None:
        found = _segment(document, rest) if first == "links" else None
        if found is None:
            wrong = rest.partition(".")[0]
            right = did_you_mean(wrong, known_records, most=0) or f"add it first: {first}.{wrong} '{{...}}'"
            raise _nothing(document, path, f"there is no {first.removesuffix('s')} '{wrong}'", right)
        start, keys = found
    return _down(document, start, keys)


def _segment(document: Document, rest: str) -> tuple[Keys, list[str]] | None:
    names: dict[str, Keys] = {}
    for cable, _, record in items(document.find(("cables",))):
        given = {key for key, _, _ in items(document.find(("cables", cable, "segments")))}
        for pair in pairs_of(record):
            name = pair.turned.name if pair.turned.name in given else pair.name
            for each in (pair, pair.turned):
                names[segment_id(cable, each)] = ("cables", cable, "segments", name)
    found, keys = longest(rest, names)
    return (names[found], keys) if found is not None and keys else None


def _down(document: Document, path: Keys, keys: list[str]) -> Keys:
    for key in keys:
        node = document.find(path)
        in_list = node is not None and node.__class__ is SequenceNode and key.isdigit()
        path = (*path, int(key) if in_list else key)
    return path


def _nothing(document: Document, path: str, what: str, right: str) -> InputError:
    return InputError([Fault(place_of(document.root), path, what, right)])
