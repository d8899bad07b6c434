"""What is under way, so that a process that is told to end can clear it away and does not end between two moves.

Nothing here may be imported late: whoever ends the process may find another thread in the middle of an import.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_UNFINISHED: set[Path] = set()
"""Files and folders of ours that are under way, and are nobody's once this process has ended."""
_WHOLE = threading.RLock()
"""Held while files are moved into place."""
PATIENCE_SECONDS = 1.5
"""How long a process that is told to end waits for moves under way."""


@contextmanager
def unfinished(path: Path) -> Iterator[Path]:
    """Have a file or folder that is under way removed at the end, whichever end it is."""
    _UNFINISHED.add(path)
    try:
        yield path
    finally:
        _remove(path)
        _UNFINISHED.discard(path)


@contextmanager
def whole() -> Iterator[None]:
    """Do not end between these moves where the process is told to end meanwhile."""
    with _WHOLE:
        yield


@contextmanager
def nothing_unfinished() -> Iterator[None]:
    """Have nothing under way, in order to end: moves that have begun are waited for, and what is half written goes."""
    held = _WHOLE.acquire(timeout=PATIENCE_SECONDS)
    try:
        for path in [*_UNFINISHED]:
            _remove(path)
        yield
    finally:
        if held:
            _WHOLE.release()


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
