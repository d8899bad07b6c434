"""The live HiGHS model: warm from round to round, honest about how a run ended."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
import pulp
import pytest
from small import about, all_paths, generate, programme, proved, triangle
from worlds import changed, two_cities

from planner import Round, SolverError, Status, Watch
from planner.engine import generation, highs
from planner.engine.answers import RunStatus, SolverAnswer
from planner.engine.highs import LiveHighs
from planner.engine.silence import silence

NARROW = {"topology.links.low.capacity": "2 Gbps", "topology.links.fibre.capacity": "3 Gbps"}
"""In the triangle: the optimum takes more than three rounds."""


def test_a_warm_start_after_new_columns_gives_what_a_cold_start_gives() -> None:
    """Paths one by one, and all at once: the same optimum, in kUSD; the basis is kept, so little work is left."""
    written = programme(base=triangle())
    live = LiveHighs(written)
    assert live.available()
    objectives = [live.run().objective]
    for way in all_paths(written.case):
        written.add_paths([way])
        objectives.append(live.run().objective)
    assert objectives[0] == pytest.approx(100)
    assert objectives[-1] == pytest.approx(20.4)
    assert LiveHighs(written).run().objective == pytest.approx(20.4)


def test_a_new_row_and_a_new_objective_are_taken_over() -> None:
    """At most 5 PFLOPS served: 5 x 1020 + 15 x 5000; counting only what is left, 15."""
    written = programme(base=triangle())
    written.add_paths(all_paths(written.case))
    live = LiveHighs(written)
    live.run()
    (state,) = written.case.states
    written.add_row("quota", (state.year,), written.variables.served[state, 0] <= 5)
    assert live.run().objective == pytest.approx(80.1)
    written.set_objective([(written.variables.unserved(state, written.case.demands[0]), 1.0)])
    assert live.run().objective == pytest.approx(15)


def test_bounds_change_in_the_live_model_and_in_pulp_alike() -> None:
    """At most 19 PFLOPS may be left, and no path is there: infeasible; junk is not read."""
    written = programme()
    live = LiveHighs(written)
    live.run()
    column = written.column_of[written.variables.unserved(written.states[0], written.case.demands[0])]
    live.change_bounds(column, 0.0, 19.0)
    assert written.columns[column].variable.upBound == 19
    found = live.run()
    assert (found.status, found.values.size, found.duals.size) == (RunStatus.INFEASIBLE, 0, 0)
    assert np.isnan(found.objective)
    assert written.problem.status == pulp.LpStatusInfeasible


def test_a_programme_without_a_floor_under_its_cost_is_unbounded() -> None:
    """Leasing without limit would earn money."""
    changes = {"topology.links.fibre.expansion": [{"max": "9 Gbps", "opex": "1 USD/Gbps/year"}]}
    written = programme(changes)
    (lease,) = written.variables.link_build.values()
    free = {"topology.links.fibre.expansion": [{"opex": "1 USD/Gbps/year"}]}
    assert LiveHighs(programme(free)).run().status is RunStatus.OPTIMAL
    written.rows = [row for row in written.rows if row.family != "build_limit"]
    written.set_objective([(lease, -1.0)])
    assert LiveHighs(written).run().status in (RunStatus.UNBOUNDED, RunStatus.INFEASIBLE)


def test_a_refusal_of_highs_is_an_error() -> None:
    """It says what was refused."""
    live = LiveHighs(programme())
    with pytest.raises(SolverError, match="HiGHS refused the objective"):
        live._check(highspy.HighsStatus.kError, "the objective")


def stopping(monkeypatch: pytest.MonkeyPatch, status: RunStatus, *, after: int) -> None:
    """Let every run after so many end with a status."""
    real, runs = LiveHighs.run, []

    def run(self: LiveHighs, time_left: float | None = None, *, primal: bool = False) -> SolverAnswer:
        runs.append(time_left)
        empty = np.zeros(0)
        stopped = SolverAnswer(status, float("nan"), empty, empty)
        return real(self, time_left, primal=primal) if len(runs) <= after else stopped

    monkeypatch.setattr(generation.LiveHighs, "run", run)


def test_a_run_stopped_half_way_leaves_the_plan_of_the_round_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rounds are whole, the third is not."""
    stopping(monkeypatch, RunStatus.STOPPED, after=2)
    rounds: list[Round] = []
    solution = generate(programme(NARROW, base=triangle()), watch=Watch(report=rounds.append))
    assert (solution.status, solution.rounds) == (Status.FEASIBLE, 2)
    assert solution.objective == rounds[-1].objective
    assert solution.bound < solution.objective


class Failing:
    """A live model that is at a loss so many times before it says what it knows."""

    def __init__(self, model: highspy.Highs, status: highspy.HighsModelStatus, times: int) -> None:
        self._model, self._status, self._times = model, status, times
        self.methods: list[tuple[str, int]] = []

    def run(self) -> None:
        """Run, and note by which method."""
        self.methods.append(tuple(self._model.getOptionValue(name)[1] for name in ("solver", "simplex_strategy")))
        self._times -= 1
        self._model.run()

    def getModelStatus(self) -> highspy.HighsModelStatus:  # noqa: N802
        """Say the wrong status as long as it is wanted."""
        return self._status if self._times >= 0 else self._model.getModelStatus()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)


AT_A_LOSS = [
    highspy.HighsModelStatus.kUnknown,
    highspy.HighsModelStatus.kNotset,
    highspy.HighsModelStatus.kSolveError,
]


@pytest.mark.parametrize("status", AT_A_LOSS)
@pytest.mark.parametrize("times", [1, 2, 3, 4])
def test_a_run_without_an_answer_is_tried_again_in_other_ways(status: highspy.HighsModelStatus, times: int) -> None:
    """Cold, in balanced units, by the primal simplex, by the interior point; the next run goes on as usual."""
    written = programme(NARROW, base=triangle())
    written.add_paths(all_paths(written.case))
    right, live = LiveHighs(written).run(), LiveHighs(written)
    live.model = failing = Failing(live.model, status, times)
    found = live.run()
    assert found.objective == pytest.approx(right.objective)
    assert found.duals @ [row.rhs for row in written.rows] == pytest.approx(right.objective)
    usual, primal, interior = ("choose", 1), ("simplex", 4), ("ipm", 4)
    assert failing.methods == [usual, usual, usual, primal, interior][: times + 1]
    written.add_row("quota", (), written.variables.served[written.states[0], 0] <= 5)
    assert live.run().objective > right.objective
    assert failing.methods[-1] == usual


def test_a_run_that_fails_in_every_way_is_an_error_that_says_what_to_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """The round's phase and HiGHS's word are named."""
    stopping(monkeypatch, RunStatus.FAILED, after=1)
    said = r"HiGHS ended a round of phase 2 as failed: it was tried again from nothing, .*planner doctor SCENARIO"
    with pytest.raises(SolverError, match=said):
        generate(programme(NARROW, base=triangle()))


def test_a_small_coefficient_beside_large_ones_counts() -> None:
    """Beside chat's 0.5 Gbps a PFLOPS another workload puts 1 bps on the same fibre of 10 bps: 10 PFLOPS get through.

    So 10 cost 1000 each; the other 10 of them, and all of chat, are left at 5000.
    """
    tiny = {"kind": "inference", "traffic": "1 bps/PFLOPS", "unserved": "5000 USD/PFLOPS/year"}
    row = {"origin": "home", "workload": "tiny", "compute": "20 PFLOPS"}
    world = changed(two_cities(), {"demand.workloads.tiny": tiny, "topology.sites.near": None})
    world["demand"]["demands"].append(row)
    world = changed(world, {"topology.links.fibre.capacity": "10 bps", "topology.links.fibre.transit": None})
    found = proved(base=world)
    assert found.objective == about(10 * 1000 + 10 * 5000 + 20 * 5000)


def test_figures_that_no_unit_brings_together_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing is balanced, the row is named in which a coefficient would be lost."""
    written = programme(base=triangle())
    written.add_paths(all_paths(written.case))
    (state,) = written.case.states
    written.add_row(
        "quota", (2030,), written.variables.served[state, 0] + 1e-13 * written.variables.used[state, 0] <= 5
    )
    monkeypatch.setattr(highs, "SMALLEST", 1.0)
    with pytest.raises(SolverError, match=r"holds figures of too different a size: .* write such a small figure as 0"):
        LiveHighs(written).run()


def test_rounds_without_end_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of the last round allowed is kept, unproved."""
    monkeypatch.setattr(generation, "ROUNDS_LIMIT", 2)
    solution = generate(programme(NARROW, base=triangle()))
    assert (solution.status, solution.rounds) == (Status.FEASIBLE, 2)


def test_whoever_used_highs_in_this_process_before_does_not_keep_it_from_running() -> None:
    """All of a process share HiGHS's pool of threads, and one of another size keeps a model from being run at all."""
    problem = pulp.LpProblem("other", pulp.LpMinimize)
    problem += problem.add_variable("x", 1)
    with silence:
        highspy.Highs.resetGlobalScheduler(True)
        problem.solve(pulp.HiGHS(msg=False, threads=2))
    assert proved().status is Status.OPTIMAL
