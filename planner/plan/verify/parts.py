"""Demands worked out again from the inputs: grown to the year, spread over nodes, shaped by the day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.admissibility import Origin
from planner.plan.verify.times import Moment, factor_at

if TYPE_CHECKING:
    from planner.demand import DemandRow, Workload
    from planner.files import Inputs
    from planner.topology import Topology


@dataclass(frozen=True, slots=True)
class DemandPart:
    """A demand at one node.

    Attributes
    ----------
    asked
        PFLOPS that it asks for, Gbps of traffic, by year and UTC hour at which the block begins
    volume
        the mean of that over the blocks, seasons weighing by their days, by year
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
    asked: Mapping[tuple[int, Moment], float]
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


def split_demands(
    inputs: Inputs, moments: Sequence[Moment], share_of: Mapping[int, float]
) -> dict[tuple[str, str, str], DemandPart]:
    """Return every demand at every node that asks for it; see `flows.PartKey` for the keys."""
    topology, found = inputs.topology, {}
    for row in inputs.demand.demands:
        workload = inputs.demand.workloads[row.workload]
        for name, share in _shares(topology, row.origin).items():
            node = topology.nodes[name]
            blocks = len({at.hour for at in moments})
            factors = [(at, factor_at(workload.profile, node.timezone, at, blocks)) for at in moments]
            asked = {
                (year, at): share * row.amount.in_season(at.season).growing_at(year) * factor
                for year in inputs.scenario.years
                for at, factor in factors
            }
            access = node.access_rtt_ms if row.access_rtt_ms is None else row.access_rtt_ms
            found[row.origin, row.workload, row.to or name] = DemandPart(
                row,
                workload,
                name,
                node.country,
                access,
                asked,
                volume={year: sum(asked[year, at] * share_of[at] for at in moments) for year in inputs.scenario.years},
                most={year: max(asked[year, at] for at in moments) for year in inputs.scenario.years},
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
