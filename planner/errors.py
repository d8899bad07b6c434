"""What can go wrong for a user, and where.

PlannerError                 base: shown as lines, never as a traceback
├── InputError               the user's files: every fault of every file at once
├── UsageError               an option, a name or a path on the command line
├── RunError                 a run folder that exists, is damaged or is no run
└── SolverError              a solver that is missing or fails
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What no text may hold, however it is written: it would drive the reader's terminal, and no XML can hold it."""
SHOWN_FAULTS = 200
"""Faults that an error shows at most."""
_WORKBOOK = ".xlsx"
ALIKE = 10
"""Faults of one kind that are shown; a wholly wrong table has one in every row."""
_PARTICULAR = re.compile(r"'[^']*'|[0-9][0-9.,]*")
"""What differs between faults of one kind: words that are quoted, and numbers."""


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file: the line and column count from 1, and 0 means unknown; in a workbook they name a cell."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.file
        if self.column and self.file.lower().endswith(_WORKBOOK):
            return f"{self.file}:{_letters(self.column)}{self.line}"
        return f"{self.file}:{self.line}:{self.column}"


def _letters(column: int) -> str:
    """Return what spreadsheets call a column: A, B, ..., Z, AA."""
    before, last = divmod(column - 1, 26)
    return (_letters(before) if before else "") + chr(ord("A") + last)


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a file, and what would be right."""

    place: Place
    where: str
    what: str
    right: str = ""

    def __str__(self) -> str:
        return ": ".join(part for part in (str(self.place), self.where, self.what, self.right) if part)


class PlannerError(Exception):
    """Base of every error that a user can cause or mend."""

    exit_code = 1


class InputError(PlannerError):
    """The files are wrong: `faults` holds all that is, sorted by file and line."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(sorted(set(faults)))
        super().__init__("\n".join(_lines(self.faults)))


def _lines(faults: Sequence[Fault]) -> Iterator[str]:
    """Yield a line for each fault, of one kind ten and then how many more there are."""
    listed = few_alike(faults)
    for fault, more in listed[:SHOWN_FAULTS]:
        yield str(fault)
        if more:
            yield f"and {more:,} more of this kind"
    if len(listed) > SHOWN_FAULTS:
        yield f"and {len(listed) - SHOWN_FAULTS:,} more faults"


def few_alike(faults: Sequence[Fault], most: int = ALIKE) -> list[tuple[Fault, int]]:
    """Return faults in their order, of one kind the first few; the last of these comes with how many more there are."""
    kinds: dict[str, list[Fault]] = {}
    for fault in faults:
        kinds.setdefault(_PARTICULAR.sub("", f"{fault.what}: {fault.right}"), []).append(fault)
    more = {id(same[most - 1]): len(same) - most for same in kinds.values() if len(same) > most}
    shown = {id(fault) for same in kinds.values() for fault in same[:most]}
    return [(fault, more.get(id(fault), 0)) for fault in faults if id(fault) in shown]


class UsageError(PlannerError):
    """An option, a name or a path given by the user does not exist or makes no sense."""

    exit_code = 2


class RunError(PlannerError):
    """A run folder exists already, is damaged or is not a run."""

    exit_code = 2


class SolverError(PlannerError):
    """A solver is missing or fails."""

    exit_code = 1


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known name most like a misspelt one, or None when none is like it."""
    names = sorted(set(known))
    lower = {name.lower(): name for name in reversed(names)}
    found = get_close_matches(word.lower(), lower, n=1, cutoff=0.6)
    return lower[found[0]] if found else None


def did_you_mean(word: str, known: Iterable[str], *, most: int = 12) -> str:
    """Return the words that help after an unknown name: the nearest one, else the few there are."""
    names = sorted(set(known))
    near = nearest(word, names)
    if near is not None:
        return f"did you mean '{near}'?"
    if not names or len(names) > most:
        return ""
    return "write " + " or ".join(f"'{name}'" for name in names) if len(names) < 3 else "one of " + ", ".join(names)


def shown(name: str | os.PathLike[str]) -> str:
    """Return a name for people, with bytes of it that are no UTF-8 by their numbers."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def is_speakable(name: str | os.PathLike[str]) -> bool:
    """Tell whether a name is text, and not bytes of another encoding, as files from old archives have them."""
    try:
        str(name).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
