"""What limits hold and what more costs: links, sites, power, builds.

Near has 10 PFLOPS at 3000 USD, far 100 at 1000; the fibre between takes 0.5 Gbps a PFLOPS each way, 100 USD together.
What cannot go far is served near up to 10 PFLOPS, the rest is left at 5000. With 5 Gbps each way 10 PFLOPS go far:
10 x 1100 + 10 x 3000 = 41 000 USD.
"""

from __future__ import annotations

import pytest
from small import Changes, about, plan, plan_triangle, used

HALF_AWAY = 41_000
ONLY_NEAR = {"demand.workloads.chat.max_rtt": "5 ms"}
NO_INTEREST = {"scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20}}


def test_a_link_carries_its_capacity_in_each_direction() -> None:
    """0.5 Gbps a PFLOPS there and 0.5 back: 10 PFLOPS in 5 Gbps each way."""
    assert plan({"topology.links.fibre.capacity": "5 Gbps"}).objective == about(HALF_AWAY)


def test_with_half_duplex_both_directions_share_it() -> None:
    """5 Gbps carry 5 PFLOPS there and back: 5 x 1100 + 10 x 3000 + 5 x 5000."""
    changes = {"topology.links.fibre.capacity": "5 Gbps", "topology.links.fibre.duplex": "half"}
    assert plan(changes).objective == about(60_500)


def test_the_busier_direction_decides() -> None:
    """1 Gbps a PFLOPS comes back: 5 PFLOPS at 1000 + 1.1 x 100, near, 5 left."""
    changes = {
        "demand.workloads.chat.traffic": "0.1 Gbps/PFLOPS",
        "demand.workloads.chat.traffic_back": "1 Gbps/PFLOPS",
    }
    found = plan({**changes, "topology.links.fibre.capacity": "5 Gbps"})
    assert found.objective == about(5 * 1110 + 30_000 + 25_000)


def test_what_others_have_taken_is_not_there() -> None:
    """100 − 95 = 5 Gbps each way."""
    assert plan({"topology.links.fibre.committed": "95 Gbps"}).objective == about(HALF_AWAY)


def test_a_link_is_planned_with_its_fill_before_others_take_their_part() -> None:
    """0.8 x 10 − 3 = 5 Gbps."""
    changes = {"topology.links.fibre.capacity": "10 Gbps", "topology.links.fibre.committed": "3 Gbps"}
    assert plan({**changes, "scenario.limits.link_fill": 0.8}).objective == about(HALF_AWAY)


def test_a_site_is_planned_with_its_fill() -> None:
    """5 PFLOPS far, half a PFLOPS near, 14.5 left: 5500 + 1500 + 72 500."""
    assert plan({"scenario.limits.site_fill": 0.05}).objective == about(79_500)


def test_power_at_the_meter_limits_a_site() -> None:
    """5 kW feed 5 / 1.25 = 4 PFLOPS far: 4 x 1100 + 30 000 + 6 x 5000."""
    changes = {"power": "5 kW", "watts": "1 kW/PFLOPS", "pue": 1.25}
    found = plan({f"topology.sites.far.{key}": value for key, value in changes.items()})
    assert found.objective == about(64_400)
    assert found.sites.loc[(2030, "far"), "power_mw"] == about(0.005)


def test_energy_is_paid_by_the_hour() -> None:
    """1 kW x 1.25 x 8760 h x 0.10 USD = 1095 USD a PFLOPS: 20 x 2195; 400 g a kWh are 4.38 t, 1.8 L are 19.71 m3."""
    changes = {"electricity": "0.10 USD/kWh", "watts": "1 kW/PFLOPS", "pue": 1.25, "carbon": "400 g/kWh"}
    changes["water"] = "1.8 L/kWh"
    found = plan({f"topology.sites.far.{key}": value for key, value in changes.items()})
    assert found.objective == about(43_900)
    assert found.sites.loc[(2030, "far"), ["energy_mwh", "carbon_t", "water_m3"]].tolist() == about([219, 87.6, 394.2])


def test_parallel_links_add_up() -> None:
    """Two of 2.5 Gbps instead of one of 5."""
    twin = {"ends": ["away", "home"], "kind": "terrestrial", "rtt": "11 ms", "capacity": "2.5 Gbps"}
    changes = {"topology.links.twin": {**twin, "transit": "100 USD/Gbps/year"}}
    found = plan({**changes, "topology.links.fibre.capacity": "2.5 Gbps"})
    assert found.objective == about(HALF_AWAY)
    assert found.paths["links"].tolist() == ["fibre", "twin", ""]


def test_two_ways_are_mixed_where_the_cheaper_is_full() -> None:
    """10 PFLOPS over mid at 1020, 10 by fibre at 1100."""
    found = plan_triangle({"topology.links.low.capacity": "5 Gbps"})
    assert found.objective == about(21_200)


def test_a_quick_way_that_is_full_is_not_relieved_by_one_too_slow() -> None:
    """Within 12 ms only the fibre, here of 5 Gbps, leads far."""
    changes = {"demand.workloads.chat.max_rtt": "12 ms", "topology.links.fibre.capacity": "5 Gbps"}
    assert plan_triangle(changes).objective == about(HALF_AWAY)


def test_the_quick_way_is_kept_for_those_in_a_hurry() -> None:
    """The fibre (5 Gbps) is the cheaper one here: chat (10 PFLOPS) needs it, the patient takes mid.

    chat 10 x 1100; patient 20 x (1000 + 2 x 200) = 28 000, although the fibre would be cheaper for it too.
    """
    patient = {"kind": "inference", "traffic": "0.5 Gbps/PFLOPS", "unserved": "5000 USD/PFLOPS/year"}
    changes: Changes = {
        "demand.workloads.chat.max_rtt": "12 ms",
        "demand.workloads.patient": patient,
        "demand.demands": [
            {"origin": "home", "workload": "chat", "compute": "10 PFLOPS", "hosts": ["CN"]},
            {"origin": "home", "workload": "patient", "compute": "20 PFLOPS", "hosts": ["CN"]},
        ],
        "topology.links.fibre.capacity": "5 Gbps",
        "topology.links.low.transit": "200 USD/Gbps/year",
        "topology.links.high.transit": "200 USD/Gbps/year",
    }
    found = plan_triangle(changes)
    assert found.objective == about(39_000)
    assert found.demands["mean_rtt_ms"].to_dict() == about({(2030, "home", "chat"): 10, (2030, "home", "patient"): 16})


@pytest.mark.parametrize(
    ("capex", "usd", "built"),
    [
        ("5 kUSD/PFLOPS", 30_000 + 10 * 4500, 10),  # 5000 / 5 + 500 + 3000 = 4500 < 5000
        ("10 kUSD/PFLOPS", 80_000, 0),  # 10 000 / 5 + 500 + 3000 = 5500 > 5000
        ({2026: "10 kUSD/PFLOPS", 2029: "5 kUSD/PFLOPS", 2031: "1 kUSD/PFLOPS"}, 75_000, 10),
    ],
)
def test_compute_is_bought_where_that_is_cheaper_than_leaving_work(capex: object, usd: float, built: float) -> None:
    """10 PFLOPS are missing near, where nothing else is near enough."""
    option = {"max": "40 PFLOPS", "capex": capex, "opex": "500 USD/PFLOPS/year"}
    found = plan({**ONLY_NEAR, **NO_INTEREST, "topology.sites.near.expansion": [option]})
    assert found.objective == about(usd)
    assert found.sites.loc[(2030, "near"), "built_pflops"] == about(built)


def test_an_investment_is_paid_off_with_interest() -> None:
    """4000 USD over 5 years at 8 %: 4000 x 0.08 / (1 − 1.08^−5) = 1001.8258 a year."""
    option = {"max": "40 PFLOPS", "capex": "4 kUSD/PFLOPS"}
    found = plan({**ONLY_NEAR, "topology.sites.near.expansion": [option]})
    assert found.objective == pytest.approx(30_000 + 10 * (3000 + 1001.8258), rel=1e-8)
    assert found.builds["capex_usd"].tolist() == about([40_000])


def test_more_is_not_built_than_may_stand() -> None:
    """4 PFLOPS at 1000 + 3000, 6 left."""
    option = {"max": {2026: "40 PFLOPS", 2030: "4 PFLOPS"}, "capex": "5 kUSD/PFLOPS"}
    found = plan({**ONLY_NEAR, **NO_INTEREST, "topology.sites.near.expansion": [option]})
    assert found.objective == about(30_000 + 16_000 + 30_000)


@pytest.mark.parametrize("years", [{"from": 2031}, {"until": 2029}])
def test_an_expansion_is_only_on_offer_in_its_years(years: dict[str, int]) -> None:
    """2030 is too early or too late."""
    option = {"max": "40 PFLOPS", "capex": "5 kUSD/PFLOPS", **years}
    assert plan({**ONLY_NEAR, "topology.sites.near.expansion": [option]}).objective == about(80_000)


def test_a_candidate_exists_through_its_expansions_only() -> None:
    """Its 100 PFLOPS do not count; 10 are built for 200 + 1000 each, cheaper than near, and 10 more: 20 x 1200."""
    site = {"node": "home", "status": "candidate", "from": 2028, "compute": "100 PFLOPS", "opex": "1 kUSD/PFLOPS/year"}
    option = {"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}
    found = plan({**ONLY_NEAR, **NO_INTEREST, "topology.sites.new": {**site, "expansion": [option]}})
    assert found.objective == about(24_000)
    assert found.sites.loc[(2030, "new"), "installed_pflops"] == about(20)


def test_what_is_built_is_planned_with_the_fill_too() -> None:
    """0.5 x (10 + k) = 20: k = 30 at 1000 / 5 = 200 each, and 20 x 3000."""
    option = {"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}
    changes = {**ONLY_NEAR, **NO_INTEREST, "topology.sites.near.expansion": [option], "scenario.limits.site_fill": 0.5}
    assert plan(changes).objective == about(66_000)


def test_an_expansion_without_a_limit_suffices_for_everything() -> None:
    """20 PFLOPS far need 0.5 x (1 + b) = 10 Gbps: b = 19 at 100 USD, the fill included."""
    changes = {"topology.links.fibre.capacity": "1 Gbps", "scenario.limits.link_fill": 0.5}
    found = plan({**changes, "topology.links.fibre.expansion": [{"opex": "100 USD/Gbps/year"}]})
    assert found.objective == about(22_000 + 1_900)


def test_light_is_leased_by_the_year() -> None:
    """9 Gbps at 1500: 22 000 + 13 500, cheaper than near."""
    option = {"max": "100 Gbps", "opex": "1500 USD/Gbps/year"}
    changes = {"topology.links.fibre.capacity": "1 Gbps", "topology.links.fibre.expansion": [option]}
    found = plan(changes)
    assert found.objective == about(35_500)
    assert found.builds["capex_usd"].tolist() == [0]


def test_the_cheaper_of_buying_and_leasing_comes_first() -> None:
    """4 Gbps are bought for 20 000 / 20 = 1000 a year, 5 leased at 1500."""
    lease, fibre = {"max": "100 Gbps", "opex": "1500 USD/Gbps/year"}, {"max": "4 Gbps", "capex": "20 kUSD/Gbps"}
    changes = {"topology.links.fibre.capacity": "1 Gbps", "topology.links.fibre.expansion": [lease, fibre]}
    found = plan({**changes, **NO_INTEREST})
    assert found.objective == about(22_000 + 4_000 + 7_500)
    assert found.builds["added"].tolist() == about([5, 4])


def test_neither_light_nor_compute_is_built_where_unserved_is_cheaper() -> None:
    """10 PFLOPS are left at 2500 rather than served far for 1100 + 0.5 x 3000, or near for 3000."""
    option = {"max": "100 Gbps", "opex": "3000 USD/Gbps/year"}
    changes = {"demand.workloads.chat.unserved": "2500 USD/PFLOPS/year", "topology.links.fibre.expansion": [option]}
    found = plan({**changes, "topology.links.fibre.capacity": "5 Gbps"})
    assert found.objective == about(11_000 + 25_000)


def test_a_link_that_others_fill_beyond_its_capacity_must_be_widened() -> None:
    """12 of 10 Gbps are taken: 2 Gbps at 100 USD for them and 10 for the 20 PFLOPS far."""
    changes = {"capacity": "10 Gbps", "committed": "12 Gbps"}
    option = {"max": "100 Gbps", "opex": "100 USD/Gbps/year"}
    found = plan({f"topology.links.fibre.{key}": value for key, value in {**changes, "expansion": [option]}.items()})
    assert found.objective == about(22_000 + 1_200)


def test_a_link_overfull_for_good_makes_the_scenario_infeasible() -> None:
    """12 of 10 Gbps are taken and nothing can be built."""
    changes = {"topology.links.fibre.capacity": "10 Gbps", "topology.links.fibre.committed": "12 Gbps"}
    found = plan(changes)
    assert found.status.value == "infeasible"
    assert found.findings == (
        "link fibre in 2030: others take 12 Gbps, and 10 of its 10 Gbps may be used (limits.link_fill)",
        "with this change alone a plan exists: 2 Gbps more on link fibre",
    )


def test_figures_of_another_precision_are_normalised() -> None:
    """100 PFLOPS of sparse FP8 are 25 dense BF16, 250 USD each are 1000: 25 x 1100 + 5 x 3000 for 30 PFLOPS."""
    quoted = {"precision": "fp8", "sparse": True, "opex": "250 USD/PFLOPS/year"}
    changes = {f"topology.sites.far.{key}": value for key, value in quoted.items()}
    found = plan({"demand.demands.0.compute": "30 PFLOPS", **changes})
    assert found.objective == about(42_500)
    assert used(found) == about({"far": 25, "near": 5})
