"""From models to a case: years read, demands split over nodes, rules turned into routings."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from planner import energy
from planner.admissibility import Origin, in_service, least_cluster
from planner.demand import split_origin
from planner.expansions import SiteExpansion
from planner.finance import capital_recovery_factor
from planner.network import Network, build_network
from planner.programme.case import (
    NOTHING,
    Case,
    DemandCase,
    ExpansionCase,
    LinkCase,
    ProjectCase,
    Routing,
    SiteCase,
    State,
)
from planner.programme.failures import list_failures
from planner.programme.host_rules import list_groups, list_member_limits, list_shares
from planner.programme.hours import list_slots, slot_factor
from planner.programme.routings import RoutingTable, by_year
from planner.programme.scale import measure_scale
from planner.stakes import expansion_stake, owners_of, owners_of_project, project_stake
from planner.topology import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from planner.demand import Workload
    from planner.expansions import Expansion as ExpansionModel
    from planner.files import Inputs
    from planner.programme.hours import Slot
    from planner.topology import Link, Project, Topology


def prepare(inputs: Inputs) -> Case:
    """Translate a scenario with its topology and demand into the sets and numbers of the programme."""
    scenario, topology = inputs.scenario, inputs.topology
    network = build_network(topology, inputs.scenario.latency)
    years, finance, limits = scenario.years, scenario.finance, scenario.limits
    slots = list_slots(inputs)
    routings = RoutingTable(inputs, network)
    demands = tuple(_demands(inputs, network, routings, slots))
    pflops, gbps = _most_asked(demands, routings.found, slots)
    pflops = max(pflops / min(limits.site_fill.at(year) for year in years), _largest_cluster(inputs))
    fill = min(limits.link_fill.at(year) for year in years)
    most_gbps = {link.id: (gbps + _committed(link, years)) / fill for link in network.links}
    case = Case(
        network=network,
        finance=finance,
        years=years,
        slots=slots,
        states=_states(inputs, network, len(slots)),
        sites=tuple(_site(topology.sites[key], inputs, network, slots) for key in sorted(topology.sites)),
        links=tuple(_link(link, inputs) for link in network.links),
        site_expansions=tuple(
            expansion
            for position, key in enumerate(sorted(topology.sites))
            for expansion in _expansions(topology.sites[key], position, inputs, pflops)
        ),
        link_expansions=tuple(
            expansion
            for position, link in enumerate(network.links)
            for expansion in _expansions(link, position, inputs, most_gbps[link.id])
        ),
        demands=demands,
        stages=order_objectives(scenario.objective, all_required=all(each.unserved_usd is None for each in demands)),
        members=tuple(sorted(scenario.community.members)),
        served_share=scenario.policy.floor.served_share or 0.0,
        floor_counts_market=scenario.policy.floor.market,
        shares=tuple(list_shares(inputs, network, demands, routings.found)),
        capex_limit_usd=limits.capex_usd,
        site_limit=limits.sites,
        projects=tuple(_project(topology.projects[key], inputs) for key in sorted(topology.projects)),
        carbon_limit_kg=None if limits.carbon_kg is None else by_year(limits.carbon_kg, years),
        counts_embodied=limits.embodied,
        routings=tuple(routings.found),
        groups=tuple(list_groups(topology, years)),
        member_limits=tuple(list_member_limits(inputs)),
    )
    return replace(case, scale=measure_scale(case))


def order_objectives(objectives: tuple[str, ...], *, all_required: bool) -> tuple[str, ...]:
    """Complete the objectives: `cost` is the last tie-break, and serving comes before what serving nothing would win.

    Where cost stands before others, it comes once more at the end, so that prices are always in money.

    Unless everything is required, or cost or served stand before them, `served` is put before latency, carbon and
    compute (DESIGN, section 6).
    """
    stages = list(objectives)
    if not all_required and stages[0] not in ("cost", "served"):
        stages = ["served", *(name for name in stages if name != "served")]
    return tuple(stages if stages[-1] == "cost" else [*stages, "cost"])


def _states(inputs: Inputs, network: Network, blocks: int) -> tuple[State, ...]:
    """Every situation the plan must work in, the intact ones first."""
    failures = (NOTHING, *list_failures(inputs.scenario, inputs.topology, network))
    situations = itertools.product(failures, inputs.scenario.years, range(blocks))
    return tuple(State(i, year, block, failure) for i, (failure, year, block) in enumerate(situations))


def _site(site: Site, inputs: Inputs, network: Network, slots: Sequence[Slot]) -> SiteCase:
    scenario, years = inputs.scenario, inputs.scenario.years
    counted = site.status in scenario.count
    serving = _serving(site, inputs)
    times = [(year, block, slot) for year in years for block, slot in enumerate(slots)]
    zone = inputs.topology.nodes[site.node].timezone
    tariff, carbon = (
        [slot_factor(profile, zone, slot) for slot in slots]
        for profile in (site.electricity_profile, site.carbon_profile)
    )
    power = site.power_mw
    return SiteCase(
        id=site.id,
        node=network.node_index[site.node],
        country=inputs.topology.nodes[site.node].country,
        in_service=serving,
        compute_pflops={y: site.compute_pflops.at(y) if counted and serving[y] else 0.0 for y in years},
        fill=dict.fromkeys(years, 1.0) if site.market else by_year(scenario.limits.site_fill, years),
        power_mw=None if power is None else {(y, b): power.in_season(each.season).at(y) for y, b, each in times},
        idle_mw={y: energy.meter_mw(site, y, installed=1.0) for y in years},
        used_mw={y: energy.meter_mw(site, y, used=1.0) for y in years},
        usd_per_mw={(y, b): energy.usd_per_mw(site, y, each.season, tariff[b]) for y, b, each in times},
        carbon_kg_per_mw={(y, b): energy.carbon_kg_per_mw(site, y, each.season, carbon[b]) for y, b, each in times},
        water_m3_per_mw={y: energy.water_m3_per_mw(site, y) for y in years},
        opex_usd_per_pflops=by_year(site.opex_usd_per_pflops, years),
        fixed_cost_usd=by_year(site.fixed_cost_usd, years),
        embodied_kg_per_pflops=site.embodied_kg_per_pflops / scenario.finance.compute_life,
        project=_project_of(site.project, inputs.topology),
        market=site.market,
        owners=owners_of(site, inputs.topology),
    )


def _serving(asset: Site | Link, inputs: Inputs) -> dict[int, bool]:
    """Whether an asset stands, or could stand once its project is built, by year."""
    start = _project_year(asset.project, inputs)
    return {year: in_service(asset, year) and year >= start for year in inputs.scenario.years}


def _project_of(project: str | None, topology: Topology) -> int | None:
    return None if project is None else sorted(topology.projects).index(project)


def _project_year(project: str | None, inputs: Inputs) -> int:
    """Year in which a project is built, if it is: its `from`, else the first year; 0 without a project."""
    if project is None:
        return 0
    start = inputs.topology.projects[project].from_year
    return inputs.scenario.years[0] if start is None else start


def _project(project: Project, inputs: Inputs) -> ProjectCase:
    finance, year = inputs.scenario.finance, _project_year(project.id, inputs)
    capex = project.capex_usd.at(year)
    return ProjectCase(
        id=project.id,
        year=year,
        capex_usd=capex,
        annuity_usd=capex * capital_recovery_factor(finance.discount_rate, finance.link_life),
        opex_usd=by_year(project.opex_usd, inputs.scenario.years),
        owners=owners_of_project(project, inputs.topology, inputs.scenario.community.members),
        barred=project_stake(project, inputs) is not None,
    )


def _link(link: Link, inputs: Inputs) -> LinkCase:
    scenario, years = inputs.scenario, inputs.scenario.years
    serving = _serving(link, inputs)
    return LinkCase(
        id=link.id,
        in_service=serving,
        capacity_gbps={y: link.capacity_gbps.at(y) if serving[y] else 0.0 for y in years},
        committed_gbps={y: link.committed_gbps.at(y) if serving[y] else 0.0 for y in years},
        fill=by_year(scenario.limits.link_fill, years),
        transit_usd_per_gbps=by_year(link.transit_usd_per_gbps, years),
        project=_project_of(link.project, inputs.topology),
    )


def _expansions(asset: Site | Link, position: int, inputs: Inputs, useful: float) -> Iterable[ExpansionCase]:
    """Yield the expansions of an asset; one without `max` is limited to what all demand together could use.

    One that a rule on foreign stakes bars is built in no year.
    """
    scenario, serving = inputs.scenario, _serving(asset, inputs)
    finance = scenario.finance
    life = finance.compute_life if isinstance(asset, Site) else finance.link_life
    recovery = capital_recovery_factor(finance.discount_rate, life)
    projects = sorted(inputs.topology.projects)
    for number, option in enumerate(asset.expansion):
        start = _project_year(option.project, inputs)
        years = tuple(y for y in scenario.years if serving[y] and in_service(option, y) and y >= start)
        is_barred = expansion_stake(asset, option, inputs) is not None
        hangs_on = {projects.index(name) for name in (asset.project, option.project) if name is not None}
        yield ExpansionCase(
            asset=position,
            position=number,
            limit=_limit(option, scenario.years, years, life, useful),
            annuity_usd=by_year(option.capex_usd, scenario.years, recovery),
            opex_usd=by_year(option.opex_usd, scenario.years),
            capex_usd=by_year(option.capex_usd, scenario.years),
            life=life,
            years=() if is_barred else years,
            step=option.step,
            projects=tuple(sorted(hangs_on)),
            owners=owners_of(asset, inputs.topology, option),
            embodied_kg=_embodied_kg(asset, option) / life,
        )


def _embodied_kg(asset: Site | Link, option: ExpansionModel) -> float:
    """Carbon embodied in a unit of an expansion: its own figure, else the site's; that of links is not counted."""
    if not isinstance(asset, Site) or not isinstance(option, SiteExpansion):
        return 0.0
    own = option.embodied_kg_per_pflops
    return asset.embodied_kg_per_pflops if own is None else own


def _limit(
    option: ExpansionModel, years: tuple[int, ...], built: tuple[int, ...], life: int, useful: float
) -> dict[int, float]:
    """Return the most of an expansion that may stand in each year: its `max`, else more than anybody could want.

    No single build is worth more than what all demand together could use. Builds of several years may stand at once,
    where a later one is made before an earlier one retires.
    """
    if option.max is not None:
        return by_year(option.max, years)
    enough = useful if option.step is None else option.step * ceil(useful / option.step)
    return {year: enough * max(1, sum(t <= year < t + life for t in built)) for year in years}


def _most_asked(demands: Iterable[DemandCase], routings: list[Routing], slots: Sequence[Slot]) -> tuple[float, float]:
    """Return the PFLOPS that all demands together could occupy at once, and the Gbps they could put on one link.

    A training volume may come in one block.
    """
    once = 1 / min(slot.share for slot in slots)
    most = [(each, max(each.quantity.values()) * (once if each.movable else 1)) for each in demands]
    loads = ((routings[each.routing], amount) for each, amount in most)
    gbps = sum(amount * (routing.traffic + routing.traffic_back) for routing, amount in loads)
    return sum(amount for each, amount in most if each.is_compute), gbps


def _committed(link: Link, years: Iterable[int]) -> float:
    return max(link.committed_gbps.at(year) for year in years)


def _demands(inputs: Inputs, network: Network, routings: RoutingTable, slots: Sequence[Slot]) -> Iterable[DemandCase]:
    """Yield the parts of all demands, sorted by origin and workload: the order of the rows has no meaning."""
    index = 0
    rows = enumerate(inputs.demand.demands)
    for row_number, row in sorted(rows, key=lambda each: (each[1].origin, each[1].to or "", each[1].workload)):
        workload = inputs.demand.workloads[row.workload]
        for node, share in sorted(split_origin(row.origin, inputs.topology.nodes).items()):
            zone = inputs.topology.nodes[node].timezone
            factors = [slot_factor(workload.profile, zone, slot) for slot in slots]
            quantity = {
                (year, block): share * row.amount.in_season(slot.season).growing_at(year) * factors[block]
                for year in inputs.scenario.years
                for block, slot in enumerate(slots)
            }
            country = inputs.topology.nodes[node].country
            yield DemandCase(
                index=index,
                row=row_number,
                written=row.origin if row.to is None else f"{row.origin}--{row.to}",
                workload=workload.id,
                node=network.node_index[node],
                country=country,
                routing=routings.number(Origin(node, country), workload, row),
                access_ms=inputs.topology.nodes[node].access_rtt_ms if row.access_rtt_ms is None else row.access_rtt_ms,
                max_rtt_ms=workload.rtt_limit_ms,
                quantity=quantity,
                unserved_usd=_penalty(workload, inputs.scenario.years),
                movable=workload.kind == "training",
                is_compute=workload.kind != "traffic",
                is_background=workload.is_background,
                whole=not workload.split,
                survives=workload.survives,
            )
            index += 1


def _penalty(workload: Workload, years: Iterable[int]) -> Mapping[int, float] | None:
    return None if workload.unserved_usd is None else by_year(workload.unserved_usd, years)


def _largest_cluster(inputs: Inputs) -> float:
    """Return the most PFLOPS that any work could ask for at any site."""
    asked = [workload for workload in inputs.demand.workloads.values() if workload.needs_cluster]
    sites = inputs.topology.sites.values()
    return max((least_cluster(site, workload) for workload in asked for site in sites), default=0.0)
