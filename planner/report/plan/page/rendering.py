"""The whole page: every section's blocks, for the plan and for each of its years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.report.language.rules import status_word
from planner.report.language.speech import speak
from planner.report.plan import answering, sentences
from planner.report.plan.page import decisions, members, others, provenance, supply
from planner.report.plan.plan_text import PlanText
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
    limit_values: PageTable | None
    hosting: PageTable | None
    delays: PageTable | None
    sites: PageTable | None
    unserved: PageTable | None
    traffic_not_carried: PageTable | None
    others: list[str]
    other_traffic: PageTable | None
    failures_of_others: PageTable | None
    fills: str


def make_page(plan: Plan, language: Language, written: datetime | None) -> dict[str, Any]:
    """Return what the template lays out; a plan without tables has its findings and inputs alone."""
    plan_text = PlanText(plan, language)
    title, lines = sentences.titles(plan.inputs, language)
    page: dict[str, Any] = {
        "title": title,
        "lines": lines,
        "date": "" if written is None else language.date(written),
        "status_word": status_word(plan.status, language),
        "solving": provenance.solving(plan_text, written),
        "files": provenance.files(plan_text),
        "warnings": provenance.warnings(plan_text),
        "notes": [plan_text.translated(note) for note in plan.notes],
        "findings": [plan_text.translated(finding) for finding in plan.findings],
        "several": len(plan_text.years) > 1,
        "years": [],
    }
    if plan.tables is None or not plan.status.has_plan:
        return page | {
            "whole": False,
            "failure": sentences.failure(plan_text),
            "infeasible": plan.status is Status.INFEASIBLE,
        }
    return page | _whole(plan_text)


def _whole(plan_text: PlanText) -> dict[str, Any]:
    """Return what a plan with tables says."""
    return {
        "whole": True,
        "answer": answering.answer(plan_text),
        "reservations": answering.reservations(plan_text),
        "headline": sentences.headline(plan_text),
        "status": sentences.status(plan_text),
        "proved": plan_text.plan.status is Status.OPTIMAL,
        "convention": sentences.convention(plan_text),
        "conventions": sentences.conventions(plan_text),
        "exhaustion": supply.exhaustion(plan_text),
        "balance": supply.balance(plan_text),
        "basis": supply.basis(plan_text),
        "between": supply.between(plan_text),
        "by_year": supply.years(plan_text),
        "builds": decisions.builds(plan_text, full=False),
        "all_builds": decisions.builds(plan_text, full=True),
        "projects_left": sentences.projects_left(plan_text),
        "capital": decisions.capital(plan_text),
        "unit_costs": decisions.unit_costs(plan_text),
        "spans": sentences.spans(plan_text),
        "penalties": [each for each in (sentences.penalty(plan_text), sentences.background_penalty(plan_text)) if each],
        "has_others": bool(plan_text.inputs.topology.background),
        "terms": decisions.terms(plan_text),
        "confidence": provenance.cost_confidence(plan_text),
        "records": provenance.records(plan_text),
        "remarks": provenance.remarks(plan_text),
        "sources": provenance.sources(plan_text),
        "years": [_year(plan_text, year) for year in reversed(plan_text.years)],
    }


def _year(plan_text: PlanText, year: int) -> YearPage:
    """Return what the page says of one year."""
    screened, shaping = decisions.failures(plan_text, year)
    return YearPage(
        year=year,
        figures=supply.key_figures(plan_text, year),
        links=decisions.full_links(plan_text, year),
        members=members.members(plan_text, year),
        screened=screened,
        failures=shaping,
        limit_values=decisions.limit_values(plan_text, year),
        hosting=members.hosting(plan_text, year),
        delays=members.delays(plan_text, year),
        sites=decisions.full_sites(plan_text, year),
        unserved=members.unserved(plan_text, year),
        traffic_not_carried=members.traffic_not_carried(plan_text, year),
        others=[sentences.other_traffic(plan_text, year), sentences.failures_of_others(plan_text, year)],
        other_traffic=others.other_traffic(plan_text, year),
        failures_of_others=others.failures_of_others(plan_text, year),
        fills=decisions.fills(plan_text, year),
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
    from planner.report.web.html import safe_json, scripts
    from planner.report.web.payload import make_payload
    from planner.report.web.words import script_words

    data = {
        "data": safe_json(make_payload(plan, language)),
        "basemap": read_basemap(basemap),
        "words": safe_json(script_words(language)),
    }
    return data, scripts()
