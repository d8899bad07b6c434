"""A finished plan as the engine sees it: its flows and its decisions, read back from its tables."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.programme.paths import Path, make_path
from planner.programme.prepare import prepare
from planner.programme.sets import INTACT

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from planner.engine.screening import Decided
    from planner.plan.plan import Plan
    from planner.programme.case import Case, State

LITTLE = 1e-9
"""PFLOPS by which what is installed may fall short of a cluster by rounding."""


@dataclass(frozen=True)
class FinishedPlan:
    """The case of a plan, its intact flows by state, and all that it decided for every state."""

    case: Case
    flows: dict[int, list[tuple[Path, float]]]
    decided: Decided


def read_finished(plan: Plan) -> FinishedPlan:
    """Read a plan back. Raises UsageError where there is none."""
    if plan.tables is None:
        raise UsageError(f"there is no plan to break: the scenario is {plan.status.value}")
    case = prepare(plan.inputs)
    flows: defaultdict[int, list[tuple[Path, float]]] = defaultdict(list)
    for path, amount in _flows(plan, case):
        flows[path.state].append((path, amount))
    return FinishedPlan(case, dict(flows), _decisions(plan, case, flows))


def _flows(plan: Plan, case: Case) -> Iterator[tuple[Path, float]]:
    """Yield the intact flows of compute and of traffic."""
    compute = {(case.network.nodes[d.node], d.workload, d.written): d for d in case.demands if d.is_compute}
    rows = plan.inputs.demand.demands
    traffic = {(case.network.nodes[d.node], rows[d.row].to, d.workload): d for d in case.demands if not d.is_compute}
    link_at = {link.id: position for position, link in enumerate(case.network.links)}
    for record in _records(plan.paths):
        if record["contingency"] == INTACT:
            demand = compute[record["origin"], record["workload"], record["demand"]]
            host = case.routings[demand.routing].host_at[case.site_index[record["site"]]]
            arcs = _arcs(case, record["links"], demand.node, link_at)
            yield make_path(case, _state(case, record), demand, host, arcs), record["pflops"]
    for record in _records(plan.traffic):
        if record["contingency"] == INTACT:
            demand = traffic[record["origin"], record["to"], record["workload"]]
            host = case.routings[demand.routing].hosts[0]
            arcs = _arcs(case, record["links"], demand.node, link_at)
            yield make_path(case, _state(case, record), demand, host, arcs), record["gbps"]


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.reset_index().to_dict("records")  # type: ignore[return-value]


def _state(case: Case, record: dict[str, Any]) -> State:
    """The intact state of a row of a table."""
    season = record.get("season", "")
    block = next(i for i, slot in enumerate(case.slots) if (slot.season or "", slot.hour) == (season, record["hour"]))
    return case.state_at[record["year"], block, INTACT]


def _arcs(case: Case, links: object, node: int, link_at: dict[str, int]) -> tuple[int, ...]:
    """Walk the links of a path from its node."""
    arcs = []
    for name in str(links).split(";") if isinstance(links, str) and links else ():
        arc = 2 * link_at[name]
        arc += int(case.network.tail[arc]) != node
        arcs.append(arc)
        node = int(case.network.head[arc])
    return tuple(arcs)


def _decisions(plan: Plan, case: Case, flows: dict[int, list[tuple[Path, float]]]) -> Decided:
    """Builds and projects as the plan's table has them; sites and choices in use; clusters that are large enough."""
    built = {(r["year"], r["asset"], int(r["expansion"])): float(r["added"]) for r in _records(plan.builds)}
    decided: Decided = {}
    for i, option in enumerate(case.site_expansions):
        for year in option.years:
            key = (year, f"site:{case.sites[option.asset].id}", option.position)
            decided["site_build", (i, year)] = built.get(key, 0.0)
    for i, option in enumerate(case.link_expansions):
        for year in option.years:
            key = (year, f"link:{case.links[option.asset].id}", option.position)
            decided["link_build", (i, year)] = built.get(key, 0.0)
    for j, project in enumerate(case.projects):
        decided["project", j] = built.get((project.year, f"project:{project.id}", 0), 0.0)
    chosen = {(path.demand, path.site, case.states[path.state].year) for used in flows.values() for path, _ in used}
    grown = {asset.removeprefix("site:") for (_, asset, _), added in built.items() if added > 0}
    in_use = {site for _, site, _ in chosen} | {i for i, site in enumerate(case.sites) if site.id in grown}
    decided |= {("in_use", site): float(site in in_use) for site in case.weighed_sites}
    decided |= {("whole", key): float(key in chosen) for key in case.whole_choices}
    installed = plan.sites["installed_pflops"].to_dict()
    for workload, site, year in case.gates:
        asked = max(
            host.min_cluster
            for demand in case.demands
            if demand.workload == workload
            for host in case.routings[demand.routing].hosts
            if host.site == site
        )
        has = float(installed.get((year, case.sites[site].id), 0.0))
        decided["gate", (workload, site, year)] = float(has + LITTLE >= asked)
    return decided
