"""What a variant adds to the merged files and sets in them."""

from __future__ import annotations

from planner.errors import did_you_mean
from planner.files.reading.cables import segments_named, texts
from planner.files.reading.edits import enter, is_empty, longest, set_under
from planner.files.reading.merged import Section, add_record
from planner.files.reading.question import PREFIXES, Question
from planner.files.reading.tree import MappingNode, Node, SequenceNode, Where, child, describe, items

__all__ = ["add_records", "set_record"]


def add_records(question: Question, key: str, value: Node, where: Where) -> None:
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


def set_record(question: Question, path: str, key_node: Node, value: Node) -> None:
    """Set a value under a record of the files; the record itself must be there."""
    first, _, rest = path.partition(".")
    section = question.section(first, rest.partition(".")[0])
    if first == "demands":
        _set_demand(question, rest, key_node, value)
    elif section is None or not rest:
        question.fault(key_node, ((), first), "is a whole section", f"write {first}.<id>.<key>")
    else:
        _set_in_section(question, section, path, key_node, value)


def _set_in_section(question: Question, section: Section, path: str, key_node: Node, value: Node) -> None:
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


def _set_segment(question: Question, rest: str, key_node: Node, value: Node) -> bool:
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


def _set_demand(question: Question, rest: str, key_node: Node, value: Node) -> None:
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


def _set(question: Question, record: Node, keys: list[str], key_node: Node, value: Node, *, path: str) -> None:
    wrong = set_under(record, keys, key_node, value)
    if wrong is not None:
        question.fault(key_node, ((), path), *wrong)
