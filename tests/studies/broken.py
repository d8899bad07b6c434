"""Broken, impossible and unserved worlds, each with its true cause: what differs from two cities (or the triangle).

Home (KZ) asks for 20 PFLOPS of chat; near has 10 there for 3000 USD, far 100 in CN for 1100 over a fibre of 100 Gbps
and 10 ms, of which a PFLOPS takes half a Gbps each way; left undone a PFLOPS costs 5000.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

NEAR, FAR, FIBRE = "topology.sites.near", "topology.sites.far", "topology.links.fibre"
CHAT, ROW, ASKED = "demand.workloads.chat", "demand.demands.0", "demand.demands.0.compute"
MUST = {f"{CHAT}.unserved": "required"}
QUICK = {f"{CHAT}.max_rtt": "5 ms"}
HOME_RULE = {"scenario.policy": {"residency": [{"id": "soil", "origin": ["KZ"], "hosts": "home"}]}}
FLOOR = {"scenario.policy.floor.served_share": 0.8}
MACHINES = {f"{FAR}.watts": "1 kW/PFLOPS", f"{NEAR}.watts": "1 kW/PFLOPS"}
STEPS = [{"step": "10 PFLOPS", "max": "40 PFLOPS", "capex": "3 MUSD/step"}]
CHEAP = [{"max": "40 PFLOPS", "capex": "1 kUSD/PFLOPS"}]
BOTH = [{"origin": city, "workload": "chat", "compute": "10 PFLOPS"} for city in ("home", "away")]
NO_FIBRE = {FIBRE: None}
TRAFFIC = {
    "demand.workloads.talk": {"kind": "traffic", "unserved": "10 kUSD/Gbps/year"},
    "demand.demands": [{"origin": "home", "to": "away", "workload": "talk", "rate": "150 Gbps"}],
}
BATCH = {
    "demand.workloads.chat": {"kind": "training", "traffic": "0.5 Gbps/PFLOPS", "unserved": "5000 USD/PFLOPS/year"}
}


GRID = {**MACHINES, "topology.groups.grid": {"sites": ["near", "far"], "power": "5 kW"}}
DIRTY = {
    **MACHINES, f"{FAR}.carbon": "500 g/kWh", f"{NEAR}.carbon": "500 g/kWh", "scenario.limits.carbon": "50 t/year",
}  # fmt: skip


class Broken(NamedTuple):
    """A world: what differs, what of it stands in the way (a record of the conflict, or of a change that cures it)."""

    changes: Mapping[str, Any]
    cause: str
    triangle: bool = False


STAKE = {
    "scenario.policy": {"foreign_stake": [{"id": "own", "country": "KZ", "max": 0.5}]},
    f"{NEAR}.expansion": CHEAP, f"{NEAR}.owner": {"CN": 0.6, "KZ": 0.4},
}  # fmt: skip
LATE = {
    f"{CHAT}.job": {
        "payload": "1 GB", "rate": "100 Mbps", "work": "80 PFLOP", "takes": "2 PFLOPS", "deadline": "2 minutes",
    },
}  # fmt: skip
"""130 s to send and to work."""
TASK = {
    CHAT: {"kind": "training", "unserved": "5 kUSD/PFLOPS/year"},
    ROW: {
        "origin": "home", "workload": "chat", "window": {"from": "2030-03", "days": 100},
        "job": {"tokens": "1.8 T tokens", "params": "8 B params", "mfu": 0.5},
    },
    f"{FAR}.compute": "15 PFLOPS",
}  # fmt: skip
"""20 PFLOPS for 100 days, in one place."""
OWN_SOIL = {**QUICK, f"{NEAR}.expansion": CHEAP}
IMPOSSIBLE: dict[str, Broken] = {
    "more than ever": Broken({**MUST, ASKED: "200 PFLOPS"}, "sites.far.compute"),
    "power": Broken({**MUST, **MACHINES, f"{FAR}.power": "5 kW"}, "sites.far.power"),
    "sites": Broken({**MUST, **QUICK, "demand.demands": BOTH, "scenario.limits.sites": 1}, "limits.sites"),
    "capex": Broken({**MUST, **QUICK, f"{NEAR}.expansion": STEPS, "scenario.limits.capex": "2 MUSD"}, "limits.capex"),
    "floor at home": Broken(
        {"scenario.policy": {"floor": {"served_share": 0.8}, **HOME_RULE["scenario.policy"]}}, "policy.residency.soil"
    ),
    "floor": Broken({**FLOOR, **QUICK}, "policy.floor.served_share"),
    "floor and capex": Broken(
        {**FLOOR, **QUICK, f"{NEAR}.expansion": CHEAP, "scenario.limits.capex": "2 kUSD"}, "limits.capex"
    ),
    "latency": Broken({**MUST, **QUICK}, "workloads.chat.max_rtt"),
    "residency": Broken({**MUST, **HOME_RULE}, "policy.residency.soil"),
    "residency without a name": Broken(
        {**MUST, "scenario.policy": {"residency": [{"origin": ["KZ"], "hosts": ["KZ"]}]}}, "policy.residency.0"
    ),
    "residency by kind of data": Broken(
        {**MUST, f"{CHAT}.data": "personal",
         "scenario.policy": {"residency": [{"id": "own", "data": ["personal"], "hosts": "home"}]}},
        "policy.residency.own",
    ),
    "foreign stake": Broken({**MUST, **QUICK, **STAKE}, "policy.foreign_stake.own"),
    "deadline": Broken({**MUST, **LATE}, "workloads.chat.job.deadline"),
    "job": Broken({**TASK, f"{CHAT}.unserved": "required"}, "demands.home/chat.job.tokens"),
    "link": Broken({**MUST, f"{FIBRE}.capacity": "4 Gbps"}, "links.fibre.capacity"),
    "half duplex": Broken({**MUST, f"{FIBRE}.capacity": "8 Gbps", f"{FIBRE}.duplex": "half"}, "links.fibre.capacity"),
    "committed": Broken({**MUST, f"{FIBRE}.committed": "97 Gbps"}, "links.fibre"),
    "overcommitted": Broken({f"{FIBRE}.committed": "130 Gbps"}, "links.fibre.committed"),
    "link fill": Broken(
        {**MUST, f"{FIBRE}.capacity": "6 Gbps", "scenario.limits.link_fill": 0.5}, "limits.link_fill"
    ),
    "site fill": Broken({**MUST, ASKED: "100 PFLOPS", "scenario.limits.site_fill": 0.8}, "limits.site_fill"),
    "fibre cut": Broken(
        {**MUST, f"{CHAT}.survives": 1, "scenario.contingencies": "links"}, "workloads.chat.survives"
    ),
    "site lost": Broken(
        {**MUST, f"{CHAT}.survives": 1, "scenario.contingencies": ["site:far"]}, "workloads.chat.survives"
    ),
    "cluster": Broken({**MUST, **QUICK, ASKED: "8 PFLOPS", f"{CHAT}.min_cluster": "16 PFLOPS"}, "min_cluster"),
    "one site": Broken({**MUST, f"{CHAT}.split": False, ASKED: "105 PFLOPS"}, "workloads.chat.split"),
    "hosts": Broken({**MUST, f"{ROW}.hosts": ["site:near"]}, "demands.home/chat.hosts"),
    "users": Broken({**MUST, f"{FIBRE}.usable_by": ["CN"]}, "links.fibre.usable_by"),
    "count": Broken({**MUST, f"{FAR}.status": "planned", f"{FAR}.from": 2028}, "count"),
    "carbon": Broken({**MUST, **DIRTY}, "limits.carbon"),
    "group power": Broken({**MUST, **GRID}, "groups.grid.power"),
    "group compute": Broken(
        {**MUST, **OWN_SOIL, "topology.groups.grid": {"sites": ["near"], "compute": "12 PFLOPS"}}, "groups.grid.compute"
    ),
    "member capex": Broken(
        {**MUST, **OWN_SOIL, "scenario.limits.members": {"KZ": {"capex": "2 kUSD"}}}, "limits.members.KZ.capex"
    ),
    "member opex": Broken(
        {**MUST, **QUICK, ASKED: "10 PFLOPS", "scenario.limits.members": {"KZ": {"opex": "20 kUSD/year"}}},
        "limits.members.KZ.opex",
    ),
    "member hosting": Broken(
        {"scenario.limits.members": {"KZ": {"hosted_min": "15 PFLOPS"}}}, "limits.members.KZ.hosted_min"
    ),
    "share": Broken(
        {**MUST, "scenario.policy": {"shares": [{"id": "own", "hosts": "home", "at_least": 0.9}]}}, "policy.shares.own"
    ),
    "transit": Broken(
        {**MUST, **NO_FIBRE, "scenario.policy": {"transit": [{"id": "round", "origin": ["KZ"], "avoid": ["KG"]}]}},
        "policy.transit.round", triangle=True,
    ),
    "through": Broken({**MUST, **NO_FIBRE, "topology.nodes.mid.through": "none"}, "nodes.mid.through", triangle=True),
    "through a country": Broken(
        {**MUST, **NO_FIBRE, "topology.countries": {"KG": {"through": "none"}}}, "countries.KG.through", triangle=True
    ),
    "requires": Broken({**MUST, f"{CHAT}.requires": ["cuda"], f"{NEAR}.offers": ["cuda"]}, "workloads.chat.requires"),
    "site too late": Broken({**MUST, f"{FAR}.from": 2031, f"{FAR}.status": "building"}, "sites.far.from"),
    "link too late": Broken({**MUST, f"{FIBRE}.from": 2032}, "links.fibre.from"),
    "site closed": Broken({**MUST, f"{FAR}.until": 2029}, "sites.far.until"),
    "first year": Broken(
        {**MUST, f"{FAR}.from": 2028, f"{FAR}.status": "building", "scenario.years": [2026, 2030]}, "sites.far.from"
    ),
    "project": Broken(
        {**MUST, f"{FIBRE}.project": "dig", "topology.projects.dig": {"capex": "6 MUSD"},
         "scenario.limits.capex": "5 MUSD"},
        "limits.capex",
    ),
    "traffic": Broken({**TRAFFIC, "demand.workloads.talk.unserved": "required"}, "demands.home-away/talk"),
    "training": Broken(
        {**BATCH, "demand.workloads.chat.unserved": "required", ASKED: "120 PFLOPS"}, "demands.home/chat"
    ),
    "most that may be built": Broken(
        {**MUST, **QUICK, f"{NEAR}.expansion": [{"max": "5 PFLOPS", "capex": "1 kUSD/PFLOPS"}]}, "sites.near.expansion"
    ),
    "steps": Broken(
        {**MUST, **QUICK, f"{NEAR}.expansion": [{"step": "8 PFLOPS", "max": "15 PFLOPS"}]}, "sites.near.expansion"
    ),
    "only abroad": Broken(
        {**MUST, f"{NEAR}.serves": ["training"], **HOME_RULE}, "policy.residency.soil"
    ),
    "two at once": Broken({**FLOOR, **QUICK, f"{FIBRE}.committed": "130 Gbps"}, "links.fibre.committed"),
}  # fmt: skip
UNSERVED: dict[str, Broken] = {
    "foreign stake": Broken({**QUICK, **STAKE}, "rule:own"),
    "deadline": Broken(LATE, "workloads.chat.job.deadline"),
    "site full": Broken(HOME_RULE, "sites.near.compute"),
    "residency": Broken(HOME_RULE, "rule:soil"),
    "power": Broken({**MACHINES, f"{FAR}.power": "5 kW"}, "sites.far.power"),
    "link": Broken({f"{FIBRE}.capacity": "4 Gbps"}, "links.fibre.capacity"),
    "latency": Broken(QUICK, "workloads.chat.max_rtt"),
    "hosts": Broken({f"{ROW}.hosts": ["site:near"]}, "demands.home/chat.hosts"),
    "users": Broken({f"{FIBRE}.usable_by": ["CN"]}, "links.fibre.usable_by"),
    "transit": Broken(
        {**NO_FIBRE, "scenario.policy": {"transit": [{"id": "round", "origin": ["KZ"], "avoid": ["KG"]}]}},
        "rule:round", triangle=True,
    ),
    "through": Broken({**NO_FIBRE, "topology.nodes.mid.through": "none"}, "nodes.mid.through", triangle=True),
    "too dear": Broken({f"{CHAT}.unserved": "500 USD/PFLOPS/year"}, "workloads.chat.unserved"),
    "growth too dear": Broken(
        {**QUICK, f"{NEAR}.expansion": [{"max": "40 PFLOPS", "capex": "90 kUSD/PFLOPS"}]}, "workloads.chat.unserved"
    ),
    "capex": Broken({**QUICK, f"{NEAR}.expansion": CHEAP, "scenario.limits.capex": "2 kUSD"}, "limits.capex"),
    "sites": Broken({**QUICK, "demand.demands": BOTH, "scenario.limits.sites": 1}, "limits.sites"),
    "cluster": Broken({**QUICK, ASKED: "8 PFLOPS", f"{CHAT}.min_cluster": "16 PFLOPS"}, "workloads.chat.min_cluster"),
    "one site": Broken({f"{CHAT}.split": False, ASKED: "105 PFLOPS"}, "workloads.chat.split"),
    "fibre cut": Broken({f"{CHAT}.survives": 1, "scenario.contingencies": "links"}, "contingencies"),
    "carbon": Broken(DIRTY, "limits.carbon"),
    "count": Broken({f"{FAR}.status": "planned", f"{FAR}.from": 2028}, "count"),
    "site too late": Broken({f"{FAR}.from": 2031, f"{FAR}.status": "building"}, "sites.far.from"),
    "link too late": Broken({f"{FIBRE}.from": 2032}, "links.fibre.from"),
    "group power": Broken(GRID, "groups.grid.power"),
    "group compute": Broken(
        {**OWN_SOIL, "topology.groups.grid": {"sites": ["near"], "compute": "12 PFLOPS"}}, "groups.grid.compute"
    ),
    "share": Broken(
        {"scenario.policy": {"shares": [{"id": "own", "hosts": "home", "at_least": 0.9}]}}, "policy.shares.own"
    ),
    "requires": Broken({f"{CHAT}.requires": ["cuda"], f"{NEAR}.offers": ["cuda"]}, "workloads.chat.requires"),
    "member capex": Broken(
        {**OWN_SOIL, "scenario.limits.members": {"KZ": {"capex": "2 kUSD"}}}, "limits.members.KZ.capex"
    ),
    "member opex": Broken(
        {**QUICK, ASKED: "10 PFLOPS", "scenario.limits.members": {"KZ": {"opex": "20 kUSD/year"}}},
        "limits.members.KZ.opex",
    ),
    "traffic": Broken(TRAFFIC, "links.fibre.capacity"),
    "training": Broken({**BATCH, ASKED: "120 PFLOPS"}, "sites.far.compute"),
    "most that may be built": Broken(
        {**QUICK, f"{NEAR}.expansion": [{"max": "5 PFLOPS", "capex": "1 kUSD/PFLOPS"}]}, "sites.near.compute"
    ),
    "link fill": Broken({f"{FIBRE}.capacity": "6 Gbps", "scenario.limits.link_fill": 0.5}, "limits.link_fill"),
    "two at once": Broken(
        {**HOME_RULE, f"{FIBRE}.usable_by": ["CN"], f"{NEAR}.serves": ["training"], f"{FAR}.watts": "0 kW/PFLOPS"},
        "sites.near.serves",
    ),
}  # fmt: skip
