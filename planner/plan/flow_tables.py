"""From the flows of a solved programme to the tables of paths and of traffic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.plan.answer import Answer
    from planner.programme.paths import Path

Record = Mapping[str, object]


def list_paths(answer: Answer) -> Iterator[Record]:
    """One record for each path in use to a site, numbered within its assignment."""
    case = answer.case
    numbers: defaultdict[tuple[object, ...], int] = defaultdict(int)
    for path, pflops in answer.ordered_flows:
        state, demand = case.states[path.state], case.demands[path.demand]
        if demand.is_compute:
            key = (path.state, demand.node, demand.workload, path.site)
            numbers[key] += 1
            yield {
                **answer.when(state),
                "origin": case.network.nodes[demand.node], "workload": demand.workload,
                "site": case.sites[path.site].id, "path": numbers[key], "pflops": pflops, "rtt_ms": path.rtt_ms,
                **_path_columns(answer, path), "demand": demand.written,
            }  # fmt: skip


def _path_columns(answer: Answer, path: Path) -> Record:
    """Round trip over glass alone, length and links of a path."""
    links = [answer.case.network.links[arc // 2] for arc in path.arcs]
    glass = answer.case.demands[path.demand].access_ms + fsum(link.rtt_ms for link in links)
    return {
        "glass_ms": glass,
        "km": fsum(link.length_km for link in links),
        "links": ";".join(link.id for link in links),
    }


def list_traffic(answer: Answer) -> Iterator[Record]:
    """One record for each path of traffic between two nodes."""
    case = answer.case
    numbers: defaultdict[tuple[int, int], int] = defaultdict(int)
    for path, gbps in answer.ordered_flows:
        state, demand = case.states[path.state], case.demands[path.demand]
        if not demand.is_compute:
            numbers[path.state, path.demand] += 1
            yield {
                **answer.when(state),
                **between(answer, path.demand), "path": numbers[path.state, path.demand], "gbps": gbps,
                "rtt_ms": path.rtt_ms, **_path_columns(answer, path),
            }  # fmt: skip


def between(answer: Answer, demand: int) -> Record:
    """Ends and workload of a demand for traffic."""
    row = answer.inputs.demand.demands[answer.case.demands[demand].row]
    return {
        "origin": answer.case.network.nodes[answer.case.demands[demand].node],
        "to": row.to,
        "workload": row.workload,
    }
