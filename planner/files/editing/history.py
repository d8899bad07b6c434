"""What a file was before its edits: kept beside it, so that edits can be taken back and brought again.

Beside ``asia.yaml`` lies the hidden folder ``.asia.yaml.undo`` with a copy of each version and ``history.json``, which
says what each edit did. It is only memory: to delete it loses nothing but the chance to undo, and its own
``.gitignore`` keeps it out of Git.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from planner.errors import RunError, UsageError
from planner.files.text import trouble_in
from planner.files.writing import alone, put_file

__all__ = ["History", "Version", "edits_of", "redo_edit", "undo_edit"]

KEPT = 50
"""Versions of a file that are kept."""
BY_HAND = "changed outside the planner"


@dataclass(frozen=True)
class Version:
    """One state of a file.

    Attributes
    ----------
    number
        The number of its copy.
    what
        The edit that led to it.
    at
        When, in UTC.
    sha256
        The hash of its bytes.
    together
        Other files that the same edit changed.
    """

    number: int
    what: str
    at: str
    sha256: str
    together: tuple[str, ...] = ()


@dataclass
class History:
    """The versions of a file, oldest first, and which of them it is in now."""

    path: Path
    versions: list[Version]
    now: int = -1

    @classmethod
    def of(cls, path: Path) -> History:
        """Return the history of a file, which may be empty.

        Raises
        ------
        RunError
            If what is kept beside the file is damaged.
        """
        place = path.resolve()
        folder = _folder(place)
        file = folder / "history.json"
        damaged = f"{file} is damaged: delete its folder, which only loses the chance to undo"
        if any(each.is_symlink() for each in (folder, *folder.glob("*"))):  # copies would be written where it leads
            raise RunError(damaged)
        if not file.exists():
            return cls(place, [])
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            versions = [Version(**{**each, "together": tuple(each.get("together", ()))}) for each in kept["versions"]]
            now = int(kept["now"])
        except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
            raise RunError(damaged) from None
        if not (-1 <= now < len(versions)) or trouble_in(kept["versions"]) or not all(map(_is_sound, versions)):
            raise RunError(damaged)
        return cls(place, versions, now)

    def record(self, before: bytes, after: bytes, what: str, together: Sequence[str] = ()) -> None:
        """Remember an edit, before the file is written; versions that were taken back are forgotten."""
        self._see(before, "as it was" if not self.versions else BY_HAND)
        self._push(after, what, tuple(together))
        self._save()

    def _see(self, data: bytes, what: str) -> None:
        """Make the file's present bytes the version that it is in."""
        digest = sha256(data).hexdigest()
        if self.now >= 0 and self.versions[self.now].sha256 == digest:
            return
        if self.now > 0 and self.versions[self.now - 1].sha256 == digest:
            self.now -= 1  # an edit was remembered, but the file could not be written
            return
        self._push(data, what)

    def _push(self, data: bytes, what: str, together: tuple[str, ...] = ()) -> None:
        del self.versions[self.now + 1 :]
        number = max((version.number for version in self.versions), default=0) + 1
        at = datetime.now(UTC).isoformat(timespec="seconds")
        put_file(_folder(self.path) / _copy(number), data)
        self.versions.append(Version(number, what, at, sha256(data).hexdigest(), together))
        self.versions = self.versions[-KEPT:]
        self.now = len(self.versions) - 1

    def _save(self) -> None:
        folder = _folder(self.path)
        content = {"file": self.path.name, "now": self.now, "versions": [asdict(each) for each in self.versions]}
        put_file(folder / "history.json", (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
        if not (folder / ".gitignore").exists():
            put_file(folder / ".gitignore", b"*\n")
        wanted = {"history.json", *(_copy(version.number) for version in self.versions)}
        for file in folder.iterdir():
            if file.name not in wanted and file.name.endswith(".kept"):
                file.unlink(missing_ok=True)

    def move(self, steps: int, *, force: bool = False) -> Version:
        """Go back (-1) or forward (1) over one edit, write the file and return the edit taken back or brought again.

        Raises
        ------
        UsageError
            If there is nothing to go to, or the file has been changed outside the planner and `force` is not set.
        RunError
            If the kept copy is missing or damaged.
        """
        verb = "undo" if steps < 0 else "redo"
        try:
            data = self.path.read_bytes() if self.versions else b""
        except OSError as error:
            raise RunError(f"{self.path} cannot be read: {error.strerror}") from None
        self._check_hand(data, verb, force=force)
        target = self.now + steps
        if not 0 <= target < len(self.versions):
            raise UsageError(f"there is nothing to {verb} in {self.path.name}")
        crossed = self.versions[max(target, self.now)]
        if steps < 0 and crossed.what == BY_HAND and not force:
            raise UsageError(f"the last change of {self.path.name} was made outside the planner: --force takes it back")
        version = self.versions[target]
        put_file(self.path, self._content(version))
        self.now = target
        self._save()
        return crossed

    def _check_hand(self, data: bytes, verb: str, *, force: bool) -> None:
        """Refuse where the file is not as the last edit left it; with `force` its state is kept for a redo."""
        digest = sha256(data).hexdigest()
        if not self.versions or self.versions[self.now].sha256 == digest:
            return
        if self.now > 0 and self.versions[self.now - 1].sha256 == digest:
            self.now -= 1
            return
        if verb == "redo":
            raise UsageError(f"{self.path.name} was changed outside the planner: nothing can be made again")
        if not force:
            right = "--force takes that change back first, and redo brings it again"
            raise UsageError(f"{self.path.name} was changed outside the planner since its last edit: {right}")
        self._push(data, BY_HAND)

    def _content(self, version: Version) -> bytes:
        file = _folder(self.path) / _copy(version.number)
        try:
            data = file.read_bytes()
        except OSError as error:
            raise RunError(f"{file} cannot be read: {error.strerror}") from None
        if sha256(data).hexdigest() != version.sha256:
            raise RunError(f"{file} is damaged: delete its folder, which only loses the chance to undo")
        return data


def undo_edit(path: str | Path, *, force: bool = False) -> Version:
    """Bring a file back to what it was before its last edit, and return that edit; may be repeated.

    Raises
    ------
    UsageError
        If there is nothing to undo, or the file was changed outside the planner and `force` is not set.
    RunError
        If what is kept beside the file is damaged.
    """
    with alone(_there(path)):
        return History.of(Path(path)).move(-1, force=force)


def redo_edit(path: str | Path) -> Version:
    """Make an edit that was undone again, and return it; the errors are those of `undo_edit`."""
    with alone(_there(path)):
        return History.of(Path(path)).move(1)


def edits_of(path: str | Path) -> tuple[list[Version], int]:
    """Return the kept versions of a file, oldest first, and the number of the present one; -1 if none is kept."""
    history = History.of(_there(path))
    return history.versions, history.now


def _there(path: str | Path) -> Path:
    place = Path(path)
    if not place.is_file():
        raise UsageError(f"there is no file {place}")
    return place


def _is_sound(version: Version) -> bool:
    texts = (version.what, version.at, version.sha256, *version.together)
    return type(version.number) is int and 0 <= version.number < 10**9 and all(isinstance(text, str) for text in texts)


def _folder(path: Path) -> Path:
    return path.with_name(f".{path.name}.undo")


def _copy(number: int) -> str:
    return f"{number:04}.kept"
