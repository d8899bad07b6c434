"""Topologies of ours become foreign files: one exit for all formats."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from planner.errors import UsageError, did_you_mean
from planner.files.changing.writing import put_file, put_files
from planner.files.formats.grids import TABLES
from planner.files.formats.own import pack
from planner.files.formats.registry import EXPORTS, FORMATS, SUFFIXES
from planner.files.reading.text import display
from planner.topology import Topology


def export_topology(
    topology: Topology,
    path: str | Path,
    format: str | None = None,  # noqa: A002 -- the word that users know it by
    *,
    force: bool = False,
) -> Path:
    """Write a topology in a foreign format (csv: as a folder of tables) and return where.

    Raises
    ------
    UsageError
        where the format is unknown, or something stands there and `force` does not allow to write over it
    """
    place = Path(path)
    chosen = format or SUFFIXES.get(place.suffix.lower(), "csv" if not place.suffix else "")
    if chosen not in EXPORTS:
        right = did_you_mean(chosen, EXPORTS) if format else f"give --format, one of {', '.join(EXPORTS)}"
        raise UsageError(f"'{format or place.name}' tells no format that is written: {right}")
    sort, raw = FORMATS[chosen], pack(topology)
    if sort.folder:
        return _put_tables(place, sort.write(raw), force=force)
    _check_free(place, force=force)
    return put_file(place, sort.write(raw))


def _put_tables(folder: Path, files: dict[str, bytes], *, force: bool) -> Path:
    if folder.suffix == ".csv" or folder.is_file():
        raise UsageError(f"{display(folder)}: csv is a folder of tables: give a folder, or write xlsx")
    for name in files:
        _check_free(folder / name, force=force)
    put_files({folder / name: data for name, data in files.items()})
    for name in TABLES if force else ():
        if f"{name}.csv" not in files:
            _set_aside(folder / f"{name}.csv")
    return folder


def _set_aside(table: Path) -> None:
    """Give a table that would be read with the new ones a name by which it is not; it may be somebody's own."""
    names = (table.with_name(f"{table.name}.old{number or ''}") for number in count())
    if table.exists():
        table.rename(next(name for name in names if not name.exists()))


def _check_free(place: Path, *, force: bool) -> None:
    if place.is_dir():
        raise UsageError(f"{display(place)} is a folder: give a file")
    if place.exists() and not force:
        raise UsageError(f"{display(place)} is there already: --force writes over it")
