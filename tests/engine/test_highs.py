"""The live HiGHS model: warm from round to round, honest about how a run ended."""

from __future__ import annotations

import highspy
import numpy as np
import pulp
import pytest
from small import all_paths, generate, programme, triangle

from planner import Round, SolverError, Status, Watch
from planner.engine import generation
from planner.engine.highs import Answer, LiveHighs, RunStatus

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

    def run(self: LiveHighs, time_left: float | None = None) -> Answer:
        runs.append(time_left)
        empty = np.zeros(0)
        return real(self, time_left) if len(runs) <= after else Answer(status, float("nan"), empty, empty)

    monkeypatch.setattr(generation.LiveHighs, "run", run)


def test_a_run_stopped_half_way_leaves_the_plan_of_the_round_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rounds are whole, the third is not."""
    stopping(monkeypatch, RunStatus.STOPPED, after=2)
    rounds: list[Round] = []
    solution = generate(programme(NARROW, base=triangle()), watch=Watch(report=rounds.append))
    assert (solution.status, solution.rounds) == (Status.FEASIBLE, 2)
    assert solution.objective == rounds[-1].objective
    assert solution.bound < solution.objective


def test_a_run_that_fails_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The round's phase and HiGHS's word are named."""
    stopping(monkeypatch, RunStatus.FAILED, after=1)
    with pytest.raises(SolverError, match="HiGHS ended a round of phase 2 as failed"):
        generate(programme(NARROW, base=triangle()))


def test_rounds_without_end_are_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The plan of the last round allowed is kept, unproved."""
    monkeypatch.setattr(generation, "ROUNDS_LIMIT", 2)
    solution = generate(programme(NARROW, base=triangle()))
    assert (solution.status, solution.rounds) == (Status.FEASIBLE, 2)
