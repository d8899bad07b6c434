"""The merged tree of demands becomes models, and every reference is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

from planner.demand import Demand, DemandRow, Workload
from planner.errors import did_you_mean
from planner.files.known import Known
from planner.files.merge import Merged
from planner.files.tree import Node, ScalarNode, Where, child, place_of
from planner.files.topologies import read_head, read_section
from planner.files.walk import BAD, Values, Walk, quantity_reader
from planner.topology import Node as NetworkNode
from planner.topology import Source
from planner.units import Kind

__all__ = ["check_zones", "read_demand"]

REQUIRED = "required"
_UNSERVED: dict[str, Kind] = {"traffic": "usd_per_gbps_year"}


def read_demand(walk: Walk, merged: Merged, known: Known, *, alone: bool = False) -> Demand:
    """Return the merged demand without what is bad, whose faults the walk has noted.

    `alone` leaves unchecked what needs a topology: origins and hosts.
    """
    walk.sources = None
    sources = read_section(walk, merged, "sources", Source)
    walk.sources = frozenset(merged.sections["sources"])
    head = read_head(walk, merged, Demand)
    workloads = _read_workloads(walk, merged)
    reader = _RowReader(walk, known, workloads, set(merged.sections["workloads"]), alone)
    rows = [reader.read(node, (((), "demands"), number)) for number, node in enumerate(merged.rows)]
    demands = tuple(row for row in rows if row is not None)
    return Demand.model_construct(**head, sources=sources, workloads=workloads, demands=demands)


def _read_workloads(walk: Walk, merged: Merged) -> dict[str, Workload]:
    def finish(values: Values, node: Node, where: Where) -> bool:
        values.setdefault("traffic_back_gbps_per_pflops", values.get("traffic_gbps_per_pflops", 0.0))
        price = values.pop("unserved", None)
        if price is None:
            return True
        if price.__class__ is ScalarNode and price.value == REQUIRED:
            values["required"] = True
            return True
        read = quantity_reader(_UNSERVED.get(values["kind"], "usd_per_pflops_year"), yearly=True)
        value = read(walk, price, (where, "unserved"))
        values["unserved_usd"] = None if value is BAD else value
        return value is not BAD

    records: dict[str, Workload] = {}
    special = {"unserved": ("unserved", lambda walk, node, where: node)}
    return read_section(walk, merged, "workloads", Workload, finish, special=special) or records
