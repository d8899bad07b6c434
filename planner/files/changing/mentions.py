"""Who names whom in topologies, demands and scenarios: found by the path at which a word stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from planner.files.changing.document import Document, Keys
from planner.files.reading.known import FAILING
from planner.files.reading.tree import Node, ScalarNode, SequenceNode
from planner.segments import pair_named

PREFIXES = ("node", "site", "link", "cable", "risk", "group", "project", "source", "rule")


@dataclass(frozen=True)
class Mention:
    """A word that names something.

    Attributes
    ----------
    sort
        How it names: "node", "site", "project", "source" (a plain id), "segment" (two nodes of a cable), "failing" (an
        id with or without its prefix), "host" (site:id or a country), "path" (a dotted path), "define" (the key of a
        record), "demand" (origin/workload).
    path
        Where it stands; of a key, the path of its value.
    node
        The word.
    key
        Whether it is a key.
    under
        What a definition is of, such as "node".
    """

    sort: str
    path: Keys
    node: Node
    key: bool = False
    under: str = ""


def mentions(document: Document) -> Iterator[Mention]:
    """Yield every word of a file that names a record, and the keys of the records themselves."""
    yield from _walk(document.root, (), ())


def _walk(node: Node, path: Keys, meant: Keys) -> Iterator[Mention]:
    """Walk down; `meant` is the path in the merged files for which a path in a variant stands."""
    if node.__class__ is ScalarNode:
        sort = _sort(meant)
        if sort:
            yield Mention(sort, path, node)
    elif node.__class__ is SequenceNode:
        for number, item in enumerate(node.value):
            yield from _walk(item, (*path, number), (*meant, number))
    else:
        for key, value in node.value:
            here = (*path, key.value)
            inner = _inner(meant, key.value)
            yield from _keys(key, here, inner, meant)
            yield from _walk(value, here, inner)


def _inner(meant: Keys, key: str) -> Keys:
    """Return what a path stands for after one more key: within a variant, the files that it changes."""
    if len(meant) == 3 and meant[0] == "variants" and meant[2] in ("add", "set"):
        return tuple(int(part) if part.isdigit() else part for part in key.split("."))
    return (*meant, key)


def _keys(key: Node, path: Keys, inner: Keys, meant: Keys) -> Iterator[Mention]:
    if len(meant) == 3 and meant[0] == "variants" and meant[2] == "set":
        yield Mention("path", path, key, key=True)
    elif len(inner) == 4 and inner[::2] == ("cables", "segments"):
        yield Mention("segment", path, key, key=True)
    elif (len(inner), inner[::2]) == (4, ("regions", "nodes")) or (len(inner), inner[:2]) == (3, ("demand", "scale")):
        yield Mention("node", path, key, key=True)
    elif len(inner) == 2 and str(inner[0]).removesuffix("s") in PREFIXES and str(inner[0]).endswith("s"):
        yield Mention("define", path, key, key=True, under=str(inner[0]).removesuffix("s"))


def _sort(path: Keys) -> str:
    """Return how a word at a path names something; "" where it names nothing."""
    if len(path) >= 3 and path[0] in ("sites", "links", "cables", "risks", "groups", "nodes", "projects", "workloads"):
        return _in_record(path)
    if path[:1] == ("demands",) and len(path) >= 3:
        known = {"origin": "node", "to": "node", "hosts": "host", "source": "source"}
        return known.get(str(path[2]), "")
    if path[:1] == ("policy",) and len(path) >= 4:
        return {"origin": "node", "hosts": "host", "source": "source"}.get(str(path[3]), "")
    if len(path) == 4 and (path[0], path[2]) in {("background", "between"), ("regions", "nodes")}:
        return "" if path[0] == "regions" and not isinstance(path[3], int) else "node"
    if path[:1] == ("contingencies",) and len(path) == 2:
        return "failing"
    if len(path) == 4 and path[0] == "variants" and path[2] == "remove":
        return "failing"
    return "source" if path[-1:] == ("source",) else ""


def _in_record(path: Keys) -> str:
    if path[-1] in ("project", "source"):
        return str(path[-1])
    if (path[0], path[2]) in {("sites", "node"), ("links", "ends"), ("cables", "route"), ("cables", "branches")}:
        return "node"
    if (path[0], path[2]) == ("groups", "sites"):
        return "site"
    return "failing" if (path[0], path[2]) == ("risks", "fails") else ""


def prefixed(word: str) -> tuple[str, str]:
    """Return prefix and id of a word; without a prefix that means something, "" and the word."""
    prefix, colon, name = word.partition(":")
    return (prefix, name) if colon and prefix in PREFIXES else ("", word)


def failing_ids(word: str) -> list[str]:
    """Return what a word in a list of failures may mean, each with its prefix."""
    prefix, name = prefixed(word)
    return [word] if prefix else [f"{sort}:{name}" for sort in FAILING]


@dataclass(frozen=True)
class Renamed:
    """A record that gets another id."""

    sort: str
    old: str
    new: str


def renamed(mention: Mention, change: Renamed) -> str:
    """Return a mention's word after a record has got another id."""
    word = str(mention.node.value)
    readers: dict[str, Callable[[str, Renamed], str]] = {
        "segment": _segment,
        "failing": _failing,
        "path": _dotted,
        "host": _failing,
    }
    if mention.sort in readers:
        return readers[mention.sort](word, change)
    meant = mention.under if mention.sort == "define" else mention.sort
    return change.new if meant == change.sort and word == change.old else word


def _segment(word: str, change: Renamed) -> str:
    pair = pair_named(word)
    if change.sort != "node" or pair is None:
        return word
    start, end = (change.new if end == change.old else end for end in pair.ends)
    return pair._replace(start=start, end=end).name


def _failing(word: str, change: Renamed) -> str:
    prefix, name = prefixed(word)
    front = f"{prefix}:" if prefix else ""
    if prefix in ("", "link") and ":" in name:
        cable, _, ends = name.partition(":")
        cable = change.new if change.sort == "cable" and cable == change.old else cable
        return f"{front}{cable}:{_segment(ends, change)}"
    meant = prefix == change.sort or (not prefix and change.sort in FAILING)
    return f"{front}{change.new}" if meant and name == change.old else word


def _dotted(word: str, change: Renamed) -> str:
    """Rename in a dotted path of a variant: links.2africa:genoa--barcelona.capacity, demands.almaty/chat.compute."""
    parts = word.split(".")
    if parts[:2] == ["demand", "scale"] and len(parts) == 3:
        parts[2] = change.new if change.sort == "node" and parts[2] == change.old else parts[2]
    elif len(parts) > 1 and parts[0] == "links" and ":" in parts[1]:
        parts[1] = _failing(f"link:{parts[1]}", change).removeprefix("link:")
    elif len(parts) > 1 and parts[0] == f"{change.sort}s" and parts[1] == change.old:
        parts[1] = change.new
    elif len(parts) > 1 and parts[0] == "demands" and change.sort == "node":
        parts[1] = _asker(parts[1], change)
    if parts[0] == "cables" and parts[2:3] == ["segments"] and len(parts) > 3:
        parts[3] = _segment(parts[3], change)
    return ".".join(parts)


def _asker(word: str, change: Renamed) -> str:
    """Rename in the name of a demand: origin/workload, of traffic origin-to/workload."""
    origin, slash, workload = word.partition("/")
    if origin == change.old:
        origin = change.new
    elif origin.startswith(f"{change.old}-"):
        origin = change.new + origin.removeprefix(change.old)
    elif origin.endswith(f"-{change.old}"):
        origin = origin.removesuffix(change.old) + change.new
    return f"{origin}{slash}{workload}"
