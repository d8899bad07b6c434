"""``planner solve``: a scenario becomes a plan, and the plan a run; so do all its variants, one after another."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.jobs import Job, exit_code, gravest, read_builds, stopped_by
from planner.cli.options import (
    all_variants_option,
    builds_option,
    json_option,
    language_option,
    loudness_options,
    run_options,
    scenario_options,
    solver_options,
    write_lp_option,
)

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language
    from planner.report.plan.variants import Outcome


@click.command(short_help="Solve a scenario and keep the plan as a run.")
@scenario_options
@all_variants_option
@builds_option
@solver_options
@write_lp_option
@run_options
@click.option("--worth", "worthy", is_flag=True, help="Say also what each rule, limit, failure and ms costs a year.")
@click.option("--no-report", is_flag=True, help="Write the run without report.html.")
@language_option
@json_option
@loudness_options
@click.pass_context
def solve(
    ctx: click.Context,
    /,
    *,
    scenario: Path,
    variant: str | None,
    all_variants: bool,
    builds: Path | None,
    folder: Path | None,
    no_run: bool,
    no_report: bool,
    worthy: bool,
    language: Language,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    **options: Any,
) -> None:
    """Solve the scenario file S and keep the plan as a run.

    The plan says what is served where, what is built, what stays unserved and why, and what it costs. It is written to
    a run folder whose path is the last line printed. Ctrl-C stops with the best plan so far; a second one aborts.

    With --all-variants the scenario itself and every variant are solved one after another, each with its own run. What
    is wrong with one does not stop the others. A table closes the output, and the exit code is the gravest of all: 1
    before 2, 3, 4 and 0.
    """
    if all_variants and variant is not None:
        raise click.UsageError("--all-variants solves every variant: leave --variant out")
    if all_variants and options["write_lp"] is not None:
        raise click.UsageError("--write-lp writes one programme: leave --all-variants out, and name a --variant")
    if all_variants and worthy:
        raise click.UsageError("--worth changes one question: leave --all-variants out, and name a --variant")
    frozen = None if builds is None else read_builds(builds)
    job = Job(
        scenario, folder, builds, frozen, keep=not no_run, report=not no_report, quiet=quiet, verbose=verbose, **options
    )  # fmt: skip
    if job.keep:
        job.check_place(None if all_variants else variant, several=all_variants)
    if all_variants:
        outcomes = list(_solve_and_echo(job, language, as_json=as_json))
        _echo_outcomes(job, outcomes, language, as_json=as_json)
        ctx.exit(gravest(outcome.exit_code for outcome in outcomes))
    ctx.exit(_solve_one(job, variant, language, as_json=as_json, worthy=worthy))


def _solve_one(job: Job, variant: str | None, language: Language, *, as_json: bool, worthy: bool) -> int:
    """Solve one question, keep its run, say what it came to, and return the exit code."""
    plan, watch = job.solve(variant)
    diagnosis = job.diagnose(plan)
    told = {} if diagnosis is None else planner.summarise_diagnosis(diagnosis)
    worth = {"worth": job.worth(plan)} if worthy else {}
    run = job.write(plan, job.folder, diagnosis)
    if as_json:
        _echo_json(plan, run, told | worth)
        return exit_code(plan, job.gap)
    _echo_summary(job, plan, stopped_by(plan, watch), language)
    currency = plan.inputs.scenario.finance.currency
    if told and not job.quiet:
        planner.print_brief_diagnosis(told, currency=currency, language=language)
    if worth and plan.status.has_plan and not job.quiet:
        planner.print_worth(worth["worth"], currency=currency, full=job.verbose, language=language)
    if run is not None:
        click.echo(run)
    return exit_code(plan, job.gap)


def _solve_and_echo(job: Job, language: Language, *, as_json: bool) -> Iterator[Outcome]:
    """Solve all variants and say of each at once what it came to."""
    for number, (outcome, stopped) in enumerate(job.outcomes()):
        name = outcome.variant or "base"
        if outcome.plan is None:
            for line in outcome.error.splitlines():
                click.echo(f"{name}: {line}", err=True)
        elif as_json:
            for finding in outcome.plan.findings:
                click.echo(f"{name}: {finding}", err=True)
        else:
            if number and not job.quiet:
                click.echo()
            _echo_outcome(job, outcome, stopped, language)
        yield outcome


def _echo_outcome(job: Job, outcome: Outcome, stopped: str, language: Language) -> None:
    """Print the head of a plan, with ``-v`` all of it, and its run."""
    assert outcome.plan is not None
    if not job.quiet:
        planner.print_plan(outcome.plan, stopped=stopped, full=job.verbose, brief=not job.verbose, language=language)
    elif outcome.plan.status is not planner.Status.OPTIMAL:
        findings = "; ".join(outcome.plan.findings)
        click.echo(f"{outcome.variant or 'base'}: {outcome.status}{findings and f': {findings}'}", err=True)
    if outcome.run is not None:
        click.echo(outcome.run)


def _echo_outcomes(job: Job, outcomes: list[Outcome], language: Language, *, as_json: bool) -> None:
    if as_json:
        scenario = next((each.plan.inputs.scenario.id for each in outcomes if each.plan is not None), None)
        found = [planner.summarise_outcome(outcome, scenario) for outcome in outcomes]
        click.echo(json.dumps(found, allow_nan=False, indent=2, ensure_ascii=False))
    elif not job.quiet:
        planner.print_variants(outcomes, language=language)


def _echo_json(plan: Plan, run: Path | None, more: dict[str, Any]) -> None:
    for finding in plan.findings:
        click.echo(finding, err=True)
    click.echo(json.dumps(planner.summarise(plan, run) | more, allow_nan=False, indent=2, ensure_ascii=False))


def _echo_summary(job: Job, plan: Plan, stopped: str, language: Language) -> None:
    if not job.quiet:
        planner.print_plan(plan, stopped=stopped, full=job.verbose, language=language)
    elif plan.status is not planner.Status.OPTIMAL:
        status = f"status: {plan.status.value}{f', {stopped}' if stopped else ''}"
        click.echo("\n".join([status, *plan.findings]), err=True)
