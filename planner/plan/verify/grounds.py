"""What has to be so for each reason: that a limit is full, a rule forbids, or money is better spent otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.admissibility import (
    avoided_countries,
    find_rule,
    is_usable,
    least_cluster,
    offers,
    residency_terms,
    takes,
)
from planner.plan import phrases
from planner.plan.templates import Phrase
from planner.plan.verify.checked import NEAR, Ground, ReasonPart
from planner.plan.verify.failures import INTACT
from planner.plan.verify.tolerance import ABSOLUTE
from planner.policy import is_named

if TYPE_CHECKING:
    from planner.plan.verify.evidence import Evidence
    from planner.topology import Group, Site


def may_be_untold(said: ReasonPart) -> bool:
    """Whether the tables need not tell of the year that something was full when the reason was found.

    Where later objectives have moved flows since, as far as the first one lets them, it may not be full any more. And
    the tables tell the flows of a failure once, in the state of one hour, so that those of another may fill it untold.
    """
    stated = {flow.state for flow in said.evidence.flows}
    failing = (state for state in said.evidence.states if state[0] == said.year and state[2] != INTACT)
    return said.was_moved or any(state not in stated for state in failing)


def is_full(said: ReasonPart) -> bool:
    """A site or link leaves nothing free in some state of the year."""
    if may_be_untold(said):
        return said.fields["asset"] in {*said.evidence.inputs.topology.sites, *said.evidence.inputs.topology.links}
    e, name, year = said.evidence, said.fields["asset"], said.year
    supply, topology = e.supply, e.inputs.topology
    for state in (state for state in e.states if state[0] == year):
        if name in topology.sites:
            has, used = e.supply.usable_pflops(name, state), e.used.get(name, {}).get(state, 0.0)
            if used >= has * (1 - NEAR) - 10 * ABSOLUTE:
                return True
        if name in topology.links:
            link = topology.links[name]
            has = e.fill("link", state) * supply.capacity_gbps(link, year) - supply.committed_gbps(link, year)
            loads = [e.loads.get((name, way), {}).get(state, 0.0) for way in ("forward", "backward", "both")]
            if max(loads) >= has - NEAR * abs(has) - 10 * ABSOLUTE:
                return True
    return False


def _is_at_max(said: ReasonPart) -> bool:
    """It is full, and no more of an expansion may stand, in the year or in another that would see what is built."""
    supply, topology, name = said.evidence.supply, said.evidence.inputs.topology, said.fields["asset"]
    for asset in (topology.sites.get(name), topology.links.get(name)):
        for number, option in enumerate(asset.expansion if asset is not None else ()):
            if asset is None or option.max is None:
                continue
            for year in supply.years_beside(asset, option, said.year):
                standing = sum(build.added for build in supply.standing(asset, year) if build.number == number)
                if said.was_moved or standing + (option.step or 0.0) > option.max.at(year) * (1 - NEAR):
                    return is_full(said)
    return False


def _has_budget(said: ReasonPart) -> bool:
    return said.evidence.inputs.scenario.limits.capex_usd is not None


def _members_have_budgets(said: ReasonPart) -> bool:
    limits = said.evidence.inputs.scenario.limits.members.values()
    return any(limit.capex_usd is not None for limit in limits)


def _has_full_group(said: ReasonPart) -> bool:
    """Some group with a limit on compute is full in the year, or in another that would see what is built."""
    e = said.evidence
    groups = [group for group in e.inputs.topology.groups.values() if group.compute_pflops is not None]
    sites = [e.inputs.topology.sites.get(said.fields.get("asset", ""))]
    own = [group for group in groups if any(site is None or group.id in site.groups for site in sites)]
    return said.was_moved or any(is_group_full(e, group, year) for group in own for year in e.years)


def is_group_full(e: Evidence, group: Group, year: int) -> bool:
    """So much stands in a group that a step of one of its sites, or a site that waits for a project, has no room."""
    assert group.compute_pflops is not None
    sites = [e.inputs.topology.sites[name] for name in group.sites]
    steps = [option.step or 0.0 for site in sites for option in site.expansion]
    steps += [site.compute_pflops.at(year) for site in sites if not e.supply.is_laid(site.project, year)]
    stands = sum(e.supply.installed_pflops(name, year) for name in group.sites)
    return stands + max(steps, default=0.0) >= group.compute_pflops.at(year) * (1 - NEAR) - ABSOLUTE


def draws_all(said: ReasonPart) -> bool:
    """A site draws all the power it may in some state of the year."""
    e, site = said.evidence, said.evidence.inputs.topology.sites[said.fields["asset"]]
    if site.power_mw is None:
        return False
    states = [state for state in e.states if state[0] == said.year]
    reached = (e.power.drawn_mw(site.id, at) >= e.power.limit_mw(site, at) * (1 - NEAR) - ABSOLUTE for at in states)
    return said.was_moved or any(reached)


def is_carbon_spent(said: ReasonPart) -> bool:
    """The sites emit as much in the year as they may."""
    e, limit = said.evidence, said.evidence.inputs.scenario.limits.carbon_kg
    year = int(said.fields["year"])
    if limit is None or year != said.year:
        return False
    return said.was_moved or e.supply.counted_kg(year) >= limit.at(year) * (1 - NEAR) - 1


def _is_left_out(said: ReasonPart) -> bool:
    """So many sites may be in use, and this one is not among those that are."""
    e, limit = said.evidence, said.evidence.inputs.scenario.limits.sites
    topology = e.inputs.topology
    known = any(said.fields["asset"] in records for records in (topology.sites, topology.projects))
    return known and said.fields["limit"] == str(limit) and said.fields["asset"] not in e.supply.sites_in_use


def _is_left_out_or_unpaid(said: ReasonPart) -> bool:
    return said.fields["limit"] == str(said.evidence.inputs.scenario.limits.sites) and _has_budget(said)


def fails(said: ReasonPart) -> bool:
    """The failure is one of the scenario's, and part of the work has to survive it."""
    return said.fields["failure"] in said.evidence.failures and said.workload.survives > 0


def _cuts(said: ReasonPart) -> bool:
    return fails(said) and said.is_figure("survives_percent", 100 * said.workload.survives, off=5e-4)


def _is_dearer(said: ReasonPart) -> bool:
    """Leaving it costs what the inputs say, and serving it no less."""
    price = said.workload.unserved_usd
    if price is None or ("site" in said.fields and said.fields["site"] not in said.evidence.inputs.topology.sites):
        return False
    return said.is_figure("leaving_usd", price.at(said.year), off=0.51) and (
        said.number("serving_usd") >= said.number("leaving_usd") - 1
    )


def _is_too_far(said: ReasonPart) -> bool:
    """The limit is the workload's, and the nearest place beyond it."""
    limit = said.workload.rtt_limit_ms
    known = "site" not in said.fields or said.fields["site"] in said.evidence.inputs.topology.sites
    return known and said.is_figure("max_rtt_ms", limit, off=5e-4) and said.number("rtt_ms") >= (limit or 0.0) - 0.051


def _is_too_late(said: ReasonPart) -> bool:
    """The limit is what sending and work leave of the workload's deadline."""
    return said.workload.is_deadline and _is_too_far(said)


def _has_no_time(said: ReasonPart) -> bool:
    """Sending and work take the deadline, or more."""
    job = said.workload.job
    if job is None or job.sending_s + job.working_s < job.deadline_s:
        return False
    figures = {"sending_s": job.sending_s, "working_s": job.working_s, "deadline_s": job.deadline_s}
    return all(said.is_figure(name, right, off=1e-5 * right) for name, right in figures.items())


def _is_forbidden(said: ReasonPart, site: Site) -> bool:
    """Some part of the work may not go to the site by the residency rules."""
    e = said.evidence
    for part in said.parts:
        rule = find_rule(e.inputs.scenario.policy, part.origin, part.workload)
        if residency_terms(rule, site, e.country_of(site.id), part.origin) is None:
            return True
    return False


def _residency_keeps(said: ReasonPart) -> bool:
    return _is_forbidden(said, said.evidence.inputs.topology.sites[said.fields["site"]])


def _hosts_keep(said: ReasonPart) -> bool:
    e, site = said.evidence, said.evidence.inputs.topology.sites[said.fields["site"]]
    hosts = said.parts[0].row.hosts
    return hosts is not None and not is_named(site, e.country_of(site.id), hosts)


def _able(said: ReasonPart) -> list[Site]:
    return [site for site in said.evidence.inputs.topology.sites.values() if takes(site, said.workload)]


def _nobody_takes(said: ReasonPart) -> bool:
    offers = said.fields.get("offers", "")
    asked = phrases.LISTED.join(sorted(said.workload.requires))
    return said.fields["kind"] == said.workload.kind and offers == asked and not _able(said)


def _nobody_may(said: ReasonPart) -> bool:
    """Residency keeps the work from every site that could take it, or some part of it has no host left to name."""
    return any(part.row.hosts == () for part in said.parts) or all(_is_forbidden(said, site) for site in _able(said))


def _nobody_within(said: ReasonPart) -> bool:
    """Some part of the work names these hosts as its own, in whatever order."""
    stated = sorted(said.fields["hosts"].split(phrases.LISTED))
    return any(part.row.hosts is not None and sorted(part.row.hosts) == stated for part in said.parts)


def _avoids(said: ReasonPart) -> bool:
    policy = said.evidence.inputs.scenario.policy
    return any(avoided_countries(policy, part.origin, said.workload) for part in said.parts)


def _waits_for_none(said: ReasonPart) -> bool:
    """It is everybody else's traffic, and some link hangs on a project."""
    links = said.evidence.inputs.topology.links.values()
    return said.workload.is_background and any(link.project is not None for link in links)


def _is_sealed(said: ReasonPart) -> bool:
    """Some place sells no through traffic."""
    topology = said.evidence.inputs.topology
    through = [node.through for node in topology.nodes.values()]
    return "none" in through + [country.through for country in topology.countries.values()]


def _is_kept_off(said: ReasonPart) -> bool:
    """Some link is not open to some part of the work."""
    links = said.evidence.inputs.topology.links.values()
    return any(not is_usable(link, part.origin) for link in links for part in said.parts)


def _is_closed(said: ReasonPart) -> bool:
    return said.evidence.inputs.topology.sites[said.fields["site"]].until == int(said.fields["year"]) < said.year


def _is_not_there_yet(said: ReasonPart) -> bool:
    first = said.evidence.inputs.topology.sites[said.fields["site"]].from_year
    return first == int(said.fields["year"]) > said.year


def _has_no_compute(said: ReasonPart) -> bool:
    e, names = said.evidence, said.fields["sites"].split(phrases.LISTED)
    counted = phrases.LISTED.join(e.inputs.scenario.count)
    empty = all(e.supply.compute_pflops(name, said.year) == 0 for name in names)
    return empty and int(said.fields["year"]) == said.year and said.fields["statuses"] == counted


def _is_cluster(said: ReasonPart) -> bool:
    least = said.workload.min_cluster_pflops
    if "pflops" in said.fields:
        return least > 0 and said.is_figure("pflops", least, off=5e-4)
    return said.workload.needs_cluster


def _is_cluster_of_cards(said: ReasonPart) -> bool:
    cards = said.workload.min_cluster_cards
    return cards > 0 and said.is_figure("cards", cards, off=5e-4)


def _nobody_counts(said: ReasonPart) -> bool:
    """Sites could take the work, and none of them says which cards it has."""
    sites = said.evidence.inputs.topology.sites.values()
    asked = said.workload.min_cluster_cards > 0 and said.fields["kind"] == said.workload.kind
    return asked and not _able(said) and any(offers(site, said.workload) for site in sites)


def _lacks_cluster(said: ReasonPart) -> bool:
    least = least_cluster(said.evidence.inputs.topology.sites[said.fields["asset"]], said.workload)
    installed = said.evidence.supply.compute_pflops(said.fields["asset"], said.year)
    return installed < least and said.is_figure("pflops", least, off=max(5e-4, 1e-5 * least))


def _is_whole(said: ReasonPart) -> bool:
    return not said.workload.split


def stands(said: ReasonPart) -> bool:
    """What only solving again can tell."""
    return bool(said.parts)


GROUNDS: dict[Phrase, Ground] = {
    phrases.NO_SITE_TAKES: _nobody_takes,
    phrases.NO_SITE_OFFERS: _nobody_takes,
    phrases.RESIDENCY: _nobody_may,
    phrases.RESIDENCY_WITHIN: _nobody_within,
    phrases.TOO_FAR: _is_too_far,
    phrases.TOO_SLOW: _is_too_far,
    phrases.TOO_LATE: _is_too_late,
    phrases.NO_TIME: _has_no_time,
    phrases.RESIDENCY_KEEPS_NEAR: _residency_keeps,
    phrases.RESIDENCY_KEEPS: _residency_keeps,
    phrases.HOSTS_KEEP_NEAR: _hosts_keep,
    phrases.HOSTS_KEEP: _hosts_keep,
    phrases.TRANSIT_KEEPS: _avoids,
    phrases.TRANSIT: _avoids,
    phrases.WAYS_CROSS: _avoids,
    phrases.WAYS_UNBUILT: _waits_for_none,
    phrases.THROUGH_KEEPS: _is_sealed,
    phrases.THROUGH: _is_sealed,
    phrases.WAYS_THROUGH: _is_sealed,
    phrases.USABLE_BY: _is_kept_off,
    phrases.WAYS_CLOSED: _is_kept_off,
    phrases.NO_WAY: stands,
    phrases.NO_WAY_THERE: stands,
    phrases.CLOSED: _is_closed,
    phrases.NOT_YET: _is_not_there_yet,
    phrases.CLUSTER_TOO_SMALL: _is_cluster,
    phrases.TOO_FEW_CARDS: _is_cluster_of_cards,
    phrases.NO_CARDS: _nobody_counts,
    phrases.NO_COMPUTE: _has_no_compute,
    phrases.CUT_OFF: _cuts,
    phrases.CUT_OFF_THERE: _cuts,
    phrases.NOT_WORTH: _is_dearer,
    phrases.NOT_WORTH_CARRYING: _is_dearer,
    phrases.GROWTH_TOO_DEAR: is_full,
    phrases.STEP_TOO_DEAR: is_full,
    phrases.AT_ITS_MAX: _is_at_max,
    phrases.AT_MAX_AND_SPENT: lambda said: _is_at_max(said) and _has_budget(said),
    phrases.CAPEX_SPENT: lambda said: is_full(said) and _has_budget(said),
    phrases.NOT_PAID: _has_budget,
    phrases.NOT_PAID_BY_MEMBERS: _members_have_budgets,
    phrases.MEMBER_SPENT: lambda said: is_full(said) and _members_have_budgets(said),
    phrases.GROUP_FULL: lambda said: is_full(said) and _has_full_group(said),
    phrases.GROUP_SHUT: _has_full_group,
    phrases.HELD_TOGETHER: lambda said: is_full(said) and (_members_have_budgets(said) or _has_full_group(said)),
    phrases.NOT_IN_USE: _is_left_out,
    phrases.NOT_IN_USE_OR_PAID: _is_left_out_or_unpaid,
    phrases.CLUSTER_TOO_DEAR: _is_cluster,
    phrases.NO_CLUSTER_THERE: _lacks_cluster,
    phrases.NOT_WORTH_OPENING: stands,
    phrases.NOT_SPLIT: _is_whole,
    phrases.STAGE_SLACK: lambda said: said.was_moved,
    phrases.ELSEWHERE: stands,
    phrases.OTHERS: stands,
}
"""What has to be so for each reason but those that a limit is full, which are in `limits`."""
