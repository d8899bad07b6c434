"""Hour blocks: the day of 24 UTC hours cut evenly, and the demand of a local profile in each block."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from planner.demand import Demand
    from planner.scenario import Scenario

REFERENCE = datetime(2025, 1, 1, tzinfo=UTC)
"""Moment at which the standard offsets of time zones are read."""


def count_blocks(scenario: Scenario, demand: Demand) -> int:
    """Return the number of blocks of the day: as the scenario says, else 24 where any profile is not flat, else 1."""
    if scenario.hours is not None:
        return scenario.hours
    asked = {row.workload for row in demand.demands}
    return 1 if all(demand.workloads[key].is_flat for key in asked) else 24


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
