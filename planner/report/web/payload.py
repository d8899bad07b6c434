"""Everything the scripts of a report need from a plan: columns, with positions in place of identifiers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from planner.programme.hours import count_blocks
from planner.report.web.payload_records import (
    background_records,
    cable_records,
    contingency_records,
    country_records,
    link_records,
    node_records,
    project_records,
    site_records,
    source_records,
    workload_records,
)
from planner.report.web.payload_tables import full_tables

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language

FORMAT = 1
"""Version of the payload's layout."""


def make_payload(plan: Plan, language: Language) -> dict[str, Any]:
    """Return what the scripts of a report are given, ready for `safe_json`; figures are those of the tables.

    Keys: ``years``, ``blocks`` of the day, ``members``, records by section (``nodes``, ``sites``, ``links`` are
    columns of equal length, and refer to each other by position), ``contingencies`` with the positions of what they
    take away, ``tables`` (see `payload_tables`), ``costs`` in USD by term, ``left_out`` rows by table. A plan that
    failed has no tables.
    """
    inputs = plan.inputs
    topology, scenario = inputs.topology, inputs.scenario
    nodes, sites, links = sorted(topology.nodes), sorted(topology.sites), sorted(topology.links)
    tables, left_out = full_tables(plan, language)
    return {
        "format": FORMAT,
        "language": language.code,
        "tag": language.tag,
        "direction": language.direction,
        "scenario": scenario.id,
        "variant": inputs.variant,
        "title": language.name(scenario, scenario.id),
        "status": plan.status.value,
        "currency": scenario.finance.currency,
        "years": list(scenario.years),
        "blocks": count_blocks(inputs),
        "members": list(scenario.community.members),
        "fills": {
            "sites": [scenario.limits.site_fill.at(year) for year in scenario.years],
            "links": [scenario.limits.link_fill.at(year) for year in scenario.years],
        },
        "countries": country_records(inputs, language),
        "nodes": node_records(topology, nodes, language),
        "sites": site_records(topology, sites, nodes, scenario.years, language),
        "links": link_records(topology, links, nodes, language),
        "cables": cable_records(topology, language),
        "projects": project_records(topology, language),
        "workloads": workload_records(inputs.demand, language),
        "background": background_records(inputs.demand, language),
        "sources": source_records(inputs, language),
        "contingencies": contingency_records(inputs, language),
        "costs": {} if plan.tables is None else {term: round(usd, 6) for term, usd in plan.cost_usd.items()},
        "tables": tables,
        "left_out": left_out,
    }
