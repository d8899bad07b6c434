"""Which limits a plan has reached in a year, by what stands and how full it is: a price may be zero at what is full."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.plan.verify.evidence import Evidence

if TYPE_CHECKING:
    from planner.plan.plan import Plan

REACHED = 1e-6
"""What is this share short of a limit has reached it: figures are kept with twelve digits, and solvers round."""
Limit = tuple[str, str]
"""The sort of a limit, and the site, link, demand or family that it speaks of."""


def evidence_of(plan: Plan) -> Evidence:
    """Return what the tables of a plan tell of its loads, and of what stands."""
    assert plan.tables is not None
    return Evidence(plan.inputs, plan.tables, plan.objective, plan.cost_usd, plan.unserved_penalty_usd)


def reached_limits(e: Evidence, year: int) -> frozenset[Limit]:
    """Return the limits that the loads of a year, or for budgets of all years, have reached."""
    return frozenset([*_full_sites(e, year), *_full_links(e, year), *_full_builds(e, year), *_spent_budgets(e, year)])


def _reaches(amount: float, limit: float) -> bool:
    return amount > 0 and amount >= limit * (1 - REACHED)


def _full_sites(e: Evidence, year: int) -> Iterator[Limit]:
    """Sites whose compute or power is used up in some state; failures may use all of the compute."""
    for name, used in e.used.items():
        site = e.inputs.topology.sites[name]
        loads = {state: pflops for state, pflops in used.items() if state[0] == year}
        if any(_reaches(pflops, e.supply.usable_pflops(name, state)) for state, pflops in loads.items()):
            yield "site", name
        drawn = ((e.power.drawn_mw(name, at), e.power.limit_mw(site, at)) for at in loads if site.power_mw is not None)
        if any(_reaches(mw, limit) for mw, limit in drawn):
            yield "power", name


def _full_links(e: Evidence, year: int) -> Iterator[Limit]:
    """Links that carry, in some state and direction, all that they may, with what is committed to others."""
    supply = e.supply
    for (name, _), loads in e.loads.items():
        link = e.inputs.topology.links[name]
        has, taken = supply.capacity_gbps(link, year), supply.committed_gbps(link, year)
        for state, gbps in loads.items():
            if state[0] == year and gbps > 0 and _reaches(gbps + taken, has * e.fill("link", state)):
                yield "link", name
                break


def _full_builds(e: Evidence, year: int) -> Iterator[Limit]:
    """Sites of which an expansion stands to its `max`."""
    supply = e.supply
    for name, site in e.inputs.topology.sites.items():
        standing = supply.standing(site, year)
        for number, option in enumerate(site.expansion):
            added = sum(build.added for build in standing if build.number == number)
            if option.max is not None and _reaches(added, option.max.at(year)):
                yield "build", name


def _spent_budgets(e: Evidence, year: int) -> Iterator[Limit]:
    """Limits on the plan as a whole."""
    supply, limits = e.supply, e.inputs.scenario.limits
    if limits.sites is not None and len(supply.sites_in_use) >= limits.sites:
        yield "limit", "site_limit"
    if limits.capex_usd is not None and _reaches(supply.capex_usd, limits.capex_usd):
        yield "limit", "capex_budget"
    if limits.carbon_kg is not None and _reaches(supply.counted_kg(year), limits.carbon_kg.at(year)):
        yield "limit", "carbon_budget"
    yield from _floors(e, year)


def _floors(e: Evidence, year: int) -> Iterator[Limit]:
    least = e.inputs.scenario.policy.floor.served_share
    for (of_year, _), row in e.rows("members").items() if least is not None else ():
        rented = 0.0 if e.inputs.scenario.policy.floor.market else row["market_pflops"]
        asked, served = row["demand_pflops"], row["served_pflops"] - rented
        if of_year == year and row["member"] and asked and served <= least * asked * (1 + REACHED):
            yield "limit", "floor"
