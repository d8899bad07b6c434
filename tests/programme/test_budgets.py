"""Floors and budgets: served shares, capex, carbon.

Home asks for 20 PFLOPS. Near has 10 at 3000 USD, far 100 at 1000 + 100 of transit; what is left costs 5000.
"""

from __future__ import annotations

import pytest
from small import Changes, about, plan, proved, used

from planner.cli.solving import exit_code

FLOOR: Changes = {"scenario.policy.floor": {"served_share": 0.8}}
BOUGHT: Changes = {
    "demand.workloads.chat.max_rtt": "5 ms",
    "topology.sites.near.expansion": [{"max": "40 PFLOPS", "capex": "5 kUSD/PFLOPS"}],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
}
"""10 more near for 1000 a year each: 30 000 + 10 x 4000."""
DIRTY: Changes = {"topology.sites.far.watts": "1 kW/PFLOPS", "topology.sites.far.carbon": "400 g/kWh"}
"""A PFLOPS far emits 8.76 MWh x 0.4 = 3.504 t a year."""


def test_a_floor_has_dear_work_served() -> None:
    """It is worth 500 and costs 1100: 16 are served all the same, 16 x 1100 + 4 x 500."""
    found = proved({**FLOOR, "demand.workloads.chat.unserved": "500 USD/PFLOPS/year"})
    assert found.objective == about(19_600)
    assert found.demands["served_pflops"].tolist() == about([16])


def test_a_floor_holds_for_every_member() -> None:
    """Away's 10 are worth 900 to it and cost 1000 far: 8 of them are served beside home's 20."""
    rows = [{"origin": "home", "workload": "chat", "compute": "20 PFLOPS"}]
    rows.append({"origin": "away", "workload": "cheap", "compute": "10 PFLOPS"})
    cheap = {"kind": "inference", "unserved": "900 USD/PFLOPS/year"}
    found = proved({**FLOOR, "demand.workloads.cheap": cheap, "demand.demands": rows})
    assert found.objective == about(22_000 + 8 * 1000 + 2 * 900)


def test_a_floor_is_for_members_only() -> None:
    """CN asks and is none."""
    changes = {"demand.demands.0.origin": "away", "demand.workloads.chat.unserved": "500 USD/PFLOPS/year"}
    assert proved({**FLOOR, **changes, "scenario.community.members": ["KZ"]}).objective == about(10_000)


def test_a_floor_speaks_of_compute_not_of_traffic() -> None:
    """No traffic need be carried: at 100 it is not worth its 200."""
    traffic = {"kind": "traffic", "unserved": "100 USD/Gbps/year"}
    rows = [{"origin": "home", "workload": "chat", "compute": "20 PFLOPS"}]
    rows.append({"origin": "home", "to": "away", "workload": "internet", "rate": "10 Gbps"})
    found = proved({**FLOOR, "demand.workloads.internet": traffic, "demand.demands": rows})
    assert found.objective == about(22_000 + 1_000)


def test_a_floor_that_cannot_be_had_makes_the_scenario_infeasible_and_says_by_how_much() -> None:
    """16 are asked for near, where 10 are."""
    found = plan({**FLOOR, "demand.workloads.chat.max_rtt": "5 ms"})
    assert found.status.value == "infeasible"
    assert exit_code(found) == 3
    assert "with this change alone a plan exists: policy.floor.served_share is 0.5 in place of 0.8" in found.findings


@pytest.mark.parametrize(
    ("budget", "usd", "built"), [("50 kUSD", 70_000, 10), ("20 kUSD", 76_000, 4), ("0 USD", 80_000, 0)]
)
def test_builds_keep_to_the_budget(budget: str, usd: float, built: float) -> None:
    """5000 overnight for each: 20 kUSD buy 4: 30 000 + 4 x 4000 + 6 x 5000."""
    found = proved({**BOUGHT, "scenario.limits.capex": budget})
    assert found.objective == about(usd)
    assert found.builds["added"].sum() == about(built)


def test_the_budget_is_one_for_all_years() -> None:
    """20 kUSD buy 4 once; they stand for both years of 80 000 − 4 x 1000."""
    found = proved({**BOUGHT, "scenario.limits.capex": "20 kUSD", "scenario.years": [2026, 2027]})
    assert found.objective == about(152_000)


def test_a_project_counts_in_the_budget() -> None:
    """A fibre for 10 000 a year would pay, but costs 200 kUSD overnight: 80 000 instead of 32 000."""
    changes = {
        "topology.projects.silk": {"capex": "200 kUSD"},
        "topology.links.fibre.project": "silk",
        "scenario.finance": {"discount_rate": 0},
    }
    assert proved({**changes, "scenario.limits.capex": "200 kUSD"}).objective == about(32_000)
    assert proved({**changes, "scenario.limits.capex": "199 kUSD"}).objective == about(80_000)


def test_carbon_keeps_to_its_budget() -> None:
    """35.04 t are 10 PFLOPS far; near is clean and takes the others: 11 000 + 30 000."""
    found = proved({**DIRTY, "scenario.limits.carbon": "35.04 t/year"})
    assert found.objective == about(41_000)
    assert used(found) == about({"far": 10, "near": 10})
    assert found.sites["carbon_t"].sum() == about(35.04)


def test_the_carbon_budget_holds_in_each_year() -> None:
    """10 PFLOPS far in 2026, none in 2027: 41 000 + 30 000 + 50 000."""
    budget = {2026: "35.04 t/year", 2027: "0 t/year"}
    found = proved(
        {
            **DIRTY,
            "scenario.limits.carbon": budget,
            "scenario.years": [2026, 2027],
            "scenario.finance": {"discount_rate": 0},
        }
    )
    assert found.objective == about(121_000)


def test_a_pool_is_all_that_is_in_use_at_members_sites() -> None:
    """12 of far at 1100 and 8 left; with a fill of 0.5 a pool of 12 gives 6."""
    assert proved(pool_pflops=12).objective == about(12 * 1100 + 8 * 5000)
    assert proved({"scenario.limits.site_fill": 0.5}, pool_pflops=12).objective == about(6 * 1100 + 14 * 5000)


def test_a_pool_does_not_limit_others() -> None:
    """CN is no member: all go far."""
    assert proved({"scenario.community.members": ["KZ"]}, pool_pflops=1).objective == about(22_000)
