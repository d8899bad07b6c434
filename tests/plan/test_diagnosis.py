"""A scenario without a plan says why, in the user's own words; and each reason holds when it is acted on.

Base: two cities. Home (KZ) asks for 20 PFLOPS of chat, near has 10 there; far has 100 in CN, 10 ms away over a fibre of
100 Gbps, of which a PFLOPS takes half a Gbps.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from small import load, plan
from worlds import KINDS, World, changed, roll_world, tidied, two_cities
from worlds.chance import Dice

import planner
from plan.acting import act_on
from planner.plan.diagnosis.eased import greatest, least

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NEAR, CHAT, ROW = "topology.sites.near", "demand.workloads.chat", "demand.demands.0"
MUST = {f"{CHAT}.unserved": "required"}
QUICK = {f"{CHAT}.max_rtt": "5 ms"}
AT_HOME = {"scenario.policy.residency": [{"id": "soil", "origin": ["KZ"], "hosts": "home"}]}
FLOOR = {"scenario.policy.floor.served_share": 0.8}


def share(at_least: float) -> dict[str, Any]:
    """A rule on how much of chat is hosted at home."""
    rule = {"id": "home-first", "workload": ["chat"], "hosts": "home", "at_least": at_least}
    return {"scenario.policy.shares": [rule]}


ALONE = "with this change alone a plan exists: "
BOTH = [{"origin": city, "workload": "chat", "compute": "10 PFLOPS"} for city in ("home", "away")]

# What is asked, the limit that denies it, and what is said: derived by hand beside each.
CLASHES: dict[str, tuple[dict[str, Any], str]] = {
    # Nobody may leave home: two sites are needed where one may be in use.
    "sites": (
        {**MUST, **QUICK, "demand.demands": BOTH, "scenario.limits.sites": 1},
        "limits.sites is 2 in place of 1",
    ),
    # 10 more at home are one step of 10 at 3 MUSD; 12 more would be two.
    "capex": (
        {**MUST, **QUICK, f"{NEAR}.expansion": [{"step": "10 PFLOPS", "capex": "3 MUSD/step"}],
         f"{ROW}.compute": "22 PFLOPS", "scenario.limits.capex": "5 MUSD"},
        "limits.capex is 6,000,000 USD in place of 5,000,000",
    ),
    # The fibre exists only with a project of 6 MUSD.
    "project": (
        {**MUST, "topology.links.fibre.project": "dig", "topology.projects.dig": {"capex": "6 MUSD"},
         "scenario.limits.capex": "5 MUSD"},
        "limits.capex is 6,000,000 USD in place of 5,000,000",
    ),
    # 20 PFLOPS at 1 kW are 175.2 GWh, at 500 g/kWh 87,600 t.
    "carbon": (
        {**MUST, "topology.sites.near": None, "topology.sites.far.watts": "1 MW/PFLOPS",
         "topology.sites.far.carbon": "500 g/kWh", "scenario.limits.carbon": "80 kt/year"},
        "limits.carbon is 87,600 t in 2030 in place of 80,000",
    ),
    # Near serves 10 of 20.
    "floor": ({**FLOOR, **QUICK}, "policy.floor.served_share is 0.5 in place of 0.8"),
    # 20 go to no single site of 15 each.
    "split": (
        {**MUST, f"{CHAT}.split": False, f"{NEAR}.compute": "15 PFLOPS", "topology.sites.far.compute": "15 PFLOPS"},
        "home/chat at home, 20 PFLOPS in 2030, may be split",
    ),
    # Near can be given 15 and no more in whole steps of 5, and 16 are asked for in one place.
    "cluster": (
        {**MUST, **QUICK, f"{CHAT}.min_cluster": "16 PFLOPS", f"{ROW}.compute": "12 PFLOPS",
         f"{NEAR}.expansion": [{"step": "5 PFLOPS", "max": "9 PFLOPS"}]},
        "chat has no min_cluster of 16 PFLOPS",
    ),
    # One step of 8 fits under a max of 15: 18 stand, 20 are asked for.
    "steps": (
        {**MUST, **QUICK, f"{NEAR}.expansion": [{"step": "8 PFLOPS", "max": "15 PFLOPS"}]},
        "steps may be built in part: near",
    ),
    # Without the fibre near keeps 10 of the 20.
    "failure": (
        {**MUST, f"{CHAT}.survives": 1, "scenario.contingencies": "links"},
        "nothing has to survive link:fibre",
    ),
    # 0.8 of 100 at far, and home must use all of it.
    "site fill": (
        {**MUST, f"{ROW}.compute": "100 PFLOPS", "scenario.limits.site_fill": 0.8},
        "limits.site_fill is 1 in place of 0.8",
    ),
    # 20 PFLOPS take 10 of 12 Gbps, of which 0.8 may be used.
    "link fill": (
        {**MUST, "topology.sites.near": None, "topology.links.fibre.capacity": "12 Gbps",
         "scenario.limits.link_fill": 0.8},
        "limits.link_fill is 1 in place of 0.8",
    ),
    # 90 of 100 are taken and 80 may be: 112.5 Gbps would do, for 0.8 of them are 90.
    "committed": (
        {"topology.links.fibre.committed": "90 Gbps", "scenario.limits.link_fill": 0.8},
        "12.5 Gbps more on link fibre",
    ),
    # 20 PFLOPS draw 24 MW.
    "power": (
        {**MUST, "topology.sites.near": None, "topology.sites.far.watts": "1 MW/PFLOPS",
         "topology.sites.far.pue": 1.2, "topology.sites.far.power": "20 MW"},
        "4 MW more at the meter of site far",
    ),
    # 10 Gbps are needed and 4 are there.
    "light": (
        {**MUST, "topology.sites.near": None, "topology.links.fibre.capacity": "4 Gbps"},
        "6 Gbps more on link fibre",
    ),
    "compute": ({**MUST, **QUICK}, "10 PFLOPS more at site near"),
    "count": (
        {**MUST, "topology.sites.far.status": "planned", "topology.sites.far.from": 2026},
        "count names operating, building, planned",
    ),
    "residency": ({**MUST, **AT_HOME}, "the residency rule soil is gone"),
    "two residency rules": (
        {**MUST, "scenario.policy.residency": [{"origin": ["KZ"], "hosts": "home"}, {"hosts": ["KZ"]}]},
        "all residency rules are gone",
    ),
    # 10 of 20 can be hosted at home.
    "share": ({**MUST, **share(0.6)}, "at_least of the rule home-first on shares is 0.5 in place of 0.6"),
    # A floor has 16 served at least, of which 10 can be hosted at home: serving the other 4 would ask for more.
    "share of a floor": ({**FLOOR, **share(0.9)}, "at_least of the rule home-first on shares is 0.625 in place of 0.9"),
    # The floor asks for 10 of 20, which might be the odd half of them; but that goes nowhere, and near has 4 for chat.
    "share of what need not be served": (
        {"scenario.policy.floor.served_share": 0.5, **share(0.5), f"{NEAR}.compute": "4 PFLOPS",
         "demand.workloads.odd": {"kind": "inference", "requires": ["rare"], "unserved": "5000 USD/PFLOPS/year"},
         "demand.demands": [{"origin": "home", "workload": key, "compute": "10 PFLOPS"} for key in ("chat", "odd")]},
        "the rule home-first on shares is gone",
    ),
    "latency": ({**MUST, **QUICK}, "chat has no max_rtt of 5 ms"),
    "hosts": ({**MUST, f"{ROW}.hosts": ["site:near"]}, "these demands have no hosts of their own: home/chat"),
    "users": ({**MUST, "topology.links.fibre.usable_by": ["CN"]}, "these links have no usable_by: fibre"),
    # The floor wants 16 where 10 are, and the fibre is full of others' traffic: neither alone is enough.
    "two at once": (
        {**FLOOR, **QUICK, "topology.links.fibre.capacity": "10 Gbps", "topology.links.fibre.committed": "12 Gbps"},
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CLASHES)
def test_what_stands_in_the_way_is_named_with_the_least_that_is_enough(name: str) -> None:
    """In the words and units of the files; every change that is named makes a plan possible when it is made."""
    changes, change = CLASHES[name]
    world = changed(two_cities(), changes)
    found = plan(base=world)
    assert found.status is planner.Status.INFEASIBLE
    assert not change or ALONE + change in found.findings
    acted = [act_on(world, finding) for finding in found.findings]
    assert any(acted)
    for finding, eased in zip(found.findings, acted, strict=True):
        assert eased is None or plan(base=eased).status is planner.Status.OPTIMAL, finding


def test_work_across_a_border_may_not_pass_a_country_that_is_avoided() -> None:
    """The only way leads through mid in KG."""
    rule = {"scenario.policy.transit": [{"origin": ["KZ"], "avoid": ["KG"]}]}
    changes = {**MUST, **rule, "topology.nodes.mid": {"country": "KG", "lat": 43.5, "lon": 80.0}}
    span = {"kind": "terrestrial", "rtt": "5 ms", "capacity": "100 Gbps"}
    changes |= {"topology.links": {"low": {"ends": ["home", "mid"], **span}, "high": {"ends": ["mid", "away"], **span}}}
    assert ALONE + "the transit rule 0 is gone" in plan(changes).findings


def test_limits_that_clash_together_are_named_together() -> None:
    """Others take 12 of 10 Gbps whatever the members get; at home 10 of 20 can be served: both have to give."""
    world = changed(two_cities(), CLASHES["two at once"][0])
    (_, together) = plan(base=world).findings
    assert together == (
        "no single change helps; together these do: policy.floor.served_share is 0.5 in place of 0.8;"
        " 2 Gbps more on link fibre"
    )
    eased = act_on(world, together)
    assert eased is not None
    assert plan(base=eased).status is planner.Status.OPTIMAL


def test_what_is_required_is_told_in_whole_decisions() -> None:
    """Five sixths of a project carry nothing: all 20 PFLOPS are lost but the 10 that near serves."""
    found = plan(CLASHES["project"][0])
    assert found.findings[0] == "home/chat at home is required: 10 of 20 PFLOPS cannot be served in 2030"


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        (
            {**QUICK, NEAR: None},
            "20 of 20 PFLOPS cannot be served: no site within latency: the nearest allowed one, far",
        ),
        ({NEAR: None, f"{CHAT}.kind": "training", **QUICK}, "20 of 20 PFLOPS cannot be served: no site within latency"),
        ({NEAR: None, "topology.links.fibre.capacity": "5 Gbps"}, "10 of 20 PFLOPS cannot be served in 2030"),
    ],
)
def test_required_work_says_which_rule_leaves_it_no_way(changes: dict[str, Any], finding: str) -> None:
    """And where a way is left, by how much it is too narrow."""
    assert plan({**MUST, **changes}).findings[0].startswith(f"home/chat at home is required: {finding}")


def test_traffic_that_cannot_be_had_is_told_in_gbps() -> None:
    """120 are required and 100 fit."""
    row = {"origin": "home", "to": "away", "workload": "internet", "rate": "120 Gbps"}
    changes = {"demand.workloads.internet": {"kind": "traffic", "unserved": "required"}, "demand.demands": [row]}
    assert plan(changes).findings == (
        "home--away/internet at home is required: 20 of 120 Gbps cannot be served in 2030",
        ALONE + "20 Gbps more on link fibre",
    )


def test_builds_that_were_given_and_a_pool_are_limits_too() -> None:
    """Nothing was built for 10, 20 are required now; and a pool of 12 is too small for 20."""
    option = {f"{NEAR}.expansion": [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}]}
    before = plan({**MUST, **QUICK, **option, f"{ROW}.compute": "10 PFLOPS"})
    after = plan({**MUST, **QUICK, **option}, builds=before.tables)
    assert ALONE + "other things are built than were given" in after.findings
    assert ALONE + "the pool is 20 PFLOPS in place of 12" in plan(MUST, pool_pflops=12).findings


def test_a_short_answer_tries_nothing_but_what_is_required() -> None:
    """Enough for one of many plans of a study."""
    found = plan({**MUST, **QUICK}, briefly=True)
    assert found.findings == ("home/chat at home is required: 10 of 20 PFLOPS cannot be served in 2030",)


def test_what_there_was_no_time_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """No second is left for any trial."""
    monkeypatch.setattr("planner.plan.diagnosis.findings.SECONDS", -1.0)
    (finding,) = plan({**FLOOR, **QUICK}).findings
    assert finding.startswith("not tried to the end, for want of time: policy.floor.served_share, capacity of links")


TIGHT: list[dict[str, Any]] = [
    {"demand.workloads.chat.unserved": "required", "scenario.limits.capex": "50 kUSD"},
    {"scenario.policy.floor.served_share": 0.6, "scenario.limits.carbon": "100 t/year"},
    {"demand.workloads.tuning.unserved": "required", "scenario.limits.sites": 2},
]
"""What makes a world by chance likely to have no plan."""


def impossible_worlds(tight: dict[str, Any], kinds: Sequence[str] = KINDS) -> Iterator[World]:
    """Yield worlds by chance for which there is no plan."""
    for seed in range(200):
        world = changed(tidied(roll_world(Dice(seed), kinds[seed % len(kinds)])), tight)
        if planner.solve(load(base=world), briefly=True).status is planner.Status.INFEASIBLE:
            yield world


@pytest.mark.parametrize(
    ("tight", "kinds"),
    [*((tight, KINDS) for tight in TIGHT), ({}, ["limits"])],
    ids=["capex", "floor", "sites", "groups-and-members"],
)
def test_every_change_that_is_named_makes_a_plan_possible(tight: dict[str, Any], kinds: Sequence[str]) -> None:
    """In worlds by chance too: each is made, and the question solved again; nothing is said that does not hold."""
    tried = 0
    for world in islice(impossible_worlds(tight, kinds), 6):
        findings = plan(base=world).findings
        assert findings
        for finding in findings:
            eased = act_on(world, finding)
            if eased is not None:
                tried += 1
                assert plan(base=eased, briefly=True).status.has_plan, finding
    assert tried > 3


def test_no_internal_name_is_said_and_something_always_is() -> None:
    """Names of families and keys of rows are the programme's own business."""
    for changes, _ in CLASHES.values():
        findings = plan(changes).findings
        assert findings
        assert not re.search(r"2030/|_capacity|_budget|whole_choice|site_use|short by|\d/intact", " ".join(findings))


def test_amounts_are_rounded_so_that_as_much_as_is_said_is_enough() -> None:
    """Up for what is needed, down for what can be kept; the solver's rounding is none."""
    assert [least(value) for value in (6.0000000001, 1.2345671, 0.0, 123456789.0)] == [6, 1.23457, 0, 123457000]
    assert [greatest(value) for value in (0.79999999999, 1 / 3)] == [0.8, 0.333333]
