"""Foreign formats: graphs, maps and tables become topologies with a report of what was guessed, and back.

A reader makes a `Raw` of foreign bytes: nodes and links as the file knows them. Settling makes a topology of ours of
it, and tells every guess. On the way back a topology is packed into a `Raw`, of which a writer makes bytes.

==================  ================================================================================================
registry            every format as one record: how it is known, what it carries, who reads and who writes it
importing,          one entrance and one exit for all formats
exporting
raw                 what readers give and writers take, and the options of importing
opening             bytes as text, XML, JSON, within limits
graphml, kml, ...   one module a format: its reader and its writer, as its record names them
grids               rows of cells as tables, for sheets
lines, junctions,   drawn lines as cables, for maps: cut at their landings, led back to them from the open sea, measured
course
attributes, rates   what records say under the names that are in use, and rates and lengths in foreign words
settle              identifiers, countries, capacities, lengths: a `Raw` as the record of a topology
figures, locations  for it: figures, kinds, names, tables of sites and cables; the country of a place, and its twins
demand              the demands of a file as a demand file
own, records        a topology laid out for other formats, so that our own files lose nothing; models as plain texts
yaml_text           records as YAML
==================  ================================================================================================
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from planner.files.formats.registry import EXPORTS, IMPORTS

if TYPE_CHECKING:
    from planner.files.formats.exporting import export_topology
    from planner.files.formats.importing import Imported, import_topology
    from planner.files.formats.raw import Guess

__all__ = ["EXPORTS", "IMPORTS", "Guess", "Imported", "export_topology", "import_topology"]

_HOME_OF = {"Guess": "raw", "Imported": "importing", "export_topology": "exporting", "import_topology": "importing"}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import the module that a name lives in when it is asked for: a list of formats costs next to nothing."""
        if name not in _HOME_OF:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
