"""Worlds made by hand, and how a world is changed and written."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

World = dict[str, Any]


def two_cities() -> World:
    """Return home (KZ) with a small dear site and away (CN) with a large cheap one, a 100 Gbps fibre between.

    Home asks for 20 PFLOPS of chat. A PFLOPS costs 3000 USD a year near and 1000 + 100 x (0.5 + 0.5) = 1100 far away;
    unserved it costs 5000. All go far: 22 000 USD.
    """
    nodes = {
        "home": {"country": "KZ", "lat": 43.2, "lon": 76.9},
        "away": {"country": "CN", "lat": 44.0, "lon": 87.3},
    }
    sites = {
        "near": {"node": "home", "status": "operating", "compute": "10 PFLOPS", "opex": "3000 USD/PFLOPS/year"},
        "far": {"node": "away", "status": "operating", "compute": "100 PFLOPS", "opex": "1000 USD/PFLOPS/year"},
    }
    fibre = {"ends": ["home", "away"], "kind": "terrestrial", "rtt": "10 ms", "capacity": "100 Gbps"}
    chat = {"kind": "inference", "traffic": "0.5 Gbps/PFLOPS", "unserved": "5000 USD/PFLOPS/year"}
    return {
        "topology": {
            "topology": "two-cities",
            "nodes": nodes,
            "sites": sites,
            "links": {"fibre": fibre | {"transit": "100 USD/Gbps/year"}},
        },
        "demand": {
            "demand": "two-cities",
            "workloads": {"chat": chat},
            "demands": [{"origin": "home", "workload": "chat", "compute": "20 PFLOPS"}],
        },
        "scenario": plain_scenario("two-cities", ["CN", "KZ"], 2030),
    }


def plain_scenario(name: str, members: list[str], year: int) -> World:
    """Return a scenario of one year that minimises cost over the two files written beside it."""
    return {
        "scenario": name,
        "title": f"A small world called {name}",
        "topology": ["topology.yaml"],
        "demand": ["demand.yaml"],
        "community": {"members": members},
        "years": [year],
        "objective": "cost",
        "latency": "glass",
    }


def changed(world: World, changes: Mapping[str, Any]) -> World:
    """Return a copy with values set at dotted paths (a number indexes a list; None deletes)."""
    copy = deepcopy(world)
    for path, value in changes.items():
        *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
        place = copy
        for step in way:
            place = place[step] if isinstance(step, int) else place.setdefault(step, {})
        if value is None:
            del place[last]
        else:
            place[last] = deepcopy(value)
    return copy


def write_world(world: World, folder: Path) -> Path:
    """Write the three files of a world into a folder and return the path of its scenario."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("topology", "demand", "scenario"):
        text = yaml.safe_dump(world[name], sort_keys=False, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder / "scenario.yaml"
