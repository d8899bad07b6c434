"""Variants change the tree before it is typed, so that what they write is checked like any file.

One change set is applied after the other: first what a variant extends, then the variant, then the `--set` options;
within each, what is removed, then what is added, then what is set. What is removed also disappears from the lists that
name it (hosts, risks, contingencies); a node takes its sites, links, cable segments and demands with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from planner.errors import Fault, UsageError, did_you_mean
from planner.files.reading.changes import PREFIXES, ChangeSet, QuestionTrees, add_records, remove, set_record
from planner.files.reading.edits import enter, is_empty, put, set_under
from planner.files.reading.merged import DEMAND_SECTIONS, TOPOLOGY_SECTIONS
from planner.files.reading.tree import (
    OPTION,
    MappingNode,
    Node,
    PositionMark,
    ScalarNode,
    SequenceNode,
    Where,
    child,
    compose,
    describe,
    items,
    scalar,
    sequence,
)
from planner.policy import RULE_LISTS
from planner.scenario import Scenario

SCENARIO_KEYS = frozenset(
    info.alias or name for name, info in Scenario.model_fields.items() if name not in ("id", "extends", "variants")
) - {"demand_scale"}
FILE_KEYS = frozenset((*TOPOLOGY_SECTIONS, *DEMAND_SECTIONS, "demands"))
RULES = tuple(f"policy.{name}" for name in RULE_LISTS)
ADDABLE = (*TOPOLOGY_SECTIONS, "workloads", "demands", "policy", *RULES)


def changes_of(root: Node, variant: str | None) -> list[ChangeSet]:
    """Return the change sets of a variant, what it extends first.

    Raises UsageError if the scenario has no such variant.
    """
    variants = child(root, "variants")
    known = [name for name, _, _ in items(variants)]
    if variant is not None and variant not in known:
        there = f"it has {', '.join(known)}" if known else "it has none"
        near = did_you_mean(variant, known, most=0)
        what = ": ".join(part for part in (f"the scenario has no variant '{variant}'", near) if part)
        raise UsageError(f"{what} ({there})")
    chain: list[str] = []
    while variant is not None and variant in known and variant not in chain:
        chain.append(variant)
        extends = child(child(variants, variant), "extends")
        variant = extends.value if extends is not None and extends.__class__ is ScalarNode else None
    return [_change(child(variants, name), (((), "variants"), name)) for name in reversed(chain)]


def _change(node: Node | None, where: Where) -> ChangeSet:
    remove = child(node, "remove")
    removed = list(remove.value) if remove is not None and remove.__class__ is SequenceNode else []
    return ChangeSet(where, removed, list(items(child(node, "add"))), list(items(child(node, "set"))))


def check_variants(question: QuestionTrees) -> None:
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
            _check_path(question, path, key_node, ((where, "set"), path))


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


def _prefixed(question: QuestionTrees, node: Node, where: Where) -> tuple[str, str] | None:
    """Return prefix and id of a thing to remove, or None after noting the fault."""
    if node.__class__ is not ScalarNode:
        question.fault(node, where, f"is {describe(node)}", "write an id with its prefix, such as cable:2africa")
        return None
    prefix, colon, name = node.value.partition(":")
    if not colon or not name or prefix not in PREFIXES:
        right = did_you_mean(prefix, PREFIXES, most=0) if colon else ""
        question.fault(
            node,
            where,
            f"'{node.value}' has no known prefix",
            right or f"write one of {':, '.join(PREFIXES)}: before an id",
        )
        return None
    return prefix, name


def _part_of(path: str) -> str:
    """Return whether a dotted path leads into the "scenario", the "files" or the "scale"; "" if nowhere."""
    first = path.partition(".")[0]
    if path == "demand.scale" or path.startswith("demand.scale."):
        return "scale"
    if first in FILE_KEYS and not (first == "sources" and path == first):
        return "files"
    return "scenario" if first in SCENARIO_KEYS else ""


def _check_path(question: QuestionTrees, path: str, node: Node, where: Where) -> None:
    if not _part_of(path):
        first = path.partition(".")[0]
        right = did_you_mean(first, {*SCENARIO_KEYS, *FILE_KEYS, "demand.scale"})
        question.fault(node, where, f"there is nothing called '{first}'", right)


def read_overrides(overrides: Iterable[str], faults: list[Fault]) -> list[ChangeSet]:
    """Return a change set for each `path=value` of the command line; the value is read as YAML.

    Raises UsageError if a text is not of that form.
    """
    changes = []
    for text in overrides:
        path, equals, value = text.partition("=")
        if not equals or not path.strip():
            raise UsageError(f"'{OPTION}{text}' is not of the form path=value, such as links.a-b.capacity='2 Tbps'")
        spot = PositionMark(f"{OPTION}{text}")
        node = compose(value.encode(), spot.name, faults) if value.strip() else scalar("", spot)
        if node is not None:
            changes.append(ChangeSet((), set=[(path.strip(), scalar(path.strip(), spot), node)]))
    return changes


def read_removed(names: Iterable[str]) -> list[ChangeSet]:
    """Return a change set that takes away what is named with its prefix, such as rule:kz-personal."""
    removed = [scalar(name, PositionMark(name)) for name in names]
    return [ChangeSet((), remove=removed)] if removed else []


def apply_to_scenario(question: QuestionTrees, changes: Iterable[ChangeSet]) -> None:
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
            _set_in_scenario(question, path, key_node, value, option=not change.where)


def _set_in_scenario(question: QuestionTrees, path: str, key_node: Node, value: Node, *, option: bool) -> None:
    part = _part_of(path)
    if part == "scenario":
        wrong = set_under(question.root, path.split("."), key_node, value)
        if wrong is not None:
            question.fault(key_node, ((), path), *wrong)
    elif part == "scale":
        _set_scale(question, path.removeprefix("demand.scale").lstrip("."), value)
    elif option:  # the paths of variants have been checked with their shape
        _check_path(question, path, key_node, ())


def apply_to_files(question: QuestionTrees, changes: Iterable[ChangeSet]) -> None:
    """Apply what the changes say about the merged files; their scenario part has been applied before."""
    for change in changes:
        for number, node in enumerate(change.remove):
            prefix, _, name = node.value.partition(":") if node.__class__ is ScalarNode else ("", "", "")
            if prefix in PREFIXES and prefix != "rule":
                remove(question, prefix, name, node, ((change.where, "remove"), number))
        for key, _, value in change.add:
            add_records(question, key, value, ((change.where, "add"), key))
        for path, key_node, value in change.set:
            if _part_of(path) == "files":
                set_record(question, path, key_node, value)


def _added_rules(key: str, value: Node) -> Iterator[tuple[str, Node]]:
    """Yield the lists of rules in one entry of `add`: policy.residency itself, or policy with residency inside."""
    if key in RULES:
        yield key, value
    elif key == "policy":
        yield from ((f"policy.{name}", rules) for name, _, rules in items(value))


def _add_rules(question: QuestionTrees, path: str, rules: Node, where: Where) -> None:
    """Put rules in front of the scenario's own, for the first match decides."""
    if path not in RULES or rules.__class__ is not SequenceNode:
        what = "takes a list of rules" if path in RULES else f"'{path}' cannot be added to"
        question.fault(rules, where, what, f"write one of {', '.join(RULES)}")
        return
    policy = enter(question.root, "policy", rules)
    name = path.partition(".")[2]
    old = child(policy, name)
    kept = old.value if old is not None and old.__class__ is SequenceNode else []
    put(policy, scalar(name, rules.start_mark), sequence([*rules.value, *kept], rules.start_mark))


def _remove_rule(question: QuestionTrees, name: str, node: Node, where: Where) -> None:
    known = []
    for rules in (child(child(question.root, "policy"), sort) for sort in RULE_LISTS):
        for rule in list(rules.value) if rules is not None and rules.__class__ is SequenceNode else []:
            rule_id = child(rule, "id")
            if rules is not None and rule_id is not None and rule_id.value == name:
                rules.value.remove(rule)
                return
            known += [rule_id.value] if rule_id is not None else []
    question.fault(
        node, where, f"there is no rule '{name}'", did_you_mean(name, known) or "rules are named by their id"
    )


def _set_scale(question: QuestionTrees, member: str, value: Node) -> None:
    if member:
        question.scales[member] = value
    elif value.__class__ is MappingNode:
        question.scales = {key: node for key, _, node in items(value)}
    else:
        question.scales = {} if is_empty(value) else {"": value}
