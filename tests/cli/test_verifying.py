"""``planner verify``: ok, or what is wrong."""

from __future__ import annotations

import json
from pathlib import Path

from processes import Run


def test_a_run_that_is_right_is_ok(planner_command: Run, two: str) -> None:
    """One line, exit code 0."""
    run = planner_command("solve", two, "-q").stdout.strip()
    done = planner_command("verify", run)
    assert (done.exit_code, done.stdout) == (0, f"ok: {run}\n")


def test_a_run_that_was_changed_is_told_line_by_line(planner_command: Run, two: str) -> None:
    """Exit code 1."""
    run = planner_command("solve", two, "-q").stdout.strip()
    sites = Path(run, "tables", "sites.csv")
    sites.write_text(sites.read_text(encoding="utf-8").replace(",100,", ",90,"), encoding="utf-8")
    done = planner_command("verify", run, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["run"], found["ok"]) == (1, run, False)
    assert found["faults"]
    assert planner_command("verify", run).stdout.splitlines() == found["faults"]


def test_what_is_no_run_is_bad_input(planner_command: Run, place: Path) -> None:
    """Exit code 2, a line."""
    done = planner_command("verify", place)
    assert (done.exit_code, done.stdout) == (2, "")
    assert "is no run" in done.stderr
