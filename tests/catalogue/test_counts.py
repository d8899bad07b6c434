"""PFLOPS as cards, systems, megawatts and money."""

from __future__ import annotations

import pytest

from planner.catalogue.counts import count_cards
from planner.catalogue.readings import TYPICAL, count_cards_for
from planner.errors import UsageError
from planner.files.reading.catalogue import load_catalogue


def test_cards_are_whole_and_fill_systems() -> None:
    """2000 / 0.752 = 2659.6: 2660 cards in 6.9 systems of 384, 2660 x 1.399 kW and 21.4 kUSD."""
    found = count_cards(2000, "ascend-910c")
    assert (found.cards, found.systems) == (2660, 7)
    assert found.mw == pytest.approx(3.72134)
    assert found.price_usd == {2025: pytest.approx(56.924e6)}
    assert found.last_price == (2025, pytest.approx(56.924e6))


def test_a_whole_system_counts_its_chips() -> None:
    """2000 / 300 = 6.7: 7 systems of 384 chips and 559 kW."""
    found = count_cards(2000, "cloudmatrix-384")
    assert (found.cards, found.systems, found.mw) == (7 * 384, 7, pytest.approx(3.913))


def test_a_figure_that_is_a_number_of_cards_takes_no_card_more() -> None:
    """1000 cards of 0.989 are 989 PFLOPS, and the other way round."""
    assert count_cards(989, "h100").cards == 1000
    assert count_cards(989.001, "h100").cards == 1001


def test_what_is_not_published_is_not_told() -> None:
    found = count_cards(100, "ascend-950dt")
    assert (found.systems, found.mw, found.price_usd, found.last_price) == (None, None, {}, None)


def test_every_price_has_its_year() -> None:
    assert list(count_cards(989, "h100").price_usd) == [2023, 2026]
    assert count_cards(989, "h100").last_price == (2026, pytest.approx(30e6))


def test_an_unknown_chip_gets_the_nearest_name() -> None:
    with pytest.raises(UsageError, match=r"no accelerator 'h10' in the catalogue: did you mean 'h100'\?"):
        count_cards(1, "h10")
    with pytest.raises(UsageError, match="see 'planner catalogue list'"):
        count_cards(1, "zzzz")


def test_cards_are_counted_for_all_chips_or_those_that_have_the_precision() -> None:
    assert [each.chip for each in count_cards_for("2000P")] == list(load_catalogue())
    with_fp4 = [name for name, chip in load_catalogue().items() if chip.fp4_pflops]
    assert [each.chip for each in count_cards_for("2 EFLOPS fp4")] == with_fp4
    # 1979 FP8 TFLOPS sparse are half of 989.5, a quarter of 3958: 1000 / 3.958 = 252.7
    assert [each.cards for each in count_cards_for("1 EFLOPS fp8 sparse", ["h100"])] == [253]


def test_the_typical_chips_are_in_the_catalogue() -> None:
    assert set(TYPICAL) <= set(load_catalogue())
