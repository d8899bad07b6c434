"""One small LP file for each constraint family and each term of the cost, checked by hand.

The world: home (KZ, 2 ms of access) has the site near, away (CN) the site far, and two links join them, fibre and the
half-duplex radio. Chat (20 PFLOPS) and tuning (a training volume of 40 PFLOPS) come from home. So each has three simple
paths, in the order of the names x…near, x…far (by radio) and x…far.2 (by fibre):

========== ============ ========================= ==========================================================
path       RTT ms       chat bills (premium)      Gbps per PFLOPS of chat (tuning: 0.1 each way)
========== ============ ========================= ==========================================================
near       2            1 + 0.01·2 = 1.02         none
by radio   2 + 20 = 22  (1 + 0.22)·1.1 = 1.342    2.5 in the one channel of radio (0.5 there, 2 back)
by fibre   2 + 10 = 12  (1 + 0.12)·1.1 = 1.232    0.5 in fibre/forward, 2 in fibre/backward
========== ============ ========================= ==========================================================

Tuning has no rtt_premium and no rule, so it bills 1 everywhere. Fills are 0.9 of sites and 0.8 of links.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from small import all_paths, load
from worlds import World, plain_scenario

from planner.programme.constraints import FAMILIES, Family
from planner.programme.objective import COST_TERMS, Priced
from planner.programme.prepare import prepare
from planner.programme.programme import Programme, build_programme

FOLDER = Path(__file__).parent / "golden"
Check = Callable[[Path, str], None]


def two_ways() -> World:
    """Return the world of the module's head."""
    place = {"lat": 43.0, "lon": 77.0}
    near = {
        "node": "home", "status": "operating", "compute": "10 PFLOPS", "opex": "3000 USD/PFLOPS/year",
        "power": "20 kW", "watts": "1 kW/PFLOPS", "pue": 1.25, "electricity": "0.1 USD/kWh",
    }  # fmt: skip
    more = {"max": "50 PFLOPS", "capex": "10 kUSD/PFLOPS", "opex": "100 USD/PFLOPS/year"}
    far = {"node": "away", "status": "operating", "compute": "100 PFLOPS", "opex": "1000 USD/PFLOPS/year"}
    fibre = {"capacity": "100 Gbps", "committed": "30 Gbps", "rtt": "10 ms", "transit": "100 USD/Gbps/year"}
    radio = {"capacity": "8 Gbps", "duplex": "half", "rtt": "20 ms", "transit": "40 USD/Gbps/year"}
    span = {"ends": ["home", "away"], "kind": "terrestrial"}
    topology = {
        "topology": "two-ways",
        "nodes": {"home": {"country": "KZ", "access_rtt": "2 ms", **place}, "away": {"country": "CN", **place}},
        "sites": {"near": near, "far": {**far, "expansion": [more]}},
        "links": {
            "fibre": {**span, **fibre, "expansion": [{"max": "40 Gbps", "capex": "1 kUSD/Gbps"}]},
            "radio": {**span, **radio, "kind": "microwave"},
        },
    }
    chat = {"kind": "inference", "unserved": "5 kUSD/PFLOPS/year", "rtt_premium": "0.01 /ms"}
    workloads = {
        "chat": {**chat, "traffic": "0.5 Gbps/PFLOPS", "traffic_back": "2 Gbps/PFLOPS"},
        "tuning": {"kind": "training", "unserved": "2 kUSD/PFLOPS/year", "traffic": "0.1 Gbps/PFLOPS"},
    }
    demands = [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "home", "workload": "tuning", "compute": "40 PFLOPS"},
    ]
    abroad = {"origin": ["KZ"], "workload": ["chat"], "hosts": "any", "fee": "200 USD/PFLOPS/year", "premium": 0.1}
    scenario = plain_scenario("two-ways", ["CN", "KZ"], 2030) | {
        "finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20},
        "policy": {"residency": [abroad]},
        "limits": {"site_fill": 0.9, "link_fill": 0.8},
    }
    return {
        "topology": topology,
        "demand": {"demand": "two-ways", "workloads": workloads, "demands": demands},
        "scenario": scenario,
    }


def lp_text(programme: Programme) -> str:
    """Return the problem as an LP file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "small.lp"
        programme.problem.writeLP(file)
        return file.read_text(encoding="utf-8")


def write_family(family: Family) -> str:
    """Return the LP of one family over all simple paths, with the whole cost."""
    programme = Programme(prepare(load(base=two_ways())))
    programme.add_family(family)
    programme.set_objective(whole_cost(programme))
    programme.add_paths(all_paths(programme.case))
    return lp_text(programme)


def write_term(name: str) -> str:
    """Return the LP of one term of the cost over all simple paths, without any row."""
    programme = Programme(prepare(load(base=two_ways())))
    programme.set_objective(COST_TERMS[name](programme.case, programme.variables))
    programme.add_paths(all_paths(programme.case))
    return lp_text(programme)


def whole_cost(programme: Programme) -> list[Priced]:
    """Return the symbols of the cost with their prices."""
    return [pair for term in COST_TERMS.values() for pair in term(programme.case, programme.variables)]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.__name__)
def test_a_family_writes_the_rows_of_its_golden_file(family: Family, golden: Check) -> None:
    """Where each coefficient comes from; the objective is explained below.

    demand_met       x near + x radio + x fibre + u = 20
    training_volume  x near + x radio + x fibre + u = 40, one block of the day: 1/H = 1
    site_capacity    near: 0.9 x 10 = 9;  far: paths by both links − 0.9 k ≤ 0.9 x 100 = 90
    site_power       near: 1.25 x 1 kW/PFLOPS = 0.00125 MW a PFLOPS ≤ 20 kW = 0.02 MW; far has no limit, so no row
    link_capacity    fibre: 0.5 (backward 2) chat + 0.1 tuning − 0.8 b ≤ 0.8 x 100 − 30 = 50 in each direction;
                     radio: (0.5 + 2) chat + (0.1 + 0.1) tuning ≤ 0.8 x 8 = 6.4 in both together
    build_limit      k ≤ 50,  b ≤ 40
    """
    golden(FOLDER / f"{family.__name__}.lp", write_family(family))


@pytest.mark.parametrize("name", COST_TERMS)
def test_a_term_of_the_cost_writes_the_objective_of_its_golden_file(name: str, golden: Check) -> None:
    """Where each coefficient comes from, in kUSD a year and PFLOPS or Gbps.

    capex     k: 10 kUSD over 5 years without discount = 2;  b: 1 kUSD over 20 years = 0.05
    opex      near 3 kUSD, far 1 kUSD, times what chat bills: 3 x 1.02 = 3.06, 1.342, 1.232;  k: 0.1
    energy    near: 1 kW x 1.25 x 8760 h x 0.1 USD/kWh = 1.095 kUSD, for chat x 1.02 = 1.1169
    fees      0.2 kUSD for chat abroad
    transit   chat: 2.5 Gbps x 0.1 kUSD by fibre = 0.25, 2.5 x 0.04 by radio = 0.1;  tuning: 0.2 x 0.1 and 0.2 x 0.04
    unserved  chat 5 kUSD, tuning 2 kUSD
    """
    golden(FOLDER / f"cost_{name}.lp", write_term(name))


def test_no_family_and_no_term_lacks_a_golden_file_and_none_is_left_over() -> None:
    """The folder is the table of contents of the programme."""
    named = {family.__name__ for family in FAMILIES} | {f"cost_{name}" for name in COST_TERMS}
    assert {file.stem for file in FOLDER.glob("*.lp")} == named


def test_rows_before_paths_and_paths_before_rows_give_the_same_programme() -> None:
    """A row takes in the paths that stand, a path enters the rows that stand."""
    rows_first = build_programme(prepare(load(base=two_ways())))
    rows_first.add_paths(all_paths(rows_first.case))
    paths_first = Programme(prepare(load(base=two_ways())))
    paths_first.set_objective([])
    paths_first.add_paths(all_paths(paths_first.case)[:2])
    paths_first.add_paths(all_paths(paths_first.case)[2:])
    for family in FAMILIES:
        paths_first.add_family(family)
    paths_first.set_objective(whole_cost(paths_first))
    assert lp_text(paths_first) == lp_text(rows_first)


def test_rows_between_paths_give_the_same_prices_of_the_sums() -> None:
    """What a row's dual pays for a sum does not depend on when the row came."""
    one, other = (Programme(prepare(load(base=two_ways()))) for _ in range(2))
    for programme in (one, other):
        programme.set_objective(whole_cost(programme))
    ways = all_paths(one.case)
    one.add_paths(ways)
    for family in FAMILIES:
        one.add_family(family)
        other.add_family(family)
        other.add_paths(ways[len(other.paths) : len(other.paths) + 1])
    duals = np.arange(1.0, len(one.rows) + 1)
    assert one.prices(duals).tolist() == other.prices(duals).tolist()
