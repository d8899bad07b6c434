"""The routing of each demand: which sites may serve it, over which links and nodes; equal ones are shared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import (
    Origin,
    Terms,
    admit_hosts,
    avoided_countries,
    is_usable,
    least_cluster,
)
from planner.network import Network
from planner.programme.case import (
    NO_SITE,
    HostCase,
    Routing,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from planner.demand import DemandRow, Workload
    from planner.files import Inputs
    from planner.policy import ResidencyRule, TransitRule
    from planner.topology import Topology
    from planner.years import Yearly


def by_year(value: Yearly, years: Iterable[int], factor: float = 1.0) -> dict[int, float]:
    """Return the value in each of the years, times a factor."""
    return {year: factor * value.at(year) for year in years}


def floors_between(inputs: Inputs, one: str, other: str) -> dict[int, float]:
    """Return the least round trip of paths over links between two countries, by year, where networks meet elsewhere."""
    if inputs.scenario.latency != "seen":
        return {}
    rtt = inputs.topology.peering_rtt.get(frozenset((one, other)))
    return {} if rtt is None else by_year(rtt, inputs.scenario.years)


@dataclass(frozen=True)
class Through:
    """Where no path leads through: nodes for everybody, countries but for what comes from there or goes there.

    Attributes
    ----------
    dead_end
        (N,) nodes that sell no through traffic
    sealed
        (N,) number of the country that sells none and that a node lies in, -1 elsewhere
    countries
        these countries by number
    """

    dead_end: NDArray[np.bool_]
    sealed: NDArray[np.int64]
    countries: tuple[str, ...]

    @classmethod
    def of(cls, topology: Topology, network: Network) -> Through:
        """Read it from a topology."""
        countries = tuple(sorted(code for code, terms in topology.countries.items() if terms.through == "none"))
        number = {code: i for i, code in enumerate(countries)}
        return cls(
            np.array([topology.nodes[node].through == "none" for node in network.nodes], dtype=bool),
            np.array([number.get(country, -1) for country in network.countries], dtype=np.int64),
            countries,
        )

    def sealed_for(self, country: str) -> NDArray[np.int64]:
        """Return the same for what comes from a country: its own nodes are open to it."""
        if country not in self.countries:
            return self.sealed
        return np.where(self.sealed == self.countries.index(country), -1, self.sealed)


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

    @cached_property
    def _through(self) -> Through:
        """Where no path leads through."""
        return Through.of(self.inputs.topology, self.network)

    def _settle(self, origin: Origin, workload: Workload, row: DemandRow) -> int:
        policy, topology = self.inputs.scenario.policy, self.inputs.topology
        if row.to:
            hosts = self._target(origin, row.to)
        else:
            hosts = self._hosts(origin, workload, admit_hosts(topology, policy, origin, workload, row))
        sealed = self._through.sealed_for(origin.country)
        avoided = avoided_countries(policy, origin, workload)
        barred = {link.id for link in self.network.links if workload.is_background and link.project is not None}
        usable = tuple(is_usable(link, origin) and link.id not in barred for link in self.network.links)
        premium = workload.rtt_premium_per_ms
        if row.to is None:
            traffic = (workload.traffic_gbps_per_pflops, workload.traffic_back_gbps_per_pflops)
        else:  # everybody else's traffic has a demand for each direction
            traffic = (1.0, 0.0 if workload.is_background else 1.0)
        key = (
            tuple(map(_key_of, hosts)),
            avoided,
            sealed.tobytes(),
            usable,
            traffic,
            premium,
            workload.is_background,
        )
        if key not in self._known:
            self._known[key] = len(self.found)
            self.found.append(
                Routing(
                    hosts=hosts,
                    usable=np.repeat(np.array(usable, dtype=bool), 2),
                    closed=np.array([country in avoided for country in self.network.countries], dtype=bool),
                    dead_end=self._through.dead_end,
                    sealed=sealed,
                    traffic=traffic[0],
                    traffic_back=traffic[1],
                    premium_per_ms=premium,
                    is_background=workload.is_background,
                )
            )
        return self._known[key]

    def _target(self, origin: Origin, node: str) -> tuple[HostCase, ...]:
        """The end of traffic between two nodes: it meets no site."""
        free = dict.fromkeys(self.inputs.scenario.years, 0.0)
        floors = floors_between(self.inputs, origin.country, self.inputs.topology.nodes[node].country)
        return (HostCase(NO_SITE, self.network.node_index[node], free, 0.0, floors),)

    def _hosts(self, origin: Origin, workload: Workload, admitted: Mapping[str, Terms]) -> tuple[HostCase, ...]:
        nodes, sites, years = self.inputs.topology.nodes, self.inputs.topology.sites, self.inputs.scenario.years
        position = {key: i for i, key in enumerate(sorted(sites))}
        return tuple(
            HostCase(
                position[key],
                self.network.node_index[sites[key].node],
                by_year(terms.fee_usd_per_pflops, years),
                terms.premium,
                floors_between(self.inputs, origin.country, nodes[sites[key].node].country),
                least_cluster(sites[key], workload),
            )
            for key, terms in admitted.items()
        )


def _key_of(host: HostCase) -> tuple[object, ...]:
    """Return what tells a host of one routing from the same site in another."""
    terms = (*host.fee_usd_per_pflops.items(), host.premium)
    return (host.site, host.node, *terms, *host.floor_ms.items(), host.min_cluster)
