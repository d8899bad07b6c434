"""The segments that a cable's raw record stands for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from planner.files.merge import Merged
from planner.files.tree import MappingNode, Node, ScalarNode, SequenceNode, child

__all__ = ["all_segments", "pairs_of", "texts"]


def pairs_of(record: Node) -> Iterator[tuple[str, str]]:
    """Yield the ends of each segment of a cable, along the route and then along each branch."""
    branches = child(record, "branches")
    more = branches.value if branches is not None and branches.__class__ is SequenceNode else []
    for row in (child(record, "route"), *more):
        names = texts(row) if row is not None and row.__class__ is SequenceNode else []
        yield from pairwise(names)


def all_segments(topology: Merged) -> Iterator[tuple[str, tuple[str, str]]]:
    """Yield cable and ends of the segments of all cables."""
    for cable, (_, record) in topology.sections["cables"].items():
        yield from ((cable, ends) for ends in pairs_of(record))


def texts(node: Node | None) -> list[str]:
    """Return the texts of a scalar or of a list of scalars."""
    if node is None or node.__class__ is MappingNode:
        return []
    nodes = node.value if node.__class__ is SequenceNode else [node]
    return [item.value for item in nodes if item.__class__ is ScalarNode]
