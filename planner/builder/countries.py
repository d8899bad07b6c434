"""The table of countries that comes with the planner, and what income says of adoption where nobody publishes it."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import exp, log, sqrt

from planner.years import Yearly

FILE = "countries.csv"
_PEOPLE = "people_"


@dataclass(frozen=True)
class CountryFigures:
    """What the table knows of a country; None where it knows nothing.

    Attributes
    ----------
    population
        people by year
    adults
        share aged 15-64
    online, fixed
        share of people online in `online_year`; fixed broadband lines a head
    gdp_usd
        income a head and year at purchasing power
    adoption
        users of generative AI among those aged 15-64 as published, in the middle of `adoption_at`
    """

    iso: str
    name: str
    population: Yearly
    adults: float | None
    online: float | None
    online_year: int | None
    fixed: float | None
    gdp_usd: float | None
    adoption: float | None
    adoption_at: float | None


@dataclass(frozen=True)
class IncomeRule:
    """Adoption by income: logit(a) = at + slope x ln(GDP a head), and how far the published ones lie from it."""

    at: float
    slope: float
    spread: float

    def adoption(self, gdp_usd: float, spreads: float = 0.0) -> float:
        """Return what telemetry would see at an income, so many standard deviations away from the rule."""
        return 1 / (1 + exp(-(self.at + self.slope * log(gdp_usd) + spreads * self.spread)))


@cache
def load_countries() -> dict[str, CountryFigures]:
    """Return the table of countries by ISO code."""
    text = (resources.files("planner.builder") / FILE).read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {row["iso"]: _country(row) for row in rows}


def _country(row: Mapping[str, str]) -> CountryFigures:
    def figure(name: str) -> float | None:
        return float(row[name]) if row[name] else None

    people = {int(key[len(_PEOPLE) :]): float(v) * 1e6 for key, v in row.items() if key.startswith(_PEOPLE) and v}
    return CountryFigures(
        iso=row["iso"],
        name=row["name"],
        population=Yearly.of(people),
        adults=figure("adults"),
        online=figure("online"),
        online_year=int(row["online_year"]) if row["online_year"] else None,
        fixed=figure("fixed"),
        gdp_usd=figure("gdp"),
        adoption=figure("adoption"),
        adoption_at=figure("adoption_at"),
    )


@cache
def income_rule() -> IncomeRule:
    """Return the rule of income, fitted by least squares to the countries whose adoption is published."""
    known = [
        (log(c.gdp_usd), log(c.adoption / (1 - c.adoption)))
        for c in load_countries().values()
        if c.gdp_usd and c.adoption
    ]
    mean_x, mean_y = (sum(values) / len(known) for values in zip(*known, strict=True))
    slope = sum((x - mean_x) * (y - mean_y) for x, y in known) / sum((x - mean_x) ** 2 for x, _ in known)
    at = mean_y - slope * mean_x
    spread = sqrt(sum((y - at - slope * x) ** 2 for x, y in known) / (len(known) - 2))
    return IncomeRule(at, slope, spread)


def income_share(people: Mapping[str, float], year: int) -> float:
    """Return the part of the world's income that so many people by country have, at purchasing power."""
    table = load_countries().values()
    world = sum(c.population.growing_at(year) * c.gdp_usd for c in table if c.gdp_usd)
    ours = {c.iso: c.gdp_usd for c in table if c.gdp_usd}
    return sum(count * ours.get(iso, 0.0) for iso, count in people.items()) / world
