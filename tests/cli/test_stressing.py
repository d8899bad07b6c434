"""``planner stress`` as users type it."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner
from small import load
from worlds import two_cities, write_world

import planner
from planner.cli.group import cli


def test_a_run_is_broken_in_tables_and_as_an_object(tmp_path: Path) -> None:
    """Both tell the fibre, and who waits how long."""
    scenario = write_world(two_cities(), tmp_path)
    run = str(planner.write_run(planner.solve(scenario), tmp_path / "run"))
    printed = CliRunner().invoke(cli, ["stress", run], env={"COLUMNS": "80"})
    assert printed.exit_code == 0, printed.output
    assert "link:fibre" in printed.stdout
    assert max(map(len, printed.stdout.splitlines())) <= 80
    found = json.loads(CliRunner().invoke(cli, ["stress", run, "--json"]).stdout)
    assert {"fails", "lost_pflops", "lost_gbps", "cut_off"} <= found["failures"][0].keys()
    assert found["availability"][0].keys() >= {"country", "workload", "minutes_lost_per_year"}


def test_what_is_no_run_is_one_line(tmp_path: Path) -> None:
    """And ends with 2, as bad input does."""
    said = CliRunner().invoke(cli, ["stress", str(tmp_path)])
    assert said.exit_code == 2
    assert len(said.output.splitlines()) == 1


def test_sea_and_land_are_told_apart_in_every_language(tmp_path: Path) -> None:
    """The page in Chinese has the same figures."""
    run = str(planner.write_run(planner.solve(load()), tmp_path / "run"))
    printed = CliRunner().invoke(cli, ["stress", run, "--lang", "zh"], env={"COLUMNS": "80"})
    assert printed.exit_code == 0, printed.output
    assert "link:fibre" in printed.stdout
