"""``planner topology map``: the map of topology files, without a plan, as one HTML file or as a picture."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import FORMATS, json_option, latency_option, page_options, picture_options
from planner.cli.topology.looking import FILES

if TYPE_CHECKING:
    from planner.latency import Latency
    from planner.report.language.speech import Language


@click.command("map", short_help="Draw topology files: an interactive map in one HTML file, or a picture.")
@FILES
@click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    help="Year that a picture shows, and the page first; default: the first in which all that is said to operate does.",
)
@latency_option
@click.option("--open", "shown", is_flag=True, help="Open the map in the browser.")
@page_options
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="File to write; default: the name of the first FILE with the ending .html, .png, .svg or .pdf, here.",
)
@picture_options
@click.option("--force", is_flag=True, help="Write over a file that is there, whatever it is.")
@json_option
def map_command(
    *,
    files: tuple[Path, ...],
    year: int | None,
    latency: Latency,
    shown: bool,
    language: Language,
    basemap: Path | None,
    output: Path | None,
    force: bool,
    as_json: bool,
    **formats: bool,
) -> None:
    """Draw the topology files FILE, merged, as a map, and print the path of what is written.

    The page is one file that needs no network: sites and links in every year, every figure with its source, who is cut
    off if something fails alone, the round-trip time between any two places with its path, tables, sources.
    """
    asked = [name for name in FORMATS if formats[name]]
    places = _places(files, output, asked)
    _check(shown, output, asked)
    topology = planner.load_topology(*files)
    if asked:
        _refuse_to_replace(places, force)
        for format_, place in zip(asked, places, strict=True):
            planner.draw_topology(topology, place, format_, language, basemap, year, force=force)
    else:
        planner.write_topology_map(
            topology, places[0], year=year, latency=latency, language=language, basemap=basemap, force=force
        )
    click.echo(
        json.dumps([str(place) for place in places], indent=2, ensure_ascii=False) if as_json else _lines(places)
    )
    if shown:
        webbrowser.open(places[0].resolve().as_uri())


def _lines(places: list[Path]) -> str:
    return "\n".join(map(str, places))


def _places(files: tuple[Path, ...], output: Path | None, asked: list[str]) -> list[Path]:
    """Return the files to write, none of which is one that is read."""
    name = files[0].stem if files[0].suffix else files[0].name
    places = [output] if output else [Path(f"{name}.{ending}") for ending in asked or ["html"]]
    for place in places:
        if place.resolve() in {file.resolve() for file in files}:
            raise click.UsageError(f"{place} is one of the files to draw: give another name with -o")
        if place.is_dir():
            raise click.UsageError(f"{place} is a folder: give the name of a file, such as {place / f'{name}.html'}")
    return places


def _check(shown: bool, output: Path | None, asked: list[str]) -> None:
    """Refuse options that do not go together."""
    if output is not None and len(asked) > 1:
        raise click.UsageError("-o names one file: leave it out, or draw one picture at a time")
    if asked and shown:
        raise click.UsageError(f"--open goes with the page, not with pictures: leave out --{asked[0]}")
    if output is not None and asked and output.suffix.lower() != f".{asked[0]}":
        raise click.UsageError(
            f"{output} is no name of a {asked[0].upper()}: write {output.with_suffix('.' + asked[0])}"
        )


def _refuse_to_replace(places: list[Path], force: bool) -> None:
    """Refuse to write over pictures, which do not tell whether they are maps."""
    there = [place for place in places if place.exists()]
    if there and not force:
        raise click.UsageError(f"{there[0]} is there already: choose another name with -o, or add --force")
