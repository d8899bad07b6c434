"""Figures that change over the years."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.years import Yearly

MAPS = st.dictionaries(st.integers(2000, 2060), st.floats(0, 1e6), min_size=1, max_size=5)


def test_the_latest_listed_year_not_after_the_year_in_question_counts() -> None:
    price = Yearly.of({2030: 25.0, 2026: 60.0})
    assert [price.at(year) for year in (2020, 2026, 2029, 2030, 2040)] == [60, 60, 60, 25, 25]


def test_demand_doubles_evenly_between_listed_years() -> None:
    # 30 to 120 in four years is a factor 4: 60 after two of them
    demand = Yearly.of({2026: 30.0, 2030: 120.0})
    assert [demand.growing_at(year) for year in (2020, 2026, 2028, 2030, 2040)] == pytest.approx([30, 30, 60, 120, 120])


def test_demand_that_starts_from_zero_makes_a_step() -> None:
    demand = Yearly.of({2026: 0.0, 2030: 120.0})
    assert [demand.growing_at(year) for year in (2026, 2029, 2030)] == [0, 0, 120]


def test_a_plain_value_holds_in_all_years() -> None:
    assert Yearly.flat(7.0).is_flat
    assert Yearly.flat(7.0).at(1999) == Yearly.flat(7.0).growing_at(2050) == 7


def test_an_empty_map_of_years_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one year"):
        Yearly.of({})


@settings(max_examples=60, deadline=None)
@given(values=MAPS, year=st.integers(1990, 2070))
def test_growth_stays_between_the_listed_values_around_it(values: dict[int, float], year: int) -> None:
    figure = Yearly.of(values)
    after = min((y for y in values if y > year), default=max(values))
    low, high = sorted((figure.at(year), values[after]))
    assert low * (1 - 1e-9) <= figure.growing_at(year) <= high * (1 + 1e-9)


@settings(max_examples=60, deadline=None)
@given(values=MAPS, factor=st.floats(0, 100), year=st.integers(1990, 2070))
def test_scaling_a_figure_scales_its_value_in_every_year(values: dict[int, float], factor: float, year: int) -> None:
    assert Yearly.of(values).scaled(factor).at(year) == Yearly.of(values).at(year) * factor
