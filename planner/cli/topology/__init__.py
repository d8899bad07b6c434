"""``planner topology``: look at topology files, check, change, merge, import and export them."""

from __future__ import annotations

import click

from planner.cli.topology import editing, keeping
from planner.cli.topology.importing import export_command, import_command
from planner.cli.topology.looking import check_latency, show, stats, validate
from planner.cli.topology.mapping import map_command


@click.group(short_help="Look at topology files, check, change, import and export them.")
def topology() -> None:
    """Look at topology files, check, change, merge, import and export them."""


for command in (
    validate,
    show,
    stats,
    check_latency,
    map_command,
    *editing.COMMANDS,
    *keeping.COMMANDS,
    import_command,
    export_command,
):
    topology.add_command(command)
