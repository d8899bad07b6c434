"""The records of a topology and a demand as columns for the scripts: names in the language, positions for ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.demand import Demand
    from planner.files import Inputs
    from planner.records import Record
    from planner.report.language.speech import Language
    from planner.topology import Link, Topology
    from planner.years import Yearly

Columns = dict[str, list[Any]]


def country_records(inputs: Inputs, language: Language) -> dict[str, dict[str, str | None]]:
    """Return name and number in ISO 3166 of every country of a plan, by its letters; shapes are known by number."""
    codes = {node.country for node in inputs.topology.nodes.values()} | set(inputs.scenario.community.members)
    numbers = _country_numbers()
    return {code: {"name": language.country(code), "number": numbers.get(code)} for code in sorted(codes)}


def _country_numbers() -> dict[str, str]:
    from babel.core import get_global

    aliases = get_global("territory_aliases").items()
    return {letters[0]: number for number, letters in aliases if number.isdigit() and len(letters) == 1}


def node_records(topology: Topology, keys: Sequence[str], language: Language) -> Columns:
    """Return the nodes: where they lie, and how far their users are from them."""
    nodes = [topology.nodes[key] for key in keys]
    return {
        "id": list(keys),
        "name": [language.name(node, key) for key, node in zip(keys, nodes, strict=True)],
        "country": [node.country for node in nodes],
        "lat": [node.lat for node in nodes],
        "lon": [node.lon for node in nodes],
        "access": [node.access_rtt_ms for node in nodes],
        "weight": [node.weight for node in nodes],
        "zone": [node.timezone for node in nodes],
        **_provenance(nodes),
    }


def site_records(
    topology: Topology, keys: Sequence[str], nodes: Sequence[str], years: Iterable[int], language: Language
) -> Columns:
    """Return the sites: their node, status and what a year of them is like; lists within a column go by year."""
    sites, at = [topology.sites[key] for key in keys], {node: i for i, node in enumerate(nodes)}
    listed = tuple(years)

    def by_year(figures: Iterable[Yearly]) -> list[list[float]]:
        return [[figure.at(year) for year in listed] for figure in figures]

    return {
        "id": list(keys),
        "name": [language.name(site, key) for key, site in zip(keys, sites, strict=True)],
        "node": [at[site.node] for site in sites],
        "status": [site.status for site in sites],
        "from": [site.from_year for site in sites],
        "until": [site.until for site in sites],
        "serves": [sorted(site.serves) for site in sites],
        "offers": [sorted(site.offers) for site in sites],
        "pue": by_year(site.pue for site in sites),
        "electricity": by_year(site.electricity_usd_per_kwh for site in sites),
        "carbon": by_year(site.carbon_g_per_kwh for site in sites),
        "published": [site.published_compute for site in sites],
        **_provenance(sites),
    }


def link_records(topology: Topology, keys: Sequence[str], nodes: Sequence[str], language: Language) -> Columns:
    """Return the links; one without a name is called by its ends, and by its cable."""
    links, at = [topology.links[key] for key in keys], {node: i for i, node in enumerate(nodes)}
    return {
        "id": list(keys),
        "name": link_names(topology, keys, language),
        "a": [at[link.ends[0]] for link in links],
        "b": [at[link.ends[1]] for link in links],
        "kind": [link.kind for link in links],
        "cable": [link.cable for link in links],
        "km": [link.length_km for link in links],
        "rtt": [link.rtt_ms for link in links],
        "half": [link.duplex == "half" for link in links],
        "users": [None if link.usable_by is None else sorted(link.usable_by) for link in links],
        **_provenance(links),
    }


def link_names(topology: Topology, keys: Sequence[str], language: Language) -> list[str]:
    """Return what links are called; where two would be called alike, the id stands beside."""
    names = [_link_name(topology, topology.links[key], language) for key in keys]
    count = Counter(names)
    return [name if count[name] == 1 else f"{name} ({key})" for key, name in zip(keys, names, strict=True)]


def _link_name(topology: Topology, link: Link, language: Language) -> str:
    if link.name or link.names:
        return language.name(link, link.id)
    ends = "–".join(language.name(topology.nodes[end], end) for end in link.ends)
    if link.cable is None or link.cable not in topology.cables:
        return ends
    return f"{language.name(topology.cables[link.cable], link.cable)}: {ends}"


def cable_records(topology: Topology, language: Language) -> dict[str, str]:
    """Return the names of the cables by id."""
    return {key: language.name(cable, key) for key, cable in sorted(topology.cables.items())}


def project_records(topology: Topology, language: Language) -> dict[str, str]:
    """Return the titles of the projects by id."""
    return {key: language.name(project, key) for key, project in sorted(topology.projects.items())}


def workload_records(demand: Demand, language: Language) -> Columns:
    """Return the workloads that the plan is asked for: their traffic each way, limit and kind."""
    asked = {row.workload for row in demand.demands}
    found = [
        workload for key, workload in sorted(demand.workloads.items()) if key in asked and not workload.is_background
    ]
    return {
        "id": [workload.id for workload in found],
        "name": [language.name(workload, workload.id) for workload in found],
        "kind": [workload.kind for workload in found],
        "limit": [workload.rtt_limit_ms for workload in found],
        "up": [workload.traffic_gbps_per_pflops for workload in found],
        "back": [workload.traffic_back_gbps_per_pflops for workload in found],
        "survives": [workload.survives for workload in found],
    }


def background_records(demand: Demand, language: Language) -> dict[str, str]:
    """Return the titles of everybody else's traffic, by the workload that it is in the tables."""
    return {
        key: language.name(workload, key)
        for key, workload in sorted(demand.workloads.items())
        if workload.is_background
    }


def source_records(inputs: Inputs, language: Language) -> dict[str, str]:
    """Return in a line each where figures come from: title, publisher and year, by id."""
    sources = {**inputs.demand.sources, **inputs.topology.sources}
    return {
        key: ", ".join(str(part) for part in (language.name(source, key), source.publisher, source.year) if part)
        for key, source in sorted(sources.items())
    }


def contingency_records(inputs: Inputs, language: Language) -> list[dict[str, Any]]:
    """Return what may fail: its name, and the positions of the links and sites that it takes away."""
    from planner.network import build_network
    from planner.programme.failures import list_failures

    if not inputs.scenario.contingencies:
        return []
    failures = list_failures(inputs.scenario, inputs.topology, build_network(inputs.topology))
    names = _names(inputs.topology, language)
    return [
        {
            "id": failure.name,
            "name": names.get(failure.name, failure.name),
            "links": sorted(failure.links),
            "sites": sorted(failure.sites),
        }
        for failure in failures
    ]


def _names(topology: Topology, language: Language) -> dict[str, str]:
    """Return what links, cables, sites and risks are called, by prefix and id."""
    keys = sorted(topology.links)
    names = {f"link:{key}": name for key, name in zip(keys, link_names(topology, keys, language), strict=True)}
    sections: tuple[tuple[str, Mapping[str, Record]], ...] = (
        ("cable", topology.cables), ("site", topology.sites), ("risk", topology.risks),
    )  # fmt: skip
    return names | {
        f"{prefix}:{key}": language.name(record, key) for prefix, records in sections for key, record in records.items()
    }


def _provenance(records: Sequence[Record]) -> Columns:
    """Return where each record comes from, how sure it is, and what its file says beside it."""
    return {
        "source": [record.source for record in records],
        "confidence": [record.confidence for record in records],
        "note": [record.note for record in records],
    }
