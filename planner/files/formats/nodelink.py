"""Node-link JSON: graphs as a list of nodes and one of links, as networkx (``node_link_data``) and d3 write them."""

from __future__ import annotations

from typing import Any

from planner.files.formats.attributes import Attributes, attribute
from planner.files.formats.graphml import HEAD, in_order, node_of
from planner.files.formats.opening import json_of
from planner.files.formats.raw import MARK, RECORD_LIMIT, Parts, Raw, RawLink, Settings, broken

_JOINING = ("edges", "links")
"""What networkx calls the list of links, since 3.4 and before."""
_KNOWN = (*_JOINING, "nodes", "graph", "directed", "multigraph")
_ENDS = ("source", "target")


def is_node_link(value: Any) -> bool:
    """Tell whether a value of JSON is such a file: its links name their ends, or it says whether they are directed.

    A network of the Open Fibre Data Standard has nodes, too, and `links` of its own: addresses of documents.
    """
    if not isinstance(value, dict) or not isinstance(value.get("nodes"), list) or "spans" in value:
        return False
    joining = [value[key] for key in _JOINING if isinstance(value.get(key), list)]
    named = any(isinstance(link, dict) and set(_ENDS) <= link.keys() for links in joining for link in links)
    return named or (bool(joining) and ("directed" in value or "multigraph" in value))


def read(parts: Parts, _settings: Settings) -> Raw:
    """Return a file of node-link JSON; attributes are understood as in GraphML."""
    name, data = parts[0]
    value = json_of(data, name)
    if not is_node_link(value):
        right = "give a list of nodes, and one of links that have a source and a target each"
        raise broken(name, "is no node-link JSON", right)
    raw = _head(value, name)
    nodes, links = _listed(value, "nodes", name), _links(value, name)
    if len(nodes) + len(links) > RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes and links", "split it")
    numbered = bool(nodes) and not any("id" in node for node in nodes)
    if numbered:
        raw.messages.append("no node has an id: links name them by their numbers in the list, from 0")
    for number, node in enumerate(nodes):
        attrs = Attributes(node)
        attrs.read.add("id")
        key = str(number) if numbered else _id(node, "id", f"nodes.{number}", name)
        raw.nodes.append(node_of(key, attrs, name, 0))
    for number, link in enumerate(links):
        _add_link(raw, link, f"links.{number}")
    return raw


def _head(value: dict[str, Any], name: str) -> Raw:
    """Return what a file says of its graph."""
    graph = value.get("graph")
    raw = Raw(name, "nodelink", dict(graph) if isinstance(graph, dict) else {})
    raw.own = MARK in raw.head
    title = next((raw.head[key] for key in ("title", "label", "Network", "name") if raw.head.get(key)), "")
    raw.head["title"] = str(title)
    raw.directed = bool(value.get("directed"))
    raw.pass_over("the file", *(key for key, text in raw.head.items() if text and key not in (*HEAD, "name")))
    raw.pass_over("the file", *(key for key, text in value.items() if text and key not in _KNOWN))
    if graph and not isinstance(graph, dict):
        raw.pass_over("the file", "graph")
    if raw.own:
        raw.messages.append("not read: of links source, for node-link JSON has the beginning of the link there")
    return raw


def _links(value: dict[str, Any], name: str) -> list[dict[str, Any]]:
    given = [key for key in _JOINING if value.get(key)]
    if len(given) > 1:
        raise broken(name, f"holds both {' and '.join(given)}", "put the links into one list")
    return _listed(value, given[0], name) if given else []


def _listed(value: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    """Return the records under a key."""
    records = value[key]
    if not isinstance(records, list):
        raise broken(name, f"the {key} are no list", "write [{...}, {...}]", where=key)
    for number, record in enumerate(records):
        if not isinstance(record, dict):
            what = f"'{str(record)[:40]}' is no record"
            raise broken(name, what, "write an object with its attributes", where=f"{key}.{number}")
    return records


def _add_link(raw: Raw, link: dict[str, Any], where: str) -> None:
    begin, end = (_id(link, key, where, raw.file) for key in _ENDS)
    attrs = Attributes((key, value) for key, value in link.items() if key not in (*_ENDS, "key"))
    title = "" if raw.own else attribute(attrs, "name")[1]
    attrs.read.add("id")
    words = (link.get(name) for name in ("key", "id"))
    key = next((word for word in words if isinstance(word, str)), "")  # networkx counts parallel links: no names
    raw.links.append(RawLink(in_order((begin, end), attrs), key, title, attrs))


def _id(record: dict[str, Any], key: str, where: str, name: str) -> str:
    """Return what names a node: a text, or a number as text."""
    value = record.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        what = f"has no {key}" if value in (None, "") else f"the {key} '{str(value)[:40]}' names no node"
        raise broken(name, what, f"write {key} as a text or a number", where=where)
    return str(value)
