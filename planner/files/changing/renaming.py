"""Another id for a record, in the file that holds it and in every file that names it."""

from __future__ import annotations

import re

from planner.errors import Fault, InputError, UsageError
from planner.files.changing.document import Document
from planner.files.changing.mentions import Renamed, mentions, renamed
from planner.files.changing.operations import Operation, Rename, Replace
from planner.files.changing.removal import targets
from planner.files.changing.surgery import apply
from planner.files.reading import scalars
from planner.files.reading.tables import delimiter_of
from planner.files.reading.tree import place_of


def renaming_of(document: Document, word: str, new: str) -> Renamed:
    """Return the renaming of a record of a topology, such as "node:almaty" to "almaty-1".

    Raises InputError if the record is not there, or the new id is taken; UsageError if the new id is no identifier.
    """
    ((sort, old),) = targets(document, [word])
    try:
        scalars.identifier(new)
    except scalars.MisreadError as error:
        raise UsageError(str(error)) from None
    taken = document.find((f"{sort}s", new))
    if taken is not None:
        place = place_of(document.key((f"{sort}s", new)))
        raise InputError([Fault(place, f"{sort}s.{new}", f"{sort} '{new}' is there already", "take another id")])
    return Renamed(sort, old, new)


def rename(document: Document, word: str, new: str) -> Document:
    """Return a topology in which a record has another id, with all references in the file."""
    return rename_in(document, renaming_of(document, word, new))


def rename_in(document: Document, change: Renamed) -> Document:
    """Return a topology, demand or scenario with a renaming carried out wherever it names the record."""
    operations: list[Operation] = []
    for mention in mentions(document):
        word = renamed(mention, change)
        if word != mention.node.value:
            operations.append(Rename(mention.path, word) if mention.key else Replace(mention.path, word))
    return apply(document, operations)


def rename_in_table(text: str, change: Renamed) -> str:
    """Return a CSV table of demands with a node's or a site's new id in its columns origin and hosts.

    Lines in which nothing changes stay as they are, byte for byte.

    Raises UsageError if a cell runs over several lines.
    """
    import csv
    from io import StringIO

    lines = [line for line in re.split(r"(?<=\n)", text) if line]
    if any(line.count('"') % 2 for line in lines):
        raise UsageError("a table has cells that run over several lines: rename there by hand")
    sign = delimiter_of(text)
    heads = [head.strip() for head in next(csv.reader(lines[:1], delimiter=sign), [])]
    wanted = {heads.index(name): name for name in ("origin", "hosts") if name in heads}
    made = lines[:1]
    for line in lines[1:]:
        body = line.rstrip("\r\n")
        cells = next(csv.reader([body], delimiter=sign), [])
        fresh = [_cell(cell, wanted.get(number, ""), change) for number, cell in enumerate(cells)]
        if fresh != cells:
            out = StringIO()
            csv.writer(out, delimiter=sign, lineterminator="").writerow(fresh)
            made.append(out.getvalue() + line[len(body) :])
        else:
            made.append(line)
    return "".join(made)


def _cell(cell: str, column: str, change: Renamed) -> str:
    if column == "origin" and change.sort == "node":
        return cell.replace(change.old, change.new) if cell.strip() == change.old else cell
    if column == "hosts" and change.sort == "site":
        old = f"site:{change.old}"
        new = f"site:{change.new}"
        return re.sub("[^;,]+", lambda part: part[0].replace(old, new) if part[0].strip() == old else part[0], cell)
    return cell
