"""Finished plans under failures, on worlds worked out by hand and beside plans without the link."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import Changes, about, load, triangle

import planner
from planner import Stress
from planner.reliability import unavailability

OFTEN = {"fails_per_year": "4", "repair": "10 days"}
NEVER = {"fails_per_year": "0"}
DOWN = unavailability(4, 240)
FAILING: Changes = {f"topology.links.fibre.{key}": value for key, value in OFTEN.items()}


def stressed(changes: Changes | None = None, **options: int) -> Stress:
    """Break the plan of the two cities with its changes."""
    return planner.stress(planner.solve(load(changes)), **options)


def lost(found: Stress) -> dict[tuple[str, ...], float]:
    """PFLOPS lost by what fails."""
    return {each.fails: each.lost_pflops for each in found.failures}


def test_without_the_fibre_half_of_the_work_finds_a_machine_at_home() -> None:
    """All 20 PFLOPS run far away; 10 stand at home. So 10 are lost, at 5000 USD each, while the fibre is down."""
    found = stressed(FAILING)
    (link,) = (each for each in found.failures if each.fails == ("link:fibre",))
    assert [link.lost_pflops, link.penalty_usd, link.lost_gbps] == about([10, 50_000, 0])
    assert link.cut_off == ()
    assert link.by_country == about({"KZ": 10})
    (row,) = found.availability
    assert (row.country, row.workload) == ("KZ", "chat")
    assert row.minutes_lost == about(525_600 * DOWN / 2)
    assert row.minutes_any == about(525_600 * DOWN)
    assert (found.method, row.half_width, row.at_most_more) == ("enumeration", 0, 0)
    assert found.unserved_pflops_hours == about(8760 * DOWN * 10)
    assert found.penalty_usd == about(50_000 * DOWN)


def test_a_place_of_which_nothing_is_left_is_cut_off() -> None:
    """There is no machine at home."""
    found = stressed(FAILING | {"topology.sites.near": None})
    (link,) = (each for each in found.failures if each.fails == ("link:fibre",))
    assert link.cut_off == ("home",)


def test_a_link_and_a_site_in_a_row_fail_where_either_does() -> None:
    """Half is lost while the fibre or the site far away is down: 525,600 · (1 − (1 − U)²) / 2."""
    site = {f"topology.sites.far.{key}": value for key, value in OFTEN.items()}
    found = stressed(FAILING | site, pairs=5)
    assert found.availability[0].minutes_lost == about(525_600 * (1 - (1 - DOWN) ** 2) / 2)
    pair = next(each for each in found.failures if len(each.fails) == 2)
    assert pair.fails == ("link:fibre", "site:far")
    assert pair.probability == about(DOWN**2)
    assert pair.lost_pflops == about(10)


def test_two_ways_side_by_side_fail_where_both_do_and_one_alone_costs_nothing() -> None:
    """Direct, or over mid: 10 PFLOPS are lost only while the fibre and low or high are down."""
    rates = {f"topology.links.{link}.{key}": v for link in ("fibre", "low", "high") for key, v in OFTEN.items()}
    found = planner.stress(planner.solve(load(rates, base=triangle())))
    alone = {names[0]: amount for names, amount in lost(found).items() if len(names) == 1}
    assert [alone[f"link:{link}"] for link in ("fibre", "low", "high")] == [0, 0, 0]
    assert found.availability[0].minutes_lost == about(525_600 * DOWN * (1 - (1 - DOWN) ** 2) / 2)


def test_sites_and_risks_fail_by_themselves_only_where_files_say_how_often() -> None:
    """A risk without rates is a what-if; with them it counts."""
    silent: Changes = {
        **{f"topology.links.fibre.{key}": value for key, value in NEVER.items()},
        "topology.risks.storm": {"fails": ["link:fibre"]},
    }
    found = stressed(silent)
    assert lost(found)["risk:storm",] == about(10)
    assert found.availability[0].minutes_lost == 0
    known = stressed({**silent, "topology.risks.storm": {"fails": ["link:fibre"], **OFTEN}})
    assert known.availability[0].minutes_lost == about(525_600 * DOWN / 2)


def test_what_nobody_uses_costs_nothing_and_is_not_even_solved() -> None:
    """KZ hosts its own work: the fibre carries nothing."""
    found = stressed(FAILING | {"scenario.policy": {"residency": [{"origin": ["KZ"], "hosts": "home"}]}})
    assert lost(found)["link:fibre",] == 0
    assert found.availability[0].minutes_lost == 0


def test_what_is_assumed_of_links_is_told() -> None:
    """1,000 km of land: two cuts a year of 12 hours; under the sea 0.14 faults of 15 days."""
    land = stressed({"topology.links.fibre.length": "1000 km"})
    (link,) = (each for each in land.breakable if each.name == "link:fibre")
    assert (link.fails_per_year, link.repair_hours, link.assumed) == (2, 12, True)
    sea = stressed({"topology.links.fibre.length": "1000 km", "topology.links.fibre.kind": "submarine"})
    (link,) = (each for each in sea.breakable if each.name == "link:fibre")
    assert (link.fails_per_year, link.repair_hours) == (0.14, 360)


def test_a_cables_rate_is_that_of_each_of_its_segments() -> None:
    """Unless a segment has its own."""
    cable = {
        "capacity": "100 Gbps", "route": ["home", "away"], "branches": [["home", "mid"]], **OFTEN,
        "segments": {"home--mid": {"fails_per_year": "1"}},
    }  # fmt: skip
    links = load({"topology.cables.sea": cable}, base=triangle()).topology.links
    assert [links["sea:home--away"].fails_per_year, links["sea:home--away"].repair_hours] == [4, 240]
    assert [links["sea:home--mid"].fails_per_year, links["sea:home--mid"].repair_hours] == [1, 240]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"topology.sites.far.fails_per_year": "2"}, "repair: is missing beside fails_per_year"),
        ({"topology.sites.far.repair": "2 days"}, "fails_per_year: is missing beside repair"),
        ({"topology.links.fibre.repair": "2 weeks"}, "is not a time to repair: write for example '15 days'"),
        ({"topology.links.fibre.fails_per_year": "-1"}, "too small"),
    ],
)
def test_rates_that_make_no_sense_are_told_with_their_place(changes: Changes, words: str) -> None:
    """One line each."""
    with pytest.raises(planner.InputError, match=words):
        load(changes)


def test_flows_of_a_failure_lose_no_more_than_a_plan_made_for_it(tmp_path: Path) -> None:
    """Builds as they are and the link removed: the least penalty is the same, for each link of the triangle.

    Home has 10 PFLOPS, the link low carries 4 Gbps there and back: 4 PFLOPS go that way at most, so that without the
    fibre 6 are lost.
    """
    changes = {"topology.links.low.capacity": "4 Gbps", "topology.links.low.duplex": "half"}
    plan = planner.solve(load(changes, base=triangle()))
    found = planner.stress(plan)
    assert lost(found)["link:fibre",] == about(6)
    for link in ("fibre", "low", "high"):
        gone = load({**changes, f"topology.links.{link}": None}, base=triangle())
        left = planner.solve(gone, builds=plan.tables).unserved_penalty_usd - plan.unserved_penalty_usd
        (each,) = (one for one in found.failures if one.fails == (f"link:{link}",))
        assert each.penalty_usd == about(left)


def test_a_run_is_broken_as_the_plan_in_it_is(tmp_path: Path) -> None:
    """A run folder says the same, and again the same."""
    plan = planner.solve(load(FAILING))
    folder = planner.write_run(plan, tmp_path / "run")
    first = planner.summarise_stress(planner.stress(folder))
    assert first == planner.summarise_stress(planner.stress(folder))
    assert first["availability"] == planner.summarise_stress(planner.stress(plan))["availability"]


def test_a_year_that_is_none_and_a_plan_that_is_none_are_refused() -> None:
    """With the years there are."""
    with pytest.raises(planner.UsageError, match="no year 2040: give one of 2030"):
        stressed(year=2040)
    with pytest.raises(planner.UsageError, match="no plan to break: the scenario is infeasible"):
        stressed({"demand.workloads.chat.unserved": "required", "topology.sites.far": None})
