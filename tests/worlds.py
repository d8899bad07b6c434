"""Small worlds in the file format: hand-made ones, and hypothesis strategies that exercise every rule of the programme.

A world is a mapping of the three files, ``topology``, ``demand`` and ``scenario``, ready to be written as YAML. The
random ones are drawn so that rules bite: capacities near the demand, latency limits that cut the cheapest path,
commitments near the whole of a link. A random world comes from one seed, evenly over all features (what hypothesis
draws by itself repeats itself and leans to small values); it shrinks by leaving out whatever can be left out.
"""

from __future__ import annotations

import math
import os
import random
from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import yaml
from hypothesis import settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

World = dict[str, Any]
Words = tuple[tuple[str, int], ...]

COUNTRIES = ("KZ", "NO", "UZ")  # NO: Norway, unless a reader lets YAML decide
PLACES = ("ada", "bor", "cem", "dil", "ekin", "fes", "gor")
WORKLOADS = ("chat", "scan", "tuning")
YEARS = (2024, 2026, 2028, 2030)

# Words a measure may be written in, with how many of them make one of the first.
PFLOPS = (("PFLOPS", 1), ("P", 1), ("TFLOPS", 1000))
GBPS = (("Gbps", 1), ("Mbps", 1000))
MS = (("ms", 1), ("us", 1000))
KM = (("km", 1),)
KW = (("kW", 1), ("W", 1000))


# ------------------------------------------------------------------------------------------------ by hand


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


# ---------------------------------------------------------------------------------------------- by chance


class Dice(random.Random):
    """Chance in the units of the files."""

    def chance(self, percent: float) -> bool:
        """Return yes in so many of a hundred cases."""
        return self.uniform(0, 100) < percent

    def measure(self, low: float, high: float, words: Words, per: str = "") -> str:
        """Return tenths between two numbers with one of the words as unit."""
        word, scale = self.choice(words)
        return f"{Decimal(self.randint(round(low * 10), round(high * 10)) * scale) / 10} {word}{per}"

    def usd(self, low: float, high: float, per: str) -> str:
        """Return a price between two numbers of kUSD, written in kUSD or USD."""
        return self.measure(low, high, (("kUSD", 1), ("USD", 1000)), per)

    def yearly(self, value: Callable[[], Any], percent: float = 20) -> Any:
        """Return a plain value or, in so many of a hundred cases, a map of years."""
        if not self.chance(percent):
            return value()
        return {year: value() for year in sorted(self.sample(YEARS, self.randint(1, 3)))}

    def some_of(self, choices: Sequence[str], most: int) -> list[str]:
        """Return one to so many of the choices."""
        return self.sample(choices, self.randint(1, min(most, len(choices))))

    def add(self, record: World, **fields: tuple[float, Callable[[], Any]]) -> World:
        """Add fields to a record, each in so many of a hundred cases."""
        record |= {name: value() for name, (percent, value) in fields.items() if self.chance(percent)}
        return record


@st.composite
def worlds(draw: Callable[..., Any], *, traffic: bool = False) -> World:
    """Draw a world of 4 to 7 nodes in 3 countries, 2 to 4 sites, 2 to 6 demands, one year and flat hours.

    With ``traffic`` some demands are Gbps between two nodes.
    """
    # Within 24 bits hypothesis draws evenly, beyond it prefers small numbers and repeats them.
    world = roll_world(Dice(draw(st.integers(0, 2**24 - 1))), traffic=traffic)
    # A zero leaves out: shrinking goes to zeros, chance seldom does. One string of bytes, because with many single
    # draws hypothesis would spend most of its examples on copying one over another, with the same seed.
    kept = draw(st.binary(min_size=256, max_size=256))
    omitted = [way for way, keep in zip(optional_ways(world), kept, strict=False) if not keep]
    return tidied(changed(world, {".".join(map(str, way)): None for way in reversed(omitted)}))


def roll_world(dice: Dice, *, traffic: bool = False) -> World:
    """Return the world that the dice show."""
    nodes = roll_nodes(dice)
    topology = {"topology": "random", "nodes": nodes, "sites": roll_sites(dice, list(nodes))}
    topology["links"] = roll_links(dice, list(nodes))
    if dice.chance(30):
        topology["cables"] = {"loop": roll_cable(dice, list(nodes))}
    demand = {"demand": "random", "workloads": roll_workloads(dice, traffic=traffic)}
    demand["demands"] = roll_demands(dice, nodes, list(topology["sites"]), demand["workloads"])
    return {"topology": topology, "demand": demand, "scenario": roll_scenario(dice, nodes, list(topology["sites"]))}


OPTIONAL = {
    "nodes": {"weight", "access_rtt"},
    "sites": {"until", "serves", "offers", "precision", "sparse", "carbon", "power", "watts", "pue", "electricity"},
    "links": {"from", "until", "committed", "duplex", "transit", "usable_by"},
    "cables": {"committed", "duplex", "transit", "usable_by"},
    "workloads": {"data", "max_rtt", "traffic", "traffic_back", "requires", "rtt_premium"},
    "demands": {"hosts"},
    "residency": {"origin", "workload", "data", "fee", "premium"},
    "transit": {"origin"},
    "expansion": {"opex", "from"},
}


def optional_ways(world: World) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to everything a world stays whole without, outer things before what they hold."""
    yield from (("scenario", key) for key in ("count", "finance", "policy", "limits") if key in world["scenario"])
    whole = [("topology", "links"), ("topology", "cables"), ("demand", "demands")]
    whole += [("scenario", "policy", section) for section in world["scenario"].get("policy", {})]
    for way in [*whole, ("topology", "nodes"), ("topology", "sites"), ("demand", "workloads")]:
        records = look_up(world, way)
        keys = list(records) if isinstance(records, dict) else range(len(records or ()))
        # The last demand stays: without any there is no question.
        yield from ((*way, key) for key in keys if way in whole and (way[-1] != "demands" or key))
        for key in keys:
            yield from ((*way, key, name) for name in records[key] if name in OPTIONAL[way[-1]])
            for number, expansion in enumerate(records[key].get("expansion", [])):
                here = (*way, key, "expansion", number)
                yield here
                # A lease without its price would be a gift.
                free = OPTIONAL["expansion"] if "capex" in expansion else {"from"}
                yield from ((*here, name) for name in expansion if name in free)


def look_up(world: World, way: Sequence[str | int]) -> Any:
    """Return what stands at the end of a way, None where nothing does."""
    place: Any = world
    for step in way:
        place = place.get(step) if isinstance(place, dict) else place[step]
    return place


def tidied(world: World) -> World:
    """Return the world without empty sections, all weights of a country zero, or service that ends before it starts."""
    for record in [*world["topology"]["sites"].values(), *world["topology"].get("links", {}).values()]:
        if record.get("until", math.inf) < record.get("from", 0):
            del record["until"]
    for country in COUNTRIES:
        inside = [record for record in world["topology"]["nodes"].values() if record["country"] == country]
        if any("weight" in record for record in inside) and not any(record.get("weight") for record in inside):
            inside[0]["weight"] = 1
    return without_empty(world)


def without_empty(part: Any) -> Any:
    """Return a mapping without values that are empty lists or mappings, at any depth."""
    if isinstance(part, dict):
        cleaned = {key: without_empty(value) for key, value in part.items()}
        return {key: value for key, value in cleaned.items() if value not in ({}, [])}
    return [without_empty(value) for value in part] if isinstance(part, list) else part


def roll_nodes(dice: Dice) -> World:
    """Return the places with their countries, weights and access delays."""
    countries = [*COUNTRIES, *dice.choices(COUNTRIES, k=dice.randint(1, 4))]
    nodes = {}
    for number, (place, country) in enumerate(zip(PLACES, countries, strict=False)):
        nodes[place] = dice.add(
            {"country": country, "lat": 40 + number, "lon": 60 + 3 * number},
            weight=(25, lambda: dice.choice([1, 2, 0.5, 3.2, 0])),
            access_rtt=(30, lambda: dice.measure(0.5, 5, MS)),
        )
    return nodes


def roll_sites(dice: Dice, places: list[str]) -> World:
    """Return two to four data centres; two may stand at one node."""
    sites = {}
    for number in range(dice.randint(2, 4)):
        status = dice.choice(["operating", "operating", "operating", "building", "planned", "candidate"])
        record = {"node": dice.choice(places), "status": status}
        record["compute"] = dice.yearly(lambda: dice.measure(6, 50, PFLOPS))
        if status != "operating":
            record["from"] = dice.choice([2024, 2026, 2026, 2029])
        sites[f"dc-{number}"] = dice.add(
            record,
            until=(6, lambda: dice.choice([2026, 2031])),
            serves=(25, lambda: dice.choice([["inference"], ["inference", "training"], ["training"]])),
            offers=(65, lambda: dice.choice([["cuda"], ["cuda", "fp64"], ["cuda", "fp64"], ["fp64"]])),
            precision=(25, lambda: dice.choice(["fp16", "fp8", "fp4", "tf32", "int8", "bf16"])),
            sparse=(12, lambda: True),
            carbon=(20, lambda: "450 g/kWh"),
        )
        roll_running(dice, record)
        if dice.chance(50):
            record["expansion"] = [roll_site_expansion(dice) for _ in range(dice.randint(1, 2))]
    return sites


def roll_running(dice: Dice, record: World) -> None:
    """Add a site's power and running prices."""
    record["opex"] = dice.yearly(lambda: dice.usd(1, 40, "/PFLOPS/year"))
    if dice.chance(65):
        record["watts"] = dice.measure(1, 3, KW, "/PFLOPS")
        record["pue"] = dice.yearly(lambda: dice.choice([1.1, 1.25, 1.5]))
        record["electricity"] = dice.yearly(lambda: dice.choice(["0.03 USD/kWh", "0.12 USD/kWh", "80 USD/MWh"]))
        dice.add(record, power=(50, lambda: dice.yearly(lambda: dice.measure(10, 60, (("kW", 1),)))))


def roll_site_expansion(dice: Dice) -> World:
    """Return a continuous way to add PFLOPS."""
    return dice.add(
        {
            "max": dice.yearly(lambda: dice.measure(2, 30, PFLOPS)),
            "capex": dice.yearly(lambda: dice.usd(10, 120, "/PFLOPS")),
        },
        opex=(40, lambda: dice.usd(0.1, 10, "/PFLOPS/year")),
        **{"from": (20, lambda: dice.choice([2025, 2029]))},
    )


def roll_links(dice: Dice, places: list[str]) -> World:
    """Return a tree over all places and a few links more, some parallel; or a mesh whose slow links are cheap."""
    is_mesh = dice.chance(30)
    pairs = [(dice.choice(places[:number]), places[number]) for number in range(1, len(places))]
    for _ in range(dice.randint(5, 8) if is_mesh else dice.randint(1, 4)):
        pairs.append(dice.choice(pairs) if dice.chance(30) else tuple(dice.sample(places, 2)))
    links = {f"l{number}-{a}-{b}": roll_link(dice, a, b) for number, (a, b) in enumerate(pairs)}
    for link in links.values() if is_mesh else ():
        link.pop("length", None)
        link.update(roll_trade(dice))
    return links


def roll_trade(dice: Dice) -> World:
    """Return an RTT and a transit price that falls with it, so that limits cut the cheapest of many paths."""
    tenths = dice.randint(5, 80)
    return {"rtt": f"{Decimal(tenths) / 10} ms", "transit": f"{(90 - tenths) * dice.randint(20, 90)} USD/Gbps/year"}


def roll_link(dice: Dice, a: str, b: str) -> World:
    """Return one span; its RTT or its length is always given."""
    record = {"ends": [a, b], "kind": dice.choice(["terrestrial", "submarine", "microwave"])}
    roll_glass(dice, record)
    rtt, length = {"rtt": dice.measure(1, 12, MS)}, {"length": dice.measure(50, 1200, KM)}
    record |= rtt if dice.chance(60) else length
    dice.add(
        record,
        until=(4, lambda: dice.choice([2027, 2031])),
        **{"from": (6, lambda: dice.choice([2025, 2027, 2029]))},
    )
    if dice.chance(80 if is_overcommitted(record) else 40):
        record["expansion"] = [roll_link_expansion(dice) for _ in range(dice.randint(1, 2))]
    return record


def is_overcommitted(record: World) -> bool:
    """Whether other traffic may hold more of a link than a fill leaves."""
    return "committed" in record and float(record["committed"].split()[0]) > 0.75 * float(record["capacity"].split()[0])


def roll_glass(dice: Dice, record: World) -> None:
    """Add what links and cables have in common: capacity, what is taken of it, duplex, price, users."""
    if dice.chance(40):
        # In tenths of the capacity: up to seven always fit, more only where the fill allows or a build comes.
        gbps, tenths = dice.randint(3, 40), dice.choice([8, 9, 10, 12]) if dice.chance(2) else dice.randint(0, 7)
        record |= {"capacity": f"{gbps} Gbps", "committed": f"{Decimal(gbps * tenths) / 10} Gbps"}
    else:
        record["capacity"] = dice.yearly(lambda: dice.measure(2, 30, GBPS))
    dice.add(
        record,
        duplex=(30, lambda: dice.choice(["half", "half", "full"])),
        transit=(75, lambda: dice.usd(0.1, 8, "/Gbps/year")),
        usable_by=(15, lambda: dice.choice([["KZ", "NO"], ["KZ", "UZ"], ["NO", "UZ"], ["NO"]])),
    )


def roll_link_expansion(dice: Dice) -> World:
    """Return a continuous way to add Gbps, bought or leased."""
    record = {"max": dice.yearly(lambda: dice.measure(1, 20, GBPS))}
    if dice.chance(40):
        record["opex"] = dice.yearly(lambda: dice.usd(1, 10, "/Gbps/year"))
    else:
        record["capex"] = dice.yearly(lambda: dice.usd(2, 60, "/Gbps"))
        dice.add(record, opex=(30, lambda: dice.usd(0.1, 2, "/Gbps/year")))
    return dice.add(record, **{"from": (20, lambda: dice.choice([2025, 2029]))})


def roll_cable(dice: Dice, places: list[str]) -> World:
    """Return a cable with three landings in order, sometimes a branch, its segments named in either order of ends."""
    landings = dice.sample(places, 4)
    record = {"kind": "submarine", "route": landings[:3]}
    roll_glass(dice, record)
    pairs = [landings[0:2], landings[1:3]]
    if dice.chance(40):
        record["branches"] = [[landings[1], landings[3]]]
        pairs.append([landings[3], landings[1]])
    record["segments"] = {"--".join(pair): {"length": dice.measure(50, 1200, KM)} for pair in pairs}
    if dice.chance(40):
        own = record["segments"]["--".join(pairs[0])]
        own |= {"capacity": dice.measure(40, 80, GBPS), "expansion": [roll_link_expansion(dice)]}
    return record


def roll_workloads(dice: Dice, *, traffic: bool) -> World:
    """Return three classes of work, the last one training."""
    found = {}
    for name in WORKLOADS:
        record = {"kind": "training" if name == "tuning" else "inference"}
        required = dice.chance(11)
        record["unserved"] = "required" if required else dice.yearly(lambda: dice.usd(20, 300, "/PFLOPS/year"))
        found[name] = dice.add(
            record,
            data=(60, lambda: dice.choice(["personal", "medical", "public"])),
            max_rtt=(65, lambda: dice.measure(3, 16, MS)),
            traffic=(85, lambda: dice.measure(0, 1.5, GBPS, "/PFLOPS")),
            traffic_back=(40, lambda: dice.measure(0, 2, GBPS, "/PFLOPS")),
            requires=(25, lambda: dice.choice([["cuda"], ["fp64"], ["cuda", "fp64"]])),
            rtt_premium=(35, lambda: dice.choice(["0.002 /ms", "0.02 /ms", "0.1 /ms"])),
        )
    if traffic:
        found["internet"] = {"kind": "traffic", "unserved": dice.usd(1, 20, "/Gbps/year")}
    return found


def roll_demands(dice: Dice, nodes: World, sites: list[str], workloads: World) -> list[World]:
    """Return two to six demands of nodes and countries, none twice."""
    origins = [*nodes, *sorted({record["country"] for record in nodes.values()})]
    pairs = dice.sample([(origin, workload) for origin in origins for workload in workloads], dice.randint(2, 6))
    rows = []
    for origin, workload in pairs:
        if workloads[workload]["kind"] == "traffic":
            a, b = dice.sample(list(nodes), 2)
            rate = dice.yearly(lambda: dice.measure(1, 20, GBPS), 40)
            rows.append({"origin": a, "to": b, "workload": workload, "rate": rate})
        else:
            largest = 5 if workloads[workload]["unserved"] == "required" else 24
            compute = roll_growth(dice, largest)
            hosts = [*COUNTRIES, *(f"site:{site}" for site in sites)]
            row = {"origin": origin, "workload": workload, "compute": compute}
            rows.append(dice.add(row, hosts=(18, lambda hosts=hosts: dice.some_of(hosts, 4))))
    return list({(row["origin"], row.get("to"), row["workload"]): row for row in rows}.values())


def roll_growth(dice: Dice, largest: int) -> Any:
    """Return a demand, often one that grows between listed years, now and then from nothing."""
    compute = dice.yearly(lambda: dice.measure(1, largest, PFLOPS), 40)
    if isinstance(compute, dict) and dice.chance(20):
        compute[min(compute)] = "0 PFLOPS"
    return compute


def roll_scenario(dice: Dice, nodes: World, sites: list[str]) -> World:
    """Return the year, what counts, the money, the fills and the rules."""
    members = sorted({record["country"] for record in nodes.values()})
    lives = {"compute_life": (3, 8), "link_life": (10, 30)}
    scenario = dice.add(
        plain_scenario("random", members, dice.choice([2026, 2027, 2028, 2030])),
        count=(30, lambda: dice.choice([["operating"], ["operating", "building", "planned"]])),
        finance=(40, lambda: {"discount_rate": dice.choice([0.08, 0, 0.03, 0.12])}),
    )
    if "finance" in scenario:
        dice.add(
            scenario["finance"], **{word: (70, lambda ends=ends: dice.randint(*ends)) for word, ends in lives.items()}
        )
    fills = {"site_fill": [0.9, 0.85, 0.8], "link_fill": [0.9, 0.8, 0.75]}
    limits = dice.add({}, **{word: (30, lambda some=some: dice.choice(some)) for word, some in fills.items()})
    policy = dice.add(
        {},
        residency=(65, lambda: [roll_residency(dice, list(nodes), sites) for _ in range(dice.randint(1, 3))]),
        transit=(45, lambda: [roll_transit(dice, list(nodes)) for _ in range(dice.randint(1, 2))]),
    )
    return scenario | {name: found for name, found in (("policy", policy), ("limits", limits)) if found}


def roll_residency(dice: Dice, places: list[str], sites: list[str]) -> World:
    """Return a rule of who may host what, sometimes with a fee or a premium abroad."""
    rule = dice.add(
        {"hosts": dice.choice(["any", "any", "home", "list", "list"])},
        origin=(70, lambda: roll_origin(dice, places)),
        workload=(25, lambda: dice.choice([["chat"], ["scan", "tuning"]])),
        data=(35, lambda: dice.choice([["personal"], ["medical", "personal"]])),
    )
    if rule["hosts"] == "list":
        rule["hosts"] = dice.some_of([*COUNTRIES, *(f"site:{site}" for site in sites)], 4)
    if rule["hosts"] != "home":
        fee = (50, lambda: dice.yearly(lambda: dice.usd(0.1, 20, "/PFLOPS/year")))
        dice.add(rule, fee=fee, premium=(50, lambda: dice.choice([0.1, 0.5, 2])))
    return rule


def roll_transit(dice: Dice, places: list[str]) -> World:
    """Return a rule of countries not to pass through, for some origins or for all."""
    return dice.add({"avoid": dice.some_of(COUNTRIES, 2)}, origin=(60, lambda: roll_origin(dice, places)))


def roll_origin(dice: Dice, places: list[str]) -> list[str]:
    """Return countries, now and then with a node."""
    return [*dice.some_of(COUNTRIES, 2), *(dice.sample(places, 1) if dice.chance(25) else [])]


def profile(*, examples: int = 80) -> settings:
    """Return the settings of comparisons: the same few worlds each time, or with the profile ``deep`` many new ones."""
    if os.environ.get("HYPOTHESIS_PROFILE") == "deep":
        return settings(max_examples=20 * examples, deadline=None)
    return settings(max_examples=examples, derandomize=True, deadline=None, database=None)
