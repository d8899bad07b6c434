"""The maps and demands that come along: figures have sources, lengths are possible, totals come out."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import planner
from planner.builder.countries import load_countries
from planner.latency import great_circle_km
from planner.topology import Topology

ROOT = Path(__file__).parents[1]
MAPS = ("south-asia", "asean", "gulf-red-sea", "africa-inland", "eurasia")
ALL = ("central-asia", "2africa", *MAPS)
SPECS = sorted((ROOT / "demand" / "specs").glob("*.yaml"))
BUILT = [each for each in SPECS if (ROOT / "demand" / f"{each.stem}-base.csv").exists()]
"""Specs whose demand is shipped as it is built."""


@cache
def load(*names: str) -> Topology:
    """Load maps once for all tests."""
    return planner.load_topology(*(ROOT / "topologies" / f"{name}.yaml" for name in names))


EVERY_MAP = pytest.mark.parametrize("name", MAPS)


@EVERY_MAP
def test_a_map_is_without_faults_and_without_warnings(name: str) -> None:
    assert planner.check_topology(ROOT / "topologies" / f"{name}.yaml") == ((), ())


@EVERY_MAP
def test_every_source_has_title_and_publisher_and_is_cited(name: str) -> None:
    """By a record, or in a note or comment; all but two have the year."""
    text = (ROOT / "topologies" / f"{name}.yaml").read_text(encoding="utf-8")
    for key, source in load(name).sources.items():
        assert source.title
        assert source.publisher
        assert source.year or source.url
        assert text.count(key) > 1, key


@EVERY_MAP
def test_every_record_says_how_sure_it_is_and_what_is_sure_says_from_where(name: str) -> None:
    """A record that is more than assumed cites a source, but for crossings that are placed by hand."""
    world = load(name)
    records = [*world.sites.values(), *world.links.values(), *world.risks.values(), *world.groups.values()]
    assert all(link.confidence or link.cable for link in world.links.values())
    assert [r.id for r in records if r.confidence in ("verified", "estimated") and not r.source] == []


@EVERY_MAP
def test_every_name_is_said_in_five_languages(name: str) -> None:
    """French may be as English; every place, site and risk has the other three."""
    world = load(name)
    named = [*world.nodes.values(), *world.sites.values(), *world.risks.values(), *world.groups.values()]
    assert [each.id for each in named if not {"zh", "ru", "ar"} <= each.names.keys()] == []


def test_no_link_of_the_merged_maps_is_shorter_than_the_great_circle() -> None:
    world = load(*ALL)
    for link in world.links.values():
        a, b = (world.nodes[end] for end in link.ends)
        assert link.length_km >= great_circle_km((a.lat, a.lon), (b.lat, b.lon)) - 0.5, link.id


def test_maps_meet_where_they_name_the_same_place() -> None:
    """Seven maps are one network: from Singapore there is a way to Frankfurt, Cape Town and Almaty."""
    world = load(*ALL)
    assert len(world.nodes) < sum(len(load(name).nodes) for name in ALL)
    assert world.nodes["islamabad"].weight == load("2africa").nodes["islamabad"].weight
    for place in ("frankfurt", "cape-town", "almaty", "kampala", "kathmandu", "ulaanbaatar"):
        assert planner.find_route(world, "singapore", place, year=2026).rtt_ms > 0


def published(world: Topology) -> dict[str, tuple[float, float]]:
    """Return what the maps say and what is published, by what it is."""
    links, sites = world.links, world.sites

    def km(*names: str) -> float:
        return sum(links[name].length_km for name in names)

    def tbps(year: int, *names: str) -> float:
        return sum(links[name].capacity_gbps.at(year) for name in names) / 1000

    def mw(year: int, group: str) -> float:
        power = world.groups[group].power_mw
        assert power is not None
        return power.at(year)

    cox, neom = "coxs-bazar--singapore", sites["neom-campus"].expansion[0].max
    assert neom is not None
    return {
        "Nepal-Delhi, km": (km("kathmandu-birgunj", "birgunj-delhi"), 1100),
        "fibre on the plateau, km": (km("gyirong-shigatse", "shigatse-lhasa"), 820),
        "Zambia-Malawi, km": (km("lusaka-lilongwe"), 711),
        "TEA NEXT, km": (km("tea-next-west", "tea-next-east"), 6300),
        "INSICA, Tbps": ((links["insica:batam--singapore"].design_gbps or 0) / 1000, 24 * 20),
        "Bangladesh by sea, Tbps": (tbps(2026, f"sea-me-we-4-east:{cox}", "sea-me-we-5-east:kuakata--singapore"), 7.2),
        "SEA-ME-WE 6 of Bangladesh, Tbps": (tbps(2030, f"sea-me-we-6-east:{cox}"), 30),
        "Bangladesh by land, Tbps": (tbps(2026, "dhaka-kolkata"), 2.7),
        "free in Singapore, MW": (mw(2026, "singapore"), 0.014 * 1400),
        "called for in Singapore, MW": (mw(2030, "singapore") - 20, 200),
        "free for rent in Singapore, MW": (mw(2028, "singapore-leasable"), 0.014 * 825),
        "Neom's first phase, MW": (mw(2028, "neom"), 300),
        "Neom in all, PFLOPS": (neom.at(2032), 1500e3 / 1.25 / 0.73),
        "Stargate UAE in all, MW": (mw(2035, "stargate"), 5000),
        "Yotta, PFLOPS": (sites["yotta-16k"].compute_pflops.at(2028), 16384 * 0.989),
        "WorldLink, MUSD": (world.projects["worldlink"].capex_usd.at(2031) / 1e6, 700),
    }


def test_published_figures_come_out() -> None:
    """Within a twentieth, which is how they are rounded."""
    for what, (found, known) in published(load(*ALL)).items():
        assert found == pytest.approx(known, rel=0.05), what


@pytest.mark.parametrize(
    ("a", "b", "measured"),
    [
        ("singapore", "jakarta", 18), ("singapore", "hong-kong", 41), ("singapore", "chennai", 39),
        ("novosibirsk", "tbilisi", 74), ("dubai", "mumbai", 34),
    ],
)  # fmt: skip
def test_round_trips_are_within_a_quarter_of_what_is_measured(a: str, b: str, measured: float) -> None:
    """Azure, July 2026 (P95, its Pune for Mumbai); Novosibirsk-Tbilisi WonderProxy 2020, least."""
    assert planner.find_route(load(*ALL), a, b, year=2026).rtt_ms == pytest.approx(measured, rel=0.25)


def test_every_spec_but_the_two_first_is_shipped_as_built() -> None:
    assert {each.stem for each in SPECS} - {each.stem for each in BUILT} <= {"central-asia-2030", "2africa-2030"}


def test_the_whole_road_asks_for_each_country_as_its_region_does() -> None:
    """One home for each fact is not to be had where specs do not include others: so they are held equal."""
    whole = planner.load_spec(ROOT / "demand" / "specs" / "silk-road-2030.yaml")
    told = set()
    for region in ("central-asia", "south-asia", "asean", "gulf", "africa-inland", "eurasia", "2africa"):
        spec = planner.load_spec(ROOT / "demand" / "specs" / f"{region}-2030.yaml")
        for country, record in spec.countries.items():
            if country not in told:
                assert whole.countries[country].model_dump() == record.model_dump(), country
                told.add(country)
    assert told == whole.countries.keys() <= load_countries().keys()
