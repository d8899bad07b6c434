"""``planner explain``: why a plan is as it is, or why there is none, and what would cure it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.options import FOLDER, Number, json_option, language_option, loudness_options

if TYPE_CHECKING:
    from planner.plan.runs import Run
    from planner.report.language.speech import Language


def echo_json(found: Any) -> None:
    """Print an object and nothing else on stdout."""
    click.echo(json.dumps(found, allow_nan=False, indent=2, ensure_ascii=False))


@click.command(short_help="Say why a plan is as it is, and what would cure what it leaves.")
@click.argument("run", type=FOLDER, metavar="RUN")
@click.argument("demand", required=False, metavar="[ORIGIN/WORKLOAD]")
@click.option("--no-repairs", is_flag=True, help="Do not look for what would cure what is left unserved.")
@click.option(
    "--time-limit",
    type=Number(min=0, min_open=True),
    metavar="SECONDS",
    default=120.0,
    show_default=True,
    help="Leave out what is not known after this many seconds.",
)
@language_option
@json_option
@loudness_options
def explain(
    *,
    run: Path,
    demand: str | None,
    no_repairs: bool,
    time_limit: float,
    language: Language,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Explain the plan in the run folder RUN, or one demand of it, written as ORIGIN/WORKLOAD.

    Says for each demand which way it takes hop by hop, which other place would be the next best and what it would cost
    more a year, which limits stand between, and for what is left unserved the cheapest changes that would have it
    served. Of a run without a plan it says what cannot be kept together, in which file and line, by how much limits
    would have to be broken at least, and which changes would let a plan exist. Every change was applied and solved.

    \b
    planner explain runs/central-asia-2000p
    planner explain runs/central-asia-2000p KZ/records
    """  # noqa: D301
    from planner.cli.progress import follow

    kept = planner.read_run(run)
    found = _kept_diagnosis(kept) if demand is None else None
    if found is None:
        with follow(quiet=quiet, verbose=verbose) as watch:
            said = planner.explain(kept, demand, repairs=not no_repairs, time_limit=time_limit, watch=watch)
        found = planner.summarise_explanation(said, run)
    if as_json:
        echo_json(found)
    else:
        currency = kept.inputs.scenario.finance.currency
        planner.print_explanation(found, currency=currency, full=verbose, language=language)


def _kept_diagnosis(run: Run) -> dict[str, Any] | None:
    """Return the diagnosis that a run without a plan keeps, as `summarise_explanation` would give it."""
    file = run.folder / "diagnosis.json"
    if run.status is not planner.Status.INFEASIBLE or not file.is_file():
        return None
    try:
        kept = json.loads(file.read_bytes())
    except (OSError, ValueError):
        return None
    scenario, variant = run.inputs.scenario.id, run.inputs.variant
    head = {"run": str(run.folder), "scenario": scenario, "variant": variant, "status": run.status.value}
    return head | kept if isinstance(kept, dict) and "conflict" in kept else None
