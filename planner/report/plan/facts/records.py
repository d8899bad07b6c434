"""The records that a plan rests on, by kind, the sources that they name, and figures published otherwise."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.records import Record
    from planner.topology import Site, Source

KINDS = ("demand", "workload", "background", "residency", "transit", "site", "link", "project")
"""Kinds of records, in the order in which a report lists them."""
DENSE = ("bf16", "fp16")
"""Precisions in which PFLOPS are counted as they are."""


@dataclass(frozen=True)
class UsedRecord:
    """A record that the plan rests on."""

    kind: str
    key: str
    record: Record


def records_used(plan: Plan) -> list[UsedRecord]:
    """Return the demands, their workloads, everybody else's traffic, the rules, and what works or is built."""
    inputs = plan.inputs
    policy, topology, workloads = inputs.scenario.policy, inputs.topology, inputs.demand.workloads
    own = [row for row in inputs.demand.demands if not workloads[row.workload].is_background]
    built = {str(asset) for asset in plan.builds.index.get_level_values("asset")}
    used = plan.sites["used_pflops"].groupby(level="site").max()
    loaded = plan.links["peak_gbps"].groupby(level="link").max()
    found = [UsedRecord("demand", row.id, row) for row in own]
    found += [UsedRecord("workload", key, workloads[key]) for key in sorted({row.workload for row in own})]
    found += [UsedRecord("background", key, record) for key, record in sorted(topology.background.items())]
    found += [UsedRecord("residency", rule.id or str(i), rule) for i, rule in enumerate(policy.residency, 1)]
    found += [UsedRecord("transit", rule.id or str(i), rule) for i, rule in enumerate(policy.transit, 1)]
    found += [
        UsedRecord("site", key, site)
        for key, site in sorted(topology.sites.items())
        if used.get(key, 0.0) > 0 or f"site:{key}" in built
    ]
    found += [
        UsedRecord("link", key, link)
        for key, link in sorted(topology.links.items())
        if loaded.get(key, 0.0) > 0 or f"link:{key}" in built
    ]
    projects = sorted(topology.projects.items())
    return [*found, *(UsedRecord("project", key, project) for key, project in projects if f"project:{key}" in built)]


def sources_used(plan: Plan) -> list[tuple[str, Source, int]]:
    """Return the sources that the plan's records name, with how many name each, the most named first."""
    inputs = plan.inputs
    known = {**inputs.topology.sources, **inputs.demand.sources, **inputs.scenario.sources}
    counts = Counter(each.record.source for each in records_used(plan) if each.record.source in known)
    ordered = sorted(((str(key), count) for key, count in counts.items()), key=lambda each: (-each[1], each[0]))
    return [(key, known[key], count) for key, count in ordered]


def normalised(plan: Plan) -> list[Site]:
    """Return the sites that stand in any year and whose figure was not published as dense BF16."""
    largest = plan.sites["installed_pflops"].groupby(level="site").max()
    sites = sorted(plan.inputs.topology.sites.items())
    return [s for key, s in sites if (s.precision not in DENSE or s.sparse) and largest.get(key, 0.0) > 0]
