"""Every foreign format as one record: how it is known, what its files carry, who reads them and who writes them.

A new format is the module of its reader, a record here, and a test. Readers and writers are named and not imported, for
whoever only wants the list, such as the command line, should not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from planner.files.formats.raw import Parts, Raw, Settings

Carried = Literal["demands", "fields", "years"]
"""Traffic between places; columns under keys of ours, taken as they are; the first year of service."""


@dataclass(frozen=True)
class Format:
    """A foreign format; of what is told by a name, ``module.function`` lies in this package.

    Attributes
    ----------
    name, title
        as users write it on the command line, and as its friends write it
    reads
        ``read(parts, settings)`` gives a `Raw`
    writes
        ``write(raw)`` gives the bytes of a file, or of a folder those of its files by name; empty where none does
    suffixes
        how the names of its files end, where that tells the format; JSON is known by what it holds
    several
        whether files that belong together are read as one
    folder
        whether it is a folder of files
    carries
        what its files may hold beside places and what joins them
    begins
        how its files begin, whatever they are called
    root
        the tag that its files in XML begin with
    columns
        columns by which its tables are known among those of others
    like
        ``like(value)`` tells whether a value of JSON is such a file
    """

    name: str
    title: str
    reads: str
    writes: str = ""
    suffixes: tuple[str, ...] = ()
    several: bool = False
    folder: bool = False
    carries: frozenset[Carried] = frozenset()
    begins: bytes = b""
    root: str = ""
    columns: tuple[bytes, ...] = ()
    like: str = ""

    def read(self, parts: Parts, settings: Settings) -> Raw:
        """Return what files of this format hold."""
        found: Raw = _named(self.reads)(parts, settings)
        return found

    def write(self, raw: Raw) -> Any:
        """Return a topology as the bytes of a file, or of a folder as those of its files by name."""
        return _named(self.writes)(raw)

    def is_like(self, value: Any) -> bool:
        """Tell whether a value of JSON is such a file."""
        return bool(self.like) and bool(_named(self.like)(value))


def _named(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"planner.files.formats.{module}"), function)
    return found


_ALL = (
    Format("graphml", "GraphML", "graphml.read", "graphml.write", (".graphml",), root="graphml"),
    Format("gml", "GML", "gml.read", "gml.write", (".gml",)),
    Format("nodelink", "node-link JSON", "nodelink.read", like="nodelink.is_node_link"),
    Format(
        "sndlib", "SNDlib", "sndlib.read", suffixes=(".txt", ".native", ".snd"),
        carries=frozenset({"demands"}), begins=b"?SNDlib", root="network",
    ),
    Format("geojson", "GeoJSON", "geojson.read", "geojson.write", (".geojson",), several=True),
    Format(
        "ofds", "OFDS", "ofds.read", "ofds.write", (".json",), several=True,
        carries=frozenset({"years"}), columns=(b"nodes/0/id", b"spans/0/id"), like="ofds.is_ofds",
    ),
    Format("kml", "KML", "kml.read", "kml.write", (".kml", ".kmz"), several=True, root="kml"),
    Format(
        "csv", "CSV", "sheets.read_csv", "sheets.write_csv", (".csv",), several=True, folder=True,
        carries=frozenset({"fields"}),
    ),
    Format("xlsx", "XLSX", "sheets.read_xlsx", "sheets.write_xlsx", (".xlsx",), carries=frozenset({"fields"})),
)  # fmt: skip

FORMATS = {each.name: each for each in _ALL}
"""Every format by its name."""
IMPORTS = tuple(each.name for each in _ALL if each.reads)
"""The names of those that are read."""
EXPORTS = tuple(each.name for each in _ALL if each.writes)
"""The names of those that are written."""
SUFFIXES = {suffix: each.name for each in _ALL for suffix in each.suffixes}
"""The format that a suffix tells."""


def titles(names: Iterable[str]) -> str:
    """Return formats as a list in words: GML, CSV or XLSX."""
    *some, last = (FORMATS[name].title for name in names)
    return f"{', '.join(some)} or {last}" if some else last
