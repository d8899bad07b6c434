"""GraphML: graphs with attributes, as networkx, Gephi, yEd and the Internet Topology Zoo write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from planner.files.formats.attributes import Attributes, attribute, is_given
from planner.files.formats.opening import Element, xml_of
from planner.files.formats.raw import MARK, RECORD_LIMIT, Parts, Raw, RawLink, RawNode, Settings, broken, finite

if TYPE_CHECKING:
    import networkx as nx

HEAD = ("title", "label", "Network", "id", "directed", "multigraph")
"""What is read of a graph itself."""


def read(parts: Parts, _settings: Settings) -> Raw:
    """Return a GraphML file; see `planner/files/formats/README.md` for the attributes that are understood."""
    name, data = parts[0]
    root = xml_of(data, name)
    if root.tag != "graphml":
        raise broken(name, f"is no GraphML: its root is <{root.tag}>", "give a file that begins with <graphml>")
    graphs = list(root.all("graph"))
    if len(graphs) != 1:
        raise broken(name, f"holds {len(graphs)} graphs", "give a file with one")
    graph = graphs[0]
    keys = _Keys(root)
    raw = Raw(name, "graphml", keys.attrs(graph))
    raw.own = MARK in raw.head
    raw.head.setdefault("title", raw.head.get("label") or raw.head.get("Network") or "")
    raw.pass_over("the file", *(key for key, text in raw.head.items() if text and key not in HEAD))
    raw.directed = graph.attrs.get("edgedefault") == "directed"
    strange = next(graph.all("hyperedge"), None)
    if strange is not None:
        raise broken(name, "holds a hyperedge", "write links between two nodes each", line=strange.line)
    records = [element for element in graph.walk() if element.tag in ("node", "edge")]
    if len(records) > RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes and edges", "split it")
    for element in records:
        attrs = keys.attrs(element)
        if element.tag == "node":
            _add_node(raw, element, attrs)
            continue
        _check_direction(raw, element)
        ends = in_order((_id(element, name, "source"), _id(element, name, "target")), attrs)
        key = element.attrs.get("id") or str(attrs.get("id") or "")
        raw.links.append(RawLink(ends, key, "" if raw.own else _edge_name(attrs), attrs, line=element.line))
    return raw


class _Keys:
    """What the data of a file are called, and what holds where a record has none."""

    def __init__(self, root: Element) -> None:
        self.names, self.defaults = dict[str, str](), dict[str, dict[str, str]]()
        for key in root.all("key"):
            known = key.attrs.get("id", "")
            self.names[known] = key.attrs.get("attr.name") or key.attrs.get("yfiles.type") or known
            if text := key.text_at("default"):
                self.defaults.setdefault(key.attrs.get("for", "all"), {})[self.names[known]] = text

    def attrs(self, element: Element) -> Attributes:
        """Return the data of a node, an edge or a graph."""
        found = Attributes({**self.defaults.get("all", {}), **self.defaults.get(element.tag, {})})
        for data in element.all("data"):
            name = self.names.get(data.attrs.get("key", ""), data.attrs.get("key", ""))
            found[name] = "".join(data.parts) if not data.children else f"<{data.children[0].tag}>"
        return found


def _add_node(raw: Raw, element: Element, attrs: Attributes) -> None:
    """Add a node, unless it is a group, whose nodes count by themselves."""
    if element.first("graph") is not None:
        label = attribute(attrs, "label", "name")[1] or element.attrs.get("id", "")
        raw.messages.append(f"the group {label} left out, its nodes taken")
        return
    raw.nodes.append(node_of(_id(element, raw.file, "id"), attrs, raw.file, element.line))


def _check_direction(raw: Raw, element: Element) -> None:
    """Raise `InputError` where an edge has another direction than the graph: ours have none or all have one."""
    own = element.attrs.get("directed")
    if own is not None and (own == "true") != raw.directed:
        what = f'the edge has directed="{own}", other than its graph'
        raise broken(raw.file, what, "write edges that all have a direction, or none", line=element.line)


def node_of(key: str, attrs: dict[str, Any], file: str, line: int) -> RawNode:
    """Return a node from its attributes: coordinates, label and country under the names that are in use."""
    node = RawNode(key, attrs=attrs, line=line, file=file)
    lat = attribute(attrs, "Latitude", "lat", "y_lat")[1]
    lon = attribute(attrs, "Longitude", "lon", "lng", "long")[1]
    if lat and lon:
        node.lat, node.lon = (finite(each, file, f"node {key}", line) for each in (lat, lon))
    node.name = attribute(attrs, "name", "label", "city", "place")[1] or key
    country = attribute(attrs, "country", "country_code", "iso2", "country_iso")[1]
    node.country = country if is_given(country) else ""
    return node


def in_order(ends: tuple[str, str], attrs: Mapping[str, Any]) -> tuple[str, str]:
    """Return the ends of a link in the order of ours, which undirected graphs do not keep."""
    return ends[::-1] if ends == (attrs.get("end"), attrs.get("start")) else ends


def _edge_name(attrs: Mapping[str, Any]) -> str:
    return attribute(attrs, "name")[1]


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
