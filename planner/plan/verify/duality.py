"""Rules of prices by duality, without any solver: what is used pays for itself, what is not full is worth nothing.

At an optimum every path in use costs exactly what serving is worth, everything built in parts exactly what it brings,
and what is left unserved exactly its penalty; a limit that is not reached has no dual. Whole decisions are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from typing import TYPE_CHECKING

from planner.admissibility import HOME_TERMS
from planner.energy import meter_mw
from planner.plan.verify.duals import Duals
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.failures import INTACT
from planner.plan.verify.limits import KG_PER_T, LIMITS
from planner.plan.verify.members import USD_PER_MUSD
from planner.plan.verify.stakes import payers_of
from planner.plan.verify.tolerance import ABSOLUTE, show
from planner.programme.families import FAMILIES
from planner.topology import Site

if TYPE_CHECKING:
    from planner.plan.verify.flows import Flow, StateKey, TracedPath
    from planner.plan.verify.parts import DemandPart
    from planner.plan.verify.supply import BuildRow

EXACT = 1e-5
"""Share of what is weighed against each other by which duals may miss their balance: solvers' tolerances."""
NOISE_USD = 1e-3
"""USD a unit by which they may miss it besides: duals below a millionth are not written, of which many may add up."""


def used_paths_pay_for_themselves(e: Evidence) -> Iterator[str]:
    """A path in use costs as much, money and limits on its way together, as serving its demand is worth."""
    duals = e.duals
    for flow, traced in e.traced_flows:
        if flow.amount > ABSOLUTE:
            terms = [*_path_money(duals, flow, traced), *_path_limits(duals, flow, traced), *_value(duals, flow)]
            if _is_off(fsum(terms), terms):
                worth = 0.0 - fsum(_value(duals, flow))
                cost = fsum(terms) + worth
                yield f"duals: {flow}: costs {show(cost)}, limits on its way included, and is worth {show(worth)}"


def _is_off(balance: float, terms: list[float]) -> bool:
    return not abs(balance) <= EXACT * fsum(map(abs, terms)) + NOISE_USD


def _path_money(duals: Duals, flow: Flow, traced: TracedPath) -> Iterator[float]:
    """Yield what one unit on a path costs, and what it adds to objectives that are held; failures cost nothing."""
    e, year = duals.evidence, flow.year
    if not flow.is_intact:
        return
    weight, stages = duals.weight(year, flow.hour), duals.stages
    links = () if e.is_background(flow) else e.gbps_on(flow, traced)
    usd = sum(gbps / flow.amount * link.transit_usd_per_gbps.at(year) for link, _, gbps in links)
    if flow.is_compute:
        site = e.inputs.topology.sites[flow.end]
        energy = e.power.energy_usd(site.id, year, flow.hour, used=1.0)
        usd += e.billing(flow, traced) * (site.opex_usd_per_pflops.at(year) + energy)
        usd += (e.terms(flow) or HOME_TERMS).fee_usd_per_pflops.at(year)
        tonnes = e.power.carbon_kg(site.id, year, flow.hour, used=1.0) / KG_PER_T
        yield -weight * stages.get("served", 0.0)
        yield weight * stages.get("latency", 0.0) * e.rtt_ms(flow, traced)
        yield weight * stages.get("carbon", 0.0) * tonnes
    yield weight * usd * duals.money


def _path_limits(duals: Duals, flow: Flow, traced: TracedPath) -> Iterator[float]:
    """Yield what one unit on a path takes of the limits on its way; below zero what it gives to rules."""
    for limit in LIMITS.values():
        yield from limit.takes(duals, flow, traced)


def _value(duals: Duals, flow: Flow) -> Iterator[float]:
    """Yield, below zero, what the demand itself makes serving one unit of it worth in a state."""
    e = duals.evidence
    part, (year, block, contingency) = e.parts[flow.part], duals.written(flow.state)
    label = duals.part_key(part)
    if part.may_wait and contingency == INTACT:
        yield -duals.get("training_volume", year, *label) * e.share(flow)
    elif not part.may_wait:
        yield -duals.get("demand_met", year, block, contingency, *label)
    if contingency != INTACT:
        yield -duals.get("survival", year, block, contingency, *label)
        return
    yield part.workload.survives * duals.survival.get((str(year), str(block), *label), 0.0)


def unserved_work_is_worth_its_penalty(e: Evidence) -> Iterator[str]:
    """No more work is worth more than its penalty, and where some is left undone it is worth just that."""
    duals = e.duals
    for key, part in e.parts.items():
        served = e.served.get(key, {})
        for year in e.years:
            left = part.volume[year] - e.mean(year, served)
            if part.may_wait:
                yield from _left_faults(duals, part, year, None, left)
            for state in e.intact_states(year) if not part.may_wait else ():
                yield from _left_faults(duals, part, year, state, part.asked[state[:2]] - served.get(state, 0.0))


def _left_faults(duals: Duals, part: DemandPart, year: int, state: StateKey | None, left: float) -> Iterator[str]:
    if part.workload.unserved_usd is None:
        return
    penalty = part.workload.unserved_usd.at(year) * duals.money
    if state is None:
        worth, penalty = (
            duals.get("training_volume", year, *duals.part_key(part)),
            penalty * duals.evidence.weights[year],
        )
    else:
        worth, penalty = (
            duals.of_state("demand_met", state, *duals.part_key(part)),
            penalty * duals.weight(year, state[1]),
        )
    off = EXACT * (abs(worth) + penalty) + NOISE_USD
    if worth > penalty + off or (left > 1e-5 * max(1.0, part.volume[year]) and worth < penalty - off):
        what = f"{show(left)} {part.unit} are left" if left > 0 else "nothing is left"
        yield f"duals: {year}: {part}: is worth {show(worth)}, leaving it costs {show(penalty)}, and {what}"


def builds_pay_for_themselves(e: Evidence) -> Iterator[str]:
    """What is built in parts brings what it costs; nothing is asked of whole steps, nor of builds that were given."""
    duals = e.duals
    if e.builds_given:
        return
    for build in e.supply.builds:
        if build.option.step is None and build.added > ABSOLUTE:
            terms = list(_build_terms(duals, build))
            if _is_off(fsum(terms), terms):
                cost = fsum(term for term in terms if term > 0)
                yield f"duals: {build}: costs {show(cost)} a unit, and brings {show(cost - fsum(terms))}"


def _build_terms(duals: Duals, build: BuildRow) -> Iterator[float]:
    """Yield what one more unit of a build costs, and, below zero, what it brings."""
    e, option, asset = duals.evidence, build.option, build.asset
    alive = [year for year in e.years if build.stands(year)]
    yield sum(e.weights[year] for year in alive) * build.annuity_usd / build.added * duals.money
    yield sum(e.weights[year] * option.opex_usd.at(year) for year in alive) * duals.money
    yield duals.get("capex_budget") * option.capex_usd.at(build.year) / USD_PER_MUSD
    yield from _of_members(duals, build, alive)
    yield sum(duals.get("build_limit", year, asset.id, build.number) for year in alive)
    if build.is_site and e.country_of(asset.id) in e.inputs.scenario.community.members:
        yield sum(e.weights[year] for year in alive) * duals.stages.get("compute", 0.0)
    yield from _waiting_terms(duals, build, alive) if build.is_site else ()
    family, kind = ("site_capacity", "site") if build.is_site else ("link_capacity", "link")
    for (name, key), usd in duals.usd.items():
        if name == family and key[3] == asset.id and int(key[0]) in alive:
            yield -usd * duals.evidence.fill(kind, (int(key[0]), e.hours[0], key[2]))
        if name == "peak" and not build.is_site and key[3] == asset.id and int(key[0]) in alive:
            yield -usd
        if name == "cluster_size" and build.is_site and key[2] == asset.id and int(key[0]) in alive:
            yield -usd


def _of_members(duals: Duals, build: BuildRow, alive: list[int]) -> Iterator[float]:
    """Yield what one more unit of a build takes of the limits of members and of groups of sites."""
    e, asset = duals.evidence, build.asset
    for country in sorted(e.inputs.scenario.limits.members):
        part = payers_of(e.inputs.topology, asset, build.option).get(country, 0.0)
        yield part * duals.get("member_capex", country) * build.option.capex_usd.at(build.year) / USD_PER_MUSD
    if isinstance(asset, Site):
        for year in alive:
            yield from (duals.get("group_compute", year, group) for group in sorted(asset.groups))
            running = duals.get("member_opex", year, e.country_of(asset.id))
            yield running * build.option.opex_usd.at(year) / USD_PER_MUSD


def _waiting_terms(duals: Duals, build: BuildRow, alive: list[int]) -> Iterator[float]:
    """Yield what one more PFLOPS takes whether it works or not: energy, power and carbon, and what it embodies."""
    e, site = duals.evidence, build.asset
    assert isinstance(site, Site)
    figure = getattr(build.option, "embodied_kg_per_pflops", None)
    embodied_kg = (site.embodied_kg_per_pflops if figure is None else figure) / build.life
    for year in alive:
        if e.inputs.scenario.limits.embodied:
            yield duals.get("carbon_budget", year) * embodied_kg / KG_PER_T
        if not site.idle or not e.supply.stands(site, year):
            continue
        idle_mw = meter_mw(site, year, installed=1.0)
        for state in e.intact_states(year):
            usd, kg = (e.power.rate(what, site.id, year, state[1]) * idle_mw for what in ("usd", "kg"))
            yield duals.weight(year, state[1]) * usd * duals.money
            yield duals.weight(year, state[1]) * duals.stages.get("carbon", 0.0) * kg / KG_PER_T
            yield duals.get("carbon_budget", year) * e.shares[state[1]] * kg / KG_PER_T
            paid = duals.get("member_opex", year, e.country_of(site.id))
            yield paid * e.shares[state[1]] * usd / USD_PER_MUSD
        for (name, key), usd in duals.usd.items():
            own = (name == "site_power" and key[3] == site.id) or (name == "group_power" and key[3] in site.groups)
            if own and int(key[0]) == year and site.id not in e.failures[key[2]].sites:
                yield usd * idle_mw


def duals_are_known(e: Evidence) -> Iterator[str]:
    """Every dual belongs to a limit or a demand of the scenario."""
    for family, key in e.duals.usd:
        known = family in LIMITS and len(key) == len(FAMILIES[family].index)
        try:
            _ = LIMITS[family].reached(e, key) if known else None
        except (LookupError, ValueError):
            known = False
        if not known:
            yield f"table duals: {family}/{'/'.join(key)} stands for nothing in the inputs"


def limits_with_duals_are_reached(e: Evidence) -> Iterator[str]:
    """A limit that is not reached is worth nothing."""
    for (family, key), usd in e.duals.usd.items():
        sides = LIMITS[family].reached(e, key) if usd > NOISE_USD else None
        if sides is not None:
            value, limit = sides
            if abs(limit - value) > EXACT * max(abs(limit), abs(value)) + 10 * ABSOLUTE:
                words = f"is worth {show(usd)} USD, and {show(value)} of {show(limit)} are reached"
                yield f"duals: {family} {'/'.join(key)}: {words}"


RULES = (
    used_paths_pay_for_themselves, unserved_work_is_worth_its_penalty, builds_pay_for_themselves,
    limits_with_duals_are_reached,
)  # fmt: skip
