"""The report of a plan: one HTML file that needs no other, says everything without scripts, and asks no network."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from planner.report.document.page import make_page
from planner.report.language import speak

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from jinja2 import Environment

    from planner.plan.plan import Plan
    from planner.report.language import Language


def render_report(
    plan: Plan, *, language: Language | None = None, basemap: Path | None = None, written: datetime | None = None
) -> str:
    """Return the report of a plan as one HTML file; the same plan gives the same text.

    Parameters
    ----------
    language
        as `planner.report.language.speak` returns it; by default English
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


def fill_page(
    template: str,
    language: Language,
    style: str,
    data: Mapping[str, str],
    scripts: Sequence[str],
    /,
    **fields: object,
) -> str:
    """Return a page: a template with its fields, in a language, with what every page of the planner carries.

    Parameters
    ----------
    style, scripts
        our own sheets and scripts, which go in as they are; the page may run these scripts and no other
    data
        JSON by the id of the element that holds it, as `safe_json` writes it
    """
    from markupsafe import Markup

    return _templates().get_template(template).render(
        **fields,
        lang=language.tag,
        direction=language.direction,
        text=language.text,
        texts=language.texts,
        style=Markup(style),  # noqa: S704 - our own style sheets
        policy=_policy(scripts),
        data={name: Markup(json) for name, json in data.items()},  # noqa: S704 - escaped by safe_json
        scripts=[Markup(text) for text in scripts],  # noqa: S704 - our own scripts
    )  # fmt: skip


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


def read_styles(*own: str, interactive: bool = True) -> str:
    """Return the style sheets of a page: of documents, of what is interactive where something is, and its own."""
    from planner.report.web.bundle import explorer_css

    web = files("planner.report.web")
    document, *more = ((web / name).read_text(encoding="utf-8") for name in ("document.css", *own))
    return "\n".join([document, *([explorer_css()] if interactive else []), *more])


def _policy(texts: Sequence[str]) -> str:
    """Return what the file may do: run its own scripts, which are known by their fingerprints, and ask nobody."""
    hashes = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    allowed = " ".join(f"'sha256-{each}'" for each in hashes) or "'none'"
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed}; img-src data: blob:; base-uri 'none';"
        " form-action 'none'"
    )


@cache
def _templates() -> Environment:
    """Return where the pages come from; everything that is filled in is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("planner.report", "web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
