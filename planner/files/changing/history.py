"""What a file was before its edits: kept beside it, so that edits can be taken back and brought again.

Beside ``asia.yaml`` lies the hidden folder ``.asia.yaml.undo`` with a copy of each version and ``history.json``, which
says what each edit did. It is only memory: to delete it loses nothing but the chance to undo, and its own
``.gitignore`` keeps it out of Git.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from planner.errors import RunError
from planner.files.changing.writing import put_file
from planner.files.reading.text import trouble_in

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
        Other files that the same edit changed, seen from this file's folder.
    edit
        What the versions have in common that the same edit made of several files.
    """

    number: int
    what: str
    at: str
    sha256: str
    together: tuple[str, ...] = ()
    edit: str = ""

    def shares(self, other: Version) -> bool:
        """Whether the same edit led to another file's version."""
        if self.edit or other.edit:
            return self.edit == other.edit
        return bool(self.together and other.together) and self.what == other.what


@dataclass
class History:
    """The versions of a file, oldest first, and which of them it is in now."""

    path: Path
    versions: list[Version]
    now: int = -1
    _used: int = field(default=0, repr=False)

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
        return cls(place, versions, now, max((version.number for version in versions), default=0))

    def record(self, before: bytes, after: bytes, what: str, together: Sequence[str] = (), edit: str = "") -> None:
        """Remember an edit, before the file is written; versions that were taken back are forgotten."""
        if not self.find(before):
            self.push(before, BY_HAND if self.versions else "as it was")
        self.push(after, what, tuple(together), edit)
        self.save()

    def find(self, data: bytes) -> bool:
        """Make the version that the file holds the present one, and tell whether it is one that is kept.

        It may be a neighbour of the version that was thought to be present: where an edit was remembered and the file
        could not be written, or a process ended between the two.
        """
        digest = sha256(data).hexdigest()
        for near in (self.now, self.now - 1, self.now + 1):
            if 0 <= near < len(self.versions) and self.versions[near].sha256 == digest:
                self.now = near
                return True
        return False

    def push(self, data: bytes, what: str, together: tuple[str, ...] = (), edit: str = "") -> None:
        """Add a version, which becomes the present one."""
        del self.versions[self.now + 1 :]
        self._used += 1
        at = datetime.now(UTC).isoformat(timespec="seconds")
        put_file(_folder(self.path) / _copy(self._used), data)
        self.versions.append(Version(self._used, what, at, sha256(data).hexdigest(), together, edit))
        self.versions = self.versions[-KEPT:]
        self.now = len(self.versions) - 1

    def save(self) -> None:
        """Write what is remembered."""
        folder = _folder(self.path)
        content = {"file": self.path.name, "now": self.now, "versions": [asdict(each) for each in self.versions]}
        put_file(folder / "history.json", (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8"))
        if not (folder / ".gitignore").exists():
            put_file(folder / ".gitignore", b"*\n")

    def tidy(self) -> None:
        """Remove copies of versions that are forgotten."""
        wanted = {_copy(version.number) for version in self.versions}
        for file in _folder(self.path).glob("*.kept"):
            if file.name not in wanted:
                with suppress(OSError):  # it is in nobody's way
                    file.unlink()

    def content(self, version: Version) -> bytes:
        """Return the bytes of a version; raises RunError if the kept copy is missing or damaged."""
        file = _folder(self.path) / _copy(version.number)
        try:
            data = file.read_bytes()
        except OSError as error:
            raise RunError(f"{file} cannot be read: {error.strerror}") from None
        if sha256(data).hexdigest() != version.sha256:
            raise RunError(f"{file} is damaged: delete its folder, which only loses the chance to undo")
        return data

    def others(self, version: Version) -> list[Path]:
        """Return where the other files lie that the edit of a version changed."""
        return [self._lies(name) for name in version.together]

    def _lies(self, name: str) -> Path:
        """Return where a file lies that is named as seen from this one's folder, or once from the current folder."""
        place = self.path.parent / name
        return place if place.exists() or not Path(name).exists() else Path(name)

    def seen(self, path: Path) -> str:
        """Return how a file is called from this one's folder, so that both may move together."""
        try:
            return Path(os.path.relpath(path.resolve(), self.path.parent)).as_posix()
        except ValueError:  # another drive
            return str(path.resolve())


@contextmanager
def forgotten_on_failure(histories: Sequence[History]) -> Iterator[None]:
    """Have what is remembered of files as before where something fails; what is forgotten goes only at the end."""
    kept = {_folder(history.path): _read(_folder(history.path) / "history.json") for history in histories}
    try:
        yield
    except BaseException:
        for folder, content in kept.items():
            with suppress(OSError, RunError):
                _restore(folder, content)
        raise
    for history in histories:
        history.tidy()


def _read(file: Path) -> bytes | None:
    return file.read_bytes() if file.is_file() else None


def _restore(folder: Path, content: bytes | None) -> None:
    """Bring a memory back to what it was; where there was none, none is left."""
    if content is not None:
        put_file(folder / "history.json", content)
        return
    if not folder.is_dir() or folder.is_symlink():
        return
    for file in folder.iterdir():
        if file.name in ("history.json", ".gitignore") or file.name.endswith(".kept"):
            file.unlink()
    folder.rmdir()


def _is_sound(version: Version) -> bool:
    texts = (version.what, version.at, version.sha256, version.edit, *version.together)
    return type(version.number) is int and 0 <= version.number < 10**9 and all(isinstance(text, str) for text in texts)


def _folder(path: Path) -> Path:
    return path.with_name(f".{path.name}.undo")


def _copy(number: int) -> str:
    return f"{number:04}.kept"
