"""What every command prints on the terminal in every language: nothing in English, nothing wider than 80 columns."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
import small
from report.catalogue import TRANSLATED, read_catalogue
from rich.cells import cell_len
from rich.console import Console

import planner
from planner.report.language.speech import NBSP, speak
from planner.report.paper import Page, fold

Print = Callable[..., None]
YEARS = {"demand.demands.0.compute": {2030: "90 PFLOPS", 2035: "140 PFLOPS"}, "scenario.years": [2030, 2035]}
RICH: dict[str, Any] = {
    **YEARS,
    "scenario.objective": "latency",
    "scenario.contingencies": "links",
    "scenario.limits": {"sites": 2, "capex": "1 MUSD", "carbon": "1 kt/year", "site_fill": 0.9},
    "scenario.policy": {"floor": {"served_share": 0.1}},
    "scenario.community": {"members": ["KZ"], "target": "50 PFLOPS"},
    "demand.workloads.chat.survives": 0.05,
    "demand.workloads.web": {"kind": "traffic", "unserved": "10 USD/Gbps/year"},
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": {2030: "90 PFLOPS", 2035: "140 PFLOPS"}},
        {"origin": "home", "to": "away", "workload": "web", "rate": "30 Gbps"},
    ],
    "topology.sites.far.watts": "1 kW/PFLOPS",
    "topology.sites.far.carbon": "500 g/kWh",
    "topology.sites.near.expansion": [{"step": "5 PFLOPS", "max": "20 PFLOPS", "capex": "5 kUSD/step"}],
    "topology.projects": {"dream": {"capex": "90 GUSD"}},
    "scenario.hours": 2,
    "topology.nodes.home.timezone": "Asia/Almaty",
    "demand.workloads.chat.profile": [1.5] * 12 + [0.5] * 12,
}
"""A world that has something to say in every section."""
FAULT = "demand.workloads.chat.unserved"


@cache
def told(code: str) -> dict[str, str]:
    """Return what the commands print in a language, at 80 columns, by a name for each."""
    return {name: printed(code, show, *asked) for name, show, *asked in _asked()}


def printed(code: str, show: Print, *asked: Any) -> str:
    """Print something in a language."""
    paper = io.StringIO()
    show(*asked, console=Console(file=paper, width=80, highlight=False), language=speak(code))
    return paper.getvalue()


@cache
def _asked() -> tuple[tuple[Any, ...], ...]:
    plan = small.plan(RICH)
    plain, impossible = small.plan(), small.plan({FAULT: "required", "demand.workloads.chat.max_rtt": "1 ms"})
    sizing = planner.size(small.load({**YEARS, "scenario.community": {"members": ["KZ"], "target": "50 PFLOPS"}}))
    topology = plan.inputs.topology
    outcomes = [planner.Outcome(None, plan), planner.Outcome("x", error="no"), planner.Outcome("y")]
    return (
        ("solve", planner.print_plan, plan),
        ("one year", planner.print_plan, plain),
        ("impossible", planner.print_plan, impossible),
        ("variants", planner.print_variants, outcomes),
        ("size", planner.print_sizing, sizing),
        ("compare", planner.print_comparison, planner.compare([plan, plain], ["one", "two"])),
        ("show", planner.print_topology, topology, planner.survey(topology, 2030)),
        ("route", planner.print_route, topology, planner.find_route(topology, "home", "away", 2030)),
        ("stats", planner.print_cuts, planner.study_cuts(topology, 2030)),
    )


UNITS = {"PFLOPS", "Gbps", "Tbps", "MUSD", "kUSD", "GUSD", "USD", "BF", "FP", "UTC", "MW", "GWh", "CO", "km", "ms"}
IDS = {"home", "away", "near", "far", "fibre", "chat", "web", "KZ", "CN", "dream", "two", "cities", "small", "world"}
FORMAT = {
    "served",
    "latency",
    "cost",
    "site",
    "link",
    "node",
    "tables",
    "failures",
    "csv",
    "most",
    "opex",
    "max",
    "rtt",
}
OTHERS = {"highs", "planner", "called"}
"""What stands in Latin letters everywhere: units, ids, words of the file format, the solver, the world's title."""


@pytest.mark.parametrize("code", ["zh", "ru", "ar"])
@pytest.mark.parametrize("name", ["solve", "one year", "impossible", "variants", "size", "show", "route", "stats"])
def test_nothing_is_printed_in_latin_letters_but_units_and_ids(code: str, name: str) -> None:
    """Whatever else there is would be English."""
    assert set(re.findall(r"[A-Za-z]{2,}", told(code)[name])) - UNITS - IDS - FORMAT - OTHERS == set()


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_english_sentence_is_printed(code: str) -> None:
    """None of those that the catalogue translates, as long as they are told from words of the language."""
    english = {
        message[0]
        for message, said in read_catalogue(code).items()
        if message[0].count(" ") > 1 and "{" not in message[0] and message[0] not in said
    }
    assert len(english) > 100
    for name, text in told(code).items():
        flowing = " ".join(text.split())
        assert [sentence for sentence in english if sentence in flowing] == [], name
    said = " ".join(" ".join(told("en").values()).split())
    assert len([sentence for sentence in english if sentence in said]) > 30


@pytest.mark.parametrize("code", ["en", *TRANSLATED])
def test_no_line_is_wider_than_80_columns_in_any_language(code: str) -> None:
    """Chinese characters take two; nothing is cut."""
    for name, text in told(code).items():
        assert [line for line in text.splitlines() if cell_len(line.rstrip()) > 80] == [], name
        assert "…" not in text, name
        assert not set("\u2066\u2067\u2068\u2069") & set(text), name


@pytest.mark.parametrize("code", TRANSLATED)
def test_columns_keep_their_width_whatever_stands_in_them(code: str) -> None:
    """Every row of the members ends in the same column, as its head does."""
    lines = told(code)["one year"].splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("KZ *"))
    rows = [lines[start - 1], lines[start], lines[start + 1]]
    assert len({cell_len(row.rstrip()) for row in rows}) == 1


def test_lines_end_between_chinese_characters_and_not_before_their_punctuation() -> None:
    """A word of Latin letters stays whole, and so does a number with narrow blanks in it."""
    assert fold("已满足的需求，共计 7,532 个。", 12) == ["已满足的需", "求，共计 ", "7,532 个。"]
    assert fold(f"ещё 7{NBSP}532 единицы", 8) == ["ещё ", f"7{NBSP}532 ", "единицы"]
    assert fold("", 8) == [""]


def test_heads_are_broken_where_a_table_has_no_room() -> None:
    """And the columns stand closer: 4 + 4 + 2 cells and two blanks between are 14 of 15."""
    paper = io.StringIO()
    page = Page(Console(file=paper, width=15, highlight=False), None, speak("fr").plain)
    page.table([("pays", ["KZ"]), ("dans le pays", ["12"]), ("km", ["1"])])
    assert [line.rstrip() for line in paper.getvalue().splitlines()] == [
        "      dans",
        "        le",
        "pays  pays  km",
        "KZ      12   1",
    ]


def test_percentages_and_amounts_follow_the_language() -> None:
    """The same plan, in the figures of each."""
    assert "20 of" not in told("fr")["one year"]
    assert "1.1 kUSD" in told("en")["one year"]
    assert f"1,1{NBSP}kUSD" in told("fr")["one year"]
    assert "100%" in told("zh")["one year"]
