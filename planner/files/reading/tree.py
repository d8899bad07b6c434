"""Text becomes a tree of YAML nodes that carry their positions; what the formats do not allow is found here.

Scalars stay raw text: their fields type them later. YAML's tags, aliases, merge keys, duplicate keys and deep nesting
are faults, so whoever walks the tree meets only mappings with different scalar keys, sequences and scalars.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]

from planner.errors import CONTROL, Fault, Place
from planner.files.reading.syntax import brackets_before, explain

Node = yaml.Node
ScalarNode = yaml.ScalarNode
MappingNode = yaml.MappingNode
SequenceNode = yaml.SequenceNode

Where = tuple[Any, ...]
"""Keys and list numbers from the top of a file as nested pairs, cheap to grow: (((), "sites"), "changji")."""

DEPTH_LIMIT = 50
NODE_LIMIT = 1_000_000
"""Values in one file: fifteen times a network of 1,000 nodes; each takes some 400 bytes with its position."""
_TOO_DEEP = (f"is nested deeper than {DEPTH_LIMIT} levels", "write a flatter file")
_GLUED = re.compile(r"([a-z_]+):([^\s:-][^\s:]*)")
_WHOLE, _DECIMALS = re.compile(r"[+-]?[0-9]+"), re.compile(r"[0-9]+")
_NAMES_THE_FILE = {"demand": "demand: names the file; its rows stand under demands:"}
"""What is right where the key that names the sort of file comes again, with a list."""

OPTION = "--set "
"""The name of a file begins so when it is no file but an option on the command line."""


@dataclass(frozen=True, slots=True)
class PositionMark:
    """A position where no YAML text stands (a table's cell, a value made up); it looks like YAML's own marks."""

    name: str
    line: int = -1
    column: int = -1


class _TooMuchError(Exception):
    """A file is nested too deep or holds too much."""


class _Loader(CParser):
    """PyYAML's C composer without its tags: no scalar is a number, a date or a Norwegian truth value."""

    depth = 0
    nodes = 0

    def resolve(self, *_: Any) -> None:
        """Leave every node without a tag, so that only one written by hand has any."""

    def descend_resolver(self, *_: Any) -> None:
        """Count the depth, for the composer calls itself in C where no recursion limit saves it, and the nodes."""
        self.depth += 1
        self.nodes += 1
        if self.depth > DEPTH_LIMIT:
            raise _TooMuchError(*_TOO_DEEP)
        if self.nodes > NODE_LIMIT:
            raise _TooMuchError(f"holds more than {NODE_LIMIT:,} values", "split it, or use a table for demands")

    def ascend_resolver(self) -> None:
        """Come up again."""
        self.depth -= 1


class _Stream(BytesIO):
    """Bytes that know the name of their file, which every position then carries."""

    def __init__(self, data: bytes, name: str) -> None:
        super().__init__(data)
        self.name = name


def compose(data: bytes, name: str, faults: list[Fault]) -> Node | None:
    """Return the tree of a YAML text, adding what is wrong to `faults`; None where nothing can be read."""
    loader = _Loader(_Stream(data, name))
    try:
        node = loader.get_single_node()
    except _TooMuchError as error:
        faults.append(Fault(Place(name), "", *error.args))
        return None
    except yaml.YAMLError as error:
        if brackets_before(error, data) > DEPTH_LIMIT:  # the parser has a limit of its own, in newer versions
            faults.append(Fault(Place(name), "", *_TOO_DEEP))
        else:
            faults.append(explain(error, data, name))
        return None
    if node is None:
        faults.append(Fault(Place(name), "", "is empty"))
        return None
    alias = _first_alias(data, name) if b"*" in data and _is_shared(node) else None
    if alias is not None:
        faults.append(Fault(alias, "", "is a YAML alias, which is not read here", "write the value out"))
        return None
    if b"\\" in data:  # as they are, the parser refuses them; written as escapes, it does not
        _clean(node, faults)
    _inspect(node, (), faults)
    return node


def _clean(root: Node, faults: list[Fault]) -> None:
    """Find texts with control characters and take these out, for what speaks of the texts would print them."""
    heap = [root]
    while heap:
        node = heap.pop()
        if node.__class__ is MappingNode:
            for pair in node.value:
                heap.extend(pair)
        elif node.__class__ is SequenceNode:
            heap.extend(node.value)
        elif control := CONTROL.search(node.value):
            what = f"holds the control character 0x{ord(control[0]):02x}"
            faults.append(Fault(place_of(node), "", what, "write plain text"))
            node.value = CONTROL.sub("\ufffd", node.value)


def _is_shared(root: Node) -> bool:
    """Tell whether any node is reached twice, which only an alias can do; cycles end the walk like any other."""
    seen: set[int] = set()
    heap = [root]
    while heap:
        node = heap.pop()
        if id(node) in seen:
            return True
        seen.add(id(node))
        if node.__class__ is MappingNode:
            for pair in node.value:
                heap.extend(pair)
        elif node.__class__ is SequenceNode:
            heap.extend(node.value)
    return False


def _first_alias(data: bytes, name: str) -> Place | None:
    marks = (e.start_mark for e in yaml.parse(data, Loader=yaml.CSafeLoader) if isinstance(e, yaml.AliasEvent))
    mark = next(marks, None)
    return Place(name, mark.line + 1, mark.column + 1) if mark else None


def _inspect(node: Node, where: Where, faults: list[Fault]) -> None:
    """Find tags, duplicate and merge keys; a second key of the same name is taken out."""
    if node.tag is not None:
        faults.append(Fault(place_of(node), path_text(where), f"has the YAML tag {node.tag}", "leave the tag out"))
        node.tag = None  # type: ignore[assignment]
    if node.__class__ is MappingNode:
        _inspect_keys(node, where, faults)
        for key, value in node.value:
            if value.__class__ is not ScalarNode or value.tag is not None:
                _inspect(value, (where, key.value), faults)
    elif node.__class__ is SequenceNode:
        for number, item in enumerate(node.value):
            if item.__class__ is not ScalarNode or item.tag is not None:
                _inspect(item, (where, number), faults)


def _inspect_keys(node: Node, where: Where, faults: list[Fault]) -> None:
    if any(value.__class__ is ScalarNode and value.value == "" and not value.style for _, value in node.value):
        _inspect_commas(node, where, faults)
    first: dict[str, Node] = {}
    before: Node | None = None
    for key, value in node.value:
        wrong = _odd_key(key, value, before)
        before = value
        if wrong:
            faults.append(Fault(place_of(key), path_text(where), *wrong))
        elif key.value in first:
            line = first[key.value].start_mark.line + 1
            what = f"duplicate key, first on line {line}"
            listed = not where and value.__class__ is SequenceNode
            right = _NAMES_THE_FILE.get(key.value, "keep one of them") if listed else "keep one of them"
            faults.append(Fault(place_of(key), path_text((where, key.value)), what, right))
        else:
            first[key.value] = key
    if len(first) < len(node.value):
        kept = {id(key) for key in first.values()}
        node.value = [pair for pair in node.value if id(pair[0]) in kept]


def _odd_key(key: Node, value: Node, before: Node | None) -> tuple[str, str] | None:
    """Return what is wrong with a key by itself; `before` is the value in front of it."""
    if key.__class__ is not ScalarNode:
        return f"a key is {describe(key)}", "write plain text as key"
    if key.value == "<<" and not key.style:
        return "the merge key '<<' is not read", "write the keys out"
    if "\u00a0" in key.value:
        return "a key holds a blank that does not break (U+00A0)", "type the blank anew"
    if value.__class__ is ScalarNode and value.value == "" and not value.style:
        return _part_of_value(key, before)
    return None


def _part_of_value(key: Node, before: Node | None) -> tuple[str, str] | None:
    """Return what is wrong where a key without a value is a part of one: the decimals behind a comma, or both."""
    glued = _GLUED.fullmatch(key.value)
    if glued:
        return "a blank is missing after the colon", f"write '{glued[1]}: {glued[2]}'"
    if before is None or before.__class__ is not ScalarNode or not _WHOLE.fullmatch(before.value):
        return None
    end, start = before.end_mark, key.start_mark
    if (end.line, end.column + 1) == (start.line, start.column) and _DECIMALS.match(key.value):
        return f"'{before.value},{key.value}' has a decimal comma", f"write {before.value}.{key.value}"
    return None


def _inspect_commas(node: Node, where: Where, faults: list[Fault]) -> None:
    """Find words behind a comma between braces that are no keys, and put them back to the value before them."""
    pairs: list[tuple[Node, Node]] = []
    loose: list[Node] = []
    for key, value in [*node.value, (None, None)]:
        if key is not None and pairs and _is_loose(key, value) and not _odd_key(key, value, pairs[-1][1]):
            loose.append(key)
            continue
        if loose:
            pairs[-1] = (pairs[-1][0], _whole(pairs[-1][1], loose, where, faults))
            loose = []
        if key is not None:
            pairs.append((key, value))
    node.value = pairs


def _is_loose(key: Node, value: Node) -> bool:
    """Tell whether a key has not even a colon."""
    end, start = key.end_mark, value.start_mark
    return key.__class__ is ScalarNode and value.__class__ is ScalarNode and (end.line, end.column) == (
        start.line, start.column,
    )  # fmt: skip


def _whole(value: Node, loose: list[Node], where: Where, faults: list[Fault]) -> Node:
    """Return a value with the words behind its commas, as a list where they may be one, after noting the fault."""
    if value.__class__ is not ScalarNode:
        faults.append(
            Fault(place_of(loose[0]), path_text(where), f"'{loose[0].value}' has no ': '", "write key: value")
        )
        return value
    words = [value.value, *(key.value for key in loose)]
    text = ", ".join(words)
    right = f"write a list in brackets: [{text}], or a text in quotes: '{text}'"
    faults.append(Fault(place_of(loose[0]), path_text(where), f"'{loose[0].value}' behind the comma is no key", right))
    names = all(re.fullmatch(r"[\w:.-]+", word) for word in words)
    return sequence([value, *loose], value.start_mark) if names else scalar(text, value.start_mark)


def place_of(node: Node) -> Place:
    """Return where a node begins."""
    mark = node.start_mark
    return Place(mark.name) if mark.name.startswith(OPTION) else Place(mark.name, mark.line + 1, mark.column + 1)


def path_text(where: Where) -> str:
    """Return a nested path as dotted text: sites.changji.expansion.0.max."""
    parts: list[str] = []
    while where:
        where, key = where
        if key != "":
            parts.append(str(key))
    return ".".join(reversed(parts))


def items(node: Node | None) -> Iterator[tuple[str, Node, Node]]:
    """Yield key, key node and value node of a mapping; nothing of anything else."""
    if node is not None and node.__class__ is MappingNode:
        for key, value in node.value:
            yield key.value, key, value


def child(node: Node | None, key: str | int) -> Node | None:
    """Return the value under a key of a mapping or a number of a sequence, or None."""
    if node is not None and node.__class__ is SequenceNode:
        return node.value[key] if isinstance(key, int) and 0 <= key < len(node.value) else None
    return next((value for name, _, value in items(node) if name == key), None)


def describe(node: Node) -> str:
    """Return what a node is, in words."""
    if node.__class__ is ScalarNode:
        return f"'{node.value}'" if node.value else "empty"
    return "a map" if node.__class__ is MappingNode else "a list"


def plain(node: Node) -> Any:
    """Return a tree as dictionaries, lists and texts."""
    if node.__class__ is MappingNode:
        return {key: plain(value) for key, _, value in items(node)}
    return [plain(item) for item in node.value] if node.__class__ is SequenceNode else node.value


def scalar(text: str, mark: Any) -> Node:
    """Return a scalar that stands at a position."""
    return ScalarNode(None, text, mark, mark)  # type: ignore[arg-type]


def mapping(pairs: list[tuple[Node, Node]], mark: Any) -> Node:
    """Return a mapping that stands at a position."""
    return MappingNode(None, pairs, mark, mark)  # type: ignore[arg-type]


def sequence(nodes: list[Node], mark: Any) -> Node:
    """Return a sequence that stands at a position."""
    return SequenceNode(None, nodes, mark, mark)  # type: ignore[arg-type]
