"""The rules on hosts as sets and numbers: groups of sites, limits of members, shares hosted in certain places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.admissibility import Origin, is_on_soil, speaks_of
from planner.programme.case import DemandCase, GroupCase, MemberCase, Routing, ShareCase
from planner.programme.routings import by_year

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from planner.files import Inputs
    from planner.network import Network
    from planner.topology import Topology
    from planner.years import Yearly


def list_groups(topology: Topology, years: Sequence[int]) -> Iterator[GroupCase]:
    """Yield the groups that have limits; sites say themselves which they belong to, so that studies may drop some."""
    for key, group in sorted(topology.groups.items()):
        sites = (i for i, name in enumerate(sorted(topology.sites)) if key in topology.sites[name].groups)
        power, compute = (_yearly(value, years) for value in (group.power_mw, group.compute_pflops))
        if power is not None or compute is not None:
            yield GroupCase(key, tuple(sites), power, compute)


def list_member_limits(inputs: Inputs) -> Iterator[MemberCase]:
    """Yield what may be asked of each member."""
    topology, years = inputs.topology, inputs.scenario.years
    for country, limits in sorted(inputs.scenario.limits.members.items()):
        own = (
            position
            for position, key in enumerate(sorted(topology.sites))
            if is_on_soil(topology.sites[key], topology, country)
        )
        hosted, opex = (_yearly(value, years) for value in (limits.hosted_min_pflops, limits.opex_usd))
        yield MemberCase(country, tuple(own), limits.capex_usd, hosted, opex)


def _yearly(value: Yearly | None, years: Sequence[int]) -> dict[int, float] | None:
    return None if value is None else by_year(value, years)


def list_shares(
    inputs: Inputs, network: Network, demands: Sequence[DemandCase], routings: Sequence[Routing]
) -> Iterator[ShareCase]:
    """Yield the rules on shares with the demands that each speaks of and the sites that count for them."""
    topology, members = inputs.topology, inputs.scenario.community.members
    names = sorted(topology.sites)
    for number, rule in enumerate(inputs.scenario.policy.shares):
        hosts: dict[int, frozenset[int]] = {}
        for demand in demands:
            origin = Origin(network.nodes[demand.node], demand.country)
            if not demand.is_compute or not speaks_of(rule, origin, inputs.demand.workloads[demand.workload]):
                continue
            sites = ((host.site, topology.sites[names[host.site]]) for host in routings[demand.routing].hosts)
            hosts[demand.index] = frozenset(
                position
                for position, site in sites
                if rule.counts(site, topology.nodes[site.node].country, demand.country, members)
            )
        yield ShareCase(rule.id or str(number), rule.at_least, hosts)
