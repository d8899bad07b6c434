"""The answer of a comparison in a sentence, rules in words, titles for ids, every row within reach."""

from __future__ import annotations

import pytest
import small

import planner
from planner.report.comparison.figures import FigureWriter
from planner.report.comparison.names import IDS
from planner.report.comparison.rules import RuleWriter
from planner.report.comparison.writer import Writer

RULE = {
    "scenario.policy": {
        "residency": [{"id": "keep", "origin": ["KZ"], "data": ["medical"], "hosts": "home"}],
        "transit": [{"id": "around", "origin": ["KZ"], "avoid": ["KG"]}],
        "shares": [{"id": "third", "origin": ["KZ"], "hosts": "members", "at_least": 0.3}],
        "foreign_stake": [{"id": "own", "country": "KZ", "max": 0.49}],
    }
}


def compared(**changes: object) -> planner.Comparison:
    """Compare the small world with a change of it."""
    return planner.compare([small.plan(), small.plan(changes)], ["base", "other"])


def lines(found: planner.Comparison) -> list[str]:
    """Return the lines of the answer."""
    return list(Writer(found, planner.speak(), None).answer().lines)


def test_a_dearer_plan_says_by_how_much() -> None:
    """Far closed, 10 of 20 are served near for 3000 each: 30 in place of 22 kUSD, 10 PFLOPS less."""
    found = compared(**{"topology.sites.far.compute": "0 PFLOPS"})
    (line,) = lines(found)
    assert line.startswith("other: 8.00 kUSD/year dearer, 10.00 PFLOPS less served")


def test_the_same_plan_is_told_to_be_the_same() -> None:
    """A rule that changes nothing."""
    assert lines(compared()) == ["other: the same by all that is compared."]


def test_a_plan_that_does_not_exist_says_so() -> None:
    """Required work that nobody can do."""
    found = compared(**{"topology.sites": {}, "demand.workloads.chat.unserved": "required"})
    assert lines(found) == ["other: no plan: infeasible."]


@pytest.mark.parametrize(
    ("section", "said"),
    [
        ("residency", "medical data of KZ: only at home"),
        ("transit", "Paths of KZ cross none of KG"),
        ("shares", "all work of KZ: at least 30% in members' countries"),
        ("foreign_stake", "At most 49% of what is built in KZ belongs to others"),
    ],
)
def test_rules_are_said_in_words(section: str, said: str) -> None:
    """What they match, where it may go, over whose soil, who may own it."""
    (rule,) = getattr(small.load(RULE).scenario.policy, section)
    assert RuleWriter(planner.speak(), IDS).say(rule) == said


def test_a_rule_that_came_stands_in_words_among_what_is_asked_differently() -> None:
    """Before there was none."""
    found = compared(**{"scenario.policy": {"residency": [{"id": "keep", "hosts": "home"}]}})
    section = next(each for each in Writer(found, planner.speak(), None).sections() if each.key == "changes")
    assert ("rule keep", "-", "all work of everybody: only at home") in section.tables[0].rows


def test_a_change_has_the_unit_of_its_row() -> None:
    """And the digits that it needs; less than those is told to be less."""
    writer = FigureWriter(planner.speak(), "USD")
    assert writer.beside([48_280_000, 48_000_000], -280_000, "USD/year") == (["48.28", "48.00"], "MUSD/year", "−0.280")
    assert writer.beside([7593, 7593], 1e-12, "PFLOPS")[2] == "+<0.0001"
    assert writer.beside([1, 1], 0.0, "PFLOPS")[2] == "0"


def test_plans_are_called_by_their_titles_on_a_page_where_these_differ() -> None:
    """Two of one title keep their names."""
    page = planner.render_comparison(compared(**{"scenario.title": "Without the far site"}))
    assert "<h1>Without the far site compared with A small world called two-cities</h1>" in page
    same = planner.render_comparison(compared())
    assert "<h1>other compared with base</h1>" in same


def test_every_row_is_within_reach_on_the_page() -> None:
    """Twenty sites differ: twelve are seen at once, the others fold out."""
    site = {"node": "home", "status": "operating", "compute": "1 PFLOPS", "opex": "1 kUSD/PFLOPS/year"}
    page = planner.render_comparison(compared(**{f"topology.sites.s{number}": site for number in range(20)}))
    folded = page.split('<details class="folded">', 1)[1].split("</details>", 1)[0]
    assert "8 more rows" in folded
    assert folded.count("<tr>") == 9
