"""An edit of several files changes all of them or none, and is taken back in all of them or none."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
from planner.errors import RunError, UsageError
from planner.files.changing import writing

TOPOLOGY = """topology: t
nodes:
  a: {country: KZ, lat: 43, lon: 77}
  b: {country: KG, lat: 42, lon: 74}
links:
  a-b: {ends: [a, b], kind: terrestrial, capacity: 1 Tbps}
"""
DEMAND = """demand: d
workloads:
  w: {kind: inference, unserved: 1 kUSD/PFLOPS/year}
demands:
  - {origin: a, workload: w, compute: 1 PFLOPS}
"""
SCENARIO = """scenario: s
topology: [t.yaml]
demand: [d.yaml]
years: 2030
variants:
  cut: {remove: ["link:a-b"]}
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return a topology and a scenario that names its link."""
    monkeypatch.chdir(tmp_path)
    for name, text in (("t.yaml", TOPOLOGY), ("d.yaml", DEMAND), ("s.yaml", SCENARIO)):
        Path(name).write_text(text, encoding="utf-8")
    return Path("t.yaml"), Path("s.yaml")


def rename(topology: Path, scenario: Path, new: str = "x") -> None:
    """Give the link another id in both."""
    editor = planner.edit_topology(topology)
    editor.rename("link:a-b", new, also=[scenario])
    editor.save()


def names(files: tuple[Path, Path]) -> list[bool]:
    """Tell of each file whether it knows the new id."""
    return ["x: {ends" in files[0].read_text(), "link:x" in files[1].read_text()]


def test_a_renaming_that_cannot_remember_the_second_file_changes_neither(files: tuple[Path, Path]) -> None:
    """A file stands where its memory would be; of the first nothing is remembered either."""
    Path(".s.yaml.undo").touch()
    with pytest.raises(RunError, match="cannot be written"):
        rename(*files)
    assert names(files) == [False, False]
    assert planner.edits_of(files[0]) == ([], -1)
    assert sorted(each.name for each in Path().iterdir()) == [".s.yaml.undo", "d.yaml", "s.yaml", "t.yaml"]


def test_a_renaming_whose_second_file_cannot_be_moved_comes_back(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one stood already; an edit of before can still be made again."""
    editor = planner.edit_topology(files[0])
    editor.set("title", "T")
    editor.save()
    planner.undo_edit(files[0])
    replace = Path.replace

    def stumble(path: Path, target: Path) -> Path:
        if path.suffix == ".part" and target.name == "s.yaml":
            raise OSError(28, "No space left on device")
        return replace(path, target)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", stumble)
        with pytest.raises(RunError, match=r"s\.yaml cannot be written: No space"):
            rename(*files)
    assert (files[0].read_text(), files[1].read_text()) == (TOPOLOGY, SCENARIO)
    assert planner.redo_edit(files[0]).what == "set title"


def kill_between(files: tuple[Path, Path]) -> None:
    """Leave the files as a process does that is killed between the two moves: nothing is mended on the way."""
    before = files[1].read_bytes()
    rename(*files)
    files[1].write_bytes(before)
    assert names(files) == [True, False]


@pytest.mark.parametrize("asked", [0, 1])
def test_half_a_renaming_is_taken_back_or_completed(files: tuple[Path, Path], asked: int) -> None:
    """Undo of the changed file brings both to where they were, redo of the other one both to the new id."""
    kill_between(files)
    if asked:
        planner.redo_edit(files[1], together=True)
    else:
        planner.undo_edit(files[0], together=True)
    assert names(files) == [bool(asked)] * 2


@pytest.mark.parametrize("asked", [0, 1])
def test_a_renaming_is_taken_back_and_brought_again_in_both_files(files: tuple[Path, Path], asked: int) -> None:
    """Whichever is asked for; the other is named."""
    rename(*files)
    assert planner.undo_edit(files[asked], together=True).together == (files[1 - asked].name,)
    assert (files[0].read_text(), files[1].read_text()) == (TOPOLOGY, SCENARIO)
    assert planner.redo_edit(files[asked], together=True).together == (files[1 - asked].name,)
    assert names(files) == [True, True]


def test_half_a_renaming_is_not_taken_back_over_a_later_edit_of_the_other_half(files: tuple[Path, Path]) -> None:
    """The later edit is named, and has to go first; forced, the one file goes back alone."""
    rename(*files)
    editor = planner.edit_scenario(files[1])
    editor.cut("link:x", name="more")
    editor.save()
    with pytest.raises(UsageError, match=r"since by 'cut link:x': first planner topology undo s\.yaml, once"):
        planner.undo_edit(files[0], together=True)
    assert names(files) == [True, True]
    planner.undo_edit(files[1], together=True)  # the cut
    planner.undo_edit(files[0], together=True)
    assert (files[0].read_text(), files[1].read_text()) == (TOPOLOGY, SCENARIO)


@pytest.mark.parametrize("spoil", ["hand", "gone", "forgotten"])
def test_a_half_that_cannot_go_back_is_told_and_force_leaves_it(files: tuple[Path, Path], spoil: str) -> None:
    """Changed by hand, removed, or its memory deleted."""
    rename(*files)
    if spoil == "hand":
        files[1].write_text(files[1].read_text() + "# mine\n")
    elif spoil == "gone":
        files[1].unlink()
    else:
        [each.unlink() for each in Path(".s.yaml.undo").iterdir()]
    words = {"hand": "was changed outside", "gone": "is not there any more", "forgotten": "does not remember it"}
    with pytest.raises(UsageError, match=words[spoil]):
        planner.undo_edit(files[0], together=True)
    planner.undo_edit(files[0], together=True, force=True)
    assert files[0].read_text() == TOPOLOGY


def test_two_files_that_moved_are_still_taken_back_together(files: tuple[Path, Path], tmp_path: Path) -> None:
    """They know each other from where they lie, not from where the command was typed."""
    rename(*files)
    elsewhere = tmp_path.rename(tmp_path.with_name("elsewhere"))
    try:
        planner.undo_edit(elsewhere / "t.yaml", together=True)
        assert (elsewhere / "s.yaml").read_text() == SCENARIO
    finally:
        elsewhere.rename(tmp_path)


def test_several_files_are_moved_once_all_of_them_are_written(tmp_path: Path) -> None:
    """The second has no place, so the first is not touched and nothing is left beside it."""
    (tmp_path / "one").write_text("old")
    (tmp_path / "two").mkdir()
    with pytest.raises(RunError, match="cannot be written"):
        writing.put_files({tmp_path / "one": b"new", tmp_path / "two": b"new"})
    assert (tmp_path / "one").read_text() == "old"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["one", "two"]
