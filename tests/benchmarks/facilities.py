"""Capacitated facility location as a scenario: customers, sites with fixed costs, a link from each to each."""

from __future__ import annotations

import random
from math import dist, sqrt
from pathlib import Path
from typing import Any

import yaml

Record = dict[str, Any]
SPARE = 3.0
"""All sites together hold so many times what is asked for."""


def write_facilities(folder: Path, *, customers: int, sites: int, seed: int = 0) -> Path:
    """Write the three files into a folder and return the scenario; everything asked for is required."""
    rng = random.Random(seed)  # noqa: S311 -- a map, no secret
    asking = {f"c{i}": (rng.uniform(0, 30), rng.uniform(0, 30)) for i in range(customers)}
    hosting = {f"s{j}": (rng.uniform(0, 30), rng.uniform(0, 30)) for j in range(sites)}
    asked = {name: round(rng.uniform(5, 35), 4) for name in asking}
    room = {name: rng.uniform(10, 160) for name in hosting}
    scale = SPARE * sum(asked.values()) / sum(room.values())
    documents = {
        "topology": {
            "topology": "facilities",
            "nodes": {name: _node(place) for name, place in (asking | hosting).items()},
            "sites": {f"dc-{name}": _site(rng, name, scale * pflops) for name, pflops in room.items()},
            "links": {f"{a}-{b}": _link(a, b, dist(asking[a], hosting[b])) for a in asking for b in hosting},
        },
        "demand": {
            "demand": "facilities",
            "workloads": {
                "work": {
                    "kind": "inference", "traffic": "1 Gbps/PFLOPS", "traffic_back": "0 Gbps/PFLOPS",
                    "unserved": "required",
                },
            },
            "demands": [{"origin": n, "workload": "work", "compute": f"{p} PFLOPS"} for n, p in asked.items()],
        },
        "scenario": {
            "scenario": f"facilities-{customers}-{sites}", "topology": ["topology.yaml"], "demand": ["demand.yaml"],
            "years": [2030],
        },
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    for name, document in documents.items():
        text = yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "scenario.yaml"


def _node(place: tuple[float, float]) -> Record:
    return {"country": "KZ", "lat": round(place[0], 4), "lon": round(place[1], 4)}


def _site(rng: random.Random, node: str, pflops: float) -> Record:
    """Return a site whose fixed cost grows with the root of its size."""
    cost = rng.uniform(0, 90) + rng.uniform(100, 110) * sqrt(pflops)
    return {
        "node": node, "status": "operating", "compute": f"{pflops:.3f} PFLOPS", "fixed_cost": f"{cost:.3f} kUSD/year",
    }  # fmt: skip


def _link(customer: str, site: str, distance: float) -> Record:
    return {
        "ends": [customer, site], "kind": "terrestrial", "length": "10 km", "capacity": "100 Tbps",
        "transit": f"{distance / 3:.4f} kUSD/Gbps/year",
    }  # fmt: skip
