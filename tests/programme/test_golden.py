"""One small LP file for each constraint family, each term of the cost and each objective, checked by hand.

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

What a family needs beyond this world stands in `CHANGES`, beside its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pulp
import pytest
from small import Changes, all_paths, load
from worlds import World, changed, plain_scenario

from planner import Status, Watch
from planner.engine.gates import add_violated_use
from planner.engine.optimisation import Optimisation
from planner.engine.solution import Solution
from planner.programme.constraints import Key
from planner.programme.families import FAMILIES, OBJECTIVES
from planner.programme.objective import COST_TERMS, cost
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


WRITTEN = [name for name, family in FAMILIES.items() if family.rows is not None]
"""Families but those that the engine adds: where a solution violates them, or one objective is held for the next."""

FAR_IN_STEPS = [{"step": "20 PFLOPS", "max": "50 PFLOPS", "capex": "200 kUSD/step"}]
EVEN = {"scenario.objective": "peak_utilisation"}
FIXED = {"topology.sites.near.fixed_cost": "7 kUSD/year", "topology.sites.far.fixed_cost": "9 kUSD/year"}
LAID = {
    "topology.projects.silk": {"capex": "400 kUSD", "opex": "3 kUSD/year"},
    "topology.links.fibre.project": "silk",
}
DIRTY = {"topology.sites.far.watts": "2 kW/PFLOPS", "topology.sites.far.carbon": "500 g/kWh"}
POWERED = {"topology.sites.far.watts": "2 kW/PFLOPS", "topology.sites.far.electricity": "0.05 USD/kWh"}
HALL = {"topology.projects.hall": {"capex": "1 MUSD"}, "topology.sites.far.project": "hall"}
CLUSTER = {"demand.workloads.tuning.min_cluster": "120 PFLOPS"}
IN_CARDS = {"demand.workloads.tuning.min_cluster": "160 cards", "topology.sites.far.chip": "ascend-910c"}
WHOLE = {"demand.workloads.chat.split": False}

OTHERS = {
    "topology.background": [{"between": ["home", "away"], "rate": "40 Gbps", "unserved": "30 kUSD/Gbps/year"}],
    "topology.links.fibre.expansion": [{"max": "40 Gbps", "capex": "15 kUSD/Gbps"}],
}

IDLE = {
    "topology.sites.far.watts": "2 kW/PFLOPS",
    "topology.sites.far.load": 0.75,
    "topology.sites.far.idle": 0.25,
    "topology.sites.far.project": "hall",
    "topology.projects.hall": {"capex": "1 MUSD"},
}
"""Half a kW of a PFLOPS that waits, one more of what works; what stands is there with its hall."""
SEASONS = {"scenario.seasons": {"winter": "146 days", "summer": "219 days"}}
"""Two and three fifths of the year."""

CHANGES: dict[str, Changes] = {
    "training_volume": SEASONS,
    "site_power": {**IDLE, **SEASONS, "topology.sites.far.power": {"seasons": {"winter": "40 kW", "summer": "90 kW"}}},
    "cost_energy": {
        **IDLE,
        **SEASONS,
        "topology.sites.far.electricity": {"seasons": {"winter": "0.2 USD/kWh", "summer": "0.1 USD/kWh"}},
    },
    "background_capacity": OTHERS,
    "survival": {"demand.workloads.chat.survives": 0.75, "scenario.contingencies": ["link:radio"]},
    "site_use": FIXED,
    "site_use_strong": FIXED,
    "site_opening": FIXED,
    "site_limit": {"scenario.limits.sites": 1},
    "cluster": CLUSTER,
    "cluster_size": IN_CARDS,
    "whole": WHOLE,
    "whole_choice": WHOLE,
    "project_link": LAID,
    "project": {
        **LAID,
        "topology.projects.hall": {"capex": "1 MUSD"},
        "topology.sites.far.expansion.0.project": "hall",
    },
    "build_steps": {
        "topology.sites.far.expansion": FAR_IN_STEPS,
        "topology.links.fibre.expansion": [{"step": "15 Gbps", "max": "40 Gbps", "capex": "15 kUSD/step"}],
    },
    "floor": {"scenario.policy.floor": {"served_share": 0.8}},
    "share": {"scenario.policy.shares": [{"hosts": "home", "at_least": 0.3}]},
    "group_power": {**POWERED, "topology.groups.both": {"sites": ["near", "far"], "power": "90 kW"}},
    "group_compute": {**HALL, "topology.groups.both": {"sites": ["near", "far"], "compute": "120 PFLOPS"}},
    "member_capex": {
        **LAID,
        "scenario.limits.members": {"CN": {"capex": "600 kUSD"}},
        "topology.sites.far.owner": {"CN": 0.75, "KZ": 0.25},
    },
    "member_hosting": {"scenario.limits.members": {"CN": {"hosted_min": "30 PFLOPS"}}},
    "member_opex": {**FIXED, **POWERED, "scenario.limits.members": {"CN": {"opex": "60 kUSD/year"}}},
    "peak": {**LAID, **EVEN},
    "measure_peak_utilisation": EVEN,
    "capex_budget": {**LAID, "scenario.limits.capex": "600 kUSD"},
    "carbon_budget": {
        **IDLE,
        **DIRTY,
        "scenario.limits": {"site_fill": 0.9, "link_fill": 0.8, "carbon": "300 t/year", "embodied": True},
        "topology.sites.far.embodied": "150 kg/PFLOPS",
        "topology.sites.near.embodied": "200 kg/PFLOPS",
    },
    "cost_capex": LAID,
    "cost_fixed": FIXED,
    "cost_opex": LAID,
    "measure_carbon": {**IDLE, **DIRTY},
}


def lp_text(programme: Programme) -> str:
    """Return the problem as an LP file."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "small.lp"
        programme.problem.writeLP(file)
        return file.read_text(encoding="utf-8")


def open_world(name: str) -> Programme:
    """Return the world of a golden file, all states open, all simple paths there, no row and nothing to minimise."""
    case = prepare(load(base=changed(two_ways(), CHANGES.get(name, {}))))
    programme = Programme(replace(case, pool_pflops=70.0) if name == "pool" else case)
    programme.open_states(programme.case.states)
    programme.set_objective([])
    programme.add_paths(all_paths(programme.case))
    return programme


def write_family(name: str) -> str:
    """Return the LP of one family over all simple paths."""
    programme = open_world(name)
    case, v = programme.case, programme.variables
    for key, constraint in FAMILIES[name].write(case, v, case.states):
        programme.add_row(name, key, constraint)
    return lp_text(programme)


def write_priced(name: str) -> str:
    """Return the LP of one term of the cost, or one objective, over all simple paths, without any row."""
    programme, (sort, _, word) = open_world(name), name.partition("_")
    term = COST_TERMS[word] if sort == "cost" else OBJECTIVES[word].measure
    programme.set_objective(term(programme.case, programme.variables))
    return lp_text(programme)


def write_site_use_strong() -> str:
    """Return the rows that a solution violates in which every path carries 1 PFLOPS and no site is in use."""
    programme = open_world("site_use_strong")
    programme.set_objective((in_use, 0.0) for in_use in programme.variables.in_use.values())
    values = np.array([float(column.variable.name.startswith("x")) for column in programme.columns])
    assert add_violated_use(programme, Solution(Status.FEASIBLE, 0.0, 0.0, 1, values, None)) == 4
    assert add_violated_use(programme, Solution(Status.FEASIBLE, 0.0, 0.0, 1, values, None)) == 0
    return lp_text(programme)


def write_stage() -> str:
    """Return the row that holds 60 PFLOPS served while the next objective is minimised."""
    programme = open_world("stage")
    served = list(OBJECTIVES["served"].measure(programme.case, programme.variables))
    Optimisation(programme, Watch(), None)._hold(0, "served", served, -60.0)
    return lp_text(programme)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_family_writes_the_rows_of_its_golden_file(name: str, golden: Check) -> None:
    """Where each coefficient comes from.

    demand_met       x near + x radio + x fibre + u = 20
    training_volume  0.4 of each x in winter + 0.6 in summer + u = 40: one block of the day, 146 and 219 days
    site_capacity    near: 0.9 x 10 = 9;  far: paths by both links − 0.9 k ≤ 0.9 x 100 = 90
    site_power       near: 1.25 x 1 kW/PFLOPS = 0.00125 MW a PFLOPS ≤ 20 kW = 0.02 MW, in winter and in summer;
                     far: 0.001 MW a PFLOPS in use + 0.0005 (k + 100 w hall) ≤ 0.04 in winter, 0.09 in summer
    link_capacity    fibre: 0.5 (backward 2) chat + 0.1 tuning − 0.8 b ≤ 0.8 x 100 − 30 = 50 in each direction;
                     radio: (0.5 + 2) chat + (0.1 + 0.1) tuning ≤ 0.8 x 8 = 6.4 in both together
    survival         without the radio: x near + x fibre ≥ 0.75 (x near + x radio + x fibre of the intact state)
    pool             (near + far) / 0.9 ≤ 70: a PFLOPS in use takes 1 / 0.9 installed
    site_use         near: 0.9 x 10 = 9;  far: 0.9 x (100 + 50) = 135, all that could stand there
    cluster          tuning at far, where 100 stand and 120 are asked for: ≤ 40 z; near can never be large enough
    whole            chat: ≤ 20 z at near and at far;  tuning may be split
    project_link     the fibre: chat and tuning, ≤ 20 + 40 = 60 w
    build_limit      k ≤ 50,  b ≤ 40
    build_steps      k = 20 n with n ≤ 50 / 20, rounded down: 2;  b = 15 m, m ≤ 2
    project          k at far hangs on hall: k ≤ 50 w hall;  b of the fibre on silk: b ≤ 40 w silk
    site_opening     k ≤ 50 y far
    site_limit       y near + y far ≤ 1
    cluster_size     100 + k ≥ 160 cards x 0.752 = 120.32 z; near names no chip, and takes none
    whole_choice     z near + z far ≤ 1
    floor            KZ: chat and tuning ≥ 0.8 x (20 + 40) = 48;  CN asks for nothing
    group_power      in MW: 0.00125 near + 0.002 far ≤ 0.09
    group_compute    near 10 stand; far stands with its hall: 100 w + k ≤ 120 − 10 = 110
    member_capex     CN, in MUSD: 3/4 of 0.01 k at far, half of the fibre's 0.001 b, half of silk's 0.4 w ≤ 0.6
    member_hosting   CN: far ≥ 30
    member_opex      CN, in MUSD: 0.001 opex + 2 kW x 8760 h x 0.05 = 0.000876 energy = 0.001876 of what far bills,
                     0.0001 k, 0.009 y ≤ 0.06
    capex_budget     in MUSD: 0.01 k + 0.001 b + 0.4 w ≤ 0.6
    carbon_budget    in t: far 1 kW x 8760 h x 0.5 kg = 4.38 a PFLOPS in use, 2.19 + 150 kg / 5 years = 2.22 of k, and
                     222 w hall;  ≤ 300 − 10 x 200 kg / 5 = 299.6, of what stands near
    """
    golden(FOLDER / f"{name}.lp", write_family(name))


@pytest.mark.parametrize("name", COST_TERMS)
def test_a_term_of_the_cost_writes_the_objective_of_its_golden_file(name: str, golden: Check) -> None:
    """Where each coefficient comes from, in USD a year and PFLOPS or Gbps.

    capex     without discount: k 10 kUSD over 5 years = 2000;  b 1 kUSD over 20 = 50;  w 400 kUSD over 20 = 20 000
    fixed     near 7000, far 9000
    opex      near 3000, far 1000, times what chat bills: 3000 x 1.02 = 3060, 1342, 1232;  k: 100;  w: 3000
    energy    near: 1 kW x 1.25 x 8760 h x 0.1 USD/kWh = 1095, for chat x 1.02 = 1116.9, 0.4 and 0.6 of it by season;
              far: 1 kW in winter 0.4 x 8760 h x 0.2 = 700.8, in summer 525.6, times what chat bills; half a kW of k
              waits for (700.8 + 525.6) / 2 = 613.2, that of w hall for 61 320
    fees      200 for chat abroad
    transit   chat: 2.5 Gbps x 100 by fibre = 250, 2.5 x 40 by radio = 100;  tuning: 0.2 x 100 and 0.2 x 40
    unserved  chat 5000, tuning 2000
    """
    golden(FOLDER / f"cost_{name}.lp", write_priced(f"cost_{name}"))


@pytest.mark.parametrize("name", sorted(set(OBJECTIVES) - {"cost"}))
def test_an_objective_writes_its_golden_file(name: str, golden: Check) -> None:
    """Where each coefficient comes from; the cost is the sum of its terms.

    served    every PFLOPS counts −1, for it is maximised
    compute   k at far, whose country CN is a member: 1
    latency   ms of each path, access included: 2, 22, 12
    carbon    far 4.38 t a PFLOPS in use, 2.19 of k and 219 of w hall, which wait; near 0
    """
    golden(FOLDER / f"measure_{name}.lp", write_priced(f"measure_{name}"))


def test_strong_rows_of_site_use_are_added_where_they_are_violated(golden: Check) -> None:
    """Chat ≤ 20 y and tuning ≤ 40 y, at near and at far; none twice."""
    golden(FOLDER / "site_use_strong.lp", write_site_use_strong())


def test_an_objective_is_held_for_the_next_one(golden: Check) -> None:
    """−Σ x ≤ −60 + 1e-6 x 60 + 1e-7: a millionth may be lost, and rounding."""
    golden(FOLDER / "stage.lp", write_stage())


def test_no_family_and_no_term_lacks_a_golden_file_and_none_is_left_over() -> None:
    """The folder is the table of contents of the programme."""
    terms = {f"cost_{name}" for name in COST_TERMS} | {f"measure_{name}" for name in OBJECTIVES if name != "cost"}
    assert {file.stem for file in FOLDER.glob("*.lp")} == {*FAMILIES, *terms}


def test_the_cost_is_the_sum_of_its_terms() -> None:
    """Symbol by symbol."""
    case, v = (programme := open_world("cost_capex")).case, programme.variables
    assert list(cost(case, v)) == [pair for term in COST_TERMS.values() for pair in term(case, v)]


def test_rows_before_paths_and_paths_before_rows_give_the_same_programme() -> None:
    """A row takes in the paths that stand, a path enters the rows that stand."""
    rows_first = build_programme(prepare(load(base=two_ways())))
    rows_first.add_paths(all_paths(rows_first.case))
    paths_first = Programme(prepare(load(base=two_ways())))
    paths_first.open_states(paths_first.case.states)
    paths_first.set_objective([])
    ways = all_paths(paths_first.case)
    paths_first.add_paths(ways[:2])
    paths_first.add_paths(ways[2:])
    for name, key, constraint in written_rows(paths_first):
        paths_first.add_row(name, key, constraint)
    paths_first.set_objective(cost(paths_first.case, paths_first.variables), scale=1e-3)
    assert lp_text(paths_first) == lp_text(rows_first)


def test_rows_between_paths_give_the_same_prices_of_the_sums() -> None:
    """What a row's dual pays for a sum does not depend on when the row came."""
    one, other = (Programme(prepare(load(base=two_ways()))) for _ in range(2))
    for programme in (one, other):
        programme.open_states(programme.case.states)
        programme.set_objective(cost(programme.case, programme.variables))
    ways = all_paths(one.case)
    one.add_paths(ways)
    for rows in zip(written_rows(one), written_rows(other), strict=True):
        for programme, (name, key, constraint) in zip((one, other), rows, strict=True):
            programme.add_row(name, key, constraint)
        other.add_paths(ways[len(other.paths) : len(other.paths) + 1])
    duals = np.arange(1.0, len(one.rows) + 1)
    assert one.prices(duals).tolist() == other.prices(duals).tolist()


def written_rows(programme: Programme) -> Iterator[tuple[str, Key, pulp.LpConstraint]]:
    """Yield the rows of every family over all states, in the order in which the programme writes them."""
    case, v = programme.case, programme.variables
    for of_states in (True, False):
        for family in FAMILIES.values():
            for key, constraint in family.write(case, v, case.states) if family.of_states is of_states else ():
                yield family.name, key, constraint
