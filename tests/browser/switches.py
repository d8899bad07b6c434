"""Small worlds for the browser: one that has every switch, and names that a page must not fall for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from worlds import plain_scenario

if TYPE_CHECKING:
    from worlds import World

SWITCHES: dict[str, Any] = {
    "topology.nodes.home.timezone": "Asia/Almaty",
    "topology.nodes.mid.timezone": "Asia/Bishkek",
    "topology.nodes.away.timezone": "Asia/Shanghai",
    "topology.sites.far.expansion": [{"max": "200 PFLOPS", "capex": "1 kUSD/PFLOPS"}],
    "topology.sites.far.carbon": "600 g/kWh",
    "topology.sites.far.watts": "1 kW/PFLOPS",
    "topology.sites.far.electricity": "0.05 USD/kWh",
    "demand.workloads.chat.profile": [1.5] * 12 + [0.5] * 12,
    "demand.workloads.chat.survives": 0.6,
    "demand.workloads.chat.max_rtt": "40 ms",
    "demand.workloads.tuning": {"kind": "training", "traffic": "0.1 Gbps/PFLOPS", "unserved": "5000 USD/PFLOPS/year"},
    "demand.workloads.internet": {"kind": "traffic", "unserved": "1 kUSD/Gbps/year"},
    "demand.demands": [
        {"origin": "home", "workload": "chat", "compute": {2030: "60 PFLOPS", 2035: "140 PFLOPS"}},
        {"origin": "KG", "workload": "chat", "compute": "10 PFLOPS"},
        {"origin": "home", "workload": "tuning", "compute": "20 PFLOPS"},
        {"origin": "home", "to": "mid", "workload": "internet", "rate": "5 Gbps"},
    ],
    "scenario.years": [2030, 2035],
    "scenario.hours": 4,
    "scenario.contingencies": ["links", "sites"],
}
"""Over the triangle of `small`."""

HOSTILE: dict[str, Any] = {
    "topology.title": "</script><script>alert(1)</script> \"quoted\" & 'so'",
    "topology.nodes.home.name": "<img src=x onerror=alert(1)>",
    "topology.nodes.mid.name": "比什凯克",
    "topology.nodes.away.name": "أورومتشي",
    "topology.sites.near.name": '=HYPERLINK("http://example.invalid")',
    "topology.sites.near.note": "</script><script>alert(2)</script>",
    "topology.sites.far.name": "<script>alert(1)</script>",
    "topology.links.fibre.name": "-1+1|cmd' /C calc'!A0",
    "demand.workloads.chat.title": "</title><b>chat</b>\u2028new line",
    "scenario.title": '</script><script>alert(3)</script><!-- "title"',
}
"""What a file may hold and a page must show as text."""


def grid(rows: int, columns: int) -> World:
    """Return a world of places in rows and columns, each linked to its neighbours, with a site at every tenth."""
    place = "p{:02d}-{:02d}".format
    spots = [(row, column) for row in range(rows) for column in range(columns)]
    nodes = {
        place(row, column): {"country": "KZ" if column < columns // 2 else "CN", "lat": 30 + row, "lon": 60 + column}
        for row, column in spots
    }
    fibre = {"kind": "terrestrial", "capacity": "1 Tbps", "transit": "10 USD/Gbps/year"}
    ends = [((r, c), (r, c + 1)) for r, c in spots if c + 1 < columns] + [
        ((r, c), (r + 1, c)) for r, c in spots if r + 1 < rows
    ]
    links = {f"l{at:04d}": {"ends": [place(*a), place(*b)], **fibre} for at, (a, b) in enumerate(ends)}
    site = {"status": "operating", "compute": "300 PFLOPS", "opex": "1000 USD/PFLOPS/year"}
    sites = {f"s{at:03d}": {"node": node, **site} for at, node in enumerate(sorted(nodes)[::10])}
    chat = {"kind": "inference", "traffic": "0.01 Gbps/PFLOPS", "unserved": "50 kUSD/PFLOPS/year"}
    asked = [{"origin": node, "workload": "chat", "compute": "5 PFLOPS"} for node in sorted(nodes)]
    return {
        "topology": {"topology": "grid", "nodes": nodes, "sites": sites, "links": links},
        "demand": {"demand": "grid", "workloads": {"chat": chat}, "demands": asked},
        "scenario": plain_scenario("grid", ["CN", "KZ"], 2030),
    }
