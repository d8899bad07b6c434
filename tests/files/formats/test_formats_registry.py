"""Every format is one record: what it names is there, and the command line and the page know it."""

from __future__ import annotations

from pathlib import Path

import pytest

import planner
import planner.files
from planner.cli.topology.importing import export_command, import_command
from planner.files import formats
from planner.files.formats.raw import Settings
from planner.files.formats.registry import EXPORTS, FORMATS, IMPORTS, SUFFIXES, titles

PAGE = Path(planner.files.__file__).parent / "formats" / "README.md"


@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_read_is_refused_by_the_reader_that_the_record_names(name: str) -> None:
    """Two odd bytes are no file of any format."""
    with pytest.raises(planner.InputError, match=r"^x"):
        FORMATS[name].read([("x", b"\x00\xff")], Settings())


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_stands_in_the_page_and_on_the_command_line(name: str) -> None:
    """By the name that --format takes."""
    assert f"| `{name}` |" in PAGE.read_text(encoding="utf-8")
    for command, names in ((import_command, IMPORTS), (export_command, EXPORTS)):
        (choice,) = (each.type for each in command.params if "--format" in each.opts)
        assert (name in choice.to_info_dict()["choices"]) == (name in names)
        assert (FORMATS[name].title in (command.short_help or "")) == (name in names)


def test_a_suffix_tells_one_format() -> None:
    """JSON that we write is a package of open fibre data; what is read is known by what it holds."""
    assert (SUFFIXES[".json"], SUFFIXES[".geojson"], SUFFIXES[".kmz"]) == ("ofds", "geojson", "kml")


def test_formats_in_words() -> None:
    """As help says them."""
    assert titles(["gml"]) == "GML"
    assert titles(["gml", "csv", "xlsx"]) == "GML, CSV or XLSX"


def test_names_of_files_are_looked_up_when_they_are_asked_for() -> None:
    """Others are an attribute error."""
    for module in (planner.files, formats):
        assert [getattr(getattr(module, name), "__name__", name) for name in module.__all__] == module.__all__
        assert not hasattr(module, "sovle")
