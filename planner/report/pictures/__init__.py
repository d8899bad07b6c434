"""Pictures of plans and topologies for print: maps and charts as PNG, SVG and PDF.

The same plan gives the same bytes. What each picture shows stands in its module: `maps` and `charts`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from planner.errors import UsageError
from planner.report.language.speech import Language, speak

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.topology import Topology

__all__ = ["draw_pictures", "draw_topology"]


def draw_pictures(
    plan: Plan,
    folder: Path,
    formats: Sequence[str] = ("png",),
    language: Language | None = None,
    basemap: Path | None = None,
) -> list[Path]:
    """Draw a plan for print and return the files, picture by picture.

    A map of each year (``map-2030``), capacity against demand (``capacity``), cost by term (``cost``), who is served
    (``members``), round-trip times (``latency``) and, where the day has several hours, its load (``day``). A chart that
    would be empty is left out.

    Parameters
    ----------
    folder
        where they go; pictures of before are replaced
    formats
        any of png (200 dpi), svg and pdf
    language
        what they are written in, English by default
    basemap
        a GeoJSON file with borders of one's own, or ``Path("none")`` for none

    Raises
    ------
    UsageError
        where there is no plan to draw, a format is unknown, or no font has the letters of a name
    InputError
        where the basemap is no GeoJSON
    RunError
        where a file cannot be written, or would replace one that the planner did not write as it is
    """
    from planner.plan.ownership import write_products
    from planner.report.pictures.canvas import check_formats, files_of, settings
    from planner.report.pictures.charts import charts_of
    from planner.report.pictures.content import plan_content
    from planner.report.pictures.frame import set_stage
    from planner.report.pictures.maps import draw_map

    asked, spoken = check_formats(formats), language or speak("en")
    if plan.tables is None:
        raise UsageError(f"there is nothing to draw: the scenario is {plan.status.value} and has no plan")
    files: dict[Path, bytes] = {}
    years = plan.inputs.scenario.years
    contents = [plan_content(plan, year, spoken) for year in years]
    stage = set_stage(contents, basemap)
    for year, content in zip(years, contents, strict=True):
        with settings():
            files |= files_of(draw_map(content, spoken, stage), folder, f"map-{year}", asked)
    for name, draw in charts_of(plan, spoken):
        with settings():
            files |= files_of(draw(), folder, name, asked)
    return write_products(files)


def draw_topology(  # noqa: PLR0917 -- all but two have defaults; named, they read well
    topology: Topology,
    place: Path,
    format: str | None = None,  # noqa: A002 -- the word that users know
    language: Language | None = None,
    basemap: Path | None = None,
    year: int | None = None,
    *,
    force: bool = False,
) -> Path:
    """Draw a topology as a map, links by kind and capacity, places by PFLOPS, and return the file.

    Parameters
    ----------
    place
        a file that ends in .png, .svg or .pdf, or a folder, in which the picture is called ``map``
    format
        png, svg or pdf; by default what the file's name says, else png
    year
        what is in service in it is drawn; by default the first in which all that is said to operate does
    force
        write over what is there, whatever it is

    Raises
    ------
    RunError
        where a file is there that is no picture of ours
    UsageError
        for an unknown format, one that the file's name belies, or letters that no font has
    """
    from planner.files.changing.writing import put_file
    from planner.plan.ownership import write_products
    from planner.report.pictures.canvas import FORMATS, check_formats, files_of, settings
    from planner.report.pictures.content import topology_content
    from planner.report.pictures.frame import set_stage
    from planner.report.pictures.maps import draw_map

    ending, spoken = place.suffix.lstrip("."), language or speak("en")
    named = ending in FORMATS and not place.is_dir()
    (chosen,) = check_formats([format or (ending if named else "png")])
    if named and chosen != ending:
        raise UsageError(f"{place} is to be '{chosen}' by its format and '{ending}' by its name: give one of them")
    folder, name = (place.parent, place.stem) if named else (place, "map")
    content = topology_content(topology, year, spoken)
    stage = set_stage([content], basemap)
    with settings():
        ((file, data),) = files_of(draw_map(content, spoken, stage), folder, name, [chosen]).items()
    return put_file(file, data) if force else write_products({file: data})[0]
