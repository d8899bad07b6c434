"""``planner sweep`` as users type it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from worlds import two_cities, write_world

from planner.cli.group import cli


def test_a_study_is_solved_and_told(tmp_path: Path) -> None:
    """In tables, and as an object that names the table."""
    write_world(two_cities(), tmp_path)
    study = tmp_path / "study.yaml"
    study.write_text("study: two\nscenario: scenario.yaml\nset:\n  demand.scale: [1, 2]\n", encoding="utf-8")
    command = ["sweep", str(study), "--jobs", "1", "-o", str(tmp_path / "out")]
    printed = CliRunner().invoke(cli, command, env={"COLUMNS": "80"})
    assert printed.exit_code == 0, printed.output
    assert "Of 2 members: 2 plans are found." in printed.stdout
    found = json.loads(CliRunner().invoke(cli, [*command, "--json"]).stdout)
    assert (found["members"], found["done"], found["failed"]) == (2, 2, 0)
    assert Path(found["table"]).read_text(encoding="utf-8").startswith("member,variant,demand.scale,status")


def test_a_study_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    """And ends with 2."""
    said = CliRunner().invoke(cli, ["sweep", str(tmp_path / "none.yaml")])
    assert said.exit_code == 2
    assert len(said.output.splitlines()) == 1
