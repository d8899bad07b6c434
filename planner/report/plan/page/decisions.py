"""What is built, what it costs, what limits bind and are worth, what failures shaped the plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, money_unit
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
    from planner.report.plan.plan_text import PlanText
    from planner.report.web.blocks import PageTable

TOP = 6
"""Limits of each sort that are listed."""
FIRST_ROWS = 5
"""Rows of a list that a reader sees before the members: the others are in the tables below."""


def builds(plan_text: PlanText, *, full: bool) -> PageTable | None:
    """Return what is built: the dearest, or all of it with how sure each record is."""
    language, found = plan_text.language, plan_text.digest.builds if full else plan_text.digest.dearest
    capex, capex_unit = plan_text.money_column(
        [*(each.capex_usd for each in found), sum(each.capex_usd for each in found)]
    )
    yearly, unit = plan_text.money_column([each.yearly_usd for each in found])
    power = [each.mw for each in found]
    columns = [
        words(
            language.text("What is built"), [*(plan_text.asset(each.kind, each.key) for each in found), _all(plan_text)]
        ),
        words(language.text("Year"), [*(str(each.year) for each in found), ""]),
        PageColumn("PFLOPS", language.column([*(each.pflops for each in found), sum(each.pflops for each in found)])),
        PageColumn("MW", language.column([*(each or 0.0 for each in power), sum(each or 0.0 for each in power)])),
        PageColumn("Gbps", [*language.column([each.gbps for each in found]), ""]),
        PageColumn(language.text("Price, {unit}", unit=capex_unit), capex),
        PageColumn(language.text("Cost a year, {unit}", unit=unit), [*yearly, ""]),
    ]
    if full:
        columns.append(words(language.text("Confidence"), [*(_confidence(plan_text, each) for each in found), ""]))
    caption = language.text("Everything that is built") if full else language.text("The dearest of what is built")
    return plan_text.table(caption, columns, rows=None if full else TOP, summed=True) if found else None


def _all(plan_text: PlanText) -> str:
    return plan_text.language.text("All")


def _confidence(plan_text: PlanText, build: BuiltAsset) -> str:
    topology = plan_text.inputs.topology
    records: Mapping[str, Mapping[str, Record]] = {
        "site": topology.sites,
        "link": topology.links,
        "project": topology.projects,
    }
    return sentences.confidence_word(plan_text.language, records[build.kind][build.key].confidence)


def capital(plan_text: PlanText) -> PageTable | None:
    """Return who pays what is built, all years together."""
    language, found = plan_text.language, plan_text.digest.capital
    paid, unit = plan_text.money_column([*found.values(), sum(found.values())])
    columns = [
        words(language.text("Who pays"), [*(plan_text.country(country) for country in found), _all(plan_text)]),
        PageColumn(language.text("Capital, {unit}", unit=unit), paid),
    ]
    return plan_text.table(language.text("Who pays what is built"), columns, rows=TOP, summed=True) if found else None


def unit_costs(plan_text: PlanText) -> PageTable | None:
    """Return what a served PFLOPS costs in each year, and in all."""
    plan, language = plan_text.plan, plan_text.language
    totals = {year: plan_text.digest.year(year).totals for year in plan_text.years}
    if not any(each.served_pflops for each in totals.values()):
        return None
    served = [each.served_pflops for each in totals.values()]
    costs = [each.cost_usd for each in totals.values()]
    names = list(map(str, totals))
    if len(totals) > 1:
        names.append(language.text("All years, discounted"))
        served.append(sum(span.weight * totals[span.first].served_pflops for span in plan_text.digest.spans))
        costs.append(plan.total_cost_usd)
    prices = [usd / pflops if pflops else 0.0 for usd, pflops in zip(costs, served, strict=True)]
    spent, unit = plan_text.money_column(costs)
    columns = [
        words(language.text("Year"), names),
        PageColumn(language.text("Served PFLOPS-years"), language.column(served)),
        PageColumn(language.text("Spent, {unit}", unit=unit), spent),
        PageColumn(
            language.text("{currency} per served PFLOPS-year", currency=plan_text.currency),
            language.column(prices, digits=4),
        ),
    ]
    return plan_text.table(language.text("What a served PFLOPS costs"), columns, rows=None)


def terms(plan_text: PlanText) -> PageTable | None:
    """Return the cost by term."""
    plan, language = plan_text.plan, plan_text.language
    names, found = sentences.cost_terms(language), plan_text.digest.spent
    whole = plan.total_cost_usd
    spent, unit = plan_text.money_column([*found.values(), whole])
    shares = [language.percentage(usd / whole) if whole else NONE for usd in [*found.values(), whole]]
    columns = [
        words(language.text("Spent on"), [*(names[term] for term in found), _all(plan_text)]),
        PageColumn(unit, spent),
        PageColumn(language.text("Share"), shares),
    ]
    several = len(plan_text.years) > 1
    caption = language.text("Cost of all years, discounted") if several else language.text("Cost of a year")
    return plan_text.table(caption, columns, summed=True)


def full_links(plan_text: PlanText, year: int) -> PageTable | None:
    """Return the fullest links that the plan uses, and what one more Gbps there is worth."""
    language, of = plan_text.language, plan_text.digest.year(year)
    frame = of.full_links
    columns = [
        words(language.text("Link"), [plan_text.link(str(key)) for key in frame.index]),
        PageColumn(language.text("Of the usable"), _of_usable(plan_text, frame, of.link_fill)),
        PageColumn(language.text("This plan, Gbps"), language.column(frame["peak_gbps"])),
        PageColumn(language.text("Others, Gbps"), language.column(frame["committed_gbps"])),
        PageColumn(language.text("Capacity, Gbps"), language.column(frame["capacity_gbps"])),
        PageColumn(_saves(plan_text, "Gbps"), language.column(frame["price_usd_per_gbps"])),
    ]
    if plan_text.inputs.topology.background:
        others = PageColumn(language.text("Everybody else, Gbps"), language.column(frame["background_gbps"]))
        columns.insert(3, others)
    caption = language.text("The links that bind, {year}: those with a price, then the fullest", year=year)
    return plan_text.table(caption, columns, year=year, rows=FIRST_ROWS)


def full_sites(plan_text: PlanText, year: int) -> PageTable | None:
    """Return the fullest sites, and what one more PFLOPS there is worth."""
    language, of = plan_text.language, plan_text.digest.year(year)
    frame = of.full_sites
    columns = [
        words(language.text("Site"), [plan_text.site(str(key)) for key in frame.index]),
        words(language.text("Country"), list(map(plan_text.country, frame["country"]))),
        PageColumn(language.text("Of the usable"), _of_usable(plan_text, frame, of.site_fill)),
        PageColumn(language.text("In use at the peak, PFLOPS"), language.column(frame["peak_pflops"])),
        PageColumn(language.text("Installed, PFLOPS"), language.column(frame["installed_pflops"])),
        PageColumn(_saves(plan_text, "PFLOPS"), language.column(frame["price_usd_per_pflops"])),
    ]
    return plan_text.table(language.text("The sites that bind, {year}", year=year), columns, year=year)


def _of_usable(plan_text: PlanText, frame: pd.DataFrame, fill: float) -> list[str]:
    """Return which share of what may be used is: where 85 % are planned with, 85 % are all."""
    return [plan_text.language.percentage(share / fill) for share in frame["utilisation"]]


def _saves(plan_text: PlanText, unit: str) -> str:
    return plan_text.language.text("One more {unit} saves, {currency} a year", unit=unit, currency=plan_text.currency)


def fills(plan_text: PlanText, year: int) -> str:
    """Say which share of sites and links is planned with, where it is not all."""
    of, language = plan_text.digest.year(year), plan_text.language
    site, link = of.site_fill, of.link_fill
    if min(site, link) >= 1:
        return ""
    return language.text(
        "Planned with: {site} of each site and {link} of each link; the rest is kept in reserve.",
        site=language.percentage(site),
        link=language.percentage(link),
    )


def limit_values(plan_text: PlanText, year: int) -> PageTable | None:
    """Return what relaxing each limit by one unit is worth: the dearest sites, links, room to build; all budgets."""
    found, language = plan_text.digest.year(year).limit_values, plan_text.language
    shown: list[LimitValue] = []
    for family in (*ROOM, *LIMITS):
        few = TOP if family in ("site", "link", "build_limit", "site_power") else None
        shown += [each for each in found if each.family == family][:few]
    factor, unit = money_unit([each.step_usd for each in shown], plan_text.currency)
    columns = [
        words(language.text("Limit"), [capitalised(limit_words(language, each.limit)) for each in shown]),
        words(language.text("Where"), [_where(plan_text, each) for each in shown]),
        PageColumn(
            language.text("A raise by"),
            [language.quantity(each.step, plan_text.currency_unit(each.unit)) for each in shown],
        ),
        PageColumn(
            language.text("Saves up to, {unit} a year", unit=unit),
            [language.number(each.step_usd / factor) for each in shown],
        ),
    ]
    return plan_text.table(language.text("What each limit is worth, {year}", year=year), columns, year=year, rows=None)


def _where(plan_text: PlanText, worth: LimitValue) -> PageCell | str:
    if not worth.key:
        spans = worth.limit.of_all_years and len(plan_text.years) > 1
        return plan_text.language.text("All years, discounted") if spans else ""
    if "country" in worth.limit.index:
        return plan_text.country(worth.key)
    if "rule" in worth.limit.index:
        return plan_text.language.isolated(worth.key)
    return plan_text.link(worth.key) if worth.unit == "Gbps" else plan_text.site(worth.key)


def failures(plan_text: PlanText, year: int) -> tuple[list[str], PageTable | None]:
    """Say which failures were screened, and return those that shaped the plan."""
    found = plan_text.digest.year(year).failures
    if not found.count:
        return [plan_text.language.text("No failure was asked for: the plan holds while everything works.")], None
    shaping = _shaping(plan_text, year, found.shaping) if plan_text.digest.survival_shares else None
    return sentences.screened(plan_text, year), shaping


def _shaping(plan_text: PlanText, year: int, frame: pd.DataFrame) -> PageTable | None:
    language = plan_text.language
    frame = frame.sort_values(["price_usd_per_pflops", "touched_pflops"], ascending=False, kind="stable")
    columns = [
        words(language.text("Failure of"), [plan_text.failure(str(name)) for name in frame.index]),
        PageColumn(language.text("Touches, PFLOPS"), language.column(frame["touched_pflops"])),
        PageColumn(
            language.text("Keeping a PFLOPS less saves, {currency} a year", currency=plan_text.currency),
            language.column(frame["price_usd_per_pflops"]),
        ),
    ]
    return plan_text.table(language.text("Failures that shaped the plan, {year}", year=year), columns, year=year)
