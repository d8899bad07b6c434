"""Operations become changes of single stretches of text; everything else stays, byte for byte.

What comes out is read again and compared with what the operations mean, so that a layout which this module does not
know is refused and never damaged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from planner.errors import InputError
from planner.files.changing.document import Document, Keys, is_block, is_nothing
from planner.files.changing.extents import by_hand, extent, item_begin, item_column, item_end, lead, owns_its_line
from planner.files.changing.operations import Delete, Insert, Operation, Rename, Replace, complete, expected
from planner.files.changing.rendering import Value, entry, flow, scalar_text
from planner.files.reading.tree import MappingNode, Node, ScalarNode, SequenceNode, plain

Splice = tuple[int, int, str]
"""A stretch of text, from and up to an offset, and what comes in its place."""

_GAP = re.compile(r":( {2,})(?=[^\s#])")
_RULER = re.compile(r"#.*[-=#*~]{3,}")


def apply(document: Document, operations: Iterable[Operation]) -> Document:
    """Return the document after some operations, whose paths are all those before the change.

    Raises InputError if the file is laid out in a way that cannot be edited without harm to other lines.
    """
    wanted = complete(document, operations)
    if not wanted:
        return document
    splices = [splice for operation in wanted for splice in _splices(document, operation, wanted)]
    edited = spliced(document, splices)
    if plain(edited.root) != expected(plain(document.root), wanted):
        raise by_hand(document, wanted[0].path)
    return edited


def spliced(document: Document, splices: Iterable[Splice]) -> Document:
    """Return a document with stretches of its text changed.

    Raises InputError if stretches overlap, or the text after it is none of our YAML.
    """
    text, parts, at = document.text, [], 0
    for start, end, new in sorted(splices, key=lambda splice: splice[:2]):
        if start < at:
            raise by_hand(document, (), start)
        parts += [text[at:start], new]
        at = end
    after = "".join([*parts, text[at:]])
    newline = document.newline
    if text and not text.endswith(newline) and after.endswith(newline):
        after = after[: -len(newline)]  # a file without a final line end keeps to that
    bytes_after = after.encode("utf-8")
    try:
        again = Document.of(bytes_after, document.name)
    except InputError:
        raise by_hand(document, (), splices_start(splices)) from None
    return Document(again.name, again.text, again.root, document.bom)


def splices_start(splices: Iterable[Splice]) -> int:
    """Return the first offset that is changed."""
    return min((splice[0] for splice in splices), default=0)


def _splices(document: Document, operation: Operation, all_of_them: Sequence[Operation]) -> list[Splice]:
    if isinstance(operation, Replace):
        return _replace(document, operation.path, operation.value)
    if isinstance(operation, Insert):
        return [_insert(document, operation)]
    if isinstance(operation, Rename):
        key = document.key(operation.path)
        new = scalar_text(operation.key, key=True, style=getattr(key, "style", None))
        return _rename(document, key, new)
    return _delete(document, operation.path, {o.path for o in all_of_them if isinstance(o, Delete)})


def _rename(document: Document, key: Node, new: str) -> list[Splice]:
    """Write another key; where its value stands in a column with others, the blanks between give way."""
    start, end = key.start_mark.index, document.last(key)
    gap = _GAP.match(document.text, end)
    longer = len(new) - (end - start)
    if gap is None or not longer:
        return [(start, end, new)]
    return [(start, end, new), (gap.start(1), gap.end(1), " " * max(1, len(gap[1]) - longer))]


def _replace(document: Document, path: Keys, value: Value) -> list[Splice]:
    node = document.find(path)
    if node is None:
        raise KeyError(path)
    if plain(node) == value:
        return []
    start, end = node.start_mark.index, document.last(node)
    inside = _in_brackets(document, path)
    style = (node.style if node.style in ("'", '"') else "") if node.__class__ is ScalarNode else None
    short = scalar_text(value, inside=inside, style=style) if isinstance(value, str) else flow(value)
    if is_nothing(node):
        return _fill(document, path, start, value, short, inside=inside)
    began = _begin_of(document, path)
    if document.line(start) != document.line(began) and is_block(node):
        return _unfold(document, path, end, value, short)
    return [(start, end, short)]


def _begin_of(document: Document, path: Keys) -> int:
    parent = document.find(path[:-1])
    number = None if parent is None or not path else document.number(parent, path[-1])
    return 0 if parent is None or number is None else item_begin(document, parent, number)


def _in_brackets(document: Document, path: Keys) -> bool:
    parents = (document.find(path[:size]) for size in range(len(path)))
    return any(parent is not None and not is_block(parent) for parent in parents)


def _lines(document: Document, path: Keys, value: Value, column: int, *, brackets: bool = False) -> list[str]:
    lines = entry(str(path[-1]), value, len(path), document.step, brackets=brackets)
    return [" " * column + line for line in lines]


def _below(document: Document, path: Keys, value: Value) -> list[str]:
    """Return the lines of a value that is written below its key; none where it stands behind the key."""
    first, *rest = _lines(document, path, value, 0, brackets=True)
    return rest if first.endswith(":") else []


def _fill(document: Document, path: Keys, start: int, value: Value, short: str, *, inside: bool) -> list[Splice]:
    """Write a value where there was none: behind its key, or as lines below it."""
    key = document.key(path)
    lines = [] if inside or isinstance(path[-1], int) else _below(document, path, value)
    if not lines:
        return [(start, start, ("" if document.text[start - 1 : start] == " " else " ") + short)]
    column = document.column(key.start_mark.index)
    return [_after_line(document, document.line(start), [" " * column + line for line in lines])]


def _unfold(document: Document, path: Keys, end: int, value: Value, short: str) -> list[Splice]:
    """Write a value in the place of lines below a key; a comment behind the key stays."""
    key = document.key(path)
    colon = document.text.index(":", document.last(key)) + 1
    first = document.after(document.line(colon))
    last = document.after(document.line(end - 1))
    column = document.column(key.start_mark.index)
    lines = _below(document, path, value)
    if lines:
        return [(first, last, "".join(" " * column + line + document.newline for line in lines))]
    return [(colon, colon, f" {short}"), (first, last, "")]


def _after_line(document: Document, line: int, lines: Sequence[str]) -> Splice:
    """Return the splice that puts lines below a line."""
    at = document.after(line)
    broken = at < len(document.text) or document.text.endswith(("\n", "\r")) or not document.text
    body = document.newline.join(lines)
    return (at, at, body + document.newline if broken else document.newline + body)


def _insert(document: Document, operation: Insert) -> Splice:
    parent = document.find(operation.path[:-1])
    if parent is None or parent.__class__ is ScalarNode:
        raise by_hand(document, operation.path)
    after = _place(parent, str(operation.path[-1]), operation.order)
    if not is_block(parent):
        return _insert_in_brackets(document, parent, operation, after)
    column = item_column(document, parent, 0)
    if parent.__class__ is SequenceNode:
        lines = [" " * column + "- " + flow(operation.value)]
    else:
        lines = _lines(document, operation.path, operation.value, column, brackets=operation.brackets)
    if after < 0:
        if owns_its_line(document, item_begin(document, parent, 0)):
            at = document.starts[lead(document, parent, 0)]
            return (at, at, "".join(line + document.newline for line in lines))
        after = 0
    says = parent is document.root and isinstance(operation.value, str)  # title, note: they stand together
    if parent.__class__ is MappingNode and len(operation.path) <= 2 and not says and _is_airy(document, parent, after):
        lines = ["", *lines]
    return _after_line(document, extent(document, parent, after), lines)


def _place(parent: Node, key: str, order: Sequence[str]) -> int:
    """Return the number of the item behind which a new key comes, -1 if before all."""
    last = len(parent.value) - 1
    if parent.__class__ is MappingNode and key.isdigit() and all(k.value.isdigit() for k, _ in parent.value):
        return max((n for n, (k, _) in enumerate(parent.value) if int(k.value) < int(key)), default=-1)  # years
    if parent.__class__ is SequenceNode or key not in order:
        return last
    rank = order.index(key)
    earlier = [n for n, (k, _) in enumerate(parent.value) if k.value in order and order.index(k.value) < rank]
    return max(earlier, default=-1)


def _is_airy(document: Document, parent: Node, after: int) -> bool:
    """Tell whether the items around a place are parted by blank lines."""
    if after + 1 < len(parent.value):
        return document.is_blank(extent(document, parent, after) + 1)
    if after == 0:
        return parent is document.root
    return document.is_blank(lead(document, parent, after) - 1) and not _opens_a_group(document, parent, after)


def _opens_a_group(document: Document, parent: Node, number: int) -> bool:
    first = lead(document, parent, number)
    return first < document.line(item_begin(document, parent, number)) and parent is not document.root


def _insert_in_brackets(document: Document, parent: Node, operation: Insert, after: int) -> Splice:
    new = flow(operation.value)
    if parent.__class__ is MappingNode:
        new = f"{scalar_text(str(operation.path[-1]), key=True)}: {new}"
    if not parent.value:
        at = parent.start_mark.index + 1
        return (at, at, new)
    if after < 0:
        at = item_begin(document, parent, 0)
        return (at, at, f"{new}, ")
    at = item_end(document, parent, after)
    return (at, at, f", {new}")


def _delete(document: Document, path: Keys, deleted: set[Keys]) -> list[Splice]:
    parent = document.find(path[:-1])
    number = None if parent is None else document.number(parent, path[-1])
    if parent is None or number is None:
        raise KeyError(path)
    gone = {n for n in range(len(parent.value)) if (*path[:-1], _name(parent, n)) in deleted}
    if not is_block(parent):
        return [_cut_in_brackets(document, parent, number, gone)]
    if not owns_its_line(document, item_begin(document, parent, number)):  # "- key: value" with further keys below
        return [(item_begin(document, parent, number), item_begin(document, parent, number + 1), "")]
    return _cut_lines(document, parent, number)


def _name(parent: Node, number: int) -> str | int:
    return str(parent.value[number][0].value) if parent.__class__ is MappingNode else number


def _cut_in_brackets(document: Document, parent: Node, number: int, gone: set[int]) -> Splice:
    """Cut an item with the comma before it; with the one behind it where nothing stays before it."""
    start, end = item_begin(document, parent, number), item_end(document, parent, number)
    if all(n in gone for n in range(number)):
        return (start, item_begin(document, parent, number + 1), "")
    before = item_end(document, parent, number - 1)
    if "#" not in document.text[before:start]:
        return (before, end, "")
    if number + 1 < len(parent.value):
        return (start, item_begin(document, parent, number + 1), "")
    return (start, end, "")


def _cut_lines(document: Document, parent: Node, number: int) -> list[Splice]:
    """Cut an item with its lines, its comments and, where two would meet, one stretch of blank lines."""
    begin = document.line(item_begin(document, parent, number))
    first = begin if _is_heading(document, parent, number) else lead(document, parent, number)
    last = extent(document, parent, number)
    above = first
    while document.is_blank(above - 1):
        above -= 1
    ends = number + 1 == len(parent.value) or document.is_blank(last + 1)
    start = above if ends else first
    return [(document.starts[start], document.after(last), "")]


def _is_heading(document: Document, parent: Node, number: int) -> bool:
    """Tell whether the comment above an item may speak of a group that it opens: a ruler, or others follow directly."""
    first = lead(document, parent, number)
    begin = document.line(item_begin(document, parent, number))
    if first == begin:
        return False
    if any(_RULER.match(document.words(line)) for line in range(first, begin)):
        return parent is not document.root
    following = extent(document, parent, number) + 1
    others = number + 1 < len(parent.value) and not document.is_blank(following)
    return others and not document.words(following).startswith("#")
