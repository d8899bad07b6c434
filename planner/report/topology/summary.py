"""A topology as one object: what ``--json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.studies.survey.cuts import Stats
    from planner.studies.survey.measured import CheckedPair, LatencyCheck
    from planner.studies.survey.overview import Overview
    from planner.studies.survey.routes import Route
    from planner.topology import Topology

WORST = 10
"""Pairs told of those whose round trips are checked."""


def summarise_topology(topology: Topology, overview: Overview, trips: Sequence[Route]) -> dict[str, Any]:
    """Return what ``planner topology show --json`` prints."""
    found = asdict(overview)
    found["degrees"] = {str(degree): nodes for degree, nodes in overview.degrees.items()}
    return {"topology": topology.id, "title": topology.title, **found, "trips": [asdict(trip) for trip in trips]}


def summarise_cuts(topology: Topology, stats: Stats) -> dict[str, Any]:
    """Return what ``planner topology stats --json`` prints."""
    return {"topology": topology.id, **asdict(stats)}


def summarise_latency_check(check: LatencyCheck, most: int | None = WORST) -> dict[str, Any]:
    """Return what ``planner topology check-latency --json`` prints, with so many of the worst pairs, None for all."""
    return {
        "latency": check.latency,
        "pairs": check.pairs,
        "within_25": check.within_25,
        "share": check.share,
        "median_error": check.median_error,
        "worst": [_checked(pair) for pair in check.checked[:most]],
        "left_out": [{"a": pair.a, "b": pair.b, "measured_ms": pair.ms} for pair in check.left_out],
    }


def _checked(pair: CheckedPair) -> dict[str, Any]:
    return {**asdict(pair), "error": None if pair.planned_ms is None else pair.error}
