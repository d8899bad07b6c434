"""From a question to a plan: prepare, build, generate, translate back, check."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isnan
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from planner.engine.fixed import FixedProgramme
from planner.engine.optimisation import Optimisation
from planner.engine.solution import Solution, Watch
from planner.engine.solvers import LIVE_SOLVER, make_solver, solve_final
from planner.engine.status import Stage, Status
from planner.errors import UsageError
from planner.files import Inputs, load_scenario
from planner.plan.answer import Answer
from planner.plan.diagnosis import EasedQuestion, explain_infeasible
from planner.plan.frozen import freeze_builds
from planner.plan.misfits import write_misfits
from planner.plan.notes import write_notes
from planner.plan.plan import Plan, Tables
from planner.plan.tables import assemble_tables
from planner.plan.verify import verify_plan
from planner.programme.objective import PENALTIES
from planner.programme.prepare import prepare
from planner.programme.programme import build_programme
from planner.programme.programme_files import check_programme_file, write_programme
from planner.version import __version__, library_versions

if TYPE_CHECKING:
    from collections.abc import Sequence


def solve(
    scenario: str | Path | Inputs,
    *,
    variant: str | None = None,
    overrides: Sequence[str] = (),
    solver: str = LIVE_SOLVER,
    gap: float | None = None,
    time_limit: float | None = None,
    watch: Watch | None = None,
    builds: Tables | None = None,
    stages: Sequence[str] = (),
    pool_pflops: float | None = None,
    write_lp: str | Path | None = None,
    briefly: bool = False,
    sides: bool = True,
) -> Plan:
    """Solve a scenario and return its plan, checked.

    Parameters
    ----------
    scenario
        a scenario file, or inputs already loaded
    variant, overrides
        a variant by name and further ``path=value`` changes, for a scenario file
    solver
        PuLP's name of the solver that gets the final programme; the paths are always generated with HiGHS
    gap
        relative gap at which to stop; by default the optimum is proved to 1e-7
    time_limit
        seconds after which to stop with the best plan so far
    watch
        takes progress and interrupts
    builds
        tables of another plan whose builds and projects are taken as they are; only flows are moved
    stages
        objectives in exactly this order, in place of the scenario's
    pool_pflops
        most PFLOPS of the members' sites that may be in use, at their fill, in any hour; by default no limit
    write_lp
        a file that gets the final programme with all its paths, as LP or MPS by its ending, also where there is no plan
    briefly
        where there is no plan, only say what cannot be served; by default find out what would have to change
    sides
        whether to tell of each price what one unit more saves and one less costs, which may take as long as the plan;
        without, `price_more` and `price_less` are not numbers

    Raises
    ------
    InputError
        with all faults of all files
    UsageError
        where no solver has that name, `gap` or `time_limit` is no number to reckon with, or `write_lp` ends with
        neither .lp nor .mps
    SolverError
        where the solver is missing or fails
    """
    started = monotonic()
    check_effort(gap, time_limit)
    if write_lp is not None:
        check_programme_file(Path(write_lp))
    inputs = scenario if isinstance(scenario, Inputs) else load_scenario(scenario, variant=variant, overrides=overrides)
    make_solver(solver)
    watch = watch or Watch()
    if time_limit is not None:
        watch.deadline = started + time_limit
    case = replace(prepare(inputs), pool_pflops=pool_pflops)
    programme = build_programme(replace(case, stages=tuple(stages)) if stages else case)
    if builds is not None:
        freeze_builds(programme, builds)
    search = Optimisation(programme, watch, gap)
    solution = search.solve()
    if write_lp is not None:
        write_programme(programme, Path(write_lp))
    if solver != LIVE_SOLVER and solution.status.has_plan:
        solution = solve_final(programme, solution, solver, watch)
    fixed = FixedProgramme(search.generation, solution) if solution.status.has_plan else None
    if fixed is not None:
        solution = replace(solution, duals=fixed.duals)
    answer = Answer(inputs, programme, solution, fixed, sides=sides)
    if solution.status is Status.INFEASIBLE:
        question = EasedQuestion(inputs, pool_pflops, builds)
        findings = explain_infeasible(answer, question, watch, briefly=briefly)
        return _translate(answer, solver, started, findings)
    return _checked(replace(_translate(answer, solver, started), builds_given=builds is not None), started)


def check_effort(gap: float | None, time_limit: float | None) -> None:
    """Make sure that a gap and a time limit are numbers to reckon with; NaN compares with nothing and would never stop.

    Raises UsageError where one is not.
    """
    if gap is not None and not 0 <= gap < inf:
        raise UsageError(f"a gap of {gap:g} is no share of the optimum: give a number of zero or more, such as 0.01")
    if time_limit is not None and isnan(time_limit):
        raise UsageError("a time limit of nan is no number of seconds: give one such as 60, or none")


def _translate(answer: Answer, solver: str, started: float, findings: tuple[str, ...] = ()) -> Plan:
    inputs, programme, solution = answer.inputs, answer.programme, answer.solution
    planned = solution.status.has_plan
    costs = answer.costs if planned else {}
    first, tables = _first_stage(inputs, solution), assemble_tables(answer) if planned else None
    notes = list(write_notes(inputs, programme.case, solution))
    if tables is not None:
        notes += write_misfits(inputs, tables)
    return Plan(
        inputs=inputs,
        status=solution.status,
        objective=first.value,
        bound=first.bound,
        gap=first.gap(same=programme.case.scale.same(first.name)) if planned else float("nan"),
        cost_usd={name: usd for name, usd in costs.items() if name not in PENALTIES},
        unserved_penalty_usd=costs.get("unserved", 0.0),
        background_penalty_usd=costs.get("background", 0.0),
        seconds=monotonic() - started,
        rounds=solution.rounds,
        paths_generated=len(programme.paths),
        solver=solver,
        tables=tables,
        findings=findings,
        versions={"planner": __version__, **library_versions()},
        stages=solution.stages,
        notes=tuple(notes),
    )


def _first_stage(inputs: Inputs, solution: Solution) -> Stage:
    """The first objective asked for, as it was reached."""
    asked = inputs.scenario.objective[0]
    for stage in solution.stages:
        if stage.name == asked:
            return stage
    return Stage(asked, float("nan"), float("nan"), solution.status)


def _checked(plan: Plan, started: float) -> Plan:
    """Let the solver-free check have the last word on the status."""
    if not plan.status.has_plan:
        return plan
    faults = verify_plan(plan)
    status = Status.ERROR if faults else plan.status
    return replace(plan, status=status, findings=tuple(faults), seconds=monotonic() - started)
