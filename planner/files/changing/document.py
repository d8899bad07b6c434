"""A YAML text with the place of every value in it, so that an edit can change the few characters that it is about.

Offsets count the characters of the text without its byte order mark. Everything that YAML cannot tell apart (blank
lines, comments, quotes, alignment, kinds of line ends) is text between two values and stays where it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from planner.errors import Fault, InputError
from planner.files.reading.text import UnreadableError, display, read_file
from planner.files.reading.tree import MappingNode, Node, ScalarNode, SequenceNode, compose, place_of

Keys = tuple[str | int, ...]
"""Keys and list numbers from the top of a file: ("links", "khorgos-almaty", "expansion", 0, "max")."""

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_BOM = b"\xef\xbb\xbf"
SORTS = ("topology", "demand", "scenario")


@dataclass(frozen=True)
class Document:
    """A text and its tree.

    Attributes
    ----------
    name
        The file as messages call it.
    text
        Its characters, without a byte order mark.
    root
        The tree of the text, whose marks count its characters.
    bom
        Whether the bytes begin with a byte order mark.
    """

    name: str
    text: str
    root: Node
    bom: bool = False
    _slots: dict[int, dict[str | int, int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, data: bytes, name: str) -> Document:
        """Return the document of bytes in UTF-8.

        Raises
        ------
        InputError
            If the text is not the YAML of our formats: no syntax, aliases, tags, duplicate keys.
        """
        bom = data.startswith(_BOM)
        body = data[len(_BOM) :] if bom else data
        faults: list[Fault] = []
        root = compose(body, name, faults)
        if faults or root is None:
            raise InputError(faults)
        return cls(name, body.decode("utf-8"), root, bom)

    @property
    def data(self) -> bytes:
        """The bytes of the file."""
        return (_BOM if self.bom else b"") + self.text.encode("utf-8")

    @cached_property
    def newline(self) -> str:
        """The line end that the file uses: that of its first line."""
        found = re.search("\r\n|[\n\r]", self.text)
        return found[0] if found else "\n"

    @cached_property
    def starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0, *(found.end() for found in _BREAK.finditer(self.text))]

    @cached_property
    def step(self) -> int:
        """The columns by which the file indents."""
        for _, value in self.root.value if self.root.__class__ is MappingNode else ():
            if is_block(value) and value.value and value.__class__ is MappingNode:
                return max(1, self.column(value.value[0][0].start_mark.index))
        return 2

    def line(self, offset: int) -> int:
        """Return the number of the line, from 0, that holds an offset."""
        return bisect_right(self.starts, offset) - 1

    def column(self, offset: int) -> int:
        """Return the column of an offset, from 0."""
        return offset - self.starts[self.line(offset)]

    def after(self, line: int) -> int:
        """Return the offset after a line with its line end."""
        return self.starts[line + 1] if line + 1 < len(self.starts) else len(self.text)

    def words(self, line: int) -> str:
        """Return a line without blanks around it; beyond the file nothing."""
        return self.text[self.starts[line] : self.after(line)].strip() if 0 <= line < len(self.starts) else ""

    def indent(self, line: int) -> int:
        """Return the number of blanks before a line's first character."""
        text = self.text[self.starts[line] : self.after(line)]
        return len(text) - len(text.lstrip())

    def is_blank(self, line: int) -> bool:
        """Tell whether there is such a line and nothing stands on it."""
        return 0 <= line < len(self.starts) and not self.words(line) and self.starts[line] < len(self.text)

    def last(self, node: Node) -> int:
        """Return the offset after the last character of a value, comments and blanks behind it left out."""
        while is_block(node) and node.value:
            node = node.value[-1][1] if node.__class__ is MappingNode else node.value[-1]
        start, end = node.start_mark.index, node.end_mark.index
        if node.__class__ is ScalarNode and node.style in ("|", ">"):
            return start + len(self.text[start:end].rstrip())
        return int(end)

    def number(self, parent: Node, key: str | int) -> int | None:
        """Return the number of a key's pair in a mapping or of an entry in a list; None where there is none."""
        if parent.__class__ is SequenceNode:
            return key if isinstance(key, int) and 0 <= key < len(parent.value) else None
        if parent.__class__ is not MappingNode:
            return None
        slots = self._slots.get(id(parent))
        if slots is None:
            slots = self._slots[id(parent)] = {pair[0].value: n for n, pair in enumerate(parent.value)}
        return slots.get(key)

    def find(self, path: Keys) -> Node | None:
        """Return the value at a path, or None."""
        node = self.root
        for key in path:
            number = self.number(node, key)
            if number is None:
                return None
            node = node.value[number][1] if node.__class__ is MappingNode else node.value[number]
        return node

    def key(self, path: Keys) -> Node:
        """Return the key node of a pair, or the entry itself in a list; the path must lead somewhere."""
        parent = self.find(path[:-1])
        number = None if parent is None else self.number(parent, path[-1])
        if parent is None or number is None:
            raise KeyError(path)
        item = parent.value[number]
        node: Node = item[0] if parent.__class__ is MappingNode else item
        return node


def is_block(node: Node) -> bool:
    """Tell whether a value is a map or a list that is written by lines, not in brackets."""
    return node.__class__ is not ScalarNode and not getattr(node, "flow_style", False)


def is_nothing(node: Node) -> bool:
    """Tell whether nothing is written where a value could stand."""
    return node.__class__ is ScalarNode and node.start_mark.index == node.end_mark.index


def sort_of(document: Document) -> str:
    """Return what a file says that it is: "topology", "demand", "scenario", or "" if nothing."""
    keys = {key.value: value for key, value in document.root.value} if document.root.__class__ is MappingNode else {}
    named = [sort for sort in SORTS if sort in keys and keys[sort].__class__ is ScalarNode]
    return "scenario" if "scenario" in named else named[0] if named else ""


def read_document(path: Path, sort: str = "") -> Document:
    """Return the document in a file that must be of a sort: "topology", "demand", "scenario", or "" for any.

    Raises InputError if the file cannot be read, is not YAML, or is of another sort.
    """
    try:
        document = Document.of(read_file(path, "topology").data, display(path))
    except UnreadableError as error:
        raise InputError([error.fault]) from None
    found = sort_of(document)
    if not found or (sort and found != sort):
        what = f"is a {found}, not a {sort}" if found else f"is no {sort or 'topology, demand or scenario'}"
        right = f"give the {sort} file" if sort else "write what it is on its first line, such as 'topology: an-id'"
        raise InputError([Fault(place_of(document.root), "", what, right)])
    return document
