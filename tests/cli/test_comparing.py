"""``planner compare``: runs, or a scenario and its variants, side by side."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from processes import Run
from worlds import changed, two_cities, write_world

import planner

VARIANTS = {
    "near": {"set": {"workloads.chat.max_rtt": "5 ms"}},
    "never": {"set": {"workloads.chat.max_rtt": "5 ms", "workloads.chat.unserved": "required"}},
    "wrong": {"set": {"sites.nowhere.compute": "1 PFLOPS"}},
}


@pytest.fixture
def several(place: Path) -> str:
    """Return two cities with three variants: one feasible, one infeasible and one wrong."""
    world = changed(two_cities(), {"scenario.variants": VARIANTS})
    return str(write_world(world, place / "several").relative_to(place))


def keep(planner_command: Run, scenario: str, name: str, *more: str) -> str:
    """Solve a scenario and return the folder of its run."""
    done = planner_command("solve", scenario, "-q", "-o", name, "--no-report", *more)
    return str(done.stdout.strip())


def test_two_runs(planner_command: Run, several: str) -> None:
    """By the names of their folders, the first is the baseline."""
    one, two = keep(planner_command, several, "one"), keep(planner_command, several, "two", "--variant", "near")
    done = planner_command("compare", one, two)
    assert done.exit_code == 0
    assert done.stdout.startswith("two compared with one\n")
    assert "because its limit of 5 ms is now below the 10 ms by which far served it" in " ".join(done.stdout.split())
    same = planner_command("compare", one, one)
    assert "nothing differs from one" in " ".join(same.stdout.split())


def test_runs_without_a_plan_take_part(planner_command: Run, several: str) -> None:
    """With their status."""
    one, never = keep(planner_command, several, "one"), keep(planner_command, several, "no", "--variant", "never")
    done = planner_command("compare", one, never, "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [each["status"] for each in found["plans"]] == ["optimal", "infeasible"]


def test_variants_are_solved_in_memory(planner_command: Run, several: str) -> None:
    """As the base and those named; nothing is kept."""
    done = planner_command("compare", several, "--variants", "near", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [each["name"] for each in found["plans"]] == ["base", "near"]
    assert not Path("runs").exists()


def test_all_variants_end_with_the_gravest_code(planner_command: Run, several: str) -> None:
    """What is wrong with one is told and stops no other; runs are kept where they are asked for."""
    done = planner_command("compare", several, "--variants", "all", "--json", "-o", "kept")
    assert done.exit_code == 2
    assert "wrong: " in done.stderr
    assert [each["name"] for each in json.loads(done.stdout)["plans"]] == ["base", "near", "never"]
    assert len(list(Path("kept").iterdir())) == 3


def test_with_fewer_than_two_plans_there_is_nothing_to_compare(planner_command: Run, several: str) -> None:
    """What is wrong has been told."""
    done = planner_command("compare", several, "--variants", "wrong", "-q")
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1] == "There is nothing to compare: fewer than two plans came out."


def test_files_are_written_and_told(planner_command: Run, several: str) -> None:
    """Their paths follow the comparison; with --json they go to stderr."""
    files = ("--html", "c.html", "--markdown", "c.md", "--csv", "tables", "--xlsx", "c.xlsx")
    done = planner_command("compare", several, "--variants", "near", "-q", *files)
    assert done.stdout.splitlines()[-3:] == ["c.xlsx", "c.md", "c.html"]
    assert all(Path(name).stat().st_size for name in ("c.html", "c.md", "tables/ranking.csv", "c.xlsx"))
    again = planner_command("compare", several, "--variants", "near", "--json", "--markdown", "c.md")
    assert json.loads(again.stdout)["baseline"] == "base"
    assert again.stderr.splitlines()[-1] == "c.md"


def test_names_of_ones_own(planner_command: Run, several: str) -> None:
    """In the order of the plans."""
    done = planner_command("compare", several, "--variants", "near", "--names", "open,strict", "-q")
    assert done.stdout.startswith("strict compared with open\n")
    assert "strict" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ((), "0 to compare: name two to twenty plans"),
        (("S", "S"), "is no run folder; compare a scenario's variants with --variants all"),
        (("S", "S", "--variants", "near"), "name one file"),
        (("S", "--variants", "nera"), "no variant 'nera': did you mean 'near'?"),
        (("nowhere", "nowhere"), "nowhere is no run"),
        (("nowhere", "nowhere", "--gap", "0.1"), "--gap needs --variants"),
        (("nowhere", "nowhere", "--set", "a=1"), "--set needs --variants"),
        (("nowhere", "nowhere", "--lang", "xx"), "the planner does not speak 'xx'"),
        (("S", "--variants", "near", "--names", "one"), "1 names for 2 plans"),
        (("S", "--variants", "near", "--names", "one,"), "one of the names is empty"),
    ],
)
def test_bad_usage(planner_command: Run, several: str, arguments: tuple[str, ...], what: str) -> None:
    """Exit code 2, and a line that says what would be right."""
    done = planner_command("compare", *(several if each == "S" else each for each in arguments))
    assert (done.exit_code, done.stdout) == (2, "")
    assert what in done.stderr


def test_twenty_variants_are_refused_before_any_is_solved(planner_command: Run, place: Path) -> None:
    """With the base they would be 21 plans, and 20 can be compared."""
    variants = {f"v{number}": {"set": {"sites.near.compute": f"{number} PFLOPS"}} for number in range(20)}
    many = write_world(changed(two_cities(), {"scenario.variants": variants}), place / "many")
    done = planner_command("compare", many, "--variants", "all", "-o", "kept")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "20 variants to compare: choose one to nineteen" in done.stderr
    assert not Path("kept").exists()


def test_after_an_interrupt_no_further_variant_is_started(
    planner_command: Run, several: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is there is compared, if there are two."""
    solve, asked = planner.solve, []

    def interrupted(*arguments: Any, watch: planner.Watch, **options: Any) -> planner.Plan:
        asked.append(arguments[0].variant)
        watch.interrupted = len(asked) == 2
        return solve(*arguments, **options)

    monkeypatch.setattr(planner, "solve", interrupted)
    done = planner_command("compare", several, "--variants", "near,never", "-q")
    assert (done.exit_code, asked) == (4, [None, "near"])
    assert "never: not started" in done.stderr
