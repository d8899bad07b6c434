"""All paths that can matter, where these are few: then the programme over them is the whole programme.

There are two reasons for which listed paths suffice, and a solver for whole numbers that knows them proves the optimum
over all.

*One path a pair.* For a demand, a site and a state, let p* be the admissible path of least cost. If none of its links
can ever be full, because all demands together could not fill it, then any flow on another path to the same site can
move to p* without touching a limit and without costing more.

*All simple paths.* A path that comes to a node twice can leave out the way between: nothing it is charged, loads or
crosses gets more. Where simple paths are few, they are all there is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from planner.engine.graphs import Reach
from planner.engine.pricing import Pricing
from planner.programme.paths import channel_loads, make_path

if TYPE_CHECKING:
    from planner.engine.graphs import RoutingGraph
    from planner.programme.case import Case, HostCase, State
    from planner.programme.paths import Path
    from planner.programme.programme import Programme

PATHS_LIMIT = 50_000
"""Most pairs of demand and site, over all states, of which one path each is listed; else branching is quicker."""
SIMPLE_LIMIT = 3_000
"""Most simple paths, over all states, that are listed."""
STEPS_LIMIT = 20 * SIMPLE_LIMIT
"""Most steps that are taken on the way to them."""


def list_sufficient_paths(programme: Programme) -> list[Path] | None:
    """Return paths that suffice for an optimum: one for each demand, site and state, else all simple ones.

    None where neither will do, because they are too many.
    """
    found = list_one_a_pair(programme)
    return list_simple_paths(programme) if found is None else found


def list_one_a_pair(programme: Programme) -> list[Path] | None:
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


def list_simple_paths(programme: Programme) -> list[Path] | None:
    """Return every admissible path without a circle of every demand and state, None where they are too many."""
    case, graphs = programme.case, {}
    found: list[Path] = []
    steps = 0
    for state in programme.states:
        for demand in case.demands:
            if not demand.takes_part(state) or demand.quantity[state.year, state.block] <= 0:
                continue
            key = (state.year, state.failure.name, demand.routing)
            if key not in graphs:
                graphs[key] = Reach(case, state, case.routings[demand.routing])
            for host, arcs in walk_simply(graphs[key], demand.node, demand.budget_ms):
                steps += 1
                if host is not None:
                    found.append(make_path(case, state, demand, host, arcs))
                if len(found) > min(SIMPLE_LIMIT, PATHS_LIMIT) or steps > STEPS_LIMIT:
                    return None
    return found


def walk_simply(reach: Reach, origin: int, budget_ms: float) -> Iterator[tuple[HostCase | None, tuple[int, ...]]]:
    """Yield every site within the budget with the arcs of each way there that meets no node twice.

    Every step on the way is yielded as well, without a site, so that who counts them can stop.
    """
    for graph in reach.graphs if budget_ms >= 0 else ():
        yield from _walk(graph, origin, budget_ms)


def _walk(graph: RoutingGraph, origin: int, budget_ms: float) -> Iterator[tuple[HostCase | None, tuple[int, ...]]]:
    ends: dict[int, list[HostCase]] = {}
    for host, floor in zip(graph.hosts, graph.host_floors_ms.tolist(), strict=True):
        if host.node == origin or floor <= budget_ms:
            ends.setdefault(host.node, []).append(host)
    least, left = graph.quickest.distance.tolist(), budget_ms - graph.once_ms
    stack: list[tuple[int, float, tuple[int, ...], frozenset[int]]] = [(origin, 0.0, (), frozenset({origin}))]
    while stack:
        vertex, spent, arcs, seen = stack.pop()
        yield None, arcs
        yield from ((host, arcs) for host in ends.get(vertex % graph.nodes, ()))
        for position, onward, rtt in graph.arcs_from[vertex] if vertex < graph.nodes else ():
            if onward % graph.nodes not in seen and spent + rtt + least[onward] <= left:
                way = (*arcs, int(graph.arcs[position]))
                stack.append((onward, spent + rtt, way, seen | {onward % graph.nodes}))


def narrow_channels(case: Case, state: State) -> set[int]:
    """Return the channels that could be full in a state: all demands together could ask for more than is free."""
    full = half = 0.0
    for demand in case.demands:
        if demand.takes_part(state):
            routing, most = case.routings[demand.routing], case.most_served(demand, state)
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
