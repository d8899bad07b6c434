"""The tables of the package: coefficients with sources and ranges, countries with people."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.builder.coefficients import LEVERS, Coefficient, load_coefficients, load_sources
from planner.builder.countries import income_rule, income_share, load_countries
from planner.builder.futures import FUTURES, Future, draw_futures, percentile
from planner.builder.spec import Access

TABLE = load_coefficients()


@pytest.mark.parametrize(("name", "coefficient"), TABLE.items())
def test_every_coefficient_has_a_source_a_title_and_a_confidence(name: str, coefficient: Coefficient) -> None:
    assert coefficient.id == name
    assert coefficient.source in load_sources()
    assert coefficient.title
    assert coefficient.confidence


@given(st.sampled_from(sorted(TABLE)), st.integers(2020, 2040), st.floats(0, 1), st.floats(0, 1))
def test_coefficients_grow_with_their_position(name: str, year: int, one: float, other: float) -> None:
    """Low at 0, base in the middle, high at 1, and in order between."""
    coefficient = TABLE[name]
    low, high = sorted((one, other))
    assert coefficient.at(year, low) <= coefficient.at(year, high) * (1 + 1e-12)
    assert coefficient.at(year, 0.0) == pytest.approx(coefficient.low.growing_at(year))
    assert coefficient.at(year, 1.0) == pytest.approx(coefficient.high.growing_at(year))
    assert coefficient.at(year) == coefficient.base.growing_at(year)


def test_every_source_is_cited_by_a_coefficient_or_by_the_table_of_countries() -> None:
    elsewhere = {
        "gapminder", "world-bank", "tokens-per-day-2026", "sherkala-2025", "epoch-stock-2025", "china-stock-2025",
    }  # fmt: skip
    cited = {coefficient.source for coefficient in TABLE.values()}
    assert set(load_sources()) - cited == elsewhere


def test_every_class_of_access_has_a_round_trip_and_a_rate() -> None:
    assert [name for name in get_args(Access) if f"rtt-{name}" not in TABLE or f"rate-{name}" not in TABLE] == []


def test_the_table_of_countries_knows_people_everywhere() -> None:
    """Kazakhstan: 20.59 M in 2024 by the World Bank, 22 M in 2030."""
    table = load_countries()
    assert len(table) > 200
    assert table["KZ"].population.at(2024) == 20.59e6
    assert table["KZ"].population.growing_at(2030) == pytest.approx(22e6)
    assert all(0 <= share <= 1 for row in table.values() for share in (row.online, row.adoption) if share is not None)
    assert all(row.adoption_at for row in table.values() if row.adoption)
    assert (table["XK"].online, table["KZ"].adoption, table["NO"].name) == (None, 0.159, "Norway")


def test_income_lets_expect_adoption_between_its_spreads() -> None:
    """Two thirds of the published countries lie within one standard deviation."""
    rule = income_rule()
    known = [row for row in load_countries().values() if row.adoption and row.gdp_usd]
    inside = [
        row
        for row in known
        if rule.adoption(row.gdp_usd or 0, -1) <= (row.adoption or 0) <= rule.adoption(row.gdp_usd or 0, 1)
    ]
    assert 0.5 <= len(inside) / len(known) <= 0.9
    assert rule.adoption(2_000) < rule.adoption(50_000) < 1


def test_shares_of_income_add_up_to_one() -> None:
    people = {row.iso: row.population.growing_at(2026) for row in load_countries().values()}
    assert income_share(people, 2026) == pytest.approx(1)


def test_levers_that_ease_move_the_other_way() -> None:
    """Low demand has few tokens and a high utilisation."""
    low, high = Future("low", dict.fromkeys(LEVERS, 0.0)), Future("high", dict.fromkeys(LEVERS, 1.0))
    assert low.pick(TABLE["chat-tokens"], 2026) == 7000
    assert low.pick(TABLE["decode-utilisation"], 2026) == pytest.approx(0.17)
    assert high.pick(TABLE["decode-utilisation"], 2026) == pytest.approx(0.03)
    assert high.pick(TABLE["undercount"], 2026) == 1.6
    assert FUTURES["base"].pick(TABLE["chat-tokens"], 2026) == 15_000


def test_draws_are_a_latin_hypercube_and_the_same_each_time() -> None:
    """Each lever is once in each of twenty equal parts."""
    draws = draw_futures(20)
    assert draws == draw_futures(20)
    for lever in LEVERS:
        assert sorted(int(draw.positions[lever] * 20) for draw in draws) == list(range(20))


def test_percentiles_lie_between_neighbours() -> None:
    assert percentile([4, 1, 3, 2], 0.5) == 2.5
    assert percentile([1.0], 0.9) == 1
