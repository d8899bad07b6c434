"""``planner new`` and ``planner schema``: a small project to begin with, and the format of the files, for editors."""

from __future__ import annotations

from pathlib import Path

import click

import planner
from planner.cli.options import FOLDER


@click.command(short_help="Write a small commented project that solves.")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--name", metavar="ID", help="Id of the scenario, the topology and the demand; default: the folder's name."
)
def new(folder: Path, name: str | None) -> None:
    """Write a small project into the new folder DIR: a topology, a demand and a scenario, with a comment for every key.

    It solves as it is. The folder holds the schemas too, so that editors complete and explain every key.
    """
    for file in planner.write_project(folder, name):
        click.echo(file)
    click.echo(f"Solve it with: planner solve {folder / 'scenario.yaml'}", err=True)


SORTS = ("topology", "demand", "scenario", "spec")


@click.command(short_help="Print the format of a sort of files as JSON Schema, for editors.")
@click.argument("sort", type=click.Choice(SORTS), metavar="SORT")
def schema(sort: str) -> None:
    """Print the format of a SORT of files, topology, demand, scenario or spec, as JSON Schema (draft 2020-12).

    Every key has its description, unit and example. An editor that speaks to the YAML language server shows them, and
    completes keys, where the first line of a file names the schema:

    \b
    planner schema topology > topology.schema.json
    # yaml-language-server: $schema=topology.schema.json
    """  # noqa: D301
    from planner.builder.schema import spec_schema_text
    from planner.files.schema import schema_text

    click.echo(spec_schema_text() if sort == "spec" else schema_text(sort), nl=False)
