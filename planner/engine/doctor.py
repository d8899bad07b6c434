"""Is every solver installed, and is it right? Each one is tested on programmes with known solutions.

The first is a planner in small. 10 PFLOPS are asked for; one site serves up to 4 of them at 2 USD each, another up to 3
at 3 USD but at least 1, and what stays unserved costs 10 USD:

    min 2 x + 3 y + 10 u    x + y + u = 10,  x ≤ 4,  y ≤ 3,  y ≥ 1

so x = 4, y = 3, u = 3 for 47 USD. One more PFLOPS asked for costs 10 USD, one more at the sites saves 8 and 7 USD, and
the floor is worth nothing; prices times right-hand sides give the 47 USD again. Some builds of CBC return other prices.

The second builds in steps: 50 Gbps are needed, a step of 30 costs 100 USD and each Gbps without 60 USD. Two steps,
200 USD, are right; without the whole steps it would be 166.67 USD.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from math import isclose, isnan
from time import monotonic
from typing import TYPE_CHECKING

import pulp

from planner.engine.solvers import LIVE_SOLVER, SOLVERS, apart_from_stdout, make_solver
from planner.errors import SolverError

if TYPE_CHECKING:
    from pulp.apis.core import LpSolver

PACKAGES = {
    "highs": "highspy",
    "gurobi": "gurobipy",
    "cplex": "cplex",
    "copt": "coptpy",
    "mosek": "Mosek",
    "scip": "pyscipopt",
    "xpress": "xpress",
}
"""The Python package of each solver that comes as one; its version is the solver's."""
VERSION_OPTION = {"cbc": "-quit", "glpk": "--version"}
"""What makes the program of a solver say its version and end."""
SECONDS_FOR_VERSION = 10
TOLERANCE = 1e-6

OPTIMUM_USD = 47.0
PRICES_USD = {"asked": 10.0, "near": -8.0, "far": -7.0, "floor": 0.0}
STEPS_OPTIMUM_USD = 200.0


@dataclass(frozen=True)
class SolverReport:
    """What the examination of one solver found.

    Attributes
    ----------
    optimum_right, prices_right, steps_right
        whether the known optimum, its known prices and the known optimum in whole steps came out; None where they
        could not be tried
    trouble
        what went wrong, in words; empty where nothing did
    """

    name: str
    installed: bool
    version: str | None = None
    optimum_right: bool | None = None
    prices_right: bool | None = None
    steps_right: bool | None = None
    seconds: float | None = None
    trouble: str = ""

    @property
    def works(self) -> bool:
        """Whether the solver is installed and all its results are right; the default one has to give prices."""
        silent = self.prices_right is None and not self.is_default
        return bool(self.installed and self.optimum_right and self.steps_right and (self.prices_right or silent))

    @property
    def is_default(self) -> bool:
        """Whether the planner uses it unless told otherwise."""
        return self.name == LIVE_SOLVER


def examine_solvers() -> list[SolverReport]:
    """Examine every solver that the planner knows by name."""
    return [examine_solver(name) for name in SOLVERS]


def examine_solver(name: str) -> SolverReport:
    """Find a solver, read its version, and test it on the two programmes.

    Raises
    ------
    UsageError
        where no solver has that name
    """
    try:
        solver = make_solver(name)
    except SolverError as error:
        return SolverReport(name, installed=False, trouble=str(error).split(";")[0])
    started = monotonic()
    try:
        found, prices = _solve_small(solver)
        steps = _solve_steps(solver)
    except Exception as error:  # noqa: BLE001 (solvers raise what they like, and one must not hide the others)
        return SolverReport(name, True, _version(name, solver), trouble=f"{type(error).__name__}: {error}")
    return SolverReport(
        name,
        installed=True,
        version=_version(name, solver),
        optimum_right=_same(found, OPTIMUM_USD),
        prices_right=_prices_right(prices),
        steps_right=_same(steps, STEPS_OPTIMUM_USD),
        seconds=monotonic() - started,
        trouble=_trouble(found, prices, steps),
    )


def _solve_small(solver: LpSolver) -> tuple[float, dict[str, float]]:
    """Solve the first programme of the module's head; return its optimum and the price of every row, in USD."""
    problem = pulp.LpProblem("small", pulp.LpMinimize)
    near, far, unserved = (problem.add_variable(name, 0.0) for name in ("near", "far", "unserved"))
    problem.setObjective(2 * near + 3 * far + 10 * unserved)
    rows = {"asked": near + far + unserved == 10, "near": near <= 4, "far": far <= 3, "floor": far >= 1}
    for name, row in rows.items():
        problem.addConstraint(row, name)
    return _optimum(problem, solver), {name: _number(row.pi) for name, row in rows.items()}


def _solve_steps(solver: LpSolver) -> float:
    """Solve the second programme of the module's head; return its optimum in USD."""
    problem = pulp.LpProblem("steps", pulp.LpMinimize)
    steps, missing = problem.add_variable("steps", 0, 5, pulp.LpInteger), problem.add_variable("missing", 0.0)
    problem.setObjective(100 * steps + 60 * missing)
    problem.addConstraint(30 * steps + missing >= 50, "needed")
    return _optimum(problem, solver)


def _optimum(problem: pulp.LpProblem, solver: LpSolver) -> float:
    with apart_from_stdout():
        problem.solve(solver)
    if problem.status != pulp.LpStatusOptimal:
        raise SolverError(f"ended as {pulp.LpStatus[problem.status]} on a programme that has an optimum")
    return _number(pulp.value(problem.objective))


def _prices_right(prices: dict[str, float]) -> bool | None:
    """Compare the prices with those known; None where the solver gives none at all."""
    if all(isnan(price) for price in prices.values()):
        return None
    return all(_same(prices[row], right) for row, right in PRICES_USD.items())


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)


def _same(value: float, right: float) -> bool:
    return isclose(value, right, rel_tol=TOLERANCE, abs_tol=TOLERANCE)


def _trouble(optimum: float, prices: dict[str, float], steps: float) -> str:
    """Say everything that came out wrong, and what would be right."""
    wrong = (
        []
        if _prices_right(prices) is None
        else [
            f"price of {row} {prices[row]:g} instead of {right:g}"
            for row, right in PRICES_USD.items()
            if not _same(prices[row], right)
        ]
    )
    if not _same(optimum, OPTIMUM_USD):
        wrong.insert(0, f"optimum {optimum:g} instead of {OPTIMUM_USD:g}")
    if not _same(steps, STEPS_OPTIMUM_USD):
        wrong.append(f"optimum in steps {steps:g} instead of {STEPS_OPTIMUM_USD:g}")
    return "; ".join(wrong)


def _version(name: str, solver: LpSolver) -> str | None:
    """Ask the package, else the program, for the solver's version."""
    if name in PACKAGES:
        try:
            return version(PACKAGES[name])
        except PackageNotFoundError:
            return None
    return _program_version([str(solver.path), VERSION_OPTION[name]])


def _program_version(command: list[str]) -> str | None:
    """Run a solver's program and find the first version number it prints."""
    try:
        output = subprocess.run(  # noqa: S603 (the program PuLP has found for the solver)
            command, capture_output=True, text=True, timeout=SECONDS_FOR_VERSION, stdin=subprocess.DEVNULL, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r"\d+\.\d+(?:\.\d+)*", output.stdout)
    return found.group() if found else None
