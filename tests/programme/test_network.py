"""A topology as arrays and as a graph."""

from __future__ import annotations

from small import load, triangle

from planner.network import build_network, topology_to_graph


def test_arcs_come_in_pairs_in_the_order_of_the_links() -> None:
    """Links sorted: fibre home–away, high mid–away, low home–mid; nodes away 0, home 1, mid 2."""
    network = build_network(load(base=triangle()).topology)
    assert [link.id for link in network.links] == ["fibre", "high", "low"]
    assert network.tail.tolist() == [1, 0, 2, 0, 1, 2]
    assert network.head.tolist() == [0, 1, 0, 2, 2, 1]
    assert network.rtt_ms.tolist() == [10, 10, 8, 8, 8, 8]
    assert network.arcs == 6


def test_half_duplex_shares_one_channel() -> None:
    """The fibre has one, the others one each way."""
    network = build_network(load({"topology.links.fibre.duplex": "half"}, base=triangle()).topology)
    assert network.channel.tolist() == [0, 0, 1, 2, 3, 4]
    assert [channel.direction for channel in network.channels] == ["both", *(["forward", "backward"] * 2)]
    assert network.channels_of_link == ((0,), (1, 2), (3, 4))


def test_the_graph_keeps_parallel_links_apart() -> None:
    """Keyed by their identifiers, with what a drawing needs."""
    twin = {"ends": ["home", "away"], "kind": "submarine", "rtt": "20 ms", "length": "900 km", "capacity": "1 Gbps"}
    graph = topology_to_graph(load({"topology.links.twin": twin}).topology)
    assert sorted(graph.edges(keys=True)) == [("away", "home", "fibre"), ("away", "home", "twin")]
    assert graph.edges["away", "home", "twin"] == {"length_km": 900, "rtt_ms": 20, "kind": "submarine", "cable": None}
    assert graph.nodes["home"] == {"name": "home", "country": "KZ", "lat": 43.2, "lon": 76.9}
