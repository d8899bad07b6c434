"""Files appear whole or not at all: written beside their place under another name, then moved there."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from planner.errors import RunError


def put_file(path: Path, data: bytes) -> Path:
    """Write a file that appears whole, over the one that is there, and return its path.

    A symbolic link is followed, so that it goes on pointing to the file; an existing file keeps its permissions.

    Raises
    ------
    RunError
        where it cannot be written; what was there stays
    """
    try:
        place = path.resolve()
    except (OSError, ValueError, RuntimeError) as error:  # a loop of links, a NUL in the name
        raise RunError(f"{path} cannot be written: {error}") from error
    if not place.name:
        raise RunError(f"{path} cannot be written: it is no name for a file")
    part = place.with_name(f".{place.name}.{secrets.token_hex(4)}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            part.chmod(place.stat().st_mode & 0o7777)
        part.replace(place)
    except OSError as error:
        raise RunError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep other processes that ask for it from the folder of a file meanwhile; they wait. Windows cannot do so."""
    if os.name == "nt":
        yield
        return
    import fcntl

    try:
        folder = os.open(path.resolve().parent, os.O_RDONLY)
    except (OSError, ValueError, RuntimeError) as error:
        raise RunError(f"{path} cannot be written: {getattr(error, 'strerror', None) or error}") from error
    try:
        with suppress(OSError):  # a file system without locks: whoever comes second may still be told by its check
            fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)
