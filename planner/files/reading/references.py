"""The references of each sort of record, checked as it is read, whatever else is wrong with it.

What a variant took away disappears from lists here: `values` then holds the list without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from planner.demand import DATA_CLASSES, DemandRow
from planner.expansions import LinkExpansion, SiteExpansion
from planner.files.reading.known import Known
from planner.files.reading.tree import Node, SequenceNode, Where, child
from planner.files.reading.walk import Check, Values, Walk
from planner.places import Peering
from planner.policy import ForeignStake, TransitRule, WorkRule
from planner.scenario import Community
from planner.topology import Cable, CableSegment, Group, Link, Project, Risk, Site


def reference_checks(known: Known, *, alone: bool = False) -> dict[type[Any], Check]:
    """Return the check of each model that refers to others; a demand `alone` has no topology to refer to."""
    checks = _Checks(known)
    work_rules: dict[type[Any], Check] = dict.fromkeys(WorkRule.__subclasses__(), checks.work_rule)
    return work_rules | {
        DemandRow: checks.workload if alone else checks.demand,
        Site: checks.site,
        SiteExpansion: checks.project,
        LinkExpansion: checks.project,
        Link: checks.link,
        Cable: checks.cable,
        CableSegment: checks.carrier,
        Project: checks.owned,
        Risk: checks.risk,
        Group: checks.group,
        Peering: checks.peering,
        TransitRule: checks.transit,
        ForeignStake: checks.foreign_stake,
        Community: checks.community,
    }


@dataclass(frozen=True)
class _Checks:
    known: Known

    def site(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._refer(walk, "node", values, node, where)
        self.project(walk, values, node, where)

    def link(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._nodes(walk, values.get("ends"), child(node, "ends"), (where, "ends"))
        self.carrier(walk, values, node, where)

    def cable(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._nodes(walk, values.get("route"), child(node, "route"), (where, "route"))
        for number, branch in enumerate(values.get("branches", ())):
            at = child(child(node, "branches"), number)
            self._nodes(walk, branch, at, ((where, "branches"), number))
        self.carrier(walk, values, node, where)

    def carrier(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        """Check what links, cables and segments have in common."""
        self._countries(walk, values, "usable_by", node, where)
        self.project(walk, values, node, where)

    def project(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._refer(walk, "project", values, node, where)
        self.owned(walk, values, node, where)

    def owned(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        """Check that countries own it."""
        at = child(node, "owner")
        for country in values.get("owner", ()):
            self.known.country(walk, country, child(at, country) or at or node, (where, "owner"))

    def foreign_stake(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        """Check that something can be built in the country that a rule on foreign stakes speaks of."""
        at, country = child(node, "country"), values.get("country")
        if country is not None and country not in self.known.countries and not self.known.partial:
            right = walk.suggest(country, self.known.countries)
            walk.fault(at or node, (where, "country"), f"no node lies in '{country}'", right)

    def risk(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        fails = list(_listed(values.get("fails"), child(node, "fails"), (where, "fails")))
        names = [self.known.failing(walk, name, at, here) for name, at, here in fails]
        if "fails" in values:
            values["fails"] = tuple(name for name in names if name is not None)

    def group(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        listed = list(_listed(values.get("sites"), child(node, "sites"), (where, "sites")))
        good = [name for name, at, here in listed if self.known.refer(walk, "site", name, at, here)]
        if "sites" in values:
            values["sites"] = tuple(name for name in good if f"site:{name}" not in self.known.removed)

    def peering(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        for number, country in enumerate(values.get("between", ())):
            at = child(child(node, "between"), number)
            self.known.country(walk, country, at or node, ((where, "between"), number))

    def workload(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._refer(walk, "workload", values, node, where)

    def demand(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self.workload(walk, values, node, where)
        self._hosts(walk, values, node, where)
        origin = child(node, "origin")
        if "to" in values:
            self._refer(walk, "node", values, node, where, key="to")
            self._refer(walk, "node", values, node, where, key="origin")
        elif origin is not None and "origin" in values:
            self.known.origin(walk, values["origin"], origin, (where, "origin"))

    def work_rule(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._origins(walk, values, node, where)
        for word, at, here in _listed(values.get("workload"), child(node, "workload"), (where, "workload")):
            self.known.refer(walk, "workload", word, at, here)
        classes = {*DATA_CLASSES, *self.known.data}
        for word, at, here in _listed(values.get("data"), child(node, "data"), (where, "data")):
            if word not in classes and not self.known.partial:
                walk.unknown(at, here, word, "kind of data", classes)
        self._hosts(walk, values, node, where)

    def transit(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        self._origins(walk, values, node, where)
        self._countries(walk, values, "avoid", node, where)

    def community(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        for word, at, here in _listed(values.get("members"), child(node, "members"), (where, "members")):
            if word not in self.known.countries and not self.known.partial:
                walk.fault(at, here, f"no node lies in '{word}'", walk.suggest(word, self.known.countries))

    def _refer(self, walk: Walk, sort: str, values: Values, node: Node, where: Where, *, key: str = "") -> None:
        at = child(node, key or sort)
        word = values.get(key or sort)
        if word is not None and at is not None:
            self.known.refer(walk, sort, word, at, (where, key or sort))

    def _nodes(self, walk: Walk, words: Iterable[str] | None, nodes: Node | None, where: Where) -> None:
        for word, at, here in _listed(words, nodes, where):
            self.known.refer(walk, "node", word, at, here)

    def _origins(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        for word, at, here in _listed(values.get("origin"), child(node, "origin"), (where, "origin")):
            self.known.origin(walk, word, at, here, gone=True)

    def _hosts(self, walk: Walk, values: Values, node: Node, where: Where) -> None:
        hosts = values.get("hosts")
        if isinstance(hosts, tuple):
            listed = list(_listed(hosts, child(node, "hosts"), (where, "hosts")))
            values["hosts"] = tuple(word for word, at, here in listed if self.known.host(walk, word, at, here))

    def _countries(self, walk: Walk, values: Values, key: str, node: Node, where: Where) -> None:
        nodes = child(node, key)
        for item, at, here in _listed([n.value for n in getattr(nodes, "value", ())], nodes, (where, key)):
            if key in values:
                self.known.country(walk, item, at, here)


def _listed(words: Iterable[str] | None, nodes: Node | None, where: Where) -> Iterator[tuple[str, Node, Where]]:
    """Yield each word of a list with its node and its path."""
    if nodes is not None and nodes.__class__ is SequenceNode:
        for number, word in enumerate(words or ()):
            yield word, nodes.value[number], (where, number)
