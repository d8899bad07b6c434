"""The same question with something changed or taken away: each returns new inputs and leaves the old ones alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from planner.admissibility import Origin, admit_hosts, in_service
from planner.demand import split_origin
from planner.expansions import SiteExpansion
from planner.policy import is_named
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.demand import DemandRow
    from planner.files import Inputs
    from planner.topology import Link, Site

USD_PER_PFLOPS = 1e6
"""Price at which a budget of money holds down a number of PFLOPS: rows of money are written in MUSD."""
NOTHING = Yearly.flat(0.0)

Keeps = Callable[["Site", str], bool]
Asset = TypeVar("Asset", "Site", "Link")


def aiming(inputs: Inputs, objective: str, *others: str) -> Inputs:
    """Return the question with other objectives, first the one that its plan's gap will speak of."""
    return _with_scenario(inputs, objective=(objective, *(name for name in others if name != objective)))


def with_floor(inputs: Inputs, served_share: float | None) -> Inputs:
    """Every member is served at least this share of its demand; None takes the floor away."""
    policy = inputs.scenario.policy
    floor = policy.floor.model_copy(update={"served_share": served_share})
    return _with_scenario(inputs, policy=policy.model_copy(update={"floor": floor}))


def without_failures(inputs: Inputs) -> Inputs:
    """Nothing has to survive anything."""
    return _with_scenario(inputs, contingencies=())


def without_duties(inputs: Inputs) -> Inputs:
    """Nothing has to be served or hosted: neither what is required nor a floor, nor what members have to host."""
    workloads = {
        key: each
        if each.unserved_usd is not None
        else each.model_copy(update={"unserved_usd": NOTHING, "required": False})
        for key, each in inputs.demand.workloads.items()
    }
    changed = replace(inputs, demand=inputs.demand.model_copy(update={"workloads": workloads}))
    return without_hosting(with_floor(changed, None))


def without_market(inputs: Inputs) -> Inputs:
    """Nothing is rented: a pool is what stands in the community. Rules may name such sites all the same."""
    sites = {
        key: site.model_copy(update={"serves": frozenset()}) if site.market else site
        for key, site in inputs.topology.sites.items()
    }
    return replace(inputs, topology=inputs.topology.model_copy(update={"sites": sites}))


def without_hosting(inputs: Inputs) -> Inputs:
    """No member has to host anything."""
    return _with_members(inputs, hosted_min_pflops=None)


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

    All members stand alone in one and the same plan. They do not meet at sites, but they do share the links. Nobody has
    to host what others do not bring.
    """
    return without_hosting(_narrow_members(inputs, lambda home: lambda _, country: country == home))


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


def of_year(inputs: Inputs, year: int) -> Inputs:
    """One of the years by itself."""
    return _with_scenario(inputs, years=(year,))


def to_be_placed(inputs: Inputs, year: int, *, pool_pflops: float | None = None) -> Inputs:
    """One year, in which the machines that stand on members' soil are still to be placed, and cost nothing to place.

    So they count only where they are needed: the number placed and built is the least that serves. Each site is given
    an expansion behind those it had, good for what stands there; machines that hang on a project stay with it. One no
    longer on offer counts as long as what was built of it could still stand. With a pool, no more PFLOPS than that are
    placed and built on members' soil, whatever it costs: the pool takes the place of the budget, so the plan's money
    means nothing.
    """
    members, life = inputs.scenario.community.members, inputs.scenario.finance.compute_life
    sites = {}
    for key, site in inputs.topology.sites.items():
        options = [
            option.model_copy(update={"until": None if option.until is None else option.until + life - 1})
            for option in site.expansion
        ]
        changes: dict[str, Any] = {}
        if country_of(inputs, site) in members and standing_pflops(inputs, site, year) > 0:
            options.append(SiteExpansion(max=site.compute_pflops, capex_usd=NOTHING))
            changes = {"compute_pflops": NOTHING}
        sites[key] = site.model_copy(update={**changes, "expansion": tuple(options)})
    placed = of_year(replace(inputs, topology=inputs.topology.model_copy(update={"sites": sites})), year)
    return placed if pool_pflops is None else _within(placed, year, pool_pflops)


def _within(inputs: Inputs, year: int, pool_pflops: float) -> Inputs:
    """Let the budget hold down PFLOPS on members' soil, and nothing else: all other builds are free."""
    topology, members = inputs.topology, inputs.scenario.community.members
    sites, opened = {}, dict.fromkeys(topology.projects, 0.0)
    for key, site in topology.sites.items():
        own = country_of(inputs, site) in members
        sites[key] = _priced(site, USD_PER_PFLOPS if own else 0.0)
        if own and site.project is not None and counts(inputs, site, year):
            opened[site.project] += site.compute_pflops.at(year)
    changes = {
        "sites": sites,
        "links": {key: _priced(link, 0.0) for key, link in topology.links.items()},
        "projects": {
            key: project.model_copy(update={"capex_usd": Yearly.flat(opened[key] * USD_PER_PFLOPS)})
            for key, project in topology.projects.items()
        },
    }
    inputs = _with_members(inputs, capex_usd=None)
    limits = inputs.scenario.limits.model_copy(update={"capex_usd": pool_pflops * USD_PER_PFLOPS})
    return _with_scenario(replace(inputs, topology=topology.model_copy(update=changes)), limits=limits)


def _priced(asset: Asset, capex_usd: float) -> Asset:
    """Give every expansion of an asset one price of building."""
    changes = {"capex_usd": Yearly.flat(capex_usd)}
    return asset.model_copy(update={"expansion": tuple(each.model_copy(update=changes) for each in asset.expansion)})


def country_of(inputs: Inputs, site: Site) -> str:
    """Country in which a site stands."""
    return inputs.topology.nodes[site.node].country


def home_of(inputs: Inputs, origin: str) -> str:
    """Country of an origin, which is a node or a country."""
    nodes = inputs.topology.nodes
    return nodes[origin].country if origin in nodes else origin


def counts(inputs: Inputs, site: Site, year: int) -> bool:
    """Whether a site of ours has machines there in a year: its status counts and it is in service."""
    return not site.market and site.status in inputs.scenario.count and in_service(site, year)


def stands(inputs: Inputs, site: Site, years: tuple[int, ...]) -> bool:
    """Whether machines stand at a site in any of the years."""
    return any(counts(inputs, site, year) and site.compute_pflops.at(year) > 0 for year in years)


def standing_pflops(inputs: Inputs, site: Site, year: int) -> float:
    """PFLOPS that stand at a site in a year whatever is decided: those that hang on a project do not."""
    return site.compute_pflops.at(year) if site.project is None and counts(inputs, site, year) else 0.0


def _narrow_members(inputs: Inputs, keeps: Callable[[str], Keeps]) -> Inputs:
    members = inputs.scenario.community.members

    def settle(row: DemandRow) -> DemandRow:
        home = home_of(inputs, row.origin)
        return row if row.to is not None or home not in members else _narrow(inputs, row, keeps(home))

    return _with_rows(inputs, settle)


def _narrow(inputs: Inputs, row: DemandRow, keeps: Keeps) -> DemandRow:
    """Give a demand only the hosts that are kept, of those it had; where it keeps them all it stays as it is."""
    countries = {key: country_of(inputs, site) for key, site in inputs.topology.sites.items()}
    had = [
        key
        for key, site in inputs.topology.sites.items()
        if row.hosts is None or is_named(site, countries[key], row.hosts)
    ]
    hosts = tuple(f"site:{key}" for key in had if keeps(inputs.topology.sites[key], countries[key]))
    return row if len(hosts) == len(had) else row.model_copy(update={"hosts": hosts})


def _with_rows(inputs: Inputs, settle: Callable[[DemandRow], DemandRow]) -> Inputs:
    rows = tuple(map(settle, inputs.demand.demands))
    return replace(inputs, demand=inputs.demand.model_copy(update={"demands": rows}))


def _with_members(inputs: Inputs, **changes: Any) -> Inputs:
    """Change the limits of every member that has some."""
    limits = inputs.scenario.limits
    members = {country: each.model_copy(update=changes) for country, each in limits.members.items()}
    return _with_scenario(inputs, limits=limits.model_copy(update={"members": members}))


def _with_scenario(inputs: Inputs, **changes: Any) -> Inputs:
    return replace(inputs, scenario=inputs.scenario.model_copy(update=changes))
