"""What is rented, what groups of sites share, and what single members bear.

Home (KZ) asks for 20 PFLOPS. Near has 10 at 3000 USD, far (CN) 100 at 1000 + 100 of transit; what is left costs 5000.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from small import Changes, about, plan, proved, used

import planner

CLOUD = {
    "node": "away", "status": "operating", "market": True, "compute": "5 PFLOPS", "opex": "2000 USD/PFLOPS/year",
}  # fmt: skip
SCARCE: Changes = {"topology.sites.far.compute": "4 PFLOPS", "topology.sites.cloud": CLOUD}
"""4 far at 1100, 5 rented at 2000 + 100, 10 near at 3000, and 1 left."""
WATTS: Changes = {"topology.sites.near.watts": "1 kW/PFLOPS", "topology.sites.far.watts": "1 kW/PFLOPS"}
NEAR_ONLY: Changes = {
    "demand.workloads.chat.max_rtt": "5 ms",
    "topology.sites.near.expansion": [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
}
"""10 more near for 200 a year each: 20 x 3000 + 10 x 200."""


def grouped(**limits: Any) -> Changes:
    """Both sites in one group, with limits."""
    return {"topology.groups.both": {"sites": ["near", "far"], **limits}}


def bound(**limits: Mapping[str, object]) -> Changes:
    """Limits of members by country."""
    return {"scenario.limits": {"members": limits}}


# ------------------------------------------------------------------------------------------------------ market


def test_what_is_rented_costs_its_opex_and_is_told_by_itself() -> None:
    """4400 + 5 x 2100 + 30 000 + 5000; of KZ's 19 served 10 are at home, 4 abroad and 5 rented; CN hosts its own 4."""
    found = proved(SCARCE)
    assert found.objective == about(49_900)
    members = found.members.loc[2030]
    columns = ["served_pflops", "imported_pflops", "market_pflops", "hosted_pflops"]
    assert members.loc["KZ", columns].tolist() == about([19, 4, 5, 10])
    assert members.loc["CN", columns].tolist() == about([0, 0, 0, 4])
    site = found.sites.loc[2030, "cloud"]
    assert (site["installed_pflops"], site["used_pflops"], site["cost_usd"]) == about((0, 5, 10_000))
    assert found.prices.loc[("site_capacity", "2030/cloud"), "price"] == about(5000 - 2100)


def test_a_market_keeps_nothing_in_hand() -> None:
    """At a fill of a half near serves 5 and far 2, and all 5 are rented: 2200 + 10 500 + 15 000 + 8 x 5000."""
    assert proved({**SCARCE, "scenario.limits": {"site_fill": 0.5}}).objective == about(67_700)


def test_what_is_rented_is_no_site_in_use() -> None:
    """One site, which is near, and the market: 30 000 + 10 500 + 5 x 5000."""
    found = proved({**SCARCE, "scenario.limits": {"sites": 1}})
    assert found.objective == about(65_500)
    assert used(found) == about({"cloud": 5, "near": 10})


def test_a_floor_counts_what_is_rented_only_where_it_says_so() -> None:
    """Left work costs 500. 12 have to be served: 4 far and 8 near; or, the market counted, 4, 5 rented and 3 near."""
    dear = {**SCARCE, "demand.workloads.chat.unserved": "500 USD/PFLOPS/year"}
    floor = {"scenario.policy": {"floor": {"served_share": 0.6}}}
    assert proved({**dear, **floor}).objective == about(4400 + 24_000 + 8 * 500)
    floor = {"scenario.policy": {"floor": {"served_share": 0.6, "market": True}}}
    assert proved({**dear, **floor}).objective == about(4400 + 10_500 + 9000 + 8 * 500)


def test_counting_the_market_is_named_where_that_alone_makes_a_plan_possible() -> None:
    """16 of 20 are promised; near and far have 14, and 5 more can be rented."""
    found = plan({**SCARCE, "scenario.policy": {"floor": {"served_share": 0.8}}})
    assert found.status is planner.Status.INFEASIBLE
    assert "with this change alone a plan exists: policy.floor.market is true" in found.findings


def test_residency_binds_what_is_rented() -> None:
    """Work that has to stay at home does not go to the market abroad, and `any` lets it: near's 10 alone, or 15."""
    home = {"scenario.policy": {"residency": [{"hosts": "home"}]}, **SCARCE}
    assert proved(home).objective == about(30_000 + 50_000)
    assert proved({**SCARCE, "scenario.policy": {"residency": [{"hosts": "any"}]}}).objective == about(49_900)


def test_a_share_at_home_does_not_count_what_is_rented_there() -> None:
    """The market stands at home and costs 500: half of the work goes to near's own 10 all the same."""
    cloud = {**CLOUD, "node": "home", "opex": "500 USD/PFLOPS/year", "compute": "40 PFLOPS"}
    rule = {"scenario.policy": {"shares": [{"hosts": "home", "at_least": 0.5}]}, "topology.sites.cloud": cloud}
    assert proved(rule).objective == about(10 * 3000 + 10 * 500)


# ------------------------------------------------------------------------------------------------------ groups


def test_the_sites_of_a_group_share_its_power() -> None:
    """12 kW are 12 PFLOPS, all far: 12 x 1100 + 8 x 5000. A MW more is 1000 PFLOPS, each worth 3900."""
    found = proved({**WATTS, **grouped(power={2026: "90 kW", 2030: "12 kW"})})
    assert found.objective == about(53_200)
    assert found.demands["reason"].tolist() == ["group: both draws all of its 0.012 MW"]
    assert found.prices.loc[("group_power", "2030/both"), ["price", "unit"]].tolist() == [
        about(3.9e6), "USD/MW/year",
    ]  # fmt: skip


def test_expansions_stop_at_the_compute_of_a_group() -> None:
    """110 stand and 116 may: 6 are built near. 16 x 3000 + 6 x 200 + 4 x 5000; one more is worth 5000 - 3200."""
    found = proved({**NEAR_ONLY, **grouped(compute="116 PFLOPS")})
    assert found.objective == about(69_200)
    assert found.demands["reason"].tolist() == [
        "group: near is full, and no more compute may stand in its groups (both)"
    ]
    assert found.prices.loc[("group_compute", "2030/both"), "price"] == about(1800)


def test_a_project_site_counts_in_its_group_where_it_is_built() -> None:
    """Far's 100 hang on a hall for 50 000 a year, and beside near's 10 only 105 may stand: near's work is all."""
    hall = {"topology.projects.hall": {"capex": "1 kUSD"}, "topology.sites.far.project": "hall"}
    assert proved({**hall, **grouped(compute="105 PFLOPS")}).objective == about(80_000)
    assert proved({**hall, **grouped(compute="110 PFLOPS")}).objective < 23_000


def test_a_group_fails_together() -> None:
    """Half of the work has to survive the loss of both sites, so none is served."""
    found = proved({**grouped(), "demand.workloads.chat.survives": 0.5, "scenario.contingencies": ["group:both"]})
    assert found.objective == about(100_000)
    assert "group:both" in found.demands["reason"].tolist()[0]


@pytest.mark.parametrize(
    ("hosts", "usd"),
    [
        ({"scenario.policy": {"residency": [{"hosts": ["group:east"]}]}}, 30_000 + 50_000),
        ({"demand.demands.0.hosts": ["group:east"]}, 30_000 + 50_000),
        ({"scenario.policy": {"shares": [{"hosts": ["group:east"], "at_least": 0.2}]}}, 4 * 3000 + 16 * 1100),
    ],
)
def test_a_group_is_a_name_for_its_sites_in_rules(hosts: Changes, usd: float) -> None:
    """Near alone is in the east."""
    assert proved({**hosts, "topology.groups.east": {"sites": ["near"]}}).objective == about(usd)


def test_more_of_a_group_is_named_where_that_alone_makes_a_plan_possible() -> None:
    """20 PFLOPS are required and draw 20 kW; or 110 stand where 90 may."""
    required = {"demand.workloads.chat.unserved": "required"}
    found = plan({**WATTS, **required, **grouped(power="12 kW")})
    assert (
        "with this change alone a plan exists: groups.both.power is 0.02 MW in 2030 in place of 0.012" in found.findings
    )
    found = plan(grouped(compute="90 PFLOPS"))
    assert found.findings == (
        "with this change alone a plan exists: groups.both.compute is 110 PFLOPS in 2030 in place of 90",
    )


# ------------------------------------------------------------------------------------------------------ members


def test_a_member_builds_for_no_more_than_its_budget() -> None:
    """4 kUSD buy 4 near: 14 x 3000 + 4 x 200 + 6 x 5000. A MUSD more is 1000 PFLOPS, each worth 1800."""
    found = proved({**NEAR_ONLY, **bound(KZ={"capex": "4 kUSD"})})
    assert found.objective == about(72_800)
    assert found.demands["reason"].tolist() == ["capex: near is full, and the budget for building there is spent (KZ)"]
    assert found.prices.loc[("member_capex", "KZ"), ["price", "unit"]].tolist() == [about(1.8e6), "USD/MUSD"]
    assert proved({**NEAR_ONLY, **bound(CN={"capex": "0 USD"})}).objective == about(62_000)


def test_half_of_a_link_is_at_each_end() -> None:
    """1 kUSD of KZ's are 2 Gbps, for 4 PFLOPS more than the 8 that 4 Gbps carry: 12 x 1100 + 2 x 50 + 8 x 3000."""
    thin = {
        "topology.links.fibre.capacity": "4 Gbps",
        "topology.links.fibre.expansion": [{"max": "40 Gbps", "capex": "1 kUSD/Gbps"}],
        "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
    }
    assert proved({**thin, **bound(KZ={"capex": "1 kUSD"})}).objective == about(37_300)


@pytest.mark.parametrize(("budget", "usd"), [("499 kUSD", 80_000), ("500 kUSD", 72_000)])
def test_a_project_is_shared_by_the_countries_that_it_joins(budget: str, usd: float) -> None:
    """The fibre costs 1 MUSD, half of it KZ's: 50 000 a year and 22 000; or 10 near and 10 left."""
    laid = {
        "topology.projects.silk": {"capex": "1 MUSD"},
        "topology.links.fibre.project": "silk",
        "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
    }
    assert proved({**laid, **bound(KZ={"capex": budget})}).objective == about(usd)


def test_a_member_hosts_at_least_its_part() -> None:
    """3 near and 17 far; what is rented at home for 500 is none of it: 3 near and 17 there."""
    least = bound(KZ={"hosted_min": "3 PFLOPS"})
    assert proved(least).objective == about(9000 + 17 * 1100)
    cloud = {**CLOUD, "node": "home", "opex": "500 USD/PFLOPS/year", "compute": "40 PFLOPS"}
    assert proved({**least, "topology.sites.cloud": cloud}).objective == about(9000 + 17 * 500)


def test_a_members_sites_cost_no_more_to_run_than_they_may() -> None:
    """11 kUSD run 11 far, where alone the work may go, and 9 are left: 12 100 + 45 000."""
    found = proved({"demand.demands.0.hosts": ["CN"], **bound(CN={"opex": "11 kUSD/year"})})
    assert found.objective == about(57_100)
    assert "running cost: the sites of CN cost all that they may in 2030" in found.demands["reason"].tolist()[0]
    assert found.prices.loc[("member_opex", "2030/CN"), "price"] == about(3.9e6)


def test_the_fixed_cost_of_a_site_counts_in_what_running_costs() -> None:
    """Of 11 kUSD 5 are far's fixed cost, so that 6 are run there: 6600 + 5000 + 30 000 + 4 x 5000."""
    fixed = {"topology.sites.far.fixed_cost": "5 kUSD/year"}
    assert proved({**fixed, **bound(CN={"opex": "11 kUSD/year"})}).objective == about(61_600)


def test_other_limits_of_members_are_named_where_they_alone_make_a_plan_possible() -> None:
    """20 are asked for, and near has 10; 20 required cost 20 kUSD far, or near 10 of them."""
    alone = "with this change alone a plan exists: "
    found = plan(bound(KZ={"hosted_min": "30 PFLOPS"}))
    assert f"{alone}limits.members.KZ.hosted_min is 10 PFLOPS in 2030 in place of 30" in found.findings
    required = {"demand.workloads.chat.unserved": "required"}
    found = plan({**required, **bound(CN={"opex": "4 kUSD/year"})})
    assert f"{alone}limits.members.CN.opex is 10,000 USD a year in 2030 in place of 4,000" in found.findings
    found = plan({**NEAR_ONLY, **required, **bound(KZ={"capex": "4 kUSD"})})
    assert f"{alone}limits.members.KZ.capex is 10,000 USD in place of 4,000" in found.findings
