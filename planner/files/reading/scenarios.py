"""A scenario's tree becomes a model: what it extends, its rules and names checked against the files."""

from __future__ import annotations

from typing import Any

from planner.files.reading import scalars
from planner.files.reading.known import Known
from planner.files.reading.shapes import BAD
from planner.files.reading.tree import MappingNode, Node, ScalarNode, Where, child, items
from planner.files.reading.walk import Values, Walk
from planner.policy import RULE_LISTS
from planner.scenario import CONTINGENCY_GROUPS, Scenario


def overlay(base: Node, over: Node) -> Node:
    """Lay a scenario over the one that it extends: later words win, key by key in maps; lists and variants whole."""
    if base.__class__ is not MappingNode or over.__class__ is not MappingNode:
        return over
    pairs = {key.value: (key, value) for key, value in base.value if key.value != "extends"}
    for key, value in over.value:
        old = pairs.get(key.value)
        if old is not None and key.value == "variants" and old[1].__class__ is value.__class__ is MappingNode:
            kept = {name.value: (name, node) for name, node in (*old[1].value, *value.value)}
            value.value = list(kept.values())
        elif old is not None:
            pairs[key.value] = (key, overlay(old[1], value))
            continue
        pairs[key.value] = (key, value)
    over.value = list(pairs.values())
    return over


def currency_of(root: Node) -> str:
    """Return the scenario's word for money; a wrong one is noted when the scenario is typed."""
    node = child(child(root, "finance"), "currency")
    word = node.value if node is not None and node.__class__ is ScalarNode else ""
    return word if len(word) == 3 and word.isalpha() and word.isupper() else "USD"


def read_scenario(walk: Walk, root: Node, known: Known, scales: dict[str, Node]) -> Scenario | None:
    """Return the scenario with the names of its contingencies in full, or None where anything is wrong with it."""
    before = len(walk.faults)

    def name(walk: Walk, node: Node, where: Where) -> Any:
        return walk.scalar(node, where, scalars.identifier)

    if root.__class__ is MappingNode and child(root, "scenario") is None:
        walk.fault(root, ((), "scenario"), "is missing", _other_sort(root) or "write 'scenario: an-id'")
    values = walk.values(Scenario, root, (), special={"scenario": ("id", name)})
    scale = _read_scales(walk, scales, known)
    if values is None:
        return None
    _check_rule_ids(walk, root)
    _check_member_limits(walk, values, known, root)
    _name_contingencies(walk, values, known, root)
    if len(walk.faults) > before:
        return None
    return walk.build(Scenario, {**values, "demand_scale": scale}, root, ())


def _other_sort(root: Node) -> str:
    sort = next(
        (sort for sort in ("topology", "demand") if getattr(child(root, sort), "__class__", None) is ScalarNode), ""
    )
    return f"this file is a {sort}" if sort else ""


def _check_rule_ids(walk: Walk, root: Node) -> None:
    """Note ids that two rules share."""
    first: dict[str, Node] = {}
    for sort in RULE_LISTS:
        rules = child(child(root, "policy"), sort)
        for number, rule in enumerate(getattr(rules, "value", ())):
            name = child(rule, "id")
            if name is not None and first.setdefault(name.value, name) is not name:
                where: Where = (((((), "policy"), sort), number), "id")
                walk.fault(name, where, f"'{name.value}' is there already", "give each rule its own id")


def _check_member_limits(walk: Walk, values: Values, known: Known, root: Node) -> None:
    """Note limits of members that are none: of the members named, else of the countries that have nodes."""
    where: Where = (((), "limits"), "members")
    community, limits = values.get("community"), values.get("limits")
    members = (community.members if community is not None else ()) or known.countries
    for key, key_node, _ in items(child(child(root, "limits"), "members")):
        if limits is not None and key not in members and not known.partial:
            walk.unknown(key_node, (where, key), key, "member", members)


def _name_contingencies(walk: Walk, values: Values, known: Known, root: Node) -> None:
    """Give every contingency its name in full, leaving out what a variant took away."""
    nodes = child(root, "contingencies")
    names: list[str] = []
    for number, word in enumerate(values.get("contingencies", ())):
        at, where = child(nodes, number) or nodes or root, (((), "contingencies"), number)
        full = word if word in CONTINGENCY_GROUPS else known.failing(walk, word, at, where)
        if full in names:
            walk.fault(at, where, f"'{word}' stands twice", "keep one of them")
        elif full is not None:
            names.append(full)
    if "contingencies" in values:
        values["contingencies"] = tuple(names)


def _read_scales(walk: Walk, scales: dict[str, Node], known: Known) -> dict[str, float]:
    """Return the factors on demand by country, node or workload; the empty key means everything."""
    where: Where = ((), "demand.scale")
    members = {*known.countries, *known.nodes, *known.workloads}
    found: dict[str, float] = {}
    for key, node in scales.items():
        value = walk.scalar(node, (where, key) if key else where, scalars.number)
        if key and key not in members:
            walk.unknown(node, (where, key), key, "country, node or workload", members)
        elif value is not BAD and value < 0:
            walk.fault(node, (where, key) if key else where, f"'{node.value}' is negative", "write 0 or more")
        elif value is not BAD:
            found[key] = value
    return found
