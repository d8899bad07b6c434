"""Everybody else's traffic on the page: what is carried of each record, and what failures take."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.web.blocks import PageColumn, words

if TYPE_CHECKING:
    from planner.report.plan.plan_text import PlanText
    from planner.report.web.blocks import PageTable


def other_traffic(plan_text: PlanText, year: int) -> PageTable | None:
    """Return what is asked, carried and lost of each record, and what the loss counts for."""
    language, found = plan_text.language, plan_text.digest.year(year).other_traffic
    penalty, unit = plan_text.money_column([each.penalty_usd for each in found])
    columns = [
        words(language.text("Traffic"), [plan_text.workload(each.workload) for each in found]),
        PageColumn(language.text("Asked for, Gbps"), language.column([each.asked_gbps for each in found])),
        PageColumn(language.text("Carried, Gbps"), language.column([each.carried_gbps for each in found])),
        PageColumn(language.text("Lost, Gbps"), language.column([each.lost_gbps for each in found])),
        PageColumn(language.text("Counts for, {unit} a year", unit=unit), penalty),
    ]
    caption = language.text("Traffic of everybody else, {year}, both directions added", year=year)
    return plan_text.table(caption, columns, year=year)


def failures_of_others(plan_text: PlanText, year: int) -> PageTable | None:
    """Return what each failure leaves uncarried beside what is lost anyway, the worst first."""
    language, frame = plan_text.language, plan_text.digest.year(year).failures_of_others
    penalty, unit = plan_text.money_column(frame["penalty_usd"].tolist())
    columns = [
        words(language.text("Failure of"), [plan_text.failure(str(name)) for name in frame.index]),
        PageColumn(language.text("Lost more than without it, Gbps"), language.column(frame["lost_gbps"])),
        PageColumn(language.text("Counts for, {unit} a year", unit=unit), penalty),
    ]
    caption = language.text("What single failures take of it while they last, {year}", year=year)
    return plan_text.table(caption, columns, year=year)
