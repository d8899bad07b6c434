"""What is built, what it costs, what limits bind and are worth, what failures shaped the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE
from planner.report.language.rules import limit_words
from planner.report.language.speech import capitalised
from planner.report.plan import sentences
from planner.report.plan.facts.money import LIMITS, ROOM
from planner.report.web.blocks import PageCell, PageColumn, words

if TYPE_CHECKING:
    import pandas as pd

    from planner.records import Record
    from planner.report.plan.facts.money import LimitValue
    from planner.report.plan.facts.supply import BuiltAsset
    from planner.report.plan.voice import PlanText
    from planner.report.web.blocks import PageTable

TOP = 6
"""Limits of each sort that are listed."""
FIRST_ROWS = 5
"""Rows of a list that a reader sees before the members: the others are in the tables below."""


def builds(voice: PlanText, *, full: bool) -> PageTable | None:
    """Return what is built: the dearest, or all of it with how sure each record is."""
    language, found = voice.language, voice.digest.builds if full else voice.digest.dearest
    capex, capex_unit = voice.moneys([*(each.capex_usd for each in found), sum(each.capex_usd for each in found)])
    yearly, unit = voice.moneys([each.yearly_usd for each in found])
    power = [each.mw for each in found]
    columns = [
        words(language.text("What is built"), [*(voice.asset(each.kind, each.key) for each in found), _all(voice)]),
        words(language.text("Year"), [*(str(each.year) for each in found), ""]),
        PageColumn("PFLOPS", language.column([*(each.pflops for each in found), sum(each.pflops for each in found)])),
        PageColumn("MW", language.column([*(each or 0.0 for each in power), sum(each or 0.0 for each in power)])),
        PageColumn("Gbps", [*language.column([each.gbps for each in found]), ""]),
        PageColumn(language.text("Price, {unit}", unit=capex_unit), capex),
        PageColumn(language.text("Cost a year, {unit}", unit=unit), [*yearly, ""]),
    ]
    if full:
        columns.append(words(language.text("Confidence"), [*(_sure(voice, each) for each in found), ""]))
    caption = language.text("Everything that is built") if full else language.text("The dearest of what is built")
    return voice.table(caption, columns, rows=None if full else TOP, summed=True) if found else None


def _all(voice: PlanText) -> str:
    return voice.language.text("All")


def _sure(voice: PlanText, build: BuiltAsset) -> str:
    topology = voice.inputs.topology
    records: Mapping[str, Mapping[str, Record]] = {
        "site": topology.sites,
        "link": topology.links,
        "project": topology.projects,
    }
    return sureness_word(voice, records[build.kind][build.key].confidence)


def sureness_word(voice: PlanText, confidence: str | None) -> str:
    """Return how sure a record is."""
    language = voice.language
    return {
        "verified": language.text("verified"),
        "estimated": language.text("estimated"),
        "assumed": language.text("assumed"),
        None: language.text("not said"),
    }[confidence]


def projects_left(voice: PlanText) -> str:
    """Name the projects that are not built."""
    left = [voice.asset("project", key).text for key in voice.digest.projects_left]
    return sentences.projects_left(voice.language, voice.few(left)) if left else ""


def unit_costs(voice: PlanText) -> PageTable | None:
    """Return what a served PFLOPS costs in each year, and in all."""
    plan, language = voice.plan, voice.language
    totals = {year: voice.digest.year(year).totals for year in voice.years}
    if not any(each.served_pflops for each in totals.values()):
        return None
    served = [each.served_pflops for each in totals.values()]
    costs = [each.cost_usd for each in totals.values()]
    names = list(map(str, totals))
    if len(totals) > 1:
        names.append(language.text("All years, discounted"))
        served.append(sum(span.weight * totals[span.first].served_pflops for span in voice.digest.spans))
        costs.append(plan.total_cost_usd)
    prices = [usd / pflops if pflops else 0.0 for usd, pflops in zip(costs, served, strict=True)]
    spent, unit = voice.moneys(costs)
    columns = [
        words(language.text("Year"), names),
        PageColumn(language.text("Served PFLOPS-years"), language.column(served)),
        PageColumn(language.text("Spent, {unit}", unit=unit), spent),
        PageColumn(
            language.text("{currency} per served PFLOPS-year", currency=voice.currency),
            language.column(prices, digits=4),
        ),
    ]
    return voice.table(language.text("What a served PFLOPS costs"), columns, rows=None)


def spans(voice: PlanText) -> str:
    """Say what the sum over several years counts."""
    if len(voice.years) < 2:
        return ""
    return voice.language.text(
        "Each listed year stands for the calendar years until the next listed one, the last for as many as the one"
        " before it. Over all of them, money and served PFLOPS-years are both discounted to {first} at {rate} a year.",
        first=voice.years[0],
        rate=voice.language.percentage(voice.inputs.scenario.finance.discount_rate),
    )


def penalty(voice: PlanText) -> str:
    """Say what leaving work unserved counts for, which nobody spends."""
    if not voice.plan.unserved_penalty_usd:
        return ""
    language, several = voice.language, len(voice.years) > 1
    if several:
        return language.text(
            "Not spent, and in none of these figures: {penalty}, of all years and discounted, that the plan weighs for"
            " what stays unserved, at the prices of the demand file.",
            penalty=voice.money(voice.plan.unserved_penalty_usd),
        )
    return language.text(
        "Not spent, and in none of these figures: {penalty} that the plan weighs for what stays unserved, at the prices"
        " of the demand file.",
        penalty=voice.money(voice.plan.unserved_penalty_usd),
    )


def terms(voice: PlanText) -> PageTable | None:
    """Return the cost by term."""
    plan, language = voice.plan, voice.language
    names, found = sentences.cost_terms(language), voice.digest.spent
    whole = plan.total_cost_usd
    spent, unit = voice.moneys([*found.values(), whole])
    shares = [language.percentage(usd / whole) if whole else NONE for usd in [*found.values(), whole]]
    columns = [
        words(language.text("Spent on"), [*(names[term] for term in found), _all(voice)]),
        PageColumn(unit, spent),
        PageColumn(language.text("Share"), shares),
    ]
    several = len(voice.years) > 1
    caption = language.text("Cost of all years, discounted") if several else language.text("Cost of a year")
    return voice.table(caption, columns, summed=True)


def full_links(voice: PlanText, year: int) -> PageTable | None:
    """Return the fullest links that the plan uses, and what one more Gbps there is worth."""
    language, frame = voice.language, voice.digest.year(year).full_links
    columns = [
        words(language.text("Link"), [voice.link(str(key)) for key in frame.index]),
        PageColumn(language.text("Full"), list(map(language.percentage, frame["utilisation"]))),
        PageColumn(language.text("This plan, Gbps"), language.column(frame["peak_gbps"])),
        PageColumn(language.text("Others, Gbps"), language.column(frame["committed_gbps"])),
        PageColumn(language.text("Capacity, Gbps"), language.column(frame["capacity_gbps"])),
        PageColumn(_saves(voice, "Gbps"), language.column(frame["price_usd_per_gbps"])),
    ]
    caption = language.text("The links that bind, {year}: those with a price, then the fullest", year=year)
    return voice.table(caption, columns, year=year, rows=FIRST_ROWS)


def full_sites(voice: PlanText, year: int) -> PageTable | None:
    """Return the fullest sites, and what one more PFLOPS there is worth."""
    language, frame = voice.language, voice.digest.year(year).full_sites
    columns = [
        words(language.text("Site"), [voice.site(str(key)) for key in frame.index]),
        words(language.text("Country"), list(map(voice.country, frame["country"]))),
        PageColumn(language.text("Full"), list(map(language.percentage, frame["utilisation"]))),
        PageColumn(language.text("In use at the peak, PFLOPS"), language.column(frame["peak_pflops"])),
        PageColumn(language.text("Installed, PFLOPS"), language.column(frame["installed_pflops"])),
        PageColumn(_saves(voice, "PFLOPS"), language.column(frame["price_usd_per_pflops"])),
    ]
    return voice.table(language.text("The sites that bind, {year}", year=year), columns, year=year)


def _saves(voice: PlanText, unit: str) -> str:
    return voice.language.text("One more {unit} saves, {currency} a year", unit=unit, currency=voice.currency)


def fills(voice: PlanText, year: int) -> str:
    """Say which share of sites and links is planned with, where it is not all."""
    of, language = voice.digest.year(year), voice.language
    site, link = of.site_fill, of.link_fill
    if min(site, link) >= 1:
        return ""
    return language.text(
        "Planned with: {site} of each site and {link} of each link; the rest is kept in reserve.",
        site=language.percentage(site),
        link=language.percentage(link),
    )


def worths(voice: PlanText, year: int) -> PageTable | None:
    """Return what relaxing each limit by one unit is worth: the dearest sites, links, room to build; all budgets."""
    found, language = voice.digest.year(year).worths, voice.language
    shown: list[LimitValue] = []
    for family in (*ROOM, *LIMITS):
        few = TOP if family in ("site", "link", "build_limit", "site_power") else None
        shown += [each for each in found if each.family == family][:few]
    columns = [
        words(language.text("Limit"), [capitalised(limit_words(language, each.limit)) for each in shown]),
        words(language.text("Where"), [_where(voice, each) for each in shown]),
        words(language.text("One more"), [voice.currency_unit(each.unit) for each in shown]),
        PageColumn(language.text("Saves a year, {currency}", currency=voice.currency), _prices(voice, shown)),
    ]
    return voice.table(language.text("What each limit is worth, {year}", year=year), columns, year=year, rows=None)


def _prices(voice: PlanText, shown: list[LimitValue]) -> list[str]:
    return [voice.language.number(each.usd) for each in shown]


def _where(voice: PlanText, worth: LimitValue) -> PageCell | str:
    if not worth.key:
        spans = worth.limit.of_all_years and len(voice.years) > 1
        return voice.language.text("All years, discounted") if spans else ""
    if worth.family == "floor":
        return voice.country(worth.key)
    if worth.family == "share":
        return voice.language.isolated(worth.key)
    return voice.link(worth.key) if worth.unit == "Gbps" else voice.site(worth.key)


def failures(voice: PlanText, year: int) -> tuple[list[str], PageTable | None]:
    """Say which failures were screened, and return those that shaped the plan."""
    language, found = voice.language, voice.digest.year(year).failures
    if not found.count:
        return [language.text("No failure was asked for: the plan holds while everything works.")], None
    if not voice.digest.survivors:
        return [
            language.text("Failures were asked for, and nothing has to survive them, so they change nothing.")
        ], None
    kept = [
        language.text("{workload} {share}", workload=voice.workload(key), share=language.percentage(share))
        for key, share in voice.digest.survivors.items()
    ]
    said = [
        language.text("Has to survive any one failure, of what is served otherwise: {shares}.", shares=voice.few(kept)),
        language.texts(
            "{count} failure was screened in {year}. Had to be planned for: {shaping}; touch the plan and are survived"
            " as it is: {harmless}; touch nothing: {rest}.",
            "{count} failures were screened in {year}. Had to be planned for: {shaping}; touch the plan and are"
            " survived as it is: {harmless}; touch nothing: {rest}.",
            found.count,
            year=year,
            shaping=language.number(len(found.shaping)),
            harmless=language.number(len(found.harmless)),
            rest=language.number(found.idle),
        ),
    ]
    return said, _shaping(voice, year, found.shaping)


def _shaping(voice: PlanText, year: int, frame: pd.DataFrame) -> PageTable | None:
    language = voice.language
    frame = frame.sort_values(["price_usd_per_pflops", "touched_pflops"], ascending=False, kind="stable")
    columns = [
        words(language.text("Failure of"), [voice.failure(str(name)) for name in frame.index]),
        PageColumn(language.text("Touches, PFLOPS"), language.column(frame["touched_pflops"])),
        PageColumn(
            language.text("Keeping a PFLOPS less saves, {currency} a year", currency=voice.currency),
            language.column(frame["price_usd_per_pflops"]),
        ),
    ]
    return voice.table(language.text("Failures that shaped the plan, {year}", year=year), columns, year=year)
