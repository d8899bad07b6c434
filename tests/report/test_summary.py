"""A plan as one flat object."""

from __future__ import annotations

import json
from dataclasses import replace
from math import isnan
from pathlib import Path

import pytest
import small

import planner
from planner.report.summary import NO_TOTALS, total


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
