"""Everything that the map of a topology needs: its records as columns, every field in words, what cuts places off."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from planner.latency import FIBRE_US_PER_KM
from planner.network import latency_factors, link_rtt_ms
from planner.report.topology.words import field_labels, field_words
from planner.report.web.payload_records import cable_records, link_records, node_records, project_records
from planner.studies.survey.cuts import computes, study_cuts
from planner.studies.survey.routes import base_year, select_in_service
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.latency import Latency
    from planner.records import Record
    from planner.report.language.speech import Language
    from planner.studies.survey.cuts import Cut
    from planner.topology import Link, Site, Topology

UNITS = {
    "access_rtt_ms": "ms", "rtt_ms": "ms", "length_km": "km", "compute_pflops": "PFLOPS", "power_mw": "MW",
    "watts_kw_per_pflops": "kW/PFLOPS", "electricity_usd_per_kwh": "USD/kWh", "carbon_g_per_kwh": "g/kWh",
    "water_l_per_kwh": "L/kWh", "embodied_kg_per_pflops": "kg/PFLOPS",
    "opex_usd_per_pflops": "USD/PFLOPS/year", "fixed_cost_usd": "USD/year", "capacity_gbps": "Gbps",
    "committed_gbps": "Gbps", "design_gbps": "Gbps", "transit_usd_per_gbps": "USD/Gbps/year",
}  # fmt: skip
"""Units of fields."""
UNSAID = frozenset({"name", "length_given", "rtt_given", "segments", "chip_factor", "card_pflops"})
"""Fields that stand elsewhere: in the heading, beside their figure, among the links."""
DEGREES = frozenset({"lat", "lon"})
DIGITS = 6
"""Digits of figures in the details of a record."""

Rows = list[list[Any]]


def map_payload(topology: Topology, year: int, language: Language, latency: Latency = "planning") -> dict[str, Any]:
    """Return what the scripts of a topology's map are given, ready for `safe_json`.

    Records are columns of equal length that refer to each other by position; figures over the years are a number or a
    list of [year, value]. ``fields`` holds for every record rows of [label, text], the label by its position in
    ``labels``. ``cuts.of`` gives for each of ``years`` the position of its list in ``cuts.lists``.
    """
    nodes, sites, links = sorted(topology.nodes), sorted(topology.sites), sorted(topology.links)
    years = map_years(topology, year)
    fields = _Fields(topology, language)
    return {
        "format": 1,
        "tag": language.tag,
        "direction": language.direction,
        "currency": "USD",
        "years": years,
        "year": year,
        "members": [],
        "countries": _countries(topology, language),
        "nodes": node_records(topology, nodes, language),
        "sites": _sites(topology, sites, nodes, language),
        "links": {**link_records(topology, links, nodes, language), **_lasting(topology.links, links),
                  "gbps": [_points(topology.links[key].capacity_gbps) for key in links],
                  "committed": [_points(topology.links[key].committed_gbps) for key in links],
                  "expansions": [len(topology.links[key].expansion) for key in links]},
        "cables": cable_records(topology, language),
        "projects": project_records(topology, language),
        "risks": {key: {"name": language.name(risk, key), "fails": risk.fails}
                  for key, risk in sorted(topology.risks.items())},
        "systems": _systems(topology, language),
        "fields": {
            "nodes": [fields.of(topology.nodes[key]) for key in nodes],
            "sites": [fields.of(topology.sites[key]) for key in sites],
            "links": [fields.of(topology.links[key]) for key in links],
            "cables": [fields.of(topology.cables[key]) for key in sorted(topology.cables)],
        },
        "labels": fields.labels,
        "cuts": _cuts(topology, years, nodes),
        "ideal_ms_per_km": 2 * FIBRE_US_PER_KM / 1000,
        "latency": _latency(topology, nodes, links, latency),
    }  # fmt: skip


def _latency(topology: Topology, nodes: Sequence[str], links: Sequence[str], latency: Latency) -> dict[str, Any]:
    """Return how round trips are counted: what each link adds and every way once, floors, and what is passed by none.

    ``floors`` has for two countries, in the order of the alphabet, the least ms over the years.
    """
    factors = latency_factors(topology, latency)
    floors = topology.peering_rtt if latency == "seen" else {}
    return {
        "rule": latency,
        "links": [link_rtt_ms(topology.links[key], factors) for key in links],
        "once": factors.once_ms,
        "floors": {f"{min(pair)} {max(pair)}": _points(rtt) for pair, rtt in floors.items()},
        "closed": [topology.nodes[key].through == "none" for key in nodes],
        "sealed": sorted(code for code, terms in topology.countries.items() if terms.through == "none"),
    }


def map_years(topology: Topology, year: int) -> list[int]:
    """Return the years in which something may look different: all that a figure, a first or a last year names."""
    found = {year, base_year(topology)}
    records: list[Site | Link] = [*topology.sites.values(), *topology.links.values()]
    for record in records:
        for each in (record, *record.expansion):
            found |= _years_of(each)
    return sorted(found)


def _years_of(record: Record) -> set[int]:
    values = [getattr(record, name) for name in type(record).model_fields]
    listed = {year for value in values if isinstance(value, Yearly) for year, _ in value.points if year}
    return listed | {year for name in ("from_year", "until") if (year := getattr(record, name, None)) is not None}


def source_lines(topology: Topology, language: Language) -> dict[str, str]:
    """Return in a line each where figures come from: title, publisher and year, by id."""
    return {
        key: ", ".join(str(part) for part in (language.name(source, key), source.publisher, source.year) if part)
        for key, source in sorted(topology.sources.items())
    }


def _countries(topology: Topology, language: Language) -> dict[str, dict[str, str | None]]:
    from babel.core import get_global

    aliases = get_global("territory_aliases").items()
    numbers = {letters[0]: number for number, letters in aliases if number.isdigit() and len(letters) == 1}
    codes = sorted({node.country for node in topology.nodes.values()})
    return {code: {"name": language.country(code), "number": numbers.get(code)} for code in codes}


def _points(figure: Yearly) -> float | list[tuple[int, float]]:
    return figure.points[0][1] if len(figure.points) == 1 else list(figure.points)


def _lasting(records: Mapping[str, Any], keys: Sequence[str]) -> dict[str, list[Any]]:
    chosen = [records[key] for key in keys]
    return {
        "from": [record.from_year for record in chosen],
        "until": [record.until for record in chosen],
        "project": [record.project for record in chosen],
    }


def _sites(topology: Topology, keys: Sequence[str], nodes: Sequence[str], language: Language) -> dict[str, list[Any]]:
    sites, at = [topology.sites[key] for key in keys], {node: i for i, node in enumerate(nodes)}
    return {
        "id": list(keys),
        "name": [language.name(site, key) for key, site in zip(keys, sites, strict=True)],
        "node": [at[site.node] for site in sites],
        "status": [site.status for site in sites],
        "pflops": [_points(site.compute_pflops) for site in sites],
        "expansions": [len(site.expansion) for site in sites],
        "source": [site.source for site in sites],
        "confidence": [site.confidence for site in sites],
        **_lasting(topology.sites, keys),
    }


def _systems(topology: Topology, language: Language) -> dict[str, list[Any]]:
    """Return the cables with what their segments add up to."""
    keys = sorted(topology.cables)
    cables = [topology.cables[key] for key in keys]
    segments = [[link for link in topology.links.values() if link.cable == key] for key in keys]
    return {
        "id": keys,
        "name": [language.name(cable, key) for key, cable in zip(keys, cables, strict=True)],
        "kind": [cable.kind for cable in cables],
        "km": [sum(link.length_km for link in links) for links in segments],
        "segments": [len(links) for links in segments],
        "landings": [len({end for link in links for end in link.ends}) for links in segments],
        "source": [cable.source for cable in cables],
        "confidence": [cable.confidence for cable in cables],
        **_lasting(topology.cables, keys),
    }


class _Fields:
    """Records as rows of labels and texts in a language; a field that says no more than its default is left out."""

    def __init__(self, topology: Topology, language: Language) -> None:
        self.topology, self.language = topology, language
        labels, self.words = field_labels(language), field_words(language)
        self.labels = list(labels.values())
        self.position = {name: i for i, name in enumerate(labels)}
        self.sources = source_lines(topology, language)
        self.quantity = cache(self._quantity)

    def of(self, record: Record) -> Rows:
        """Return the rows of a record, where it comes from last."""
        rows: Rows = []
        for name in self.position:
            field = type(record).model_fields.get(name)
            if field is None or name in UNSAID:
                continue
            value = getattr(record, name)
            if value is None or value == "" or value == field.get_default(call_default_factory=True):
                continue
            rows += [[self.position[name], text] for text in self._texts(record, name, value)]
        return rows

    def _texts(self, record: Record, name: str, value: Any) -> list[str]:
        """Return a value in words: one text, or one of each where there are several of a kind."""
        if name == "expansion":
            return [self._expansion(each, "PFLOPS" if hasattr(record, "node") else "Gbps") for each in value]
        if name == "branches":
            return [self._nodes(branch) for branch in value]
        if name in ("ends", "route"):
            return [self._nodes(value)]
        if isinstance(value, Yearly):
            return [self._yearly(value, UNITS.get(name, ""))]
        if isinstance(value, int | float) and not isinstance(value, bool) and name not in ("from_year", "until"):
            figure = self.quantity(value, UNITS.get(name, "")) if name not in DEGREES else f"{value:g}°"
            given = getattr(record, name.rsplit("_", 1)[0] + "_given", True)
            return [figure if given else self.words["worked_out"].format(figure=figure)]
        return [self._word(name, value)]

    def _word(self, name: str, value: Any) -> str:
        if isinstance(value, Mapping):
            return ", ".join(f"{key}: {each}" for key, each in sorted(value.items()))
        if isinstance(value, tuple):  # a figure for each hour of the day
            return " ".join(self.language.number(each, DIGITS) for each in value)
        if isinstance(value, frozenset):
            return self.language.listed(sorted(self._word(name, each) for each in value))
        if name in ("country", "usable_by"):
            return self.language.country(value)
        records: dict[str, Mapping[str, Record]] = {
            "node": self.topology.nodes, "cable": self.topology.cables, "project": self.topology.projects,
        }  # fmt: skip
        if name in records:
            return self.language.name(records[name].get(value), value)
        return self.sources.get(value, value) if name == "source" else self.words.get(f"{name}.{value}", str(value))

    def _nodes(self, keys: Iterable[str]) -> str:
        return " – ".join(self.language.name(self.topology.nodes.get(key), key) for key in keys)

    def _expansion(self, expansion: Any, unit: str) -> str:
        """Return a way to add capacity in a line."""
        units = {"step": unit, "max": unit, "capex_usd": f"USD/{unit}", "opex_usd": f"USD/{unit}/year"}
        parts = []
        for name in (*units, "from_year", "until", "project", "source", "confidence", "note"):
            value = getattr(expansion, name)
            if value is None or value == type(expansion).model_fields[name].get_default():
                continue
            if isinstance(value, Yearly):
                text = self._yearly(value, units[name])
            else:
                text = self.quantity(value, units[name]) if name in units else self._word(name, value)
            parts.append(f"{self.labels[self.position[name]]}: {text}")
        return "; ".join(parts) or "–"

    def _yearly(self, figure: Yearly, unit: str) -> str:
        if figure.seasons:
            return "; ".join(f"{season}: {self._yearly(each, unit)}" for season, each in figure.seasons)
        if len(figure.points) == 1:
            return self.quantity(figure.points[0][1], unit)
        return " · ".join(f"{year}: {self.quantity(value, unit)}" for year, value in figure.points)

    def _quantity(self, value: float, unit: str) -> str:
        return self.language.quantity(value, unit, DIGITS) if unit else self.language.number(value, DIGITS)


def _cuts(topology: Topology, years: Sequence[int], nodes: Sequence[str]) -> dict[str, list[Any]]:
    """Return who is cut off by what alone, year by year; years in which the same stands share one list."""
    at, known = {node: i for i, node in enumerate(nodes)}, dict[Any, int]()
    lists: list[list[dict[str, Any]]] = []
    of: list[int] = []
    for year in years:
        hosts = frozenset(key for key in topology.sites if computes(topology, key, year))
        stands = (frozenset(select_in_service(topology, year).links), hosts)
        if stands not in known:
            known[stands] = len(lists)
            lists.append([_cut(cut, at) for cut in study_cuts(topology, year).cuts if cut.is_finding])
        of.append(known[stands])
    return {"of": of, "lists": lists}


def _cut(cut: Cut, at: Mapping[str, int]) -> dict[str, Any]:
    return {
        "failure": cut.failure,
        "lost": {country: [at[node] for node in nodes] for country, nodes in cut.cut_off.items()},
        "dark": [at[node] for node in cut.dark],
        "shares": dict(cut.weight),
    }
