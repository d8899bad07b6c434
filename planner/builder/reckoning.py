"""A reckoning: the coefficients that a figure takes and the results between, in their order."""

from __future__ import annotations

from dataclasses import dataclass, field

from planner.builder.coefficients import Coefficient
from planner.builder.futures import Future

SURENESS = ("verified", "estimated", "assumed")


@dataclass(frozen=True)
class Step:
    """One figure of a reckoning: a coefficient that was taken, or a result with its formula."""

    name: str
    value: float
    unit: str
    formula: str = ""
    coefficient: str = ""
    source: str = ""
    confidence: str = ""
    low: float | None = None
    high: float | None = None


@dataclass
class Reckoning:
    """A future and a year in which figures are taken; it keeps the steps unless told not to."""

    future: Future
    year: int
    keep: bool = True
    steps: list[Step] = field(default_factory=list)

    def take(self, name: str, coefficient: Coefficient) -> float:
        """Return the value of a coefficient, and note it."""
        value = self.future.pick(coefficient, self.year)
        if self.keep:
            low, high = coefficient.at(self.year, 0.0), coefficient.at(self.year, 1.0)
            ranged = low != high
            self.steps.append(
                Step(
                    name,
                    value,
                    coefficient.unit,
                    coefficient=coefficient.id or "given",
                    source=coefficient.source or "",
                    confidence=coefficient.confidence or "",
                    low=low if ranged else None,
                    high=high if ranged else None,
                )
            )
        return value

    def note(self, name: str, value: float, unit: str, formula: str) -> float:
        """Return a result as it is, and note it."""
        if self.keep:
            self.steps.append(Step(name, value, unit, formula))
        return value

    @property
    def confidence(self) -> str:
        """How sure the least sure step is."""
        told = [step.confidence for step in self.steps if step.confidence]
        return max(told, key=SURENESS.index, default="assumed")
