"""Edits taken back and brought again, file by file or all files of an edit together."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from planner.errors import RunError, UsageError
from planner.files.changing.history import BY_HAND, History, Version
from planner.files.changing.writing import alone, put_files
from planner.files.reading.text import display

UNDO, REDO = -1, 1


@dataclass(frozen=True)
class _Step:
    """One file's way from a version to its neighbour."""

    history: History
    target: int
    crossed: Version

    @property
    def data(self) -> bytes:
        return self.history.content(self.history.versions[self.target])


def undo_edit(path: str | Path, *, force: bool = False, together: bool = False) -> Version:
    """Bring a file back to what it was before its last edit, and return that edit; may be repeated.

    Parameters
    ----------
    force
        Go back also where the file was changed outside the planner since, or another file of the same edit was.
    together
        Take the edit back in all files that it changed, or in none; the edit returned names the others.

    Raises
    ------
    UsageError
        If there is nothing to undo, or a file was changed since and `force` is not set.
    RunError
        If what is kept beside the file is damaged.
    """
    return _move(_there(path), UNDO, force=force, together=together)


def redo_edit(path: str | Path, *, together: bool = False) -> Version:
    """Make an edit that was undone again, and return it; the errors are those of `undo_edit`."""
    return _move(_there(path), REDO, force=False, together=together)


def edits_of(path: str | Path) -> tuple[list[Version], int]:
    """Return the kept versions of a file, oldest first, and the number of the present one; -1 if none is kept."""
    history = History.of(_there(path))
    return history.versions, history.now


def _there(path: str | Path) -> Path:
    place = Path(path)
    if not place.is_file():
        raise UsageError(f"there is no file {place}")
    return place


def _move(path: Path, way: int, *, force: bool, together: bool) -> Version:
    others = _others(path, way) if together else []
    with alone(path, *others):
        step = _step(History.of(path), way, force=force)
        steps = [step, *(_partners(step, way, force=force) if together else ())]
        put_files({each.history.path: each.data for each in steps})
        for each in steps:
            each.history.now = each.target
            each.history.save()
            each.history.tidy()
    named = tuple(display(each.history.path) for each in steps[1:])
    return replace(step.crossed, together=named) if together else step.crossed


def _others(path: Path, way: int) -> list[Path]:
    """Return the files whose folders are to be held too."""
    history = History.of(path)
    at = max(history.now, history.now + way)
    near = [history.versions[n] for n in (at - 1, at, at + 1) if 0 <= n < len(history.versions)]
    return [place for version in near for place in history.others(version) if place.exists()]


def _step(history: History, way: int, *, force: bool) -> _Step:
    """Return the step of a file over one edit."""
    verb = "undo" if way < 0 else "redo"
    _check_hand(history, verb, force=force)
    target = history.now + way
    if not 0 <= target < len(history.versions):
        raise UsageError(f"there is nothing to {verb} in {history.path.name}")
    crossed = history.versions[max(target, history.now)]
    if way < 0 and crossed.what == BY_HAND and not force:
        raise UsageError(f"the last change of {history.path.name} was made outside the planner: --force takes it back")
    return _Step(history, target, crossed)


def _check_hand(history: History, verb: str, *, force: bool) -> None:
    """Refuse where a file is not as the last edit left it; with `force` its state is kept for a redo."""
    data = _bytes_of(history.path) if history.versions else b""
    name = history.path.name
    if not history.versions or history.find(data):
        return
    if verb == "redo":
        raise UsageError(f"{name} was changed outside the planner: nothing can be made again")
    if not force:
        right = "--force takes that change back first, and redo brings it again"
        raise UsageError(f"{name} was changed outside the planner since its last edit: {right}")
    history.push(data, BY_HAND)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"{path} cannot be read: {error.strerror}") from None


def _partners(step: _Step, way: int, *, force: bool) -> list[_Step]:
    """Return the steps of the other files of an edit; one that has made its step already needs none.

    Raises UsageError if another file is neither before nor after the edit, and `force` is not set.
    """
    found = []
    for place in step.history.others(step.crossed):
        history = History.of(place) if place.is_file() else None
        at = None if history is None else _place_of(history, step.crossed)
        if history is None or at is None or not history.find(_bytes_of(place)) or history.now not in (at - 1, at):
            if not force:
                raise UsageError(_stands_in_the_way(step, place, history, at, way))
        elif history.now == (at if way < 0 else at - 1):
            found.append(_Step(history, history.now + way, history.versions[at]))
    return found


def _place_of(history: History, edit: Version) -> int | None:
    """Return the number of the version that an edit of several files led to in one of them."""
    return next((n for n, version in enumerate(history.versions) if n and version.shares(edit)), None)


def _stands_in_the_way(step: _Step, place: Path, history: History | None, at: int | None, way: int) -> str:
    """Say why an edit cannot be moved over in all its files, and what to do first."""
    verb = "undo" if way < 0 else "redo"
    name, own = display(place), display(step.history.path)
    changed = f"'{step.crossed.what}' changed {own} and {name}"
    alone_ = f"; with --force {own} goes back alone" if way < 0 else ""
    if history is None:
        return f"{changed}, and {name} is not there any more{alone_}"
    if at is None:
        return f"{changed}, and {name} does not remember it{alone_}"
    later: Sequence[Version] = history.versions[at + 1 : history.now + 1] if way < 0 else ()
    with suppress(RunError):
        if not history.find(_bytes_of(place)):
            return f"{changed}, and {name} was changed outside the planner since{alone_}"
    if not later:
        return f"{changed}, and {name} is further back: planner topology {verb} {name} first{alone_}"
    steps = "once" if len(later) == 1 else f"{len(later)} times"
    since = ", ".join(f"'{version.what}'" for version in reversed(later))
    return f"{changed}, and {name} was changed since by {since}: first planner topology undo {name}, {steps}{alone_}"
