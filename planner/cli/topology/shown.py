"""How edits are shown: the diff on stdout, in colours where a terminal takes them, or one JSON object."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from planner.cli.options import bundle
from planner.errors import PlannerError

if TYPE_CHECKING:
    from planner.files.changing.editor import EditedFile, Editor

FILE = click.Path(path_type=Path)

dry_run_option = click.option("--dry-run", is_flag=True, help="Show the changes and check them, but write nothing.")
"""Nothing is written."""

json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON and nothing else on stdout: file, changed, diff and the numbers of the lines that go and come; a"
    " list of such objects where several files change.",
)
"""For programs."""

edit_options = bundle(
    click.option(
        "--with",
        "beside",
        multiple=True,
        type=FILE,
        metavar="FILE",
        help="A topology that this one is merged with, needed where it names records of that one. May be given several"
        " times.",
    ),
    dry_run_option,
    json_option,
)
"""What every edit of a topology takes."""


def print_diff(diff: str) -> None:
    """Print a unified diff: green and red on a terminal, unless NO_COLOR is set."""
    coloured = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    for line in diff.splitlines():
        click.echo(_painted(line) if coloured else line, color=coloured)


def _painted(line: str) -> str:
    if line.startswith(("+++ ", "--- ")):
        return click.style(line, bold=True)
    return click.style(line, fg={"+": "green", "-": "red", "@": "cyan"}.get(line[:1]))


def print_json(files: Sequence[EditedFile]) -> None:
    """Print what was done to one file as an object, to several as a list."""
    found = [file.to_json() for file in files]
    click.echo(json.dumps(found[0] if len(found) == 1 else found, indent=2, ensure_ascii=False))


def finish(*editors: Editor, dry_run: bool, as_json: bool) -> None:
    """Show what editors have done, then check it, write it unless nothing is to be written, and say so."""
    files = [file for editor in editors for file in editor.files]
    changed = [file for file in files if file.changed]
    names = ", ".join(file.file for file in changed)
    if not as_json:
        for file in changed:
            print_diff(file.diff)
    _settle(editors if changed else (), dry_run=dry_run)
    if as_json:
        print_json(changed or files[:1])
    for fault in (fault for editor in editors for fault in editor.still_wrong):
        click.echo(f"still wrong, as before: {fault}", err=True)
    click.echo(
        (f"would change {names}" if dry_run else f"changed {names}") if changed else "nothing to change", err=True
    )


def _settle(editors: Sequence[Editor], *, dry_run: bool) -> None:
    """Check or write what editors have done; where one cannot, say which files are changed and which are not."""
    waiting = [[file.file for file in editor.files if file.changed] for editor in editors]
    for number, editor in enumerate(editors):
        try:
            (editor.check if dry_run else editor.save)()
        except PlannerError:
            written, left = (
                [name for names in part for name in names] for part in (waiting[:number], waiting[number:])
            )
            if written and not dry_run:
                click.echo(f"changed {', '.join(written)}", err=True)
            click.echo(f"not changed: {', '.join(left)}", err=True)
            raise
