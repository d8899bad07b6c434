"""Why a demand has no path at all: the rules are taken away one by one until one appears."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import Origin, is_usable, offers, takes
from planner.engine.graphs import Reach
from planner.plan import phrases
from planner.plan.other_rules import limit_just_kept

if TYPE_CHECKING:
    from planner.demand import Workload
    from planner.files import Inputs
    from planner.plan.other_rules import OtherRules
    from planner.programme.case import DemandCase, Routing, State

IN_THE_WAY = {
    "transit": (phrases.WAYS_CROSS, phrases.TRANSIT),
    "through": (phrases.WAYS_THROUGH, phrases.THROUGH),
    "projects": (phrases.WAYS_UNBUILT, phrases.WAYS_UNBUILT),
    "users": (phrases.WAYS_CLOSED, phrases.USABLE_BY),
}
"""Rules that may close every way, with what is said of traffic and of compute."""
RULES = tuple(chosen for number in range(1, len(IN_THE_WAY) + 1) for chosen in combinations(IN_THE_WAY, number))
"""In which order they are taken away: one by one, then two at a time, and so on."""


@dataclass(frozen=True)
class PathlessReasons:
    """Finds the rule that leaves a demand without any path."""

    inputs: Inputs
    other: OtherRules

    def explain(self, state: State, demand: DemandCase) -> str:
        """Take the rules away one by one until a path appears."""
        routing = self.other.case.routings[demand.routing]
        if not routing.hosts:
            return self._no_host(state, demand)
        if not self.other.case.hosts_alive(state, routing):
            return self._not_yet(state, routing, self.inputs.demand.workloads[demand.workload])
        reach = self.other.pricing.reach(state, demand.routing)
        within = self._too_far(state, reach, demand)
        if within:
            return within + self._nearer_elsewhere(state, demand)
        any_way = self._has_way(state, demand, self._freed(demand, IN_THE_WAY))
        for rules in RULES if any_way else ():
            freed = self._freed(demand, rules)
            if self._has_way(state, demand, freed):
                first, *more = (IN_THE_WAY[rule][demand.is_compute].say() for rule in rules)
                also = phrases.ALSO + phrases.EVEN_THEN.say(reason=phrases.LISTED.join(more)) if more else ""
                # What a project that nobody lays would hold is no question of the plan's limits.
                then = "" if "projects" in rules else self.other.say_even_then(state, demand, freed)
                return first + also + then
        return (phrases.NO_WAY if demand.is_compute else phrases.NO_WAY_THERE).say()

    def _has_way(self, state: State, demand: DemandCase, routing: Routing) -> bool:
        return bool(np.isfinite(Reach(self.other.case, state, routing).least_rtt_ms(demand.node)))

    def _too_far(self, state: State, reach: Reach, demand: DemandCase) -> str:
        least = reach.least_rtt_ms(demand.node)
        if not np.isfinite(least):
            return ""
        total = least + demand.access_ms
        slower = replace(demand, max_rtt_ms=limit_just_kept(total))
        routing = self.other.case.routings[demand.routing]
        return self.other.say_too_slow(reach, demand, total) + self.other.say_even_then(state, slower, routing)

    def _nearer_elsewhere(self, state: State, demand: DemandCase) -> str:
        """Say which site would be near enough, and would serve, if residency, or transit, were another."""
        found = self.other.barred_site(state, demand)
        if found is not None:
            site, rtt_ms, listed = found
            kept = phrases.RESIDENCY_KEEPS_NEAR if listed else phrases.HOSTS_KEEP_NEAR
            return phrases.ALSO + kept.say(site=site, rtt_ms=rtt_ms)
        for routing, said in (
            (self._freed(demand, ("transit",)), phrases.TRANSIT_KEEPS),
            (self._freed(demand, ("through",)), phrases.THROUGH_KEEPS),
        ):
            best = self.other.pricing.cheapest(state, demand, routing, self.other.prices)
            if best is not None and self.other.would_serve(best, routing):
                return phrases.ALSO + said.say()
        return ""

    def _freed(self, demand: DemandCase, rules: Collection[str]) -> Routing:
        """Return a demand's routing with some of the rules left aside.

        Those of transit, those on through traffic, that background waits for no project, and which links are whose.
        """
        routing, links = self.other.case.routings[demand.routing], self.other.case.network.links
        if "transit" in rules:
            routing = replace(routing, closed=np.zeros_like(routing.closed))
        if "through" in rules:
            routing = replace(
                routing, dead_end=np.zeros_like(routing.dead_end), sealed=np.full_like(routing.sealed, -1)
            )
        origin = Origin(self.other.case.network.nodes[demand.node], demand.country)
        waits = not routing.is_background or "projects" in rules
        usable = [("users" in rules or is_usable(link, origin)) and (waits or link.project is None) for link in links]
        return replace(routing, usable=np.repeat(np.array(usable, dtype=bool), 2))

    def _no_host(self, state: State, demand: DemandCase) -> str:
        workload = self.inputs.demand.workloads[demand.workload]
        able = [site for site in self.inputs.topology.sites.values() if takes(site, workload)]
        if not able and any(offers(site, workload) for site in self.inputs.topology.sites.values()):
            return phrases.NO_CARDS.say(kind=workload.kind)
        if not able:
            wanted = phrases.NO_SITE_OFFERS if workload.requires else phrases.NO_SITE_TAKES
            return wanted.say(kind=workload.kind, offers=phrases.LISTED.join(sorted(workload.requires)))
        hosts = self.inputs.demand.demands[demand.row].hosts
        if hosts:
            return phrases.RESIDENCY_WITHIN.say(hosts=phrases.LISTED.join(sorted(hosts))) + self._nearer_elsewhere(
                state, demand
            )
        freed = replace(self.other.case.routings[demand.routing], hosts=self.other.able_hosts(demand))
        return phrases.RESIDENCY.say() + self.other.say_even_then(state, demand, freed)

    def _no_cluster(self, workload: Workload) -> str:
        """Say how large a cluster no allowed site has."""
        if workload.min_cluster_cards:
            return phrases.TOO_FEW_CARDS.say(cards=workload.min_cluster_cards)
        return phrases.CLUSTER_TOO_SMALL.say(pflops=workload.min_cluster_pflops)

    def _not_yet(self, state: State, routing: Routing, workload: Workload) -> str:
        """Say when the first allowed site enters service, or that none has any compute."""
        sites = [self.inputs.topology.sites[self.other.case.sites[host.site].id] for host in routing.hosts]
        if all(site.until is not None and site.until < state.year for site in sites):
            year, last = max((site.until or 0, site.id) for site in sites)
            return phrases.CLOSED.say(site=last, year=year)
        later = [
            (site.from_year, site.id) for site in sites if site.from_year is not None and site.from_year > state.year
        ]
        if len(later) == len(sites):
            year, first = min(later)
            return phrases.NOT_YET.say(site=first, year=year)
        if any(self.other.case.can_host(host.site, state.year) for host in routing.hosts):
            return self._no_cluster(workload)
        counted = phrases.LISTED.join(self.inputs.scenario.count)
        names = phrases.LISTED.join(sorted(site.id for site in sites))
        return phrases.NO_COMPUTE.say(year=state.year, sites=names, statuses=counted)
