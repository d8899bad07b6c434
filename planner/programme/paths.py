"""Paths and what they add to the sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from planner.admissibility import dearer_by
from planner.programme.case import NO_SITE, Case, DemandCase, FailureCase, HostCase, Routing, State
from planner.programme.symbols import Sums


@dataclass(frozen=True, slots=True)
class Path:
    """An ordered walk over links from a demand's node to a site.

    Attributes
    ----------
    arcs
        positions of the arcs in walking order; none where the site stands at the demand's node
    rtt_ms
        round-trip time, access included
    """

    state: int
    demand: int
    site: int
    arcs: tuple[int, ...]
    rtt_ms: float

    def touches(self, failure: FailureCase) -> bool:
        """Whether the path goes over, or to, anything that has failed."""
        return self.site in failure.sites or any(arc // 2 in failure.links for arc in self.arcs)


def billing_factor(routing: Routing, host: HostCase, rtt_ms: float) -> float:
    """By how much distance and border make the opex and energy of a path dearer."""
    return dearer_by(routing.premium_per_ms, rtt_ms, host.premium)


def path_terms(case: Case, sums: Sums, path: Path, routing: Routing | None = None) -> Iterator[tuple[int, float]]:
    """Yield (number of a sum, what one PFLOPS on the path adds to it); every sum at most once.

    The rules are those of the demand's routing, or of another where one is given.
    """
    state, demand = case.states[path.state], case.demands[path.demand]
    routing = routing or case.routings[demand.routing]
    host = routing.host_at[path.site]
    yield sums.number("served", state, path.demand), 1.0
    if path.site != NO_SITE:
        yield sums.number("used", state, path.site), 1.0
        yield sums.number("charged", state, path.site), billing_factor(routing, host, path.rtt_ms)
        yield sums.number("delay", state), path.rtt_ms
        fee = host.fee_usd_per_pflops[state.year]
        if fee:
            yield sums.number("levied", state), fee
    kind = "background" if routing.is_background else "load"
    for channel, gbps in channel_loads(case, routing, path).items():
        yield sums.number(kind, state, channel), gbps
    pair = case.watched_pairs.get((path.demand, path.site))
    if pair is not None:
        yield sums.number("hosted", state, pair), 1.0
    for position in sorted({case.project_links[arc // 2] for arc in path.arcs if arc // 2 in case.project_links}):
        yield sums.number("crossed", state, position), case.scale.pflops / case.scale.unit(demand)


def channel_loads(case: Case, routing: Routing, path: Path) -> dict[int, float]:
    """Gbps that one PFLOPS on the path puts on each channel: there and back, together where they share a channel."""
    loads: dict[int, float] = {}
    channel_of = case.network.channel_list
    for arc in path.arcs:
        for used, gbps in ((arc, routing.traffic), (arc ^ 1, routing.traffic_back)):
            if gbps:
                channel = channel_of[used]
                loads[channel] = loads.get(channel, 0.0) + gbps
    return loads


def path_rtt_ms(case: Case, state: State, demand: DemandCase, host: HostCase, arcs: tuple[int, ...]) -> float:
    """RTT(p) = access + R(p), R(p) = max(once + Σ rtt over the arcs, floor between the countries), 0 without arcs."""
    if not arcs:
        return demand.access_ms
    over_links = case.network.once_ms + sum(case.network.rtt_list[arc] for arc in arcs)
    return demand.access_ms + max(over_links, host.floor_ms.get(state.year, 0.0))


def make_path(case: Case, state: State, demand: DemandCase, host: HostCase, arcs: tuple[int, ...]) -> Path:
    """Make a path and measure it."""
    return Path(state.index, demand.index, host.site, arcs, path_rtt_ms(case, state, demand, host, arcs))
