"""``planner solve``: a scenario becomes a plan, and the plan a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import (
    json_option,
    loudness_options,
    run_options,
    scenario_options,
    solver_options,
)

if TYPE_CHECKING:
    from planner.engine.generation import Watch
    from planner.plan.plan import Plan

RUNS = Path("runs")
DONE, WRONG, INFEASIBLE, STOPPED = 0, 1, 3, 4


@click.command(short_help="Solve a scenario and keep the plan as a run.")
@scenario_options
@solver_options
@run_options
@json_option
@loudness_options
@click.pass_context
def solve(
    ctx: click.Context,
    *,
    scenario: Path,
    variant: str | None,
    overrides: tuple[str, ...],
    solver: str,
    time_limit: float | None,
    gap: float | None,
    folder: Path | None,
    force: bool,
    no_run: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Solve the scenario file S and keep the plan as a run.

    The plan says what is served where, what is built, what stays unserved and why, and what it costs. It is written to
    a run folder whose path is the last line printed. Ctrl-C stops with the best plan so far; a second one aborts.
    """
    from planner.cli.progress import follow

    if folder is not None and not no_run:
        planner.check_folder(folder, force=force)
    with follow(quiet=quiet, verbose=verbose) as watch:
        plan = planner.solve(
            scenario, variant=variant, overrides=overrides, solver=solver, gap=gap, time_limit=time_limit, watch=watch
        )
    run = None if no_run else _keep(plan, folder, force=force)
    if as_json:
        _echo_json(plan, run)
    else:
        _echo_summary(plan, run, stopped_by(plan, watch), quiet=quiet, verbose=verbose)
    ctx.exit(exit_code(plan, gap))


def exit_code(plan: Plan, gap: float | None = None) -> int:
    """0: proved as well as was asked, 1: a wrong plan, 3: none is possible, 4: stopped before the proof."""
    if plan.status is planner.Status.INFEASIBLE:
        return INFEASIBLE
    if plan.status is planner.Status.FEASIBLE and gap is not None and plan.gap <= gap:
        return DONE
    if plan.status in (planner.Status.FEASIBLE, planner.Status.LIMIT):
        return STOPPED
    return DONE if plan.status is planner.Status.OPTIMAL else WRONG


def stopped_by(plan: Plan, watch: Watch) -> str:
    """Return what ended the solve before its proof, in a word or two."""
    if plan.status not in (planner.Status.FEASIBLE, planner.Status.LIMIT):
        return ""
    return "interrupted" if watch.interrupted else "time limit reached" if watch.must_stop else ""


def _keep(plan: Plan, folder: Path | None, *, force: bool) -> Path:
    if folder is None:
        folder = planner.choose_folder(RUNS, plan.inputs.scenario.id, plan.inputs.variant, force)
    return planner.write_run(plan, folder, force=force)


def _echo_json(plan: Plan, run: Path | None) -> None:
    for finding in plan.findings:
        click.echo(finding, err=True)
    click.echo(json.dumps(planner.summarise(plan, run), allow_nan=False, indent=2, ensure_ascii=False))


def _echo_summary(plan: Plan, run: Path | None, stopped: str, *, quiet: bool, verbose: bool) -> None:
    if not quiet:
        planner.print_plan(plan, stopped=stopped, full=verbose)
    elif plan.status is not planner.Status.OPTIMAL:
        status = f"status: {plan.status.value}{f', {stopped}' if stopped else ''}"
        click.echo("\n".join([status, *plan.findings]), err=True)
    if run is not None:
        click.echo(run)
