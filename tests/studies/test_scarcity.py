"""What the next 100 PFLOPS or Gbps are worth, and what as much would cost to build, worked out by hand."""

from __future__ import annotations

from typing import Any

from small import YEAR, about, plan

from planner.studies.scarcity import what_more_is_worth

FINANCE = {"scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20}}
NEAR = {**FINANCE, "scenario.policy.residency": [{"hosts": "home"}]}
"""Only near may serve, which saves 5000 - 3000 a PFLOPS."""


def worth(changes: dict[str, Any], place: str) -> tuple[float, float]:
    """Return what the next hundred at a place save, and what building them costs."""
    row = what_more_is_worth(plan(changes)).loc[(YEAR, place)]
    return row["saves_usd"], row["building_usd"]


def test_building_costs_what_the_cheapest_expansion_on_offer_does() -> None:
    """1000 USD over five years are 200 a year, the lease is 300; what is on offer no longer would be 100."""
    expansion = [
        {"max": "1 PFLOPS", "opex": "300 USD/PFLOPS/year"},
        {"max": "1 PFLOPS", "capex": "1 kUSD/PFLOPS"},
        {"max": "1 PFLOPS", "opex": "100 USD/PFLOPS/year", "until": 2029},
    ]
    assert worth({**NEAR, "topology.sites.near.expansion": expansion}, "site:near") == about((200_000, 20_000))


def test_building_costs_its_annuity_and_its_upkeep_together() -> None:
    """200 and 50 a year."""
    expansion = [{"max": "1 PFLOPS", "capex": "1 kUSD/PFLOPS", "opex": "50 USD/PFLOPS/year"}]
    assert worth({**NEAR, "topology.sites.near.expansion": expansion}, "site:near") == about((200_000, 25_000))


def test_light_is_paid_over_the_life_of_links() -> None:
    """A Gbps more takes two PFLOPS more far, which costs 1100 each and not 5000; 100 USD are 5 a year for 20 years."""
    changes = {
        **FINANCE,
        "topology.sites.near": None,
        "topology.links.fibre.capacity": "5 Gbps",
        "topology.links.fibre.expansion": [{"max": "1 Gbps", "capex": "100 USD/Gbps"}],
    }
    assert worth(changes, "link:fibre") == about((780_000, 500))
