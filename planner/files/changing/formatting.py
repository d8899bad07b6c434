"""Canonical form: the order of sections and fields, and the spelling of units; nothing else moves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from planner.errors import Fault, InputError
from planner.files.changing.document import Document, Keys, is_block
from planner.files.changing.extents import extent, lead
from planner.files.changing.operations import Operation, Replace
from planner.files.changing.orders import is_quantity, order_of
from planner.files.changing.surgery import Splice, apply, spliced
from planner.files.reading.merged import TOPOLOGY_SECTIONS
from planner.files.reading.tree import MappingNode, Node, ScalarNode, SequenceNode, place_of, plain

_QUANTITY = re.compile(r"\s*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*(\S.*?)\s*", re.DOTALL)
_SPELT = {"P": "PFLOPS", "µs": "us", "μs": "us"}
DEEPEST = 6
"""Levels of a topology at which maps have a canonical order: the expansion of a segment is the lowest."""


def canonical_quantity(text: str) -> str:
    """Return a quantity with one blank before its unit and the unit's usual spelling; the number stays as written.

    >>> canonical_quantity("2Tbps"), canonical_quantity("2000P"), canonical_quantity("60 kUSD / PFLOPS")
    ('2 Tbps', '2000 PFLOPS', '60 kUSD/PFLOPS')
    """
    found = _QUANTITY.fullmatch(text)
    if found is None:
        return text
    number, unit = found.groups()
    parts = [part.strip() for part in unit.split("/")]
    return f"{number} {'/'.join(_SPELT.get(part, part) for part in parts)}"


def format_document(document: Document) -> Document:
    """Return a topology in canonical form; comments go with what they stand above or behind.

    Maps in brackets with comments between their lines keep their order. Records stay in the order of the file.
    """
    document = apply(document, _units(document))
    meaning = plain(document.root)
    for depth in range(DEEPEST):
        splices = [
            splice for path, node in _maps(document.root, (), depth) for splice in _ordered(document, path, node)
        ]
        document = spliced(document, splices) if splices else document
    if plain(document.root) != meaning:
        place = place_of(document.root)
        raise InputError([Fault(place, "", "is laid out in a way that cannot be put in order", "write a map per line")])
    return document


def _units(document: Document) -> Iterator[Operation]:
    for path, node in _scalars(document.root, ()):
        word = canonical_quantity(node.value) if is_quantity(path) else node.value
        if word != node.value:
            yield Replace(path, word)


def _scalars(node: Node, path: Keys) -> Iterator[tuple[Keys, Node]]:
    if node.__class__ is ScalarNode:
        yield path, node
    elif node.__class__ is SequenceNode:
        for number, item in enumerate(node.value):
            yield from _scalars(item, (*path, number))
    else:
        for key, value in node.value:
            yield from _scalars(value, (*path, key.value))


def _maps(node: Node, path: Keys, depth: int) -> Iterator[tuple[Keys, Node]]:
    """Yield the maps that lie a number of levels below the top."""
    if depth == 0:
        if node.__class__ is MappingNode and len(node.value) > 1:
            yield path, node
    elif node.__class__ is MappingNode:
        for key, value in node.value:
            yield from _maps(value, (*path, key.value), depth - 1)
    elif node.__class__ is SequenceNode:
        for number, item in enumerate(node.value):
            yield from _maps(item, (*path, number), depth - 1)


def _ordered(document: Document, path: Keys, node: Node) -> list[Splice]:
    """Return the splices that bring a map's keys into order; none where they are."""
    order = order_of(path)
    keys = [key.value for key, _ in node.value]
    ranks = [order.index(key) if key in order else len(order) for key in keys]
    wanted = sorted(range(len(keys)), key=lambda number: ranks[number])
    if not order or wanted == list(range(len(keys))):
        return []
    return _swap_items(document, node, wanted) if not is_block(node) else _swap_lines(document, path, node, wanted)


def _swap_items(document: Document, node: Node, wanted: list[int]) -> list[Splice]:
    """Let the items of a map in brackets change places; what stands between the places stays."""
    spans = [(key.start_mark.index, max(document.last(value), key.end_mark.index)) for key, value in node.value]
    if any("#" in document.text[a[1] : b[0]] for a, b in pairwise(spans)):
        return []
    moved = zip(spans, wanted, strict=True)
    return [(start, end, document.text[slice(*spans[number])]) for (start, end), number in moved]


def _swap_lines(document: Document, path: Keys, node: Node, wanted: list[int]) -> list[Splice]:
    """Let the items of a map written by lines change places, each with the comments above it."""
    begins = [document.line(key.start_mark.index) for key, _ in node.value]
    ends = [extent(document, node, number) for number in range(len(node.value))]
    if len(set(begins)) < len(begins) or _shares_its_line(document, node):
        return []
    first = lead(document, node, 0) if path else begins[0]  # what stands above the first section is the file's head
    firsts = [first, *(end + 1 for end in ends[:-1])]
    chunks = [document.text[document.starts[a] : document.after(b)] for a, b in zip(firsts, ends, strict=True)]
    if not chunks[-1].endswith(("\n", "\r")):
        chunks[-1] += document.newline
    if path:
        return [(document.starts[firsts[0]], document.after(ends[-1]), "".join(chunks[n] for n in wanted))]
    parted = [_parted(document, chunks[n], node.value[n][0].value, place) for place, n in enumerate(wanted)]
    return [(document.starts[firsts[0]], document.after(ends[-1]), "".join(parted))]


def _parted(document: Document, chunk: str, key: str, place: int) -> str:
    """Return a chunk of the top level with a blank line before it where it is a section, and none where it is not."""
    body = re.sub(r"\A(?:[ \t]*(?:\r\n|\n|\r))+", "", chunk)
    return body if place == 0 or key not in TOPOLOGY_SECTIONS else document.newline + body


def _shares_its_line(document: Document, node: Node) -> bool:
    """Tell whether the first key stands behind something else on its line: a dash, a question mark."""
    start = node.value[0][0].start_mark.index
    return bool(document.text[document.starts[document.line(start)] : start].strip())
