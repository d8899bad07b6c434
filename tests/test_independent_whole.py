"""The independent model against worlds solved by hand: hours, failures, whole numbers, budgets and objectives.

The world is ``two_cities`` as in `test_independent`: home asks for 20 PFLOPS; near (10 PFLOPS at home) costs 3000 USD a
PFLOPS and year, far (100 PFLOPS abroad) 1000 + 100 for transit, unserved 5000; a PFLOPS loads 0.5 Gbps each way on a
fibre of 100 Gbps and 10 ms. There is no interest here: a price over the life of 5 years (glass: 20) is a yearly fifth.
"""

from __future__ import annotations

from typing import Any

import independent
import pytest
from worlds import changed, two_cities

NODES, SITES, LINKS = "topology.nodes", "topology.sites", "topology.links"
CHAT, ROW = "demand.workloads.chat", "demand.demands.0"
NEAR_ONLY = 10 * 3000 + 10 * 5000
ALL_FAR = 20 * 1100
NO_INTEREST = {"scenario.finance.discount_rate": 0}


def solve(changes: dict[str, Any]) -> independent.Solution:
    """Return the plan of two cities with changes."""
    return independent.solve(**changed(two_cities(), NO_INTEREST | changes))


def cost(changes: dict[str, Any]) -> float:
    """Return the least cost of two cities with changes, in USD a year to a millionth."""
    solution = solve(changes)
    assert solution.status == "optimal"
    return round(solution.objective, 6)


# ------------------------------------------------------------------------------------------------------ hours


def day(start: int) -> list[float]:
    """Return a day that asks for twice the mean in twelve local hours from one on, and for nothing in the others."""
    return [2.0 if (hour - start) % 24 < 12 else 0.0 for hour in range(24)]


def two_zones(zone: str, hours: int = 2) -> dict[str, Any]:
    """Return the changes to 10 PFLOPS from each city by day, near being the only site and having 20 PFLOPS."""
    changes = {f"{NODES}.home.timezone": "Etc/GMT", f"{NODES}.away.timezone": zone, f"{CHAT}.profile": day(0)}
    changes |= {f"{SITES}.far": None, f"{SITES}.near.compute": "20 PFLOPS", "scenario.hours": hours}
    rows = [{"origin": city, "workload": "chat", "compute": "10 PFLOPS"} for city in ("home", "away")]
    return changes | {"demand.demands": rows}


def test_the_peaks_of_two_time_zones_cancel() -> None:
    """Twelve hours apart 20 PFLOPS serve 10 + 10 on the mean; in one zone both want 20 at once and half is left."""
    assert cost(two_zones("Etc/GMT-12")) == 10 * 3000 + 10 * 3100
    assert cost(two_zones("Etc/GMT")) == 10 * 3000 + 10 * 5000


def test_coarse_blocks_shave_the_peak() -> None:
    """In one block of 24 hours nobody has a peak; of four, six hours apart, home has 20 20 0 0 and away 20 0 0 20.

    Both want 20 in the same quarter of the day: 5 on the mean are left.
    """
    assert cost(two_zones("Etc/GMT", hours=1)) == 10 * 3000 + 10 * 3100
    assert cost(two_zones("Etc/GMT-6", hours=4)) == 10 * 3000 + 5 * 3100 + 5 * 5000


def test_half_hours_of_a_zone_are_rounded_down() -> None:
    """India is 5 hours ahead, Newfoundland 4 behind; summer time does not count."""
    zones = {"Asia/Kolkata": 5, "America/St_Johns": -4, "Europe/Oslo": 1, "Pacific/Auckland": 12, "Asia/Kathmandu": 5}
    assert {zone: independent.standard_offset(zone) for zone in zones} == zones


def test_a_block_takes_the_mean_of_its_hours() -> None:
    """Awake from 1 to 13 local hours of India, 20 to 8 UTC: 16 of 24 in the first half of the day, 8 in the second."""
    changes = {f"{NODES}.home.timezone": "Asia/Kolkata", f"{CHAT}.profile": day(1), "scenario.hours": 2}
    changes |= {f"{LINKS}.fibre": None, f"{SITES}.near.compute": "1 EFLOPS"}
    solution = solve(changes)
    used = {key[1].block: value for key, value in solution.values.items() if key[0] == "x"}
    assert used == pytest.approx({0: 20 * 2 * 8 / 12, 1: 20 * 2 * 4 / 12})


def test_training_fills_the_valleys() -> None:
    """Chat takes all 20 PFLOPS by day; 10 on the mean of training fit into the night alone."""
    changes = {f"{NODES}.home.timezone": "Etc/GMT", f"{CHAT}.profile": day(0), "scenario.hours": 2}
    changes |= {f"{SITES}.far": None, f"{SITES}.near.compute": "20 PFLOPS", f"{ROW}.compute": "10 PFLOPS"}
    changes |= {"demand.workloads.tuning": {"kind": "training", "unserved": "4 kUSD/PFLOPS/year"}}
    world = changed(two_cities(), changes)
    world["demand"]["demands"].append({"origin": "home", "workload": "tuning", "compute": "12 PFLOPS"})
    solution = independent.solve(**world)
    assert solution.objective == pytest.approx(20 * 3000 + 2 * 4000)
    assert solution.served[2030, "home", "tuning"] == pytest.approx(10)


# --------------------------------------------------------------------------------------------------- failures


def test_a_cut_cable_is_survived_by_what_is_at_home() -> None:
    """Near's 10 PFLOPS carry 80 % of 12.5 when the fibre is cut: only so many may go far."""
    changes = {"scenario.contingencies": "links", f"{CHAT}.survives": 0.8}
    assert cost(changes) == 12.5 * 1100 + 7.5 * 5000
    assert cost(changes | {f"{CHAT}.survives": 0.5}) == ALL_FAR
    assert cost(changes | {f"{CHAT}.survives": 0}) == ALL_FAR


def test_a_build_that_waits_for_a_failure_is_shared_by_all() -> None:
    """With 6 PFLOPS more near, at 5000 over five years, 16 survive of 20: 6000 a year instead of 7.5 x 3900."""
    changes = {"scenario.contingencies": ["fibre"], f"{CHAT}.survives": 0.8}
    changes |= {f"{SITES}.near.expansion": [{"max": "50 PFLOPS", "capex": "5 kUSD/PFLOPS"}]}
    solution = solve(changes)
    assert solution.objective == pytest.approx(ALL_FAR + 6 * 1000)
    assert solution.builds == {(2030, "near", 0): pytest.approx(6)}


def test_failures_may_use_all_of_what_is_filled_by_half_otherwise() -> None:
    """Near is filled to 5 in the intact state; all 10 of it carry 80 % of 12.5."""
    changes = {"scenario.contingencies": "links", f"{CHAT}.survives": 0.8, "scenario.limits.site_fill": 0.5}
    assert cost(changes) == 12.5 * 1100 + 7.5 * 5000


def test_what_is_required_is_so_in_the_intact_state_only() -> None:
    """All 20 go far; 10 of them survive at home, which is enough for a half."""
    changes = {f"{CHAT}.unserved": "required", "scenario.contingencies": ["site:far"], f"{CHAT}.survives": 0.5}
    assert cost(changes) == ALL_FAR
    assert solve(changes | {f"{CHAT}.survives": 0.6}).status == "infeasible"


def test_groups_and_names_of_failures() -> None:
    """A risk takes what it names and risks it names; every cable is a risk by itself; names may lack their prefix."""
    cable = {"kind": "submarine", "capacity": "1 Tbps", "route": ["home", "away"], "segments": {}}
    topology = {"topology.cables.sea": cable, "topology.risks.storm": {"fails": ["fibre", "risk:wave"]}}
    topology |= {"topology.risks.wave": {"fails": ["sea", "site:far"]}}
    expected = {
        "links": {"link:fibre", "link:sea:home--away"},
        "cables": {"cable:sea"},
        "sites": {"site:near", "site:far"},
        "risks": {"risk:storm", "risk:wave", "cable:sea"},
    }
    for word, names in [*expected.items(), (["storm", "near"], {"risk:storm", "site:near"})]:
        world = independent.World.read(**changed(two_cities(), topology | {"scenario.contingencies": word}))
        assert set(world.failures) == names
    world = independent.World.read(**changed(two_cities(), topology | {"scenario.contingencies": ["storm"]}))
    assert world.failures["risk:storm"] == (frozenset({"fibre", "sea:home--away"}), frozenset({"far"}))


def test_training_waits_in_failures() -> None:
    """Nothing of it need survive."""
    changes = {f"{CHAT}.kind": "training", "scenario.contingencies": "sites"}
    assert cost(changes) == ALL_FAR


# ---------------------------------------------------------------------------------------------- whole numbers


def stepwise(**fields: Any) -> dict[str, Any]:
    """Return the changes to near alone, with steps of 6 PFLOPS at 30 kUSD (1000 a PFLOPS and year)."""
    step = {"step": "6 PFLOPS", "max": "20 PFLOPS", "capex": "30 kUSD/step"} | fields
    return {f"{LINKS}.fibre": None, f"{SITES}.near.expansion": [step]}


def test_one_step_too_few_and_one_too_many() -> None:
    """10 PFLOPS are missing: one step serves 6; the second, of which 4 are used, costs 6000 and saves 4 x 2000."""
    assert cost(stepwise()) == 20 * 3000 + 2 * 6000
    assert cost(stepwise(max="11 PFLOPS")) == 16 * 3000 + 6000 + 4 * 5000
    assert cost(stepwise(capex="50 kUSD/step")) == 16 * 3000 + 10_000 + 4 * 5000
    assert cost(stepwise(capex="5 kUSD/PFLOPS", opex="600 USD/step/year")) == 20 * 3000 + 2 * 6600


def test_a_fixed_cost_is_worth_it_or_not() -> None:
    """Far saves 10 x 1900 and 10 x 3900 against near: 58 000 in all."""
    assert cost({f"{SITES}.far.fixed_cost": "57 kUSD/year"}) == ALL_FAR + 57_000
    assert cost({f"{SITES}.far.fixed_cost": "59 kUSD/year"}) == NEAR_ONLY


def test_a_fixed_cost_is_paid_from_the_first_year_of_the_site() -> None:
    """Far opens in 2032 and is paid for two of four years, though its use is one decision."""
    changes = {"scenario.years": [2030, 2032], f"{SITES}.far.status": "building", f"{SITES}.far.from": 2032}
    fixed = {f"{SITES}.far.fixed_cost": "10 kUSD/year"}
    assert cost(changes | fixed) == 2 * NEAR_ONLY + 2 * (ALL_FAR + 10_000)


def test_a_limit_of_sites_chooses_the_best() -> None:
    """Far alone serves all; with its fibre thin, near or 8 PFLOPS far: 5 x 3900 against 10 x 2000."""
    assert cost({"scenario.limits.sites": 1}) == ALL_FAR
    thin = {f"{LINKS}.fibre.capacity": "2.5 Gbps"}
    assert cost(thin) == 5 * 1100 + 10 * 3000 + 5 * 5000
    assert cost(thin | {"scenario.limits.sites": 1}) == NEAR_ONLY
    assert cost(thin | {"scenario.limits.sites": 0}) == 20 * 5000


def test_a_cluster_large_enough_is_reached_by_building() -> None:
    """Near needs 5 PFLOPS more before it takes anything: 5000 a year for 15 PFLOPS that save 2000 each."""
    grow = {f"{SITES}.near.expansion": [{"max": "20 PFLOPS", "capex": "5 kUSD/PFLOPS"}]}
    changes = {f"{LINKS}.fibre": None, f"{CHAT}.min_cluster": "15 PFLOPS"}
    assert cost(changes) == 20 * 5000
    assert cost(changes | grow) == 20 * 3000 + 10 * 1000
    assert cost(changes | grow | {f"{ROW}.compute": "4 PFLOPS"}) == 4 * 3000 + 5 * 1000
    assert cost(changes | grow | {f"{ROW}.compute": "2 PFLOPS"}) == 2 * 5000


def test_a_cluster_in_cards_counts_those_of_the_site() -> None:
    """Near's 10 PFLOPS are 13.3 cards of 0.752; 20 of them are 15.04: 5.04 more for 1000 a year each."""
    grow = {f"{SITES}.near.expansion": [{"max": "20 PFLOPS", "capex": "5 kUSD/PFLOPS"}]}
    changes = {f"{LINKS}.fibre": None, f"{CHAT}.min_cluster": "13 cards"}
    assert cost(changes) == 20 * 5000
    changes |= {f"{SITES}.near.chip": "ascend-910c", f"{SITES}.near.watts": "0 kW/PFLOPS"}
    assert cost(changes) == 10 * 3000 + 10 * 5000
    assert cost(changes | grow | {f"{CHAT}.min_cluster": "20 cards"}) == 20 * 3000 + 10 * 1000
    assert cost(changes | grow | {f"{CHAT}.min_cluster": "20 cards", f"{ROW}.compute": "4 PFLOPS"}) == 4 * 3000 + 5040


def test_a_named_chip_converts_by_its_own_factor() -> None:
    """157.5 TOPS of INT8 on a B300 are 2,250 TFLOPS: 1.4 published PFLOPS far are 20, all that is asked."""
    named = {f"{SITES}.far.chip": "b300", f"{SITES}.far.precision": "int8", f"{SITES}.far.compute": "1.4 PFLOPS"}
    factor = 2250 / 157.5
    assert cost(named | {f"{SITES}.far.opex": f"{1000 * factor} USD/PFLOPS/year"}) == ALL_FAR


def test_a_demand_in_one_piece_may_not_take_the_cheaper_split() -> None:
    """Far has 8 PFLOPS: split 8 far and 10 near; in one piece near's 10 save 20 000, far's 8 save 31 200."""
    changes = {f"{SITES}.far.compute": "8 PFLOPS"}
    assert cost(changes) == 8 * 1100 + 10 * 3000 + 2 * 5000
    assert cost(changes | {f"{CHAT}.split": False}) == 8 * 1100 + 12 * 5000


def test_each_part_of_a_country_is_a_piece_by_itself() -> None:
    """Half of KZ's 20 PFLOPS sit at lone: one half goes far (10 PFLOPS there), the other stays near."""
    changes = {f"{NODES}.lone": {"country": "KZ", "lat": 50, "lon": 70}, f"{ROW}.origin": "KZ"}
    link = {"ends": ["lone", "home"], "rtt": "1 ms", "capacity": "100 Gbps"}
    changes |= {f"{LINKS}.second": link, f"{SITES}.far.compute": "10 PFLOPS", f"{CHAT}.split": False}
    assert cost(changes) == 10 * 1100 + 10 * 3000


def project(capex: str, **fields: Any) -> dict[str, Any]:
    """Return the changes that hang the fibre on a project."""
    return {f"{LINKS}.fibre.project": "north", "topology.projects.north": {"capex": capex, **fields}}


def test_a_project_is_laid_where_it_is_worth_it() -> None:
    """The fibre saves 58 000 a year: over 20 years 1.15 MUSD pay, 1.17 do not; opex counts too."""
    assert cost(project("1.15 MUSD")) == ALL_FAR + 57_500
    assert cost(project("1.17 MUSD")) == NEAR_ONLY
    assert cost(project("1.1 MUSD", opex="2 kUSD/year")) == ALL_FAR + 57_000
    assert cost(project("1.15 MUSD", opex="2 kUSD/year")) == NEAR_ONLY


def test_a_project_is_there_from_its_year_on_at_its_years_price() -> None:
    """Built in 2031 at 200 kUSD it serves 2032 and 2033 only; never in a plan that ends before."""
    late = project("0 USD", **{"from": 2031})
    late["topology.projects.north"]["capex"] = {2030: "900 kUSD", 2031: "200 kUSD"}
    assert cost(late) == NEAR_ONLY
    assert cost(late | {"scenario.years": [2030, 2032]}) == 2 * NEAR_ONLY + 2 * (ALL_FAR + 10_000)


def test_an_unbuilt_link_carries_nothing_and_owes_nothing() -> None:
    """Even work without traffic cannot pass; what is committed on it is gone with it."""
    dear = project("9 MUSD") | {f"{CHAT}.traffic": "0 Gbps/PFLOPS"}
    assert cost(dear) == NEAR_ONLY
    assert cost(dear | {f"{LINKS}.fibre.committed": "120 Gbps"}) == NEAR_ONLY
    assert cost(project("0 USD") | {f"{LINKS}.fibre.committed": "120 Gbps"}) == NEAR_ONLY


def test_a_site_or_an_expansion_may_hang_on_a_project() -> None:
    """Far as a project of 100 kUSD costs 5000 a year; the 10 PFLOPS more near at 1000 need one of 400 kUSD."""
    far = {f"{SITES}.far.project": "hall", "topology.projects.hall": {"capex": "100 kUSD"}}
    assert cost(far) == ALL_FAR + 5000
    more = {"max": "10 PFLOPS", "opex": "1 kUSD/PFLOPS/year", "project": "hall"}
    near = {f"{LINKS}.fibre": None, f"{SITES}.near.expansion": [more]}
    assert cost(near | {"topology.projects.hall": {"capex": "180 kUSD"}}) == 20 * 3000 + 10 * 1000 + 9000
    assert cost(near | {"topology.projects.hall": {"capex": "220 kUSD"}}) == NEAR_ONLY


# ------------------------------------------------------------------------------- floors, budgets and objectives


def test_a_floor_makes_members_served_at_any_cost() -> None:
    """At 2000 a PFLOPS left nobody would build near; KZ is served by half, 10 of 20."""
    changes = {f"{CHAT}.unserved": "2 kUSD/PFLOPS/year", f"{LINKS}.fibre": None}
    assert cost(changes) == 20 * 2000
    assert cost(changes | {"scenario.policy.floor.served_share": 0.4}) == 8 * 3000 + 12 * 2000
    assert solve(changes | {"scenario.policy.floor.served_share": 0.6}).status == "infeasible"
    others = {"scenario.community.members": ["CN"], "scenario.policy.floor.served_share": 0.6}
    assert cost(changes | others) == 20 * 2000


def test_a_budget_of_capex_counts_builds_and_projects_overnight() -> None:
    """7 PFLOPS near at 5000 cost 35 kUSD; a project of 20 kUSD leaves 3 of them."""
    grow = {f"{LINKS}.fibre": None, f"{SITES}.near.expansion": [{"max": "20 PFLOPS", "capex": "5 kUSD/PFLOPS"}]}
    budget = {"scenario.limits.capex": "35 kUSD"}
    assert cost(grow | budget) == 17 * 3000 + 7 * 1000 + 3 * 5000
    hall = {"topology.projects.hall": {"capex": "20 kUSD"}, f"{SITES}.near.expansion.0.project": "hall"}
    assert cost(grow | budget | hall) == 13 * 3000 + 3 * 1000 + 1000 + 7 * 5000


# 1 kW x 8760 h x 0.5 kg = 4380 kg a PFLOPS and year at far; near is clean.
DIRTY = {f"{SITES}.far.watts": "1 kW/PFLOPS", f"{SITES}.far.carbon": "500 g/kWh"}


def test_a_budget_of_carbon_holds_in_each_year() -> None:
    """43.8 t allow 10 PFLOPS far; from 2031 on half."""
    assert cost(DIRTY | {"scenario.limits.carbon": "43.8 t/year"}) == 10 * 1100 + 10 * 3000
    falling = {"scenario.limits.carbon": {2030: "43.8 t/year", 2031: "21900 kg/year"}, "scenario.years": [2030, 2031]}
    expected = 10 * 1100 + 10 * 3000 + 5 * 1100 + 10 * 3000 + 5 * 5000
    assert cost(DIRTY | falling) == expected


@pytest.mark.parametrize(
    ("objective", "reached"),
    [
        ("served", {"served": 20, "cost": 20 * 1100}),
        ("latency", {"served": 20, "latency": 100, "cost": 10 * 3000 + 10 * 1100}),
        ("carbon", {"served": 20, "carbon": 43.8, "cost": 10 * 3000 + 10 * 1100}),
        ("compute", {"served": 20, "compute": 110, "cost": 20 * 1100}),
        (["cost", "latency"], {"cost": 20 * 1100, "latency": 200}),
        (["carbon", "latency"], {"served": 20, "carbon": 43.8, "latency": 100, "cost": 10 * 3000 + 10 * 1100}),
    ],
)
def test_each_objective_by_itself(objective: Any, reached: dict[str, float]) -> None:
    """Ten near cost no milliseconds and no carbon; everybody is served first, and cost decides last."""
    solution = solve(DIRTY | {"scenario.objective": objective})
    assert [name for name, _ in solution.stages] == list(reached)
    assert dict(solution.stages) == pytest.approx(reached, rel=1e-4)


def test_serving_comes_first_unless_all_is_required() -> None:
    """Required, the least carbon is sought at once; serving dear work wins over its penalty where it stands first."""
    changes = DIRTY | {"scenario.objective": "carbon"}
    assert [name for name, _ in solve(changes | {f"{CHAT}.unserved": "required"}).stages] == ["carbon", "cost"]
    cheap = {f"{CHAT}.unserved": "1 USD/PFLOPS/year", "scenario.objective": ["served", "cost"]}
    assert dict(solve(cheap).stages) == pytest.approx({"served": 20, "cost": 20 * 1100}, rel=1e-4)


def test_the_least_compute_is_what_members_must_build() -> None:
    """Near's 10 stand already, 5 more are built somewhere; where far counts for nothing, it is built for its price."""
    grow = {f"{LINKS}.fibre.capacity": "5 Gbps", f"{CHAT}.unserved": "required", "scenario.objective": "compute"}
    grow |= {f"{SITES}.far.status": "candidate", f"{SITES}.far.from": 2030, f"{ROW}.compute": "15 PFLOPS"}
    for site in ("near", "far"):
        grow[f"{SITES}.{site}.expansion"] = [{"max": "50 PFLOPS", "capex": "5 kUSD/PFLOPS"}]
    both = solve(grow)
    assert dict(both.stages)["compute"] == pytest.approx(15)
    alone = solve(grow | {"scenario.community.members": ["KZ"]})
    assert dict(alone.stages)["compute"] == pytest.approx(10)
    assert alone.builds == {(2030, "near", 0): pytest.approx(0), (2030, "far", 0): pytest.approx(10)}
