"""When a state is, as the check counts it: the hour at which its block begins, in a season where there are any.

What holds there is worked out again, from the inputs alone: the share of the year, and the factors of rhythms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.verify.flows import Flow

DAY = 24
UNKNOWN = 1000
"""Stands for the number of a season that the scenario does not have, or of an hour at which no block begins."""


class Moment(int):
    """The UTC hour at which a block begins, counted on from one season to the next; its season has a name."""

    season: str

    def __new__(cls, hour: int, number: int, season: str) -> Self:
        """Return an hour of the season of a number."""
        made = super().__new__(cls, DAY * number + hour)
        made.season = season
        return made

    @property
    def hour(self) -> int:
        """The hour of the day."""
        return int(self) % DAY

    @property
    def key(self) -> str:
        """As it stands in keys of tables."""
        return f"{self.season}/{self.hour}" if self.season else str(self.hour)

    def __str__(self) -> str:
        words = (self.season, f"hour {self.hour}" if self.hour else "")
        return ", ".join(word for word in words if word)


def list_moments(inputs: Inputs) -> tuple[Moment, ...]:
    """Return the beginnings of all blocks, season by season."""
    blocks = _blocks(inputs)
    seasons = [*inputs.scenario.seasons] or [""]
    return tuple(
        Moment(DAY // blocks * block, number, season)
        for number, season in enumerate(seasons)
        for block in range(blocks)
    )


def _blocks(inputs: Inputs) -> int:
    """Blocks of the day: as the scenario says, else 24 if any work asked for, or any site, has a rhythm, else 1."""
    if inputs.scenario.hours is not None:
        return inputs.scenario.hours
    flat = all(inputs.demand.workloads[row.workload].is_flat for row in inputs.demand.demands)
    rhythms = (
        rhythm for site in inputs.topology.sites.values() for rhythm in (site.electricity_profile, site.carbon_profile)
    )
    return 1 if flat and all(rhythm is None or len(set(rhythm)) == 1 for rhythm in rhythms) else DAY


def find_moment(moments: Sequence[Moment], season: str, hour: int) -> Moment:
    """Return the moment of a scenario that tables speak of; one of its own where the scenario has no such."""
    found = (at for at in moments if at.season == season and at.hour == hour)
    return next(found, Moment(hour, UNKNOWN, season))


def shares(inputs: Inputs, moments: tuple[Moment, ...]) -> Mapping[int, float]:
    """Return the part of the year that each block stands for."""
    days, alike = inputs.scenario.seasons, len({moment.hour for moment in moments})
    return {moment: (days[moment.season] / sum(days.values()) if days else 1.0) / alike for moment in moments}


def factor_at(profile: tuple[float, ...] | None, zone: str | None, moment: Moment, blocks: int) -> float:
    """Return the factor of a rhythm in a block: the mean of its hours, by the standard time of a zone."""
    if profile is None or len(set(profile)) == 1:
        return 1.0
    ahead, width = _hours_ahead(zone or "UTC"), DAY // blocks
    return sum(profile[(hour + ahead) % DAY] for hour in range(moment.hour, moment.hour + width)) / width


def _hours_ahead(zone: str) -> int:
    """Return a time zone's standard offset from UTC in hours, rounded down."""
    summer_or_winter = datetime(2026, 1, 1, tzinfo=UTC).astimezone(ZoneInfo(zone))
    offset = (summer_or_winter.utcoffset() or timedelta()) - (summer_or_winter.dst() or timedelta())
    return floor(offset / timedelta(hours=1))


class Timed:
    """What knows the inputs of a plan, and so when its states are."""

    inputs: Inputs

    @cached_property
    def hours(self) -> tuple[Moment, ...]:
        """Beginnings of the blocks of the day, season by season."""
        return list_moments(self.inputs)

    @cached_property
    def shares(self) -> Mapping[int, float]:
        """Part of the year that each block stands for."""
        return shares(self.inputs, self.hours)

    def share(self, flow: Flow) -> float:
        """Return the part of the year for which a flow runs."""
        return self.shares[flow.hour]

    @cached_property
    def blocks_of_day(self) -> int:
        """Blocks of the day."""
        return len({at.hour for at in self.hours})

    def timed(self, keys: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield keys of tables that speak of states, each state as the check counts it: year, moment, contingency."""
        known: dict[tuple[str, int], Moment] = {}
        for key in keys:
            year, season, hour, *rest = key if self.inputs.scenario.seasons else (key[0], "", *key[1:])
            if (season, hour) not in known:
                known[season, hour] = find_moment(self.hours, season, hour)
            yield year, known[season, hour], *rest
