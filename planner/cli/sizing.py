"""``planner size``: how many PFLOPS a community needs, where, by when, and what sharing is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.jobs import DONE, STOPPED, WRONG, exit_code, gravest
from planner.cli.options import FOLDER, FORMATS, Number, bundle, json_option, page_options, scenario_options
from planner.cli.warning import print_warnings

if TYPE_CHECKING:
    from planner.engine.solution import Watch
    from planner.report.language.speech import Language
    from planner.studies.serving import Served
    from planner.studies.size import Sizing

effort_options = bundle(
    click.option(
        "--gap",
        type=Number(min=0, max=1),
        metavar="G",
        help="Take each plan once it is proved to be within this share of the optimum, such as 0.01.",
    ),
    click.option(
        "--time-limit",
        type=Number(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop after this many seconds, all plans together, with what is known by then.",
    ),
)
"""How hard to try."""

FILE = click.Path(path_type=Path, dir_okay=False)

writing_options = bundle(
    click.option("--html", type=FILE, metavar="FILE", help="Write a page with charts, a map and all tables."),
    click.option("--xlsx", type=FILE, metavar="FILE", help="Write every table as a sheet of a workbook."),
    *(
        click.option(f"--{name}", type=FOLDER, metavar="DIR", help=f"Draw the charts as {name.upper()} into a folder.")
        for name in FORMATS
    ),
    page_options,
)
"""Where the answer goes beside the terminal."""

loudness_options = bundle(
    click.option("-q", "--quiet", is_flag=True, help="No progress and no tables: print only the answer."),
    click.option("-v", "--verbose", is_flag=True, help="Progress as plain lines, and every list in full."),
)
"""How much to say."""


class Service(Number):
    """A share of demand, or the word for as much of it as can be served."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the share, or the word as it is."""
        return value if value == "most" else super().convert(value, param, ctx)


@click.command(short_help="Size a community: how many PFLOPS, where, by when.")
@scenario_options
@click.option(
    "--served",
    type=Service(min=0, max=1),
    metavar="SHARE|most",
    help="Serve this share of every member's demand in each year, such as 0.95, or as much as can be served: most;"
    " default: what is worth its price.",
)
@effort_options
@writing_options
@json_option
@loudness_options
@click.pass_context
def size(
    ctx: click.Context,
    /,
    *,
    scenario: Path,
    variant: str | None,
    overrides: tuple[str, ...],
    served: Served,
    gap: float | None,
    time_limit: float | None,
    html: Path | None,
    xlsx: Path | None,
    language: Language,
    basemap: Path | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **folders: Path | None,
) -> None:
    """Size the community of the scenario file S, against its target.

    Says how many PFLOPS the members need on their soil, in which country and by when, what that costs at least, how far
    the target goes, what each member alone would need and pay, what pooling is worth and why, and what the next 100
    PFLOPS or Gbps are worth by place. No run is written. Ctrl-C stops with what is known; a second one aborts.

    \b
    planner size examples/central-asia-2000p.yaml --html size.html --xlsx size.xlsx
    """  # noqa: D301
    from planner.cli.progress import follow

    tell = (lambda name: click.echo(f"plan: {name}", err=True)) if verbose and not quiet else None
    inputs = planner.load_scenario(scenario, variant=variant, overrides=overrides)
    print_warnings(inputs, quiet=quiet, verbose=verbose)
    with follow(quiet=quiet, verbose=verbose) as watch:
        found = planner.size(inputs, served=served, gap=gap, time_limit=time_limit, watch=watch, tell=tell)
    if as_json:
        click.echo(json.dumps(planner.summarise_sizing(found), allow_nan=False, indent=2, ensure_ascii=False))
    else:
        planner.print_sizing(found, stopped=_stopped(watch), full=verbose, brief=quiet, language=language)
    # The answer is printed first: a file in the way of these must not cost it.
    pictures = {name: folder for name in FORMATS if (folder := folders[name]) is not None}
    written = planner.write_sizing(
        found, html=html, xlsx=xlsx, pictures=pictures, stopped=_stopped(watch), language=language, basemap=basemap
    )
    for path in written:
        click.echo(path, err=as_json)
    ctx.exit(_exit_code(found, gap))


def _stopped(watch: Watch) -> str:
    return "interrupted" if watch.interrupted else "time limit reached" if watch.must_stop else ""


def _exit_code(found: Sizing, gap: float | None) -> int:
    """Return 1 where a plan failed, 3 where what is asked cannot be served, 4 where a plan is missing or unproved."""
    essential = [plan for plan in (found.least_cost, *found.leanest.values()) if plan is not None]
    codes = [exit_code(plan, gap) for plan in essential]
    codes += [exit_code(plan, gap) for plan in found.plans.values() if plan.tables is not None]
    codes += [WRONG if found.failed else DONE, STOPPED if found.unanswered else DONE]
    return gravest(codes)
