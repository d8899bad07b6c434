"""The scripts and the style of a report's interactive part, and data in a form that is safe inside a page."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

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
