"""``planner demand``: build, show, check, diff."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builder.village import SPEC, write_spec
from processes import Run

OUT = ["village-base.yaml", "village-base.csv", "village-base.explain.json"]


@pytest.fixture
def village(place: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the small spec, in the current folder of a terminal of eighty columns."""
    monkeypatch.setenv("COLUMNS", "80")
    return write_spec(place).name


def test_a_build_writes_its_files_and_tells_totals(planner_command: Run, village: str, place: Path) -> None:
    done = planner_command("demand", "build", village, "-o", "out", "--json")
    found = json.loads(done.stdout)
    assert done.exit_code == 0
    assert found["files"] == [f"out/{name}" for name in OUT]
    assert sorted(each.name for each in (place / "out").iterdir()) == sorted(OUT)
    assert found["totals"] == {"2026": {"KZ": pytest.approx(1.25)}}
    assert found["units"] == [
        {"country": "KZ", "service": "chat", "year": 2026, "amount": pytest.approx(2.25e9), "unit": "tokens/day"}
    ]
    assert found["spread"]["2026"]["p10"] < 1.25 < found["spread"]["2026"]["p90"]


def test_three_futures_are_built_at_once(planner_command: Run, village: str) -> None:
    found = json.loads(planner_command("demand", "build", village, "-o", "out", "--future", "all", "--json").stdout)
    assert len(found["files"]) == 9
    low, base, high = (found["futures"][name]["2026"]["KZ"] for name in ("low", "base", "high"))
    assert low < base < high
    assert found["totals"]["2026"]["KZ"] == base


def test_a_build_is_told_within_eighty_columns(planner_command: Run, place: Path, village: str) -> None:
    write_spec(place, SPEC.replace("online: 1", "access: {fibre: 0.9, geo: 0.1}"))
    shown = planner_command("demand", "build", village).stdout
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "village: demand of 1 countries, future base" in shown
    assert "chat in KZ: 15,000 users with geo" in shown
    assert "chat     tokens/day  2.025 G" in shown
    assert "- village-base.yaml" in shown


def test_every_step_of_a_figure_is_explained_and_nothing_written(
    planner_command: Run, village: str, place: Path
) -> None:
    shown = planner_command("demand", "build", village, "--explain", "KZ/chat/2026").stdout
    assert all(len(line) <= 80 for line in shown.splitlines())
    assert "tokens a user in 2026" in shown
    assert "chat-tokens" in shown
    assert "[openai-usage-2025]" in shown
    assert "7,000" in shown
    assert [each.name for each in place.iterdir()] == [village]
    told = json.loads(planner_command("demand", "build", village, "--explain", "KZ/chat/2026", "--json").stdout)
    assert told["steps"][-1]["value"] == told["pflops"] == pytest.approx(1.25)
    arguments = ("demand", "build", village, "--explain", "KZ/chat/2026", "--future", "all", "--json")
    assert [each["future"] for each in json.loads(planner_command(*arguments).stdout)] == ["low", "base", "high"]


def test_a_figure_that_is_not_there_gets_the_nearest(planner_command: Run, village: str) -> None:
    done = planner_command("demand", "build", village, "--explain", "KZ/chta/2026")
    assert (done.exit_code, done.stderr) == (
        2,
        "Error: the build has no figure 'KZ/chta/2026': did you mean 'KZ/chat/2026'?\n",
    )


def test_a_value_is_set_on_the_command_line(planner_command: Run, village: str) -> None:
    arguments = ("demand", "build", village, "--set", "regional_share=open", "--json")
    assert json.loads(planner_command(*arguments).stdout)["totals"]["2026"]["KZ"] == pytest.approx(2.5)


def test_files_that_are_there_stay_unless_forced(planner_command: Run, village: str) -> None:
    assert planner_command("demand", "build", village, "-q").stdout.split() == OUT
    done = planner_command("demand", "build", village, "-q")
    assert done.exit_code == 2
    assert "village-base.yaml is there already: give another folder with -o, or --force to write over it" in done.stderr
    assert planner_command("demand", "build", village, "-q", "--force").exit_code == 0


def test_a_wrong_spec_is_told_in_a_line_a_fault(planner_command: Run, village: str, place: Path) -> None:
    write_spec(place, SPEC.replace("15", "15").replace("1 M people", "1 M"))
    done = planner_command("demand", "build", village)
    assert done.exit_code == 2
    assert done.stderr.startswith("village.yaml:6:17: countries.KZ.population: '1 M' is not a number of people")


def test_a_wrong_word_gets_the_nearest(planner_command: Run) -> None:
    assert "Did you mean 'build'?" in planner_command("demand", "biuld").stderr


def test_benchmarks_are_checked_and_decide_the_exit_code(planner_command: Run, village: str) -> None:
    done = planner_command("demand", "check", "--json")
    assert (done.exit_code, json.loads(done.stdout)["holds"]) == (0, True)
    done = planner_command("demand", "check", village)
    assert done.exit_code == 1
    assert "OUTSIDE" in done.stdout
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


def test_a_demand_is_shown_and_compared(planner_command: Run, village: str) -> None:
    planner_command("demand", "build", village, "-q", "--future", "all")
    shown = planner_command("demand", "show", "village-base.yaml", "--by", "workload").stdout
    assert "chat      2026    1.25  1.969" in shown
    sums = json.loads(planner_command("demand", "show", "village-base.yaml", "--json").stdout)["sums"]
    assert (sums[0]["key"], sums[0]["pflops"]) == ("KZ", 1.25)
    shown = planner_command("demand", "diff", "village-low.yaml", "village-high.yaml").stdout
    assert "village-high.yaml against village-low.yaml, mean PFLOPS" in shown
    found = json.loads(
        planner_command("demand", "diff", "village-low.yaml", "village-high.yaml", "--by", "year", "--json").stdout
    )
    assert found["amounts"][0]["ratio"] > 1
