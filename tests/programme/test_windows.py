"""Training that runs within some days of a year, and jobs that say what they take there.

Home (KZ) asks for 20 PFLOPS. Near has 10 at 3000 USD, far (CN) 100 at 1000 + 100 of transit; what is left costs 5000.
73 days are a fifth of the year.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small import Changes, about, load, plan, proved

import planner
from planner.plan.verify.checks import verify_plan

TRAINING: Changes = {"demand.workloads.chat.kind": "training"}
SPRING: Changes = {**TRAINING, "demand.demands.0.window": {"from": "2030-03-15", "days": 73}}
JOB: Changes = {
    "demand.workloads.chat": {"kind": "training", "unserved": "5 kUSD/PFLOPS/year"},
    "demand.demands.0": {
        "origin": "home", "workload": "chat", "window": {"from": "2030-01", "days": 100},
        "job": {"tokens": "1.8 T tokens", "params": "8 B params", "mfu": 0.5},
    },
}  # fmt: skip
"""6 x 8e9 x 1.8e12 = 8.64e22 FLOP are 20 PFLOPS x 86,400e15 x 0.5 x 100 days."""


def flows_of(found: planner.Plan) -> dict[tuple[Any, ...], float]:
    """PFLOPS by year, period and site."""
    return found.paths["pflops"].groupby(level=["year", "season", "site"]).sum().to_dict()


def test_work_runs_within_its_window_and_counts_by_its_days() -> None:
    """All 20 go far for 73 days: a mean of 4 PFLOPS, at 1100 each."""
    found = proved(SPRING)
    assert found.objective == about(4 * 1100)
    assert flows_of(found) == {(2030, "03-15+73d", "far"): about(20)}
    assert found.demands.loc[2030][["demand_pflops", "served_pflops"]].to_numpy().tolist() == [about([4, 4])]
    assert any("03-15+73d (20 PFLOPS)" in note for note in found.notes)


def test_a_window_needs_the_machines_that_its_mean_would_not() -> None:
    """Far has 12: 8 run near, where a mean of 4 would have had room far. A fifth of 12 x 1100 + 8 x 3000."""
    found = proved({**SPRING, "topology.sites.far.compute": "12 PFLOPS"})
    assert found.objective == about((12 * 1100 + 8 * 3000) / 5)
    assert found.sites["peak_pflops"].to_dict() == about({(2030, "far"): 12, (2030, "near"): 8})


def test_what_has_no_room_in_its_window_is_left_whatever_is_free_besides() -> None:
    """Far alone, with 12: 8 of 20 are left for a fifth of a year. One more PFLOPS far saves 3900 in that time."""
    found = proved({**SPRING, "topology.sites.far.compute": "12 PFLOPS", "topology.sites.near": None})
    assert found.objective == about((12 * 1100 + 8 * 5000) / 5)
    assert found.demands["reason"].tolist() == ["site capacity: far is full"]
    assert found.prices.loc[("site_capacity", "2030/far"), "price"] == about(3900 / 5)


def test_windows_that_overlap_share_what_there_is() -> None:
    """20 for 73 days, 9 in the first 10 of them: far's 21 do 1533 PFLOPS-days, 90 for the 9, and 17 are left."""
    more = {"origin": "away", "workload": "scan", "window": {"from": "2030-03-15", "days": 10}, "compute": "9 PFLOPS"}
    scan = {"kind": "training", "unserved": "9000 USD/PFLOPS/year"}
    row = {"origin": "home", "workload": "chat", "window": {"from": "2030-03-15", "days": 73}, "compute": "20 PFLOPS"}
    two = {"demand.workloads.scan": scan, "demand.demands": [row, more]}
    found = proved({**TRAINING, **two, "topology.sites.far.compute": "21 PFLOPS"})
    assert found.inputs.scenario.seasons == about({"rest": 292, "03-15+10d.03-15+73d": 10, "03-15+73d": 63})
    assert found.objective == about((90 * 1000 + 1443 * 1100 + 17 * 3000) / 365)


def test_a_window_lies_in_the_seasons_in_their_order() -> None:
    """Winter is 73 days from 1 January, and electricity costs 100 USD/MWh there and 50 later. 42 days lie in each.

    Far draws 1 kW a PFLOPS, 8.76 MWh a year, and has no more than 20: half of the work has to run in winter.
    """
    tariff = {"seasons": {"winter": "0.1 USD/kWh", "summer": "0.05 USD/kWh"}}
    found = proved(
        {
            **TRAINING,
            "demand.demands.0.window": {"from": "2030-02", "days": 84},
            "scenario.seasons": {"winter": "73 days", "summer": "292 days"},
            "topology.sites.far.compute": "20 PFLOPS",
            "topology.sites.far.watts": "1 kW/PFLOPS",
            "topology.sites.far.electricity": tariff,
        }
    )
    assert load(SPRING).scenario.seasons == about({"rest": 292, "03-15+73d": 73})
    assert set(flows_of(found)) == {(2030, "winter.02-01+84d", "far"), (2030, "summer.02-01+84d", "far")}
    assert found.objective == about(20 * (1100 * 84 + 8.76 * (100 * 42 + 50 * 42)) / 365)


def test_a_window_is_of_one_year() -> None:
    """In 2032 nothing is asked for; 2030 stands for 2031 as well, which is told."""
    found = proved({**SPRING, "scenario.years": [2030, 2032], "scenario.finance": {"discount_rate": 0}})
    assert found.demands["demand_pflops"].tolist() == about([4, 0])
    assert found.objective == about(2 * 4 * 1100)
    assert "2030 stands for the years to 2031, and so does what runs in a window of 2030." in found.notes


# -------------------------------------------------------------------------------------------------------- jobs


def test_a_job_takes_the_pflops_that_its_work_needs_in_its_days() -> None:
    """20 PFLOPS in one place, which near has not: far, for 100 days.

    7200 GB of corpus go there, 100 checkpoints of 128 GB and 16 GB of weights come home: 20,016 GB, x 8 / 8.64e6 s.
    """
    found = proved(JOB)
    assert flows_of(found) == {(2030, "01-01+100d", "far"): about(20)}
    gbps = 20_016 * 8 / 8.64e6
    assert found.cost_usd["transit"] == about(gbps * 100 * 100 / 365)
    assert found.objective == about((20 * 1000 + gbps * 100) * 100 / 365)
    workload = load(JOB).demand.workloads["chat"]
    assert (workload.min_cluster_pflops, workload.split) == (about(20), False)


@pytest.mark.parametrize(
    ("job", "pflops"),
    [({"repetitions": 2}, 40), ({"overhead": 0.25}, 25), ({"availability": 0.8}, 25), ({"mfu": 0.25}, 40)],
)
def test_every_figure_of_a_job_counts(job: dict[str, float], pflops: float) -> None:
    """Twice the corpus, a quarter for restarts, a fifth of the days lost, half the utilisation."""
    row = JOB["demand.demands.0"]
    found = load({**JOB, "demand.demands.0": {**row, "job": {**row["job"], **job}}})
    assert found.demand.demands[0].amount.in_season("01-01+100d").at(2030) == about(pflops)
    assert found.demand.workloads["chat"].min_cluster_pflops == about(pflops)


def test_what_a_job_or_its_workload_says_itself_holds() -> None:
    """A cluster of 5, work that may be split and its own traffic: 10 run near, if far has 10."""
    row = JOB["demand.demands.0"]
    own = {
        **JOB, "topology.sites.far.compute": "10 PFLOPS", "demand.workloads.chat.traffic": "0.5 Gbps/PFLOPS",
        "demand.workloads.chat.split": True,
        "demand.demands.0": {**row, "job": {**row["job"], "min_cluster": "5 PFLOPS"}},
    }  # fmt: skip
    assert proved(own).objective == about((10 * 1100 + 10 * 3000) * 100 / 365)


# ------------------------------------------------------------------------------------------------------- faults


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"demand.demands.0.window": {"from": "2031-03", "days": 90}},
         "window.from: 2031 is not among the scenario's years: write '2030'"),
        ({"demand.demands.0.window": {"from": "2030-12", "days": 40}},
         "days: is 40, and so it ends on 2031-01-09, after 31 December: write at most 31"),
        ({"demand.demands.0.window": {"from": "2030", "days": 9}}, "'2030' is no day: write a month or a day"),
        ({"demand.demands.0.window": {"from": "2032-02-29", "days": 9}}, "write 2032-02-28, for a planned year"),
        ({"demand.demands.0.window": {"from": "2030-13", "days": 9}}, "'2030-13' is no day of a planned year"),
        ({"demand.demands.0.window": {"from": "2030-03", "days": 0}}, "'0' is too small: write 1 or more"),
        ({"demand.demands.0.window": {"start": "2030-03", "days": 9}}, "unknown key: did you mean 'from'?"),
        ({"demand.workloads.chat.kind": "inference", "demand.demands.0.window": {"from": "2030-03", "days": 9}},
         "window: has no meaning for inference"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_told_with_its_place(changes: Changes, words: str) -> None:
    """The year, the last day, the form, the kind of work."""
    with pytest.raises(planner.InputError) as error:
        plan({**TRAINING, **changes})
    assert words in str(error.value)
    assert "demand.yaml:" in str(error.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"demand.demands.0.window": None}, "window: is missing, and there is a job"),
        ({"demand.demands.0.compute": "20 PFLOPS"}, "compute: stands beside job"),
        ({"demand.demands.0.job.mfu": 40}, "'40' is out of range: write more than 0, up to 1"),
        ({"demand.demands.0.job.tokens": "1.8e12"}, "'1.8e12' has no unit"),
        ({"demand.demands.0.job.mfu": None}, "job.mfu: is missing"),
        ({"demand.demands": [JOB["demand.demands.0"], {"origin": "away", "workload": "chat", "compute": "1 PFLOPS"}]},
         "is the workload of home as well, and one of them is a job"),
        ({"topology.nodes.more": {"country": "KZ", "lat": 50.0, "lon": 70.0}, "demand.demands.0.origin": "KZ"},
         "KZ is spread over home, more, and a job has one origin"),
    ],
)  # fmt: skip
def test_a_job_that_cannot_be_is_told_with_its_place(changes: Changes, words: str) -> None:
    """What is missing, what stands beside it, whose workload it is."""
    with pytest.raises(planner.InputError) as error:
        plan({**JOB, **changes})
    assert words in str(error.value)
    assert "demand.yaml:" in str(error.value)


def test_a_plan_that_runs_outside_a_window_is_found_out() -> None:
    """The plan of a window in March, checked against one of the same length in June."""
    built = proved(SPRING)
    later = load({**TRAINING, "demand.demands.0.window": {"from": "2030-06", "days": 73}})
    row = later.demand.demands[0].model_copy(update={"amount": built.inputs.demand.demands[0].amount})
    moved = row.model_copy(update={"amount": row.amount.scaled(0)})
    demand = built.inputs.demand.model_copy(update={"demands": (moved,)})
    faults = verify_plan(replace(built, inputs=replace(built.inputs, demand=demand)))
    assert any("runs outside its window, 73 days from 2030-06-01" in fault for fault in faults)
