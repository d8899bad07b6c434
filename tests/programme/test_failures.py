"""Failures: what is kept when a cable, a link, a site or a risk is gone, and what keeping it costs.

Home asks for 20 PFLOPS; near has 10 at 3000 USD, far 100 at 1000. The fibre carries a PFLOPS for 100, a second link,
the twin, for 200: 5 Gbps each way, which is 10 PFLOPS. Intact all go far by fibre: 22 000. What is left costs 5000.
"""

from __future__ import annotations

import pytest
from small import Changes, about, plan, proved

TWIN = {"ends": ["home", "away"], "kind": "terrestrial", "rtt": "20 ms", "capacity": "5 Gbps"}
TWO_LINKS: Changes = {
    "topology.sites.near": None,
    "topology.links.twin": {**TWIN, "transit": "200 USD/Gbps/year"},
    "scenario.contingencies": ["link:fibre"],
}


def test_half_is_kept_over_the_second_link() -> None:
    """10 of 20 fit: nothing changes; the flows that keep them stand in the table."""
    found = proved({**TWO_LINKS, "demand.workloads.chat.survives": 0.5})
    assert found.objective == about(22_000)
    kept = found.paths.xs("link:fibre", level="contingency")
    assert kept["pflops"].sum() == about(10)
    assert set(kept["links"]) == {"twin"}
    assert found.failures.loc[(2030, "link:fibre"), ["touched_pflops", "written", "shaped"]].tolist() == [
        20,
        False,
        False,
    ]


def test_all_is_kept_only_of_what_fits() -> None:
    """No more than 10 are served at all: 10 x 1100 + 10 x 5000."""
    found = proved({**TWO_LINKS, "demand.workloads.chat.survives": 1})
    assert found.objective == about(61_000)
    assert found.failures.loc[(2030, "link:fibre"), ["written", "shaped"]].tolist() == [True, True]


def test_a_failure_changes_what_is_built() -> None:
    """5 Gbps more of the twin are leased for 1500 each: 7500 is what surviving costs."""
    lease = {"topology.links.twin.expansion": [{"max": "50 Gbps", "opex": "1500 USD/Gbps/year"}]}
    found = proved({**TWO_LINKS, **lease, "demand.workloads.chat.survives": 1})
    assert found.objective == about(29_500)
    assert found.builds["added"].to_dict() == about({(2030, "link:twin", 0): 5})
    assert "Surviving them costs 7,500 USD, penalty on unserved demand included." in found.notes
    assert found.failures.loc[(2030, "link:fibre"), "price_usd_per_pflops"] == about(750)  # half a Gbps each
    assert found.failures.loc[(2030, "link:fibre"), "shaped"]


def test_what_is_built_is_built_in_whole_steps_for_failures_too() -> None:
    """Two steps of 3 Gbps at 4500 are 9000, more than 7500 and less than leaving 10 for 39 000."""
    lease = {"topology.links.twin.expansion": [{"step": "3 Gbps", "max": "50 Gbps", "opex": "1500 USD/Gbps/year"}]}
    found = proved({**TWO_LINKS, **lease, "demand.workloads.chat.survives": 1})
    assert found.objective == about(31_000)
    assert found.builds["added"].tolist() == about([6])


def test_work_that_need_not_survive_does_not_change_the_plan() -> None:
    """No share to keep: no flow in the failure."""
    found = proved(TWO_LINKS)
    assert found.objective == about(22_000)
    assert set(found.paths.index.get_level_values("contingency")) == {"intact"}


def test_required_work_is_required_in_the_intact_state_only() -> None:
    """Without the fibre 10 of 20 are lost, and need not be kept."""
    found = proved({"demand.workloads.chat.unserved": "required", "scenario.contingencies": ["link:fibre"]})
    assert found.objective == about(22_000)


def test_required_work_that_cannot_survive_makes_the_scenario_infeasible() -> None:
    """All 20 are to be kept, near has 10."""
    changes = {"demand.workloads.chat.unserved": "required", "demand.workloads.chat.survives": 1}
    found = plan({**changes, "scenario.contingencies": ["link:fibre"]})
    assert found.status.value == "infeasible"
    assert found.findings


def test_a_site_fails() -> None:
    """Near keeps 10 of what far served: at 0.6 no more than 10 / 0.6 = 16.67 are served: 1100 each, the rest 5000."""
    changes = {"demand.workloads.chat.survives": 0.6, "scenario.contingencies": ["site:far"]}
    assert proved(changes).objective == about(50 / 3 * 1100 + 10 / 3 * 5000)


def test_failures_may_use_all_that_there_is() -> None:
    """With a fill of 0.5 near takes 5 in the intact state and 10 when far is gone."""
    changes = {"demand.workloads.chat.survives": 0.5, "scenario.contingencies": ["site:far"]}
    found = proved({**changes, "scenario.limits.site_fill": 0.5})
    assert found.objective == about(22_000)
    assert found.assignments.xs("site:far", level="contingency")["pflops"].tolist() == about([10])


@pytest.mark.parametrize(
    ("fails", "usd"),
    [
        (["link:fibre", "link:twin"], 22_000),  # near keeps 10
        (["link:fibre", "site:near"], 22_000),  # the twin does
        (["link:fibre", "link:twin", "site:near"], 100_000),  # nobody does, so nothing is served
    ],
)
def test_what_a_risk_names_fails_together(fails: list[str], usd: float) -> None:
    """Half is to be kept."""
    changes = {
        "topology.links.twin": TWO_LINKS["topology.links.twin"],
        "topology.risks.storm": {"fails": fails},
        "scenario.contingencies": ["risk:storm"],
        "demand.workloads.chat.survives": 0.5,
    }
    assert proved(changes).objective == about(usd)


@pytest.mark.parametrize("word", ["cables", "risks", "cable:silk"])
def test_a_cable_fails_with_all_its_segments(word: str) -> None:
    """Over mid and back to away, 16 ms: no half of it stays, near keeps 10. Every cable is a risk."""
    changes = {
        "topology.nodes.mid": {"country": "KG", "lat": 43.5, "lon": 80.0},
        "topology.links.fibre": None,
        "topology.cables.silk": {"capacity": "100 Gbps", "route": ["home", "mid", "away"]},
        "demand.workloads.chat.survives": 0.5,
        "scenario.contingencies": word if word in ("cables", "risks") else [word],
    }
    cable = {"capacity": "100 Gbps", "route": ["home", "mid", "away"], "transit": "50 USD/Gbps/year"}
    found = proved({**changes, "topology.cables.silk": cable})
    assert found.objective == about(22_000)
    assert set(found.assignments.xs("cable:silk", level="contingency").index.get_level_values("site")) == {"near"}


def test_a_failure_that_touches_nothing_is_told_and_has_no_rows() -> None:
    """The twin is not used."""
    found = proved({**TWO_LINKS, "demand.workloads.chat.survives": 1, "scenario.contingencies": ["link:twin"]})
    assert found.objective == about(22_000)
    assert found.failures.loc[(2030, "link:twin"), ["touched_pflops", "written", "shaped"]].tolist() == [
        0,
        False,
        False,
    ]


def test_training_waits_in_failures() -> None:
    """Training loses far and keeps nothing; chat keeps all at near."""
    rows = [{"origin": "home", "workload": name, "compute": "10 PFLOPS"} for name in ("chat", "tuning")]
    changes = {
        "demand.workloads.tuning": {"kind": "training", "unserved": "4 kUSD/PFLOPS/year"},
        "demand.workloads.chat.survives": 1,
        "demand.demands": rows,
        "scenario.contingencies": ["site:far"],
    }
    found = proved(changes)
    assert found.objective == about(10 * 1100 + 10 * 1000)
    assert set(found.assignments.xs("site:far", level="contingency").index.get_level_values("workload")) == {"chat"}


THIRD = {"node": "away", "status": "operating", "compute": "100 PFLOPS", "opex": "2000 USD/PFLOPS/year"}
SITE_FAILS: Changes = {
    "topology.sites.third": THIRD,
    "demand.workloads.chat.survives": 1,
    "scenario.contingencies": ["site:far"],
}


def test_another_site_takes_over() -> None:
    """Third stands by for nothing."""
    assert proved(SITE_FAILS).objective == about(22_000)


def test_a_site_that_takes_over_counts_among_the_sites_in_use() -> None:
    """Of one site only third survives far: 20 x 2100."""
    assert proved({**SITE_FAILS, "scenario.limits.sites": 1}).objective == about(42_000)


def test_a_site_that_takes_over_costs_its_fixed_cost() -> None:
    """Third for all: 42 000 + 3000 are more than standing by: 22 000 + 3000."""
    assert proved({**SITE_FAILS, "topology.sites.third.fixed_cost": "3 kUSD/year"}).objective == about(25_000)


def test_work_that_may_not_be_split_stays_at_its_site_in_failures() -> None:
    """One site for all states of the year: third, which does not fail."""
    assert proved({**SITE_FAILS, "demand.workloads.chat.split": False}).objective == about(42_000)


def test_a_link_that_is_not_laid_survives_nothing() -> None:
    """No traffic, so no capacity is asked for, and yet the twin has to be there: laid for 5000 a year."""
    changes = {
        **TWO_LINKS,
        "demand.workloads.chat.traffic": None,
        "demand.workloads.chat.survives": 1,
        "topology.projects.second": {"opex": "5 kUSD/year", "capex": "0 USD"},
        "topology.links.twin.project": "second",
    }
    assert proved(changes).objective == about(20_000 + 5_000)
