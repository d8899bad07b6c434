"""Windows of training jobs refine the seasons of a scenario into periods: days of one season and the same windows.

Seasons have days and no dates; they lie in the year in the order in which the scenario names them, from 1 January.
A period outside all windows keeps the name of its season, or is the `rest` of a year without seasons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, pairwise

from planner.demand import Demand, DemandRow
from planner.errors import Fault, did_you_mean
from planner.files.reading.places import Places
from planner.files.reading.seasons import SITE_FIGURES
from planner.scenario import Scenario
from planner.seasons import DAYS, WHOLE_YEAR
from planner.tasks import Window
from planner.topology import Topology
from planner.years import Yearly

REST = "rest"
"""What the days outside all windows are called where there are no seasons."""


@dataclass(frozen=True)
class Period:
    """Days of a season that lie in the same windows: how many, and the (first, end) of the windows."""

    name: str
    season: str
    days: float
    windows: frozenset[tuple[int, int]]

    def is_in(self, window: Window) -> bool:
        """Whether its days lie in a window."""
        return (window.first, window.end) in self.windows


def check_windows(demand: Demand, years: Iterable[int], places: Places) -> Iterator[Fault]:
    """Yield the faults of windows in years that the scenario does not list."""
    listed = [str(year) for year in years]
    for number, row in enumerate(demand.demands):
        if row.window is not None and str(row.window.year) not in listed:
            place = places.find("demands", number, "window", "from")
            what, right = f"{row.window.year} is not among the scenario's years", did_you_mean("", listed, most=12)
            yield Fault(place, f"demands.{number}.window.from", what, right)


def refine_seasons(scenario: Scenario, topology: Topology, demand: Demand) -> tuple[Scenario, Topology, Demand]:
    """Return the question with periods in place of its seasons, where any demand has a window; else as it is."""
    windows = {row.window for row in demand.demands if row.window is not None}
    if not windows:
        return scenario, topology, demand
    periods = list_periods(scenario.seasons or WHOLE_YEAR, windows)
    sites = {
        key: site.model_copy(update={name: _refined(getattr(site, name), periods) for name in SITE_FIGURES})
        for key, site in topology.sites.items()
    }
    rows = tuple(_in_window(row, scenario.years, periods) for row in demand.demands)
    return (
        scenario.model_copy(update={"seasons": {period.name: period.days for period in periods}}),
        topology.model_copy(update={"sites": sites}),
        demand.model_copy(update={"demands": rows}),
    )


def list_periods(seasons: Mapping[str, float], windows: Iterable[Window]) -> list[Period]:
    """Return the periods of a year in the order of their first days."""
    named = {(window.first, window.end): window.name for window in windows}
    ends = dict(zip(seasons, accumulate(seasons.values()), strict=True))
    cuts = {0.0, DAYS, *(float(day) for span in named for day in span), *ends.values()}
    days: dict[tuple[str, frozenset[tuple[int, int]]], float] = {}
    for start, end in pairwise(sorted(cut for cut in cuts if cut <= DAYS)):
        middle = (start + end) / 2
        season = next((name for name, last in ends.items() if middle < last), [*seasons][-1])
        inside = frozenset(span for span in named if span[0] < middle < span[1])
        days[season, inside] = days.get((season, inside), 0.0) + end - start
    return [
        Period(_period_name(season, [named[span] for span in sorted(inside)]), season, length, inside)
        for (season, inside), length in days.items()
    ]


def _period_name(season: str, windows: list[str]) -> str:
    return ".".join([*([season] if season else []), *windows]) or REST


def _refined(figure: Yearly | None, periods: Iterable[Period]) -> Yearly | None:
    """Return a figure of seasons as one of periods."""
    if figure is None or not figure.seasons:
        return figure
    return Yearly(figure.points, tuple((each.name, figure.in_season(each.season)) for each in periods))


def _in_window(row: DemandRow, years: Iterable[int], periods: list[Period]) -> DemandRow:
    """Return a demand by periods; one with a window asks for nothing outside, and for its mean over the year."""
    window = row.window
    if window is None:
        return row.model_copy(update={"amount": _refined(row.amount, periods)})
    asked = {
        each.name: row.amount.in_season(each.season).growing_at(window.year) if each.is_in(window) else 0.0
        for each in periods
    }
    mean = sum(asked[each.name] * each.days for each in periods) / DAYS
    by_year = {name: {year: pflops * (year == window.year) for year in years} for name, pflops in asked.items()}
    points = Yearly.of({year: mean * (year == window.year) for year in years}).points
    return row.model_copy(update={"amount": Yearly(points, tuple((n, Yearly.of(y)) for n, y in by_year.items()))})
