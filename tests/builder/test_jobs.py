"""Training and simulations: a volume, a deadline, a cluster, what is moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.village import SPEC, read_spec
from planner.builder.building import Built, build_demand

JOB = """jobs:
  large: {kind: pretrain, origin: KZ, count: {2026: 1, 2030: 4}, days: 100 days, active: 70e9 params,
          tokens: 1 T tokens, utilisation: 0.35}
"""


def built_with(folder: Path, job: str = JOB, *overrides: str) -> Built:
    return build_demand(read_spec(folder, SPEC.replace("[2026]", "[2025, 2026, 2028, 2030]") + job, *overrides))


def test_a_job_has_a_deadline_and_an_average(tmp_path: Path) -> None:
    """6 x 70e9 x 1e12 x 1.15 = 4.83e23 FLOP; / (86.4e18 x 0.35 x 0.85 x 100) = 187.9 PFLOPS, and 100 / 365 of it."""
    loads = {job.year: job for job in built_with(tmp_path).jobs}
    assert loads[2026].deadline_pflops == pytest.approx(187.9, rel=1e-3)
    assert loads[2026].pflops == pytest.approx(187.9 * 100 / 365, rel=1e-3)
    assert loads[2028].count == pytest.approx(2)
    assert loads[2030].pflops == pytest.approx(4 * loads[2026].pflops)


def test_there_is_no_job_before_the_first_year_that_is_listed(tmp_path: Path) -> None:
    loads = {job.year: job for job in built_with(tmp_path).jobs}
    assert (loads[2025].count, loads[2025].pflops, loads[2025].deadline_pflops) == (0, 0, 0)


def test_a_deadline_far_above_the_average_is_told(tmp_path: Path) -> None:
    """3.65 times in 2026, 1.83 in 2028, less in 2030."""
    (warning,) = built_with(tmp_path).warnings
    assert warning.startswith("large (KZ; 2026): one job needs 187.9 PFLOPS until its deadline, 3.65 times the average")


def test_what_is_trained_as_a_whole_needs_its_cluster(tmp_path: Path) -> None:
    (_, training) = built_with(tmp_path).bundles
    assert (training.id, training.training) == ("pretrain", True)
    assert training.min_cluster_pflops == pytest.approx(187.9, rel=1e-3)
    assert built_with(tmp_path, JOB, "jobs.large.diloco=true").bundles[1].min_cluster_pflops == 0
    assert built_with(tmp_path, JOB, "jobs.large.kind=finetune").bundles[1].min_cluster_pflops == 0


def test_a_job_moves_its_corpus_its_checkpoints_and_its_weights(tmp_path: Path) -> None:
    """4,000 GB there; home 100 checkpoints of 1,120 GB and 140 GB of weights."""
    load = next(job for job in built_with(tmp_path).jobs if job.year == 2026)
    year_s = 365 * 86_400
    assert load.up_gbps == pytest.approx(4000 * 8 / year_s)
    assert load.down_gbps == pytest.approx((100 * 1120 + 140) * 8 / year_s)
    rate = next(step for step in load.steps if step.name == "rate while it arrives")
    assert rate.value == pytest.approx(4000 * 8 / (10 * 86_400))


def test_jobs_of_one_workload_add_up_and_each_origin_asks_for_as_much(tmp_path: Path) -> None:
    two = JOB + "  small: {kind: pretrain, origin: [KZ, almaty], count: 1, days: 100 days, active: 7e9 params,\n"
    built = built_with(tmp_path, two + "          tokens: 1 T tokens, utilisation: 0.35}\n")
    amounts = {row.origin: row.pflops[2026] for row in built.rows if row.workload == "pretrain"}
    assert amounts["KZ"] == pytest.approx(11 * amounts["almaty"])


def test_a_simulation_asks_for_machines_that_hold_its_fp64(tmp_path: Path) -> None:
    """1e20 FLOP in FP64 are 2.94e21 in BF16; at a tenth of the peak and 70 % of the time 1.33 PFLOPS a year."""
    job = "jobs:\n  lake: {kind: hpc, origin: KZ, count: 1, days: 30 days, flop: 100 EFLOP, download: 1 TB}\n"
    load = next(job for job in built_with(tmp_path, job).jobs if job.year == 2026)
    assert load.pflops == pytest.approx(1e20 / 0.034 / (365 * 86_400e15 * 0.1 * 0.7))
    assert load.down_gbps == pytest.approx(1000 * 8 / (365 * 86_400))


def test_reinforcement_counts_what_it_generates(tmp_path: Path) -> None:
    """(2 x 9 + 6 x 1) of 7e9 x 1e9, against 6: four times."""
    job = (
        "jobs:\n  one: {kind: KIND, origin: KZ, count: 1, days: 9 days, active: 7e9 params, tokens: 1 B tokens, MORE}\n"
    )
    with_rl = built_with(tmp_path, job.replace("KIND", "rl").replace("MORE", "generated: 9 B tokens"))
    without = built_with(tmp_path, job.replace("KIND", "continue").replace("MORE", "repeats: 1"))
    assert with_rl.jobs[0].pflops == pytest.approx(4 * without.jobs[0].pflops)
