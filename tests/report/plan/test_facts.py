"""What a plan says beyond its tables, worked out by hand on small worlds."""

from __future__ import annotations

import pytest
from small import about, proved, proved_triangle

import planner
from planner.report.plan.digest import Digest
from planner.report.plan.facts import money, serving, supply
from planner.report.plan.facts.records import records_used, sources_used

GROWING = {"demand.demands.0.compute": {2026: "20 PFLOPS", 2030: "320 PFLOPS"}}
ROOM = {
    "topology.sites.near.expansion": [{"max": "400 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "topology.sites.near.watts": "1 kW/PFLOPS",
    "topology.sites.near.pue": "1.25",
}
RHYTHM = {
    "topology.nodes.home.timezone": "Africa/Abidjan",
    "demand.workloads.chat.profile": [0.5] * 12 + [1.5] * 12,
    "scenario.hours": 2,
}


def only(plan: planner.Plan) -> supply.SupplyBalance:
    """Return the balance of a plan of one year."""
    (found,) = supply.supply_balances(plan)
    return found


def test_demand_doubles_each_year_and_outgrows_110_pflops_in_the_fourth() -> None:
    """20, 40, 80, 160, 320 between 2026 and 2030: 160 in 2029 is more than the 110 that stand."""
    found = supply.supply_balances(proved({**GROWING, "scenario.years": [2026, 2030]}))
    assert [each.year for each in found] == [2026, 2027, 2028, 2029, 2030]
    assert [each.asked_pflops for each in found] == about([20, 40, 80, 160, 320])
    assert {each.standing_pflops for each in found} == {110.0}
    assert supply.exhausted(found, with_builds=False) == supply.exhausted(found, with_builds=True) == 2029


def test_what_is_kept_in_reserve_is_no_supply() -> None:
    """Half of 110 is 55, and 80 are asked for in 2028."""
    found = supply.supply_balances(
        proved({**GROWING, "scenario.years": [2026, 2030], "scenario.limits.site_fill": 0.5})
    )
    assert supply.exhausted(found, with_builds=False) == 2028


def test_builds_and_projects_stand_on_the_other_side() -> None:
    """In 2030 the 210 PFLOPS that lack are built near; without them 110 stand."""
    plan = proved({**GROWING, **ROOM})
    found = only(plan)
    assert (found.standing_pflops, found.supplied_pflops) == about((110, 320))
    assert supply.exhausted([found], with_builds=False) == 2030
    assert supply.exhausted([found], with_builds=True) is None


def test_a_site_that_waits_for_its_project_stands_only_where_that_is_built() -> None:
    """Far is a project worth building: 20 PFLOPS for 1,100 in place of 10 for 3,000 and 10 unserved."""
    plan = proved({"topology.projects.hall": {"capex": "1 kUSD"}, "topology.sites.far.project": "hall"})
    assert (only(plan).standing_pflops, only(plan).supplied_pflops) == (10, 110)
    assert [(each.kind, each.key, each.mw) for each in supply.built_assets(plan)] == [("project", "hall", None)]


def test_chips_that_have_retired_supply_nothing() -> None:
    """Built in 2026 for five years, 2031 is the first without."""
    years = {"scenario.years": [2026, 2033], "demand.demands.0.compute": {2026: "150 PFLOPS", 2033: "100 PFLOPS"}}
    found = supply.supply_balances(proved({**ROOM, **years}))
    assert [each.supplied_pflops for each in found] == about([150.0] * 5 + [110.0] * 3)


def test_the_peak_decides_and_training_fills_the_quiet_hours() -> None:
    """Chat asks for 10 by night and 30 by day; 20 of training fill the night: 40 at all hours."""
    assert (only(proved(RHYTHM)).asked_pflops, only(proved(RHYTHM)).needed_pflops) == about((20, 30))
    training = {"kind": "training", "unserved": "5000 USD/PFLOPS/year"}
    rows = [
        {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"},
        {"origin": "home", "workload": "tuning", "compute": "20 PFLOPS"},
    ]
    both = proved({**RHYTHM, "demand.workloads.tuning": training, "demand.demands": rows})
    assert (only(both).asked_pflops, only(both).needed_pflops) == about((40, 40))


def test_power_of_builds_is_compute_times_watts_times_pue() -> None:
    """210 PFLOPS at 1 kW and pue 1.25 draw 0.2625 MW; the price is 1,000 a PFLOPS."""
    (built,) = supply.built_assets(proved({**GROWING, **ROOM}))
    assert (built.kind, built.key, built.year) == ("site", "near", 2030)
    assert (built.pflops, built.mw, built.capex_usd) == about((210, 0.2625, 210_000))


def test_a_member_served_over_a_third_country_depends_on_it() -> None:
    """All 20 of Kazakhstan's go to China, and over Kyrgyzstan, where the cheaper way lies."""
    china, kazakhstan = sorted(serving.country_figures(proved_triangle(), 2030), key=lambda each: each.country)[:2]
    assert kazakhstan.hosts == (("CN", about(20)),)
    assert kazakhstan.crossing_pflops == about(20)
    assert kazakhstan.transits == (("KG", about(20)),)
    assert (kazakhstan.home_pflops, kazakhstan.unserved_pflops) == about((0, 0))
    assert (china.asked_pflops, china.hosts, china.crossing_pflops) == (0, (), 0)


def test_a_path_that_only_touches_origin_and_host_crosses_nobody() -> None:
    """The direct fibre leads from Kazakhstan to China."""
    fare = next(each for each in serving.country_figures(proved(), 2030) if each.country == "KZ")
    assert (fare.crossing_pflops, fare.transits) == (0, ())


def test_a_full_site_is_worth_what_the_next_one_costs_more() -> None:
    """With 10 PFLOPS far at 1,100, five more are served near for 3,000: one more far saves 1,900."""
    plan = proved({"topology.sites.far.compute": "10 PFLOPS", "demand.demands.0.compute": "15 PFLOPS"})
    assert money.limit_values(plan, 2030) == [money.LimitValue("site", "far", "PFLOPS", about(1900), 10.0)]


def test_a_full_link_is_worth_what_passes_over_one_gbps() -> None:
    """5 Gbps carry 10 PFLOPS; one more carries two, each 1,900 cheaper."""
    plan = proved({"topology.links.fibre.capacity": "5 Gbps", "demand.demands.0.compute": "15 PFLOPS"})
    assert money.limit_values(plan, 2030) == [money.LimitValue("link", "fibre", "Gbps", about(3800), 5.0)]


def test_budgets_have_their_own_units() -> None:
    """Nothing may be spent on building: of a million of it a thousand PFLOPS would come, each saving something."""
    plan = proved({**GROWING, **ROOM, "scenario.limits.capex": "0.1 MUSD"})
    (budget,) = [each for each in money.limit_values(plan, 2030) if each.family == "capex_budget"]
    assert (budget.key, budget.unit) == ("", "MUSD")
    assert budget.usd > 1_000_000


def test_costs_are_told_by_how_sure_their_records_are() -> None:
    """20 PFLOPS far cost 20,000 by a verified record, their 20 + 20 half Gbps 2,000 by one that does not say."""
    plan = proved({"topology.sites.far.confidence": "verified"})
    assert money.cost_by_confidence(plan) == {"verified": about(20_000), None: about(2_000)}


def test_the_records_of_the_page_are_those_that_the_terminal_counts() -> None:
    """Demand, workload, far and fibre; near serves nobody."""
    sources = {"paper": {"title": "A paper"}, "other": {"title": "Not used"}}
    plan = proved({"topology.sources": sources, "topology.sites.far.source": "paper"})
    used = records_used(plan)
    assert [(each.kind, each.key) for each in used] == [
        ("demand", "home/chat"), ("workload", "chat"), ("site", "far"), ("link", "fibre"),
    ]  # fmt: skip
    assert Digest(plan).confidence.total() == len(used)
    assert [(key, source.title, count) for key, source, count in sources_used(plan)] == [("paper", "A paper", 1)]


@pytest.mark.parametrize("years", [[2030], [2026, 2030]])
def test_costs_by_confidence_add_up_to_the_whole(years: list[int]) -> None:
    """Fees and projects apart, of which there are none here."""
    plan = proved({**GROWING, "scenario.years": years})
    assert sum(money.cost_by_confidence(plan).values()) == about(plan.total_cost_usd)


def test_what_was_built_at_a_site_that_has_closed_supplies_nothing() -> None:
    """40 are built near in 2026, which closes after 2028; 100 stand far."""
    years = {"scenario.years": [2026, 2030], "demand.demands.0.compute": {2026: "150 PFLOPS", 2030: "100 PFLOPS"}}
    found = supply.supply_balances(proved({**ROOM, **years, "topology.sites.near.until": 2028}))
    assert [each.supplied_pflops for each in found] == about([150.0] * 3 + [100.0] * 2)


def test_projects_and_fees_count_among_what_is_sure_or_not() -> None:
    """The project of 1,000 over 20 years at 8 %, and 20 PFLOPS abroad at a fee of 100 each."""
    plan = proved(
        {
            "topology.projects.hall": {"capex": "1 kUSD", "confidence": "assumed"},
            "topology.sites.far.project": "hall",
            "topology.sites.far.confidence": "verified",
            "scenario.policy": {
                "residency": [
                    {"origin": ["KZ"], "hosts": "any", "fee": "100 USD/PFLOPS/year", "confidence": "estimated"}
                ]
            },
        }
    )
    found = money.cost_by_confidence(plan)
    assert found["assumed"] == about(1000 * 0.08 / (1 - 1.08**-20))
    assert found["estimated"] == about(2000)
    assert sum(found.values()) == about(plan.total_cost_usd)
