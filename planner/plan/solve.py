"""From a question to a plan: prepare, build, generate, translate back, check."""

from __future__ import annotations

from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from planner.engine.doctor import library_versions
from planner.engine.generation import Generation, Solution, Watch
from planner.engine.solvers import LIVE_SOLVER, make_solver, solve_final
from planner.engine.status import Status
from planner.files import Inputs, load_scenario
from planner.plan.answer import Answer
from planner.plan.plan import Plan
from planner.plan.reasons import explain_infeasible
from planner.plan.tables import assemble_tables
from planner.plan.verify import verify_plan
from planner.programme.prepare import prepare
from planner.programme.programme import Programme, build_programme
from planner.programme.scope import reject_unmodelled
from planner.version import __version__

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

    Raises
    ------
    InputError
        with all faults of all files
    NotModelled
        where a field is used that the programme does not know yet
    SolverError
        where the solver is missing or fails
    """
    started = monotonic()
    inputs = scenario if isinstance(scenario, Inputs) else load_scenario(scenario, variant=variant, overrides=overrides)
    reject_unmodelled(inputs)
    make_solver(solver)
    watch = watch or Watch()
    if time_limit is not None:
        watch.deadline = started + time_limit
    programme = build_programme(prepare(inputs))
    solution = Generation(programme, watch, gap).solve()
    if solver != LIVE_SOLVER and solution.status.has_plan:
        solution = solve_final(programme, solution, solver, watch)
    return _translate(inputs, programme, solution, solver, started)


def _translate(inputs: Inputs, programme: Programme, solution: Solution, solver: str, started: float) -> Plan:
    answer = Answer(inputs, programme, solution)
    planned = solution.status.has_plan
    costs = answer.costs if planned else {}
    plan = Plan(
        inputs=inputs,
        status=solution.status,
        objective=solution.objective if planned else float("nan"),
        bound=min(solution.bound, solution.objective) if planned else float("nan"),
        gap=solution.gap if planned else float("nan"),
        cost_usd={name: usd for name, usd in costs.items() if name != "unserved"},
        unserved_penalty_usd=costs.get("unserved", 0.0),
        seconds=monotonic() - started,
        rounds=solution.rounds,
        paths_generated=len(programme.paths),
        solver=solver,
        tables=assemble_tables(answer) if planned else None,
        findings=() if planned else explain_infeasible(answer),
        versions={"planner": __version__, **library_versions()},
    )
    return _checked(plan, started) if planned else plan


def _checked(plan: Plan, started: float) -> Plan:
    """Let the solver-free check have the last word on the status."""
    from dataclasses import replace

    faults = verify_plan(plan)
    status = Status.ERROR if faults else plan.status
    return replace(plan, status=status, findings=tuple(faults), seconds=monotonic() - started)
