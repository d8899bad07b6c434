"""The figures to remember of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.language.figures import ALL_BUT, decimals_of, rest
from planner.report.plan.facts.totals import total

if TYPE_CHECKING:
    from planner.report.plan.voice import Voice


def key_figures(voice: Voice, year: int) -> list[tuple[str, str]]:
    """Return what to remember of a year: label and figure."""
    language, figures = voice.language, total(voice.plan, year)
    found = [(language.text("Cost of the year"), voice.money(figures.cost_usd))]
    if figures.demand_pflops:
        share = figures.served_pflops / figures.demand_pflops
        left = figures.unserved_pflops if figures.unserved_pflops > ALL_BUT * figures.demand_pflops else 0.0
        if left:
            left = rest(figures.demand_pflops, figures.served_pflops, decimals_of(left))
        found = [
            (language.text("Share served"), language.percentage(1.0 if not left else share)),
            (language.text("Left unserved"), language.quantity(left, "PFLOPS")),
            (language.text("Built by this plan and standing"), language.quantity(figures.built_pflops, "PFLOPS")),
            *found,
        ]
    if figures.served_pflops:
        price = voice.money(figures.cost_usd / figures.served_pflops)
        found += [
            (language.text("Per served PFLOPS and year"), price),
            (language.text("Mean round trip"), language.quantity(figures.mean_rtt_ms, "ms")),
        ]
    return found
