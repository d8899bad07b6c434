"""Why work changed site: what the inputs and the tables show, and nothing where they show nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from small import about, plan, triangle
from worlds import changed, two_cities

import planner

CHAT = "demand.workloads.chat"
AVOID = {"scenario.policy": {"transit": [{"id": "not-kg", "avoid": ["KG"]}]}}
HOME = {"scenario.policy": {"residency": [{"id": "stay", "hosts": "home"}]}}


def reasons(before: dict[str, Any], after: dict[str, Any], *, base: Any = None) -> dict[tuple[str, str], list[str]]:
    """Return the reasons by where work went from and to."""
    world = base or two_cities()
    found = planner.compare([plan(before, base=world), plan(after, base=world)], ["one", "two"])
    rows = found.switches.reset_index()[["source", "target"]].to_dict("records")
    return {(row["source"], row["target"]): list(map(str, why)) for row, why in zip(rows, found.reasons, strict=True)}


@pytest.mark.parametrize(
    ("after", "there", "back"),
    [
        (
            {f"{CHAT}.max_rtt": "5 ms"},
            "because its limit of 5 ms is now below the 10 ms by which far served it",
            "because its limit in the baseline, 5 ms, is below the 10 ms by which far now serves it",
        ),
        (HOME, "because the rule stay now keeps it from far", "because the rule stay no longer keeps it from far"),
        (
            {"demand.demands.0.hosts": ["KZ"]},
            "because it may not go to far any more (hosts, serves or offers)",
            "because it may not go to far in the baseline (hosts, serves or offers)",
        ),
        (
            {"topology.sites.far.serves": ["training"]},
            "because it may not go to far any more (hosts, serves or offers)",
            "because it may not go to far in the baseline (hosts, serves or offers)",
        ),
        (
            {"topology.links": {}},
            "because the link fibre on its way to far is gone, or closed to it",
            "because the link fibre on its way to far is not there, or closed to it, in the baseline",
        ),
        (
            {"topology.links.fibre.usable_by": ["CN"]},
            "because the link fibre on its way to far is gone, or closed to it",
            "because the link fibre on its way to far is not there, or closed to it, in the baseline",
        ),
        (
            {"topology.sites.far": None},
            "because far is not there any more",
            "because far is not there in the baseline",
        ),
        (
            {"topology.sites.far.compute": "0 PFLOPS"},
            "because far has no compute any more",
            "because far has no compute in the baseline",
        ),
    ],
)
def test_what_closed_a_way_and_what_opened_it(after: dict[str, Any], there: str, back: str) -> None:
    """Work leaves far for near, and comes back."""
    assert reasons({}, after)["far", "near"][0] == there
    assert reasons(after, {})["near", "far"][0] == back


def test_a_country_that_must_be_avoided_closes_a_way() -> None:
    """Over mid it was cheaper; without the direct fibre nothing else is left."""
    base = changed(triangle(), {"topology.links.fibre": None})
    found = reasons({}, AVOID, base=base)["far", "near"]
    assert found[0] == "because its way to far crosses KG, which it must now avoid"
    back = reasons(AVOID, {}, base=base)["near", "far"]
    assert back[0] == "because its way to far crosses KG, which it must avoid in the baseline"


def test_a_site_that_is_now_full() -> None:
    """Far holds 12 of the 20 PFLOPS, so 8 go near."""
    found = reasons({}, {"topology.sites.far.compute": "12 PFLOPS"})
    assert found == {("far", "near"): ["because far is now full"]}
    assert reasons({"topology.sites.far.compute": "12 PFLOPS"}, {}) == {
        ("near", "far"): ["because far, full in the baseline, is full no longer"]
    }


def test_a_link_that_is_now_full() -> None:
    """Chat needs 0.5 Gbps each way a PFLOPS: 6 Gbps carry 12 PFLOPS."""
    narrow = {"topology.links.fibre.capacity": "6 Gbps"}
    assert reasons({}, narrow) == {("far", "near"): ["because the link fibre on its way to far is now full"]}
    assert reasons(narrow, {}) == {
        ("near", "far"): ["because the link fibre on its way to far, full in the baseline, is full no longer"]
    }


def test_a_site_that_is_at_its_limit_of_power() -> None:
    """6 MW carry 12 PFLOPS at 500 kW each."""
    hungry = {"topology.sites.far.watts": "500 kW/PFLOPS"}
    limited = {**hungry, "topology.sites.far.power": "6 MW"}
    assert reasons(hungry, limited) == {("far", "near"): ["because far is now at its limit of power"]}


def test_a_site_is_full_by_its_load_though_more_of_it_is_worth_nothing() -> None:
    """At 2900 USD and 100 of transit far costs what near does, so its price is zero; 10 PFLOPS are all it has now."""
    tied = {"topology.sites.far.opex": "2900 USD/PFLOPS/year"}
    one = plan({**tied, "topology.sites.near.compute": "0 PFLOPS"})
    two = plan({**tied, "topology.sites.far.compute": "10 PFLOPS", "topology.sites.near.compute": "30 PFLOPS"})
    assert one.tables is not None
    assert two.tables is not None
    assert two.sites["price_usd_per_pflops"].tolist() == about([0, 0])
    far = one.tables.paths.assign(pflops=10.0)
    paths = pd.concat([far, far.rename(index={"far": "near"}, level="site").assign(links="")])
    found = planner.compare([one, replace(two, tables=replace(two.tables, paths=paths))])
    assert "because far is now full" in list(map(str, found.reasons[0]))


def test_the_number_of_sites_is_named_with_its_place_in_the_scenario() -> None:
    """Far holds 12 of the 20 PFLOPS and near the other 8; with one site only, 8 are left."""
    small = changed(two_cities(), {"topology.sites.far.compute": "12 PFLOPS"})
    one = {"scenario.limits": {"sites": 1}}
    gone = "because a limit on the whole plan now binds: number of sites (limits.sites)"
    back = "because a limit on the whole plan binds in the baseline only: number of sites (limits.sites)"
    assert gone in reasons({}, one, base=small)["near", "(unserved)"]
    assert back in reasons(one, {}, base=small)["(unserved)", "near"]


def test_a_limit_of_sites_that_the_baseline_keeps_too_is_no_reason() -> None:
    """All 20 PFLOPS are far in one plan, where one site is allowed, and near in the other, where far is closed."""
    roomy = changed(two_cities(), {"topology.sites.near.compute": "30 PFLOPS"})
    one = {"scenario.limits": {"sites": 1}, "topology.sites.far.compute": "0 PFLOPS"}
    assert reasons({}, one, base=roomy)["far", "near"] == ["because far has no compute any more"]


def test_a_price_with_distance_and_border_is_the_one_that_is_paid() -> None:
    """1000 USD, 100 ms at 0.1 % a ms and 20 % abroad: 1000 x 1.1 x 1.2 = 1320, then 1200 x 1.1 x 1.2 = 1584."""
    base = changed(
        two_cities(),
        {
            f"{CHAT}.rtt_premium": "0.001 /ms", f"{CHAT}.traffic": "0 Gbps/PFLOPS",
            "topology.links.fibre.rtt": "100 ms", "topology.sites.near.opex": "1400 USD/PFLOPS/year",
            "topology.sites.near.compute": "30 PFLOPS",
            "scenario.policy": {"residency": [{"id": "dear", "origin": ["KZ"], "hosts": "any", "premium": "0.2"}]},
        },
    )  # fmt: skip
    dearer = {"topology.sites.far.opex": "1200 USD/PFLOPS/year"}
    expected = "because running work at far costs it 1,584 in place of 1,320 USD/PFLOPS/year"
    assert reasons({}, dearer, base=base)["far", "near"] == [expected]
    assert plan(base=base).total_cost_usd == about(20 * 1320)


def test_a_price_that_changed() -> None:
    """Far at 4000 USD and 100 of transit is dearer than near at 3000, which takes its 10."""
    dear = {"topology.sites.far.opex": "4000 USD/PFLOPS/year"}
    expected = "because running work at far costs it 4,100 in place of 1,100 USD/PFLOPS/year"
    assert expected in reasons({}, dear)["far", "near"]
    cheap = {"topology.sites.near.opex": "500 USD/PFLOPS/year"}
    expected = "because running work at near costs it only 500 in place of 3,000 USD/PFLOPS/year"
    assert reasons({}, cheap)["far", "near"] == [expected]


def test_a_limit_on_the_whole_plan() -> None:
    """A PFLOPS far emits 3.504 t a year (1 kW x 8760 h x 400 g): 35.04 t leave 10 of its 12 there."""
    far = "topology.sites.far"
    base = changed(
        two_cities(), {f"{far}.compute": "12 PFLOPS", f"{far}.carbon": "400 g/kWh", f"{far}.watts": "1 kW/PFLOPS"}
    )
    limited = {"scenario.limits": {"carbon": "35.04 t/year"}}
    assert reasons({}, limited, base=base) == {
        ("far", "near"): ["because a limit on the whole plan now binds: budget for carbon"]
    }
    back = reasons(limited, {}, base=base)
    assert back == {
        ("near", "far"): ["because a limit on the whole plan binds in the baseline only: budget for carbon"]
    }


def test_more_and_less_demand() -> None:
    """What is newly asked for came from nowhere else."""
    double = {"demand.demands.0.compute": "40 PFLOPS"}
    assert reasons({}, double) == {("(new demand)", "far"): ["because 40 PFLOPS are asked for in place of 20"]}
    assert reasons(double, {}) == {
        ("far", "(no longer asked)"): ["because only 20 PFLOPS are asked for in place of 40"]
    }


def test_work_that_is_left_gives_the_tables_reason() -> None:
    """Near is full, and far is too far."""
    found = reasons({}, {f"{CHAT}.max_rtt": "5 ms"})["far", "(unserved)"]
    assert found[1] == "because of this limit: site capacity: near is full"
    back = reasons({f"{CHAT}.max_rtt": "5 ms"}, {})["(unserved)", "far"]
    assert "because this limit of the baseline no longer holds it back: site capacity: near is full" in back


def test_another_objective_is_the_reason_of_last_resort() -> None:
    """Nearest is not cheapest."""
    found = reasons({}, {"scenario.objective": ["served", "latency"]})
    assert found["far", "near"] == ["because the objective is served, latency in place of cost"]


def test_where_nothing_shows_a_reason_none_is_given() -> None:
    """A second site that costs the same takes the work of the first by chance."""
    one, two = plan(), plan()
    assert one.tables is not None
    paths = one.tables.paths.rename(index={"far": "near"}, level="site")
    other = replace(two, tables=replace(one.tables, paths=paths))
    found = planner.compare([one, other])
    assert list(found.switches["because"]) == ["no single limit explains it"]
    assert found.switches["pflops"].tolist() == about([20])


def test_shares_are_of_what_the_baseline_asked() -> None:
    """8 of 20 PFLOPS."""
    found = planner.compare([plan(), plan({"topology.sites.far.compute": "12 PFLOPS"})])
    assert found.switches["share"].tolist() == about([0.4])
    assert found.switches["country"].tolist() == ["KZ"]


def test_sites_that_cost_the_same_are_said_to_be_a_matter_of_choice() -> None:
    """Far at 1100 USD is full, which is worth 1900; near costs 3000: 2 of its 12 PFLOPS may as well be near."""
    one, two = plan({"topology.sites.far.compute": "12 PFLOPS"}), plan({"topology.sites.far.compute": "12 PFLOPS"})
    assert one.sites["price_usd_per_pflops"].to_dict() == about({(2030, "far"): 1900, (2030, "near"): 0})
    assert two.tables is not None
    paths = two.tables.paths.copy()
    paths["pflops"] += [-2.0, 2.0]
    found = planner.compare([one, replace(two, tables=replace(two.tables, paths=paths))])
    assert list(found.switches["because"]) == [
        "because far and near cost it the same in both plans, the worth of what is full counted: either will do"
    ]
    assert found.switches["pflops"].tolist() == about([2])


def test_a_limit_that_holds_back_less_is_not_said_to_be_gone() -> None:
    """Near holds 10 of the 20 PFLOPS that cannot go far, then 14: 6 are still unserved because it is full."""
    before = {f"{CHAT}.max_rtt": "5 ms"}
    after = {**before, "topology.sites.near.compute": "14 PFLOPS"}
    assert reasons(before, after)["(unserved)", "near"] == [
        "because less of it is held back by this limit of the baseline: site capacity: near is full"
    ]
    whole = {**before, "topology.sites.near.compute": "20 PFLOPS"}
    assert reasons(before, whole)["(unserved)", "near"][0] == (
        "because this limit of the baseline no longer holds it back: site capacity: near is full"
    )


WORLDS: dict[str, dict[str, Any]] = {
    "all": {},
    "short": {f"{CHAT}.max_rtt": "5 ms"},
    "home": HOME,
    "small": {"topology.sites.far.compute": "12 PFLOPS"},
    "narrow": {"topology.links.fibre.capacity": "6 Gbps"},
    "dear": {"topology.sites.far.opex": "4000 USD/PFLOPS/year"},
    "cut": {"topology.links.fibre": None},
    "double": {"demand.demands.0.compute": "40 PFLOPS"},
}


@pytest.mark.parametrize("before", WORLDS)
@pytest.mark.parametrize("after", WORLDS)
def test_every_reason_is_true_by_the_tables(before: str, after: str) -> None:
    """What is said to be full is so in that plan only, by its load; what is said to be gone is not there."""
    one, two = plan(WORLDS[before], base=triangle()), plan(WORLDS[after], base=triangle())
    found = planner.compare([one, two], ["one", "two"])
    for said in (each for row in found.reasons for each in row):
        fields, kind = said.fields, said.kind
        sites = [each.sites["utilisation"].get((2030, fields.get("site")), 0) >= 1 - 1e-6 for each in (one, two)]
        links = [each.links["utilisation"].get((2030, fields.get("link")), 0) >= 1 - 1e-6 for each in (one, two)]
        there = [fields.get("link") in each.inputs.topology.links for each in (one, two)]
        limits = [each.inputs.demand.workloads["chat"].max_rtt_ms for each in (one, two)]
        asked = [float(each.demands["demand_pflops"].sum()) for each in (one, two)]
        rules = [[rule.id for rule in each.inputs.scenario.policy.residency] for each in (one, two)]
        reason = fields.get("reason")
        left = float(two.demands["unserved_pflops"].sum())
        truths = {
            "site_full": sites == [False, True], "site_freed": sites == [True, False],
            "link_full": links == [False, True], "link_freed": links == [True, False],
            "link_gone": there == [True, False], "link_new": there == [False, True],
            "rtt_fell": limits[1] == fields.get("limit"), "rtt_rose": limits[0] == fields.get("limit"),
            "rule_keeps": rules == [[], [fields.get("rule")]], "rule_frees": rules == [[fields.get("rule")], []],
            "asked_more": asked[0] < asked[1] == fields.get("after"),
            "asked_less": asked[0] > asked[1] == fields.get("after"),
            "dearer": fields.get("after", 0) > fields.get("before", 0),
            "cheaper": fields.get("after", 0) < fields.get("before", 0),
            "left": reason in set(two.demands["reason"]),
            "was_left": reason in set(one.demands["reason"]) and left == 0,
            "eased": reason in set(one.demands["reason"]) and left > 0,
            "either": True, "none": True,
        }  # fmt: skip
        assert truths[kind], str(said)
