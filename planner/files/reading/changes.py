"""A question on its way, and what a variant does to its merged files: records taken out, added and set.

What is taken out goes with all that hangs on it; what was taken is remembered, for it also disappears from lists.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.errors import Fault, did_you_mean
from planner.files.reading.edits import enter, is_empty, longest, set_under
from planner.files.reading.known import Known
from planner.files.reading.links import all_segments, pairs_of, segments_named, texts
from planner.files.reading.merged import Merged, Section, add_record
from planner.files.reading.tree import (
    MappingNode,
    Node,
    SequenceNode,
    Where,
    child,
    describe,
    items,
    path_text,
    place_of,
)
from planner.segments import Pair, segment_id

PREFIXES = ("link", "site", "cable", "node", "risk", "group", "rule")
"""The prefixes of what a variant can take away."""


@dataclass
class ChangeSet:
    """One change set: a variant or an option of the command line."""

    where: Where
    remove: list[Node] = field(default_factory=list)
    add: list[tuple[str, Node, Node]] = field(default_factory=list)
    set: list[tuple[str, Node, Node]] = field(default_factory=list)


@dataclass
class QuestionTrees:
    """A scenario's tree and, once they are read, the trees of its files; what changes took away is remembered."""

    root: Node
    topology: Merged = field(default_factory=lambda: Merged("topology"))
    demand: Merged = field(default_factory=lambda: Merged("demand"))
    removed: set[str] = field(default_factory=set)
    scales: dict[str, Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, node: Node, where: Where, what: str, right: str = "") -> None:
        """Note that something is wrong at a node."""
        self.faults.append(Fault(place_of(node), path_text(where), what, right))

    def section(self, name: str, key: str = "") -> Section | None:
        """Return the records of a section; sources stand in the topology unless only the demand has the key."""
        found = [merged.sections[name] for merged in (self.topology, self.demand) if name in merged.sections]
        return next((section for section in found if key in section), found[0] if found else None)


def remove(question: QuestionTrees, prefix: str, name: str, node: Node, where: Where) -> None:
    """Take a record out, with what hangs on it."""
    section = question.topology.sections[f"{prefix}s"]
    if name in section:
        if prefix == "node":
            _remove_at_node(question, name)
        if prefix == "cable":
            for pair in pairs_of(section[name][1]):
                _remove_segment(question, name, pair)
        del section[name]
        question.removed.add(f"{prefix}:{name}")
        return
    segments = segments_named(question.topology) if prefix == "link" else {}
    if name in segments:
        _remove_segment(question, *segments[name])
        return
    known = [*section, *segments]
    other_way = "-".join(reversed(name.split("-")))
    near = f"did you mean '{other_way}'?" if other_way in known else did_you_mean(name, known, most=0)
    question.fault(node, where, f"there is no {prefix} '{name}'", near or did_you_mean(name, known))


def _remove_segment(question: QuestionTrees, cable: str, pair: Pair) -> None:
    question.removed.update(f"link:{segment_id(cable, each)}" for each in (pair, pair.turned))


def _remove_at_node(question: QuestionTrees, name: str) -> None:
    """Take away what stands at a node, ends there or asks there."""
    sections = question.topology.sections
    for prefix, keys in (("site", ("node",)), ("link", ("ends",))):
        for key, (_, record) in list(sections[f"{prefix}s"].items()):
            if any(name in texts(child(record, field_name)) for field_name in keys):
                del sections[f"{prefix}s"][key]
                question.removed.add(f"{prefix}:{key}")
    for cable, pair in all_segments(question.topology):
        if name in pair.ends:
            _remove_segment(question, cable, pair)
    asks = ("origin", "to")
    question.demand.rows = [
        row for row in question.demand.rows if not any(name in texts(child(row, key)) for key in asks)
    ]


def drop_spent_risks(question: QuestionTrees, known: Known) -> None:
    """Take away the risks of which everything that fails has gone: nothing may name them then, as if removed."""
    section = question.topology.sections["risks"]

    def spent() -> list[str]:
        fails = {name: texts(child(record, "fails")) for name, (_, record) in section.items()}
        return [name for name, words in fails.items() if words and all(map(known.is_gone, words))]

    while names := spent():  # a risk may fail others
        for name in names:
            del section[name]
            known.risks.discard(name)
            known.removed.add(f"risk:{name}")
            question.removed.add(f"risk:{name}")


def add_records(question: QuestionTrees, key: str, value: Node, where: Where) -> None:
    """Add records to a section, or demands to their list."""
    if key == "demands":
        if value.__class__ is SequenceNode:
            question.demand.rows.extend(value.value)
        else:
            question.fault(value, where, f"{describe(value)} is no list", "write a list of demands")
        return
    section = question.section(key)
    if section is None:
        return
    if value.__class__ is not MappingNode:
        question.fault(value, where, f"{describe(value)} is no map", "write records by their ids")
    for name, name_node, record in items(value):
        add_record(section, key, name, (name_node, record), question.faults)
        for prefix in PREFIXES:
            if f"{prefix}s" == key:
                question.removed.discard(f"{prefix}:{name}")


def set_record(question: QuestionTrees, path: str, key_node: Node, value: Node) -> None:
    """Set a value under a record of the files; the record itself must be there."""
    first, _, rest = path.partition(".")
    section = question.section(first, rest.partition(".")[0])
    if first == "demands":
        _set_demand(question, rest, key_node, value)
    elif section is None or not rest:
        question.fault(key_node, ((), first), "is a whole section", f"write {first}.<id>.<key>")
    else:
        _set_in_section(question, section, path, key_node, value)


def _set_in_section(question: QuestionTrees, section: Section, path: str, key_node: Node, value: Node) -> None:
    first, _, rest = path.partition(".")
    name, keys = longest(rest, section)
    if name is None and not (first == "links" and _set_segment(question, rest, key_node, value)):
        wrong = rest.partition(".")[0]
        segments = segments_named(question.topology) if first == "links" else ()
        known = [*section, *segments]
        what = f"there is no {first.removesuffix('s')} '{wrong}'"
        question.fault(key_node, (((), first), wrong), what, did_you_mean(wrong, known))
    elif name is not None and keys:
        _set(question, section[name][1], keys, key_node, value, path=path)
    elif name is not None and is_empty(value):
        right = f"remove it: {first.removesuffix('s')}:{name}"
        question.fault(key_node, (((), first), name), "cannot be set to nothing", right)
    elif name is not None:
        section[name] = (key_node, value)


def _set_segment(question: QuestionTrees, rest: str, key_node: Node, value: Node) -> bool:
    """Set a value of a cable's segment, whose overrides stand with the cable; tell whether there is such a segment."""
    names = segments_named(question.topology)
    found, keys = longest(rest, names)
    if found is None or not keys:
        return False
    cable, pair = names[found]
    segments = enter(question.topology.sections["cables"][cable][1], "segments", key_node)
    there = next((name for name in (pair.name, pair.turned.name) if child(segments, name) is not None), pair.name)
    _set(question, enter(segments, there, key_node), keys, key_node, value, path=f"links.{rest}")
    return True


def _set_demand(question: QuestionTrees, rest: str, key_node: Node, value: Node) -> None:
    """Set a value of a demand, named by its number or by origin/workload (traffic: origin-to/workload)."""
    rows: dict[str, Node] = {}
    for number, row in enumerate(question.demand.rows):
        origin = "-".join([*texts(child(row, "origin")), *texts(child(row, "to"))])
        rows[str(number)] = rows[f"{origin}/{''.join(texts(child(row, 'workload')))}"] = row
    name, keys = longest(rest, rows)
    if name is None or not keys:
        wrong = rest.partition(".")[0]
        right = did_you_mean(wrong, [key for key in rows if not key.isdigit()])
        right = right or "write demands.<origin>/<workload>.<key>"
        question.fault(key_node, (((), "demands"), wrong), f"there is no demand '{wrong}'", right)
    else:
        _set(question, rows[name], keys, key_node, value, path=f"demands.{rest}")


def _set(question: QuestionTrees, record: Node, keys: list[str], key_node: Node, value: Node, *, path: str) -> None:
    wrong = set_under(record, keys, key_node, value)
    if wrong is not None:
        question.fault(key_node, ((), path), *wrong)
