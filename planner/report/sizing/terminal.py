"""A sizing on the terminal: the paragraph that answers, then the tables behind it, readable at 80 columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from planner.report.language.phrases import translate
from planner.report.paper import ROWS, Page, lay_paper
from planner.report.plan.sentences import stop, titles
from planner.report.sizing.blocks import SizingTable
from planner.report.sizing.sections import SizingWriter
from planner.report.sizing.words import answer, notes, plan_name
from planner.report.web.blocks import as_cell

if TYPE_CHECKING:
    from rich.console import Console

    from planner.report.language.speech import Language
    from planner.report.sizing.blocks import SizingSection
    from planner.studies.size import Sizing


def print_sizing(
    sizing: Sizing,
    *,
    console: Console | None = None,
    stopped: str = "",
    full: bool = False,
    brief: bool = False,
    language: Language | None = None,
) -> None:
    """Print a sizing: the answer in one paragraph, then needs, places, members, gains, scarcities and proofs.

    Parameters
    ----------
    console
        where to print; by default stdout
    stopped
        what ended the study before its end: "interrupted" or "time limit reached"
    full
        print every list in full
    brief
        print the paragraph only, and what could not be answered
    language
        as `planner.speak` returns it; by default English
    """
    page = lay_paper(console, None if full else ROWS, language)
    language, text = page.language, page.language.text
    if not brief:
        title, lines = titles(sizing.inputs, language)
        page.title("\n".join([title, *lines]))
    page.say(answer(sizing, language), style="bold")
    for sentence in stop(language, stopped) if sizing.unanswered else ():
        page.say(sentence)
    page.bullets(text("What stands in the way"), [translate(finding, language) for finding in sizing.findings])
    page.bullets(
        text("Not answered: these plans were not found"), [plan_name(name, language) for name in sizing.unanswered]
    )
    failed = [f"{plan_name(name, language)}: {translate(fault, language)}" for name, fault in sizing.failed.items()]
    page.bullets(text("Failed: please report it with the files"), failed)
    if brief:
        return
    for section in SizingWriter(sizing, language).sections():
        _print_section(section, page)
    page.bullets(text("Notes"), notes(sizing, language))


def _print_section(section: SizingSection, page: Page) -> None:
    """Print a heading with its sentences and tables; charts are for pages and pictures."""
    page.heading(section.title)
    for block in section.blocks:
        if isinstance(block, str):
            page.say(block)
        elif isinstance(block, SizingTable):
            _print_table(block, page)


def _print_table(table: SizingTable, page: Page) -> None:
    if table.gap:
        page.say("")
    page.table(
        [(column.head, [as_cell(cell).text for cell in column.cells]) for column in table.columns],
        left=[number for number, column in enumerate(table.columns) if not column.number],
        rest="" if table.cut else None,
        summed=table.summed,
    )
