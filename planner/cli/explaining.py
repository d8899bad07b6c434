"""``planner explain``: why a plan is as it is, or why there is none, and what would cure it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.options import FOLDER, Number, jobs_option, json_option, language_option, loudness_options

if TYPE_CHECKING:
    from planner.plan.plan import Tables
    from planner.plan.runs import Run
    from planner.report.language.speech import Language


def echo_json(found: Any) -> None:
    """Print an object and nothing else on stdout."""
    click.echo(json.dumps(found, allow_nan=False, indent=2, ensure_ascii=False))


@click.command(short_help="Say why a plan is as it is, and what would cure what it leaves.")
@click.argument("run", type=FOLDER, metavar="RUN")
@click.argument("demand", required=False, metavar="[ORIGIN/WORKLOAD]")
@click.option("--worth", "worthy", is_flag=True, help="Say instead what each rule, limit, failure and ms costs a year.")
@click.option("--decides", is_flag=True, help="Say instead which inputs decide the plan, at both ends of their range.")
@jobs_option
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
    worthy: bool,
    decides: bool,
    jobs: int | None,
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
    if worthy and decides:
        raise click.UsageError("--worth and --decides are two questions: ask one after the other")
    if worthy or decides:
        study = WORTH if worthy else DECIDES
        _study(kept, study, Loudness(as_json, quiet, verbose, language), Budget(jobs, time_limit))
        return
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


@dataclass(frozen=True)
class Loudness:
    """How much to say, and whether to programs."""

    as_json: bool
    quiet: bool
    verbose: bool
    language: Language


@dataclass(frozen=True)
class Budget:
    """How many processes, and for how long."""

    jobs: int | None
    seconds: float


@dataclass(frozen=True)
class Study:
    """A question to a run that takes many plans: by the names of what asks, tells and prints."""

    key: str
    ask: str
    summarise: str
    show: str


WORTH = Study("worth", "worth", "summarise_worth", "print_worth")
DECIDES = Study("decides", "what_decides", "summarise_deciding", "print_deciding")


def builds_of(run: Run) -> Tables | None:
    """Return the builds that a run took from another, which are its own."""
    return run.tables if run.plan.builds_given else None


def _study(run: Run, study: Study, how: Loudness, budget: Budget) -> None:
    """Ask many plans one question about a run, and print the answer."""
    from planner.cli.progress import follow
    from planner.studies.crew import available_cores

    with follow(quiet=how.quiet, verbose=False, found=True) as watch:
        watch.deadline = monotonic() + budget.seconds
        effort = planner.Effort(builds_of(run), watch, budget.jobs or available_cores())
        found = getattr(planner, study.ask)(run.plan, effort=effort)
    told = getattr(planner, study.summarise)(found)
    if how.as_json:
        scenario, variant = run.inputs.scenario.id, run.inputs.variant
        echo_json({"run": str(run.folder), "scenario": scenario, "variant": variant, study.key: told})
    else:
        show = getattr(planner, study.show)
        show(told, currency=run.inputs.scenario.finance.currency, full=how.verbose, language=how.language)


def _share(_ctx: click.Context, param: click.Parameter, written: str) -> float:
    """Return a share written as 0.02 or 2%."""
    text = written.strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = -1.0
    if not 0 <= share < float("inf"):
        raise click.BadParameter(f"{written} is no share: write 2% or 0.02", param=param)
    return share


@click.command(short_help="Say what else is as good as a plan.")
@click.argument("run", type=FOLDER, metavar="RUN")
@click.option(
    "--within", default="2%", show_default=True, metavar="SHARE", callback=_share,
    help="How much more than the best plan others may cost, penalties included: 2% or 0.02.",
)  # fmt: skip
@click.option(
    "--plans", type=click.IntRange(0, 20), default=4, show_default=True, metavar="N",
    help="How many plans that differ most are looked for and kept as runs beside RUN; 0 for none.",
)  # fmt: skip
@jobs_option
@language_option
@json_option
@loudness_options
def alternatives(
    *,
    run: Path,
    within: float,
    plans: int,
    jobs: int | None,
    language: Language,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Say what else is as good as the plan in the run folder RUN.

    Gives the least and the most of each country's hosting, each site, what is built and each link over all plans that
    cost at most so much more, says whether the best plan is the only one, and keeps a handful of plans that differ most
    as runs RUN-alternative and so on, each the proved best with one site closed or leant on.

    \b
    planner alternatives runs/central-asia-2000p --within 2%
    """  # noqa: D301
    from planner.cli.progress import follow
    from planner.studies.crew import available_cores

    kept = planner.read_run(run)
    with follow(quiet=quiet, verbose=verbose, found=True) as watch:
        effort = planner.Effort(builds_of(kept), watch, jobs or available_cores())
        found = planner.alternatives(kept.plan, within=within, plans=plans, effort=effort)
    place = run.parent / f"{run.name}-alternative"
    frozen = kept.manifest["frozen_builds"]
    runs = [planner.write_run(rival.plan, place, frozen_builds=frozen) for rival in found.rivals]
    told = planner.summarise_alternatives(found, runs)
    if as_json:
        echo_json(told)
    else:
        planner.print_alternatives(
            told, currency=kept.inputs.scenario.finance.currency, full=verbose, language=language
        )  # fmt: skip


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
