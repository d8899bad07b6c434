"""The answer of a comparison: what each plan costs, serves, builds and emits beside the baseline, in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from planner.report.comparison.ranking import SAME
from planner.report.language.rules import status_word

if TYPE_CHECKING:
    from planner.report.comparison.comparing import Comparison
    from planner.report.comparison.figures import FigureWriter
    from planner.report.language.speech import Language

ASKED = ("cost_usd", "unserved_pflops", "built_pflops", "carbon_t", "mean_rtt_ms")
"""Criteria that the sentence speaks of."""


@dataclass(frozen=True)
class AnswerWriter:
    """Writes the sentence of each plan in a language; what is the same in both is left out."""

    comparison: Comparison
    language: Language
    figures: FigureWriter

    def sentences(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each plan but the baseline with its sentence."""
        for name in self.comparison.others:
            plan = self.comparison.plan(name)
            if plan.tables is None:
                yield name, self.language.text("no plan: {status}", status=status_word(plan.status, self.language))
                continue
            parts = [*self._parts(name)]
            yield name, self.language.joined(parts) if parts else self.language.text("the same by all that is compared")

    def _parts(self, name: str) -> Iterator[str]:
        """Yield how a plan differs from the baseline by each criterion."""
        ranking, words = self.comparison.ranking, self._words()
        for key in ASKED:
            rows = ranking.loc[key]
            before, after = (float(rows["value"][each]) for each in (self.comparison.baseline, name))
            change = after - before
            if not isfinite(change) or abs(change) <= SAME * max(abs(before), abs(after)):
                continue
            (cell,), unit = self.figures.cells([abs(change)], str(rows["unit"].iloc[0]))
            more, less = words[key]
            yield (more if change > 0 else less).format(amount=self.language.isolated(f"{cell} {unit}".strip()))

    def _words(self) -> dict[str, tuple[str, str]]:
        """Return what more and less of each criterion mean."""
        text = self.language.text
        return {
            "cost_usd": (text("{amount} dearer"), text("{amount} cheaper")),
            "unserved_pflops": (text("{amount} less served"), text("{amount} more served")),
            "built_pflops": (text("{amount} more built"), text("{amount} less built")),
            "carbon_t": (text("{amount} more CO₂"), text("{amount} less CO₂")),
            "mean_rtt_ms": (text("{amount} slower in the mean"), text("{amount} faster in the mean")),
        }
