"""What is decided whole: steps, sites in use, large enough clusters, work that stays together, projects.

Home asks for 20 PFLOPS of chat and leaves them at 5000 USD each. Near has 10 at 3000, far 100 at 1000 + 100 of transit.
Money costs no interest: compute is written off in 5 years, links and projects in 20.
"""

from __future__ import annotations

import pytest
from small import Changes, about, proved, proved_triangle, used

NO_INTEREST: Changes = {"scenario.finance": {"discount_rate": 0, "compute_life": 5, "link_life": 20}}
THIRD = {"node": "away", "status": "operating", "compute": "100 PFLOPS", "opex": "2000 USD/PFLOPS/year"}


# -------------------------------------------------------------------------------------------------- steps


def racks(most: str) -> Changes:
    """Return far without machines but in steps of 15 PFLOPS at 15 kUSD: 3000 a year each."""
    option = {"step": "15 PFLOPS", "max": most, "capex": "15 kUSD/step"}
    return {**NO_INTEREST, "topology.sites.far.compute": "0 PFLOPS", "topology.sites.far.expansion": [option]}


def test_steps_are_bought_whole() -> None:
    """Two for 20 PFLOPS: 6000 + 22 000."""
    found = proved(racks("45 PFLOPS"))
    assert found.objective == about(28_000)
    assert found.builds["added"].tolist() == about([30])


def test_one_step_too_few_sends_work_to_another_site() -> None:
    """29 PFLOPS are one step: 3000 + 15 x 1100 + 5 x 3000."""
    assert proved(racks("29 PFLOPS")).objective == about(34_500)


def test_one_step_too_few_leaves_work_where_there_is_no_other_site() -> None:
    """3000 + 15 x 1100 + 5 x 5000."""
    assert proved({**racks("29 PFLOPS"), "topology.sites.near": None}).objective == about(44_500)


def test_a_step_that_would_hardly_be_used_is_not_bought() -> None:
    """1 Gbps stands and 4 cost 4000 a year: two steps, 18 PFLOPS far and 2 near are 33 800; three steps were 34 000."""
    option = {"step": "4 Gbps", "max": "40 Gbps", "capex": "80 kUSD/step"}
    found = proved(
        {**NO_INTEREST, "topology.links.fibre.capacity": "1 Gbps", "topology.links.fibre.expansion": [option]}
    )
    assert found.objective == about(33_800)
    assert used(found) == about({"far": 18, "near": 2})


def test_a_step_without_a_limit_is_there_as_often_as_needed() -> None:
    """One of 30 PFLOPS suffices for all 20: 6000 + 22 000."""
    option = {"step": "30 PFLOPS", "capex": "1 kUSD/PFLOPS"}
    changes = {**NO_INTEREST, "topology.sites.far.compute": "0 PFLOPS", "topology.sites.far.expansion": [option]}
    assert proved(changes).objective == about(28_000)


def test_whole_steps_count_among_what_may_stand_over_the_years() -> None:
    """One step of 15 in 2026 and one in 2029, when 30 may stand; 15 left at first: 3 x (19 500 + 25 000 + 28 000)."""
    option = {"step": "15 PFLOPS", "max": {2026: "15 PFLOPS", 2029: "30 PFLOPS"}, "capex": "15 kUSD/step"}
    changes = {**racks("30 PFLOPS"), "topology.sites.near": None, "scenario.years": [2026, 2029]}
    found = proved({**changes, "topology.sites.far.expansion": [option]})
    assert found.builds["added"].tolist() == about([15, 15])
    assert found.objective == about(3 * (19_500 + 25_000) + 3 * 28_000)


# ----------------------------------------------------------------------------------------------- sites in use


TWO_SITES: Changes = {
    "topology.sites.near": None,
    "topology.sites.far.compute": "15 PFLOPS",
    "topology.sites.third": {**THIRD, "opex": "1400 USD/PFLOPS/year"},
}


def test_without_fixed_costs_two_sites_share_the_work() -> None:
    """15 x 1100 + 5 x 1500."""
    assert used(proved(TWO_SITES)) == about({"far": 15, "third": 5})


def test_fixed_costs_open_one_site_instead_of_two() -> None:
    """Both 24 000 + 13 000, far alone 49 500, third alone 20 x 1500 + 5000 = 35 000."""
    fixed = {"topology.sites.far.fixed_cost": "8 kUSD/year", "topology.sites.third.fixed_cost": "5 kUSD/year"}
    found = proved({**TWO_SITES, **fixed})
    assert found.objective == about(35_000)
    assert used(found) == about({"third": 20})
    assert found.cost_usd["fixed"] == about(5_000)
    assert found.sites["cost_usd"].to_dict() == about({(2030, "far"): 0, (2030, "third"): 28_000 + 5_000})


def test_a_fixed_cost_may_not_be_worth_it() -> None:
    """Far's 16 500 and 60 000 are more than 15 at 5000: all but near is left, and near costs nothing fixed."""
    found = proved({"topology.sites.far.fixed_cost": "60 kUSD/year"})
    assert used(found) == about({"near": 10})
    assert found.objective == about(80_000)


def test_a_fixed_cost_is_paid_in_every_year_of_service() -> None:
    """Far comes in 2027: 80 000, then 22 000 + 4000."""
    changes = {
        "topology.sites.far.fixed_cost": "4 kUSD/year",
        "topology.sites.far.from": 2027,
        "scenario.years": [2026, 2027],
        "scenario.finance": {"discount_rate": 0},
    }
    assert proved(changes).objective == about(106_000)


def test_building_at_a_site_is_using_it() -> None:
    """A step more for nothing is not taken, for it would cost the 1000 of a site that serves nothing."""
    changes = {"topology.sites.near.fixed_cost": "1 kUSD/year", "topology.sites.near.expansion": [{"max": "9 PFLOPS"}]}
    found = proved({**changes, "topology.sites.near.expansion": [{"max": "9 PFLOPS", "capex": "0 USD/PFLOPS"}]})
    assert found.objective == about(22_000)
    assert found.builds.empty


@pytest.mark.parametrize(("most", "usd"), [(2, 31_500), (1, 41_500), (0, 100_000)])
def test_only_so_many_sites_are_used(most: int, usd: float) -> None:
    """Far (15) and near: 15 x 1100 + 5 x 3000; far alone: 16 500 + 5 x 5000; none: 20 x 5000."""
    assert proved({"topology.sites.far.compute": "15 PFLOPS", "scenario.limits.sites": most}).objective == about(usd)


# -------------------------------------------------------------------------------------- clusters, whole work

CLUSTER: Changes = {
    **NO_INTEREST,
    "demand.workloads.chat.min_cluster": "300 PFLOPS",
    "topology.sites.far.expansion": [{"max": "300 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
}


def test_a_cluster_is_made_large_enough_by_building() -> None:
    """100 stand far, 200 more cost 40 000 a year: 62 000; near never can."""
    found = proved(CLUSTER)
    assert found.objective == about(62_000)
    assert found.builds["added"].tolist() == about([200])


def test_a_cluster_that_costs_more_than_its_work_is_worth_is_not_built() -> None:
    """20 x 3000 are less than 62 000."""
    assert proved({**CLUSTER, "demand.workloads.chat.unserved": "3 kUSD/PFLOPS/year"}).objective == about(60_000)


def test_a_cluster_that_stands_serves_at_once() -> None:
    """80 of far's 100."""
    assert proved({**CLUSTER, "demand.workloads.chat.min_cluster": "80 PFLOPS"}).objective == about(22_000)


def test_a_cluster_may_be_built_larger_than_all_work_where_no_limit_is_written() -> None:
    """As above, without `max`: 62 000."""
    assert proved({**CLUSTER, "topology.sites.far.expansion": [{"capex": "1 kUSD/PFLOPS"}]}).objective == about(62_000)


CARDS: Changes = {
    **CLUSTER,
    "demand.workloads.chat.min_cluster": "240 cards",
    "topology.sites.far.chip": "h20",
    "topology.sites.far.watts": "1 kW/PFLOPS",
}


def test_a_cluster_in_cards_is_made_of_the_cards_of_each_site() -> None:
    """240 cards of 0.148 PFLOPS are 35.52: they stand far. 960 are 142.08: 42.08 more cost 8 416 a year."""
    found = proved(CARDS)
    assert found.objective == about(22_000)
    assert found.sites.loc[(2030, "far"), "cards"] == about(100 / 0.148)
    more = proved({**CARDS, "demand.workloads.chat.min_cluster": "960 cards"})
    assert more.objective == about(22_000 + 42.08 * 200)
    assert more.sites.loc[(2030, "far"), "cards"] == about(960)


def test_the_same_number_of_larger_cards_is_a_larger_cluster() -> None:
    """240 of 0.752 are 180.48: 80.48 more."""
    assert proved({**CARDS, "topology.sites.far.chip": "ascend-910c"}).objective == about(22_000 + 80.48 * 200)


def test_a_site_that_names_no_chip_takes_no_work_that_counts_cards() -> None:
    """Near has no chip: 20 PFLOPS stay at 5000, though 300 PFLOPS could be built there for nothing."""
    changes = {**CARDS, "topology.sites.far": None, "topology.sites.near.expansion": [{"max": "300 PFLOPS"}]}
    found = proved(changes)
    assert found.objective == about(100_000)
    assert found.sites["cards"].isna().all()
    assert any("sites that name no accelerator take none: near." in note for note in found.notes)


WHOLE: Changes = {
    "topology.sites.far.compute": "15 PFLOPS",
    "topology.sites.third": THIRD,
    "demand.workloads.chat.unserved": "10 kUSD/PFLOPS/year",
}


def test_work_that_may_be_split_is() -> None:
    """15 x 1100 + 5 x 2100."""
    assert proved(WHOLE).objective == about(27_000)


def test_work_that_may_not_be_split_goes_to_one_site() -> None:
    """Third for all, 20 x 2100; far's 15 with 5 left would be 66 500."""
    found = proved({**WHOLE, "demand.workloads.chat.split": False})
    assert found.objective == about(42_000)
    assert used(found) == about({"third": 20})


def test_work_at_one_site_may_still_take_many_paths() -> None:
    """10 over mid at 1020 and 10 by fibre at 1100, all far."""
    found = proved_triangle({"topology.links.low.capacity": "5 Gbps", "demand.workloads.chat.split": False})
    assert found.objective == about(21_200)
    assert len(found.paths) == 2


def test_parts_of_a_country_are_whole_each_by_itself() -> None:
    """KZ's 10 at home and 10 at east: far takes one of them (15), third the other; home 1100, east 1100 as well."""
    changes = {
        **WHOLE,
        "topology.nodes.east": {"country": "KZ", "lat": 47.0, "lon": 80.0},
        "topology.links.branch": {
            "ends": ["east", "home"],
            "kind": "terrestrial",
            "capacity": "99 Gbps",
            "rtt": "3 ms",
        },
        "demand.demands.0.origin": "KZ",
        "demand.workloads.chat.split": False,
    }
    found = proved(changes)
    assert found.objective == about(11_000 + 21_000)
    assert used(found) == about({"far": 10, "third": 10})


# ------------------------------------------------------------------------------------------------ projects


def cable(capex: str, **fields: str) -> Changes:
    """Return the way over mid as a project, beside a fibre for 10 PFLOPS: 41 000 without it, 20 400 with it, free."""
    return {
        **NO_INTEREST,
        "topology.projects.cable": {"capex": capex, **fields},
        "topology.links.low.project": "cable",
        "topology.links.fibre.capacity": "5 Gbps",
    }


def test_a_project_worth_its_money_is_laid() -> None:
    """200 kUSD over 20 years: 20 400 + 10 000."""
    found = proved_triangle(cable("200 kUSD"))
    assert found.objective == about(30_400)
    row = found.builds.loc[(2030, "project:cable", 0)].to_dict()
    assert row == {"added": 1, "unit": "project", "capex_usd": 200_000, "annuity_usd": about(10_000), "opex_usd": 0}


def test_a_project_is_kept_up_every_year() -> None:
    """2000 more."""
    assert proved_triangle(cable("200 kUSD", opex="2 kUSD/year")).objective == about(32_400)


def test_a_project_not_worth_its_money_is_not_laid() -> None:
    """30 000 a year to save 20 600; a link that is not there has no capacity."""
    found = proved_triangle(cable("600 kUSD"))
    assert found.objective == about(41_000)
    assert found.builds.empty
    assert found.links["capacity_gbps"].get((2030, "low"), 0) == 0


def test_half_of_a_project_is_not_to_be_had() -> None:
    """The link and more of far come together for 10 000: 20 x 1020 + 10 x 200 + 10 000.

    Far has 10 PFLOPS and gets 10 more for 1000 each, 200 a year.
    """
    changes = {
        **cable("200 kUSD"),
        "topology.sites.far.compute": "10 PFLOPS",
        "topology.sites.far.expansion": [{"max": "10 PFLOPS", "capex": "1 kUSD/PFLOPS", "project": "cable"}],
    }
    found = proved_triangle(changes)
    assert found.objective == about(32_400)
    assert set(found.builds.index.get_level_values("asset")) == {"project:cable", "site:far"}


def test_a_site_of_a_project_serves_once_it_is_built() -> None:
    """A hall at home with 30 PFLOPS at 500 for 6000 a year: 16 000 instead of 22 000... 6000 + 20 x 500."""
    hall = {"node": "home", "status": "operating", "compute": "30 PFLOPS", "opex": "500 USD/PFLOPS/year"}
    changes = {**NO_INTEREST, "topology.sites.hall": {**hall, "project": "hall"}}
    found = proved({**changes, "topology.projects.hall": {"capex": "120 kUSD"}})
    assert found.objective == about(16_000)
    assert found.sites.loc[(2030, "hall"), "installed_pflops"] == about(30)


def test_a_site_of_a_project_that_is_not_built_has_no_compute() -> None:
    """13 000 a year to save 12 000."""
    hall = {"node": "home", "status": "operating", "compute": "30 PFLOPS", "opex": "500 USD/PFLOPS/year"}
    changes = {**NO_INTEREST, "topology.sites.hall": {**hall, "project": "hall"}}
    found = proved({**changes, "topology.projects.hall": {"capex": "260 kUSD"}})
    assert found.objective == about(22_000)
    assert found.sites["installed_pflops"].get((2030, "hall"), 0) == 0


def test_what_others_take_of_a_link_waits_for_its_project_too() -> None:
    """The unlaid link is full of others' traffic, 120 of 100 Gbps, and that harms nobody."""
    found = proved_triangle({**cable("600 kUSD"), "topology.links.low.committed": "120 Gbps"})
    assert found.objective == about(41_000)


# -------------------------------------------------------------------------------- what another plan has built

BOUGHT: Changes = {
    **NO_INTEREST,
    "demand.workloads.chat.max_rtt": "5 ms",
    "topology.sites.near.expansion": [
        {"max": "40 PFLOPS", "capex": "5 kUSD/PFLOPS", "opex": "500 USD/PFLOPS/year"},
    ],
}
"""10 more near cost 1500 a year each: 75 000 in all."""


@pytest.mark.parametrize(("pflops", "usd"), [(20, 75_000), (40, 175_000), (8, 39_000)])
def test_builds_of_another_plan_stand_whatever_is_asked_for_later(pflops: float, usd: float) -> None:
    """20 served near for 60 000 + 15 000; 20 more are left, though building would pay; 8 still pay the 15 000."""
    first = proved(BOUGHT)
    later = proved({**BOUGHT, "demand.demands.0.compute": f"{pflops} PFLOPS"}, builds=first.tables)
    assert later.objective == about(usd)
    assert later.builds["added"].tolist() == about([10])


def test_steps_and_projects_of_another_plan_stand_too() -> None:
    """Laid for 40 PFLOPS; for 1 it still costs its 10 000; steps of far likewise."""
    changes = {**cable("200 kUSD"), "topology.sites.near": None}
    step = {"step": "15 PFLOPS", "max": "90 PFLOPS", "capex": "15 kUSD/step"}
    changes |= {"topology.sites.far.compute": "0 PFLOPS", "topology.sites.far.expansion": [step]}
    first = proved_triangle(changes)
    assert first.objective == about(10_000 + 6_000 + 20_400)
    later = proved_triangle({**changes, "demand.demands.0.compute": "1 PFLOPS"}, builds=first.tables)
    assert later.objective == about(16_000 + 1_020)


def test_what_another_plan_did_not_build_is_not_built_now() -> None:
    """Nothing was asked for then, so near has its 10: 80 000."""
    first = proved({**BOUGHT, "demand.demands.0.compute": "5 PFLOPS"})
    assert proved(BOUGHT, builds=first.tables).objective == about(80_000)
