"""Foreign bytes become text, XML trees, JSON or tables, within limits: nothing in a file can make us fetch or grow."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from planner.errors import UsageError, did_you_mean, is_speakable
from planner.files.formats.raw import RECORD_LIMIT, broken
from planner.files.reading.text import SIZE_LIMIT, display, trouble_in

DEPTH_LIMIT = 60
ELEMENT_LIMIT = 2_000_000
_RECORDS = (b"<node ", b"<edge ", b"<link ", b"<demand ", b"<Placemark")
"""How records begin: a file of too many is refused before it is parsed."""
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]")


@dataclass(slots=True)
class Element:
    """An element of XML without its namespace, and the line it begins on."""

    tag: str
    attrs: dict[str, str]
    line: int
    children: list[Element] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its own text, stripped."""
        return "".join(self.parts).strip()

    def all(self, *tags: str) -> Iterator[Element]:
        """Yield the children that have one of the tags."""
        return (child for child in self.children if child.tag in tags)

    def first(self, *path: str) -> Element | None:
        """Return the first descendant along a path of tags."""
        here: Element | None = self
        for tag in path:
            here = next(here.all(tag), None) if here is not None else None
        return here

    def text_at(self, *path: str) -> str:
        """Return the text of the first descendant along a path of tags, or nothing."""
        found = self.first(*path)
        return found.text if found is not None else ""

    def walk(self) -> Iterator[Element]:
        """Yield itself and all below it, in the order of the file."""
        stack = [self]
        while stack:
            here = stack.pop()
            yield here
            stack.extend(reversed(here.children))


def read_source(path: Path) -> bytes:
    """Return the bytes of a file, or raise an error that says in one line why they cannot be read.

    Raises UsageError where there is no such file; InputError where it is empty, too large or cannot be read.
    """
    name = display(path)
    if not is_speakable(path):
        raise broken(name, "has a name that is no UTF-8", "give it another name, or its folder")
    try:
        if not path.exists():
            known = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
            near = did_you_mean(path.name, known, most=0)
            raise UsageError(f"{name}: there is no such file" + (f": {near}" if near else ""))
        if not path.is_file():
            raise broken(name, "is no regular file", "give a file")
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise broken(name, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > SIZE_LIMIT:
        raise broken(name, f"is larger than {SIZE_LIMIT >> 20} MB", "split it")
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise broken(name, "is empty")
    return data


def text_of(data: bytes, name: str) -> str:
    """Return UTF-8 text without its mark, or raise `InputError` naming the line of the first wrong byte."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"holds the byte 0x{data[error.start]:02x}, which is no UTF-8"
        raise broken(name, what, "save it as UTF-8", line=line) from None
    control = _CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        what = f"holds the control character 0x{ord(control[0]):02x}"
        raise broken(name, what, "save it as plain text in UTF-8", line=line)
    return text


def json_of(data: bytes, name: str) -> Any:
    """Return what a JSON text says, or raise `InputError` with its line; NaN and Infinity are no JSON."""

    def refuse(word: str) -> None:
        raise broken(name, f"'{word}' is no number of JSON", "write a finite number")

    try:
        found = json.loads(text_of(data, name), parse_constant=refuse, object_pairs_hook=_once(name))
    except json.JSONDecodeError as error:
        raise broken(name, f"is no JSON: {error.msg}", "write it whole", line=error.lineno) from None
    except RecursionError:
        raise broken(name, "is nested too deep", "write a flatter file") from None
    except ValueError as error:  # a number of thousands of digits
        raise broken(name, f"is no JSON: {error}") from None
    if trouble := trouble_in(found):
        raise broken(name, trouble, "write plain text")
    return found


def _once(name: str) -> Any:
    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise broken(name, f"the key '{twice[:60]}' stands twice in one object", "keep one of them")
        return found

    return collect


def xml_of(data: bytes, name: str) -> Element:
    """Return the tree of an XML text; document types, entities and deep nesting are refused.

    The text may be in any encoding that it declares and that the XML parser knows (UTF-8, UTF-16 with its mark,
    ISO-8859-1).
    """
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    if any(data.count(tag) > RECORD_LIMIT for tag in _RECORDS):
        raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes or links", "split it")
    if data.count(b"<") > 2 * ELEMENT_LIMIT:
        raise broken(name, f"holds more than {ELEMENT_LIMIT:,} elements", "split it")
    builder = _Builder(name)
    parser = XMLParser(target=builder, forbid_dtd=True)
    builder.position = parser.parser
    try:
        parser.feed(data)
        root = parser.close()
    except ParseError as error:
        line = error.position[0] if getattr(error, "position", None) else 0
        what = str(error).split(":")[0]
        raise broken(name, f"is no XML: {what}", "write it whole, in the encoding it declares", line=line) from None
    except DefusedXmlException:
        line = parser.parser.CurrentLineNumber
        raise broken(
            name, "holds a document type or an entity", "take <!DOCTYPE> and <!ENTITY> out", line=line
        ) from None
    except (LookupError, ValueError) as error:  # an encoding that nobody knows
        raise broken(name, f"is no XML: {error}") from None
    if not isinstance(root, Element):
        raise broken(name, "is no XML: it has no element")
    return root


class _Builder:
    """Builds elements while they are parsed."""

    def __init__(self, name: str) -> None:
        self.name, self.position = name, None
        self.stack: list[Element] = []
        self.root: Element | None = None
        self.count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        """Begin an element."""
        self.count += 1
        line = getattr(self.position, "CurrentLineNumber", 0)
        if len(self.stack) >= DEPTH_LIMIT or self.count > ELEMENT_LIMIT:
            what = (
                "is nested too deep" if self.count <= ELEMENT_LIMIT else f"holds more than {ELEMENT_LIMIT:,} elements"
            )
            raise broken(self.name, what, "write a flatter file", line=line)
        element = Element(_plain(tag), {_plain(key): value for key, value in attrs.items()}, line)
        if self.stack:
            self.stack[-1].children.append(element)
        else:
            self.root = element
        self.stack.append(element)

    def end(self, _tag: str) -> None:
        """End the element begun last."""
        self.stack.pop()

    def data(self, text: str) -> None:
        """Add text to the element begun last."""
        if self.stack:
            self.stack[-1].parts.append(text)

    def close(self) -> Element | None:
        """Return the root."""
        return self.root


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]
