"""What was sought, built and limited, on the page."""

from __future__ import annotations

from typing import Any

import small
from report.pages import words

FAR, NEAR = "topology.sites.far", "topology.sites.near"
STEPS: dict[str, Any] = {
    f"{FAR}.compute": "5 PFLOPS",
    f"{FAR}.expansion": [{"step": "10 PFLOPS", "max": "40 PFLOPS", "capex": "5 kUSD/step"}],
    "scenario.finance": {"discount_rate": 0},
}
"""Two steps for 20 PFLOPS, of 100 USD a year for each PFLOPS: cheaper than 3000 near or 5000 unserved."""


def test_steps_are_counted() -> None:
    """5 stand, 20 are wanted."""
    assert "far site 2 steps, 20 PFLOPS 10.0 2.00" in words(small.plan(STEPS))


def test_projects_are_whole_and_those_left_are_named() -> None:
    """The fibre needs a project of 50 kUSD over 20 years, which saves 20 x (5000 - 1100) less the 10 near."""
    changes = {
        "topology.projects": {"lay": {"capex": "50 kUSD"}, "dream": {"capex": "90 GUSD"}},
        "topology.links.fibre.project": "lay",
        "scenario.finance": {"discount_rate": 0},
    }  # fmt: skip
    text = words(small.plan(changes))
    assert "lay project whole 50.0 2.50" in text
    assert "Projects not built: dream." in text


def test_builds_of_several_years_stand_in_their_order() -> None:
    """10 in 2030 and 30 more in 2032, for 5 and 15 kUSD."""
    changes = STEPS | {
        "demand.demands.0.compute": {2030: "15 PFLOPS", 2032: "45 PFLOPS"}, "scenario.years": [2030, 2032],
        f"{NEAR}.compute": "0 PFLOPS",
    }  # fmt: skip
    text = words(small.plan(changes))
    assert "What is built (20 kUSD in all: 5 kUSD in 2030, 15 kUSD in 2032)" in text
    assert "2030 far site 1 step, 10 PFLOPS 5.0 1.00 2032 far site 3 steps, 30 PFLOPS 15.0 3.00" in text


def test_objectives_are_named_in_their_order() -> None:
    """Serving all comes first although only latency was asked for; cost breaks ties."""
    text = words(small.plan({"scenario.objective": "latency"}))
    assert "1. served most PFLOPS served 20 PFLOPS" in text
    assert "2. latency least round trips, PFLOPS times milliseconds 100 PFLOPS·ms" in text
    assert "3. cost" in text
    assert "As much as can be is served first" in text


def test_cost_alone_needs_no_words() -> None:
    """It is what everybody expects."""
    assert "What the plan is best at" not in words(small.plan())


def test_limits_are_told_with_what_is_used_of_them() -> None:
    """One site, 10 of 20 kUSD, 0.0876 kt of 0.1, and everybody served."""
    changes = STEPS | {
        "scenario.limits": {"sites": 1, "capex": "20 kUSD", "carbon": "0.1 kt/year"},
        "scenario.policy": {"floor": {"served_share": 0.5}},
        f"{FAR}.watts": "1 kW/PFLOPS",
        f"{FAR}.carbon": "500 g/kWh",
    }
    text = words(small.plan(changes))
    assert "Limits: 1 of at most 1 site in use; 10 kUSD of at most 20 kUSD spent on building;" in text
    assert "0.0876 of at most 0.1 kt of CO2 in 2030;" in text
    assert "every member served at least 50 %: the least is KZ in 2030 with 100 %." in text
