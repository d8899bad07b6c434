"""``planner topology undo, redo, fmt, diff, merge``: files as a whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.topology.shown import FILE, dry_run_option, finish, json_option, print_diff, print_json

if TYPE_CHECKING:
    from planner.files.changing.history import Version

files_argument = click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
DIFFERENT = 1
"""Exit code where files differ and the user asked to be told so, as with git diff and other formatters."""


@click.command(short_help="Take back the last edit of a file.")
@files_argument
@click.option(
    "--force",
    is_flag=True,
    help="Go back even where the file was changed by other means since, or another file of the same edit was.",
)
@click.option("--list", "listed", is_flag=True, help="List the edits that are kept, and change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout.")
def undo(files: tuple[Path, ...], force: bool, listed: bool, as_json: bool) -> None:
    """Bring each FILE back to what it was before its last edit by the planner; may be repeated.

    An edit of several files, such as a renaming, is taken back in all of them, or in none where one was changed since.
    The last 50 versions lie in the hidden folder .NAME.undo beside the file, which may be deleted at any time. 'planner
    topology redo' makes an undone edit again.
    """
    if listed:
        _list(files, as_json=as_json)
        return
    _move(files, "undo", partial(planner.undo_edit, force=force, together=True), as_json=as_json)


@click.command(short_help="Make an undone edit again.")
@files_argument
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout.")
def redo(files: tuple[Path, ...], as_json: bool) -> None:
    """Make the edit of each FILE again that was undone last."""
    _move(files, "redo", partial(planner.redo_edit, together=True), as_json=as_json)


def _move(files: tuple[Path, ...], verb: str, move: Callable[[Path], Version], *, as_json: bool) -> None:
    """Undo or redo an edit of each file, and say which other files went with it; they need no turn of their own."""
    done = f"{verb.removesuffix('o')}one"
    told: list[dict[str, object]] = []
    gone: set[Path] = set()
    for file in files:
        if file.resolve() in gone:
            continue
        edit = move(file)
        gone |= {Path(name).resolve() for name in edit.together}
        told.append({"file": str(file), done: edit.what, "together": list(edit.together)})
        for name in (file, *edit.together) if not as_json else ():
            click.echo(f"{name}: {done}: {edit.what}")
    if as_json:
        click.echo(json.dumps(told[0] if len(told) == 1 else told, indent=2, ensure_ascii=False))


def _list(files: tuple[Path, ...], *, as_json: bool) -> None:
    found = {str(file): planner.edits_of(file) for file in files}
    if as_json:
        data = {
            name: [{"what": v.what, "at": v.at, "sha256": v.sha256, "now": n == now} for n, v in enumerate(versions)]
            for name, (versions, now) in found.items()
        }
        click.echo(json.dumps(data, indent=2, ensure_ascii=False))
        return
    for name, (versions, now) in found.items():
        click.echo(f"{name}: {len(versions) or 'no'} {'version' if len(versions) == 1 else 'versions'} kept")
        for number, version in enumerate(versions):
            click.echo(f"{'*' if number == now else ' '} {version.at}  {version.what}")


@click.command(short_help="Bring topologies into canonical form.")
@files_argument
@click.option("--check", is_flag=True, help="Write nothing; exit 1 where a file is not in canonical form.")
@click.option(
    "--with", "beside", multiple=True, type=FILE, metavar="FILE", help="A topology that these are merged with."
)
@dry_run_option
@json_option
@click.pass_context
def fmt(
    ctx: click.Context,
    /,
    *,
    files: tuple[Path, ...],
    check: bool,
    beside: tuple[Path, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Bring the sections and fields of each topology FILE into their usual order and spell units in the usual way.

    Comments stay with what they stand above or behind, records stay in their order, numbers stay as written: '2Tbps'
    becomes '2 Tbps', '2000P' becomes '2000 PFLOPS'. The meaning does not change.
    """
    editors = [planner.edit_topology(file, beside=beside) for file in files]
    for editor in editors:
        editor.format()

    finish(*editors, dry_run=dry_run or check, as_json=as_json)
    if check and any(editor.changed for editor in editors):
        ctx.exit(DIFFERENT)


@click.command(short_help="Merge topologies into one file.")
@files_argument
@click.option("-o", "--output", required=True, type=FILE, metavar="OUT", help="The file to write.")
@click.option("--force", is_flag=True, help="Write over OUT if it is there; that can be undone.")
@json_option
def merge(files: tuple[Path, ...], output: Path, force: bool, as_json: bool) -> None:
    """Merge each topology FILE into the one file OUT, with the title of the first.

    An id that stands in two files is an error that names both places; a source cited with the same words in both is
    written once. Comments come along with their records.
    """
    done = planner.merge_topologies(files, output, force=force)
    if as_json:
        print_json([done])
    elif done.before:
        print_diff(done.diff)
    click.echo(f"wrote {done.file}", err=True)


@click.command(short_help="Compare two topologies by records and fields.")
@click.argument("before", type=FILE, metavar="A")
@click.argument("after", type=FILE, metavar="B")
@click.option(
    "--with", "beside", multiple=True, type=FILE, metavar="FILE", help="A topology that both are merged with."
)
@click.option("--currency", default="USD", show_default=True, metavar="WORD", help="The word for money in the files.")
@click.option("--exit-code", is_flag=True, help="Exit 1 where the two differ, as git diff does.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else on stdout: a list of changes.")
@click.pass_context
def diff(
    ctx: click.Context,
    /,
    *,
    before: Path,
    after: Path,
    beside: tuple[Path, ...],
    currency: str,
    exit_code: bool,
    as_json: bool,
) -> None:
    """Compare the topologies A and B: records that came or went, and fields that differ, with their units.

    What only reads differently ('1 Tbps' and '1000 Gbps', another order, other comments) is no difference.
    """
    old = planner.load_topology(before, *beside, currency=currency)
    new = planner.load_topology(after, *beside, currency=currency)
    changes = planner.differences(old, new, currency=currency)
    if as_json:
        keys = ("section", "key", "field", "before", "after")
        found = [{"path": each.path, **{key: getattr(each, key) for key in keys}} for each in changes]
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        for each in changes:
            click.echo(_line(each.path, each.before, each.after, whole=not each.field))
        click.echo(f"{len(changes) or 'no'} {'difference' if len(changes) == 1 else 'differences'}", err=True)
    if exit_code and changes:
        ctx.exit(DIFFERENT)


def _line(path: str, before: str | None, after: str | None, *, whole: bool) -> str:
    if whole:
        return f"{'+' if before is None else '-'} {path}"
    return f"~ {path}: {'nothing' if before is None else before} -> {'nothing' if after is None else after}"


COMMANDS = (undo, redo, fmt, diff, merge)
"""The commands that speak of files as a whole."""
