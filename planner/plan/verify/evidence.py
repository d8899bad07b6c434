"""What the check looks at: the tables as plain rows, the paths traced again, the inputs read for each year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from planner.admissibility import HOME_TERMS, Origin, Terms, dearer_by, find_rule, residency_terms
from planner.finance import year_weights
from planner.places import LatencyRule
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX
from planner.plan.verify.failures import INTACT, FailedAssets, expected_contingencies, what_fails
from planner.plan.verify.flows import Flow, PartKey, StateKey, TracedPath, read_flows
from planner.plan.verify.parts import DemandPart, split_demands
from planner.plan.verify.times import Timed

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Tables
    from planner.plan.verify.duals import Duals
    from planner.plan.verify.power import Power
    from planner.plan.verify.supply import Supply
    from planner.topology import Link
    from planner.years import Yearly

LoadKey = tuple[str, str]
"""Link and direction: forward (from its first end to its second), backward, or both where it is half duplex."""


@dataclass(frozen=True)
class Evidence(Timed):
    """Inputs, tables and totals of a plan, with what several rules work out of them."""

    inputs: Inputs
    tables: Tables
    objective: float
    cost_usd: Mapping[str, float]
    unserved_penalty_usd: float
    builds_given: bool = False
    background_penalty_usd: float = 0.0
    _rows: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = field(default_factory=dict, init=False, repr=False)
    _terms: dict[tuple[str, str, str], Terms | None] = field(default_factory=dict, init=False, repr=False)

    @cached_property
    def duals(self) -> Duals:
        """The duals of the plan."""
        from planner.plan.verify.duals import Duals

        return Duals(self)

    @cached_property
    def supply(self) -> Supply:
        """What stands in each year."""
        from planner.plan.verify.supply import Supply

        return Supply(self)

    @cached_property
    def power(self) -> Power:
        """What sites draw."""
        from planner.plan.verify.power import Power

        return Power(self)

    def rows(self, table: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        """Measures of a table by its index."""
        if table not in self._rows:
            frame = getattr(self.tables, table)
            columns = TABLE_COLUMNS[table]
            measures = zip(*(frame[column].tolist() for column in columns), strict=True)
            values = (dict(zip(columns, row, strict=True)) for row in measures)
            keys = self.timed(frame.index.tolist()) if "hour" in TABLE_INDEX[table] else frame.index.tolist()
            self._rows[table] = dict(zip(keys, values, strict=True))
        return self._rows[table]

    @cached_property
    def flows(self) -> list[Flow]:
        """The tables of paths and of traffic."""
        return list(read_flows(self.tables, self.hours))

    @cached_property
    def hosted(self) -> list[Flow]:
        """The flows that end at a site and use its compute."""
        return [flow for flow in self.flows if flow.is_compute]

    # ------------------------------------------------------------------------------------- years and states

    @property
    def objective_name(self) -> str:
        """What the objective speaks of: the first that the scenario asks for."""
        return self.inputs.scenario.objective[0]

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years planned for."""
        return self.inputs.scenario.years

    @cached_property
    def failures(self) -> dict[str, FailedAssets]:
        """What is missing in each contingency; nothing where the network is intact."""
        names = expected_contingencies(self.inputs)
        return {name: what_fails(self.inputs.topology, name) for name in names}

    @cached_property
    def states(self) -> list[StateKey]:
        """Every state that the plan has to work in."""
        return [(year, hour, name) for year in self.years for hour in self.hours for name in self.failures]

    @cached_property
    def known_states(self) -> frozenset[StateKey]:
        """The same, to look one up."""
        return frozenset(self.states)

    @cached_property
    def weights(self) -> dict[int, float]:
        """How much the cost of each year weighs."""
        return year_weights(self.years, self.inputs.scenario.finance.discount_rate)

    def intact_states(self, year: int) -> list[StateKey]:
        """States of a year in which nothing has failed."""
        return self._intact[year]

    @cached_property
    def _intact(self) -> dict[int, list[StateKey]]:
        return {year: [(year, hour, INTACT) for hour in self.hours] for year in self.years}

    def mean(self, year: int, amounts: Mapping[StateKey, float]) -> float:
        """Mean over the blocks of an intact year."""
        if not amounts:
            return 0.0
        return sum(amounts.get(state, 0.0) * self.shares[state[1]] for state in self.intact_states(year))

    # ------------------------------------------------------------------------------------- demands and paths

    @cached_property
    def parts(self) -> dict[PartKey, DemandPart]:
        """Every demand at every node that asks for it."""
        return split_demands(self.inputs, self.hours, self.shares)

    @cached_property
    def part_by_key(self) -> dict[tuple[str, str, str], PartKey]:
        """Parts by what keys of rows call them: of traffic by both its ends."""
        return {
            (key[0] if part.row.to is None else f"{part.row.origin}--{part.row.to}", part.workload.id, part.node): key
            for key, part in self.parts.items()
        }

    @cached_property
    def traced_paths(self) -> list[TracedPath]:
        """The path of every flow, traced again from its origin."""
        known: dict[tuple[str, tuple[str, ...]], TracedPath] = {}
        for flow in self.flows:
            key = (flow.origin, flow.links)
            if key not in known:
                known[key] = self._trace(*key)
        return [known[flow.origin, flow.links] for flow in self.flows]

    def _trace(self, origin: str, links: tuple[str, ...]) -> TracedPath:
        nodes, done, stuck = [origin], list[tuple["Link", bool]](), None
        for name in links:
            link = self.inputs.topology.links[name]
            if nodes[-1] not in link.ends:
                stuck = name
                break
            forward = nodes[-1] == link.ends[0]
            done.append((link, forward))
            nodes.append(link.ends[1] if forward else link.ends[0])
        return TracedPath(tuple(done), tuple(nodes), sum(link.length_km for link, _ in done), stuck)

    @cached_property
    def traced_flows(self) -> list[tuple[Flow, TracedPath]]:
        """Every flow with its path."""
        return list(zip(self.flows, self.traced_paths, strict=True))

    def rtt_ms(self, flow: Flow, traced: TracedPath) -> float:
        """Round-trip time of a path worked out again, access included."""
        access = self.parts[flow.part].access_ms
        if not traced.links:
            return access
        factor, once = self._latency
        rtt = once + sum(
            link.rtt_ms * (factor if link.kind in ("terrestrial", "submarine") and not link.rtt_measured else 1.0)
            for link, _ in traced.links
        )
        ends = frozenset(self.inputs.topology.nodes[node].country for node in (traced.nodes[0], traced.nodes[-1]))
        return access + max(rtt, self._floors[ends].at(flow.year) if ends in self._floors else 0.0)

    @cached_property
    def _latency(self) -> tuple[float, float]:
        """Times each ms of fibre, and ms once."""
        if self.inputs.scenario.latency == "glass":
            return 1.0, 0.0
        own = self.inputs.topology.latency or LatencyRule()
        return own.factor, own.once_ms

    @cached_property
    def _floors(self) -> dict[frozenset[str], Yearly]:
        if self.inputs.scenario.latency != "seen":
            return {}
        return {frozenset(each.between): each.rtt_ms for each in self.inputs.topology.peering.values()}

    def fill(self, kind: str, state: StateKey, name: str = "") -> float:
        """Share of a site or a link that may be planned with in a state; failures may use all, and so may who rents."""
        if kind == "site" and name and self.inputs.topology.sites[name].market:
            return 1.0
        limits = self.inputs.scenario.limits
        fill = limits.site_fill if kind == "site" else limits.link_fill
        return fill.at(state[0]) if state[2] == INTACT else 1.0

    def country_of(self, site: str) -> str:
        """Return the country in which a site stands."""
        topology = self.inputs.topology
        return topology.nodes[topology.sites[site].node].country

    def is_rented(self, flow: Flow) -> bool:
        """Whether a flow ends at compute that is rented on a market."""
        return flow.is_compute and self.inputs.topology.sites[flow.end].market

    def origin_of(self, flow: Flow) -> Origin:
        """Return where a flow comes from."""
        return self.parts[flow.part].origin

    def terms(self, flow: Flow) -> Terms | None:
        """Return on which terms the residency rules let the site serve the flow, None where they forbid it."""
        key = (flow.origin, flow.workload, flow.end)
        if key not in self._terms:
            part, site = self.parts[flow.part], self.inputs.topology.sites[flow.end]
            origin = self.origin_of(flow)
            rule = find_rule(self.inputs.scenario.policy, origin, part.workload)
            self._terms[key] = residency_terms(rule, site, self.country_of(flow.end), origin)
        return self._terms[key]

    def billing(self, flow: Flow, traced: TracedPath) -> float:
        """By how much distance and border make the opex and energy of a flow dearer."""
        terms = self.terms(flow) or HOME_TERMS
        premium = self.parts[flow.part].workload.rtt_premium_per_ms
        return dearer_by(premium, self.rtt_ms(flow, traced), terms.premium)

    # ------------------------------------------------------------------------------------- sums of flows

    @cached_property
    def served(self) -> dict[PartKey, dict[StateKey, float]]:
        """PFLOPS, Gbps of traffic, served by part of a demand and state."""
        return _add_up((flow.part, flow.state, flow.amount) for flow in self.flows)

    @cached_property
    def used(self) -> dict[str, dict[StateKey, float]]:
        """PFLOPS in use by site and state."""
        return _add_up((flow.end, flow.state, flow.amount) for flow in self.hosted)

    @cached_property
    def billed(self) -> dict[str, dict[StateKey, float]]:
        """PFLOPS in use by site and state, each made dearer by distance and border."""
        return _add_up(
            (flow.end, flow.state, flow.amount * self.billing(flow, traced))
            for flow, traced in self.traced_flows
            if flow.is_compute
        )

    def is_background(self, flow: Flow) -> bool:
        """Whether a flow is everybody else's traffic."""
        return self.parts[flow.part].workload.is_background

    @cached_property
    def loads(self) -> dict[LoadKey, dict[StateKey, float]]:
        """Gbps by link, direction and state, everybody else's included."""
        return self._loads_of(self.traced_flows)

    @cached_property
    def own_loads(self) -> dict[LoadKey, dict[StateKey, float]]:
        """The same without everybody else's."""
        if not self.inputs.topology.background:
            return self.loads
        return self._loads_of([each for each in self.traced_flows if not self.is_background(each[0])])

    @cached_property
    def background_loads(self) -> dict[LoadKey, dict[StateKey, float]]:
        """Everybody else's Gbps by link, direction and state."""
        if not self.inputs.topology.background:
            return {}
        return self._loads_of([each for each in self.traced_flows if self.is_background(each[0])])

    def background_room(self, link: Link, direction: str, state: StateKey) -> tuple[float, float]:
        """Return everybody else's Gbps on a link, and what stands for them without any decision."""
        load, year = self.background_loads.get((link.id, direction), {}).get(state, 0.0), state[0]
        if link.project is not None or not self.supply.stands(link, year):
            return load, 0.0
        left = self.fill("link", state) * link.capacity_gbps.at(year) - self.supply.committed_gbps(link, year)
        return load, max(left, 0.0)

    def _loads_of(self, flows: list[tuple[Flow, TracedPath]]) -> dict[LoadKey, dict[StateKey, float]]:
        return _add_up(
            ((link.id, direction), flow.state, gbps)
            for flow, traced in flows
            for link, direction, gbps in self.gbps_on(flow, traced)
        )

    def gbps_on(self, flow: Flow, traced: TracedPath) -> Iterator[tuple[Link, str, float]]:
        """Yield what a flow puts on each link of its path, there and back.

        The rate of traffic is each way; everybody else's has a demand for each direction.
        """
        there = back = flow.amount
        if self.is_background(flow):
            back = 0.0
        if flow.is_compute:
            workload = self.parts[flow.part].workload
            there, back = there * workload.traffic_gbps_per_pflops, back * workload.traffic_back_gbps_per_pflops
        for link, forward in traced.links:
            if link.duplex == "half":
                yield link, "both", there + back
            else:
                if there:
                    yield link, "forward" if forward else "backward", there
                if back:
                    yield link, "backward" if forward else "forward", back

    # ------------------------------------------------------------------------------------- what failures touch

    def touched(self, year: int, failure: FailedAssets) -> list[Flow]:
        """Return the intact flows of a year that go over, or to, anything that fails."""
        names = [*(f"link:{name}" for name in failure.links), *(f"site:{name}" for name in failure.sites)]
        found = {number for name in names for number in self._intact_over.get((year, name), ())}
        return [self.flows[number] for number in sorted(found)]

    @cached_property
    def _intact_over(self) -> dict[tuple[int, str], list[int]]:
        """Positions of the intact flows over each link, and to each site, by year."""
        found: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
        for number, flow in enumerate(self.flows):
            if flow.is_intact:
                for name in flow.links:
                    found[flow.year, f"link:{name}"].append(number)
                if flow.is_compute:
                    found[flow.year, f"site:{flow.end}"].append(number)
        return dict(found)


def _add_up(entries: Iterator[tuple[Any, StateKey, float]]) -> dict[Any, dict[StateKey, float]]:
    totals: defaultdict[Any, defaultdict[StateKey, float]] = defaultdict(lambda: defaultdict(float))
    for key, state, amount in entries:
        totals[key][state] += amount
    return {key: dict(amounts) for key, amounts in totals.items()}
