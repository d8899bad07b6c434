"""Numbers as text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.report.language import figures
from planner.report.language.figures import counted, number, percentage
from planner.report.language.speech import speak

NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (1459.4, "1,459"), (87.34, "87.3"), (20.0, "20"), (0.4512, "0.451"), (0.5, "0.5"), (-3.25, "-3.25"),
        (0.00012, "0.00012"), (1_234_567, "1,234,567"), (999.6, "1,000"), (NAN, "?"), (INF, "?"),
    ],
)  # fmt: skip
def test_numbers_show_three_digits_that_count(value: float, text: str) -> None:
    """Whole numbers are never cut, trailing zeros are."""
    assert number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0, "0 %"), (1, "100 %"), (0.62, "62 %"), (0.9996, ">99 %"), (0.0996, "10 %"), (0.0031, "0.31 %"),
        (2e-7, "2e-05 %"), (1 - 1e-12, "100 %"), (1.3, "130 %"), (INF, "?"),
    ],
)  # fmt: skip
def test_shares_never_round_to_nothing_or_to_everything(share: float, text: str) -> None:
    """Who is not wholly served does not read 100 %."""
    assert percentage(share) == text


def test_a_gap_of_rounding_is_zero() -> None:
    """And only that."""
    assert [speak().plain.gap(gap) for gap in (0, 1e-12, 1e-7, 0.01)] == ["0", "0", "0", "1 %"]
    assert speak().gap(0.01) == "1%"


def test_a_column_has_as_many_decimals_as_its_largest_number_needs() -> None:
    """Nothing is a dash; what would round to nothing says that it is something."""
    column = speak().column
    assert column([1459, 87.34, 0.2, 0, NAN]) == ["1,459", "87", "<1", "-", "-"]
    assert column([12.34, 0.04]) == ["12.3", "<0.1"]
    assert column([0.0012]) == ["<0.01"]
    assert column([]) == []


@pytest.mark.parametrize(
    ("usd", "text"), [(21_400, "21.4 kUSD"), (3.2e9, "3.2 GUSD"), (12, "12 USD"), (0, "0 USD"), (NAN, "? USD")]
)
def test_money_comes_in_the_unit_that_fits(usd: float, text: str) -> None:
    """From USD to GUSD."""
    assert speak().plain.money(usd) == text


def test_the_currency_is_the_scenarios() -> None:
    """A label."""
    assert speak().plain.money(5e6, "EUR") == "5 MEUR"


def test_things_are_counted_in_words() -> None:
    """One path, two paths."""
    assert [counted(count, "path") for count in (0, 1, 1418)] == ["0 paths", "1 path", "1,418 paths"]


@pytest.mark.parametrize(("value", "decimals", "right"), [
    (858.5, 0, 859), (1364.5, 0, 1365), (-0.5, 0, -1), (2.675, 2, 2.68), (1.005, 2, 1.01), (0.1249999, 2, 0.12),
    (1e20, 2, 1e20),
])  # fmt: skip
def test_halves_go_away_from_zero(value: float, decimals: int, right: float) -> None:
    """By the digits that are kept, not by those of the machine: 2.675 is 2.67499999999999982."""
    assert figures.rounded(value, decimals) == right


def test_what_is_left_of_a_whole_adds_up_with_what_is_shown() -> None:
    """2223 = 858.5 + 1364.5 is shown as 859 + 1364; and a thousandth that is left is not shown as nothing."""
    assert [figures.number(value) for value in (2223, 858.5)] == ["2,223", "859"]
    assert speak().column(figures.rests([2223.0], [858.5])) == ["1,364"]
    assert speak().column(figures.rests([2223.0, 500.0], [858.5, 499.999])) == ["1,364", "<1"]


@given(st.floats(0, 1e6), st.floats(0, 1), st.integers(0, 2))
def test_two_parts_of_any_whole_add_up(whole: float, share: float, decimals: int) -> None:
    """To as many decimals as are shown, wherever the rest shows at all."""
    part = whole * share
    left = figures.rest(whole, part, decimals)
    shown = figures.rounded(whole, decimals) - figures.rounded(part, decimals)
    assert left == pytest.approx(shown, abs=1e-6) or (shown <= 0 and left == pytest.approx(whole - part, abs=1e-6))
