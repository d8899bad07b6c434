"""The switches, map, charts and tables of a report, in a real browser."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small
from conftest import Visit, Writer, Written

import planner
from planner.plan.csv_tables import write_table
from planner.report.language.speech import speak

Open = Callable[..., Visit]


def saved(visit: Visit) -> list[dict[str, str]]:
    """Return the rows that the table on show saves as CSV."""
    with visit.page.expect_download() as download:
        visit.page.click(".save")
    text = download.value.path().read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def kept(plan: planner.Plan, name: str, year: int | None = None) -> list[dict[str, str]]:
    """Return the rows of a table as its CSV holds them, those of a year without that column."""
    rows = list(csv.DictReader(io.StringIO(write_table(name, getattr(plan, name)))))
    if year is not None:
        rows = [row for row in rows if row.pop("year") == str(year)]
    return rows


def shown_facts(visit: Visit) -> dict[str, str]:
    """Return the figures in the panel of what is chosen."""
    rows = visit.page.locator(".details table.facts tr").all()
    return {row.locator("th").inner_text(): row.locator("td").inner_text() for row in rows}


def same(text: str, other: str) -> bool:
    """Whether two fields of CSV say the same, numbers to twelve digits."""
    try:
        return float(text) == small.about(float(other))
    except ValueError:
        return text == other


@pytest.mark.parametrize("year", [2030, 2035])
def test_every_table_saves_the_figures_of_the_run(switches: Written, visit: Open, year: int) -> None:
    """For the year chosen, row by row; duals are for those who check an optimum, and stand in the run alone."""
    page = visit(switches.file)
    page.year(year)
    for name, frame in switches.plan.tables.items():
        if len(frame) and name != "duals":
            page.table(name)
            wanted = kept(switches.plan, name, None if name == "prices" else year)
            found = saved(page)
            assert len(found) == len(wanted), name
            for row, other in zip(found, wanted, strict=True):
                assert row.keys() == other.keys()
                assert [key for key in row if key != "reason" and not same(row[key], other[key])] == []


@pytest.mark.smoke
def test_the_panel_of_a_site_shows_the_figures_of_its_row(central_asia: Written, visit: Open) -> None:
    """A click on a site, then Enter on another."""
    page = visit(central_asia.file)
    number = speak("en").number
    for i in (0, 1):
        site = (
            page.page.locator(".site:not([hidden]) >> visible=true").last
            if i == 0
            else page.page.locator(".site").first
        )
        key = page.page.evaluate("at => planner.explorer.data.sites.id[at]", int(site.get_attribute("data-at") or -1))
        if i == 0:
            site.click(force=True)
        else:
            site.focus()
            page.page.keyboard.press("Enter")
        row = central_asia.plan.sites.loc[(2030, key)]
        facts = shown_facts(page)
        assert facts["Id"] == key
        assert facts["Installed, PFLOPS"] == number(row["installed_pflops"], 4)
        assert facts["Mean use, PFLOPS"] == number(row["used_pflops"], 4)
        assert facts["Energy, MWh a year"] == number(row["energy_mwh"], 4)


def test_links_and_places_open_too_and_can_be_found_by_name(central_asia: Written, visit: Open) -> None:
    """The search field leads to any of them."""
    page = visit(central_asia.file)
    page.page.fill("#find", "Osh")
    page.page.press("#find", "Enter")
    assert "Osh" in page.page.inner_text(".details h3")
    page.page.evaluate("planner.explorer.map.choose('link', 3)")
    key = page.page.evaluate("planner.explorer.data.links.id[3]")
    row = central_asia.plan.links.loc[(2030, key)]
    assert shown_facts(page)["Capacity, Gbps"] == speak("en").number(row["capacity_gbps"], 4)
    page.page.click(".details .close")
    assert page.page.locator(".details h3").count() == 0


def test_loads_of_the_hours_add_up_to_the_peaks_of_the_tables(switches: Written, visit: Open) -> None:
    """The browser's own sums, worst hour, against `peak_gbps` and `peak_pflops`."""
    page = visit(switches.file)
    script = """year => {
      const data = planner.explorer.data;
      const found = planner.loads(data, {year, hour: null, contingency: "intact"});
      return [Object.fromEntries(data.links.id.map((id, i) => [id, found.links[i]])),
              Object.fromEntries(data.sites.id.map((id, i) => [id, found.sites[i]]))];
    }"""
    for year in (2030, 2035):
        links, sites = page.page.evaluate(script, year)
        assert links == small.about(switches.plan.links.loc[year]["peak_gbps"].to_dict())
        assert sites == small.about(switches.plan.sites.loc[year]["peak_pflops"].to_dict())


def test_everybody_elses_traffic_is_told_beside_the_plans_own(writer: Writer, visit: Open) -> None:
    """Own and other loads add up by themselves; the tooltip of a link tells both, and flows of countries are ours."""
    record = {"between": ["home", "away"], "rate": "98 Gbps", "unserved": "30 kUSD/Gbps/year"}
    found = writer("others", small.plan_triangle({"topology.background": [record]}))
    page = visit(found.file)
    links, others, told = page.page.evaluate("""() => {
      const data = planner.explorer.data, state = {year: 2030, hour: null, contingency: "intact"};
      const by = (list) => Object.fromEntries(data.links.id.map((id, i) => [id, list[i]]));
      const loads = planner.loads(data, state), fibre = data.at.links.get("fibre");
      const look = planner.looksOf(data, {...state, colour: "utilisation", flows: null});
      return [by(loads.links), by(loads.others), planner.describe(data, look, "link", fibre).join(" ")];
    }""")
    assert links == small.about(found.plan.links.loc[2030]["peak_gbps"].to_dict())
    assert others == small.about(found.plan.links.loc[2030]["background_gbps"].to_dict())
    assert "everybody else: " in told


def test_an_hour_and_a_failure_show_what_the_paths_hold(switches: Written, visit: Open) -> None:
    """PFLOPS at a site in one block with a link cut, and the link drawn as lost."""
    page = visit(switches.file)
    paths = switches.plan.paths.reset_index()
    chosen = paths[(paths.year == 2035) & (paths.hour == 0) & (paths.contingency == "link:high")]
    page.choose("hour", "0")
    page.choose("contingency", "link:high")
    used = chosen[chosen.site == "far"]["pflops"].sum()
    page.page.evaluate("planner.explorer.map.choose('site', planner.explorer.data.at.sites.get('far'))")
    assert shown_facts(page)["In the view chosen"].replace("\u00a0", " ") == f"{speak('en').number(used, 4)} PFLOPS"
    assert page.page.locator(".link.crossed").count() == 1
    assert page.page.locator(".crosses .cross").count() == 1
    assert "has failed" in page.page.inner_text(".map-status")


def test_the_view_stands_in_the_address_and_comes_back_from_it(switches: Written, visit: Open) -> None:
    """A sent address shows the same view; one that means nothing shows the first."""
    page = visit(switches.file)
    page.year(2030)
    page.choose("hour", "12")
    page.choose("colour", "carbon")
    page.choose("flows", "member:KZ")
    address = page.page.evaluate("location.hash")
    other = visit(switches.file, view=address)
    assert other.page.locator("#control-hour").input_value() == "12"
    assert other.page.locator('input[name="year"]:checked').input_value() == "2030"
    assert other.page.inner_text(".map-status") == page.page.inner_text(".map-status")
    odd = visit(switches.file, view="#year=1900&hour=x&failure=%3Cscript%3E&flows=member:__proto__&table=constructor")
    assert odd.page.locator('input[name="year"]:checked').input_value() == "2035"


def test_flows_of_a_country_are_drawn_on_the_links_that_carry_them(switches: Written, visit: Open) -> None:
    """Only those; the rest fades."""
    page = visit(switches.file)
    page.choose("flows", "member:KG")
    paths = switches.plan.paths.reset_index()
    own = paths[(paths.year == 2035) & (paths.contingency == "intact") & (paths.origin == "mid")]
    walked = {link for links in own["links"] for link in links.split(";") if link}
    over = page.page.locator(".links.over .hit").all()
    drawn = {
        page.page.evaluate("at => planner.explorer.data.links.id[at]", int(each.get_attribute("data-at") or 0))
        for each in over
    }
    assert drawn == walked


def test_blocks_of_other_years_hide(switches: Written, visit: Open) -> None:
    """Those that Python wrote follow the switch."""
    page = visit(switches.file)
    for year, other in ((2035, 2030), (2030, 2035)):
        page.year(year)
        assert page.page.locator(f'[data-year="{year}"]:visible').count() > 0
        assert page.page.locator(f'[data-year="{other}"]:visible').count() == 0


def test_sorting_and_filtering(central_asia: Written, visit: Open) -> None:
    """A click sorts down, another up; words in the filter must all occur."""
    page = visit(central_asia.file)
    page.table("sites")
    head = page.page.locator("th", has=page.page.locator("button", has_text="Installed, PFLOPS"))
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    installed = [float(row["installed_pflops"]) for row in saved(page)]
    assert installed == sorted(installed, reverse=True)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    page.page.fill(".filter", "kazakh")
    rows = saved(page)
    assert {row["country"] for row in rows} == {"KZ"}
    assert page.page.locator("#tables tbody tr").count() == len(rows)
    page.page.fill(".filter", "nothing like it")
    assert page.page.locator("#tables tbody tr").count() == 0


def test_long_tables_come_in_pieces(central_asia: Written, visit: Open) -> None:
    """200 rows first, all on demand."""
    page = visit(central_asia.file)
    page.table("paths")
    assert page.page.locator("#tables tbody tr").count() == 200
    page.page.click(".sortable .more")
    assert page.page.locator("#tables tbody tr").count() == len(central_asia.plan.paths)


def test_the_keyboard_reaches_everything(switches: Written, visit: Open) -> None:
    """Switches, map, sites and tables by Tab; the map moves by keys."""
    page = visit(switches.file)
    page.page.focus("#control-colour")
    reached = set()
    for _ in range(40):
        page.page.keyboard.press("Tab")
        reached.add(page.page.evaluate("document.activeElement.className.baseVal ?? document.activeElement.className"))
    assert {"map", "site", "filter", "save"} <= {word for words in reached for word in words.split()}
    page.page.focus("svg.map")
    page.page.keyboard.press("+")
    page.until("planner.explorer.map.transform.k > 1.5")
    page.page.keyboard.press("ArrowLeft")
    page.page.keyboard.press("0")
    page.until("planner.explorer.map.transform.k === 1")


def test_zoom_keeps_strokes_and_circles(switches: Written, visit: Open) -> None:
    """What grows is the distance between them."""
    page = visit(switches.file, reduced_motion="reduce")
    before = page.page.locator(".disc").first.get_attribute("r")
    page.page.click(".map-buttons button >> nth=0")
    page.until("planner.explorer.map.transform.k > 1.5")
    assert page.page.locator(".disc").first.get_attribute("r") == before
    assert page.page.evaluate("getComputedStyle(document.querySelector('.line')).vectorEffect") == "non-scaling-stroke"


def test_hostile_names_are_text(hostile: Written, visit: Open, writer: Writer) -> None:
    """Everywhere, in every language; a saved table holds no formula."""
    page = visit(hostile.file)
    for name in ("sites", "links", "paths"):
        page.table(name)
    assert "<script>alert(1)</script>" in page.page.inner_text("#tables")
    for kind, count in (("site", 2), ("link", 3), ("node", 3)):
        for at in range(count):
            page.page.evaluate("([kind, at]) => planner.explorer.map.choose(kind, at)", [kind, at])
    assert page.page.locator("#map script, #tables script, #map img, #tables img").count() == 0
    fields = ["=1+1", "@x", "-2", "-2+3", "\tx", "plain", 'a "quote", and comma']
    assert page.page.evaluate("fields => fields.map(planner.csvField)", fields) == [
        "'=1+1", "'@x", "-2", "'-2+3", "'\tx", "plain", '"a ""quote"", and comma"',
    ]  # fmt: skip
    arabic = visit(writer("hostile", hostile.plan, language="ar").file)
    assert arabic.page.evaluate("document.documentElement.dir") == "rtl"
    assert "比什凯克" in arabic.page.content()


def test_a_failure_is_drawn_with_flows_that_survive_it(switches: Written, visit: Open) -> None:
    """In every year, hour and failure: enough of each demand, nothing over what has failed, no link overfull.

    The tables do not write out a failure that touches nothing which has to survive, and one hour for all of a failure.
    """
    page, found = visit(switches.file).page, switches.plan
    blocks = found.inputs.scenario.hours or 1
    hours = [block * 24 // blocks for block in range(blocks)]
    for year, failure in found.failures.index.tolist():
        lost = page.evaluate("name => planner.explorer.data.contingencies.find((each) => each.id === name)", failure)
        for hour in hours:
            flows = page.evaluate(FLOWS, [year, hour, failure])
            served = sums(flows)
            for demand, amount in sums(page.evaluate(FLOWS, [year, hour, "intact"])).items():
                survives = found.inputs.demand.workloads[demand[1]].survives
                assert served.get(demand, 0.0) >= survives * amount * (1 - 1e-6), (year, hour, failure, demand)
            for flow in flows:
                assert not {*flow["links"]} & {*lost["links"]}
                assert flow["site"] not in lost["sites"]
            over = page.evaluate(OVER, {"year": year, "hour": hour, "contingency": failure})
            assert over <= 1e-6, (year, hour, failure)


FLOWS = """([year, hour, failure]) => {
  const { data } = planner.explorer, { walks } = data.flowing();
  return data.flowsIn(year, hour, failure).map((flow) => ({
    origin: flow.origin, workload: data.workloads.id[flow.workload], site: flow.site, amount: flow.amount,
    links: walks[flow.walk].links }));
}"""
OVER = """(state) => {
  const { data } = planner.explorer, now = planner.situation(data, state);
  const over = (link) => (link ? link.load + link.committed - link.capacity : 0);
  return Math.max(...data.links.id.map((_, i) => over(now.link(i))));
}"""


def sums(flows: list[dict[str, Any]]) -> dict[tuple[int, str], float]:
    """Add up flows by origin and workload."""
    found: dict[tuple[int, str], float] = {}
    for flow in flows:
        demand = flow["origin"], str(flow["workload"])
        found[demand] = found.get(demand, 0.0) + float(flow["amount"])
    return found


SIZES = [(390, 844), (360, 740), (1280, 800)]


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}px")
@pytest.mark.parametrize("language", ["en", "zh", "ar"])
def test_nothing_runs_off_the_side(
    switches: Written, writer: Writer, visit: Open, size: tuple[int, int], language: str
) -> None:
    """On phones and screens; and a picture can be taken."""
    page = visit(writer("switches", switches.plan, language=language).file, size=size)
    page.table("links")
    assert page.page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert len(page.page.screenshot(full_page=True)) > 20_000


def test_it_prints(central_asia: Written, visit: Open) -> None:
    """As vectors, with the map, without switches."""
    page = visit(central_asia.file)
    assert page.page.pdf(format="A4").startswith(b"%PDF")
    page.page.emulate_media(media="print")
    assert page.page.locator("svg.map").is_visible()
    assert not page.page.locator("#controls").is_visible()


def test_charts_have_words_and_figures(switches: Written, visit: Open) -> None:
    """A label for those who do not see, a table for those who want to know."""
    page = visit(switches.file)
    charts = page.page.locator("figure.chart").all()
    assert {each.get_attribute("data-chart") for each in charts} == {"capacity", "members", "day", "cost_all", "delays"}
    for each in charts:
        assert each.locator(".chart-plot > [role=img]").first.get_attribute("aria-label")
        assert each.locator("figcaption").inner_text()
        assert each.locator("details tbody tr").count() > 0


def test_a_network_across_180_degrees_is_drawn_in_one_piece(writer: Writer, visit: Open) -> None:
    """Tokyo lies left of Los Angeles, and no link runs round the world."""
    places = {"home": (35.7, 139.7), "mid": (-18.1, 178.4), "away": (34.0, -118.2)}
    changes: dict[str, Any] = {}
    for node, (lat, lon) in places.items():
        changes |= {f"topology.nodes.{node}.lat": lat, f"topology.nodes.{node}.lon": lon}
    page = visit(writer("pacific", small.plan_triangle(changes)).file)
    spots = page.page.evaluate("planner.explorer.map.spots")
    at = dict(zip(page.page.evaluate("planner.explorer.data.nodes.id"), spots, strict=True))
    assert at["home"][0] < at["mid"][0] < at["away"][0]
    boxes = page.page.evaluate("[...document.querySelectorAll('.line')].map(line => line.getBBox().width)")
    width = page.page.evaluate("planner.explorer.map.width")
    assert all(box <= width for box in boxes)


def test_a_large_network_is_drawn(large: Written, visit: Open) -> None:
    """A thousand places, two thousand links: all there, in a file that can be sent by mail."""
    assert large.file.stat().st_size < 15e6
    page = visit(large.file)
    links = len(large.plan.inputs.topology.links)
    assert links > 1900
    assert page.page.locator(".link:not([hidden])").count() == links
    assert page.page.locator("circle.node").count() == 1000
    labels = page.page.evaluate(
        "[...document.querySelectorAll('.labels text')].map(text => text.getBoundingClientRect().toJSON())"
    )
    assert 10 < len(labels) <= 100
    for at, box in enumerate(labels):
        for other in labels[at + 1 :]:
            apart = box["right"] < other["left"] + 2 or other["right"] < box["left"] + 2
            assert apart or box["bottom"] < other["top"] + 3 or other["bottom"] < box["top"] + 3


def test_a_wheel_turns_the_page_and_with_ctrl_the_map(switches: Written, visit: Open) -> None:
    """A reader who scrolls by is not caught."""
    page = visit(switches.file, reduced_motion="reduce")
    page.page.locator("svg.map").scroll_into_view_if_needed()
    page.page.locator("svg.map").hover(position={"x": 5, "y": 200})
    page.page.mouse.wheel(0, 80)
    page.page.wait_for_timeout(100)
    assert page.page.evaluate("planner.explorer.map.transform.k") == 1
    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -300)
    page.page.keyboard.up("Control")
    page.until("planner.explorer.map.transform.k > 1")


def test_land_of_ones_own_and_none(switches: Written, writer: Writer, visit: Open, tmp_path: Path) -> None:
    """A square around the places is drawn as a square; without land there are only the places."""
    ring = [[70, 38], [95, 38], [95, 48], [70, 48], [70, 38]]
    file = tmp_path / "own land.geojson"
    file.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}), encoding="utf-8")
    own = visit(writer("own", switches.plan, basemap=file).file)
    assert own.page.locator(".land path").count() == 1
    assert own.page.evaluate("d3.geoArea(planner.explorer.map.land[0].shape)") < 0.1
    assert "own land.geojson" in own.page.inner_text(".map-note")
    bare = visit(writer("bare", switches.plan, basemap=Path("none")).file)
    assert bare.page.locator(".land path").count() == 0
    assert "without land" in bare.page.inner_text(".map-note")


def test_a_plan_that_failed_opens_without_an_explorer(writer: Writer, visit: Open) -> None:
    """There are no tables to show."""
    plan = small.plan({"demand.workloads.chat.unserved": "required", "demand.demands.0.compute": "900 PFLOPS"})
    page = visit(writer("failed", plan).file)
    assert page.page.locator("svg.map").count() == 0
