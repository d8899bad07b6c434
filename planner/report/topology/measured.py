"""Planned round trips beside measured ones, on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.language.figures import NONE, counted, number
from planner.report.paper import ROWS, lay_paper

if TYPE_CHECKING:
    from rich.console import Console

    from planner.studies.survey.measured import CheckedPair, LatencyCheck


def print_latency_check(check: LatencyCheck, *, full: bool = False, console: Console | None = None) -> None:
    """Print how many round trips are right to a quarter, and the worst pairs with their causes; `full` all pairs."""
    page = lay_paper(console, None if full else ROWS)
    page.say(
        f"{check.within_25} of {counted(check.pairs, 'pair')} within 25 % ({100 * check.share:.0f} %), counted as"
        f" {check.latency}. {_median(check.median_error)}"
    )
    if check.left_out:
        named = page.few([f"{pair.a} - {pair.b}" for pair in check.left_out])
        page.say(f"Left out, for the topology lacks a place, or both are one: {named}.")
    worst = check.checked if full else tuple(pair for pair in check.checked if not pair.is_near)
    if not worst:
        return
    page.heading("All pairs, the worst first" if full else "The worst pairs")
    rows = [_row(pair) for pair in worst[: page.rows]]
    page.table(["pair", "measured", "planned", "off", "cause"], rows, prose=4)
    page.more(len(worst), "")


def _median(error: float | None) -> str:
    if error is None:
        return "No pair has a way."
    return f"Median error: {_signed(error)}."


def _row(pair: CheckedPair) -> list[str]:
    planned, off = (NONE, NONE) if pair.planned_ms is None else (f"{number(pair.planned_ms)} ms", _signed(pair.error))
    return [f"{pair.a} -\n{pair.b}", f"{number(pair.measured_ms)} ms", planned, off, pair.cause]


def _signed(share: float) -> str:
    return f"{100 * share:+.0f} %"
