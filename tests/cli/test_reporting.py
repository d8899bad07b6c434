"""``planner report``: a run's report written anew, and what goes wrong said in a line."""

from __future__ import annotations

import json
import webbrowser
from pathlib import Path

import pytest
from processes import Run


@pytest.fixture
def run(planner_command: Run, two: str) -> str:
    """Return a run of the two cities."""
    assert planner_command("solve", two, "-q", "-o", "kept").exit_code == 0
    return "kept"


def test_solve_leaves_a_report_in_the_run_and_can_do_without(planner_command: Run, run: str, two: str) -> None:
    """--no-report writes the rest."""
    assert Path(run, "report.html").is_file()
    planner_command("solve", two, "-q", "-o", "bare", "--no-report")
    assert sorted(path.name for path in Path("bare").iterdir()) == ["inputs", "manifest.json", "tables"]


def test_all_variants_leave_a_report_each(planner_command: Run, two: str) -> None:
    """Here the scenario alone."""
    planner_command("solve", two, "-q", "--all-variants")
    assert len(list(Path("runs").glob("*/report.html"))) == 1


def test_an_infeasible_scenario_leaves_a_report(planner_command: Run, impossible: str) -> None:
    """With what stands in the way."""
    assert planner_command("solve", impossible, "-q", "-o", "kept").exit_code == 3
    assert "No plan exists" in Path("kept", "report.html").read_text(encoding="utf-8")


def test_a_report_is_written_anew_with_the_same_bytes(planner_command: Run, run: str) -> None:
    """And its path is printed."""
    before = Path(run, "report.html").read_bytes()
    done = planner_command("report", run)
    assert (done.exit_code, done.output) == (0, f"{Path(run, 'report.html')}\n")
    assert Path(run, "report.html").read_bytes() == before


def test_a_language_has_a_file_of_its_own_and_force_still_knows_the_run(
    planner_command: Run, run: str, two: str
) -> None:
    """report.fr.html is part of a run."""
    assert planner_command("report", run, "--lang", "fr").output == f"{Path(run, 'report.fr.html')}\n"
    assert planner_command("solve", two, "-q", "-o", run, "--force").exit_code == 0


def test_several_runs_are_reported_and_json_lists_the_files(planner_command: Run, run: str) -> None:
    """In the order given."""
    done = planner_command("report", run, run, "--json")
    assert json.loads(done.stdout) == [str(Path(run, "report.html"))] * 2


def test_open_shows_each_report(planner_command: Run, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By its address as a file."""
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    planner_command("report", run, "--open")
    assert shown == [Path(run, "report.html").resolve().as_uri()]


def test_pictures_are_drawn_in_place_of_the_report(planner_command: Run, run: str) -> None:
    """Into the folder pictures of the run, or another."""
    Path(run, "report.html").unlink()
    done = planner_command("report", run, "--svg")
    assert done.exit_code == 0
    assert {Path(line).parent for line in done.output.splitlines()} == {Path(run, "pictures")}
    assert {Path(line).suffix for line in done.output.splitlines()} == {".svg"}
    assert not Path(run, "report.html").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["nowhere"], "nowhere is no run: there is no manifest.json"),
        (["kept", "--lang", "tlh"], "the planner does not speak 'tlh': one of ar, en, fr, ru, zh"),
        (["kept", "--basemap", "missing.json"], "missing.json cannot be read"),
        (["kept", "-o", "kept"], "kept is a folder"),
        (["kept", "kept", "-o", "x.html"], "-o takes the report of one run"),
        (["kept", "--png", "--open"], "--open goes with the report"),
        ([], "Missing argument 'RUN...'"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(planner_command: Run, run: str, options: list[str], words: str) -> None:
    """Exit code 2, and nothing is written."""
    done = planner_command("report", *options)
    assert done.exit_code == 2
    assert words in done.stderr


@pytest.mark.parametrize("damage", ["{", '{"run": 2}', '{"run": 99}'])
def test_a_damaged_run_is_refused(planner_command: Run, run: str, damage: str) -> None:
    """Its report stays."""
    Path(run, "manifest.json").write_text(damage, encoding="utf-8")
    done = planner_command("report", run)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert Path(run, "report.html").is_file()
