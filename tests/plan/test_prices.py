"""Prices and reasons of plans with whole decisions, years and objectives, each worked out by hand.

One place, one hall `sa` of 50 PFLOPS at 10 kUSD a PFLOPS and year; a PFLOPS that is left costs 60 kUSD; 80 are asked
for. There is no interest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from small import about, proved
from worlds import World

import planner

YEAR = 2030
SITE, CHAT = "topology.sites.sa", "demand.workloads.chat"


def one_hall() -> World:
    """Return the world of the module's head."""
    place = {"country": "KZ", "lat": 43, "lon": 76}
    hall = {"node": "a", "status": "operating", "compute": "50 PFLOPS", "opex": "10 kUSD/PFLOPS/year"}
    chat = {"kind": "inference", "unserved": "60 kUSD/PFLOPS/year"}
    return {
        "topology": {"topology": "t", "nodes": {"a": place}, "sites": {"sa": hall}},
        "demand": {
            "demand": "d",
            "workloads": {"chat": chat},
            "demands": [{"origin": "a", "workload": "chat", "compute": "80 PFLOPS"}],
        },
        "scenario": {
            "scenario": "s",
            "topology": ["topology.yaml"],
            "demand": ["demand.yaml"],
            "years": [YEAR],
            "finance": {"discount_rate": 0, "compute_life": 5},
        },
    }


def solve(changes: dict[str, Any]) -> planner.Plan:
    """Solve one hall with changes, to a proved optimum."""
    return proved(changes, base=one_hall())


def reason(plan: planner.Plan, year: int = YEAR, origin: str = "a") -> str:
    """Return why chat is left."""
    return str(plan.demands["reason"][year, origin, "chat"])


def test_a_site_with_a_fixed_cost_is_worth_what_one_more_pflops_there_saves() -> None:
    """51 in place of 50 save 60 - 10 kUSD: the hall is the limit, and not that it is in use."""
    plan = solve({f"{SITE}.fixed_cost": "1 MUSD/year"})
    assert plan.prices["price"].to_dict() == about(
        {("demand_met", "2030/a/chat/a"): 60e3, ("site_capacity", "2030/sa"): 50e3}
    )
    assert plan.sites["price_usd_per_pflops"].tolist() == about([50e3])
    assert reason(plan) == "site capacity: sa is full"


def test_work_that_stays_together_is_priced_at_what_its_site_costs() -> None:
    """At one of two halls of 100, the dearer idle: one PFLOPS more is 10 kUSD."""
    other = {"node": "a", "status": "operating", "compute": "100 PFLOPS", "opex": "20 kUSD/PFLOPS/year"}
    plan = solve({f"{SITE}.compute": "100 PFLOPS", "topology.sites.sb": other, f"{CHAT}.split": False})
    assert plan.prices["price"].to_dict() == about({("demand_met", "2030/a/chat/a"): 10e3})


def test_free_room_at_a_site_in_use_has_no_price_and_a_closed_site_none_either() -> None:
    """40 of the 50 are used: one more for a costs the opex. b has no way to sa, and sb would be the second site."""
    node = {"country": "KG", "lat": 44, "lon": 77}
    hall = {"node": "b", "status": "candidate", "from": YEAR, "compute": "0 PFLOPS", "opex": "1 kUSD/PFLOPS/year",
            "expansion": [{"max": "100 PFLOPS", "capex": "50 kUSD/PFLOPS"}]}  # fmt: skip
    rows = [{"origin": o, "workload": "chat", "compute": f"{p} PFLOPS"} for o, p in (("a", 40), ("b", 20))]
    changes = {
        "topology.nodes.b": node,
        "topology.sites.sb": hall,
        "demand.demands": rows,
        "scenario.limits": {"sites": 1},
    }
    plan = solve(changes)
    prices = plan.prices["price"].to_dict()
    assert prices == about({("demand_met", "2030/a/chat/a"): 10e3, ("demand_met", "2030/b/chat/b"): 60e3})
    assert reason(plan, origin="b") == "sites in use: limits.sites is 1, and sb is not among them"


def test_a_step_that_is_not_worth_it_is_named_with_its_price() -> None:
    """100 PFLOPS for 10 MUSD over five years are 2 MUSD a year; serving 30 more would save 1.5."""
    plan = solve({f"{SITE}.expansion": [{"step": "100 PFLOPS", "max": "1000 PFLOPS", "capex": "10 MUSD/step"}]})
    full, more = "cheaper unserved: sa is full", "a whole step of 100 PFLOPS there costs 2,000,000 USD/year"
    assert reason(plan) == f"{full}, and {more}, more than it would save"
    assert plan.sites["price_usd_per_pflops"].tolist() == about([50e3])


@pytest.mark.parametrize("option", [{"step": "10 PFLOPS", "max": "20 PFLOPS"}, {"max": "20 PFLOPS"}])
def test_a_site_built_to_its_max_says_so(option: dict[str, str]) -> None:
    """A PFLOPS for 36 kUSD over five years is 7,200 a year and saves 50,000: only `max` keeps from more."""
    plan = solve({f"{SITE}.expansion": [{**option, "capex": "36 kUSD/PFLOPS"}]})
    assert plan.builds["added"].tolist() == about([20])
    assert reason(plan) == "max: sa is full and built to its max"


@pytest.mark.parametrize(
    ("most", "until", "year"),
    [({2028: "100 PFLOPS", 2030: "20 PFLOPS"}, None, 2028), ({2028: "20 PFLOPS", 2030: "100 PFLOPS"}, 2028, 2030)],
)
def test_a_site_is_built_to_the_max_of_any_year_that_sees_what_is_built(
    most: dict[int, str], until: int | None, year: int
) -> None:
    """What is built lasts five years: 100 might stand in one year, and in the other no more than 20."""
    option = {"max": most, "capex": "36 kUSD/PFLOPS", **({} if until is None else {"until": until})}
    plan = solve({f"{SITE}.expansion": [option], "scenario.years": [2028, 2030]})
    assert plan.builds["added"].to_dict() == about({(2028, "site:sa", 0): 20})
    assert reason(plan, year) == "max: sa is full and built to its max"


def test_a_max_of_a_year_that_does_not_see_what_is_built_is_no_reason() -> None:
    """What is built lasts a year: 2028 has room for 100 whatever stands in 2030, at too high a price."""
    option = {"max": {2028: "100 PFLOPS", 2030: "20 PFLOPS"}, "capex": {2028: "90 kUSD/PFLOPS", 2030: "9 kUSD/PFLOPS"}}
    changes = {f"{SITE}.expansion": [option], "scenario.years": [2028, 2030], "scenario.finance.compute_life": 1}
    plan = solve(changes)
    assert plan.builds["added"].to_dict() == about({(2030, "site:sa", 0): 20})
    more = "more capacity there costs 90,000 USD/PFLOPS/year, more than it would save"
    assert reason(plan, 2028) == f"cheaper unserved: sa is full, and {more}"
    at_max = "max: sa is full and built to its max"
    assert reason(plan, 2030) == at_max
    assert plan.tables is not None
    tables = replace(plan.tables, demands=plan.demands.assign(reason=at_max))
    said = planner.verify_plan(replace(plan, tables=tables))
    assert said == [f"2028: demand a/chat: it does not hold that {at_max}"]


def test_a_max_that_would_only_save_money_is_no_reason() -> None:
    """The way holds 58.5 of 80: 50 stand, 4 are a dear step, 4.5 of 5 are cheap. More of those would spare the step."""
    options = [
        {"max": "5 PFLOPS", "capex": "20 kUSD/PFLOPS"},
        {"max": "20 PFLOPS", "step": "4 PFLOPS", "capex": "60 kUSD/PFLOPS"},
    ]
    changes = {
        "topology.nodes.b": {"country": "KZ", "lat": 44, "lon": 77},
        "topology.links": {"ab": {"ends": ["a", "b"], "kind": "terrestrial", "rtt": "1 ms", "capacity": "58.5 Gbps"}},
        f"{CHAT}.traffic": "1 Gbps/PFLOPS",
        f"{SITE}.expansion": options,
        "demand.demands.0.origin": "b",
    }
    plan = solve(changes)
    assert plan.builds["added"].to_dict() == about({(YEAR, "site:sa", 0): 4.5, (YEAR, "site:sa", 1): 4})
    assert reason(plan, origin="b") == "link capacity: ab is full, site capacity: sa is full"


def test_a_budget_that_does_not_reach_for_a_step_is_named() -> None:
    """One step costs 360 kUSD, and there are 300."""
    option = {"step": "10 PFLOPS", "max": "20 PFLOPS", "capex": "36 kUSD/PFLOPS"}
    plan = solve({f"{SITE}.expansion": [option], "scenario.limits": {"capex": "300 kUSD"}})
    assert reason(plan) == "capex: sa is full, and the budget for building is spent"


def test_a_fee_is_no_ban() -> None:
    """A rule that takes 1 kUSD abroad lets work go there: the hall is full."""
    changes = {
        "topology.nodes.b": {"country": "KG", "lat": 44, "lon": 77},
        "topology.links": {"ab": {"ends": ["a", "b"], "kind": "terrestrial", "rtt": "1 ms", "capacity": "10 Gbps"}},
        "demand.demands.0.origin": "b",
        "scenario.policy": {"residency": [{"origin": ["KG"], "hosts": "any", "fee": "1 kUSD/PFLOPS/year"}]},
    }
    plan = solve(changes)
    assert reason(plan, origin="b") == "site capacity: sa is full"
    assert plan.sites["price_usd_per_pflops"].tolist() == about([49e3])


def test_beside_other_objectives_the_limit_is_named_and_nothing_inside() -> None:
    """Served comes first, carbon next: the hall is what keeps 30 from being served."""
    plan = solve(
        {"scenario.objective": ["served", "carbon"], f"{SITE}.watts": "1 kW/PFLOPS", f"{SITE}.carbon": "500 g/kWh"}
    )
    assert reason(plan) == "site capacity: sa is full"


def test_what_is_wholly_served_has_no_reason_beside_other_objectives() -> None:
    """50 are asked for and 50 stand; the millionth that a later objective may take is no shortage."""
    changes = {
        "scenario.objective": ["served", "carbon"],
        f"{SITE}.watts": "1 kW/PFLOPS",
        f"{SITE}.carbon": "500 g/kWh",
    }
    plan = solve(changes | {"demand.demands.0.compute": "50 PFLOPS"})
    assert plan.demands["served_pflops"].tolist() == pytest.approx([50], rel=1e-5)


def test_prices_are_those_of_a_year() -> None:
    """Two years of four each, two blocks: 60 kUSD a year in both, not 120 in each block."""
    plan = solve({"scenario.years": [2026, 2030], "scenario.hours": 2})
    demands = {("demand_met", f"{year}/a/chat/a"): 60e3 for year in (2026, 2030)}
    sites = {("site_capacity", f"{year}/sa"): 50e3 for year in (2026, 2030)}
    assert plan.prices["price"].to_dict() == about(demands | sites)
    assert plan.duals["dual_usd"].to_dict()["site_capacity", "2026/0/intact/sa"] == about(4 * 50e3 / 2)


def test_where_one_more_and_one_less_are_not_worth_the_same_both_are_said() -> None:
    """A PFLOPS built in 2026 for 1000 USD serves both years: 200 + 7 a year, of two years each.

    One PFLOPS given in 2026 alone saves 207 a year, for 2028 then needs one of its own; one that is taken away in 2026
    has to be built, and paid for in 2028 as well: 414.
    """
    changes = {
        "scenario.years": [2026, 2028],
        f"{SITE}.compute": "1 PFLOPS",
        f"{SITE}.opex": "100 USD/PFLOPS/year",
        f"{SITE}.expansion": [{"max": "100 PFLOPS", "capex": "1000 USD/PFLOPS", "opex": "7 USD/PFLOPS/year"}],
    }
    row = solve(changes).prices.loc["site_capacity", "2026/sa"]
    assert (row["price_more"], row["price_less"]) == about((207, 414))


def test_prices_may_be_told_without_their_two_sides() -> None:
    """The hall is worth 50 kUSD a PFLOPS, and nobody has tried one more or one less."""
    plan = proved(base=one_hall(), sides=False)
    assert plan.prices["price"].to_dict()["site_capacity", "2030/sa"] == about(50e3)
    assert plan.prices[["price_more", "price_less"]].isna().all(axis=None)
