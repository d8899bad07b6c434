"""``planner schema``: the format of the files, for editors."""

from __future__ import annotations

import click

SORTS = ("topology", "demand", "scenario")


@click.command(short_help="Print the format of a sort of files as JSON Schema, for editors.")
@click.argument("sort", type=click.Choice(SORTS), metavar="SORT")
def schema(sort: str) -> None:
    """Print the format of a SORT of files, topology, demand or scenario, as JSON Schema (draft 2020-12).

    Every key has its description, unit and example. An editor that speaks to the YAML language server shows them, and
    completes keys, where the first line of a file names the schema:

    \b
    planner schema topology > topology.schema.json
    # yaml-language-server: $schema=topology.schema.json
    """  # noqa: D301
    from planner.files.schema import schema_text

    click.echo(schema_text(sort), nl=False)
