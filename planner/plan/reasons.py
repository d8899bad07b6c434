"""Why a demand is not wholly served: the rule or the limit that stands in its way, in words.

Where no admissible path exists, the rules are taken away one by one until one appears: that rule is the reason. Where
paths exist, the duals tell: what serving costs apart from them, against what leaving it unserved costs, and which
limits on the way ask for the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import Origin, find_rule, is_named, residency_terms, takes
from planner.engine.held import BARRED
from planner.engine.pricing import Pricing
from planner.engine.screening import failure_in_the_way
from planner.engine.trees import RoutingGraph
from planner.plan import phrases
from planner.plan.limits import Limits
from planner.programme.case import Host, Routing
from planner.programme.objective import cost

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.held import Held
    from planner.engine.pricing import Found
    from planner.files import Inputs
    from planner.plan.answer import Answer
    from planner.programme.case import Case, DemandCase, State
    from planner.programme.programme import Programme, RowInfo

REASONS_SHOWN = 3
"""Reasons named for one demand; a country's nodes may have more."""
NOISE = 1e-7
"""Violations below this many units are rounding."""
TINY = 1e-9
WORTH = 1e-6
"""A site elsewhere is worth naming where it would save at least this share of the price of leaving work unserved."""
Key = tuple[int, str, str]


def explain_unserved(answer: Answer) -> dict[Key, str]:
    """Say why, for every (year, origin as written, workload) that is not wholly served."""
    case = answer.case
    missing = {year: _missing(answer, year) for year in case.years}
    left: defaultdict[Key, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    if not any(amounts for amounts, _ in missing.values()):
        return {}
    reasons = Reasons(answer.inputs, answer.programme, answer.held, answer.solution.lost)
    if answer.held is not None and reasons.deciding < len(case.stages) - 1:
        answer.held.aim(reasons.deciding)
    for year, (amounts, worst) in missing.items():
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
        gaps = [answer.left(wanted, got) for wanted, got in zip(asked, served, strict=True)]
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


def reaching(rtt_ms: float) -> float:
    """Return the limit, in tenths of a ms as reasons say it, that a round trip just keeps."""
    return ceil(rtt_ms * 10 - TINY) / 10


@dataclass(frozen=True)
class Reasons:
    """Finds the reason for single parts of demands, given the duals of a solved programme."""

    inputs: Inputs
    programme: Programme
    held: Held | None
    lost: Mapping[tuple[int, int], str]

    def _cut_off(self, state: State, demand: DemandCase) -> str:
        """Say that a failure leaves no way, where part of the demand has to survive it."""
        return self._cut(self.lost[demand.index, state.year], demand)

    def _cutting_failure(self, state: State, demand: DemandCase, routing: Routing) -> str | None:
        """Return a failure that would leave a demand no way under other rules, though part of it has to survive."""
        failing = (each for each in self.case.failing_states if each.year == state.year and demand.survives > 0)
        seen: set[str] = set()
        for each in failing:
            if each.contingency not in seen:
                seen.add(each.contingency)
                graph = RoutingGraph(self.case, each, routing)
                if not graph.hosts or not graph.quickest.distance[demand.node] <= demand.budget_ms:
                    return each.contingency
        return None

    def _short_failure(self, state: State, demand: DemandCase, routing: Routing) -> str | None:
        """Return a failure in which too little could be kept of a demand under other rules."""
        assert self.held is not None
        if not demand.survives or not self.case.failing_states:
            return None
        return failure_in_the_way(self.programme, self.held.solution, demand, routing, state.year)

    def _cut(self, failure: str, demand: DemandCase) -> str:
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
        money = self._cheapest(self._money, state, chosen)
        inside = self._cheapest(self._prices, state, chosen)
        through = self._cheapest(self.held.prices(through_gates=True), state, chosen) if self.held else {}
        found: dict[int, str] = {}
        for index in sorted(chosen):
            demand = self.case.demands[index]
            if (index, state.year) in self.lost:
                rules = self.case.routings[demand.routing]
                found[index] = self._cut_off(state, demand) + self._even_then(state, demand, rules, without="survival")
            elif index not in money:
                found[index] = self._no_path(state, demand)
            else:
                reason = self._not_worth(state, demand, money[index]) or self._limits(
                    inside.get(index), through.get(index)
                )
                found[index] = reason + self._kept_from(state, demand)
        return found

    @cached_property
    def _money(self) -> NDArray[np.float64]:
        """(sums,) what one unit of each sum costs in USD, limits apart."""
        sums = self.programme.variables.sums
        prices = np.zeros(sums.count)
        for symbol, usd in cost(self.case, self.programme.variables):
            if symbol in sums.number_of:
                prices[sums.number_of[symbol]] += usd
        return prices

    @cached_property
    def _prices(self) -> NDArray[np.float64]:
        """(sums,) reduced prices at the limits' own, nothing passing a closed gate."""
        return self.held.prices() if self.held else self.programme.objective_of_sum

    @cached_property
    def _limits_named(self) -> Limits | None:
        return Limits(self.case, self.held) if self.held else None

    def _even_then(self, state: State, demand: DemandCase, routing: Routing, *, without: str = "") -> str:
        """Say what else is in the way of a demand once a rule is gone; nothing where it would then be served."""
        if self.held is None:
            return ""
        more = list(self._what_else(state, demand, routing, without))
        return phrases.ALSO + phrases.EVEN_THEN.say(reason=phrases.LISTED.join(more)) if more else ""

    def _what_else(self, state: State, demand: DemandCase, routing: Routing, without: str) -> Iterator[str]:
        """Yield the latency, the price or the limits that keep a demand from being served under other rules."""
        assert self.held is not None
        best = self.pricing.cheapest(state, demand, routing, self._prices)
        if best is None:
            graph = RoutingGraph(self.case, state, routing)
            total = float(graph.quickest.distance[demand.node]) + demand.access_ms
            if not np.isfinite(total):
                yield (phrases.NO_WAY if demand.is_compute else phrases.NO_WAY_THERE).say()
                return
            yield self._too_slow(graph, demand, total)
            demand = replace(demand, max_rtt_ms=reaching(total))
            best = self.pricing.cheapest(state, demand, routing, self._prices)
        cutting = None if without else self._cutting_failure(state, demand, routing)
        if cutting is not None:
            yield self._cut(cutting, demand)
            without = "survival"
        if best is None:
            return
        if self._would_serve(best, routing, without=without):
            short = "" if without else self._short_failure(state, demand, routing)
            if short:
                yield phrases.SURVIVAL.say(failure=short)
            return
        money = self.pricing.cheapest(state, demand, routing, self._money)
        dear = self._not_worth(state, demand, money) if money is not None else None
        through = self.pricing.cheapest(state, demand, routing, self.held.prices(through_gates=True))
        yield dear or self._limits(best, through, routing)

    def _would_serve(self, found: Found, routing: Routing, *, without: str = "") -> bool:
        """Whether a path that a rule forbids would better the plan."""
        assert self.held is not None
        return found.reduced < -self._least(found) and self.held.offer(found.path, routing, without=without) > 0

    def _limits(self, inside: Found | None, through: Found | None, routing: Routing | None = None) -> str:
        """Name what keeps the best path from being used: limits on it, or gates that are closed."""
        if self._limits_named is None:
            return phrases.ELSEWHERE.say()
        gates = limits = ""
        assert self.held is not None
        if (
            through is not None
            and through.reduced < -self._least(through)
            and self.held.closed_rows(through.path, routing)
        ):
            gates = self._limits_named.behind_gates(through.path, routing)
            if gates and not gates.startswith(phrases.TOO_DEAR):
                return gates
        if inside is not None and inside.reduced < BARRED / 2:
            limits = self._limits_named.on_path(inside.path, routing)
        said = [each for each in (limits, gates) if each]
        if said:
            return phrases.ALSO.join(said)
        return (phrases.STAGE_SLACK if len(self.case.stages) > 1 else phrases.ELSEWHERE).say()

    def _kept_from(self, state: State, demand: DemandCase) -> str:
        """Say which site would serve the demand, at today's prices of limits, if residency or its hosts let it."""
        found = self._barred_site(state, demand)
        if found is None:
            return ""
        site, _, listed = found
        return phrases.ALSO + (phrases.RESIDENCY_KEEPS if listed else phrases.HOSTS_KEEP).say(site=site)

    def _barred_site(self, state: State, demand: DemandCase) -> tuple[str, float, bool] | None:
        """Site that would serve the demand if one rule let it, its RTT, and whether the rule is one of residency."""
        if self.held is None or demand.unserved_usd is None or not demand.is_compute:
            return None
        offers: list[tuple[float, str, float, bool]] = []
        for listed, hosts in self._barred_hosts(demand).items():
            routing = self.case.routings[demand.routing]
            freed = replace(routing, hosts=hosts)
            best = self.pricing.cheapest(state, demand, freed, self._prices) if hosts else None
            union = replace(routing, hosts=(*routing.hosts, *hosts))
            if best is None or self._cutting_failure(state, demand, union) is not None:
                continue
            if self._would_serve(best, freed) and self._short_failure(state, demand, union) is None:
                offers.append((best.reduced, self.case.sites[best.path.site].id, best.path.rtt_ms, listed))
        return min(offers)[1:] if offers else None

    def _barred_hosts(self, demand: DemandCase) -> dict[bool, tuple[Host, ...]]:
        """Able sites that residency alone (True) or the demand's own hosts alone (False) keep it from."""
        found: dict[bool, list[Host]] = {True: [], False: []}
        admitted = self.case.routings[demand.routing].host_at
        row, topology = self.inputs.demand.demands[demand.row], self.inputs.topology
        origin = Origin(self.case.network.nodes[demand.node], demand.country)
        rule = find_rule(self.inputs.scenario.policy, origin, self.inputs.demand.workloads[demand.workload])
        for host in self._able_hosts(demand):
            site = topology.sites[self.case.sites[host.site].id]
            country = topology.nodes[site.node].country
            listed = row.hosts is None or is_named(site, country, row.hosts)
            resident = residency_terms(rule, site, country, origin) is not None
            if host.site not in admitted and listed != resident:
                found[listed].append(host)
        return {listed: tuple(hosts) for listed, hosts in found.items()}

    def _least(self, found: Found) -> float:
        """Return what a path has to save to be worth naming: a share of what serving its demand is worth."""
        served = self.programme.variables.sums.number("served", self.case.states[found.state], found.demand)
        return max(WORTH * abs(float(self._prices[served])), TINY)

    def _cheapest(self, prices: NDArray[np.float64], state: State, chosen: set[int]) -> dict[int, Found]:
        """Cheapest path of each demand at the prices."""
        return {each.demand: each for each in self.pricing.price(prices, only=chosen, state=state)}

    def _not_worth(self, state: State, demand: DemandCase, cheapest: Found) -> str | None:
        """Return that serving costs more than leaving it, limits apart, where money decides."""
        if demand.unserved_usd is None or self.case.stages[self.deciding] != "cost":
            return None
        usd = cheapest.reduced / self.case.weight(state)
        penalty = demand.unserved_usd[state.year]
        if usd < penalty * (1 - 1e-9):
            return None
        if not demand.is_compute:
            return phrases.NOT_WORTH_CARRYING.say(serving_usd=usd, leaving_usd=penalty)
        return phrases.NOT_WORTH.say(serving_usd=usd, site=self.case.sites[cheapest.path.site].id, leaving_usd=penalty)

    @property
    def deciding(self) -> int:
        """Position of the objective that decides what is served."""
        return next((n for n, name in enumerate(self.case.stages) if name in ("served", "cost")), 0)

    def _no_path(self, state: State, demand: DemandCase) -> str:
        """Take the rules away one by one until a path appears."""
        routing = self.case.routings[demand.routing]
        if not routing.hosts:
            return self._no_host(state, demand)
        if not self.case.hosts_alive(state, routing):
            return self._not_yet(state, routing)
        graph = self.pricing.graph(state, demand.routing)
        within = self._too_far(state, graph, demand)
        if within:
            return within + self._nearer_elsewhere(state, demand)
        for freed, phrase in (
            (self._freed(demand, closed=True), (phrases.TRANSIT, phrases.WAYS_CROSS)),
            (self._freed(demand, closed=True, usable=True), (phrases.USABLE_BY, phrases.WAYS_CLOSED)),
        ):
            if np.isfinite(RoutingGraph(self.case, state, freed).quickest.distance[demand.node]):
                said = phrase[0] if demand.is_compute else phrase[1]
                return said.say() + self._even_then(state, demand, freed)
        return (phrases.NO_WAY if demand.is_compute else phrases.NO_WAY_THERE).say()

    def _too_far(self, state: State, graph: RoutingGraph, demand: DemandCase) -> str:
        least = float(graph.quickest.distance[demand.node])
        if not np.isfinite(least):
            return ""
        total = least + demand.access_ms
        slower = replace(demand, max_rtt_ms=reaching(total))
        return self._too_slow(graph, demand, total) + self._even_then(state, slower, graph.routing)

    def _too_slow(self, graph: RoutingGraph, demand: DemandCase, total_ms: float) -> str:
        """Say that the quickest way is too slow."""
        if not demand.is_compute:
            return phrases.TOO_SLOW.say(rtt_ms=total_ms, max_rtt_ms=demand.max_rtt_ms)
        site = self.case.sites[self._nearest(graph, demand)].id
        return phrases.TOO_FAR.say(site=site, rtt_ms=total_ms, max_rtt_ms=demand.max_rtt_ms)

    def _nearest(self, graph: RoutingGraph, demand: DemandCase) -> int:
        return graph.hosts[graph.quickest.walk(demand.node, 0.0).host].site

    def _nearer_elsewhere(self, state: State, demand: DemandCase) -> str:
        """Say which site would be near enough, and would serve, if residency, or transit, were another."""
        found = self._barred_site(state, demand)
        if found is not None:
            site, rtt_ms, listed = found
            kept = phrases.RESIDENCY_KEEPS_NEAR if listed else phrases.HOSTS_KEEP_NEAR
            return phrases.ALSO + kept.say(site=site, rtt_ms=rtt_ms)
        routing = self._freed(demand, closed=True)
        best = self.pricing.cheapest(state, demand, routing, self._prices)
        if self.held is not None and best is not None and self._would_serve(best, routing):
            return phrases.ALSO + phrases.TRANSIT_KEEPS.say()
        return ""

    def _able_hosts(self, demand: DemandCase) -> tuple[Host, ...]:
        """Every site that takes the demand's kind of work and offers what it requires, whoever may use it.

        Abroad on the terms of the rule that decides now, as if it were widened.
        """
        nodes, workload = self.inputs.topology.nodes, self.inputs.demand.workloads[demand.workload]
        origin = Origin(self.case.network.nodes[demand.node], demand.country)
        rule = find_rule(self.inputs.scenario.policy, origin, workload)
        free = dict.fromkeys(self.case.years, 0.0)
        fee = free if rule is None else {year: rule.fee_usd_per_pflops.at(year) for year in self.case.years}
        premium = 0.0 if rule is None else rule.premium
        able = [
            (i, site)
            for i, site in enumerate(self.inputs.topology.sites[key] for key in sorted(self.inputs.topology.sites))
            if takes(site, workload)
        ]
        return tuple(
            Host(i, self.case.sites[i].node, free, 0.0)
            if nodes[site.node].country == demand.country
            else Host(i, self.case.sites[i].node, fee, premium)
            for i, site in able
        )

    def _freed(self, demand: DemandCase, *, closed: bool = False, usable: bool = False) -> Routing:
        """Return a demand's routing with transit rules, or the links' users, left aside."""
        routing = self.case.routings[demand.routing]
        if closed:
            routing = replace(routing, closed=np.zeros_like(routing.closed))
        if usable:
            routing = replace(routing, usable=np.ones_like(routing.usable))
        return routing

    def _no_host(self, state: State, demand: DemandCase) -> str:
        workload = self.inputs.demand.workloads[demand.workload]
        able = [site for site in self.inputs.topology.sites.values() if takes(site, workload)]
        if not able:
            wanted = phrases.NO_SITE_OFFERS if workload.requires else phrases.NO_SITE_TAKES
            return wanted.say(kind=workload.kind, offers=phrases.LISTED.join(sorted(workload.requires)))
        hosts = self.inputs.demand.demands[demand.row].hosts
        if hosts:
            return phrases.RESIDENCY_WITHIN.say(hosts=phrases.LISTED.join(hosts)) + self._nearer_elsewhere(
                state, demand
            )
        freed = replace(self.case.routings[demand.routing], hosts=self._able_hosts(demand))
        return phrases.RESIDENCY.say() + self._even_then(state, demand, freed)

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


def explain_infeasible(answer: Answer) -> tuple[str, ...]:
    """Say what cannot be had at once: the violated rows of phase 1, the largest first, each with its reason."""
    case, programme, solution = answer.case, answer.programme, answer.solution
    reasons = Reasons(answer.inputs, programme, None, solution.lost)
    lines: list[str] = []
    for number, amount in sorted(solution.violations.items(), key=lambda each: (-each[1], each[0])):
        row = programme.rows[number]
        if amount <= NOISE:
            continue
        if row.family in ("demand_met", "training_volume"):
            lines.append(_unmet(case, reasons, row, amount))
        else:
            key = "/".join(map(str, row.key))
            lines.append(phrases.SHORT_BY.say(family=row.family, key=key, amount=amount))
    return tuple(lines)


def _unmet(case: Case, reasons: Reasons, row: RowInfo, amount: float) -> str:
    origin, workload, node = row.key[-3:]
    demand = next(each for each in case.demands if case.label(each) == (origin, workload, node))
    state = next(each for each in case.costly_states if each.year == row.key[0])
    reason = reasons.explain(state, [demand.index])[demand.index]
    asked, unit = demand.quantity[state.year, state.block], "PFLOPS" if demand.is_compute else "Gbps"
    return phrases.REQUIRED.say(
        origin=origin, workload=workload, node=node, missing=amount, asked=asked, unit=unit, reason=reason
    )
