"""Screening: exactly the failures that a plan would not survive, and flows that show how it survives the others.

Whether a plan survives is told here by a programme of its own over all simple paths, written from the case's figures.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import (
    Changes,
    State,
    Way,
    about,
    all_paths,
    generate,
    load,
    plan,
    programme,
    with_failures,
    with_whole_numbers,
)
from worlds import World, worlds

from planner import Status, Watch
from planner.engine.screening import KEPT_TOLERANCE, Screener, Screening, find_lost
from planner.programme.paths import channel_loads
from planner.programme.prepare import prepare
from planner.programme.programme import Programme, build_programme

if TYPE_CHECKING:
    from planner.engine.solution import Solution
    from planner.programme.case import DemandCase

few = settings(max_examples=25, derandomize=True, deadline=None, database=None)
Flows = list[tuple[Way, float]]


def unaware(world: World) -> tuple[Programme, Solution] | None:
    """Solve a world as if nothing could fail, and return it with its failures; None where it has no plan."""
    case = prepare(load(base=world))
    intact = build_programme(replace(case, states=case.costly_states))
    solution = generate(intact)
    if solution.values is None:
        return None
    intact.case = case
    return intact, solution


def flows_of(written: Programme, solution: Solution, state: State) -> Flows:
    """Return the flows in use in an intact state."""
    assert solution.values is not None
    pairs = zip(written.paths, written.flows, strict=True)
    used = (
        (path, float(solution.values[written.column_of[flow]])) for path, flow in pairs if path.state == state.index
    )
    return [(path, amount) for path, amount in used if amount > 0]


def to_keep(written: Programme, solution: Solution, state: State) -> dict[int, float]:
    """Return what each demand has to keep in a failing state."""
    kept: defaultdict[int, float] = defaultdict(float)
    for path, amount in flows_of(written, solution, written.case.intact_twin[state.index]):
        kept[path.demand] += written.case.demands[path.demand].survives * amount
    return {demand: amount for demand, amount in kept.items() if amount > 0}


def is_touched(written: Programme, solution: Solution, state: State) -> bool:
    """Whether any flow of a demand with a share to keep goes over, or to, what has failed."""
    flows = flows_of(written, solution, written.case.intact_twin[state.index])
    return any(way.touches(state.failure) for way, _ in flows if written.case.demands[way.demand].survives > 0)


class Remains:
    """What a plan leaves for a failing state: rooms, pipes, and what may be used at all."""

    def __init__(self, written: Programme, solution: Solution, state: State) -> None:
        assert solution.values is not None
        case, v, values, column_of = written.case, written.variables, solution.values, written.column_of

        def value(variable: pulp.LpVariable) -> float:
            return float(values[column_of[variable]]) if variable in column_of else 0.0

        self.case, self.state = case, state
        self.laid = {j: value(w) > 0.5 for j, w in v.project.items()}
        self.closed = {site for site, y in v.in_use.items() if value(y) < 0.5}
        self.choices = {(d, s): value(z) > 0.5 for (d, s, t), z in v.whole.items() if t == state.year}
        self.room = {
            i: site.compute_pflops[state.year] * self.stands(site.project)
            + sum(value(k) for (e, t), k in v.site_build.items() if self.alive(case.site_expansions[e], i, t))
            for i, site in enumerate(case.sites)
        }
        self.pipe = {
            c: (case.links[a.link].capacity_gbps[state.year] - case.links[a.link].committed_gbps[state.year])
            * self.stands(case.links[a.link].project)
            + sum(value(b) for (e, t), b in v.link_build.items() if self.alive(case.link_expansions[e], a.link, t))
            for c, a in enumerate(case.network.channels)
        }

    def stands(self, project: int | None) -> bool:
        """Whether an asset is there as far as its project goes."""
        return project is None or self.laid[project]

    def alive(self, option: object, asset: int, built: int) -> bool:
        """Whether what was built in a year stands at an asset."""
        return option.asset == asset and built <= self.state.year < built + option.life  # type: ignore[attr-defined]

    def allows(self, way: Way) -> bool:
        """Whether a path may carry anything."""
        demand = self.case.demands[way.demand]
        laid = all(self.stands(self.case.links[arc // 2].project) for arc in way.arcs)
        large = self.room.get(way.site, 0.0) >= self.least(way, demand) - 1e-6
        return laid and large and way.site not in self.closed and self.choices.get((way.demand, way.site), True)

    def least(self, way: Way, demand: DemandCase) -> float:
        """What the site of a path must have installed to take the demand, PFLOPS."""
        return self.case.routings[demand.routing].host_at[way.site].min_cluster

    def loads(self, flows: list[tuple[Way, object]]) -> Iterator[tuple[float, list[tuple[object, float]]]]:
        """Yield the limit of every site, meter and channel, with the flows that meet it and how much they take."""
        state = self.state
        for i, site in enumerate(self.case.sites):
            here = [flow for way, flow in flows if way.site == i]
            yield self.room[i], [(flow, 1.0) for flow in here]
            if site.power_mw is not None:
                yield site.power_mw[state.at], [(flow, site.used_mw[state.year]) for flow in here]
        for channel, limit in self.pipe.items():
            taken = []
            for way, flow in flows:
                routing = self.case.routings[self.case.demands[way.demand].routing]
                taken.append((flow, channel_loads(self.case, routing, way).get(channel, 0.0)))
            if any(gbps for _, gbps in taken):
                yield limit, taken

    def shortfall(self, kept: dict[int, float]) -> float:
        """Return the least that is lost of what is to be kept, over all simple paths."""
        ways = [way for way in all_paths(self.case, [self.state]) if way.demand in kept and self.allows(way)]
        problem = pulp.LpProblem("keep", pulp.LpMinimize)
        flows = [(way, problem.add_variable(f"x{n}", 0)) for n, way in enumerate(ways)]
        lost = {demand: problem.add_variable(f"lost{demand}", 0) for demand in kept}
        problem += pulp.lpSum(lost.values())
        for demand, amount in kept.items():
            problem += pulp.lpSum(flow for way, flow in flows if way.demand == demand) + lost[demand] >= amount
        for limit, taken in self.loads(flows):
            if taken:
                problem += pulp.lpSum(flow * factor for flow, factor in taken) <= limit
        problem.solve(pulp.HiGHS(msg=False))
        assert problem.status == pulp.LpStatusOptimal
        return float(pulp.value(problem.objective))

    def holds(self, flows: Flows) -> bool:
        """Whether flows keep every limit, and touch nothing that has failed or is not there."""
        slack = 1e-6
        fits = all(sum(float(str(flow)) * factor for flow, factor in taken) <= limit + slack * (1 + limit)
                   for limit, taken in self.loads([(way, amount) for way, amount in flows]))  # fmt: skip
        return fits and all(self.allows(way) and not way.touches(self.state.failure) for way, _ in flows)


def check_screening(written: Programme, solution: Solution, screening: Screening) -> tuple[int, int]:
    """Compare with the answer over all simple paths, failure by failure and year by year; count both kinds."""
    case, violated = written.case, {state.index for state in screening.violated}
    lost = shown = 0
    groups = groupby(case.failing_states, key=lambda state: (state.failure.name, state.year))
    for _, states in ((key, list(group)) for key, group in groups):
        left = {state.index: Remains(written, solution, state) for state in states}
        kept = {state.index: to_keep(written, solution, state) for state in states}
        short = {i: left[i].shortfall(kept[i]) for i in left}
        total = max(1.0, max((sum(each.values()) for each in kept.values()), default=0.0))
        named = [state.index for state in states if state.index in violated]
        if max(short.values()) > 10 * KEPT_TOLERANCE * total:
            assert len(named) == 1
            assert short[named[0]] == pytest.approx(max(short.values()), rel=1e-6, abs=1e-6)
            lost += 1
        elif max(short.values()) < 0.1 * KEPT_TOLERANCE * total:
            assert named == []
            exposed = [state.index for state in states if is_touched(written, solution, state)]
            shown += check_evidence(screening, exposed, left, kept)
    return lost, shown


def check_evidence(
    screening: Screening,
    exposed: list[int],
    left: dict[int, Remains],
    kept: dict[int, dict[int, float]],
) -> int:
    """Check that the flows shown for a failure and year fit, and keep the share of every block; count the failures.

    Where no intact flow touches what has failed, these flows are the answer themselves.
    """
    by_state = {i: [used for used in screening.evidence if used[0].state == i] for i in left}
    flows = [used for some in by_state.values() for used in some]
    for index, some in by_state.items():
        assert left[index].holds(some)
    for index in exposed:
        some = by_state[index] if len([each for each in by_state.values() if each]) > 1 else flows
        for demand, amount in kept[index].items():
            assert sum(carried for way, carried in some if way.demand == demand) >= amount * (1 - 1e-6) - 1e-6
    return int(bool(exposed))


@few
@given(world=worlds().map(with_failures), whole=st.booleans())
def test_screening_names_exactly_the_failures_that_a_plan_does_not_survive(world: World, *, whole: bool) -> None:
    """Random plans made as if nothing could fail; with and without whole numbers."""
    made = unaware(with_whole_numbers(world) if whole else world)
    if made is not None:
        written, solution = made
        check_screening(written, solution, Screener(written.case).screen(written, solution))


def test_the_worlds_here_have_failures_of_both_kinds() -> None:
    """Half is kept over the twin when the fibre is cut; without the site away nothing is."""
    twin = {
        "ends": ["home", "away"],
        "kind": "terrestrial",
        "rtt": "20 ms",
        "capacity": "5 Gbps",
        "transit": "9 kUSD/Gbps/year",
    }
    changes: Changes = {
        "topology.sites.near": None,
        "topology.links.twin": twin,
        "demand.workloads.chat.survives": 0.5,
        "scenario.contingencies": ["link:fibre", "site:far", "link:twin"],
    }
    case = prepare(load(changes))
    written = build_programme(replace(case, states=case.costly_states))
    solution = generate(written)
    written.case = case
    screening = Screener(case).screen(written, solution)
    assert [state.contingency for state in screening.violated] == ["site:far"]
    assert check_screening(written, solution, screening) == (1, 1)


def test_what_a_failure_cuts_off_is_told_before_anything_is_solved() -> None:
    """The fibre is chat's only way to any site: nothing is served, and nothing is written for the failure."""
    changes: Changes = {
        "topology.sites.near": None,
        "demand.workloads.chat.survives": 0.1,
        "scenario.contingencies": ["link:fibre"],
    }
    written = programme(changes)
    assert find_lost(written.case) == {(0, 2030): "link:fibre"}
    solution = generate(written)
    assert solution.objective == about(100_000)
    assert all(state.is_intact for state in written.states)
    assert solution.lost == {(0, 2030): "link:fibre"}
    assert find_lost(programme({**changes, "demand.workloads.chat.survives": 0}).case) == {}


def test_flows_that_were_enough_are_remembered() -> None:
    """The same plan again is not tried again; one that keeps more is."""
    changes: Changes = {"demand.workloads.chat.survives": 0.5, "scenario.contingencies": ["link:fibre"]}
    case = prepare(load(changes))
    written = build_programme(replace(case, states=case.costly_states))
    solution = generate(written)
    written.case = case
    screener = Screener(case)
    first = screener.screen(written, solution)
    assert screener.screen(written, solution) == first
    assert [(case.sites[way.site].id, amount) for way, amount in first.evidence] == [("near", about(10))]


STOPPED: Changes = {
    "topology.sites.third": {
        "node": "away",
        "status": "operating",
        "compute": "1 PFLOPS",
        "opex": "2000 USD/PFLOPS/year",
    },
    "topology.sites.near": None,
    "demand.workloads.chat.survives": 1,
    "scenario.contingencies": ["site:far"],
}


def test_a_plan_stopped_before_it_survives_is_no_plan_and_names_the_failures() -> None:
    """The intact optimum is there, but third has 1 of the 20 PFLOPS that far's failure asks for."""
    watch = Watch()
    watch.report = lambda each: setattr(watch, "interrupted", each.gap < 1e-9)
    solution = generate(programme(STOPPED), watch=watch)
    assert (solution.status, solution.values) == (Status.LIMIT, None)
    assert solution.unsurvived == ("site:far in 2030",)
    watch.interrupted = False
    assert plan(STOPPED, watch=watch).tables is None


def test_a_plan_stopped_that_survives_is_one() -> None:
    """Near stands by."""
    watch = Watch()
    watch.report = lambda each: setattr(watch, "interrupted", each.gap < 1e-9)
    found = plan({"demand.workloads.chat.survives": 0.5, "scenario.contingencies": ["site:far"]}, watch=watch)
    assert found.status.has_plan
    assert found.objective == about(22_000)
