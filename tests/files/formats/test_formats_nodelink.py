"""Node-link JSON, as networkx and d3 write it: both names of the list of links, and every guess told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import networkx as nx
import pytest

import planner

NODES = [
    {"id": 1, "label": "Praha", "Latitude": 50.09, "Longitude": 14.42, "Country": "Czech Republic", "asn": 7},
    {"id": 2, "name": "Frankfurt", "lat": 50.12, "lon": 8.68},
]
LINK = {"source": 1, "target": 2, "LinkLabel": "2x2.5 Gbit/s", "owner": "me"}


def read(folder: Path, value: Any, **options: Any) -> planner.Imported:
    """Return the import of a value of JSON."""
    (folder / "net.json").write_text(json.dumps(value), encoding="utf-8")
    return planner.import_topology(folder / "net.json", **options)


@pytest.mark.parametrize("key", ["edges", "links"])
def test_names_places_and_capacities_are_found_as_in_graphml(tmp_path: Path, key: str) -> None:
    """A rate in words, a country by the map, a kind that nobody gives are guesses; other attributes are told."""
    found = read(tmp_path, {"directed": False, "graph": {"name": "Some NREN"}, "nodes": NODES, key: [LINK]})
    assert (found.format, found.topology.id, found.topology.title) == ("nodelink", "some-nren", "Some NREN")
    assert {name: node.country for name, node in found.topology.nodes.items()} == {"praha": "CZ", "frankfurt": "DE"}
    assert found.topology.links["praha-frankfurt"].capacity_gbps.at(0) == 5
    assert {(guess.record, guess.field, guess.value) for guess in found.guesses} == {
        ("nodes.frankfurt", "country", "DE"),
        ("links.praha-frankfurt", "kind", "terrestrial"),
        ("links.praha-frankfurt", "capacity", "5 Gbps"),
    }
    assert found.messages == ("not read: of nodes asn; of links owner",)


def test_what_the_file_does_not_say_is_taken_from_the_options(tmp_path: Path) -> None:
    """A link without capacity, a node without coordinates."""
    value = {"nodes": [*NODES, {"id": "far"}], "links": [{"source": 1, "target": 2}, {"source": 2, "target": "far"}]}
    with pytest.raises(planner.InputError, match=r"net\.json: 1 of 3 nodes have no coordinates: far"):
        read(tmp_path, value)
    found = read(tmp_path, value, drop_unplaced=True, capacity="40 Gbps", kind="microwave")
    link = found.topology.links["praha-frankfurt"]
    assert (link.capacity_gbps.at(0), link.kind) == (40, "microwave")
    assert "1 link at nodes without coordinates left out" in found.messages


def test_a_directed_graph_of_networkx_has_one_link_for_both_ways(tmp_path: Path) -> None:
    """The lesser capacity counts; parallel links stay."""
    graph = nx.MultiDiGraph(title="Ring")
    for name, lat in (("a", 50), ("b", 51)):
        graph.add_node(name, lat=lat, lon=8, country="DE")
    graph.add_edge("a", "b", capacity="10 Gbps", kind="terrestrial")
    graph.add_edge("b", "a", capacity="4 Gbps", kind="terrestrial")
    graph.add_edge("a", "b", capacity="3 Gbps", kind="terrestrial")
    found = read(tmp_path, nx.node_link_data(graph, edges="links"))
    rates = {name: link.capacity_gbps.at(0) for name, link in found.topology.links.items()}
    assert rates == {"a-b": 4, "a-b-2": 3}
    assert found.guesses == ()
    assert "1 pair of opposite links became one link each" in found.messages


def test_nodes_without_ids_are_named_by_their_numbers(tmp_path: Path) -> None:
    """As d3 has it, and told."""
    nodes = [{"name": "A", "lat": 50, "lon": 8}, {"name": "B", "lat": 52, "lon": 13}]
    found = read(tmp_path, {"nodes": nodes, "links": [{"source": 0, "target": 1}]})
    assert list(found.topology.links) == ["a-b"]
    assert "no node has an id: links name them by their numbers in the list, from 0" in found.messages


def test_a_graph_read_from_our_graphml_keeps_all_but_the_sources_of_links(tmp_path: Path) -> None:
    """The format has the beginning of a link under that name."""
    ours = planner.load_topology(Path(planner.__file__).parents[1] / "topologies" / "central-asia.yaml")
    graph = nx.read_graphml(planner.export_topology(ours, tmp_path / "x.graphml"), force_multigraph=True)
    found = read(tmp_path, nx.node_link_data(graph, edges="edges"))
    assert "not read: of links source, for node-link JSON has the beginning of the link there" in found.messages
    theirs = found.topology
    assert (theirs.nodes, theirs.sites, theirs.cables, theirs.projects) == (
        ours.nodes,
        ours.sites,
        ours.cables,
        ours.projects,
    )
    single = {name: link.model_copy(update={"source": None}) for name, link in ours.links.items() if not link.cable}
    assert {name: link for name, link in theirs.links.items() if not link.cable} == single
    assert found.guesses == ()


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"nodes": NODES, "links": [LINK], "edges": [LINK]}, "holds both edges and links: put the links into one list"),
        ({"nodes": [1], "links": [LINK]}, "nodes.0: '1' is no record"),
        ({"nodes": NODES, "links": [LINK, {"source": 1}]}, "links.1: has no target"),
        ({"nodes": [{"id": [1]}, *NODES], "links": [LINK]}, "nodes.0: the id '[1]' names no node"),
        ({"nodes": [{"lat": 1}, *NODES], "links": [LINK]}, "nodes.0: has no id"),
        ({"nodes": NODES, "links": [LINK | {"target": 3}]}, "ends at '3', which is no node"),
        ({"nodes": [*NODES, NODES[0]], "links": [LINK]}, "the node id '1' stands twice"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(tmp_path: Path, value: Any, words: str) -> None:
    """With the number of the record."""
    with pytest.raises(planner.InputError) as error:
        read(tmp_path, value)
    assert words in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_other_json_is_none_of_it(tmp_path: Path) -> None:
    """A network of open fibre data has nodes, too, and links to documents; asked for by name it is refused."""
    nodes = [
        {"id": f"n{lon}", "name": f"N{lon}", "location": {"type": "Point", "coordinates": [lon, 50]}} for lon in (8, 9)
    ]
    network = {"id": "x", "nodes": nodes, "links": [{"href": "https://example.org", "rel": "describedby"}]}
    assert read(tmp_path, network).format == "ofds"
    with pytest.raises(planner.InputError, match="is no node-link JSON"):
        read(tmp_path, network, format="nodelink")
