"""What can be left out of a random world, and how the rest stays whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from worlds.chance import COUNTRIES
from worlds.hand import World, changed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Way = tuple[str | int, ...]

OPTIONAL = {
    "nodes": {"weight", "access_rtt"},
    "sites": {
        "until",
        "serves",
        "offers",
        "precision",
        "sparse",
        "chip",
        "carbon",
        "water",
        "power",
        "watts",
        "pue",
        "electricity",
    }
    | {"fixed_cost", "project", "load", "idle", "embodied"},
    "links": {"from", "until", "committed", "duplex", "transit", "usable_by", "project"},
    "cables": {"committed", "duplex", "transit", "usable_by", "project"},
    "workloads": {"data", "max_rtt", "traffic", "traffic_back", "requires", "rtt_premium"}
    | {"profile", "survives", "min_cluster", "split"},
    "demands": {"hosts"},
    "residency": {"origin", "workload", "data", "fee", "premium"},
    "transit": {"origin"},
    "shares": {"origin", "workload", "data"},
    "expansion": {"opex", "from", "until", "project", "embodied"},
    "projects": {"opex", "from"},
    "groups": {"power", "compute"},
    "members": {"capex", "hosted_min", "opex"},
}
WHOLE_SCENARIO = ("count", "finance", "policy", "limits", "contingencies", "objective", "hours", "seasons")


def optional_ways(world: World) -> Iterator[Way]:
    """Yield the way to everything a world stays whole without, outer things before what they hold."""
    yield from (("scenario", key) for key in WHOLE_SCENARIO if key in world["scenario"])
    yield from (("scenario", "limits", key) for key in world["scenario"].get("limits", {}))
    for section in ("contingencies", "objective"):
        listed = world["scenario"].get(section)
        if isinstance(listed, list):
            # The first stays: an empty list is another thing than none.
            yield from (("scenario", section, number) for number in range(1, len(listed)))
    whole: list[Way] = [("topology", "links"), ("topology", "cables"), ("topology", "risks"), ("demand", "demands")]
    whole += [("topology", "groups"), ("scenario", "limits", "members")]
    whole += [("scenario", "policy", section) for section in ("residency", "transit", "shares")]
    if "floor" in world["scenario"].get("policy", {}):
        yield ("scenario", "policy", "floor")
    lasting: list[Way] = [("topology", section) for section in ("nodes", "sites", "projects")]
    for way in [*whole, *lasting, ("demand", "workloads")]:
        yield from optional_records(way, look_up(world, way), is_whole=way in whole)


def optional_records(way: Way, records: Any, *, is_whole: bool) -> Iterator[Way]:
    """Yield the ways to the records of a section, where they can go whole, and to what each can go without."""
    keys: list[Any] = list(records) if isinstance(records, dict) else list(range(len(records or ())))
    # The last demand stays: without any there is no question.
    yield from ((*way, key) for key in keys if is_whole and (way[-1] != "demands" or key))
    for key in keys:
        yield from ((*way, key, name) for name in records[key] if name in OPTIONAL.get(str(way[-1]), ()))
        for number, expansion in enumerate(records[key].get("expansion", [])):
            here = (*way, key, "expansion", number)
            yield here
            # A lease without its price would be a gift.
            free = OPTIONAL["expansion"] - (set() if "capex" in expansion else {"opex"})
            yield from ((*here, name) for name in expansion if name in free)


def look_up(world: World, way: Sequence[str | int]) -> Any:
    """Return what stands at the end of a way, None where nothing does."""
    place: Any = world
    for step in way:
        place = (place or {}).get(step) if isinstance(place, dict) or place is None else place[step]
    return place


def without(world: World, ways: Iterable[Way]) -> World:
    """Return a world without what some ways of `optional_ways`, in its order, lead to."""
    return changed(world, {".".join(map(str, way)): None for way in reversed(list(ways))})


def tidied(world: World) -> World:
    """Return the world without empty sections, weights all zero, service that ends before it starts, lost names."""
    for record in [*world["topology"]["sites"].values(), *world["topology"].get("links", {}).values()]:
        for part in (record, *record.get("expansion", [])):
            if part.get("until", math.inf) < part.get("from", 0):
                del part["until"]
    for country in COUNTRIES:
        inside = [record for record in world["topology"]["nodes"].values() if record["country"] == country]
        if any("weight" in record for record in inside) and not any(record.get("weight") for record in inside):
            inside[0]["weight"] = 1
    forget_groups(world)
    forget_names(world)
    return without_empty(world)


def forget_groups(world: World) -> None:
    """Take groups that are there no more out of hosts."""
    rules = [rule for name in ("residency", "shares") for rule in world["scenario"].get("policy", {}).get(name, [])]
    for record in [*rules, *world["demand"]["demands"]]:
        if isinstance(record.get("hosts"), list):
            there = [host for host in record["hosts"] if host[:6] != "group:" or is_there(world["topology"], host)]
            record["hosts"] = there or ["site:" + min(world["topology"]["sites"])]


def forget_names(world: World) -> None:
    """Take out of risks and contingencies what is there no more."""
    topology, scenario = world["topology"], world["scenario"]
    for _ in range(2):  # a risk may name one that has just lost everything
        risks = topology.get("risks", {})
        for risk in risks.values():
            risk["fails"] = [name for name in risk["fails"] if is_there(topology, name)]
        topology["risks"] = {name: risk for name, risk in risks.items() if risk["fails"]}
    if isinstance(scenario.get("contingencies"), list):
        scenario["contingencies"] = [name for name in scenario["contingencies"] if is_there(topology, name)]


def is_there(topology: World, name: str) -> bool:
    """Whether something of a name, with its prefix or without, is in a topology."""
    sections = {"link": "links", "cable": "cables", "site": "sites", "risk": "risks", "group": "groups"}
    prefix, _, rest = name.partition(":")
    if prefix in sections:
        cable = rest.partition(":")[0]
        return rest in topology.get(sections[prefix], {}) or (prefix == "link" and cable in topology.get("cables", {}))
    return any(name in topology.get(section, {}) for section in sections.values())


def without_empty(part: Any) -> Any:
    """Return a mapping without values that are empty lists or mappings, at any depth."""
    if isinstance(part, dict):
        cleaned = {key: without_empty(value) for key, value in part.items()}
        return {key: value for key, value in cleaned.items() if value not in ({}, [])}
    return [without_empty(value) for value in part] if isinstance(part, list) else part
