"""Demands worked out again from the inputs: grown to the year, spread over nodes, shaped by the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import floor
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from planner.admissibility import Origin

if TYPE_CHECKING:
    from planner.demand import DemandRow, Workload
    from planner.files import Inputs
    from planner.places import Node
    from planner.topology import Topology


@dataclass(frozen=True, slots=True)
class DemandPart:
    """A demand at one node.

    Attributes
    ----------
    asked
        PFLOPS that it asks for, Gbps of traffic, by year and UTC hour at which the block begins
    volume
        the mean of that over the blocks, by year
    most
        the most of that over the blocks, by year
    access_ms
        round-trip time between its users and the node
    """

    row: DemandRow
    workload: Workload
    node: str
    country: str
    access_ms: float
    asked: Mapping[tuple[int, int], float]
    volume: Mapping[int, float]
    most: Mapping[int, float]

    def __str__(self) -> str:
        if self.is_compute:
            return f"demand {self.row.origin}/{self.workload.id} at {self.node}"
        return f"demand {self.node}/{self.workload.id} to {self.row.to}"

    @property
    def is_compute(self) -> bool:
        """Whether it occupies compute; traffic only fills links."""
        return self.workload.kind != "traffic"

    @property
    def origin(self) -> Origin:
        """Where it comes from, as rules see it."""
        return Origin(self.node, self.country)

    @property
    def unit(self) -> str:
        """What it is counted in."""
        return "PFLOPS" if self.is_compute else "Gbps"

    @property
    def may_wait(self) -> bool:
        """Whether it is a training volume, which may be served at any hour and waits in failures."""
        return self.workload.kind == "training"


def split_demands(inputs: Inputs, hours: Sequence[int]) -> dict[tuple[str, str, str], DemandPart]:
    """Return every demand at every node that asks for it; see `flows.PartKey` for the keys."""
    topology, found = inputs.topology, {}
    for row in inputs.demand.demands:
        workload = inputs.demand.workloads[row.workload]
        for name, share in _shares(topology, row.origin).items():
            node = topology.nodes[name]
            asked = {
                (year, hour): share * row.amount.growing_at(year) * factor
                for year in inputs.scenario.years
                for hour, factor in zip(hours, _factors(workload, node, len(hours)), strict=True)
            }
            access = node.access_rtt_ms if row.access_rtt_ms is None else row.access_rtt_ms
            found[row.origin, row.workload, row.to or name] = DemandPart(
                row,
                workload,
                name,
                node.country,
                access,
                asked,
                volume={year: sum(asked[year, hour] for hour in hours) / len(hours) for year in inputs.scenario.years},
                most={year: max(asked[year, hour] for hour in hours) for year in inputs.scenario.years},
            )
    return found


def _shares(topology: Topology, origin: str) -> dict[str, float]:
    """Return the nodes that ask for an origin and their shares: by weight where any node of the country has one."""
    if origin in topology.nodes:
        return {origin: 1.0}
    nodes = {name: node for name, node in topology.nodes.items() if node.country == origin}
    weighed = any(node.weight is not None for node in nodes.values())
    weights = {name: (node.weight or 0.0) if weighed else 1.0 for name, node in nodes.items()}
    total = sum(weights.values())
    return {name: weight / total for name, weight in weights.items() if weight > 0}


def _factors(workload: Workload, node: Node, blocks: int) -> list[float]:
    """Return a workload's factor in each block of the UTC day at a node: the mean of its hours."""
    profile = workload.profile
    if profile is None or workload.is_flat:
        return [1.0] * blocks
    ahead, width = _hours_ahead(node.timezone or "UTC"), 24 // blocks
    return [
        sum(profile[(hour + ahead) % 24] for hour in range(block * width, (block + 1) * width)) / width
        for block in range(blocks)
    ]


def _hours_ahead(zone: str) -> int:
    """Return a time zone's standard offset from UTC in hours, rounded down."""
    summer_or_winter = datetime(2026, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone))
    offset = (summer_or_winter.utcoffset() or timedelta()) - (summer_or_winter.dst() or timedelta())
    return floor(offset / timedelta(hours=1))
