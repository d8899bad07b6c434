"""A comparison as one HTML file: everything in tables without scripts; with them maps and the chart of a trade-off."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from math import isfinite
from typing import TYPE_CHECKING, Any

from planner.report.comparison.blocks import Section
from planner.report.comparison.figures import YEARLY
from planner.report.comparison.names import together
from planner.report.comparison.notes import common_year
from planner.report.comparison.ranking import CRITERIA, group_alike
from planner.report.comparison.writer import Writer
from planner.report.language.speech import Language, speak

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from planner.plan.plan import Plan, Tables
    from planner.report.comparison.comparing import Comparison

ROWS = 12
"""Rows of a table that are seen at once; the others fold out."""
MOST_ROWS = 500
"""Rows of a table on the page."""
MAPPED = ("sites", "links")
"""Tables that the maps draw."""


def render_comparison(
    comparison: Comparison,
    *,
    language: Language | None = None,
    basemap: Path | None = None,
    axes: tuple[str, str] = ("cost_usd", "served_share"),
) -> str:
    """Return a comparison as one HTML file that asks no network; the same comparison gives the same text.

    Parameters
    ----------
    language
        as `planner.speak` returns it; by default English
    basemap
        a GeoJSON file with land in place of the shipped one; a path called ``none`` draws none
    axes
        the criteria that the chart of the trade-off starts with, see `planner.report.comparison.ranking.CRITERIA`

    Raises
    ------
    InputError, UsageError
        where the basemap cannot be read
    """
    from planner.report.web.html import fill_page, read_styles

    language = language or speak()
    writer = Writer(comparison, language, MOST_ROWS, named=True)
    sections = list(writer.sections())
    data, texts = _scripted(writer, basemap, axes)
    drawn = [plan for plan in comparison.plans if plan.tables is not None]
    return fill_page(
        "compare.html.j2", language, read_styles("compare.css"), data, texts,
        title=writer.title,
        named=[(name, _described(comparison.plan(name), language)) for name in comparison.names],
        answer=sections[0],
        notes=next((each for each in sections if each.key == "notes"), None),
        ranking=next(each for each in sections if each.key == "ranking"),
        others=[(name, _of(name, sections)) for name in comparison.others],
        rows=ROWS, mapped=bool(comparison.plans[0].tables is not None and len(drawn) > 1),
    )  # fmt: skip


def _of(name: str, sections: Sequence[Section]) -> list[Section]:
    return [each for each in sections if each.plan == name]


def _described(plan: Plan, language: Language) -> str:
    """Return the scenario's title, its variant's and what was set besides."""
    from planner.report.plan.sentences import titles

    title, lines = titles(plan.inputs, language)
    return " · ".join([title, *lines])


def _scripted(writer: Writer, basemap: Path | None, axes: tuple[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return what the scripts draw, by the id of the element it stands in, and the scripts."""
    from planner.report.web.basemap import read_basemap
    from planner.report.web.html import safe_json, scripts
    from planner.report.web.words import script_words

    own = (files("planner.report.web") / "js" / "compare.js").read_text(encoding="utf-8")
    data = {
        "comparison": safe_json(comparison_payload(writer, axes)),
        "basemap": read_basemap(basemap),
        "words": safe_json({**script_words(writer.language), **_words(writer.language)}),
    }
    return data, [*scripts(), own]


def comparison_payload(writer: Writer, axes: tuple[str, str]) -> dict[str, Any]:
    """Return what the scripts are given: the records of all plans together, each plan's tables, and the criteria."""
    from planner.report.web.payload import make_payload
    from planner.report.web.payload_tables import full_tables

    comparison, language = writer.comparison, writer.language
    drawn = {
        name: plan for name, plan in zip(comparison.names, comparison.plans, strict=True) if plan.tables is not None
    }
    found: dict[str, Any] = {"plans": list(comparison.names), "axes": list(axes), "criteria": _criteria(writer)}
    found["labels"] = {name: writer.label(name) for name in comparison.names}
    sides = dict(zip(comparison.names, comparison.plans, strict=True))
    found["groups"] = list(group_alike(sides, common_year(comparison.plans)).values())
    if not drawn:
        return {**found, "base": None, "tables": {}, "years": {}}
    slim = {name: replace(plan, tables=_slim(plan)) for name, plan in drawn.items()}
    first = next(iter(slim.values()))
    base = make_payload(replace(first, inputs=together([plan.inputs for plan in drawn.values()])), language)
    del base["tables"]
    return {
        **found,
        "base": base,
        "tables": {name: {key: table for key, table in full_tables(plan, language)[0].items() if key in MAPPED}
                   for name, plan in slim.items()},
        "years": {name: [list(pair) for pair in pairs] for name, pairs in comparison.years.items()},
    }  # fmt: skip


def _slim(plan: Plan) -> Tables:
    """Return a plan's tables of sites and links; the others are empty."""
    assert plan.tables is not None
    return replace(plan.tables, **{name: frame.iloc[:0] for name, frame in plan.tables.items() if name not in MAPPED})


def _criteria(writer: Writer) -> list[dict[str, Any]]:
    """Return every criterion with its values in the order of the plans."""
    ranking, names = writer.comparison.ranking, list(writer.comparison.names)
    found = []
    for each in CRITERIA:
        values = ranking["value"].xs(each.key, level="criterion").reindex(names).tolist()
        unit = each.unit.replace("USD", writer.comparison.currency)
        found.append(
            {
                "key": each.key,
                "name": writer.words[each.key],
                "unit": unit.removesuffix(YEARLY),
                "yearly": unit.endswith(YEARLY),
                "money": each.is_money,
                "most": each.most_is_best,
                "values": [value if isfinite(value) else None for value in values],
            }
        )
    return found


def _words(language: Language) -> dict[str, str]:
    text = language.text
    return {
        "compare.yearly": text("{unit}/year"),
        "compare.plan": text("Plan"),
        "compare.year": text("Year"),
        "compare.across": text("Across"),
        "compare.up": text("Up"),
        "compare.map": text("Map of {plan} in {year}"),
        "compare.change": text("What {plan} changes against {baseline} in {year}"),
        "compare.caption": text("{plan}, {year}"),
        "compare.change_caption": text(
            "What {plan} changes against {baseline}: work done at sites (PFLOPS) and the peak of links (Gbps). What "
            "did not change is left out."
        ),
        "compare.less": text("less with {plan}"),
        "compare.more": text("more with {plan}"),
        "compare.sites": text("Sites, PFLOPS used"),
        "compare.links": text("Links, peak Gbps"),
        "compare.gone": text("in {plan} not there any more"),
        "compare.new": text("new in {plan}"),
        "compare.nothing": text("Nothing moved on the map."),
        "compare.chart": text("Plans by {across} and {up}"),
    }
