"""Charts of a plan: capacity against demand, cost by term, who is served; what would be empty is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.language.figures import money_unit
from planner.report.pictures.bars import BarPart, BarRow, ChartTitles, draw_bars
from planner.report.pictures.times import draw_day, draw_latency
from planner.report.plan.facts.answer import COST_TERMS
from planner.report.plan.facts.totals import in_year, total
from planner.report.plan.plan_text import PlanText
from planner.report.plan.sentences import status, titles
from planner.report.web.palette import PALETTE

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language
    from planner.report.pictures.canvas import Canvas

MOST_COUNTRIES = 16
"""More countries than this are added up, the smallest ones first."""
MOST_YEARS = 4
"""Of more years than this, members are shown in the first, the last and some between."""
OKABE_ITO = ("#0072b2", "#56b4e9", "#009e73", "#e69f00", "#cc79a7", "#d55e00", "#f0e442")
"""Colours that all eyes tell apart: Okabe and Ito (2008), Color Universal Design."""


def chart_part(word: str, kind: str) -> BarPart:
    """Return a kind of part with its word; how it looks is the same on pages."""
    look = PALETTE[kind]
    return BarPart(word, look.colour, look.hatch, look.ink)


def charts_of(plan: Plan, language: Language) -> Iterator[tuple[str, Callable[[], Canvas]]]:
    """Yield the names of a plan's charts with what draws them; each is drawn within `canvas.settings`."""
    years = plan.inputs.scenario.years
    figures = [total(plan, year) for year in years]
    if any(each.demand_pflops or each.installed_pflops for each in figures):
        yield "capacity", partial(_capacity, plan, language)
    if any(plan.cost_usd.get(term, 0.0) > 0 for term in COST_TERMS) or plan.unserved_penalty_usd > 0:
        yield "cost", partial(_cost, plan, language)
    if any(each.demand_pflops for each in figures):
        yield "members", partial(_members, plan, language)
    if any(each.served_pflops or each.served_gbps for each in figures[-1:]):
        title = language.text("Round-trip times by workload, {year}", year=years[-1])
        around = titles_of(plan, language, title, language.text("Round trip, ms"))
        yield "latency", partial(draw_latency, plan, years[-1], language, around)
    blocks = plan.paths.index.get_level_values("hour").nunique()
    if blocks > 1 and figures[-1].served_pflops:
        title = language.text("Compute in use over the day, {year}", year=years[-1])
        yield "day", partial(draw_day, plan, years[-1], language, titles_of(plan, language, title, "PFLOPS"))


def titles_of(plan: Plan, language: Language, title: str, axis: str, *remarks: str) -> ChartTitles:
    """Return the words around a chart; a plan that is not proved says so."""
    scenario, changes = titles(plan.inputs, language)
    unproved = () if plan.status is Status.OPTIMAL else (status(PlanText(plan, language)),)
    return ChartTitles(title, " · ".join([scenario, *changes]), axis, (*(each for each in remarks if each), *unproved))


def unserved_part(language: Language) -> BarPart:
    """Return how what is left unserved looks."""
    return chart_part(language.text("left unserved"), "unserved")


def _capacity(plan: Plan, language: Language) -> Canvas:
    """Draw what is asked for above what is installed, year by year."""
    parts = (
        chart_part(language.text("served"), "served"),
        unserved_part(language),
        chart_part(language.text("stood before"), "stood"),
        chart_part(language.text("built by the plan"), "built"),
    )
    rows = []
    for year in plan.inputs.scenario.years:
        found = total(plan, year)
        stood = found.installed_pflops - found.built_pflops
        if len(plan.inputs.scenario.years) > 1:
            rows.append(BarRow(str(year)))
        rows += [
            BarRow(
                language.text("Asked for"),
                (found.served_pflops, found.unserved_pflops, 0.0, 0.0),
                language.number(found.demand_pflops),
            ),
            BarRow(
                language.text("Installed"),
                (0.0, 0.0, stood, found.built_pflops),
                language.number(found.installed_pflops),
            ),
        ]
    remark = language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised.")
    title = language.text("Compute asked for and installed, {years}", years=_span(plan))
    return draw_bars(language, titles_of(plan, language, title, "PFLOPS", remark), parts, rows)


def cost_words(language: Language) -> dict[str, str]:
    """Return what the terms of cost are called."""
    return {
        "capex": language.text("Building (annuity)"),
        "fixed": language.text("Fixed cost of sites"),
        "opex": language.text("Running machines and links"),
        "energy": language.text("Energy"),
        "fees": language.text("Fees for work abroad"),
        "transit": language.text("Transit"),
    }


def _cost(plan: Plan, language: Language) -> Canvas:
    """Draw the terms of cost, and apart from them what is unserved counts for."""
    words = cost_words(language)
    amounts = {term: float(plan.cost_usd.get(term, 0.0)) for term in COST_TERMS}
    shown = [term for term in COST_TERMS if amounts[term] > 0]
    factor, unit = money_unit([*amounts.values(), plan.unserved_penalty_usd], plan.inputs.scenario.finance.currency)
    whole = sum(amounts.values())
    parts = [BarPart(words[term], OKABE_ITO[COST_TERMS.index(term)]) for term in shown]
    rows = []
    written = language.column([amounts[term] / factor for term in shown] + [plan.unserved_penalty_usd / factor])
    for number, (term, amount) in enumerate(zip(shown, written, strict=False)):
        share = round(amounts[term] / whole, 3)
        said = language.text("{amount} ({share})", amount=amount, share=language.percentage(share))
        end = said if share else amount
        rows.append(BarRow(words[term], (*[0.0] * number, amounts[term] / factor), end))
    remark = ""
    if plan.unserved_penalty_usd > 0:
        parts.append(unserved_part(language))
        penalty = plan.unserved_penalty_usd / factor
        word = language.text("Penalty for what is unserved")
        rows.append(BarRow(word, (*[0.0] * len(shown), penalty), written[-1]))
        remark = language.text("The penalty is a price put on unserved demand, no money spent.")
    years = plan.inputs.scenario.years
    amount = language.money(whole, plan.inputs.scenario.finance.currency)
    if len(years) > 1:
        title = language.text("Cost of {years}, discounted: {cost}", years=_span(plan), cost=amount)
    else:
        title = language.text("Cost of {year}: {cost}", year=years[0], cost=amount)
    return draw_bars(language, titles_of(plan, language, title, unit, remark), parts, rows, key=False)


def _members(plan: Plan, language: Language) -> Canvas:
    """Draw what each country asks for, by where it is served."""
    years = _some(plan.inputs.scenario.years)
    rented = bool((plan.members["market_pflops"] > 0).any())
    parts = (
        chart_part(language.text("served at home"), "served"),
        chart_part(language.text("served abroad"), "abroad"),
        *([chart_part(language.text("rented"), "market")] if rented else []),
        unserved_part(language),
    )
    rows: list[BarRow] = []
    for year in years:
        if len(years) > 1:
            rows.append(BarRow(str(year)))
        rows += _countries(plan, year, language, rented=rented)
    listed = language.listed(str(year) for year in years)
    title = language.text("Where the work of each country is done, {years}", years=listed)
    remark = language.text("* member of the community") if plan.inputs.scenario.community.members else ""
    return draw_bars(language, titles_of(plan, language, title, "PFLOPS", remark), parts, rows)


def _countries(plan: Plan, year: int, language: Language, *, rented: bool) -> list[BarRow]:
    """Return a row for each country that asks, the largest first; `rented` where anybody rents on a market."""
    found: list[tuple[float, str, tuple[float, ...]]] = []
    columns = ["member", "demand_pflops", "served_pflops", "imported_pflops", "market_pflops"]
    for code, member, asked, served, abroad, market in in_year(plan.members, year)[columns].itertuples():
        if asked > 0:
            name = language.country(str(code)) + (" *" if member else "")
            away = (float(abroad), float(market)) if rented else (float(abroad),)
            home, left = float(served - abroad - market), max(float(asked - served), 0.0)
            found.append((float(asked), name, (home, *away, left)))
    found.sort(key=lambda each: (-each[0], each[1]))
    if len(found) > MOST_COUNTRIES:
        rest = found[MOST_COUNTRIES - 1 :]
        values = tuple(map(sum, zip(*(each[2] for each in rest), strict=True)))
        name = language.texts("{count} other country", "{count} other countries", len(rest))
        found = [*found[: MOST_COUNTRIES - 1], (sum(each[0] for each in rest), name, values)]
    return [BarRow(name, values, language.number(asked)) for asked, name, values in found]


def _some(years: Sequence[int]) -> list[int]:
    """Return some of many years, the first and the last among them."""
    if len(years) <= MOST_YEARS:
        return list(years)
    last = len(years) - 1
    return [years[round(last * i / (MOST_YEARS - 1))] for i in range(MOST_YEARS)]


def _span(plan: Plan) -> str:
    years = plan.inputs.scenario.years
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
