"""The sizes of a question's figures, and the units in which solvers see them: what `planner doctor SCENARIO` shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.engine.highs import TOLERANCE
from planner.programme.prepare import prepare

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.programme.case import Case

SPREAD = 1e6
"""Figures of one kind that are further apart are worth a second look: the smaller ones may not count."""


@dataclass(frozen=True)
class Size:
    """The figures of one kind in a question.

    Attributes
    ----------
    least, greatest
        of all that are not zero; None where there is none
    unit
        one of them, as solvers see it
    rounding
        what the solvers' tolerance is worth: less than that may be missing
    """

    quantity: str
    measure: str
    least: float | None
    greatest: float | None
    unit: float
    rounding: float

    @property
    def is_wide(self) -> bool:
        """Whether the figures are so far apart that the smaller ones may not count."""
        return self.least is not None and self.greatest is not None and self.greatest > SPREAD * self.least


def examine_sizes(inputs: Inputs) -> list[Size]:
    """Return the sizes of a question's figures, kind by kind."""
    case = prepare(inputs)
    scale, currency = case.scale, inputs.scenario.finance.currency
    compute = [each for each in case.demands if each.is_compute]
    loads = (
        amount * gbps
        for each in case.demands
        for amount in each.quantity.values()
        for gbps in (case.routings[each.routing].traffic, case.routings[each.routing].traffic_back)
    )
    return [
        _size("demand", "PFLOPS", (q for each in compute for q in each.quantity.values()), scale.pflops),
        _size("load of a demand", "Gbps", loads, scale.gbps),
        _size("round trip of a link", "ms", case.network.rtt_ms.tolist(), scale.ms),
        _size("price of a PFLOPS", f"{currency}/year", _prices(case), scale.usd / scale.pflops),
    ]


def _prices(case: Case) -> Iterable[float]:
    """What serving a PFLOPS for a year costs at each site, in use or built, and what leaving it unserved does."""
    for site in case.sites:
        yield from (site.opex_usd_per_pflops[t] + site.energy_usd((t, b), used=1.0) for t, b in site.usd_per_mw)
    for option in case.site_expansions:
        yield from (option.annuity_usd[t] + option.opex_usd[t] for t in case.years)
    for demand in case.demands:
        if demand.is_compute:
            yield from (demand.unserved_usd or {}).values()


def _size(quantity: str, measure: str, figures: Iterable[float], unit: float) -> Size:
    found = [figure for figure in figures if figure > 0]
    return Size(quantity, measure, min(found, default=None), max(found, default=None), unit, TOLERANCE * unit)
