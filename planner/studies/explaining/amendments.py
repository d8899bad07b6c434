"""Changes of a question in the words of its own files: what a variant's `set` and `remove` would say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.errors import UsageError
from planner.files import Inputs, load_scenario
from planner.files.changing.rendering import flow, tidy
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.plan.plan import Plan

DIGITS = 12
"""Digits of the figures that are written."""


@dataclass(frozen=True)
class Amendment:
    """One change: a value set at a dotted path, or something taken away by its prefixed id.

    Attributes
    ----------
    path, to
        where, and the value as files write it: a text, a list or a map; None takes the value away
    remove
        what goes, such as ``rule:kz-personal``; then there is no path
    """

    path: str = ""
    to: Any = None
    remove: str = ""

    @property
    def record(self) -> dict[str, Any]:
        """The change as a variant would write it."""
        return {"remove": self.remove} if self.remove else {"set": self.path, "to": self.to}

    @property
    def text(self) -> str:
        """The change as `--set` takes it; only of one that sets."""
        return f"{self.path}={'null' if self.to is None else flow(tidy(self.to))}"

    def __str__(self) -> str:
        return f"remove {self.remove}" if self.remove else self.text


def question_of(asked: Plan | Inputs) -> Inputs:
    """Return the question of a plan, or the question itself.

    Raises
    ------
    UsageError
        where it does not come from files, in whose words changes are made
    """
    inputs = asked if isinstance(asked, Inputs) else asked.inputs
    if not inputs.files:
        raise UsageError("the question comes from no files: load it with planner.load_scenario")
    return inputs


def amended(inputs: Inputs, amendments: Iterable[Amendment]) -> Inputs:
    """Return the question read again from its files with changes on top.

    Raises
    ------
    InputError
        where the files are wrong with these changes
    UsageError
        where the question does not come from files
    """
    inputs = question_of(inputs)
    listed = list(amendments)
    texts = list(dict.fromkeys(each.text for each in listed if not each.remove))
    removed = list(dict.fromkeys(each.remove for each in listed if each.remove))
    path, overrides = inputs.files[0].path, (*inputs.overrides, *texts)
    return load_scenario(path, variant=inputs.variant, overrides=overrides, removed=removed)


def as_variant(amendments: Sequence[Amendment]) -> dict[str, Any]:
    """Return changes as the body of a variant."""
    body: dict[str, Any] = {}
    removed = [each.remove for each in amendments if each.remove]
    values = {each.path: each.to for each in amendments if not each.remove}
    return body | ({"remove": removed} if removed else {}) | ({"set": values} if values else {})


def written(value: float, unit: str = "") -> str:
    """Return a figure with its unit as files write it."""
    return f"{value:.{DIGITS}g} {unit}".rstrip()


def raised(figure: Yearly, by: float | Mapping[int, float], unit: str, *, factor: float = 1.0) -> Any:
    """Return a figure so much higher, as files write it: one text, or a map of years.

    Parameters
    ----------
    by
        the amount, in all years or by year; a year that the figure does not list gets an entry of its own
    unit
        what it is written in
    factor
        what one written unit is worth in the figure's own
    """
    if figure.seasons:
        return {"seasons": {name: raised(each, by, unit, factor=factor) for name, each in figure.seasons}}
    if not isinstance(by, Mapping):
        return _written_years({year: value + by for year, value in figure.points}, unit, factor)
    if len(by) == 1 and len(figure.points) == 1:
        return written((figure.points[0][1] + next(iter(by.values()))) / factor, unit)
    points = dict(figure.points) if len(figure.points) > 1 else {}
    return _written_years(points | {year: figure.at(year) + amount for year, amount in by.items()}, unit, factor)


def _written_years(points: Mapping[int, float], unit: str, factor: float) -> Any:
    if len(points) == 1:
        return written(next(iter(points.values())) / factor, unit)
    return {str(year): written(value / factor, unit) for year, value in sorted(points.items())}
