"""What objectives, limits and statuses are called, in a language: the only place that knows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.engine.status import Status

if TYPE_CHECKING:
    from planner.programme.families import Family
    from planner.report.language.speech import Language


@dataclass(frozen=True)
class ObjectiveWords:
    """What an objective seeks, and what a gap means for it."""

    sought: str
    could: str


def objective_words(language: Language, name: str, *, gap: str = "") -> ObjectiveWords:
    """Return the words of an objective.

    Raises
    ------
    KeyError
        where there is no such objective
    """
    text = language.text
    return {
        "cost": ObjectiveWords(
            text("least cost, penalty included"),
            text("Cost and penalty together could be at most {gap} lower.", gap=gap),
        ),
        "served": ObjectiveWords(text("most PFLOPS served"), text("At most {gap} more could be served.", gap=gap)),
        "compute": ObjectiveWords(
            text("least new compute"), text("The community could do with at most {gap} less new compute.", gap=gap)
        ),
        "latency": ObjectiveWords(
            text("least round trips"), text("Round trips could be at most {gap} shorter.", gap=gap)
        ),
        "carbon": ObjectiveWords(text("least carbon"), text("Carbon could be at most {gap} less.", gap=gap)),
        "peak_utilisation": ObjectiveWords(
            text("least load on the fullest link"), text("The fullest link could be at most {gap} less full.", gap=gap)
        ),
    }[name]


def limit_words(language: Language, family: Family) -> str:
    """Return what a constraint family is called; its record holds the English."""
    return language.text(family.words)


def status_word(status: Status, language: Language) -> str:
    """Return a status in a word or two."""
    text = language.text
    return {
        Status.OPTIMAL: text("optimal"), Status.FEASIBLE: text("not proved"), Status.INFEASIBLE: text("infeasible"),
        Status.UNBOUNDED: text("unbounded"), Status.LIMIT: text("stopped"), Status.ERROR: text("wrong"),
    }[status]  # fmt: skip
