"""Everybody else's traffic: it rides on what stands, pays nothing, looks for another way, and counts in no share.

The fibre between home and away has 100 Gbps each way at 100 USD/Gbps/year; in the triangle there is a second way over
mid (100 Gbps, 16 ms). A PFLOPS of chat takes half a Gbps: 1100 far, 3000 near (10 PFLOPS), 5000 where it is left.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from small import Changes, about, load, proved, proved_triangle

import planner
from planner.background import list_left_out


def others(rate: object, unserved: str = "30 kUSD/Gbps/year", *between: str) -> Changes:
    """Return background traffic between two places, by default home and away."""
    record = {"between": list(between or ("home", "away")), "rate": rate, "unserved": unserved}
    return {"topology.background": [record]}


def test_background_fills_a_link_before_compute_and_pays_no_transit() -> None:
    """98 Gbps each way leave 2 Gbps, 4 PFLOPS: 4 x 1100 + 10 x 3000 + 6 x 5000, and nothing for the 98."""
    found = proved(others("98 Gbps"))
    assert found.objective == about(64_400)
    assert found.cost_usd["transit"] == about(4 * 100)
    assert found.background_penalty_usd == 0
    row = found.links.loc[(2030, "fibre")]
    assert row[["peak_gbps", "background_gbps", "utilisation"]].tolist() == about([2, 98, 1])


def test_what_is_not_carried_has_a_price_of_its_own() -> None:
    """Of 130 Gbps each way 100 fit, worth 30 000 each against 3800 that two PFLOPS of chat save: 2 x 30 x 30 000."""
    found = proved(others("130 Gbps"))
    assert found.background_penalty_usd == about(1_800_000)
    assert found.unserved_penalty_usd == about(10 * 5000)
    assert found.objective == about(1_800_000 + 10 * 3000 + 10 * 5000)
    assert found.members.loc[(2030, "KZ"), "cost_usd"] == about(30_000)
    rates = found.rates.xs("background:away--home", level="workload")
    assert rates["unserved_gbps"].tolist() == about([30, 30])


def test_background_worth_little_gives_way_to_compute() -> None:
    """At 1 kUSD a Gbps is worth less than the 2 x 1900 that chat saves on it: 8 of 98 are left each way."""
    found = proved(others("98 Gbps", "1 kUSD/Gbps/year"))
    assert found.objective == about(22_000 + 8 * 1000 + 8 * 1000)


def test_background_triggers_no_build() -> None:
    """A Gbps of fibre costs a few hundred USD and would save 30 000: nobody lays it for others."""
    wider = {"topology.links.fibre.expansion": [{"capex": "1 kUSD/Gbps"}]}
    found = proved({**others("130 Gbps"), **wider})
    assert found.background_penalty_usd == about(1_800_000)
    assert found.builds["added"].sum() == about(10)


def test_what_stands_may_be_full_where_what_is_built_is_not() -> None:
    """Chat takes 10 of a step of 16 Gbps; others fill the 100 that stand, and the 6 left free are none of theirs."""
    wider = {"topology.links.fibre.expansion": [{"capex": "1 kUSD/Gbps", "step": "16 Gbps"}]}
    found = proved({**others("130 Gbps"), **wider})
    assert found.builds["added"].tolist() == about([16])
    assert found.links.loc[(2030, "fibre"), "utilisation"] == about(110 / 116)
    said = "background capacity: what stands of fibre is full, and background traffic waits for no expansion"
    assert found.rates["reason"].tolist() == [said, said]


UNLAID: Changes = {"topology.projects.silk": {"capex": "1 kUSD"}, "topology.links.fibre.project": "silk"}


def test_background_crosses_no_link_of_a_project() -> None:
    """Whether the fibre is laid is a decision."""
    found = proved({**others("10 Gbps"), **UNLAID})
    assert found.background_penalty_usd == about(2 * 10 * 30_000)
    said = "links: every way there hangs on a project, and background traffic waits for none"
    assert found.rates["reason"].tolist() == [said, said]


def test_two_rules_that_close_every_way_are_both_named() -> None:
    """Beyond away lies yonder; no through traffic is sold at away, and the fibre to it waits for a project."""
    beyond: Changes = {
        "topology.nodes.yonder": {"country": "CN", "lat": 44.0, "lon": 87.3},
        "topology.links.on": {"ends": ["away", "yonder"], "kind": "terrestrial", "rtt": "1 ms", "capacity": "99 Gbps"},
        "topology.nodes.away.through": "none",
    }
    found = proved({**others("10 Gbps", "30 kUSD/Gbps/year", "home", "yonder"), **UNLAID, **beyond})
    said = (
        "through: every way leads through a place that sells no through traffic; "
        "even then: links: every way there hangs on a project, and background traffic waits for none"
    )
    assert found.rates["reason"].tolist() == [said, said]


def test_background_keeps_no_transit_rule() -> None:
    """Own traffic of KZ may not pass mid, which lies in KG; everybody else's 240 Gbps fill both ways all the same."""
    rule = {"scenario.policy.transit": [{"origin": ["KZ"], "avoid": ["KG"]}]}
    found = proved_triangle({**others("240 Gbps"), **rule})
    carried = found.rates["served_gbps"].groupby(level="workload").sum()
    assert carried.to_dict() == about({"background:away--home": 2 * 200})


def test_background_takes_another_way_where_one_is_full() -> None:
    """120 Gbps: 100 by fibre and 20 over mid, or the other way round, 40 left of 240."""
    found = proved_triangle(others("240 Gbps"))
    carried = found.rates["served_gbps"].groupby(level="workload").sum()
    assert carried.to_dict() == about({"background:away--home": 2 * 200})


def test_a_cut_shows_what_it_costs() -> None:
    """Without the fibre all of it goes over mid, and what does not fit is lost."""
    found = proved_triangle({**others("120 Gbps"), "topology.links.fibre": None})
    assert found.background_penalty_usd == about(2 * 20 * 30_000)


def test_failures_flow_it_again_and_tell_what_is_lost() -> None:
    """150 Gbps go both ways; without either link to mid, or the fibre, 50 Gbps each way are lost, at 30 000."""
    found = proved_triangle({**others("150 Gbps"), "scenario.contingencies": ["links"]})
    lost = found.failures["background_lost_gbps"].groupby(level="contingency").sum()
    assert lost.to_dict() == about({"link:fibre": 100, "link:high": 100, "link:low": 100})
    assert found.failures["background_penalty_usd"].tolist() == about([3_000_000] * 3)
    assert found.background_penalty_usd == 0


def test_regions_share_by_weight_and_leave_out_what_is_not_there() -> None:
    """West is home and a place that the network lacks, 3 to 1: 30 of 40 Gbps are asked for, 10 told."""
    west = {"topology.regions.west": {"nodes": {"home": 3, "atlantis": 1}}}
    changes = {**others("40 Gbps", "30 kUSD/Gbps/year", "west", "away"), **west}
    found = proved(changes)
    assert found.rates["demand_gbps"].tolist() == about([30, 30])
    assert [(each.place, each.share) for each in list_left_out(load(changes).topology)] == [("atlantis", 0.25)]


def test_background_grows_between_the_years_and_is_not_scaled_with_demand() -> None:
    """From 10 to 40 Gbps in 2024 to 2036: 20 in 2030, whatever the demand is scaled by."""
    found = proved(
        {**others({2024: "10 Gbps", 2036: "40 Gbps"}), "scenario.variants": {}},
    )
    assert found.rates["demand_gbps"].tolist() == about([20, 20])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("- {between: [home], rate: 1 Gbps, unserved: 1 kUSD/Gbps/year}", "has 1 entries"),
        ("- {between: [home, home], rate: 1 Gbps, unserved: 1 kUSD/Gbps/year}", "both are 'home'"),
        ("- {between: [home, away], rate: 1 PFLOPS, unserved: 1 kUSD/Gbps/year}", "PFLOPS"),
        ("- {between: [home, away], rate: 1 Gbps}", "unserved"),
        ("- {between: [home, away], rate: 1 Gbps, unserved: required}", "required"),
        ("- {between: [home, away], rates: 1 Gbps, unserved: 1 kUSD/Gbps/year}", "did you mean 'rate'?"),
    ],
)
def test_bad_records_are_told_with_their_place(text: str, fault: str, tmp_path: Path) -> None:
    """The line, what is wrong, what would be right."""
    file = tmp_path / "t.yaml"
    node = "{country: KZ, lat: 43, lon: 77}"
    file.write_text(f"topology: t\nnodes: {{home: {node}, away: {node}}}\nbackground:\n{text}\n", encoding="utf-8")
    with pytest.raises(planner.InputError) as raised:
        planner.load_topology(file)
    assert "t.yaml:4:" in str(raised.value)
    assert fault in str(raised.value)
