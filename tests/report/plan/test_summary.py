"""A plan as one flat object."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest
import small

import planner
from planner.report.plan.facts.totals import NO_TOTALS, total
from planner.report.plan.summary import blank_summary

MAIL = {
    "demand.workloads.mail": {"kind": "traffic", "unserved": "1 kUSD/Gbps/year"},
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "home", "to": "away", "workload": "mail", "rate": "80 Gbps"},
    ],
}


def test_the_figures_are_those_of_the_tables() -> None:
    """140 asked, 110 served: 100 far at 10 ms, 10 near at 0 ms."""
    found = planner.summarise(small.plan({"demand.demands.0.compute": "140 PFLOPS"}), Path("runs/x"))
    keys = ("demand_pflops", "served_pflops", "unserved_pflops", "unserved_penalty_usd", "mean_rtt_ms")
    assert [found[key] for key in keys] == pytest.approx([140, 110, 30, 150_000, 1000 / 110])
    assert found["cost_usd"]["total"] == pytest.approx(sum(v for k, v in found["cost_usd"].items() if k != "total"))
    assert found["objective"]["value"] == pytest.approx(found["cost_usd"]["total"] + 150_000)
    assert found["run"] == str(Path("runs/x"))


def test_what_is_not_a_number_is_none() -> None:
    """No bound yet, nobody served: null, and JSON that any reader takes."""
    plan = small.plan({"demand.workloads.chat.unserved": "1 USD/PFLOPS/year"})
    found = planner.summarise(replace(plan, bound=-float("inf"), gap=float("inf")))
    assert found["bound"] is found["gap"] is found["mean_rtt_ms"] is found["run"] is None
    json.dumps(found, allow_nan=False)


def test_a_plan_that_failed_the_check_gives_no_figures() -> None:
    """Wrong figures are worse than none."""
    found = planner.summarise(replace(small.plan(), status=planner.Status.ERROR))
    assert found["status"] == "error"
    assert found["served_pflops"] is found["objective"]["value"] is found["cost_usd"]["total"] is None


def test_without_tables_all_totals_are_unknown() -> None:
    """Not zero."""
    assert total(replace(small.plan(), tables=None)) is NO_TOTALS
    assert isnan(NO_TOTALS.served_pflops)


def test_the_unit_is_the_scenarios_currency() -> None:
    """A label."""
    plan = small.plan()
    finance = plan.inputs.scenario.finance.model_copy(update={"currency": "EUR"})
    scenario = plan.inputs.scenario.model_copy(update={"finance": finance})
    found = planner.summarise(replace(plan, inputs=replace(plan.inputs, scenario=scenario)))
    assert found["objective"]["unit"] == "EUR"


def test_each_year_has_its_figures_and_the_cost_is_the_discounted_sum() -> None:
    """20 PFLOPS in each of 2030 and 2035 for 22 000 USD; each counts five years, nothing is discounted."""
    changes = {"scenario.years": [2030, 2035], "scenario.finance": {"discount_rate": 0}}
    found = planner.summarise(small.plan(changes))
    assert [each["year"] for each in found["years"]] == [2030, 2035]
    assert [each["cost_usd"] for each in found["years"]] == pytest.approx([22_000, 22_000])
    assert found["cost_usd"]["total"] == pytest.approx(10 * 22_000)


def test_objectives_stand_in_their_order_with_units() -> None:
    """Serving 20 comes first, then 0 ms for the 10 that fit near and 10 ms for the others, then cost."""
    found = planner.summarise(small.plan({"scenario.objective": "latency"}))
    assert [(each["name"], each["unit"]) for each in found["stages"]] == [
        ("served", "PFLOPS"), ("latency", "PFLOPS·ms"), ("cost", "USD"),
    ]  # fmt: skip
    assert [each["value"] for each in found["stages"]] == pytest.approx([20, 100, 41_000], rel=1e-5)
    assert found["objective"] == {"name": "latency", "value": pytest.approx(100, rel=1e-5), "unit": "PFLOPS·ms"}


def test_failures_are_listed_with_what_they_touch() -> None:
    """Half of the chat has to survive without the fibre: 10 near cost 1900 more each than far."""
    changes = {"scenario.contingencies": "links", "demand.workloads.chat.survives": 0.5}
    [found] = planner.summarise(small.plan(changes))["failures"]
    assert (found["year"], found["contingency"]) == (2030, "link:fibre")
    assert found["touched_pflops"] == pytest.approx(20)


def test_traffic_has_figures_of_its_own() -> None:
    """100 Gbps carry 80 of mail; chat needs the rest."""
    found = planner.summarise(small.plan(MAIL))
    keys = ("demand_pflops", "served_pflops", "demand_gbps", "served_gbps", "unserved_gbps")
    assert [found[key] for key in keys] == pytest.approx([20, 20, 80, 80, 0])


def test_a_question_without_an_answer_has_all_keys() -> None:
    """What went wrong stands among the findings, line by line."""
    found = blank_summary("steppe", "high", "first\nsecond")
    assert set(found) == set(planner.summarise(small.plan()))
    assert (found["scenario"], found["variant"], found["status"]) == ("steppe", "high", "error")
    assert found["findings"] == ["first", "second"]
