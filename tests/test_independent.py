"""The independent model against worlds solved by hand, so that a comparison with it means something.

Unless a test says otherwise the world is ``two_cities``: home asks for 20 PFLOPS; near (10 PFLOPS at home) costs 3000
USD a PFLOPS and year, far (100 PFLOPS abroad) 1000 + 100 for transit, unserved 5000; a PFLOPS loads 0.5 Gbps each way
on a fibre of 100 Gbps and 10 ms.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import independent
import pytest
from hypothesis import given
from worlds import KINDS, Dice, World, changed, optional_ways, profile, roll_world, two_cities, worlds

if TYPE_CHECKING:
    from collections.abc import Iterator

NODES, SITES, LINKS = "topology.nodes", "topology.sites", "topology.links"
CHAT, ROW = "demand.workloads.chat", "demand.demands.0"
KIND_WORDS = {"profile", "hours", "survives", "contingencies", "objective", "floor", "capex", "carbon", "sites"}
KIND_WORDS |= {"fixed_cost", "min_cluster", "split", "project"}
NEAR_ONLY = 10 * 3000 + 10 * 5000
ALL_FAR = 20 * 1100


def solve(changes: dict[str, Any]) -> independent.Solution:
    """Return the plan of two cities with changes."""
    return independent.solve(**changed(two_cities(), changes))


def cost(changes: dict[str, Any]) -> float:
    """Return the least cost of two cities with changes, in USD a year to a millionth."""
    solution = solve(changes)
    assert solution.status == "optimal"
    return round(solution.objective, 6)


def test_everything_goes_where_it_is_cheapest() -> None:
    """All 20 PFLOPS go far: 20 x 1100."""
    solution = solve({})
    assert solution.objective == pytest.approx(ALL_FAR)
    assert solution.served == {(2030, "home", "chat"): pytest.approx(20)}
    assert solution.demanded == {(2030, "home", "chat"): 20}


def test_a_latency_limit_cuts_the_cheapest_path() -> None:
    """Far is 10 ms away: with 9.9 ms only near is left, 10 PFLOPS stay unserved."""
    assert cost({f"{CHAT}.max_rtt": "9.9 ms"}) == NEAR_ONLY
    assert cost({f"{CHAT}.max_rtt": "10 ms"}) == ALL_FAR


def test_a_path_of_exactly_the_limit_is_admissible() -> None:
    """Three times 1.1 ms is 3.3 to the last digit, though not in floating point."""
    nodes = {f"{NODES}.{name}": {"country": "KZ", "lat": 43, "lon": 80} for name in ("one", "two")}
    spans = [("home", "one"), ("one", "two"), ("two", "away")]
    links = {f"{LINKS}.{a}-{b}": {"ends": [a, b], "rtt": "1100 us", "capacity": "1 Tbps"} for a, b in spans}
    changes = nodes | links | {f"{LINKS}.fibre": None}
    assert sum([1.1, 1.1, 1.1]) > 3.3
    assert cost(changes | {f"{CHAT}.max_rtt": "3.3 ms"}) == 20 * 1000


def test_the_access_delay_counts_and_a_demand_may_override_it() -> None:
    """10 ms of fibre and 2 ms of access break a limit of 11 ms; a demand with 1 ms of access keeps it."""
    changes = {f"{NODES}.home.access_rtt": "2 ms", f"{CHAT}.max_rtt": "11 ms"}
    assert cost(changes) == NEAR_ONLY
    assert cost(changes | {f"{ROW}.access_rtt": "1 ms"}) == ALL_FAR


def test_a_length_gives_the_rtt() -> None:
    """1000 km take 2 x 1000 x 4.9 us + 0.1 ms = 9.9 ms."""
    changes = {f"{LINKS}.fibre.rtt": None, f"{LINKS}.fibre.length": "1000 km"}
    assert cost(changes | {f"{CHAT}.max_rtt": "9.9 ms"}) == ALL_FAR
    assert cost(changes | {f"{CHAT}.max_rtt": "9.8 ms"}) == NEAR_ONLY


def test_power_limits_a_site_and_energy_costs() -> None:
    """2 kW x 1.25 at the meter: 2190 USD a PFLOPS at 0.1 USD/kWh, so far costs 3290; 20 kW carry 8 PFLOPS."""
    changes = {f"{SITES}.far.watts": "2 kW/PFLOPS", f"{SITES}.far.pue": 1.25}
    changes |= {f"{SITES}.far.electricity": "0.1 USD/kWh"}
    assert cost(changes) == 10 * 3000 + 10 * 3290
    assert cost(changes | {f"{SITES}.far.power": "20 kW"}) == 10 * 3000 + 8 * 3290 + 2 * 5000


def test_the_first_residency_rule_that_matches_decides() -> None:
    """Medical data stay home; the rest may go abroad for a fee of 500 and opex a tenth dearer: 1100 + 500 + 100."""
    home = {"origin": ["KZ"], "data": ["medical"], "hosts": "home"}
    abroad = {"origin": ["KZ"], "hosts": "any", "fee": "500 USD/PFLOPS/year", "premium": 0.1}
    changes = {"scenario.policy": {"residency": [home, abroad, {"hosts": ["NO"]}]}}
    assert cost(changes) == 20 * 1700
    assert cost(changes | {f"{CHAT}.data": "public"}) == 20 * 1700
    assert cost(changes | {f"{CHAT}.data": "medical"}) == NEAR_ONLY


def test_a_rule_may_name_a_node() -> None:
    """Half of KZ's demand starts at home, where it must stay; the rest starts at lone and may go far."""
    rule = {"scenario.policy": {"residency": [{"origin": ["home"], "hosts": "home"}]}}
    assert cost(rule) == NEAR_ONLY
    lone = {f"{NODES}.lone": {"country": "KZ", "lat": 50, "lon": 70}, f"{ROW}.origin": "KZ"}
    link = {"ends": ["lone", "away"], "rtt": "10 ms", "capacity": "100 Gbps", "transit": "100 USD/Gbps/year"}
    assert cost(rule | lone | {f"{LINKS}.second": link}) == 10 * 3000 + 10 * 1100


def test_fee_and_premium_spare_the_own_country() -> None:
    """A fee of 2500 makes far cost 3600; near still costs 3000."""
    rule = {"hosts": ["KZ", "site:far"], "fee": "2500 USD/PFLOPS/year"}
    assert cost({"scenario.policy": {"residency": [rule]}}) == 10 * 3000 + 10 * 3600


def test_a_demand_may_narrow_its_hosts() -> None:
    """Only near, by its country or by its name; naming far leaves far."""
    assert cost({f"{ROW}.hosts": ["KZ"]}) == NEAR_ONLY
    assert cost({f"{ROW}.hosts": ["site:near"]}) == NEAR_ONLY
    assert cost({f"{ROW}.hosts": ["site:far"]}) == ALL_FAR


def through_middle(country: str) -> dict[str, Any]:
    """Return the changes that lead the only way far through a middle node in a country, still at 100 USD/Gbps."""
    ways = {"one": ["home", "middle"], "two": ["middle", "away"]}
    link = {"rtt": "5 ms", "capacity": "100 Gbps", "transit": "50 USD/Gbps/year"}
    spans = {f"{LINKS}.{name}": {**link, "ends": ends} for name, ends in ways.items()}
    return spans | {f"{LINKS}.fibre": None, f"{NODES}.middle": {"country": country, "lat": 43, "lon": 80}}


def test_transit_rules_bar_the_inside_of_a_path_only() -> None:
    """Avoiding the middle's country cuts far off; avoiding the countries of the ends does not."""
    rules = {country: {"scenario.policy": {"transit": [{"avoid": [country]}]}} for country in ("UZ", "KZ", "CN")}
    assert cost(through_middle("UZ") | rules["UZ"]) == NEAR_ONLY
    assert cost(through_middle("UZ") | rules["KZ"]) == ALL_FAR
    assert cost(through_middle("UZ") | rules["CN"]) == ALL_FAR


def test_transit_rules_bar_the_own_country_inside_and_heed_their_origin() -> None:
    """A middle in KZ is barred by a rule against KZ; a rule for others' traffic does not speak of home's."""
    own = {"scenario.policy": {"transit": [{"origin": ["KZ"], "avoid": ["KZ"]}]}}
    others = {"scenario.policy": {"transit": [{"origin": ["CN"], "avoid": ["KZ"]}]}}
    assert cost(through_middle("KZ") | own) == NEAR_ONLY
    assert cost(through_middle("KZ") | others) == ALL_FAR


def test_a_link_serves_only_those_who_may_use_it() -> None:
    """Home's traffic is KZ's."""
    assert cost({f"{LINKS}.fibre.usable_by": ["CN"]}) == NEAR_ONLY
    assert cost({f"{LINKS}.fibre.usable_by": ["CN", "KZ"]}) == ALL_FAR


def test_a_site_must_take_the_kind_and_offer_what_is_required() -> None:
    """Far takes training only, or lacks cuda: near is left, which has it."""
    assert cost({f"{SITES}.far.serves": ["training"]}) == NEAR_ONLY
    changes = {f"{CHAT}.requires": ["cuda"], f"{SITES}.near.offers": ["fp64", "cuda"]}
    assert cost(changes) == NEAR_ONLY
    assert cost(changes | {f"{SITES}.far.offers": ["cuda"]}) == ALL_FAR


def test_a_full_duplex_link_has_its_capacity_each_way() -> None:
    """5 Gbps carry 10 PFLOPS at 0.5 each way; with 1 Gbps back only 5, and their transit costs 150."""
    changes = {f"{LINKS}.fibre.capacity": "5 Gbps"}
    assert cost(changes) == 10 * 1100 + 10 * 3000
    assert cost(changes | {f"{CHAT}.traffic_back": "1 Gbps/PFLOPS"}) == 5 * 1150 + 10 * 3000 + 5 * 5000


def test_a_half_duplex_link_shares_its_capacity() -> None:
    """5 Gbps for both ways carry 5 PFLOPS."""
    changes = {f"{LINKS}.fibre.capacity": "5 Gbps", f"{LINKS}.fibre.duplex": "half"}
    assert cost(changes) == 5 * 1100 + 10 * 3000 + 5 * 5000


def test_the_fill_is_taken_before_what_is_committed() -> None:
    """5 - 2 Gbps carry 6 PFLOPS; 0.8 x 5 - 2 carry 4."""
    changes = {f"{LINKS}.fibre.capacity": "5 Gbps", f"{LINKS}.fibre.committed": "2 Gbps"}
    assert cost(changes) == 6 * 1100 + 10 * 3000 + 4 * 5000
    assert cost(changes | {"scenario.limits.link_fill": 0.8}) == 4 * 1100 + 10 * 3000 + 6 * 5000


def test_an_overcommitted_link_is_infeasible_unless_it_is_expanded() -> None:
    """5 of 4 Gbps are taken: 1 + 0.5 x 20 Gbps must be leased at 100 USD, which still pays for far."""
    changes = {f"{LINKS}.fibre.capacity": "4 Gbps", f"{LINKS}.fibre.committed": "5 Gbps"}
    assert solve(changes).status == "infeasible"
    lease = {f"{LINKS}.fibre.expansion": [{"max": "20 Gbps", "opex": "100 USD/Gbps/year"}]}
    assert cost(changes | lease) == ALL_FAR + 11 * 100


def test_a_bought_link_costs_its_annuity_over_the_link_life() -> None:
    """5 Gbps more at 2000 USD: over 20 years 100 a year without interest, 0.1018522 x 2000 at 8 %."""
    expansion = [{"max": "20 Gbps", "capex": "2000 USD/Gbps"}]
    changes = {f"{LINKS}.fibre.capacity": "5 Gbps", f"{LINKS}.fibre.expansion": expansion}
    assert cost(changes | {"scenario.finance.discount_rate": 0}) == ALL_FAR + 5 * 100
    assert solve(changes).objective == pytest.approx(ALL_FAR + 5 * 0.1018522 * 2000, rel=1e-6)


def test_an_uncounted_site_has_no_compute_but_may_be_expanded() -> None:
    """Far, a candidate, may get 12 PFLOPS at 5000 over 5 years + 400: 2500 with its opex and transit."""
    expansion = {"max": "12 PFLOPS", "capex": "5 kUSD/PFLOPS", "opex": "400 USD/PFLOPS/year"}
    changes = {f"{SITES}.far.status": "candidate", f"{SITES}.far.from": 2030, "scenario.finance.discount_rate": 0}
    assert cost(changes) == NEAR_ONLY
    grown = changes | {f"{SITES}.far.expansion": [expansion]}
    assert cost(grown) == 12 * 2500 + 8 * 3000
    assert cost(grown | {f"{SITES}.far.expansion.0.from": 2031}) == NEAR_ONLY
    # Filled by half: 6 PFLOPS far need 12 built, 1100 + 2 x 1400 each; near gives 5.
    assert cost(grown | {"scenario.limits.site_fill": 0.5}) == 6 * 3900 + 5 * 3000 + 9 * 5000


def test_statuses_and_years_say_what_exists() -> None:
    """Far counts when it is being built, not when planned; not before its first nor after its last year."""
    planned = {f"{SITES}.far.status": "planned", f"{SITES}.far.from": 2028}
    assert cost(planned) == NEAR_ONLY
    assert cost(planned | {"scenario.count": ["operating", "planned"]}) == ALL_FAR
    building = {f"{SITES}.far.status": "building"}
    assert cost(building | {f"{SITES}.far.from": 2030}) == ALL_FAR
    assert cost(building | {f"{SITES}.far.from": 2031}) == NEAR_ONLY
    assert cost({f"{SITES}.far.until": 2030}) == ALL_FAR
    assert cost({f"{LINKS}.fibre.until": 2029}) == NEAR_ONLY


def test_precision_normalises_all_figures_per_pflops() -> None:
    """16 PFLOPS of fp8 at 500 USD are 8 of bf16 at 1000; sparse, 4 at 2000; its 1 kW are 2 kW."""
    changes = {f"{SITES}.far.compute": "16 PFLOPS", f"{SITES}.far.precision": "fp8"}
    changes |= {f"{SITES}.far.opex": "500 USD/PFLOPS/year"}
    assert cost(changes) == 8 * 1100 + 10 * 3000 + 2 * 5000
    assert cost(changes | {f"{SITES}.far.sparse": True}) == 4 * 2100 + 10 * 3000 + 6 * 5000
    power = {f"{SITES}.far.watts": "1 kW/PFLOPS", f"{SITES}.far.power": "10 kW"}
    assert cost(changes | power) == 5 * 1100 + 10 * 3000 + 5 * 5000


def test_precision_normalises_an_expansion_too() -> None:
    """20 PFLOPS of fp8 at 2000 a PFLOPS over 4 years are 10 of bf16 at 1000 a year: 2100 in all."""
    changes = {f"{SITES}.far.precision": "fp8", f"{SITES}.far.compute": "0 PFLOPS"}
    changes |= {f"{SITES}.far.opex": "500 USD/PFLOPS/year", "scenario.finance": {"discount_rate": 0, "compute_life": 4}}
    changes |= {f"{SITES}.far.expansion": [{"max": "20 PFLOPS", "capex": "2 kUSD/PFLOPS"}]}
    assert cost(changes) == 10 * 2100 + 10 * 3000


def test_what_is_required_and_impossible_is_infeasible() -> None:
    """Without far, 10 of 20 PFLOPS can be served; 10 of 10 can."""
    changes = {f"{CHAT}.unserved": "required", f"{LINKS}.fibre": None}
    assert solve(changes).status == "infeasible"
    assert cost(changes | {f"{ROW}.compute": "10 PFLOPS"}) == 10 * 3000
    assert solve(changes | {f"{SITES}.near": None}).status == "infeasible"


def test_distance_makes_running_dearer_access_included() -> None:
    """5 % a ms: far is 12 ms away with access, 1000 x 1.6 + 100; near 2 ms, 3300."""
    changes = {f"{CHAT}.rtt_premium": "0.05 /ms", f"{NODES}.home.access_rtt": "2 ms"}
    assert cost(changes) == 20 * 1700
    assert cost(changes | {f"{SITES}.far.compute": "15 PFLOPS"}) == 15 * 1700 + 5 * 3300


def test_a_demand_grows_geometrically_or_in_a_step_from_zero() -> None:
    """Half way from 10 to 40 are 20; from nothing it stays nothing until the later year; level outside."""
    assert cost({f"{ROW}.compute": {2026: "10 PFLOPS", 2034: "40 PFLOPS"}}) == ALL_FAR
    assert cost({f"{ROW}.compute": {2026: "0 PFLOPS", 2034: "40 PFLOPS"}}) == 0
    assert cost({f"{ROW}.compute": {2031: "20 PFLOPS", 2034: "40 PFLOPS"}}) == ALL_FAR


def test_a_year_map_holds_from_its_latest_listed_year() -> None:
    """In 2030 far's opex of 2027 holds, in 2025 the first listed."""
    changes = {f"{SITES}.far.opex": {2026: "1 kUSD/PFLOPS/year", 2027: "2 kUSD/PFLOPS/year", 2031: "9 USD/PFLOPS/year"}}
    assert cost(changes) == 20 * 2100
    assert cost(changes | {"scenario.years": [2025]}) == ALL_FAR


def test_a_country_is_spread_over_its_nodes_by_weight() -> None:
    """Without weights half of KZ's 20 PFLOPS sit at lone, which has no link; with one weight only home asks."""
    changes = {f"{NODES}.lone": {"country": "KZ", "lat": 50, "lon": 70}, f"{ROW}.origin": "KZ"}
    assert cost(changes) == 10 * 1100 + 10 * 5000
    assert cost(changes | {f"{NODES}.home.weight": 0.5}) == ALL_FAR
    assert cost(changes | {f"{NODES}.home.weight": 3, f"{NODES}.lone.weight": 1}) == 15 * 1100 + 5 * 5000


def test_parallel_links_are_different_paths() -> None:
    """A second fibre of 4 Gbps without transit carries 8 PFLOPS at 1000."""
    second = {"ends": ["away", "home"], "rtt": "30 ms", "capacity": "4 Gbps"}
    changes = {f"{LINKS}.second": second}
    assert cost(changes) == 8 * 1000 + 12 * 1100
    assert cost(changes | {f"{CHAT}.max_rtt": "29 ms"}) == ALL_FAR


def test_a_cable_is_spread_into_segments_with_their_own_words() -> None:
    """home-away of the cable has 4 Gbps (its own word, ends turned round) and no transit; its branch leads nowhere."""
    cable = {"kind": "submarine", "capacity": "1 Tbps", "route": ["home", "away"], "branches": [["away", "lone"]]}
    cable["segments"] = {"away--home": {"capacity": "4 Gbps", "rtt": "9 ms"}, "away--lone": {"length": "100 km"}}
    changes = {"topology.cables.sea": cable, f"{NODES}.lone": {"country": "KZ", "lat": 50, "lon": 70}}
    assert cost(changes) == 8 * 1000 + 12 * 1100
    assert cost(changes | {"topology.cables.sea.until": 2029}) == ALL_FAR


def test_training_is_a_volume_served_like_a_rate_in_flat_hours() -> None:
    """One block or four: 20 PFLOPS on the mean."""
    changes = {f"{CHAT}.kind": "training", f"{LINKS}.fibre.capacity": "5 Gbps"}
    assert cost(changes) == 10 * 1100 + 10 * 3000
    assert cost(changes | {"scenario.hours": 4}) == 10 * 1100 + 10 * 3000


def test_traffic_loads_both_ways_and_meets_no_site() -> None:
    """30 Gbps each way pay 2 x 100 for transit; of 110 Gbps 10 find no room."""
    changes = {"demand.workloads.internet": {"kind": "traffic", "unserved": "1 kUSD/Gbps/year"}}
    row = {"origin": "home", "to": "away", "workload": "internet", "rate": "30 Gbps"}
    changes |= {"demand.demands": [row]}
    assert cost(changes) == 30 * 200
    assert cost(changes | {f"{ROW}.rate": "110 Gbps"}) == 100 * 200 + 10 * 1000
    assert solve(changes).served == {(2030, "home-away", "internet"): pytest.approx(30)}


def two_years(capex: Any, life: int = 5) -> dict[str, Any]:
    """Return the changes to 2030 and 2032, two years each without interest, far being built at a price."""
    expansion = {"max": "12 PFLOPS", "capex": capex, "opex": "400 USD/PFLOPS/year"}
    far = {f"{SITES}.far.status": "candidate", f"{SITES}.far.from": 2030, f"{SITES}.far.expansion": [expansion]}
    return far | {"scenario.finance": {"discount_rate": 0, "compute_life": life}, "scenario.years": [2030, 2032]}


def test_builds_are_carried_forward() -> None:
    """Chips of 2030 still run in 2032: 12 x 2500 + 8 x 3000 in each of four years."""
    solution = solve(two_years("5 kUSD/PFLOPS"))
    assert solution.objective == pytest.approx(4 * 54_000)
    assert solution.builds == {(2030, "far", 0): pytest.approx(12), (2032, "far", 0): pytest.approx(0)}


def test_builds_wait_for_a_falling_price_where_that_pays() -> None:
    """10 of 12 come at once, against 5000 unserved; 2 replace near's 3000 and wait until they cost nothing.

    2030: 10 x 2500 + 10 x 3000 = 55 000; 2032: 10 x 2500 + 2 x 1500 + 8 x 3000 = 52 000.
    """
    solution = solve(two_years({2030: "5 kUSD/PFLOPS", 2032: "0 USD/PFLOPS"}))
    assert solution.objective == pytest.approx(2 * 55_000 + 2 * 52_000)
    assert solution.builds == {(2030, "far", 0): pytest.approx(10), (2032, "far", 0): pytest.approx(2)}


def test_builds_retire_after_their_life() -> None:
    """With a life of two years far costs 2500 + 1500 in 2030 (10 PFLOPS) and is bought again, for nothing, in 2032.

    2030: 10 x 4000 + 10 x 3000 = 70 000; 2032: 12 x 1500 + 8 x 3000 = 42 000.
    """
    solution = solve(two_years({2030: "5 kUSD/PFLOPS", 2032: "0 USD/PFLOPS"}, life=2))
    assert solution.objective == pytest.approx(2 * 70_000 + 2 * 42_000)
    assert solution.builds == {(2030, "far", 0): pytest.approx(10), (2032, "far", 0): pytest.approx(12)}


def test_later_years_are_discounted() -> None:
    """At 10 % four years of 22 000 are worth 1 + 1/1.1 + 1/1.21 + 1/1.331 of them."""
    solution = solve({"scenario.finance.discount_rate": 0.1, "scenario.years": [2030, 2032]})
    assert solution.objective == pytest.approx(ALL_FAR * (1 + 1 / 1.1 + 1 / 1.21 + 1 / 1.331))


def test_duals_are_what_a_unit_more_is_worth() -> None:
    """Each of the 19 PFLOPS more costs near's 3000; a Gbps more each way moves 2 PFLOPS and saves 2 x 1900."""
    duals = solve({f"{LINKS}.fibre.capacity": "5 Gbps", f"{ROW}.compute": "19 PFLOPS"}).duals
    (demand,) = (value for key, value in duals.items() if key[0] == "demand_met")
    assert demand == pytest.approx(3000)
    assert sum(value for key, value in duals.items() if key[0] == "link_capacity") == pytest.approx(-2 * 1900)
    assert sum(value for key, value in duals.items() if key[0] == "site_capacity") == pytest.approx(0)


@pytest.mark.parametrize(("text", "value"), [("2000P", 2000), ("1.4 GW", 1400), ("0.05 USD/kWh", 50), ("3 /ms", 3)])
def test_quantities_are_read_into_inside_units(text: str, value: float) -> None:
    """PFLOPS, MW, USD/MWh and plain numbers per ms."""
    assert independent.quantity(text) == value


def test_monthly_prices_are_twelve_times_as_much_a_year() -> None:
    """1 kUSD/Gbps/month."""
    assert independent.quantity("1 kUSD/Gbps/month") == 12_000


def test_what_the_model_does_not_know_is_refused() -> None:
    """A catalogue or a named profile would otherwise be left out in silence."""
    with pytest.raises(ValueError, match=r"sites: not in the independent model: \['accelerators'\]"):
        solve({f"{SITES}.far.accelerators": {"chip": 2}})
    with pytest.raises(ValueError, match=r"profile: not in the independent model: diurnal"):
        solve({f"{CHAT}.profile": "diurnal"})


@profile(examples=40)
@given(world=worlds(traffic=True))
def test_the_optimum_is_proved_by_its_own_prices(world: World) -> None:
    """Feasible values and feasible prices of the same worth: neither can be improved."""
    solution = independent.solve(**world)
    if solution.status == "optimal":
        programme = independent.write_programme(independent.World.read(**world))
        value, broken = independent.check_values(programme, solution.values)
        bound, violated = independent.check_duals(programme, solution.duals)
        assert value == pytest.approx(solution.objective)
        assert bound == pytest.approx(solution.objective, rel=1e-7, abs=1e-3)
        assert broken < 1e-6
        assert violated < 1e-3


def test_random_worlds_are_lively() -> None:
    """Of forty random worlds most are feasible, many build, and many answers would be others without a limit."""
    seen = Counter(word for seed in range(40) for word in liveliness(roll_world(Dice(seed))))
    assert seen["infeasible"] <= 10
    assert seen["builds"] >= 10
    assert min(seen[word] for word in ("max_rtt", "policy", "committed", "compute", "capacity")) >= 4, seen


def liveliness(world: World) -> Iterator[str]:
    """Yield what happens in a world, and which limits its answer would be another without."""
    solution = independent.solve(**world)
    yield solution.status
    if any(value > 1e-6 for value in solution.builds.values()):
        yield "builds"
    relaxed: dict[str, dict[str, Any]] = {"max_rtt": {}, "policy": {}, "committed": {}}
    for way in optional_ways(world):
        if way[-1] in relaxed:
            relaxed[str(way[-1])][".".join(map(str, way))] = None
    relaxed["compute"] = {f"{SITES}.{site}.compute": "1 EFLOPS" for site in world["topology"]["sites"]}
    relaxed["capacity"] = {f"{LINKS}.{link}.capacity": "1 Tbps" for link in world["topology"]["links"]}
    for word, changes in relaxed.items():
        other = independent.solve(**changed(world, changes)) if changes else solution
        if other.status != solution.status or other.objective < solution.objective * (1 - 1e-6):
            yield word


@pytest.mark.parametrize("kind", KINDS[1:])
def test_random_worlds_of_every_kind_are_lively(kind: str) -> None:
    """Most are feasible, and what a kind adds changes many answers."""
    seen = Counter(word for seed in range(30) for word in kind_matters(roll_world(Dice(seed), kind)))
    assert seen["optimal"] >= 15, seen
    assert seen["matters"] >= 6, seen


def kind_matters(world: World) -> Iterator[str]:
    """Yield the status of a world, and whether it costs something else without what its kind adds."""
    solution = independent.solve(**world)
    yield solution.status
    gone = {way for way in optional_ways(world) if KIND_WORDS & set(way[-2:])}
    plain = {".".join(map(str, way)): None for way in optional_ways(world) if way in gone and way[:-1] not in gone}
    years = {"scenario.years": world["scenario"]["years"][:1]} if len(world["scenario"]["years"]) > 1 else {}
    glass = {"scenario.latency": "glass", "topology.countries": {}, "topology.background": []}
    other = independent.solve(**changed(world, plain | years | glass))
    last, others = (dict(each.stages).get("cost", -1.0) for each in (solution, other))
    if last != pytest.approx(others, rel=1e-4):
        yield "matters"
