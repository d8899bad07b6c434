"""The sets of the programme: states, sites, links, expansions, projects, routings and parts of demands, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

INTACT = "intact"
NO_SITE = -1
"""Stands for the site of a path that carries traffic and ends at a node."""
RTT_SHARE = 1e-11
"""A path may miss its latency limit by this share: sums of decimals are not exact."""


@dataclass(frozen=True)
class FailureCase:
    """What is gone in a contingency: positions of links and sites."""

    name: str
    links: frozenset[int] = frozenset()
    sites: frozenset[int] = frozenset()


NOTHING = FailureCase(INTACT)


@dataclass(frozen=True, slots=True)
class State:
    """One situation the plan must work in: a year, an hour block, in a season where there are any, and what has failed.

    `block` is the position among the parts of the year that are told apart (`Case.slots`).
    """

    index: int
    year: int
    block: int
    failure: FailureCase = NOTHING

    @property
    def contingency(self) -> str:
        """Name of what has failed, ``intact`` where nothing has."""
        return self.failure.name

    @property
    def is_intact(self) -> bool:
        """Whether nothing has failed; only intact states cost anything."""
        return self.failure is NOTHING

    @property
    def key(self) -> tuple[int, int, str]:
        """Year, block and contingency."""
        return (self.year, self.block, self.contingency)

    @property
    def at(self) -> tuple[int, int]:
        """Year and block."""
        return (self.year, self.block)


@dataclass(frozen=True, slots=True)
class ExpansionCase:
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
    step
        size of one step, None where any amount may be built
    projects
        positions of the projects without which nothing is built: its own, its asset's
    embodied_kg
        carbon embodied in one unit, by year of its life
    """

    asset: int
    position: int
    limit: Mapping[int, float]
    annuity_usd: Mapping[int, float]
    opex_usd: Mapping[int, float]
    capex_usd: Mapping[int, float]
    life: int
    years: tuple[int, ...]
    step: float | None = None
    projects: tuple[int, ...] = ()
    embodied_kg: float = 0.0

    def is_alive(self, built: int, year: int) -> bool:
        """Whether what was built in one year still stands in another."""
        return built <= year < built + self.life


@dataclass(frozen=True, slots=True)
class SiteCase:
    """A site in numbers by year; it has no compute where its status is not counted or it is not in service.

    Attributes
    ----------
    power_mw
        limit at the meter, by year and block
    idle_mw, used_mw
        MW at the meter of a PFLOPS installed, and of a PFLOPS in use beside that, by year
    usd_per_mw, carbon_kg_per_mw
        what a MW drawn all year costs and emits, by year and block
    water_m3_per_mw
        what it takes of water, by year
    embodied_kg_per_pflops
        carbon embodied in what stands, by year of its life
    """

    id: str
    node: int
    country: str
    in_service: Mapping[int, bool]
    compute_pflops: Mapping[int, float]
    fill: Mapping[int, float]
    power_mw: Mapping[tuple[int, int], float] | None
    idle_mw: Mapping[int, float]
    used_mw: Mapping[int, float]
    usd_per_mw: Mapping[tuple[int, int], float]
    carbon_kg_per_mw: Mapping[tuple[int, int], float]
    water_m3_per_mw: Mapping[int, float]
    opex_usd_per_pflops: Mapping[int, float]
    fixed_cost_usd: Mapping[int, float]
    embodied_kg_per_pflops: float = 0.0
    project: int | None = None
    market: bool = False

    def meter_mw(self, year: int, *, installed: float = 0.0, used: float = 0.0) -> float:
        """MW at the meter with so many PFLOPS installed and in use."""
        return self.idle_mw[year] * installed + self.used_mw[year] * used

    def energy_usd(self, at: tuple[int, int], *, installed: float = 0.0, used: float = 0.0) -> float:
        """USD a year of the energy with so many PFLOPS installed and in use, as in a year and block."""
        return self.meter_mw(at[0], installed=installed, used=used) * self.usd_per_mw[at]

    def carbon_kg(self, at: tuple[int, int], *, installed: float = 0.0, used: float = 0.0) -> float:
        """Carbon of a year, kg, with so many PFLOPS installed and in use, as in a year and block."""
        return self.meter_mw(at[0], installed=installed, used=used) * self.carbon_kg_per_mw[at]


@dataclass(frozen=True, slots=True)
class GroupCase:
    """Sites with common limits, by position; a limit that is not set is None."""

    id: str
    sites: tuple[int, ...]
    power_mw: Mapping[int, float] | None = None
    compute_pflops: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class MemberCase:
    """What may be asked of a member, by what stands on its soil; a limit that is not set is None.

    Attributes
    ----------
    sites
        positions of its own sites: what is rented on its soil is not among them
    capex_usd
        most that builds may cost overnight, all years together
    hosted_pflops
        least that its sites host, by year
    opex_usd
        most that running them costs, by year
    """

    country: str
    sites: tuple[int, ...]
    capex_usd: float | None = None
    hosted_pflops: Mapping[int, float] | None = None
    opex_usd: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class LinkCase:
    """A link in numbers by year; out of service it has no capacity and takes no traffic."""

    id: str
    in_service: Mapping[int, bool]
    capacity_gbps: Mapping[int, float]
    committed_gbps: Mapping[int, float]
    fill: Mapping[int, float]
    transit_usd_per_gbps: Mapping[int, float]
    project: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectCase:
    """A project decided whole: built in one year, or not; it never retires.

    Attributes
    ----------
    year
        year in which it is built, if it is
    capex_usd
        overnight cost
    annuity_usd
        yearly cost of the capital, from that year on
    opex_usd
        yearly cost of keeping it, by year
    countries
        where what hangs on it stands or ends: each bears an even part
    """

    id: str
    year: int
    capex_usd: float
    annuity_usd: float
    opex_usd: Mapping[int, float]
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareCase:
    """A rule on how much of what is served is hosted in certain places.

    Attributes
    ----------
    name
        its id, or its number among the rules
    at_least
        share of the PFLOPS served
    hosts
        positions of the sites that count, by position of the demand
    """

    name: str
    at_least: float
    hosts: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class HostCase:
    """A site that may serve a routing, with what being abroad costs there; traffic ends at a node instead of a site.

    `floor_ms` is the least round trip of paths over links to it, by year, where the two countries' networks meet
    elsewhere; `min_cluster` is what it must have installed to take the work, PFLOPS.
    """

    site: int
    node: int
    fee_usd_per_pflops: Mapping[int, float]
    premium: float
    floor_ms: Mapping[int, float] = field(default_factory=dict)
    min_cluster: float = 0.0


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
    dead_end
        (N,) whether a node sells no through traffic: no path leads through it
    sealed
        (N,) number of the country that sells no through traffic and that the node lies in, -1 elsewhere and at home: a
        path leads through it only to hosts there
    traffic, traffic_back
        Gbps per PFLOPS from the origin to the site and back
    premium_per_ms
        by how much each ms of RTT makes the site's opex and energy dearer
    is_background
        whether its traffic is everybody else's, which meets no decision and pays no transit
    """

    hosts: tuple[HostCase, ...]
    usable: NDArray[np.bool_]
    closed: NDArray[np.bool_]
    dead_end: NDArray[np.bool_]
    sealed: NDArray[np.int64]
    traffic: float
    traffic_back: float
    premium_per_ms: float
    is_background: bool = False

    @cached_property
    def needs_cluster(self) -> bool:
        """Whether any host must have so much installed to take it."""
        return any(host.min_cluster > 0 for host in self.hosts)

    @cached_property
    def host_at(self) -> dict[int, HostCase]:
        """Host of each admitted site."""
        return {host.site: host for host in self.hosts}


@dataclass(frozen=True, slots=True)
class DemandCase:
    """One part of a demand at one node.

    Attributes
    ----------
    written
        origin as written in the file: a node or a country; traffic names both its nodes
    quantity
        PFLOPS, or Gbps of traffic, by (year, block)
    unserved_usd
        price of a PFLOPS left unserved for a year, by year; None where serving is required
    movable
        whether it is a training volume that may wait for another hour
    is_compute
        whether it occupies compute; traffic only fills links
    is_background
        whether it is the traffic of everybody else
    whole
        whether one site must serve it
    survives
        share of what the intact state serves to keep under any contingency
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
    is_compute: bool = True
    is_background: bool = False
    whole: bool = False
    survives: float = 0.0

    def takes_part(self, state: State) -> bool:
        """Whether the demand is there at all in a state: in failures only what has a share to keep."""
        return state.is_intact or self.survives > 0

    @property
    def key(self) -> tuple[str, str]:
        """Origin as written and workload."""
        return (self.written, self.workload)

    @property
    def budget_ms(self) -> float:
        """Round-trip time left for the links once access is paid; infinite without a limit."""
        return np.inf if self.max_rtt_ms is None else self.max_rtt_ms * (1 + RTT_SHARE) - self.access_ms
