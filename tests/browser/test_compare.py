"""The page of a comparison in a real browser: figures, the chart of the trade-off, maps that move together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import small
from conftest import Visit
from switches import HOSTILE, SWITCHES, grid
from worlds import World, changed

import planner

Open = Callable[..., Visit]
READY = "document.querySelectorAll('#maps svg.map').length === 3"
TIP = """([kind, id]) => {
  const records = JSON.parse(document.getElementById('comparison').textContent).base[kind + 's'];
  const mark = document.querySelector(`#map-change .${kind} [data-at="${records.id.indexOf(id)}"],
    #map-change .${kind}[data-at="${records.id.indexOf(id)}"]`);
  mark.dispatchEvent(new FocusEvent('focus'));
  mark.dispatchEvent(new PointerEvent('pointerenter', {bubbles: true}));
  return [...document.querySelector('#map-change .map-tip').children].map((line) => line.textContent);
}"""
NEAR = {"demand.workloads.chat.max_rtt": "5 ms"}
NARROW = {"topology.sites.far.compute": "12 PFLOPS"}


@pytest.fixture
def opened(visit: Open, tmp_path: Path) -> Callable[..., Visit]:
    """Return a function that compares plans and opens the page."""

    def show(found: planner.Comparison, *, language: str = "en", **options: Any) -> Visit:
        file = tmp_path / "compare.html"
        file.write_text(planner.render_comparison(found, language=planner.speak(language)), encoding="utf-8")
        return visit(file, **options)

    return show


def three(base: World | None = None) -> planner.Comparison:
    """Compare a world with itself where chat stays near, and where far is small."""
    world = base or small.triangle()
    return planner.compare(
        [small.plan(each, base=world) for each in ({}, NEAR, NARROW)], ["all", "<script>alert(1)</script>", "小"]
    )


def cells(visit: Visit, table: Any) -> list[list[str]]:
    """Return the texts of a table's rows."""
    return [[cell.inner_text() for cell in line.locator("th, td").all()] for line in table.locator("tbody tr").all()]


@pytest.mark.smoke
def test_figures_are_those_of_the_tables(opened: Callable[..., Visit]) -> None:
    """Of the ranking, and of the dots of the chart."""
    found = three()
    page = opened(found)
    page.until(READY)
    first = cells(page, page.page.locator("#ranking table").first)
    values = found.ranking["value"].unstack("criterion")
    for row, name in zip(first, found.names, strict=True):
        assert row[0] == name
        assert float(row[1].rstrip("*")) == pytest.approx(values.loc[name, "cost_usd"] / 1e3, abs=0.005)
        assert float(row[4].rstrip("*").rstrip("%")) == pytest.approx(100 * values.loc[name, "served_share"], abs=0.05)
    dots = page.page.evaluate("[...document.querySelectorAll('#tradeoff svg title')].map((each) => each.textContent)")
    assert dots == [
        f"{name}: {values.loc[name, 'cost_usd'] / 1e3:g} kUSD/year, {100 * values.loc[name, 'served_share']:g} %"
        for name in found.names
    ]


def test_the_difference_map_tells_the_changes(opened: Callable[..., Visit]) -> None:
    """Of what the plan that is chosen does."""
    found = three()
    page = opened(found)
    page.until(READY)
    for name in found.others:
        page.page.select_option("#maps select", name)
        page.until(f"document.querySelector('#map-plan figcaption').textContent.includes({name!r})")
        changes = found.sites["change"].xs((name, 2030, "far"))
        tip = page.page.evaluate(TIP, ["site", "far"])
        assert tip[1] == f"−{-changes['used_pflops']:g} PFLOPS".replace(" ", "\u00a0")


def test_maps_move_together(opened: Callable[..., Visit]) -> None:
    """One is zoomed, and the others follow to the same place."""
    page = opened(three(), reduced_motion="reduce")
    page.until(READY)
    layers = "[...document.querySelectorAll('#maps svg.map')].map((map) => map.__zoom.k)"
    before = page.page.evaluate(layers)
    page.page.locator("#map-plan .map-buttons button").first.click()
    page.until(f"Math.min(...{layers}) > {max(before)}")
    after = page.page.evaluate(layers)
    assert [new / old for new, old in zip(after, before, strict=True)] == pytest.approx([1.6] * 3)


def test_the_chart_takes_other_criteria(opened: Callable[..., Visit]) -> None:
    """And says so in its label."""
    page = opened(three())
    page.page.select_option("#tradeoff select >> nth=0", "mean_rtt_ms")
    page.page.select_option("#tradeoff select >> nth=1", "carbon_t")
    label = page.page.locator("#tradeoff svg").get_attribute("aria-label")
    assert label == "Plans by mean round trip and carbon"


@pytest.mark.parametrize("language", ["zh", "ar"])
def test_a_small_screen_and_hostile_names(language: str, opened: Callable[..., Visit]) -> None:
    """The page is no wider than a phone, every head has words, and what scrolls can be focused."""
    base = changed(small.triangle(), SWITCHES | HOSTILE)
    page = opened(three(base), language=language, size=(360, 740))
    page.until(READY)
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (
        page.page.evaluate("[...document.querySelectorAll('th')].filter((each) => !each.textContent.trim()).length")
        == 0
    )
    scrolling = """[...document.querySelectorAll('main div')].filter((each) =>
      each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'auto'
      && each.tabIndex < 0).length"""
    assert page.page.evaluate(scrolling) == 0


def test_plans_with_nothing_to_draw_are_a_page_too(opened: Callable[..., Visit]) -> None:
    """Two infeasible ones."""
    never = small.plan({**NEAR, "demand.workloads.chat.unserved": "required"}, base=small.triangle())
    page = opened(planner.compare([never, never]))
    assert page.page.locator("#tradeoff").is_hidden()
    assert page.page.locator("#maps").count() == 0


def test_a_thousand_places_open(opened: Callable[..., Visit]) -> None:
    """With every place on every map."""
    base = grid(25, 40)
    dear = {"demand.workloads.chat.traffic": "0.02 Gbps/PFLOPS"}
    found = planner.compare([small.plan(base=base), small.plan(dear, base=base)], ["one", "two"])
    page = opened(found)
    page.until(READY)
    maps = page.page.locator("#maps svg.map").all()
    assert [each.locator("circle.node").count() for each in maps] == [1000] * len(maps) != []
