"""Who asks, and over which paths it may be served: parts of demands, their routings and hosts, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.programme.sets import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_SITE = -1
"""Stands for the site of a path that carries traffic and ends at a node."""
RTT_SHARE = 1e-11
"""A path may miss its latency limit by this share: sums of decimals are not exact."""


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
