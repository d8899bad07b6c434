"""Run folders appear whole or not at all, overwrite nothing by accident, and keep the user's own files."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import chain, count
from pathlib import Path, PurePosixPath

from planner.ending import unfinished, whole
from planner.errors import RunError, shown
from planner.files.changing.writing import alone, check_name, link_or_copy
from planner.plan.ownership import MANIFEST, alternative_names, files_in, find_foreign_files, read_list

__all__ = ["FORMAT", "MANIFEST", "check_folder", "choose_folder", "put_folder"]

FORMAT = 2
"""Version of the layout of run folders, under the key `run` of the manifest."""
ENTRIES = frozenset({MANIFEST, "inputs", "tables", "pictures", "exports"})
"""What a run folder holds, reports apart; with anything else in it, it is somebody's folder and not only a run."""
REPORT = re.compile(r"report(\.[a-z]{2})?(\.yours(-\d+)?)?\.html|\.report(\.[a-z]{2})?\.html\.[0-9a-f]{8}\.part")
"""What a report in a run folder is called, one for each language, changed by hand, or killed while it was written."""
SHOWN = 5
"""Files that are named when they are kept; of more the rest is counted."""


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
    if folder.is_symlink() or not folder.is_dir() or next(_others(folder), None) is not None:
        return False
    return read_list(folder) is not None


def _others(folder: Path) -> Iterator[str]:
    """Yield what lies beside a run in its folder."""
    names = sorted(entry.name for entry in folder.iterdir())
    yield from (name for name in names if name not in ENTRIES and not REPORT.fullmatch(name))


def check_folder(folder: Path, *, force: bool = False) -> None:
    """Make sure that a run can be put into a folder; for a check before a long solve.

    Raises
    ------
    RunError
        where the name is none or no text, or `force` would write over what is not a run
    """
    if folder.name in ("", ".."):
        raise RunError(f"'{folder}' is no name for a run folder: write a new one")
    check_name(folder)
    if not force or is_free(folder):
        return
    if not is_run(folder):
        other = next(_others(folder), "") if folder.is_dir() and read_list(folder) is not None else ""
        right = f"give another folder{other and f', or move {shown(Path(other))} away'}"
        raise RunError(f"{folder} holds more than a run, or none: it is left as it is; {right}")
    for name in files_in(folder):
        if not (folder / name).is_file() or (folder / name).is_symlink():
            raise RunError(f"{shown(folder / name)} is a link or no file, and would be lost: move it away")


def put_folder(
    folder: Path,
    files: Mapping[PurePosixPath, bytes],
    folders: Iterable[PurePosixPath],
    *,
    force: bool,
    tell: Callable[[str], None] | None = None,
) -> Path:
    """Write files into a folder that appears whole, and return it.

    They are written next to it and moved into place, so that neither a full disk nor an interrupt leaves half a folder.
    Files of a run that is written over and that the planner did not write as they are come along.

    Parameters
    ----------
    folder
        where; without `force` the next free number where it is taken
    files
        bytes by name
    folders
        folders that must be there, even empty
    tell
        takes a line for each sort of files that came along

    Raises
    ------
    RunError
        where it cannot be written, or `force` would write over what is not a run
    """
    check_folder(folder, force=force)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with unfinished(folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")) as part:
            _write(part, files, folders)
            return _move(part, folder, force=force, tell=tell)
    except OSError as error:
        raise RunError(f"{folder} cannot be written: {error.strerror or error}") from error


def _write(part: Path, files: Mapping[PurePosixPath, bytes], folders: Iterable[PurePosixPath]) -> None:
    part.mkdir()
    for each in folders:
        (part / each).mkdir(parents=True, exist_ok=True)
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


def _move(part: Path, folder: Path, *, force: bool, tell: Callable[[str], None] | None) -> Path:
    """Move a written folder into place; where another process was quicker, into the next free one."""
    bring_back(folder)
    while True:
        place = folder if force else next_free(folder)
        try:
            with alone(place), whole():
                brought = _swap(part, place)
        except OSError:
            if force or is_free(place):
                raise
        else:
            _sync(place.parent)
            if tell is not None:
                for line in _kept(brought):
                    tell(line)
            return place


def bring_back(folder: Path) -> None:
    """Put a run back that a process left aside which was killed before the new one stood."""
    if not folder.name or os.path.lexists(folder) or not folder.parent.is_dir():
        return
    name = re.compile(rf"\.{re.escape(folder.name)}\.[0-9a-f]{{8}}\.old")
    with suppress(OSError, RunError), alone(folder), whole():
        aside = [each for each in folder.parent.iterdir() if name.fullmatch(each.name) and is_run(each)]
        if aside and not os.path.lexists(folder):
            max(aside, key=lambda each: each.stat().st_mtime_ns).rename(folder)


def _swap(part: Path, place: Path) -> dict[PurePosixPath, PurePosixPath]:
    """Move a folder into a place; what stood there goes only once the new one stands, and comes back if it does not.

    Returns the new names of the files that came along, by the old ones.
    """
    if not os.path.lexists(place):
        part.rename(place)
        return {}
    there = [*files_in(place)]
    brought = _bring_along(place, part)
    aside = part.with_suffix(".old")
    place.rename(aside)
    try:
        part.rename(place)
    except BaseException:
        aside.rename(place)
        raise
    _clear(aside, there)
    return brought


def _bring_along(place: Path, part: Path) -> dict[PurePosixPath, PurePosixPath]:
    """Give the user's own files a second name in the new run, so that none gets lost."""
    brought = {}
    for old, name in sorted(
        find_foreign_files(place), key=lambda each: each[0] != each[1]
    ):  # who keeps a name comes first
        free = (each for each in chain([name], alternative_names(old)) if not os.path.lexists(part / each))
        new = brought[old] = next(free)
        (part / new).parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(place / old, part / new)
    return brought


def _clear(aside: Path, names: Iterable[PurePosixPath]) -> None:
    """Remove the files of an old run, each of which was ours or has come along; one that came later stays there.

    The manifest goes first: without it the folder is never taken for a run that has to come back.
    """
    for name in sorted(names, key=lambda each: each != PurePosixPath(MANIFEST)):
        with suppress(OSError):  # the new run stands, whatever becomes of the rest of the old one
            (aside / name).unlink()
    for folder, _, _ in os.walk(aside, topdown=False):
        with suppress(OSError):
            Path(folder).rmdir()


def _kept(brought: Mapping[PurePosixPath, PurePosixPath]) -> list[str]:
    """Say which files came along, and under which names."""
    same = [str(old) for old, new in brought.items() if old == new]
    other = [f"{old} as {new.name}" for old, new in brought.items() if old != new]
    return [
        *([f"kept, for the planner did not write it: {_listed(same)}"] if same else []),
        *([f"kept under another name, for it is not as the planner wrote it: {_listed(other)}"] if other else []),
    ]


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return ", ".join(shown(Path(name)) for name in names[:SHOWN]) + more
