"""Write a synthetic continental network as topology, demand and scenario, the same for the same seed."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path

import yaml

COUNTRIES = ("KZ", "KG", "TJ", "UZ", "CN", "PK", "SG", "MY", "SA", "EG", "ZA", "KE")
WEST, EAST, SOUTH, NORTH = -20.0, 140.0, -35.0, 55.0
NEIGHBOURS = 3
SPARE = 1.15
"""Installed compute over all demand."""
WORKLOADS = {"voice": ("30 ms", 2.0), "chat": ("80 ms", 1.0), "batch": (None, 0.5)}
"""Latency limit and Gbps per PFLOPS of each workload."""

Record = dict[str, object]
Spot = tuple[float, float]


def write_network(folder: Path, *, nodes: int, sites: int, seed: int = 0) -> Path:
    """Write the three files into a folder and return the scenario."""
    rng = random.Random(seed)  # noqa: S311 -- a map, no secret
    spots = [(round(rng.uniform(SOUTH, NORTH), 4), round(rng.uniform(WEST, EAST), 4)) for _ in range(nodes)]
    asked = [[round(rng.lognormvariate(0, 1), 4) for _ in WORKLOADS] for _ in spots]
    topology: Record = {
        "topology": "synthetic",
        "nodes": {_name(i): _node(spot) for i, spot in enumerate(spots)},
        "sites": _sites(rng, sorted(rng.sample(range(nodes), sites)), sum(map(sum, asked))),
        "links": {f"{_name(i)}-{_name(j)}": _link(rng, spots, i, j) for i, j in _spans(spots)},
    }
    demands = [
        {"origin": _name(i), "workload": workload, "compute": f"{pflops} PFLOPS"}
        for i, row in enumerate(asked)
        for workload, pflops in zip(WORKLOADS, row, strict=True)
    ]
    demand: Record = {"demand": "synthetic", "workloads": _workloads(), "demands": demands}
    scenario: Record = {
        "scenario": f"synthetic-{nodes}", "topology": ["topology.yaml"], "demand": ["demand.yaml"], "years": [2030],
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in (("topology", topology), ("demand", demand), ("scenario", scenario)):
        text = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "scenario.yaml"


def _name(position: int) -> str:
    return f"n{position:05d}"


def _node(spot: Spot) -> Record:
    lat, lon = spot
    stripe = int((lon - WEST) / (EAST - WEST) * len(COUNTRIES) * 0.9999)
    return {"country": COUNTRIES[stripe], "lat": lat, "lon": lon}


def _sites(rng: random.Random, hosts: list[int], asked_pflops: float) -> Record:
    """Spread the compute over the hosts in four sizes, at prices of their own."""
    sizes = [rng.choice([20, 50, 100, 200]) for _ in hosts]
    unit = SPARE * asked_pflops / sum(sizes)
    return {
        f"dc-{_name(host)}": {
            "node": _name(host), "status": "operating", "compute": f"{size * unit:.3f} PFLOPS",
            "watts": "1.2 kW/PFLOPS", "pue": 1.3, "electricity": "0.05 USD/kWh", "carbon": "500 g/kWh",
            "opex": f"{rng.uniform(50, 150):.2f} kUSD/PFLOPS/year",
        }
        for host, size in zip(hosts, sizes, strict=True)
    }  # fmt: skip


def _spans(spots: list[Spot]) -> list[tuple[int, int]]:
    """Return each place's links to its nearest, and the shortest ones that make the network whole."""
    near = [
        sorted(range(len(spots)), key=lambda j, i=i: _km(spots[i], spots[j]))[1 : NEIGHBOURS + 1]
        for i in range(len(spots))
    ]
    spans = {(min(i, j), max(i, j)) for i, row in enumerate(near) for j in row}
    while len(parts := list(_parts(len(spots), spans))) > 1:
        rest = [j for part in parts[1:] for j in part]
        spans.add(
            min(((min(i, j), max(i, j)) for i in parts[0] for j in rest), key=lambda e: _km(spots[e[0]], spots[e[1]]))
        )
    return sorted(spans)


def _parts(size: int, spans: set[tuple[int, int]]) -> Iterator[list[int]]:
    """Yield the connected parts of the network."""
    beside: list[list[int]] = [[] for _ in range(size)]
    for i, j in spans:
        beside[i].append(j)
        beside[j].append(i)
    seen: set[int] = set()
    for start in range(size):
        if start not in seen:
            part, front = [], [start]
            seen.add(start)
            while front:
                part.append(here := front.pop())
                front += (new := [j for j in beside[here] if j not in seen])
                seen.update(new)
            yield part


def _link(rng: random.Random, spots: list[Spot], i: int, j: int) -> Record:
    km = 1.3 * _km(spots[i], spots[j])
    return {
        "ends": [_name(i), _name(j)], "kind": "terrestrial", "length": f"{km:.1f} km",
        "capacity": f"{rng.choice([200, 400, 800, 2400])} Gbps",
        "transit": f"{(0.02 * km + 1) * rng.uniform(0.3, 3):.3f} kUSD/Gbps/year",
    }  # fmt: skip


def _workloads() -> Record:
    shared = {"kind": "inference", "traffic_back": "0 Gbps/PFLOPS", "unserved": "5 MUSD/PFLOPS/year"}
    return {
        name: {**shared, "traffic": f"{gbps} Gbps/PFLOPS", **({"max_rtt": limit} if limit else {})}
        for name, (limit, gbps) in WORKLOADS.items()
    }


def _km(a: Spot, b: Spot) -> float:
    """Great circle between two places in degrees."""
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, spot)) for spot in (a, b))
    h = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 12742 * math.asin(math.sqrt(h))
