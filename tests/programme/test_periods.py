"""Several years: builds carried forward and retired, prices that fall and rise, growth, discounting.

Only near is near enough, at 3000 USD a PFLOPS and year, and it starts empty: what is served is built, for 1000 USD a
PFLOPS over 5 years without interest, 200 a year. Home asks for 20 PFLOPS and leaves them at 5000.
"""

from __future__ import annotations

import pytest
from small import Changes, about, proved

import planner

OPTION = {"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}
EMPTY: Changes = {
    "demand.workloads.chat.max_rtt": "5 ms",
    "topology.sites.near.compute": "0 PFLOPS",
    "topology.sites.near.expansion": [OPTION],
    "scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
}


def built(found: planner.Plan) -> dict[int, float]:
    """Return what is added near by year."""
    return found.builds.xs("site:near", level="asset")["added"].droplevel("expansion").to_dict()


def test_a_build_is_carried_forward_and_retires_after_its_life() -> None:
    """What is built in 2026 stands until 2030, so in 2029 too; in 2032 it is bought again: 9 years of 20 x 3200."""
    found = proved({**EMPTY, "scenario.years": [2026, 2029, 2032]})
    assert built(found) == about({2026: 20, 2032: 20})
    assert found.sites["installed_pflops"].xs("near", level="site").tolist() == about([20, 20, 20])
    assert found.objective == about(576_000)


def test_a_build_that_would_be_dearer_later_comes_early() -> None:
    """Asked for from 2027: 200 a year for two years are less than 600 for one: 20 x 400 + 60 000."""
    changes = {
        "scenario.years": [2026, 2027],
        "demand.demands.0.compute": {2026: "0 PFLOPS", 2027: "20 PFLOPS"},
        "topology.sites.near.expansion": [{**OPTION, "capex": {2026: "1 kUSD/PFLOPS", 2027: "3 kUSD/PFLOPS"}}],
    }
    found = proved({**EMPTY, **changes})
    assert built(found) == about({2026: 20})
    assert found.objective == about(68_000)


def test_a_build_that_is_little_dearer_later_waits_for_its_demand() -> None:
    """300 for one year are less than 200 for two: 20 x 300 + 60 000."""
    changes = {
        "scenario.years": [2026, 2027],
        "demand.demands.0.compute": {2026: "0 PFLOPS", 2027: "20 PFLOPS"},
        "topology.sites.near.expansion": [{**OPTION, "capex": {2026: "1 kUSD/PFLOPS", 2027: "1.5 kUSD/PFLOPS"}}],
    }
    found = proved({**EMPTY, **changes})
    assert built(found) == about({2027: 20})
    assert found.objective == about(66_000)


def test_what_may_stand_counts_what_was_built_before() -> None:
    """10 in 2026, 5 more in 2029: 3 x (10 x 3200 + 10 x 5000) + 3 x (15 x 3200 + 5 x 5000)."""
    option = {**OPTION, "max": {2026: "10 PFLOPS", 2029: "15 PFLOPS"}}
    found = proved({**EMPTY, "scenario.years": [2026, 2029], "topology.sites.near.expansion": [option]})
    assert built(found) == about({2026: 10, 2029: 5})
    assert found.objective == about(465_000)


def test_nothing_is_built_before_its_year() -> None:
    """From 2027: 2026 is left, 100 000; 2027 costs 64 000."""
    found = proved(
        {**EMPTY, "scenario.years": [2026, 2027], "topology.sites.near.expansion": [{**OPTION, "from": 2027}]}
    )
    assert built(found) == about({2027: 20})
    assert found.objective == about(164_000)


def test_a_site_stands_in_the_years_of_its_service_only() -> None:
    """Far (1100) comes in 2027 and near (10 PFLOPS at 3000) goes after 2026: 80 000 and 22 000."""
    years = {
        "topology.sites.far.status": "building",
        "topology.sites.far.from": 2027,
        "topology.sites.near.until": 2026,
    }
    found = proved({**years, "scenario.years": [2026, 2027], "scenario.finance": {"discount_rate": 0}})
    assert found.objective == about(102_000)
    assert found.demands["served_pflops"].tolist() == about([10, 20])


def test_demand_grows_from_year_to_year() -> None:
    """10, 20, 40 PFLOPS far at 1100."""
    changes = {"scenario.years": "2026-2028", "demand.demands.0.compute": {2026: "10 PFLOPS", 2028: "40 PFLOPS"}}
    found = proved({**changes, "scenario.finance": {"discount_rate": 0}})
    assert found.demands["demand_pflops"].tolist() == about([10, 20, 40])
    assert found.objective == about(77_000)


def test_a_listed_year_stands_for_those_up_to_the_next_and_later_ones_weigh_less() -> None:
    """At 10 %: 2026 and 2027 weigh 1 + 1/1.1, 2028 and 2029 1/1.21 + 1/1.331; each costs 22 000."""
    found = proved({"scenario.years": [2026, 2028], "scenario.finance": {"discount_rate": 0.1}})
    assert found.objective == pytest.approx(22_000 * (1 + 1 / 1.1 + 1 / 1.21 + 1 / 1.331), rel=1e-9)


def test_a_single_year_weighs_one_whatever_the_rate() -> None:
    """22 000."""
    assert proved({"scenario.finance": {"discount_rate": 0.1}}).objective == about(22_000)


def test_a_price_of_a_later_year_is_one_of_that_year() -> None:
    """One PFLOPS more near saves 5000 − 3000 in each year, however little 2030 weighs in the sum."""
    changes = {"demand.workloads.chat.max_rtt": "5 ms", "scenario.years": [2026, 2030]}
    found = proved({**changes, "scenario.finance": {"discount_rate": 0.1}})
    assert found.sites["price_usd_per_pflops"].xs("near", level="site").tolist() == about([2_000, 2_000])


def test_a_project_is_built_in_its_year_and_what_hangs_on_it_exists_from_then() -> None:
    """Fibre by a project of 2028 for 10 000 a year: 2026 as without (80 000, for 2 years), 2028 32 000 for 2."""
    changes = {
        "topology.projects.silk": {"capex": "200 kUSD", "from": 2028},
        "topology.links.fibre.project": "silk",
        "scenario.years": [2026, 2028],
        "scenario.finance": {"discount_rate": 0},
    }
    found = proved(changes)
    assert found.objective == about(2 * 80_000 + 2 * 32_000)
    assert found.builds["capex_usd"].to_dict() == about({(2028, "project:silk", 0): 200_000})


def test_upkeep_and_leases_are_paid_at_the_price_of_each_year() -> None:
    """20 built in 2026 for 200 a year; 100 of upkeep in 2026, 300 in 2027: 20 x (3300 + 3500)."""
    option = {**OPTION, "opex": {2026: "100 USD/PFLOPS/year", 2027: "300 USD/PFLOPS/year"}}
    found = proved({**EMPTY, "scenario.years": [2026, 2027], "topology.sites.near.expansion": [option]})
    assert found.objective == about(136_000)


def test_years_far_apart_are_said_to_be() -> None:
    """10 PFLOPS in 2026 become 40 in 2030; without discount 10 x (1 + 2^½ + 2 + 2^1½) / 40 − 1 = +81 %."""
    changes = {"scenario.years": [2026, 2030], "demand.demands.0.compute": {2026: "10 PFLOPS", 2030: "40 PFLOPS"}}
    found = proved({**changes, "scenario.finance": {"discount_rate": 0}})
    assert any("demand that grows in between is +81 %" in note for note in found.notes)
