"""What somebody put into a run, or changed in it, is never lost: neither by a new run nor by a new report or export."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from worlds import two_cities, write_world

import planner
from planner.errors import RunError
from planner.plan import folders

OWN = ("exports/minister.docx", "pictures/photo.jpg", "tables/mine.xlsx", "inputs/deep/notes.txt")


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> planner.Plan:
    """Return the plan of the two cities."""
    return planner.solve(write_world(two_cities(), tmp_path_factory.mktemp("cities")))


@pytest.fixture
def run(cities: planner.Plan, tmp_path: Path) -> Path:
    """Return a run with its report."""
    return planner.write_run(cities, tmp_path / "run")


def write_own(run: Path) -> None:
    """Put files of one's own into every folder of a run."""
    for name in OWN:
        (run / name).parent.mkdir(parents=True, exist_ok=True)
        (run / name).write_text(f"my {name}")


def test_what_the_planner_did_not_write_comes_along_into_the_new_run(cities: planner.Plan, run: Path) -> None:
    """In its place, told in one line, and the new run is a sound one."""
    write_own(run)
    told: list[str] = []
    assert planner.write_run(cities, run, force=True, tell=told.append) == run
    assert [(run / name).read_text() for name in OWN] == [f"my {name}" for name in OWN]
    assert told[0].startswith("kept, for the planner did not write it: ")
    assert all(name in told[0] for name in OWN)
    assert planner.verify_run(run) == []
    assert [each.name for each in run.parent.iterdir()] == ["run"]


def test_what_was_changed_by_hand_is_kept_under_another_name(cities: planner.Plan, run: Path) -> None:
    """Twice over, each time with a new number; what stands as it was written goes."""
    planner.export_run(planner.read_run(run), ["csv", "graphml"])
    for number in (1, 2):
        (run / "tables" / "sites.csv").write_text(f"mine {number}")
        (run / "report.html").write_text(f"my report {number}")
        told: list[str] = []
        planner.write_run(cities, run, force=True, tell=told.append)
        assert "report.html as report.yours" in told[-1]
    kept = {each.name: each.read_text() for each in run.rglob("*.yours*")}
    assert kept == {
        "sites.yours.csv": "mine 1", "sites.yours-2.csv": "mine 2",
        "report.yours.html": "my report 1", "report.yours-2.html": "my report 2",
    }  # fmt: skip
    assert not (run / "exports").exists()
    assert planner.verify_run(run) == []


def test_a_file_under_a_name_of_ours_does_not_pass_for_part_of_the_new_plan(cities: planner.Plan, run: Path) -> None:
    """An export that nobody listed may be of any plan."""
    (run / "exports").mkdir()
    (run / "exports" / "plan.xlsx").write_text("whose?")
    planner.write_run(cities, run, force=True)
    assert [each.name for each in (run / "exports").iterdir()] == ["plan.yours.xlsx"]


def test_a_file_that_comes_while_the_run_is_moved_is_not_removed(
    cities: planner.Plan, run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stays in the old folder, which nobody else looks at."""
    clear = folders._clear

    def late(aside: Path, names: list[object]) -> None:
        (aside / "tables" / "late.txt").write_text("mine")
        clear(aside, names)

    monkeypatch.setattr(folders, "_clear", late)
    planner.write_run(cities, run, force=True)
    assert [each.read_text() for each in run.parent.rglob("late.txt")] == ["mine"]
    assert planner.verify_run(run) == []


def test_a_run_whose_writer_was_killed_between_two_moves_comes_back(run: Path) -> None:
    """The old run stands aside, the new one is not there yet: whoever reads it next finds the old one."""
    write_own(run)
    run.rename(run.with_name(".run.0123abcd.old"))
    assert planner.read_run(run).folder == run
    assert (run / OWN[0]).read_text() == f"my {OWN[0]}"


def test_a_link_in_a_run_is_refused_before_it_is_lost(cities: planner.Plan, run: Path) -> None:
    """Before the solve, and what it leads to stays."""
    (run / "pictures").mkdir()
    (run / "pictures" / "link").symlink_to(run / "report.html")
    with pytest.raises(RunError, match="is a link or no file, and would be lost"):
        planner.check_folder(run, force=True)
    assert (run / "pictures" / "link").is_symlink()


@pytest.mark.parametrize("name", ["exports/plan.graphml", "pictures/capacity.svg", "report.html"])
def test_a_product_that_was_changed_is_not_written_over(run: Path, name: str) -> None:
    """The first one is, over itself; then somebody changes it."""

    def make() -> None:
        kept = planner.read_run(run)
        planner.export_run(kept, ["graphml"])
        planner.draw_pictures(kept.plan, run / "pictures", ["svg"])
        planner.write_report(run)

    make()
    make()
    (run / name).write_text("mine")
    with pytest.raises(RunError, match=f"{Path(name).name} is there, and is not as the planner writes it"):
        make()
    assert (run / name).read_text() == "mine"


@pytest.mark.parametrize("name", ["my.xlsx", "my.graphml", "thesis.html", "photo.png", "drawing.svg", "paper.pdf"])
def test_a_file_outside_a_run_that_is_not_ours_is_not_written_over(run: Path, tmp_path: Path, name: str) -> None:
    """Ours of before are, by the marks they bear."""
    place, kept = tmp_path / name, planner.read_run(run)

    def make() -> None:
        if name.startswith("my"):
            planner.export_run(kept, [place.suffix[1:]], place)
        elif place.suffix == ".html":
            planner.write_report(run, file=place)
        else:
            planner.draw_topology(kept.inputs.topology, place)

    make()
    make()
    place.write_text("mine")
    with pytest.raises(RunError, match="is not as the planner writes it"):
        make()
    assert place.read_text() == "mine"


def test_a_workbook_that_was_saved_by_another_program_is_not_ours_any_more(run: Path, tmp_path: Path) -> None:
    """It says another time."""
    import openpyxl

    place = tmp_path / "plan.xlsx"
    planner.export_run(planner.read_run(run), ["xlsx"], place)
    openpyxl.load_workbook(place).save(place)
    with pytest.raises(RunError, match="is not as the planner writes it"):
        planner.export_run(planner.read_run(run), ["xlsx"], place)


@pytest.mark.parametrize("word", ["csv", "xlsx", "markdown", "html"])
def test_a_comparison_is_written_over_one_of_before_and_over_nothing_else(run: Path, tmp_path: Path, word: str) -> None:
    """One fault, and none of its files is written."""
    comparison = planner.compare([run, run], ["a", "b"])
    place = tmp_path / f"compare.{word}"
    written = planner.write_comparison(comparison, **{word: place})
    assert planner.write_comparison(comparison, **{word: place}) == written
    for file in written:
        file.write_text("mine, all mine")
    with pytest.raises(RunError, match="is not as the planner writes it"):
        planner.write_comparison(comparison, **{word: place})
    assert {file.read_text() for file in written} == {"mine, all mine"}


def test_files_of_a_run_of_before_there_was_a_list_are_told_by_their_marks(run: Path) -> None:
    """Its report is replaced, and a note under the name of a report is not."""
    manifest = json.loads((run / "manifest.json").read_bytes())
    del manifest["written"]
    (run / "manifest.json").write_text(json.dumps(manifest))
    planner.write_report(run)
    (run / "report.zh.html").write_text("mine")
    with pytest.raises(RunError, match="is not as the planner writes it"):
        planner.write_report(run, language=planner.speak("zh"))


def test_the_list_of_what_was_written_grows_and_the_plan_stays_the_same(run: Path) -> None:
    """Only the list and nothing else in the manifest changes."""
    before = json.loads((run / "manifest.json").read_bytes())
    planner.write_report(run, language=planner.speak("fr"))
    after = json.loads((run / "manifest.json").read_bytes())
    assert sorted(after.pop("written")) == ["report.fr.html", "report.html"]
    assert list(before.pop("written")) == ["report.html"]
    assert before == after


def test_nothing_is_written_under_a_name_that_is_no_text(run: Path) -> None:
    """One line with the bytes by their numbers."""
    place = run.parent / os.fsdecode(b"\xca\xd0.html")
    with pytest.raises(RunError, match=r"\\xca\\xd0\.html cannot be written: its name is no UTF-8"):
        planner.write_report(run, file=place)
