"""The examination of solvers, with solvers that are right, wrong, silent and broken."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulp
import pytest
from pulp.apis.core import LpSolver

from planner.engine import doctor
from planner.engine.doctor import SolverReport, examine_solver, examine_solvers
from planner.engine.solvers import SOLVERS
from planner.errors import UsageError
from planner.version import library_versions


class Tampered(LpSolver):
    """HiGHS, and then something else."""

    def __init__(self, tamper: Callable[[pulp.LpProblem], None]) -> None:
        super().__init__(msg=False)
        self.tamper = tamper

    def available(self) -> bool:
        """It is."""
        return True

    def actualSolve(self, lp: pulp.LpProblem, **options: Any) -> int:  # noqa: N802 (PuLP's name)
        """Solve, then tamper with the answer."""
        status = pulp.HiGHS(msg=False).actualSolve(lp, **options)
        self.tamper(lp)
        return int(status)


@pytest.fixture
def examine(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[pulp.LpProblem], None]], SolverReport]:
    """Return the examination of a solver that tampers."""

    def examine(tamper: Callable[[pulp.LpProblem], None]) -> SolverReport:
        monkeypatch.setitem(doctor.SOLVERS, "gurobi", lambda **_: Tampered(tamper))
        return examine_solver("gurobi")

    return examine


def set_prices(price: Callable[[float], float | None]) -> Callable[[pulp.LpProblem], None]:
    """Change the price of every row."""

    def tamper(lp: pulp.LpProblem) -> None:
        for row in lp.constraints():
            row.pi = price(row.pi or 0.0)

    return tamper


@pytest.mark.parametrize("name", ["highs", "cbc"])
def test_the_solvers_that_come_with_the_planner_are_right(name: str) -> None:
    """Optimum 47, prices 10, -8, -7 and 0, whole steps 200."""
    report = examine_solver(name)
    assert report.works, report
    assert report.version is not None
    assert report.version[0].isdigit()
    assert report.trouble == ""


def test_every_solver_is_listed_installed_or_not() -> None:
    """In the order of the names."""
    reports = examine_solvers()
    assert [report.name for report in reports] == list(SOLVERS)
    assert [report.name for report in reports if report.is_default] == ["highs"]
    assert all(report.trouble for report in reports if not report.installed)


def test_wrong_prices_are_named_with_the_right_ones(examine: Callable[..., SolverReport]) -> None:
    """As some builds of CBC return them, with the other sign."""
    report = examine(set_prices(lambda price: -price))
    assert (report.optimum_right, report.prices_right, report.works) == (True, False, False)
    assert "price of near 8 instead of -8" in report.trouble


def test_a_solver_without_prices_works_but_is_not_said_to_be_right(examine: Callable[..., SolverReport]) -> None:
    """The prices of plans are the live solver's."""
    report = examine(set_prices(lambda _: None))
    assert (report.prices_right, report.works, report.trouble) == (None, True, "")


def test_a_wrong_optimum_is_named(examine: Callable[..., SolverReport]) -> None:
    """Everything twice."""

    def double(lp: pulp.LpProblem) -> None:
        for variable in lp.variables():
            variable.varValue = 2 * variable.varValue

    report = examine(double)
    assert not report.works
    assert "optimum 94 instead of 47" in report.trouble
    assert "optimum in steps 400 instead of 200" in report.trouble


def test_a_solver_that_finds_no_optimum_is_in_trouble(examine: Callable[..., SolverReport]) -> None:
    """Without a traceback."""
    report = examine(lambda lp: lp.assignStatus(pulp.LpStatusInfeasible))
    assert not report.works


def test_a_solver_that_breaks_does_not_hide_the_others(examine: Callable[..., SolverReport]) -> None:
    """Its own words are kept."""

    def fail(_: pulp.LpProblem) -> None:
        raise MemoryError("no licence")

    report = examine(fail)
    assert (report.installed, report.works, report.trouble) == (True, False, "MemoryError: no licence")


def test_an_unknown_solver_is_bad_usage() -> None:
    """Not a solver that is not installed."""
    with pytest.raises(UsageError, match="no solver is called 'hihgs'"):
        examine_solver("hihgs")


def test_missing_programs_and_libraries_have_no_version() -> None:
    """And raise nothing."""
    assert doctor._program_version(["/nowhere/solver"]) is None
    assert library_versions(("pulp", "no-such-library"))["no-such-library"] == "missing"
