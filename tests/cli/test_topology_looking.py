"""``planner topology validate | show | stats``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from planner.cli.main import cli

ROOT = Path(__file__).parents[2]
CENTRAL_ASIA = str(ROOT / "topologies" / "central-asia.yaml")


def run(*words: str) -> Result:
    """Run ``planner topology`` at 80 columns."""
    return CliRunner().invoke(cli, ["topology", *words], catch_exceptions=False, env={"COLUMNS": "80"})


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A topology with two faults and, once these are mended, a warning."""
    file = tmp_path / "t.yaml"
    file.write_text(
        "topology: t\nnodes:\n  a: {country: kz, lat: 43, lon: 77}\n  b: {country: KZ, lat: 143, lon: 77}\n"
    )
    return file


def test_a_sound_file_is_told_so() -> None:
    ran = run("validate", CENTRAL_ASIA)
    assert (ran.exit_code, ran.stdout) == (0, f"ok: {CENTRAL_ASIA}\n")


def test_a_file_without_warnings_passes_the_strict_check() -> None:
    ran = run("validate", "--strict", CENTRAL_ASIA)
    assert (ran.exit_code, ran.stdout) == (0, f"ok: {CENTRAL_ASIA}\n")


def test_every_fault_of_every_file_is_printed_with_its_place(broken: Path) -> None:
    ran = run("validate", CENTRAL_ASIA, str(broken))
    assert ran.exit_code == 2
    assert [line.split(": ")[1] for line in ran.stdout.splitlines()] == ["nodes.a.country", "nodes.b.lat"]
    assert f"{broken.name}:3:16: nodes.a.country" in ran.stdout


def test_warnings_are_errors_when_strict(broken: Path) -> None:
    broken.write_text(broken.read_text().replace("kz", "KZ").replace("143", "44"))
    ran = run("validate", str(broken))
    assert ran.exit_code == 0
    assert "warning: nodes.a: no link reaches it" in ran.stdout or "warning: nodes.b: no link" in ran.stdout
    strict = run("validate", "--strict", "--json", str(broken))
    assert strict.exit_code == 2
    assert {each["severity"] for each in json.loads(strict.stdout)} == {"warning"}


def test_files_are_merged_only_when_asked(tmp_path: Path) -> None:
    nodes, links = tmp_path / "nodes.yaml", tmp_path / "links.yaml"
    nodes.write_text("topology: n\nnodes: {a: {country: KZ, lat: 43, lon: 77}, b: {country: KZ, lat: 44, lon: 77}}\n")
    links.write_text(
        "topology: l\nlinks: {a-b: {ends: [a, b], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}}\n"
    )
    assert run("validate", str(nodes), str(links)).exit_code == 2
    assert run("validate", "--together", str(nodes), str(links)).exit_code == 0


def test_a_file_that_is_not_there_is_a_fault_not_a_crash() -> None:
    ran = run("validate", "nowhere.yaml")
    assert ran.exit_code == 2
    assert "nowhere.yaml" in ran.stdout


def test_show_fits_80_columns_and_counts() -> None:
    ran = run("show", CENTRAL_ASIA)
    assert ran.exit_code == 0
    assert max(map(len, ran.stdout.splitlines())) <= 80
    assert "65 nodes, 26 sites, 81 links" in ran.stdout
    assert len(run("show", "-v", CENTRAL_ASIA).stdout.splitlines()) > len(ran.stdout.splitlines()) + 60


def test_show_between_prints_the_way() -> None:
    ran = run("show", CENTRAL_ASIA, "--between", "almaty", "frankfurt", "--latency", "glass")
    assert ran.exit_code == 0
    assert "almaty to frankfurt: 83.9 ms there and back" in ran.stdout
    assert "Straight glass" in ran.stdout
    wrong = run("show", CENTRAL_ASIA, "--between", "almata", "frankfurt")
    assert wrong.exit_code == 2
    assert "did you mean 'almaty'?" in wrong.stderr


def test_show_and_stats_as_json() -> None:
    shown = json.loads(run("show", "--json", CENTRAL_ASIA, "--between", "almaty", "osh").stdout)
    assert shown["counts"]["nodes"] == 65
    assert shown["trips"][0]["nodes"][0] == "almaty"
    stats = json.loads(run("stats", "--json", CENTRAL_ASIA, "--year", "2030").stdout)
    assert "termez-kabul" in stats["bridges"]
    assert {each["country"] for each in stats["exposures"]} >= {"KZ", "TJ"}


def test_stats_name_who_is_cut_off() -> None:
    ran = run("stats", CENTRAL_ASIA)
    assert ran.exit_code == 0
    assert max(map(len, ran.stdout.splitlines())) <= 80
    assert "node:urumqi" in ran.stdout
