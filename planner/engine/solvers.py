"""PuLP's solvers by name: which are there, and the final programme given whole to one of them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pulp

from planner.engine.answers import describe_failure
from planner.engine.scaled import ScaledProblem, scale_problem
from planner.engine.silence import silence
from planner.engine.solution import Solution, Watch, is_proved
from planner.engine.status import Status
from planner.errors import SolverError, UsageError, nearest
from planner.files.changing.writing import temporary_folder

if TYPE_CHECKING:
    from pulp.apis.core import LpSolver

    from planner.programme.programme import Programme

LIVE_SOLVER = "highs"
AGREEMENT = 1e-6
"""Two solvers' optima of one programme may differ by this share."""


def _cbc(**options: object) -> LpSolver:
    """CBC on the path, else the one that comes with PuLP."""
    if pulp.COIN_CMD().available():
        return pulp.COIN_CMD(**options)
    bundled = getattr(pulp.PULP_CBC_CMD, "pulp_cbc_path", None)
    return pulp.COIN_CMD(path=bundled, **options) if bundled and Path(bundled).exists() else pulp.COIN_CMD(**options)


def _highs(**options: object) -> LpSolver:
    """HiGHS on one thread: all of a process share one pool of threads, and refuse to run in one of another size."""
    return pulp.HiGHS(**{"threads": 1, **options})


SOLVERS: dict[str, Callable[..., LpSolver]] = {
    "highs": _highs,
    "cbc": _cbc,
    "gurobi": pulp.GUROBI,
    "cplex": pulp.CPLEX_PY,
    "copt": pulp.COPT,
    "glpk": pulp.GLPK_CMD,
    "mosek": pulp.MOSEK,
    "scip": pulp.SCIP_PY,
    "xpress": pulp.XPRESS_PY,
}
"""How each solver is made; the names are those of ``--solver``."""
OTHER_METHOD: dict[str, dict[str, Any]] = {
    "highs": {"solver": "ipm"},
    "cbc": {"options": ["presolve off", "preprocess off", "primalSimplex"]},
    "glpk": {"options": ["--nopresol", "--exact"]},
}
"""Options that let a solver try in another way."""


@contextmanager
def apart_from_stdout() -> Iterator[None]:
    """Keep a solver's words off the standard output: native ones go nowhere, those of its Python door to stderr."""
    with silence, redirect_stdout(sys.stderr):
        yield


@apart_from_stdout()
def make_solver(name: str, *, time_left: float | None = None, **more: Any) -> LpSolver:
    """Make a PuLP solver by name, with options of its own.

    Raises
    ------
    UsageError
        where no solver has that name
    SolverError
        where it is not installed
    """
    if name not in SOLVERS:
        hint = nearest(name, SOLVERS)
        raise UsageError(
            f"no solver is called '{name}'{f': did you mean {hint!r}?' if hint else ''} (known: {', '.join(SOLVERS)})"
        )
    options = {} if time_left is None else {"timeLimit": max(time_left, 1.0)}
    solver = SOLVERS[name](msg=False, **options, **more)
    if not solver.available():
        raise SolverError(f"the solver {name} is not installed; 'planner doctor' lists those that are")
    return solver


def solve_final(programme: Programme, solution: Solution, name: str, watch: Watch) -> Solution:
    """Give the final programme whole to another PuLP solver and take its plan; bound and duals stay HiGHS's.

    Raises
    ------
    SolverError
        where the solver fails, or its optimum of the same programme is another
    """
    scaled = _solve_scaled(programme, name, watch)
    if scaled is None:
        return replace(solution, status=Status.FEASIBLE)
    values = np.array([variable.varValue or 0.0 for variable in scaled.variables]) * scaled.units
    objective = float(pulp.value(scaled.problem.objective)) / (programme.scale * programme.multiplier)
    if abs(objective - solution.objective) > max(AGREEMENT * abs(solution.objective), solution.same):
        raise SolverError(
            f"{name} found {objective:.10g} where HiGHS found {solution.objective:.10g}, for the same programme"
        )
    proved = is_proved(objective, solution.bound, AGREEMENT, same=solution.same)
    return replace(solution, objective=objective, values=values, status=solution.status if proved else Status.FEASIBLE)


def _solve_scaled(programme: Programme, name: str, watch: Watch) -> ScaledProblem | None:
    """Give a solver the programme: in the case's units, in balanced ones, by another method; None where time is up.

    Raises
    ------
    SolverError
        where it finds no optimum in any way
    """
    ways: list[tuple[bool, dict[str, Any]]] = [(False, {}), (True, {})]
    if name in OTHER_METHOD:
        ways.append((True, OTHER_METHOD[name]))
    said = ""
    for balanced, options in ways:
        scaled = scale_problem(programme, balanced=balanced)
        solver = make_solver(name, time_left=watch.time_left, **options)
        with temporary_folder() as folder, apart_from_stdout():
            solver.tmpDir = str(folder)  # where solvers that are commands leave their files
            scaled.problem.solve(solver)
        if scaled.problem.status == pulp.LpStatusOptimal and scaled.problem.sol_status == pulp.LpSolutionOptimal:
            return scaled
        if watch.must_stop:
            return None
        said = said or str(pulp.LpStatus[scaled.problem.status])
    raise SolverError(describe_failure(name, "a programme of which HiGHS found the optimum", said))
