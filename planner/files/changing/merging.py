"""Several topologies become one file: the first, with the records of the others below its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.errors import Fault, InputError, UsageError
from planner.files.changing.checking import check_edit, faults_of
from planner.files.changing.document import Document, is_block, read_document
from planner.files.changing.editor import EditedFile, write_edited
from planner.files.changing.extents import extent, lead
from planner.files.changing.operations import Delete, put
from planner.files.changing.rendering import Value
from planner.files.changing.surgery import apply, spliced
from planner.files.changing.writing import put_file
from planner.files.reading.load import load_topology
from planner.files.reading.merged import TOPOLOGY_SECTIONS, add_record, same
from planner.files.reading.text import display
from planner.files.reading.tree import Node, SequenceNode, items, place_of, plain

Record = dict[str, Value]


def merge_topologies(paths: Sequence[str | Path], output: str | Path, *, force: bool = False) -> EditedFile:
    """Write one topology file out of several, and return what was done.

    The title and id are those of the first. Comments stay with their records, and the words at the head of each file
    come to the head of the new one; of sections in brackets only the records come along.

    Parameters
    ----------
    output
        The file to write.
    force
        Whether to write over a file that is there; that can be undone.

    Raises
    ------
    InputError
        If an id stands in two files, naming both places, or anything else is wrong in the files.
    UsageError
        If the output is there already and `force` is not set.
    """
    places, out = [Path(path) for path in paths], Path(output)
    if out.exists() and not force:
        raise UsageError(f"{out} is there already: --force writes over it")
    load_topology(*places)
    merged = merge_documents([read_document(path, "topology") for path in places])
    check_edit([], faults_of(out, merged, (), {out.resolve(): merged.data}), alone=False)
    before = out.read_bytes() if out.exists() else b""
    done = EditedFile(display(out), before, merged.data)
    if before:
        write_edited({out: (before, merged.data)}, f"merge {' '.join(map(str, places))}")
    else:
        put_file(out, merged.data)
    return done


def merge_documents(documents: Sequence[Document]) -> Document:
    """Return the first topology with the records of the others.

    Raises InputError if an id stands in two of them that say different things of it; where they agree it stands once,
    with what either of them leaves open.
    """
    merged = documents[0]
    origin = {(s, key): node for s in TOPOLOGY_SECTIONS for key, node, _ in items(merged.find((s,)))}
    for other in documents[1:]:
        shared = _shared(merged, other, origin)
        rest = apply(other, [Delete(path) for path in shared])
        for path, more in shared.items():
            for key, value in more.items():
                merged = apply(merged, [put(merged, (*path, key), value)])
        merged = _with_latency(merged, other)
        for section in TOPOLOGY_SECTIONS:
            merged = _append(merged, rest, section)
        merged = _with_head(merged, other)
    return merged


def _shared(merged: Document, other: Document, origin: dict[tuple[str, str], Node]) -> dict[tuple[str, str], Record]:
    """Return what a further topology adds to the records that both have; what they differ in is a fault."""
    faults: list[Fault] = []
    shared: dict[tuple[str, str], Record] = {}
    for section in TOPOLOGY_SECTIONS:
        for key, node, record in items(other.find((section,))):
            there = merged.find((section, key))
            if there is None:
                origin[section, key] = node
                continue
            entries = {key: (origin[section, key], there)}
            add_record(entries, section, key, (node, record), faults, shared=True)
            ours = plain(there)
            shared[section, key] = {k: plain(v) for k, _, v in items(entries[key][1]) if k not in ours}
    if faults:
        raise InputError(faults)
    return shared


def _append(merged: Document, other: Document, section: str) -> Document:
    """Return a document with the records of one section of another below its own."""
    theirs, ours = other.find((section,)), merged.find((section,))
    if theirs is None or not theirs.value:
        return merged
    if SequenceNode in (theirs.__class__, ours.__class__):
        return _append_list(merged, other, section)
    new: dict[str, Value] = plain(theirs)
    both: dict[str, Value] = {**(plain(ours) if ours is not None and ours.value else {}), **new}
    if ours is not None and ours.value:
        made = (
            _append_text(merged, other, section) if is_block(theirs) and is_block(ours) else _fill(merged, section, new)
        )
    else:
        first = next(iter(new))
        made = apply(merged, [put(merged, (section,), {first: new[first]})])
        begun = made.find((section,))
        texts = is_block(theirs) and begun is not None and is_block(begun)
        made = _append_text(made, other, section, first=True) if texts else _fill(made, section, new)
    if plain(made.root)[section] != both:
        raise InputError([Fault(place_of(theirs), section, "is laid out in a way that cannot be moved safely")])
    return made


def _append_list(merged: Document, other: Document, section: str) -> Document:
    """Return a document with the records of a section that one of the two writes as a list, as one list.

    Where it is the first of its kind its text comes along, comments included.
    """
    theirs, ours = other.find((section,)), merged.find((section,))
    if ours is None and theirs is not None and is_block(theirs):
        return _with_section(merged, other, section, theirs)
    listed: list[Value] = []
    for node in (ours, theirs):
        found = plain(node) if node is not None and node.value else []
        listed += list(found.values()) if isinstance(found, dict) else found
    return apply(merged, [put(merged, (section,), listed)])


def _with_latency(merged: Document, other: Document) -> Document:
    """Return a document with the latency of another topology; one that differs is a fault."""
    theirs, ours = other.find(("latency",)), merged.find(("latency",))
    if theirs is None or (ours is not None and same(ours, theirs)):
        return merged
    if ours is not None:
        what = f"differs from the one at {place_of(ours)}"
        raise InputError([Fault(place_of(theirs), "latency", what, "the merged network has one: keep one of them")])
    return apply(merged, [put(merged, ("latency",), plain(theirs))])


def _with_section(merged: Document, other: Document, section: str, theirs: Node) -> Document:
    """Return a document with the text of a whole section of another at its end."""
    number = other.number(other.root, section) or 0
    key = other.line(other.key((section,)).start_mark.index)
    lines = _lines(other, lead(other, other.root, number) if number else key, extent(other, other.root, number))
    gap = "" if merged.text.endswith(("\n", "\r")) else merged.newline
    end = len(merged.text)
    made = spliced(merged, [(end, end, gap + "".join(line + merged.newline for line in lines))])
    if plain(made.root).get(section) != plain(theirs):
        raise InputError([Fault(place_of(theirs), section, "is laid out in a way that cannot be moved safely")])
    return made


def _fill(document: Document, section: str, records: dict[str, Value]) -> Document:
    """Return a document with records whose text cannot come along, for one of the two stands in brackets."""
    missing = [key for key in records if document.find((section, key)) is None]
    return apply(document, [put(document, (section, key), records[key]) for key in missing])


def _append_text(merged: Document, other: Document, section: str, *, first: bool = False) -> Document:
    """Return a document with the text of another's records, comments included, below its own.

    With `first`, the section holds one record only, which gives way to the text of all.
    """
    theirs, ours = other.find((section,)), merged.find((section,))
    if theirs is None or ours is None:
        return merged
    number = other.number(other.root, section) or 0
    key = other.line(other.key((section,)).start_mark.index)
    heading = _lines(other, lead(other, other.root, number) if number else key, key - 1)
    body = _lines(other, key + 1, extent(other, theirs, len(theirs.value) - 1))
    column = merged.column(ours.value[0][0].start_mark.index)
    shift = column - other.column(theirs.value[0][0].start_mark.index)
    moved = [_shifted(line, shift) for line in body]
    at = merged.after(extent(merged, ours, len(ours.value) - 1))
    if not first:
        moved = [*(" " * column + line for line in heading), *moved]
        broken = at < len(merged.text) or merged.text.endswith(("\n", "\r"))
        text = merged.newline.join(moved)
        return spliced(merged, [(at, at, text + merged.newline if broken else merged.newline + text)])
    above = merged.starts[merged.line(merged.key((section,)).start_mark.index)]
    start = merged.starts[lead(merged, ours, 0)]
    words = "".join(line + merged.newline for line in heading)
    return spliced(merged, [(above, above, words), (start, at, merged.newline.join(moved) + merged.newline)])


def _lines(document: Document, first: int, last: int) -> list[str]:
    """Return lines without their line ends."""
    numbers = range(first, last + 1)
    return [document.text[document.starts[line] : document.after(line)].rstrip("\r\n") for line in numbers]


def _shifted(line: str, shift: int) -> str:
    if not line.strip() or shift == 0:
        return line
    return " " * shift + line if shift > 0 else line[min(-shift, len(line) - len(line.lstrip())) :]


def _with_head(merged: Document, other: Document) -> Document:
    """Return a document with the comments at the head of another file below those of its own head."""
    words = _head(other)
    if not words:
        return merged
    at = merged.starts[len(_head(merged))] if _head(merged) else 0
    return spliced(merged, [(at, at, "".join(line + merged.newline for line in ["#", *words] if line))])


def _head(document: Document) -> list[str]:
    """Return the comment lines with which a file begins."""
    words: list[str] = []
    for line in range(document.line(document.root.start_mark.index)):
        if not document.words(line).startswith("#"):
            break
        words.append(document.text[document.starts[line] : document.after(line)].rstrip())
    return words
