"""What looks wrong in everybody else's traffic and at the edge of a map, told with its figures and its place."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from small import load, proved, proved_triangle

import planner
from planner.report.language.phrases import translate
from planner.report.language.speech import speak

THREE = """
topology: three
nodes:
  a: {country: KZ, lat: 43.24, lon: 76.89}
  b: {country: KZ, lat: 51.13, lon: 71.43}
  atlanta: {country: UZ, lat: 41.3, lon: 69.24}
links:
  a-b: {ends: [a, b], kind: terrestrial, capacity: 10 Gbps, committed: 2 Gbps, observed: 9 Gbps, confidence: assumed}
  b-c: {ends: [b, atlanta], kind: terrestrial, capacity: 100 Gbps, confidence: assumed}
regions:
  west: {nodes: {a: 3, atlantis: 1}}
background:
  - {between: [west, b], rate: 16 Gbps, unserved: 1 kUSD/Gbps/year}
"""
RECORD = {"between": ["home", "away"], "rate": "130 Gbps", "unserved": "30 kUSD/Gbps/year"}


def warned(text: str, folder: Path) -> dict[str, tuple[int, str, str]]:
    """Return line, what is wrong and what would be right by where, of a topology."""
    file = folder / "topology.yaml"
    file.write_text(text, encoding="utf-8")
    faults, warnings = planner.check_topology(file)
    assert faults == ()
    return {each.where: (each.place.line, each.what, each.right) for each in warnings}


def test_a_place_that_is_missing_is_told_with_its_traffic_and_what_was_meant(tmp_path: Path) -> None:
    """A quarter of 16 Gbps begins at atlantis."""
    line, what, right = warned(THREE, tmp_path)["background.b--west"]
    assert THREE.splitlines()[line - 1].startswith("  - {between")
    assert what == "the network lacks 1 place (atlantis): 4 Gbps each way in 2026 are left out"
    assert right == "did you mean 'atlanta'?"


def test_a_name_that_is_like_no_other_suggests_none(tmp_path: Path) -> None:
    """The network may have been cut on purpose."""
    *_, right = warned(THREE.replace("atlantis", "lisbon"), tmp_path)["background.b--west"]
    assert right == "add the nodes, or leave them out of the regions"


def test_traffic_that_does_not_fit_is_told_with_the_full_links(tmp_path: Path) -> None:
    """12 Gbps each way, and 8 of 10 are free; 10 in all are not far from the 9 observed."""
    found = warned(THREE, tmp_path)
    assert "8 of 24 Gbps, both directions added, are not carried in 2026" in found["background"][1]
    assert found["background"][1].endswith("for these links are full: a-b")
    assert "links.a-b.observed" not in found


def test_traffic_without_a_way_is_told_without_a_link(tmp_path: Path) -> None:
    """Nothing leads from a to b."""
    apart = THREE.replace("ends: [a, b]", "ends: [atlanta, b]").replace("capacity: 10 Gbps", "capacity: 90 Gbps")
    assert warned(apart, tmp_path)["background"][1].endswith("and no link is full")


def test_more_committed_than_there_is_leaves_nothing_and_is_no_error(tmp_path: Path) -> None:
    """All of the 24 Gbps are left."""
    found = warned(THREE.replace("committed: 2 Gbps", "committed: 12 Gbps"), tmp_path)
    assert found["background"][1].startswith("24 of 24 Gbps")


def test_an_observed_load_far_from_what_is_counted_is_told_with_both(tmp_path: Path) -> None:
    """2 committed and 8 that flow are 10, of 14 observed; without background they are 2."""
    far = THREE.replace("observed: 9", "observed: 14")
    said = "14 Gbps are observed, and 10 Gbps are counted in 2026: 2 committed and 8 of everybody else's traffic"
    assert warned(far, tmp_path)["links.a-b.observed"][1] == said
    bare = far.partition("regions:")[0]
    assert warned(bare, tmp_path)["links.a-b.observed"][1].startswith("14 Gbps are observed, and 2 Gbps are counted")


def test_groups_of_sites_do_not_disturb_the_flow_without_sites(tmp_path: Path) -> None:
    """The flow is worked out on links alone: a group whose sites are not in the question limits nothing."""
    site = "sites: {hall: {node: a, status: operating, compute: 1 PFLOPS, confidence: assumed}}\n"
    before = warned(THREE, tmp_path)
    assert warned(f"{THREE}{site}groups: {{grid: {{sites: [hall], power: 1 MW}}}}\n", tmp_path).keys() >= before.keys()


def test_a_plan_notes_both_of_its_own_flows() -> None:
    """Of 130 Gbps each way 100 fit, of which the link says that it carries 30."""
    found = proved({"topology.background": [RECORD], "topology.links.fibre.observed": "30 Gbps"})
    left = "60 of 260 Gbps, both directions added, are not carried in 2030, for these links are full: fibre"
    load_ = "30 Gbps are observed, and 100 Gbps are counted in 2030: 0 committed and 100 of everybody else's traffic"
    assert found.notes[-2:] == (f"Everybody else's traffic: {left}.", f"Load of link fibre: {load_}.")
    assert translate(found.notes[-2], speak("fr")).startswith("Trafic d’autrui : 60 sur 260 Gbps")
    assert not [note for note in proved_triangle({"topology.background": [RECORD]}).notes if "Gbps" in note]


def test_what_is_observed_in_one_year_says_nothing_of_later_ones() -> None:
    """30 Gbps of 2026, and 100 that flow in 2030."""
    found = proved({"topology.background": [RECORD], "topology.links.fibre.observed": {2026: "30 Gbps"}})
    assert not [note for note in found.notes if "observed" in note]


def test_verify_reckons_what_the_tables_say_of_everybody_else(tmp_path: Path) -> None:
    """Both notes, and neither is of the question alone."""
    changes = {"topology.background": [RECORD], "topology.links.fibre.observed": "30 Gbps"}
    folder = planner.write_run(planner.solve(load(changes)), tmp_path / "run")
    assert planner.verify_run(folder) == []
    manifest = folder / "manifest.json"
    manifest.write_text(manifest.read_text(encoding="utf-8").replace("30 Gbps are observed", "31 Gbps are observed"))
    assert [fault for fault in planner.verify_run(folder) if fault.startswith("notes")] != []


def test_a_question_tells_what_is_missing_without_flowing_anything() -> None:
    """Whatever the variant: what a cut takes away is in no loss."""
    inputs = load({"topology.background": [{**RECORD, "between": ["home", "atlantis"]}]})
    warnings = planner.find_warnings(inputs)
    assert [each.where for each in warnings if each.where.startswith("background")] == ["background.atlantis--home"]


def test_what_other_networks_carry_is_a_note() -> None:
    """One table may speak of several; it is a warning where nothing at all is left."""
    elsewhere = {**RECORD, "between": ["lisbon", "porto"]}
    inputs = load({"topology.background": [RECORD, elsewhere]})
    assert not [each for each in planner.find_warnings(inputs) if each.where.startswith("background")]
    said = "1 record has no end in this network, or only one: 130 Gbps each way in 2030 are left out"
    assert f"Everybody else's traffic: {said}." in planner.solve(inputs).notes
    alone = planner.find_warnings(load({"topology.background": [elsewhere]}))
    assert "background.lisbon--porto" in [each.where for each in alone]


CHAIN = """
topology: chain
nodes:
  rome: {country: IT, lat: 41.9, lon: 12.5}
  naples: {country: IT, lat: 40.85, lon: 14.27}
  milan: {country: IT, lat: 45.46, lon: 9.19}
  moscow: {country: RU, lat: 55.75, lon: 37.62}
  berlin: {country: DE, lat: 52.52, lon: 13.4}
  frankfurt: {country: DE, lat: 50.11, lon: 8.68, edge: true}
  kazan: {country: RU, lat: 55.79, lon: 49.12}
sites:
  hall: {node: rome, status: operating, compute: 1 PFLOPS, confidence: assumed}
links:
  r-m: {ends: [rome, milan], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}
  r-n: {ends: [rome, naples], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}
  m-m: {ends: [milan, moscow], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}
  m-b: {ends: [moscow, berlin], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}
  b-f: {ends: [berlin, frankfurt], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}
  m-k: {ends: [moscow, kazan], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}
"""


def test_where_the_map_ends_nobody_is_cut_off(tmp_path: Path) -> None:
    """Without Moscow Kazan is alone, and so would Berlin be, were it not for all that lies behind Frankfurt."""
    file = tmp_path / "chain.yaml"
    file.write_text(CHAIN, encoding="utf-8")
    stats = planner.study_cuts(planner.load_topology(file))
    cut = next(each for each in stats.cuts if each.failure == "node:moscow")
    assert (dict(cut.cut_off), cut.dark, cut.beyond) == ({"RU": ("kazan",)}, ("kazan",), ("berlin", "frankfurt"))
    assert [each.country for each in stats.exposures if each.edge] == ["DE"]
    file.write_text(CHAIN.replace(", edge: true", ""), encoding="utf-8")
    whole = planner.study_cuts(planner.load_topology(file))
    cut = next(each for each in whole.cuts if each.failure == "node:moscow")
    assert (sorted(cut.cut_off), cut.beyond) == (["DE", "RU"], ())


def test_the_edge_of_the_map_is_told_in_words(tmp_path: Path) -> None:
    """Apart from the findings."""
    file, paper = tmp_path / "chain.yaml", io.StringIO()
    file.write_text(CHAIN, encoding="utf-8")
    stats = planner.study_cuts(planner.load_topology(file))
    planner.print_cuts(stats, console=Console(file=paper, width=100, highlight=False))
    said = " ".join(paper.getvalue().split())
    assert "No finding, for the map ends there (edge): cut off on this map alone are" in said
    assert "berlin, frankfurt by node:moscow" in said
    assert "the map ends there" in said
    assert "DE 100 %" not in said
