"""The one record that terminal, page and JSON take their facts from."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
import small
from report.pages import words
from report.reading import read

import planner
from planner.report.plan import digest as home
from planner.report.plan.digest import Digest

ROOM = Path(home.__file__).parent
LAYOUTS = [*(ROOM / "terminal").glob("*.py"), *(ROOM / "page").glob("*.py"), ROOM / "summary.py", ROOM / "sentences.py"]
GROWING = {"demand.demands.0.compute": {2026: "20 PFLOPS", 2030: "80 PFLOPS", 2035: "80 PFLOPS"}}


def test_facts_are_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sections ask."""
    asked, work_out = [], home.serving.country_figures
    monkeypatch.setattr(home.serving, "country_figures", lambda plan, year: asked.append(year) or work_out(plan, year))
    digest = Digest(small.plan())
    assert digest.year(2030).countries is digest.last.countries
    assert asked == [2030]


def test_a_listed_year_stands_for_those_until_the_next() -> None:
    """2026 for four, 2030 for five, and 2035 for as many as 2030; at a rate of 0 each weighs as many years."""
    digest = Digest(small.plan({**GROWING, "scenario.years": [2026, 2030, 2035], "scenario.finance.discount_rate": 0}))
    assert [(span.first, span.last) for span in digest.spans] == [(2026, 2029), (2030, 2034), (2035, 2039)]
    assert [span.weight for span in digest.spans] == [4, 5, 5]


def test_a_single_year_stands_for_itself_and_has_a_price() -> None:
    """20 PFLOPS are served for 22,000 USD; of several years there is no one price."""
    digest = Digest(small.plan())
    assert [(span.first, span.last, span.weight) for span in digest.spans] == [(2030, 2030, 1.0)]
    assert digest.usd_per_pflops == small.about(22_000 / 20)
    assert Digest(small.plan({**GROWING, "scenario.years": [2026, 2030]})).usd_per_pflops is None


@pytest.mark.parametrize("objective", ["cost", "served", "compute", "latency", "carbon"])
def test_terminal_and_page_say_what_a_gap_means_in_the_same_words(objective: str) -> None:
    """The page as a sentence of its own, the terminal as the end of one."""
    plan = small.plan()
    scenario = plan.inputs.scenario.model_copy(update={"objective": (objective,)})
    near = replace(plan, inputs=replace(plan.inputs, scenario=scenario), gap=0.02)
    page = read(planner.render_report(near)).words
    (said,) = [each for each in page.split(". ") if "at most 2%" in each.lower()]
    assert said.replace("2%", "2 %")[1:] + "." in words(near)


def test_no_layout_adds_up_a_table_itself() -> None:
    """Sums and shares of a year are facts, and facts have one home."""
    called = {
        (file.name, node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", ""))
        for file in LAYOUTS
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
    }
    assert [each for each in sorted(called) if each[1] in {"in_year", "groupby"}] == []
