"""``planner sweep``: many plans of one question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.jobs import DONE, STOPPED, WRONG
from planner.cli.options import FOLDER, SCENARIO_FILE, Number, jobs_option, json_option, language_option

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.studies.sweep.sweep import Sweep


@click.command(short_help="Solve many variations of a question, and keep them in one table.")
@click.argument("study", type=SCENARIO_FILE, metavar="STUDY")
@jobs_option
@click.option(
    "-o", "--output", "folder", type=FOLDER, metavar="DIR", help="The study's folder; default: studies/ID here."
)
@click.option(
    "--gap",
    type=Number(min=0, max=1),
    metavar="G",
    help="Take each plan once it is proved to be within this share of the optimum, such as 0.01.",
)
@language_option
@json_option
@click.option("-q", "--quiet", is_flag=True, help="No progress.")
@click.option("-v", "--verbose", is_flag=True, help="A line for each member done, and every list in full.")
@click.pass_context
def sweep(
    ctx: click.Context,
    /,
    *,
    study: Path,
    jobs: int | None,
    folder: Path | None,
    gap: float | None,
    language: Language,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Solve every member of the study file STUDY: variants, years, futures, lists, ranges and draws, combined.

    What is done is kept in the study's folder, member by member: Ctrl-C loses nothing, the same command goes on, and a
    study made larger solves only what is new. A member that fails is told and stops no other. The tables are the same
    for any number of processes.
    """
    from planner.cli.progress import follow
    from planner.studies.crew import available_cores

    tell = (lambda line: click.echo(line, err=True)) if verbose and not quiet else None
    with follow(quiet=True, verbose=False, found=True) as watch:
        found = planner.sweep(
            study, jobs=jobs or available_cores(), folder=folder, gap=gap, watch=watch, tell=tell
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(planner.summarise_sweep(found), allow_nan=False, indent=2, ensure_ascii=False))
    else:
        planner.print_sweep(found, full=verbose, language=language)
    ctx.exit(_exit_code(found))


def _exit_code(found: Sweep) -> int:
    """Return 1 where a member failed, 4 where one was not reached."""
    return WRONG if found.faults else STOPPED if found.missing else DONE
