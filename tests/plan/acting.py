"""Doing what a finding says: from its sentence to the changes in the files that it names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from independent.chips import precision_factor
from independent.reading import at, listed_at
from worlds import changed

from planner.plan import phrases
from planner.plan.phrase_reading import read_phrase

World = dict[str, Any]
Fields = dict[str, str]


def act_on(world: World, finding: str) -> World | None:
    """Return a world with the change that a finding names made; None where it names none."""
    frame = read_phrase(finding)
    if frame is None or frame.phrase not in (phrases.ALONE, phrases.TOGETHER):
        return None
    for change in frame.fields["reason"].split(phrases.ALSO):
        said = read_phrase(change)
        assert said is not None, change
        world = ACTS[said.phrase](world, said.fields)
    return world


def figure(text: str) -> float:
    """Read a number as a sentence writes it."""
    return float(text.replace(",", ""))


def _limit(name: str, unit: str) -> Callable[[World, Fields], World]:
    def act(world: World, said: Fields) -> World:
        value: Any = figure(said["needed"])
        return changed(world, {f"scenario.{name}": f"{value!r} {unit}" if unit else value})

    return act


def _member_capex(world: World, said: Fields) -> World:
    return _limit(f"limits.members.{said['country']}.capex", "USD")(world, said)


def _sites(world: World, said: Fields) -> World:
    return changed(world, {"scenario.limits.sites": int(figure(said["needed"]))})


def _compute(world: World, said: Fields) -> World:
    """More machines at a site, that cost nothing and whose status does not matter, written as the site quotes them."""
    site = world["topology"]["sites"][said["site"]]
    dense = float(precision_factor(site))
    if site.get("market"):
        more = {year: float(at(site["compute"], year)) + figure(said["amount"]) / dense for year in _years(world)}
        return changed(world, {f"topology.sites.{said['site']}.compute": _pflops(more)})
    option = {"max": f"{figure(said['amount']) / dense!r} PFLOPS"}
    return changed(world, {f"topology.sites.{said['site']}.expansion": [*site.get("expansion", ()), option]})


def _years(world: World) -> list[int]:
    return [int(year) for year in world["scenario"]["years"]]


def _pflops(amounts: dict[int, float]) -> dict[int, str]:
    return {year: f"{amount!r} PFLOPS" for year, amount in amounts.items()}


def _in_year(place: str, unit: str) -> Callable[[World, Fields], World]:
    """Give a limit another figure in one year; it becomes a map of the years planned for."""

    def act(world: World, said: Fields) -> World:
        way = place.format(**said)
        record: Any = world
        for step in way.split("."):
            record = record[step]
        every = {year: listed_at(record, year) for year in _years(world)}
        return changed(world, {way: {**every, int(said["year"]): f"{figure(said['needed'])!r} {unit}"}})

    return act


def _light(world: World, said: Fields) -> World:
    """More capacity of a link, or of a segment of a cable, that costs nothing."""
    cable, _, pair = said["link"].rpartition(":")
    place, links = f"topology.links.{said['link']}", world["topology"].get("links", {})
    asset = links.get(said["link"], {})
    if cable:
        segments = world["topology"]["cables"][cable].get("segments", {})
        turned = "--".join(reversed(pair.split("--")))
        pair = turned if turned in segments else pair
        place, asset = f"topology.cables.{cable}.segments.{pair}", segments.get(pair, {})
    option = {"max": f"{figure(said['amount'])!r} Gbps"}
    return changed(world, {f"{place}.expansion": [*asset.get("expansion", ()), option]})


def _power(world: World, said: Fields) -> World:
    limit = world["topology"]["sites"][said["site"]]["power"]
    more = {year: _mw(value) + figure(said["amount"]) for year, value in _by_year(limit).items()}
    return changed(world, {f"topology.sites.{said['site']}.power": {year: f"{mw!r} MW" for year, mw in more.items()}})


def _mw(text: str) -> float:
    value, unit = text.split()
    return float(value) * {"W": 1e-6, "kW": 1e-3, "MW": 1.0}[unit]


def _by_year(value: Any) -> dict[Any, str]:
    return value if isinstance(value, dict) else {2024: value}


def _carbon(world: World, said: Fields) -> World:
    """A limit that is one figure becomes a map of the years planned for."""
    limit, years = world["scenario"]["limits"]["carbon"], world["scenario"]["years"]
    every = limit if isinstance(limit, dict) else dict.fromkeys(years, limit)
    tonnes = f"{figure(said['needed'])!r} t/year"
    return changed(world, {"scenario.limits.carbon": {**every, int(said["year"]): tonnes}})


def _drop_failure(world: World, said: Fields) -> World:
    return changed(world, {"scenario.contingencies": _named(world, leaving=said["failure"])})


def _named(world: World, *, leaving: str) -> list[str] | str:
    """Contingencies, groups spelled out, without one of them."""
    words, topology = world["scenario"]["contingencies"], world["topology"]
    words = [words] if isinstance(words, str) else words
    sorts = ("sites", "links", "cables", "risks")
    groups = {sort: [f"{sort[:-1]}:{key}" for key in topology.get(sort, ())] for sort in sorts}
    groups["risks"] += groups["cables"]
    names = dict.fromkeys(name for word in words for name in groups.get(word, [word]))
    return [name for name in names if name not in (leaving, leaving.partition(":")[2])] or "none"


def _without_steps(world: World, _: Fields) -> World:
    changes: dict[str, Any] = {}
    for kind, unit in (("sites", "PFLOPS"), ("links", "Gbps")):
        for key, asset in world["topology"].get(kind, {}).items():
            for number, option in enumerate(asset.get("expansion", ())):
                if "step" in option:
                    changes[f"topology.{kind}.{key}.expansion.{number}"] = _continuous(option, unit)
    return changed(world, changes)


def _continuous(option: dict[str, Any], unit: str) -> dict[str, Any]:
    """Return an expansion without steps, its prices per unit."""
    size, found = float(option["step"].split()[0]), {key: value for key, value in option.items() if key != "step"}
    for key in ("capex", "opex"):
        if "/step" in str(option.get(key, "")):
            each = {year: _per_unit(price, size, unit) for year, price in _by_year(option[key]).items()}
            found[key] = each if isinstance(option[key], dict) else each[2024]
    return found


def _per_unit(price: str, size: float, unit: str) -> str:
    value, rest = price.split(" ", 1)
    return f"{float(value) / size!r} {rest.replace('step', unit)}"


def _without_rule(kind: str) -> Callable[[World, Fields], World]:
    def act(world: World, said: Fields) -> World:
        rules = world["scenario"]["policy"][kind]
        left = [
            rule for number, rule in enumerate(rules) if said.get("rule") not in (None, rule.get("id", str(number)))
        ]
        return changed(world, {f"scenario.policy.{kind}": left})

    return act


def _lower_share(world: World, said: Fields) -> World:
    rules = world["scenario"]["policy"]["shares"]
    at_least = figure(said["needed"])
    lowered = [
        rule | {"at_least": at_least} if said["rule"] == rule.get("id", str(number)) else rule
        for number, rule in enumerate(rules)
    ]
    return changed(world, {"scenario.policy.shares": lowered})


def _any_hosts(world: World, _: Fields) -> World:
    rows = [{key: value for key, value in row.items() if key != "hosts"} for row in world["demand"]["demands"]]
    return changed(world, {"demand.demands": rows})


def _any_users(world: World, said: Fields) -> World:
    return changed(world, {f"topology.links.{link}.usable_by": None for link in said["names"].split(", ")})


def _workload(key: str, value: Any) -> Callable[[World, Fields], World]:
    return lambda world, said: changed(world, {f"demand.workloads.{said['workload']}.{key}": value})


def _not_required(world: World, said: Fields) -> World:
    name = said["workload"]
    unit = "Gbps" if world["demand"]["workloads"][name]["kind"] == "traffic" else "PFLOPS"
    return changed(world, {f"demand.workloads.{name}.unserved": f"1 USD/{unit}/year"})


ACTS: dict[phrases.Phrase, Callable[[World, Fields], World]] = {
    phrases.LEFT: _not_required,
    phrases.MORE_SITES: _sites,
    phrases.MORE_CAPEX: _limit("limits.capex", "USD"),
    phrases.MORE_CARBON: _carbon,
    phrases.MORE_MEMBER_CAPEX: _member_capex,
    phrases.MORE_MEMBER_OPEX: _in_year("scenario.limits.members.{country}.opex", "USD/year"),
    phrases.LESS_HOSTED: _in_year("scenario.limits.members.{country}.hosted_min", "PFLOPS"),
    phrases.MORE_GROUP_POWER: _in_year("topology.groups.{group}.power", "MW"),
    phrases.MORE_GROUP_COMPUTE: _in_year("topology.groups.{group}.compute", "PFLOPS"),
    phrases.COUNT_MARKET: lambda world, _: changed(world, {"scenario.policy.floor.market": True}),
    phrases.LOWER_FLOOR: _limit("policy.floor.served_share", ""),
    phrases.NOTHING_SURVIVES: _drop_failure,
    phrases.MAY_SPLIT: _workload("split", True),
    phrases.NO_CLUSTER: _workload("min_cluster", "0 PFLOPS"),
    phrases.NO_CLUSTER_OF_CARDS: _workload("min_cluster", "0 PFLOPS"),
    phrases.NO_MAX_RTT: _workload("max_rtt", None),
    phrases.NO_DEADLINE: _workload("job.deadline", "1000 h"),
    phrases.PARTS_OF_STEPS: _without_steps,
    phrases.FULL_SITES: lambda world, _: changed(world, {"scenario.limits.site_fill": 1}),
    phrases.FULL_LINKS: lambda world, _: changed(world, {"scenario.limits.link_fill": 1}),
    phrases.MORE_POWER: _power,
    phrases.MORE_LIGHT: _light,
    phrases.MORE_COMPUTE: _compute,
    phrases.COUNT_MORE: lambda world, said: changed(world, {"scenario.count": said["statuses"].split(", ")}),
    phrases.LOWER_SHARE: _lower_share,
    phrases.NO_SHARE_RULE: _without_rule("shares"),
    phrases.NO_SHARES: _without_rule("shares"),
    phrases.NO_STAKE_RULE: _without_rule("foreign_stake"),
    phrases.NO_STAKES: _without_rule("foreign_stake"),
    phrases.NO_RULE: _without_rule("residency"),
    phrases.NO_RESIDENCY: _without_rule("residency"),
    phrases.NO_WAY_RULE: _without_rule("transit"),
    phrases.NO_TRANSIT: _without_rule("transit"),
    phrases.ANY_HOSTS: _any_hosts,
    phrases.ANY_USERS: _any_users,
}
"""What each sentence asks for; builds that were given and a pool are no words of a file."""
