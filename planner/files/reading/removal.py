"""What a variant takes out of the merged files, with all that hangs on it."""

from __future__ import annotations

from planner.errors import did_you_mean
from planner.files.reading.cables import all_segments, pairs_of, segments_named, texts
from planner.files.reading.known import Known
from planner.files.reading.question import Question
from planner.files.reading.tree import Node, Where, child
from planner.segments import Pair, segment_id

__all__ = ["drop_spent_risks", "remove"]


def remove(question: Question, prefix: str, name: str, node: Node, where: Where) -> None:
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


def _remove_segment(question: Question, cable: str, pair: Pair) -> None:
    question.removed.update(f"link:{segment_id(cable, each)}" for each in (pair, pair.turned))


def _remove_at_node(question: Question, name: str) -> None:
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


def drop_spent_risks(question: Question, known: Known) -> None:
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
