"""Sites that a plan opens for nothing are closed before anybody has to pay for them."""

from __future__ import annotations

from small import about, load

import planner
from planner.studies.alterations import aiming

NEAR_COSTS = {
    "topology.sites.near.fixed_cost": "3 MUSD/year",
    "topology.sites.near.compute": "0 PFLOPS",
    "topology.sites.near.expansion": [{"step": "50 PFLOPS", "max": "100 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "demand.demands.0.compute": "99 PFLOPS",
    "scenario.limits": {"capex": "10 kUSD"},
}
"""Near could be opened for 3 MUSD a year, and the budget forbids to build the 50 PFLOPS that it would serve with."""


def test_an_objective_that_is_no_money_opens_nothing_for_nothing() -> None:
    """Only `served` counts, so a solver is free to open near; far serves the 99 and nobody pays 3 MUSD."""
    for stages in (("served",), ("latency",), ("compute",)):
        found = planner.solve(aiming(load(NEAR_COSTS), stages[0]), stages=stages)
        assert (found.status, found.findings) == (planner.Status.OPTIMAL, ())
        assert found.cost_usd["fixed"] == 0


def test_a_site_in_use_is_still_paid_for() -> None:
    """With a budget for two steps and without the fibre, near serves 99 with 100 PFLOPS: 3 MUSD a year."""
    changes = {**NEAR_COSTS, "scenario.limits.capex": "1 MUSD", "topology.links.fibre": None}
    found = planner.solve(aiming(load(changes), "served"), stages=("served",))
    assert found.findings == ()
    assert found.cost_usd["fixed"] == about(3e6)
