"""A sitting at a file: edits one after the other, shown as a diff, checked, then written with the chance to undo."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff
from pathlib import Path
from typing import Any

from planner.errors import Fault, InputError, RunError, UsageError
from planner.files.changing import cutting, records, removal, renaming
from planner.files.changing.checking import check_edit, faults_of
from planner.files.changing.document import Document, read_document, sort_of
from planner.files.changing.history import History, forgotten_on_failure
from planner.files.changing.mentions import Renamed
from planner.files.changing.writing import alone, put_files
from planner.files.reading.load import load_scenario
from planner.files.reading.text import UnreadableError, display, is_workbook, read_file
from planner.files.reading.tree import place_of


@dataclass(frozen=True)
class EditedFile:
    """What an edit does to one file.

    Attributes
    ----------
    file
        The file as the user names it.
    before, after
        Its bytes.
    """

    file: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Whether anything is another than before."""
        return self.before != self.after

    @property
    def diff(self) -> str:
        """The changed lines as a unified diff; empty where nothing has changed."""
        return difference(self.before, self.after, self.file)

    @property
    def lines(self) -> dict[str, list[int]]:
        """The numbers, from 1, of the lines that go ("removed", in the old text) and come ("added", in the new)."""
        old, new = _lines(self.before), _lines(self.after)
        removed: list[int] = []
        added: list[int] = []
        same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        for tag, a, b, c, d in SequenceMatcher(None, old[same:], new[same:]).get_opcodes() if self.changed else ():
            if tag != "equal":
                removed += range(same + a + 1, same + b + 1)
                added += range(same + c + 1, same + d + 1)
        return {"removed": removed, "added": added}

    def to_json(self) -> dict[str, Any]:
        """Return what a program wants to know: file, changed, diff, lines."""
        return {"file": self.file, "changed": self.changed, "diff": self.diff, "lines": self.lines}


def difference(before: bytes, after: bytes, name: str) -> str:
    """Return the unified diff of two texts; line ends are not shown, but a missing last one is said."""
    old, new = _lines(before), _lines(after)
    if old == new:
        return "" if before == after else f"--- {name}\n+++ {name}\n(only line ends differ)\n"
    parts = []
    for line in unified_diff(old, new, name, name, lineterm=""):
        whole = line.endswith(("\n", "\r")) or line.startswith(("---", "+++", "@@"))
        parts.append(line.rstrip("\r\n") + ("" if whole else "\n\\ No newline at end of file"))
    return "\n".join(parts) + "\n"


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8-sig", "replace").splitlines(keepends=True)


@dataclass(eq=False)
class _Open:
    """A file that is being edited."""

    path: Path
    before: bytes
    text: Document | str
    bom: bool = False

    @property
    def after(self) -> bytes:
        if isinstance(self.text, Document):
            return self.text.data
        return (b"\xef\xbb\xbf" if self.bom else b"") + self.text.encode("utf-8")


class Editor:
    """Edits of one file (and, for a renaming, of others that name its records), gathered until they are saved.

    ::

        editor = planner.edit_topology("topologies/central-asia.yaml")
        editor.add("nodes", "osh-2", {"country": "KG", "lat": 40.5, "lon": 72.8})
        editor.set("links.khorgos-zharkent.capacity", "2 Tbps")
        editor.remove("site:ekibastuz", cascade=True)
        editor.diff                    # what save() would change
        editor.save()                  # checks, writes, remembers; planner.undo_edit(path) takes it back

    Every method raises `InputError` or `UsageError` and leaves the editor as it was where an edit cannot be made; the
    file itself changes only with `save`.
    """

    def __init__(self, path: str | Path, sort: str = "topology", *, beside: Iterable[str | Path] = ()) -> None:
        """Open a file of a sort; `beside` names topologies that it is merged with when it is checked."""
        self.path = Path(path)
        self.beside = [Path(each) for each in beside]
        document = read_document(self.path, sort)
        self._files = [_Open(self.path, document.data, document)]
        self._done: list[str] = []
        self.still_wrong: list[Fault] = []

    @property
    def document(self) -> Document:
        """The file as it stands after the edits so far."""
        text = self._files[0].text
        assert isinstance(text, Document)
        return text

    def _take(self, document: Document, what: str) -> None:
        if document is not self.document:
            self._files[0].text = document
            self._done.append(what)

    def add(self, section: str, name: str, fields: Mapping[str, Any]) -> None:
        """Add a record; values are texts as users write them, read by their fields, or plain Python values."""
        read: dict[str, Any] = {}
        for key, value in fields.items():
            where = (section, name, *key.split("."))
            part = records.read_value(where, value) if isinstance(value, str) else value
            inner = read
            for step in where[2:-1]:
                inner = inner.setdefault(step, {})
            if part is not None:
                inner[where[-1]] = part
        self._take(records.add(self.document, section, name, read), f"add-{section.removesuffix('s')} {name}")

    def set(self, path: str, value: Any) -> None:
        """Set the value at a dotted path; None or an empty text takes it away."""
        self._take(records.set_value(self.document, path, value), f"set {path}")

    def remove(self, *words: str, cascade: bool = False) -> None:
        """Take records out, such as "link:a-b"; with `cascade` all that refers to them too."""
        self._take(removal.remove(self.document, words, cascade=cascade), f"remove {' '.join(words)}")

    def cut(self, *words: str, name: str | None = None, title: str | None = None) -> None:
        """Add a variant to a scenario in which things such as "cable:2africa" are gone; of a risk, what it fails."""
        risks = load_scenario(self.path).topology.risks if any(word.startswith("risk:") for word in words) else None
        done = cutting.cut(self.document, words, name=name, title=title, risks=risks)
        self._take(done, f"cut {' '.join(words)}")

    def format(self) -> None:
        """Bring sections, fields and units into their canonical form; the meaning and every comment stay."""
        from planner.files.changing.formatting import format_document

        self._take(format_document(self.document), "fmt")

    def rename(self, word: str, new: str, *, also: Iterable[str | Path] = ()) -> None:
        """Give a record another id, here and in other files (topologies, demands with their tables, scenarios)."""
        change = renaming.renaming_of(self.document, word, new)
        made = renaming.rename_in(self.document, change)
        others = [self._opened(Path(path)) for path in also]
        for file in [*others]:
            others += [self._opened(table) for table in _tables_of(file)]
        texts = [_renamed(file.text, change) for file in others]
        self._take(made, f"rename {word} {new}")
        for file, text in zip(others, texts, strict=True):
            file.text = text
            self._files += [] if file in self._files else [file]

    def _opened(self, path: Path) -> _Open:
        """Return a file that is being edited already, or opened now."""
        place = path.resolve()
        return next((file for file in self._files if file.path.resolve() == place), None) or _open(path)

    @property
    def files(self) -> list[EditedFile]:
        """What has been done to each file so far, the edited one first."""
        return [EditedFile(display(file.path), file.before, file.after) for file in self._files]

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return any(file.changed for file in self.files)

    @property
    def diff(self) -> str:
        """All changes so far, as a unified diff."""
        return "".join(file.diff for file in self.files)

    def check(self) -> None:
        """Check the files as they would be; `still_wrong` holds then what was wrong before the edits and still is.

        Raises
        ------
        InputError
            If more is wrong than before the edits.
        """
        after = {file.path.resolve(): file.after for file in self._files}
        self.still_wrong = []
        for file in self._files:
            if not isinstance(file.text, Document) or file.before == file.after:
                continue
            beside = self.beside
            if file is not self._files[0] and sort_of(file.text) == "topology":
                beside = [self.path, *beside]
            old = Document.of(file.before, file.text.name)
            found = faults_of(file.path, file.text, beside, after, old)
            if found:
                check_edit(faults_of(file.path, old, beside, {}), found, alone=not beside)
                self.still_wrong += found

    def save(self) -> list[EditedFile]:
        """Check the files, remember what they were, write those that changed, and return what was done.

        Raises
        ------
        InputError
            If more is wrong than before the edits; nothing is written then.
        UsageError
            If a file changed on disk since it was read.
        RunError
            If a file cannot be written.
        """
        self.check()
        done = self.files
        changed = [file for file in self._files if file.before != file.after]
        write_edited({file.path: (file.before, file.after) for file in changed}, "; ".join(self._done))
        for file in changed:
            file.before = file.after
        self._done = []
        return done


def write_edited(changes: Mapping[Path, tuple[bytes, bytes]], what: str) -> None:
    """Write files, each over the bytes that are there, with the chance to undo: all of them or none.

    Parameters
    ----------
    changes
        Bytes before and after, by file.

    Raises
    ------
    UsageError
        If a file does not hold these bytes any more.
    RunError
        If one of them or its history cannot be written.
    """
    with alone(*changes):
        _check_unchanged(changes)
        histories = {path: History.of(path) for path in changes}
        edit = secrets.token_hex(8) if len(changes) > 1 else ""
        with forgotten_on_failure([*histories.values()]):
            for path, history in histories.items():
                together = [history.seen(other) for other in changes if other is not path]
                history.record(*changes[path], what, together, edit)
            _check_unchanged(changes)
            put_files({path: after for path, (_, after) in changes.items()})


def _check_unchanged(changes: Mapping[Path, tuple[bytes, bytes]]) -> None:
    for path, (before, _) in changes.items():
        try:
            now = path.read_bytes()
        except OSError as error:
            raise RunError(f"{path} cannot be read any more: {error.strerror}") from None
        if now != before:
            raise UsageError(f"{path} was changed by someone else meanwhile: nothing was written, try again")


def _open(path: Path) -> _Open:
    if path.suffix.lower() in (".csv", ".tsv", ".txt", ".xlsx"):
        try:
            data = read_file(path, "table").data
        except UnreadableError as error:
            raise InputError([error.fault]) from None
        if is_workbook(data):
            raise UsageError(f"{path} is a workbook, which edits do not reach: save it as CSV, or rename there by hand")
        return _Open(path, data, data.decode("utf-8-sig"), data.startswith(b"\xef\xbb\xbf"))
    document = read_document(path)
    return _Open(path, document.data, document)


def _renamed(text: Document | str, change: Renamed) -> Document | str:
    if isinstance(text, Document):
        return renaming.rename_in(text, change)
    return renaming.rename_in_table(text, change)


def _tables_of(file: _Open) -> list[Path]:
    """Return the table that a demand names."""
    node = file.text.find(("table",)) if isinstance(file.text, Document) else None
    if node is None or not isinstance(node.value, str):
        return []
    place = file.path.parent / node.value
    if not place.is_file():
        raise InputError([Fault(place_of(node), "table", f"there is no file '{node.value}'")])
    return [place]


def edit_topology(path: str | Path, *, beside: Iterable[str | Path] = ()) -> Editor:
    """Open a topology file for edits that keep its comments and layout; see `Editor`.

    Parameters
    ----------
    beside
        Topologies that it is merged with, where it does not stand by itself.

    Raises
    ------
    InputError
        If it cannot be read, is not YAML, or is no topology.
    """
    return Editor(path, "topology", beside=beside)


def edit_scenario(path: str | Path) -> Editor:
    """Open a scenario file, to add variants with `Editor.cut`; the errors are those of `edit_topology`."""
    return Editor(path, "scenario")
