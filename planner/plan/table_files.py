"""The result tables in a run folder, of whichever version of the planner wrote them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

from planner.errors import RunError
from planner.plan.csv_tables import missing_columns, read_table
from planner.plan.plan import TABLE_INDEX, Tables

TABLES = PurePosixPath("tables")
FIRST_TABLES = frozenset({
    "assignments", "paths", "sites", "links", "demands", "members", "builds", "prices", "rates", "traffic", "failures",
})  # fmt: skip
"""Tables that every run with a plan has; a table that was added later is empty in a run of before."""


def read_tables(folder: Path, manifest: dict[str, Any]) -> Tables:
    """Return the tables of a run; the errors are those of `read_texts` and `read_table`."""
    tables = {}
    for name, text in read_texts(folder, manifest).items():
        tables[name] = read_table(name, text, str(folder / TABLES / f"{name}.csv"))
    return Tables(**tables)


def read_texts(folder: Path, manifest: dict[str, Any]) -> dict[str, str]:
    """Return the result tables of a run as they are written; one that it is too old to have holds no row.

    Raises
    ------
    RunError
        where one cannot be read
    """
    texts = {}
    for name, index in TABLE_INDEX.items():
        file = folder / TABLES / f"{name}.csv"
        try:
            texts[name] = file.read_bytes().decode() if name in manifest["tables"] else ",".join(index)
        except OSError as error:
            raise RunError(f"{file} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise RunError(f"{file} is no text in UTF-8") from None
    return texts


def find_missing(folder: Path, manifest: dict[str, Any]) -> list[str]:
    """Return what the tables of a run of another version lack, a sentence each: it can be read, and not be checked."""
    lacks = []
    for name, text in read_texts(folder, manifest).items():
        file, there = f"tables/{name}.csv", name in manifest["tables"]
        missing = (
            [f"has no column {column}" for column in missing_columns(name, text, file)] if there else ["is not there"]
        )
        lacks += [
            f"{file} {what}: the run is of another version and cannot be checked; solve again" for what in missing
        ]
    return lacks
