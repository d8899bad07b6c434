"""Money over time: annuities, and the weight of each year in a sum over years."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from planner.records import Record


class Finance(Record):
    """How money spent at different times is compared."""

    discount_rate: float = Field(default=0.08, ge=0, le=1)
    """Yearly discount rate, a share."""
    compute_life: int = Field(default=5, ge=1, le=100)
    """Years over which compute is written off, and after which it retires."""
    link_life: int = Field(default=20, ge=1, le=100)
    """Years over which link capacity and projects are written off."""
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")
    """The word for money in all files: a label, nothing is converted."""


def capital_recovery_factor(rate: float, life: int) -> float:
    """Return the constant yearly payment, paid at each year's end, that pays off 1 within `life` years.

    r / (1 - (1 + r)^-n), and 1 / n where nothing is discounted.
    """
    return rate / (1 - (1 + rate) ** -life) if rate > 0 else 1 / life


def year_weights(years: Sequence[int], rate: float) -> dict[int, float]:
    """Return how much the cost of each listed year weighs in the discounted sum over all years.

    A single year weighs 1. Of several, year t weighs the sum of (1 + r)^-(j - t0) over the calendar years j from t to
    before the next listed one; the last spans as many years as the one before it, and t0 is the first.
    """
    if len(years) == 1:
        return {years[0]: 1.0}
    ends = [*years[1:], 2 * years[-1] - years[-2]]
    return {
        year: sum((1 + rate) ** -(j - years[0]) for j in range(year, end))
        for year, end in zip(years, ends, strict=True)
    }
