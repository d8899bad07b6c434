"""The whole page: every section's blocks, for the plan and for each of its years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.report.language.speech import speak
from planner.report.plan import sentences
from planner.report.plan.page import decisions, grounds, people, supply
from planner.report.plan.voice import PlanText
from planner.report.web.html import fill_page, read_styles

if TYPE_CHECKING:
    from datetime import datetime

    from planner.plan.plan import Plan
    from planner.report.language.speech import Language
    from planner.report.web.blocks import PageTable


@dataclass(frozen=True)
class YearPage:
    """What the page says of one year; tables are None where there is nothing to say."""

    year: int
    figures: list[tuple[str, str]]
    links: PageTable | None
    members: PageTable | None
    screened: list[str]
    failures: PageTable | None
    worths: PageTable | None
    hosting: PageTable | None
    delays: PageTable | None
    sites: PageTable | None
    unserved: PageTable | None
    uncarried: PageTable | None
    fills: str


def make_page(plan: Plan, language: Language, written: datetime | None) -> dict[str, Any]:
    """Return what the template lays out; a plan without tables has its findings and inputs alone."""
    voice = PlanText(plan, language)
    title, lines = sentences.titles(voice)
    page: dict[str, Any] = {
        "title": title,
        "lines": lines,
        "date": "" if written is None else language.date(written),
        "status_word": grounds.status_word(voice),
        "solving": grounds.solving(voice, written),
        "files": grounds.files(voice),
        "warnings": grounds.warnings(voice),
        "notes": [voice.said(note) for note in plan.notes],
        "findings": [voice.said(finding) for finding in plan.findings],
        "several": len(voice.years) > 1,
        "years": [],
    }
    if plan.tables is None or not plan.status.has_plan:
        return page | {
            "whole": False,
            "failure": sentences.failure(language, plan.status),
            "infeasible": plan.status is Status.INFEASIBLE,
        }
    return page | _whole(voice)


def _whole(voice: PlanText) -> dict[str, Any]:
    """Return what a plan with tables says."""
    convention, conventions = sentences.convention(voice)
    return {
        "whole": True,
        "headline": sentences.headline(voice),
        "status": sentences.status(voice),
        "proved": voice.plan.status is Status.OPTIMAL,
        "convention": convention,
        "conventions": conventions,
        "exhaustion": supply.exhaustion(voice),
        "balance": supply.balance(voice),
        "basis": supply.basis(voice),
        "between": supply.between(voice),
        "by_year": supply.years(voice),
        "builds": decisions.builds(voice, full=False),
        "all_builds": decisions.builds(voice, full=True),
        "projects_left": decisions.projects_left(voice),
        "unit_costs": decisions.unit_costs(voice),
        "spans": decisions.spans(voice),
        "penalty": decisions.penalty(voice),
        "terms": decisions.terms(voice),
        "sureness": grounds.cost_sureness(voice),
        "records": grounds.records(voice),
        "remarks": grounds.remarks(voice),
        "sources": grounds.sources(voice),
        "years": [_year(voice, year) for year in reversed(voice.years)],
    }


def _year(voice: PlanText, year: int) -> YearPage:
    """Return what the page says of one year."""
    screened, shaping = decisions.failures(voice, year)
    return YearPage(
        year=year,
        figures=supply.key_figures(voice, year),
        links=decisions.full_links(voice, year),
        members=people.members(voice, year),
        screened=screened,
        failures=shaping,
        worths=decisions.worths(voice, year),
        hosting=people.hosting(voice, year),
        delays=people.delays(voice, year),
        sites=decisions.full_sites(voice, year),
        unserved=people.unserved(voice, year),
        uncarried=people.uncarried(voice, year),
        fills=decisions.fills(voice, year),
    )


def render_report(
    plan: Plan, *, language: Language | None = None, basemap: Path | None = None, written: datetime | None = None
) -> str:
    """Return the report of a plan as one HTML file; the same plan gives the same text.

    Parameters
    ----------
    language
        as `planner.speak` returns it; by default English
    basemap
        a GeoJSON file with land in place of the shipped one; a path called ``none`` draws none
    written
        when the run was written, from its manifest; without it the report gives no date

    Raises
    ------
    InputError, UsageError
        where the basemap cannot be read
    """
    language = language or speak("en")
    page = make_page(plan, language, written)
    data, texts = _explorer(plan, language, basemap) if page["whole"] else ({}, [])
    sheets = read_styles(interactive=page["whole"])
    return fill_page("report.html.j2", language, sheets, data, texts, page=page)


def _explorer(plan: Plan, language: Language, basemap: Path | None) -> tuple[dict[str, str], Sequence[str]]:
    """Return what the scripts draw, by the id of the element it stands in, and the scripts."""
    from planner.report.web.basemap import read_basemap
    from planner.report.web.bundle import safe_json, scripts
    from planner.report.web.payload import make_payload
    from planner.report.web.words import script_words

    data = {
        "data": safe_json(make_payload(plan, language)),
        "basemap": read_basemap(basemap),
        "words": safe_json(script_words(language)),
    }
    return data, scripts()
