"""``planner stress``: what holds when things break."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.jobs import DONE, STOPPED
from planner.cli.options import FOLDER, json_option, language_option

if TYPE_CHECKING:
    from planner.report.language.speech import Language


@click.command(short_help="Break a finished plan on paper: failures and minutes without service.")
@click.argument("run", type=FOLDER, metavar="RUN")
@click.option("--year", type=int, metavar="YEAR", help="The year of the plan; default: its last one.")
@click.option(
    "--pairs",
    type=click.IntRange(min=0),
    default=20,
    show_default=True,
    metavar="N",
    help="So many pairs of failures are told, the likeliest ones.",
)
@click.option(
    "--cells",
    type=click.IntRange(min=1),
    default=150,
    show_default=True,
    metavar="N",
    help="So many sets of failures are looked at before what is left is sampled.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="What states are drawn by.")
@language_option
@json_option
@click.option("-v", "--verbose", is_flag=True, help="Print every list in full.")
@click.pass_context
def stress(
    ctx: click.Context,
    /,
    *,
    run: Path,
    year: int | None,
    pairs: int,
    cells: int,
    seed: int,
    language: Language,
    as_json: bool,
    verbose: bool,
) -> None:
    """Fail every link, cable, site and risk of the plan in the run folder RUN, and tell who is without service.

    What is built and decided is held, flows are found again for the least that is left, training waits. From how often
    links fail and how long repairs take follow the minutes a year without service, by country and workload: states are
    enumerated, and what is left is sampled to a 95 % interval of 5 %.
    """
    found = planner.stress(run, year=year, pairs=pairs, cells=cells, seed=seed)
    if as_json:
        click.echo(json.dumps(planner.summarise_stress(found), allow_nan=False, indent=2, ensure_ascii=False))
    else:
        planner.print_stress(found, full=verbose, language=language)
    ctx.exit(DONE if found.goal_met else STOPPED)
