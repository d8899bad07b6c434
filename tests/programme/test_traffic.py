"""Traffic between two nodes beside compute: it fills links, pays transit in both directions, and reroutes.

The fibre has 100 Gbps each way at 100 USD/Gbps/year; a Gbps of internet between home and away so costs 200. A PFLOPS
of chat takes half a Gbps: 1100 far, 3000 near (10 PFLOPS), 5000 where it is left.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from small import Changes, about, plan, proved, proved_triangle

import planner

CHAT = {"origin": "home", "workload": "chat", "compute": "20 PFLOPS"}


def internet(rate: str, unserved: str, *, chat: bool = True, **fields: Any) -> Changes:
    """Return traffic between home and away, with or without chat beside it."""
    row = {"origin": "home", "to": "away", "workload": "internet", "rate": rate}
    return {
        "demand.workloads.internet": {"kind": "traffic", "unserved": unserved, **fields},
        "demand.demands": [CHAT, row] if chat else [row],
    }


def test_traffic_fills_a_link_and_compute_stays_near() -> None:
    """98 Gbps worth 10 000 leave 2 Gbps, 4 PFLOPS: 98 x 200 + 4 x 1100 + 10 x 3000 + 6 x 5000."""
    found = proved(internet("98 Gbps", "10 kUSD/Gbps/year"))
    assert found.objective == about(84_000)
    assert found.rates.loc[(2030, "home", "away", "internet"), "served_gbps"] == about(98)
    assert found.links.loc[(2030, "fibre"), "peak_gbps"] == about(100)
    assert found.demands.index.tolist() == [(2030, "home", "chat")]


def test_compute_fills_a_link_and_traffic_worth_little_is_left() -> None:
    """A Gbps is worth 1000 − 200 to the internet and 2 x 1900 to chat: 90 x 200 + 8 x 1000 + 22 000."""
    found = proved(internet("98 Gbps", "1 kUSD/Gbps/year"))
    assert found.objective == about(48_000)
    row = found.rates.loc[(2030, "home", "away", "internet")]
    assert row[["demand_gbps", "served_gbps", "unserved_gbps"]].tolist() == about([98, 90, 8])
    assert "fibre is full" in row["reason"]


def test_traffic_takes_the_cheaper_way_and_the_other_where_it_is_full() -> None:
    """Over mid a Gbps costs 2 x 20, by fibre 200: 100 and 20 of them."""
    found = proved_triangle(internet("120 Gbps", "10 kUSD/Gbps/year", chat=False))
    assert found.objective == about(100 * 40 + 20 * 200)
    ways = found.traffic.set_index("links")
    assert ways["gbps"].to_dict() == about({"low;high": 100, "fibre": 20})
    assert ways["rtt_ms"].to_dict() == about({"low;high": 16, "fibre": 10})


def test_traffic_keeps_to_its_latency_limit() -> None:
    """Within 12 ms only the fibre: 100 of 120 are carried."""
    found = proved_triangle(internet("120 Gbps", "10 kUSD/Gbps/year", chat=False, max_rtt="12 ms"))
    assert found.objective == about(100 * 200 + 20 * 10_000)


def test_traffic_reroutes_when_a_link_fails() -> None:
    """20 Gbps go over mid, and by fibre when low is cut: 20 x 40."""
    changes = {
        **internet("20 Gbps", "10 kUSD/Gbps/year", chat=False, survives=1),
        "scenario.contingencies": ["link:low"],
    }
    found = proved_triangle(changes)
    assert found.objective == about(800)
    ways = found.traffic.droplevel(["year", "hour", "origin", "to", "workload", "path"])
    assert ways["links"].to_dict() == {"intact": "low;high", "link:low": "fibre"}


def test_traffic_that_could_not_reroute_is_not_carried_at_all() -> None:
    """The fibre takes 15: 15 x 40 + 5 x 10 000."""
    changes = {
        **internet("20 Gbps", "10 kUSD/Gbps/year", chat=False, survives=1),
        "scenario.contingencies": ["link:low"],
    }
    assert proved_triangle({**changes, "topology.links.fibre.capacity": "15 Gbps"}).objective == about(50_600)


def test_traffic_takes_its_share_of_a_link_in_both_directions() -> None:
    """With half duplex 100 Gbps carry 50 each way."""
    found = proved({**internet("60 Gbps", "10 kUSD/Gbps/year", chat=False), "topology.links.fibre.duplex": "half"})
    assert found.objective == about(50 * 200 + 10 * 10_000)


def test_traffic_rules_are_those_of_its_origin() -> None:
    """KG lies on the way over mid and is to be avoided: by fibre."""
    changes = {**internet("10 Gbps", "10 kUSD/Gbps/year", chat=False), "scenario.policy.transit": [{"avoid": ["KG"]}]}
    assert proved_triangle(changes).objective == about(2_000)


def test_traffic_uses_no_compute_and_no_site_matters_to_it() -> None:
    """Without any site it is carried."""
    changes = {**internet("10 Gbps", "10 kUSD/Gbps/year", chat=False), "topology.sites.near": None}
    found = proved({**changes, "topology.sites.far.compute": "0 PFLOPS"})
    assert found.objective == about(2_000)
    assert found.sites["used_pflops"].tolist() == [0]


def test_a_link_is_widened_for_traffic() -> None:
    """50 Gbps more for 100 each: 150 x 200 + 5000."""
    lease = {"topology.links.fibre.expansion": [{"max": "90 Gbps", "opex": "100 USD/Gbps/year"}]}
    assert proved({**internet("150 Gbps", "10 kUSD/Gbps/year", chat=False), **lease}).objective == about(35_000)


def test_required_traffic_that_does_not_fit_makes_the_scenario_infeasible() -> None:
    """120 of 100 Gbps."""
    found = plan(internet("120 Gbps", "required", chat=False))
    assert found.status.value == "infeasible"
    assert any("20 of 120" in finding for finding in found.findings), found.findings


WITHOUT_SITES = {"topology.sites": {}}


def test_a_network_without_any_site_carries_traffic(tmp_path: Path) -> None:
    """As SNDlib networks are: 98 Gbps x 200; the run is kept, verified, reported and compared."""
    carried = proved({**internet("98 Gbps", "10 kUSD/Gbps/year", chat=False), **WITHOUT_SITES})
    assert carried.objective == about(98 * 200)
    more = proved({**internet("120 Gbps", "10 kUSD/Gbps/year", chat=False), **WITHOUT_SITES})
    assert more.rates["reason"].tolist() == ["link capacity: fibre is full"]
    run = planner.read_run(planner.write_run(more, tmp_path / "run"))
    assert planner.verify_run(run.folder) == []
    assert "Gbps" in planner.render_report(run.plan)
    assert planner.compare([carried, more], ["one", "two"]).plans is not None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"demand.workloads.internet.unserved": "150 USD/Gbps/year"}, "at least 200 USD/Gbps/year, leaving it 150"),
        ({"demand.workloads.internet.max_rtt": "9 ms"}, "the quickest takes 10.0 ms, the limit is 9 ms"),
        ({"topology.links": {}}, "no way in service leads there"),
    ],
)
def test_reasons_of_traffic_speak_of_no_site(changes: Changes, reason: str) -> None:
    """Too dear, too slow, no way."""
    asked = internet("9 Gbps", "1 kUSD/Gbps/year", chat=False)
    for sites in ({}, WITHOUT_SITES):
        (told,) = proved({**asked, **sites, **changes}).rates["reason"]
        assert reason in told
        assert "site" not in told
