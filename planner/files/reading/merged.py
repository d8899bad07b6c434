"""Several files become one tree: topologies and demands merged by id, before anything is typed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from planner.errors import Fault, did_you_mean
from planner.files.reading.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Where,
    child,
    describe,
    items,
    path_text,
    place_of,
)
from planner.topology import LISTED, SECTIONS

TOPOLOGY_SECTIONS = tuple(SECTIONS)
DEMAND_SECTIONS = ("sources", "workloads")
HEAD_KEYS = ("title", "names", "source", "confidence", "note")
TOPOLOGY_HEAD_KEYS = (*HEAD_KEYS, "latency", "seasons")
WORDS_OF_A_NODE = frozenset({"name", "names", "source", "confidence", "note"})
"""What two maps may say of the same place in words of their own; the first file's stand."""

Entry = tuple[Node, Node]
"""The key and the value of a record."""
Section = dict[str, Entry]
"""Records by id, in the order of their files."""


@dataclass
class FileHead:
    """What a file says of itself: the key that names its sort, and its title."""

    node: Node
    pairs: list[Entry] = field(default_factory=list)


@dataclass
class Merged:
    """All files of one sort, merged: `sort` is "topology" or "demand"."""

    sort: str
    heads: list[FileHead] = field(default_factory=list)
    sections: dict[str, Section] = field(default_factory=dict)
    rows: list[Node] = field(default_factory=list)
    tables: list[Node] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Start with every section empty."""
        for name in TOPOLOGY_SECTIONS if self.sort == "topology" else DEMAND_SECTIONS:
            self.sections[name] = {}

    def add(self, root: Node, faults: list[Fault]) -> None:
        """Merge one file in; an id that is there already is a fault naming both places."""
        if root.__class__ is not MappingNode:
            faults.append(Fault(place_of(root), "", f"{describe(root)} is no {self.sort}", f"write '{self.sort}: id'"))
            return
        other = self._other_sort(root)
        if other:
            faults.append(Fault(place_of(root), "", f"is a {other}, not a {self.sort}", f"list it under '{other}'"))
            return
        head = FileHead(root)
        for key, key_node, value in items(root):
            if key in self.sections:
                self._add_section(key, value, faults)
            elif key in ("demands", "table") and self.sort == "demand":
                self._add_rows(key, value, faults)
            elif key == self.sort or key in self._head_keys:
                head.pairs.append((key_node, value))
            else:
                faults.append(Fault(place_of(key_node), key, "unknown key", self._right(key)))
        keys = {key for key, _, _ in items(root)}
        if self.sort not in keys:
            faults.append(Fault(place_of(root), self.sort, "is missing", self._right(self.sort)))
        if "table" in keys and "demands" in keys:
            faults.append(Fault(place_of(root), "table", "stands beside demands", "write the one or the other"))
        self.heads.append(head)

    @property
    def _head_keys(self) -> tuple[str, ...]:
        return TOPOLOGY_HEAD_KEYS if self.sort == "topology" else HEAD_KEYS

    def _other_sort(self, root: Node) -> str | None:
        """Return the sort of a file that says it is of another one."""
        sorts = [key for key, _, value in items(root) if value.__class__ is ScalarNode]
        others = {"scenario", "topology", "demand"}.intersection(sorts)
        return None if self.sort in others or not others else min(others)

    def _right(self, key: str) -> str:
        """Return what would be right for an unknown or missing key."""
        if key == self.sort:
            return f"write '{self.sort}: an-id'"
        rows = ("demands", "table") if self.sort == "demand" else ()
        return did_you_mean(key, (self.sort, *self._head_keys, *self.sections, *rows))

    def _add_section(self, name: str, value: Node, faults: list[Fault]) -> None:
        if value.__class__ is ScalarNode and not value.value:
            return
        if name in LISTED and value.__class__ is SequenceNode:
            for number, record in enumerate(value.value):
                add_record(self.sections[name], name, _listed_id(record, number), (record, record), faults)
            return
        if value.__class__ is not MappingNode:
            faults.append(Fault(place_of(value), name, f"{describe(value)} is no map", "write records by their ids"))
            return
        for key, key_node, record in items(value):
            add_record(self.sections[name], name, key, (key_node, record), faults, shared=True)

    def _add_rows(self, key: str, value: Node, faults: list[Fault]) -> None:
        if key == "table":
            self.tables.append(value)
        elif value.__class__ is SequenceNode:
            self.rows.extend(value.value)
        elif not (value.__class__ is ScalarNode and not value.value):
            faults.append(Fault(place_of(value), key, f"{describe(value)} is no list", "write a list of demands"))


def _listed_id(record: Node, number: int) -> str:
    """Return the id of a record in a list: what it is between, in either order, else its number."""
    ends = child(record, "between")
    words = [end.value for end in ends.value if end.__class__ is ScalarNode] if ends.__class__ is SequenceNode else []
    return "--".join(sorted(word.lower() for word in words)) if len(words) == 2 else f"number-{number}"


def add_record(
    section: Section, name: str, key: str, entry: Entry, faults: list[Fault], *, shared: bool = False
) -> None:
    """Add a record to a section; an id that is taken is a fault, but where `shared` maps say the same of one thing."""
    taken = section.get(key)
    if taken is None:
        section[key] = entry
        return
    joined = join_records(name, taken[1], entry[1]) if shared or name == "sources" else ""
    if isinstance(joined, str):
        what = f"is there already, at {place_of(taken[0])}"
        where: Where = (((), name), key)
        right = f"say the same of its {joined} in both files, or give each record its own id"
        faults.append(
            Fault(
                place_of(entry[0]),
                path_text(where),
                f"{what}, with another {joined}" if joined else what,
                right if joined else "give each record its own id",
            )
        )
    else:
        section[key] = (taken[0], joined)


def join_records(name: str, first: Node, later: Node) -> Node | str:
    """Return one record out of two of the same id, or what they differ in: the key, or "" where that is no one key.

    Records that say the same are one record. Maps meet at their nodes: what one of them leaves open the other says, and
    of its words (name, source, note) the first file's stand. A source is known by its address.
    """
    if same(first, later):
        return first
    if name == "sources":
        ours, theirs = child(first, "url"), child(later, "url")
        return first if ours is not None and theirs is not None and same(ours, theirs) else ""
    if name != "nodes" or not first.__class__ is later.__class__ is MappingNode:
        return ""
    pairs = list(first.value)
    for key, key_node, value in items(later):
        ours = child(first, key)
        if ours is None:
            pairs.append((key_node, value))
        elif key not in WORDS_OF_A_NODE and not same(ours, value) and not _same_number(ours, value):
            return key
    return MappingNode(first.tag, pairs, first.start_mark, first.end_mark, first.flow_style)


def _same_number(a: Node, b: Node) -> bool:
    """Tell whether two scalars are one number, such as 43.80 and 43.8."""
    try:
        return bool(float(a.value) == float(b.value))
    except (TypeError, ValueError):
        return False


def same(a: Node, b: Node) -> bool:
    """Tell whether two trees say the same."""
    if a.__class__ is not b.__class__:
        return False
    if a.__class__ is ScalarNode:
        return bool(a.value == b.value)
    if len(a.value) != len(b.value):
        return False
    if a.__class__ is SequenceNode:
        return all(map(same, a.value, b.value))
    pairs: Iterable[tuple[Entry, Entry]] = zip(a.value, b.value, strict=True)
    return all(x[0].value == y[0].value and same(x[1], y[1]) for x, y in pairs)
