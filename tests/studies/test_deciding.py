"""Which inputs decide: both ends of a range are solved, and the spread follows the confidence."""

from __future__ import annotations

from pathlib import Path

import pytest
from small import unshared
from worlds import changed, two_cities, write_world

import planner
from studies.broken import HOME_RULE


def swing(changes: dict[str, object], path: str, folder: Path) -> planner.Swing:
    """Return what one input decides in a world."""
    plan = planner.solve(write_world(unshared(changed(two_cities(), changes)), folder))
    return next(each for each in planner.what_decides(plan) if each.what.path == path)


def test_what_nobody_vouches_for_may_be_half_off(tmp_path: Path) -> None:
    """All 20 PFLOPS go far for 1100 each: 10 are 11 000 USD less, 30 as much more."""
    found = swing({}, "demands.home/chat.compute", tmp_path)
    assert (found.low_usd, found.high_usd) == pytest.approx((-11_000, 11_000))
    assert (found.low_served_pflops, found.high_served_pflops) == pytest.approx((-10, 10))


def test_a_verified_price_is_five_percent_off_and_a_range_is_what_it_says(tmp_path: Path) -> None:
    """Of 20 PFLOPS at 1000 USD: 5 % are 1000 USD; from 800 to 1500 it is 4000 less and 10 000 more."""
    sure = swing({"topology.sites.far.confidence": "verified"}, "sites.far.opex", tmp_path / "a")
    assert (sure.low_usd, sure.high_usd) == pytest.approx((-1_000, 1_000))
    ends = {"value": "1000 USD/PFLOPS/year", "range": ["800 USD/PFLOPS/year", "1500 USD/PFLOPS/year"]}
    ranged = swing({"topology.sites.far.opex": ends}, "sites.far.opex", tmp_path / "b")
    assert (ranged.low_usd, ranged.high_usd) == pytest.approx((-4_000, 10_000))


def test_a_full_site_decides_who_is_served(tmp_path: Path) -> None:
    """Kept at home, 5 PFLOPS more at near save 2000 each and serve 5 more."""
    found = swing(HOME_RULE, "sites.near.compute", tmp_path)
    assert (found.low_usd, found.high_usd) == pytest.approx((10_000, -10_000))
    assert found.moves == pytest.approx({"near": -5.0})
