"""``planner topology import`` and ``planner topology export``: foreign formats."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.options import json_option
from planner.files.formats.registry import EXPORTS, FORMATS, IMPORTS, titles

if TYPE_CHECKING:
    from planner.files.formats import Imported

WITH_DEMANDS = [name for name in IMPORTS if "demands" in FORMATS[name].carries]
KINDS = click.Choice(["terrestrial", "submarine", "microwave"])
FILE = click.Path(path_type=Path)

force_option = click.option("--force", is_flag=True, help="Write over the files that are there.")


@click.command(name="import", short_help=f"Turn {titles(IMPORTS)} into a topology.")
@click.argument("sources", type=FILE, nargs=-1, required=True, metavar="SRC...")
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE.yaml", help="Topology file to write.")
@click.option("--format", type=click.Choice(IMPORTS), help="What SRC is; default: told by its name and beginning.")
@click.option("--id", metavar="NAME", help="Id of the topology; default: from its title or file name.")
@click.option("--country", metavar="XX", help="Country of places that neither the file nor the map puts into one.")
@click.option(
    "--capacity", default="100 Gbps", show_default=True, metavar="RATE", help="Capacity of links that have none."
)
@click.option("--kind", type=KINDS, help="Kind of links that have none; default: terrestrial, drawn cables submarine.")
@click.option("--unit", metavar="UNIT", help="Unit of rates without one, such as Mbps; default: Gbps, and said so.")
@click.option("--drop-unplaced", is_flag=True, help="Leave nodes without coordinates out, with their links.")
@click.option(
    "--snap", default="5 km", show_default=True, metavar="KM", help="How far a landing may lie off its cable's line."
)
@click.option(
    "--demand",
    type=FILE,
    metavar="FILE.yaml",
    help=f"Demand file to write, where SRC knows demands ({titles(WITH_DEMANDS)}).",
)
@click.option(
    "--unserved", metavar="PRICE", help="Price of unserved traffic, such as '10 kUSD/Gbps/year', or required."
)
@force_option
@json_option
def import_command(
    sources: tuple[Path, ...], *, output: Path, demand: Path | None, force: bool, as_json: bool, **options: Any
) -> None:
    """Turn files of another format into a topology file, and tell what had to be guessed.

    SRC is one file, or those that belong together: cables and landing points, nodes and spans, nodes.csv and
    links.csv, or the folder of such tables. What was guessed is marked `confidence: assumed` in the file, with a note,
    and summed up on stderr; --json prints every single guess.

    \b
    planner topology import Geant2012.graphml -o geant.yaml --drop-unplaced
    planner topology import germany50.txt -o de.yaml --demand de-demand.yaml --unit Mbps
    planner topology import cables.geojson landings.geojson -o cables.yaml
    """  # noqa: D301
    for place in (output, demand):
        if place is not None and place.exists() and not force:
            raise planner.UsageError(f"{place} is there already: --force writes over it")
    imported = planner.import_topology(*sources, **options)
    if demand is not None and imported.demand_text is None:
        raise planner.UsageError(f"{sources[0]} knows no demand: leave --demand out")
    imported.write(output, demand)
    if as_json:
        click.echo(json.dumps(_summary(imported, output, demand), indent=2, ensure_ascii=False))
        return
    for line in imported.report():
        click.echo(line, err=True)
    if demand is None and imported.demand_text is not None:
        click.echo("The file knows demands too: --demand FILE.yaml writes them.", err=True)
    for place in (output, demand):
        if place is not None:
            click.echo(place)


def _summary(imported: Imported, output: Path, demand: Path | None) -> dict[str, object]:
    topology = imported.topology
    counts = {key: len(getattr(topology, key)) for key in ("nodes", "sites", "links", "cables")}
    return {
        "topology": str(output),
        "demand": str(demand) if demand else None,
        "id": topology.id,
        "format": imported.format,
        **counts,
        "guesses": [asdict(guess) for guess in imported.guesses],
        "messages": list(imported.messages),
    }


@click.command(name="export", short_help=f"Write a topology as {titles(EXPORTS)}.")
@click.argument("files", type=FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("-o", "--output", type=FILE, required=True, metavar="OUT", help="File to write; with csv, a folder.")
@click.option("--format", "sort", type=click.Choice(EXPORTS), help="Format to write; default: told by the name of OUT.")
@force_option
def export_command(files: tuple[Path, ...], output: Path, sort: str | None, force: bool) -> None:
    """Write each topology FILE, merged, in another format.

    Reading the file back with `planner topology import` gives the same topology: every field has an attribute.

    \b
    planner topology export topologies/2africa.yaml -o 2africa.graphml
    planner topology export topologies/central-asia.yaml -o tables --format csv
    """  # noqa: D301
    click.echo(planner.export_topology(planner.load_topology(*files), output, sort, force=force))
