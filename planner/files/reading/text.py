"""Bytes from disk: every way in which a file can be no text gives one clear line."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from planner.errors import CONTROL, Fault, Place, did_you_mean, is_speakable, shown

SIZE_LIMIT = 32 * 2**20
"""Bytes: some hundred thousand records. Positions cost memory, about thirty times the file."""

Role = Literal["scenario", "topology", "demand", "table"]
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x84\x86-\x9f]")


_ARCHIVES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How workbooks begin, new and old."""
_WORKBOOK = {
    "demand": "name it as 'table:' in a demand file",
    "topology": "turn it into a topology with 'planner topology import'",
}
_PLAIN = {"table": "save it as 'CSV UTF-8', or as XLSX"}


@dataclass(frozen=True)
class InputFile:
    """A file as it was read: where it lies, what it is for, its bytes."""

    path: Path
    role: Role
    data: bytes

    @cached_property
    def sha256(self) -> str:
        """The hash of its bytes, in hexadecimal digits."""
        return hashlib.sha256(self.data).hexdigest()


class UnreadableError(Exception):
    """A file cannot be read at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        super().__init__(str(fault))


def display(path: Path) -> str:
    """Return a path as the user gave it, or relative to the working directory where that is shorter."""
    given = os.path.normpath(path)
    try:
        return shown(min(given, os.path.relpath(given), key=len))
    except (ValueError, OSError):  # another drive, or a working directory that is gone
        return shown(given)


def read_file(path: Path, role: Role) -> InputFile:
    """Return a text file in UTF-8, or raise `UnreadableError` with the one line that says what is wrong."""
    name = display(path)
    if not is_speakable(path):
        raise _unreadable(Place(name), "has a name that is no UTF-8", "give it another name, or its folder")
    try:
        if not path.exists():
            raise _unreadable(Place(name), "there is no such file", _sibling(path))
        if not path.is_file():
            raise _unreadable(Place(name), "is a directory" if path.is_dir() else "is no regular file", "give a file")
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise _unreadable(Place(name), f"cannot be read: {reason}") from None
    if len(data) > SIZE_LIMIT:
        raise _unreadable(Place(name), f"is larger than {SIZE_LIMIT >> 20} MB", "split it, or use a table for demands")
    if not is_workbook(data):
        _check_text(data, name, _PLAIN.get(role, "write plain text in UTF-8"))
    elif role != "table":
        raise _unreadable(
            Place(name), "is a workbook, not plain text", _WORKBOOK.get(role, "write plain text in UTF-8")
        )
    return InputFile(path, role, data)


def is_workbook(data: bytes) -> bool:
    """Tell whether bytes are those of a workbook, whatever the file is called."""
    return data.startswith(_ARCHIVES)


def _check_text(data: bytes, name: str, right: str) -> None:
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise _unreadable(Place(name), "is empty")
    control = _CONTROL.search(data)
    try:
        data.decode("utf-8")
        at, what = (control.start(), f"holds the control character 0x{control[0][-1]:02x}") if control else (-1, "")
    except UnicodeDecodeError as error:
        at, what = error.start, f"holds the byte 0x{data[error.start]:02x}, which is no UTF-8"
        if control and control.start() < at:
            at, what = control.start(), f"holds the control character 0x{control[0][-1]:02x}"
    if at >= 0:
        line, column = data.count(b"\n", 0, at) + 1, at - data.rfind(b"\n", 0, at)
        raise _unreadable(Place(name, line, column), what, right)


def _sibling(path: Path) -> str:
    """Return the nearest file name in the same folder, or that the folder is missing too."""
    folder = path.parent
    if not folder.is_dir():
        return f"there is no folder '{display(folder)}' either"
    return did_you_mean(path.name, (entry.name for entry in os.scandir(folder)), most=0)


def _unreadable(place: Place, what: str, right: str = "") -> UnreadableError:
    return UnreadableError(Fault(place, "", what, right))


def trouble_in(value: Any) -> str:
    """Return what is wrong with a text anywhere in a value of JSON, keys included; nothing where all is plain text."""
    heap = [value]
    while heap:
        each = heap.pop()
        if isinstance(each, dict):
            heap += [*each, *each.values()]
        elif isinstance(each, list):
            heap += each
        elif isinstance(each, str):
            if control := CONTROL.search(each):
                return f"holds the control character 0x{ord(control[0]):02x}"
            if not each.isascii() and re.search("[\ud800-\udfff]", each):
                return "holds half a character"
    return ""
