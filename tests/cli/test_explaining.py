"""``planner explain`` and ``planner alternatives``: for people, for programs, and with wrong input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run
from small import unshared
from studies.broken import HOME_RULE, MUST
from worlds import changed, two_cities, write_world


@pytest.fixture
def kept(planner_command: Run, tmp_path: Path) -> str:
    """A run of two cities whose data stay at home: 10 of 20 PFLOPS are served."""
    scenario = write_world(unshared(changed(two_cities(), HOME_RULE)), tmp_path / "world")
    assert planner_command("solve", scenario, "-o", tmp_path / "run", "-q").exit_code == 0
    return str(tmp_path / "run")


@pytest.fixture
def impossible_run(planner_command: Run, tmp_path: Path) -> str:
    """A run of the same where all is required."""
    scenario = write_world(unshared(changed(two_cities(), {**HOME_RULE, **MUST})), tmp_path / "world")
    assert planner_command("solve", scenario, "-o", tmp_path / "run", "-q").exit_code == 3
    return str(tmp_path / "run")


def test_a_run_is_explained_to_programs(planner_command: Run, kept: str) -> None:
    """Keys that are relied upon, and a repair that drops the rule."""
    found = json.loads(planner_command("explain", kept, "--json").stdout)
    (demand,) = found["demands"]
    assert (demand["origin"], demand["workload"], demand["year"]) == ("home", "chat", 2030)
    assert demand["unserved_pflops"] == pytest.approx(10)
    assert "near is full" in demand["reason"]
    assert [set(other) >= {"site", "rtt_ms", "extra_usd"} for other in demand["alternatives"]] == [True]
    first = demand["repairs"][0]
    assert first["changes"] == [{"remove": "rule:soil"}]
    assert first["verified"]
    assert first["serves_pflops"] == pytest.approx(10)
    # 20 at far for 1100 in place of 10 at near for 3000.
    assert first["cost_usd"] == pytest.approx(22_000 - 30_000)


def test_a_run_is_explained_to_people(planner_command: Run, kept: str) -> None:
    """Ways, limits and repairs in words."""
    said = planner_command("explain", kept, "home/chat").stdout
    assert "10 PFLOPS of 20 PFLOPS are served." in said
    assert "Rules keep it from far." in said
    assert "remove rule:soil" in said


def test_a_demand_that_is_not_there_is_told_with_the_nearest(planner_command: Run, kept: str) -> None:
    """Exit code 2."""
    done = planner_command("explain", kept, "home/chatt")
    assert (done.exit_code, "did you mean 'home/chat'?" in done.stderr) == (2, True)


def test_a_run_without_a_plan_keeps_its_diagnosis(planner_command: Run, impossible_run: str) -> None:
    """What clashes with file and line, the least violation, and repairs: the same as was kept beside the manifest."""
    found = json.loads(planner_command("explain", impossible_run, "--json").stdout)
    assert found["status"] == "infeasible"
    assert [each["record"] for each in found["conflict"]] == [
        "demands.home/chat.compute", "policy.residency.soil", "sites.near.compute",
    ]  # fmt: skip
    assert all(each["line"] > 0 for each in found["conflict"])
    assert {"family": "demand_met", "key": "2030/home/chat/home", "amount": 10.0, "unit": "PFLOPS"} in found[
        "least_violation"
    ]
    assert found["repairs"][0]["changes"] == [{"remove": "rule:soil"}]
    kept = json.loads((Path(impossible_run) / "diagnosis.json").read_text(encoding="utf-8"))
    assert {key: found[key] for key in kept} == kept
    assert planner_command("verify", impossible_run).exit_code == 0


def test_worth_is_told_of_runs_and_of_scenarios(planner_command: Run, kept: str, tmp_path: Path) -> None:
    """The rule costs 58 000 USD a year either way."""
    of_run = json.loads(planner_command("explain", kept, "--worth", "--json").stdout)["worth"]
    scenario = tmp_path / "world" / "scenario.yaml"
    of_scenario = json.loads(planner_command("solve", scenario, "--worth", "--no-run", "--json").stdout)["worth"]
    assert of_run == of_scenario
    assert of_run[0] == {
        "what": "rule:soil", "change": "removed", "unit": "rule", "usd_per_year": 58_000.0, "exact": True,
        "serves": {"KZ": 10.0},
    }  # fmt: skip
    assert "rule:soil" in planner_command("explain", kept, "--worth").stdout


def test_alternatives_are_told_and_kept(planner_command: Run, tmp_path: Path) -> None:
    """A site of nearly the same price: a plan without the other is kept as a run that verifies."""
    other = {"node": "away", "status": "operating", "compute": "50 PFLOPS", "opex": "1010 USD/PFLOPS/year"}
    scenario = write_world(changed(two_cities(), {"topology.sites.other": other}), tmp_path / "world")
    planner_command("solve", scenario, "-o", tmp_path / "run", "-q")
    found = json.loads(planner_command("alternatives", tmp_path / "run", "--within", "2%", "--json").stdout)
    assert {"asset", "year", "least", "most", "unit"} <= set(found["extremes"][0])
    assert {"run", "cost_usd", "distance"} <= set(found["plans"][0])
    assert planner_command("verify", found["plans"][0]["run"]).exit_code == 0
    said = planner_command("alternatives", tmp_path / "run", "--plans", "0").stdout
    assert "The least and the most of everything" in said


def test_a_share_that_is_none_is_told(planner_command: Run, kept: str) -> None:
    """Percent or a number."""
    done = planner_command("alternatives", kept, "--within", "two")
    assert (done.exit_code, "write 2% or 0.02" in done.stderr) == (2, True)
