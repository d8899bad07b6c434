"""What one call of ``planner solve`` has to do: solve, for one variant or all, keep the runs, and end with a code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.cli.warning import print_warnings

if TYPE_CHECKING:
    from planner.engine.solution import Watch
    from planner.plan.plan import Plan, Tables
    from planner.report.plan.variants import Outcome
    from planner.studies.explaining.diagnosis import Diagnosis

RUNS = Path("runs")
DIAGNOSIS_SECONDS = 60.0
"""How long a solve that finds no plan looks for what clashes and for repairs."""
DONE, WRONG, BAD_INPUT, INFEASIBLE, STOPPED = 0, 1, 2, 3, 4


def exit_code(plan: Plan, gap: float | None = None) -> int:
    """0: proved as well as was asked, 1: a wrong plan, 3: none is possible, 4: stopped before the proof."""
    if plan.status is planner.Status.INFEASIBLE:
        return INFEASIBLE
    if plan.status is planner.Status.FEASIBLE and gap is not None and plan.gap <= gap:
        return DONE
    if plan.status in (planner.Status.FEASIBLE, planner.Status.LIMIT):
        return STOPPED
    return DONE if plan.status is planner.Status.OPTIMAL else WRONG


def gravest(codes: Iterable[int]) -> int:
    """Return the gravest of several exit codes: 1 (a wrong plan), 2 (bad input), 3 (infeasible), 4 (stopped), 0."""
    return min((code for code in codes if code != DONE), default=DONE)


def stopped_by(plan: Plan, watch: Watch) -> str:
    """Return what ended the solve before its proof, in a word or two."""
    if plan.status not in (planner.Status.FEASIBLE, planner.Status.LIMIT):
        return ""
    return "interrupted" if watch.interrupted else "time limit reached" if watch.must_stop else ""


def read_builds(run: Path) -> Tables:
    """Return the tables of the run whose builds are to be taken as they are.

    Raises UsageError where it holds no plan.
    """
    kept = planner.read_run(run)
    if kept.tables is None or not kept.status.has_plan:
        raise planner.UsageError(f"{run} holds no plan whose builds could be taken: it is {kept.status.value}")
    return kept.tables


@dataclass(frozen=True)
class Job:
    """What the command line asks for: the question, how hard to try, and where the runs go."""

    scenario: Path
    folder: Path | None
    builds: Path | None
    frozen: Tables | None
    overrides: tuple[str, ...]
    solver: str
    time_limit: float | None
    gap: float | None
    force: bool
    keep: bool
    report: bool
    quiet: bool
    verbose: bool
    write_lp: Path | None = None

    def solve(self, variant: str | None, *, warn: bool = True, found: bool = False) -> tuple[Plan, Watch]:
        """Solve the scenario, or a variant, and return the plan and the watch that followed it.

        Ctrl-C stops well where a plan is `found` already, of this question or of another one before it.
        """
        from planner.cli.progress import follow

        inputs = planner.load_scenario(self.scenario, variant=variant, overrides=self.overrides)
        if warn:
            print_warnings(inputs, quiet=self.quiet, verbose=self.verbose)
        with follow(quiet=self.quiet, verbose=self.verbose, found=found) as watch:
            plan = planner.solve(
                inputs, solver=self.solver, gap=self.gap, time_limit=self.time_limit, watch=watch, builds=self.frozen,
                write_lp=self.write_lp,
            )  # fmt: skip
        if self.builds is not None:
            from planner.plan.phrases import FROZEN_BUILDS

            note = FROZEN_BUILDS.say(run=self.builds)
            plan = replace(plan, notes=(note, *plan.notes))
        return plan, watch

    def check_place(self, variant: str | None, *, several: bool = False) -> None:
        """Make sure that the run can be put where it is to go, before anything is solved.

        Raises RunError where it cannot.
        """
        if several:
            planner.check_folder((self.folder or RUNS) / "run")
        elif self.folder is not None:
            planner.check_folder(self.folder, force=self.force)
        elif self.force and RUNS.exists():
            scenario = planner.load_scenario(self.scenario, variant=variant, overrides=self.overrides).scenario
            planner.check_folder(planner.choose_folder(RUNS, scenario.id, variant, self.force), force=True)

    def write(self, plan: Plan, folder: Path | None, diagnosis: Diagnosis | None = None) -> Path | None:
        """Keep a plan as a run, by default under the name of its scenario and variant."""
        if not self.keep:
            return None
        folder = folder or planner.choose_folder(RUNS, plan.inputs.scenario.id, plan.inputs.variant, self.force)
        extras = {} if diagnosis is None else {"diagnosis.json": planner.diagnosis_bytes(diagnosis)}
        return planner.write_run(
            plan, folder, force=self.force, frozen_builds=self.builds, report=self.report, extras=extras, tell=_echo
        )  # fmt: skip

    def worth(self, plan: Plan) -> list[dict[str, Any]]:
        """Say what each rule, limit, failure and millisecond costs a year; nothing where there is no plan."""
        if not plan.status.has_plan:
            return []
        from planner.cli.progress import follow

        with follow(quiet=self.quiet, verbose=False, found=True) as watch:
            return planner.summarise_worth(planner.worth(plan, effort=planner.Effort(self.frozen, watch)))

    def diagnose(self, plan: Plan) -> Diagnosis | None:
        """Say why there is no plan, in no more time than a solve may take; None where there is one."""
        if plan.status is not planner.Status.INFEASIBLE or plan.tables is not None:
            return None
        from planner.cli.progress import follow

        with follow(quiet=self.quiet, verbose=False, found=True) as watch:
            limit = DIAGNOSIS_SECONDS if self.time_limit is None else min(DIAGNOSIS_SECONDS, self.time_limit)
            return planner.diagnose(plan, builds=self.frozen, time_limit=limit, watch=watch)

    def outcomes(self) -> Iterator[tuple[Outcome, str]]:
        """Solve the scenario and each of its variants; yield what it came to, and what stopped it."""
        variants = [None, *planner.load_scenario(self.scenario).scenario.variants]
        interrupted = False
        for variant in variants:
            if interrupted:
                yield planner.Outcome(variant, exit_code=STOPPED), ""
                continue
            try:
                plan, watch = self.solve(variant, warn=variant is None, found=variant is not None)
                scenario = plan.inputs.scenario.id
                folder = planner.choose_folder(self.folder or RUNS, scenario, variant, self.force)
                run = self.write(plan, folder, self.diagnose(plan))
            except planner.PlannerError as error:
                yield planner.Outcome(variant, exit_code=error.exit_code, error=str(error)), ""
                continue
            interrupted = watch.interrupted
            yield planner.Outcome(variant, plan, run, exit_code(plan, self.gap)), stopped_by(plan, watch)


def _echo(line: str) -> None:
    click.echo(line, err=True)
