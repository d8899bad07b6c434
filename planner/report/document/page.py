"""The whole page: every section's blocks, for the plan and for each of its years."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.report.document import answer, decisions, grounds, people, supply
from planner.report.document.blocks import Voice

if TYPE_CHECKING:
    from datetime import datetime

    from planner.plan.plan import Plan
    from planner.report.document.blocks import Table
    from planner.report.language import Language


@dataclass(frozen=True)
class YearPage:
    """What the page says of one year; tables are None where there is nothing to say."""

    year: int
    figures: list[tuple[str, str]]
    links: Table | None
    members: Table | None
    screened: list[str]
    failures: Table | None
    worths: Table | None
    hosting: Table | None
    delays: Table | None
    sites: Table | None
    unserved: Table | None
    uncarried: Table | None
    fills: str


def make_page(plan: Plan, language: Language, written: datetime | None) -> dict[str, Any]:
    """Return what the template lays out; a plan without tables has its findings and inputs alone."""
    voice = Voice(plan, language)
    title, lines = answer.titles(voice)
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
            "failure": answer.failure(voice),
            "infeasible": plan.status is Status.INFEASIBLE,
        }
    return page | _whole(voice)


def _whole(voice: Voice) -> dict[str, Any]:
    """Return what a plan with tables says."""
    convention, conventions = answer.convention(voice)
    return {
        "whole": True,
        "headline": answer.headline(voice),
        "status": answer.status(voice),
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


def _year(voice: Voice, year: int) -> YearPage:
    """Return what the page says of one year."""
    screened, shaping = decisions.failures(voice, year)
    return YearPage(
        year=year,
        figures=answer.key_figures(voice, year),
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
