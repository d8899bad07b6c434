"""Where the items of a text begin and end: the dash or the key before them, and the comments that are their own."""

from __future__ import annotations

from planner.errors import Fault, InputError, Place
from planner.files.changing.document import Document, Keys, is_block
from planner.files.reading.tree import MappingNode, Node, place_of


def extent(document: Document, parent: Node, number: int) -> int:
    """Return the last line of an item of a block map or list: comments indented deeper below it are its own."""
    item = parent.value[number]
    value = item[1] if parent.__class__ is MappingNode else item
    line = document.line(max(document.last(value), item_begin(document, parent, number) + 1) - 1)
    column = item_column(document, parent, number)
    look = line + 1
    while document.is_blank(look) or (document.words(look).startswith("#") and document.indent(look) > column):
        if not document.is_blank(look):
            line = look
        look += 1
    return line


def lead(document: Document, parent: Node, number: int) -> int:
    """Return the first line of an item of a block map or list, with the comments right above it."""
    line = document.line(item_begin(document, parent, number))
    column = item_column(document, parent, number)
    first = document.line(document.root.start_mark.index) if number else 0
    while line > first and document.words(line - 1).startswith("#") and document.indent(line - 1) == column:
        line -= 1
    return line


def item_begin(document: Document, parent: Node, number: int) -> int:
    """Return where an item begins: its key, or the dash before it."""
    item = parent.value[number]
    if parent.__class__ is MappingNode:
        return int(item[0].start_mark.index)
    if not is_block(parent):
        return int(item.start_mark.index)
    before = document.text[: item.start_mark.index].rstrip()
    if not before.endswith("-"):
        raise by_hand(document, (), item.start_mark.index)
    return len(before) - 1


def item_column(document: Document, parent: Node, number: int) -> int:
    """Return the column in which an item begins."""
    return document.column(item_begin(document, parent, number))


def owns_its_line(document: Document, offset: int) -> bool:
    """Tell whether nothing stands before a place on its line."""
    return not document.text[document.starts[document.line(offset)] : offset].strip()


def item_end(document: Document, parent: Node, number: int) -> int:
    """Return the offset after an item's last character."""
    item = parent.value[number]
    value = item[1] if parent.__class__ is MappingNode else item
    key_end = item[0].end_mark.index if parent.__class__ is MappingNode else 0
    return max(document.last(value), key_end)


def by_hand(document: Document, path: Keys, offset: int = -1) -> InputError:
    """Return the error of a layout that nobody but its author can change, at an offset or at the nearest of a path."""
    node = None
    while path and node is None:
        node, path = document.find(path), path[:-1]
    place = place_of(node or document.root)
    if offset >= 0:
        place = Place(document.name, document.line(offset) + 1, document.column(offset) + 1)
    return InputError([Fault(place, "", "is laid out in a way that cannot be edited safely", "change it by hand")])
