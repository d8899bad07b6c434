"""The figures to remember, demand against supply and when what stands is exhausted, and each year in a row."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import decimals_of, rest
from planner.report.plan.facts.supply import exhausted
from planner.report.web.blocks import PageColumn, words

if TYPE_CHECKING:
    from planner.report.plan.facts.community import CommunityAnswer
    from planner.report.plan.plan_text import PlanText
    from planner.report.web.blocks import PageTable

CALENDAR = 15
"""Calendar years in a row of the table; of a longer span only the listed years are shown."""


def key_figures(plan_text: PlanText, year: int) -> list[tuple[str, str]]:
    """Return what to remember of a year, label and figure: of the community where there is one, else of all."""
    of = plan_text.digest.year(year)
    if of.community is not None and of.community.asked_pflops:
        return _of_community(plan_text, of.community)
    language, figures = plan_text.language, of.totals
    found = [(language.text("Cost of the year"), plan_text.money(figures.cost_usd))]
    if figures.demand_pflops:
        left = 0.0 if figures.serves_all else figures.unserved_pflops
        if left:
            left = rest(figures.demand_pflops, figures.served_pflops, decimals_of(left))
        found = [
            (language.text("Share served"), language.percentage(figures.served_share if left else 1.0)),
            (language.text("Left unserved"), language.quantity(left, "PFLOPS")),
            (language.text("Built by this plan and standing"), language.quantity(figures.built_pflops, "PFLOPS")),
            *found,
        ]
    if figures.served_pflops:
        price = plan_text.money(figures.cost_usd / figures.served_pflops)
        found += [
            (language.text("Per served PFLOPS and year"), price),
            (language.text("Mean round trip"), language.quantity(figures.mean_rtt_ms, "ms")),
        ]
    return found


def _of_community(plan_text: PlanText, found: CommunityAnswer) -> list[tuple[str, str]]:
    """Return what to remember of the community: need and target, what is served and built, what it takes."""
    language = plan_text.language
    text, quantity = language.text, language.quantity
    left = 0.0
    if not found.serves_all:
        left = found.asked_pflops - found.served_pflops
        left = rest(found.asked_pflops, found.served_pflops, decimals_of(left))
    figures = [
        (text("The community asks for"), quantity(found.asked_pflops, "PFLOPS")),
        (text("Share served"), language.percentage(found.served_share if left else 1.0)),
        (text("Left unserved"), quantity(left, "PFLOPS")),
        (text("On its soil"), quantity(found.installed_pflops, "PFLOPS")),
        (text("Of it built by this plan"), quantity(found.built_pflops, "PFLOPS")),
        (text("Cost of its part, a year"), plan_text.money(found.cost_usd)),
        (text("Power at the peak"), quantity(found.power_mw, "MW")),
        (text("Energy a year"), quantity(found.energy_mwh / 1e3, "GWh")),
        (text("CO₂ a year, kt"), language.number(found.carbon_t / 1e3)),
    ]
    if isfinite(found.target_pflops):
        figures.insert(1, (text("Its target"), quantity(found.target_pflops, "PFLOPS")))
    return figures


def exhaustion(plan_text: PlanText) -> list[str]:
    """Say when demand exceeds what stands, without this plan's builds and with them."""
    found = plan_text.digest.balances
    if not any(each.asked_pflops for each in found):
        return []
    bare = exhausted(found, with_builds=False)
    helped = exhausted(found, with_builds=True)
    built = any(each.supplied_pflops > each.standing_pflops for each in found)
    return [_without(plan_text, bare), _with(plan_text, helped)] if built else [_without(plan_text, bare)]


def _without(plan_text: PlanText, year: int | None) -> str:
    """Say when what stands without the plan is exhausted; before the first year planned nothing is known."""
    language = plan_text.language
    if year is None:
        return language.text("What stands without this plan is not exhausted in the years planned.")
    if year == plan_text.years[0]:
        return language.text(
            "What stands without this plan is exhausted in {year} or before: that is the first year planned.", year=year
        )
    return language.text("What stands without this plan is exhausted in {year}.", year=year)


def _with(plan_text: PlanText, year: int | None) -> str:
    """Say when supply is exhausted with what the plan builds."""
    language = plan_text.language
    if year is None:
        return language.text("With what it builds, supply is not exhausted in the years planned.")
    return language.text("With what it builds, supply is exhausted in {year}.", year=year)


def balance(plan_text: PlanText) -> PageTable | None:
    """Return demand against supply, year by year."""
    language, found = plan_text.language, plan_text.digest.balances
    if not any(each.asked_pflops for each in found):
        return None
    if len(found) > CALENDAR:
        found = [each for each in found if each.year in plan_text.years]
    columns = [
        words(language.text("Year"), [str(each.year) for each in found]),
        PageColumn(language.text("Asked for"), language.column([each.asked_pflops for each in found])),
        PageColumn(
            language.text("Supply without this plan"), language.column([each.standing_pflops for each in found])
        ),
        PageColumn(language.text("Supply with it"), language.column([each.supplied_pflops for each in found])),
        PageColumn(
            language.text("Balance"), _signed(plan_text, [each.supplied_pflops - each.needed_pflops for each in found])
        ),
    ]
    if plan_text.digest.blocks > 1:
        needed = PageColumn(
            language.text("Needed at the peak"), language.column([each.needed_pflops for each in found])
        )
        columns.insert(2, needed)
    return plan_text.table(language.text("Demand against supply, PFLOPS"), columns, rows=None)


def _signed(plan_text: PlanText, amounts: list[float]) -> list[str]:
    """Return differences with their sign."""
    cells = plan_text.language.column(map(abs, amounts))
    return [
        plan_text.language.isolated(f"{'+' if amount > 0 else '−'}{cell}") if cell[:1].isdigit() else cell
        for amount, cell in zip(amounts, cells, strict=True)
    ]


def basis(plan_text: PlanText) -> str:
    """Say how demand and supply are counted."""
    language, fill = plan_text.language, plan_text.digest.last.site_fill
    if fill < 1:
        return language.text(
            "Demand grows geometrically between the years listed. Supply is all compute that stands and counts,"
            " wherever it is, up to the share planned with ({fill}); rules and distances may keep it from those who"
            " ask.",
            fill=language.percentage(fill),
        )
    return language.text(
        "Demand grows geometrically between the years listed. Supply is all compute that stands and counts, wherever it"
        " is; rules and distances may keep it from those who ask."
    )


def between(plan_text: PlanText) -> str:
    """Say that nothing is built between the listed years, where some lie between."""
    if plan_text.years[-1] - plan_text.years[0] < len(plan_text.years):
        return ""
    return plan_text.language.text(
        "The plan builds in the years listed and in none between; where those fall short, list more years."
    )


def years(plan_text: PlanText) -> PageTable | None:
    """Return a row for each of several years: what is asked, served, standing, built, paid."""
    if len(plan_text.years) < 2:
        return None
    language, told = plan_text.language, [plan_text.digest.year(year) for year in plan_text.years]
    totals = [each.totals for each in told]
    cost, unit = plan_text.money_column([each.cost_usd for each in totals])
    shares = [each.served_share if each.demand_pflops else 1.0 for each in totals]
    columns = [
        words(language.text("Year"), map(str, plan_text.years)),
        PageColumn(language.text("Asked for"), language.column([each.demand_pflops for each in totals])),
        PageColumn(language.text("Served"), language.column([each.served_pflops for each in totals])),
        PageColumn(language.text("Share served"), list(map(language.percentage, shares))),
        PageColumn(language.text("Installed"), language.column([each.installed_pflops for each in totals])),
        PageColumn(
            language.text("Built in the year"),
            language.column([each.built_pflops for each in told]),
        ),
        PageColumn(language.text("Cost of the year, {unit}", unit=unit), cost),
        PageColumn(language.text("Mean round trip, ms"), language.column([each.mean_rtt_ms for each in totals])),
        PageColumn(language.text("CO₂, kt"), language.column([each.carbon_t / 1e3 for each in totals])),
    ]
    return plan_text.table(language.text("Year by year, PFLOPS; costs not discounted"), columns, rows=None)
