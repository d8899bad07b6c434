"""Run folders appear whole or not at all, and take no place that is taken."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path, PurePosixPath

from planner.errors import RunError

MANIFEST = "manifest.json"
FORMAT = 2
"""Version of the layout of run folders, under the key `run` of the manifest."""
ENTRIES = frozenset({MANIFEST, "inputs", "tables", "pictures", "exports"})
"""What a run folder holds, reports apart; with anything else in it, it is not only a run and is never removed."""
REPORT = re.compile(r"report(\.[a-z]{2})?\.html|\.report(\.[a-z]{2})?\.html\.[0-9a-f]{8}\.part")
"""What a report in a run folder is called, one for each language, or one that was killed while it was written."""


def choose_folder(base: Path, scenario_id: str, variant: str | None, force: bool = False) -> Path:
    """Return the folder for a run: base/scenario[-variant], or with the next free number unless `force`."""
    folder = base / (scenario_id if variant is None else f"{scenario_id}-{variant}")
    return folder if force else next_free(folder)


def next_free(folder: Path) -> Path:
    """Return a folder itself where nothing stands there, else the first of name-2, name-3, ... that is free."""
    if is_free(folder):
        return folder
    return next(each for number in count(2) if is_free(each := folder.with_name(f"{folder.name}-{number}")))


def is_free(folder: Path) -> bool:
    """Tell whether a run may be put there: there is nothing, or an empty folder."""
    if not os.path.lexists(folder):
        return True
    return folder.is_dir() and not folder.is_symlink() and not any(folder.iterdir())


def is_run(folder: Path) -> bool:
    """Tell whether a folder is a run and nothing but a run."""
    if folder.is_symlink() or not folder.is_dir() or not all(map(_is_entry, folder.iterdir())):
        return False
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and isinstance(manifest.get("run"), int)


def _is_entry(entry: Path) -> bool:
    return entry.name in ENTRIES or REPORT.fullmatch(entry.name) is not None


def check_folder(folder: Path, *, force: bool = False) -> None:
    """Make sure that a run can be put into a folder; worth asking before a long solve.

    Raises
    ------
    RunError
        where the name is none, or `force` would remove what is not a run
    """
    if folder.name in ("", ".."):
        raise RunError(f"'{folder}' is no name for a run folder: write a new one")
    if force and not is_free(folder) and not is_run(folder):
        raise RunError(f"{folder} holds more than a run, or none: it is left as it is; give another folder")


def put_folder(
    folder: Path, files: Mapping[PurePosixPath, bytes], walks: Iterable[PurePosixPath], *, force: bool
) -> Path:
    """Write files into a folder that appears whole, and return it.

    They are written next to it and moved into place, so that neither a full disk nor an interrupt leaves half a folder.

    Parameters
    ----------
    folder
        where; without `force` the next free number where it is taken
    files
        bytes by name
    walks
        folders that must be there, even empty

    Raises
    ------
    RunError
        where it cannot be written, or `force` would remove what is not a run
    """
    check_folder(folder, force=force)
    part = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _write(part, files, walks)
        return _move(part, folder, force=force)
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _write(part: Path, files: Mapping[PurePosixPath, bytes], walks: Iterable[PurePosixPath]) -> None:
    part.mkdir()
    for walk in walks:
        (part / walk).mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        path = part / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    _sync(part)


def _sync(folder: Path) -> None:
    """Have a folder's entries on disk, where the system can say so of folders."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _move(part: Path, folder: Path, *, force: bool) -> Path:
    """Move a written folder into place; where somebody else was quicker, into the next free one."""
    while True:
        place = folder if force else next_free(folder)
        try:
            _swap(part, place)
        except OSError:
            if force or is_free(place):
                raise
        else:
            _sync(place.parent)
            return place


def _swap(part: Path, place: Path) -> None:
    """Move a folder into a place; what stood there goes only once the new one stands, and comes back if it does not."""
    if not os.path.lexists(place):
        part.rename(place)
        return
    aside = part.with_suffix(".old")
    place.rename(aside)
    try:
        part.rename(place)
    except BaseException:
        aside.rename(place)
        raise
    shutil.rmtree(aside, ignore_errors=True)  # the new run stands, whatever becomes of the rest of the old one
