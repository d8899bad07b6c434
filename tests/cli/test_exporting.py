"""``planner export``: what it prints, where it writes, how it exits; and ``--write-lp`` of ``planner solve``."""

from __future__ import annotations

import json
from pathlib import Path

from processes import Run

import planner
from planner.cli.reporting import EXPORTS
from planner.plan.runs import write_run
from planner.report.exports import export


def test_the_command_knows_every_format() -> None:
    """The list stands twice, so that help needs no pandas."""
    assert tuple(export.FORMATS) == EXPORTS


def test_files_are_printed_line_by_line(planner_command: Run, two: str) -> None:
    """Several formats in one call, into the run."""
    write_run(planner.solve(two), Path("run"))
    done = planner_command("export", "run", "--format", "xlsx", "--format", "graphml")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [str(Path("run", "exports", name)) for name in ("plan.xlsx", "plan.graphml")]
    assert all(Path(line).is_file() for line in done.stdout.splitlines())


def test_json_lists_the_files(planner_command: Run, two: str) -> None:
    """One object."""
    write_run(planner.solve(two), Path("run"))
    done = planner_command("export", "run", "--format", "xlsx", "-o", "mine.xlsx", "--json")
    assert json.loads(done.stdout) == {"run": "run", "files": ["mine.xlsx"]}
    assert Path("mine.xlsx").is_file()


def test_wrong_orders_exit_with_2(planner_command: Run, impossible: str) -> None:
    """No format, an unknown one, no run, and a run without a plan."""
    write_run(planner.solve(impossible), Path("run"))
    for arguments in (["run"], ["run", "--format", "excel"], ["nowhere", "--format", "csv"]):
        assert planner_command("export", *arguments).exit_code == 2
    done = planner_command("export", "run", "--format", "csv")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "run holds no plan to export: it is infeasible" in done.stderr


def test_solve_writes_the_programme(planner_command: Run, two: str) -> None:
    """Beside the run."""
    done = planner_command("solve", two, "--no-run", "--write-lp", "out/two.lp")
    assert done.exit_code == 0
    assert "site_capacity_2030_0_intact_far" in Path("out/two.lp").read_text(encoding="ascii")


def test_solve_refuses_what_it_cannot_write(planner_command: Run, two: str) -> None:
    """Before the solve."""
    for arguments in (["--write-lp", "two.txt"], ["--write-lp", "two.lp", "--all-variants"]):
        assert planner_command("solve", two, "--no-run", *arguments).exit_code == 2
    assert not Path("two.lp").exists()
