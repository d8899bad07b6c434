"""What a map is told to show, by figures worked out by hand: `two_cities`, where all 20 PFLOPS go far."""

from __future__ import annotations

from small import YEAR, about, load, plan, plan_triangle

from planner.report.language.speech import speak
from planner.report.pictures.content import plan_content, topology_content


def test_a_link_is_as_full_as_its_load_makes_it() -> None:
    """20 PFLOPS with half a Gbps each way put 10 Gbps on 100."""
    (fibre,) = plan_content(plan(), YEAR, speak("en")).lines
    assert (fibre.gbps, fibre.share, fibre.binds) == (about(10), about(0.1), False)


def test_a_link_with_more_committed_than_it_carries_is_drawn_full_not_fuller() -> None:
    """12 of 10 Gbps are taken by others, so chat stays at home."""
    changes = {
        "topology.links.fibre.capacity": "10 Gbps",
        "topology.links.fibre.committed": "12 Gbps",
        "topology.links.fibre.expansion": [{"max": "2 Gbps", "opex": "100 USD/Gbps/year"}],
    }
    (fibre,) = plan_content(plan(changes), YEAR, speak("en")).lines
    assert (fibre.gbps, fibre.share) == (0, about(1))


def test_a_place_shows_what_is_used_of_what_is_installed() -> None:
    """Nothing at home, 20 of 100 PFLOPS away; mid only passes the traffic on, so that the map need not fit it."""
    spots = plan_content(plan_triangle(), YEAR, speak("en")).spots
    assert {key: (spot.used, spot.installed) for key, spot in spots.items()} == {
        "home": about((0, 10)), "away": about((20, 100)), "mid": (0, 0),
    }  # fmt: skip
    assert {key: spot.core for key, spot in spots.items()} == {"home": True, "away": True, "mid": False}
    assert spots["away"].figures == "20 of 100"


def test_a_topology_shows_as_in_use_only_what_operates() -> None:
    """Near stands, far is planned for 2028."""
    changes = {"topology.sites.far.status": "planned", "topology.sites.far.from": 2028}
    topology = load(changes).topology
    spots = topology_content(topology, YEAR, speak("en")).spots
    assert {key: (spot.used, spot.installed) for key, spot in spots.items()} == {"home": (10, 10), "away": (0, 100)}
    earlier = topology_content(topology, 2027, speak("en")).spots
    assert earlier["away"].installed == 0
