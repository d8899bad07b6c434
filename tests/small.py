"""Small worlds for unit tests: a base world, what differs, and every step from its files to its plan.

Each test says by dotted paths what differs from `worlds.two_cities` or from `triangle` (``changed`` knows the paths),
so that the figures that decide stand beside the answer worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from worlds import World, changed, two_cities, write_world

import planner
from planner.engine.generation import Generation, Solution, Watch
from planner.plan.answer import Answer
from planner.programme.case import Case, DemandCase, State
from planner.programme.paths import Path as Way
from planner.programme.paths import make_path
from planner.programme.prepare import prepare
from planner.programme.programme import Programme, build_programme

if TYPE_CHECKING:
    from planner.files import Inputs

Changes = Mapping[str, Any]

YEAR = 2030
LAYOUT = {"lat": 43.5, "lon": 80.0}


def triangle() -> World:
    """Return the two cities with a second way between them, over the town mid in KG: slower and cheaper.

    The direct fibre takes 10 ms and 100 USD/Gbps/year; over mid it is 2 x 8 ms and 2 x 10 USD. A PFLOPS of chat
    (0.5 Gbps each way) so costs 100 USD a year of transit one way, 20 the other.
    """
    span = {"kind": "terrestrial", "rtt": "8 ms", "capacity": "100 Gbps", "transit": "10 USD/Gbps/year"}
    changes = {
        "topology.nodes.mid": {"country": "KG", **LAYOUT},
        "topology.links.low": {"ends": ["home", "mid"], **span},
        "topology.links.high": {"ends": ["mid", "away"], **span},
    }
    return changed(two_cities(), changes)


def load(changes: Changes | None = None, *, base: World | None = None, variant: str | None = None) -> Inputs:
    """Write a world with its changes to files and load them."""
    with TemporaryDirectory() as folder:
        world = unshared(changed(base or two_cities(), changes or {}))
        return planner.load_scenario(write_world(world, Path(folder)), variant=variant)


def unshared(part: Any) -> Any:
    """Return a copy in which no part stands twice, for YAML would write an alias."""
    if isinstance(part, dict):
        return {key: unshared(value) for key, value in part.items()}
    return [unshared(value) for value in part] if isinstance(part, list) else part


def plan(
    changes: Changes | None = None, *, base: World | None = None, variant: str | None = None, **options: Any
) -> planner.Plan:
    """Solve a world with its changes."""
    return planner.solve(load(changes, base=base, variant=variant), **options)


plan_triangle = partial(plan, base=triangle())


def programme(changes: Changes | None = None, *, base: World | None = None) -> Programme:
    """Write the programme of a world with its changes, still without paths."""
    return build_programme(prepare(load(changes, base=base)))


def generate(written: Programme, *, gap: float | None = None, watch: Watch | None = None) -> Solution:
    """Solve a programme by column generation."""
    return Generation(written, watch or Watch(), gap).solve()


def answer(changes: Changes | None = None, *, base: World | None = None) -> Answer:
    """Solve a world with its changes and return the values by what they mean."""
    inputs = load(changes, base=base)
    written = build_programme(prepare(inputs))
    return Answer(inputs, written, generate(written))


def all_paths(case: Case) -> list[Way]:
    """Return every admissible simple path of every demand in every state, found by walking all ways."""
    asked = (
        (state, demand)
        for state in case.states
        for demand in case.demands
        if demand.quantity[state.year, state.block] > 0
    )
    return [way for state, demand in asked for way in paths_of(case, state, demand)]


def paths_of(case: Case, state: State, demand: DemandCase) -> Iterator[Way]:
    """Yield every admissible simple path of a demand in a state, whatever it costs."""
    routing, network = case.routings[demand.routing], case.network
    alive = case.arcs_alive(state) & routing.usable
    sites_at: dict[int, list[int]] = {}
    for host in routing.hosts:
        if case.can_host(host.site, state.year):
            sites_at.setdefault(case.sites[host.site].node, []).append(host.site)
    stack: list[tuple[int, tuple[int, ...], frozenset[int]]] = [(demand.node, (), frozenset({demand.node}))]
    while stack:
        node, arcs, seen = stack.pop()
        for site in sites_at.get(node, ()):
            way = make_path(case, state, demand, site, arcs)
            if demand.max_rtt_ms is None or way.rtt_ms <= demand.max_rtt_ms + 1e-9:
                yield way
        if arcs and routing.closed[node]:
            continue
        for arc in range(network.arcs):
            head = int(network.head[arc])
            if alive[arc] and network.tail[arc] == node and head not in seen:
                stack.append((head, (*arcs, arc), seen | {head}))


def used(plan: planner.Plan) -> dict[str, float]:
    """Return the PFLOPS in use by site, where any are."""
    return plan.assignments["pflops"].groupby(level="site").sum().to_dict()


def about(value: Any) -> Any:
    """Return a figure, or a mapping of figures, that compares to nine digits."""
    return pytest.approx(value, rel=1e-9, abs=1e-6)
