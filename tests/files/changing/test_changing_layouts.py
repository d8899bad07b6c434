"""Edits of files in every layout: only the lines of the edit change, and what is done can be undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from layouts import topology

from planner.files.changing.document import Document, read_document
from planner.files.changing.formatting import format_document
from planner.files.changing.records import add, set_value
from planner.files.changing.removal import remove
from planner.files.changing.renaming import rename
from planner.files.reading.load import load_topology
from planner.topology import Topology

ROOT = Path(__file__).parents[3]
SHIPPED = ("2africa", "central-asia")
SEEDS = range(10)
NEW = {
    "nodes": {"country": "NO", "lat": 1, "lon": "-2", "name": "a: b # c"},
    "projects": {"title": "x"},
    "links": {
        "ends": ["n0", "n1"],
        "kind": "microwave",
        "capacity": {2026: "1 Tbps"},
        "expansion": [{"max": "1 Tbps"}],
    },
}
VALUES = {
    "links.l1.capacity": "5 Tbps",
    "sites.s1.expansion.0.max": "{2026: 1 PFLOPS, 2030: 2 PFLOPS}",
    "sites.s2.power": "3 MW",
    "nodes.n0.names.zh": "奥: #",
    "nodes.n0.note": "two\nlines: yes",
    "sites.s0.expansion": "[{max: 5 PFLOPS}, {max: 2 PFLOPS}]",
    "links.l0.ends": "[n3, n2]",
    "sites.s1.expansion": "",
    "sites.s2.source": "",
    "risks.r1.fails.1": "link:l2",
    "title": "T: x",
}
GONE = ("node:n2", "link:l0", "site:s0", "cable:c1", "source:007-x", "risk:r1", "node:n0")


def drawn(seed: int) -> Document:
    """Return a topology in a random layout."""
    return Document.of(topology(seed), "fuzz.yaml")


def meaning(document: Document, folder: Path) -> Topology:
    """Return what a document says, without the wording of figures."""
    (folder / "x.yaml").write_bytes(document.data)
    read = load_topology(folder / "x.yaml")
    sites = {name: site.model_copy(update={"published_compute": ""}) for name, site in read.sites.items()}
    return read.model_copy(update={"sites": sites})


def changed_lines(before: Document, after: Document) -> tuple[list[str], list[str]]:
    """Return the lines that go and the lines that come, with what stands in both counted once."""
    old, new = before.text.splitlines(), after.text.splitlines()
    while old and new and old[0] == new[0]:
        old, new = old[1:], new[1:]
    while old and new and old[-1] == new[-1]:
        old, new = old[:-1], new[:-1]
    return old, new


@pytest.mark.parametrize("seed", SEEDS)
def test_removing_what_was_added_gives_the_same_bytes(seed: int, tmp_path: Path) -> None:
    """In any layout, with any line ends, with or without a last one."""
    document = drawn(seed)
    for section, fields in NEW.items():
        added = add(document, section, "zz", fields)
        meaning(added, tmp_path)
        assert remove(added, [f"{section.removesuffix('s')}:zz"]).data == document.data


@pytest.mark.parametrize("seed", SEEDS)
def test_renaming_back_gives_the_same_bytes(seed: int, tmp_path: Path) -> None:
    """Quotes are kept, and so is their absence."""
    document = drawn(seed)
    renamed = rename(document, "node:n1", "n1-longer")
    meaning(renamed, tmp_path)
    assert rename(renamed, "node:n1-longer", "n1").data == document.data


@pytest.mark.parametrize("seed", SEEDS)
def test_values_are_set_and_records_removed_in_any_layout(seed: int, tmp_path: Path) -> None:
    """Every result must make sense as a topology, and keep byte order mark and line ends."""
    document = drawn(seed)
    for path, value in VALUES.items():
        after = set_value(document, path, value)
        meaning(after, tmp_path)
        assert after.data.startswith(b"\xef\xbb\xbf") == document.data.startswith(b"\xef\xbb\xbf")
        assert ("\r\n" in after.text) == ("\r\n" in document.text)
    for thing in GONE:
        meaning(remove(document, [thing], cascade=True), tmp_path)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_canonical_form_means_the_same_keeps_comments_and_stays(seed: int, tmp_path: Path) -> None:
    """Formatting twice changes nothing more."""
    document = drawn(seed)
    formatted = format_document(document)
    assert meaning(formatted, tmp_path) == meaning(document, tmp_path)
    assert format_document(formatted).data == formatted.data
    remarks = [sorted(line.strip() for line in d.text.splitlines() if "#" in line[:20]) for d in (document, formatted)]
    assert [r for r in remarks[0] if r.startswith("#")] == [r for r in remarks[1] if r.startswith("#")]


@pytest.mark.parametrize("name", SHIPPED)
def test_edits_of_the_shipped_topologies_touch_only_their_lines(name: str, tmp_path: Path) -> None:
    """One line in and one line out."""
    document = read_document(ROOT / "topologies" / f"{name}.yaml", "topology")
    node = next(iter(load_topology(ROOT / "topologies" / f"{name}.yaml").nodes))
    added = add(document, "nodes", "zz", {"country": "NO", "lat": 1, "lon": 2})
    assert changed_lines(document, added) == ([], ["  zz: {country: NO, lat: 1, lon: 2}"])
    assert remove(added, ["node:zz"]).data == document.data
    old, new = changed_lines(document, set_value(document, f"nodes.{node}.country", "NO"))
    assert len(old) == len(new) == 1
    assert old[0].replace("country: GB", "country: NO").replace("country: CN", "country: NO") == new[0]
    renamed = rename(document, f"node:{node}", "zz")
    meaning(renamed, tmp_path)
    assert len(renamed.text.splitlines()) == len(document.text.splitlines())
    assert rename(renamed, "node:zz", node).data == document.data


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_topologies_keep_their_meaning_in_canonical_form(name: str, tmp_path: Path) -> None:
    """Every line is there afterwards, or its fields are."""
    document = read_document(ROOT / "topologies" / f"{name}.yaml", "topology")
    formatted = format_document(document)
    assert meaning(formatted, tmp_path) == meaning(document, tmp_path)
    assert format_document(formatted).data == formatted.data
