"""The merged tree of topologies becomes models, and every reference between them is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from planner.files.reading import scalars
from planner.files.reading.known import FAILING, Known
from planner.files.reading.links import check_cable, cut_cable, finish_link
from planner.files.reading.merged import Merged
from planner.files.reading.sites import RHYTHMS, finish_site
from planner.files.reading.tree import Node, Where, child, mapping, place_of
from planner.files.reading.walk import Values, Walk
from planner.places import Background, CountryTerms, Peering, Region
from planner.places import Node as NetworkNode
from planner.records import Record
from planner.topology import Cable, Group, Link, Project, Risk, Site, Source, Topology

R = TypeVar("R", bound=Record)
Finish = Callable[[Values, Node, Where], bool]


def read_topology(walk: Walk, merged: Merged, known: Known) -> Topology:
    """Return the merged topology without the records that are bad, whose faults the walk has noted."""
    walk.sources = None
    sources = read_section(walk, merged, "sources", Source)
    walk.sources = frozenset(merged.sections["sources"])
    head = read_head(walk, merged, Topology)
    reader = _TopologyReader(walk, merged, known)
    projects = read_section(walk, merged, "projects", Project)
    nodes, sites, links, cables = reader.nodes(), reader.sites(), reader.links(), reader.cables()
    links |= reader.segments
    groups = reader.groups(sites)
    sections = {
        "nodes": nodes, "sites": _grouped(sites, groups), "links": links, "cables": cables, "projects": projects,
        "risks": reader.risks(), "groups": groups,
        "countries": read_section(walk, merged, "countries", CountryTerms), "peering": reader.peering(),
        "regions": read_section(walk, merged, "regions", Region),
        "background": read_section(walk, merged, "background", Background),
    }  # fmt: skip
    values: Values = {**head, "sources": sources, **sections}
    return Topology.model_construct(None, **values)


def read_head(walk: Walk, merged: Merged, model: type[Record]) -> Values:
    """Return what the first file says of itself, having checked what all of them say."""

    def name(walk: Walk, node: Node, where: Where) -> object:
        return walk.scalar(node, where, scalars.identifier)

    heads = []
    for head in merged.heads:
        node = mapping(list(head.pairs), head.node.start_mark)
        heads.append(walk.values(model, node, (), special={merged.sort: ("id", name)}) or {})
    own = (_own(walk, merged, heads, key) for key in ("latency", "seasons"))
    return {**(heads[0] if heads else {}), **{key: value for found in own for key, value in found.items()}}


def _own(walk: Walk, merged: Merged, heads: list[Values], key: str) -> Values:
    """Return the latency, or the seasons, of whichever file has them; two that differ are a fault."""
    found = [(head.node, values[key]) for head, values in zip(merged.heads, heads, strict=True) if key in values]
    for node, value in found[1:]:
        if value != found[0][1]:
            what = f"is another than that of {place_of(found[0][0]).file}"
            walk.fault_under(node, (), key, what, "the merged network has one: keep one of them")
    return {key: found[0][1]} if found else {}


def read_section(
    walk: Walk,
    merged: Merged,
    name: str,
    model: type[R],
    finish: Finish | None = None,
    **options: Any,
) -> dict[str, R]:
    """Return the good records of a section by id.

    `finish` works out what is not written and checks references; the options are those of `Walk.values`.
    """
    records: dict[str, R] = {}
    for key, (key_node, node) in merged.sections[name].items():
        where: Where = (((), name), key)
        good = check_id(walk, name, key, key_node, where)
        values = walk.values(model, node, where, **options)
        if values is None or (finish is not None and not finish(values, node, where)) or not good:
            continue
        record = walk.build(model, {**values, "id": key}, node, where)
        if record is not None:
            records[key] = record
    return records


def check_id(walk: Walk, section: str, key: str, node: Node, where: Where) -> bool:
    """Tell whether a key is an identifier that its section allows."""
    try:
        (scalars.country if section == "countries" else scalars.identifier)(key)
    except scalars.MisreadError as error:
        walk.fault(node, where, error.what, error.right)
        return False
    if section == "nodes" and "--" in key:
        walk.fault(node, where, "holds '--', which parts the ends of a segment", "write a single -")
        return False
    if section == "cables" and key in (*FAILING, "node", "rule"):
        walk.fault(node, where, "is a prefix of ids", "give the cable another id")
        return False
    return True


@dataclass
class _TopologyReader:
    """Reads the sections whose records refer to each other."""

    walk: Walk
    merged: Merged
    known: Known
    coordinates: dict[str, tuple[float, float]] = field(default_factory=dict)
    segments: dict[str, Link] = field(default_factory=dict)

    def nodes(self) -> dict[str, NetworkNode]:
        nodes = read_section(self.walk, self.merged, "nodes", NetworkNode)
        self.coordinates = {name: (node.lat, node.lon) for name, node in nodes.items()}
        return nodes

    def sites(self) -> dict[str, Site]:
        finish = partial(finish_site, self.walk)
        return read_section(self.walk, self.merged, "sites", Site, finish, optional=["compute"], special=RHYTHMS)

    def links(self) -> dict[str, Link]:
        def finish(values: Values, node: Node, where: Where) -> bool:
            return finish_link(self.walk, values, self.coordinates, node, where)

        return read_section(self.walk, self.merged, "links", Link, finish, optional=["length", "rtt"])

    def cables(self) -> dict[str, Cable]:
        cables = read_section(self.walk, self.merged, "cables", Cable)
        for name, cable in cables.items():
            node, where = self.merged.sections["cables"][name][1], (((), "cables"), name)
            if check_cable(self.walk, cable, node, where):
                cut = cut_cable(self.walk, cable, self.coordinates, node, where, removed=self.known.removed)
                self.segments |= {link.id: link for link in cut}
        return cables

    def peering(self) -> dict[str, Peering]:
        peering = read_section(self.walk, self.merged, "peering", Peering)
        known: dict[tuple[str, ...], str] = {}
        for name, record in peering.items():
            first = known.setdefault(tuple(sorted(record.between)), name)
            if first != name:
                at, where = self.merged.sections["peering"][name][1], (((), "peering"), name)
                what = f"is between {' and '.join(record.between)}, and so is {first}"
                self.walk.fault(at, where, what, "keep one of them; its rtt may be a map of years")
        return peering

    def groups(self, sites: dict[str, Site]) -> dict[str, Group]:
        groups = read_section(self.walk, self.merged, "groups", Group)
        for name, group in groups.items():
            node = self.merged.sections["groups"][name][1]
            where: Where = (((), "groups"), name)
            listed = child(node, "sites")
            for number, site in enumerate(getattr(listed, "value", ())):
                if site.value in sites and sites[site.value].market:
                    what = f"'{site.value}' is rented on a market, and in no group"
                    self.walk.fault(site, ((where, "sites"), number), what, "take it out of the group")
            if not group.sites and not getattr(listed, "value", ()):
                self.walk.fault_under(node, where, "sites", "is empty", "write the ids of some sites")
        return groups

    def risks(self) -> dict[str, Risk]:
        def finish(values: Values, node: Node, _where: Where) -> bool:
            return bool(values["fails"]) or not getattr(child(node, "fails"), "value", ())

        risks = read_section(self.walk, self.merged, "risks", Risk, finish)
        for name in risks:
            if name in _reach(risks, name):
                node = child(self.merged.sections["risks"][name][1], "fails")
                where: Where = ((((), "risks"), name), "fails")
                right = "take one of the risks out of the circle"
                self.walk.fault(
                    node or self.merged.sections["risks"][name][0], where, "fails itself in a circle", right
                )
        return risks


def _grouped(sites: dict[str, Site], groups: dict[str, Group]) -> dict[str, Site]:
    """Return the sites, each with the groups that name it."""
    found: dict[str, set[str]] = {}
    for name, group in groups.items():
        for site in group.sites:
            found.setdefault(site, set()).add(name)
    return {
        key: site.model_copy(update={"groups": frozenset(found[key])}) if key in found else site
        for key, site in sites.items()
    }


def _reach(risks: dict[str, Risk], start: str) -> set[str]:
    """Return the risks that a risk leads to."""
    reached: set[str] = set()
    heap = [start]
    while heap:
        risk = risks.get(heap.pop())
        for name in risk.fails if risk else ():
            prefix, _, other = name.partition(":")
            if prefix == "risk" and other not in reached:
                reached.add(other)
                heap.append(other)
    return reached
