"""The same world with its records in another order and spread over more files; and one in which ties abound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from worlds.hand import World, write_world

if TYPE_CHECKING:
    import random
    from pathlib import Path

RECORDS = {"nodes", "sites", "links", "cables", "projects", "risks", "groups", "workloads"}
SETS = {"members", "contingencies", "requires", "offers", "serves", "usable_by", "fails", "count", "avoid", "demands"}
"""Lists whose order has no meaning; `hosts` and `origin` are lists only in rules and rows."""
ALIKE = {
    "transit": "1 kUSD/Gbps/year",
    "opex": "2 kUSD/PFLOPS/year",
    "rtt": "3 ms",
    "length": "100 km",
    "electricity": "0.1 USD/kWh",
    "compute": "10 PFLOPS",
}


def shuffled(part: Any, dice: random.Random, name: str = "") -> Any:
    """Return a world, or a part of it, with all records and sets in an order of chance."""
    if isinstance(part, dict):
        items = [(key, shuffled(value, dice, key)) for key, value in part.items()]
        if name in RECORDS or not name:
            dice.shuffle(items)
        return dict(items)
    if isinstance(part, list):
        listed = [shuffled(each, dice, "record") for each in part]
        if name in SETS or (name in ("hosts", "origin") and all(isinstance(each, str) for each in listed)):
            dice.shuffle(listed)
        return listed
    return part


def write_scattered(world: World, folder: Path, dice: random.Random) -> Path:
    """Write a world in an order of chance, half of its sites, links and demands in files of their own."""
    world = shuffled(world, dice)
    topology, demand, scenario = (dict(world[name]) for name in ("topology", "demand", "scenario"))
    more: World = {"topology": "more"}
    for section in ("sites", "links"):
        records = list(topology.get(section, {}).items())
        half = dice.randint(0, len(records))
        topology[section], more[section] = dict(records[:half]), dict(records[half:])
    half = dice.randint(0, len(demand["demands"]))
    rows = {"demand": "more", "demands": demand["demands"][half:]}
    demand["demands"] = demand["demands"][:half]
    write_world({"topology": more, "demand": rows, "scenario": scenario}, folder / "more")
    files = {name: [f"{name}.yaml", f"more/{name}.yaml"] for name in ("topology", "demand")}
    for names in files.values():
        dice.shuffle(names)
    return write_world({"topology": topology, "demand": demand, "scenario": {**scenario, **files}}, folder)


def with_ties(part: Any) -> Any:
    """Return a world, or a part of it, in which what is alike in kind is alike in price and size."""
    if isinstance(part, dict):
        return {key: _alike(key, value) for key, value in part.items()}
    return [with_ties(each) for each in part] if isinstance(part, list) else part


def _alike(key: str, value: Any) -> Any:
    if key == "unserved" and value != "required":
        unit = "Gbps" if "Gbps" in str(value) else "PFLOPS"
        return f"50 kUSD/{unit}/year"
    if key in ALIKE and isinstance(value, str):
        return ALIKE[key] if value.partition(" ")[2].partition("/")[2] == ALIKE[key].partition("/")[2] else value
    return with_ties(value)
