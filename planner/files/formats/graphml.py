"""GraphML: graphs with attributes, as networkx, Gephi, yEd and the Internet Topology Zoo write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.files.formats.opening import Element, xml_of
from planner.files.formats.rates import attribute
from planner.files.formats.raw import MARK, RECORD_LIMIT, Raw, RawLink, RawNode, broken, finite

if TYPE_CHECKING:
    import networkx as nx

__all__ = ["graph_of", "in_order", "node_of", "read", "write"]


def read(data: bytes, name: str) -> Raw:
    """Return a GraphML file; see `planner/files/formats/README.md` for the attributes that are understood."""
    root = xml_of(data, name)
    if root.tag != "graphml":
        raise broken(name, f"is no GraphML: its root is <{root.tag}>", "give a file that begins with <graphml>")
    graphs = list(root.all("graph"))
    if len(graphs) != 1:
        raise broken(name, f"holds {len(graphs)} graphs", "give a file with one")
    graph = graphs[0]
    keys = {key.attrs.get("id", ""): key.attrs.get("attr.name") or key.attrs.get("id", "") for key in root.all("key")}
    raw = Raw(name, "graphml", _attrs(graph, keys))
    raw.own = MARK in raw.head
    raw.head.setdefault("title", raw.head.get("label") or raw.head.get("Network") or "")
    raw.directed = graph.attrs.get("edgedefault") == "directed"
    strange = next(graph.all("hyperedge"), None)
    if strange is not None:
        raise broken(name, "holds a hyperedge", "write links between two nodes each", line=strange.line)
    if len(graph.children) > RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes and edges", "split it")
    for element in graph.all("node"):
        attrs = _attrs(element, keys)
        raw.nodes.append(node_of(_id(element, name, "id"), attrs, name, element.line))
    for element in graph.all("edge"):
        attrs = _attrs(element, keys)
        ends = in_order((_id(element, name, "source"), _id(element, name, "target")), attrs)
        key = element.attrs.get("id") or str(attrs.get("id") or "")
        raw.links.append(RawLink(ends, key, "" if raw.own else _edge_name(attrs), attrs, line=element.line))
    return raw


def node_of(key: str, attrs: dict[str, Any], file: str, line: int) -> RawNode:
    """Return a node from its attributes: coordinates, label and country under the names that are in use."""
    node = RawNode(key, attrs=attrs, line=line)
    lat = attribute(attrs, "Latitude", "lat", "y_lat")[1]
    lon = attribute(attrs, "Longitude", "lon", "lng", "long")[1]
    if lat and lon:
        node.lat, node.lon = (finite(each, file, f"node {key}", line) for each in (lat, lon))
    node.name = attribute(attrs, "name", "label", "city", "place")[1] or key
    node.country = attribute(attrs, "country", "country_code")[1]
    return node


def in_order(ends: tuple[str, str], attrs: Mapping[str, Any]) -> tuple[str, str]:
    """Return the ends of a link in the order of ours, which undirected graphs do not keep."""
    return ends[::-1] if ends == (attrs.get("end"), attrs.get("start")) else ends


def _edge_name(attrs: Mapping[str, Any]) -> str:
    return attribute(attrs, "name")[1]


def _attrs(element: Element, keys: Mapping[str, str]) -> dict[str, Any]:
    found = {}
    for data in element.all("data"):
        key = data.attrs.get("key", "")
        found[keys.get(key, key)] = "".join(data.parts) if not data.children else ""
    return found


def _id(element: Element, name: str, key: str) -> str:
    value = element.attrs.get(key, "")
    if not value:
        raise broken(name, f"<{element.tag}> has no {key}", f"write {key}=...", line=element.line)
    return value


def graph_of(raw: Raw) -> nx.MultiGraph[str]:
    """Return what we write as a networkx graph whose attributes are texts, coordinates numbers."""
    import networkx as nx

    graph: nx.MultiGraph[str] = nx.MultiGraph(**raw.head)
    for node in raw.nodes:
        graph.add_node(node.key, label=node.name, Latitude=node.lat, Longitude=node.lon, **node.attrs)
    for link in raw.links:
        numbers = {key: float(link.attrs[key]) for key in ("length_km", "rtt_ms", "capacity_gbps")}
        ends = {"start": link.ends[0], "end": link.ends[1]}
        graph.add_edge(*link.ends, key=link.key, **(ends | link.attrs | numbers))
    return graph


def write(raw: Raw) -> bytes:
    """Return a topology as GraphML: one undirected graph, every field an attribute."""
    import networkx as nx

    graph = graph_of(raw)
    text = "\n".join(nx.generate_graphml(graph, named_key_ids=True, prettyprint=False))
    return ('<?xml version="1.0" encoding="UTF-8"?>\n' + text.replace("><", ">\n<") + "\n").encode()
