"""A comparison on paper: the terminal, JSON, Markdown, spreadsheets and one HTML file."""

from __future__ import annotations

import csv
import io
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from rich.console import Console
from small import plan
from worlds import changed, two_cities

import planner
from planner.report.comparison.documents import comparison_markdown

EVIL = '=cmd|"/c calc"!A1<script>alert(1)</script>'
NEAR_ONLY = {"demand.workloads.chat.max_rtt": "5 ms"}


@cache
def comparison() -> planner.Comparison:
    """Return two plans and one that is infeasible; the names mean harm."""
    base = changed(two_cities(), {"scenario.title": EVIL, "topology.sites.far.name": EVIL})
    impossible = plan({**NEAR_ONLY, "demand.workloads.chat.unserved": "required"}, base=base)
    return planner.compare([plan(base=base), plan(NEAR_ONLY, base=base), impossible], ["all", EVIL, "never"])


def printed(found: planner.Comparison, width: int = 80, **options: Any) -> str:
    """Print a comparison on a page of some width."""
    paper = io.StringIO()
    planner.print_comparison(found, console=Console(file=paper, width=width, highlight=False), **options)
    return paper.getvalue()


def test_the_terminal_says_what_changed_moved_and_why() -> None:
    """Within 80 columns."""
    found = planner.compare([plan(), plan(NEAR_ONLY)], ["all", "near"])
    page = printed(found)
    assert max(map(len, page.splitlines())) <= 80
    text = " ".join(page.split())
    assert "workloads.chat.max_rtt - 5 ms" in text
    assert "far > near because its limit of 5 ms is now below the 10 ms by which far served it" in text
    assert "home/chat 10.00 PFLOPS 50.0%" in text
    assert re.search(r"cost kUSD 22\.00 30\.00 \+8\.00", text)


def test_briefly_only_the_ranking_is_printed() -> None:
    """And a plan without figures has dashes."""
    page = printed(comparison(), brief=True)
    assert "what moved" not in page
    assert re.search(r"never \(infeasible\)\s+-\s+-\s+-\s+-\s+-", page)


def test_json_is_one_object_without_what_is_no_number() -> None:
    """The documented keys are always there."""
    found = planner.summarise_comparison(comparison())
    text = json.dumps(found, allow_nan=False)
    assert list(found) == [
        "baseline", "currency", "notes", "plans", "changes", "totals", "members", "sites", "links", "workloads",
        "switches",
    ]  # fmt: skip
    assert [each["status"] for each in found["plans"]] == ["optimal", "optimal", "infeasible"]
    assert found["plans"][2]["criteria"]["cost_usd"] == {"value": None, "rank": None, "unit": "USD/year"}
    assert found["changes"][0]["path"] == "workloads.chat.max_rtt"
    assert json.loads(text) == found
    same = planner.summarise_comparison(planner.compare([plan(), plan()]))
    assert list(same) == list(found)


def test_no_text_of_a_spreadsheet_is_a_formula(tmp_path: Path) -> None:
    """Neither in CSV nor in a workbook; numbers stay numbers."""
    written = planner.write_comparison(comparison(), csv=tmp_path / "csv", xlsx=tmp_path / "all.xlsx")
    assert [path.name for path in written] == [
        "ranking.csv", "totals.csv", "changes.csv", "members.csv", "sites.csv", "links.csv", "workloads.csv",
        "switches.csv", "all.xlsx",
    ]  # fmt: skip
    cells = [
        cell
        for path in written[:-1]
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
        for cell in row
    ]
    assert f"'{EVIL}" in cells
    assert not [cell for cell in cells if cell[:1] in "=+@\t\r" and cell]
    book = load_workbook(tmp_path / "all.xlsx")
    assert book.sheetnames[:2] == ["ranking", "totals"]
    values = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in values if cell.data_type == "f"]
    assert any(cell.value == 22_000 for cell in values)


def test_markdown_shows_names_as_they_are() -> None:
    """No name becomes HTML, a link or another column."""
    text = comparison_markdown(comparison())
    assert "<script>" not in text
    assert r"\<script\>" in text
    tables = [line for line in text.splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in tables} <= set(range(3, 12))
    assert "| --- | ---: |" in text


def test_the_page_is_one_file_that_runs_only_its_own_scripts() -> None:
    """No request leaves it, and no name is markup."""
    page = planner.render_comparison(comparison())
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src" in policy[1]
    assert len(re.findall(r"sha256-", policy[1])) == len(re.findall(r"<script>", page))
    assert not re.search(r'(src|href)="https?:', page)
    assert page == planner.render_comparison(comparison())


@pytest.mark.parametrize("code", ["zh", "ru", "fr", "ar"])
def test_the_page_speaks_the_language_asked_for(code: str) -> None:
    """Its direction too."""
    page = planner.render_comparison(comparison(), language=planner.speak(code))
    assert f'lang="{planner.speak(code).tag}" dir="{planner.speak(code).direction}"' in page


def test_a_comparison_without_any_plan_is_a_page_too() -> None:
    """Nothing is drawn."""
    impossible = plan({**NEAR_ONLY, "demand.workloads.chat.unserved": "required"})
    page = planner.render_comparison(planner.compare([impossible, impossible]))
    assert 'id="maps"' not in page
    assert "infeasible" in page


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """In the planner's words."""
    (tmp_path / "x.md").mkdir()
    with pytest.raises(planner.RunError, match="cannot be written"):
        planner.write_comparison(comparison(), markdown=tmp_path / "x.md")


def test_titles_name_the_plans_or_count_them() -> None:
    """Three are named, more are counted; so are those that dominate one."""
    own = plan()
    assert printed(planner.compare([own] * 3)).startswith("base (2) and base (3) compared with base\n")
    assert printed(planner.compare([own] * 6)).startswith("5 plans compared with base\n")
    dear = plan({"topology.links.fibre.transit": "150 USD/Gbps/year"})
    page = " ".join(printed(planner.compare([*[own] * 6, dear], [*"abcdef", "dear"])).split())
    assert "dear is dominated by a, b, c, and 3 more: no worse" in page


def test_long_names_cut_no_figure() -> None:
    """The name gives way, also a wide one."""
    own, near = plan(), plan(NEAR_ONLY)
    page = printed(planner.compare([own, near, near], ["x" * 70, "方案" * 30, "[bold]"]))
    assert max(map(len, page.splitlines())) <= 80
    assert "[bold]" in page
    assert not re.search(r"[\d.]…", page)


@pytest.mark.parametrize("code", ["zh", "ru", "fr", "ar"])
def test_nothing_stays_english_but_ids_and_file_text(code: str) -> None:
    """Reasons, findings, units of a year, statuses and shares are said in the language."""
    text = comparison_markdown(comparison(), language=planner.speak(code), full=True)
    told = "\n".join(line for line in text.splitlines() if "workloads.chat" not in line)
    words = ("because", "/year", "infeasible", " limit of ", "site capacity", "has no plan", "is full", "no single")
    for english in words:
        assert english not in told
    percent = {"zh": "50.0%", "ru": "50,0 %", "fr": "50,0 %", "ar": "50.0%"}[code]
    told = re.sub("[\u200e\u200f]", "", re.sub("[\u00a0\u202f]", " ", told))
    assert percent in told


def test_records_are_called_by_their_names_on_a_page() -> None:
    """Their ids stand beneath in the page, and alone on the terminal."""
    base = changed(two_cities(), {"topology.sites.far.names": {"zh": "远方"}, "topology.sites.far.name": "Far away"})
    found = planner.compare([plan(base=base), plan(NEAR_ONLY, base=base)], ["one", "two"])
    page = planner.render_comparison(found, language=planner.speak("zh"))
    assert re.search(r'<th scope="row"><bdi>远方</bdi><small><bdi>far</bdi></small></th>', page)
    assert "Far away" in comparison_markdown(found)
    assert "Far away" not in printed(found)
    assert "by which far served it" in found.switches["because"].iloc[0]


def test_a_cheaper_plan_that_leaves_work_undone_is_told() -> None:
    """Ten PFLOPS far for 11 000 USD are half the work for half the price."""
    half = plan({"topology.sites.near": None, "topology.sites.far.compute": "10 PFLOPS"})
    found = planner.compare([plan(), half], ["one", "two"])
    note = "two serves 50.0% of what it is asked for, one 100%: part of its lower cost is work left undone."
    assert note in map(str, found.notes)


def test_figures_of_a_workbook_are_numbers(tmp_path: Path) -> None:
    """Every cell of their columns, and what there is no figure for is empty."""
    planner.write_comparison(comparison(), xlsx=tmp_path / "all.xlsx")
    for sheet in load_workbook(tmp_path / "all.xlsx"):
        heads, *rows = sheet.iter_rows(values_only=True)
        figures = [
            i for i, head in enumerate(heads) if head in ("value", "rank", "baseline", "change", "pflops", "share")
        ]
        cells = [row[i] for row in rows for i in figures]
        assert all(cell is None or isinstance(cell, int | float) for cell in cells)
        assert sheet.title == "changes" or any(cells)
