"""What is wrong with files whose text is not on disk yet, or not any more."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from planner.errors import Fault, InputError
from planner.files.changing.document import Document, sort_of
from planner.files.reading.load import Loader
from planner.files.reading.text import InputFile, Role
from planner.files.reading.tree import Node, Where, items, plain

_MONEY = re.compile(r"[0-9]\s*[kMG]?([A-Z]{3})(?=[/,}\s]|$)", re.MULTILINE)


@dataclass
class _EditedLoader(Loader):
    """The loader of files, with some of them as they will be."""

    contents: Mapping[Path, bytes] = field(default_factory=dict)

    def _open(self, path: Path, role: Role, asked: Node | None, where: Where) -> InputFile | None:
        data = self.contents.get(path.resolve())
        if data is None:
            return super()._open(path, role, asked, where)
        self.files.append(InputFile(path, role, data))
        return self.files[-1]


def faults_of(
    path: Path,
    document: Document,
    beside: Sequence[Path],
    contents: Mapping[Path, bytes],
    before: Document | None = None,
) -> list[Fault]:
    """Return what is wrong with a file of any sort.

    Parameters
    ----------
    beside
        Other topologies with which this one is merged.
    contents
        The bytes of files that are not as they stand on disk, by resolved path.
    before
        The file before an edit: variants of a scenario that are the same as then are not tried.
    """
    reader = _EditedLoader(contents=contents)
    sort = sort_of(document)
    try:
        if sort == "scenario":
            for variant in (None, *_fresh_variants(document, before)):
                _EditedLoader(contents=contents).scenario(path, variant, ())
        elif sort == "demand":
            reader.demand([path], _currency(document))
        else:
            reader.topology([path, *beside], _currency(document))
    except InputError as error:
        return list(error.faults)
    return []


def _fresh_variants(document: Document, before: Document | None) -> list[str]:
    """Return the variants that an edit made or changed."""
    if before is None:
        return []
    old = {key: plain(node) for key, _, node in items(before.find(("variants",)))}
    return [key for key, _, node in items(document.find(("variants",))) if old.get(key) != plain(node)]


def _currency(document: Document) -> str:
    """Return the word for money that a file uses most, which only its scenarios know for sure."""
    words = Counter(_MONEY.findall(document.text))
    return "USD" if not words or "USD" in words else min(words, key=lambda word: (-words[word], word))


def check_edit(before: Sequence[Fault], after: Sequence[Fault], *, alone: bool) -> None:
    """Refuse an edit after which more is wrong than before.

    Raises InputError with the faults that are new, or all where none can be told to be.
    """
    if len(after) <= len(before):
        return
    known = {(fault.where, fault.what) for fault in before}
    fresh = [fault for fault in after if (fault.where, fault.what) not in known] or list(after)
    missing = alone and all(fault.what.startswith("there is no node") for fault in fresh)
    help_ = "; if it stands in another file, name that with --with" if missing else ""
    raise InputError([Fault(fault.place, fault.where, fault.what, fault.right + help_) for fault in fresh])
