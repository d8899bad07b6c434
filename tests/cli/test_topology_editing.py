"""``planner topology`` add-..., set, remove, rename, cut, undo, redo, fmt, diff, merge: as a user meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from shutil import copytree

import pytest
from processes import Run, run_process
from worlds import two_cities, write_world

import planner

WORLD = """\
# My network
topology: small
nodes:
  a: {country: NO, lat: 1, lon: 1}   # the north
  b: {country: KZ, lat: 2, lon: 2}
links:
  a-b: {ends: [a, b], kind: terrestrial, capacity: 1 Tbps}
"""


@pytest.fixture
def topology(planner_command: Run) -> Run:
    """Return the group's commands, run on a small topology in the current folder."""
    Path("small.yaml").write_text(WORLD, encoding="utf-8")
    return lambda *arguments: planner_command("topology", *arguments)


def text() -> str:
    """Return the topology as it stands."""
    return Path("small.yaml").read_text(encoding="utf-8")


def test_a_node_a_link_a_site_and_a_cable_are_added_and_all_taken_back(topology: Run) -> None:
    """Each shows its lines and says what it changed."""
    place = ["--name", "C: town", "--country", "KZ", "--lat", "-3", "--lon", "3", "--access-rtt", "2 ms"]
    done = topology("add-node", "small.yaml", "c", *place, "--field", "names.zh=三")
    assert done.exit_code == 0, done.output
    assert '+  c: {name: "C: town", country: KZ, lat: -3, lon: 3, access_rtt: 2 ms, names: {zh: 三}}' in done.stdout
    assert done.stderr == "changed small.yaml\n"
    site = "--node c --status operating --compute 800P --offers x,y"
    cable = "--route a,b --branch b,c --note wet --kind submarine"
    commands = [
        ["add-link", "small.yaml", "b-c", "--ends", "b", "c", "--kind", "terrestrial", "--capacity", "{2026: 1 Tbps}"],
        ["add-site", "small.yaml", "hall", *site.split()],
        ["add-cable", "small.yaml", "sea", *cable.split(), "--capacity", "2 Tbps"],
        ["set", "small.yaml", "links.sea:b--c.length", "900 km"],
        ["cut", "small.yaml", "cable:sea"],
    ]
    codes = [topology(*command).exit_code for command in commands]
    assert codes == [0, 0, 0, 0, 2]
    cable = (
        "  sea:\n    kind: submarine\n    capacity: 2 Tbps\n    route: [a, b]\n    branches: [[b, c]]\n    segments:\n"
    )
    assert cable + "      b--c: {length: 900 km}\n    note: wet\n" in text()
    listed = topology("undo", "--list", "small.yaml").stdout
    assert listed.splitlines()[0] == "small.yaml: 6 versions kept"
    assert listed.splitlines()[-1].startswith("* 2")
    for _ in range(5):
        assert topology("undo", "small.yaml").exit_code == 0
    assert text() == WORLD
    assert topology("redo", "small.yaml").stdout == "small.yaml: redone: add-node c\n"
    assert json.loads(topology("undo", "small.yaml", "--json").stdout)["undone"] == "add-node c"
    assert topology("undo", "small.yaml").exit_code == 2
    assert topology("undo", "none.yaml").exit_code == 2


def test_a_dry_run_shows_and_writes_nothing(topology: Run) -> None:
    """It says too what would be refused."""
    done = topology("set", "small.yaml", "links.a-b.capacity", "2 Tbps", "--dry-run")
    assert done.exit_code == 0
    assert "-  a-b: {ends: [a, b], kind: terrestrial, capacity: 1 Tbps}\n+  a-b:" in done.stdout
    assert text() == WORLD
    assert topology("set", "small.yaml", "links.a-b.capacity", "2 Tbit", "--dry-run").exit_code == 2
    assert sorted(each.name for each in Path().iterdir()) == ["small.yaml"]


def test_json_says_what_changed_and_nothing_else(topology: Run) -> None:
    """One object for one file, and an unchanged file says so."""
    done = topology("set", "small.yaml", "links.a-b.capacity", "2 Tbps", "--json")
    data = json.loads(done.stdout)
    assert (data["file"], data["changed"], data["lines"]) == ("small.yaml", True, {"removed": [7], "added": [7]})
    again = json.loads(topology("set", "small.yaml", "links.a-b.capacity", "2 Tbps", "--json").stdout)
    assert (again["changed"], again["diff"]) == (False, "")


def test_removing_is_refused_with_every_place_unless_it_cascades(topology: Run) -> None:
    """Exit code 2, and the file stays."""
    done = topology("remove", "small.yaml", "node:a")
    assert done.exit_code == 2
    assert "small.yaml:7:16: links.a-b.ends.0: refers to node:a, which would be gone" in done.stderr
    assert text() == WORLD
    assert topology("remove", "small.yaml", "node:a", "--cascade").exit_code == 0
    assert text() == "# My network\ntopology: small\nnodes:\n  b: {country: KZ, lat: 2, lon: 2}\n"


def test_wrong_input_is_one_clear_line(topology: Run) -> None:
    """A missing file, a scenario, an unknown field, a field without a value."""
    assert "there is no such file: did you mean 'small.yaml'?" in topology("set", "smal.yaml", "a", "b").stderr
    Path("s.yaml").write_text("scenario: x\n", encoding="utf-8")
    assert "is a scenario, not a topology" in topology("remove", "s.yaml", "node:a").stderr
    assert (
        "unknown key: did you mean 'capacity'?" in topology("set", "small.yaml", "links.a-b.capcity", "1 Tbps").stderr
    )
    assert "is not of the form key=value" in topology("add-node", "small.yaml", "x", "--field", "note").stderr
    assert "is missing" in topology("add-node", "small.yaml", "x").stderr
    assert text() == WORLD


def test_a_scenario_gets_a_variant_without_a_link_and_follows_a_renaming(planner_command: Run, place: Path) -> None:
    """Both leave a question that can be solved."""
    write_world(two_cities(), place / "two")
    files = {path.name: path.read_text(encoding="utf-8") for path in Path("two").glob("*.yaml")}
    scenario = next(f"two/{name}" for name, words in files.items() if "scenario:" in words)
    network = next(f"two/{name}" for name, words in files.items() if "topology:" in words and "nodes:" in words)
    demand = next(f"two/{name}" for name, words in files.items() if "demands:" in words)
    assert {network, demand, scenario} == {f"two/{name}" for name in files}
    import planner

    inputs = planner.load_scenario(scenario)
    link, node = next(iter(inputs.topology.links)), next(iter(inputs.topology.nodes))
    assert planner_command("topology", "cut", scenario, f"link:{link}", "--name", "dark").exit_code == 0
    assert link not in planner.load_scenario(scenario, variant="dark").topology.links
    assert planner_command("topology", "cut", scenario, "link:none").exit_code == 2
    with Path(network).open("a", encoding="utf-8") as file:
        file.write(f"risks: {{storm: {{fails: [{link}]}}}}\n")
    assert planner_command("topology", "cut", scenario, "risk:storm").exit_code == 0
    assert link not in planner.load_scenario(scenario, variant="without-storm").topology.links
    done = planner_command(
        "topology", "rename", network, f"node:{node}", "elsewhere", "--also", demand, "--also", scenario
    )
    assert done.exit_code == 0, done.output
    assert "elsewhere" in planner.load_scenario(scenario).topology.nodes


def test_fmt_diff_and_merge(topology: Run) -> None:
    """The exit codes are those of other formatters and of git diff."""
    Path("other.yaml").write_text("topology: o\nlinks:\n  b-a: {kind: microwave, ends: [b, a], capacity: 2Tbps}\n")
    assert topology("fmt", "small.yaml", "--check").exit_code == 0
    checked = topology("fmt", "small.yaml", "other.yaml", "--with", "small.yaml", "--check")
    assert (checked.exit_code, checked.stderr) == (1, "would change other.yaml\n"), checked.output
    assert topology("fmt", "other.yaml").exit_code == 0
    assert "b-a: {ends: [b, a], kind: microwave, capacity: 2 Tbps}" in Path("other.yaml").read_text()
    assert topology("merge", "small.yaml", "other.yaml", "-o", "both.yaml").exit_code == 0
    assert topology("merge", "small.yaml", "other.yaml", "-o", "both.yaml").exit_code == 2
    topology("set", "both.yaml", "links.a-b.capacity", "3 Tbps")
    done = topology("diff", "small.yaml", "both.yaml")
    assert done.exit_code == 0
    assert "+ links.b-a\n" in done.stdout
    assert "~ links.a-b.capacity: 1000.0 Gbps -> 3000.0 Gbps" in done.stdout or "links.a-b.capacity: 1" in done.stdout
    assert topology("diff", "small.yaml", "both.yaml", "--exit-code", "--json").exit_code == 1
    changes = json.loads(topology("diff", "small.yaml", "both.yaml", "--json").stdout)
    assert {change["path"] for change in changes} >= {"links.a-b.capacity", "links.b-a"}
    assert topology("diff", "small.yaml", "small.yaml", "--exit-code").exit_code == 0


def test_output_into_a_pipe_has_no_colours(place: Path) -> None:
    """In a process of its own, warnings being errors."""
    Path("small.yaml").write_text(WORLD, encoding="utf-8")
    done = run_process("topology", "set", "small.yaml", "title", "Größe", cwd=place)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert "+title: Größe" in done.stdout


def test_the_python_of_the_workbench_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every block, one after the other, on copies of the shipped files; the last one takes its edits back."""
    root = Path(__file__).parents[2]
    page = (root / "planner/cli/topology/README.md").read_text(encoding="utf-8")
    copytree(root / "topologies", tmp_path / "topologies")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    exec("".join(blocks), {})  # noqa: S102 -- our own page
    file = "topologies/central-asia.yaml"
    assert (tmp_path / file).read_bytes() == (root / file).read_bytes()
    assert [edit.what.split(";")[0] for edit in planner.edits_of(file)[0]] == ["as it was", "add-node osh-2"]


def test_undo_of_one_half_of_a_renaming_takes_back_both(topology: Run) -> None:
    """Named twice, it is still one edit."""
    Path("two.yaml").write_text(WORLD.replace("topology: small", "topology: two"))
    assert topology("rename", "small.yaml", "node:a", "aa", "--also", "two.yaml").exit_code == 0
    done = topology("undo", "two.yaml", "small.yaml")
    assert done.stdout.splitlines() == [f"{name}: undone: rename node:a aa" for name in ("two.yaml", "small.yaml")]
    assert text() == WORLD
    assert json.loads(topology("redo", "small.yaml", "--json").stdout)["together"] == ["two.yaml"]


def test_what_is_changed_and_what_is_not_is_told_truly(topology: Run) -> None:
    """Of two files formatted, the first is written, and the second has no place for its memory."""
    loose = WORLD.replace("1 Tbps", "1Tbps")
    for name in ("one", "two"):
        Path(f"{name}.yaml").write_text(loose)
    Path(".two.yaml.undo").touch()
    done = topology("fmt", "one.yaml", "two.yaml")
    assert (done.exit_code, done.stderr.splitlines()[:2]) == (2, ["changed one.yaml", "not changed: two.yaml"])
    assert [Path(f"{name}.yaml").read_text() == loose for name in ("one", "two")] == [False, True]
