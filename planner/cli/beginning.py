"""``planner new``: a small project to begin with."""

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
