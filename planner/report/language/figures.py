"""Numbers as text: thousands separators, three to four digits that count, units that fit.

One rule for rounding, in text, tables and scripts alike: halves go away from zero, and what is left of a whole is the
difference of the figures that are shown, so that the two parts add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import floor, isfinite, log10

MONEY = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
UNKNOWN = "?"
NONE = "-"
DIGITS = 3
ALL_BUT = 1e-5
"""Of what is asked, what is left below this share is rounding: an objective that follows may worsen one before it."""
WHOLE = 1e15
"""From here on numbers have no decimals that could be rounded."""
OPTIMUM_GAP = 1e-9
"""A share below this is rounding and shown as 0."""
PROVED = 1e-7
"""A gap up to this is none: what is left of it is rounding."""


def number(value: float, digits: int = DIGITS) -> str:
    """Return a number with so many digits that count, whole numbers in full: 1,459, 87.3, 0.45, 0."""
    if not isfinite(value):
        return UNKNOWN
    if value == 0:
        return "0"
    decimals = decimals_of(value, digits)
    text = f"{rounded(value, decimals):,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def column_decimals(values: Iterable[float], digits: int = DIGITS) -> int:
    """Return how many decimals a column of numbers is written with: as many as the largest one needs, two at most."""
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return min(decimals_of(largest, digits), 2) if largest else 0


def rounded(value: float, decimals: int) -> float:
    """Return a number to so many decimals, halves away from zero, by the digits that tables are kept with."""
    if not isfinite(value) or abs(value) >= WHOLE:
        return value
    return float(Decimal(f"{value:.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def rest(whole: float, part: float, decimals: int) -> float:
    """Return what is left of a whole to so many decimals: the difference of the two as they are shown.

    What is left and would not show is returned as it is, so that it is still told to be something.
    """
    left = rounded(rounded(whole, decimals) - rounded(part, decimals), decimals)
    return left if left > 0 else max(whole - part, 0.0)


def rests(wholes: Sequence[float], parts: Sequence[float], digits: int = DIGITS) -> list[float]:
    """Return what is left of each whole, as a column shows it, see `rest`."""
    decimals = column_decimals([whole - part for whole, part in zip(wholes, parts, strict=True)], digits)
    return [rest(whole, part, decimals) for whole, part in zip(wholes, parts, strict=True)]


def percentage(value: float) -> str:
    """Return a share in percent: 62 %, 0.31 %, and never 0 or 100 for what is not."""
    if not isfinite(value):
        return UNKNOWN
    if value < OPTIMUM_GAP:
        return "0 %"
    if 0.995 <= value < 1 - ALL_BUT:
        return ">99 %"
    if value >= 0.1:
        return f"{rounded(100 * value, 0):.0f} %"
    return f"{number(100 * value, 2)} %" if value >= 1e-6 else f"{100 * value:.0e} %"


def money_unit(amounts: Iterable[float], currency: str = "USD") -> tuple[float, str]:
    """Return the unit in which the largest amount has one to three digits before the point, and what it is worth."""
    largest = max((abs(usd) for usd in amounts if isfinite(usd)), default=0.0)
    factor, prefix = next(((factor, prefix) for factor, prefix in MONEY if largest >= factor), (1.0, ""))
    return factor, prefix + currency


def counted(count: int, noun: str) -> str:
    """Return a number of things: 1 path, 1,418 paths."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def decimals_of(value: float, digits: int = DIGITS) -> int:
    """Return how many decimals a number has with so many digits that count."""
    return max(0, digits - 1 - floor(log10(abs(value))))
