"""The traffic of everybody else: it fills links before anybody computes, and looks for another way when they fail.

A topology says it by pairs of nodes or regions. It becomes demands for traffic, one each way for every pair of nodes,
in proportion to both weights. It rides on what stands without any decision, pays no transit, and counts in no share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from math import fsum
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from planner.demand import Demand, DemandRow, Workload

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from planner.places import Background
    from planner.topology import Topology

__all__ = ["PREFIX", "LeftOut", "add_background", "list_left_out", "rows_of_others", "rows_of_ours", "share_there"]

PREFIX = "background:"
"""What the names of its workloads begin with, which no identifier can."""


class LeftOut(NamedTuple):
    """A place of background traffic that the network lacks, and the share of the traffic that goes with it."""

    record: str
    place: str
    share: float


def add_background(demand: Demand, topology: Topology) -> Demand:
    """Return a demand with the background traffic of a topology: a workload for each record, a row for each pair."""
    if not topology.background:
        return demand
    workloads, rows = dict(demand.workloads), list(demand.demands)
    for key, record in sorted(topology.background.items()):
        name = PREFIX + key
        workloads[name] = Workload(
            id=name,
            kind="traffic",
            title=record.title or " - ".join(record.between),
            names=record.names,
            unserved_usd=record.unserved_usd,
            is_background=True,
            confidence=record.confidence,
        )
        rows.extend(_rows(name, record, topology))
    return demand.model_copy(update={"workloads": workloads, "demands": tuple(rows)})


def _rows(workload: str, record: Background, topology: Topology) -> Iterator[DemandRow]:
    """Yield a row each way for every pair of different nodes that are there; within a place nothing goes far."""
    ends = [_weights(place, topology) for place in record.between]
    shares: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (a, x), (b, y) in product(ends[0].items(), ends[1].items()):
        if a != b and a in topology.nodes and b in topology.nodes:
            shares[a, b] += x * y
            shares[b, a] += x * y
    for (origin, to), share in sorted(shares.items()):
        amount = record.rate_gbps.scaled(share)
        yield DemandRow.model_construct(origin=origin, to=to, workload=workload, amount=amount)


def _weights(place: str, topology: Topology) -> dict[str, float]:
    """Return the share of each node of a place: a region's by weight, a node's own."""
    if place not in topology.regions:
        return {place: 1.0}
    weights = topology.regions[place].nodes
    total = fsum(weights.values())
    return {node: weight / total for node, weight in weights.items()}


def list_left_out(topology: Topology) -> Iterator[LeftOut]:
    """Yield the places of background traffic that the network lacks."""
    for key, record in sorted(topology.background.items()):
        one, other = _ends_there(record, topology)
        for place, opposite in zip(record.between, (other, one), strict=True):
            yield from (
                LeftOut(key, node, share * opposite)
                for node, share in sorted(_weights(place, topology).items())
                if node not in topology.nodes
            )


def share_there(record: Background, topology: Topology) -> float:
    """Return the share of a record's traffic whose both ends the network has."""
    one, other = _ends_there(record, topology)
    return one * other


def _ends_there(record: Background, topology: Topology) -> tuple[float, float]:
    """Return the shares of a record's two ends that the network has."""
    one, other = (
        sum(share for node, share in _weights(place, topology).items() if node in topology.nodes)
        for place in record.between
    )
    return one, other


def known_gbps(gbps: float) -> float:
    """Return a figure of four digits, which is more than anybody knows of such traffic."""
    return float(f"{gbps:.4g}")


def rows_of_ours(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of traffic that the plan is asked for itself."""
    return frame[~_of_others(frame)]


def rows_of_others(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of traffic that are everybody else's."""
    return frame[_of_others(frame)]


def _of_others(frame: pd.DataFrame) -> NDArray[np.bool_]:
    names = frame.index.get_level_values("workload")
    return np.array([str(name).startswith(PREFIX) for name in names], dtype=bool)
