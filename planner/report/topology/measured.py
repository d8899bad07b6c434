"""Planned round trips beside measured ones, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.language.figures import NONE
from planner.report.language.phrases import translate
from planner.report.paper import ROWS, lay_paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.paper import Column
    from planner.studies.survey.measured import CheckedPair, LatencyCheck


def print_latency_check(
    check: LatencyCheck, *, full: bool = False, console: Console | None = None, language: Language | None = None
) -> None:
    """Print how many round trips are right to a quarter, and the worst pairs with their causes; `full` all pairs."""
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    share = language.percentage(check.share)
    counted = text(
        "{right} of {pairs} pairs within 25 % ({share}), counted as {latency}.",
        right=check.within_25, pairs=check.pairs, share=share, latency=check.latency,
    )  # fmt: skip
    page.say(language.run_on([counted, _median(check.median_error, language)]))
    if check.left_out:
        named = page.few([f"{pair.a} - {pair.b}" for pair in check.left_out])
        page.say(text("Left out, for the topology lacks a place, or both are one: {pairs}.", pairs=named))
    worst = check.checked if full else tuple(pair for pair in check.checked if not pair.is_near)
    if worst:
        page.heading(text("All pairs, the worst first") if full else text("The worst pairs"))
        page.table(_columns(worst, language), prose=4, rest="")


def _median(error: float | None, language: Language) -> str:
    if error is None:
        return language.text("No pair has a way.")
    return language.text("Median error: {error}.", error=_signed(error, language))


def _columns(pairs: Sequence[CheckedPair], language: Language) -> list[Column]:
    text = language.text
    return [
        (text("pair"), [f"{pair.a} -\n{pair.b}" for pair in pairs]),
        (text("measured"), [language.quantity(pair.measured_ms, "ms") for pair in pairs]),
        (
            text("planned"),
            [NONE if pair.planned_ms is None else language.quantity(pair.planned_ms, "ms") for pair in pairs],
        ),
        (text("off"), [NONE if pair.planned_ms is None else _signed(pair.error, language) for pair in pairs]),
        (text("cause"), [translate(pair.cause, language) for pair in pairs]),
    ]


def _signed(share: float, language: Language) -> str:
    """Return a share with its sign."""
    return f"{'+' if share >= 0 else '−'}{language.percentage(abs(share))}"
