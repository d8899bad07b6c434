"""Small worlds for unit tests: a base world, what differs, and every step from its files to its plan.

Each test says by dotted paths what differs from `worlds.two_cities` or from `triangle` (``changed`` knows the paths),
so that the figures that decide stand beside the answer worked out by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
import pulp
import pytest
from numpy.typing import NDArray
from worlds import World, changed, two_cities, write_world

import planner
from planner.engine.optimisation import Optimisation
from planner.engine.solution import Solution, Watch
from planner.plan.answer import Answer
from planner.programme.case import NO_SITE, Case, DemandCase, HostCase, State
from planner.programme.paths import Path as Way
from planner.programme.paths import make_path
from planner.programme.prepare import prepare
from planner.programme.programme import SCALE, Programme, build_programme

if TYPE_CHECKING:
    from planner.files import Inputs

Changes = Mapping[str, Any]

YEAR = 2030
LAYOUT = {"lat": 43.5, "lon": 80.0}
GROWING = [{"max": "100 PFLOPS", "capex": "1 kUSD/PFLOPS"}]
"""A new PFLOPS is written off at some 250 USD a year, and 3000 run it: less than the 5000 of work left undone."""
BY_ITSELF: Changes = {
    "scenario.policy": {"residency": [{"origin": ["KZ"], "hosts": "home"}]},
    "scenario.community.members": ["KZ"],
    "topology.sites.near.expansion": GROWING,
}
"""KZ is the only member and hosts its own work: 10 stand at near, and more may be built."""


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


def proved(changes: Changes | None = None, *, base: World | None = None, **options: Any) -> planner.Plan:
    """Solve a world with its changes to an optimum that passes the check which knows no solver."""
    found = plan(changes, base=base, **options)
    assert found.findings == ()
    assert found.status is planner.Status.OPTIMAL
    return found


proved_triangle = partial(proved, base=triangle())


def programme(changes: Changes | None = None, *, base: World | None = None) -> Programme:
    """Write the programme of a world with its changes, still without paths."""
    return build_programme(prepare(load(changes, base=base)))


def generate(written: Programme, *, gap: float | None = None, watch: Watch | None = None) -> Solution:
    """Solve a programme by column generation."""
    return Optimisation(written, watch or Watch(), gap).solve()


def answer(changes: Changes | None = None, *, base: World | None = None) -> Answer:
    """Solve a world with its changes and return the values by what they mean."""
    inputs = load(changes, base=base)
    written = build_programme(prepare(inputs))
    return Answer(inputs, written, generate(written))


def with_whole_numbers(world: World) -> World:
    """Return a world in which all is decided whole that can be: steps, sites, clusters, work, half of the links."""
    sites, links = world["topology"]["sites"], world["topology"].get("links", {})
    changes: Changes = {f"topology.sites.{site}.fixed_cost": "90 kUSD/year" for site in sites}
    changes |= {f"topology.links.{link}.project": "plan" for link in sorted(links)[::2]}
    for sort, records, unit in (("sites", sites, "PFLOPS"), ("links", links, "Gbps")):
        for asset, record in records.items():
            for number, _ in enumerate(record.get("expansion", ())):
                changes |= {
                    f"topology.{sort}.{asset}.expansion.{number}.step": f"3 {unit}",
                    f"topology.{sort}.{asset}.expansion.{number}.max": f"9 {unit}",
                }
                if number % 2:
                    changes |= {f"topology.{sort}.{asset}.expansion.{number}.project": "plan"}
    return changed(
        world,
        {
            **changes,
            "topology.projects.plan": {"capex": "1 MUSD"},
            "demand.workloads.chat.split": False,
            "demand.workloads.tuning.min_cluster": "12 PFLOPS",
            "scenario.limits.sites": 3,
        },
    )


def with_failures(world: World) -> World:
    """Return a world of two half days, in which chat and scan keep 70 % when any site or link fails."""
    zones = {f"topology.nodes.{node}.timezone": "Africa/Abidjan" for node in world["topology"]["nodes"]}
    changes: Changes = {
        **zones,
        "demand.workloads.chat.survives": 0.7,
        "demand.workloads.scan.survives": 0.7,
        "demand.workloads.scan.profile": [0.5] * 12 + [1.5] * 12,
        "scenario.hours": 2,
        "scenario.contingencies": ["sites", "links"],
    }
    return changed(world, changes)


def all_paths(case: Case, states: Iterable[State] | None = None) -> list[Way]:
    """Return every admissible simple path of every demand in every state (or some), found by walking all ways."""
    asked = (
        (state, demand)
        for state in (case.states if states is None else states)
        for demand in case.demands
        if demand.quantity[state.year, state.block] > 0 and (state.is_intact or demand.survives > 0)
    )
    return [way for state, demand in asked for way in paths_of(case, state, demand)]


def paths_of(case: Case, state: State, demand: DemandCase) -> Iterator[Way]:
    """Yield every admissible simple path of a demand in a state, whatever it costs."""
    routing = case.routings[demand.routing]
    alive = case.arcs_alive(state) & routing.usable
    for host in routing.hosts:
        if host.site == NO_SITE or hosts_in(case, state, host.site, host.min_cluster):
            yield from _paths_to(case, state, demand, host, alive)


def _paths_to(case: Case, state: State, demand: DemandCase, host: HostCase, alive: NDArray[np.bool_]) -> Iterator[Way]:
    """Yield the same to one host."""
    routing, network = case.routings[demand.routing], case.network
    abroad = (routing.sealed >= 0) & (routing.sealed != routing.sealed[host.node])
    closed = routing.closed | routing.dead_end | abroad
    stack: list[tuple[int, tuple[int, ...], frozenset[int]]] = [(demand.node, (), frozenset({demand.node}))]
    while stack:
        node, arcs, seen = stack.pop()
        if node == host.node:
            way = make_path(case, state, demand, host, arcs)
            if demand.max_rtt_ms is None or way.rtt_ms <= demand.max_rtt_ms + 1e-9:
                yield way
        if arcs and closed[node]:
            continue
        for arc in range(network.arcs):
            head = int(network.head[arc])
            if alive[arc] and network.tail[arc] == node and head not in seen:
                stack.append((head, (*arcs, arc), seen | {head}))


def hosts_in(case: Case, state: State, site: int, least: float) -> bool:
    """Whether a site stands in a state and has, or can be given, any compute and a cluster of a least size."""
    stands = site not in state.failure.sites and case.can_host(site, state.year)
    return stands and case.most_pflops(site, state.year) >= least


def whole_programme(changes: Changes | None = None, *, base: World | None = None) -> Programme:
    """Write the programme of a world over all states, failures included, and over all simple paths."""
    written = programme(changes, base=base)
    written.add_states(written.case.failing_states)
    written.add_paths(all_paths(written.case))
    return written


def least_cost(written: Programme) -> float | None:
    """Return the optimum in USD of a programme as it stands, whole numbers included, None where there is none."""
    written.problem.solve(pulp.HiGHS(msg=False, gapRel=0, threads=1))
    feasible = written.problem.status == pulp.LpStatusOptimal
    return float(pulp.value(written.problem.objective)) / SCALE if feasible else None


def used(plan: planner.Plan) -> dict[str, float]:
    """Return the PFLOPS in use by site, where any are."""
    return plan.assignments["pflops"].groupby(level="site").sum().to_dict()


def about(value: Any) -> Any:
    """Return a figure, or a mapping of figures, that compares to nine digits."""
    return pytest.approx(value, rel=1e-9, abs=1e-6)
