"""Families of random worlds, each with one more dimension of a plan: hours, years, failures, whole numbers, aims."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from worlds.chance import GBPS, MS, PFLOPS, Dice, roll_base, roll_share, roll_site_expansion

if TYPE_CHECKING:
    from collections.abc import Iterator

    from worlds.hand import World

KINDS = ("lp", "hours", "years", "failures", "whole", "objectives", "latency", "background", "everything")
"""Linear worlds of one year; the same with hours, years, failures, aims or detours; with whole numbers; with all."""

ZONES = (
    "Asia/Almaty",
    "Asia/Kolkata",
    "Europe/Oslo",
    "America/New_York",
    "America/St_Johns",
    "Pacific/Auckland",
    "Asia/Tokyo",
)
# Hours of the peak and its factor: the rest of the day makes up a mean of one, exactly in decimals.
PEAKS = ((12, "1.5", "0.5"), (12, "2", "0"), (8, "2", "0.5"), (8, "2.5", "0.25"), (6, "2.5", "0.5"), (6, "1.6", "0.8"))
OBJECTIVES = ("cost", "served", "compute", "latency", "carbon")


def roll_world(dice: Dice, kind: str = "lp", *, traffic: bool = False) -> World:
    """Return the world of a kind that the dice show; with ``traffic`` some demands are Gbps between two nodes."""
    if kind == "lp":
        return roll_base(dice, traffic=traffic)
    dice.yearly_percent = 45 if kind in ("years", "everything") else 10
    world = roll_base(dice, traffic=traffic or dice.chance(30), is_small=True)
    added = (
        [kind]
        if kind != "everything"
        else ["years", "whole", "hours", "failures", "objectives", "latency", "background"]
    )
    for each in added:
        if kind == each or dice.chance(60):
            ADDITIONS[each](dice, world)
    return world


# ----------------------------------------------------------------------------------------------------- hours


def add_hours(dice: Dice, world: World) -> None:
    """Add time zones, uneven days, blocks, and now and then a training demand more."""
    for node in world["topology"]["nodes"].values():
        node["timezone"] = dice.choice(ZONES)
    for workload in world["demand"]["workloads"].values():
        if workload["kind"] != "training" and dice.chance(90):
            workload["profile"] = roll_profile(dice)
    # With failures and years besides, few blocks; without a word of the scenario there would be 24.
    many = "contingencies" not in world["scenario"] and len(world["scenario"]["years"]) == 1
    blocks = dice.choice([2, 2, 3, 3, 4, 4, 6, 8, 1, None]) if many else 2
    if blocks:
        world["scenario"]["hours"] = blocks
    rows = world["demand"]["demands"]
    # Two zones at least that ask by their hours, much of what there is.
    given = {(row["origin"], row["workload"]) for row in rows}
    for node in dice.sample(list(world["topology"]["nodes"]), 2):
        if (node, "chat") not in given:
            rows.append({"origin": node, "workload": "chat", "compute": dice.measure(6, 20, PFLOPS)})
    if dice.chance(60) and not any(row["workload"] == "tuning" for row in rows):
        origin = dice.choice(list(world["topology"]["nodes"]))
        rows.append({"origin": origin, "workload": "tuning", "compute": dice.measure(2, 20, PFLOPS)})


def roll_profile(dice: Dice) -> Any:
    """Return 24 local-hour factors with a peak somewhere, or the word flat."""
    if dice.chance(8):
        return "flat"
    length, high, low = dice.choice(PEAKS)
    start = dice.randrange(24)
    return [float(high if (hour - start) % 24 < length else low) for hour in range(24)]


# ----------------------------------------------------------------------------------------------------- years


def add_years(dice: Dice, world: World) -> None:
    """Add listed years, short lives, ends of service and growth."""
    years = dice.choice([[2026, 2030], [2026, 2028], [2027, 2028], [2025, 2029], [2026, 2027, 2030]])
    world["scenario"]["years"] = years
    finance = world["scenario"].setdefault("finance", {})
    dice.add(
        finance,
        compute_life=(60, lambda: dice.choice([1, 2, 3, 4, 5])),
        link_life=(50, lambda: dice.choice([2, 4, 10])),
        discount_rate=(50, lambda: dice.choice([0, 0.05, 0.1])),
    )
    for asset in assets(world):
        dice.add(asset, until=(8, lambda: dice.choice([2027, 2029])))
        for expansion in asset.get("expansion", []):
            dice.add(expansion, until=(12, lambda: dice.choice([2026, 2028])))
        drop_lost_years(asset)
    for row in world["demand"]["demands"]:
        if "compute" in row and not isinstance(row["compute"], dict) and dice.chance(50):
            row["compute"] = {2026: row["compute"], 2030: dice.measure(1, 24, PFLOPS)}


def drop_lost_years(asset: World) -> None:
    """Take away ends before beginnings."""
    for record in (asset, *asset.get("expansion", [])):
        if record.get("until", 9999) < record.get("from", 0):
            del record["until"]


def assets(world: World) -> Iterator[World]:
    """Yield the records of sites and links."""
    yield from world["topology"]["sites"].values()
    yield from world["topology"].get("links", {}).values()


# --------------------------------------------------------------------------------------------------- failures


def add_failures(dice: Dice, world: World) -> None:
    """Add shares to survive, risks and two to four contingencies."""
    for workload in world["demand"]["workloads"].values():
        if workload["kind"] != "training":
            dice.add(workload, survives=(90, lambda: dice.choice([0.3, 0.6, 0.8, 0.9, 1])))
    names = failing_names(dice, world)
    if dice.chance(60):
        picks = {f"storm-{n}": dice.some_of(names, 3) for n in range(dice.randint(1, 2))}
        if len(picks) == 2 and dice.chance(30):
            picks["storm-1"] = [*picks["storm-1"], "risk:storm-0"]
        world["topology"]["risks"] = {name: {"fails": fails} for name, fails in picks.items()}
    world["scenario"]["contingencies"] = roll_contingencies(dice, world, names)
    if dice.chance(35) and "hours" not in world["scenario"]:
        world["scenario"]["hours"] = 2


def failing_names(dice: Dice, world: World) -> list[str]:
    """Return what may fail by name, most with a prefix, those without one unambiguous."""
    topology = world["topology"]
    names = [f"link:{name}" for name in topology["links"]] + [f"site:{name}" for name in topology["sites"]]
    for name, cable in topology.get("cables", {}).items():
        a, b, *_ = cable["route"]
        names += [f"cable:{name}", f"link:{name}:{a}--{b}"]
    return [name.partition(":")[2] if dice.chance(20) else name for name in names]


def roll_contingencies(dice: Dice, world: World, names: list[str]) -> Any:
    """Return one of the groups, or some names."""
    topology = world["topology"]
    groups = [word for word in ("cables", "sites", "risks") if topology.get(word)]
    if len(topology["links"]) <= 4 and "cables" not in topology:
        groups.append("links")
    if groups and dice.chance(40):
        return dice.choice(groups)
    risks = [f"risk:{name}" for name in topology.get("risks", {})]
    return dice.sample(names, min(3, len(names))) + dice.sample(risks, dice.randint(0, len(risks)))


# ---------------------------------------------------------------------------------------------- whole numbers


def add_whole_numbers(dice: Dice, world: World) -> None:
    """Add steps, fixed costs, a limit of sites, smallest clusters, demands in one piece and projects."""
    for asset in assets(world):
        for expansion in asset.get("expansion", []):
            if dice.chance(65):
                make_steps(dice, expansion, is_site="node" in asset)
    for site in world["topology"]["sites"].values():
        dice.add(site, fixed_cost=(40, lambda: dice.yearly(lambda: dice.usd(10, 300, "/year"))))
    for workload in world["demand"]["workloads"].values():
        if workload["kind"] != "traffic":
            dice.add(
                workload,
                min_cluster=(30, lambda: dice.measure(5, 45, PFLOPS)),
                split=(30, lambda: dice.choice([False, False, True])),
            )
    if dice.chance(30):
        count_cards(dice, world)
    if dice.chance(25):
        world["scenario"].setdefault("limits", {})["sites"] = dice.choice([1, 1, 2, 2, 0])
    if dice.chance(60):
        add_projects(dice, world)


def count_cards(dice: Dice, world: World) -> None:
    """Let most sites name a chip that has their precision, and clusters be asked for in cards."""
    for site in world["topology"]["sites"].values():
        if dice.chance(70) and not (site.get("sparse") and site.get("precision") == "tf32"):
            plain = site.get("precision", "bf16") in ("bf16", "fp16") and not site.get("sparse")
            site["chip"] = dice.choice(["a100", "ascend-910c", "h20", "b200"] if plain else ["b200", "gb200"])
    for workload in world["demand"]["workloads"].values():
        if "min_cluster" in workload:
            workload["min_cluster"] = f"{dice.randint(2, 40)} cards"


def make_steps(dice: Dice, expansion: World, *, is_site: bool) -> None:
    """Turn a continuous expansion into one of steps, priced by the step or by the unit."""
    size, words = dice.randint(1, 10), PFLOPS if is_site else GBPS
    expansion["step"] = f"{size} {words[0][0]}"
    # A limit of less than one step would be a fault.
    expansion["max"] = dice.yearly(lambda: dice.measure(size, 30, words))
    if dice.chance(10):
        del expansion["max"]
    for word in ("capex", "opex"):
        # A price per step where the unit was: tens of kUSD for the whole step.
        if word in expansion and dice.chance(50):
            year = "/year" if word == "opex" else ""
            low, high = (10, 400) if word == "capex" else (1, 60)
            expansion[word] = dice.yearly(lambda low=low, high=high, year=year: dice.usd(low, high, f"/step{year}"))


def add_projects(dice: Dice, world: World) -> None:
    """Add one or two projects and hang links, sites, cables and expansions on them."""
    topology = world["topology"]
    names = ["north", "south"][: dice.randint(1, 2)]
    topology["projects"] = {
        name: dice.add(
            {"capex": dice.yearly(lambda: dice.usd(20, 1500, ""))},
            opex=(40, lambda: dice.usd(1, 60, "/year")),
            **{"from": (35, lambda: dice.choice([2024, 2026, 2027, 2029, 2031]))},
        )
        for name in names
    }
    expansions = [expansion for asset in assets(world) for expansion in asset.get("expansion", [])]
    for record, percent in (
        *((link, 20) for link in topology["links"].values()),
        *((site, 15) for site in topology["sites"].values()),
        *((cable, 50) for cable in topology.get("cables", {}).values()),
        *((expansion, 30) for expansion in expansions),
    ):
        dice.add(record, project=(percent, lambda: dice.choice(names)))


# ----------------------------------------------------------------------------------------------- shares


def add_shares(dice: Dice, world: World) -> None:
    """Add rules on shares, sometimes with the hours or the whole numbers, and sometimes an evenly used network."""
    nodes, sites = list(world["topology"]["nodes"]), list(world["topology"]["sites"])
    for kind in ("hours", "whole", "years"):
        if dice.chance(30):
            ADDITIONS[kind](dice, world)
    rules = [roll_share(dice, nodes, sites) for _ in range(dice.randint(1, 2))]
    world["scenario"].setdefault("policy", {})["shares"] = rules
    if dice.chance(40):
        world["scenario"]["objective"] = dice.choice(
            ["peak_utilisation", ["cost", "peak_utilisation"], ["served", "peak_utilisation", "latency"]]
        )


# ----------------------------------------------------------------------------------------------- limits


def add_limits(dice: Dice, world: World) -> None:
    """Add a site on a market, groups of sites and limits of members, with other dimensions in some worlds."""
    for kind in ("hours", "whole", "years", "failures", "objectives"):
        if dice.chance(25):
            ADDITIONS[kind](dice, world)
    if dice.chance(75):
        add_market(dice, world)
    add_groups(dice, world)
    if dice.chance(75):
        add_member_limits(dice, world)


def add_owners(dice: Dice, world: World) -> None:
    """Add limits of members beside projects and years, owners of what is built, and rules on foreign stakes."""
    for kind in ("years", "hours"):
        if dice.chance(30):
            ADDITIONS[kind](dice, world)
    if dice.chance(60):
        add_whole_numbers(dice, world)
    topology, countries = world["topology"], [*world["scenario"]["community"]["members"], "SG"]
    expansions = [expansion for asset in assets(world) for expansion in asset.get("expansion", [])]
    for record, percent in (
        *((asset, 45) for asset in assets(world) if not asset.get("market")),
        *((cable, 50) for cable in topology.get("cables", {}).values()),
        *((expansion, 35) for expansion in expansions),
        *((project, 50) for project in topology.get("projects", {}).values()),
    ):
        dice.add(record, owner=(percent, lambda: roll_owner(dice, countries)))
    if dice.chance(70):
        places = sorted({node["country"] for node in topology["nodes"].values()})
        world["scenario"].setdefault("policy", {})["foreign_stake"] = [
            {"country": country, "max": dice.choice([0, 0.25, 0.49, 0.5, 0.75])} for country in dice.some_of(places, 2)
        ]
    if dice.chance(80):
        add_member_limits(dice, world)


def roll_owner(dice: Dice, countries: list[str]) -> Any:
    """Return one owner, or two or three with shares."""
    names = dice.some_of(countries, 3)
    if len(names) == 1:
        return names[0]
    shares = [[0.6, 0.4], [0.51, 0.49], [0.75, 0.25]] if len(names) == 2 else [[0.5, 0.25, 0.25], [0.2, 0.2, 0.6]]
    return dict(zip(names, dice.choice(shares), strict=True))


def add_deadlines(dice: Dice, world: World) -> None:
    """Give inference deadlines that some sites and ways cannot keep, beside other dimensions."""
    for kind in ("hours", "whole", "years", "failures", "latency"):
        if dice.chance(25):
            ADDITIONS[kind](dice, world)
    for workload in world["demand"]["workloads"].values():
        if workload["kind"] == "inference" and dice.chance(80):
            workload["job"] = dice.add(
                {
                    "payload": f"{dice.choice([0, 0.001, 0.002])} GB", "rate": dice.measure(1, 4, GBPS),
                    "work": f"{dice.randint(1, 60)} TFLOP", "takes": dice.measure(1, 12, PFLOPS),
                    "deadline": dice.measure(10, 60, MS),
                },
                utilisation=(40, lambda: dice.choice([0.5, 0.75])),
            )  # fmt: skip


def add_windows(dice: Dice, world: World) -> None:
    """Add windows to training, and one or two jobs more, beside hours, years, whole numbers, failures or energy."""
    for kind in ("hours", "whole", "years", "failures", dice.choice(["energy", "owners"])):
        if dice.chance(25):
            ADDITIONS[kind](dice, world)
    scenario, demand = world["scenario"], world["demand"]
    scenario["hours"] = dice.choice([1, 1, 2])
    for number in range(dice.randint(1, 2)):
        work = demand["workloads"][f"run-{number}"] = {
            "kind": "training", "unserved": dice.usd(20, 400, "/PFLOPS/year"),
        }  # fmt: skip
        dice.add(
            work,
            traffic=(50, lambda: dice.measure(0.05, 1, GBPS, "/PFLOPS")),
            split=(20, lambda: False),
            min_cluster=(20, lambda: dice.measure(3, 20, PFLOPS)),
        )
        origin = dice.choice(list(world["topology"]["nodes"]))
        demand["demands"].append(
            {"origin": origin, "workload": f"run-{number}", "compute": dice.measure(3, 30, PFLOPS)}
        )
    for row in demand["demands"]:
        if demand["workloads"][row["workload"]]["kind"] == "training" and dice.chance(80):
            row["window"] = roll_window(dice, scenario["years"])


def roll_window(dice: Dice, years: list[int]) -> World:
    """Return some days of one of the years."""
    days, month = dice.choice([7, 30, 73, 90, 184]), dice.choice(["01", "03", "03-15", "06-30"])
    return {"from": f"{dice.choice(years)}-{month}", "days": days}


def add_market(dice: Dice, world: World) -> None:
    """Add compute to rent somewhere, and now and then a floor, which counts it or not."""
    world["topology"]["sites"]["cloud"] = dice.add(
        {"node": dice.choice(list(world["topology"]["nodes"])), "status": "operating", "market": True}
        | {"compute": dice.yearly(lambda: dice.measure(3, 40, PFLOPS)), "offers": ["cuda", "fp64"]}
        | {"opex": dice.yearly(lambda: dice.usd(15, 90, "/PFLOPS/year"))},
        serves=(20, lambda: dice.choice([["inference"], ["training"]])),
        precision=(20, lambda: dice.choice(["fp8", "tf32"])),
    )
    if dice.chance(30):
        floor = {"served_share": dice.choice([0.1, 0.3, 0.5]), "market": dice.choice([True, False])}
        world["scenario"].setdefault("policy", {})["floor"] = floor


def add_groups(dice: Dice, world: World) -> None:
    """Add one or two groups of sites, name them in rules and shares, and let them fail where failures count."""
    topology, scenario = world["topology"], world["scenario"]
    own = [name for name, site in topology["sites"].items() if "market" not in site]
    topology["groups"] = {}
    for name in ["west", "east"][: dice.randint(1, 2)]:
        topology["groups"][name] = dice.add(
            {"sites": dice.some_of(own, 3)},
            power=(60, lambda: dice.yearly(lambda: dice.measure(10, 80, (("kW", 1),)))),
        )
        if dice.chance(70):
            topology["groups"][name]["compute"] = roll_room(dice, topology, topology["groups"][name]["sites"])
    for site in topology["sites"].values():
        if "market" not in site and dice.chance(50):
            site.setdefault("watts", "1.5 kW/PFLOPS")
    listed = [
        rule["hosts"] for rule in scenario.get("policy", {}).get("residency", []) if rule["hosts"].__class__ is list
    ]
    listed += [row["hosts"] for row in world["demand"]["demands"] if "hosts" in row]
    for hosts in listed:
        if dice.chance(50):
            hosts.append(f"group:{dice.choice(list(topology['groups']))}")
    if dice.chance(25):
        rule = {"hosts": [f"group:{dice.choice(list(topology['groups']))}"], "at_least": dice.choice([0.1, 0.3])}
        scenario.setdefault("policy", {}).setdefault("shares", []).append(rule)
    if isinstance(scenario.get("contingencies"), list) and dice.chance(60):
        scenario["contingencies"].append(dice.choice(["group:west", "west"]))


def roll_room(dice: Dice, topology: World, sites: list[str]) -> Any:
    """Return a little more than what stands at some sites, now and then less; and something to build at them."""
    standing = 0.0
    for name in sites:
        site = topology["sites"][name]
        written = site["compute"].values() if isinstance(site["compute"], dict) else [site["compute"]]
        most = max(float(text.split()[0]) / (1000 if "TFLOPS" in text else 1) for text in written)
        standing += most * (1 if site.get("precision", "bf16") in ("bf16", "fp16") else 2)
        if "expansion" not in site and dice.chance(70):
            site["expansion"] = [roll_site_expansion(dice)]
    if dice.chance(8):
        standing /= 2
    return dice.yearly(lambda: dice.measure(standing, standing + 12, PFLOPS))


def add_member_limits(dice: Dice, world: World) -> None:
    """Add what members may spend and have to host; two with little."""
    members = dice.sample(world["scenario"]["community"]["members"], 1)
    for _ in range(dice.randint(0, 1)):
        members += [name for name in world["scenario"]["community"]["members"] if name not in members][:1]
    limits = world["scenario"].setdefault("limits", {})
    limits["members"] = {
        name: dice.add(
            {"capex": dice.usd(0, 300, "")},
            hosted_min=(25, lambda: dice.yearly(lambda: dice.measure(0, 2, PFLOPS))),
            opex=(45, lambda: dice.yearly(lambda: dice.usd(20, 400, "/year"))),
        )
        for name in members
    }


# ----------------------------------------------------------------------------------------------- objectives


def add_objectives(dice: Dice, world: World) -> None:
    """Add aims in an order, a floor, budgets of money and carbon, and a community of some of the countries."""
    scenario, workloads = world["scenario"], world["demand"]["workloads"]
    words = dice.sample(OBJECTIVES, dice.randint(1, 3))
    scenario["objective"] = words[0] if len(words) == 1 and dice.chance(50) else words
    scenario["community"]["members"] = sorted(dice.sample(scenario["community"]["members"], dice.randint(1, 3)))
    for site in world["topology"]["sites"].values():
        site.setdefault("watts", "1.5 kW/PFLOPS")
        site["carbon"] = dice.yearly(lambda: dice.choice(["450 g/kWh", "30 g/kWh", "800 g/kWh", "0.2 kg/kWh"]))
    if dice.chance(25):
        scenario.setdefault("policy", {})["floor"] = {"served_share": dice.choice([0.1, 0.3, 0.5, 0.8])}
    limits = dice.add(
        scenario.setdefault("limits", {}),
        capex=(35, lambda: dice.usd(20, 1500, "")),
        carbon=(35, lambda: dice.yearly(lambda: dice.measure(5, 120, (("t", 1), ("kg", 1000)), "/year"))),
    )
    if not limits:
        del scenario["limits"]
    if dice.chance(20):
        for workload in workloads.values():
            workload["unserved"] = "required"
        for row in world["demand"]["demands"]:
            row["rate" if "rate" in row else "compute"] = "2 Gbps" if "rate" in row else dice.measure(1, 4, PFLOPS)


# --------------------------------------------------------------------------------------------------- latency


def add_latency(dice: Dice, world: World) -> None:
    """Count round trips as a backbone or as seen, with places that sell no through traffic and peering elsewhere."""
    topology = world["topology"]
    world["scenario"]["latency"] = dice.choice(["planning", "seen", "seen"])
    topology["latency"] = dice.add(
        {"factor": dice.choice([1, 1.1, 1.22, 1.5])}, once=(90, lambda: dice.measure(0, 3, MS))
    )
    for link in topology["links"].values():
        if "rtt" in link and dice.chance(25):
            link["rtt_measured"] = True
    for node in topology["nodes"].values():
        if dice.chance(10):
            node["through"] = "none"
    countries = sorted({node["country"] for node in topology["nodes"].values()})
    topology["countries"] = {country: {"through": "none"} for country in countries if dice.chance(25)}
    pairs = [(a, b) for a in countries for b in countries if a <= b]
    topology["peering"] = [
        {"between": dice.sample(list(pair), 2), "rtt": dice.yearly(lambda: dice.measure(3, 18, MS))}
        for pair in pairs
        if dice.chance(45)
    ]


# ------------------------------------------------------------------------------------------------ background


def add_background(dice: Dice, world: World) -> None:
    """Add everybody else's traffic between nodes and regions, some of which are not there."""
    topology = world["topology"]
    nodes = list(topology["nodes"])
    topology["regions"] = {
        "here": {"nodes": dice.some_of(nodes, 3)},
        "there": {"nodes": {node: dice.choice([1, 2, 0.5]) for node in dice.some_of([*nodes, "atlantis"], 3)}},
    }
    places = [*nodes, "here", "there", "nowhere"]
    pairs = {tuple(sorted(dice.sample(places, 2))) for _ in range(dice.randint(1, 3))}
    topology["background"] = [
        {
            "between": list(pair),
            "rate": dice.yearly(lambda: dice.measure(1, 20, GBPS)),
            "unserved": dice.yearly(lambda: dice.usd(1, 40, "/Gbps/year")),
        }
        for pair in sorted(pairs)
    ]


# ---------------------------------------------------------------------------------------------------- energy

SEASONS = ({"winter": 150, "summer": 215}, {"dry": 73, "wet": 292}, {"cold": 65, "mild": 200, "hot": 100})
TARIFFS = ("0.03 USD/kWh", "0.12 USD/kWh", "80 USD/MWh", "0.4 USD/kWh")
INTENSITIES = ("450 g/kWh", "30 g/kWh", "800 g/kWh", "0.2 kg/kWh")


def add_energy(dice: Dice, world: World) -> None:
    """Let machines idle, tariffs and carbon have hours and seasons, and carbon be embodied, beside other dimensions."""
    scenario, topology = world["scenario"], world["topology"]
    beside = [(ADDITIONS[kind], 30) for kind in ("years", "whole", "failures", "objectives")]
    for add, percent in (*beside, (add_market, 20), (add_groups, 20), (add_member_limits, 20)):
        if dice.chance(percent):
            add(dice, world)
    for node in topology["nodes"].values():
        node["timezone"] = dice.choice(ZONES)
    days = dice.choice(SEASONS)
    if dice.chance(70):
        scenario["seasons"] = {name: f"{count} days" for name, count in days.items()}
    elif dice.chance(50):
        topology["seasons"] = {name: f"{count} days" for name, count in days.items()}
    if dice.chance(50):
        add_hours(dice, world)
    scenario["hours"] = dice.choice([1, 2, 2, 3])
    for site in (each for each in topology["sites"].values() if not each.get("market")):
        roll_energy(dice, site, [*days])
    for row in dice.sample(world["demand"]["demands"], 1):
        word, words = ("rate", GBPS) if "rate" in row else ("compute", PFLOPS)
        row[word] = dice.seasonal(lambda words=words: dice.measure(1, 20, words), [*days], 50)
    if dice.chance(35):
        limit_carbon(dice, scenario.setdefault("limits", {}))


def limit_carbon(dice: Dice, limits: World) -> None:
    """Limit the carbon of a year, most of the time with what machines embody."""
    limits["carbon"] = dice.yearly(lambda: dice.measure(40, 400, (("t", 1), ("kg", 1000)), "/year"))
    dice.add(limits, embodied=(60, lambda: True))


def roll_energy(dice: Dice, site: World, seasons: list[str]) -> None:
    """Add what a site draws, and what that costs and emits, by the hour and the season."""
    site["watts"] = dice.measure(1, 3, (("kW", 1), ("W", 1000)), "/PFLOPS")
    dice.add(
        site,
        idle=(70, lambda: dice.choice([0.05, 0.1, 0.2, 0.3, 0.5])),
        load=(60, lambda: dice.choice([0.85, 0.6, 0.5, 1])),
        embodied=(50, lambda: dice.measure(20, 400, (("kg", 1),), "/PFLOPS")),
    )
    for word, plain, choices in (("electricity", "price", TARIFFS), ("carbon", "intensity", INTENSITIES)):
        site[word] = dice.seasonal(lambda choices=choices: dice.choice(choices), seasons, 50)
        if dice.chance(50):
            site[word] = {plain: site[word], "profile": roll_profile(dice)}
    if dice.chance(40):
        site["power"] = dice.seasonal(lambda: dice.measure(30, 90, (("kW", 1),)), seasons, 70)
    for expansion in site.get("expansion", []):
        dice.add(expansion, embodied=(30, lambda: dice.measure(20, 400, (("kg", 1),), "/PFLOPS")))


ADDITIONS = {
    "hours": add_hours,
    "years": add_years,
    "failures": add_failures,
    "whole": add_whole_numbers,
    "objectives": add_objectives,
    "latency": add_latency,
    "background": add_background,
    "shares": add_shares,
    "limits": add_limits,
    "owners": add_owners,
    "windows": add_windows,
    "deadlines": add_deadlines,
    "energy": add_energy,
}
