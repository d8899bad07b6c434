"""How a file outside a run folder is recognised as written by the planner, so that it may be overwritten.

Each format carries a mark where it has room for one. CSV and GeoJSON have none: there the first line has to be the one
that would be written now.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

PAGE_MARK = '<meta name="generator" content="planner'
"""In the head of every page."""
TEXT_MARK = "<!-- planner -->"
"""At the end of a page of Markdown, where it does not show."""
WORKBOOK_TIME = "2020-01-01T00:00:00Z"
"""The time that workbooks are said to be written, always the same; whatever else saves one says another."""
HEAD = 4096
"""Bytes within which a mark stands."""


def is_marked(path: Path, old: bytes, new: bytes) -> bool:
    """Tell whether a file is an earlier one of the kind that is to be written in its place."""
    return _MARKS.get(path.suffix.lower(), _same_beginning)(old, new)


def _same_beginning(old: bytes, new: bytes) -> bool:
    first, last = old.partition(b"\n")[0], new.partition(b"\n")[0]
    return bool(first) and first == last


def _page(old: bytes, _: bytes) -> bool:
    return PAGE_MARK.encode() in old[:HEAD]


def _markdown(old: bytes, _: bytes) -> bool:
    return TEXT_MARK.encode() in old[-HEAD:]


def _workbook(old: bytes, _: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(old)) as book:
            core = book.read("docProps/core.xml")
    except (zipfile.BadZipFile, KeyError, OSError, NotImplementedError, RuntimeError):
        return False
    return core.count(WORKBOOK_TIME.encode()) == core.count(b"</dcterms:")


def _graph(old: bytes, _: bytes) -> bool:
    return b'attr.name="scenario"' in old and b'attr.name="label"' in old


def _parquet(old: bytes, _: bytes) -> bool:
    return old.startswith(b"PAR1") and b"planner" in old[-(1 << 16) :]


def _png(old: bytes, _: bytes) -> bool:
    return old.startswith(b"\x89PNG") and b"Software\x00planner" in old[:HEAD]


def _svg(old: bytes, _: bytes) -> bool:
    return b"<dc:title>planner</dc:title>" in old[:HEAD]


def _pdf(old: bytes, _: bytes) -> bool:
    return old.startswith(b"%PDF") and b"/Creator (planner)" in old


_MARKS: Mapping[str, Callable[[bytes, bytes], bool]] = {
    ".html": _page, ".htm": _page, ".md": _markdown, ".xlsx": _workbook, ".graphml": _graph, ".parquet": _parquet,
    ".png": _png, ".svg": _svg, ".pdf": _pdf,
}  # fmt: skip
