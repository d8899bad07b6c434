"""The limits of a plan, one record for each constraint family: what is reached, what paths take of it, what full means.

A family that takes more than a few lines has a module of its own, such as `host_shares`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from planner.admissibility import in_service, is_on_soil, least_cluster
from planner.energy import meter_mw
from planner.plan.verify import grounds
from planner.plan.verify.checked import NEAR, CheckedLimit, ReasonPart, Sides
from planner.plan.verify.failures import INTACT
from planner.plan.verify.groups import GROUP_COMPUTE, GROUP_POWER
from planner.plan.verify.host_shares import SHARE
from planner.plan.verify.members import MEMBER_CAPEX, MEMBER_HOSTING, MEMBER_OPEX
from planner.plan.verify.objectives import MEASURES, fullness, peak_utilisation
from planner.plan.verify.tolerance import ABSOLUTE

if TYPE_CHECKING:
    from planner.plan.verify.duals import Duals, RowKey
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, StateKey, TracedPath

KG_PER_T = 1000


def _state(e: Evidence, key: RowKey) -> StateKey:
    state = (int(key[0]), e.hours[int(key[1])], key[2])
    if state not in e.known_states:
        raise LookupError(key)
    return state


def _site_capacity(e: Evidence, key: RowKey) -> Sides:
    state, name = _state(e, key), key[3]
    return e.used.get(name, {}).get(state, 0.0), e.supply.usable_pflops(name, state)


def _site_power(e: Evidence, key: RowKey) -> Sides:
    state, site = _state(e, key), e.inputs.topology.sites[key[3]]
    if site.power_mw is None:
        raise LookupError(key)
    return e.power.drawn_mw(site.id, state), e.power.limit_mw(site, state)


def _link_capacity(e: Evidence, key: RowKey) -> Sides:
    state, link, supply = _state(e, key), e.inputs.topology.links[key[3]], e.supply
    if (key[4] == "both") != (link.duplex == "half") or key[4] not in ("forward", "backward", "both"):
        raise LookupError(key)
    load = e.loads.get((link.id, key[4]), {}).get(state, 0.0)
    fill = e.fill("link", state)
    return load + supply.committed_gbps(link, state[0]), fill * supply.capacity_gbps(link, state[0])


def _background_capacity(e: Evidence, key: RowKey) -> Sides:
    _link_capacity(e, key)
    return e.background_room(e.inputs.topology.links[key[3]], key[4], _state(e, key))


def _survival(e: Evidence, key: RowKey) -> Sides:
    state, part = _state(e, key), _known_part(e, key[3:])
    served = e.served.get(part, {})
    share = e.parts[part].workload.survives
    return served.get(state, 0.0), share * served.get((state[0], state[1], INTACT), 0.0)


def _known_part(e: Evidence, label: RowKey) -> tuple[str, str, str]:
    origin, workload, node = label
    found = e.part_by_key.get((origin, workload, node))
    if found is None:
        raise LookupError(label)
    return found


def _demand_met(e: Evidence, key: RowKey) -> Sides:
    _state(e, key)
    if e.parts[_known_part(e, key[3:])].may_wait:
        raise LookupError(key)
    return None


def _training(e: Evidence, key: RowKey) -> Sides:
    if int(key[0]) not in e.years or not e.parts[_known_part(e, key[1:])].may_wait:
        raise LookupError(key)
    return None


def _build_limit(e: Evidence, key: RowKey) -> Sides:
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


def _floor(e: Evidence, key: RowKey) -> Sides:
    year, country = int(key[0]), key[1]
    row = e.rows("members")[year, country]
    share = e.inputs.scenario.policy.floor.served_share
    if not share:
        raise LookupError(key)
    rented = 0.0 if e.inputs.scenario.policy.floor.market else row["market_pflops"]
    return row["served_pflops"] - rented, share * row["demand_pflops"]


def _peak(e: Evidence, key: RowKey) -> Sides:
    _link_capacity(e, key)
    return fullness(e, key[3], key[4], _state(e, key)), peak_utilisation(e)


def _capex(e: Evidence, _: RowKey) -> Sides:
    limit = e.inputs.scenario.limits.capex_usd
    if limit is None:
        raise LookupError
    return sum(row["capex_usd"] for row in e.rows("builds").values()), limit


def _carbon(e: Evidence, key: RowKey) -> Sides:
    year, limit = int(key[0]), e.inputs.scenario.limits.carbon_kg
    if limit is None or year not in e.years:
        raise LookupError(key)
    counted = ("carbon_t", "embodied_t") if e.inputs.scenario.limits.embodied else ("carbon_t",)
    tonnes = sum(row[name] for (t, _), row in e.rows("sites").items() if t == year for name in counted)
    return tonnes, limit.at(year) / KG_PER_T


def _site_limit(e: Evidence, _: RowKey) -> Sides:
    limit = e.inputs.scenario.limits.sites
    if limit is None:
        raise LookupError
    return float(len(e.supply.sites_in_use)), float(limit)


def _cluster_size(e: Evidence, key: RowKey) -> Sides:
    year, workload, site = int(key[0]), e.inputs.demand.workloads[key[1]], e.inputs.topology.sites[key[2]]
    if not in_service(site, year) or not (least := least_cluster(site, workload)):
        raise LookupError(key)
    return e.supply.compute_pflops(site.id, year), least


def _stage(_: Evidence, key: RowKey) -> Sides:
    if int(key[0]) < 0 or key[1] not in MEASURES:
        raise LookupError(key)
    return None


def _takes_compute(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    if flow.is_compute:
        yield duals.of_state("site_capacity", flow.state, flow.end)


def _takes_power(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    if flow.is_compute:
        drawn = meter_mw(duals.evidence.inputs.topology.sites[flow.end], flow.year, used=1.0)
        yield drawn * duals.of_state("site_power", flow.state, flow.end)


def _takes_of_links(family: str) -> Callable[[Duals, Flow, TracedPath], Iterator[float]]:
    def takes(duals: Duals, flow: Flow, traced: TracedPath) -> Iterator[float]:
        for link, direction, gbps in duals.evidence.gbps_on(flow, traced):
            yield gbps / flow.amount * duals.of_state(family, flow.state, link.id, direction)

    return takes


def _takes_of_background(duals: Duals, flow: Flow, traced: TracedPath) -> Iterator[float]:
    if duals.evidence.is_background(flow):
        yield from _takes_of_links("background_capacity")(duals, flow, traced)


def _is_background_full(said: ReasonPart) -> bool:
    """What stands of a link that may grow leaves nothing to everybody else's traffic in some state of the year."""
    e, link = said.evidence, said.evidence.inputs.topology.links[said.fields["asset"]]
    if not (said.workload.is_background and link.expansion and e.supply.stands(link, said.year)):
        return False
    states = (state for state in e.states if state[0] == said.year)
    ways = ("both",) if link.duplex == "half" else ("forward", "backward")
    sides = (e.background_room(link, way, state) for state in states for way in ways)
    return grounds.may_be_untold(said) or any(load >= room * (1 - NEAR) - 10 * ABSOLUTE for load, room in sides)


def _takes_of_pool(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    e = duals.evidence
    members, topology = e.inputs.scenario.community.members, e.inputs.topology
    if flow.is_compute and any(is_on_soil(topology.sites[flow.end], topology, country) for country in members):
        yield duals.of_state("pool", flow.state) / duals.evidence.fill("site", flow.state)


def _gives_to_member(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    e = duals.evidence
    if flow.is_compute and flow.is_intact and (e.inputs.scenario.policy.floor.market or not e.is_rented(flow)):
        yield -duals.get("floor", flow.year, duals.evidence.parts[flow.part].country) * e.share(flow)


def _emits(duals: Duals, flow: Flow, _: TracedPath) -> Iterator[float]:
    if flow.is_compute and flow.is_intact:
        e = duals.evidence
        tonnes = e.power.carbon_kg(flow.end, flow.year, flow.hour, used=1.0) / KG_PER_T
        yield duals.get("carbon_budget", flow.year) * tonnes * e.share(flow)


def _unknown(_: Evidence, __: RowKey) -> Sides:
    """Pools are no words of the inputs."""
    return None


LIMITS: Mapping[str, CheckedLimit] = {
    "demand_met": CheckedLimit(_demand_met),
    "training_volume": CheckedLimit(_training),
    "survival": CheckedLimit(_survival, is_full=grounds.fails),
    "site_capacity": CheckedLimit(_site_capacity, _takes_compute, grounds.is_full),
    "site_power": CheckedLimit(_site_power, _takes_power, grounds.draws_all),
    "link_capacity": CheckedLimit(_link_capacity, _takes_of_links("link_capacity"), grounds.is_full),
    "background_capacity": CheckedLimit(_background_capacity, _takes_of_background, _is_background_full),
    "pool": CheckedLimit(_unknown, _takes_of_pool, grounds.stands),
    "build_limit": CheckedLimit(_build_limit),
    "site_limit": CheckedLimit(_site_limit),
    "cluster_size": CheckedLimit(_cluster_size),
    "capex_budget": CheckedLimit(_capex),
    "carbon_budget": CheckedLimit(_carbon, _emits, grounds.is_carbon_spent),
    "floor": CheckedLimit(_floor, _gives_to_member),
    "share": SHARE,
    "group_power": GROUP_POWER,
    "group_compute": GROUP_COMPUTE,
    "member_capex": MEMBER_CAPEX,
    "member_hosting": MEMBER_HOSTING,
    "member_opex": MEMBER_OPEX,
    "peak": CheckedLimit(_peak, _takes_of_links("peak")),
    "stage": CheckedLimit(_stage, is_full=lambda said: said.was_moved),
}
"""What the check knows of each limit; demands and what is to be kept of them are worth what `duality` says."""
