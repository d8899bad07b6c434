"""Rules of the objective: what was optimised is worked out again, whatever it was, and no bound is passed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import isfinite

from planner.plan.verify.evidence import Evidence
from planner.plan.verify.flows import StateKey
from planner.plan.verify.tolerance import ABSOLUTE, ABSOLUTE_USD, RELATIVE, exceeds, show

KG_PER_T = 1000


def objective_is_right(e: Evidence) -> Iterator[str]:
    """The objective is what it says of the plan: money spent and the penalty, PFLOPS, PFLOPS · ms or tonnes.

    Where other objectives come after it, they may worsen it by as much again as a figure may be off.
    """
    name, stated = e.objective_name, e.objective
    right = MEASURES[name](e)
    if not isfinite(stated) or not abs(stated - right) <= allowance_of(e, name, right):
        yield from _explain(e, right)


def allowance_of(e: Evidence, name: str, right: float) -> float:
    """Return by how much an objective may be off; twice as much where others come after it."""
    least = ABSOLUTE_USD if name == "cost" else ABSOLUTE
    if name == "latency":
        least *= max([1.0, *(e.rtt_ms(flow, traced) for flow, traced in e.traced_flows if flow.is_compute)])
    allowed = RELATIVE * abs(right) + least
    return allowed if e.inputs.scenario.objective == ("cost",) else 2 * allowed


def _explain(e: Evidence, right: float) -> Iterator[str]:
    if e.objective_name == "cost":
        penalty = e.unserved_penalty_usd + e.background_penalty_usd
        words = f"{show(sum(e.cost_usd.values()))} spent and {show(penalty)} of penalty"
        yield f"cost: the objective is {show(e.objective)}, and {words} do not add up to it"
    else:
        figure = f"{show(right)} {UNITS[e.objective_name]}"
        yield f"objective: {e.objective_name} is {figure}, and the plan says {show(e.objective)}"


def _cost(e: Evidence) -> float:
    """Money spent and the penalties on what is unserved; what each term is has a rule of its own."""
    return sum(e.cost_usd.values()) + e.unserved_penalty_usd + e.background_penalty_usd


def _served(e: Evidence) -> float:
    """PFLOPS served."""
    return sum(e.weights[year] * e.mean(year, used) for used in e.used.values() for year in e.years)


def _compute(e: Evidence) -> float:
    """PFLOPS installed at the sites in the members' countries: what stands in any case, and what is built."""
    supply, members = e.supply, e.inputs.scenario.community.members
    own = [name for name, site in e.inputs.topology.sites.items() if not site.market and e.country_of(name) in members]
    return sum(e.weights[year] * supply.installed_pflops(name, year) for year in e.years for name in own)


def _latency(e: Evidence) -> float:
    """PFLOPS times round-trip time."""
    intact = ((flow, traced) for flow, traced in e.traced_flows if flow.is_compute and flow.is_intact)
    return sum(e.weights[flow.year] * e.share(flow) * flow.amount * e.rtt_ms(flow, traced) for flow, traced in intact)


def _carbon(e: Evidence) -> float:
    """Tonnes of carbon."""
    return sum(e.weights[year] * e.supply.carbon_kg(year) / KG_PER_T for year in e.years)


def peak_utilisation(e: Evidence) -> float:
    """Load of the fullest link in any hour of the intact states, as a share of what stands; builds are filled first."""
    return max((fullness(e, *key) for key in _links_and_states(e)), default=0.0)


def _links_and_states(e: Evidence) -> Iterator[tuple[str, str, StateKey]]:
    for link in e.inputs.topology.links.values():
        for direction in ("both",) if link.duplex == "half" else ("forward", "backward"):
            yield from ((link.id, direction, state) for year in e.years for state in e.intact_states(year))


def fullness(e: Evidence, link: str, direction: str, state: StateKey) -> float:
    """Load of a link in one direction and state, other traffic included, less what is built, as a share of the rest."""
    asset, supply, year = e.inputs.topology.links[link], e.supply, state[0]
    built = supply.built(asset, year)
    stands = supply.capacity_gbps(asset, year) - built
    load = e.loads.get((link, direction), {}).get(state, 0.0) + supply.committed_gbps(asset, year)
    return max(load - built, 0.0) / stands if stands else 0.0


MEASURES: dict[str, Callable[[Evidence], float]] = {
    "cost": _cost,
    "served": _served,
    "compute": _compute,
    "latency": _latency,
    "carbon": _carbon,
    "peak_utilisation": peak_utilisation,
}
"""What each objective measures, over all years as their cost weighs, and as a mean over the day."""
UNITS = {
    "cost": "USD", "served": "PFLOPS", "compute": "PFLOPS", "latency": "PFLOPS·ms", "carbon": "t",
    "peak_utilisation": "of capacity",
}  # fmt: skip


def bound_faults(name: str, bound: float, objective: float) -> list[str]:
    """Return the fault of a bound that the plan itself passes: what is served is bounded from above."""
    if name == "served":
        passed = exceeds(objective, bound)
        return [f"the bound {show(bound)} is below the objective {show(objective)}"] if passed else []
    return [f"the bound {show(bound)} is above the objective {show(objective)}"] if exceeds(bound, objective) else []


RULES = (objective_is_right,)
