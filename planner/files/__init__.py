"""Text becomes models: the only floor that opens files.

==================  ================================================================================================
reading             our own files become models, and every fault is told with its place
changing            our own files are edited, merged, compared and written
formats             files of other programs become ours, and ours theirs
project, schemas    the files of a small project to begin with; the JSON Schemas for editors, made by the module schema
==================  ================================================================================================

Names are looked up when they are first used, for whoever only wants to know which formats there are should not wait.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.files.reading.load import Inputs, load_demand, load_scenario, load_topology, load_topology_places
    from planner.files.reading.places import Places
    from planner.files.reading.text import InputFile

__all__ = ["InputFile", "Inputs", "Places", "load_demand", "load_scenario", "load_topology", "load_topology_places"]

_HOME_OF = {"InputFile": "text", "Places": "places"}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import the module that a public name lives in, when it is asked for."""
        if name not in __all__:
            raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
        return getattr(import_module(f"{__name__}.reading.{_HOME_OF.get(name, 'load')}"), name)
