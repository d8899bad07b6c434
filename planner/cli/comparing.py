"""``planner compare``: runs side by side, or a scenario and its variants."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.jobs import DONE, STOPPED, Job, exit_code, gravest
from planner.cli.options import bundle, json_option, page_options, solver_options
from planner.errors import did_you_mean

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language

ALL, LEAST = "all", 2
FILE = click.Path(path_type=Path, dir_okay=False)

question_options = bundle(
    click.option(
        "--variants",
        metavar="A,B|all",
        help="Solve the scenario S and these of its variants, or all, and compare them with S itself.",
    ),
    click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="PATH=VALUE",
        help="With --variants: change one value in all of them.",
    ),
    solver_options,
    click.option(
        "-o",
        "--output",
        "folder",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="With --variants: keep the runs in this folder; default: none is kept.",
    ),
    click.option("--force", is_flag=True, help="Write over runs that are there, in place of the next free numbers."),
)
"""What is solved before it is compared."""

writing_options = bundle(
    click.option(
        "--names", metavar="A,B,...", help="What to call the plans, in their order; default: their folders or variants."
    ),
    click.option("--html", type=FILE, metavar="FILE", help="Write a page with maps, the trade-off and all tables."),
    click.option("--markdown", type=FILE, metavar="FILE", help="Write the comparison as Markdown."),
    click.option(
        "--csv", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Write every table as CSV."
    ),
    click.option("--xlsx", type=FILE, metavar="FILE", help="Write every table as a sheet of a workbook."),
    page_options,
)
"""Where the comparison goes beside the terminal."""


loudness_options = bundle(
    click.option("-q", "--quiet", is_flag=True, help="No progress, and only the ranking of the plans."),
    click.option("-v", "--verbose", is_flag=True, help="Progress as plain lines, and every table in full."),
)
"""How much to say."""


@dataclass(frozen=True)
class ComparedPlans:
    """Plans to compare with their names, and the gravest exit code of solving them."""

    plans: Sequence[Any]
    names: list[str] | None = None
    code: int = DONE


@click.command(short_help="Compare plans: what changed, what moved, why, and which is best by what.")
@click.argument("runs", type=click.Path(path_type=Path), metavar="RUN... | S", nargs=-1)
@question_options
@writing_options
@json_option
@loudness_options
@click.pass_context
def compare(
    ctx: click.Context,
    /,
    *,
    runs: tuple[Path, ...],
    variants: str | None,
    names: str | None,
    language: Language,
    basemap: Path | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    html: Path | None,
    markdown: Path | None,
    csv: Path | None,
    xlsx: Path | None,
    **effort: Any,
) -> None:
    """Compare two to twenty runs RUN, each against the first; or a scenario S with some of its variants.

    Says which inputs differ, what moved by site, country, link, workload and year, which work changed site and why as
    far as the tables show it, and which plan is best by what. A run without a plan takes part without figures.

    \b
    planner compare runs/central-asia-2000p runs/central-asia-2000p-mutual-recognition
    planner compare examples/central-asia-2000p.yaml --variants mutual-recognition,khorgos-cut --html compare.html

    The exit code is 0; with --variants the gravest of solving them, as with 'planner solve --all-variants'.
    """  # noqa: D301
    if variants is None:
        _refuse_effort(ctx)
        found = ComparedPlans(_runs(runs))
    else:
        found = _solve(runs, variants, {**effort, "quiet": quiet, "verbose": verbose})
        if len(found.plans) < LEAST:
            click.echo("There is nothing to compare: fewer than two plans came out.", err=True)
            ctx.exit(found.code)
    called = found.names if names is None else [name.strip() for name in names.split(",")]
    comparison = planner.compare(found.plans, called)
    written = planner.write_comparison(
        comparison, csv=csv, xlsx=xlsx, markdown=markdown, html=html, language=language, basemap=basemap, full=verbose
    )
    if as_json:
        click.echo(json.dumps(planner.summarise_comparison(comparison), allow_nan=False, indent=2, ensure_ascii=False))
    else:
        planner.print_comparison(comparison, full=verbose, brief=quiet, language=language)
    for path in written:
        click.echo(path, err=as_json)
    ctx.exit(found.code)


def _runs(runs: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the folders of the runs, each of which must be one."""
    for run in runs:
        if run.is_file():
            raise click.UsageError(f"{run} is no run folder; compare a scenario's variants with --variants all")
    return runs


def _refuse_effort(ctx: click.Context) -> None:
    """Refuse options that say how to solve where nothing is solved."""
    given = [
        name
        for name in ("overrides", "solver", "time_limit", "gap", "folder", "force")
        if ctx.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
    ]
    if given:
        option = {"overrides": "set", "folder": "output"}.get(given[0], given[0].replace("_", "-"))
        raise click.UsageError(f"--{option} needs --variants: runs are compared as they are kept")


def _solve(given: tuple[Path, ...], variants: str, effort: dict[str, Any]) -> ComparedPlans:
    """Solve a scenario and its variants; one that is wrong is told and left out."""
    if len(given) != 1:
        raise click.UsageError("--variants compares the variants of one scenario: name one file")
    known = list(planner.load_scenario(given[0], overrides=effort["overrides"]).scenario.variants)
    chosen = known if variants == ALL else list(dict.fromkeys(name.strip() for name in variants.split(",")))
    for name in chosen:
        if name not in known:
            there = f" (it has {', '.join(known)})" if known else " (it has none)"
            near = did_you_mean(name, known, most=0)
            raise click.UsageError(f"the scenario has no variant '{name}'{near and f': {near}'}{there}")
    if not 1 <= len(chosen) < 20:
        raise click.UsageError(f"the scenario has {len(chosen)} variants to compare: choose one to nineteen")
    job = Job(given[0], builds=None, frozen=None, keep=effort["folder"] is not None, report=False, **effort)
    plans, names, codes = [], [], []
    for variant, plan, code in _solved(job, [None, *chosen]):
        codes.append(code)
        if plan is not None:
            plans.append(plan)
            names.append(variant or "base")
    return ComparedPlans(plans, names, gravest(codes))


def _solved(job: Job, variants: Sequence[str | None]) -> Iterator[tuple[str | None, Plan | None, int]]:
    """Solve one variant after another, and keep their runs if that was asked; Ctrl-C leaves the rest out."""
    interrupted = False
    for variant in variants:
        name = variant or "base"
        if interrupted:
            click.echo(f"{name}: not started", err=True)
            yield variant, None, STOPPED
            continue
        try:
            plan, watch = job.solve(variant, warn=variant is None, found=variant is not None)
        except planner.PlannerError as error:
            for line in str(error).splitlines():
                click.echo(f"{name}: {line}", err=True)
            if variant is None:
                raise click.exceptions.Exit(error.exit_code) from error
            yield variant, None, error.exit_code
            continue
        interrupted = watch.interrupted
        if job.folder is not None:
            folder = planner.choose_folder(job.folder, plan.inputs.scenario.id, variant, job.force)
            click.echo(f"{name}: {job.write(plan, folder)}", err=True)
        yield variant, plan, exit_code(plan, job.gap)
