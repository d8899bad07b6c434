"""Every reason why something is not served, provoked by a small world."""

from __future__ import annotations

from typing import Any

import pytest
from small import about, plan, plan_triangle

EAST: dict[str, Any] = {
    "topology.nodes.east": {"country": "KZ", "lat": 47.0, "lon": 80.0},
    "topology.links.branch": {"ends": ["east", "home"], "kind": "terrestrial", "capacity": "99 Gbps", "rtt": "3 ms"},
}
"""A second town in KZ, 3 ms from home."""
QUICK = {"demand.workloads.chat.max_rtt": "5 ms"}
WITHOUT_NEAR = {"topology.sites.near": None}

BUDGET = {
    **QUICK,
    "topology.sites.near.expansion": [{"max": "40 PFLOPS", "capex": "5 kUSD/PFLOPS"}],
    "scenario.limits.capex": "20 kUSD",
}

REASONS: dict[str, tuple[dict[str, Any], str]] = {
    "latency": (
        {**QUICK, **WITHOUT_NEAR},
        "no site within latency: the nearest allowed one, far, is at 10.0 ms, the limit is 5 ms",
    ),
    "latency, access included": (
        {**QUICK, **WITHOUT_NEAR, "topology.nodes.home.access_rtt": "2.5 ms"},
        "no site within latency: the nearest allowed one, far, is at 12.5 ms, the limit is 5 ms",
    ),
    "latency where residency closes the near one": (
        {**QUICK, "scenario.policy.residency": [{"hosts": ["CN"]}]},
        (
            "no site within latency: the nearest allowed one, far, is at 10.0 ms, the limit is 5 ms; "
            "residency keeps it from near at 0.0 ms"
        ),
    ),
    "latency where its own hosts close the near one": (
        {**QUICK, "demand.demands.0.hosts": ["site:far"]},
        (
            "no site within latency: the nearest allowed one, far, is at 10.0 ms, the limit is 5 ms; "
            "its own hosts keep it from near at 0.0 ms"
        ),
    ),
    "residency": (
        {**WITHOUT_NEAR, "scenario.policy.residency": [{"hosts": "home"}]},
        "residency: no site that takes it is allowed",
    ),
    "residency within its own hosts": (
        {"scenario.policy.residency": [{"hosts": "home"}], "demand.demands.0.hosts": ["CN"]},
        (
            "residency: no site that takes it is allowed within its own hosts [CN]; "
            "residency keeps it from far at 10.0 ms"
        ),
    ),
    "users of links": (
        {**WITHOUT_NEAR, "topology.links.fibre.usable_by": ["CN"]},
        "links: every way to an allowed site uses links that its country may not use (usable_by)",
    ),
    "no link at all": (
        {**WITHOUT_NEAR, "topology.links.fibre.from": 2031},
        "links: no way in service leads to an allowed site",
    ),
    "not in service yet": (
        {**WITHOUT_NEAR, "topology.sites.far.from": 2032},
        "not in service yet: the first allowed site, far, comes in 2032",
    ),
    "not in service yet, the one before the other": (
        {"topology.sites.near.from": 2034, "topology.sites.far.from": 2032},
        "not in service yet: the first allowed site, far, comes in 2032",
    ),
    "closed already, the one before the other": (
        {"topology.sites.near.until": 2027, "topology.sites.far.until": 2029},
        "no longer in service: the last allowed site, far, closes after 2029",
    ),
    "not counted": (
        {**WITHOUT_NEAR, "topology.sites.far.status": "planned", "topology.sites.far.from": 2026},
        "no allowed site has compute in 2030: far (statuses counted: operating, building)",
    ),
    "closed already": (
        {**WITHOUT_NEAR, "topology.sites.far.until": 2029},
        "no longer in service: the last allowed site, far, closes after 2029",
    ),
    "site capacity": ({**QUICK}, "site capacity: near is full"),
    "site capacity where residency closes another site": (
        {"scenario.policy.residency": [{"hosts": "home"}]},
        "site capacity: near is full; residency keeps it from far",
    ),
    "capacity that would cost more than it is worth": (
        {
            **QUICK,
            "topology.sites.near.expansion": [{"max": "50 PFLOPS", "capex": "1 MUSD/PFLOPS"}],
            "scenario.finance": {"discount_rate": 0, "compute_life": 5},
            "demand.workloads.chat.unserved": "60 kUSD/PFLOPS/year",
        },
        (
            "cheaper unserved: near is full, and more capacity there costs 200,000 USD/PFLOPS/year, "
            "more than it would save"
        ),
    ),
    "capacity of which half may be used and all has to be paid": (
        {
            **QUICK,
            "topology.sites.near.expansion": [{"max": "50 PFLOPS", "capex": "1 MUSD/PFLOPS"}],
            "scenario.finance": {"discount_rate": 0, "compute_life": 5},
            "scenario.limits.site_fill": 0.5,
            "demand.workloads.chat.unserved": "60 kUSD/PFLOPS/year",
        },
        (
            "cheaper unserved: near is full, and more capacity there costs 400,000 USD/PFLOPS/year, "
            "more than it would save"
        ),
    ),
    "site capacity in the busier half of the day, with room in the other": (
        {
            **QUICK,
            "topology.nodes.home.timezone": "Etc/UTC",
            "scenario.hours": 2,
            "demand.workloads.chat.profile": [0.6] * 12 + [1.4] * 12,
            "demand.demands.0.compute": "10 PFLOPS",
        },
        "site capacity: near is full",
    ),
    "power": (
        {**QUICK, "topology.sites.near.watts": "1 kW/PFLOPS", "topology.sites.near.power": "4 kW"},
        "power: near is at its limit at the meter",
    ),
    "link capacity": ({**WITHOUT_NEAR, "topology.links.fibre.capacity": "5 Gbps"}, "link capacity: fibre is full"),
    "cheaper unserved": (
        {"demand.workloads.chat.unserved": "900 USD/PFLOPS/year"},
        "cheaper unserved: serving costs at least 1,100 USD/PFLOPS/year (at far), leaving it 900",
    ),
    "no site takes it": (
        {"topology.sites.near.serves": ["training"], "topology.sites.far.serves": ["training"]},
        "no site takes inference",
    ),
    "a failure that cuts it off": (
        {**WITHOUT_NEAR, "demand.workloads.chat.survives": 0.5, "scenario.contingencies": ["link:fibre"]},
        "failures: link:fibre would leave no way to an allowed site, and 50 % has to survive",
    ),
    "a failure that leaves too little": (
        {"demand.workloads.chat.survives": 1, "scenario.contingencies": ["link:fibre"]},
        "failures: link:fibre would leave too little to keep",
    ),
    "too many sites": (
        {"topology.sites.far.compute": "15 PFLOPS", "scenario.limits.sites": 1},
        "sites in use: limits.sites is 1, and near is not among them",
    ),
    "a fixed cost": (
        {**WITHOUT_NEAR, "topology.sites.far.fixed_cost": "90 kUSD/year"},
        "cheaper unserved: opening far would cost more than it saves",
    ),
    "a cluster that nobody has": (
        {"demand.workloads.chat.min_cluster": "300 PFLOPS"},
        "cluster: no allowed site has, or can be given, the 300 PFLOPS that it takes at least",
    ),
    "a cluster of cards that nobody has": (
        {**WITHOUT_NEAR, "topology.sites.far.chip": "h20", "demand.workloads.chat.min_cluster": "1000 cards"},
        "cluster: no allowed site has, or can be given, the 1,000 cards that it takes at least",
    ),
    "a cluster of cards behind a rule": (
        {
            **WITHOUT_NEAR,
            "topology.sites.far.chip": "h20",
            "topology.sites.far.expansion": [{"max": "100 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
            "demand.workloads.chat.min_cluster": "1000 cards",
            "scenario.policy.residency": [{"origin": ["KZ"], "hosts": "home"}],
        },
        (
            "residency: no site that takes it is allowed; even then: cluster: far does not have the 148 PFLOPS that it"
            " takes at least"
        ),
    ),
    "cards that nobody counts": (
        {"demand.workloads.chat.min_cluster": "10 cards"},
        "no site that takes inference names its accelerator, and its min_cluster counts cards",
    ),
    "a cluster that is not worth building": (
        {
            **WITHOUT_NEAR,
            "demand.workloads.chat.min_cluster": "300 PFLOPS",
            "topology.sites.far.expansion": [{"capex": "90 kUSD/PFLOPS"}],
        },
        "cheaper unserved: making far a large enough cluster would cost more than it saves",
    ),
    "work that may not be split": (
        {"topology.sites.far.compute": "15 PFLOPS", "demand.workloads.chat.split": False},
        "split: it may not be split, and no single site has room for more of it",
    ),
    "a project that is not worth it": (
        {**WITHOUT_NEAR, "topology.projects.silk": {"capex": "90 MUSD"}, "topology.links.fibre.project": "silk"},
        "cheaper unserved: opening silk would cost more than it saves",
    ),
    "a budget for building": (BUDGET, "capex: near is full, and the budget for building is spent"),
    "a budget for carbon": (
        {
            **WITHOUT_NEAR,
            "topology.sites.far.watts": "1 kW/PFLOPS",
            "topology.sites.far.carbon": "400 g/kWh",
            "scenario.limits.carbon": "35.04 t/year",
        },
        "carbon: the budget of 2030 is spent",
    ),
    "no site offers it": (
        {"demand.workloads.chat.requires": ["fp64", "cuda"], "topology.sites.near.offers": ["cuda"]},
        "no site takes inference and offers cuda, fp64",
    ),
}


@pytest.mark.parametrize("reason", REASONS)
def test_what_is_left_says_why(reason: str) -> None:
    """In `two_cities`; the reason stands where something is left and nowhere else."""
    changes, words = REASONS[reason]
    assert plan(changes).demands["reason"].tolist() == [words]


def test_what_is_served_needs_no_reason() -> None:
    """All 20 PFLOPS go far."""
    assert plan().demands["reason"].tolist() == [""]


def test_transit_that_closes_every_way() -> None:
    """Only the way over mid is there, and mid lies in KG."""
    changes = {**WITHOUT_NEAR, "topology.links.fibre": None, "scenario.policy.transit": [{"avoid": ["KG"]}]}
    found = plan_triangle(changes)
    assert found.demands["reason"].tolist() == ["transit: every way to an allowed site crosses a country to avoid"]


def test_transit_that_leaves_only_too_slow_a_way() -> None:
    """Over mid it would be 16 ms; the fibre takes 30 here."""
    changes = {**WITHOUT_NEAR, "topology.links.fibre.rtt": "30 ms", "scenario.policy.transit": [{"avoid": ["KG"]}]}
    found = plan_triangle({**changes, "demand.workloads.chat.max_rtt": "20 ms"})
    assert found.demands["reason"].tolist() == [
        (
            "no site within latency: the nearest allowed one, far, is at 30.0 ms, the limit is 20 ms; "
            "without the transit rule it would be near enough"
        )
    ]


def test_two_limits_on_one_way_are_both_named_the_dearer_first() -> None:
    """Far (15 PFLOPS) is short for home by the fibre (10 PFLOPS) and for away, which would pay 4000 − 1000 for more.

    Home's chat, worth 20 000, lacks 20 000 − 1100 − 3000 = 15 900 at the fibre and 3000 at the site.
    """
    changes = {
        **WITHOUT_NEAR,
        "topology.links.fibre.capacity": "5 Gbps",
        "topology.sites.far.compute": "15 PFLOPS",
        "demand.workloads.chat.unserved": "20 kUSD/PFLOPS/year",
        "demand.workloads.local": {"kind": "inference", "unserved": "4000 USD/PFLOPS/year"},
        "demand.demands": [
            {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
            {"origin": "away", "workload": "local", "compute": "20 PFLOPS"},
        ],
    }
    assert plan(changes).demands["reason"].to_dict() == {
        (2030, "home", "chat"): "link capacity: fibre is full, site capacity: far is full",
        (2030, "away", "local"): "site capacity: far is full",
    }


def test_the_parts_of_a_country_give_their_reasons_the_largest_first() -> None:
    """KZ asks for 40: near (10 PFLOPS, 5 ms) is full for home, and east, 9 ms away, is too far."""
    changes = {
        **QUICK,
        **EAST,
        "topology.links.branch.rtt": "9 ms",
        "topology.nodes.home.weight": 1,
        "topology.nodes.east.weight": 3,
        "demand.demands": [{"origin": "KZ", "workload": "chat", "compute": "60 PFLOPS"}],
    }
    found = plan(changes)
    assert found.demands["reason"].tolist() == [
        (
            "45 PFLOPS: no site within latency: the nearest allowed one, near, is at 9.0 ms, the limit is 5 ms; "
            "even then: site capacity: near is full; 5 PFLOPS: site capacity: near is full"
        )
    ]


def test_more_reasons_than_one_can_read_are_counted_together() -> None:
    """Four towns at four distances, all too far from near: three are named, the smallest counted."""
    changes: dict[str, Any] = {**QUICK, "demand.demands.0.origin": "UZ"}
    for number in (1, 2, 3, 4):
        changes[f"topology.nodes.town{number}"] = {"country": "UZ", "lat": 41.0, "lon": 64.0, "weight": number}
        changes[f"topology.links.road{number}"] = {
            "ends": [f"town{number}", "home"], "kind": "terrestrial", "capacity": "9 Gbps", "rtt": f"{number + 5} ms",
        }  # fmt: skip
    (reason,) = plan(changes).demands["reason"]
    parts = reason.split("; ")
    assert [part.split(" PFLOPS")[0] for part in parts] == ["8", "6", "4", "2"]
    assert "is at 9.0 ms" in parts[0]
    assert parts[-1] == "2 PFLOPS: other reasons"


def test_training_left_says_why_too() -> None:
    """The fibre is the limit."""
    changes = {**WITHOUT_NEAR, "topology.links.fibre.capacity": "5 Gbps", "demand.workloads.chat.kind": "training"}
    found = plan(changes)
    assert found.demands["unserved_pflops"].tolist() == about([10])
    assert found.demands["reason"].tolist() == ["link capacity: fibre is full"]


def test_a_pool_that_is_used_up_is_the_reason() -> None:
    """12 of 20."""
    assert plan(pool_pflops=12).demands["reason"].tolist() == ["pool: all of it is in use"]
