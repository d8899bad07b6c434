"""The merged tree of demands becomes models, and every reference is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from planner.demand import Demand, DemandRow, Workload, split_origin
from planner.errors import Fault, Place
from planner.files.reading.merged import Merged
from planner.files.reading.shapes import BAD, OtherUnit, quantity_reader
from planner.files.reading.topologies import read_head, read_section
from planner.files.reading.tree import Node, ScalarNode, Where, place_of
from planner.files.reading.walk import Values, Walk
from planner.topology import Source, Topology
from planner.units import Kind
from planner.years import Yearly

REQUIRED = "required"
_UNSERVED: dict[str, Kind] = {"traffic": "usd_per_gbps_year"}
_AMOUNTS = {
    "compute": ("compute", quantity_reader("pflops", seasonal=True)),
    "rate": ("rate", quantity_reader("gbps", seasonal=True)),
}


def read_demand(walk: Walk, merged: Merged) -> Demand:
    """Return the merged demand without what is bad, whose faults the walk has noted."""
    walk.sources = None
    sources = read_section(walk, merged, "sources", Source)
    walk.sources = frozenset(merged.sections["sources"])
    head = read_head(walk, merged, Demand)
    workloads = _read_workloads(walk, merged)
    reader = _RowReader(walk, workloads)
    rows = [reader.read(node, (((), "demands"), number)) for number, node in enumerate(merged.rows)]
    demands = tuple(row for row in rows if row is not None)
    workloads |= {row.workload: _of_job(workloads[row.workload], row) for row in demands if row.job is not None}
    return Demand.model_construct(**head, sources=sources, workloads=workloads, demands=demands)


def _read_workloads(walk: Walk, merged: Merged) -> dict[str, Workload]:
    def finish(values: Values, _node: Node, where: Where) -> bool:
        if values["kind"] != "traffic":
            values.setdefault("traffic_back_gbps_per_pflops", values.get("traffic_gbps_per_pflops", 0.0))
        if "job" in values:
            values.setdefault("min_cluster_pflops", values["job"].takes_pflops)
        least = values.get("min_cluster_pflops")
        if isinstance(least, OtherUnit):
            del values["min_cluster_pflops"]
            values["min_cluster_cards"] = float(least)
        price = values.pop("unserved", None)
        if price is None:
            return True
        if price.__class__ is ScalarNode and price.value == REQUIRED:
            values["required"] = True
            return True
        read = quantity_reader(_UNSERVED.get(values["kind"], "usd_per_pflops_year"), yearly=True)
        values["unserved_usd"] = read(walk, price, (where, "unserved"))
        return values["unserved_usd"] is not BAD

    def raw(_walk: Walk, node: Node, _where: Where) -> Node:
        return node

    return read_section(walk, merged, "workloads", Workload, finish, special={"unserved": ("unserved", raw)})


def _of_job(workload: Workload, row: DemandRow) -> Workload:
    """Return the workload of a job with the cluster and the transfers that the job asks for, unless it says its own."""
    assert row.job is not None
    assert row.window is not None, "a job without one is a fault"
    job, days, said = row.job, row.window.days, workload.model_fields_set
    found: Values = {}
    if "split" not in said:
        found["split"] = False
    if not workload.needs_cluster:
        found["min_cluster_pflops"] = job.cluster_pflops(days)
    if not (workload.traffic_gbps_per_pflops or workload.traffic_back_gbps_per_pflops):
        found["traffic_gbps_per_pflops"] = job.gbps_per_pflops(job.corpus_gb, days)
        found["traffic_back_gbps_per_pflops"] = job.gbps_per_pflops(job.home_gb(days), days)
    return workload.model_copy(update=found)


@dataclass
class _RowReader:
    """Reads demands one by one and remembers them, for the same one twice is a fault."""

    walk: Walk
    workloads: Mapping[str, Workload]
    seen: dict[tuple[str, str, str | None], Place] = field(default_factory=dict)
    users: dict[str, tuple[str, bool]] = field(default_factory=dict)

    def read(self, node: Node, where: Where) -> DemandRow | None:
        """Return a demand, or None where anything is wrong with it."""
        values = self.walk.values(DemandRow, node, where, optional=("amount",), special=_AMOUNTS)
        if values is None:
            return None
        before = len(self.walk.faults)
        if values.get("to") == values["origin"]:
            self.walk.fault_under(node, where, "to", "is the origin itself", "write another node")
        self._take_amount(values, node, where)
        self._check_twice(values, node, where)
        self._check_job(values, node, where)
        if len(self.walk.faults) > before or "amount" not in values:
            return None
        values["place"] = place_of(node)
        return self.walk.build(DemandRow, values, node, where)

    def _take_amount(self, values: Values, node: Node, where: Where) -> None:
        """Take the compute or the rate, whichever the kind of the workload asks for, as the amount."""
        compute, rate = self._compute_of(values, node, where), values.pop("rate", None)
        workload = self.workloads.get(values["workload"])
        if workload is None:
            return
        kind, traffic = workload.kind, workload.kind == "traffic"
        wrong = [("compute", compute)] if traffic else [("rate", rate), ("to", values.get("to"))]
        for key, value in wrong:
            if value is not None:
                self.walk.fault_under(node, where, key, f"has no meaning for {kind}", "leave it out")
        needed = [("rate", rate, "400 Gbps"), ("to", values.get("to"), "frankfurt")]
        for key, value, example in needed if traffic else [("compute", compute, "30 PFLOPS")]:
            if value is None:
                self.walk.fault(node, (where, key), f"is missing, for {kind}", f"write for example '{key}: {example}'")
        if traffic and values.get("access_rtt_ms") is not None:
            self.walk.fault_under(node, where, "access_rtt", f"has no meaning for {kind}", "leave it out")
        amount = rate if traffic else compute
        if amount is not None:
            values["amount"] = amount

    def _compute_of(self, values: Values, node: Node, where: Where) -> Yearly | None:
        """Return the compute that is asked for: as it is written, or as a job takes it in its window."""
        compute: Yearly | None = values.pop("compute", None)
        job, window = values.get("job"), values.get("window")
        if job is None:
            return compute
        if compute is not None:
            self.walk.fault_under(node, where, "compute", "stands beside job", "leave it out: the job says it")
        if window is None:
            right = "write the days in which it runs: window: {from: 2027-03, days: 90}"
            self.walk.fault(node, (where, "window"), "is missing, and there is a job", right)
            return Yearly.flat(0.0)
        return Yearly.flat(job.pflops(window.days))

    def _check_job(self, values: Values, node: Node, where: Where) -> None:
        """Note a window or a job of what is no training, and a job whose workload others have as well."""
        workload = self.workloads.get(values["workload"])
        given = [key for key in ("window", "job") if values.get(key) is not None]
        if workload is None:
            return
        for key in given if workload.kind != "training" else ():
            self.walk.fault_under(node, where, key, f"has no meaning for {workload.kind}", "leave it out")
        first = self.users.setdefault(workload.id, (values["origin"], values.get("job") is not None))
        if first[0] != values["origin"] and (first[1] or "job" in given):
            what = f"is the workload of {first[0]} as well, and one of them is a job"
            self.walk.fault_under(node, where, "workload", what, "give each job a workload of its own")

    def _check_twice(self, values: Values, node: Node, where: Where) -> None:
        key = (values["origin"], values["workload"], values.get("to"))
        first = self.seen.setdefault(key, place_of(node))
        if first != place_of(node):
            what = f"{'/'.join(word for word in key if word)} is there already, at {first}"
            self.walk.fault(node, where, what, "write one demand with a map of years")


def check_origins(walk: Walk, demand: Demand, topology: Merged, read: Topology) -> None:
    """Note countries whose weights are all zero, and nodes without the time zone that a profile needs."""
    nodes, zoneless = read.nodes, dict[str, str]()
    for site in read.sites.values():
        if site.profiles and nodes[site.node].timezone is None:
            zoneless.setdefault(site.node, f"the {next(iter(site.profiles))} of site '{site.id}' has a rhythm")
    shares = {row.origin: split_origin(row.origin, nodes) for row in demand.demands}
    for row in demand.demands:
        if not shares[row.origin]:
            what, right = f"all nodes of {row.origin} have the weight 0", "give one of them a weight"
            walk.faults.append(Fault(row.place or Place(""), row.id, what, right))
        if row.job is not None and len(shares[row.origin]) > 1:
            what = f"{row.origin} is spread over {', '.join(sorted(shares[row.origin]))}, and a job has one origin"
            walk.faults.append(Fault(row.place or Place(""), row.id, what, "write the node that it comes from"))
        workload = demand.workloads.get(row.workload)
        if workload is not None and not workload.is_flat:
            for name in shares[row.origin]:
                if nodes[name].timezone is None:
                    zoneless.setdefault(name, f"the profile of '{row.workload}' is not flat")
    for name, why in zoneless.items():
        key, _ = topology.sections["nodes"][name]
        where: Where = ((((), "nodes"), name), "timezone")
        walk.fault(key, where, f"is missing, and {why}", "write one such as Asia/Almaty")
