"""Text becomes models: the only floor that opens files."""

from planner.files.reading.load import Inputs, load_demand, load_scenario, load_topology, load_topology_places
from planner.files.reading.places import Places
from planner.files.reading.text import InputFile

__all__ = ["InputFile", "Inputs", "Places", "load_demand", "load_scenario", "load_topology", "load_topology_places"]
