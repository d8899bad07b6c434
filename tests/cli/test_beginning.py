"""``planner new`` and ``planner schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

import planner
from planner.cli.main import cli
from planner.files.project import FILES


def test_a_new_project_solves_with_all_its_variants(tmp_path: Path) -> None:
    folder = tmp_path / "Ала-Тоо 2030"
    ran = CliRunner().invoke(cli, ["new", str(folder)], catch_exceptions=False)
    assert ran.exit_code == 0
    assert [Path(line).name for line in ran.stdout.splitlines()][:3] == list(FILES)
    inputs = planner.load_scenario(folder / "scenario.yaml")
    assert inputs.scenario.id == "my-region"
    for variant in (None, *inputs.scenario.variants):
        plan = planner.solve(folder / "scenario.yaml", variant=variant)
        assert plan.status is planner.Status.OPTIMAL
        assert plan.demands["served_pflops"].sum() > 100


def test_it_takes_its_name_from_the_folder_or_the_option(tmp_path: Path) -> None:
    planner.write_project(tmp_path / "Silk Road")
    assert planner.load_scenario(tmp_path / "Silk Road" / "scenario.yaml").scenario.id == "silk-road"
    planner.write_project(tmp_path / "x", "steppe")
    assert planner.load_scenario(tmp_path / "x" / "scenario.yaml").topology.id == "steppe"


def test_it_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    ran = CliRunner().invoke(cli, ["new", str(tmp_path)])
    assert ran.exit_code == 2
    assert "is not empty" in ran.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]


def test_a_name_has_to_be_an_identifier(tmp_path: Path) -> None:
    with pytest.raises(planner.UsageError, match="no identifier"):
        planner.write_project(tmp_path / "new", "My Region")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("sort", ["topology", "demand", "scenario"])
def test_schemas_are_printed_as_they_stand_in_a_project(tmp_path: Path, sort: str) -> None:
    planner.write_project(tmp_path / "p")
    ran = CliRunner().invoke(cli, ["schema", sort], catch_exceptions=False)
    assert ran.exit_code == 0
    assert ran.stdout == (tmp_path / "p" / "schemas" / f"{sort}.json").read_text(encoding="utf-8")
    assert json.loads(ran.stdout)["$defs"]


def test_an_unknown_schema_is_refused() -> None:
    assert CliRunner().invoke(cli, ["schema", "plan"]).exit_code == 2


def test_the_cases_are_listed_for_people_and_for_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within 80 columns; where a scenario lies is said so that it can be solved from here."""
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(cli, ["cases"], env={"COLUMNS": "80"}, catch_exceptions=False).stdout
    assert max(map(len, shown.splitlines())) <= 80
    told = json.loads(CliRunner().invoke(cli, ["cases", "--json"], catch_exceptions=False).stdout)
    assert [each["id"] for each in told] == [name for name in planner.load_cases() if f"\n{name} " in shown]
    assert {"id", "scenario", "question", "system"} == set(told[0])
    assert all(Path(each["scenario"]).is_file() for each in told)


def test_a_case_becomes_a_project_and_keeps_its_names(tmp_path: Path) -> None:
    ran = CliRunner().invoke(cli, ["new", str(tmp_path / "p"), "--from", "kyrgyz-model"], catch_exceptions=False)
    assert ran.exit_code == 0
    assert ran.stdout.splitlines()[0] == str(tmp_path / "p" / "scenario.yaml")
    assert planner.solve(tmp_path / "p" / "scenario.yaml").status is planner.Status.OPTIMAL
    for words, said in [
        (["--from", "neom", "--name", "x"], "--name belongs to the small project"),
        (["--from", "kyrgyz"], "did you mean 'kyrgyz-model'?"),
    ]:
        ran = CliRunner().invoke(cli, ["new", str(tmp_path / "q"), *words])
        assert ran.exit_code == 2
        assert said in ran.stderr
        assert not (tmp_path / "q").exists()
