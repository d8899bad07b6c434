"""What pooling is worth: what it saves by which cause, and what it does to the PFLOPS needed."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, money_unit
from planner.report.language.phrases import translate
from planner.report.plan.facts.totals import in_year
from planner.report.sizing.blocks import SizingColumn, SizingSection, SizingTable

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.studies.size import Sizing


def pooling(sizing: Sizing, language: Language) -> SizingSection | None:
    """Return what pooling is worth, and why; nothing where it was not reached."""
    found, text = sizing.pooling, language.text
    if found is None:
        return None
    several = len(sizing.inputs.scenario.years) > 1
    title = text("What pooling is worth (all years, discounted)") if several else text("What pooling is worth (a year)")
    if not found.is_known:
        return SizingSection("pooling", text("Pooling"), title, (_incomparable(sizing, language),))
    lines = [
        text(
            "A cause's part is the saving with it, less the saving without. Others' machines are paid at their price of"
            " use; what they once cost is not counted, so that part lasts only while they have room."
        )
    ]
    if any(worth.usd < 0 for worth in found.gains.values()):
        lines.append(
            text(
                "Causes overlap: each is counted in full, and the rest, which takes what is too much, may be negative."
            )
        )
    return SizingSection(
        "pooling", text("Pooling"), title, (_gains(sizing, language), *lines, _fewer(sizing, language))
    )


def _gains(sizing: Sizing, language: Language) -> SizingTable:
    """Return what is saved by which cause."""
    assert sizing.pooling is not None
    gains, causes, text = sizing.pooling.gains, _causes(language), language.text
    factor, unit = money_unit(
        [part for worth in gains.values() for part in worth if isfinite(part)],
        sizing.inputs.scenario.finance.currency,
    )
    shown = [gains[name] for name in causes]
    return SizingTable((
        SizingColumn(text("saved by"), list(causes.values()), number=False),
        SizingColumn(text("{unit}\nin all", unit=unit), _signed([each.usd / factor for each in shown], language)),
        SizingColumn(text("less\nspent"), _signed([each.spent_usd / factor for each in shown], language)),
        SizingColumn(text("less\npenalty"), _signed([each.penalty_usd / factor for each in shown], language)),
    ), summed=True)  # fmt: skip


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
