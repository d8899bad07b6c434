"""``planner solve --all-variants`` and ``--builds``: many plans from one call, and what another plan built."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from processes import Run
from worlds import changed, two_cities, write_world

import planner
from planner.cli.jobs import gravest

SEVEN = {"set": {"demand.scale": 7}}
WRONG = {"set": {"sites.nowhere.compute": "1 PFLOPS"}}
IMPOSSIBLE = {"set": {"workloads.chat.unserved": "required", "workloads.chat.max_rtt": "5 ms"}}


@pytest.fixture
def several(place: Path) -> str:
    """Return two cities with four variants, one of which is wrong and one infeasible."""
    variants = {"seven": SEVEN, "wrong": WRONG, "impossible": IMPOSSIBLE, "half": {"set": {"demand.scale": 0.5}}}
    return world(place, "several", {"scenario.variants": variants})


def world(place: Path, name: str, changes: dict[str, Any]) -> str:
    """Write two cities with some changes and return the scenario."""
    return str(write_world(changed(two_cities(), changes), place / name).relative_to(place))


def test_all_variants_are_solved_and_what_is_wrong_with_one_stops_no_other(planner_command: Run, several: str) -> None:
    """The gravest exit code of all: 2, before 3."""
    done = planner_command("solve", several, "--all-variants")
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines()[-5:]}
    assert done.exit_code == 2
    assert list(rows) == ["(base)", "seven", "wrong", "impossible", "half"]
    assert rows["(base)"] == ["optimal", "100", "%", "-", "22.0", "-"]
    assert rows["seven"] == ["optimal", "78.6", "%", "-", "140.0", "150.0"]
    assert rows["wrong"] == ["bad", "input", "-", "-", "-", "-"]
    assert rows["impossible"] == ["infeasible", "-", "-", "-", "-"]
    assert rows["half"] == ["optimal", "100", "%", "-", "11.0", "-"]


def test_each_variant_has_a_run_of_its_own(planner_command: Run, several: str) -> None:
    """Quietly: the paths, and on stderr what has no plan. `-o` takes the place of runs."""
    done = planner_command("solve", several, "--all-variants", "-q", "-o", "kept")
    names = ["two-cities", "two-cities-seven", "two-cities-impossible", "two-cities-half"]
    assert done.stdout.splitlines() == [str(Path("kept", name)) for name in names]
    assert sorted(folder.name for folder in Path("kept").iterdir()) == sorted(names)
    assert "wrong: " in done.stderr
    assert "nowhere" in done.stderr
    assert "impossible: infeasible: home/chat at home is required" in done.stderr


def test_json_of_all_variants_is_one_list_of_the_same_keys(planner_command: Run, several: str) -> None:
    """A variant that is wrong has them too, without figures."""
    done = planner_command("solve", several, "--all-variants", "--json", "--no-run")
    found = json.loads(done.stdout)
    assert [(each["variant"], each["status"], each["exit_code"]) for each in found] == [
        (None, "optimal", 0), ("seven", "optimal", 0), ("wrong", "bad_input", 2), ("impossible", "infeasible", 3),
        ("half", "optimal", 0),
    ]  # fmt: skip
    assert len({tuple(each) for each in found}) == 1
    assert found[2]["cost_usd"]["total"] is None
    assert "nowhere" in found[2]["findings"][0]
    assert not Path("runs").exists()


def test_verbose_prints_every_plan_whole(planner_command: Run, several: str) -> None:
    """Without it only their heads."""
    brief, whole = (planner_command("solve", several, "--all-variants", *more).stdout for more in ([], ["-v"]))
    assert "What it costs" not in brief
    assert whole.count("What it costs") == 3
    assert brief.count("Optimal, proved") == whole.count("Optimal, proved") == 3


def test_changes_hold_for_all_variants(planner_command: Run, several: str) -> None:
    """They come on top."""
    done = planner_command("solve", several, "--all-variants", "--json", "--no-run", "--set", "demand.scale=3")
    asked = [each["demand_pflops"] for each in json.loads(done.stdout)]
    assert asked == pytest.approx([60, 60, None, None, 60])


def test_one_variant_and_all_of_them_is_bad_usage(planner_command: Run, several: str) -> None:
    """It cannot mean both."""
    done = planner_command("solve", several, "--all-variants", "--variant", "seven")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "--all-variants solves every variant: leave --variant out" in done.stderr


def test_a_base_that_is_wrong_is_told_once(planner_command: Run, several: str) -> None:
    """Nothing can be solved then."""
    done = planner_command("solve", "nowhere.yaml", "--all-variants")
    assert (done.exit_code, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


def test_after_an_interrupt_no_further_variant_is_started(
    planner_command: Run, several: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plan under way is kept, the others are told as not started; exit code 4."""
    plan = planner.solve(several)

    def interrupted(*_: object, watch: planner.Watch, **__: object) -> planner.Plan:
        watch.interrupted = True
        return plan

    monkeypatch.setattr(planner, "solve", interrupted)
    done = planner_command("solve", several, "--all-variants", "--no-run")
    assert done.exit_code == 4
    assert done.stdout.count("not started") == 4


@pytest.mark.parametrize(
    ("codes", "worst"), [([0, 0], 0), ([0, 4], 4), ([4, 3, 0], 3), ([3, 2], 2), ([2, 1, 4], 1), ([], 0)]
)
def test_the_gravest_exit_code_is_the_lowest_that_is_not_0(codes: list[int], worst: int) -> None:
    """1 a wrong plan, 2 bad input, 3 infeasible, 4 stopped."""
    assert gravest(codes) == worst


GROWING: dict[str, Any] = {
    "topology.sites.far.compute": "15 PFLOPS",
    "topology.sites.far.expansion": [{"max": "50 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5},
}
"""Far is full at 15 and may grow at 200 USD a PFLOPS and year, so 5 are built for 20."""


def test_what_another_run_built_is_taken_as_it_is(planner_command: Run, place: Path) -> None:
    """For 30 PFLOPS the plan would build 15; with the 5 of the run, 20 are far and 10 near at 3000."""
    scenario = world(place, "growing", GROWING)
    run = planner_command("solve", scenario, "-q").stdout.strip()
    double = ("--set", "demand.scale=1.5", "--json")
    free = json.loads(planner_command("solve", scenario, *double).stdout)
    held = json.loads(planner_command("solve", scenario, *double, "--builds", run).stdout)
    assert [each["built_pflops"] for each in (free, held)] == pytest.approx([15, 5])
    assert held["cost_usd"]["total"] == pytest.approx(20 * 1100 + 5 * 200 + 10 * 3000)
    assert f"Builds and projects are those of the run {run}; only flows are new." in held["notes"]
    manifest = json.loads(Path(held["run"], "manifest.json").read_text(encoding="utf-8"))
    assert manifest["frozen_builds"] == Path(run).as_posix()


def test_builds_of_a_run_without_a_plan_are_bad_usage(planner_command: Run, two: str, impossible: str) -> None:
    """There is nothing to take."""
    run = planner_command("solve", impossible, "-q").stdout.strip()
    done = planner_command("solve", two, "--builds", run)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "holds no plan whose builds could be taken: it is infeasible" in done.stderr


def test_builds_of_what_is_no_run_are_bad_input(planner_command: Run, two: str) -> None:
    """As with verify."""
    done = planner_command("solve", two, "--builds", "two")
    assert done.exit_code == 2
    assert "is no run" in done.stderr
