"""``planner share``: who pays, who gains, and whether anybody does better alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.jobs import DONE, INFEASIBLE, STOPPED, WRONG
from planner.cli.options import FOLDER, Number, bundle, jobs_option, json_option, language_option, scenario_options
from planner.cli.warning import print_warnings

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.studies.shares.sharing import Sharing

loudness_options = bundle(
    click.option("-q", "--quiet", is_flag=True, help="No progress and no tables: print only the answer."),
    click.option("-v", "--verbose", is_flag=True, help="A line for each coalition, and every list in full."),
)
"""How much to say."""


@click.command(short_help="Who pays, who gains, does anybody do better alone.")
@scenario_options
@click.option(
    "--by",
    type=click.Choice(["shapley", "nucleolus"]),
    default="shapley",
    show_default=True,
    help="The division of the gains that side payments settle.",
)
@click.option(
    "--gap",
    type=Number(min=0, max=1),
    metavar="G",
    help="Take each plan once it is proved to be within this share of the optimum, such as 0.01.",
)
@click.option(
    "--orders",
    type=click.IntRange(min=2),
    default=24,
    show_default=True,
    help="Above twelve members: how many orders of joining are sampled, each with its reverse.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="What these orders are drawn by.")
@jobs_option
@click.option(
    "-o",
    "--output",
    "folder",
    type=FOLDER,
    metavar="DIR",
    help="Keep what is found in this folder, and go on from what is there.",
)
@language_option
@json_option
@loudness_options
@click.pass_context
def share(
    ctx: click.Context,
    /,
    *,
    scenario: Path,
    variant: str | None,
    overrides: tuple[str, ...],
    by: str,
    gap: float | None,
    orders: int,
    seed: int,
    jobs: int | None,
    folder: Path | None,
    language: Language,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Divide what the members of the scenario file S save together.

    Every coalition of members is solved by itself: its demand, its sites and those of non-members, all links. From what
    each saves follow the Shapley value, the nucleolus, whether any group does better alone, what proportional keys
    would give, and the payments that settle it. The figures do not depend on the number of processes.
    """
    from planner.cli.progress import follow
    from planner.studies.crew import available_cores

    tell = (lambda line: click.echo(line, err=True)) if verbose and not quiet else None
    inputs = planner.load_scenario(scenario, variant=variant, overrides=overrides)
    print_warnings(inputs, quiet=quiet, verbose=verbose)
    with follow(quiet=quiet or verbose, verbose=False) as watch:
        found = planner.share(
            inputs, by=by, gap=gap, orders=orders, seed=seed, jobs=jobs or available_cores(), folder=folder,
            watch=watch, tell=tell,
        )  # fmt: skip
    if as_json:
        click.echo(json.dumps(planner.summarise_sharing(found), allow_nan=False, indent=2, ensure_ascii=False))
    else:
        stopped = "interrupted" if watch.interrupted else ""
        planner.print_sharing(found, stopped=stopped, full=verbose, brief=quiet, language=language)
    ctx.exit(_exit_code(found, gap))


def _exit_code(found: Sharing, gap: float | None) -> int:
    """Return 1 where a plan failed, 3 where a coalition is infeasible, 4 where one is missing or not proved enough."""
    if found.status in (planner.Status.ERROR, planner.Status.UNBOUNDED):
        return WRONG
    if found.status is planner.Status.INFEASIBLE:
        return INFEASIBLE
    enough = found.status is planner.Status.OPTIMAL or (found.status is planner.Status.FEASIBLE and gap is not None)
    return DONE if enough else STOPPED
