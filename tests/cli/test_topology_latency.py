"""``planner topology check-latency``: what it prints, its JSON, its exit code, and what is wrong with a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from planner.cli.main import cli

ROOT = Path(__file__).parents[2]
AFRICA = str(ROOT / "topologies" / "2africa.yaml")
AZURE = str(ROOT / "tests" / "data" / "azure_rtt_2026-07.csv")


def run(*words: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(cli, ["topology", "check-latency", AFRICA, *words], env={"COLUMNS": "80"})


def test_json_has_what_programs_rely_on() -> None:
    ran = run("--measured", AZURE, "--latency", "glass", "--json")
    found = json.loads(ran.stdout)
    assert ran.exit_code == 1
    assert "below the goal of 80 %" in ran.stderr
    assert (found["pairs"], found["within_25"], found["latency"]) == (61, 24, "glass")
    assert found["share"] == pytest.approx(24 / 61)
    assert found["median_error"] == pytest.approx(-0.311, abs=0.001)
    assert len(found["worst"]) == 10
    assert found["worst"][0].keys() >= {"a", "b", "measured_ms", "planned_ms", "cause"}
    assert (found["worst"][0]["a"], found["worst"][0]["b"]) == ("abu-dhabi", "dubai")
    assert found["left_out"] == []


def test_the_goal_decides_the_exit_code() -> None:
    assert run("--measured", AZURE).exit_code == 0
    assert run("--measured", AZURE, "--latency", "glass", "--goal", "0.3").exit_code == 0
    assert run("--measured", AZURE, "--goal", "1.2").exit_code == 2


def test_it_fits_80_columns_and_names_the_worst(tmp_path: Path) -> None:
    table = tmp_path / "p.csv"
    table.write_text("a;b;ms\naccra;lagos;192\nparis;atlantis;9\nlondon;paris;12\n", encoding="utf-8")
    ran = run("--measured", str(table), "--latency", "seen", "--goal", "0")
    assert ran.exit_code == 0
    assert max(map(len, ran.stdout.splitlines())) <= 80
    assert "2 of 2 pairs within 25 % (100 %), counted as seen." in ran.stdout
    assert "paris - atlantis" in ran.stdout
    shown = run("--measured", str(table), "--goal", "0", "-v").stdout
    assert "accra -" in shown
    assert "within 25 %" in shown


WRONG = {
    "a,b,ms\naccra,lagos,-3\n": "p.csv:2:1: ms: '-3' is no round trip: write milliseconds as a number above zero",
    "a,b,ms\naccra,lagos,24 ms\n": "p.csv:2:1: ms: '24 ms' is no round trip",
    "a,b,ms\naccra,lagos,0\n": "p.csv:2:1: ms: '0' is no round trip",
    "a,b,ms\naccra,,5\n": "p.csv:2:1: b: is missing: fill in the cell",
    "a,b,ms\naccra,lagos\n": "p.csv:2:1: has 2 cells: write 3, as the first row has",
    "a,b\naccra,lagos\n": "p.csv:1:1: ms: column is missing: name it in row 1: a, b, ms",
    "a,b,ms,yeer\naccra,lagos,5,2020\n": "p.csv:1:1: yeer: unknown column: did you mean 'year'?",
    "a,b,ms,ms\naccra,lagos,5,5\n": "p.csv:1:1: ms: duplicate column: keep one of them",
    "a,b,ms,year\naccra,lagos,5,20x0\n": "p.csv:2:1: year: '20x0' is no year: write one such as 2026",
    "a,b,ms\n": "p.csv: holds no pair: write a row for each: a, b, ms",
    'a,b,ms\n"accra,lagos,5\n': "is no CSV",
    "": "p.csv: is empty",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_a_table_is_told_with_its_line(text: str, tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text(text, encoding="utf-8")
    ran = run("--measured", str(tmp_path / "p.csv"))
    assert ran.exit_code == 2
    assert WRONG[text] in ran.stderr


def test_a_missing_table_a_workbook_and_places_nobody_knows_are_refused(tmp_path: Path) -> None:
    assert "there is no such file" in run("--measured", str(tmp_path / "p.csv")).stderr
    (tmp_path / "p.xlsx").write_bytes(b"PK\x03\x04 and more")
    assert "is a workbook, not plain text" in run("--measured", str(tmp_path / "p.xlsx")).stderr
    (tmp_path / "q.csv").write_text("a,b,ms\nhere,there,5\n", encoding="utf-8")
    ran = run("--measured", str(tmp_path / "q.csv"))
    assert ran.exit_code == 2
    assert "both places of none of the pairs" in ran.stderr
