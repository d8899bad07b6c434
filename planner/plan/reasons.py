"""Why a demand is not wholly served: the rule or the limit that stands in its way, in words.

Where no admissible path exists, the rules are taken away one by one until one appears: that rule is the reason. Where
paths exist, the duals tell: what serving costs apart from them, against what leaving it unserved costs, and which
limits on the way ask for the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import is_named, takes
from planner.engine.pricing import Pricing
from planner.engine.trees import RoutingGraph
from planner.plan import phrases
from planner.programme.case import Host, Routing
from planner.programme.paths import shares
from planner.programme.programme import SCALE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.files import Inputs
    from planner.plan.answer import Answer
    from planner.programme.case import Case, DemandCase, Expansion, LinkCase, SiteCase, State
    from planner.programme.paths import Path
    from planner.programme.programme import Programme, RowInfo

REASONS_SHOWN = 3
"""Reasons named for one demand; a country's nodes may have more."""
NOISE = 1e-7
"""Violations below this many units are rounding."""
WORTH = 1e-6
"""A site elsewhere is worth naming where it would save at least this share of the price of leaving work unserved."""
LEAST_SHARE = 0.05
"""A limit that asks for less than this share of what serving costs beyond money is not named."""

FULL = {
    "site_capacity": phrases.SITE_FULL,
    "site_power": phrases.SITE_POWER,
    "link_capacity": phrases.LINK_FULL,
    "survival": phrases.SURVIVAL,
    "site_use": phrases.NOT_IN_USE,
    "site_use_strong": phrases.NOT_IN_USE,
    "cluster": phrases.CLUSTER_NOT_BUILT,
    "whole": phrases.NOT_SPLIT,
    "project_link": phrases.NOT_LAID,
    "pool": phrases.POOL,
    "carbon_budget": phrases.CARBON_SPENT,
}
"""What a full limit means, by the family of its row."""

Key = tuple[int, str, str]


def explain_unserved(answer: Answer) -> dict[Key, str]:
    """Say why, for every (year, origin as written, workload) that is not wholly served."""
    case, reasons = answer.case, Reasons(answer.inputs, answer.programme, answer.solution.duals, answer.solution.lost)
    left: defaultdict[Key, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    for year in case.years:
        amounts, worst = _missing(answer, year)
        for state, parts in worst.items():
            for index, reason in reasons.explain(state, parts).items():
                left[year, *case.demands[index].key][reason] += amounts[index]
    return {key: _join(amounts) for key, amounts in left.items()}


def _missing(answer: Answer, year: int) -> tuple[dict[int, float], dict[State, list[int]]]:
    """What each part of a demand lacks in a year, as mean over the day, and the parts by the block that lacks most."""
    case, amounts = answer.case, dict[int, float]()
    worst: defaultdict[State, list[int]] = defaultdict(list)
    states = case.intact_states(year)
    for demand in case.demands:
        served = [answer.sum_of("served", state, demand.index) for state in states]
        asked = [demand.quantity[year, state.block] for state in states]
        if demand.movable:
            served = [sum(served) / len(states)] * len(states)
        gaps = [
            answer.left(wanted, got, traffic=not demand.is_compute) for wanted, got in zip(asked, served, strict=True)
        ]
        if any(gaps):
            amounts[demand.index] = sum(gaps) / len(states)
            worst[states[max(range(len(states)), key=gaps.__getitem__)]].append(demand.index)
    return amounts, worst


def _join(amounts: dict[str, float]) -> str:
    """Join the reasons of a demand's parts, the largest first, with the PFLOPS each holds back."""
    ordered = sorted(amounts, key=lambda reason: (-amounts[reason], reason))
    if len(ordered) == 1:
        return ordered[0]
    shown = [phrases.PART.say(pflops=amounts[reason], reason=reason) for reason in ordered[:REASONS_SHOWN]]
    rest = sum(amounts[reason] for reason in ordered[REASONS_SHOWN:])
    others = [phrases.PART.say(pflops=rest, reason=phrases.OTHERS.say())] if rest else []
    return phrases.ALSO.join([*shown, *others])


@dataclass(frozen=True)
class Reasons:
    """Finds the reason for single parts of demands, given the duals of a solved programme."""

    inputs: Inputs
    programme: Programme
    duals: NDArray[np.float64] | None
    lost: Mapping[tuple[int, int], str]

    def _cut_off(self, state: State, demand: DemandCase) -> str:
        """Say that a failure leaves no way, where part of the demand has to survive it."""
        failure = self.lost[demand.index, state.year]
        cut = phrases.CUT_OFF if demand.is_compute else phrases.CUT_OFF_THERE
        return cut.say(failure=failure, survives_percent=100 * demand.survives)

    @property
    def case(self) -> Case:
        """The case that was solved."""
        return self.programme.case

    @cached_property
    def pricing(self) -> Pricing:
        """Pricing of single demands."""
        pricing = Pricing(self.case, self.programme.variables.sums)
        pricing.add_states(self.case.costly_states)
        return pricing

    def explain(self, state: State, demands: Iterable[int]) -> dict[int, str]:
        """Return the reason for each of the demands, by position, in one state."""
        chosen = set(demands)
        money = self._cheapest(self.programme.objective_of_sum, state, chosen)
        duals = np.zeros(len(self.programme.rows)) if self.duals is None else self.duals
        dearest = self._cheapest(self.programme.prices(duals), state, chosen)
        found: dict[int, str] = {}
        for index in sorted(chosen):
            demand = self.case.demands[index]
            if (index, state.year) in self.lost:
                found[index] = self._cut_off(state, demand)
            elif index not in money:
                found[index] = self._no_path(state, demand)
            else:
                reason = self._not_worth(state, demand, money[index]) or self._limits(dearest[index], duals)
                found[index] = reason + self._kept_from(state, demand)
        return found

    def _kept_from(self, state: State, demand: DemandCase) -> str:
        """Say which site would serve the demand, at today's prices of limits, if residency or its hosts let it."""
        penalty = demand.unserved_usd
        if self.duals is None or penalty is None:
            return ""
        freed = replace(self.case.routings[demand.routing], hosts=self._able_hosts(demand))
        best = self.pricing.cheapest(state, demand, freed, self.programme.prices(self.duals))
        if best is None or best.reduced >= -WORTH * penalty[state.year] * self.case.weight(state) * SCALE:
            return ""
        site = self.case.sites[best.path.site].id
        kept = phrases.RESIDENCY_KEEPS if self._is_listed(demand, site) else phrases.HOSTS_KEEP
        return phrases.ALSO + kept.say(site=site)

    def _cheapest(self, prices: NDArray[np.float64], state: State, chosen: set[int]) -> dict[int, tuple[Path, float]]:
        """Cheapest path at the prices, with its price less the value of serving."""
        sums = self.programme.variables.sums
        found: dict[int, tuple[Path, float]] = {}
        for each in self.pricing.price(prices, only=chosen, state=state):
            served = float(prices[sums.number("served", state, each.demand)])
            found[each.demand] = (each.path, each.reduced - served)
        return found

    def _not_worth(self, state: State, demand: DemandCase, cheapest: tuple[Path, float]) -> str | None:
        """Return that serving costs more than leaving it, limits apart."""
        if demand.unserved_usd is None:
            return None
        path, cost = cheapest
        usd = cost / SCALE / self.case.weight(state)
        penalty = demand.unserved_usd[state.year]
        if usd < penalty * (1 - 1e-9):
            return None
        if not demand.is_compute:
            return phrases.NOT_WORTH_CARRYING.say(serving_usd=usd, leaving_usd=penalty)
        return phrases.NOT_WORTH.say(serving_usd=usd, site=self.case.sites[path.site].id, leaving_usd=penalty)

    def _limits(self, dearest: tuple[Path, float], duals: NDArray[np.float64]) -> str:
        """Name the full limits on the best way that is left, the dearest first."""
        path, _ = dearest
        asked: defaultdict[int, float] = defaultdict(float)
        matrix = self.programme.matrix
        for number, amount in shares(self.case, self.programme.variables.sums, path):
            for position in range(matrix.indptr[number], matrix.indptr[number + 1]):
                row = int(matrix.indices[position])
                if self.programme.rows[row].family not in ("demand_met", "training_volume"):
                    asked[row] -= float(matrix.data[position]) * amount * float(duals[row])
        total = sum(asked.values())
        named = sorted((row for row in asked if asked[row] > LEAST_SHARE * total > 0), key=lambda row: -asked[row])
        if not named:
            return phrases.ELSEWHERE.say()
        fixed = [row for row in named if self._growth(self.programme.rows[row]) is None]
        return phrases.LISTED.join(dict.fromkeys(self._name(self.programme.rows[row]) for row in fixed or named))

    def _growth(self, row: RowInfo) -> tuple[float, str] | None:
        """Return what more would cost in a year at the site or link of a capacity row, in USD, and for what unit.

        None where nothing more can be built.
        """
        if row.family not in ("site_capacity", "link_capacity"):
            return None
        case, year, asset = self.case, int(str(row.key[0])), str(row.key[3])
        options: tuple[Expansion, ...] = case.site_expansions
        assets: tuple[SiteCase | LinkCase, ...] = case.sites
        unit = "PFLOPS"
        if row.family == "link_capacity":
            options, assets, unit = case.link_expansions, case.links, "Gbps"
        full = {
            other.key
            for number, other in enumerate(self.programme.rows)
            if other.family == "build_limit" and self.duals is not None and self.duals[number] < -NOISE
        }
        prices = [
            (option.annuity_usd[t] + option.opex_usd[t]) / assets[option.asset].fill[year]
            for option in options
            for t in option.years
            if assets[option.asset].id == asset
            and option.is_alive(t, year)
            and option.limit[year] > 0
            and (year, asset, option.position) not in full
        ]
        return (min(prices), unit) if prices else None

    def _name(self, row: RowInfo) -> str:
        asset = str(row.key[3]) if len(row.key) > 3 else ""
        growth = self._growth(row)
        if growth is not None and self._is_spent:
            return phrases.CAPEX_SPENT.say(asset=asset)
        if growth is not None:
            usd, unit = growth
            return phrases.GROWTH_TOO_DEAR.say(asset=asset, usd=usd, unit=unit)
        if row.family not in FULL:
            return f"{row.family} {'/'.join(map(str, row.key))}"
        failure = row.key[2] if len(row.key) > 2 else ""
        return FULL[row.family].say(asset=asset, failure=failure, last=row.key[-1], year=row.key[0])

    @property
    def _is_spent(self) -> bool:
        """Whether the budget for building is the limit."""
        rows = enumerate(self.programme.rows)
        return self.duals is not None and any(
            row.family == "capex_budget" and self.duals[number] < -NOISE for number, row in rows
        )

    def _no_path(self, state: State, demand: DemandCase) -> str:
        """Take the rules away one by one until a path appears."""
        routing = self.case.routings[demand.routing]
        if not routing.hosts:
            return self._no_host(demand)
        if not self.case.hosts_alive(state, routing):
            return self._not_yet(state, routing)
        graph = self.pricing.graph(state, demand.routing)
        within = self._too_far(graph, demand)
        if within:
            return within + self._nearer_elsewhere(state, demand)
        if np.isfinite(self._free(state, routing, closed=True).quickest.distance[demand.node]):
            return (phrases.TRANSIT if demand.is_compute else phrases.WAYS_CROSS).say()
        if np.isfinite(self._free(state, routing, closed=True, usable=True).quickest.distance[demand.node]):
            return (phrases.USABLE_BY if demand.is_compute else phrases.WAYS_CLOSED).say()
        return (phrases.NO_WAY if demand.is_compute else phrases.NO_WAY_THERE).say()

    def _too_far(self, graph: RoutingGraph, demand: DemandCase) -> str:
        least = float(graph.quickest.distance[demand.node])
        if not np.isfinite(least):
            return ""
        total = least + demand.access_ms
        if not demand.is_compute:
            return phrases.TOO_SLOW.say(rtt_ms=total, max_rtt_ms=demand.max_rtt_ms)
        site = self.case.sites[self._nearest(graph, demand)].id
        return phrases.TOO_FAR.say(site=site, rtt_ms=total, max_rtt_ms=demand.max_rtt_ms)

    def _nearest(self, graph: RoutingGraph, demand: DemandCase) -> int:
        return graph.hosts[graph.quickest.walk(demand.node, 0.0).host].site

    def _nearer_elsewhere(self, state: State, demand: DemandCase) -> str:
        """Say which site would be near enough if residency, or transit, were another."""
        routing = self.case.routings[demand.routing]
        freed = RoutingGraph(self.case, state, replace(routing, hosts=self._able_hosts(demand)))
        if freed.quickest.distance[demand.node] <= demand.budget_ms:
            site = self.case.sites[self._nearest(freed, demand)].id
            total = float(freed.quickest.distance[demand.node]) + demand.access_ms
            kept = phrases.RESIDENCY_KEEPS_NEAR if self._is_listed(demand, site) else phrases.HOSTS_KEEP_NEAR
            return phrases.ALSO + kept.say(site=site, rtt_ms=total)
        if self._free(state, routing, closed=True).quickest.distance[demand.node] <= demand.budget_ms:
            return phrases.ALSO + phrases.TRANSIT_KEEPS.say()
        return ""

    def _able_hosts(self, demand: DemandCase) -> tuple[Host, ...]:
        """Every site that takes the demand's kind of work and offers what it requires, whoever may use it."""
        return tuple(
            Host(i, self.case.sites[i].node, dict.fromkeys(self.case.years, 0.0), 0.0)
            for i, key in enumerate(sorted(self.inputs.topology.sites))
            if takes(self.inputs.topology.sites[key], self.inputs.demand.workloads[demand.workload])
        )

    def _is_listed(self, demand: DemandCase, site: str) -> bool:
        """Whether a demand's own hosts, where it has any, name a site; if so, residency keeps it from there."""
        hosts, topology = self.inputs.demand.demands[demand.row].hosts, self.inputs.topology
        model = topology.sites[site]
        return hosts is None or is_named(model, topology.nodes[model.node].country, hosts)

    def _free(self, state: State, routing: Routing, *, closed: bool = False, usable: bool = False) -> RoutingGraph:
        """Graph of the routing with transit rules, or the links' users, left aside."""
        if closed:
            routing = replace(routing, closed=np.zeros_like(routing.closed))
        if usable:
            routing = replace(routing, usable=np.ones_like(routing.usable))
        return RoutingGraph(self.case, state, routing)

    def _no_host(self, demand: DemandCase) -> str:
        workload = self.inputs.demand.workloads[demand.workload]
        able = [site for site in self.inputs.topology.sites.values() if takes(site, workload)]
        if not able:
            wanted = phrases.NO_SITE_OFFERS if workload.requires else phrases.NO_SITE_TAKES
            return wanted.say(kind=workload.kind, offers=phrases.LISTED.join(sorted(workload.requires)))
        hosts = self.inputs.demand.demands[demand.row].hosts
        return phrases.RESIDENCY_WITHIN.say(hosts=phrases.LISTED.join(hosts)) if hosts else phrases.RESIDENCY.say()

    def _not_yet(self, state: State, routing: Routing) -> str:
        """Say when the first allowed site enters service, or that none has any compute."""
        sites = [self.inputs.topology.sites[self.case.sites[host.site].id] for host in routing.hosts]
        if all(site.until is not None and site.until < state.year for site in sites):
            year, last = max((site.until or 0, site.id) for site in sites)
            return phrases.CLOSED.say(site=last, year=year)
        later = [
            (site.from_year, site.id) for site in sites if site.from_year is not None and site.from_year > state.year
        ]
        if len(later) == len(sites):
            year, first = min(later)
            return phrases.NOT_YET.say(site=first, year=year)
        if any(self.case.can_host(host.site, state.year) for host in routing.hosts):
            return phrases.CLUSTER_TOO_SMALL.say(pflops=routing.min_cluster)
        counted = phrases.LISTED.join(self.inputs.scenario.count)
        names = phrases.LISTED.join(sorted(site.id for site in sites))
        return phrases.NO_COMPUTE.say(year=state.year, sites=names, statuses=counted)
