"""``planner doctor``: the table of solvers, and its exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from processes import Run
from worlds import two_cities, write_world

import planner
from planner.engine.doctor import SolverReport


def test_the_default_solver_is_proved(planner_command: Run) -> None:
    """It comes with the planner, so all is well."""
    done = planner_command("doctor")
    assert done.exit_code == 0
    line = next(line for line in done.stdout.splitlines() if line.startswith("highs (default)"))
    assert line.split()[3:] == ["right", "right", "right"]
    assert "All is well with the default solver." in done.stdout


def test_json_lists_every_solver(planner_command: Run) -> None:
    """Installed or not."""
    found = json.loads(planner_command("doctor", "--json").stdout)
    assert found["healthy"] is True
    assert [each["name"] for each in found["solvers"] if each["default"]] == ["highs"]
    assert {"highs", "cbc", "gurobi"} <= {each["name"] for each in found["solvers"]}
    assert found["versions"]["pulp"].startswith("3.")
    assert found["versions"]["planner"] == planner.__version__
    assert {"python", "highspy", "networkx", "numpy", "scipy", "pandas", "pydantic", "babel", "pyarrow"} < set(
        found["versions"]
    )


def test_the_sizes_of_a_scenario_are_shown(planner_command: Run, tmp_path: Path) -> None:
    """20 PFLOPS are seen in sixteenths, and a solver's rounding is a billionth of that."""
    scenario = str(write_world(two_cities(), tmp_path))
    lines = planner_command("doctor", scenario).stdout.splitlines()
    assert next(line.split() for line in lines if line.startswith("demand ")) == [
        "demand", "20", "20", "0.0625", "6e-11", "PFLOPS",
    ]  # fmt: skip
    (first, *_) = json.loads(planner_command("doctor", scenario, "--json").stdout)["sizes"]
    assert (first["quantity"], first["greatest"], first["unit"], first["is_wide"]) == ("demand", 20, 0.0625, False)


def test_wrong_prices_are_told(planner_command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1 where it is the default solver."""
    wrong = SolverReport("highs", True, "9.9", True, False, True, 0.1, "price of near -2 instead of -8")
    monkeypatch.setattr(planner, "examine_solvers", lambda: [wrong])
    done = planner_command("doctor")
    assert done.exit_code == 1
    assert "WRONG" in done.stdout
    assert "price of near -2 instead of -8" in done.stdout
    assert "FAILS" in done.stdout
