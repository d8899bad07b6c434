"""What pooling is worth, cause by cause, on worlds worked out by hand."""

from __future__ import annotations

import pytest
from small import Changes, about, load

import planner
from planner import Sizing
from planner.studies.alterations import in_one_zone
from planner.studies.pooling import accounts

EVENING = [0.0] * 12 + [2.0] * 12
BUILDING = {"status": "candidate", "from": 2026, "compute": "1 PFLOPS", "opex": "1000 USD/PFLOPS/year"}
"""A site where nothing stands yet. A new PFLOPS costs 10 kUSD over five years without interest: 2000 a year."""
NEW = [{"max": "100 PFLOPS", "capex": "10 kUSD/PFLOPS"}]
BOTH_ASK = [{"origin": place, "workload": "chat", "compute": "10 PFLOPS"} for place in ("home", "away")]
GREEN: Changes = {
    "topology.links.fibre.transit": None,
    "demand.workloads.chat.unserved": "9 kUSD/PFLOPS/year",
    "demand.demands": BOTH_ASK,
    "scenario.finance": {"discount_rate": 0, "compute_life": 5},
}
"""Both cities ask for 10 PFLOPS on the mean, and ways cost nothing."""
CLOCKS: Changes = {
    **GREEN,
    "topology.sites.near": {"node": "home", **BUILDING, "expansion": NEW},
    "topology.sites.far": {"node": "away", **BUILDING, "expansion": NEW},
    "topology.nodes.home.timezone": "Africa/Abidjan",
    "topology.nodes.away.timezone": "Pacific/Funafuti",
    "demand.workloads.chat.profile": EVENING,
    "scenario.hours": 2,
}
"""It is evening away when it is morning at home."""


def sized(changes: Changes | None = None) -> Sizing:
    """Size a world with its changes."""
    return planner.size(load(changes))


def gains(found: Sizing) -> dict[str, float]:
    """What pooling saves in all, and by cause."""
    assert found.pooling is not None
    return {name: worth.usd for name, worth in found.pooling.gains.items()}


def test_two_time_zones_whose_peaks_cancel_need_half_the_machines() -> None:
    """Each asks for 20 in its evening and 0 in its morning.

    Alone each builds 20: 40 PFLOPS x 2000 and 20 in use on the mean x 1000 = 100 000 USD a year. Together 20 serve
    home in its evening and away in the other: 20 x 2000 + 20 x 1000 = 60 000. With one clock both evenings fall
    together, 40 are needed and nothing is saved: all of the 40 000 comes from time zones.
    """
    found = sized(CLOCKS)
    assert found.needed_pflops == about({2030: 20})
    sums = found.members.sum()
    assert sums["alone_needed_pflops"] == about(40)
    assert sums[["cost_usd", "alone_cost_usd", "penalty_usd", "alone_penalty_usd"]].tolist() == about(
        [60_000, 100_000, 0, 0]
    )
    expected = {"total": 40_000, "time_zones": 40_000, "shared_reserve": 0, "others_machines": 0, "cheaper_sites": 0}
    assert gains(found) == about(expected)


def test_a_peak_met_at_a_cheaper_site_is_not_booked_to_the_clocks() -> None:
    """One zone; far is 500 cheaper to run. Both build 40 in all; home's 10 on the mean run for 500 less each."""
    changes: Changes = {
        **CLOCKS,
        "topology.nodes.away.timezone": "Africa/Abidjan",
        "topology.sites.far.opex": "500 USD/PFLOPS/year",
    }
    expected = {"total": 5_000, "time_zones": 0, "shared_reserve": 0, "others_machines": 0, "cheaper_sites": 5_000}
    assert gains(sized(changes)) == about(expected)


def test_one_zone_is_that_of_whoever_asks_for_most() -> None:
    """Away asks for 11, home for 10."""
    changed = in_one_zone(load({**CLOCKS, "demand.demands.1.compute": "11 PFLOPS"}))
    assert {node.timezone for node in changed.topology.nodes.values()} == {"Pacific/Funafuti"}


def test_a_shared_reserve_needs_fewer_machines() -> None:
    """Two sites in each country, any one may fail, and all of the 10 PFLOPS each must survive.

    Alone each site must carry its country's 10: 40 PFLOPS. Together any three of four must carry 20: 20/3 at each,
    80/3 in all. A PFLOPS not built saves 2000: (40 - 80/3) x 2000 = 26 667. Without failures 20 are built either way.
    """
    sites = {
        f"topology.sites.{name}": {"node": node, **BUILDING, "expansion": NEW}
        for name, node in (("near", "home"), ("nearer", "home"), ("far", "away"), ("further", "away"))
    }
    found = sized({**GREEN, **sites, "demand.workloads.chat.survives": 1.0, "scenario.contingencies": ["sites"]})
    assert found.needed_pflops == about({2030: 80 / 3})
    assert found.members["alone_needed_pflops"].sum() == about(40)
    saved = (40 - 80 / 3) * 2000
    expected = {"total": saved, "time_zones": 0, "shared_reserve": saved, "others_machines": 0, "cheaper_sites": 0}
    assert gains(found) == about(expected)


def test_others_standing_machines_are_shown_apart() -> None:
    """Home has 10 at 3000 and leaves 10 at 5000: 80 000; far takes all 20 at 1100: 22 000, and nothing else helps."""
    found = sized()
    expected = {"total": 58_000, "time_zones": 0, "shared_reserve": 0, "others_machines": 58_000, "cheaper_sites": 0}
    assert gains(found) == about(expected)
    assert found.pooling is not None
    assert found.pooling.total == about((8_000, 50_000))


def test_what_nothing_else_explains_comes_from_cheaper_sites() -> None:
    """Nothing stands at far yet; more is kept there for 500 a year: 20 x (1000 + 100 + 500) = 32 000 against 80 000."""
    far = {**BUILDING, "node": "away", "expansion": [{"max": "100 PFLOPS", "opex": "500 USD/PFLOPS/year"}]}
    expected = {"total": 48_000, "time_zones": 0, "shared_reserve": 0, "others_machines": 0, "cheaper_sites": 48_000}
    assert gains(sized({"topology.sites.far": far})) == about(expected)


def test_causes_that_only_help_together_are_counted_in_both_and_the_rest_is_negative() -> None:
    """The clocks, and 20 PFLOPS that stand at far: without either nothing is saved that both save.

    Together far's 20 serve both: 20 x 1000. Alone away uses them and home builds 20: 20 x 2000 + 20 x 1000. Saved:
    40 000. With one clock home has to build 20 as well, and without far's machines too: nothing is saved.
    """
    far = {"node": "away", "status": "operating", "compute": "20 PFLOPS", "opex": "1000 USD/PFLOPS/year"}
    expected = {
        "total": 40_000, "time_zones": 40_000, "shared_reserve": 0, "others_machines": 40_000, "cheaper_sites": -40_000,
    }  # fmt: skip
    assert gains(sized({**CLOCKS, "topology.sites.far": far})) == about(expected)


def test_where_a_member_alone_cannot_serve_what_is_required_there_is_no_price() -> None:
    """Home has 10 of the 20 required; the need is known all the same."""
    found = sized({"demand.workloads.chat.unserved": "required"})
    assert found.needed_pflops == about({2030: 20})
    assert found.pooling is not None
    assert not found.pooling.is_known
    assert all(usd != usd for usd in gains(found).values())  # noqa: PLR0124 -- not a number


def test_a_member_without_any_site_serves_nothing_alone() -> None:
    """Near stands in CN: alone home leaves its 20 at 5000; in the pool far takes them for 1100."""
    found = sized({"topology.sites.near.node": "away"})
    assert found.failed == {}
    assert found.members.loc[(2030, "KZ"), ["alone_served_pflops", "alone_needed_pflops"]].tolist() == about([0, 0])
    assert found.pooling is not None
    assert found.pooling.total == about((-22_000, 100_000))


def test_a_floor_does_not_stand_in_the_way_of_the_comparison() -> None:
    """90 % of every member are promised; alone home reaches 50 %."""
    assert gains(sized({"scenario.policy": {"floor": {"served_share": 0.9}}}))["total"] == about(58_000)


def test_a_country_is_charged_for_all_that_it_leaves_undone() -> None:
    """Near has 10 of 20: chat is served first, for it is dearer to leave; 5 of it stay, and the 5 of scan."""
    changes: Changes = {
        "demand.workloads.chat.max_rtt": "5 ms",
        "demand.workloads.scan": {"kind": "inference", "max_rtt": "5 ms", "unserved": "4000 USD/PFLOPS/year"},
        "demand.demands": [
            {"origin": "home", "workload": "chat", "compute": "15 PFLOPS"},
            {"origin": "home", "workload": "scan", "compute": "5 PFLOPS"},
        ],
    }
    charged = accounts(planner.solve(load(changes)))["penalty_usd"].droplevel("year")
    assert charged.to_dict() == about({"KZ": 5 * 5000 + 5 * 4000, "CN": 0})


def test_the_accounts_of_all_countries_add_up_to_the_plan() -> None:
    """Of two years, each with its weight; traffic pays its penalty too."""
    changes: Changes = {
        "topology.links.fibre.capacity": "8 Gbps",
        "demand.workloads.internet": {"kind": "traffic", "unserved": "100 USD/Gbps/year"},
        "demand.demands": [
            {"origin": "home", "workload": "chat", "compute": "30 PFLOPS"},
            {"origin": "away", "to": "home", "workload": "internet", "rate": "9 Gbps"},
        ],
        "scenario.years": [2026, 2030],
        "scenario.finance": {"discount_rate": 0},
    }
    plan = planner.solve(load(changes))
    sums = accounts(plan).sum()
    assert 4 * sums["cost_usd"] == pytest.approx(plan.total_cost_usd)
    assert 4 * sums["penalty_usd"] == pytest.approx(plan.unserved_penalty_usd)
    assert sums["penalty_usd"] > 0
