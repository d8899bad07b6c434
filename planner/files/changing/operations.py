"""The four things that an edit consists of, and what they do to plain values: what every edited text must say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from planner.errors import Fault, InputError
from planner.files.changing.document import Document, Keys, is_nothing
from planner.files.changing.orders import order_of
from planner.files.changing.rendering import Value
from planner.files.reading.tree import MappingNode, ScalarNode, SequenceNode, place_of


@dataclass(frozen=True)
class Replace:
    """Another value in the place of one that is there."""

    path: Keys
    value: Value


@dataclass(frozen=True)
class Insert:
    """A new key in a map, after those that `order` puts before it; or a new entry at the end of a list."""

    path: Keys
    value: Value
    order: tuple[str, ...] = ()
    brackets: bool = False


@dataclass(frozen=True)
class Delete:
    """A key with its value, or an entry of a list, taken out."""

    path: Keys


@dataclass(frozen=True)
class Rename:
    """Another key for a value."""

    path: Keys
    key: str


Operation = Replace | Insert | Delete | Rename


def put(document: Document, path: Keys, value: Value, *, brackets: bool = False) -> Operation:
    """Return the operation that makes a value stand at a path, with the maps that are missing on the way.

    Raises InputError if a part of the path leads into a single value or beyond the end of a list.
    """
    node = document.root
    for depth, key in enumerate(path):
        rest = path[depth + 1 :]
        number = document.number(node, key)
        if number is not None:
            node = node.value[number][1] if node.__class__ is MappingNode else node.value[number]
            continue
        inner: Any = value
        for missing in reversed(rest):
            inner = {str(missing): inner}
        if node.__class__ is MappingNode and not (not node.value and node.flow_style and depth):
            return Insert((*path[:depth], str(key)), inner, order_of(path[:depth]), brackets)
        if node.__class__ is SequenceNode and node.value and key == len(node.value):
            return Insert(path[: depth + 1], inner)
        if not (is_nothing(node) or (node.__class__ is not ScalarNode and not node.value)):
            raise _nowhere(document, path, depth)
        return Replace(path[:depth], [inner] if node.__class__ is SequenceNode else {str(key): inner})
    return Replace(path, value)


def _nowhere(document: Document, path: Keys, depth: int) -> InputError:
    node = document.find(path[:depth]) or document.root
    where = ".".join(map(str, path))
    if node.__class__ is SequenceNode:
        what, right = f"there is no entry '{path[depth]}'", f"write a number from 0 to {len(node.value)}"
    else:
        what, right = f"'{path[depth]}' cannot stand under '{node.value}'", "set the whole value"
    return InputError([Fault(place_of(node), where, what, right)])


def complete(document: Document, operations: Iterable[Operation]) -> list[Operation]:
    """Return the operations without those inside something deleted; maps and lists left empty go too.

    A record stays, as {}, when all its fields go; so does an entry of a list.
    """
    wanted = list(operations)
    deleted = {operation.path for operation in wanted if isinstance(operation, Delete)}
    kept: dict[Keys, Operation] = {}
    while True:
        emptied = {path[:-1] for path in deleted if _emptied(document, path[:-1], deleted)}
        fresh = {path for path in emptied if _goes(path)} - deleted
        kept |= {path: Replace(path, _empty(document, path)) for path in emptied if not _goes(path)}
        if not fresh:
            break
        deleted |= fresh
    gone = deleted | set(kept)
    rest = [o for o in wanted if not isinstance(o, Delete) and not _inside(o.path, gone)]
    final = [Delete(path) for path in deleted if not _inside(path[:-1], gone)]
    empties = [operation for path, operation in kept.items() if not _inside(path[:-1], gone)]
    return [*rest, *final, *empties]


def _emptied(document: Document, parent: Keys, deleted: set[Keys]) -> bool:
    node = document.find(parent)
    if node is None:
        return False
    keys = range(len(node.value)) if node.__class__ is SequenceNode else [key.value for key, _ in node.value]
    return all((*parent, key) in deleted for key in keys)


def _goes(path: Keys) -> bool:
    """Tell whether an emptied map or list goes whole: a section does, a field too, but no record or list entry."""
    return len(path) not in (0, 2) and isinstance(path[-1], str)


def _empty(document: Document, path: Keys) -> Value:
    node = document.find(path)
    return [] if node is not None and node.__class__ is SequenceNode else {}


def _inside(path: Keys, gone: set[Keys]) -> bool:
    return any(path[:size] in gone for size in range(1, len(path) + 1))


def expected(plain: Any, operations: Sequence[Operation]) -> Any:
    """Change plain values as the operations say and return them; all paths are those before the change."""
    for operation in operations:
        if isinstance(operation, Replace):
            if not operation.path:
                plain = operation.value
                continue
            _at(plain, operation.path[:-1])[operation.path[-1]] = operation.value
        elif isinstance(operation, Insert):
            parent = _at(plain, operation.path[:-1])
            if isinstance(parent, list):
                parent.append(operation.value)
            else:
                parent[operation.path[-1]] = operation.value
    deletes = [operation.path for operation in operations if isinstance(operation, Delete)]
    for path in sorted(deletes, key=lambda path: [(isinstance(key, str), key) for key in path], reverse=True):
        del _at(plain, path[:-1])[path[-1]]
    for operation in sorted(operations, key=lambda operation: -len(operation.path)):
        if isinstance(operation, Rename):
            parent = _at(plain, operation.path[:-1])
            renamed = {operation.key if key == operation.path[-1] else key: part for key, part in parent.items()}
            parent.clear()
            parent.update(renamed)
    return plain


def _at(plain: Any, path: Keys) -> Any:
    for key in path:
        plain = plain[key]
    return plain
