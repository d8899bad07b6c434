"""``planner export``: the plan of a run for other programs."""

from __future__ import annotations

import json
from pathlib import Path

import click

import planner
from planner.cli.options import FOLDER, json_option

FORMATS = ("csv", "parquet", "xlsx", "geojson", "graphml")


@click.command(short_help="Export the plan of a run for other programs.")
@click.argument("run", type=FOLDER, metavar="RUN")
@click.option(
    "--format",
    "formats",
    type=click.Choice(FORMATS),
    multiple=True,
    required=True,
    help="What to write; may be given several times.",
)
@click.option(
    "-o",
    "--output",
    "place",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to write into, or for xlsx or graphml alone a file that ends so; default: exports in the run folder.",
)
@json_option
def export(run: Path, formats: tuple[str, ...], place: Path | None, as_json: bool) -> None:
    """Write the plan in the run folder RUN in other formats, and print the files.

    \b
    csv       csv/TABLE.csv, with csv/about.csv
    parquet   parquet/TABLE.parquet, typed, with units in the columns' metadata
    xlsx      plan.xlsx: a sheet about the plan, and one for each table
    geojson   geojson/nodes, sites, links and flows.geojson, for maps
    graphml   plan.graphml, for networkx, Gephi and yEd

    Figures of maps and graphs have their year in the name: used_pflops_2030. Files of an earlier export are replaced;
    where one was changed since, or somebody's own stands there, nothing is written.
    """  # noqa: D301
    files = planner.export_run(planner.read_run(run), formats, place)
    if as_json:
        listed = [str(file) for file in files]
        click.echo(json.dumps({"run": str(run), "files": listed}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(map(str, files)))
