"""All paths that can matter, where these are few: then the programme over them is the whole programme.

For a demand, a site and a state, let p* be the admissible path of least cost. If none of its links can ever be full,
because all demands together could not fill it, then any flow on another path to the same site can move to p* without
touching a limit and without costing more. Where that holds for every pair, one path a pair is enough, and a solver for
whole numbers that knows these paths proves the optimum over all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.engine.pricing import Pricing
from planner.programme.paths import channel_loads

if TYPE_CHECKING:
    from planner.programme.case import Case, State
    from planner.programme.paths import Path
    from planner.programme.programme import Programme

PATHS_LIMIT = 50_000
"""Most paths that are enumerated; beyond that, branching with pricing is quicker."""


def list_sufficient_paths(programme: Programme) -> list[Path] | None:
    """Return one path for each demand, site and state that suffice for an optimum of cost, None where they may not.

    They may not where a link on the way could be full or belongs to a project, where an objective before the last is
    held in a row, or where they are too many.
    """
    case = programme.case
    pairs = sum(
        len(case.hosts_alive(state, case.routings[demand.routing]))
        for state in programme.states
        for demand in case.demands
        if demand.takes_part(state)
    )
    if pairs > PATHS_LIMIT or any(row.family == "stage" for row in programme.rows):
        return None
    found: list[Path] = []
    for state in programme.states:
        narrow = narrow_channels(case, state)
        for path in _cheapest_by_host(programme, state):
            routing = case.routings[case.demands[path.demand].routing]
            if narrow & channel_loads(case, routing, path).keys():
                return None
            if any(arc // 2 in case.project_links for arc in path.arcs):
                return None
            found.append(path)
    return found


def narrow_channels(case: Case, state: State) -> set[int]:
    """Return the channels that could be full in a state: all demands together could ask for more than is free."""
    full = half = 0.0
    for demand in case.demands:
        if demand.takes_part(state):
            routing, most = case.routings[demand.routing], case.most(demand, state)
            full += most * max(routing.traffic, routing.traffic_back)
            half += most * (routing.traffic + routing.traffic_back)
    narrow: set[int] = set()
    for position, channel in case.standing_channels(state):
        link = case.links[channel.link]
        fill = link.fill[state.year] if state.is_intact else 1.0
        free = fill * link.capacity_gbps[state.year] - link.committed_gbps[state.year]
        if free < (half if channel.direction == "both" else full):
            narrow.add(position)
    return narrow


def _cheapest_by_host(programme: Programme, state: State) -> Iterator[Path]:
    """Yield the cheapest path, limits apart, of every demand to each of its hosts, where there is one."""
    case = programme.case
    costs = programme.objective_of_sum
    positions = {host.site for routing in case.routings for host in routing.hosts}
    for site in sorted(positions):
        pricing = Pricing(case, programme.variables.sums, only_site=site)
        pricing.add_states([state])
        for found in pricing.price(costs):
            yield found.path
