"""Foreign formats: graphs, maps and tables become topologies with a report of what was guessed, and back."""

from planner.files.formats.importing import EXPORTS, FORMATS, Imported, export_topology, format_of, import_topology
from planner.files.formats.raw import Guess

__all__ = ["EXPORTS", "FORMATS", "Guess", "Imported", "export_topology", "format_of", "import_topology"]
