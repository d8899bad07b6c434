"""The programme as LP and MPS files: HiGHS, from scratch, finds the plan's objective again."""

from __future__ import annotations

from pathlib import Path

import highspy
import pytest
from small import load, triangle
from worlds import World, two_cities

import planner

ENDINGS = ["lp", "mps"]
STEPS = {
    "topology.sites.far.compute": "5 PFLOPS",
    "topology.sites.far.expansion": [{"capex": "1000 USD/PFLOPS", "step": "4 PFLOPS", "max": "40 PFLOPS"}],
}
REQUIRED = {"demand.workloads.chat.unserved": "required"}
FAILURES = {"scenario.contingencies": ["link:low"], "demand.workloads.chat.survives": 0.5}
CUT_OFF = {
    "scenario.contingencies": ["link:fibre"], "demand.workloads.chat.survives": 0.5,
    "topology.sites.near.from": 2040,
}  # fmt: skip
STAGES = {"scenario.objective": ["served", "latency", "cost"]}


def solve_file(file: Path) -> tuple[float, list[str], list[str]]:
    """Return the optimum of a written programme, and the names of its rows and columns."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 0.0)
    assert solver.readModel(str(file)) == highspy.HighsStatus.kOk
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    model = solver.getLp()
    return solver.getInfo().objective_function_value, list(model.row_names_), list(model.col_names_)


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize(
    ("base", "changes"),
    [
        (two_cities(), {}),
        (two_cities(), STEPS),
        (two_cities(), REQUIRED),
        (triangle(), FAILURES),
        (two_cities(), CUT_OFF),
    ],
    ids=["plain", "steps", "required", "failures", "cut-off"],
)
def test_a_solver_finds_the_plans_objective_in_the_file(
    ending: str, base: World, changes: dict[str, object], tmp_path: Path
) -> None:
    """Cost is written in kUSD; what was violated in phase 1 is held, and what a failure would cut off is not served."""
    file = tmp_path / f"programme.{ending}"
    plan = planner.solve(load(changes, base=base), write_lp=file)
    assert plan.status is planner.Status.OPTIMAL
    optimum, *_ = solve_file(file)
    assert optimum * 1000 == pytest.approx(plan.objective, rel=1e-6)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_last_stage_is_written_with_rows_that_hold_the_earlier_ones(ending: str, tmp_path: Path) -> None:
    """The file's optimum is the last stage's value, and the first line says in which unit."""
    file = tmp_path / f"programme.{ending}"
    plan = planner.solve(load(STAGES, base=triangle()), write_lp=file)
    optimum, rows, _ = solve_file(file)
    assert optimum * 1000 == pytest.approx(plan.stages[-1].value, rel=1e-5)
    assert {"stage_0_served", "stage_1_latency"} <= set(rows)
    assert file.read_text(encoding="ascii").splitlines()[0].endswith("minimise cost in USD, times 0.001")


def test_names_are_those_of_families_and_keys_and_unique(tmp_path: Path) -> None:
    """A reader finds the row of a site, the path of a demand and the number of steps."""
    file = tmp_path / "programme.lp"
    planner.solve(load(STEPS), write_lp=file)
    _, rows, columns = solve_file(file)
    assert "site_capacity_2030_0_intact_far" in rows
    assert "n_2030_far_0" in columns
    assert " n_2030_far_0 <= 10" in file.read_text(encoding="ascii")  # its own bound, whatever was branched on
    assert any(name.startswith("x_2030_0_intact_") and name.endswith("_far") for name in columns)
    assert len(set(rows)) == len(rows)
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_same_question_gives_the_same_bytes(ending: str, tmp_path: Path) -> None:
    """In another folder, after another file."""
    files = [tmp_path / name / f"programme.{ending}" for name in ("a", "b")]
    for file in files:
        planner.solve(load(STEPS), write_lp=file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_an_infeasible_programme_is_written_as_well(tmp_path: Path) -> None:
    """So that another solver can look for the reason."""
    file = tmp_path / "programme.lp"
    plan = planner.solve(load({**REQUIRED, "topology.sites.far.compute": "1 PFLOPS"}), write_lp=file)
    assert plan.status is planner.Status.INFEASIBLE
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.readModel(str(file))
    solver.run()
    assert solver.getModelStatus() == highspy.HighsModelStatus.kInfeasible


@pytest.mark.parametrize("name", ["programme.txt", "programme", "programme.lp.gz"])
def test_other_endings_are_refused_before_anything_is_read(name: str, tmp_path: Path) -> None:
    """Nobody waits for minutes to hear that."""
    with pytest.raises(planner.UsageError, match=r"written as \.lp or \.mps"):
        planner.solve(tmp_path / "there-is-no-scenario.yaml", write_lp=tmp_path / name)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """It stays as it is."""
    (tmp_path / "x.lp").mkdir()
    with pytest.raises(planner.UsageError, match="is a folder"):
        planner.solve(tmp_path / "there-is-no-scenario.yaml", write_lp=tmp_path / "x.lp")


def test_other_solvers_take_the_same_programme() -> None:
    """What was violated on the way to a plan is not free for them either."""
    for changes in (REQUIRED, STEPS, CUT_OFF):
        plans = [planner.solve(load(changes), solver=solver) for solver in ("highs", "cbc")]
        assert plans[1].objective == pytest.approx(plans[0].objective, rel=1e-6)


def test_a_programme_is_written_over_one_of_before_and_over_nothing_else(tmp_path: Path) -> None:
    """Said before the solve: there is no scenario to solve."""
    file = tmp_path / "x.lp"
    planner.solve(load(STEPS), write_lp=file)
    planner.solve(load(STEPS), write_lp=file)
    file.write_text("\\ mine")
    with pytest.raises(planner.UsageError, match="is there, and is no programme that the planner wrote"):
        planner.solve(tmp_path / "there-is-no-scenario.yaml", write_lp=file)
    assert file.read_text() == "\\ mine"
