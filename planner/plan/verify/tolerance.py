"""How exact a plan has to be, stated once for the whole check."""

from __future__ import annotations

from math import isfinite, isnan

RELATIVE = 1e-6
"""Share of a limit or a figure by which a plan may miss it."""
ABSOLUTE = 1e-6
"""What two figures may differ by besides, in their unit: PFLOPS, Gbps, ms, km, MW, t. Differences lose digits."""
TINY = 1e-12
"""What a sum may be above a limit besides.

In a question about millionths of a Gbps a millionth is all there is, and what a solver's rounding leaves where nothing
may be is taken out before a plan is written.
"""
ABSOLUTE_USD = 0.01
"""What a sum of money may miss besides: the millionth of a site in use can cost so much, and nobody pays less."""


def allowance(figure: float) -> float:
    """Return by how much a plan may miss a figure."""
    return RELATIVE * abs(figure) + ABSOLUTE


def exceeds(value: float, limit: float) -> bool:
    """Tell whether a value is above a limit by more than rounding; what is no number always is."""
    return not value <= limit + RELATIVE * abs(limit) + TINY


def differs(written: float, right: float) -> bool:
    """Tell whether two figures differ by more than rounding; what is no number differs from every number."""
    if isnan(right):
        return not isnan(written)
    return not abs(written - right) <= allowance(right) if isfinite(right) else written != right


def show(value: float) -> str:
    """Write a figure for a sentence: nine digits, which tell apart what the tolerance tells apart."""
    return f"{value:.9g}"
