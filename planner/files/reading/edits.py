"""Edits of a tree of nodes: what stands at a dotted path is set, made or taken away."""

from __future__ import annotations

from collections.abc import Mapping

from planner.files.reading.tree import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    child,
    describe,
    items,
    mapping,
    scalar,
)

EMPTY = ("", "null", "~")
"""Values that take a key away."""


def longest(path: str, known: Mapping[str, object]) -> tuple[str | None, list[str]]:
    """Return the longest known name that a dotted path begins with, and the keys that follow it."""
    parts = path.split(".")
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        if name in known:
            return name, parts[size:]
    return None, parts


def set_under(node: Node, keys: list[str], like: Node, value: Node) -> tuple[str, str] | None:
    """Set the value at a row of keys under a node, making the maps that are missing on the way.

    New keys stand at the position of `like`. Returns None, or what is wrong and what would be right.
    """
    while True:
        if node.__class__ is SequenceNode:
            number = _item(node, keys[0])
            if number is None:
                there = (
                    f"write a number from 0 to {len(node.value) - 1}, or an id" if node.value else "the list is empty"
                )
                return f"there is no entry '{keys[0]}'", there
            if len(keys) == 1:
                node.value[number] = value
                return None
            node, keys = node.value[number], keys[1:]
        elif node.__class__ is MappingNode:
            name, rest = longest(".".join(keys), {key: None for key, _, _ in items(node)})
            name, rest = (keys[0], keys[1:]) if name is None else (name, rest)
            if not rest:
                put(node, scalar(name, like.start_mark), value)
                return None
            node, keys = enter(node, name, like), rest
        else:
            return f"'{keys[0]}' cannot stand under {describe(node)}", "set the whole value"


def _item(node: Node, key: str) -> int | None:
    """Return the number of a list's entry that a path names by its number or by its id."""
    if key.isdigit() and int(key) < len(node.value):
        return int(key)
    ids = [getattr(child(item, "id"), "value", None) for item in node.value]
    return ids.index(key) if key in ids else None


def enter(node: Node, name: str, like: Node) -> Node:
    """Return what stands under a key of a mapping; a new map where nothing does."""
    there = child(node, name)
    if there is None or (there.__class__ is ScalarNode and not there.value):
        there = mapping([], like.start_mark)
        put(node, scalar(name, like.start_mark), there)
    return there


def put(node: Node, key: Node, value: Node) -> None:
    """Put a value under a key of a mapping, in place of what was there; an empty one takes the key away."""
    if node.__class__ is not MappingNode:
        return  # that it is none is a fault which the typed walk notes
    for number, (old, _) in enumerate(node.value):
        if old.value == key.value:
            node.value[number : number + 1] = [] if is_empty(value) else [(old, value)]
            return
    if not is_empty(value):
        node.value.append((key, value))


def is_empty(node: Node) -> bool:
    """Tell whether a value is nothing: empty, null or ~, without quotes."""
    return node.__class__ is ScalarNode and not node.style and node.value in EMPTY
