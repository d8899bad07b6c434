"""Plans kept as runs: what the folder holds, that it appears whole, and that damage is told in words."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import replace
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from worlds import changed, two_cities, write_world

import planner
from planner.errors import RunError
from planner.plan import csv_tables, folders, manifests, runs
from planner.plan.csv_tables import read_table, write_table
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.plan.runs import check_folder, choose_folder, lay_out, read_run, write_run
from planner.plan.verify import verify_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from planner.plan.plan import Plan

EXAMPLE = Path(__file__).parents[2] / "examples" / "central-asia-2000p.yaml"
IMPOSSIBLE = {"demand.workloads.chat.unserved": "required", "demand.demands.0.compute": "900 PFLOPS"}


@pytest.fixture(scope="module")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    """Return the plan of the two cities, from files that stay."""
    return planner.solve(write_world(two_cities(), tmp_path_factory.mktemp("cities")))


@pytest.fixture
def run(cities: Plan, tmp_path: Path) -> Path:
    """Return a run of the two cities."""
    return write_run(cities, tmp_path / "run")


def manifest_of(folder: Path) -> dict[str, Any]:
    """Read the manifest of a run."""
    read: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return read


def files_in(folder: Path) -> dict[str, bytes]:
    """Read every file under a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


# ------------------------------------------------------------------------------------- what is kept


def test_a_run_holds_manifest_inputs_and_tables(run: Path) -> None:
    """The layout that other programs rely on."""
    inputs = [f"inputs/{name}.yaml" for name in ("demand", "scenario", "topology")]
    assert list(files_in(run)) == [*inputs, "manifest.json", *(f"tables/{name}.csv" for name in sorted(TABLE_INDEX))]


def test_the_manifest_says_what_was_asked_and_how_it_ended(run: Path, cities: Plan) -> None:
    """20 PFLOPS go far for 1000 USD, over 20 Gbps both ways together at 100 USD."""
    manifest = manifest_of(run)
    assert (manifest["scenario"], manifest["variant"], manifest["overrides"]) == ("two-cities", None, [])
    assert (manifest["status"], manifest["findings"]) == ("optimal", [])
    assert (manifest["objective_name"], manifest["objective"]) == ("cost", pytest.approx(22_000))
    (stage,) = manifest["stages"]
    assert (stage["name"], stage["status"]) == ("cost", "optimal")
    assert stage["bound"] <= stage["value"] == manifest["objective"]
    assert (manifest["notes"], manifest["frozen_builds"]) == ([], None)
    assert manifest["cost_usd"] == pytest.approx(dict(cities.cost_usd))
    assert [entry["file"] for entry in manifest["inputs"]] == ["scenario.yaml", "topology.yaml", "demand.yaml"]
    assert [entry["sha256"] for entry in manifest["inputs"]] == [file.sha256 for file in cities.inputs.files]
    assert manifest["versions"]["pulp"]
    assert manifest["times"]["seconds"] == cities.seconds


def test_tables_are_plain_csv(run: Path) -> None:
    """Index first, units in the names, short numbers, one line a row."""
    assert (run / "tables/links.csv").read_bytes().decode() == (
        "year,link,cable,capacity_gbps,built_gbps,committed_gbps,peak_gbps,background_gbps,utilisation,cost_usd,price_usd_per_gbps\n"
        "2030,fibre,,100,0,0,10,0,0.1,2000,0\n"
    )
    assert (run / "tables/builds.csv").read_bytes() == (
        b"year,asset,expansion,added,unit,capex_usd,annuity_usd,opex_usd\n"
    )


def test_the_same_question_gives_the_same_bytes(run: Path, cities: Plan, tmp_path: Path) -> None:
    """Two solves differ in their times alone."""
    again = write_run(planner.solve(cities.inputs.files[0].path), tmp_path / "again")
    one, other = files_in(run), files_in(again)
    del one["manifest.json"], other["manifest.json"]
    assert one == other
    first, second = manifest_of(run), manifest_of(again)
    assert first.pop("times").keys() == second.pop("times").keys()
    assert first == second


def test_a_run_reads_back(run: Path, cities: Plan) -> None:
    """Inputs and tables are those that were written, to twelve digits."""
    kept = read_run(run)
    assert kept.folder == run
    assert kept.status == "optimal"
    assert kept.inputs.scenario == cities.inputs.scenario
    assert kept.inputs.topology == cities.inputs.topology
    assert kept.tables is not None
    assert cities.tables is not None
    for (name, frame), (_, written) in zip(kept.tables.items(), cities.tables.items(), strict=True):
        pd.testing.assert_frame_equal(
            frame, written, check_dtype=False, check_index_type=False, rtol=1e-11, obj=f"table {name}"
        )
    assert verify_run(run) == []


def test_an_example_with_a_variant_reads_back_from_its_copies(tmp_path: Path) -> None:
    """Files in sibling folders stay siblings; variant and overrides are asked for again."""
    plan = planner.solve(EXAMPLE, variant="kulma-cut", overrides=["demand.scale=1.1", "hours=1"])
    run = write_run(plan, tmp_path / "run")
    assert {entry["file"] for entry in manifest_of(run)["inputs"]} == {
        "examples/central-asia-2000p.yaml",
        "topologies/central-asia.yaml",
        "topologies/background.yaml",
        "demand/central-asia-2030.yaml",
        "demand/central-asia-2030.csv",
    }
    kept = read_run(run)
    assert kept.inputs.variant == "kulma-cut"
    assert kept.inputs.overrides == ("demand.scale=1.1", "hours=1")
    assert kept.inputs.demand.model_dump() == plan.inputs.demand.model_dump()  # but for the places of the rows
    assert verify_run(run) == []


# Two hours of the day, a cut fibre, a project, traffic, and latency before cost: every table has rows.
WHOLE = {
    "scenario.hours": 2,
    "scenario.objective": ["latency", "cost"],
    "scenario.contingencies": "links",
    "topology.projects.dig": {"title": "Dug", "capex": "1 kUSD"},
    "topology.links.fibre.project": "dig",
    "demand.workloads.chat.survives": 0.5,
    "demand.workloads.web": {"kind": "traffic", "unserved": "5 kUSD/Gbps/year"},
    "demand.demands.0": {"origin": "home", "workload": "chat", "compute": "15 PFLOPS"},
}


def whole_world() -> dict[str, Any]:
    """Return the two cities with everything that a run can hold."""
    world = changed(two_cities(), WHOLE)
    world["demand"]["demands"].append({"origin": "home", "to": "away", "workload": "web", "rate": "4 Gbps"})
    return world


def test_traffic_projects_and_failures_read_back(tmp_path: Path) -> None:
    """The tables of the whole programme round-trip, and so do objectives and notes."""
    plan = planner.solve(write_world(whole_world(), tmp_path / "world"))
    run = write_run(plan, tmp_path / "run", frozen_builds=Path("runs") / "base")
    kept, manifest = read_run(run), manifest_of(run)
    assert plan.tables is not None
    assert kept.tables is not None
    for name in ("rates", "traffic", "failures", "builds"):
        frame, written = getattr(kept.tables, name), getattr(plan.tables, name)
        assert not frame.empty
        pd.testing.assert_frame_equal(frame, written, check_dtype=False, check_index_type=False, rtol=1e-11)
    assert kept.tables.failures["written"].dtype == bool
    assert (manifest["objective_name"], manifest["frozen_builds"]) == ("latency", "runs/base")
    assert [stage["name"] for stage in manifest["stages"]] == [stage.name for stage in plan.stages]
    assert manifest["notes"] == list(plan.notes)


def test_a_run_moves_with_its_inputs(run: Path, tmp_path: Path) -> None:
    """Nothing in a run points to where it was made."""
    assert verify_run(Path(shutil.move(run, tmp_path / "elsewhere"))) == []
    assert str(tmp_path) not in (tmp_path / "elsewhere" / "manifest.json").read_text(encoding="utf-8")


def test_an_infeasible_scenario_is_kept_without_tables(tmp_path: Path) -> None:
    """What was asked and why it cannot be, so that it can be looked up later."""
    plan = planner.solve(write_world(changed(two_cities(), IMPOSSIBLE), tmp_path / "world"))
    run = write_run(plan, tmp_path / "run")
    manifest = manifest_of(run)
    assert (manifest["status"], manifest["objective"], manifest["tables"]) == ("infeasible", None, {})
    assert manifest["findings"]
    assert not (run / "tables").exists()
    assert read_run(run).tables is None
    assert verify_run(run) == []


def test_a_solved_run_without_tables_is_a_fault(run: Path) -> None:
    """An optimum has to be shown."""
    rewrite(run, tables={})
    assert verify_run(run) == ["the plan is optimal and has no tables"]


# ------------------------------------------------------------------------------------- copies


@pytest.mark.parametrize(
    ("paths", "names", "walks"),
    [
        (["/a/s.yaml", "/a/t.yaml"], ["s.yaml", "t.yaml"], ["."]),
        (["/a/x/s.yaml", "/a/x/../y/t.yaml"], ["x/s.yaml", "y/t.yaml"], [".", "x", "y"]),
        (["/a/x/s.yaml", "/a/x/../y/../z/t.yaml"], ["x/s.yaml", "z/t.yaml"], [".", "x", "y", "z"]),
        (["/a/b/s.yaml", "/a/b/../../a/b/t.yaml"], ["a/b/s.yaml", "a/b/t.yaml"], [".", "a", "a/b"]),
        (["/a/b/../c/s.yaml", "/a/b/../c/../t.yaml"], ["c/s.yaml", "t.yaml"], [".", "c"]),
        (["/a/x/s.yaml", "/a/x/../y/t.yaml", "/a/x/../y/u.csv"], ["x/s.yaml", "y/t.yaml", "y/u.csv"], [".", "x", "y"]),
        (["/a/s.yaml", "/b/s.yaml"], ["a/s.yaml", "b/s.yaml"], ["a", "b"]),
    ],
)
def test_copies_stand_to_each_other_as_the_files_do(paths: list[str], names: list[str], walks: list[str]) -> None:
    """Whatever way leads from file to file leads from copy to copy, and never out of the run."""
    found, passed = lay_out(map(Path, paths))
    assert [str(name) for name in found] == names
    assert [str(walk) for walk in passed] == walks


def test_a_folder_above_whose_name_is_no_text_does_not_stand_in_the_way(tmp_path: Path) -> None:
    """The scenario lies in it, the topology above it; their copies stand to each other as they do."""
    strange = tmp_path / os.fsdecode(b"\xca\xd0")
    found, _ = lay_out([strange / "scenario.yaml", strange / ".." / "topology.yaml"])
    assert [str(name) for name in found] == ["_xca_xd0/scenario.yaml", "topology.yaml"]


def test_roundabout_ways_between_files_lead_to_the_copies(tmp_path: Path) -> None:
    """A scenario may name its files through folders that hold none of them."""
    world = changed(two_cities(), {"scenario.topology": ["../old/../deep/er/topology.yaml"]})
    scenario = write_world(world, tmp_path / "world")
    (tmp_path / "old").mkdir()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "world" / "topology.yaml").rename(tmp_path / "deep" / "er" / "topology.yaml")
    run = write_run(planner.solve(scenario), tmp_path / "run")
    for folder in ("world", "old", "deep"):
        shutil.rmtree(tmp_path / folder)
    assert verify_run(run) == []


def test_a_file_named_by_an_absolute_path_must_not_change(tmp_path: Path) -> None:
    """Its copy cannot take its place, for the scenario does not name it."""
    topology = tmp_path / "shelf" / "topology.yaml"
    scenario = write_world(changed(two_cities(), {"scenario.topology": [str(topology)]}), tmp_path / "world")
    topology.parent.mkdir()
    (tmp_path / "world" / "topology.yaml").rename(topology)
    run = write_run(planner.solve(scenario), tmp_path / "run")
    assert verify_run(run) == []
    topology.write_text(topology.read_text(encoding="utf-8").replace("100 Gbps", "200 Gbps"), encoding="utf-8")
    with pytest.raises(RunError, match="lies outside the run and has changed since"):
        read_run(run)


# ------------------------------------------------------------------------------------- places


def test_a_run_is_named_after_scenario_and_variant(tmp_path: Path) -> None:
    """The next free number where the name is taken."""
    assert choose_folder(tmp_path, "asia", None, force=False) == tmp_path / "asia"
    (tmp_path / "asia-cut").write_text("a file")
    assert choose_folder(tmp_path, "asia", "cut", force=False) == tmp_path / "asia-cut-2"
    assert choose_folder(tmp_path, "asia", "cut", force=True) == tmp_path / "asia-cut"


def test_an_existing_run_is_never_overwritten_silently(run: Path, cities: Plan) -> None:
    """The next one goes to the next free number."""
    before = files_in(run)
    assert [write_run(cities, run).name for _ in range(2)] == ["run-2", "run-3"]
    assert files_in(run) == before


def test_an_empty_folder_is_free(cities: Plan, tmp_path: Path) -> None:
    """Somebody who makes the folder first gets the run in it."""
    (tmp_path / "mine").mkdir()
    assert write_run(cities, tmp_path / "mine") == tmp_path / "mine"
    assert verify_run(tmp_path / "mine") == []
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_force_replaces_a_run(run: Path, cities: Plan) -> None:
    """The old one is gone whole, and nothing is left beside."""
    (run / "report.html").write_text("old")
    assert write_run(cities, run, force=True) == run
    assert not (run / "report.html").exists()
    assert [path.name for path in run.parent.iterdir()] == ["run"]


def spoil_with_notes(run: Path) -> None:
    """Put somebody's own file into a run."""
    (run / "notes.txt").write_text("mine")


def spoil_manifest(run: Path) -> None:
    """Break the manifest."""
    (run / "manifest.json").write_text("{")


def replace_with_file(run: Path) -> None:
    """Put a file where the run was."""
    shutil.rmtree(run)
    run.write_text("mine")


def replace_with_link(run: Path) -> None:
    """Put a link to the run where it was."""
    run.rename(run.with_name("real"))
    run.symlink_to(run.with_name("real"))


@pytest.mark.parametrize("spoil", [spoil_with_notes, spoil_manifest, replace_with_file, replace_with_link])
def test_what_is_not_only_a_run_is_never_removed(spoil: Callable[[Path], None], run: Path, cities: Plan) -> None:
    """Not even with force."""
    spoil(run)
    before = files_in(run.parent)
    with pytest.raises(RunError, match="holds more than a run, or none: it is left as it is"):
        write_run(cities, run, force=True)
    assert files_in(run.parent) == before


@pytest.mark.parametrize("name", [".", "..", "/"])
def test_a_run_needs_a_name(name: str) -> None:
    """Asked before the solve, not after it."""
    with pytest.raises(RunError, match="is no name for a run folder"):
        check_folder(Path(name))


def full_disk(*_: object) -> None:
    """Fail as a full disk does."""
    raise OSError(28, "No space left on device")


def interrupt(*_: object) -> None:
    """Fail as Ctrl-C does."""
    raise KeyboardInterrupt


@pytest.mark.parametrize(("failure", "error"), [(full_disk, RunError), (interrupt, KeyboardInterrupt)])
def test_nothing_is_left_of_a_run_that_cannot_be_written(
    failure: Callable[..., None],
    error: type[BaseException],
    cities: Plan,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither a full disk nor Ctrl-C leaves half a folder."""
    monkeypatch.setattr(os, "fsync", failure)
    with pytest.raises(error):
        write_run(cities, tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("failure", "error"), [(full_disk, RunError), (interrupt, KeyboardInterrupt)])
def test_the_old_run_comes_back_where_the_new_one_cannot_be_moved(
    failure: Callable[..., None], error: type[BaseException], run: Path, cities: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is only moved aside until the new one stands."""
    before, rename = files_in(run.parent), Path.rename

    def stumble(path: Path, target: Path) -> Path:
        if path.suffix == ".part":
            failure()
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", stumble)
    with pytest.raises(error):
        write_run(cities, run, force=True)
    assert files_in(run.parent) == before


def test_somebody_quicker_keeps_the_place(cities: Plan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process puts its run there in between, ours goes to the next free number."""
    move = folders._swap

    def late(part: Path, place: Path) -> None:
        if place.name == "run":
            place.mkdir()
            (place / "theirs").write_text("first")
            raise FileExistsError(17, "File exists")
        move(part, place)

    monkeypatch.setattr(folders, "_swap", late)
    assert write_run(cities, tmp_path / "run") == tmp_path / "run-2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "run-2"]


def test_a_run_cannot_be_put_under_a_file(cities: Plan, tmp_path: Path) -> None:
    """One line, no traceback."""
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(RunError, match="cannot be written"):
        write_run(cities, tmp_path / "runs" / "run")


# ------------------------------------------------------------------------------------- damage


def rewrite(folder: Path, /, **changes: object) -> None:
    """Change keys of a manifest."""
    (folder / "manifest.json").write_text(json.dumps(manifest_of(folder) | changes), encoding="utf-8")


def entry(**changes: object) -> list[dict[str, object]]:
    """Return a list of inputs with one that is wrong."""
    return [{"file": "scenario.yaml", "role": "scenario", "sha256": "0"} | changes]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"run": 99}, "has the format 99, and this version of the planner reads 2"),
        ({"variant": 3}, "is damaged: variant cannot be read"),
        ({"objective": "much"}, "is damaged: objective cannot be read"),
        ({"tables": None, "inputs": None}, "is damaged: inputs, tables cannot be read"),
        ({"status": "splendid"}, "is damaged"),
        ({"inputs": []}, "is damaged"),
        ({"inputs": entry(file="../../etc/passwd")}, "is damaged"),
        ({"inputs": entry(file="/etc/passwd")}, "is damaged"),
        ({"inputs": entry(sha256=None)}, "is damaged"),
        ({"cost_usd": {"opex": "much"}}, "is damaged"),
        ({"objective_name": None}, "is damaged: objective_name cannot be read"),
        ({"stages": [{"name": "cost"}]}, "is damaged: its lists cannot be read"),
        ({"stages": ["cost"]}, "is damaged: its lists cannot be read"),
        ({"notes": [1]}, "is damaged: its lists cannot be read"),
        ({"frozen_builds": 1}, "is damaged: frozen_builds cannot be read"),
        ({"stages": [{"name": "cost", "status": "optimal", "bound": 1}]}, "is damaged: its lists cannot be read"),
        ({"stages": [{"name": "cost", "status": "optimal", "bound": 1, "value": {}}]}, "its lists cannot be read"),
        ({"gap": float("nan")}, "is damaged: NaN is no number of JSON"),
        ({"unserved_penalty_usd": 1e300}, "is damaged: its lists cannot be read"),
        ({"tables": {"sites": "0"}}, "is damaged: its lists cannot be read"),
        ({"notes": ["\x1b[31mred"]}, "is damaged: it holds the control character 0x1b"),
        ({"title": "\ud800"}, "is damaged: it holds half a character"),
        ({"variant": "unheard-of"}, "the inputs cannot be read again"),
        ({"overrides": ["nonsense"]}, "the inputs cannot be read again"),
    ],
)
def test_a_damaged_manifest_is_told_in_words(changes: dict[str, object], words: str, run: Path) -> None:
    """Whatever somebody writes into it."""
    rewrite(run, **changes)
    with pytest.raises(RunError, match=words):
        read_run(run)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "\x00", '{"a": ' * 10_000], ids=range(6))
def test_a_manifest_that_is_none_is_told_in_words(text: str, run: Path) -> None:
    """Nothing that stands in the file gives a traceback."""
    (run / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(RunError, match=r"manifest\.json"):
        verify_run(run)


def test_a_folder_that_is_no_run_is_told_so(tmp_path: Path) -> None:
    """Neither is a folder that is not there, nor a file."""
    (tmp_path / "file").write_text("x")
    places = [(tmp_path, "is no run"), (tmp_path / "no", "is no run"), (tmp_path / "file", "cannot be read")]
    for folder, words in places:
        with pytest.raises(RunError, match=words):
            verify_run(folder)


def test_an_edited_copy_is_a_fault(run: Path) -> None:
    """The plan is then checked against what the copy says now."""
    file = run / "inputs" / "topology.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("100 PFLOPS", "15 PFLOPS"), encoding="utf-8")
    changed_copy, *faults = verify_run(run)
    assert changed_copy == "inputs/topology.yaml was changed after the run was written"
    assert "2030: site far: 20 PFLOPS in use exceed the 15 installed" in faults


def test_a_missing_file_is_a_fault(run: Path) -> None:
    """Named, and nothing more is tried."""
    (run / "inputs" / "demand.yaml").unlink()
    (run / "tables" / "sites.csv").unlink()
    assert verify_run(run) == ["inputs/demand.yaml is missing", "tables/sites.csv is missing"]
    with pytest.raises(RunError, match=r"(?s)cannot be read again.*demand.yaml"):
        read_run(run)


@pytest.mark.parametrize("key", manifests.SHAPES)
def test_every_key_of_a_manifest_is_needed(key: str, run: Path) -> None:
    """Whatever it holds."""
    manifest = manifest_of(run)
    del manifest[key]
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(RunError, match=f"is damaged: {key} cannot be read"):
        read_run(run)


def test_only_the_check_reads_what_is_not_as_it_was_written(run: Path) -> None:
    """Reports and exports would show figures that nobody solved, or fail where they do not fit together."""
    file = run / "tables" / "sites.csv"
    file.write_text("\n".join(file.read_text(encoding="utf-8").splitlines()[:-1]) + "\n", encoding="utf-8")
    with pytest.raises(RunError, match=r"is not as it was written: tables/sites.csv was changed after"):
        read_run(run)
    assert read_run(run, altered=True).tables is not None
    assert verify_run(run)[0] == "tables/sites.csv was changed after the run was written"


@pytest.mark.parametrize("name", ["report.html", "exports"])
def test_a_run_with_links_is_refused(name: str, run: Path, tmp_path: Path) -> None:
    """What is written into it would go to where they lead."""
    (run / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RunError, match=f"{name} is a link, and a run holds none"):
        read_run(run)


def test_a_report_that_was_killed_does_not_keep_a_run_from_being_replaced(run: Path, cities: Plan) -> None:
    """Its unfinished file is hidden, and goes with the run."""
    (run / ".report.zh.html.0123abcd.part").write_text("half")
    assert write_run(cities, run, force=True) == run
    assert not list(run.glob(".*"))


def test_a_missing_table_cannot_be_read(run: Path) -> None:
    """Reading alone says which."""
    (run / "tables" / "sites.csv").unlink()
    with pytest.raises(RunError, match=r"sites\.csv cannot be read: "):
        read_run(run)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("year,link", "jahr,link", r"links\.csv:1: the columns are not year,link,cable,"),
        ("2030,fibre", "soon,fibre", "row 2: year is 'soon', which is no int"),
        ("2030,fibre", "99999999999999999999,fibre", "which is no int"),
        (",100,", ",many,", "row 2: capacity_gbps is 'many', which is no float"),
        (",100,", ",", "row 2 has 10 fields, and the table has 11 columns"),
        ("fibre", '"fibre', "is no CSV"),
        ("fibre", "\udcff", "is no text in UTF-8"),
    ],
)
def test_a_damaged_table_is_told_in_words(old: str, new: str, words: str, run: Path) -> None:
    """With the row and what is wrong in it."""
    file = run / "tables" / "links.csv"
    file.write_bytes(file.read_text(encoding="utf-8").replace(old, new, 1).encode(errors="surrogateescape"))
    with pytest.raises(RunError, match=words):
        verify_run(run)


# ------------------------------------------------------------------------------------- CSV


def test_words_that_look_like_numbers_stay_words() -> None:
    """NA is Namibia, 1e5 may be an id, and a reason may hold commas, quotes and line breaks."""
    columns = [*TABLE_INDEX["demands"], *TABLE_COLUMNS["demands"]]
    reason = 'the link "a,b"\r\nis full'
    rows = [(2030, "NA", "1e5", 1.0, 0.0, 1.0, nan, reason), (2030, "null", "007x", 0.1 + 0.2, -0.0, 1e-13, 2.0, "")]
    frame = pd.DataFrame(rows, columns=columns).set_index(list(TABLE_INDEX["demands"]))
    text = write_table("demands", frame)
    assert text.splitlines()[-1] == "2030,null,007x,0.3,0,1e-13,2,"
    kept = read_table("demands", text, "x.csv")
    pd.testing.assert_frame_equal(kept, frame, check_dtype=False, check_index_type=False)


def test_an_empty_table_keeps_its_columns() -> None:
    """And their types."""
    frame = read_table("builds", ",".join((*TABLE_INDEX["builds"], *TABLE_COLUMNS["builds"])) + "\n", "x.csv")
    assert list(frame.columns) == list(TABLE_COLUMNS["builds"])
    assert frame["added"].dtype == float
    assert frame.empty


def test_findings_of_a_wrong_plan_are_kept(cities: Plan, tmp_path: Path) -> None:
    """A plan that failed its check is kept with what is wrong, for whoever mends it."""
    wrong = replace(cities, status=planner.Status.ERROR, findings=("site far is overfull",))
    run = read_run(write_run(wrong, tmp_path / "run"))
    assert run.status is planner.Status.ERROR
    assert run.manifest["findings"] == ["site far is overfull"]
    assert run.tables is not None
    assert runs.DISTRIBUTION not in run.manifest["versions"]


# ------------------------------------------------------------------------------------- other versions


def rewrite_table(run: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Write a table of a run as another version of the planner would have, and its hash."""
    file = run / "tables" / f"{name}.csv"
    change(pd.read_csv(file, dtype=str, keep_default_na=False)).to_csv(file, index=False, lineterminator="\n")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    rewrite(run, tables=manifest_of(run)["tables"] | {name: digest})


def test_a_run_with_a_column_of_a_later_version_reads_back_and_is_right(run: Path, cities: Plan) -> None:
    """Columns are found by their names, whatever stands before and behind them."""
    rewrite_table(run, "sites", lambda frame: frame.assign(mood="good")[["mood", *reversed(frame.columns)]])
    kept = read_run(run).tables
    assert kept is not None
    assert cities.tables is not None
    pd.testing.assert_frame_equal(kept.sites, cities.tables.sites, check_dtype=False, check_index_type=False)
    assert verify_run(run) == []


@pytest.mark.parametrize(("name", "column"), [("sites", "carbon_t"), ("demands", "reason"), ("members", "member")])
def test_a_run_without_a_column_of_this_version_is_read_and_said_not_to_be_checked(
    name: str, column: str, run: Path
) -> None:
    """What nobody wrote is unknown: no number, no word, no truth. Reports and exports are made of the rest."""
    rewrite_table(run, name, lambda frame: frame.drop(columns=column))
    kept = read_run(run)
    assert not any(value == value and value for value in getattr(kept.tables, name)[column])  # noqa: PLR0124
    assert planner.write_report(run).is_file()
    assert planner.export_run(kept, ["csv", "xlsx", "geojson", "graphml"])
    assert verify_run(run) == [
        f"tables/{name}.csv has no column {column}: the run is of another version and cannot be checked; solve again"
    ]


def test_a_run_of_before_a_table_and_a_key_were_added_is_read(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The table is empty, the key stands for nothing; the tables and keys of the first runs are still needed."""
    monkeypatch.setattr(csv_tables, "FIRST_TABLES", csv_tables.FIRST_TABLES - {"failures"})
    monkeypatch.setattr(manifests, "FIRST_TABLES", csv_tables.FIRST_TABLES)
    manifest = manifest_of(run)
    del manifest["tables"]["failures"], manifest["written"]
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (run / "tables" / "failures.csv").unlink()
    kept = read_run(run)
    assert kept.tables is not None
    assert (kept.manifest["written"], list(kept.tables.failures.columns)) == ({}, list(TABLE_COLUMNS["failures"]))
    assert verify_run(run)[0].startswith("tables/failures.csv is not there: the run is of another version")


def test_a_column_that_stands_twice_is_told(run: Path) -> None:
    """Nobody knows which of the two is meant."""
    file = run / "tables" / "links.csv"
    file.write_text(file.read_text(encoding="utf-8").replace("built_gbps", "peak_gbps"), encoding="utf-8")
    with pytest.raises(RunError, match=r"links\.csv:1: the column 'peak_gbps' stands twice"):
        verify_run(run)
