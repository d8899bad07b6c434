"""The page of a sizing in a browser: it is read at every width, and its map shows what has to stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import EXAMPLE, Visit

import planner


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the page of a sizing of Central Asia, by language."""
    found = planner.size(EXAMPLE)
    folder = tmp_path_factory.mktemp("sizing")
    pages = {code: folder / f"size.{code}.html" for code in ("en", "zh", "ar")}
    for code, file in pages.items():
        planner.write_sizing(found, html=file, language=planner.speak(code))
    return pages


@pytest.mark.parametrize("code", ["en", "zh", "ar"])
@pytest.mark.parametrize("width", [320, 375, 768, 1280, 3840])
def test_nothing_runs_out_of_the_page(
    visit: Callable[..., Visit], pages: dict[str, Path], code: str, width: int
) -> None:
    """At no width, in no direction: tiles wrap, tables scroll by themselves, bars leave room for their figures."""
    found = visit(pages[code], size=(width, 900))
    found.until("document.querySelectorAll('#map svg.map').length === 1")
    assert found.page.evaluate("document.documentElement.scrollWidth") <= width
    clipped = (
        "[...document.querySelectorAll('.figures dd')].filter((each) => each.scrollWidth > each.clientWidth + 1).length"
    )
    assert found.page.evaluate(clipped) == 0


def test_the_map_shows_what_has_to_stand(visit: Callable[..., Visit], pages: dict[str, Path]) -> None:
    """A circle for each site that is needed, and what of it is to be built."""
    found = visit(pages["en"])
    found.until("document.querySelectorAll('#map svg.map').length === 1")
    shown = (
        "[...document.querySelectorAll('#map g.site')].filter((each) => each.style.display !== 'none' && !each.hidden)"
    )
    names = found.page.evaluate(f"{shown}.map((each) => each.getAttribute('aria-label'))")
    assert any("Ekibastuz" in name for name in names)
    found.page.focus("#map svg.map")
    found.page.evaluate(f"{shown}[0].dispatchEvent(new PointerEvent('pointerenter', {{ clientX: 400, clientY: 400 }}))")
    found.until("document.querySelector('#map .map-tip').hidden === false")
    assert "PFLOPS" in found.page.inner_text("#map .map-tip")


def test_without_scripts_all_figures_are_there(visit: Callable[..., Visit], pages: dict[str, Path]) -> None:
    """Charts are bars of the page itself; only the map is not shown."""
    found = visit(pages["en"], java_script_enabled=False)
    assert found.page.is_visible("#need .bars")
    assert found.page.locator("#need .bars .part").count() > 4
    assert not found.page.is_visible("#map")
