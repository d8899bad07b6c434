"""The sections of the page that speak of more than one situation: years, hours, failures, and other traffic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE
from planner.report.plan import sentences

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.report.paper import Page
    from planner.report.plan.digest import YearDigest
    from planner.report.plan.facts.totals import Totals
    from planner.report.plan.plan_text import PlanText

COLUMNS = 8
"""Years that stand side by side at 80 columns."""


def years(plan_text: PlanText, _: YearDigest, page: Page) -> None:
    """Print a line for each of several years: what is asked, served, standing, built, paid."""
    digest, language = plan_text.digest, plan_text.language
    if not digest.several:
        return
    text, told = language.text, [digest.year(year) for year in digest.years]
    totals = [each.totals for each in told]
    cost, unit = plan_text.money_column([each.cost_usd for each in totals])
    page.heading(text("Year by year (PFLOPS; cost in {unit} of the year itself, not discounted)", unit=unit))
    columns = [
        (text("year"), [str(each.year) for each in told]),
        (text("asked"), language.column([each.demand_pflops for each in totals])),
        (text("served"), language.column([each.served_pflops for each in totals])),
        ("", [_share(language, each) for each in totals]),
        (text("standing"), language.column([each.installed_pflops for each in totals])),
        (text("built\nthen"), language.column([each.built_pflops for each in told])),
        (text("cost\n{unit}", unit=unit), cost),
        (text("mean\nms"), language.column([each.mean_rtt_ms for each in totals])),
        (text("kt\nCO2"), language.column([each.carbon_t / 1e3 for each in totals])),
    ]
    page.table(columns)
    _members_over_years(plan_text, page)


def _share(language: Language, totals: Totals) -> str:
    return language.percentage(totals.served_share) if totals.demand_pflops else NONE


def _members_over_years(plan_text: PlanText, page: Page) -> None:
    """Print which share of its demand each country gets, year by year."""
    digest, text = plan_text.digest, plan_text.language.text
    shares = {
        (year, each.country): plan_text.language.percentage(each.served_pflops / each.asked_pflops)
        for year in digest.years
        for each in digest.year(year).countries
        if each.asked_pflops > 0
    }
    if not shares:
        return
    countries = sorted({country for _, country in shares})
    page.say(text("Share served of what each country asks:"), gap=True)
    columns = [
        (str(year), [shares.get((year, country), NONE) for country in countries]) for year in _some(digest.years)
    ]
    page.table([(text("country"), countries), *columns], rest="members")


def _some(listed: Sequence[int]) -> list[int]:
    """Return as many years as stand side by side, evenly chosen, the first and the last among them."""
    count = min(len(listed), COLUMNS)
    return [listed[round(i * (len(listed) - 1) / (count - 1))] for i in range(count)]


def what_years_stand_for(plan_text: PlanText) -> str:
    """Say how the listed years make up the sum over all years."""
    digest, language = plan_text.digest, plan_text.language
    parts = [
        language.text(
            "{years} as {weight}",
            years=f"{span.first}-{span.last}" if span.last > span.first else str(span.first),
            weight=language.number(span.weight),
        )
        for span in digest.spans
    ]
    shown = parts if len(parts) <= 6 else [*parts[:3], "...", *parts[-2:]]
    counted = language.text(
        "Counted in years of {first}: {spans}.", first=digest.years[0], spans=language.joined(shown)
    )
    return language.run_on([sentences.spans(plan_text), counted])


def day(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Draw what is in use over the 24 hours of the day, and say when the peak is."""
    loads, language = of.day, plan_text.language
    text, number = language.text, language.number
    if not loads:
        return
    page.heading(text("The day, {year} (PFLOPS in use by UTC hour, each line from 0 to its own peak)", year=of.year))
    peaks, leasts = [max(load.pflops) for load in loads], [min(load.pflops) for load in loads]
    columns = [
        ("", [text(load.name) for load in loads]),
        ("0     6     12    18    ", [page.bars(load.pflops, 24 // len(load.pflops)) for load in loads]),
        (text("peak"), list(map(number, peaks))),
        (text("at"), [load.hours_of(peak) for load, peak in zip(loads, peaks, strict=True)]),
        (text("least"), list(map(number, leasts))),
        (text("at"), [load.hours_of(least) for load, least in zip(loads, leasts, strict=True)]),
        (text("mean"), [number(load.mean) for load in loads]),
    ]
    page.table(columns, left=(0, 1, 3, 5))
    page.say(text("The peak is {share} above the mean.", share=language.percentage(peaks[0] / loads[0].mean - 1)))


def failures(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Say which failures were screened, which had to be planned for, and which touch it and do no harm."""
    found, language = of.failures, plan_text.language
    text = language.text
    if not found.count:
        return
    page.heading(text("What may fail, {year}", year=of.year))
    for sentence in sentences.screened(plan_text, of.year):
        page.say(sentence)
    if not plan_text.digest.survival_shares:
        return
    frame = found.shaping
    if not frame.empty:
        columns = [
            (text("planned for the failure of"), list(map(str, frame.index))),
            (text("touches\nPFLOPS"), language.column(frame["touched_pflops"])),
            (
                text("keeping a PFLOPS less\nsaves {currency}/year", currency=plan_text.currency),
                language.column(frame["price_usd_per_pflops"]),
            ),
        ]
        page.table(columns, rest="failures")
    if not found.harmless.empty:
        touched = found.harmless["touched_pflops"].items()
        names = plan_text.few([f"{name} ({language.number(pflops)})" for name, pflops in touched])
        page.say(text("Survived as it is, with the PFLOPS they touch: {failures}.", failures=names))


def traffic(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print the demands for traffic between two nodes, the largest first."""
    frame, language = of.rates, plan_text.language
    text = language.text
    if frame.empty:
        return
    carried = language.percentage(of.totals.carried_share) if of.totals.demand_gbps else NONE
    page.heading(
        text("Traffic between places, {year}: {share} carried (Gbps in each direction)", year=of.year, share=carried)
    )
    columns = [
        (text("demand"), [f"{origin}-{to} {workload}" for origin, to, workload in frame.index]),
        (text("asked"), language.column(frame["demand_gbps"])),
        (text("carried"), language.column(frame["served_gbps"])),
        (text("mean\nms"), language.column(frame["mean_rtt_ms"])),
        (text("unserved because"), [plan_text.translated(str(reason)) for reason in frame["reason"]]),
    ]
    page.table(columns, prose=4, rest="rates")


def other_traffic(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print what is carried of everybody else's traffic, record by record, and what failures take of it."""
    found, language = of.other_traffic, plan_text.language
    text, column = language.text, language.column
    if not found:
        return
    penalty, unit = plan_text.money_column([each.penalty_usd for each in found])
    page.heading(text("Traffic of everybody else, {year} (Gbps, both directions added)", year=of.year))
    page.say(sentences.other_traffic(plan_text, of.year))
    workloads = plan_text.inputs.demand.workloads
    columns = [
        (text("traffic"), [language.name(workloads[each.workload], each.workload) for each in found]),
        (text("asked"), column([each.asked_gbps for each in found])),
        (text("carried"), column([each.carried_gbps for each in found])),
        (text("lost"), column([each.lost_gbps for each in found])),
        (text("counts for\n{unit}/year", unit=unit), penalty),
    ]
    page.table(columns, rest="rates")
    _failures_of_others(plan_text, of, page)


def _failures_of_others(plan_text: PlanText, of: YearDigest, page: Page) -> None:
    """Print what each failure leaves uncarried beside what is lost anyway, the worst first."""
    text, frame = plan_text.language.text, of.failures_of_others
    if frame.empty:
        if said := sentences.failures_of_others(plan_text, of.year):
            page.say(said)
        return
    penalty, unit = plan_text.money_column(frame["penalty_usd"].tolist())
    columns = [
        (text("failure"), list(map(str, frame.index))),
        (text("lost more\nGbps"), plan_text.language.column(frame["lost_gbps"])),
        (text("counts for\n{unit}/year", unit=unit), penalty),
    ]
    page.say(text("What single failures take of it, while they last:"), gap=True)
    page.table(columns, rest="failures")
