"""Who may be served where: latency, residency, transit and the other rules that make a path exist or not.

In `two_cities` home asks for 20 PFLOPS. Far they cost 1000 + 100 (transit) = 1100 each, 22 000 USD in all. Where only
near may serve, its 10 PFLOPS cost 3000 each and 10 are left at 5000: 80 000 USD. In `triangle` the way over mid costs
1020 a PFLOPS, 20 400 USD in all, and takes 16 ms; the direct fibre takes 10 ms.
"""

from __future__ import annotations

from typing import Any

import pytest
from small import about, plan, plan_triangle, used

FAR, NEAR_ONLY, OVER_MID = 22_000, 80_000, 20_400

KEEPS_WORK_AT_HOME: dict[str, dict[str, Any]] = {
    "a latency limit below the fibre's 10 ms": {"demand.workloads.chat.max_rtt": "9.9 ms"},
    "access delay on top of the fibre": {
        "topology.nodes.home.access_rtt": "1 ms",
        "demand.workloads.chat.max_rtt": "10 ms",
    },
    "a demand's own access delay": {
        "demand.demands.0.access_rtt": "1 ms",
        "demand.workloads.chat.max_rtt": "10 ms",
    },
    "residency at home": {"scenario.policy.residency": [{"hosts": "home"}]},
    "residency in a list of countries": {"scenario.policy.residency": [{"origin": ["KZ"], "hosts": ["KZ"]}]},
    "residency at a named site": {"scenario.policy.residency": [{"hosts": ["site:near"]}]},
    "residency of the workload": {"scenario.policy.residency": [{"workload": ["chat"], "hosts": "home"}]},
    "residency of its kind of data": {
        "demand.workloads.chat.data": "medical",
        "scenario.policy.residency": [{"data": ["medical"], "hosts": "home"}],
    },
    "the first of two rules": {"scenario.policy.residency": [{"hosts": "home"}, {"hosts": "any"}]},
    "a rule for the node it comes from": {"scenario.policy.residency": [{"origin": ["home"], "hosts": "home"}]},
    "hosts that the demand itself names": {"demand.demands.0.hosts": ["KZ"]},
    "a site that takes only training": {"topology.sites.far.serves": ["training"]},
    "something that only near offers": {
        "demand.workloads.chat.requires": ["fp64"],
        "topology.sites.near.offers": ["fp64", "cuda"],
        "topology.sites.far.offers": ["cuda"],
    },
    "a link that only others may use": {"topology.links.fibre.usable_by": ["CN"]},
    "a link that is not in service yet": {"topology.links.fibre.from": 2031},
    "a link that is no longer in service": {"topology.links.fibre.until": 2029},
    "a site that is not in service yet": {"topology.sites.far.from": 2031},
    "a site that is no longer in service": {"topology.sites.far.until": 2029},
    "a site that is only planned": {"topology.sites.far.status": "planned", "topology.sites.far.from": 2026},
    "a site being built that does not count": {
        "topology.sites.far.status": "building",
        "topology.sites.far.from": 2026,
        "scenario.count": ["operating"],
    },
}

LETS_WORK_GO: dict[str, dict[str, Any]] = {
    "no rule at all": {},
    "a latency limit that the fibre just keeps": {"demand.workloads.chat.max_rtt": "10 ms"},
    "a demand's own access delay in place of the node's": {
        "topology.nodes.home.access_rtt": "1 ms",
        "demand.demands.0.access_rtt": "0 ms",
        "demand.workloads.chat.max_rtt": "10 ms",
    },
    "access delay at the far end, where nothing starts": {
        "topology.nodes.away.access_rtt": "9 ms",
        "demand.workloads.chat.max_rtt": "10 ms",
    },
    "a rule about data of a kind it does not say it has": {
        "scenario.policy.residency": [{"data": ["medical"], "hosts": "home"}]
    },
    "a rule of other origins": {"scenario.policy.residency": [{"origin": ["CN"], "hosts": "home"}]},
    "the first of two rules": {"scenario.policy.residency": [{"hosts": "any"}, {"hosts": "home"}]},
    "a link that its country may use": {"topology.links.fibre.usable_by": ["KZ"]},
    "a last year of service that is the year itself": {"topology.sites.far.until": 2030},
    "a first year of service that is the year itself": {"topology.links.fibre.from": 2030},
    "a planned site that counts": {
        "topology.sites.far.status": "planned",
        "topology.sites.far.from": 2026,
        "scenario.count": ["operating", "planned"],
    },
}


@pytest.mark.parametrize("rule", KEEPS_WORK_AT_HOME)
def test_what_keeps_work_at_home(rule: str) -> None:
    """10 PFLOPS near at 3000, 10 left at 5000."""
    found = plan(KEEPS_WORK_AT_HOME[rule])
    assert found.objective == about(NEAR_ONLY)
    assert used(found) == about({"near": 10})


@pytest.mark.parametrize("rule", LETS_WORK_GO)
def test_what_lets_work_go_away(rule: str) -> None:
    """20 PFLOPS far at 1100."""
    found = plan(LETS_WORK_GO[rule])
    assert found.objective == about(FAR)
    assert used(found) == about({"far": 20})


def test_a_fee_abroad_is_paid_where_it_is_cheap_enough() -> None:
    """Far costs 1100 + 1000 = 2100, less than near: 42 000, of which 20 000 fees."""
    found = plan({"scenario.policy.residency": [{"hosts": "any", "fee": "1 kUSD/PFLOPS/year"}]})
    assert found.objective == about(42_000)
    assert found.cost_usd["fees"] == about(20_000)


def test_a_fee_abroad_changes_the_site() -> None:
    """Far costs 1100 + 2500 = 3600, more than near: 10 x 3000 + 10 x 3600 = 66 000."""
    found = plan({"scenario.policy.residency": [{"hosts": "any", "fee": "2.5 kUSD/PFLOPS/year"}]})
    assert found.objective == about(66_000)
    assert used(found) == about({"near": 10, "far": 10})


def test_a_premium_abroad_makes_opex_dearer_and_transit_not() -> None:
    """Far costs 1000 x 3.5 + 100 = 3600, more than near: 66 000 again; at home the premium does not count."""
    found = plan({"scenario.policy.residency": [{"hosts": "any", "premium": 2.5}]})
    assert found.objective == about(66_000)
    assert found.cost_usd["transit"] == about(1_000)


def test_the_cheapest_way_may_lead_through_a_third_country() -> None:
    """Over mid: 20 x (1000 + 20)."""
    found = plan_triangle()
    assert found.objective == about(OVER_MID)
    assert found.paths["links"].tolist() == ["low;high"]


@pytest.mark.parametrize(
    ("country_of_mid", "rule", "usd"),
    [
        ("KG", {"avoid": ["KG"]}, FAR),
        ("KG", {"origin": ["KZ"], "avoid": ["UZ", "KG"]}, FAR),
        ("KG", {"origin": ["home"], "avoid": ["KG"]}, FAR),
        ("KG", {"origin": ["CN"], "avoid": ["KG"]}, OVER_MID),
        ("KZ", {"avoid": ["KZ"]}, FAR),  # the origin's own country too, though not the origin itself
        ("KG", {"avoid": ["KZ", "CN"]}, OVER_MID),  # a path may start and end there
    ],
)
def test_no_path_passes_through_a_country_to_avoid(country_of_mid: str, rule: dict[str, Any], usd: float) -> None:
    """With mid closed the fibre is left: 22 000 instead of 20 400."""
    changes = {"topology.nodes.mid.country": country_of_mid, "scenario.policy.transit": [rule]}
    assert plan_triangle(changes).objective == about(usd)


def test_transit_rules_add_up() -> None:
    """One rule closes mid, the other, of the same origin, a country elsewhere: the first still holds."""
    rules = [{"avoid": ["KG"]}, {"origin": ["KZ"], "avoid": ["UZ"]}]
    assert plan_triangle({"scenario.policy.transit": rules}).objective == about(FAR)


def test_a_closed_site_country_is_an_end_and_no_way_through() -> None:
    """A second site at mid, in KG to avoid, serves home at 1500 + 10: dearer than far by fibre at 1100, so unused.

    Without the fibre, far could only be reached through mid, which is closed: mid serves all, 20 x 1510.
    """
    site = {"node": "mid", "status": "operating", "compute": "50 PFLOPS", "opex": "1500 USD/PFLOPS/year"}
    changes = {"topology.sites.between": site, "scenario.policy.transit": [{"avoid": ["KG"]}]}
    assert used(plan_triangle(changes)) == about({"far": 20})
    found = plan_triangle({**changes, "topology.links.fibre": None})
    assert used(found) == about({"between": 20})
    assert found.objective == about(30_200)


def test_a_way_that_is_too_slow_gives_way_to_a_dearer_one() -> None:
    """Over mid it takes 16 ms, more than 12: the fibre."""
    found = plan_triangle({"demand.workloads.chat.max_rtt": "12 ms"})
    assert found.objective == about(FAR)
    assert found.paths["rtt_ms"].tolist() == about([10])


def test_distance_has_a_soft_price() -> None:
    """10 ms at 0.01 a ms make far's opex 10 % dearer: 20 x (1100 + 100)."""
    found = plan({"demand.workloads.chat.rtt_premium": "0.01 /ms"})
    assert found.objective == about(24_000)


def test_access_delay_counts_for_the_price_of_distance() -> None:
    """0.25 a ms over 10 + 2 ms: far 1000 x 4 + 100 = 4100, near, 2 ms away, 3000 x 1.5 = 4500: all far."""
    changes = {"topology.nodes.home.access_rtt": "2 ms", "demand.workloads.chat.rtt_premium": "0.25 /ms"}
    assert plan(changes).objective == about(82_000)


def test_a_high_price_of_distance_brings_work_home() -> None:
    """0.25 a ms over 10 ms: far 1000 x 3.5 + 100 = 3600, near 3000: 10 near and 10 far."""
    found = plan({"demand.workloads.chat.rtt_premium": "0.25 /ms"})
    assert used(found) == about({"near": 10, "far": 10})
    assert found.objective == about(66_000)
