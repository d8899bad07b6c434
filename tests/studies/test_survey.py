"""A topology by itself: warnings, counts, ways and cuts, on worlds small enough to see the answer."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner
from planner.network import topology_to_graph
from planner.places import Node
from planner.topology import Link, Site, Topology

ROOT = Path(__file__).parents[2]

LADDER = """
topology: ladder
nodes:
  a: {country: KZ, lat: 43.24, lon: 76.89, weight: 3}
  b: {country: KZ, lat: 51.13, lon: 71.43, weight: 1}
  c: {country: UZ, lat: 41.3, lon: 69.24}
  d: {country: KG, lat: 42.87, lon: 74.59}
sites:
  hall: {node: c, status: operating, compute: 10 PFLOPS, confidence: assumed}
links:
  a-b: {ends: [a, b], kind: terrestrial, rtt: 12 ms, capacity: 10 Gbps, confidence: assumed}
  a-c: {ends: [a, c], kind: terrestrial, rtt: 8 ms, capacity: 20 Gbps, confidence: assumed}
  a-c-slow: {ends: [a, c], kind: terrestrial, rtt: 30 ms, capacity: 20 Gbps, confidence: assumed}
  a-d: {ends: [a, d], kind: terrestrial, rtt: 3 ms, capacity: 5 Gbps, confidence: assumed}
  d-c: {ends: [d, c], kind: terrestrial, rtt: 7 ms, capacity: 5 Gbps, confidence: assumed}
  later: {ends: [b, c], kind: terrestrial, rtt: 15 ms, capacity: 5 Gbps, from: 2030, confidence: assumed}
risks:
  west: {fails: ["link:a-c", "link:a-c-slow", "link:d-c"]}
"""


def world(text: str, folder: Path) -> Topology:
    """Read a topology from text."""
    file = folder / "topology.yaml"
    file.write_text(text, encoding="utf-8")
    return planner.load_topology(file)


def test_the_quickest_way_takes_the_quickest_of_parallel_links(tmp_path: Path) -> None:
    route = planner.find_route(world(LADDER, tmp_path), "b", "site:hall", 2026, "glass")
    assert route.nodes == ("b", "a", "c")
    assert route.links == ("a-b", "a-c")
    assert route.rtt_ms == 20
    assert route.ideal_ms < route.rtt_ms < route.seen_ms


def test_links_count_from_the_year_in_which_they_enter_service(tmp_path: Path) -> None:
    topology = world(LADDER, tmp_path)
    assert planner.find_route(topology, "b", "c", 2030).links == ("later",)
    assert planner.survey(topology, 2029).counts["links"] == 5
    assert planner.survey(topology, 2030).counts["links"] == 6


def test_the_overview_counts_and_measures(tmp_path: Path) -> None:
    found = planner.survey(world(LADDER, tmp_path), 2026, "glass")
    assert found.countries == {"KG": 1, "KZ": 2, "UZ": 1}
    assert found.degrees == {1: 1, 2: 1, 3: 1, 4: 1}
    assert found.groups == (4,)
    assert found.gbps_by_kind == {"terrestrial": 60}
    assert found.pflops_by_status == {"operating": 10}
    assert found.diameter is not None
    assert found.diameter.rtt_ms == 20
    assert found.hops == 2


def test_the_cuts_say_who_loses_whom(tmp_path: Path) -> None:
    stats = planner.study_cuts(world(LADDER, tmp_path), 2026)
    assert stats.bridges == ("a-b",)
    found = {cut.failure: cut for cut in stats.cuts}
    assert set(found) == {"link:a-b", "risk:west", "node:a", "node:c"}
    assert found["link:a-b"].cut_off == {"KZ": ("b",)}
    assert found["link:a-b"].weight == {"KZ": 0.25}
    assert found["risk:west"].cut_off == {"UZ": ("c",)}
    assert found["risk:west"].dark == ("a", "b", "d")
    assert found["node:c"].cut_off == {}
    assert found["node:c"].dark == ("a", "b", "d")


def test_the_fewest_links_to_compute_abroad_are_a_minimum_cut(tmp_path: Path) -> None:
    stats = planner.study_cuts(world(LADDER, tmp_path), 2026)
    found = {each.country: each for each in stats.exposures}
    assert (found["KZ"].fewest, found["KZ"].links, found["KZ"].gbps) == (3, 3, 45)
    assert found["KG"].fewest == 2
    assert found["UZ"].fewest == 0, "no compute stands abroad"
    assert found["KZ"].single == ("link:a-b", "node:a")


def line_of(number: int, country: str = "KZ") -> Node:
    """A node somewhere on a line."""
    return Node(id=f"n{number}", country=country, lat=40 + number / 10, lon=70)


@given(st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]), min_size=1))
@settings(max_examples=60, deadline=None)
def test_bridges_and_cuts_are_those_of_trying_each_link(pairs: set[tuple[int, int]]) -> None:
    nodes = {f"n{i}": line_of(i) for i in range(8)}
    links = {
        f"l{a}-{b}": Link(
            id=f"l{a}-{b}", ends=(f"n{a}", f"n{b}"), kind="terrestrial", length_km=100, rtt_ms=1, capacity_gbps=1
        )
        for a, b in sorted(pairs)
    }
    sites = {"s": Site(id="s", node="n0", status="operating", compute_pflops=1)}
    topology = Topology(id="t", nodes=nodes, links=links, sites=sites)
    stats = planner.study_cuts(topology, 2026)
    whole = topology_to_graph(topology)
    for key, link in links.items():
        graph = whole.copy()
        graph.remove_edge(*link.ends, key=key)
        splits = nx.number_connected_components(graph) > nx.number_connected_components(whole)
        assert splits == (key in stats.bridges)
        lost = nx.node_connected_component(whole, "n0") - nx.node_connected_component(graph, "n0")
        cut = next((cut for cut in stats.cuts if cut.failure == f"link:{key}"), None)
        assert set(cut.dark if cut else ()) == lost


@pytest.mark.smoke
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 9), st.integers(0, 9)).filter(lambda pair: pair[0] < pair[1]),
        st.integers(1, 9),
        min_size=1,
    )
)
@settings(max_examples=60, deadline=None)
def test_the_diameter_and_the_fewest_links_are_those_of_trying_all(rtts: dict[tuple[int, int], int]) -> None:
    nodes = {f"n{i}": line_of(i, "KZ" if i % 3 else "UZ") for i in range(10)}
    links = {
        f"l{a}-{b}": Link(
            id=f"l{a}-{b}", ends=(f"n{a}", f"n{b}"), kind="terrestrial", length_km=10, rtt_ms=rtt, capacity_gbps=1
        )
        for (a, b), rtt in sorted(rtts.items())
    }
    sites = {"s": Site(id="s", node="n0", status="operating", compute_pflops=1)}
    topology = Topology(id="t", nodes=nodes, links=links, sites=sites)
    whole = topology_to_graph(topology)
    groups = sorted(nx.connected_components(whole), key=lambda group: (-len(group), min(group)))
    largest = whole.subgraph(groups[0])
    found = planner.survey(topology, 2026, "glass")
    ways = dict(nx.all_pairs_dijkstra_path_length(largest, weight="rtt_ms"))
    assert found.diameter is not None
    assert found.diameter.rtt_ms == max(max(each.values()) for each in ways.values())
    assert found.hops == nx.diameter(largest)
    flow = nx.DiGraph()
    flow.add_nodes_from(["KZ", "n0"])
    for link in links.values():
        a, b = ("KZ" if nodes[end].country == "KZ" else end for end in link.ends)
        if a != b:
            for one, other in ((a, b), (b, a)):
                before = flow.get_edge_data(one, other, {"capacity": 0})["capacity"]
                flow.add_edge(one, other, capacity=before + 1)
    exposure = next(each for each in planner.study_cuts(topology, 2026).exposures if each.country == "KZ")
    assert exposure.fewest == nx.minimum_cut_value(flow, "KZ", "n0")


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("lat: 42.87, lon: 74.59", "lat: 42.87, lon: 47.59", "nodes.d", "lies in RU, not in KG"),
        ("lat: 42.87, lon: 74.59", "lat: 0, lon: -140", "nodes.d", "lies at sea"),
        ("country: KG", "country: XX", "nodes.d.country", "no country of the atlas"),
        ("a-d: {ends: [a, d], kind: terrestrial, rtt: 3 ms", "a-d: {ends: [a, d], kind: terrestrial, rtt: 1 ms",
         "links.a-d.rtt", "than light in glass takes there and back, 1.9 ms"),
        ("a-d: {ends: [a, d], kind: terrestrial, rtt: 3 ms", "a-d: {ends: [a, d], kind: terrestrial, length: 150 km",
         "links.a-d.length", "150 km is less than the great circle of 191 km"),
        ("kind: terrestrial, rtt: 3 ms, capacity: 5 Gbps", "kind: submarine, capacity: 900 Tbps", "links.a-d",
         "more than any submarine system"),
        ("capacity: 10 Gbps", "design: 1 Tbps, capacity: {2026: 10 Gbps, 2030: 2 Tbps}", "links.a-b",
         "2,000 Gbps with its expansions is beyond its design of 1,000 Gbps"),
        ("compute: 10 PFLOPS, confidence: assumed", "compute: 10 PFLOPS", "sites.hall", "names no source"),
        ("capacity: 10 Gbps", "design: 15 Gbps, capacity: 10 Gbps, expansion: [{max: 6 Gbps}]", "links.a-b",
         "16 Gbps with its expansions is beyond its design of 15 Gbps"),
        ("capacity: 10 Gbps", "capacity: 10 Tbps", None, ""),
        ("kind: terrestrial, rtt: 3 ms", "kind: microwave, rtt: 1.5 ms", None, ""),  # through air light is quicker
    ],
)  # fmt: skip
def test_what_looks_wrong_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, where: str | None, what: str
) -> None:
    assert old in LADDER
    file = tmp_path / "topology.yaml"
    file.write_text(LADDER.replace(old, new, 1), encoding="utf-8")
    faults, warnings = planner.check_topology(file)
    assert faults == ()
    if where is None:
        assert warnings == ()
        return
    warning = next(each for each in warnings if each.where == where)
    assert what in warning.what
    line = file.read_text(encoding="utf-8").splitlines()[warning.place.line - 1]
    assert line.strip().startswith(where.split(".")[1])


@pytest.mark.parametrize(
    "node",
    [
        "country: AU, lat: -33.87, lon: 151.21",  # Sydney: the atlas has Australia's number for some reefs, too
        "country: RE, lat: -20.88, lon: 55.45",  # the atlas draws Reunion as a part of France
        "country: XK, lat: 42.66, lon: 21.17",  # Pristina: land without a number is anybody's
    ],
)
def test_a_place_in_its_country_looks_right(tmp_path: Path, node: str) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(f"topology: one\nnodes: {{a: {{{node}}}}}\n", encoding="utf-8")
    assert planner.check_topology(file) == ((), ())


def test_nodes_that_nothing_reaches_are_told(tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    apart = "".join(f"  {node}: {{country: KZ, lat: 50, lon: 7{i}}}\n" for i, node in enumerate("efg"))
    link = "  e-f: {ends: [e, f], kind: terrestrial, capacity: 1 Gbps, confidence: assumed}\n"
    file.write_text(LADDER.replace("sites:", f"{apart}sites:").replace("risks:", f"{link}risks:"), encoding="utf-8")
    _, warnings = planner.check_topology(file)
    assert [(warning.where, warning.what) for warning in warnings] == [
        ("nodes.e", "it and 1 more (f) have no way to the other 4 nodes"), ("nodes.g", "no link reaches it"),
    ]  # fmt: skip


def test_faults_come_without_warnings(tmp_path: Path) -> None:
    file = tmp_path / "topology.yaml"
    file.write_text(LADDER.replace("ends: [a, d]", "ends: [a, x]").replace("KG", "XX"), encoding="utf-8")
    faults, warnings = planner.check_topology(file)
    assert len(faults) == 1
    assert warnings == ()


def test_shipped_topologies_have_no_warning() -> None:
    """What background.yaml says of the other maps is left to a note; what it says of each fits on it."""
    folder = ROOT / "topologies"
    maps = [file for file in sorted(folder.glob("*.yaml")) if file.stem != "background"]
    for file in maps:
        assert planner.check_topology(file) == ((), ())
    for name in ("central-asia", "2africa"):  # the others lie beside these
        assert planner.check_topology(folder / f"{name}.yaml", folder / "background.yaml") == ((), ())
    assert planner.check_topology(*maps, folder / "background.yaml") == ((), ())


def test_unknown_places_and_islands_are_refused(tmp_path: Path) -> None:
    topology = world(LADDER.replace("links:", "links: {}\nlater:").partition("later:")[0], tmp_path)
    with pytest.raises(planner.UsageError, match="no way leads from a to b"):
        planner.find_route(topology, "a", "b")
    with pytest.raises(planner.UsageError, match="did you mean 'site:hall'"):
        planner.find_route(topology, "a", "site:hal")
