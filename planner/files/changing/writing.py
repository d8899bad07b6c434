"""Files appear whole or not at all: written beside their place under another name, then moved there.

Of several files all change or none.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from planner.ending import unfinished, whole
from planner.errors import RunError, is_speakable, shown


def check_name(path: Path) -> None:
    """Make sure that a path can be written into files and shown; worth asking before a long solve.

    Raises RunError where its name is no UTF-8.
    """
    if not is_speakable(path):
        raise RunError(f"{shown(path)} cannot be written: its name is no UTF-8: give another name")


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder for what is needed for a moment; it goes at the end, also where the process is told to end."""
    folder = Path(tempfile.mkdtemp(prefix="planner-"))
    with unfinished(folder):
        yield folder


def put_file(path: Path, data: bytes) -> Path:
    """Write a file that appears whole, over the one that is there, and return its path.

    A symbolic link is followed, so that it goes on pointing to the file; an existing file keeps its permissions.

    Raises RunError where it cannot be written; what was there stays.
    """
    put_files({path: data})
    return path


def put_files(files: Mapping[Path, bytes]) -> list[Path]:
    """Write files so that all change or none, and return their paths; each as `put_file` does.

    Raises RunError where one cannot be written; what was there stays.
    """
    with ExitStack() as stack:
        parts = [_write(path, data, stack) for path, data in files.items()]
        with whole():
            _move_all(parts, stack)
    return [*files]


@dataclass(frozen=True)
class _Part:
    """A file that is written and not yet in its place."""

    path: Path
    place: Path
    part: Path


def _write(path: Path, data: bytes, stack: ExitStack) -> _Part:
    check_name(path)
    try:
        place = path.resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a loop of links, a NUL in the name
        raise RunError(f"{path} cannot be written: {error}") from error
    if not place.name:
        raise RunError(f"{path} cannot be written: it is no name for a file")
    with _as_planner_error(path):
        if place.is_dir():
            raise IsADirectoryError(21, "Is a directory")
        place.parent.mkdir(parents=True, exist_ok=True)
        part = stack.enter_context(unfinished(_beside(place, "part")))
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            part.chmod(place.stat().st_mode & 0o7777)
    return _Part(path, place, part)


def _beside(place: Path, ending: str) -> Path:
    return place.with_name(f".{place.name}.{secrets.token_hex(4)}.{ending}")


@contextmanager
def _as_planner_error(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}") from error


def _move_all(parts: list[_Part], stack: ExitStack) -> None:
    """Move files into place; where one cannot be moved, those before it come back."""
    back: list[tuple[Path, Path | None]] = []
    try:
        for number, each in enumerate(parts, 1):
            with _as_planner_error(each.path):
                old = _second_name(each.place, stack) if number < len(parts) else None
                each.part.replace(each.place)
            back.append((each.place, old))
    except BaseException:
        for place, old in reversed(back):
            with suppress(OSError):
                place.unlink() if old is None else old.replace(place)
        raise


def _second_name(place: Path, stack: ExitStack) -> Path | None:
    """Give the file in a place one more name, by which it can come back; None where there is none."""
    if not place.exists():
        return None
    old = stack.enter_context(unfinished(_beside(place, "old")))
    link_or_copy(place, old)
    return old


def link_or_copy(place: Path, other: Path) -> None:
    """Give a file a second name; where the file system knows no second names, a copy of it."""
    try:
        os.link(place, other)
    except OSError:
        shutil.copy2(place, other)


@contextmanager
def alone(*paths: Path) -> Iterator[None]:
    """Keep other processes that ask for it from the folders of files meanwhile; they wait. Windows cannot do so."""
    if os.name == "nt":
        yield
        return
    with ExitStack() as stack:
        for folder in _folders(paths):
            stack.callback(os.close, _held(folder))
        yield


def _folders(paths: Iterable[Path]) -> list[tuple[Path, Path]]:
    """Return the folders of files, each once and always in the same order, so that no two processes wait in a ring."""
    found: dict[Path, Path] = {}
    for path in paths:
        try:
            found.setdefault(path.resolve().parent, path)
        except (OSError, ValueError, RuntimeError) as error:
            raise RunError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    return sorted(found.items())


def _held(asked: tuple[Path, Path]) -> int:
    import fcntl

    folder, path = asked
    with _as_planner_error(path):
        handle = os.open(folder, os.O_RDONLY)
    with suppress(OSError):  # a file system without locks: whoever comes second may still be told by its check
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle
