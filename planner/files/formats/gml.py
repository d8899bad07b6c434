"""GML: graphs as nested lists of keys and values, as the Internet Topology Zoo and networkx write them."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

from planner.errors import InputError
from planner.files.formats.attributes import Attributes
from planner.files.formats.graphml import HEAD, graph_of, in_order, node_of
from planner.files.formats.opening import text_of
from planner.files.formats.raw import MARK, RECORD_LIMIT, Parts, Raw, RawLink, Settings, broken

DEPTH_LIMIT = 20
_SOURCE = "source_id"
"""Our `source` at an edge, where GML's own `source` is the node it starts from."""
_TOKEN = re.compile(
    r"""\s*(?:\#[^\n]*|(?P<open>\[)|(?P<close>\])|"(?P<text>[^"]*)"|(?P<word>[^\s\[\]"]+)|(?P<bad>"))"""
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?(?i:inf|nan)")

Pairs = list[tuple[str, Any, int]]
"""Keys, values (texts or further pairs) and lines."""


def read(parts: Parts, _settings: Settings) -> Raw:
    """Return a GML file; attributes are understood as in GraphML."""
    name, data = parts[0]
    text = text_of(data, name)
    if text.count("[") > 3 * RECORD_LIMIT:
        raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes and edges", "split it")
    pairs = _Parser(name).parse(text)
    graphs = [value for key, value, _ in pairs if key == "graph" and isinstance(value, list)]
    if len(graphs) != 1:
        raise broken(
            name, "is no GML: it holds no graph" if not graphs else f"holds {len(graphs)} graphs", "graph [ ... ]"
        )
    raw = Raw(name, "gml", _attrs(graphs[0]))
    raw.own = MARK in raw.head
    raw.head.setdefault("title", raw.head.get("label") or raw.head.get("Network") or "")
    raw.directed = str(raw.head.get("directed", "0")) == "1"
    raw.pass_over("the file", *(key for key, text in raw.head.items() if text and key not in (*HEAD, "node", "edge")))
    for key, value, line in graphs[0]:
        if key not in ("node", "edge"):
            continue
        if len(raw.nodes) + len(raw.links) >= RECORD_LIMIT:
            raise broken(name, f"holds more than {RECORD_LIMIT:,} nodes and edges", "split it")
        if not isinstance(value, list):
            raise broken(name, f"'{key}' is no list", f"write {key} [ ... ]", line=line)
        attrs = _attrs(value)
        attrs.read |= {"id", "source", "target", "key"}
        if key == "node":
            where = _needed(attrs, "id", name, line)
            label = str(attrs.get("label", where))
            raw.nodes.append(node_of(label if raw.own else where, attrs, name, line))
        else:
            ends = (_needed(attrs, "source", name, line), _needed(attrs, "target", name, line))
            title = "" if raw.own else str(attrs.get("name", ""))
            attrs.read |= {"name"}
            raw.links.append(RawLink(ends, str(attrs.get("key", attrs.get("id", ""))), title, attrs, line=line))
    if raw.own:
        _by_label(raw)
    return raw


def _by_label(raw: Raw) -> None:
    """Name ends by labels: our own files number nodes, as GML wants it, and keep our identifiers as labels."""
    labels = {str(node.attrs.get("id")): node.key for node in raw.nodes}
    for link in raw.links:
        ends = (labels.get(link.ends[0], link.ends[0]), labels.get(link.ends[1], link.ends[1]))
        link.ends = in_order(ends, link.attrs)
        link.attrs["source"] = link.attrs.pop(_SOURCE, "")


def _needed(attrs: dict[str, Any], key: str, name: str, line: int) -> str:
    if key not in attrs:
        raise broken(name, f"has no {key}", f"write {key} and a number", line=line)
    return str(attrs[key])


def _attrs(pairs: Pairs) -> Attributes:
    """Return keys and values; a list counts as something there, and of a key that stands again the first holds."""
    found = Attributes()
    for key, value, _ in pairs:
        if key in found and key not in ("node", "edge"):
            found[f"{key} (again)"] = value
        else:
            found[key] = "[...]" if isinstance(value, list) and value else value
    return found


@dataclass
class _Parser:
    """Reads keys and values; lists become pairs of their own."""

    name: str
    stack: list[Pairs] = field(default_factory=lambda: [[]])
    key: str = ""
    line: int = 1

    def fault(self, what: str, right: str) -> InputError:
        """Return the error of what stands here."""
        return broken(self.name, what, right, line=self.line)

    def parse(self, text: str) -> Pairs:
        """Return the keys and values of a text."""
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if found is None:
                raise self.fault(f"'{text[at : at + 20].strip()}' is not understood", "write keys and values")
            self.line += text.count("\n", at, found.end())
            at = found.end()
            if found.lastgroup:
                self.take(found.lastgroup, found[found.lastgroup])
        if self.key or len(self.stack) > 1:
            raise self.fault("ends in the middle", "write it whole")
        return self.stack[0]

    def take(self, sort: str, token: str) -> None:
        """Take a token as a key, a value, or the end of a list."""
        if sort == "bad":
            raise self.fault("a quote is not closed", 'write "')
        if sort == "close":
            if self.key or len(self.stack) == 1:
                raise self.fault("']' without '[' or after a key without value", "close what is open")
            self.stack.pop()
        elif not self.key:
            if sort != "word":
                raise self.fault(f"'{token[:40]}' stands where a key should", "write key and value")
            self.key = token
        else:
            self.add(sort, token)
            self.key = ""

    def add(self, sort: str, token: str) -> None:
        """Add the value of the key before it."""
        if sort == "open":
            if len(self.stack) > DEPTH_LIMIT:
                raise self.fault("is nested too deep", "write a flatter file")
            inner: Pairs = []
            self.stack[-1].append((self.key, inner, self.line))
            self.stack.append(inner)
        elif sort == "word" and not _NUMBER.fullmatch(token):
            raise self.fault(f"'{token[:40]}' is neither a number nor in quotes", f'write {self.key} "..."')
        else:
            self.stack[-1].append((self.key, html.unescape(token) if sort == "text" else token, self.line))


def write(raw: Raw) -> bytes:
    """Return a topology as GML: nodes are numbered and labelled with our identifiers, every field an attribute."""
    import networkx as nx

    graph = graph_of(raw)
    for _, attrs in graph.nodes(data=True):
        attrs.pop("label", None)
    for *_, attrs in graph.edges(data=True):
        if "source" in attrs:
            attrs[_SOURCE] = attrs.pop("source")
    return ("\n".join(nx.generate_gml(graph)) + "\n").encode()
