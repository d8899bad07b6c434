"""Hour blocks and seasons: the day of 24 UTC hours cut evenly in each part of the year, and local profiles there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from planner.seasons import DAYS, WHOLE_YEAR

if TYPE_CHECKING:
    from planner.files import Inputs

REFERENCE = datetime(2025, 1, 1, tzinfo=UTC)
"""Moment at which the standard offsets of time zones are read."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the year: some UTC hours of the days of a season.

    Attributes
    ----------
    season
        its name; empty where the scenario names none
    hour, length
        first hour, and how many there are
    share
        days of the season / 365 / H: what a rate in it counts for in the mean of a year
    """

    season: str
    hour: int
    length: int
    share: float


def count_blocks(inputs: Inputs) -> int:
    """Return the number of blocks of the day: as the scenario says, else 24 where any profile is not flat, else 1.

    Profiles are those of the work that is asked for, and of the tariffs and carbon intensities of sites.
    """
    scenario, demand = inputs.scenario, inputs.demand
    if scenario.hours is not None:
        return scenario.hours
    rhythmic = any(not demand.workloads[row.workload].is_flat for row in demand.demands)
    return 24 if rhythmic or any(site.profiles for site in inputs.topology.sites.values()) else 1


def list_slots(inputs: Inputs) -> tuple[Slot, ...]:
    """Return the parts of the year that are told apart: the blocks of the day in each season, in order."""
    blocks = count_blocks(inputs)
    length = 24 // blocks
    return tuple(
        Slot(season, block * length, length, days / DAYS / blocks)
        for season, days in (inputs.scenario.seasons or WHOLE_YEAR).items()
        for block in range(blocks)
    )


def slot_factor(profile: tuple[float, ...] | None, timezone: str | None, slot: Slot) -> float:
    """Return the factor of a profile in the hours of a slot, relative to its mean over the day."""
    return block_factors(profile, timezone, 24 // slot.length)[slot.hour // slot.length]


@lru_cache(maxsize=1024)
def standard_offset(timezone: str) -> int:
    """Return the whole hours by which local standard time is ahead of UTC, rounded down; daylight saving is ignored.

    Where the law takes an hour away in winter rather than give one in summer (Ireland), the database calls the winter's
    clock "saving" of minus an hour: it is the standard time all the same, as that of the neighbours is.
    """
    local = REFERENCE.astimezone(ZoneInfo(timezone))
    offset = (local.utcoffset() or timedelta()) - max(local.dst() or timedelta(), timedelta())
    return offset // timedelta(hours=1)


def block_factors(profile: tuple[float, ...] | None, timezone: str | None, blocks: int) -> tuple[float, ...]:
    """Return what each block of the UTC day asks for, relative to the mean: the mean of its hours' local factors."""
    if profile is None or len(set(profile)) == 1:
        return (1.0,) * blocks
    assert timezone is not None
    offset, length = standard_offset(timezone), 24 // blocks
    return tuple(
        sum(profile[(hour + offset) % 24] for hour in range(block * length, (block + 1) * length)) / length
        for block in range(blocks)
    )


def shaved_peak(profile: tuple[float, ...] | None, timezone: str | None, blocks: int) -> float:
    """Return the share of its peak hour that a profile loses in blocks: 0 where no hour is above its block's mean."""
    if profile is None or len(set(profile)) == 1:
        return 0.0
    return 1.0 - max(block_factors(profile, timezone, blocks)) / max(profile)
