"""A question on its way: the trees of a scenario and its files, and the changes that a variant makes to them."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.errors import Fault
from planner.files.reading.merged import Merged, Section
from planner.files.reading.tree import Node, Where, path_text, place_of

__all__ = ["PREFIXES", "Change", "Question"]

PREFIXES = ("link", "site", "cable", "node", "risk", "rule")
"""The prefixes of what a variant can take away."""


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
