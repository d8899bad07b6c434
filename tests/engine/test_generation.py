"""Column generation: the optimum and its proof, phase 1, stopping before the end, other solvers, prices by duality."""

from __future__ import annotations

import os
import subprocess
import sys
from time import monotonic
from typing import TYPE_CHECKING

import numpy as np
import pulp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small import (
    Changes,
    about,
    all_paths,
    answer,
    generate,
    least_cost,
    load,
    plan,
    plan_triangle,
    programme,
    triangle,
    unshared,
    whole_programme,
)
from worlds import World, changed, two_cities, worlds, write_world

from planner import Round, SolverError, Status, UsageError, Watch
from planner.engine import solvers
from planner.engine.decisions import add_elastic_columns
from planner.engine.solution import is_proved, relative_gap
from planner.programme.prepare import prepare
from planner.programme.programme import SCALE, Programme, build_programme

if TYPE_CHECKING:
    from pathlib import Path

    from planner.engine.solution import Solution

REQUIRED: Changes = {"demand.workloads.chat.unserved": "required"}
IMPOSSIBLE: Changes = {**REQUIRED, "demand.workloads.chat.max_rtt": "5 ms"}
few = settings(max_examples=25, derandomize=True, deadline=None, database=None)


# ---------------------------------------------------------------------------------------------- the proof


@few
@given(world=worlds(), gap=st.sampled_from([None, 1e-3, 0.3]))
def test_the_optimum_lies_between_bound_and_objective_in_every_round(world: World, gap: float | None) -> None:
    """Whatever gap is asked for; without one both meet at the optimum over all simple paths."""
    inputs = load(base=world)
    right = least_cost(whole_programme(base=world))
    rounds: list[Round] = []
    solution = generate(build_programme(prepare(inputs)), gap=gap, watch=Watch(report=rounds.append))
    if right is None:
        assert (solution.status, solution.values) == (Status.INFEASIBLE, None)
        assert solution.bound > 0
        return
    slack = 1e-7 * abs(right) + 1e-3
    assert all(each.bound <= right + slack and each.objective >= right - slack for each in rounds if each.phase == 2)
    assert solution.gap <= (gap or 1e-7) or right < 100
    assert solution.status is (Status.OPTIMAL if solution.gap <= 1e-7 or right < 100 else Status.FEASIBLE)
    if gap is None:
        assert solution.objective == pytest.approx(right, rel=1e-7, abs=1e-3)


@few
@given(world=worlds(), hours=st.sampled_from([1, 3, 24]))
def test_large_programmes_reach_the_same_optimum(world: World, hours: int) -> None:
    """By the primal simplex, with paths shared by all hours: here with worlds that count as large."""
    inputs = load({"scenario.hours": hours}, base=world)
    small = generate(build_programme(prepare(inputs)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("planner.engine.generation.PRIMAL_ROWS", 0)
        patch.setattr("planner.engine.generation.SHARED_PART", 100.0)
        large = generate(build_programme(prepare(inputs)))
    assert large.status is small.status
    assert large.objective == pytest.approx(small.objective, rel=1e-7, abs=1e-3)


def test_a_path_found_in_one_hour_is_tried_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """So every hour of a day knows the same ways once the optimum is proved, though the nights would need few."""
    monkeypatch.setattr("planner.engine.generation.PRIMAL_ROWS", 0)
    monkeypatch.setattr("planner.engine.generation.SHARED_PART", 100.0)
    rhythm = [0.1] * 12 + [1.9] * 12
    changes: Changes = {
        "scenario.hours": 24,
        "demand.workloads.chat.profile": rhythm,
        "topology.nodes.home.timezone": "Etc/UTC",
        "topology.links.low.capacity": "5 Gbps",
    }
    written = build_programme(prepare(load(changes, base=triangle())))
    assert generate(written).status is Status.OPTIMAL
    ways: dict[int, set[tuple[object, ...]]] = {state.index: set() for state in written.states}
    for path in written.paths:
        ways[path.state].add((path.demand, path.site, path.arcs))
    assert len(ways) == 24
    assert all(each == ways[written.states[0].index] for each in ways.values())


def test_objective_never_rises_and_bound_never_falls() -> None:
    """Six rounds or so in the triangle with full links."""
    rounds: list[Round] = []
    changes = {"topology.links.low.capacity": "2 Gbps", "topology.links.fibre.capacity": "3 Gbps"}
    generate(programme(changes, base=triangle()), watch=Watch(report=rounds.append))
    assert [each.number for each in rounds] == list(range(1, len(rounds) + 1))
    assert [each.objective for each in rounds] == sorted((each.objective for each in rounds), reverse=True)
    assert [each.bound for each in rounds] == sorted(each.bound for each in rounds)
    assert rounds[-1].gap < 1e-9


def test_a_gap_asked_for_ends_the_rounds_earlier() -> None:
    """The first round serves nothing, for 100 000; its bound already proves that half of it cannot be undercut."""
    changes = {"topology.links.low.capacity": "2 Gbps", "topology.links.fibre.capacity": "3 Gbps"}
    tight = generate(programme(changes, base=triangle()))
    loose = generate(programme(changes, base=triangle()), gap=0.9)
    assert loose.rounds < tight.rounds
    assert loose.bound <= tight.objective <= loose.objective


def test_a_gap_is_relative_to_the_objective_or_below_one_dollar_absolute() -> None:
    """(110 − 99) / 110, and half a cent of nothing; a plan within a dollar of its bound counts as proved."""
    assert relative_gap(110.0, 99.0) == pytest.approx(0.1)
    assert relative_gap(0.0, -0.005) == np.inf
    assert relative_gap(0.0, -0.005, same=0.01) == 0
    assert relative_gap(1.0, 2.0) == 0
    assert relative_gap(1.0, -np.inf) == np.inf
    assert is_proved(0.0, -0.005, 1e-7, same=0.01)
    assert not is_proved(0.0, -0.005, 1e-7, same=0.001)
    assert not is_proved(1e6, 1e6 - 2, 1e-7, same=1.0)


# ------------------------------------------------------------------------------------------------ phase 1


def test_phase_1_is_only_used_where_the_first_columns_do_not_suffice() -> None:
    """Required work has no unserved column, so paths must be found first; otherwise leaving all is a start."""
    rounds: list[Round] = []
    assert generate(programme(REQUIRED), watch=Watch(report=rounds.append)).objective == about(22_000)
    assert {each.phase for each in rounds} == {1, 2}
    rounds.clear()
    generate(programme(), watch=Watch(report=rounds.append))
    assert {each.phase for each in rounds} == {2}


def test_violations_are_only_for_rows_that_nothing_may_satisfy() -> None:
    """Required work and an overfull link get one each, with the sign that helps, no more than they miss."""
    written = programme({**REQUIRED, "topology.links.fibre.committed": "103 Gbps"})
    elastic = add_elastic_columns(written)
    found = {
        (written.rows[row].family, *written.columns[column].coefficients, written.columns[column].variable.upBound)
        for column, row in elastic.items()
    }
    assert found == {("demand_met", 1.0, 20.0), ("link_capacity", -1.0, 3.0)}


def test_infeasibility_is_proved_by_a_bound_above_zero() -> None:
    """Near has 10 of the 20 PFLOPS that must be served: 10 are missing at least, and exactly."""
    solution = generate(programme(IMPOSSIBLE))
    assert solution.status is Status.INFEASIBLE
    assert solution.bound == pytest.approx(10, abs=1e-5)
    assert sum(solution.violations.values()) == pytest.approx(10)
    assert solution.values is None


def test_only_what_cannot_be_had_is_violated_in_the_end() -> None:
    """Of two required works one has no site: the other is served in full before the plan is given up."""
    lost = {"kind": "inference", "unserved": "required", "requires": ["abacus"]}
    two = [{"origin": "home", "workload": name, "compute": "20 PFLOPS"} for name in ("chat", "lost")]
    found = plan({**REQUIRED, "demand.workloads.lost": lost, "demand.demands": two})
    assert found.findings == (
        "home/lost at home is required: 20 of 20 PFLOPS cannot be served: no site takes inference and offers abacus",
    )


def test_a_shortage_of_mere_rounding_is_none() -> None:
    """100.00000005 PFLOPS are required, 100 are there."""
    changes = {**REQUIRED, "topology.sites.near": None, "demand.demands.0.compute": "100.00000005 PFLOPS"}
    assert plan(changes).status is Status.OPTIMAL


# ------------------------------------------------------------------------------------- stopped before the end


def test_a_deadline_in_the_past_stops_without_a_plan() -> None:
    """Nothing is solved, so nothing is known."""
    solution = generate(programme(), watch=Watch(deadline=monotonic() - 1))
    assert (solution.status, solution.values, solution.gap) == (Status.LIMIT, None, np.inf)


def test_no_time_at_all_is_a_plan_of_nothing_and_says_so() -> None:
    """The status is limit, and no table is made up."""
    found = plan(time_limit=0)
    assert (found.status, found.tables) == (Status.LIMIT, None)


@pytest.mark.parametrize("after", [1, 2, 3])
def test_an_interrupt_keeps_the_best_plan_and_its_honest_gap(after: int) -> None:
    """In the triangle with narrow links the optimum takes more than three rounds."""
    changes = {"topology.links.low.capacity": "2 Gbps", "topology.links.fibre.capacity": "3 Gbps"}
    right = generate(programme(changes, base=triangle())).objective
    watch = Watch()
    watch.report = lambda each: setattr(watch, "interrupted", each.number >= after)
    found = plan_triangle(changes, watch=watch)
    assert (found.status, found.rounds) == (Status.FEASIBLE, after)
    assert found.bound <= right < found.objective
    assert found.gap == pytest.approx((found.objective - found.bound) / found.objective)


def test_an_interrupt_in_phase_1_leaves_no_plan() -> None:
    """After the first round nothing required is served yet."""
    watch = Watch()
    watch.report = lambda _: setattr(watch, "interrupted", True)
    assert plan(REQUIRED, watch=watch).status is Status.LIMIT


# ------------------------------------------------------------------------------------------ prices by duality


@few
@given(world=worlds())
def test_prices_prove_the_plan_over_all_simple_paths(world: World) -> None:
    """Prices times right-hand sides are the objective, signs are right, no variable and no path has a negative cost.

    min c·x, A x ≤ b or = b, x ≥ 0: for duals y with y ≤ 0 at ≤ rows and c − y·A ≥ 0, y·b is a lower bound.
    """
    written = build_programme(prepare(load(base=world)))
    solution = generate(written)
    if solution.duals is None or not solution.status.has_plan:
        return
    known = set(written.paths)
    duals, rhs = solution.duals, np.array([row.rhs for row in written.rows])
    assert float(duals @ rhs) / SCALE == pytest.approx(solution.objective, rel=1e-6, abs=1e-3)
    assert all(dual <= 1e-9 for dual, row in zip(duals, written.rows, strict=True) if row.constraint.sense < 0)
    written.add_paths([way for way in all_paths(written.case) if way not in known])
    assert min(reduced_costs(written, solution)) > -1e-6


def reduced_costs(written: Programme, solution: Solution) -> list[float]:
    """Return c − y·A of every variable but the violations, straight from the PuLP problem, in kUSD."""
    assert solution.duals is not None
    costs = {variable: written.cost_of(i) for i, variable in enumerate(c.variable for c in written.columns)}
    for row, dual in zip(written.rows, solution.duals.tolist(), strict=True):
        for variable, factor in row.constraint.items():
            costs[variable] -= dual * factor
    return [cost for variable, cost in costs.items() if not variable.name.startswith("violation")]


def test_the_limit_of_a_build_has_its_price() -> None:
    """4 PFLOPS more near cost 1000 / 5 + 3000; each saves 5000, so one more may be worth 1800."""
    changes: Changes = {
        "demand.workloads.chat.max_rtt": "5 ms",
        "scenario.finance": {"discount_rate": 0, "compute_life": 5},
        "topology.sites.near.expansion": [{"max": "4 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    }
    prices = plan(changes).prices["price"].to_dict()
    assert prices == about(
        {
            ("build_limit", "2030/near/0"): 1800,
            ("demand_met", "2030/home/chat/home"): 5000,
            ("site_capacity", "2030/near"): 2000,
        }
    )


# ------------------------------------------------------------------------------------------------ solvers


def test_cbc_finds_the_same_plan() -> None:
    """The final programme is given to it whole."""
    changes = {"topology.links.low.capacity": "2 Gbps", "topology.links.fibre.capacity": "3 Gbps"}
    right, found = plan_triangle(changes), plan_triangle(changes, solver="cbc")
    assert (found.status, found.solver) == (Status.OPTIMAL, "cbc")
    assert found.objective == pytest.approx(right.objective, rel=1e-6)
    assert found.sites["used_pflops"].to_dict() == pytest.approx(right.sites["used_pflops"].to_dict(), rel=1e-6)


def test_cbc_finds_the_same_steps() -> None:
    """Two of 15 PFLOPS at 3000 a year, for 20."""
    option = {"step": "15 PFLOPS", "max": "45 PFLOPS", "capex": "15 kUSD/step"}
    changes: Changes = {
        "scenario.finance": {"discount_rate": 0, "compute_life": 5},
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.expansion": [option],
    }
    found = plan(changes, solver="cbc")
    assert (found.status, found.objective) == (Status.OPTIMAL, about(28_000))
    assert found.builds["added"].tolist() == [30]


@pytest.mark.parametrize("objective", [["cost", "latency"], ["served"], ["latency", "carbon"]])
def test_cbc_gets_the_last_of_several_objectives(objective: list[str]) -> None:
    """Whatever its unit."""
    right, found = (plan({"scenario.objective": objective}, solver=solver) for solver in ("highs", "cbc"))
    assert (found.status, found.findings) == (Status.OPTIMAL, ())
    assert found.objective == pytest.approx(right.objective, rel=1e-5)


def test_cbc_confirms_a_world_in_which_everything_is_free() -> None:
    """0 against a bound a little below."""
    free = {f"topology.sites.{site}.opex": None for site in ("near", "far")}
    found = plan({**free, "topology.links.fibre.transit": None}, solver="cbc")
    assert found.status is Status.OPTIMAL


def test_cbc_is_not_asked_where_there_is_no_plan() -> None:
    """Infeasible stays infeasible."""
    assert plan(IMPOSSIBLE, solver="cbc").status is Status.INFEASIBLE


def test_a_plan_interrupted_before_another_solver_stays_unproved() -> None:
    """CBC gets the programme of the first round: it proves that one, not the optimum over all paths."""
    watch = Watch()
    watch.report = lambda _: setattr(watch, "interrupted", True)
    found = plan(solver="cbc", watch=watch)
    assert (found.status, found.objective) == (Status.FEASIBLE, about(100_000))


def test_a_misspelt_solver_is_an_error_with_the_nearest_name() -> None:
    """And with all names there are."""
    with pytest.raises(UsageError, match=r"no solver is called 'gurobbi': did you mean 'gurobi'\? \(known: highs, cbc"):
        plan(solver="gurobbi")


def test_a_solver_that_is_not_installed_is_an_error_that_says_how_to_find_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands on this machine, GLPK's program is not at that path."""
    monkeypatch.setitem(solvers.SOLVERS, "glpk", lambda **options: pulp.GLPK_CMD(path="/nowhere/glpsol", **options))
    with pytest.raises(SolverError, match="the solver glpk is not installed; 'planner doctor' lists those that are"):
        plan(solver="glpk")


def test_another_optimum_from_another_solver_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A solver that answers another programme: here one that forbids the flow far, so that nothing is served."""

    class Stubborn(pulp.HiGHS):  # type: ignore[misc]
        def actualSolve(self, lp: pulp.LpProblem, **options: object) -> int:  # noqa: N802
            for variable in lp.variables():
                if variable.name.endswith("_far"):
                    variable.upBound = 0.0
            return int(super().actualSolve(lp, **options))

    monkeypatch.setitem(solvers.SOLVERS, "cbc", Stubborn)
    with pytest.raises(SolverError, match="cbc found 100000 where HiGHS found 22000, for the same programme"):
        plan(solver="cbc")


class Confused(pulp.HiGHS):  # type: ignore[misc]
    """A solver that is right only after it has been wrong so many times."""

    wrong = 0

    def __init__(self, **_: object) -> None:
        super().__init__(msg=False)

    def actualSolve(self, lp: pulp.LpProblem, **options: object) -> int:  # noqa: N802
        """Call the programme infeasible, or solve it."""
        type(self).wrong -= 1
        if self.wrong < 0:
            return int(super().actualSolve(lp, **options))
        lp.assignStatus(pulp.LpStatusInfeasible)
        return int(pulp.LpStatusInfeasible)


def test_a_solver_that_fails_in_every_way_is_an_error_that_says_what_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """What HiGHS proved optimal cannot be infeasible."""
    monkeypatch.setitem(solvers.SOLVERS, "cbc", Confused)
    monkeypatch.setattr(Confused, "wrong", 3)
    with pytest.raises(SolverError, match=r"cbc ended .* as Infeasible: it was tried again .*planner doctor SCENARIO"):
        plan(solver="cbc")


@pytest.mark.parametrize("wrong", [1, 2])
def test_another_solver_is_tried_in_other_ways(wrong: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In balanced units, then by another method."""
    monkeypatch.setitem(solvers.SOLVERS, "cbc", Confused)
    monkeypatch.setattr(Confused, "wrong", wrong)
    assert plan(solver="cbc").objective == about(22_000)


# ------------------------------------------------------------------------------------------ the same again

DUMP = """
import sys, planner
plan = planner.solve(sys.argv[1])
for name, frame in plan.tables.items():
    print(name, frame.to_csv(), sep="\\n")
"""


TWIN: Changes = {
    "topology.nodes.twin": {"country": "KG", "lat": 44.0, "lon": 80.0},
    "topology.links.a-low": {**triangle()["topology"]["links"]["low"], "ends": ["home", "twin"], "capacity": "3 Gbps"},
    "topology.links.a-high": {**triangle()["topology"]["links"]["high"], "ends": ["twin", "away"]},
    "topology.links.low.capacity": "2 Gbps",
    "demand.workloads.chat.requires": ["cuda", "fp64"],
    "topology.sites.far.offers": ["fp64", "fp8", "cuda"],
}
"""Equal ways compete, for mid has a twin."""
WHOLE: Changes = {
    "topology.sites.b-far": {**triangle()["topology"]["sites"]["far"], "offers": ["cuda", "fp64"]},
    "topology.sites.far.fixed_cost": "3 kUSD/year",
    "topology.sites.b-far.fixed_cost": "3 kUSD/year",
    "topology.links.a-high.expansion": [{"step": "2 Gbps", "max": "8 Gbps", "capex": "9 kUSD/step"}],
    "topology.links.low.expansion": [{"step": "3 Gbps", "max": "9 Gbps", "capex": "13 kUSD/step"}],
    "demand.workloads.chat.survives": 0.6,
    "scenario.contingencies": ["links", "sites"],
}
"""Equal sites compete as well, in whole steps, and every link and site may fail."""


@pytest.mark.parametrize("changes", [TWIN, {**TWIN, **WHOLE}], ids=["paths", "whole numbers and failures"])
def test_the_same_input_gives_the_same_tables_to_the_last_digit_in_every_process(
    changes: Changes, tmp_path: Path
) -> None:
    """Order of hashes or not."""
    scenario = write_world(unshared(changed(triangle(), changes)), tmp_path)
    seen = {tables_in_process(scenario, seed) for seed in ("0", "4711")}
    assert len(seen) == 1
    assert "a-low;a-high" in seen.pop()


def tables_in_process(scenario: Path, seed: str) -> str:
    """Return all tables as CSV, written by a process of its own."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, "-c", DUMP, str(scenario)]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def test_the_same_input_gives_the_same_tables_twice_in_one_process() -> None:
    """Nothing is kept from one solve to the next."""
    one, other = (plan_triangle({"topology.links.low.capacity": "5 Gbps"}) for _ in range(2))
    assert one.tables is not None
    assert other.tables is not None
    for (name, frame), (_, again) in zip(one.tables.items(), other.tables.items(), strict=True):
        assert frame.to_csv() == again.to_csv(), name


def test_the_world_used_here_is_the_one_worked_out_by_hand() -> None:
    """22 000 USD, see `worlds.two_cities`; the values belong to the columns they are read by."""
    found = answer(base=two_cities())
    assert found.solution.objective == about(22_000)
    none = dict.fromkeys(("capex", "fixed", "energy", "fees", "unserved", "background"), 0)
    assert found.costs == about({**none, "opex": 20_000, "transit": 2_000})
