"""What pooling is worth, on the terminal: what it saves by which cause, and what it does to the PFLOPS needed."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, money_unit
from planner.report.language.phrases import translate
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.report.paper import Page
    from planner.studies.size import Sizing


def print_gains(sizing: Sizing, page: Page) -> None:
    """Print what pooling is worth, and why."""
    pooling, language = sizing.pooling, page.language
    text = language.text
    if pooling is None:
        return
    several = len(sizing.inputs.scenario.years) > 1
    page.heading(
        text("What pooling is worth (all years, discounted)") if several else text("What pooling is worth (a year)")
    )
    if not pooling.is_known:
        page.say(_incomparable(sizing, language))
        return
    gains, causes = pooling.gains, _causes(language)
    factor, unit = money_unit(
        [part for worth in gains.values() for part in worth if isfinite(part)],
        sizing.inputs.scenario.finance.currency,
    )
    shown = [gains[name] for name in causes]
    columns = [
        (text("saved by"), list(causes.values())),
        (text("{unit}\nin all", unit=unit), _signed([each.usd / factor for each in shown], language)),
        (text("less\nspent"), _signed([each.spent_usd / factor for each in shown], language)),
        (text("less\npenalty"), _signed([each.penalty_usd / factor for each in shown], language)),
    ]
    page.table(columns)
    page.say(
        text(
            "A cause's part is the saving with it, less the saving without. Others' machines are paid at their price of"
            " use; what they once cost is not counted, so that part lasts only while they have room."
        )
    )
    if any(worth.usd < 0 for worth in gains.values()):
        page.say(
            text(
                "Causes overlap: each is counted in full, and the rest, which takes what is too much, may be negative."
            )
        )
    page.say(_fewer(sizing, language))


def _causes(language: Language) -> dict[str, str]:
    text = language.text
    return {
        "time_zones": text("peaks at different hours (time zones)"),
        "shared_reserve": text("shared reserve for failures"),
        "cheaper_sites": text("the rest: cheaper sites, and room\nabroad where home has none"),
        "others_machines": text("apart: machines that others have standing"),
        "total": text("in all"),
    }


def _signed(values: list[float], language: Language) -> list[str]:
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return [NONE if abs(value) < largest * 1e-6 or not isfinite(value) else language.number(value) for value in values]


def _incomparable(sizing: Sizing, language: Language) -> str:
    text, single = language.text, None if sizing.pooling is None else sizing.pooling.alone
    if single is None or single.tables is not None:
        return text("Not known: the plans to compare were not found.")
    if not single.findings:
        return text("Cannot be told: alone the members cannot serve what is required.")
    return text(
        "Cannot be told: alone the members cannot serve what is required: {finding}.",
        finding=translate(single.findings[0], language),
    )


def _fewer(sizing: Sizing, language: Language) -> str:
    """Say what pooling does to the PFLOPS needed."""
    text, number = language.text, language.number
    sums = in_year(sizing.members, sizing.inputs.scenario.years[-1]).sum(min_count=1)
    pooled, single = sums["needed_pflops"], sums["alone_needed_pflops"]
    if not isfinite(pooled) or not isfinite(single):
        return text("How many PFLOPS pooling saves is not known.")
    more = sums["served_pflops"] - sums["alone_served_pflops"]
    fields = {"pooled": number(pooled), "alone": number(single), "served": number(abs(more))}
    if abs(more) <= 1e-5 * sums["demand_pflops"]:
        del fields["served"]
        return text("Together the members need {pooled} PFLOPS, alone {alone}, and serve as much.", **fields)
    if more > 0:
        return text(
            "Together the members need {pooled} PFLOPS, alone {alone}, with which they serve {served} PFLOPS less.",
            **fields,
        )
    return text(
        "Together the members need {pooled} PFLOPS, alone {alone}, with which they serve {served} PFLOPS more.",
        **fields,
    )
