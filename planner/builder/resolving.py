"""A country of a spec with every figure in its place: its own, else the table's, else the package's coefficient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.builder.access import share_classes
from planner.builder.coefficients import Coefficient, given
from planner.builder.countries import CountryFigures, income_rule, load_countries
from planner.builder.formulas import ONLINE_BOUND, adopter_share, adopters, online_share
from planner.builder.reckoning import Reckoning
from planner.builder.spec import Country, DemandSpec
from planner.years import Yearly

ADOPTION_AT = 2026.1
"""When the published adoption that gives the rule of income was seen."""


@dataclass(frozen=True)
class Resolved:
    """The figures of a country."""

    code: str
    population: Coefficient
    adults: Coefficient
    online: Coefficient
    published: Coefficient
    published_at: float
    undercount: Coefficient
    ceiling: Coefficient
    speed: Coefficient
    languages: tuple[tuple[str, float, Coefficient], ...]
    access: Mapping[str, Yearly]
    scope: float
    regional: Coefficient


@dataclass(frozen=True)
class People:
    """Who there is in a country and year."""

    people: float
    adults: float
    online: float
    adopters: float

    def of(self, base: str) -> float:
        """Return the people that a service counts by."""
        return float(getattr(self, base))


def resolve_country(code: str, spec: DemandSpec) -> Resolved:
    """Return a country of a spec with every figure in its place."""
    country, row, known = spec.countries[code], load_countries().get(code), spec.coefficients
    adoption = country.adoption
    published, at = _published(country, row)
    return Resolved(
        code=code,
        population=country.population or _tabled(_known(row).population, "people", "gapminder", "estimated"),
        adults=country.adults
        or _tabled(Yearly.flat(_known(row).adults or 0.0), "number", "general-knowledge", "assumed"),
        online=country.online or _online(_known(row), spec.years),
        published=published,
        published_at=at,
        undercount=adoption.undercount or known["undercount"],
        ceiling=adoption.ceiling or known["adoption-ceiling"],
        speed=adoption.speed or known["adoption-speed"],
        languages=tuple(
            (name, language.share, language.penalty or known[f"tokenizer-{name}"])
            for name, language in country.languages.items()
        ),
        access=share_classes(country.access, spec.years),
        scope=country.scope,
        regional=country.regional_share or spec.regional_share or known["regional-share"],
    )


def _known(row: CountryFigures | None) -> CountryFigures:
    assert row is not None, "the reader asks for what the table lacks"
    return row


def _tabled(value: Yearly, measure: str, source: str, confidence: str) -> Coefficient:
    return given(value, measure, id="table", source=source, confidence=confidence)  # type: ignore[arg-type]


def _online(row: CountryFigures, years: tuple[int, ...]) -> Coefficient:
    """Return the share online in each year, grown from the table's."""
    assert row.online is not None, "the reader asks for what the table lacks"
    shares = {year: online_share(row.online, float(row.online_year or year), year) for year in years}
    return _tabled(Yearly.of(shares), "number", "gapminder", "estimated")


def _published(country: Country, row: CountryFigures | None) -> tuple[Coefficient, float]:
    """Return the adoption that telemetry sees and when: the spec's, the table's, or what income lets expect."""
    own = country.adoption
    if own.published is not None:
        figure = given(
            Yearly.flat(own.published), "number", source=own.source or "microsoft-2026", confidence=own.confidence
        )
        return figure, own.at or ADOPTION_AT
    row = _known(row)
    if row.adoption is not None:
        return _tabled(
            Yearly.flat(row.adoption), "number", "microsoft-2026", "verified"
        ), row.adoption_at or ADOPTION_AT
    rule, gdp_usd = income_rule(), row.gdp_usd or 0.0
    low, base, high = (Yearly.flat(rule.adoption(gdp_usd, spreads)) for spreads in (-1, 0, 1))
    figure = Coefficient(id="income-rule", base=base, low=low, high=high, source="gapminder", confidence="assumed")
    return figure, ADOPTION_AT


def count_people(reckoning: Reckoning, country: Resolved) -> People:
    """Return who there is in a country in the year of a reckoning."""
    take, note = reckoning.take, reckoning.note
    population = take("people", country.population)
    adult_share = take("share aged 15-64", country.adults)
    published = take("adoption seen", country.published)
    undercount = take("undercount", country.undercount)
    most = take("ceiling", country.ceiling)
    online = take("share online", country.online)
    ceiling = note("bound of adoption A", min(most, ONLINE_BOUND * online), "", "min(ceiling, 0.95 online)")
    speed = take("speed", country.speed)
    share = adopter_share(
        published, country.published_at, reckoning.year, undercount=undercount, ceiling=ceiling, speed_per_year=speed
    )
    note("adoption a", share, "", "A / (1 + exp(-s (y - y0) - logit(a0 / A)))")
    count = note("adopters U", adopters(population, adult_share, share), "people", "people x 15-64 x a")
    return People(population, population * adult_share, population * online, count)
