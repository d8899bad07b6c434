"""The sets and the data of the programme, prepared before any inequality is written.

A `Case` is a scenario translated into positions and numbers: states, sites, channels, parts of demands. The families
in `constraints` and the terms in `objective` only read from it; nothing is joined or converted beside an inequality.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.finance import year_weights
from planner.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.finance import Finance

INTACT = "intact"
RTT_TOLERANCE_MS = 1e-9
"""A path may miss its latency limit by this much: sums of decimals are not exact."""


@dataclass(frozen=True, slots=True)
class State:
    """One situation the plan must work in: a year, an hour block and what has failed."""

    index: int
    year: int
    block: int
    contingency: str = INTACT

    @property
    def is_intact(self) -> bool:
        """Whether nothing has failed; only intact states cost anything."""
        return self.contingency == INTACT

    @property
    def key(self) -> tuple[int, int, str]:
        """Year, block and contingency, as in the tables."""
        return (self.year, self.block, self.contingency)


@dataclass(frozen=True, slots=True)
class Expansion:
    """One way to add capacity to a site (PFLOPS) or a link (Gbps).

    Attributes
    ----------
    asset
        position of the site or link
    position
        position among the asset's expansions, as in the file
    limit
        most that may stand, by year
    annuity_usd, opex_usd
        yearly cost of one unit, annualised capex and opex, by year of building
    capex_usd
        overnight cost of one unit, by year of building
    life
        years a build stays alive
    years
        years in which it may be built
    """

    asset: int
    position: int
    limit: Mapping[int, float]
    annuity_usd: Mapping[int, float]
    opex_usd: Mapping[int, float]
    capex_usd: Mapping[int, float]
    life: int
    years: tuple[int, ...]

    def is_alive(self, built: int, year: int) -> bool:
        """Whether what was built in one year still stands in another."""
        return built <= year < built + self.life


@dataclass(frozen=True, slots=True)
class SiteCase:
    """A site in numbers by year; it has no compute where its status is not counted or it is not in service."""

    id: str
    node: int
    country: str
    in_service: Mapping[int, bool]
    compute_pflops: Mapping[int, float]
    fill: Mapping[int, float]
    power_mw: Mapping[int, float] | None
    facility_mw_per_pflops: Mapping[int, float]
    opex_usd_per_pflops: Mapping[int, float]
    energy_usd_per_pflops: Mapping[int, float]
    energy_mwh_per_pflops: Mapping[int, float]
    carbon_kg_per_pflops: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class LinkCase:
    """A link in numbers by year; out of service it has no capacity and takes no traffic."""

    id: str
    in_service: Mapping[int, bool]
    capacity_gbps: Mapping[int, float]
    committed_gbps: Mapping[int, float]
    fill: Mapping[int, float]
    transit_usd_per_gbps: Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Host:
    """A site that may serve a routing, with what being abroad costs there."""

    site: int
    fee_usd_per_pflops: Mapping[int, float]
    premium: float


@dataclass(frozen=True)
class Routing:
    """What paths a demand may take; demands that agree in all of it are priced together.

    Attributes
    ----------
    hosts
        the admitted sites
    usable
        (2L,) whether the origin's traffic may use an arc
    closed
        (N,) whether a node may not lie strictly inside a path
    traffic, traffic_back
        Gbps per PFLOPS from the origin to the site and back
    premium_per_ms
        by how much each ms of RTT makes the site's opex and energy dearer
    """

    hosts: tuple[Host, ...]
    usable: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    traffic: float
    traffic_back: float
    premium_per_ms: float

    @cached_property
    def host_at(self) -> dict[int, Host]:
        """Host of each admitted site."""
        return {host.site: host for host in self.hosts}


@dataclass(frozen=True, slots=True)
class DemandCase:
    """One part of a demand at one node.

    Attributes
    ----------
    written
        origin as written in the file: a node or a country
    quantity
        PFLOPS by (year, block)
    unserved_usd
        price of a PFLOPS left unserved for a year, by year; None where serving is required
    movable
        whether it is a training volume that may wait for another hour
    """

    index: int
    row: int
    written: str
    workload: str
    node: int
    country: str
    routing: int
    access_ms: float
    max_rtt_ms: float | None
    quantity: Mapping[tuple[int, int], float]
    unserved_usd: Mapping[int, float] | None
    movable: bool

    @property
    def key(self) -> tuple[str, str]:
        """Origin as written and workload."""
        return (self.written, self.workload)

    @property
    def budget_ms(self) -> float:
        """Round-trip time left for the links once access is paid; infinite without a limit."""
        return np.inf if self.max_rtt_ms is None else self.max_rtt_ms - self.access_ms + RTT_TOLERANCE_MS


@dataclass(frozen=True)
class Case:
    """A scenario in positions and numbers; see the module's head."""

    network: Network
    finance: Finance
    years: tuple[int, ...]
    blocks: int
    states: tuple[State, ...]
    sites: tuple[SiteCase, ...]
    links: tuple[LinkCase, ...]
    site_expansions: tuple[Expansion, ...]
    link_expansions: tuple[Expansion, ...]
    routings: tuple[Routing, ...]
    demands: tuple[DemandCase, ...]

    @cached_property
    def state_at(self) -> dict[tuple[int, int, str], State]:
        """State of each (year, block, contingency)."""
        return {state.key: state for state in self.states}

    @cached_property
    def expansions_of_site(self) -> dict[int, list[int]]:
        """Positions in `site_expansions` by site."""
        return _by_asset(self.site_expansions)

    @cached_property
    def expansions_of_link(self) -> dict[int, list[int]]:
        """Positions in `link_expansions` by link."""
        return _by_asset(self.link_expansions)

    @cached_property
    def site_index(self) -> dict[str, int]:
        """Position of each site."""
        return {site.id: i for i, site in enumerate(self.sites)}

    @cached_property
    def costly_states(self) -> tuple[State, ...]:
        """The intact states, the only ones that cost anything."""
        return tuple(state for state in self.states if state.is_intact)

    def intact_states(self, year: int) -> tuple[State, ...]:
        """The intact states of a year, one for each hour block."""
        return tuple(state for state in self.costly_states if state.year == year)

    def year_weight(self, year: int) -> float:
        """ω(t): how many discounted years a listed year stands for; 1 where only one is listed."""
        return self._weights[year]

    @cached_property
    def _weights(self) -> dict[int, float]:
        return year_weights(self.years, self.finance.discount_rate)

    def weight(self, state: State) -> float:
        """ω(t)/H: what a rate in the state counts for in the cost."""
        return self.year_weight(state.year) / self.blocks

    def volume(self, demand: DemandCase, year: int) -> float:
        """Mean PFLOPS of a demand over the hours of a year."""
        return sum(demand.quantity[year, block] for block in range(self.blocks)) / self.blocks

    def label(self, demand: DemandCase) -> tuple[str, str, str]:
        """Origin as written, workload and node of a part of a demand."""
        return (*demand.key, self.network.nodes[demand.node])

    def can_host(self, site: int, year: int) -> bool:
        """Whether the site stands in the year and has, or may be given, any compute at all."""
        if not self.sites[site].in_service[year]:
            return False
        if self.sites[site].compute_pflops[year] > 0:
            return True
        options = (self.site_expansions[i] for i in self.expansions_of_site.get(site, ()))
        return any(e.limit[year] > 0 and any(e.is_alive(built, year) for built in e.years) for e in options)

    def arcs_alive(self, state: State) -> NDArray[np.bool_]:
        """(2L,) whether an arc's link is in service and has not failed in the state."""
        return np.repeat(np.array([link.in_service[state.year] for link in self.links], dtype=bool), 2)

    def hosts_alive(self, state: State, routing: Routing) -> tuple[Host, ...]:
        """Hosts of a routing that stand in the state."""
        return tuple(host for host in routing.hosts if self.can_host(host.site, state.year))


def _by_asset(expansions: tuple[Expansion, ...]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for position, expansion in enumerate(expansions):
        found.setdefault(expansion.asset, []).append(position)
    return found
