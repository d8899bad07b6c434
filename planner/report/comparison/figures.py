"""Figures of a comparison as text: columns of one unit, shares with a decimal, differences with their sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite, nan
from typing import TYPE_CHECKING

from planner.report.language.figures import decimals_of, money_unit

if TYPE_CHECKING:
    from planner.report.language.speech import Language

DIGITS = 4
"""Digits of figures that often differ little."""
MOST_DECIMALS = 4
"""Decimals of a change in the unit of larger figures; what is less is told to be."""
YEARLY = "/year"


@dataclass(frozen=True)
class FigureWriter:
    """Writes figures in a language and a currency."""

    language: Language
    currency: str

    def unit(self, unit: str) -> str:
        """Return a unit; of it only "a year" is translated."""
        if not unit.endswith(YEARLY):
            return unit
        stem = self.language.isolated(unit.removesuffix(YEARLY))
        return self.language.text("{unit}/year", unit=stem)

    def cells(self, values: Sequence[float], unit: str, *, signed: bool = False) -> tuple[list[str], str]:
        """Return a column of figures, all with as many decimals, and their unit; money in the unit that fits."""
        if unit == "share":
            return [self.language.tenths(value) for value in values], ""
        if unit.partition("/")[0] == self.currency:
            factor, word = money_unit(values, self.currency)
            values, unit = [value / factor for value in values], unit.replace(self.currency, word, 1)
        sized = [abs(value) if isfinite(value) else nan for value in values]
        told = zip(values, self.language.column(sized, DIGITS), strict=True)
        return ["0" if value == 0 else self._signed(value, cell, signed=signed) for value, cell in told], self.unit(
            unit
        )

    def beside(self, values: Sequence[float], change: float, unit: str) -> tuple[list[str], str, str]:
        """Return figures with their unit, and their change in the same unit, with the digits that it needs."""
        cells, word = self.cells(values, unit)
        factor = 1.0
        if unit.partition("/")[0] == self.currency:
            factor = money_unit(values, self.currency)[0]
        if unit == "share" or not isfinite(change) or change == 0:
            return cells, word, self.cells([change], unit, signed=True)[0][0]
        size = abs(change) / factor
        written = self.language.fixed(size, min(decimals_of(size, DIGITS - 1), MOST_DECIMALS))
        return cells, word, self._signed(change, written, signed=True)

    def _signed(self, value: float, cell: str, *, signed: bool) -> str:
        if not isfinite(value):
            return cell
        sign = "−" if value < 0 else "+" if signed else ""
        return self.language.isolated(sign + cell) if sign else cell
