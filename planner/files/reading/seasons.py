"""Figures that differ from season to season: checked against the scenario's seasons, and settled for the whole year.

A limit that differs stands for the whole year by its least value, a price or a demand by its mean, weighted by days.
That is what a scenario without seasons plans with, and what a report shows of a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import fsum, isclose
from typing import Any, TypeVar

from planner.demand import Demand
from planner.errors import Fault, did_you_mean
from planner.files.reading.places import Places
from planner.records import Record
from planner.seasons import DAYS
from planner.topology import Topology
from planner.years import Yearly

R = TypeVar("R", bound=Record)
Days = Mapping[str, float]
Settle = Callable[[Mapping[str, float], Days], float]


def _least(values: Mapping[str, float], _: Days) -> float:
    return min(values.values())


def _mean(values: Mapping[str, float], days: Days) -> float:
    """Return the mean weighted by days; alike where the days of any season are not known."""
    known = days if values.keys() <= days.keys() else dict.fromkeys(values, 1.0)
    return fsum(value * known[name] for name, value in values.items()) / fsum(known[name] for name in values)


SITE_FIGURES: Mapping[str, tuple[str, Settle]] = {
    "power_mw": ("power", _least),
    "electricity_usd_per_kwh": ("electricity", _mean),
    "carbon_g_per_kwh": ("carbon", _mean),
}
"""Figures of a site that may differ: their keys in files, and what stands for the whole year."""


def check_seasons(topology: Topology, demand: Demand, planned: Days, places: Places) -> Iterator[Fault]:
    """Yield the faults of figures that speak of other seasons than the scenario has, and of days that make no year."""
    total = sum(topology.seasons.values())
    if topology.seasons and not isclose(total, DAYS, abs_tol=1e-6):
        what = f"have {total:g} days together"
        yield Fault(places.find("nodes"), "seasons", what, f"write days that add up to {DAYS:g}")
    for key, site in topology.sites.items():
        for name, (word, _) in SITE_FIGURES.items():
            yield from _faults(getattr(site, name), planned, places, ("sites", key, word))
    for number, row in enumerate(demand.demands):
        word = "compute" if row.to is None else "rate"
        yield from _faults(row.amount, planned, places, ("demands", number, word))


def _faults(figure: Yearly | None, planned: Days, places: Places, keys: tuple[str | int, ...]) -> Iterator[Fault]:
    if figure is None or not figure.seasons or not planned:
        return
    where, told = ".".join(map(str, keys)), {name for name, _ in figure.seasons}
    for name in sorted(told - planned.keys()):
        yield Fault(places.find(*keys), where, f"the scenario has no season '{name}'", did_you_mean(name, planned))
    if missing := [name for name in planned if name not in told]:
        right = f"write {{seasons: {{{', '.join(f'{name}: ...' for name in planned)}}}}}"
        yield Fault(places.find(*keys), where, f"says nothing of {', '.join(missing)}", right)


def settle_seasons(topology: Topology, demand: Demand, planned: Days, *, keep: bool) -> tuple[Topology, Demand]:
    """Give every figure that differs from season to season what stands for its year.

    `planned` are the days of the scenario's seasons; where it has none, seasons weigh by the days that the topology
    says they have, else alike. What differs is dropped unless it is to be kept.
    """
    days = planned or topology.seasons
    figures = {name: settle for name, (_, settle) in SITE_FIGURES.items()}
    sites = {key: _settled(site, figures, days, keep=keep) for key, site in topology.sites.items()}
    rows = tuple(_settled(row, {"amount": _mean}, days, keep=keep) for row in demand.demands)
    return topology.model_copy(update={"sites": sites}), demand.model_copy(update={"demands": rows})


def _settled(record: R, figures: Mapping[str, Settle], days: Days, *, keep: bool) -> R:
    changed: dict[str, Any] = {}
    for name, settle in figures.items():
        figure: Yearly | None = getattr(record, name)
        if figure is not None and figure.seasons:
            changed[name] = _settle(figure, settle, days, keep=keep)
    return record.model_copy(update=changed) if changed else record


def _settle(figure: Yearly, settle: Settle, days: Days, *, keep: bool) -> Yearly:
    years = sorted({year for _, each in figure.seasons for year, _ in each.points})
    points = tuple((year, settle({name: each.at(year) for name, each in figure.seasons}, days)) for year in years)
    return Yearly(points, figure.seasons if keep else ())
