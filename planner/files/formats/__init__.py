"""Foreign formats: graphs, maps and tables become topologies with a report of what was guessed, and back.

A reader makes a `Raw` of foreign bytes: nodes and links as the file knows them. Settling makes a topology of ours of
it, and tells every guess. On the way back a topology is packed into a `Raw`, of which a writer makes bytes.

==================  ================================================================================================
importing           one entrance and one exit for all formats
raw                 what readers give and writers take, and the options of importing
opening             bytes as text, XML, JSON, within limits
graphml, gml,       one module a format: its reader and its writer
sndlib, geojson,
ofds, kml, sheets
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

from planner.files.formats.importing import EXPORTS, FORMATS, Imported, export_topology, format_of, import_topology
from planner.files.formats.raw import Guess

__all__ = ["EXPORTS", "FORMATS", "Guess", "Imported", "export_topology", "format_of", "import_topology"]
