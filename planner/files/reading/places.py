"""Where in the files each value stands, for messages of later floors."""

from __future__ import annotations

from typing import Any

from planner.errors import Place
from planner.files.reading.links import pairs_of
from planner.files.reading.merged import Merged
from planner.files.reading.tree import MappingNode, Node, PositionMark, ScalarNode, SequenceNode, child, place_of
from planner.segments import pair_named, segment_id

Key = str | int
LONGEST = 80
"""Characters of a value that is told on one line."""


class Places:
    """The positions of all records and values of a question's files."""

    def __init__(self, scenario: Node | None, topology: Merged, demand: Merged) -> None:
        self._scenario, self._topology, self._demand = scenario, topology, demand

    def find(self, *keys: Key) -> Place:
        """Return the place of a value, such as ("sites", "changji", "expansion", 0, "step"), or the nearest known one.

        Demands are found by their number: ("demands", 3, "compute"). What is not written leads to the record that it
        would stand in, and a cable's segment to its cable.
        """
        if not keys:
            return place_of(self._scenario) if self._scenario is not None else Place("")
        first, *rest = keys
        if first == "demands":
            rows = self._demand.rows
            if rest and isinstance(rest[0], int) and 0 <= rest[0] < len(rows):
                return _descend(rows[rest[0]], rest[1:], place_of(rows[rest[0]]))
            return self._head(self._demand)
        for merged in (self._topology, self._demand):
            section = merged.sections.get(str(first))
            if section is not None and rest and rest[0] in section:
                key, node = section[str(rest[0])]
                return _descend(node, rest[1:], place_of(key))
        if first == "links" and rest:
            return self._segment(str(rest[0]), rest[1:])
        if self._scenario is not None and first not in self._topology.sections:
            return _descend(self._scenario, list(keys), place_of(self._scenario))
        return self._head(self._topology)

    def written(self, *keys: Key) -> str:
        """Return what stands at a value's place, on one line; nothing where nothing is written there."""
        first, *rest = keys
        node: Node | None = self._scenario
        if first == "demands" and rest and isinstance(rest[0], int) and rest[0] < len(self._demand.rows):
            node, rest = self._demand.rows[rest[0]], rest[1:]
        elif rest and any(rest[0] in m.sections.get(str(first), {}) for m in (self._topology, self._demand)):
            sections = [m.sections.get(str(first), {}) for m in (self._topology, self._demand)]
            node, rest = next(each[str(rest[0])][1] for each in sections if rest[0] in each), rest[1:]
        else:
            rest = list(keys)
        for key in rest:
            node = child(node, key)
        return "" if node is None else _one_line(node)

    def _segment(self, link: str, rest: list[Key]) -> Place:
        """Return the place of a segment's value: under its cable's segments, else at its cable."""
        cable, _, name = link.partition(":")
        entry = self._topology.sections["cables"].get(cable)
        pair = pair_named(name)
        if entry is None or pair is None or link not in [segment_id(cable, each) for each in pairs_of(entry[1])]:
            return self._head(self._topology)
        for order in (pair.name, pair.turned.name):
            found = _descend(entry[1], ["segments", order], Place(""))
            under = _descend(entry[1], ["segments", order, *rest], Place(""))
            if rest and under not in (found, Place(""), _descend(entry[1], ["segments"], Place(""))):
                return under
        return _descend(entry[1], rest, place_of(entry[0]))

    def _head(self, merged: Merged) -> Place:
        return place_of(merged.heads[0].node) if merged.heads else self.find()

    def __getstate__(self) -> dict[str, Any]:
        """Prepare for pickling: the C parser's own positions cannot be pickled, so they become plain ones."""
        for node in (self._scenario, *self._demand.rows):
            _plain_marks(node)
        for merged in (self._topology, self._demand):
            for section in merged.sections.values():
                for entry in section.values():
                    _plain_marks(entry[0])
                    _plain_marks(entry[1])
            for head in merged.heads:
                head.pairs.clear()
                _plain_marks(head.node)
            merged.tables.clear()
        return self.__dict__


def _descend(node: Node, keys: list[Key], place: Place) -> Place:
    """Follow keys down a tree as far as they lead; a key is the place of its map or list, a scalar its own."""
    for key in keys:
        if node.__class__ is MappingNode:
            pair = next((pair for pair in node.value if pair[0].value == str(key)), None)
            if pair is None:
                break
            node = pair[1]
            place = place_of(node if node.__class__ is ScalarNode else pair[0])
        elif node.__class__ is SequenceNode and isinstance(key, int) and 0 <= key < len(node.value):
            node = node.value[key]
            place = place_of(node)
        else:
            break
    return place


def _one_line(node: Node) -> str:
    """Return a node as flow YAML would write it, cut where it is long."""
    if node.__class__ is MappingNode:
        text = "{" + ", ".join(f"{key.value}: {_one_line(value)}" for key, value in node.value) + "}"
    elif node.__class__ is SequenceNode:
        text = "[" + ", ".join(map(_one_line, node.value)) + "]"
    else:
        text = str(node.value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def _plain_marks(node: Node | None) -> None:
    if node is None or node.start_mark.__class__ is PositionMark:
        return
    mark = node.start_mark
    node.start_mark = node.end_mark = PositionMark(mark.name, mark.line, mark.column)
    if node.__class__ is not ScalarNode:
        for item in node.value:
            for part in item if isinstance(item, tuple) else (item,):
                _plain_marks(part)
