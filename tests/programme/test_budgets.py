"""Floors, budgets and shares: served shares, capex, carbon, how much is hosted where, how full the fullest link is.

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


def test_a_link_that_is_committed_to_its_fill_has_nothing_left() -> None:
    """0.9 × 13 − 11.7 is 1.8e-15 in floating point, and no limit of that size: its dual would pass for noise."""
    changes = {"topology.links.fibre.capacity": "13 Gbps", "topology.links.fibre.committed": "11.7 Gbps"}
    found = proved({**changes, "scenario.limits.link_fill": 0.9})
    assert found.objective == about(10 * 3000 + 10 * 5000)
    assert found.links["price_usd_per_gbps"].tolist() == about([0.9 * 2 * (5000 - 1100)])


# ------------------------------------------------------------------------------------- shares of what is hosted where

AT_HOME = {"hosts": "home", "at_least": 0.3}


def test_a_share_has_as_much_hosted_at_home() -> None:
    """Of 20, 6 near for 3000, the other 14 far for 1100; one more PFLOPS asked for costs 0.3 x 3000 + 0.7 x 1100."""
    found = proved({"scenario.policy.shares": [AT_HOME]})
    assert used(found) == about({"near": 6, "far": 14})
    assert found.objective == about(6 * 3000 + 14 * 1100)
    prices = found.prices["price"]
    assert prices["demand_met", "2030/home/chat/home"] == about(0.3 * 3000 + 0.7 * 1100)
    assert prices["share", "2030/0"] == about(1900)  # one more PFLOPS far that need not be made up for near


def test_a_share_is_of_what_is_served() -> None:
    """Near has 10: with six tenths at home, 16 2/3 are served, and with more near more would be."""
    found = proved({"scenario.policy.shares": [{**AT_HOME, "id": "most-home", "at_least": 0.6}]})
    assert found.demands["served_pflops"].tolist() == about([10 / 0.6])
    assert found.demands["reason"].tolist() == ["site capacity: near is full"]


def test_a_share_speaks_of_its_origin_workload_and_data_only() -> None:
    """A rule for others, or for data that chat does not name, changes nothing."""
    for only in ({"origin": ["CN"]}, {"workload": ["scan"]}, {"data": ["medical"]}):
        scan = {"demand.workloads.scan": {"kind": "inference", "unserved": "1 USD/PFLOPS/year"}}
        assert proved({**scan, "scenario.policy.shares": [AT_HOME | only]}).objective == about(20 * 1100)


def test_a_share_of_the_members_may_lie_with_any_of_them() -> None:
    """With CN a member far counts, and all goes there; alone KZ hosts the 10 that near has, and no more is served."""
    every = {"scenario.policy.shares": [{"hosts": "members", "at_least": 1}]}
    assert proved({**every, "scenario.community.members": ["KZ", "CN"]}).objective == about(20 * 1100)
    assert proved({**every, "scenario.community.members": ["KZ"]}).objective == about(10 * 3000 + 10 * 5000)


def test_a_share_that_cannot_be_kept_by_what_is_required_is_told() -> None:
    """All 20 are required, and six tenths would be 12 near, where 10 stand."""
    rules = {"scenario.policy.shares": [{**AT_HOME, "at_least": 0.6}], "demand.workloads.chat.unserved": "required"}
    found = plan(rules)
    assert found.status.value == "infeasible"
    lowered = "at_least of the rule 0 on shares is 0.5 in place of 0.6"
    assert any(lowered in finding for finding in found.findings), found.findings
    assert not any("the rule 0 on shares is gone" in each for each in found.findings)


# ------------------------------------------------------------------------------------------------- the fullest link

SECOND: Changes = {
    "topology.links.radio": {"kind": "microwave", "ends": ["home", "away"], "rtt": "10 ms", "capacity": "50 Gbps",
                             "transit": "100 USD/Gbps/year", "committed": "20 Gbps"}
}  # fmt: skip


def test_the_fullest_link_is_as_empty_as_can_be() -> None:
    """20 PFLOPS far load 10 Gbps each way over both fibres: 10 on that of 100, for radio is 20/50 full already."""
    found = proved({**SECOND, "scenario.objective": ["cost", "peak_utilisation"]})
    assert [(stage.name, stage.value) for stage in found.stages] == [
        ("cost", about(22_000)),
        ("peak_utilisation", about(0.4)),
    ]
    even = {**SECOND, "topology.links.radio.committed": None, "scenario.objective": ["cost", "peak_utilisation"]}
    assert proved(even).stages[1].value == about(10 / 150)


def test_what_is_built_is_filled_first() -> None:
    """A fibre of 5 Gbps that may grow by 5: with 5 built and full, the other 5 of the load fill what stands."""
    grown = {"max": "3 Gbps", "capex": "1 USD/Gbps"}
    changes = {"topology.links.fibre.capacity": "10 Gbps", "topology.links.fibre.expansion": [grown]}
    aims = {"scenario.objective": ["served", "peak_utilisation"], "scenario.limits.sites": None}
    only_far = {"demand.demands.0.hosts": ["site:far"]}
    found = proved({**changes, **only_far, "scenario.objective": aims["scenario.objective"]})
    assert found.stages[1].value == pytest.approx((10 - 3) / 10, abs=1e-5)  # a millionth may be lost of what is served
    assert found.links["built_gbps"].tolist() == about([3])
