"""The case: all sets and data of the programme, prepared before any inequality is written.

A `Case` is a scenario translated into positions and numbers: states, sites, channels, parts of demands. The families
in `constraints` and the terms in `objective` only read from it; nothing is joined or converted beside an inequality.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.finance import year_weights
from planner.network import Channel, Network
from planner.programme.hours import Slot
from planner.programme.routing_sets import NO_SITE, DemandCase, HostCase, Routing
from planner.programme.scale import Scale
from planner.programme.sets import (
    INTACT,
    NOTHING,
    ExpansionCase,
    FailureCase,
    GroupCase,
    LinkCase,
    MemberCase,
    ProjectCase,
    ShareCase,
    SiteCase,
    State,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.finance import Finance

__all__ = [
    "INTACT", "NOTHING", "NO_SITE", "Case", "DemandCase", "ExpansionCase", "FailureCase", "GroupCase", "HostCase",
    "LinkCase", "MemberCase", "ProjectCase", "Routing", "ShareCase", "SiteCase", "State",
]  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A scenario in positions and numbers; see the module's head."""

    network: Network
    finance: Finance
    years: tuple[int, ...]
    slots: tuple[Slot, ...]
    states: tuple[State, ...]
    sites: tuple[SiteCase, ...]
    links: tuple[LinkCase, ...]
    site_expansions: tuple[ExpansionCase, ...]
    link_expansions: tuple[ExpansionCase, ...]
    routings: tuple[Routing, ...]
    demands: tuple[DemandCase, ...]
    stages: tuple[str, ...] = ("cost",)
    members: tuple[str, ...] = ()
    served_share: float = 0.0
    floor_counts_market: bool = False
    shares: tuple[ShareCase, ...] = ()
    capex_limit_usd: float | None = None
    site_limit: int | None = None
    pool_pflops: float | None = None
    projects: tuple[ProjectCase, ...] = ()
    carbon_limit_kg: Mapping[int, float] | None = None
    groups: tuple[GroupCase, ...] = ()
    member_limits: tuple[MemberCase, ...] = ()
    counts_embodied: bool = False
    scale: Scale = field(default_factory=Scale)

    def standing_sites(self, state: State) -> Iterator[tuple[int, SiteCase]]:
        """Sites in service in a state, with their positions."""
        for position, site in enumerate(self.sites):
            if site.in_service[state.year] and position not in state.failure.sites:
                yield position, site

    def standing_channels(self, state: State) -> Iterator[tuple[int, Channel]]:
        """Channels of the links in service in a state, with their positions."""
        for position, channel in enumerate(self.network.channels):
            if self.links[channel.link].in_service[state.year] and channel.link not in state.failure.links:
                yield position, channel

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

    @property
    def blocks(self) -> int:
        """How many parts of the year are told apart: blocks of the day, in each season."""
        return len(self.slots)

    @property
    def blocks_of_day(self) -> int:
        """Blocks of the day."""
        return 24 // self.slots[0].length

    @property
    def most_times(self) -> float:
        """By how much a volume of the year is larger where all of it comes in one block."""
        return 1 / min(slot.share for slot in self.slots)

    @cached_property
    def seasonal(self) -> bool:
        """Whether the scenario tells seasons apart."""
        return bool(self.slots[0].season)

    def share(self, state: State) -> float:
        """days/365/H: what a rate in the state counts for in the mean of its year."""
        return self.slots[state.block].share

    def weight(self, state: State) -> float:
        """ω(t) · days/365/H: what a rate in the state counts for in the cost."""
        return self.year_weight(state.year) * self.share(state)

    def volume(self, demand: DemandCase, year: int) -> float:
        """Mean PFLOPS of a demand over the hours of a year."""
        return sum(demand.quantity[year, block] * slot.share for block, slot in enumerate(self.slots))

    def most_served(self, demand: DemandCase, state: State) -> float:
        """q̂: the most of a demand that can be served in a state; a training volume may come in one block."""
        return self.volume(demand, state.year) / self.share(state) if demand.movable else demand.quantity[state.at]

    def mean_idle_kg(self, site: int, year: int) -> float:
        """Carbon of a year, kg, of a PFLOPS that is installed at a site and waits for work."""
        own = self.sites[site]
        return sum(self.share(state) * own.carbon_kg(state.at, installed=1.0) for state in self.intact_states(year))

    def most_waiting_kg(self, site: int, year: int) -> float:
        """Most carbon of a year, kg, of all that could stand at a site: as it waits, and what counts as embodied."""
        embodied = [self.sites[site].embodied_kg_per_pflops]
        embodied += [self.site_expansions[i].embodied_kg for i in self.expansions_of_site.get(site, ())]
        each = self.mean_idle_kg(site, year) + max(embodied) * self.counts_embodied
        return each * self.most_pflops(site, year)

    def mean_idle_usd(self, site: int, year: int) -> float:
        """USD a year of the energy of a PFLOPS that is installed at a site and waits for work."""
        own = self.sites[site]
        return sum(self.share(state) * own.energy_usd(state.at, installed=1.0) for state in self.intact_states(year))

    @cached_property
    def idle_energy_usd(self) -> float:
        """Σ_t ω(t) · USD of the machines that stand whatever is decided, while they wait for work."""
        return sum(
            self.year_weight(year) * self.mean_idle_usd(site, year) * self.standing(site, year)
            for year in self.years
            for site in range(len(self.sites))
        )

    @cached_property
    def idle_carbon_t(self) -> float:
        """Σ_t ω(t) · tonnes of the machines that stand whatever is decided, while they wait for work."""
        return sum(
            self.year_weight(year) * self.mean_idle_kg(site, year) * self.standing(site, year) / 1000
            for year in self.years
            for site in range(len(self.sites))
        )

    def constant(self, objective: str) -> float:
        """What an objective is worth whatever is decided, in its unit: what stands in any case."""
        standing = {"compute": "standing_compute", "cost": "idle_energy_usd", "carbon": "idle_carbon_t"}
        return float(getattr(self, standing[objective])) if objective in standing else 0.0

    def part_key(self, demand: DemandCase) -> tuple[str, str, str]:
        """Origin as written, workload and node of a part of a demand."""
        return (*demand.key, self.network.nodes[demand.node])

    def destination(self, demand: DemandCase, site: int) -> str:
        """Where a path of a demand ends: the id of its site, or of the node to which traffic goes."""
        if site != NO_SITE:
            return self.sites[site].id
        return self.network.nodes[self.routings[demand.routing].hosts[0].node]

    @cached_property
    def failing_states(self) -> tuple[State, ...]:
        """The states in which something has failed."""
        return tuple(state for state in self.states if not state.is_intact)

    @cached_property
    def intact_twin(self) -> dict[int, State]:
        """Intact state of the same year and block, by the index of each state."""
        return {state.index: self.state_at[state.year, state.block, INTACT] for state in self.states}

    @cached_property
    def own_sites(self) -> tuple[int, ...]:
        """The members' sites: what is rented on a market is nobody's."""
        return tuple(i for i, site in enumerate(self.sites) if site.country in self.members and not site.market)

    @cached_property
    def standing_compute(self) -> float:
        """Σ_t ω(t) · PFLOPS that stand at the members' sites whatever is decided."""
        own = [self.sites[i] for i in self.own_sites if self.sites[i].project is None]
        return sum(self.year_weight(t) * site.compute_pflops[t] for t in self.years for site in own)

    @cached_property
    def has_whole(self) -> bool:
        """Whether anything has to be decided whole."""
        stepped = any(option.step is not None for option in (*self.site_expansions, *self.link_expansions))
        return bool(stepped or self.weighed_sites or self.gates or self.whole_choices or self.projects)

    @cached_property
    def weighed_sites(self) -> tuple[int, ...]:
        """Sites for which it matters whether they are in use: a fixed cost, or a limit on their number."""
        return tuple(
            i
            for i, site in enumerate(self.sites)
            if (self.site_limit is not None and not site.market)
            or any(site.fixed_cost_usd[t] for t in self.years if site.in_service[t])
        )

    @cached_property
    def has_background(self) -> bool:
        """Whether there is traffic of everybody else."""
        return any(demand.is_background for demand in self.demands)

    @cached_property
    def project_links(self) -> dict[int, int]:
        """Links that belong to a project, with their positions among them."""
        links = [i for i, link in enumerate(self.links) if link.project is not None]
        return {link: position for position, link in enumerate(links)}

    @cached_property
    def gates(self) -> tuple[tuple[str, int, int], ...]:
        """(workload, site, year) where it depends on what is built whether the site is a large enough cluster."""
        found = {
            (demand.workload, host.site, year)
            for demand in self.demands
            for host in self.routings[demand.routing].hosts
            if host.min_cluster > 0
            for year in self.years
            if self.standing(host.site, year) < host.min_cluster <= self.most_pflops(host.site, year)
        }
        return tuple(sorted(found))

    @cached_property
    def whole_choices(self) -> tuple[tuple[int, int, int], ...]:
        """(demand, site, year) among which a demand that may not be split chooses."""
        return tuple(
            (demand.index, host.site, year)
            for demand in self.demands
            if demand.whole and len(self.routings[demand.routing].hosts) > 1
            for host in self.routings[demand.routing].hosts
            for year in self.years
            if self.can_host(host.site, year)
        )

    @cached_property
    def watched_pairs(self) -> dict[tuple[int, int], int]:
        """Pairs (demand, site) of which a rule speaks, with their positions."""
        pairs = {(demand, site) for demand, site, _ in self.whole_choices}
        pairs |= {(demand, site) for share in self.shares for demand, sites in share.hosts.items() for site in sites}
        pairs |= {(demand, site) for rented in self.floor_rented.values() for demand, site in rented}
        gated = {(workload, site) for workload, site, _ in self.gates}
        weighed = set(self.weighed_sites)
        for demand in self.demands:
            for host in self.routings[demand.routing].hosts:
                if host.site in weighed or (demand.workload, host.site) in gated:
                    pairs.add((demand.index, host.site))
        return {pair: position for position, pair in enumerate(sorted(pairs))}

    @cached_property
    def floor_rented(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """Pairs (demand, site on a market) of each member that its floor does not count, where there is a floor."""
        if not self.served_share or self.floor_counts_market:
            return {}
        found: dict[str, list[tuple[int, int]]] = {}
        for demand in self.demands:
            for host in self.routings[demand.routing].hosts if demand.country in self.members else ():
                if host.site != NO_SITE and self.sites[host.site].market:
                    found.setdefault(demand.country, []).append((demand.index, host.site))
        return {country: tuple(pairs) for country, pairs in found.items()}

    def standing(self, site: int, year: int) -> float:
        """PFLOPS that stand at a site whatever is decided."""
        return 0.0 if self.sites[site].project is not None else self.sites[site].compute_pflops[year]

    def most_pflops(self, site: int, year: int) -> float:
        """Most PFLOPS that could stand at a site in a year."""
        options = (self.site_expansions[i] for i in self.expansions_of_site.get(site, ()))
        built = (o.limit[year] for o in options if any(o.is_alive(t, year) for t in o.years))
        return self.sites[site].compute_pflops[year] + sum(built)

    def can_host(self, site: int, year: int) -> bool:
        """Whether the site stands in the year and has, or may be given, any compute at all."""
        return self.sites[site].in_service[year] and self.most_pflops(site, year) > 0

    def arcs_alive(self, state: State) -> NDArray[np.bool_]:
        """(2L,) whether an arc's link is in service and has not failed in the state."""
        alive = np.array([link.in_service[state.year] for link in self.links], dtype=bool)
        alive[list(state.failure.links)] = False
        return np.repeat(alive, 2)

    def hosts_alive(self, state: State, routing: Routing) -> tuple[HostCase, ...]:
        """Hosts of a routing that stand in the state."""
        return tuple(host for host in routing.hosts if self._stands(host, state))

    def _stands(self, host: HostCase, state: State) -> bool:
        if host.site == NO_SITE:
            return True
        if host.site in state.failure.sites or not self.can_host(host.site, state.year):
            return False
        return self.most_pflops(host.site, state.year) >= host.min_cluster


def _by_asset(expansions: tuple[ExpansionCase, ...]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for position, expansion in enumerate(expansions):
        found.setdefault(expansion.asset, []).append(position)
    return found
