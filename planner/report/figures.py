"""Numbers as text: thousands separators, three to four digits that count, units that fit."""

from __future__ import annotations

from collections.abc import Iterable
from math import floor, isfinite, log10

MONEY = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
UNKNOWN = "?"
NONE = "-"
DIGITS = 3
ALL_BUT = 1e-5
"""Of what is asked, what is left below this share is rounding: an objective that follows may worsen one before it."""
OPTIMUM_GAP = 1e-9
"""A gap below this share is rounding and shown as 0."""


def number(value: float, digits: int = DIGITS) -> str:
    """Return a number with so many digits that count, whole numbers in full: 1,459, 87.3, 0.45, 0."""
    if not isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    text = f"{value:,.{_decimals(value, digits)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def column(values: Iterable[float], digits: int = DIGITS) -> list[str]:
    """Return the numbers of a table's column, all with as many decimals as the largest one needs.

    Nothing is a dash, and what would round to zero says that it is less than the last digit shown.
    """
    listed = list(values)
    largest = max((abs(value) for value in listed if isfinite(value)), default=0.0)
    decimals = min(_decimals(largest, digits), 2) if largest else 0
    return [_cell(value, decimals) for value in listed]


def percentage(value: float) -> str:
    """Return a share in percent: 62 %, 0.31 %, and never 0 or 100 for what is not."""
    if not isfinite(value):
        return UNKNOWN
    if value < OPTIMUM_GAP:
        return "0 %"
    if 0.995 <= value < 1 - ALL_BUT:
        return ">99 %"
    if value >= 0.1:
        return f"{100 * value:.0f} %"
    return f"{number(100 * value, 2)} %" if value >= 1e-6 else f"{100 * value:.0e} %"


def gap_text(gap: float) -> str:
    """Return a gap: 0, or in percent."""
    return "0" if gap < OPTIMUM_GAP else percentage(gap)


def money(usd: float, currency: str = "USD") -> str:
    """Return an amount of money in the unit that fits: 21.4 kUSD."""
    factor, unit = money_unit([usd], currency)
    return UNKNOWN if not isfinite(usd) else f"{number(usd / factor)} {unit}"


def money_unit(amounts: Iterable[float], currency: str = "USD") -> tuple[float, str]:
    """Return the unit in which the largest amount has one to three digits before the point, and what it is worth."""
    largest = max((abs(usd) for usd in amounts if isfinite(usd)), default=0.0)
    factor, prefix = next(((factor, prefix) for factor, prefix in MONEY if largest >= factor), (1.0, ""))
    return factor, prefix + currency


def counted(count: int, noun: str) -> str:
    """Return a number of things: 1 path, 1,418 paths."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _decimals(value: float, digits: int) -> int:
    return max(0, digits - 1 - floor(log10(abs(value))))


def _cell(value: float, decimals: int) -> str:
    if not isfinite(value):
        return NONE
    if value == 0:
        return NONE
    text = f"{value:,.{decimals}f}"
    return text if float(text.replace(",", "")) else f"<{10**-decimals:.{decimals}f}"
