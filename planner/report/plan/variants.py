"""A scenario and its variants side by side: what each came to, in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, Any

from planner.report.language.figures import NONE, column, money_unit
from planner.report.paper import Page, Paper
from planner.report.plan.facts.totals import NO_TOTALS, Totals, total
from planner.report.plan.summary import blank_summary, summarise

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from planner.plan.plan import Plan

BASE = "(base)"
"""Stands for the scenario itself in the table."""
NOT_STARTED = "not started"
DIGITS = 4
"""Digits that count: variants often differ little."""
BAD_INPUT = "bad input"


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
        return BAD_INPUT if self.error else NOT_STARTED

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


def print_variants(outcomes: Sequence[Outcome], *, console: Console | None = None) -> None:
    """Print the table that closes the solving of all variants: status, share served, builds, cost and penalty."""
    page = Page(console or Paper(highlight=False), None)
    plans = [outcome.plan if outcome.is_sound else None for outcome in outcomes]
    costs = [nan if plan is None else plan.total_cost_usd for plan in plans]
    penalties = [nan if plan is None else plan.unserved_penalty_usd for plan in plans]
    totals = [NO_TOTALS if plan is None else total(plan) for plan in plans]
    currency = next((plan.inputs.scenario.finance.currency for plan in plans if plan is not None), "USD")
    factor, unit = money_unit([*costs, *penalties], currency)
    columns = [
        [outcome.variant or BASE for outcome in outcomes],
        [outcome.status for outcome in outcomes],
        list(map(_share, totals)),
        column([each.built_pflops for each in totals], DIGITS),
        column([usd / factor for usd in costs], DIGITS),
        column([usd / factor for usd in penalties], DIGITS),
    ]
    page.heading(f"All variants{_years(plans)}")
    heads = ["variant", "status", "served", "PFLOPS\nbuilt", f"cost\n{unit}", f"penalty\n{unit}"]
    page.table(heads, [list(row) for row in zip(*columns, strict=True)], left=(0, 1))


def _share(figures: Totals) -> str:
    """Return the share served to a tenth of a percent, and 100 only where all is."""
    if not figures.demand_pflops > 0:
        return NONE
    if figures.serves_all:
        return "100 %"
    return f"{min(100 * figures.served_share, 99.9):.1f} %"


def _years(plans: Sequence[Plan | None]) -> str:
    """Say what the figures of several years mean."""
    several = any(plan is not None and len(plan.inputs.scenario.years) > 1 for plan in plans)
    return " (several years: served and built in the last one, cost and penalty discounted)" if several else ""
