"""The segments that a cable's raw record stands for."""

from __future__ import annotations

from collections.abc import Iterator

from planner.files.reading.merged import Merged
from planner.files.reading.tree import MappingNode, Node, ScalarNode, SequenceNode, child
from planner.segments import Pair, pairs_in, segment_id

__all__ = ["all_segments", "pairs_of", "segments_named", "texts"]


def pairs_of(record: Node) -> Iterator[Pair]:
    """Yield the segments of a cable, along the route and then along each branch."""
    branches = child(record, "branches")
    more = branches.value if branches is not None and branches.__class__ is SequenceNode else []
    rows = (child(record, "route"), *more)
    return pairs_in(texts(row) if row is not None and row.__class__ is SequenceNode else [] for row in rows)


def all_segments(topology: Merged) -> Iterator[tuple[str, Pair]]:
    """Yield the segments of all cables, each with its cable."""
    for cable, (_, record) in topology.sections["cables"].items():
        yield from ((cable, pair) for pair in pairs_of(record))


def segments_named(topology: Merged) -> dict[str, tuple[str, Pair]]:
    """Return the segments of all cables by the ids of their links, written from either end."""
    found: dict[str, tuple[str, Pair]] = {}
    for cable, pair in all_segments(topology):
        found[segment_id(cable, pair)] = found[segment_id(cable, pair.turned)] = (cable, pair)
    return found


def texts(node: Node | None) -> list[str]:
    """Return the texts of a scalar or of a list of scalars."""
    if node is None or node.__class__ is MappingNode:
        return []
    nodes = node.value if node.__class__ is SequenceNode else [node]
    return [item.value for item in nodes if item.__class__ is ScalarNode]
