"""A topology as one HTML file without any plan: the map, who is cut off by what, round trips, tables, sources."""

from __future__ import annotations

from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import RunError
from planner.files.changing.writing import put_file
from planner.report.language.figures import NONE
from planner.report.language.speech import speak
from planner.report.topology.payload import map_payload
from planner.report.topology.words import map_words
from planner.report.web.blocks import PageCell, PageColumn, PageTable, as_cell, web_address, words
from planner.report.web.html import fill_page, read_styles
from planner.studies.survey.overview import survey
from planner.studies.survey.routes import base_year

if TYPE_CHECKING:
    from planner.latency import Latency
    from planner.records import Record
    from planner.report.language.speech import Language
    from planner.studies.survey.overview import Overview
    from planner.topology import Link, Topology

MARK = '<meta name="generator" content="planner topology map">'
"""By which a file is known as such a map."""
HEAD = 4096
"""Bytes of a file within which the mark stands."""
ALWAYS = 4
"""Counts that are told even where they are nothing."""
SCRIPTS = ("topology_trips.js", "topology_looks.js", "topology_tables.js", "topology.js")


def render_topology(
    topology: Topology,
    *,
    year: int | None = None,
    latency: Latency = "planning",
    language: Language | str = "en",
    basemap: Path | None = None,
) -> str:
    """Return the map of a topology as one HTML file that asks no network; the same topology gives the same text.

    Parameters
    ----------
    year
        the year shown first; by default the first in which all that is said to operate does
    latency
        by which rule round trips between places are counted
    language
        a code such as ``zh``, or what `planner.speak` returns
    basemap
        a GeoJSON file with land in place of the shipped one; a path called ``none`` draws none

    Raises
    ------
    InputError, UsageError
        where the basemap cannot be read, or there are no such reports
    """
    from markupsafe import Markup

    language = speak(language) if isinstance(language, str) else language
    year = base_year(topology) if year is None else year
    data, texts = _scripted(topology, year, latency, language, basemap)
    return fill_page(
        "topology.html.j2", language, read_styles("topology.css"), data, texts,
        title=language.name(topology, topology.id),
        note=topology.note,
        figures=_figures(topology, language),
        sentences=_sentences(topology, survey(topology, year, latency), language),
        confidence=_confidence(topology, language),
        sources=_sources(topology, language),
        mark=Markup(MARK),  # noqa: S704 - our own word
    )  # fmt: skip


def write_topology_map(
    topology: Topology,
    file: Path,
    *,
    year: int | None = None,
    latency: Latency = "planning",
    language: Language | str = "en",
    basemap: Path | None = None,
    force: bool = False,
) -> Path:
    """Write the map of a topology (`render_topology`) and return the file.

    Raises
    ------
    RunError
        where the file cannot be written, or is there, is no such map and is not to be replaced by `force`
    InputError, UsageError
        where the basemap cannot be read, or there are no such reports
    """
    file = Path(file)
    if not force and not _replaceable(file):
        raise RunError(f"{file} is there and is no map of a topology: choose another name with -o, or add --force")
    return put_file(
        file, render_topology(topology, year=year, latency=latency, language=language, basemap=basemap).encode()
    )


def _replaceable(file: Path) -> bool:
    """Tell whether nothing stands in the place of a file but a map of before."""
    if not file.exists():
        return True
    try:
        with file.open("rb") as opened:
            return MARK.encode() in opened.read(HEAD)
    except OSError:
        return False


def _figures(topology: Topology, language: Language) -> list[tuple[str, str]]:
    """Return how much the files hold, labels first; what they hold none of is left out, places and links never."""
    text = language.text
    countries = len({node.country for node in topology.nodes.values()})
    counts = [
        (text("Countries"), countries), (text("Places"), len(topology.nodes)), (text("Sites"), len(topology.sites)),
        (text("Links"), len(topology.links)), (text("Cables"), len(topology.cables)),
        (text("Projects"), len(topology.projects)), (text("Risks"), len(topology.risks)),
    ]  # fmt: skip
    return [(label, language.number(count)) for i, (label, count) in enumerate(counts) if count or i < ALWAYS]


def _confidence(topology: Topology, language: Language) -> str:
    """Say how sure the figures of sites, links and cables are; nothing where no record tells."""
    records: list[Record] = [*topology.sites.values(), *_own_links(topology), *topology.cables.values()]
    count = Counter(record.confidence for record in records)
    if len(records) == count[None]:
        return ""
    return language.text(
        "Of {all} sites, links and cables {verified} are verified, {estimated} estimated and {assumed} assumed; the"
        " others do not say how sure they are.",
        all=language.number(len(records)),
        verified=language.number(count["verified"]),
        estimated=language.number(count["estimated"]),
        assumed=language.number(count["assumed"]),
    )


def _own_links(topology: Topology) -> list[Link]:
    """Return the links that are no segments of cables."""
    return [link for link in topology.links.values() if link.cable is None]


def _sentences(topology: Topology, overview: Overview, language: Language) -> list[str]:
    """Say how far the places are apart, and whether all are joined."""
    said = []
    route = overview.diameter
    if route is not None:
        start, end = (language.name(topology.nodes[key], key) for key in (route.nodes[0], route.nodes[-1]))
        said.append(
            language.text(
                "In {year} the two places furthest apart are {start} and {end}: {rtt} there and back, {km} of cable.",
                year=overview.year,
                start=start,
                end=end,
                rtt=language.quantity(route.rtt_ms, "ms"),
                km=language.quantity(route.km, "km"),
            )
        )
    if len(overview.groups) > 1:
        said.append(
            language.texts(
                "It is not one network in {year}: there are {count} groups of places without a way between them.",
                "It is not one network in {year}: there are {count} groups of places without a way between them.",
                len(overview.groups),
                year=overview.year,
            )
        )
    return said


def _sources(topology: Topology, language: Language) -> PageTable | None:
    """Return where the records come from, with addresses."""
    if not topology.sources:
        return None
    found = sorted(topology.sources.items())
    counts = _counted(topology)
    columns: list[PageColumn] = [
        words(language.text("Source"), [PageCell(language.name(source, key), key) for key, source in found]),
        words(language.text("Publisher"), [source.publisher or source.author or NONE for _, source in found]),
        words(language.text("Published"), [str(source.year) if source.year else NONE for _, source in found]),
        PageColumn(language.text("Records"), [language.number(counts[key]) for key, _ in found]),
        words(
            language.text("Address"),
            [PageCell(source.url or NONE, href=web_address(source.url)) for _, source in found],
        ),
    ]
    rows = zip(*(map(as_cell, column.cells) for column in columns), strict=True)
    return PageTable(language.text("Sources"), tuple(columns), tuple(rows), wide=True)


def _counted(topology: Topology) -> Counter[str]:
    """Return how many records each source stands behind; a cable is one."""
    records: list[Record] = [*topology.nodes.values(), *topology.sites.values(), *_own_links(topology)]
    return Counter(record.source for record in (*records, *topology.cables.values()) if record.source)


def _scripted(
    topology: Topology, year: int, latency: Latency, language: Language, basemap: Path | None
) -> tuple[dict[str, str], list[str]]:
    """Return what the scripts draw, by the id of the element it stands in, and the scripts."""
    from planner.report.web.basemap import read_basemap
    from planner.report.web.html import safe_json, scripts
    from planner.report.web.words import script_words

    own: list[Any] = [(files("planner.report.web") / "js" / name).read_text(encoding="utf-8") for name in SCRIPTS]
    data = {
        "topology": safe_json(map_payload(topology, year, language, latency)),
        "basemap": read_basemap(basemap),
        "words": safe_json({**script_words(language), **map_words(language)}),
    }
    return data, [*scripts(), *own]
