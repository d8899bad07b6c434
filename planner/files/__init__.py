"""Text becomes models: the only floor that opens files."""

from planner.files.load import Inputs, load_demand, load_scenario, load_topology, load_topology_places
from planner.files.places import Places
from planner.files.text import InputFile

__all__ = ["InputFile", "Inputs", "Places", "load_demand", "load_scenario", "load_topology", "load_topology_places"]
