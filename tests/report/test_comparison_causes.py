"""Why work changed site: what the inputs and the tables show, and nothing where they show nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
            "because its limit in the baseline, 5 ms, is below the 10 ms to far",
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
    assert reasons({}, limited, base=base) == {("far", "near"): ["because the limit carbon budget now binds"]}
    back = reasons(limited, {}, base=base)
    assert back == {("near", "far"): ["because the limit carbon budget binds in the baseline only"]}


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
