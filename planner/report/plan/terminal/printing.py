"""A plan on the terminal: a page for whoever advises the one who decides, readable at 80 columns and without colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from planner.engine.status import Status
from planner.report.paper import ROWS, Page, lay_paper
from planner.report.plan import sentences
from planner.report.plan.facts.answer import YEARS
from planner.report.plan.plan_text import PlanText
from planner.report.plan.terminal.sections import SECTIONS

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.report.language.speech import Language


def print_plan(
    plan: Plan,
    *,
    console: Console | None = None,
    stopped: str = "",
    full: bool = False,
    brief: bool = False,
    language: Language | None = None,
) -> None:
    """Print a plan as a page: what is proved, who is served from where, what is built, what is left, what it costs.

    Parameters
    ----------
    console
        where to print; by default stdout
    stopped
        what ended the solve before its proof: "interrupted" or "time limit reached"
    full
        print every list in full
    brief
        print the head only: what is served, at what price, and what is proved
    language
        as `planner.speak` returns it; by default English
    """
    page = lay_paper(console, None if full else ROWS, language)
    language = page.language
    plan_text = PlanText(plan, language, named=False, full=full)
    title, lines = sentences.titles(plan.inputs, language)
    page.title("\n".join([title, *lines]))
    if not plan_text.digest.is_whole:
        _print_failure(plan_text, page, stopped)
        return
    page.say(language.run_on(sentences.headline(plan_text)), style="bold")
    page.say(sentences.status(plan_text, stopped))
    if brief:
        return
    *before, year = plan_text.years
    if before:
        page.say(
            language.text(
                "Details below speak of {year} unless they say otherwise; the tables hold {years} too.",
                year=year,
                years=_all(language, before),
            )
        )
    for section in SECTIONS:
        section(plan_text, plan_text.digest.year(year), page)
    _print_work(plan_text, page)


def _all(language: Language, listed: Sequence[int]) -> str:
    if len(listed) <= YEARS:
        return language.joined(map(str, listed))
    return language.text("{first} to {last}", first=listed[0], last=listed[-1])


def _print_failure(plan_text: PlanText, page: Page, stopped: str) -> None:
    """Say that there is no plan, and why, in the words of the findings."""
    plan, text = plan_text.plan, page.language.text
    page.say(sentences.failure(plan_text, stopped), style="bold")
    infeasible = plan.status is Status.INFEASIBLE
    page.bullets(
        text("What stands in the way") if infeasible else text("What was found"),
        list(map(plan_text.translated, plan.findings)),
    )
    _print_work(plan_text, page)


def _print_work(plan_text: PlanText, page: Page) -> None:
    rounds, paths = sentences.work(plan_text)
    seconds = page.language.quantity(round(plan_text.plan.seconds, 1), "s")
    page.say(
        page.language.text(
            "Solved by {solver} in {seconds}: {rounds}, {paths}.",
            solver=plan_text.digest.solver,
            seconds=seconds,
            rounds=rounds,
            paths=paths,
        ),
        gap=True,
    )
