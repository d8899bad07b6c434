"""Pages of HTML: one file that needs no other, says everything without scripts, and asks no network.

With them the scripts and the style of what is interactive, and data in a form that is safe inside a page.
"""

from __future__ import annotations

import base64
import hashlib
import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from planner.report.web.palette import palette_css

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jinja2 import Environment

    from planner.report.language.speech import Language


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
        run_on=language.run_on,
        style=Markup(style),  # noqa: S704 - our own style sheets
        policy=_policy(scripts),
        data={name: Markup(json) for name, json in data.items()},  # noqa: S704 - escaped by safe_json
        scripts=[Markup(text) for text in scripts],  # noqa: S704 - our own scripts
    )  # fmt: skip


def read_styles(*own: str, interactive: bool = True) -> str:
    """Return the style sheets of a page: of documents, of what is interactive where something is, and its own."""
    styles = files("planner.report.web") / "styles"
    document, *more = ((styles / name).read_text(encoding="utf-8") for name in ("document.css", *own))
    return "\n".join([palette_css(), document, *([explorer_css()] if interactive else []), *more])


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
        loader=PackageLoader("planner.report.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


VENDOR = ("d3.min.js", "plot.umd.min.js", "topojson-client.min.js")
OWN = (
    "page.js", "data.js", "figures.js", "basemap.js", "looks.js", "labels.js", "map.js", "details.js", "legend.js",
    "charts.js", "tables.js", "controls.js", "start.js",
)  # fmt: skip
"""In the order in which they need each other."""
ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@cache
def scripts() -> list[str]:
    """Return the scripts of a report in order, those of others first; none can end the element it stands in."""
    texts = [_read("vendor", name) for name in VENDOR] + [_read("js", name) for name in OWN]
    return [text.replace("</script", "<\\/script").replace("<!--", "<\\!--") for text in texts]


@cache
def explorer_css() -> str:
    """Return the style of the interactive part, that of paper included."""
    return _read("styles", "explorer.css")


def safe_json(value: Any) -> str:
    """Return data as JSON that neither ends a script element nor starts anything else, whatever its texts hold."""
    return escape_json(json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def escape_json(text: str) -> str:
    """Return JSON with the characters that mean something in HTML or break lines in scripts written as escapes."""
    for character, escape in ESCAPES.items():
        text = text.replace(character, escape)
    return text


def _read(*path: str) -> str:
    return files("planner.report.web").joinpath(*path).read_text(encoding="utf-8")
