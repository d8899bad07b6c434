"""The routing of each demand: which sites may serve it, over which links and nodes; equal ones are shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import (
    Origin,
    Terms,
    admit_hosts,
    avoided_countries,
    is_usable,
)
from planner.network import Network
from planner.programme.case import (
    NO_SITE,
    HostCase,
    Routing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from planner.demand import DemandRow, Workload
    from planner.files import Inputs
    from planner.policy import ResidencyRule, TransitRule
    from planner.years import Yearly


def by_year(value: Yearly, years: Iterable[int], factor: float = 1.0) -> dict[int, float]:
    """Return the value in each of the years, times a factor."""
    return {year: factor * value.at(year) for year in years}


@dataclass
class RoutingTable:
    """Finds the routing of each demand and keeps one for all demands that agree."""

    inputs: Inputs
    network: Network
    found: list[Routing] = field(default_factory=list)
    _known: dict[object, int] = field(default_factory=dict)
    _quick: dict[object, int] = field(default_factory=dict)

    def number(self, origin: Origin, workload: Workload, row: DemandRow) -> int:
        """Position in `found` of the routing of one part of a demand."""
        place = origin.node if self._rules_name_nodes else ""
        quick = (place, origin.country, workload.id, row.hosts, row.to)
        if quick not in self._quick:
            self._quick[quick] = self._settle(origin, workload, row)
        return self._quick[quick]

    @property
    def _rules_name_nodes(self) -> bool:
        policy, nodes = self.inputs.scenario.policy, self.inputs.topology.nodes
        rules: tuple[ResidencyRule | TransitRule, ...] = (*policy.residency, *policy.transit)
        return any(name in nodes for rule in rules for name in rule.origin or ())

    def _settle(self, origin: Origin, workload: Workload, row: DemandRow) -> int:
        policy, topology = self.inputs.scenario.policy, self.inputs.topology
        hosts = self._target(row.to) if row.to else self._hosts(admit_hosts(topology, policy, origin, workload, row))
        avoided = avoided_countries(policy, origin)
        usable = tuple(is_usable(link, origin) for link in self.network.links)
        premium = workload.rtt_premium_per_ms
        traffic = (
            (workload.traffic_gbps_per_pflops, workload.traffic_back_gbps_per_pflops) if row.to is None else (1.0, 1.0)
        )
        key = (
            tuple((host.site, host.node, *host.fee_usd_per_pflops.items(), host.premium) for host in hosts),
            avoided,
            usable,
            traffic,
            premium,
            workload.min_cluster_pflops,
        )
        if key not in self._known:
            self._known[key] = len(self.found)
            self.found.append(
                Routing(
                    hosts=hosts,
                    usable=np.repeat(np.array(usable, dtype=bool), 2),
                    closed=np.array([country in avoided for country in self.network.countries], dtype=bool),
                    traffic=traffic[0],
                    traffic_back=traffic[1],
                    premium_per_ms=premium,
                    min_cluster=workload.min_cluster_pflops,
                )
            )
        return self._known[key]

    def _target(self, node: str) -> tuple[HostCase, ...]:
        """The end of traffic between two nodes: it meets no site."""
        return (HostCase(NO_SITE, self.network.node_index[node], dict.fromkeys(self.inputs.scenario.years, 0.0), 0.0),)

    def _hosts(self, admitted: Mapping[str, Terms]) -> tuple[HostCase, ...]:
        position = {key: i for i, key in enumerate(sorted(self.inputs.topology.sites))}
        years = self.inputs.scenario.years
        return tuple(
            HostCase(
                position[key],
                self.network.node_index[self.inputs.topology.sites[key].node],
                by_year(terms.fee_usd_per_pflops, years),
                terms.premium,
            )
            for key, terms in admitted.items()
        )
