"""A demand file in tables, by country, workload or year: PFLOPS, Gbps, cards, GWh; and two of them side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

from planner.accelerator import Accelerator
from planner.demand import Demand, DemandRow

By = Literal["country", "workload", "year"]
YEAR_H = 8760
DEFAULT_YEARS = (2026,)
"""The year shown where no row names any."""


@dataclass(frozen=True)
class Tally:
    """A sum of demands in a year.

    Attributes
    ----------
    pflops, peak_pflops
        mean, and in each workload's busiest hour
    up_gbps, down_gbps
        mean rates to the sites and back
    cards
        of a chip, for the peak
    gwh
        a year at the chip's power, for the mean
    """

    key: str
    year: int
    pflops: float
    peak_pflops: float
    up_gbps: float
    down_gbps: float
    cards: int
    gwh: float


@dataclass(frozen=True)
class Difference:
    """An amount in two demands; None where one lacks it."""

    origin: str
    workload: str
    year: int
    first_pflops: float | None
    second_pflops: float | None

    @property
    def ratio(self) -> float | None:
        """The second over the first."""
        return self.second_pflops / self.first_pflops if self.first_pflops and self.second_pflops is not None else None


def years_of(demands: Iterable[Demand]) -> tuple[int, ...]:
    """Return the years that the rows of demands list."""
    found = {year for demand in demands for row in demand.demands for year, _ in row.amount.points if year}
    return tuple(sorted(found)) or DEFAULT_YEARS


def tally_demand(demand: Demand, by: By, chip: Accelerator) -> list[Tally]:
    """Return the sums of a demand by country (as its origins are written), workload or year; traffic is left out."""
    rows = [row for row in demand.demands if demand.workloads[row.workload].kind != "traffic"]
    keys = dict.fromkeys(_key(row, by) for row in rows)
    return [
        _tally(demand, [row for row in rows if _key(row, by) == key], key, year, chip)
        for key in keys
        for year in years_of([demand])
    ]


def _key(row: DemandRow, by: By) -> str:
    return {"country": row.origin, "workload": row.workload, "year": ""}[by]


def _tally(demand: Demand, rows: list[DemandRow], key: str, year: int, chip: Accelerator) -> Tally:
    pflops = peak = up = down = 0.0
    for row in rows:
        workload, amount = demand.workloads[row.workload], row.amount.growing_at(year)
        pflops += amount
        peak += amount * max(workload.profile or (1.0,))
        up += amount * workload.traffic_gbps_per_pflops
        down += amount * workload.traffic_back_gbps_per_pflops
    kw = (chip.watts_kw_per_pflops or 0.0) * pflops
    return Tally(key, year, pflops, peak, up, down, ceil(peak / chip.compute_pflops - 1e-9), kw * YEAR_H / 1e6)


def compare_demands(first: Demand, second: Demand) -> list[Difference]:
    """Return the amounts of two demands by origin, workload and year that either lists."""
    one, other = _amounts(first), _amounts(second)
    years = years_of([first, second])
    return [
        Difference(*key, year, _at(one, key, year), _at(other, key, year))
        for key in sorted({*one, *other})
        for year in years
    ]


def sum_differences(differences: Iterable[Difference], by: By) -> list[Difference]:
    """Return the differences summed by country, workload or year."""
    sums: dict[tuple[str, str, int], list[float]] = {}
    for each in differences:
        origin = each.origin if by == "country" else ""
        workload = each.workload if by == "workload" else ""
        pair = sums.setdefault((origin, workload, each.year), [0.0, 0.0])
        pair[0] += each.first_pflops or 0.0
        pair[1] += each.second_pflops or 0.0
    return [Difference(*key, *pair) for key, pair in sorted(sums.items())]


def _amounts(demand: Demand) -> dict[tuple[str, str], DemandRow]:
    return {
        (row.origin, row.workload): row for row in demand.demands if demand.workloads[row.workload].kind != "traffic"
    }


def _at(rows: Mapping[tuple[str, str], DemandRow], key: tuple[str, str], year: int) -> float | None:
    return rows[key].amount.growing_at(year) if key in rows else None
