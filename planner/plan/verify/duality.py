"""Rules of prices by duality, without any solver: what is used pays for itself, what is not full is worth nothing.

At an optimum every path in use costs exactly what serving is worth, everything built in parts exactly what it brings,
and what is left unserved exactly its penalty; a limit that is not reached has no dual. Whole decisions are given.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum
from typing import TYPE_CHECKING

from planner.admissibility import HOME_TERMS, in_service, least_cluster, speaks_of
from planner.plan.verify.duals import Duals
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.failures import INTACT
from planner.plan.verify.host_shares import counts_for, named_shares, share_hosted
from planner.plan.verify.objectives import MEASURES, fullness, peak_utilisation
from planner.plan.verify.supply import carbon_kg_per_pflops, energy_usd_per_pflops, mw_per_pflops
from planner.plan.verify.tolerance import ABSOLUTE, show
from planner.programme.families import FAMILIES

if TYPE_CHECKING:
    from planner.plan.verify.flows import Flow, StateKey, TracedPath
    from planner.plan.verify.parts import DemandPart
    from planner.plan.verify.supply import BuildRow

EXACT = 1e-5
"""Share of what is weighed against each other by which duals may miss their balance: solvers' tolerances."""
NOISE_USD = 1e-3
"""USD a unit by which they may miss it besides: duals below a millionth are not written, of which many may add up."""
KG_PER_T, USD_PER_MUSD = 1000, 1e6


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
    weight, stages = duals.weight(year), duals.stages
    usd = sum(gbps / flow.amount * link.transit_usd_per_gbps.at(year) for link, _, gbps in e.gbps_on(flow, traced))
    if flow.is_compute:
        site = e.inputs.topology.sites[flow.end]
        usd += e.billing(flow, traced) * (site.opex_usd_per_pflops.at(year) + energy_usd_per_pflops(site, year))
        usd += (e.terms(flow) or HOME_TERMS).fee_usd_per_pflops.at(year)
        tonnes = carbon_kg_per_pflops(site, year) / KG_PER_T
        yield -weight * stages.get("served", 0.0)
        yield weight * stages.get("latency", 0.0) * e.rtt_ms(flow, traced)
        yield weight * stages.get("carbon", 0.0) * tonnes
        yield duals.get("carbon_budget", year) * tonnes / e.blocks
    yield weight * usd * duals.money


def _path_limits(duals: Duals, flow: Flow, traced: TracedPath) -> Iterator[float]:
    """Yield what one unit on a path takes of the limits on its way."""
    e = duals.evidence
    for link, direction, gbps in e.gbps_on(flow, traced):
        dual = sum(duals.of_state(family, flow.state, link.id, direction) for family in ("link_capacity", "peak"))
        yield gbps / flow.amount * dual
    if flow.is_compute:
        site = e.inputs.topology.sites[flow.end]
        yield duals.of_state("site_capacity", flow.state, flow.end)
        yield mw_per_pflops(site, flow.year) * duals.of_state("site_power", flow.state, flow.end)
        if e.country_of(flow.end) in e.inputs.scenario.community.members:
            yield duals.of_state("pool", flow.state) / duals.fill("site", flow.state)


def _value(duals: Duals, flow: Flow) -> Iterator[float]:
    """Yield, below zero, what serving one unit of a demand is worth in a state."""
    e = duals.evidence
    part, (year, block, contingency) = e.parts[flow.part], duals.written(flow.state)
    label = duals.part_key(part)
    if part.may_wait and contingency == INTACT:
        yield -duals.get("training_volume", year, *label) / e.blocks
    elif not part.may_wait:
        yield -duals.get("demand_met", year, block, contingency, *label)
    if contingency != INTACT:
        yield -duals.get("survival", year, block, contingency, *label)
        return
    yield part.workload.survives * duals.survival.get((str(year), str(block), *label), 0.0)
    if part.is_compute:
        yield -duals.get("floor", year, part.country) / e.blocks
        yield from _share_worth(duals, flow)


def _share_worth(duals: Duals, flow: Flow) -> Iterator[float]:
    """Yield, below zero, what serving where a rule on shares asks for it is worth; elsewhere it takes from that."""
    e = duals.evidence
    for name, rule in named_shares(e):
        if speaks_of(rule, e.origin_of(flow), e.parts[flow.part].workload):
            counted = float(counts_for(e, rule, flow))
            yield -duals.get("share", flow.year, name) * (counted - rule.at_least) / e.blocks


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
        worth, penalty = duals.of_state("demand_met", state, *duals.part_key(part)), penalty * duals.weight(year)
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
    yield sum(duals.get("build_limit", year, asset.id, build.number) for year in alive)
    if build.is_site and e.country_of(asset.id) in e.inputs.scenario.community.members:
        yield sum(e.weights[year] for year in alive) * duals.stages.get("compute", 0.0)
    family, kind = ("site_capacity", "site") if build.is_site else ("link_capacity", "link")
    for (name, key), usd in duals.usd.items():
        if name == family and key[3] == asset.id and int(key[0]) in alive:
            yield -usd * duals.fill(kind, (int(key[0]), 0, key[2]))
        if name == "peak" and not build.is_site and key[3] == asset.id and int(key[0]) in alive:
            yield -usd
        if name == "cluster_size" and build.is_site and key[2] == asset.id and int(key[0]) in alive:
            yield -usd


def duals_are_known(e: Evidence) -> Iterator[str]:
    """Every dual belongs to a limit or a demand of the scenario."""
    for family, key in e.duals.usd:
        known = family in REACHED and len(key) == len(FAMILIES[family].index)
        try:
            _ = REACHED[family](e, key) if known else None
        except (LookupError, ValueError):
            known = False
        if not known:
            yield f"table duals: {family}/{'/'.join(key)} stands for nothing in the inputs"


def limits_with_duals_are_reached(e: Evidence) -> Iterator[str]:
    """A limit that is not reached is worth nothing."""
    for (family, key), usd in e.duals.usd.items():
        sides = REACHED[family](e, key) if usd > NOISE_USD else None
        if sides is not None:
            value, limit = sides
            if abs(limit - value) > EXACT * max(abs(limit), abs(value)) + 10 * ABSOLUTE:
                words = f"is worth {show(usd)} USD, and {show(value)} of {show(limit)} are reached"
                yield f"duals: {family} {'/'.join(key)}: {words}"


Sides = tuple[float, float] | None
"""What is reached of a limit, and the limit; None where the inputs do not say."""


def _state(e: Evidence, key: tuple[str, ...]) -> StateKey:
    state = (int(key[0]), e.hours[int(key[1])], key[2])
    if state not in e.known_states:
        raise LookupError(key)
    return state


def _site_capacity(e: Evidence, key: tuple[str, ...]) -> Sides:
    state, name = _state(e, key), key[3]
    fill = e.duals.fill("site", state)
    return e.used.get(name, {}).get(state, 0.0), fill * e.supply.installed_pflops(name, state[0])


def _site_power(e: Evidence, key: tuple[str, ...]) -> Sides:
    state, site = _state(e, key), e.inputs.topology.sites[key[3]]
    if site.power_mw is None:
        raise LookupError(key)
    return e.used.get(site.id, {}).get(state, 0.0) * mw_per_pflops(site, state[0]), site.power_mw.at(state[0])


def _link_capacity(e: Evidence, key: tuple[str, ...]) -> Sides:
    state, link, supply = _state(e, key), e.inputs.topology.links[key[3]], e.supply
    if (key[4] == "both") != (link.duplex == "half") or key[4] not in ("forward", "backward", "both"):
        raise LookupError(key)
    load = e.loads.get((link.id, key[4]), {}).get(state, 0.0)
    fill = e.duals.fill("link", state)
    return load + supply.committed_gbps(link, state[0]), fill * supply.capacity_gbps(link, state[0])


def _survival(e: Evidence, key: tuple[str, ...]) -> Sides:
    state, part = _state(e, key), _known_part(e, key[3:])
    served = e.served.get(part, {})
    share = e.parts[part].workload.survives
    return served.get(state, 0.0), share * served.get((state[0], state[1], INTACT), 0.0)


def _known_part(e: Evidence, label: tuple[str, ...]) -> tuple[str, str, str]:
    origin, workload, node = label
    found = e.part_by_key.get((origin, workload, node))
    if found is None:
        raise LookupError(label)
    return found


def _demand_met(e: Evidence, key: tuple[str, ...]) -> Sides:
    _state(e, key)
    if e.parts[_known_part(e, key[3:])].may_wait:
        raise LookupError(key)
    return None


def _training(e: Evidence, key: tuple[str, ...]) -> Sides:
    if int(key[0]) not in e.years or not e.parts[_known_part(e, key[1:])].may_wait:
        raise LookupError(key)
    return None


def _build_limit(e: Evidence, key: tuple[str, ...]) -> Sides:
    """A site and a link may be called the same: the one that is nearer to its limit is meant."""
    year, name, number, supply, topology = int(key[0]), key[1], int(key[2]), e.supply, e.inputs.topology
    found: list[tuple[float, float]] = []
    assets = [assets[name] for assets in (topology.sites, topology.links) if name in assets]
    for asset in assets:
        most = asset.expansion[number].max
        if most is None:
            return None
        standing = sum(build.added for build in supply.standing(asset, year) if build.number == number)
        found.append((standing, most.at(year)))
    return min(found, key=lambda sides: abs(sides[0] - sides[1]))


def _floor(e: Evidence, key: tuple[str, ...]) -> Sides:
    year, country = int(key[0]), key[1]
    row = e.rows("members")[year, country]
    share = e.inputs.scenario.policy.floor.served_share
    if not share:
        raise LookupError(key)
    return row["served_pflops"], share * row["demand_pflops"]


def _share(e: Evidence, key: tuple[str, ...]) -> Sides:
    year, rule = int(key[0]), dict(named_shares(e))[key[1]]
    hosted, served = share_hosted(e, rule, year)
    return hosted, rule.at_least * served


def _peak(e: Evidence, key: tuple[str, ...]) -> Sides:
    _link_capacity(e, key)
    return fullness(e, key[3], key[4], _state(e, key)), peak_utilisation(e)


def _capex(e: Evidence, _: tuple[str, ...]) -> Sides:
    limit = e.inputs.scenario.limits.capex_usd
    if limit is None:
        raise LookupError
    return sum(row["capex_usd"] for row in e.rows("builds").values()), limit


def _carbon(e: Evidence, key: tuple[str, ...]) -> Sides:
    year, limit = int(key[0]), e.inputs.scenario.limits.carbon_kg
    if limit is None or year not in e.years:
        raise LookupError(key)
    tonnes = sum(row["carbon_t"] for (t, _), row in e.rows("sites").items() if t == year)
    return tonnes, limit.at(year) / KG_PER_T


def _site_limit(e: Evidence, _: tuple[str, ...]) -> Sides:
    limit = e.inputs.scenario.limits.sites
    if limit is None:
        raise LookupError
    return float(len(e.supply.sites_in_use)), float(limit)


def _cluster_size(e: Evidence, key: tuple[str, ...]) -> Sides:
    year, workload, site = int(key[0]), e.inputs.demand.workloads[key[1]], e.inputs.topology.sites[key[2]]
    if not in_service(site, year) or not (least := least_cluster(site, workload)):
        raise LookupError(key)
    return e.supply.installed_pflops(site.id, year), least


def _stage(_: Evidence, key: tuple[str, ...]) -> Sides:
    if int(key[0]) < 0 or key[1] not in MEASURES:
        raise LookupError(key)
    return None


REACHED = {
    "site_capacity": _site_capacity,
    "site_power": _site_power,
    "link_capacity": _link_capacity,
    "survival": _survival,
    "demand_met": _demand_met,
    "training_volume": _training,
    "build_limit": _build_limit,
    "floor": _floor,
    "share": _share,
    "peak": _peak,
    "capex_budget": _capex,
    "carbon_budget": _carbon,
    "site_limit": _site_limit,
    "cluster_size": _cluster_size,
    "pool": lambda _, __: None,
    "stage": _stage,
}
"""What is reached of each sort of limit; pools and objectives that are held are no words of the inputs."""

RULES = (
    used_paths_pay_for_themselves, unserved_work_is_worth_its_penalty, builds_pay_for_themselves,
    limits_with_duals_are_reached,
)  # fmt: skip
