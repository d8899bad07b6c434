"""Whose demand a pool is for: what may run where another member's may, and what the rules keep to itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from planner.admissibility import Origin, admit_hosts
from planner.demand import split_origin
from planner.studies.alterations import country_of, home_of

if TYPE_CHECKING:
    from planner.demand import DemandRow
    from planner.files import Inputs


def leave_out(inputs: Inputs) -> tuple[Inputs, tuple[DemandRow, ...]]:
    """Return the question without the members' demand that shares no site, and that demand.

    A site on members' soil is shared where the rules let the demand of two members use it. Demand that may use such
    sites alone as no other member's may use needs machines of its own, whatever the pool: it is left out. Where no site
    is shared there is no pool to speak of, and every member's demand counts.
    """
    hosts = {number: _member_hosts(inputs, row) for number, row in enumerate(inputs.demand.demands)}
    shared = _shared_sites(inputs, hosts)
    apart = {number for number, keys in hosts.items() if shared and keys and not keys & shared}
    if not apart:
        return inputs, ()
    rows = tuple(row for number, row in enumerate(inputs.demand.demands) if number not in apart)
    left = tuple(row for number, row in enumerate(inputs.demand.demands) if number in apart)
    return replace(inputs, demand=inputs.demand.model_copy(update={"demands": rows})), left


def counted(inputs: Inputs) -> tuple[DemandRow, ...]:
    """Return the members' demand for compute."""
    members = inputs.scenario.community.members
    return tuple(row for row in inputs.demand.demands if row.to is None and home_of(inputs, row.origin) in members)


def _member_hosts(inputs: Inputs, row: DemandRow) -> frozenset[str]:
    """Return the sites on members' soil that a demand of a member may use by the rules, however far they are."""
    topology, members = inputs.topology, inputs.scenario.community.members
    if row.to is not None or home_of(inputs, row.origin) not in members:
        return frozenset()
    workload, policy = inputs.demand.workloads[row.workload], inputs.scenario.policy
    return frozenset(
        key
        for node in split_origin(row.origin, topology.nodes)
        for key in admit_hosts(topology, policy, Origin(node, topology.nodes[node].country), workload, row)
        if country_of(inputs, topology.sites[key]) in members
    )


def _shared_sites(inputs: Inputs, hosts: Mapping[int, frozenset[str]]) -> frozenset[str]:
    """Return the sites that the demand of more than one member may use."""
    users: dict[str, set[str]] = {}
    for number, keys in hosts.items():
        for key in keys:
            users.setdefault(key, set()).add(home_of(inputs, inputs.demand.demands[number].origin))
    return frozenset(key for key, countries in users.items() if len(countries) > 1)
