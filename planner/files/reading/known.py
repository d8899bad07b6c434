"""What there is to refer to: the names of all records, and the checks that a reference names one."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from planner.files.reading.countries import CODES, code_meant, is_country
from planner.files.reading.links import segments_named
from planner.files.reading.merged import Merged, Section
from planner.files.reading.tree import Node, ScalarNode, Where, child
from planner.files.reading.walk import Walk
from planner.segments import segment_id

FAILING = ("link", "cable", "site", "risk", "group")
"""The prefixes of what can fail."""


@dataclass
class Known:
    """The names in the merged files, and what a variant has taken away from them.

    Attributes
    ----------
    nodes
        The country of each node.
    countries
        Countries that have nodes, or had some before a variant took them away.
    links
        Each link under its id; the segments of cables under both orders of their ends.
    partial
        Whether a file could not be read: an unknown name may be one of its own, so none is a fault.
    """

    nodes: dict[str, str] = field(default_factory=dict)
    countries: set[str] = field(default_factory=set)
    sites: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    cables: set[str] = field(default_factory=set)
    projects: set[str] = field(default_factory=set)
    risks: set[str] = field(default_factory=set)
    groups: set[str] = field(default_factory=set)
    workloads: set[str] = field(default_factory=set)
    data: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    partial: bool = False

    @cached_property
    def _populated(self) -> frozenset[str]:
        """The countries that have nodes."""
        return frozenset(self.nodes.values())

    def refer(self, walk: Walk, sort: str, word: str, node: Node, where: Where) -> bool:
        """Tell whether a record of a sort ("node", "site", "project", "workload") exists, and note it if not."""
        known: Collection[str] = getattr(self, f"{sort}s")
        if self.partial or word in known or f"{sort}:{word}" in self.removed:
            return True
        walk.unknown(node, where, word, sort, known)
        return False

    def origin(self, walk: Walk, word: str, node: Node, where: Where, *, gone: bool = False) -> bool:
        """Tell whether a word names a node, or a country that has nodes; `gone` allows what a variant took away."""
        if self.partial or word in self.nodes or word in self._populated:
            return True
        if gone and (word in self.countries or f"node:{word}" in self.removed):
            return True
        if word.isupper() and len(word) == 2:
            walk.fault(node, where, f"no node lies in '{word}'", walk.suggest(word, self.countries))
        elif (meant := code_meant(word)) in self._populated:
            walk.fault(node, where, f"there is no node or country '{word}'", f"did you mean '{meant}'?")
        else:
            walk.unknown(node, where, word, "node or country", {*self.nodes, *self.countries})
        return False

    def host(self, walk: Walk, word: str, node: Node, where: Where) -> bool:
        """Tell whether a word names a host that is there; one that a variant took away is no fault."""
        prefix, _, name = word.partition(":")
        if prefix in ("site", "group") and name:
            return self.refer(walk, prefix, name, node, where) and word not in self.removed
        if self.partial or word in self.countries:
            return True
        if word in ("home", "any"):
            walk.fault(node, where, f"'{word}' is no host of a list", f"write {word} alone, without brackets")
            return False
        meant = code_meant(word)
        right = f"did you mean '{meant}'?" if meant in self.countries else ""
        right = right or walk.suggest(word, self._hosts, most=0)
        walk.fault(
            node, where, f"'{word}' is no host", right or "write a country that has nodes, or site: or group: and an id"
        )
        return False

    @property
    def _hosts(self) -> set[str]:
        """What a list of hosts may name."""
        return {*self.countries, *(f"site:{name}" for name in self.sites), *(f"group:{name}" for name in self.groups)}

    def country(self, walk: Walk, word: str, node: Node, where: Where) -> None:
        """Note a code that stands for no country in the world; it need not have nodes."""
        if word not in self.countries and not is_country(word):
            meant = code_meant(word)
            right = f"did you mean '{meant}'?" if meant else walk.suggest(word, self.countries)
            walk.fault(node, where, f"'{word}' is no country", right)

    def failing(self, walk: Walk, word: str, node: Node, where: Where) -> str | None:
        """Return the name of what fails with its prefix and its segment's ends in the cable's order, or None.

        None stands for what a variant took away, and for an unknown or ambiguous name, which is noted.
        """
        found = sorted(self._meanings(word))
        if len(found) == 1:
            return found[0]
        if found:
            walk.fault(node, where, f"'{word}' is ambiguous", "write " + " or ".join(found))
        elif not self.partial and not self.is_gone(word):
            prefix = word.partition(":")[0]
            sorts = (prefix,) if prefix in FAILING else FAILING
            names = [
                f"{prefix}:{name}" if prefix in FAILING else name for s in sorts for name in getattr(self, f"{s}s")
            ]
            walk.unknown(node, where, word, " or ".join(sorts), names)
        return None

    def is_gone(self, word: str) -> bool:
        """Tell whether a name in a list of what fails, with its prefix or without, stood for what a variant removed."""
        sorts = "" if word.partition(":")[0] in FAILING else FAILING
        return not self._meanings(word) and any(
            name in self.removed for name in (word, *(f"{sort}:{word}" for sort in sorts))
        )

    def _meanings(self, word: str) -> set[str]:
        prefix, colon, name = word.partition(":")
        if colon and prefix in FAILING:
            return self._named(prefix, name)
        return set().union(*(self._named(sort, word) for sort in FAILING))

    def _named(self, sort: str, name: str) -> set[str]:
        if sort == "link":
            return {f"link:{self.links[name]}"} if name in self.links else set()
        return {f"{sort}:{name}"} if name in getattr(self, f"{sort}s") else set()


def gather(
    topology: Merged,
    demand: Merged,
    removed: AbstractSet[str] = frozenset(),
    countries: AbstractSet[str] = frozenset(),
    *,
    partial: bool = False,
) -> Known:
    """Return the names in the merged files after all changes; `countries` had nodes before."""
    sections = topology.sections
    links = {name: name for name in sections["links"]}
    for word, (cable, pair) in segments_named(topology).items():
        if f"link:{segment_id(cable, pair)}" not in removed:
            links[word] = segment_id(cable, pair)
    workloads = demand.sections["workloads"]
    return Known(
        nodes=_countries_of(sections["nodes"]),
        countries={*countries, *countries_in(topology)},
        links=links,
        workloads=set(workloads),
        data={_text(record, "data") for _, record in workloads.values()} - {""},
        removed=set(removed),
        partial=partial,
        **{name: set(sections[name]) for name in ("sites", "cables", "projects", "risks", "groups")},
    )


def countries_in(topology: Merged) -> set[str]:
    """Return the countries that have nodes."""
    words = set(_countries_of(topology.sections["nodes"]).values())
    return {word for word in words if len(word) == 2 and word.isupper()}


def _countries_of(nodes: Section) -> dict[str, str]:
    """Return the country of each node; of words that are no code, or no id, what is meant: one fault is enough."""
    words = {name: _text(record, "country") for name, (_, record) in nodes.items()}
    found = {name: word if word in CODES else code_meant(word) or word for name, word in words.items()}
    return {name.lower(): country for name, country in found.items()} | found


def _text(record: Node, key: str) -> str:
    node = child(record, key)
    return str(node.value) if node is not None and node.__class__ is ScalarNode else ""
