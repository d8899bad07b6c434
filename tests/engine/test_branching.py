"""Whole numbers: branch and price, and enumeration where paths are few, against brute force and another solver.

Every world is solved twice: with all paths that can matter enumerated, and by branching with pricing alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from math import dist
from time import monotonic
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from small import (
    Changes,
    about,
    all_paths,
    generate,
    least_cost,
    load,
    plan,
    programme,
    triangle,
    whole_programme,
    with_failures,
    with_whole_numbers,
)
from worlds import World, changed, plain_scenario, two_cities, worlds

from planner import Status, Watch
from planner.engine import branching, enumeration
from planner.engine.branching import BranchingScores, intersect_bounds
from planner.engine.enumeration import list_one_a_pair, list_simple_paths, list_sufficient_paths, narrow_channels
from planner.engine.fixed import FixedProgramme
from planner.engine.gates import add_violated_use
from planner.engine.optimisation import Optimisation
from planner.engine.solution import Solution, row_activity
from planner.programme.prepare import prepare
from planner.programme.programme import Programme

TIGHT = 1e-7
few = settings(max_examples=12, derandomize=True, deadline=None, database=None)
NO_INTEREST: Changes = {"scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20}}
THIRD = {"node": "away", "status": "operating", "compute": "100 PFLOPS", "opex": "2000 USD/PFLOPS/year"}


@pytest.fixture(params=["enumerated", "branched"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Solve with all paths that can matter, or by branching alone."""
    if request.param == "branched":
        monkeypatch.setattr(enumeration, "PATHS_LIMIT", 0)
    return str(request.param)


# ------------------------------------------------------------------------------- against all whole choices


def choices(written: Programme) -> Iterator[tuple[int, ...]]:
    """Yield every combination of the whole numbers of a programme."""
    yield from product(*(range(int(v.lowBound), int(v.upBound) + 1) for v in written.variables.integers))


def best_of_all_choices(changes: Changes, base: World) -> float:
    """Hold every combination of whole numbers, and return the least cost over all simple paths."""
    written, least = whole_programme(changes, base=base), np.inf
    for choice in choices(written):
        for variable, value in zip(written.variables.integers, choice, strict=True):
            variable.bounds(value, value)
        cost = least_cost(written)
        least = least if cost is None else min(least, cost)
    return float(least)


RACK = {"step": "7 PFLOPS", "max": "21 PFLOPS", "capex": "12 kUSD/step"}
STRAND = {"step": "2 Gbps", "max": "4 Gbps", "capex": "30 kUSD/step"}
TINY: dict[str, Changes] = {
    "steps at a site and on a link": {
        "topology.sites.near": None,
        "topology.sites.far.compute": "3 PFLOPS",
        "topology.sites.far.expansion": [RACK],
        "topology.links.fibre.capacity": "3 Gbps",
        "topology.links.fibre.expansion": [STRAND],
        "topology.links.low.capacity": "3 Gbps",
    },
    "three sites in use": {
        "topology.sites.third": THIRD,
        "topology.sites.near.fixed_cost": "4 kUSD/year",
        "topology.sites.far.fixed_cost": "9 kUSD/year",
        "topology.sites.far.compute": "12 PFLOPS",
        "topology.sites.third.fixed_cost": "6 kUSD/year",
    },
    "two sites of three": {
        "topology.sites.third": THIRD,
        "topology.sites.far.compute": "12 PFLOPS",
        "scenario.limits.sites": 2,
    },
    "work that stays together": {
        "topology.sites.third": THIRD,
        "topology.sites.far.compute": "15 PFLOPS",
        "demand.workloads.chat.split": False,
        "topology.links.low.capacity": "4 Gbps",
    },
    "a cluster to be built": {
        "demand.workloads.chat.min_cluster": "16 PFLOPS",
        "topology.sites.near.expansion": [RACK],
        "topology.sites.far.compute": "14 PFLOPS",
        "topology.sites.far.expansion": [{"max": "9 PFLOPS", "capex": "4 kUSD/PFLOPS"}],
    },
    "two projects": {
        "topology.projects.one": {"capex": "80 kUSD"},
        "topology.projects.two": {"opex": "5 kUSD/year", "capex": "0 USD"},
        "topology.links.low.project": "one",
        "topology.links.fibre.project": "two",
        "topology.links.fibre.capacity": "6 Gbps",
        "topology.links.low.capacity": "7 Gbps",
    },
    "a failure to be built for": {
        "topology.sites.near": None,
        "demand.workloads.chat.survives": 0.9,
        "topology.links.low.capacity": "5 Gbps",
        "topology.links.low.expansion": [STRAND],
        "topology.links.fibre.capacity": "6 Gbps",
        "topology.links.fibre.expansion": [STRAND],
        "scenario.contingencies": ["link:fibre", "link:high"],
    },
}


@pytest.mark.parametrize("name", TINY)
def test_the_optimum_is_the_best_of_all_whole_choices(name: str, way: str) -> None:
    """Up to 32 choices, each an LP over all simple paths."""
    changes = {**NO_INTEREST, **TINY[name]}
    right = best_of_all_choices(changes, triangle())
    solution = generate(programme(changes, base=triangle()), gap=TIGHT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == about(right)
    assert solution.bound <= right * (1 + 1e-9)


@few
@given(world=worlds().map(with_whole_numbers), limit=st.sampled_from([0, 50_000]))
def test_branching_finds_the_optimum_of_another_solver_over_all_simple_paths(world: World, limit: int) -> None:
    """Random worlds, everything in them decided whole."""
    check_against_all_paths(world, limit)


@few
@given(world=worlds().map(with_failures), limit=st.sampled_from([0, 50_000]))
def test_failures_written_lazily_give_what_all_of_them_give_at_once(world: World, limit: int) -> None:
    """Random worlds of two half days in which every site and link may fail."""
    check_against_all_paths(world, limit)


@settings(few, max_examples=6)
@given(world=worlds().map(with_whole_numbers).map(with_failures), limit=st.sampled_from([0, 50_000]))
def test_failures_and_whole_numbers_agree_as_well(world: World, limit: int) -> None:
    """Sites in use, choices and projects hold in every failure."""
    check_against_all_paths(world, limit)


def check_against_all_paths(world: World, limit: int) -> None:
    """Compare with HiGHS over all simple paths of all states, paths enumerated up to a limit."""
    right = least_cost(whole_programme(base=world))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(enumeration, "PATHS_LIMIT", limit)
        solution = generate(programme(base=world), gap=TIGHT)
    if right is None:
        assert solution.status is Status.INFEASIBLE
        return
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(right, rel=1e-6, abs=1)
    assert solution.bound <= right + 1e-6 * abs(right) + 1


# ------------------------------------------------------------------------- capacitated facility location


def facilities(seed: int, customers: int = 12, sites: int = 5) -> World:
    """Return customers who must be served from sites with fixed costs, each by a link as dear as it is long."""
    chance = np.random.default_rng(seed)
    places = chance.uniform(0, 1000, (customers + sites, 2)).round(3).tolist()
    names = [f"c{i}" for i in range(customers)] + [f"s{j}" for j in range(sites)]
    room = chance.integers(25, 60, sites).tolist()
    fixed = chance.integers(8_000, 20_000, sites).tolist()
    links = {
        f"c{i}-s{j}": {
            "ends": [f"c{i}", f"s{j}"], "kind": "terrestrial", "rtt": "1 ms", "capacity": "1 Tbps",
            "transit": f"{round(dist(places[i], places[customers + j]), 3)} USD/Gbps/year",
        }
        for i in range(customers)
        for j in range(sites)
    }  # fmt: skip
    return {
        "topology": {
            "topology": "facilities",
            "nodes": {name: {"country": "KZ", "lat": 40, "lon": 60 + n / 10} for n, name in enumerate(names)},
            "sites": {
                f"site-{j}": {
                    "node": f"s{j}", "status": "operating", "compute": f"{room[j]} PFLOPS",
                    "fixed_cost": f"{fixed[j]} USD/year",
                }
                for j in range(sites)
            },
            "links": links,
        },
        "demand": {
            "demand": "customers",
            "workloads": {"work": {"kind": "inference", "unserved": "required", "traffic": "0.5 Gbps/PFLOPS"}},
            "demands": [
                {"origin": f"c{i}", "workload": "work", "compute": f"{amount} PFLOPS"}
                for i, amount in enumerate(chance.integers(3, 12, customers).tolist())
            ],
        },
        "scenario": plain_scenario("facilities", ["KZ"], 2030),
    }  # fmt: skip


def locate(world: World) -> float:
    """Solve the textbook's facility location with scipy: x[i,j] ≥ 0 the part of customer i that j serves, y[j] open."""
    number = lambda text: float(str(text).split(" ")[0])  # noqa: E731
    asked = np.array([number(row["compute"]) for row in world["demand"]["demands"]])
    sites = list(world["topology"]["sites"].values())
    room = np.array([number(site["compute"]) for site in sites])
    fixed = np.array([number(site["fixed_cost"]) for site in sites])
    links = world["topology"]["links"]
    price = np.array([[number(links[f"c{i}-s{j}"]["transit"]) for j in range(len(sites))] for i in range(len(asked))])
    customers, count = price.shape
    cost = np.concatenate([(asked[:, None] * price).ravel(), fixed])
    served = np.hstack([np.kron(np.eye(customers), np.ones(count)), np.zeros((customers, count))])
    taken = np.hstack([np.kron(asked, np.eye(count)), -np.diag(room)])
    strong = np.hstack([np.eye(customers * count), -np.tile(np.eye(count), (customers, 1))])
    found = milp(
        cost,
        integrality=np.concatenate([np.zeros(customers * count), np.ones(count)]),
        bounds=Bounds(0, 1),
        constraints=[
            LinearConstraint(served, 1, 1),
            LinearConstraint(taken, -np.inf, 0),
            LinearConstraint(strong, -np.inf, 0),
        ],
        options={"mip_rel_gap": 0},
    )
    return float(found.fun)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_facility_location_is_solved_to_the_textbooks_optimum(seed: int, way: str) -> None:
    """12 customers, 5 sites: half a Gbps each way, so a PFLOPS costs the length of its link."""
    world = facilities(seed)
    right = locate(world)
    solution = generate(programme(base=world), gap=TIGHT)
    assert solution.status is Status.OPTIMAL
    assert solution.objective == pytest.approx(right, rel=1e-6)
    assert right * (1 - 1e-6) <= solution.bound <= right * (1 + 1e-9)


# ------------------------------------------------------------------------------------ stopped before the end


@pytest.mark.parametrize("after", [4, 8, 12, 16, 24, 40])
def test_a_plan_stopped_early_has_an_honest_gap(after: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is known when somebody interrupts: bound ≤ optimum ≤ objective, and optimal only if proved."""
    monkeypatch.setattr(enumeration, "PATHS_LIMIT", 0)
    world, watch = facilities(1), Watch()
    right = locate(world)
    watch.report = lambda each: setattr(watch, "interrupted", each.number >= after)
    check_honest(generate(programme(base=world), gap=TIGHT, watch=watch), right)


@pytest.mark.parametrize("seconds", [0.05, 0.15, 0.4])
def test_a_time_limit_leaves_an_honest_gap(seconds: float, way: str) -> None:
    """However far it comes in the time."""
    world = facilities(2, customers=20, sites=8)
    written = programme(base=world)
    check_honest(generate(written, gap=TIGHT, watch=Watch(deadline=monotonic() + seconds)), locate(world))


def check_honest(solution: Solution, right: float) -> None:
    """Check that a solution says no more than is known."""
    assert solution.bound <= right * (1 + 1e-7)
    assert solution.status in (Status.LIMIT, Status.FEASIBLE, Status.OPTIMAL)
    if solution.status.has_plan:
        assert solution.objective >= right * (1 - 1e-7)
        assert solution.gap == pytest.approx((solution.objective - solution.bound) / solution.objective)
        assert (solution.status is Status.OPTIMAL) == (solution.gap <= TIGHT)
    else:
        assert solution.values is None


def test_a_gap_asked_for_is_kept_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third off is enough here, and no more than that is claimed."""
    monkeypatch.setattr(enumeration, "PATHS_LIMIT", 0)
    world = facilities(3)
    right = locate(world)
    solution = generate(programme(base=world), gap=0.3)
    assert right * (1 - 1e-7) <= solution.objective <= solution.bound / 0.7 * (1 + 1e-9)
    assert solution.bound <= right * (1 + 1e-7)


def test_whole_numbers_that_cannot_be_had_make_the_programme_infeasible(way: str) -> None:
    """Sites with enough for half a plan each: one of two may be used, both are needed."""
    changes = {
        "demand.workloads.chat.unserved": "required",
        "topology.sites.far.compute": "15 PFLOPS",
        "scenario.limits.sites": 1,
    }
    solution = generate(programme(changes))
    assert (solution.status, solution.values) == (Status.INFEASIBLE, None)


# --------------------------------------------------------------------------------------------- the parts


def test_a_plan_that_is_whole_by_itself_needs_no_branching(monkeypatch: pytest.MonkeyPatch) -> None:
    """One step is just enough: the relaxation is the plan, and HiGHS is not asked for whole numbers."""
    monkeypatch.setattr(branching.Branching, "_solve_restricted", None)
    option = {"step": "20 PFLOPS", "max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}
    changes = {**NO_INTEREST, "topology.sites.far.compute": "0 PFLOPS", "topology.sites.far.expansion": [option]}
    solution = generate(programme(changes), gap=TIGHT)
    assert (solution.status, solution.objective) == (Status.OPTIMAL, about(20_000 * 0.2 + 22_000))


def test_paths_suffice_where_no_link_can_be_full() -> None:
    """One path to each site: 20 PFLOPS never fill a fibre of 100 Gbps."""
    written = programme(base=triangle())
    paths = list_sufficient_paths(written)
    assert paths is not None
    sites = [written.case.sites[each.site].id for each in paths]
    assert sorted(sites) == ["far", "near"]
    cheapest = next(each for each in paths if each.arcs)
    assert [written.case.network.links[arc // 2].id for arc in cheapest.arcs] == ["low", "high"]


@pytest.mark.parametrize(
    "changes",
    [
        {"topology.links.low.capacity": "9 Gbps"},
        {"topology.links.low.committed": "91 Gbps"},
        {"topology.links.low.capacity": "19 Gbps", "topology.links.low.duplex": "half"},
        {"scenario.limits.link_fill": 0.09},
        {"topology.projects.one": {"capex": "1 USD"}, "topology.links.low.project": "one"},
    ],
)
def test_one_path_a_pair_does_not_do_where_a_link_on_the_way_could_be_full(changes: Changes) -> None:
    """10 Gbps each way might be asked for; or the link might not be there. All three simple paths do."""
    written = programme(changes, base=triangle())
    assert list_one_a_pair(written) is None
    assert sorted(list_sufficient_paths(written) or (), key=str) == sorted(all_paths(written.case), key=str)


@few
@given(world=worlds("failures"))
def test_simple_paths_are_all_that_a_walk_over_all_ways_finds(world: World) -> None:
    """Each once, in every state that is written."""
    written = programme(base=world)
    written.add_states(written.case.failing_states)
    listed = list_simple_paths(written)
    assert listed is not None
    assert sorted(listed, key=str) == sorted(all_paths(written.case), key=str)


def test_simple_paths_do_not_do_where_they_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two of the three, or fewer steps than the walk takes."""
    for name in ("SIMPLE_LIMIT", "STEPS_LIMIT"):
        with monkeypatch.context() as patch:
            patch.setattr(enumeration, name, 2)
            assert list_simple_paths(programme(base=triangle())) is None


def test_a_narrow_link_off_the_way_does_no_harm() -> None:
    """The fibre is full and nobody's cheapest way."""
    written = programme({"topology.links.fibre.capacity": "1 Gbps"}, base=triangle())
    narrow = {written.case.network.channels[each].link for each in narrow_channels(written.case, written.states[0])}
    assert [written.case.links[each].id for each in narrow] == ["fibre"]
    assert list_one_a_pair(written) is not None


def test_training_may_fill_a_link_in_one_block_of_the_day() -> None:
    """20 PFLOPS on the mean of two blocks may be 40 in one: 20 Gbps."""
    changes = {"demand.workloads.chat.kind": "training", "scenario.hours": 2, "topology.links.low.capacity": "19 Gbps"}
    assert list_one_a_pair(programme(changes, base=triangle())) is None


def test_strong_rows_are_added_only_where_they_cut_something_off() -> None:
    """Near, half open, serves 10 of 20: not more than half; far, not open at all, serves 5."""
    fixed = {"topology.sites.near.fixed_cost": "1 USD/year", "topology.sites.far.fixed_cost": "1 USD/year"}
    written = whole_programme(fixed)
    values = np.zeros(len(written.columns))
    site_of = {flow: written.case.sites[each.site].id for flow, each in zip(written.flows, written.paths, strict=True)}
    for flow, site in site_of.items():
        values[written.column_of[flow]] = {"near": 10.0, "far": 5.0}[site]
    near, _ = (written.case.site_index[site] for site in ("near", "far"))
    values[written.column_of[written.variables.in_use[near]]] = 0.5
    assert add_violated_use(written, Solution(Status.FEASIBLE, 0, 0, 1, values, None)) == 1
    assert written.rows[-1].key[-1] == "far"


def test_what_two_ranges_have_in_common() -> None:
    """From the greater lower to the lesser upper end."""
    assert intersect_bounds((0, 5), (2, 9)) == (2, 5)
    lower, upper = intersect_bounds((0, 1), (2, 3))
    assert lower > upper


def test_scores_learn_what_branching_gains() -> None:
    """Unseen columns count by their cost; then by the mean gain of a unit: 10 down, 30 up."""
    scores = BranchingScores()
    assert scores.score(7, 0.5, 4.0) == pytest.approx(2.0 + 0.2)
    for gain in (5.0, 15.0):
        scores.learn(7, up=False, gain=gain)
    scores.learn(7, up=True, gain=30.0)
    scores.learn(7, up=True, gain=-1.0)
    assert scores.score(7, 0.25, 4.0) == pytest.approx(min(10 * 0.25, 15 * 0.75) + 0.1 * max(10 * 0.25, 15 * 0.75))


def test_prices_with_whole_numbers_are_those_of_the_plan_with_its_choices_held() -> None:
    """One rack of 15 stands, 5 are left: one PFLOPS more far would save 5000 − 1100, whatever a rack costs."""
    option = {"step": "15 PFLOPS", "max": "15 PFLOPS", "capex": "15 kUSD/step"}
    changes: dict[str, Any] = {"topology.sites.near": None, "topology.sites.far.compute": "0 PFLOPS"}
    found = plan({**NO_INTEREST, **changes, "topology.sites.far.expansion": [option]})
    assert found.sites.loc[(2030, "far"), "price_usd_per_pflops"] == about(3_900)


def test_flows_beside_whole_decisions_are_best_to_the_last() -> None:
    """Chat is served whole near, for 60 MUSD; town has 0.005 PFLOPS at 1000 USD a PFLOPS for its 0.006, others at 2000.

    To leave 0.001 undone for 5 USD, in place of 2, is a ten-millionth of the plan, and no plan whose prices are right.
    """
    large = {"origin": "home", "workload": "chat", "compute": "20 EFLOPS"}
    voice = {"kind": "inference", "traffic": "0.5 Gbps/PFLOPS", "unserved": "5000 USD/PFLOPS/year"}
    site = {"node": "town", "status": "operating"}
    found = plan(
        {
            "topology.nodes.town": {"country": "KZ", "lat": 43.5, "lon": 80.0},
            "topology.sites.near.compute": "20 EFLOPS",
            "topology.sites.far.serves": ["training"],
            "topology.sites.small": {**site, "compute": "0.005 PFLOPS", "opex": "1000 USD/PFLOPS/year"},
            "topology.sites.other": {**site, "compute": "10 PFLOPS", "opex": "2000 USD/PFLOPS/year"},
            "demand.workloads.chat.split": False,
            "demand.workloads.voice": voice,
            "demand.demands": [large, {"origin": "town", "workload": "voice", "compute": "0.006 PFLOPS"}],
        }
    )
    assert found.findings == ()
    assert found.status is Status.OPTIMAL
    assert found.objective - 60e6 == pytest.approx(0.005 * 1000 + 0.001 * 2000, abs=1e-3)


def test_what_is_full_in_another_optimum_alone_is_not_full() -> None:
    """Near and its twin have 10 PFLOPS each at one price, and 15 are asked for: 10 and 5, or half in each."""
    twin = {"node": "home", "status": "operating", "compute": "10 PFLOPS", "opex": "3000 USD/PFLOPS/year"}
    written = programme(
        {
            "topology.sites.far.serves": ["training"],
            "topology.sites.twin": twin,
            "topology.sites.near.expansion": [RACK],
            "demand.demands.0.compute": "15 PFLOPS",
        }
    )
    search = Optimisation(written, Watch(), None)
    solution = search.solve()
    assert solution.values is not None
    rows = [n for n, row in enumerate(written.rows) if row.family == "site_capacity" and row.key[3] in ("near", "twin")]
    used = row_activity(written, solution.values)[rows].tolist()
    assert sorted(used) == about([5, 10])
    found = FixedProgramme(search.generation, solution)
    assert [found.is_full(row) for row in rows] == [amount > 9 for amount in used]
    halves = solution.values.copy()
    for path, flow in zip(written.paths, written.flows, strict=True):
        halves[written.column_of[flow]] = 7.5 if written.case.sites[path.site].id in ("near", "twin") else 0.0
    assert row_activity(written, halves)[rows].tolist() == about([7.5, 7.5])
    other = FixedProgramme(search.generation, replace(solution, values=halves))
    assert [other.is_full(row) for row in rows] == [False, False]


def test_the_worlds_here_say_what_they_are_meant_to() -> None:
    """Every sort of whole decision stands in one of the random worlds' case."""
    world = with_whole_numbers(changed(two_cities(), {"topology.sites.far.expansion": [{"capex": "1 kUSD/PFLOPS"}]}))
    world["demand"]["workloads"]["tuning"] |= {"kind": "training", "unserved": "1 kUSD/PFLOPS/year"}
    world["demand"]["demands"].append({"origin": "home", "workload": "tuning", "compute": "5 PFLOPS"})
    case = prepare(load({"topology.sites.far.compute": "9 PFLOPS"}, base=world))
    assert all((case.weighed_sites, case.project_links, case.gates, case.whole_choices, case.projects))
