"""Rings, and second ways between the same two landings of one cable."""

from __future__ import annotations

from pathlib import Path

import pytest
from steppe import SCENARIO, TOPOLOGY

import planner
from planner.errors import InputError
from planner.files.changing.document import Document
from planner.files.changing.removal import remove
from planner.files.formats import EXPORTS

RING = "    route: [oslo, almaty, urumqi, oslo]\n    branches: [[almaty, oslo]]\n"
WORDS = "    segments: {oslo--almaty: {length: 5000 km}, almaty--oslo--2: {length: 5600 km}}\n"
OLD = "    route: [oslo, almaty, urumqi]\n    segments: {almaty--oslo: {length: 5000 km}}\n"
WORLD = TOPOLOGY.replace(OLD, RING + WORDS)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return the small world whose cable is a ring with a second way between Oslo and Almaty."""
    path = tmp_path / "ring.yaml"
    path.write_text(WORLD, encoding="utf-8")
    return path


def test_a_ring_closes_and_a_second_way_has_a_number(file: Path) -> None:
    """Three pairs of the ring and one of the branch."""
    links = {key: link for key, link in planner.load_topology(file).links.items() if link.cable}
    assert list(links) == ["ring:oslo--almaty", "ring:almaty--urumqi", "ring:urumqi--oslo", "ring:almaty--oslo--2"]
    assert (links["ring:oslo--almaty"].length_km, links["ring:almaty--oslo--2"].length_km) == (5000, 5600)


def test_a_pair_that_stands_twice_without_words_of_its_own_is_a_slip(file: Path) -> None:
    """Most are; the error says how to mean it."""
    file.write_text(TOPOLOGY.replace(OLD, RING), encoding="utf-8")
    with pytest.raises(InputError, match=r"almaty--oslo stands twice: .* under segments .*: almaty--oslo--2: \{length"):
        planner.load_topology(file)


@pytest.mark.parametrize("way", ["ring:almaty--oslo--2", "ring:oslo--almaty--2"])
def test_a_second_way_is_named_set_and_removed_from_either_end(load, way: str) -> None:
    """By its number; the first way stays."""
    body = f"variants:\n  v: {{remove: ['link:{way}']}}\n  w: {{set: {{links.{way}.length: 5700 km}}}}\n"
    gone = load(topology=WORLD, scenario=SCENARIO + f"contingencies: ['link:{way}']\n" + body, variant="v").topology
    assert "ring:oslo--almaty" in gone.links
    assert "ring:almaty--oslo--2" not in gone.links
    longer = load(topology=WORLD, scenario=SCENARIO + body, variant="w").topology
    assert [longer.links[f"ring:{name}"].length_km for name in ("oslo--almaty", "almaty--oslo--2")] == [5000, 5700]


def test_renaming_a_node_leaves_the_number_of_a_way_alone(file: Path) -> None:
    """Also in the ids of links that risks name."""
    file.write_text(WORLD.replace("ring:almaty--urumqi", "ring:oslo--almaty--2"), encoding="utf-8")
    editor = planner.edit_topology(file)
    editor.rename("node:oslo", "o2")
    editor.save()
    text = file.read_text(encoding="utf-8")
    assert "almaty--o2--2: {length: 5600 km}" in text
    assert '"ring:o2--almaty--2"' in text
    assert planner.load_topology(file).links["ring:almaty--o2--2"].length_km == 5600


def test_ways_keep_their_numbers_where_a_route_is_parted() -> None:
    """Without Urumqi the first way becomes a branch: it must stand before the second one."""
    text = WORLD.replace("[oslo, almaty, urumqi, oslo]", "[khorgos, almaty, urumqi, oslo, almaty]")
    left = remove(Document.of(text.encode(), "t.yaml"), ["node:urumqi"], cascade=True).text
    assert "route: [khorgos, almaty]\n    branches: [[oslo, almaty], [almaty, oslo]]" in left


@pytest.mark.parametrize("sort", EXPORTS)
def test_every_format_gives_back_rings_and_second_ways(sort: str, file: Path, tmp_path: Path) -> None:
    """And where another program took the first way out, the second one is the first."""
    topology = planner.load_topology(file)
    place = tmp_path / "out"
    planner.export_topology(topology, place, sort)
    assert planner.import_topology(place, format=sort).topology == topology


def test_where_the_first_way_is_gone_the_second_is_counted_anew(file: Path, tmp_path: Path) -> None:
    """Its length stays its own."""
    place = planner.export_topology(planner.load_topology(file), tmp_path / "out.csv.d", "csv") / "links.csv"
    rows = [row for row in place.read_text().splitlines(keepends=True) if not row.startswith("ring:oslo--almaty,")]
    place.write_text("".join(rows))
    found = planner.import_topology(place.parent)
    lengths = {key: link.length_km for key, link in found.topology.links.items() if "oslo" in link.ends}
    assert lengths["ring:almaty--oslo"] == 5600
    assert "cable ring: 1 of its segments are gone from the file" in found.messages
