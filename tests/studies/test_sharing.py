"""Whose demand a pool is for, on the triangle: home (KZ) asks for 20 PFLOPS, mid (KG) for 5, away (CN) for 30.

Near (KZ, 10 PFLOPS) and far (CN, 100) are open to KZ and KG, own (CN, 50) to CN alone.
"""

from __future__ import annotations

import pytest
from small import Changes, load, triangle

import planner

OWN = {"node": "away", "status": "operating", "compute": "50 PFLOPS", "opex": "1 kUSD/PFLOPS/year"}
ROWS = [
    {"origin": origin, "workload": "chat", "compute": amount}
    for origin, amount in (("home", "20 PFLOPS"), ("mid", "5 PFLOPS"), ("away", "30 PFLOPS"))
]
APART: Changes = {
    "topology.sites.own": OWN,
    "demand.demands": ROWS,
    "scenario.community": {"members": ["KZ", "KG", "CN"], "target": "40 PFLOPS"},
    "scenario.policy.residency": [
        {"origin": ["CN"], "hosts": ["site:own"]},
        {"origin": ["KZ", "KG"], "hosts": ["site:near", "site:far"]},
    ],
}


def sized(changes: Changes) -> planner.Sizing:
    """Size the triangle with changes."""
    return planner.size(load(changes, base=triangle()))


def test_demand_that_shares_no_site_is_left_out_and_said() -> None:
    """The pool serves the 25 of KZ and KG with its 40; with the 30 of CN it would be used up."""
    found = sized(APART)
    assert found.needed_pflops == pytest.approx({2030: 25}, rel=1e-5)
    assert found.exhausted is None
    assert found.years.loc[2030, "demand_pflops"] == pytest.approx(25)
    told = planner.summarise_sizing(found)
    assert told["counts"] == {
        "demand": [{"origin": "home", "workload": "chat"}, {"origin": "mid", "workload": "chat"}],
        "left_out": [{"origin": "away", "workload": "chat"}],
    }
    left = "30 PFLOPS that CN ask for in 2030 are left out: no other member may use a site that they may use."
    assert left in told["answer"]


def test_demand_that_may_use_one_shared_site_counts() -> None:
    """CN may use far as well, which the others use: 55 are needed, and 40 are used up."""
    found = sized({**APART, "scenario.policy.residency.0.hosts": ["site:own", "site:far"]})
    assert found.needed_pflops == pytest.approx({2030: 55}, rel=1e-5)
    assert found.exhausted == 2030
    assert found.left_out == ()


def test_where_nothing_is_shared_every_member_counts() -> None:
    """KG asks for nothing, so that no site has two members: there is no pool, and the need is that of each, 50."""
    found = sized({**APART, "demand.demands": [ROWS[0], ROWS[2]]})
    assert found.needed_pflops == pytest.approx({2030: 50}, rel=1e-5)
    assert planner.summarise_sizing(found)["counts"]["left_out"] == []
