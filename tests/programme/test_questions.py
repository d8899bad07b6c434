"""What is asked for: years, growth, scales, countries spread over their nodes, training, required work.

In `two_cities` 20 PFLOPS of chat at home cost 1000 + 100 = 1100 USD each at the site far.
"""

from __future__ import annotations

from math import isnan
from typing import Any

import pytest
from small import about, plan, programme, used

from planner.cli.solving import exit_code

OPEX = "kUSD/PFLOPS/year"
BRANCH = {"ends": ["east", "home"], "kind": "terrestrial", "capacity": "99 Gbps", "rtt": "3 ms"}
EAST: dict[str, Any] = {
    "topology.nodes.east": {"country": "KZ", "lat": 47.0, "lon": 80.0},
    "topology.links.branch": BRANCH,
    "demand.demands.0.origin": "KZ",
}
"""A second town in KZ, 3 ms from home; KZ asks."""


@pytest.mark.parametrize(
    ("compute", "pflops"),
    [
        ({2026: "10 PFLOPS", 2034: "40 PFLOPS"}, 20),  # half way, geometrically: 10 x (40/10)^(4/8)
        ({2020: "5 PFLOPS", 2025: "20 PFLOPS"}, 20),  # level after the last
        ({2032: "15 PFLOPS", 2035: "20 PFLOPS"}, 15),  # and before the first
        ({2026: "0 PFLOPS", 2034: "40 PFLOPS"}, 0),  # a step from nothing
        ({2026: "10 PFLOPS", 2030: "12 PFLOPS", 2034: "40 PFLOPS"}, 12),
    ],
)
def test_demand_grows_geometrically_between_its_years(compute: dict[int, str], pflops: float) -> None:
    """Asked for in 2030, at 1100 each."""
    found = plan({"demand.demands.0.compute": compute})
    assert found.demands["demand_pflops"].sum() == about(pflops)
    assert found.objective == about(1100 * pflops)


@pytest.mark.parametrize(
    ("path", "values", "usd"),
    [
        ("topology.sites.far.opex", {2026: f"9 {OPEX}", 2029: f"2 {OPEX}", 2031: f"0 {OPEX}"}, 42_000),
        ("topology.links.fibre.transit", {2030: "200 USD/Gbps/year", 2031: "0 USD/Gbps/year"}, 24_000),
        ("topology.links.fibre.capacity", {2025: "5 Gbps", 2031: "100 Gbps"}, 41_000),  # 10 far, 10 near at 3000
        ("topology.sites.far.compute", {2025: "10 PFLOPS", 2031: "100 PFLOPS"}, 41_000),
        ("scenario.limits.site_fill", {2025: 0.1, 2031: 1}, 11_000 + 3_000 + 9 * 5_000),
        ("demand.workloads.chat.unserved", {2025: "1050 USD/PFLOPS/year", 2031: "9 kUSD/PFLOPS/year"}, 21_000),
        ("topology.sites.far.opex", {2035: f"2 {OPEX}"}, 42_000),  # before the first: the first
    ],
)  # fmt: skip
def test_a_figure_is_that_of_the_latest_listed_year(path: str, values: dict[int, Any], usd: float) -> None:
    """Asked for in 2030: what is listed for 2031 does not count yet."""
    assert plan({path: values}).objective == about(usd)


@pytest.mark.parametrize("scale", [2, {"KZ": 2}, {"home": 2}, {"chat": 2}])
def test_demand_may_be_scaled(scale: object) -> None:
    """Everything, a country, a node or a workload, twice: 40 PFLOPS at 1100."""
    changes = {"scenario.variants": {"more": {"set": {"demand.scale": scale}}}}
    assert plan(changes, variant="more").objective == about(44_000)


@pytest.mark.parametrize(
    ("weights", "shares"),
    [
        ((3, 1), {"home": 15, "east": 5}),
        ((None, None), {"home": 10, "east": 10}),
        ((None, 2), {"east": 20}),  # once any node has a weight, the missing ones are 0
        ((0, 2), {"east": 20}),
    ],
)
def test_a_country_is_spread_over_its_nodes_by_weight(weights: tuple[Any, Any], shares: dict[str, float]) -> None:
    """20 PFLOPS of KZ over home and east; in the table of demands they stay one."""
    changes = dict(EAST)
    for node, weight in zip(("home", "east"), weights, strict=True):
        if weight is not None:
            changes[f"topology.nodes.{node}.weight"] = weight
    found = plan(changes)
    assert found.assignments["pflops"].groupby(level="origin").sum().to_dict() == about(shares)
    assert found.demands["served_pflops"].to_dict() == about({(2030, "KZ", "chat"): 20})


def test_parts_of_a_country_obey_the_rules_of_their_nodes() -> None:
    """East's 10 PFLOPS are 13 ms away from far, more than 12: they go home, dearer, and home's go far."""
    found = plan({**EAST, "demand.workloads.chat.max_rtt": "12 ms"})
    assert found.assignments["rtt_ms"].droplevel(["year", "hour", "contingency", "workload"]).to_dict() == about(
        {("east", "near"): 3, ("home", "far"): 10}
    )
    assert found.objective == about(10 * 3000 + 10 * 1100)


def test_training_is_a_volume_served_like_a_rate_in_flat_hours() -> None:
    """One block of the day, so nothing can be moved."""
    changes = {"demand.workloads.chat.kind": "training"}
    assert plan(changes).objective == about(22_000)
    assert "demand_met" not in {row.family for row in programme(changes).rows}


def test_training_that_does_not_pay_is_left() -> None:
    """900 is less than 1100: 20 x 900."""
    changes = {"demand.workloads.chat.kind": "training", "demand.workloads.chat.unserved": "900 USD/PFLOPS/year"}
    found = plan(changes)
    assert found.objective == found.unserved_penalty_usd == about(18_000)
    assert used(found) == {}


def test_required_work_is_served_whatever_it_costs() -> None:
    """8 PFLOPS near at 90 000 each."""
    changes = {
        "demand.workloads.chat.unserved": "required",
        "demand.workloads.chat.max_rtt": "5 ms",
        "demand.demands.0.compute": "8 PFLOPS",
        "topology.sites.near.opex": "90 kUSD/PFLOPS/year",
    }
    found = plan(changes)
    assert found.objective == about(720_000)
    assert found.unserved_penalty_usd == 0


def test_required_work_comes_before_work_that_pays_more() -> None:
    """Near has 10 PFLOPS: 8 are required, 2 are left for the work whose loss costs 5000."""
    other = {"kind": "inference", "unserved": "required", "max_rtt": "5 ms"}
    demands = [
        {"origin": "home", "workload": name, "compute": f"{n} PFLOPS"} for name, n in (("chat", 20), ("must", 8))
    ]
    changes = {"demand.workloads.must": other, "demand.demands": demands, "demand.workloads.chat.max_rtt": "5 ms"}
    found = plan(changes)
    assert found.demands["served_pflops"].to_dict() == about({(2030, "home", "chat"): 2, (2030, "home", "must"): 8})
    assert found.objective == about(30_000 + 18 * 5000)


def test_required_work_without_room_is_infeasible_and_says_why() -> None:
    """Near has 10 of the 20 PFLOPS; the exit code says it too."""
    changes = {"demand.workloads.chat.unserved": "required", "demand.workloads.chat.max_rtt": "5 ms"}
    found = plan(changes)
    assert found.status.value == "infeasible"
    assert exit_code(found) == 3
    assert isnan(found.objective)
    assert isnan(found.bound)
    alone = "with this change alone a plan exists: "
    assert found.findings == (
        "home/chat at home is required: 10 of 20 PFLOPS cannot be served in 2030",
        f"{alone}10 PFLOPS more at site near",
        f"{alone}chat has no max_rtt of 5 ms",
    )


def test_a_plan_that_is_not_there_has_no_tables() -> None:
    """Asking for one says why."""
    found = plan({"demand.workloads.chat.unserved": "required", "demand.workloads.chat.max_rtt": "5 ms"})
    with pytest.raises(LookupError, match="there is no plan to take sites from: the scenario is infeasible"):
        _ = found.sites


def test_a_world_in_which_everything_is_free_is_optimal_too() -> None:
    """Its cost is 0, and no bound is exactly 0."""
    free = {f"topology.sites.{site}.opex": None for site in ("near", "far")}
    found = plan({**free, "topology.links.fibre.transit": None})
    assert (found.status.value, found.objective) == ("optimal", 0)
    assert found.gap < 1e-4


def test_a_demand_of_nothing_is_served_with_nothing() -> None:
    """No path is used, no table breaks."""
    found = plan({"demand.demands.0.compute": "0 PFLOPS"})
    assert (found.status.value, found.objective) == ("optimal", 0)
    assert found.assignments.empty
    assert found.demands["unserved_pflops"].tolist() == [0]


def test_required_work_of_nothing_is_a_programme_without_any_variable() -> None:
    """Nothing is asked for before 2034, nothing can be left, nothing can be built."""
    found = plan(
        {"demand.demands.0.compute": {2030: "0 PFLOPS", 2034: "9 PFLOPS"}, "demand.workloads.chat.unserved": "required"}
    )
    assert (found.status.value, found.objective, found.bound) == ("optimal", 0, 0)
    assert found.prices.empty
