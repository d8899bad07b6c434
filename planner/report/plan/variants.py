"""A scenario and its variants side by side: what each came to, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from planner.report.language.figures import NONE, money_unit
from planner.report.language.rules import status_word
from planner.report.language.speech import speak
from planner.report.paper import Page, Paper
from planner.report.plan.facts.totals import NO_TOTALS, Totals, total
from planner.report.plan.summary import blank_summary, summarise

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from planner.plan.plan import Plan
    from planner.report.language.speech import Language

DIGITS = 4
"""Digits that count: variants often differ little."""


@dataclass(frozen=True)
class Outcome:
    """What a variant came to.

    Attributes
    ----------
    variant
        None for the scenario itself
    plan
        None where its files are wrong or it was not started
    run
        where the plan is kept, if it is
    exit_code
        as the command alone would have ended
    error
        why there is no plan, in the words of the error
    """

    variant: str | None
    plan: Plan | None = None
    run: Path | None = None
    exit_code: int = 0
    error: str = ""

    @property
    def status(self) -> str:
        """Status of the plan, or why there is none."""
        if self.plan is not None:
            return self.plan.status.value
        return "bad input" if self.error else "not started"

    @property
    def is_sound(self) -> bool:
        """Whether there are figures that may be shown."""
        return self.plan is not None and self.plan.status.has_plan


def summarise_outcome(outcome: Outcome, scenario: str | None) -> dict[str, Any]:
    """Return what ``--json`` prints for a variant: the keys of a plan, None where there is none, and the exit code."""
    if outcome.plan is not None:
        found = summarise(outcome.plan, outcome.run)
    else:
        found = blank_summary(scenario, outcome.variant, outcome.error) | {"status": outcome.status.replace(" ", "_")}
    return found | {"exit_code": outcome.exit_code}


def print_variants(
    outcomes: Sequence[Outcome], *, console: Console | None = None, language: Language | None = None
) -> None:
    """Print the table that closes the solving of all variants: status, share served, builds, cost and penalty."""
    page = Page(console or Paper(highlight=False), None, (language or speak()).plain)
    language, text = page.language, page.language.text
    plans = [outcome.plan if outcome.is_sound else None for outcome in outcomes]
    costs = [nan if plan is None else plan.total_cost_usd for plan in plans]
    penalties = [nan if plan is None else plan.unserved_penalty_usd for plan in plans]
    totals = [NO_TOTALS if plan is None else total(plan) for plan in plans]
    currency = next((plan.inputs.scenario.finance.currency for plan in plans if plan is not None), "USD")
    factor, unit = money_unit([*costs, *penalties], currency)
    columns = [
        (text("variant"), [outcome.variant or text("(base)") for outcome in outcomes]),
        (text("status"), [_status(outcome, language) for outcome in outcomes]),
        (text("served"), [_share(each, language) for each in totals]),
        (text("PFLOPS\nbuilt"), language.column([each.built_pflops for each in totals], DIGITS)),
        (text("cost\n{unit}", unit=unit), language.column([usd / factor for usd in costs], DIGITS)),
        (text("penalty\n{unit}", unit=unit), language.column([usd / factor for usd in penalties], DIGITS)),
    ]
    if any(plan is not None and plan.inputs.topology.background for plan in plans):
        lost = [nan if plan is None else plan.background_penalty_usd for plan in plans]
        factor, unit = money_unit(lost, currency)
        columns.append(
            (text("others lose\n{unit}", unit=unit), language.column([usd / factor for usd in lost], DIGITS))
        )
    several = text("All variants (several years: served and built in the last one, cost and penalty discounted)")
    page.heading(several if any(map(_has_years, plans)) else text("All variants"))
    page.table(columns, left=(0, 1))


def _status(outcome: Outcome, language: Language) -> str:
    if outcome.plan is not None:
        return status_word(outcome.plan.status, language)
    return language.text("bad input") if outcome.error else language.text("not started")


def _share(figures: Totals, language: Language) -> str:
    """Return the share served to a tenth of a percent, and 100 only where all is."""
    if not figures.demand_pflops > 0:
        return NONE
    return language.tenths(1.0 if figures.serves_all else figures.served_share)


def _has_years(plan: Plan | None) -> bool:
    return plan is not None and len(plan.inputs.scenario.years) > 1
