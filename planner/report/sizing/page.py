"""A sizing as one HTML file: the answer first, charts and tables without scripts, and with them a map."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from planner.report.language.phrases import translate
from planner.report.language.rules import status_word
from planner.report.language.speech import Language, speak
from planner.report.plan import sentences
from planner.report.plan.facts.totals import in_year
from planner.report.plan.page import provenance
from planner.report.plan.plan_text import PlanText
from planner.report.sizing.blocks import SizingChart, SizingSection, SizingTable
from planner.report.sizing.sections import SizingWriter
from planner.report.sizing.words import answer_sentences, notes, plan_name
from planner.report.web.blocks import PageColumn, PageTable, as_cell
from planner.report.web.html import fill_page, read_styles

if TYPE_CHECKING:
    from pathlib import Path

    from planner.plan.plan import Plan, Tables
    from planner.studies.size import Sizing

ROWS = 40
"""Rows of a table on the page; the workbook holds all."""
MAPPED = ("sites", "links")
"""Tables that the map draws."""


def render_sizing(
    sizing: Sizing, *, stopped: str = "", language: Language | None = None, basemap: Path | None = None
) -> str:
    """Return a sizing as one HTML file that asks no network; the same sizing gives the same text.

    Parameters
    ----------
    stopped
        what ended the study before its end: "interrupted" or "time limit reached"
    language
        as `planner.speak` returns it; by default English
    basemap
        a GeoJSON file with land in place of the shipped one; a path called ``none`` draws none

    Raises
    ------
    InputError, UsageError
        where the basemap cannot be read
    """
    language = language or speak()
    writer = SizingWriter(sizing, language, named=True)
    data, texts = _scripted(writer, basemap)
    title, lines = sentences.titles(sizing.inputs, language)
    style = read_styles("sizing.css", interactive=bool(texts))
    return fill_page(
        "sizing.html.j2", language, style, data, texts,
        title=title, lines=lines, status=status_word(sizing.status, language), mapped=bool(texts),
        answer=[*answer_sentences(sizing, language), *(sentences.stop(language, stopped) if sizing.unanswered else [])],
        proved=sizing.status.value == "optimal", figures=_figures(writer), year=writer.last,
        lists=_lists(writer), sections=[_laid(section, language) for section in writer.sections()],
        notes=notes(sizing, language), **_provenance(writer),
    )  # fmt: skip


def _lists(writer: SizingWriter) -> list[tuple[str, list[str]]]:
    """Return what stands in the way, what is not answered and what failed."""
    sizing, language = writer.sizing, writer.language
    text = language.text
    failed = [f"{plan_name(name, language)}: {translate(fault, language)}" for name, fault in sizing.failed.items()]
    found = [
        (text("What stands in the way"), [translate(finding, language) for finding in sizing.findings]),
        (
            text("Not answered: these plans were not found"),
            [plan_name(name, language) for name in sizing.unanswered],
        ),
        (text("Failed: please report it with the files"), failed),
    ]
    return [(heading, lines) for heading, lines in found if lines]


def _figures(writer: SizingWriter) -> list[tuple[str, str]]:
    """Return what to remember of the last year: label and figure."""
    sizing, language, year = writer.sizing, writer.language, writer.last
    text, found = language.text, list[tuple[str, str]]()
    if year in sizing.years.index:
        row, places = sizing.years.loc[year].to_dict(), in_year(sizing.places, year)
        found += [
            (text("Asked for"), language.quantity(float(row["demand_pflops"]), "PFLOPS")),
            (text("Needed"), language.quantity(float(row["needed_pflops"]), "PFLOPS")),
            (text("Of it standing"), language.quantity(float(places["standing_pflops"].sum()), "PFLOPS")),
            (text("Of it to be built"), language.quantity(float(places["to_build_pflops"].sum()), "PFLOPS")),
        ]
        if sizing.target_pflops is not None:
            found.append((text("Target"), language.quantity(sizing.target_pflops, "PFLOPS")))
            if row["demand_pflops"]:
                share = float(row["within_target_pflops"] / row["demand_pflops"])
                found.append((text("The target serves"), language.percentage(share)))
    if sizing.least_cost is not None and sizing.least_cost.tables is not None:
        several = len(sizing.inputs.scenario.years) > 1
        label = text("Least cost, all years discounted") if several else text("Least cost, a year")
        found.append((label, language.money(sizing.least_cost.total_cost_usd, writer.currency)))
    if sizing.pooling is not None and sizing.pooling.is_known:
        found.append((text("Pooling is worth"), language.money(sizing.pooling.total.usd, writer.currency)))
    return found


def _laid(section: SizingSection, language: Language) -> dict[str, Any]:
    """Return a section as the template lays it out: each block with its kind."""
    return {
        "key": section.key,
        "label": section.label,
        "title": section.title,
        "blocks": [_block(each, language, section.title) for each in section.blocks],
    }


def _block(block: str | SizingTable | SizingChart, language: Language, title: str) -> tuple[str, Any]:
    if isinstance(block, str):
        return "text", block
    if isinstance(block, SizingChart):
        return "chart", block
    return "table", _table(block, language, title)


def _table(table: SizingTable, language: Language, title: str) -> PageTable:
    """Return a table of the page, cut where it is very long; the caption is for those who do not see the heading."""
    rows = list(zip(*(map(as_cell, column.cells) for column in table.columns), strict=True))
    body, sums = (rows[:-1], rows[-1:]) if table.summed else (rows, [])
    left = len(body) - ROWS
    more = language.texts(
        "{count} more row in the workbook (--xlsx)", "{count} more rows in the workbook (--xlsx)", left
    )
    heads = tuple(
        PageColumn(column.page_head or _in_a_line(column.head, language), column.cells, column.number)
        for column in table.columns
    )
    return PageTable(
        table.caption or title, heads, tuple(body[:ROWS] + sums),
        more=more if left > 0 else "", summed=table.summed, wide=len(heads) > 4, titled=True,
    )  # fmt: skip


def _in_a_line(head: str, language: Language) -> str:
    """Return the head of a column that a terminal breaks."""
    return language.run_on(part for part in head.split("\n") if part)


def _provenance(writer: SizingWriter) -> dict[str, Any]:
    """Return what the answer stands on: how sure the records of the cheapest plan are, sources, files, versions."""
    plan = writer.sizing.least_cost
    if plan is None:
        return {"confidence": [], "records": None, "sources": None, "warnings": None, "solving": [], "files": None}
    plan_text = PlanText(plan, writer.language)
    whole = plan.tables is not None
    return {
        "confidence": provenance.cost_confidence(plan_text) if whole else [],
        "records": provenance.records(plan_text) if whole else None,
        "sources": provenance.sources(plan_text) if whole else None,
        "warnings": provenance.warnings(plan_text),
        "solving": provenance.solving(plan_text, None),
        "files": provenance.files(plan_text),
    }


def _scripted(writer: SizingWriter, basemap: Path | None) -> tuple[dict[str, str], list[str]]:
    """Return what the map draws, by the id of the element it stands in, and the scripts; nothing where nothing is."""
    from planner.report.web.basemap import read_basemap
    from planner.report.web.html import safe_json, scripts
    from planner.report.web.payload import make_payload
    from planner.report.web.words import script_words

    plan, places = writer.sizing.leanest.get(writer.last), in_year(writer.sizing.places, writer.last)
    if plan is None or plan.tables is None or places.empty:
        return {}, []
    given = make_payload(replace(plan, tables=_slim(plan)), writer.language)
    columns = ["standing_pflops", "to_build_pflops"]
    given["needed"] = {str(key): list(pair) for key, *pair in places[columns].itertuples()}
    own = (files("planner.report.web") / "js" / "sizing.js").read_text(encoding="utf-8")
    data = {
        "sizing": safe_json(given),
        "basemap": read_basemap(basemap),
        "words": safe_json({**script_words(writer.language), **_words(writer)}),
    }
    return data, [*scripts(), own]


def _slim(plan: Plan) -> Tables:
    """Return a plan's tables of sites and links; the others are empty."""
    assert plan.tables is not None
    return replace(plan.tables, **{name: frame.iloc[:0] for name, frame in plan.tables.items() if name not in MAPPED})


def _words(writer: SizingWriter) -> dict[str, str]:
    text = writer.language.text
    return {
        "sizing.map": text("Map of what has to stand in {year}", year=writer.last),
        "sizing.standing": text("{pflops} standing"),
        "sizing.building": text("{pflops} to be built"),
        "sizing.gbps": text("{gbps} at the peak"),
        "sizing.sites": text("Sites by PFLOPS needed; the ring is the part to be built"),
        "sizing.links": text("Links that carry work"),
        "sizing.idle": text("Links that carry none"),
    }
