"""The same question with something changed or taken away: each returns new inputs and leaves the old ones alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from planner.admissibility import Origin, admit_hosts, in_service, is_named
from planner.demand import split_origin
from planner.topology import SiteExpansion
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.demand import DemandRow
    from planner.files import Inputs
    from planner.topology import Site

USD_PER_PFLOPS = 1e6
"""Price at which a budget of money holds down a number of PFLOPS: rows of money are written in MUSD."""
NOTHING = Yearly.flat(0.0)

Keeps = Callable[["Site", str], bool]


def aiming(inputs: Inputs, objective: str) -> Inputs:
    """Return the question with another objective, the one that its plan's gap will speak of."""
    return _with_scenario(inputs, objective=(objective,))


def with_floor(inputs: Inputs, served_share: float | None) -> Inputs:
    """Every member is served at least this share of its demand; None takes the floor away."""
    policy = inputs.scenario.policy
    floor = policy.floor.model_copy(update={"served_share": served_share})
    return _with_scenario(inputs, policy=policy.model_copy(update={"floor": floor}))


def without_failures(inputs: Inputs) -> Inputs:
    """Nothing has to survive anything."""
    return _with_scenario(inputs, contingencies=())


def without_duties(inputs: Inputs) -> Inputs:
    """Nothing has to be served: neither what is required nor a floor."""
    workloads = {
        key: each
        if each.unserved_usd is not None
        else each.model_copy(update={"unserved_usd": NOTHING, "required": False})
        for key, each in inputs.demand.workloads.items()
    }
    changed = replace(inputs, demand=inputs.demand.model_copy(update={"workloads": workloads}))
    return with_floor(changed, None)


def in_one_zone(inputs: Inputs) -> Inputs:
    """The same rhythm, but noon is everywhere at once: the clock of the node that asks for most.

    Taking the rhythm away altogether would not do: a peak costs the more the dearer machines are at home, so that a
    level day would book to the clocks what cheaper sites save at the peak.
    """
    asked: dict[str, float] = {}
    for row in inputs.demand.demands:
        workload = inputs.demand.workloads[row.workload]
        for node, share in () if workload.is_flat else sorted(split_origin(row.origin, inputs.topology.nodes).items()):
            asked[node] = asked.get(node, 0.0) + share * row.amount.growing_at(inputs.scenario.years[-1])
    if not asked:
        return inputs
    zone = inputs.topology.nodes[max(sorted(asked), key=asked.__getitem__)].timezone
    nodes = {key: node.model_copy(update={"timezone": zone}) for key, node in inputs.topology.nodes.items()}
    return replace(inputs, topology=inputs.topology.model_copy(update={"nodes": nodes}))


def alone(inputs: Inputs) -> Inputs:
    """Every member on its own: its compute stays on sites of its own country; others keep the hosts they had.

    All members stand alone in one and the same plan. They do not meet at sites, but they do share the links.
    """
    return _narrow_members(inputs, lambda home: lambda _, country: country == home)


def without_others_machines(inputs: Inputs) -> Inputs:
    """Pooled, but nobody uses what others have standing: abroad only sites where nothing stands yet.

    A site abroad with machines is closed whole, and its expansions with it; they are written as a site of their own
    where the two have to be told apart.
    """
    return _narrow_members(
        inputs, lambda home: lambda site, country: country == home or not stands(inputs, site, inputs.scenario.years)
    )


def on_own_soil(inputs: Inputs) -> Inputs:
    """The community by itself: members' compute stays on members' soil, and that of others keeps off it.

    What has to leave the community because no member may host it does so, and what others require stays as it is.
    """
    members, nodes = inputs.scenario.community.members, inputs.topology.nodes

    def settle(row: DemandRow) -> DemandRow:
        workload = inputs.demand.workloads[row.workload]
        if row.to is not None:
            return row
        if home_of(inputs, row.origin) not in members:
            required = workload.unserved_usd is None
            return row if required else _narrow(inputs, row, lambda _, country: country not in members)
        inside = any(
            nodes[inputs.topology.sites[key].node].country in members
            for node, _ in sorted(split_origin(row.origin, inputs.topology.nodes).items())
            for key in admit_hosts(
                inputs.topology, inputs.scenario.policy, Origin(node, nodes[node].country), workload, row
            )
        )
        return _narrow(inputs, row, lambda _, country: country in members) if inside else row

    return _with_rows(inputs, settle)


def to_be_placed(inputs: Inputs, year: int, *, pool_pflops: float | None = None) -> Inputs:
    """One year, in which the machines that stand on members' soil are still to be placed, and cost nothing to place.

    So they count only where they are needed: the number placed and built is the number that has to stand. An expansion
    no longer on offer counts as long as what was built of it could still stand. With a pool, no more PFLOPS than that
    are placed and built on members' soil, whatever it costs: the pool takes the place of the budget, so the plan's
    money means nothing.
    """
    members, life = inputs.scenario.community.members, inputs.scenario.finance.compute_life
    priced = {} if pool_pflops is None else {"capex_usd": Yearly.flat(USD_PER_PFLOPS)}
    free = {} if pool_pflops is None else {"capex_usd": NOTHING}
    sites = {}
    for key, site in inputs.topology.sites.items():
        own = country_of(inputs, site) in members
        options = [
            option.model_copy(
                update={
                    **(priced if own else free),
                    "until": None if option.until is None else option.until + life - 1,
                }
            )
            for option in site.expansion
        ]
        if own and stands(inputs, site, (year,)):
            options.append(SiteExpansion(max=site.compute_pflops, capex_usd=priced.get("capex_usd", NOTHING)))
            site = site.model_copy(update={"compute_pflops": NOTHING})  # noqa: PLW2901 -- the same site, emptied
        sites[key] = site.model_copy(update={"expansion": tuple(options)})
    topology = inputs.topology.model_copy(update={"sites": sites})
    placed = _with_scenario(replace(inputs, topology=topology), years=(year,))
    return placed if pool_pflops is None else _within(placed, pool_pflops, free)


def _within(inputs: Inputs, pool_pflops: float, free: dict[str, Any]) -> Inputs:
    """Let the budget hold down PFLOPS, and nothing else: links and projects are free."""
    links = {
        key: link.model_copy(update={"expansion": tuple(each.model_copy(update=free) for each in link.expansion)})
        for key, link in inputs.topology.links.items()
    }
    projects = {key: project.model_copy(update=free) for key, project in inputs.topology.projects.items()}
    topology = inputs.topology.model_copy(update={"links": links, "projects": projects})
    limits = inputs.scenario.limits.model_copy(update={"capex_usd": pool_pflops * USD_PER_PFLOPS})
    return _with_scenario(replace(inputs, topology=topology), limits=limits)


def country_of(inputs: Inputs, site: Site) -> str:
    """Country in which a site stands."""
    return inputs.topology.nodes[site.node].country


def home_of(inputs: Inputs, origin: str) -> str:
    """Country of an origin, which is a node or a country."""
    nodes = inputs.topology.nodes
    return nodes[origin].country if origin in nodes else origin


def stands(inputs: Inputs, site: Site, years: tuple[int, ...]) -> bool:
    """Whether machines stand at a site in any of the years: its status counts and it has some."""
    counted = site.status in inputs.scenario.count
    return counted and any(in_service(site, year) and site.compute_pflops.at(year) > 0 for year in years)


def _narrow_members(inputs: Inputs, keeps: Callable[[str], Keeps]) -> Inputs:
    members = inputs.scenario.community.members

    def settle(row: DemandRow) -> DemandRow:
        home = home_of(inputs, row.origin)
        return row if row.to is not None or home not in members else _narrow(inputs, row, keeps(home))

    return _with_rows(inputs, settle)


def _narrow(inputs: Inputs, row: DemandRow, keeps: Keeps) -> DemandRow:
    """Give a demand only the hosts that are kept, of those it had."""
    countries = {key: country_of(inputs, site) for key, site in inputs.topology.sites.items()}
    hosts = tuple(
        f"site:{key}"
        for key, site in inputs.topology.sites.items()
        if (row.hosts is None or is_named(site, countries[key], row.hosts)) and keeps(site, countries[key])
    )
    return row.model_copy(update={"hosts": hosts})


def _with_rows(inputs: Inputs, settle: Callable[[DemandRow], DemandRow]) -> Inputs:
    rows = tuple(map(settle, inputs.demand.demands))
    return replace(inputs, demand=inputs.demand.model_copy(update={"demands": rows}))


def _with_scenario(inputs: Inputs, **changes: Any) -> Inputs:
    return replace(inputs, scenario=inputs.scenario.model_copy(update=changes))
