"""Limits of groups of sites, as the check sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.energy import meter_mw
from planner.plan.verify.checked import NEAR, CheckedLimit, ReasonPart, Sides
from planner.plan.verify.flows import describe
from planner.plan.verify.tolerance import ABSOLUTE, exceeds, show

if TYPE_CHECKING:
    from planner.plan.verify.duals import Duals, RowKey
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, StateKey, TracedPath


def _draws(e: Evidence, group: str, state: StateKey) -> float:
    return sum(
        e.power.drawn_mw(site, state)
        for site in e.inputs.topology.groups[group].sites
        if site not in e.failures[state[2]].sites
    )


def _installed(e: Evidence, group: str, year: int) -> float:
    return sum(e.supply.installed_pflops(site, year) for site in e.inputs.topology.groups[group].sites)


def _power_is_kept(e: Evidence) -> Iterator[str]:
    """In every state the sites of a group together draw no more than it may."""
    for name, group in e.inputs.topology.groups.items():
        for state in e.states if group.power_mw is not None else ():
            if group.power_mw is not None and exceeds(
                drawn := _draws(e, name, state), most := group.power_mw.at(state[0])
            ):
                yield f"{describe(state)}: group {name}: draws {show(drawn)} MW, and {show(most)} MW is the limit"


def _compute_is_kept(e: Evidence) -> Iterator[str]:
    """In every year no more compute stands at the sites of a group than may."""
    for name, group in e.inputs.topology.groups.items():
        for year in e.years if group.compute_pflops is not None else ():
            stands = _installed(e, name, year)
            if group.compute_pflops is not None and exceeds(stands, most := group.compute_pflops.at(year)):
                yield f"{year}: group {name}: {show(stands)} PFLOPS stand, and {show(most)} is the most"


def _power_reached(e: Evidence, key: RowKey) -> Sides:
    state = (int(key[0]), e.hours[int(key[1])], key[2])
    limit = e.inputs.topology.groups[key[3]].power_mw
    if limit is None or state not in e.known_states:
        raise LookupError(key)
    return _draws(e, key[3], state), limit.at(state[0])


def _compute_reached(e: Evidence, key: RowKey) -> Sides:
    year, limit = int(key[0]), e.inputs.topology.groups[key[1]].compute_pflops
    if limit is None or year not in e.years:
        raise LookupError(key)
    return _installed(e, key[1], year), limit.at(year)


def _takes_power(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    if flow.is_compute:
        site = duals.evidence.inputs.topology.sites[flow.end]
        for group in sorted(site.groups):
            yield meter_mw(site, flow.year, used=1.0) * duals.of_state("group_power", flow.state, group)


def _draws_all(said: ReasonPart) -> bool:
    """The group is one, and draws what it may in some state of the year."""
    e, group = said.evidence, said.evidence.inputs.topology.groups.get(said.fields["last"])
    if group is None or group.power_mw is None or not said.is_figure("mw", group.power_mw.at(said.year)):
        return False
    stated = {flow.state for flow in e.flows}
    states = [state for state in e.states if state[0] == said.year]
    if said.was_moved or any(state not in stated for state in states):
        return True  # the tables tell the flows of a failure once: those of another hour may draw it untold
    drawn = max(_draws(e, group.id, state) for state in states)
    return drawn >= group.power_mw.at(said.year) * (1 - NEAR) - ABSOLUTE


GROUP_POWER = CheckedLimit(_power_reached, _takes_power, _draws_all, (_power_is_kept,))
GROUP_COMPUTE = CheckedLimit(_compute_reached, rules=(_compute_is_kept,))
