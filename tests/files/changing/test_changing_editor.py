"""A sitting at a file: what is written, what is refused, what can be taken back; several files as one."""

from __future__ import annotations

import json
from pathlib import Path
from shutil import copy

import pytest

import planner
from planner.errors import InputError, RunError, UsageError

ROOT = Path(__file__).parents[3]
WORLD = """\
topology: small
nodes:
  a: {country: NO, lat: 1, lon: 1}
  b: {country: KZ, lat: 2, lon: 2}
links:
  a-b: {ends: [a, b], kind: terrestrial, capacity: 1 Tbps}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a small topology in the current folder."""
    monkeypatch.chdir(tmp_path)
    path = Path("small.yaml")
    path.write_bytes(WORLD.encode())
    return path


def edit(path: Path, where: str, value: str) -> None:
    """Set one value."""
    editor = planner.edit_topology(path)
    editor.set(where, value)
    editor.save()


def test_several_edits_are_one_saving_with_one_diff(file: Path) -> None:
    """Nothing is written before, and one undo takes all back."""
    editor = planner.edit_topology(file)
    editor.add("nodes", "c", {"country": "KZ", "lat": "3", "lon": "3", "names.zh": "三", "names.ru": "Ц"})
    editor.add("links", "b-c", {"ends": "[b, c]", "kind": "terrestrial", "capacity": "{2026: 1 Tbps}"})
    editor.set("links.a-b.capacity", "2 Tbps")
    assert editor.changed
    assert file.read_text() == WORLD
    assert "+  c: {country: KZ, lat: 3, lon: 3, names: {zh: 三, ru: Ц}}" in editor.diff
    (done,) = editor.save()
    assert done.lines == {"removed": [6], "added": [5, 7, 8]}
    assert set(done.to_json()) == {"file", "changed", "diff", "lines"}
    assert planner.load_topology(file).links["b-c"].ends == ("b", "c")
    assert editor.changed is False
    assert planner.undo_edit(file).what == "add-node c; add-link b-c; set links.a-b.capacity"
    assert file.read_text() == WORLD


def test_undo_and_redo_walk_through_all_versions(file: Path) -> None:
    """Byte for byte, and a new edit forgets what was undone."""
    texts = [file.read_bytes()]
    for number in range(2, 6):
        edit(file, "links.a-b.capacity", f"{number} Tbps")
        texts.append(file.read_bytes())
    for text in reversed(texts[:-1]):
        planner.undo_edit(file)
        assert file.read_bytes() == text
    with pytest.raises(UsageError, match="nothing to undo"):
        planner.undo_edit(file)
    for text in texts[1:]:
        planner.redo_edit(file)
        assert file.read_bytes() == text
    with pytest.raises(UsageError, match="nothing to redo"):
        planner.redo_edit(file)
    planner.undo_edit(file)
    edit(file, "title", "Another way")
    with pytest.raises(UsageError, match="nothing to redo"):
        planner.redo_edit(file)
    versions, now = planner.edits_of(file)
    assert now == len(versions) - 1 == 4


def test_what_was_changed_by_hand_is_not_undone_unasked(file: Path) -> None:
    """Forced, it goes first and alone, and comes back with a redo."""
    edit(file, "links.a-b.capacity", "2 Tbps")
    edited = file.read_bytes()
    by_hand = file.read_bytes() + b"# mine\n"
    file.write_bytes(by_hand)
    with pytest.raises(UsageError, match="changed outside the planner since its last edit: --force"):
        planner.undo_edit(file)
    assert file.read_bytes() == by_hand
    assert planner.undo_edit(file, force=True).what == "changed outside the planner"
    assert file.read_bytes() == edited
    planner.undo_edit(file)
    assert file.read_text() == WORLD
    planner.redo_edit(file)
    planner.redo_edit(file)
    assert file.read_bytes() == by_hand


def test_the_memory_of_edits_is_no_business_of_git(file: Path) -> None:
    """The folder says so itself."""
    edit(file, "links.a-b.capacity", "2 Tbps")
    assert (file.parent / ".small.yaml.undo" / ".gitignore").read_text() == "*\n"


def test_faults_that_stood_before_are_told_and_do_not_stop_an_edit(file: Path) -> None:
    """One of two is mended."""
    file.write_text(WORLD.replace("1 Tbps", "1 TB").replace("nodes:", "titel: x\nnodes:"))
    editor = planner.edit_topology(file)
    editor.set("links.a-b.capacity", "2 Tbps")
    editor.save()
    assert [fault.where for fault in editor.still_wrong] == ["titel"]


def test_a_renamed_key_leaves_the_column_of_its_neighbours_in_place(file: Path) -> None:
    """As in the shipped files."""
    file.write_text(WORLD.replace("  a:", "  a:   ").replace("  b:", "  b:   "))
    editor = planner.edit_topology(file)
    editor.rename("node:a", "abc")
    editor.rename("node:b", "very-long")
    assert "\n  abc:  {country: NO" in editor.files[0].after.decode()
    assert "\n  very-long: {country: KZ" in editor.files[0].after.decode()


def test_a_year_comes_where_it_belongs(file: Path) -> None:
    """Before, between and after the others."""
    edit(file, "links.a-b.capacity", "{2026: 1 Tbps, 2030: 2 Tbps}")
    for year in ("2028", "2035", "2024"):
        edit(file, f"links.a-b.capacity.{year}", "3 Tbps")
    years = "{2024: 3 Tbps, 2026: 1 Tbps, 2028: 3 Tbps, 2030: 2 Tbps, 2035: 3 Tbps}"
    assert years in file.read_text()


def test_what_a_file_says_of_itself_stays_together(file: Path) -> None:
    """No blank line between title and note, though one parts the sections."""
    file.write_text("topology: small\ntitle: Small\n\nnodes:\n  a: {country: KZ, lat: 43, lon: 77}\n")
    edit(file, "note", "Seen")
    assert file.read_text().startswith("topology: small\ntitle: Small\nnote: Seen\n\nnodes:\n")


def test_an_edit_on_top_of_a_change_by_hand_is_undone_alone(file: Path) -> None:
    """The hand's work is a version of its own."""
    edit(file, "links.a-b.capacity", "2 Tbps")
    by_hand = file.read_bytes() + b"# mine\n"
    file.write_bytes(by_hand)
    edit(file, "links.a-b.capacity", "3 Tbps")
    planner.undo_edit(file)
    assert file.read_bytes() == by_hand
    with pytest.raises(UsageError, match="made outside the planner"):
        planner.undo_edit(file)


def test_at_most_fifty_versions_are_kept(file: Path) -> None:
    """The copies of older ones are deleted."""
    for number in range(1, 56):
        edit(file, "title", f"T{number}")
    versions, now = planner.edits_of(file)
    assert (len(versions), now) == (50, 49)
    assert len(list(Path(".small.yaml.undo").glob("*.kept"))) == 50


def test_a_damaged_memory_is_one_clear_error(file: Path) -> None:
    """The file itself stays."""
    edit(file, "title", "T")
    memory = Path(".small.yaml.undo")
    (memory / "0001.kept").write_bytes(b"something else")
    before = file.read_bytes()
    with pytest.raises(RunError, match="is damaged: delete its folder"):
        planner.undo_edit(file)
    version = {"number": "x", "what": "", "at": "", "sha256": ""}
    texts = [json.dumps({"now": now, "versions": versions}) for now, versions in (
        (7, []), (0, [{"a": 1}]), (0, [version]), (0, [version | {"number": 1, "what": "\x1b[31m"}]), (1e999, []),
    )]  # fmt: skip
    for text in ("{", "[]", "[" * 100_000, *texts):
        (memory / "history.json").write_text(text)
        with pytest.raises(RunError, match="is damaged"):
            planner.undo_edit(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize("name", [".small.yaml.undo", ".small.yaml.undo/0001.kept", ".small.yaml.undo/history.json"])
def test_a_memory_that_leads_elsewhere_is_not_followed(name: str, file: Path) -> None:
    """Somebody else's folder may come with links in it: nothing is written to where they lead."""
    victim = Path("victim")
    victim.write_text("mine") if name.count("/") else victim.mkdir()
    Path(name).parent.mkdir(exist_ok=True)
    Path(name).symlink_to(victim.resolve())
    with pytest.raises(RunError, match="is damaged: delete its folder"):
        edit(file, "title", "T")
    assert file.read_bytes() == WORLD.encode()
    assert victim.read_text() == "mine" if victim.is_file() else not list(victim.iterdir())


def test_of_edits_at_the_same_time_none_is_lost_unsaid(file: Path) -> None:
    """One is written, the others are told; the memory speaks of the one."""
    from concurrent.futures import ThreadPoolExecutor

    editors = [planner.edit_topology(file) for _ in range(4)]
    for number, editor in enumerate(editors):
        editor.set("title", f"T{number}")
    with ThreadPoolExecutor(4) as pool:
        told = [future.exception() for future in [pool.submit(editor.save) for editor in editors]]
    assert sorted(type(each).__name__ for each in told) == ["NoneType", *["UsageError"] * 3]
    assert f"title: T{told.index(None)}" in file.read_text()
    assert len(planner.edits_of(file)[0]) == 2
    planner.undo_edit(file)
    assert file.read_bytes() == WORLD.encode()


def test_a_file_that_someone_else_changed_meanwhile_is_not_written(file: Path) -> None:
    """Nor its memory."""
    editor = planner.edit_topology(file)
    editor.set("title", "T")
    file.write_text(WORLD + "# later\n")
    with pytest.raises(UsageError, match="changed by someone else meanwhile"):
        editor.save()
    assert file.read_text() == WORLD + "# later\n"
    assert not Path(".small.yaml.undo").exists()


def test_an_edit_that_breaks_the_file_is_refused(file: Path) -> None:
    """With the place of the fault, and nothing is written."""
    editor = planner.edit_topology(file)
    editor.set("links.a-b.capacty", "2 Tbps")
    with pytest.raises(
        InputError, match=r"small\.yaml:6:60: links\.a-b\.capacty: unknown key: did you mean 'capacity'"
    ):
        editor.save()
    assert file.read_text() == WORLD
    assert [each.name for each in Path().iterdir()] == ["small.yaml"]


def test_a_file_with_faults_may_be_edited_as_long_as_they_grow_no_more(file: Path) -> None:
    """One fault may be mended while another waits."""
    file.write_text(WORLD.replace("1 Tbps", "1 Tbit").replace("lat: 1", "lat: 100"))
    edit(file, "nodes.a.lat", "10")
    editor = planner.edit_topology(file)
    editor.set("nodes.b.lat", "200")
    with pytest.raises(InputError) as caught:
        editor.save()
    assert [fault.where for fault in caught.value.faults] == ["nodes.b.lat"]
    edit(file, "links.a-b.capacity", "1 Tbps")
    assert planner.load_topology(file)


def test_a_file_that_needs_another_is_checked_with_it(file: Path) -> None:
    """Named with --with."""
    more = Path("more.yaml")
    more.write_text("topology: more\n")
    editor = planner.edit_topology(more)
    editor.add("links", "b-a", {"ends": "[b, a]", "kind": "terrestrial", "capacity": "1 Tbps"})
    with pytest.raises(InputError, match="name that with --with"):
        editor.save()
    editor = planner.edit_topology(more, beside=[file])
    editor.add("links", "b-a", {"ends": "[b, a]", "kind": "terrestrial", "capacity": "1 Tbps"})
    editor.save()
    assert planner.load_topology(file, more).links["b-a"]


def test_another_currency_is_understood(file: Path) -> None:
    """The word for money is that of the file's own prices."""
    file.write_text(WORLD.replace("1 Tbps}", "1 Tbps, transit: 5 EUR/Gbps/year}"))
    edit(file, "links.a-b.transit", "6 kEUR/Gbps/year")
    assert "6 kEUR" in file.read_text()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is empty"),
        (b"\xff\xfe", "no UTF-8"),
        (b"topology: x\nnodes: {a", "the bracket '{' is not closed"),
        (b"scenario: x\n", "is a scenario, not a topology"),
        (b"- 1\n", "is no topology"),
        (b"topology: x\nnodes: {a: 1, a: 2}", "duplicate key"),
    ],
)
def test_damaged_files_are_one_error(file: Path, data: bytes, said: str) -> None:
    """And stay as they are."""
    file.write_bytes(data)
    with pytest.raises(InputError, match=said):
        planner.edit_topology(file)
    assert file.read_bytes() == data
    with pytest.raises(InputError, match="there is no such file"):
        planner.edit_topology("smal.yaml")


def test_a_link_to_a_file_stays_a_link(file: Path) -> None:
    """The memory lies beside the file itself."""
    Path("link.yaml").symlink_to(file)
    edit(Path("link.yaml"), "title", "T")
    assert Path("link.yaml").is_symlink()
    assert Path(".small.yaml.undo").is_dir()
    planner.undo_edit(file)
    assert file.read_text() == WORLD


def test_the_shipped_files_are_renamed_together(tmp_path: Path) -> None:
    """Topology, demand with its table, scenario: the question stays the same."""
    for folder in ("topologies", "demand", "examples"):
        (tmp_path / folder).mkdir()
        for each in (*(ROOT / folder).glob("2africa*"), *(ROOT / folder).glob("background*")):
            copy(each, tmp_path / folder)
    files = (
        "topologies/2africa.yaml",
        "demand/2africa-2030.yaml",
        "examples/2africa.yaml",
        "topologies/background.yaml",
    )
    paths = [tmp_path / name for name in files]
    before = {path: path.read_bytes() for path in tmp_path.glob("*/*.*")}
    row = planner.load_scenario(paths[2]).demand.demands[0]
    node = next(iter(planner.load_scenario(paths[2]).topology.nodes))
    editor = planner.edit_topology(paths[0])
    editor.rename(f"node:{node}", "zz-landing", also=paths[1:])
    editor.rename("cable:peace", "quiet", also=paths[1:])
    editor.rename("node:zz-landing", "zz-2", also=paths[1:])
    editor.rename("node:zz-2", "zz-landing", also=paths[1:])
    done = editor.save()
    assert len({file.file for file in done}) == len(done)
    after = planner.load_scenario(paths[2])
    assert "zz-landing" in after.topology.nodes
    assert "quiet" in after.topology.cables
    assert after.demand.demands[0].amount == row.amount
    for path in before:
        if planner.edits_of(path)[0]:
            planner.undo_edit(path)
    assert {path: path.read_bytes() for path in before} == before


def test_topologies_are_merged_with_their_comments(file: Path) -> None:
    """The same words in both are written once, an id in both is an error with both places."""
    source = "sources:\n    s: {title: S}\n"
    file.write_text("# first\n" + WORLD + source)
    other = "# second\ntopology: other\r\n# places\nnodes:\n    # far\n    c: {country: KZ, lat: 3, lon: 3}   # here\n"
    Path("other.yaml").write_bytes((other + source + "projects:\n  # big\n  p: {title: P}\n").encode())
    done = planner.merge_topologies([file, "other.yaml"], "out.yaml")
    text = Path("out.yaml").read_text()
    assert "  # far\n  c: {country: KZ, lat: 3, lon: 3}   # here\nlinks:" in text
    assert text.startswith("# first\n#\n# second\ntopology: small\n")
    assert "projects:\n    # big\n    p: {title: P}\n" in text or "projects:\n  # big\n  p: {title: P}\n" in text
    assert text.count("title: S") == 1
    assert done.changed
    merged, both = planner.load_topology("out.yaml"), planner.load_topology(file, "other.yaml")
    assert merged == both
    with pytest.raises(UsageError, match="is there already"):
        planner.merge_topologies([file, "other.yaml"], "out.yaml")
    Path("copy.yaml").write_text(file.read_text().replace("lat: 1,", "lat: 2,"))
    with pytest.raises(InputError, match=r"is there already, at small\.yaml:4:3, with another lat"):
        planner.merge_topologies([file, "copy.yaml"], "new.yaml")
    assert not Path("new.yaml").exists()


@pytest.mark.parametrize("ours", ["nodes:\n", "nodes: {}\n", "nodes: {a: {country: NO, lat: 1, lon: 1}}\n", ""])
@pytest.mark.parametrize(
    "theirs",
    [
        "nodes:\n  b: {country: NO, lat: 1, lon: 1}\n  c: {country: NO, lat: 1, lon: 1}\n",
        "nodes: {b: {country: NO, lat: 1, lon: 1}, c: {country: NO, lat: 1, lon: 1}}",
    ],
)
def test_any_two_layouts_merge(tmp_path: Path, ours: str, theirs: str) -> None:
    """Empty sections, sections in brackets, sections by lines."""
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text(f"topology: one\n{ours}", encoding="utf-8")
    two.write_text(f"topology: two\n{theirs}", encoding="utf-8")
    planner.merge_topologies([one, two], tmp_path / "out.yaml")
    assert planner.load_topology(tmp_path / "out.yaml") == planner.load_topology(one, two)


def test_halves_of_a_shipped_topology_merge_to_the_whole(tmp_path: Path) -> None:
    """What two files say, one says."""
    whole = planner.edit_topology(ROOT / "topologies" / "central-asia.yaml")
    lines = whole.document.text.splitlines(keepends=True)
    start = next(n for n, line in enumerate(lines) if line.startswith("links:"))
    one, two = tmp_path / "one.yaml", tmp_path / "two.yaml"
    one.write_text("".join(lines[:start]), encoding="utf-8")
    two.write_text("topology: two\n" + "".join(lines[start:]), encoding="utf-8")
    planner.merge_topologies([one, two], tmp_path / "out.yaml")
    assert planner.load_topology(tmp_path / "out.yaml") == planner.load_topology(one, two)
    kept = (tmp_path / "out.yaml").read_text(encoding="utf-8")
    lost = [line for line in lines[start:] if line.strip().startswith("#") and line.strip() not in kept]
    assert lost == []


def test_a_renamed_node_is_renamed_in_background_and_regions(tmp_path: Path) -> None:
    """Otherwise its traffic would be left out; one that is removed is told as missing instead."""
    file = tmp_path / "t.yaml"
    nodes = "nodes: {a: {country: KZ, lat: 43, lon: 77}, b: {country: KG, lat: 42, lon: 75}}\n"
    places = "regions:\n  west: {nodes: {a: 2, b: 1}}\n  east: {nodes: [a, b]}\n"
    file.write_text(
        f"topology: t\n{nodes}{places}background:\n- {{between: [a, b], rate: 1 Gbps, unserved: 1 kUSD/Gbps/year}}\n",
        encoding="utf-8",
    )
    editor = planner.edit_topology(file)
    editor.rename("node:a", "almaty")
    editor.save()
    topology = planner.load_topology(file)
    assert [list(region.nodes) for region in topology.regions.values()] == [["almaty", "b"], ["almaty", "b"]]
    assert [record.between for record in topology.background.values()] == [("almaty", "b")]
