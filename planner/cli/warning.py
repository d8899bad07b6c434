"""Before a solve: what looks wrong in the topology, in one line on stderr, or with ``-v`` in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

import planner

if TYPE_CHECKING:
    from planner.errors import Fault
    from planner.files import Inputs


def print_warnings(inputs: Inputs, *, quiet: bool, verbose: bool) -> None:
    """Say how many warnings there are about the topology, what shows them, and the gravest one."""
    found = () if quiet else planner.find_warnings(inputs)
    if not found:
        return
    if verbose:
        click.echo("\n".join(map(warning_line, found)), err=True)
        return
    count = f"{len(found):,} warnings" if len(found) > 1 else "1 warning"
    which = "the first" if len(found) > 1 else "it is"
    click.echo(f"{count} about the topology: {_command(inputs)} shows them; {which}: {found[0]}", err=True)


def warning_line(fault: Fault) -> str:
    """Return a warning as a line: file:line:column: warning: where: what: what would be right."""
    parts = (str(fault.place), "warning", fault.where, fault.what, fault.right)
    return ": ".join(part for part in parts if part)


def _command(inputs: Inputs) -> str:
    """Return the command that shows them all."""
    from planner.files.reading.text import display

    files = [display(file.path) for file in inputs.files if file.role == "topology"]
    return " ".join(["planner topology validate", *files, *(["--together"] if len(files) > 1 else [])])
