"""Variants change the tree before it is typed, so that what they write is checked like any file.

One change set is applied after the other: first what a variant extends, then the variant, then the `--set` options;
within each, what is removed, then what is added, then what is set. What is removed also disappears from the lists that
name it (hosts, risks, contingencies); a node takes its sites, links, cable segments and demands with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from planner.errors import Fault, UsageError, did_you_mean
from planner.files.cables import all_segments, pairs_of, texts
from planner.files.merge import DEMAND_SECTIONS, TOPOLOGY_SECTIONS, Merged, Section, add_record
from planner.files.tree import (
    OPTION,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    Spot,
    Where,
    child,
    compose,
    describe,
    items,
    mapping,
    path_text,
    place_of,
    scalar,
    sequence,
)
from planner.scenario import Scenario
from planner.topology import segment_id

__all__ = ["PREFIXES", "Change", "Question", "apply_to_files", "apply_to_scenario", "changes_of", "read_overrides"]

PREFIXES = ("link", "site", "cable", "node", "risk", "rule")
SCENARIO_KEYS = frozenset(
    info.alias or name for name, info in Scenario.model_fields.items() if name not in ("id", "extends", "variants")
) - {"demand_scale"}
RULES = ("policy.residency", "policy.transit")
ADDABLE = (*TOPOLOGY_SECTIONS, "workloads", "demands", "policy", *RULES)
EMPTY = ("", "null", "~")
"""Values of `set` that take a key away."""


@dataclass
class Change:
    """One change set: a variant or an option of the command line."""

    where: Where
    remove: list[Node] = field(default_factory=list)
    add: list[tuple[str, Node, Node]] = field(default_factory=list)
    set: list[tuple[str, Node, Node]] = field(default_factory=list)


@dataclass
class Question:
    """A scenario's tree and, once they are read, the trees of its files; what changes took away is remembered."""

    root: Node
    topology: Merged = field(default_factory=lambda: Merged("topology"))
    demand: Merged = field(default_factory=lambda: Merged("demand"))
    removed: set[str] = field(default_factory=set)
    scales: dict[str, Node] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def fault(self, node: Node, where: Where, what: str, right: str = "") -> None:
        """Note that something is wrong at a node."""
        self.faults.append(Fault(place_of(node), path_text(where), what, right))

    def section(self, name: str, key: str = "") -> Section | None:
        """Return the records of a section; sources stand in the topology unless only the demand has the key."""
        found = [merged.sections[name] for merged in (self.topology, self.demand) if name in merged.sections]
        return next((section for section in found if key in section), found[0] if found else None)


def changes_of(root: Node, variant: str | None) -> list[Change]:
    """Return the change sets of a variant, what it extends first.

    Raises
    ------
    UsageError
        If the scenario has no such variant.
    """
    variants = child(root, "variants")
    known = [name for name, _, _ in items(variants)]
    if variant is not None and variant not in known:
        there = f"it has {', '.join(known)}" if known else "it has none"
        near = did_you_mean(variant, known, most=0)
        raise UsageError(": ".join(part for part in (f"the scenario has no variant '{variant}'", near, there) if part))
    chain: list[str] = []
    while variant is not None and variant in known and variant not in chain:
        chain.append(variant)
        extends = child(child(variants, variant), "extends")
        variant = extends.value if extends is not None and extends.__class__ is ScalarNode else None
    return [_change(child(variants, name), (((), "variants"), name)) for name in reversed(chain)]


def _change(node: Node | None, where: Where) -> Change:
    remove = child(node, "remove")
    removed = list(remove.value) if remove is not None and remove.__class__ is SequenceNode else []
    return Change(where, removed, list(items(child(node, "add"))), list(items(child(node, "set"))))


def check_variants(question: Question) -> None:
    """Note what is wrong with the shape of any variant, whether it is chosen or not."""
    variants = child(question.root, "variants")
    names = [name for name, _, _ in items(variants)]
    for name, _, node in items(variants):
        where: Where = (((), "variants"), name)
        extends = child(node, "extends")
        if extends is not None and extends.__class__ is ScalarNode:
            if extends.value not in names:
                what = f"there is no variant '{extends.value}'"
                question.fault(extends, (where, "extends"), what, did_you_mean(extends.value, names))
            elif name in _ancestors(variants, extends.value):
                question.fault(extends, (where, "extends"), "extends itself in a circle", "take one of the words out")
        change = _change(node, where)
        for number, item in enumerate(change.remove):
            _prefixed(question, item, ((where, "remove"), number))
        for key, key_node, _ in change.add:
            if key not in ADDABLE:
                question.fault(key_node, ((where, "add"), key), "unknown section", did_you_mean(key, ADDABLE))
        for path, key_node, _ in change.set:
            _root_of(question, path, key_node, ((where, "set"), path))


def _ancestors(variants: Node | None, name: str) -> list[str]:
    """Return a variant and all that it extends, each once."""
    chain: list[str] = []
    while name not in chain:
        chain.append(name)
        extends = child(child(variants, name), "extends")
        if extends is None or extends.__class__ is not ScalarNode:
            break
        name = extends.value
    return chain


def _prefixed(question: Question, node: Node, where: Where) -> tuple[str, str] | None:
    """Return prefix and id of a thing to remove, or None after noting the fault."""
    if node.__class__ is not ScalarNode:
        question.fault(node, where, f"is {describe(node)}", "write an id with its prefix, such as cable:2africa")
        return None
    prefix, colon, name = node.value.partition(":")
    if not colon or not name or prefix not in PREFIXES:
        right = did_you_mean(prefix, PREFIXES, most=0) if colon else ""
        question.fault(node, where, f"'{node.value}' has no known prefix", right or f"write {': '.join(PREFIXES)}: an id")
        return None
    return prefix, name


def _root_of(question: Question, path: str, node: Node, where: Where) -> str | None:
    """Return whether a dotted path leads into the "scenario", the "files" or the "scale", or None after a fault."""
    first = path.split(".", 1)[0]
    if path == "demand.scale" or path.startswith("demand.scale."):
        return "scale"
    if first in SCENARIO_KEYS:
        return "scenario"
    if first in TOPOLOGY_SECTIONS or first in DEMAND_SECTIONS or first == "demands":
        return "files"
    known = {*SCENARIO_KEYS, *TOPOLOGY_SECTIONS, *DEMAND_SECTIONS, "demands", "demand.scale"}
    question.fault(node, where, f"there is nothing called '{first}'", did_you_mean(first, known))
    return None


def read_overrides(overrides: Iterable[str], faults: list[Fault]) -> list[Change]:
    """Return a change set for each `path=value` of the command line; the value is read as YAML.

    Raises
    ------
    UsageError
        If a text is not of that form.
    """
    changes = []
    for text in overrides:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise UsageError(f"'{OPTION}{text}' is not of the form path=value, such as links.a-b.capacity='2 Tbps'")
        spot = Spot(f"{OPTION}{text}")
        node = compose(value.encode(), spot.name, faults) if value.strip() else scalar("", spot)
        if node is not None:
            changes.append(Change((), set=[(path.strip(), scalar(path.strip(), spot), node)]))
    return changes


def apply_to_scenario(question: Question, changes: Iterable[Change]) -> None:
    """Apply what the changes say about the scenario itself: rules, limits, years, files, the scale of demand."""
    for change in changes:
        for number, node in enumerate(change.remove):
            found = _prefixed(question, node, ((change.where, "remove"), number))
            if found and found[0] == "rule":
                _remove_rule(question, found[1], node, ((change.where, "remove"), number))
        for key, _, value in change.add:
            for path, rules in _added_rules(key, value):
                _add_rules(question, path, rules, ((change.where, "add"), key))
        for path, key_node, value in change.set:
            root = _root_of(question, path, key_node, ((change.where, "set"), path) if change.where else ((), path))
            if root == "scenario":
                _set_under(question, question.root, path, path.split("."), key_node, value)
            elif root == "scale":
                _set_scale(question, path.removeprefix("demand.scale").lstrip("."), value)


def apply_to_files(question: Question, changes: Iterable[Change]) -> None:
    """Apply what the changes say about the merged files; their scenario part has been applied before."""
    for change in changes:
        for number, node in enumerate(change.remove):
            prefix, _, name = node.value.partition(":") if node.__class__ is ScalarNode else ("", "", "")
            if prefix in PREFIXES and prefix != "rule":
                _remove(question, prefix, name, node, ((change.where, "remove"), number))
        for key, key_node, value in change.add:
            _add_records(question, key, key_node, value, ((change.where, "add"), key))
        for path, key_node, value in change.set:
            first = path.split(".", 1)[0]
            if first == "demands" or (first not in SCENARIO_KEYS and question.section(first) is not None):
                _set_record(question, path, key_node, value)
            elif first == "sources":
                _set_record(question, path, key_node, value)


def _added_rules(key: str, value: Node) -> Iterator[tuple[str, Node]]:
    """Yield the lists of rules in one entry of `add`: policy.residency itself, or policy with residency inside."""
    if key in RULES:
        yield key, value
    elif key == "policy":
        yield from ((f"policy.{name}", rules) for name, _, rules in items(value))


def _add_rules(question: Question, path: str, rules: Node, where: Where) -> None:
    """Put rules in front of the scenario's own, for the first match decides."""
    if path not in RULES or rules.__class__ is not SequenceNode:
        what = "takes a list of rules" if path in RULES else f"'{path}' cannot be added to"
        question.fault(rules, where, what, f"write one of {', '.join(RULES)}")
        return
    policy = _enter(question.root, "policy", rules)
    name = path.partition(".")[2]
    old = child(policy, name)
    kept = old.value if old is not None and old.__class__ is SequenceNode else []
    _put(policy, scalar(name, rules.start_mark), sequence([*rules.value, *kept], rules.start_mark))


def _remove_rule(question: Question, name: str, node: Node, where: Where) -> None:
    known = []
    for rules in (child(child(question.root, "policy"), sort) for sort in ("residency", "transit")):
        for rule in list(rules.value) if rules is not None and rules.__class__ is SequenceNode else []:
            rule_id = child(rule, "id")
            if rules is not None and rule_id is not None and rule_id.value == name:
                rules.value.remove(rule)
                return
            known += [rule_id.value] if rule_id is not None else []
    question.fault(node, where, f"there is no rule '{name}'", did_you_mean(name, known) or "rules are named by their id")


def _remove(question: Question, prefix: str, name: str, node: Node, where: Where) -> None:
    """Take a record out, with what hangs on it."""
    section = question.topology.sections[f"{prefix}s"]
    if name in section:
        if prefix == "node":
            _remove_at_node(question, name)
        if prefix == "cable":
            for ends in pairs_of(section[name][1]):
                _remove_segment(question, name, ends)
        del section[name]
        question.removed.add(f"{prefix}:{name}")
        return
    segments: dict[str, tuple[str, tuple[str, str]]] = {}
    for cable, ends in all_segments(question.topology) if prefix == "link" else ():
        segments[segment_id(cable, ends)] = segments[segment_id(cable, ends[::-1])] = (cable, ends)
    if name in segments:
        _remove_segment(question, *segments[name])
        return
    known = [*section, *segments]
    near = did_you_mean(name, known, most=0)
    question.fault(node, where, f"there is no {prefix} '{name}'", near or did_you_mean(name, known))


def _remove_segment(question: Question, cable: str, ends: tuple[str, str]) -> None:
    question.removed.update(f"link:{segment_id(cable, order)}" for order in (ends, ends[::-1]))


def _remove_at_node(question: Question, name: str) -> None:
    """Take away what stands at a node, ends there or asks there."""
    sections = question.topology.sections
    for prefix, keys in (("site", ("node",)), ("link", ("ends",))):
        for key, (_, record) in list(sections[f"{prefix}s"].items()):
            if any(name in texts(child(record, field_name)) for field_name in keys):
                del sections[f"{prefix}s"][key]
                question.removed.add(f"{prefix}:{key}")
    for cable, ends in all_segments(question.topology):
        if name in ends:
            _remove_segment(question, cable, ends)
    asks = ("origin", "to")
    question.demand.rows = [
        row for row in question.demand.rows if not any(name in texts(child(row, key)) for key in asks)
    ]


def _add_records(question: Question, key: str, key_node: Node, value: Node, where: Where) -> None:
    if key == "demands":
        if value.__class__ is SequenceNode:
            question.demand.rows.extend(value.value)
        else:
            question.fault(value, where, f"{describe(value)} is no list", "write a list of demands")
        return
    section = question.section(key)
    if section is None:
        return
    if value.__class__ is not MappingNode:
        question.fault(value, where, f"{describe(value)} is no map", "write records by their ids")
    for name, name_node, record in items(value):
        add_record(section, key, name, (name_node, record), question.faults)
        for prefix in PREFIXES:
            question.removed.discard(f"{prefix}:{name}" if f"{prefix}s" == key else "")


def _set_scale(question: Question, member: str, value: Node) -> None:
    if member:
        question.scales[member] = value
    elif value.__class__ is MappingNode:
        question.scales = {key: node for key, _, node in items(value)}
    else:
        question.scales = {} if _is_empty(value) else {"": value}


def _set_record(question: Question, path: str, key_node: Node, value: Node) -> None:
    """Set a value under a record of the files; the record itself must be there."""
    first, _, rest = path.partition(".")
    where: Where = ((), first)
    if first == "demands":
        _set_demand(question, rest, path, key_node, value)
        return
    section = question.section(first)
    if section is None or not rest:
        question.fault(key_node, where, "is a whole section", f"write {first}.<id>.<key>")
        return
    name, keys = _longest(rest, section)
    if name is None and first == "links":
        if _set_segment(question, rest, path, key_node, value):
            return
    if name is None:
        section = question.section(first, rest.split(".")[0]) or section
        name, keys = _longest(rest, section)
    if name is None:
        wrong = rest.split(".")[0]
        known = [*section, *(segment_id(*pair) for pair in all_segments(question.topology) if first == "links")]
        sort = first.removesuffix("s")
        question.fault(key_node, (where, wrong), f"there is no {sort} '{wrong}'", did_you_mean(wrong, known))
    elif keys:
        _set_under(question, section[name][1], path, keys, key_node, value)
    elif _is_empty(value):
        question.fault(key_node, (where, name), "cannot be set to nothing", f"remove it: {first.removesuffix('s')}:{name}")
    else:
        section[name] = (key_node, value)


def _set_segment(question: Question, rest: str, path: str, key_node: Node, value: Node) -> bool:
    """Set a value of a cable's segment, whose overrides stand with the cable; tell whether there is such a segment."""
    names: dict[str, tuple[str, str]] = {}
    for cable, ends in all_segments(question.topology):
        names[segment_id(cable, ends)] = names[segment_id(cable, ends[::-1])] = (cable, "--".join(ends))
    found, keys = _longest(rest, names)
    if found is None or not keys:
        return False
    cable, segment = names[found]
    record = question.topology.sections["cables"][cable][1]
    segments = _enter(record, "segments", key_node)
    there = next((name for name, _, _ in items(segments) if set(name.split("--")) == set(segment.split("--"))), segment)
    _set_under(question, _enter(segments, there, key_node), path, keys, key_node, value)
    return True


def _set_demand(question: Question, rest: str, path: str, key_node: Node, value: Node) -> None:
    """Set a value of a demand, named by its number or by origin/workload."""
    rows: dict[str, Node] = {}
    for number, row in enumerate(question.demand.rows):
        names = {key: texts(child(row, key)) for key in ("origin", "to", "workload")}
        origin = "-".join([*names["origin"], *names["to"]])
        rows[str(number)] = rows[f"{origin}/{''.join(names['workload'])}"] = row
    name, keys = _longest(rest, rows)
    if name is None or not keys:
        known = [key for key in rows if not key.isdigit()]
        wrong = rest.split(".")[0]
        right = did_you_mean(wrong, known) or "write demands.<origin>/<workload>.<key>"
        question.fault(key_node, (((), "demands"), wrong), f"there is no demand '{wrong}'", right)
    else:
        _set_under(question, rows[name], path, keys, key_node, value)


def _longest(path: str, known: Mapping[str, object]) -> tuple[str | None, list[str]]:
    """Return the longest known name that a dotted path begins with, and the keys that follow it."""
    parts = path.split(".")
    for size in range(len(parts), 0, -1):
        name = ".".join(parts[:size])
        if name in known:
            return name, parts[size:]
    return None, parts


def _set_under(question: Question, node: Node, path: str, keys: list[str], key_node: Node, value: Node) -> None:
    """Set the value at a row of keys under a node, making the maps that are missing on the way."""
    while True:
        if node.__class__ is SequenceNode:
            following = _item(node, keys[0])
            if following is None:
                right = f"write a number from 0 to {len(node.value) - 1} or an id" if node.value else "the list is empty"
                question.fault(key_node, ((), path), f"there is no entry '{keys[0]}'", right)
                return
            if len(keys) == 1:
                node.value[following] = value
                return
            node, keys = node.value[following], keys[1:]
            continue
        if node.__class__ is not MappingNode:
            question.fault(key_node, ((), path), f"'{keys[0]}' cannot stand under {describe(node)}", "set the whole value")
            return
        name, rest = _longest(".".join(keys), {key: None for key, _, _ in items(node)})
        name, rest = (keys[0], keys[1:]) if name is None else (name, rest)
        if not rest:
            _put(node, scalar(name, key_node.start_mark), value)
            return
        node, keys = _enter(node, name, key_node), rest


def _item(node: Node, key: str) -> int | None:
    """Return the number of a list's entry that a path names by its number or by its id."""
    if key.isdigit() and int(key) < len(node.value):
        return int(key)
    ids = [getattr(child(item, "id"), "value", None) for item in node.value]
    return ids.index(key) if key in ids else None


def _enter(node: Node, name: str, like: Node) -> Node:
    """Return what stands under a key of a mapping; a new map where nothing does."""
    there = child(node, name)
    if there is None or (there.__class__ is ScalarNode and not there.value):
        there = mapping([], like.start_mark)
        _put(node, scalar(name, like.start_mark), there)
    return there


def _put(node: Node, key: Node, value: Node) -> None:
    """Put a value under a key of a mapping, in place of what was there; an empty one takes the key away."""
    for number, (old, _) in enumerate(node.value):
        if old.value == key.value:
            node.value[number : number + 1] = [] if _is_empty(value) else [(old, value)]
            return
    if not _is_empty(value):
        node.value.append((key, value))


def _is_empty(node: Node) -> bool:
    return node.__class__ is ScalarNode and not node.style and node.value in EMPTY
