"""How a demand would be served under other rules: whether it would be served, and if not, what else is in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

from planner.admissibility import Origin, find_rule, least_cluster, residency_terms, takes
from planner.engine.graphs import Reach
from planner.engine.pricing import Pricing
from planner.engine.screening import find_blocking_failure
from planner.plan import phrases
from planner.plan.limits import LimitFinder
from planner.policy import is_named
from planner.programme.case import HostCase, Routing
from planner.programme.objective import cost
from planner.programme.routings import floors_between
from planner.programme.standing import built_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.fixed import FixedProgramme
    from planner.engine.pricing import PricedPath
    from planner.files import Inputs
    from planner.programme.case import Case, DemandCase, State
    from planner.programme.paths import Path
    from planner.programme.programme import Programme

TINY = 1e-20
"""Share of what is dearer than anything that is nothing."""
SAME_TENTH = 1e-9
"""By so many tenths of a ms a sum of decimals may be off."""
NEAR = 1e-9
"""A cluster that lacks no more than this share of its least size is large enough."""
ROUNDING = 1e-12
"""A plan that is better by no more than this share of the objective is the same: digits of the arithmetic."""
WORTH = 1e-6
"""A site elsewhere is worth naming where it would save at least this share of the price of leaving work unserved."""


def limit_just_kept(rtt_ms: float) -> float:
    """Return the limit, in tenths of a ms as reasons say it, that a round trip just keeps."""
    return ceil(rtt_ms * 10 - SAME_TENTH) / 10


@dataclass(frozen=True)
class OtherRules:
    """Tries in the live programme of a plan how a demand would be served under other rules."""

    inputs: Inputs
    programme: Programme
    fixed: FixedProgramme

    @property
    def case(self) -> Case:
        """The case that was solved."""
        return self.programme.case

    @property
    def deciding_stage(self) -> int:
        """Position of the objective that decides what is served."""
        return next((n for n, name in enumerate(self.case.stages) if name in ("served", "cost")), 0)

    @cached_property
    def pricing(self) -> Pricing:
        """Pricing of single demands."""
        pricing = Pricing(self.case, self.programme.variables.sums)
        pricing.multiplier = self.programme.multiplier
        pricing.add_states(self.case.costly_states)
        return pricing

    @cached_property
    def money(self) -> NDArray[np.float64]:
        """(sums,) what one unit of each sum costs in USD, limits apart."""
        sums = self.programme.variables.sums
        prices = np.zeros(sums.count)
        for symbol, usd in cost(self.case, self.programme.variables):
            if symbol in sums.number_of:
                prices[sums.number_of[symbol]] += usd
        return prices

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(sums,) reduced prices at the limits' own, nothing passing a closed gate."""
        return self.fixed.prices()

    @cached_property
    def _limit_finder(self) -> LimitFinder:
        return LimitFinder(self.case, self.fixed)

    def say_even_then(self, state: State, demand: DemandCase, routing: Routing, *, without: str = "") -> str:
        """Say what else is in the way of a demand once a rule is gone; nothing where it would then be served."""
        more = list(self._what_else(state, demand, routing, without))
        return phrases.ALSO + phrases.EVEN_THEN.say(reason=phrases.LISTED.join(more)) if more else ""

    def _what_else(self, state: State, demand: DemandCase, routing: Routing, without: str) -> Iterator[str]:
        """Yield the latency, the price or the limits that keep a demand from being served under other rules."""
        best = self.pricing.cheapest(state, demand, routing, self.prices)
        if best is None:
            reach = Reach(self.case, state, routing)
            total = reach.least_rtt_ms(demand.node) + demand.access_ms
            if not np.isfinite(total):
                yield (phrases.NO_WAY if demand.is_compute else phrases.NO_WAY_THERE).say()
                return
            yield self.say_too_slow(reach, demand, total)
            demand = replace(demand, max_rtt_ms=limit_just_kept(total))
            best = self.pricing.cheapest(state, demand, routing, self.prices)
        cutting = None if without else self._cutting_failure(state, demand, routing)
        if cutting is not None:
            yield self.say_cut_off(cutting, demand)
            without = "survival"
        if best is None:
            return
        if self.lacks_cluster(best, routing):
            site = self.case.sites[best.path.site].id
            yield phrases.NO_CLUSTER_THERE.say(asset=site, pflops=routing.host_at[best.path.site].min_cluster)
            return
        if self.would_serve(best, routing, without=without):
            short = "" if without else self._short_failure(state, demand, routing)
            if short:
                yield phrases.SURVIVAL.say(failure=short)
            return
        money = self.pricing.cheapest(state, demand, routing, self.money)
        dear = self.say_too_dear(state, demand, money) if money is not None else None
        through = self.pricing.cheapest(state, demand, routing, self.fixed.prices(through_gates=True))
        yield dear or self.say_limits(best, through, routing)

    def would_serve(self, found: PricedPath, routing: Routing, *, without: str = "") -> bool:
        """Whether a path that a rule forbids would better the plan."""
        if found.reduced >= -self._least_saving(found) or self.lacks_cluster(found, routing):
            return False
        return self.fixed.offer(found.path, routing, without=without) > ROUNDING * abs(self.fixed.objective)

    def lacks_cluster(self, found: PricedPath, routing: Routing) -> bool:
        """Whether a path that a rule forbids ends where the plan has no cluster large enough.

        The programme has no gate there: where the rule forbids the site, nobody asks whether it is one.
        """
        path, case = found.path, self.case
        if path.site in case.routings[case.demands[path.demand].routing].host_at:
            return False
        return self._installed_pflops(path) * (1 + NEAR) < routing.host_at[path.site].min_cluster

    def _installed_pflops(self, path: Path) -> float:
        """PFLOPS that the plan has at the site where a path ends, in the path's year."""
        v, column_of, year = self.programme.variables, self.programme.column_of, self.case.states[path.state].year
        builds = [v.site_build[key] for key in built_at(self.case, self.case.states[path.state], site=path.site)]
        built = sum(float(self.fixed.values[column_of[build]]) for build in builds if build in column_of)
        return self.case.sites[path.site].compute_pflops[year] + built

    def _least_saving(self, found: PricedPath) -> float:
        """Return what a path has to save to be worth naming: a share of what serving its demand is worth."""
        served = self.programme.variables.sums.number("served", self.case.states[found.state], found.demand)
        return WORTH * abs(float(self.prices[served])) + TINY * self.fixed.closed_gate_price

    def say_limits(self, inside: PricedPath | None, through: PricedPath | None, routing: Routing | None = None) -> str:
        """Name what keeps the best path from being used: limits on it, or gates that are closed."""
        gates = limits = ""
        if (
            through is not None
            and through.reduced < -self._least_saving(through)
            and self.fixed.closed_rows(through.path, routing)
        ):
            gates = self._limit_finder.find_behind_gates(through.path, routing)
            if gates and not gates.startswith(phrases.TOO_DEAR):
                return gates
        if inside is not None and inside.reduced < self.fixed.closed_gate_price / 2:
            limits = self._limit_finder.find_on_path(inside.path, routing)
        said = [each for each in (limits, gates) if each]
        if said:
            return phrases.ALSO.join(said)
        return (phrases.STAGE_SLACK if len(self.case.stages) > 1 else phrases.ELSEWHERE).say()

    def say_too_dear(self, state: State, demand: DemandCase, cheapest: PricedPath) -> str | None:
        """Return that serving costs more than leaving it, limits apart, where money decides."""
        if demand.unserved_usd is None or self.case.stages[self.deciding_stage] != "cost":
            return None
        usd = cheapest.reduced / self.case.weight(state)
        penalty = demand.unserved_usd[state.year]
        if usd < penalty * (1 - 1e-9):
            return None
        if not demand.is_compute:
            return phrases.NOT_WORTH_CARRYING.say(serving_usd=usd, leaving_usd=penalty)
        return phrases.NOT_WORTH.say(serving_usd=usd, site=self.case.sites[cheapest.path.site].id, leaving_usd=penalty)

    def barred_site(self, state: State, demand: DemandCase) -> tuple[str, float, bool] | None:
        """Site that would serve the demand if one rule let it, its RTT, and whether the rule is one of residency."""
        if demand.unserved_usd is None or not demand.is_compute:
            return None
        offers: list[tuple[float, str, float, bool]] = []
        for listed, hosts in self._barred_hosts(demand).items():
            routing = self.case.routings[demand.routing]
            freed = replace(routing, hosts=hosts)
            best = self.pricing.cheapest(state, demand, freed, self.prices) if hosts else None
            union = replace(routing, hosts=(*routing.hosts, *hosts))
            if best is None or self._cutting_failure(state, demand, union) is not None:
                continue
            if self.would_serve(best, freed) and self._short_failure(state, demand, union) is None:
                offers.append((best.reduced, self.case.sites[best.path.site].id, best.path.rtt_ms, listed))
        return min(offers)[1:] if offers else None

    def _barred_hosts(self, demand: DemandCase) -> dict[bool, tuple[HostCase, ...]]:
        """Able sites that residency alone (True) or the demand's own hosts alone (False) keep it from."""
        found: dict[bool, list[HostCase]] = {True: [], False: []}
        admitted = self.case.routings[demand.routing].host_at
        row, topology = self.inputs.demand.demands[demand.row], self.inputs.topology
        origin = Origin(self.case.network.nodes[demand.node], demand.country)
        rule = find_rule(self.inputs.scenario.policy, origin, self.inputs.demand.workloads[demand.workload])
        for host in self.able_hosts(demand):
            site = topology.sites[self.case.sites[host.site].id]
            country = topology.nodes[site.node].country
            listed = row.hosts is None or is_named(site, country, row.hosts)
            resident = residency_terms(rule, site, country, origin) is not None
            if host.site not in admitted and listed != resident:
                found[listed].append(host)
        return {listed: tuple(hosts) for listed, hosts in found.items()}

    def able_hosts(self, demand: DemandCase) -> tuple[HostCase, ...]:
        """Every site that takes the demand's kind of work and offers what it requires, allowed or not.

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
            HostCase(
                i,
                self.case.sites[i].node,
                *((free, 0.0) if nodes[site.node].country == demand.country else (fee, premium)),
                floors_between(self.inputs, demand.country, nodes[site.node].country),
                least_cluster(site, workload),
            )
            for i, site in able
        )

    def _cutting_failure(self, state: State, demand: DemandCase, routing: Routing) -> str | None:
        """Return a failure that would leave a demand no way under other rules, though part of it has to survive."""
        failing = (each for each in self.case.failing_states if each.year == state.year and demand.survives > 0)
        seen: set[str] = set()
        for each in failing:
            if each.contingency not in seen:
                seen.add(each.contingency)
                if not Reach(self.case, each, routing).least_rtt_ms(demand.node) <= demand.budget_ms:
                    return each.contingency
        return None

    def _short_failure(self, state: State, demand: DemandCase, routing: Routing) -> str | None:
        """Return a failure in which too little could be kept of a demand under other rules."""
        if not demand.survives or not self.case.failing_states:
            return None
        return find_blocking_failure(self.programme, self.fixed.solution, demand, routing, state.year)

    def say_cut_off(self, failure: str, demand: DemandCase) -> str:
        """Say that a failure leaves no way, where part of the demand has to survive it."""
        cut = phrases.CUT_OFF if demand.is_compute else phrases.CUT_OFF_THERE
        return cut.say(failure=failure, survives_percent=100 * demand.survives)

    def say_too_slow(self, reach: Reach, demand: DemandCase, total_ms: float) -> str:
        """Say that the quickest way is too slow."""
        if not demand.is_compute:
            return phrases.TOO_SLOW.say(rtt_ms=total_ms, max_rtt_ms=demand.max_rtt_ms)
        site = self.case.sites[reach.nearest(demand.node)].id
        workload = self.inputs.demand.workloads[demand.workload]
        if workload.job is not None and workload.is_deadline:
            job = workload.job
            if job.leaves_ms <= 0:
                seconds = {"sending_s": job.sending_s, "working_s": job.working_s, "deadline_s": job.deadline_s}
                return phrases.NO_TIME.say(**seconds)
            return phrases.TOO_LATE.say(site=site, rtt_ms=total_ms, max_rtt_ms=demand.max_rtt_ms)
        return phrases.TOO_FAR.say(site=site, rtt_ms=total_ms, max_rtt_ms=demand.max_rtt_ms)
