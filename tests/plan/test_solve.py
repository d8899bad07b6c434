"""From a question to a plan: what may be asked, what is refused, and the check that has the last word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from small import YEAR, about, load, plan, programme
from worlds import changed, two_cities, write_world

import planner
from planner import NotModelled, Status
from planner.cli.solving import exit_code
from planner.programme.scope import reject_unmodelled

if TYPE_CHECKING:
    from pathlib import Path

CUT = {"scenario.variants": {"cut": {"title": "Without the fibre", "remove": ["link:fibre"]}}}
STEP = {"step": "2 PFLOPS", "max": "4 PFLOPS", "capex": "1 kUSD/step"}
PROJECT = {"topology.projects": {"bridge": {"title": "A bridge", "capex": "1 MUSD", "from": 2028}}}

NOT_MODELLED: dict[str, dict[str, Any]] = {
    "years": {"scenario.years": [2028, 2030]},
    "hours": {"scenario.hours": 8},
    "objective": {"scenario.objective": "latency"},
    "contingencies": {"scenario.contingencies": "links"},
    "policy.floor.served_share": {"scenario.policy.floor": {"served_share": 0.8}},
    "limits.sites": {"scenario.limits.sites": 1},
    "limits.capex": {"scenario.limits.capex": "2 MUSD"},
    "limits.carbon": {"scenario.limits.carbon": "900 kt/year"},
    "sites.far.fixed_cost": {"topology.sites.far.fixed_cost": "2 MUSD/year"},
    "sites.far.expansion.0.step": {"topology.sites.far.expansion": [STEP]},
    "sites.far.project": {**PROJECT, "topology.sites.far.project": "bridge"},
    "links.fibre.project": {**PROJECT, "topology.links.fibre.project": "bridge"},
    "links.fibre.expansion.0.project": {
        **PROJECT,
        "topology.links.fibre.expansion": [{"max": "4 Gbps", "capex": "1 kUSD/Gbps", "project": "bridge"}],
    },
    "workloads.chat.profile": {"demand.workloads.chat.profile": "diurnal", **{
        f"topology.nodes.{node}.timezone": "Asia/Almaty" for node in ("home", "away")}},
    "workloads.chat.survives": {"demand.workloads.chat.survives": 0.9},
    "workloads.chat.min_cluster": {"demand.workloads.chat.min_cluster": "300 PFLOPS"},
    "workloads.chat.split": {"demand.workloads.chat.split": False},
    "workloads.internet.kind": {
        "demand.workloads.internet": {"kind": "traffic", "unserved": "9 USD/Gbps/year"},
        "demand.demands": [{"origin": "home", "to": "away", "workload": "internet", "rate": "4 Gbps"}],
    },
}  # fmt: skip


@pytest.mark.parametrize("field", NOT_MODELLED)
def test_a_field_that_is_not_modelled_is_an_error_at_its_place(field: str) -> None:
    """Never ignored."""
    with pytest.raises(NotModelled) as error:
        plan(NOT_MODELLED[field])
    (fault,) = error.value.faults
    assert fault.where == field
    assert fault.what.startswith("is read but not modelled yet: ")
    assert fault.place.line > 0
    assert error.value.exit_code == 2


def test_all_fields_that_are_not_modelled_are_named_at_once() -> None:
    """Two in the scenario, one in the topology."""
    changes = {**NOT_MODELLED["hours"], **NOT_MODELLED["limits.sites"], **NOT_MODELLED["sites.far.fixed_cost"]}
    with pytest.raises(NotModelled) as error:
        plan(changes)
    assert {fault.where for fault in error.value.faults} == {"hours", "limits.sites", "sites.far.fixed_cost"}


@pytest.mark.parametrize(
    "changes",
    [
        {"scenario.hours": 1},
        {"scenario.contingencies": "none"},
        {"demand.workloads.chat.survives": 0},
        {"demand.workloads.chat.profile": "flat"},
        {"demand.workloads.chat.split": True},
        {"topology.sites.far.fixed_cost": "0 USD/year"},
        {"demand.workloads.idle": {"kind": "traffic", "unserved": "9 USD/Gbps/year"}},  # nobody asks for it
        {**PROJECT},  # nothing hangs on it
    ],
)
def test_a_field_that_says_nothing_new_is_no_error(changes: dict[str, Any]) -> None:
    """What is the default anyway, or touches nothing that is asked for."""
    reject_unmodelled(load(changes))


def test_a_file_is_solved_with_a_variant_and_overrides(tmp_path: Path) -> None:
    """Without the fibre near serves 10 of the 20 PFLOPS at 3000; with its opex at 2000 that is 20 000 + 50 000."""
    scenario = write_world(changed(two_cities(), CUT), tmp_path)
    assert planner.solve(scenario).objective == about(22_000)
    assert planner.solve(scenario, variant="cut").objective == about(80_000)
    found = planner.solve(str(scenario), variant="cut", overrides=["sites.near.opex=2000 USD/PFLOPS/year"])
    assert found.objective == about(70_000)
    assert (found.inputs.variant, found.inputs.overrides) == ("cut", ("sites.near.opex=2000 USD/PFLOPS/year",))


def test_a_plan_says_how_it_was_found() -> None:
    """Status, bound, gap, rounds, time, versions."""
    found = plan()
    assert (found.status, found.solver, found.findings) == (Status.OPTIMAL, "highs", ())
    assert found.bound <= found.objective
    assert found.gap < 1e-7
    assert found.rounds >= 2
    assert found.paths_generated >= 1
    assert 0 < found.seconds < 60
    assert {"planner", "python", "pulp", "highspy"} <= set(found.versions)
    assert exit_code(found) == 0


def test_money_and_penalty_stand_apart() -> None:
    """80 000 where only near may serve: 30 000 are spent, 50 000 is what leaving 10 PFLOPS counts for."""
    found = plan({"demand.workloads.chat.max_rtt": "5 ms"})
    assert found.total_cost_usd == about(30_000)
    assert found.unserved_penalty_usd == about(50_000)
    assert set(found.cost_usd) == {"capex", "opex", "energy", "fees", "transit"}


def test_every_table_is_reached_by_its_name() -> None:
    """As an attribute of the plan, the same frame as in the tables."""
    found = plan()
    assert found.tables is not None
    assert len(found.tables.items()) == 8
    for name, frame in found.tables.items():
        assert getattr(found, name) is frame


def test_a_plan_that_fails_the_check_is_an_error_and_says_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the solver says."""
    monkeypatch.setattr("planner.plan.solve.verify_plan", lambda _: ("sites: far uses more than it has",))
    found = plan()
    assert found.status is Status.ERROR
    assert found.findings == ("sites: far uses more than it has",)
    assert not found.status.has_plan
    assert exit_code(found) == 1


def test_a_case_is_looked_up_by_what_it_means() -> None:
    """Positions are those of the sorted identifiers; one year weighs 1."""
    case = programme().case
    (state,) = case.states
    assert case.state_at[YEAR, 0, "intact"] is state
    assert case.site_index == {"far": 0, "near": 1}
    assert case.network.node_index == {"away": 0, "home": 1}
    assert case.weight(state) == case.year_weight(YEAR) == 1
    assert case.label(case.demands[0]) == ("home", "chat", "home")
