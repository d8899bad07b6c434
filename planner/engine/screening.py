"""Which failures a plan would not survive, found without solving the plan again.

For a failing state, what is built and what the intact state serves are given; the question is whether flows exist
that keep each demand's share. Where no intact flow of a demand with a share to keep touches what has failed, these
flows are the answer. Otherwise a small programme over the state alone minimises what cannot be kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.engine.generation import Generation
from planner.engine.graphs import Reach
from planner.engine.solution import Watch
from planner.programme.case import Case, DemandCase, Routing, State
from planner.programme.constraints import (
    background_capacity,
    cluster,
    link_capacity,
    project_link,
    site_capacity,
    site_power,
    site_use,
    whole,
)
from planner.programme.host_limits import group_power
from planner.programme.objective import running_cost
from planner.programme.paths import Path, channel_loads
from planner.programme.programme import Programme
from planner.programme.standing import built_at

if TYPE_CHECKING:
    from planner.engine.solution import Solution

KEPT_TOLERANCE = 1e-7
KEPT_SHARE = 1e-9
"""So many units of work, and such a share of what is to be kept, may be missing: rounding of the solver."""

LITTLE = 1e-3
"""Units more of a demand by which a failure is tried."""

KeptAmounts = dict[int, float]
Decided = dict[tuple[str, object], float]


class Screening(NamedTuple):
    """What a screening found.

    Attributes
    ----------
    violated
        failing states to write next: of each failure, year and season the block that loses most
    paths
        ways found in these states while they were tried
    evidence
        flows by which a plan survives failures that touch it and are not written: one set for each failure, year
        and season, enough for every block, in the state of one of them
    """

    violated: list[State]
    paths: list[Path]
    evidence: list[tuple[Path, float]]


Lost = dict[tuple[int, int], str]


def find_lost(case: Case) -> Lost:
    """Return (demand, year) that a failure cuts off, with the failure.

    Where a demand with a share to keep has no admissible path once something has failed, it must not be served in the
    intact state either: survives · Σ x ≤ 0. No plan needs a path for it. What has no path even in the intact state is
    not lost to a failure.
    """
    lost: Lost = {}
    if not case.costly_states or not case.failing_states:
        return lost
    surviving = [demand for demand in case.demands if demand.survives > 0]
    reach = {year: find_reachable(case, case.intact_states(year)[0], surviving) for year in case.years}
    for year, failure in dict.fromkeys((state.year, state.failure) for state in case.failing_states):
        state = next(each for each in case.failing_states if each.year == year and each.failure is failure)
        cut = reach[year] - find_reachable(case, state, [each for each in surviving if (each.index, year) not in lost])
        lost |= {(index, year): failure.name for index in sorted(cut) if (index, year) not in lost}
    return lost


def find_reachable(case: Case, state: State, demands: list[DemandCase]) -> set[int]:
    """Positions of the demands that have an admissible path in a state."""
    known: dict[int, Reach] = {}
    found: set[int] = set()
    for demand in demands:
        reach = known.get(demand.routing)
        if reach is None:
            reach = known[demand.routing] = Reach(case, state, case.routings[demand.routing])
        least = reach.least_rtt_ms(demand.node)
        if isfinite(least) and least <= demand.budget_ms:
            found.add(demand.index)
    return found


class Screener:
    """Screens plans one after another and remembers the flows that survived."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self._survived: dict[tuple[str, int, str], tuple[KeptAmounts, list[tuple[Path, float]]]] = {}

    def screen(self, programme: Programme, solution: Solution) -> Screening:
        """Return the failing states that a plan would not survive, and flows by which it survives the others."""
        case, written = self.case, {state.index for state in programme.states}
        found = Screening([], [], [])
        if not case.failing_states or solution.values is None:
            return found
        flows = _flows_by_twin(programme, solution)
        decided = decisions_of(programme, solution)
        for states in _by_failure_and_time(case):
            open_states = [state for state in states if state.index not in written]
            exposed = [state for state in open_states if _is_exposed(state, flows[_twin(case, state)])]
            if exposed:
                violated, paths, evidence = self._try(exposed, flows, decided)
                found.violated.extend(violated)
                found.paths.extend(paths)
                found.evidence.extend(evidence)
        return found

    def _try(self, states: list[State], flows: dict[int, list[tuple[Path, float]]], decided: Decided) -> Screening:
        """Return the state that loses most; where all keep their share, flows that show it.

        A state that keeps the most any of them has to keep settles them all at once, and so do flows remembered.
        """
        case, group = self.case, _group(self.case, states[0])
        kept = [_to_keep(case, flows[_twin(case, state)]) for state in states]
        most: KeptAmounts = {}
        for each in kept:
            for demand, amount in each.items():
                most[demand] = max(most.get(demand, 0.0), amount)
        if group in self._survived:
            served, evidence = self._survived[group]
            enough = all(amount <= served.get(demand, 0.0) for demand, amount in most.items())
            if enough and still_fits(case, states[0], evidence, decided):
                return Screening([], [], evidence)
        trial = minimise_loss(case, states[0], most, decided)
        if not _is_short(case, trial.missing, most):
            self._survived[group] = (most, trial.flows)
            return Screening([], [], trial.flows)
        trials = (
            [trial]
            if len(states) == 1
            else [minimise_loss(case, *each, decided) for each in zip(states, kept, strict=True)]
        )
        worst = int(np.argmax([trial.missing for trial in trials]))
        if _is_short(case, trials[worst].missing, kept[worst]):
            return Screening([states[worst]], trials[worst].paths, [])
        return Screening([], [], [flow for trial in trials for flow in trial.flows])


def find_blocking_failure(
    programme: Programme, solution: Solution, demand: DemandCase, routing: Routing, year: int
) -> str | None:
    """Return a failure in which a little more of a demand, under other rules, could not be kept beside the plan.

    Demands whose work stays together, or needs a cluster, are not looked at: their choices are not decided there.
    """
    case = programme.case
    if demand.whole or routing.needs_cluster:
        return None
    demands = [*case.demands]
    demands[demand.index] = replace(demand, routing=len(case.routings))
    freed = replace(case, routings=(*case.routings, routing), demands=tuple(demands))
    assert solution.values is not None
    padded = np.zeros(len(programme.columns))
    padded[: len(solution.values)] = solution.values
    solution = replace(solution, values=padded)
    flows, decided = _flows_by_twin(programme, solution), decisions_of(programme, solution)
    for states in _by_failure_and_time(case):
        state = states[0]
        if state.year == year:
            kept = _to_keep(case, flows[_twin(case, state)])
            kept[demand.index] = kept.get(demand.index, 0.0) + demand.survives * LITTLE * case.scale.unit(demand)
            if _is_short(freed, minimise_loss(freed, state, kept, decided).missing, kept):
                return state.contingency
    return None


def still_fits(case: Case, state: State, flows: list[tuple[Path, float]], decided: Decided) -> bool:
    """Whether flows fit into what is built now; where sites, choices or projects are decided, they are tried anew."""
    if any(kind in ("in_use", "gate", "whole", "project") for kind, _ in decided):
        return False
    used: defaultdict[int, float] = defaultdict(float)
    load: defaultdict[int, float] = defaultdict(float)
    for path, amount in flows:
        used[path.site] += amount
        for used_channel, gbps in channel_loads(case, case.routings[case.demands[path.demand].routing], path).items():
            load[used_channel] += gbps * amount
    for position, site in case.standing_sites(state):
        built = sum(decided["site_build", key] for key in built_at(case, state, site=position))
        installed = site.compute_pflops[state.year] + built
        drawn = site.meter_mw(state.year, installed=installed, used=used[position])
        if used[position] > installed or (site.power_mw is not None and drawn > site.power_mw[state.at]):
            return False
    for number, channel in case.standing_channels(state):
        link = case.links[channel.link]
        built = sum(decided["link_build", key] for key in built_at(case, state, link=channel.link))
        if load[number] > link.capacity_gbps[state.year] - link.committed_gbps[state.year] + built:
            return False
    return True


def _by_failure_and_time(case: Case) -> Iterator[list[State]]:
    """Yield the failing states that differ in the hour alone: what stands and may be drawn is the same in them."""
    groups: defaultdict[tuple[str, int, str], list[State]] = defaultdict(list)
    for state in case.failing_states:
        groups[_group(case, state)].append(state)
    yield from groups.values()


def _group(case: Case, state: State) -> tuple[str, int, str]:
    """Failure, year and season."""
    return state.failure.name, state.year, case.slots[state.block].season


def _twin(case: Case, state: State) -> int:
    return case.intact_twin[state.index].index


def _flows_by_twin(programme: Programme, solution: Solution) -> dict[int, list[tuple[Path, float]]]:
    """Flows in use by intact state, of demands with a share to keep."""
    assert solution.values is not None
    case, column_of = programme.case, programme.column_of
    found: defaultdict[int, list[tuple[Path, float]]] = defaultdict(list)
    for path, flow in zip(programme.paths, programme.flows, strict=True):
        amount = float(solution.values[column_of[flow]])
        if amount > 0 and case.states[path.state].is_intact and case.demands[path.demand].survives > 0:
            found[path.state].append((path, amount))
    return found


def decisions_of(programme: Programme, solution: Solution) -> Decided:
    """What the plan has decided for all states: builds, sites in use, choices, projects."""
    assert solution.values is not None
    column_of = programme.column_of
    return {
        (kind, key): float(solution.values[column_of[variable]]) if variable in column_of else 0.0
        for kind, family in programme.variables.shared.items()
        for key, variable in family.items()
    }


def _is_exposed(state: State, flows: list[tuple[Path, float]]) -> bool:
    """Whether any flow to keep touches what has failed."""
    failure = state.failure
    return any(path.touches(failure) for path, _ in flows)


def _to_keep(case: Case, flows: list[tuple[Path, float]]) -> KeptAmounts:
    """PFLOPS each demand has to keep."""
    kept: KeptAmounts = {}
    for path, amount in flows:
        kept[path.demand] = kept.get(path.demand, 0.0) + case.demands[path.demand].survives * amount
    return kept


def _is_short(case: Case, missing: float, kept: KeptAmounts) -> bool:
    return missing > KEPT_TOLERANCE + KEPT_SHARE * _work(case, kept)


def _work(case: Case, kept: KeptAmounts) -> float:
    """Units of work that have to be kept, PFLOPS and Gbps of traffic together."""
    return sum(amount / case.scale.unit(case.demands[demand]) for demand, amount in kept.items())


class SurvivalTrial(NamedTuple):
    """What a failing state cannot keep at best, in units of work, the flows that keep the rest, and all ways found.

    `left` is what is not kept, by demand; nothing is known of it where no solution was found.
    """

    missing: float
    flows: list[tuple[Path, float]]
    paths: list[Path]
    left: dict[int, float]


def minimise_loss(
    case: Case,
    state: State,
    kept: KeptAmounts,
    decided: Decided,
    *,
    prices: dict[int, float] | None = None,
    known: Iterable[Path] = (),
    running: float = 0.0,
) -> SurvivalTrial:
    """Serve as much as can be of what has to be kept in a failing state, with what is built.

    Parameters
    ----------
    prices
        what leaving a unit of each demand costs; by default every unit of work is worth the same
    known
        paths to begin with
    running
        what a USD of running cost counts for beside these prices
    """
    alone = replace(state, index=0)
    demands = tuple(
        replace(demand, quantity={(state.year, state.block): kept.get(demand.index, 0.0)}) for demand in case.demands
    )
    programme = Programme(replace(case, states=(alone,), demands=demands, stages=("cost",)))
    v = programme.variables
    programme.open_states([alone])
    lost, leaving = [], {}
    for position in sorted(kept):
        left = leaving[position] = v.unserved(alone, demands[position])
        lost.append((left, prices[position] if prices else 1.0 / case.scale.unit(demands[position])))
        programme.add_row("kept", (position,), v.served[alone, position] + left == kept[position])
    families = (
        site_capacity, site_power, group_power, link_capacity, background_capacity, site_use, cluster, whole,
        project_link,
    )  # fmt: skip
    for family in families:
        for key, constraint in family(programme.case, v, [alone]):
            programme.add_row(family.__name__, key, constraint)
    for kind, variables in v.shared.items():
        for key, variable in variables.items():
            variable.bounds(decided[kind, key], decided[kind, key])
    spent = running_cost(programme.case, v, alone) if running else ()
    programme.set_objective([*lost, *((symbol, running * usd) for symbol, usd in spent)])
    programme.add_paths([replace(path, state=0) for path in known])
    solution = Generation(programme, Watch(), None).optimise()
    paths = [replace(path, state=state.index) for path in programme.paths]
    if solution.values is None:
        return SurvivalTrial(_work(case, kept), [], paths, {})
    column_of = programme.column_of
    missing = {d: float(solution.values[column_of[u]]) for d, u in leaving.items() if u in column_of}
    values = (float(solution.values[programme.column_of[flow]]) for flow in programme.flows)
    flows = [used for used in zip(paths, values, strict=True) if used[1] > 0]
    return SurvivalTrial(solution.objective, flows, paths, missing)
