"""A foreign file becomes a topology of ours: identifiers, countries, capacities, lengths, and what was guessed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import chain, pairwise
from math import isfinite
from pathlib import Path
from typing import Any

from planner.errors import did_you_mean
from planner.files.formats.attributes import Attributes, attribute
from planner.files.formats.figures import (
    FigureReader,
    IdentifierMaker,
    Record,
    counted,
    settle_cable_table,
    settle_sites,
)
from planner.files.formats.locations import BORDER_KM, COAST_KM, country_named, is_land, land_at
from planner.files.formats.own import length_text
from planner.files.formats.rates import length_of, rate_of
from planner.files.formats.raw import Guess, Raw, RawLink, RawNode, Settings, broken, check_point, listed
from planner.files.formats.records import keys_of, number_text
from planner.files.formats.registry import FORMATS
from planner.files.reading.scalars import slug
from planner.latency import great_circle_km
from planner.places import Node
from planner.records import Record as Model
from planner.segments import pairs_in, segment_id
from planner.topology import SECTIONS, Group, Link, Project, Risk, Source

_OTHERS: dict[str, type[Model]] = {"sources": Source, "projects": Project, "risks": Risk, "groups": Group}
"""Sections that stand in tables as they stand in our files."""
_LAST = ("names", "source", "confidence", "note")


@dataclass
class SettledTopology:
    """The record of a topology, what was guessed, what was left out, and our identifier of each place."""

    record: Record
    guesses: list[Guess]
    messages: list[str]
    nodes: dict[str, str]


def settle(raw: Raw, settings: Settings) -> SettledTopology:
    """Return a foreign file as the record of a topology.

    Raises InputError where a place is named twice or lies nowhere, or a link ends at no place.
    """
    work = _Settling(raw, settings, list(raw.guesses), list(raw.messages))
    nodes = work.settle_nodes()
    links = work.settle_links()
    cables = work.settle_cables()
    sites = settle_sites(work, work.place)
    routes = [row for cable in cables.values() for row in (cable["route"], *cable.get("branches", []))]
    work.tell_alone([*(link["ends"] for link in links.values()), *routes])
    if not nodes:
        raise broken(raw.file, "holds no place", "give a file with nodes")
    label = str(raw.head.get("title") or Path(raw.file).stem)
    name = settings.id or slug(str(raw.head.get("id") or label)) or "imported"
    record: Record = {"topology": name if any(map(str.isalpha, name)) else f"topology-{name}", "title": label}
    others = {name: work.settle_section(name, model) for name, model in _OTHERS.items()}
    parts = {**others, "nodes": nodes, "sites": sites, "links": links, "cables": cables}
    record |= {section: parts[section] for section in SECTIONS if parts.get(section)}
    work.tell_unread()
    return SettledTopology(record, work.guesses, work.messages, work.ids)


@dataclass
class _Settling(FigureReader):
    ids: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    dropped: set[str] = field(default_factory=set)
    titles: dict[str, str] = field(default_factory=dict)
    zero_lengths: list[str] = field(default_factory=list)
    link_names: IdentifierMaker = field(default_factory=lambda: IdentifierMaker("link"))

    def settle_nodes(self) -> Record:
        """Give places identifiers, coordinates and countries."""
        self._check_keys()
        self._drop_unplaced()
        names, found, nowhere = IdentifierMaker("node"), {}, []
        for node in self.raw.nodes:
            if node.key in self.dropped:
                continue
            name = names.give(_town(node.name), node.name, node.key)
            file, label = node.file or self.raw.file, node.name or node.key
            lat, lon = check_point(node.lat or 0.0, node.lon or 0.0, file, label, node.line)
            self.ids[node.key], self.places[node.key] = name, (lat, lon)
            self.titles[node.key] = label
            fields: Record = {"name": label, "country": ""}
            fields |= {"lat": number_text(lat), "lon": number_text(lon)} | self.given(node.attrs, keys_of(Node))
            if not self._settle_country(name, node, fields):
                area = land_at(lat, lon).area
                nowhere.append(f"{label} ({lat:g}, {lon:g}{f', in {area}' if area else ''})")
            found[name] = _in_order(fields, ("name", "country", "lat", "lon"))
        if nowhere:
            places = counted(len(nowhere), "place")
            what = f"the map knows no country within {COAST_KM:g} km of {places}: {listed(nowhere)}"
            raise broken(self.raw.file, what, "write it in the file, or give --country XX for them")
        return found

    def _check_keys(self) -> None:
        seen: dict[str, int] = {}
        for node in self.raw.nodes:
            if node.key in seen:
                first = f", first on line {seen[node.key]}" if seen[node.key] else ""
                what = f"the node id '{node.key}' stands twice{first}"
                raise broken(node.file or self.raw.file, what, "give each node its own id", line=node.line)
            seen[node.key] = node.line

    def _drop_unplaced(self) -> None:
        for node in self.raw.nodes:
            for value in (node.lat, node.lon):
                if value is not None and not isfinite(value):
                    what = f"the coordinate {value:g} is not finite"
                    file, where = node.file or self.raw.file, node.name or node.key
                    raise broken(file, what, "write degrees", line=node.line, where=where)
        bare = [node for node in self.raw.nodes if node.lat is None or node.lon is None]
        names = [node.name or node.key for node in bare]
        if bare and not self.settings.drop_unplaced:
            what = f"{len(bare)} of {counted(len(self.raw.nodes), 'node')} have no coordinates: {listed(names)}"
            raise broken(self.raw.file, what, "add them, or leave those nodes out with --drop-unplaced")
        self.dropped = {node.key for node in bare}
        if bare:
            self.messages.append(f"{counted(len(bare), 'node')} without coordinates left out: {listed(names)}")
            self.messages += [_describe_hyperedge(node, self.raw) for node in bare if _is_hyperedge(node)]

    def _settle_country(self, name: str, node: RawNode, fields: Record) -> bool:
        code = country_named(node.country)
        if not code:
            land = land_at(*self.places[node.key])
            code, why = land.code, "by the map" if not land.off_km else "by the map, the nearest coast or border"
            if land.other:
                why = f"by the map, which is coarse: {land.other} begins within {BORDER_KM:g} km"
            if not code and self.settings.country:
                code, why = self.settings.country, "--country"
            if not code:
                return False
            if node.country:
                why += f"; '{node.country}' names no country"
            self.guess(f"nodes.{name}", "country", code, why, fields)
        fields["country"] = code
        return True

    def settle_links(self) -> Record:
        """Give links identifiers, kinds, capacities and lengths; drop loops, merge the two directions of one."""
        links = [link for link in self._checked_links() if not self.dropped.intersection(link.ends)]
        gone = len(self.raw.links) - len(links)
        loops = [link for link in links if link.ends[0] == link.ends[1]]
        if gone and self.dropped:
            self.messages.append(f"{counted(gone, 'link')} at nodes without coordinates left out")
        if loops:
            names = listed(self.titles.get(link.ends[0], link.ends[0]) for link in loops)
            self.messages.append(f"{counted(len(loops), 'link')} from a node to itself left out, at {names}")
        links = [link for link in links if link.ends[0] != link.ends[1]]
        if self.raw.directed:
            links = self._both_ways(links)
        found: Record = {}
        for link in links:
            a, b = (self.ids[end] for end in link.ends)
            name = self.link_names.give(f"{a}-{b}")
            found[name] = self._settle_link(name, link, (a, b))
        return found

    def _checked_links(self) -> list[RawLink]:
        known = {node.key for node in self.raw.nodes}
        for link in self.raw.links:
            for end in link.ends:
                if end not in known:
                    what = f"the link {_label(link)} ends at '{end}', which is no node"
                    raise broken(link.file or self.raw.file, what, did_you_mean(end, known), line=link.line)
        return self.raw.links

    def _both_ways(self, links: list[RawLink]) -> list[RawLink]:
        """Merge each link with the one that leads back: ours count each direction by itself."""
        waiting: dict[tuple[str, str], list[RawLink]] = defaultdict(list)
        found: list[RawLink] = []
        merged, differing = 0, dict[str, None]()
        for link in links:
            back = waiting[link.ends[::-1]]
            if back:
                differing |= dict.fromkeys(_differing(back[0].attrs, link.attrs))
                self._lesser(back.pop(0), link)
                merged += 1
            else:
                waiting[link.ends].append(link)
                found.append(link)
        if merged:
            self.messages.append(f"{counted(merged, 'pair')} of opposite links became one link each")
        if differing:
            self.messages.append(f"opposite links differ in {', '.join(differing)}: of each pair one counts")
        return found

    def _lesser(self, link: RawLink, back: RawLink) -> None:
        """Keep the lesser capacity of two directions."""
        one, two = (rate_of(each.attrs, None, self.raw.file, _label(each), each.line) for each in (link, back))
        if one is None or (two is not None and two[0] < one[0]):
            if one is not None:
                self.messages.append(f"{_label(link)}: its directions differ in capacity; the lesser counts for both")
            link.attrs = Attributes(link.attrs).joined(back.attrs)

    def _settle_link(self, name: str, link: RawLink, ends: tuple[str, str]) -> Record:
        fields: Record = {"ends": list(ends)} | self.given(link.attrs, keys_of(Link))
        if "years" in FORMATS[self.raw.format].carries and link.attrs.get("from"):
            fields["from"] = str(link.attrs["from"])
        if link.name:
            fields = {"name": link.name} | fields
        where = f"links.{name}"
        self.add_kind(where, link.attrs, "terrestrial", fields)
        direct = great_circle_km(*(self.places[end] for end in link.ends))
        length = length_of(link.attrs, direct, link.file or self.raw.file, _label(link), link.line)
        if length is not None and length[0] == 0:
            self.zero_lengths.append(_label(link))
        elif length is not None:
            fields["length"] = f"{number_text(length[0])} km"
            if length[1]:
                self.guess(where, "length", fields["length"], length[1], fields)
        elif len(link.path) > 2:
            drawn = sum(great_circle_km(a, b) for a, b in pairwise(link.path))
            fields["length"] = length_text(max(drawn, direct))
            self.guess(where, "length", fields["length"], "along the drawn line", fields)
        self.add_capacity(where, link.attrs, fields, (link.file or self.raw.file, name, link.line))
        return _in_order(fields, ("name", "ends", "kind", "from", "length", "capacity"))

    def settle_cables(self) -> Record:
        """Give drawn cables identifiers, kinds, capacities and the lengths of their segments."""
        names, found, nowhere = IdentifierMaker("cable"), {}, []
        for cable in self.raw.cables:
            if not cable.rows:
                nowhere.append(cable.name)
                continue
            name = names.give(cable.name, cable.key)
            longest = sorted(zip(cable.rows, cable.lengths_km, strict=True), key=lambda row: -len(row[0]))
            rows = [[self.ids[key] for key in row] for row, _ in longest]
            fields: Record = {"name": cable.name, "route": rows[0]} | ({"branches": rows[1:]} if rows[1:] else {})
            on_land = sum(is_land(*place) for place in cable.sample) > len(cable.sample) / 2
            usual = "terrestrial" if on_land else "submarine"
            self.add_kind(f"cables.{name}", cable.attrs, usual, fields, "; by the map")
            at = (cable.file or self.raw.file, cable.name, cable.line)
            self.add_capacity(f"cables.{name}", cable.attrs, fields, at)
            fields["segments"] = {}
            for pair, km in zip(pairs_in(rows), chain(*(lengths for _, lengths in longest)), strict=True):
                text = length_text(km)
                fields["segments"][pair.name] = {"length": text}
                self.guesses.append(Guess(f"links.{segment_id(name, pair)}", "length", text, "along the drawn line"))
            found[name] = _in_order(fields, ("name", "kind", "capacity", "route", "branches"))
        if nowhere:
            self.messages.append(f"cables that join no two places left out: {listed(nowhere)}")
        return found | settle_cable_table(self, self.place, names)

    def settle_section(self, name: str, model: type[Model]) -> Record:
        """Return the records of a table that has the columns of ours."""
        records = self.raw.sections.get(name, {})
        return {key: self.fields_of(name, attrs, keys_of(model)) for key, attrs in records.items()}

    def place(self, word: str, where: str) -> str | None:
        """Return our identifier of a place that a table names by its id or name; None where it was left out."""
        named = {title: self.ids[key] for key, title in self.titles.items()}
        found = self.ids.get(word) or named.get(word)
        if found is None and word not in self.dropped:
            file = self.raw.files.get(where.partition(".")[0], self.raw.file)
            raise broken(file, f"there is no node '{word}'", did_you_mean(word, self.ids), where=where)
        return found

    def tell_unread(self) -> None:
        """Say what the file holds and nobody read, each name once."""
        if self.zero_lengths:
            self.messages.append(f"lengths of 0 not taken: {listed(self.zero_lengths)}")
        attrs = {
            "nodes": [node.attrs for node in self.raw.nodes],
            "links": [link.attrs for link in self.raw.links],
            "cables": [cable.attrs for cable in self.raw.cables],
        }
        unread = {of: [name for each in some for name in _unread(each)] for of, some in attrs.items()}
        for sort, names in self.raw.unread.items():
            unread.setdefault(sort, []).extend(names)
        told = [f"of {sort} {', '.join(dict.fromkeys(names))}" for sort, names in unread.items() if names]
        if told:
            self.messages.append(f"not read: {'; '.join(told)}")

    def tell_alone(self, rows: Iterable[Iterable[str]]) -> None:
        """Say which places stand in no row: no link and no cable reaches them."""
        joined = {place for row in rows for place in row}
        alone = [self.titles[key] for key, name in self.ids.items() if name not in joined]
        if self.ids and not joined:
            self.messages.append("there is no link and no cable: give the file that holds them too")
        if alone and joined:
            self.messages.append(f"{counted(len(alone), 'place')} that no link reaches: {listed(alone)}")


def _is_hyperedge(node: RawNode) -> bool:
    """Tell whether a node stands for a line shared by several, as in the Internet Topology Zoo."""
    return attribute(node.attrs, "hyperedge")[1].lower() in ("1", "1.0", "true")


def _describe_hyperedge(node: RawNode, raw: Raw) -> str:
    names = {each.key: each.name or each.key for each in raw.nodes}
    ends = [end for link in raw.links if node.key in link.ends for end in link.ends if end != node.key]
    joined = listed(names.get(end, end) for end in ends)
    return f"{node.name or node.key} was a hyperedge, one line between {joined}: write links for it by hand"


def _unread(attrs: Mapping[str, Any]) -> list[str]:
    return attrs.unread if isinstance(attrs, Attributes) else []


def _town(label: str) -> str:
    """Return "Mombasa" of "Mombasa, Kenya", and other labels as they are."""
    town, comma, country = label.rpartition(",")
    return town if comma and country_named(country) else label


def _in_order(fields: Record, first: tuple[str, ...]) -> Record:
    """Return fields with some first and the remarks last."""
    keys = [key for key in (*first, *fields) if key in fields and key not in _LAST]
    return {key: fields[key] for key in (*dict.fromkeys(keys), *_LAST) if key in fields}


def _differing(one: Mapping[str, Any], two: Mapping[str, Any]) -> list[str]:
    """Return what a file says of a link otherwise than of the one that leads back."""
    same = ("id", "key", "source", "target", "start", "end")
    return [key for key in {**one, **two} if key.lower() not in same and one.get(key) != two.get(key)]


def _label(link: RawLink) -> str:
    return link.name or link.key or " - ".join(link.ends)
