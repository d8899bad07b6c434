"""A sizing on paper: one page without requests, a workbook of numbers, pictures; files of others are left alone."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from small import BY_ITSELF, load

import planner
from planner import Sizing, Watch
from planner.report.sizing.blocks import SizingChart, SizingTable
from planner.report.sizing.documents import sizing_tables, sizing_workbook
from planner.report.sizing.sections import SizingWriter
from planner.report.web.palette import PALETTE, contrast

TARGET = {**BY_ITSELF, "scenario.community.target": "15 PFLOPS"}
"""20 are asked, of which 10 stand at home and 10 are built; 15 are the target."""


@pytest.fixture(scope="module")
def found() -> Sizing:
    """Size the small world once."""
    return planner.size(load(TARGET))


def test_the_page_says_the_answer_first_and_asks_nobody(found: Sizing) -> None:
    """Need, target and tiles; nothing but its own scripts runs."""
    page = planner.render_sizing(found)
    answer = page.index("15\xa0PFLOPS serve 75% of the members&#39; demand in 2030")
    assert answer < page.index('id="need"') < page.index('id="where"') < page.index('id="plans"')
    assert "Kazakhstan 20" in page
    assert "default-src &#39;none&#39;" in page
    assert (
        re.findall(r"(?:src|<link|@import|url\()[^>]*https?:", page.split('<script type="application/json"')[0]) == []
    )


def test_the_same_sizing_gives_the_same_page(found: Sizing) -> None:
    """To the byte."""
    assert planner.render_sizing(found) == planner.render_sizing(found)


def test_the_chart_of_the_need_holds_the_figures_of_the_table(found: Sizing) -> None:
    """20 asked and served; 10 stand, 10 are to be built; 15 are the target."""
    sections = {section.key: section for section in SizingWriter(found, planner.speak()).sections()}
    chart = next(block for block in sections["need"].blocks if isinstance(block, SizingChart))
    assert [part.kind for part in chart.parts] == ["served", "unserved", "stood", "built", "target"]
    values = [[round(value, 6) for value in bar.values] for bar in chart.bars]
    assert values == [[20, 0, 0, 0, 0], [0, 0, 10, 10, 0], [0, 0, 0, 0, 15]]
    table = next(block for block in sections["need"].blocks if isinstance(block, SizingTable))
    assert [column.cells[0] for column in table.columns][1:6] == ["20.0", "20.0", "100%", "20.0", "15.0"]


def test_all_that_the_terminal_says_stands_on_the_page(found: Sizing) -> None:
    """Headings and sentences come from the same sections."""
    page = planner.render_sizing(found)
    for section in SizingWriter(found, planner.speak(), named=True).sections():
        assert f'id="{section.key}"' in page
        for block in section.blocks:
            if isinstance(block, str):
                assert block.replace("'", "&#39;") in page


@pytest.mark.parametrize("code", ["zh", "ru", "fr", "ar"])
def test_the_page_speaks_the_language_asked_for(found: Sizing, code: str) -> None:
    """Its direction too; no heading stays English."""
    page = planner.render_sizing(found, language=planner.speak(code))
    assert f'dir="{"rtl" if code == "ar" else "ltr"}"' in page
    for english in ("The answer", "Need and target", "The plans behind", "to be built", "worth serving"):
        assert english not in page.split('<script type="application/json"')[0]


def test_names_are_text_on_the_page(found: Sizing) -> None:
    """No name becomes a tag."""
    title = {"title": "<script>alert(1)</script>", "names": {}}
    scenario = found.inputs.scenario.model_copy(update=title)
    page = planner.render_sizing(replace(found, inputs=replace(found.inputs, scenario=scenario)))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_workbook_holds_numbers_by_table(found: Sizing) -> None:
    """Years, members, sites, cost and plans, with what was asked on the first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(sizing_workbook(found)))
    assert book.sheetnames[:4] == ["about", "years", "members", "sites"]
    rows = list(book["years"].values)
    assert rows[0][:2] == ("year", "demand_pflops")
    assert rows[1][0] == 2030
    assert rows[1][1] == pytest.approx(20)
    assert ("target_pflops", 15) in [row[:2] for row in book["about"].values]
    assert sum(sizing_tables(found)["cost"]["cost_usd"]) == pytest.approx(found.least_cost.total_cost_usd)  # type: ignore[union-attr]


def test_files_appear_together_and_replace_only_their_own(found: Sizing, tmp_path: Path) -> None:
    """Page, workbook and pictures may be written again; what somebody else wrote stays, and nothing beside it comes."""
    places = {"html": tmp_path / "size.html", "xlsx": tmp_path / "size.xlsx", "pictures": {"svg": tmp_path / "charts"}}
    written = planner.write_sizing(found, **places)  # type: ignore[arg-type]
    assert [file.name for file in written] == ["size.html", "size.xlsx", "need.svg", "where.svg"]
    before = [file.read_bytes() for file in written]
    assert [file.read_bytes() for file in planner.write_sizing(found, **places)] == before  # type: ignore[arg-type]
    mine = tmp_path / "mine.html"
    mine.write_text("<p>mine</p>")
    with pytest.raises(planner.RunError, match=r"mine\.html is there, and is not as the planner writes it"):
        planner.write_sizing(found, html=mine, xlsx=tmp_path / "new.xlsx")
    assert mine.read_text() == "<p>mine</p>"
    assert not (tmp_path / "new.xlsx").exists()


def test_a_question_without_an_answer_is_a_page_too() -> None:
    """It says what stands in the way, and draws nothing."""
    nothing = {**BY_ITSELF, "topology.sites.near.expansion": []}
    page = planner.render_sizing(planner.size(load(nothing), served=0.95))
    assert "No community can serve 95% of every member&#39;s demand" in page
    assert "What stands in the way" in page
    assert 'class="bars"' not in page


def test_what_was_stopped_says_so() -> None:
    """The plans that were not found are named."""
    watch = Watch()

    def interrupt(name: str) -> None:
        watch.interrupted = name == "leanest 2030"

    page = planner.render_sizing(planner.size(load(TARGET), watch=watch, tell=interrupt), stopped="interrupted")
    assert "Interrupted." in page
    assert "<li>leanest 2030</li>" in page


def test_what_lies_side_by_side_in_charts_is_told_apart_without_colour() -> None:
    """By a luminance contrast of 3 to 1 (WCAG 2.2, 1.4.11), or by a hatch."""
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast(PALETTE["served"].colour, PALETTE["unserved"].colour) >= 3
    for one, other in (("served", "abroad"), ("abroad", "market"), ("market", "unserved"), ("stood", "built")):
        apart = contrast(PALETTE[one].colour, PALETTE[other].colour) >= 3
        assert apart or PALETTE[one].hatch != PALETTE[other].hatch
    assert all(contrast(look.colour, look.ink) >= 3 for look in PALETTE.values())
