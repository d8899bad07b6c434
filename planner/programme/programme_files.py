"""A programme as an LP or MPS file."""

from __future__ import annotations

from pathlib import Path as File
from typing import TYPE_CHECKING

from planner.errors import UsageError
from planner.files.changing.writing import check_name, put_file, temporary_folder
from planner.programme.families import OBJECTIVES

if TYPE_CHECKING:
    pass


if TYPE_CHECKING:
    from planner.programme.programme import Programme

HEAD = "minimise"
REMARKS = {".lp": "\\", ".mps": "*"}
"""What stands before the first line, by which a file is known as a programme of ours."""
LP_NAME_LIMIT = 255
"""Characters of a name in an LP file; ours end earlier."""


def check_programme_file(path: File) -> None:
    """Make sure that a programme can be written to a path; for a check before a long solve.

    Raises
    ------
    UsageError
        where its ending is no format, it is a folder, or a file is there that is no such programme
    """
    if path.suffix.lower() not in (".lp", ".mps"):
        raise UsageError(f"{path}: a programme is written as .lp or .mps, and this ends with neither")
    if path.is_dir():
        raise UsageError(f"{path} is a folder: give the name of a file")
    check_name(path)
    if path.is_file() and path.stat().st_size and not _is_programme(path):
        raise UsageError(f"{path} is there, and is no programme that the planner wrote: give another name")


def _is_programme(path: File) -> bool:
    with path.open("rb") as file:
        return any(file.read(len(HEAD) + 2).startswith(f"{mark} {HEAD}".encode()) for mark in REMARKS.values())


def write_programme(programme: Programme, path: File) -> File:
    """Write a programme with the paths it knows as an LP or MPS file, by the path's ending, whole or not at all.

    Rows and columns are called by family and key, with _ for what the formats forbid. The first line says what is
    minimised and in which unit.

    Raises
    ------
    UsageError
        see `check_programme_file`
    RunError
        where it cannot be written
    """
    check_programme_file(path)
    is_mps = path.suffix.lower() == ".mps"
    with temporary_folder() as folder:
        file = folder / "programme"
        if is_mps:
            programme.problem.writeMPS(str(file))
        else:
            programme.problem.writeLP(str(file), max_length=LP_NAME_LIMIT)
        written = file.read_bytes()
    head = f"{REMARKS[path.suffix.lower()]} {_minimised(programme)}\n"
    return put_file(path, head.encode() + written)


def _minimised(programme: Programme) -> str:
    """Say what the objective is: that of the last stage begun, for each stage before it is held by a row."""
    begun = sum(row.family == "stage" for row in programme.rows)
    name = programme.case.stages[begun]
    sign = "minus " if name == "served" else ""
    unit = OBJECTIVES[name].unit.replace("·", " ")  # not every solver reads more than ASCII
    return f"{HEAD} {sign}{name} in {unit}, times {programme.scale:g}"
