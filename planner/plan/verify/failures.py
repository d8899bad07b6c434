"""What is missing in a contingency: links and sites that fail together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.topology import Topology

INTACT = "intact"
"""The state in which nothing has failed."""


@dataclass(frozen=True, slots=True)
class FailedAssets:
    """Links and sites that are gone."""

    links: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()


def expected_contingencies(inputs: Inputs) -> list[str]:
    """Return the contingencies of a scenario, the intact state first; a group stands for each of its kind alone.

    Every cable is a risk by itself.
    """
    topology = inputs.topology
    groups: dict[str, Iterable[str]] = {
        group: [f"{group[:-1]}:{name}" for name in sorted(getattr(topology, group))]
        for group in ("links", "cables", "sites", "risks")
    }
    groups["risks"] = [*groups["risks"], *groups["cables"]]
    names = [INTACT]
    for word in inputs.scenario.contingencies:
        names += groups.get(word, [word])
    return list(dict.fromkeys(names))


def what_fails(topology: Topology, name: str) -> FailedAssets:
    """Return what a contingency such as `cable:2africa` takes away; a risk takes along what it names."""
    if name == INTACT:
        return FailedAssets()
    links: set[str] = set()
    sites: set[str] = set()
    heap, seen = [name], {name}
    while heap:
        prefix, _, key = heap.pop().partition(":")
        if prefix == "link":
            links.add(key)
        elif prefix == "site":
            sites.add(key)
        elif prefix == "group":
            sites.update(topology.groups[key].sites)
        elif prefix == "cable":
            links.update(link.id for link in topology.links.values() if link.cable == key)
        else:
            more = [other for other in topology.risks[key].fails if other not in seen]
            seen.update(more)
            heap += more
    return FailedAssets(frozenset(links), frozenset(sites))
