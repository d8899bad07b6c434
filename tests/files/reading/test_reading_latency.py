"""Through traffic, peering and measured links in files: what is read, refused, merged, laid out and exported."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

import planner
from planner.cli.main import cli
from planner.files.schema import file_schema
from planner.topology import Topology

WORLD = """
topology: horn
latency: {factor: 1.3, once: 4 ms}
nodes:
  nairobi: {country: KE, lat: -1.3, lon: 36.8}
  addis: {country: ET, lat: 9.0, lon: 38.7, through: none}
links:
  south: {ends: [nairobi, addis], kind: terrestrial, rtt: 20 ms, rtt_measured: true, capacity: 1 Tbps}
countries:
  # sells none
  ET: {through: none}
# who meets elsewhere
peering:
  - {between: [KE, ET], rtt: {2020: 120 ms, 2025: 90 ms}, year: 2020}
  # and at home
  - {between: [KE, KE], rtt: 15 ms}
"""
MAPPED = WORLD.partition("# who meets")[0] + "peering:\n  horn: {between: [KE, ET], rtt: 120 ms}\n"


def read(text: str, folder: Path) -> Topology:
    """Read a topology from text."""
    (folder / "t.yaml").write_text(text, encoding="utf-8")
    return planner.load_topology(folder / "t.yaml")


def test_a_list_and_a_map_of_peering_are_read(tmp_path: Path) -> None:
    found = read(WORLD, tmp_path)
    assert [each.between for each in found.peering.values()] == [("KE", "ET"), ("KE", "KE")]
    assert found.peering_rtt[frozenset(("ET", "KE"))].at(2026) == 90
    assert (found.nodes["addis"].through, found.countries["ET"].through) == ("none", "none")
    assert found.links["south"].rtt_measured
    assert list(read(MAPPED, tmp_path).peering) == ["horn"]


WRONG = [
    ("through: none}\nlinks", "through: some}\nlinks", "some"),
    ("ET: {through: none}", "ET: {through: no}", "no"),
    ("ET: {through: none}", "et: {through: none}", "et"),
    ("ET: {through: none}", "ET: {throuh: none}", "did you mean 'through'?"),
    ("rtt: 20 ms, rtt_measured: true", "rtt_measured: true", "there is no rtt"),
    ("rtt_measured: true", "rtt_measured: perhaps", "perhaps"),
    ("factor: 1.3", "factor: 0.9", "0.9"),
    ("once: 4 ms", "once: -4 ms", "-4"),
    ("once: 4 ms", "once: 4", "unit"),
    ("rtt: 15 ms", "rtt: -15 ms", "-15"),
    ("rtt: 15 ms", "rtt: 15", "unit"),
    ("between: [KE, KE]", "between: [ET, KE]", "peering.et--ke: is there already, at"),
    ("between: [KE, KE]", "between: [KE]", "between"),
    ("between: [KE, KE]", "between: [KE, nairobi]", "nairobi"),
    ("rtt: 15 ms}", "rtt: 15 ms, yeer: 2020}", "did you mean 'year'?"),
]


@pytest.mark.parametrize(("old", "new", "said"), WRONG)
def test_what_is_wrong_is_told_with_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    assert old in WORLD
    with pytest.raises(planner.InputError) as caught:
        read(WORLD.replace(old, new, 1), tmp_path)
    faults = [fault for fault in caught.value.faults if said in str(fault)]
    assert faults, str(caught.value)
    assert all(fault.place.line for fault in faults)


def test_a_scenario_names_one_of_three_words(tmp_path: Path) -> None:
    from worlds import changed, two_cities, write_world

    with pytest.raises(planner.InputError, match="latency"):
        planner.load_scenario(write_world(changed(two_cities(), {"scenario.latency": "glas"}), tmp_path))


def test_the_new_sections_lie_in_order_and_mean_the_same_after_fmt(tmp_path: Path) -> None:
    before = read(WORLD, tmp_path)
    ran = CliRunner().invoke(cli, ["topology", "fmt", str(tmp_path / "t.yaml")])
    assert ran.exit_code == 0, ran.stderr
    text = (tmp_path / "t.yaml").read_text(encoding="utf-8")
    assert planner.load_topology(tmp_path / "t.yaml") == before
    assert all(words in text for words in ("# sells none", "# who meets elsewhere", "# and at home"))
    assert text.index("countries:") < text.index("links:") < text.index("peering:")


@pytest.mark.parametrize("ours", ["", "peering:\n  - {between: [DJ, DJ], rtt: 9 ms}\n"])
def test_merging_keeps_both_files_records(ours: str, tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(
        f"topology: one\nnodes:\n  djibouti: {{country: DJ, lat: 11.6, lon: 43.1}}\n{ours}", encoding="utf-8"
    )
    (tmp_path / "two.yaml").write_text(WORLD, encoding="utf-8")
    planner.merge_topologies([tmp_path / "one.yaml", tmp_path / "two.yaml"], tmp_path / "out.yaml")
    merged = planner.load_topology(tmp_path / "out.yaml")
    both = planner.load_topology(tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert merged.peering_rtt == both.peering_rtt
    assert (merged.countries, merged.latency, merged.links) == (both.countries, both.latency, both.links)
    if not ours:
        text = (tmp_path / "out.yaml").read_text(encoding="utf-8")
        assert "# who meets elsewhere" in text
        assert "# and at home" in text


def test_two_files_may_not_differ_in_their_latency(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(WORLD, encoding="utf-8")
    for factor, right in (("1.3", True), ("1.4", False)):
        two = f"topology: two\nlatency: {{factor: {factor}, once: 4 ms}}\n"
        (tmp_path / "two.yaml").write_text(two, encoding="utf-8")
        if right:
            planner.merge_topologies([tmp_path / "one.yaml", tmp_path / "two.yaml"], tmp_path / "out.yaml")
        else:
            with pytest.raises(planner.InputError, match="the merged network has one"):
                planner.merge_topologies([tmp_path / "one.yaml", tmp_path / "two.yaml"], tmp_path / "o.yaml")


@pytest.mark.parametrize("name", ["graphml", "gml", "geojson", "ofds", "kml", "csv", "xlsx"])
def test_what_is_exported_and_imported_again_says_the_same(name: str, tmp_path: Path) -> None:
    topology = read(WORLD, tmp_path)
    file = tmp_path / {"csv": "out", "ofds": "out.json"}.get(name, f"out.{name}")
    planner.export_topology(topology, file, name)
    again = planner.import_topology(file).topology
    assert again.peering_rtt == topology.peering_rtt
    assert (again.countries, again.latency, again.nodes) == (topology.countries, topology.latency, topology.nodes)
    assert again.links["south"].rtt_measured


def test_the_schema_takes_both_forms_and_refuses_small_letters() -> None:
    schema = Draft202012Validator(file_schema("topology"))
    loaded = [YAML(typ="safe", pure=True).load(text) for text in (WORLD, MAPPED)]
    typed = [json.loads(json.dumps(each)) for each in loaded]
    assert [error.message for text in typed for error in schema.iter_errors(text)] == []
    typed[0]["countries"] = {"et": {"through": "none"}}
    assert list(schema.iter_errors(typed[0]))
