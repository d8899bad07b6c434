"""Rules of what stands and how full it is: sites, links, builds and budgets."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, inf, nan
from typing import TYPE_CHECKING

from planner.admissibility import in_service
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.flows import describe
from planner.plan.verify.tolerance import ABSOLUTE, RELATIVE, differs, exceeds, show

if TYPE_CHECKING:
    from planner.topology import Link


def sites_are_not_overfull(e: Evidence) -> Iterator[str]:
    """In every state a site serves no more than its fill of what is installed; failures may use all."""
    for name, used in e.used.items():
        for state, pflops in used.items():
            has, usable = e.supply.compute_pflops(name, state[0]), e.supply.usable_pflops(name, state)
            if exceeds(pflops, usable):
                word = "on offer" if e.inputs.topology.sites[name].market else "installed"
                limit = f"{show(usable / has)} of the {show(has)} {word}" if usable < has else f"the {show(has)} {word}"
                yield f"{describe(state)}: site {name}: {show(pflops)} PFLOPS in use exceed {limit}"


def power_is_not_exceeded(e: Evidence) -> Iterator[str]:
    """In every state the power at a site's meter keeps its limit."""
    for name, site in e.inputs.topology.sites.items():
        for state in e.states if site.power_mw is not None else ():
            if name in e.failures[state[2]].sites:
                continue
            limit, drawn = e.power.limit_mw(site, state), e.power.drawn_mw(name, state)
            if exceeds(drawn, limit):
                yield f"{describe(state)}: site {name}: draws {show(drawn)} MW, and {show(limit)} MW is the limit"


def links_are_not_overfull(e: Evidence) -> Iterator[str]:
    """In every state and direction a link carries no more than its fill of its capacity, less what is committed."""
    supply = e.supply
    for (name, direction), loads in e.loads.items():
        link = e.inputs.topology.links[name]
        for state, gbps in loads.items():
            fill, has = e.fill("link", state), supply.capacity_gbps(link, state[0])
            taken = supply.committed_gbps(link, state[0])
            if exceeds(gbps + taken, fill * has):
                limit = f"{show(fill)} of {show(has)}" if fill < 1 else show(has)
                words = f"{show(gbps)} Gbps {direction} and {show(taken)} committed exceed {limit} Gbps"
                yield f"{describe(state)}: link {name}: {words}"


def background_meets_no_decision(e: Evidence) -> Iterator[str]:
    """Everybody else's traffic rides on what stands without any decision, less what is committed."""
    for (name, direction), loads in e.background_loads.items():
        link = e.inputs.topology.links[name]
        for state, gbps in loads.items():
            _, left = e.background_room(link, direction, state)
            if exceeds(gbps, left):
                words = f"{show(gbps)} Gbps {direction} of background traffic exceed the {show(left)} that stand for it"
                yield f"{describe(state)}: link {name}: {words}"


def sites_table_is_right(e: Evidence) -> Iterator[str]:
    """Capacity, use, energy and carbon of every site follow from inputs, builds and paths."""
    supply = e.supply
    for (year, name), row in e.rows("sites").items():
        site, used = e.inputs.topology.sites[name], e.used.get(name, {})
        mean, peak = e.mean(year, used), max(used.get(state, 0.0) for state in e.intact_states(year))
        installed = supply.installed_pflops(name, year)
        right = {
            "installed_pflops": installed,
            "built_pflops": supply.built(site, year),
            "cards": installed / (site.card_pflops or nan),
            "used_pflops": mean,
            "peak_pflops": peak,
            "utilisation": peak / installed if installed else 0.0,
            "power_mw": max(e.power.drawn_mw(name, state) for state in e.intact_states(year)),
            "energy_mwh": e.power.energy_mwh(name, year),
            "carbon_t": e.power.emitted_kg(name, year) / 1000,
            "water_m3": e.power.energy_mwh(name, year) * site.water_l_per_kwh.at(year),
            "embodied_t": e.power.embodied_kg(name, year) / 1000,
        }
        yield from _compare(f"{year}: site {name}", row, right)
        if row["country"] != e.country_of(name):
            yield f"{year}: site {name}: stands in {e.country_of(name)}, and the table says {row['country']}"


def links_table_is_right(e: Evidence) -> Iterator[str]:
    """Capacity and load of every link follow from inputs, builds and paths."""
    supply = e.supply
    for (year, name), row in e.rows("links").items():
        link = e.inputs.topology.links[name]
        capacity, taken = supply.capacity_gbps(link, year), supply.committed_gbps(link, year)
        own, others, together = (
            max(loads.get((name, way), {}).get(state, 0.0) for way in _ways(link) for state in e.intact_states(year))
            for loads in (e.own_loads, e.background_loads, e.loads)
        )
        right = {
            "capacity_gbps": capacity,
            "built_gbps": supply.built(link, year),
            "committed_gbps": taken,
            "peak_gbps": own,
            "background_gbps": others,
            "utilisation": (together + taken) / capacity if capacity else 0.0,
        }
        yield from _compare(f"{year}: link {name}", row, right)
        if row["cable"] != (link.cable or ""):
            yield f"{year}: link {name}: belongs to cable '{link.cable or ''}', and the table says '{row['cable']}'"


def _ways(link: Link) -> tuple[str, ...]:
    return ("both",) if link.duplex == "half" else ("forward", "backward")


def _compare(where: str, row: dict[str, float], right: dict[str, float]) -> Iterator[str]:
    for name, value in right.items():
        if differs(row[name], value):
            yield f"{where}: {name} is {show(value)}, and the table says {show(row[name])}"


def builds_are_on_offer(e: Evidence) -> Iterator[str]:
    """An expansion is built between its first and last year, where its asset is in service, its projects built."""
    supply = e.supply
    for build in supply.builds:
        option = build.option
        if not in_service(option, build.year):
            yield f"{build}: is on offer from {option.from_year or 'ever'} to {option.until or 'ever'}"
        elif not in_service(build.asset, build.year):
            yield f"{build}: is built where nothing is in service"
        for project in {build.asset.project: None, build.option.project: None}:
            if not supply.is_laid(project, build.year):
                yield f"{build}: hangs on project {project}, which is not built"


def builds_are_within_their_limit(e: Evidence) -> Iterator[str]:
    """What stands of an expansion keeps the `max` of every year in which it stands, and steps are whole."""
    supply = e.supply
    for build in supply.builds:
        if build.option.step is not None and not _is_whole(build.added / build.option.step):
            yield f"{build}: {show(build.added)} are no whole steps of {show(build.option.step)}"
    for first in {(build.is_site, build.asset.id, build.number): build for build in reversed(supply.builds)}.values():
        most = first.option.max
        for year in e.years if most is not None else ():
            stands = supply.standing(first.asset, year)
            total = sum(other.added for other in stands if other.number == first.number)
            if most is not None and exceeds(total, most.at(year)):
                yield f"{first._replace(year=year)}: {show(total)} stand, and {show(most.at(year))} is the most"


def _is_whole(steps: float) -> bool:
    return abs(steps - floor(steps + 0.5)) <= RELATIVE * abs(steps) + ABSOLUTE


def budgets_are_kept(e: Evidence) -> Iterator[str]:
    """The limits on sites in use, on what builds and projects cost overnight and on each year's carbon are kept."""
    supply, limits = e.supply, e.inputs.scenario.limits
    if limits.sites is not None and len(supply.sites_in_use) > limits.sites:
        yield f"{len(supply.sites_in_use)} sites are in use, and {limits.sites} is the limit"
    if limits.capex_usd is not None and exceeds(supply.capex_usd, limits.capex_usd):
        yield f"builds cost {show(supply.capex_usd)} overnight, and {show(limits.capex_usd)} is the limit"
    for year in e.years:
        most = inf if limits.carbon_kg is None else limits.carbon_kg.at(year)
        carbon = supply.counted_kg(year)
        if exceeds(carbon, most):
            yield f"{year}: {show(carbon)} kg of carbon are above the limit of {show(most)} kg"


RULES = (
    sites_are_not_overfull,
    power_is_not_exceeded,
    links_are_not_overfull,
    background_meets_no_decision,
    sites_table_is_right,
    links_table_is_right,
    builds_are_on_offer,
    builds_are_within_their_limit,
    budgets_are_kept,
)
