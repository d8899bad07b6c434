"""``planner report`` and ``planner export``: the plan of a run as a page, as pictures, and for other programs."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import FOLDER, FORMATS, json_option, page_options, picture_options

if TYPE_CHECKING:
    from planner.report.language.speech import Language


@click.command(short_help="Write the report of a run, or its pictures.")
@click.argument("runs", type=FOLDER, metavar="RUN...", nargs=-1, required=True)
@click.option("--open", "shown", is_flag=True, help="Open the report in the browser.")
@page_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File to write the report to, or folder for pictures; default: report.html (report.CODE.html in another"
    " language), or the folder pictures, in RUN.",
)
@picture_options
@json_option
def report(
    *,
    runs: tuple[Path, ...],
    shown: bool,
    language: Language,
    basemap: Path | None,
    output: Path | None,
    as_json: bool,
    **formats: bool,
) -> None:
    """Write the reports of the run folders RUN... anew and print their paths.

    A report is one file that needs no network. With --png, --svg or --pdf pictures are drawn for papers and slides.
    """
    asked = [name for name in FORMATS if formats[name]]
    _check(runs, shown, output, asked)
    written: list[Path] = []
    for folder in runs:
        if asked:
            plan = planner.read_run(folder).plan
            paths = planner.draw_pictures(plan, output or folder / "pictures", asked, language, basemap)
        else:
            paths = [planner.write_report(folder, language=language, basemap=basemap, file=output)]
        written += paths
        if not as_json:
            click.echo("\n".join(map(str, paths)))
    if as_json:
        click.echo(json.dumps([str(path) for path in written], indent=2, ensure_ascii=False))
    for path in written if shown else ():
        webbrowser.open(path.resolve().as_uri())


def _check(runs: tuple[Path, ...], shown: bool, output: Path | None, asked: list[str]) -> None:
    """Refuse options that do not go together."""
    if output is not None and len(runs) > 1:
        raise click.UsageError("-o takes the report of one run: leave it out, or give the runs one by one")
    if asked and shown:
        raise click.UsageError(f"--open goes with the report, not with pictures: leave out --{asked[0]}")
    if output is not None and not asked and output.is_dir():
        raise click.UsageError(f"{output} is a folder: give the name of a file, such as {output / 'report.html'}")


EXPORTS = ("csv", "parquet", "xlsx", "geojson", "graphml")


@click.command(short_help="Export the plan of a run for other programs.")
@click.argument("run", type=FOLDER, metavar="RUN")
@click.option(
    "--format",
    "formats",
    type=click.Choice(EXPORTS),
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
