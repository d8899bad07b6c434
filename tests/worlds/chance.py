"""Random worlds that exercise every rule of a plan in one year of flat hours; `worlds.kinds` adds the rest."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from worlds.hand import World, plain_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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


class Dice(random.Random):
    """Chance in the units of the files.

    ``yearly_percent`` says how many of a hundred quantities are maps of years where the roll itself does not.
    """

    yearly_percent = 20.0

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

    def yearly(self, value: Callable[[], Any], percent: float | None = None) -> Any:
        """Return a plain value or, in so many of a hundred cases, a map of years."""
        if not self.chance(self.yearly_percent if percent is None else percent):
            return value()
        return {year: value() for year in sorted(self.sample(YEARS, self.randint(1, 3)))}

    def seasonal(self, value: Callable[[], Any], seasons: Sequence[str], percent: float) -> Any:
        """Return a value by years, or, in so many of a hundred cases, one that differs in the seasons."""
        if not self.chance(percent):
            return self.yearly(value)
        form = self.randint(0, 2)
        if form == 0:
            return {"seasons": {name: value() for name in seasons}}
        if form == 1:
            return {"seasons": {name: self.yearly(value) for name in seasons}}
        return {2024: value(), 2028: {"seasons": {name: value() for name in seasons}}}

    def some_of(self, choices: Sequence[str], most: int) -> list[str]:
        """Return one to so many of the choices."""
        return self.sample(choices, self.randint(1, min(most, len(choices))))

    def add(self, record: World, **fields: tuple[float, Callable[[], Any]]) -> World:
        """Add fields to a record, each in so many of a hundred cases."""
        record |= {name: value() for name, (percent, value) in fields.items() if self.chance(percent)}
        return record


def roll_base(dice: Dice, *, traffic: bool = False, is_small: bool = False) -> World:
    """Return a world of 4 to 7 nodes in 3 countries, 2 to 4 sites, 2 to 6 demands; small: 4 or 5, 2 or 3, 2 to 4."""
    nodes = roll_nodes(dice, 2 if is_small else 4)
    topology = {"topology": "random", "nodes": nodes, "sites": roll_sites(dice, list(nodes), 3 if is_small else 4)}
    topology["links"] = roll_links(dice, list(nodes), 3 if is_small else 8)
    if dice.chance(30):
        topology["cables"] = {"loop": roll_cable(dice, list(nodes))}
    demand = {"demand": "random", "workloads": roll_workloads(dice, traffic=traffic)}
    demand["demands"] = roll_demands(dice, nodes, list(topology["sites"]), demand["workloads"], 4 if is_small else 6)
    return {"topology": topology, "demand": demand, "scenario": roll_scenario(dice, nodes, list(topology["sites"]))}


def roll_nodes(dice: Dice, more: int) -> World:
    """Return the places with their countries, weights and access delays."""
    countries = [*COUNTRIES, *dice.choices(COUNTRIES, k=dice.randint(1, more))]
    nodes = {}
    for number, (place, country) in enumerate(zip(PLACES, countries, strict=False)):
        nodes[place] = dice.add(
            {"country": country, "lat": 40 + number, "lon": 60 + 3 * number},
            weight=(25, lambda: dice.choice([1, 2, 0.5, 3.2, 0])),
            access_rtt=(30, lambda: dice.measure(0.5, 5, MS)),
        )
    return nodes


def roll_sites(dice: Dice, places: list[str], most: int) -> World:
    """Return two or more data centres; two may stand at one node."""
    sites = {}
    for number in range(dice.randint(2, most)):
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


def roll_links(dice: Dice, places: list[str], most: int) -> World:
    """Return a tree over all places and a few links more, some parallel; or a mesh whose slow links are cheap."""
    is_mesh = dice.chance(30)
    pairs = [(dice.choice(places[:number]), places[number]) for number in range(1, len(places))]
    for _ in range(dice.randint(most - 3, most) if is_mesh else dice.randint(1, most // 2)):
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


def roll_demands(dice: Dice, nodes: World, sites: list[str], workloads: World, most: int) -> list[World]:
    """Return two or more demands of nodes and countries, none twice."""
    origins = [*nodes, *sorted({record["country"] for record in nodes.values()})]
    pairs = dice.sample([(origin, workload) for origin in origins for workload in workloads], dice.randint(2, most))
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


def roll_share(dice: Dice, places: list[str], sites: list[str]) -> World:
    """Return a rule of how much is hosted at home, by members, or at places of a list."""
    rule = dice.add(
        {"hosts": dice.choice(["home", "home", "members", "list"]), "at_least": dice.choice([0.1, 0.3, 0.5, 1])},
        origin=(60, lambda: roll_origin(dice, places)),
        workload=(30, lambda: dice.choice([["chat"], ["scan", "tuning"]])),
        data=(30, lambda: dice.choice([["personal"], ["medical", "personal"]])),
    )
    if rule["hosts"] == "list":
        rule["hosts"] = dice.some_of([*COUNTRIES, *(f"site:{site}" for site in sites)], 3)
    return rule


def roll_transit(dice: Dice, places: list[str]) -> World:
    """Return a rule of countries not to pass through, for some origins or for all."""
    return dice.add({"avoid": dice.some_of(COUNTRIES, 2)}, origin=(60, lambda: roll_origin(dice, places)))


def roll_origin(dice: Dice, places: list[str]) -> list[str]:
    """Return countries, now and then with a node."""
    return [*dice.some_of(COUNTRIES, 2), *(dice.sample(places, 1) if dice.chance(25) else [])]
