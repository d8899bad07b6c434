"""Exports of a run: each format is a function from the run to its files, which then appear whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from planner.errors import UsageError, did_you_mean
from planner.plan.ownership import write_products
from planner.plan.runs import Run
from planner.report.exports.about import about_frame
from planner.report.exports.geojson import write_geojson
from planner.report.exports.graphml import write_graphml
from planner.report.exports.parquet import write_parquet
from planner.report.exports.sheets import write_csv, write_workbook

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "exports"
"""Where exports go in a run folder."""

Files = dict[str, bytes]


def _csv(run: Run) -> Files:
    """A folder of CSV files, one for each table."""
    tables = _tables(run)
    return {"csv/about.csv": write_csv(about_frame(run))} | {
        f"csv/{name}.csv": write_csv(frame) for name, frame in tables.items()
    }


def _parquet(run: Run) -> Files:
    """A folder of Parquet files, one for each table."""
    return {f"parquet/{name}.parquet": write_parquet(run, name, frame) for name, frame in _tables(run).items()}


def _xlsx(run: Run) -> Files:
    """One workbook with a sheet for each table."""
    return {"plan.xlsx": write_workbook({"about": about_frame(run), **_tables(run)})}


def _geojson(run: Run) -> Files:
    """A folder of feature collections: nodes, sites, links and flows."""
    return {f"geojson/{name}.geojson": data for name, data in write_geojson(run).items()}


def _graphml(run: Run) -> Files:
    """One graph of nodes and links."""
    return {"plan.graphml": write_graphml(run)}


FORMATS: Mapping[str, Callable[[Run], Files]] = {
    "csv": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "geojson": _geojson,
    "graphml": _graphml,
}
"""Every format by its name."""
SINGLE_FILES = ("xlsx", "graphml")
"""Formats that are one file, which may have any name."""


def export_run(run: Run, formats: Iterable[str], folder: str | Path | None = None) -> list[Path]:
    """Write the plan of a run in further formats and return the files; those of an earlier export are replaced.

    Parameters
    ----------
    run
        a run that holds a plan
    formats
        csv, parquet, xlsx, geojson, graphml
    folder
        where; by default ``exports`` in the run's folder. With one format alone that is one file, xlsx or graphml, also
        a file that ends so

    Raises
    ------
    UsageError
        where a format is unknown, the run holds no plan, or a format cannot hold it; nothing is written then
    RunError
        where a file cannot be written, or would replace one that the planner did not write as it is
    """
    wanted = list(dict.fromkeys(formats))
    if not wanted:
        raise UsageError(f"an export needs a format: {', '.join(FORMATS)}")
    for name in wanted:
        if name not in FORMATS:
            raise UsageError(f"no export is called '{name}': {did_you_mean(name, FORMATS)}")
    if run.tables is None:
        raise UsageError(f"{run.folder} holds no plan to export: it is {run.status.value}")
    place = Path(folder) if folder is not None else run.folder / FOLDER
    whole = _is_file(place, wanted)
    files = {name: data for each in wanted for name, data in FORMATS[each](run).items()}
    return write_products({place if whole else place / PurePosixPath(name): data for name, data in files.items()})


def _is_file(place: Path, formats: list[str]) -> bool:
    """Tell whether a place is the name of the one file to write."""
    ending = place.suffix.lower().removeprefix(".")
    if ending not in FORMATS or place.is_dir():
        if place.exists() and not place.is_dir():
            raise UsageError(f"{place} is a file, and an export of {', '.join(formats)} needs a folder")
        return False
    if formats == [ending] and ending in SINGLE_FILES:
        return True
    raise UsageError(
        f"{place} is named like a file, and an export of {', '.join(formats)} is a folder: give a folder"
        if ending in formats
        else f"{place} ends with .{ending}, and what is to be exported is {', '.join(formats)}"
    )


def _tables(run: Run) -> dict[str, pd.DataFrame]:
    assert run.tables is not None
    return dict(run.tables.items())
