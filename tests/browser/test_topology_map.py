"""The map of a topology in a real browser: years, failures, round trips, details, tables."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from coast import HOSTILE, coast
from conftest import Visit

import planner
from planner.topology import Topology

ROOT = Path(__file__).parents[2]
Open = Callable[..., Visit]
READY = "Boolean(window.planner && planner.topology)"
TRIP = """([from, to, year]) => {
  const {data} = planner.topology, at = data.at.nodes;
  const trip = planner.findTrip(data, at.get(from), at.get(to), year, planner.failing(data, ""));
  return trip && {links: trip.links.map(i => data.links.id[i]), rtt: trip.rtt, km: trip.km};
}"""
FAINT = """() => [...document.querySelectorAll('.link .line.faint')].map(
  (line) => planner.topology.data.links.id[line.parentNode.querySelector('.hit').dataset.at]).sort()"""


@pytest.fixture
def small(tmp_path: Path) -> Topology:
    """Return the coast."""
    return coast(tmp_path)


@pytest.fixture
def opened(visit: Open, tmp_path: Path) -> Callable[..., Visit]:
    """Return a function that draws a topology and opens its map."""

    def draw(topology: Topology, *, language: str = "en", year: int | None = None, **options: Any) -> Visit:
        file = tmp_path / "map.html"
        file.write_text(planner.render_topology(topology, language=language, year=year), encoding="utf-8")
        found = visit(file, **options)
        found.until(READY)
        return found

    return draw


def rows(visit: Visit, where: str) -> list[list[str]]:
    """Return the texts of a table's rows."""
    lines = visit.page.locator(f"{where} tbody tr").all()
    return [[cell.inner_text() for cell in line.locator("th, td").all()] for line in lines]


def shown_facts(visit: Visit) -> dict[str, str]:
    """Return the figures in the panel of what is chosen."""
    lines = visit.page.locator(".details table.facts tr").all()
    return {line.locator("th").inner_text(): line.locator("td").inner_text() for line in lines}


@pytest.mark.parametrize("name", ["central-asia", "2africa"])
def test_round_trips_are_those_of_find_route(name: str, opened: Callable[..., Visit]) -> None:
    """Between many places, in the first and in the last year."""
    topology = planner.load_topology(ROOT / "topologies" / f"{name}.yaml")
    page = opened(topology)
    pairs = list(combinations(sorted(topology.nodes)[::5], 2))
    years = page.page.evaluate("[planner.topology.data.year, planner.topology.data.years.at(-1)]")
    same = 0
    for year in years:
        for start, end in pairs:
            found = page.page.evaluate(TRIP, [start, end, year])
            try:
                trip = planner.find_route(topology, start, end, year)
            except planner.UsageError:
                assert found is None
                continue
            assert found["rtt"] == pytest.approx(trip.rtt_ms)
            if tuple(found["links"]) == trip.links:  # of two ways equally quick either will do
                same += 1
                assert found["km"] == pytest.approx(trip.km)
    assert same > 0.9 * len(pairs) * len(years)


def test_a_trip_is_typed_told_and_drawn(small: Topology, opened: Callable[..., Visit]) -> None:
    """Over the links in service: the railway is not decided."""
    page = opened(small)
    trip = planner.find_route(small, "inland", "site:old-hall")
    page.page.fill("#control-from", "Inland")
    page.page.fill("#control-to", "old hall")
    page.page.press("#control-to", "Enter")
    page.until("planner.topology.view().asked")
    told = page.page.locator("#trip").inner_text()
    assert f"Inland to Hub: {trip.rtt_ms:.3g}" in told.replace("\u00a0", " ")
    assert f"{trip.km:,.0f} km, links: 2" in told.replace("\u00a0", " ")
    assert f"{trip.ideal_ms:.3g} ms" in told.replace("\u00a0", " ")
    assert [row[1] for row in rows(page, "#steps")] == ["Port–Inland (road)", "Sea: Hub–Port"]
    assert page.page.evaluate(FAINT) == sorted(set(small.links) - set(trip.links))
    assert page.page.locator(".links.over .link").count() == 2
    page.page.fill("#control-to", "Atlantis")
    page.page.press("#control-to", "Enter")
    page.until("document.getElementById('trip').textContent.includes('no place called Atlantis')")


def test_the_year_changes_what_stands(small: Topology, opened: Callable[..., Visit]) -> None:
    """What is not in service is faint, and the address keeps the year."""
    page = opened(small)
    assert page.page.evaluate(FAINT) == ["rail"]
    assert "Links in service in 2025: 4. Sites with compute: 1" in page.page.locator(".map-status").inner_text()
    page.year(2032)
    assert page.page.evaluate(FAINT) == ["old:hub--island", "rail"]
    assert page.page.evaluate("location.hash") == "#year=2032"
    page.table("sites")
    new = next(row for row in rows(page, "#tables") if row[0] == "New hall")
    assert new[4:6] == ["planned", "80"]


def test_who_is_cut_off_is_listed_and_marked(small: Topology, opened: Callable[..., Visit]) -> None:
    """The list is the study's; a failure chosen crosses what fails and marks who is cut off."""
    page = opened(small)
    cuts = planner.study_cuts(small).cuts
    listed = rows(page, "#failures")
    assert [row[0].split("\n")[-1] for row in listed] == [cut.failure for cut in cuts]
    assert [row[2] for row in listed] == [str(sum(map(len, cut.cut_off.values()))) for cut in cuts]
    page.choose("failure", "risk:bay")
    assert page.page.locator(".link.crossed").count() == 3
    marked = page.page.locator(".node.strong").evaluate_all("dots => dots.map(dot => dot.getAttribute('aria-label'))")
    (bay,) = (cut for cut in cuts if cut.failure == "risk:bay")
    assert sorted(marked) == sorted(str(small.nodes[node].name) for nodes in bay.cut_off.values() for node in nodes)
    assert "The bay has failed" in page.page.locator(".map-status").inner_text()
    page.page.click("#failures tr.now button")
    assert page.page.locator(".link.crossed, .node.strong").count() == 0


def test_a_failure_and_a_trip_go_together(small: Topology, opened: Callable[..., Visit]) -> None:
    """The way around, or none."""
    page = opened(small, view="#from=hub&to=port&failure=link:road")
    assert "once Port–Inland (road) has failed" in page.page.locator("#trip").inner_text()
    page.choose("failure", "cable:sea")
    assert "No way leads from Hub to Port once Sea has failed" in page.page.locator("#trip").inner_text()
    page.choose("failure", "node:port")
    assert "No way leads" in page.page.locator("#trip").inner_text()


def test_a_click_shows_every_field(small: Topology, opened: Callable[..., Visit]) -> None:
    """With source and confidence; from the panel a round trip starts."""
    page = opened(small)
    page.page.locator('.site[aria-label="Old hall"]').focus()
    page.page.keyboard.press("Enter")
    facts = shown_facts(page)
    assert facts["Source"] == "Atlas of cables, The Atlas, 2025"
    assert facts["Confidence"] == "verified"
    assert facts["Compute in 2025"] == "100\u00a0PFLOPS"
    page.page.click(".trip-buttons button >> nth=0")
    assert page.page.input_value("#control-from") == "Old hall"
    page.page.evaluate("planner.topology.map.choose('link', planner.topology.data.at.links.get('road'))")
    assert shown_facts(page)["Already taken in 2025"] == "200\u00a0Gbps, 20%"
    page.page.evaluate("planner.topology.map.choose('link', planner.topology.data.at.links.get('sea:hub--port'))")
    assert "Cable: Sea" in page.page.locator(".details").inner_text()
    assert "Hub – Port" in page.page.locator(".details table >> nth=1").inner_text()
    page.page.evaluate("planner.topology.map.choose('site', planner.topology.data.at.sites.get('field'))")
    assert "exists only if the project is built: The railway" in page.page.locator(".details").inner_text()


@pytest.mark.parametrize("name", ["nodes", "sites", "links", "cables"])
def test_tables_hold_every_record_and_sort_and_filter(name: str, small: Topology, opened: Callable[..., Visit]) -> None:
    """One table for each section."""
    page = opened(small)
    page.table(name)
    records = getattr(small, name)
    assert sorted(row[1] for row in rows(page, "#tables")) == sorted(records)
    page.page.click("#tables thead th >> nth=0")
    page.page.click("#tables thead th >> nth=0")
    names = [row[0] for row in rows(page, "#tables")]
    assert names == sorted(names, key=str.casefold, reverse=True)
    page.page.fill("#tables .filter", min(records))
    assert 1 <= len(rows(page, "#tables")) < len(records)


@pytest.mark.parametrize("language", ["en", "zh", "ar"])
@pytest.mark.parametrize("size", [(1366, 768), (360, 740)])
def test_hostile_names_are_text_and_the_page_fits(
    language: str, size: tuple[int, int], tmp_path: Path, opened: Callable[..., Visit]
) -> None:
    """In every panel, list and table; nothing runs, nothing is fetched, nothing is wider than the screen."""
    page = opened(coast(tmp_path, HOSTILE), language=language, size=size, view="#from=hub&to=inland&failure=risk:bay")
    for kind in ("site", "link", "node"):
        page.page.evaluate(f"planner.topology.map.choose('{kind}', 0)")
    for name in ("nodes", "sites", "links", "cables"):
        page.table(name)
    assert page.page.locator("img, main b, main iframe").count() == 0
    assert page.page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_world_of_nothing_opens(tmp_path: Path, opened: Callable[..., Visit]) -> None:
    """Without places, links or land to fit."""
    file = tmp_path / "empty.yaml"
    file.write_text("topology: empty\n")
    page = opened(planner.load_topology(file))
    assert "Nothing that fails alone cuts any place off" in page.page.locator("#failures").inner_text()


def test_no_country_is_drawn_or_named_twice(small: Topology, opened: Callable[..., Visit]) -> None:
    """The atlas has the number of Australia twice; its features without any number are five."""
    page = opened(small).page
    script = "() => planner.landOf(planner.readJson('basemap')).map((each) => each.number).filter(Boolean)"
    numbers = page.evaluate(script)
    assert len(set(numbers)) == len(numbers)
    assert "036" in numbers
