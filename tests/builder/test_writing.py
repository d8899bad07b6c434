"""The files of a build: read back by the planner, the same bytes each time, all or none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import planner
from builder.test_jobs import JOB
from builder.village import SPEC, read_spec
from planner.builder.building import build_demand
from planner.errors import RunError

TEXT = (
    SPEC.replace("online: 1", "access: {fibre: 0.9, 4g: rest}").replace("model: plain", "model: plain, data: personal")
    + JOB
)


def test_the_planner_reads_what_it_writes(tmp_path: Path) -> None:
    built = build_demand(read_spec(tmp_path, TEXT))
    planner.write_demand([built], tmp_path / "out")
    found = planner.load_demand(tmp_path / "out" / "village-base.yaml")
    chat, training = found.workloads["chat"], found.workloads["pretrain"]
    assert (chat.kind, chat.data, chat.max_rtt_ms) == ("inference", "personal", 100)
    assert chat.profile is not None
    assert max(chat.profile) == pytest.approx(1.575, abs=0.01)
    assert chat.unserved_usd is not None
    assert chat.unserved_usd.at(2026) == pytest.approx(41_600)
    assert chat.traffic_gbps_per_pflops == pytest.approx(1.6875e9 * 4 * 8 / 86_400e9 / 2.5, rel=1e-3)
    assert (training.kind, training.split) == ("training", False)
    assert training.min_cluster_pflops == pytest.approx(187.9, rel=1e-3)
    rows = {row.id: (row.amount.at(2026), row.access_rtt_ms) for row in found.demands}
    assert rows["KZ/chat"] == pytest.approx((1.25, 0.9 * 4 + 0.1 * 45), rel=1e-3)
    assert {row.source for row in found.demands} == {"built"}
    assert {"nda-tokens-2026", "openai-usage-2025", "wanjuan-2025"} < set(found.sources)


def test_the_same_spec_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (
        planner.write_demand([build_demand(read_spec(tmp_path, TEXT))], tmp_path / name) for name in ("a", "b")
    )
    assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]


def test_every_step_of_the_explanation_has_a_coefficient_or_a_formula(tmp_path: Path) -> None:
    planner.write_demand([build_demand(read_spec(tmp_path, TEXT))], tmp_path)
    told = json.loads((tmp_path / "village-base.explain.json").read_text(encoding="utf-8"))
    chat = told["figures"]["KZ/chat/2026"]
    assert chat["pflops"] == pytest.approx(1.25)
    assert (chat["units"], chat["unit"]) == (pytest.approx(2.25e9), "tokens/day")
    steps = [step for figure in told["figures"].values() for step in figure["steps"]]
    assert [step for step in steps if not step.get("coefficient") and not step.get("formula")] == []
    assert {"name": "demand", "value": chat["pflops"], "unit": "PFLOPS", "formula": "mean PFLOPS x share"} in chat[
        "steps"
    ]


def test_what_is_there_is_written_over_only_when_told(tmp_path: Path) -> None:
    built = build_demand(read_spec(tmp_path, TEXT))
    (tmp_path / "village-base.csv").write_text("mine", encoding="utf-8")
    with pytest.raises(RunError, match=r"village-base\.csv is there already: give another folder with -o, or --force"):
        planner.write_demand([built], tmp_path)
    assert not (tmp_path / "village-base.yaml").exists()
    planner.write_demand([built], tmp_path, force=True)
    assert (tmp_path / "village-base.csv").read_text(encoding="utf-8").startswith("origin,workload,year")


@pytest.mark.parametrize(
    ("words", "usd"),
    [("data: personal", 41_600), ("data: government", 83_200), ("data: medical", 83_200), ("rule_cost: 0", 20_800),
     ("value: 30 kUSD/PFLOPS/year", 30_000)],
)  # fmt: skip
def test_leaving_it_unserved_costs_what_going_abroad_does_and_no_more_than_it_is_worth(
    tmp_path: Path, words: str, usd: float
) -> None:
    planner.write_demand(
        [build_demand(read_spec(tmp_path, SPEC.replace("model: plain", f"model: plain, {words}")))], tmp_path
    )
    unserved = planner.load_demand(tmp_path / "village-base.yaml").workloads["chat"].unserved_usd
    assert unserved is not None
    assert unserved.at(2026) == pytest.approx(usd)


def test_a_simulation_asks_for_fp64(tmp_path: Path) -> None:
    job = "jobs:\n  lake: {kind: hpc, origin: KZ, count: 1, days: 30 days, flop: 100 EFLOP}\n"
    planner.write_demand([build_demand(read_spec(tmp_path, SPEC + job))], tmp_path)
    assert planner.load_demand(tmp_path / "village-base.yaml").workloads["hpc"].requires == {"fp64"}
