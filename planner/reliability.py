"""How often things fail and how long it takes to repair them: what files say, and what is assumed where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, NamedTuple

from pydantic import Field

from planner.records import Broken, Quantity, Record

HOURS_A_YEAR = 8760.0
DAY = 24.0


class KindRate(NamedTuple):
    """Faults per 1,000 km and year of a kind of link, and hours until one is repaired."""

    per_1000_km: float
    repair_hours: float
    source: str


DEFAULT_RATES: dict[str, KindRate] = {
    "submarine": KindRate(
        0.14, 15 * DAY,
        "some 200 faults a year (ITU 2023, ICPC) on 1.4 to 1.5 million km; 15 days is usual in temperate seas, 30 to 45"
        " around Africa, 60 to 180 in the Red Sea",
    ),
    "terrestrial": KindRate(
        2.0, 12.0, "general knowledge: 1 to 3 cuts per 1,000 km and year, 4 to 24 hours; mountains and borders longer"
    ),
}  # fmt: skip
"""Assumed of links whose file says nothing; told wherever they are used. Of other kinds nothing is assumed."""


class Failing(Record):
    """What may fail by itself: how often, and until when it is repaired."""

    fails_per_year: float | None = Field(default=None, ge=0)
    """How often it fails by itself in a year, on average; of a cable: each of its segments."""
    repair_hours: Annotated[float, Quantity("hours")] | None = Field(default=None, alias="repair", gt=0)
    """How long it takes on average until it works again, such as 15 days or 12 h."""


class FailingWhole(Failing):
    """What fails only where both figures stand: sites and risks."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of one figure without the other."""
        yield from super().rules()
        if self.fails_per_year is not None and self.repair_hours is None:
            yield Broken("repair", "is missing beside fails_per_year", "write how long it takes, such as 15 days")
        if self.repair_hours is not None and self.fails_per_year is None:
            yield Broken("fails_per_year", "is missing beside repair", "write how often it fails, such as 0.2")


def unavailability(fails_per_year: float, repair_hours: float) -> float:
    """Share of time for which something is down: U = λ·MTTR / (1 + λ·MTTR), in steady state.

    λ counts failures per year of working, MTTR is the mean time to repair (A. Birolini: Reliability Engineering, 2017,
    chapter 6: the one-item repairable structure).
    """
    down = fails_per_year * repair_hours / HOURS_A_YEAR
    return down / (1 + down)
