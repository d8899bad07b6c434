"""A topology as one object: what ``--json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.studies.survey.cuts import Stats
    from planner.studies.survey.overview import Overview, Route
    from planner.topology import Topology


def summarise_topology(topology: Topology, overview: Overview, trips: Sequence[Route]) -> dict[str, Any]:
    """Return what ``planner topology show --json`` prints."""
    found = asdict(overview)
    found["degrees"] = {str(degree): nodes for degree, nodes in overview.degrees.items()}
    return {"topology": topology.id, "title": topology.title, **found, "trips": [asdict(trip) for trip in trips]}


def summarise_cuts(topology: Topology, stats: Stats) -> dict[str, Any]:
    """Return what ``planner topology stats --json`` prints."""
    return {"topology": topology.id, **asdict(stats)}
