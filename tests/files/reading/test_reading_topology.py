"""Topologies: what is worked out while reading."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.files import load_topology
from planner.latency import great_circle_km
from planner.topology import Link, Site, Topology

NODES = """
topology: t
nodes:
  a: {country: "NO", lat: 60, lon: 10}
  b: {country: NO, lat: 60, lon: 12}
  c: {country: SE, lat: 60, lon: 18}
"""


@pytest.fixture
def read(tmp_path: Path) -> object:
    """Return a function that reads a topology of three nodes and what is given."""

    def read_text(text: str) -> Topology:
        (tmp_path / "t.yaml").write_text(NODES + text)
        return load_topology(tmp_path / "t.yaml")

    return read_text


def site(read, fields: str) -> Site:
    return read(f"sites:\n  s: {{node: a, status: operating, {fields}}}\n").sites["s"]


def link(read, fields: str) -> Link:
    return read(f"links:\n  l: {{ends: [a, b], capacity: 1 Gbps, {fields}}}\n").links["l"]


def test_norway_is_a_country_with_and_without_quotes(read) -> None:
    assert [node.country for node in read("").nodes.values()] == ["NO", "NO", "SE"]


def test_raw_text_is_typed_by_its_field_alone(tmp_path: Path) -> None:
    text = "topology: 1e3\ntitle: 12:30\nnodes:\n  007a: {name: 007, country: NO, lat: 60, lon: 1e1}\n"
    (tmp_path / "t.yaml").write_text(text)
    topology = load_topology(tmp_path / "t.yaml")
    assert (topology.id, topology.title) == ("1e3", "12:30")
    assert (topology.nodes["007a"].name, topology.nodes["007a"].lon) == ("007", 10.0)


def test_names_may_be_given_in_many_languages(read) -> None:
    world = read("sites:\n  s: {node: a, status: operating, compute: 1 P, name: Oslo, names: {zh: 奥斯陆}}\n")
    assert world.sites["s"].names == {"zh": "奥斯陆"}


@pytest.mark.parametrize(
    ("precision", "factor"),
    [
        ("bf16", 1),
        ("fp16", 1),
        ("fp8", 0.5),
        ("int8", 0.5),
        ("fp4", 0.25),
        ("tf32", 2),
        ("fp8, sparse: true", 0.25),
        ("bf16, sparse: true", 0.5),
    ],
)
def test_compute_is_normalised_to_dense_bf16(read, precision: str, factor: float) -> None:
    read_site = site(read, f"compute: 2 EFLOPS, precision: {precision}")
    assert read_site.compute_pflops.at(2030) == 2000 * factor
    assert read_site.published_compute == "2 EFLOPS"


def test_everything_per_pflops_follows_the_precision_of_its_record(read) -> None:
    # one FP8 PFLOPS is half a BF16 one, so what one costs and draws doubles
    expansion = "expansion: [{step: 100 P, max: 200 P, capex: 6 MUSD/step, opex: 1 kUSD/PFLOPS/year}]"
    read_site = site(read, f"compute: 8 P, precision: fp8, watts: 1 kW/PFLOPS, opex: 50 USD/PFLOPS/year, {expansion}")
    (added,) = read_site.expansion
    assert (read_site.watts_kw_per_pflops, read_site.opex_usd_per_pflops.at(0)) == (2, 100)
    assert (added.step, added.max.at(0), added.capex_usd.at(0), added.opex_usd.at(0)) == (50, 100, 120_000, 2000)


def test_cards_become_pflops_and_watts_by_the_catalogue(read) -> None:
    # 2000 cards of 0.32 PFLOPS and 704 W: 640 PFLOPS at 2.2 kW
    read_site = site(read, "accelerators: {ascend-910b: 2000}")
    assert read_site.compute_pflops.at(2030) == pytest.approx(640)
    assert read_site.watts_kw_per_pflops == pytest.approx(2.2)


def test_a_named_chip_converts_by_its_own_factors(read) -> None:
    """2 EFLOPS of FP8 with sparsity on H200: 989 of 3,958 TFLOPS, where the general rule says a quarter."""
    fields = "compute: 2 EFLOPS, chip: h200, precision: fp8, sparse: true, opex: 100 USD/PFLOPS/year"
    read_site = site(read, f"{fields}, expansion: [{{max: 3958 PFLOPS, capex: 989 USD/PFLOPS}}]")
    assert read_site.compute_pflops.at(2030) == pytest.approx(2000 * 989 / 3958)
    assert read_site.opex_usd_per_pflops.at(2030) == pytest.approx(100 * 3958 / 989)
    assert read_site.expansion[0].max.at(2030) == pytest.approx(989)
    assert read_site.expansion[0].capex_usd.at(2030) == pytest.approx(3958)
    assert read_site.published_compute == "2 EFLOPS"


def test_int8_on_a_chip_that_hardly_has_any_is_worth_more_than_bf16(read) -> None:
    """157.5 TOPS of a B300 are 2,250 TFLOPS."""
    assert site(read, "compute: 157.5 TFLOPS, chip: b300, precision: int8").compute_pflops.at(0) == pytest.approx(2.25)


def test_a_named_chip_gives_watts_and_abilities_where_the_site_says_none(read) -> None:
    silent, said = site(read, "compute: 1 P, chip: h100"), "offers: [ascend], watts: 2 kW/PFLOPS"
    assert silent.watts_kw_per_pflops == pytest.approx(1276 / 989)
    assert silent.offers == {"cuda", "fp64"}
    spoken = site(read, f"compute: 1 P, chip: h100, {said}")
    assert (spoken.watts_kw_per_pflops, spoken.offers) == (2, {"ascend"})


def test_cards_offer_what_all_of_them_do(read) -> None:
    """An H100 has FP64, a B300 hardly any."""
    assert site(read, "accelerators: {h100: 8}").offers == {"cuda", "fp64"}
    assert site(read, "accelerators: {h100: 8, b300: 8}").offers == {"cuda"}
    assert site(read, "accelerators: {h100: 8}, offers: [fp64]").offers == {"fp64"}


def test_a_card_is_worth_what_its_chip_is(read) -> None:
    """Of a whole system a 384th, of two sorts the mean: (8 x 0.989 + 8 x 2.25) / 16; without a chip nobody knows."""
    assert site(read, "compute: 8 P, chip: h100").card_pflops == pytest.approx(0.989)
    assert site(read, "accelerators: {cloudmatrix-384: 2}").card_pflops == pytest.approx(300 / 384)
    assert site(read, "accelerators: {h100: 8, b200: 8}").card_pflops == pytest.approx((0.989 + 2.25) / 2)
    assert site(read, "compute: 8 P").card_pflops is None


def test_a_price_per_step_is_divided_by_the_step(read) -> None:
    (added,) = site(read, "compute: 1 P, expansion: [{step: 100 P, capex: {2026: 6 MUSD/step}}]").expansion
    assert added.capex_usd.at(2026) == 60_000


def test_a_link_without_length_takes_the_great_circle_times_its_route_factor(read) -> None:
    read_link = link(read, "kind: terrestrial")
    length = 1.5 * great_circle_km((60, 10), (60, 12))
    assert read_link.length_km == pytest.approx(length)
    assert read_link.rtt_ms == pytest.approx(2 * length * 0.0049 + 0.1)
    assert not read_link.length_given
    assert not read_link.rtt_given


def test_a_given_length_gives_the_round_trip_time(read) -> None:
    read_link = link(read, "kind: submarine, length: 1000 km")
    assert (read_link.rtt_ms, read_link.length_given, read_link.rtt_given) == (pytest.approx(9.9), True, False)


def test_a_given_round_trip_time_stands(read) -> None:
    assert link(read, "kind: satellite, rtt: 600 ms").rtt_ms == 600


def test_a_cable_is_cut_into_links_along_its_route_and_branches(read) -> None:
    cable = "cables:\n  ring:\n    capacity: 20 Tbps\n    route: [a, b]\n    branches: [[b, c]]\n"
    world = read(
        cable + "    segments: {c--b: {capacity: 5 Tbps, expansion: [{max: 1 Tbps, opex: 9 USD/Gbps/year}]}}\n"
    )
    assert list(world.links) == ["ring:a--b", "ring:b--c"]
    assert [link.capacity_gbps.at(0) for link in world.links.values()] == [20_000, 5000]
    assert world.links["ring:b--c"].cable == "ring"
    assert world.links["ring:b--c"].expansion[0].opex_usd.at(0) == 9


def test_a_segment_takes_all_from_its_cable_but_what_it_has_different(read) -> None:
    cable = (
        "kind: terrestrial, capacity: 8 Tbps, design: 9 Tbps, committed: 1 Tbps, duplex: half, usable_by: [NO, SE], "
    )
    cable += "transit: 7 USD/Gbps/year, project: dig, from: 2027, until: 2040, confidence: assumed, note: n, "
    world = read(
        f"projects: {{dig: {{}}}}\ncables: {{r: {{{cable}route: [a, b, c], segments: {{b--c: {{until: 2035}}}}}}}}\n"
    )
    first, second = (link.model_dump() for link in world.links.values())
    shared = {
        "kind": "terrestrial", "design_gbps": 9000, "duplex": "half", "usable_by": {"NO", "SE"}, "project": "dig",
        "from_year": 2027, "until": 2040, "confidence": "assumed", "note": "n",
    }  # fmt: skip
    assert {key: first[key] for key in shared} == shared
    assert {key: second[key] for key in shared} == shared | {"until": 2035}
    figures = [(link.capacity_gbps, link.committed_gbps, link.transit_usd_per_gbps) for link in world.links.values()]
    assert [[each.at(0) for each in row] for row in figures] == [[8000, 1000, 7]] * 2


def test_a_risk_names_its_links_in_full(read) -> None:
    world = read("cables: {ring: {capacity: 1 Tbps, route: [a, b]}}\nrisks: {r: {fails: ['ring:b--a', ring]}}\n")
    assert world.risks["r"].fails == ("link:ring:a--b", "cable:ring")


def test_several_files_merge_and_an_id_in_two_is_a_fault_naming_both(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(NODES)
    (tmp_path / "two.yaml").write_text("topology: two\nlinks: {l: {ends: [a, c], kind: submarine, capacity: 1 Gbps}}\n")
    assert len(load_topology(tmp_path / "one.yaml", tmp_path / "two.yaml").links) == 1
    (tmp_path / "two.yaml").write_text("topology: two\nnodes: {a: {country: SE, lat: 1, lon: 1}}\n")
    with pytest.raises(InputError, match=r"two.yaml:2:9: nodes.a: is there already, at .*one.yaml:4:3"):
        load_topology(tmp_path / "one.yaml", tmp_path / "two.yaml")


def test_maps_meet_at_a_node_that_both_name(tmp_path: Path) -> None:
    """What one leaves open the other says; of its words the first file's stand, and a record said twice is one."""
    rest = "b: {country: NO, lat: 61, lon: 10}}\nlinks: {l: {ends: [a, b], kind: terrestrial, capacity: 1 Gbps}}\n"
    one, two = "lat: 60.0, lon: 10.0, note: x", "lat: 60, lon: 10, weight: 2, note: y"
    (tmp_path / "one.yaml").write_text(f"topology: one\nnodes: {{a: {{country: NO, {one}}}, {rest}")
    (tmp_path / "two.yaml").write_text(f"topology: two\nnodes: {{a: {{country: NO, {two}}}, {rest}")
    merged = load_topology(tmp_path / "one.yaml", tmp_path / "two.yaml")
    assert (merged.nodes["a"].weight, merged.nodes["a"].note, list(merged.links)) == (2, "x", ["l"])


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ("nodes: {a: {country: SE, lat: 60, lon: 10}}", "nodes.a: is there already, at .*, with another country"),
        ("nodes: {a: {country: NO, lat: 62, lon: 10}}", "with another lat: say the same of its lat in both files"),
        ("links: {l: {ends: [a, b], kind: terrestrial, capacity: 2 Gbps}}", "links.l: is there already, at .*: give"),
    ],
)
def test_maps_that_contradict_each_other_do_not_meet(tmp_path: Path, record: str, says: str) -> None:
    nodes = "nodes: {a: {country: NO, lat: 60, lon: 10}, b: {country: NO, lat: 61, lon: 10}}\n"
    (tmp_path / "one.yaml").write_text(
        f"topology: one\n{nodes}links: {{l: {{ends: [a, b], kind: terrestrial, capacity: 1 Gbps}}}}\n"
    )
    (tmp_path / "two.yaml").write_text(f"topology: two\n{record}\n")
    with pytest.raises(InputError, match=says):
        load_topology(tmp_path / "one.yaml", tmp_path / "two.yaml")


def test_two_files_may_cite_the_same_source(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / f"{name}.yaml").write_text(f"topology: {name}\nsources: {{x: {{title: X, year: 2025}}}}\n")
    assert list(load_topology(tmp_path / "one.yaml", tmp_path / "two.yaml").sources) == ["x"]


def test_the_same_file_twice_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(NODES)
    with pytest.raises(InputError, match="is listed twice"):
        load_topology(tmp_path / "one.yaml", tmp_path / "one.yaml")
