"""What the check knows of a limit, one record for each constraint family, and what a reason says of which row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from planner.demand import Workload
    from planner.plan.verify.duals import Duals, RowKey
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import Flow, TracedPath
    from planner.plan.verify.parts import DemandPart

NEAR = 1e-5
"""Share of a limit that may be free where it is called full."""

Sides = tuple[float, float] | None
"""What is reached of a limit, and the limit; None where the inputs do not say."""


class ReasonPart(NamedTuple):
    """One thing that a reason says, of which row."""

    evidence: Evidence
    year: int
    parts: list[DemandPart]
    fields: Mapping[str, str]

    @property
    def workload(self) -> Workload:
        """The class of work."""
        return self.parts[0].workload

    @property
    def was_moved(self) -> bool:
        """Whether objectives come after the one that has decided what is served."""
        return self.evidence.inputs.scenario.objective != ("cost",)

    def number(self, name: str) -> float:
        """Return a figure as a number."""
        return float(self.fields[name].replace(",", ""))

    def is_figure(self, name: str, right: float | None, *, off: float = 0.0) -> bool:
        """Tell whether a figure is right, as far as it is written out."""
        return right is not None and abs(self.number(name) - right) <= max(off, NEAR * abs(right), 1e-9)


Ground = Callable[[ReasonPart], bool]
"""Tells whether what a reason names is as it says."""


def takes_nothing(_: Duals, __: Flow, ___: TracedPath) -> Iterator[float]:
    """A path takes nothing of it."""
    return iter(())


@dataclass(frozen=True)
class CheckedLimit:
    """What the check knows of the limits of one constraint family.

    Attributes
    ----------
    reached
        what is reached of a row's limit, and the limit; LookupError where the inputs have no such row
    takes
        yields what one unit on a path takes of such limits, weighed with their duals; below zero what it gives
    is_full
        what has to be so where a reason names one as full; None where none does
    rules
        what the tables have to keep
    """

    reached: Callable[[Evidence, RowKey], Sides]
    takes: Callable[[Duals, Flow, TracedPath], Iterator[float]] = takes_nothing
    is_full: Ground | None = None
    rules: tuple[Callable[[Evidence], Iterator[str]], ...] = ()
