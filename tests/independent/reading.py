"""The three files as one world: quantities as exact fractions, cables spread into links, years, blocks and failures."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise, product
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Record = Mapping[str, Any]
Key = tuple[Any, ...]

# Inside units: PFLOPS, Gbps, MW, MWh, km, ms, USD, kg, year; kW/PFLOPS becomes MW/PFLOPS, USD/kWh becomes USD/MWh and
# g/kWh becomes kg/MWh. A price per step is divided by the step where it is used.
FACTORS = """
    TFLOPS 1e-3  TOPS 1e-3  PFLOPS 1  P 1  EFLOPS 1e3  bps 1e-9  kbps 1e-6  Mbps 1e-3  Gbps 1  Tbps 1e3
    W 1e-6  kW 1e-3  MW 1  GW 1e3  kWh 1e-3  MWh 1  GWh 1e3  m 1e-3  km 1  us 1e-3  ms 1  s 1e3
    minutes 60e3  GB 1  PFLOP 1  TFLOP 1e-3
    USD 1  kUSD 1e3  MUSD 1e6  GUSD 1e9  g 1e-3  kg 1  t 1e3  kt 1e6  Mt 1e9  year 1  month 1/12  step 1  day 1  days 1
"""
UNITS = {word: Fraction(factor) for word, factor in re.findall(r"(\w+) (\S+)", FACTORS)}
OBJECTIVES = ("cost", "served", "compute", "latency", "carbon")
# What this model would otherwise leave out in silence.
UNMODELLED = {
    "sites": {"accelerators"},
    "scenario": {"variants", "extends"},
}


class State(NamedTuple):
    """One situation the plan must work in; ``contingency`` None is the intact state."""

    year: int
    block: int
    contingency: str | None


class Failure(NamedTuple):
    """What is gone in a contingency."""

    links: frozenset[str]
    sites: frozenset[str]


def quantity(value: Any) -> Fraction:
    """Read a number with its unit as text (or a plain number) into the inside unit, exactly."""
    if isinstance(value, Fraction):
        return value
    number, words = re.fullmatch(r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*(.*?)\s*", str(value)).groups()
    first, *rest = words.split("/")
    result = Fraction(number) * (UNITS[first] if first else 1)
    return result / math.prod(UNITS[word] for word in rest)


def listed_at(value: Any, year: int) -> Any:
    """Return what holds in a year: the latest listed not after it, before the first the first."""
    if not isinstance(value, Mapping):
        return value
    listed = {int(key): text for key, text in value.items()}
    return listed[max((y for y in listed if y <= year), default=min(listed))]


def at(value: Any, year: int) -> Fraction:
    """Read a quantity that may be a map of years."""
    return quantity(listed_at(value, year))


def has_seasons(value: Any) -> bool:
    """Whether a value, or any year of it, differs from season to season."""
    return isinstance(value, Mapping) and ("seasons" in value or any(map(has_seasons, value.values())))


def season_names(value: Any) -> list[str]:
    """Return the seasons that a value speaks of."""
    inner = value["seasons"] if "seasons" in value else next(v["seasons"] for v in value.values() if has_seasons(v))
    return list(inner)


def in_season(value: Any, season: str) -> Any:
    """Return what a value is in a season; a map of years stays one."""
    if not has_seasons(value):
        return value
    if "seasons" in value:
        return value["seasons"][season]
    return {year: in_season(each, season) for year, each in value.items()}


def growing_at(value: Any, year: int) -> Fraction:
    """Read a demand: geometric between listed years, a step where one end is zero, level outside."""
    listed = sorted(map(int, value)) if isinstance(value, Mapping) else []
    before, after = [y for y in listed if y <= year], [y for y in listed if y > year]
    start = at(value, year)
    if not before or not after or not start:
        return start
    span = Fraction(year - before[-1], after[0] - before[-1])
    return start * Fraction(float(at(value, after[0]) / start) ** float(span) if at(value, after[0]) else 1)


def window_span(window: Record) -> tuple[int, int]:
    """Return the days of a year of 365 that are over when a window begins, and when it ends."""
    month, day = (int(part) for part in (str(window["from"])[5:] + "-1").split("-")[:2])
    first = sum((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[: month - 1]) + day - 1
    return first, first + int(window["days"])


def window_name(window: Record) -> str:
    """Return what the days of a window are called."""
    month, day = (int(part) for part in (str(window["from"])[5:] + "-1").split("-")[:2])
    return f"{month:02}-{day:02}+{window['days']}d"


def is_listed(record: Record, year: int) -> bool:
    """Whether a record exists in a year by its own ``from`` and ``until``, which is inclusive."""
    return int(record.get("from", year)) <= year <= int(record.get("until", year))


def standard_offset(zone: str) -> int:
    """Return a zone's standard offset in whole hours, rounded down: the lesser of January's and July's."""
    moments = (datetime(2026, month, 15, tzinfo=UTC).astimezone(ZoneInfo(zone)) for month in (1, 7))
    return min(moment.utcoffset() or timedelta() for moment in moments) // timedelta(hours=1)


def segment_names(name: str, cable: Record) -> dict[str, tuple[str, str]]:
    """Return the ids of a cable's segments with their ends."""
    pairs = [pair for landings in (cable["route"], *cable.get("branches", [])) for pair in pairwise(landings)]
    return {f"{name}:{a}--{b}": (a, b) for a, b in pairs}


def spread_cables(topology: Record) -> dict[str, dict[str, Any]]:
    """Return all links by id, those of cables as ``cable:a--b`` with the cable's attributes under their own."""
    links = {name: dict(link) for name, link in topology.get("links", {}).items()}
    for name, cable in topology.get("cables", {}).items():
        common = {key: value for key, value in cable.items() if key not in {"name", "route", "branches", "segments"}}
        given = {frozenset(pair.split("--")): own for pair, own in cable.get("segments", {}).items()}
        for segment, ends in segment_names(name, cable).items():
            links[segment] = {**common, **given.get(frozenset(ends), {}), "ends": list(ends)}
    return links


def spread_background(topology: Record) -> Iterator[tuple[Record, Record]]:
    """Yield for each way between two nodes everybody else's traffic, as a workload and a demand with its share."""
    for record in topology.get("background", []):
        workload = {"kind": "traffic", "unserved": record["unserved"], "background": True}
        ends = [place_shares(topology, place) for place in record["between"]]
        shares: dict[tuple[str, str], Fraction] = {}
        for (a, x), (b, y) in product(ends[0].items(), ends[1].items()):
            if a != b and a in topology["nodes"] and b in topology["nodes"]:
                for pair in ((a, b), (b, a)):
                    shares[pair] = shares.get(pair, Fraction(0)) + x * y
        for (origin, to), share in shares.items():
            words = {"origin": origin, "to": to, "rate": record["rate"], "share": share}
            yield workload, {**words, "workload": f"background:{'--'.join(sorted(record['between']))}"}


def place_shares(topology: Record, place: str) -> dict[str, Fraction]:
    """Return a node, or the nodes of a region, with their shares of its traffic."""
    if place not in topology.get("regions", {}):
        return {place: Fraction(1)}
    nodes = topology["regions"][place]["nodes"]
    weights = (
        {node: quantity(weight) for node, weight in nodes.items()}
        if isinstance(nodes, Mapping)
        else dict.fromkeys(nodes, Fraction(1))
    )
    return {node: weight / sum(weights.values()) for node, weight in weights.items()}


@dataclass(frozen=True)
class World:
    """The three files as mappings, cables spread into links, years and states listed."""

    nodes: Record
    sites: Record
    links: dict[str, dict[str, Any]]
    cables: Record
    risks: Record
    projects: Record
    workloads: Record
    demands: Sequence[Record]
    scenario: Record
    topology: Record

    @property
    def groups(self) -> Record:
        """Sites with common limits, by name."""
        groups: Record = self.topology.get("groups", {})
        return groups

    @classmethod
    def read(cls, topology: Record, demand: Record, scenario: Record) -> World:
        """Join the mappings of the three files and refuse what this model does not know."""
        sections = (topology.get(section, {}) for section in ("cables", "risks", "projects"))
        sites, links = topology.get("sites", {}), spread_cables(topology)
        others = list(spread_background(topology))
        workloads = {name: dict(record) for name, record in demand["workloads"].items()}
        workloads |= {row["workload"]: record for record, row in others}
        rows = [*demand["demands"], *(row for _, row in others)]
        world = cls(topology["nodes"], sites, links, *sections, workloads, rows, scenario, topology)
        refuse_unmodelled(world)
        return world

    @cached_property
    def years(self) -> list[int]:
        """The listed years, ascending."""
        return sorted(map(int, self.scenario["years"]))

    @cached_property
    def blocks(self) -> range:
        """The blocks of the day, in each season: numbered on from one season to the next."""
        return range(self.hours * len(self.seasons))

    @cached_property
    def hours(self) -> int:
        """Blocks of the day: 24 if any profile of work asked for, or of a site, is not flat, else one, or as asked."""
        asked = {row["workload"] for row in self.demands}
        rhythms = [hourly_factors(self.workloads[name]) for name in asked]
        for site in self.sites.values():
            rhythms += [hourly_factors(site[word]) for word in ("electricity", "carbon") if has_rhythm(site.get(word))]
        uneven = any(len(set(factors)) > 1 for factors in rhythms)
        return int(self.scenario.get("hours", 24 if uneven else 1))

    @cached_property
    def given_seasons(self) -> dict[str, Fraction]:
        """The days of the seasons as written; one without a name is the whole year."""
        return {name: quantity(days) for name, days in self.scenario.get("seasons", {"": "365 days"}).items()}

    @cached_property
    def periods(self) -> dict[str, tuple[str, Fraction, frozenset[str]]]:
        """The season, the days and the windows of each period: a day belongs to that of its season and windows."""
        spans = {window_name(row["window"]): window_span(row["window"]) for row in self.demands if "window" in row}
        found: dict[str, tuple[str, Fraction, frozenset[str]]] = {}
        begins = Fraction(0)
        for season, days in self.given_seasons.items():
            edges = {begins, begins + days, *(Fraction(day) for span in spans.values() for day in span)}
            inner = sorted(edge for edge in edges if begins <= edge <= begins + days)
            for start, end in pairwise(inner):
                inside = sorted(
                    (name for name in spans if spans[name][0] <= start and end <= spans[name][1]), key=spans.get
                )
                name = ".".join([season, *inside] if season else inside) or ("rest" if spans else "")
                found[name] = (season, found.get(name, ("", Fraction(0)))[1] + end - start, frozenset(inside))
            begins += days
        return found

    @cached_property
    def seasons(self) -> dict[str, Fraction]:
        """The days of the periods; one without a name is the whole year."""
        return {name: days for name, (_, days, _) in self.periods.items()}

    def period(self, block: int) -> str:
        """Return the period of a block."""
        return list(self.periods)[block // self.hours]

    def season(self, block: int) -> str:
        """Return the season of a block."""
        return self.periods[self.period(block)][0]

    def runs(self, row: Record, year: int, block: int) -> bool:
        """Whether a demand asks for anything in a block of a year: one with a window only there."""
        window = row.get("window")
        inside = window is None or window_name(window) in self.periods[self.period(block)][2]
        return inside and (window is None or int(str(window["from"])[:4]) == year)

    def share(self, block: int) -> Fraction:
        """Return the part of the year that a block stands for."""
        return self.seasons[self.period(block)] / 365 / self.hours

    def seasonal_at(self, value: Any, year: int, block: int, *, is_limit: bool = False) -> Fraction:
        """Read a value in a block of a year: that of its season, or, without seasons, what stands for the year."""
        if not has_seasons(value):
            return at(value, year)
        if "seasons" in self.scenario:
            return at(in_season(value, self.season(block)), year)
        found = {name: at(in_season(value, name), year) for name in season_names(value)}
        return min(found.values()) if is_limit else self.mean_over(found)

    def mean_over(self, values: Mapping[str, Fraction]) -> Fraction:
        """Return the mean over seasons, by the days that the topology gives them, else alike."""
        days = {name: quantity(each) for name, each in self.topology.get("seasons", dict.fromkeys(values, 1)).items()}
        return sum((each * days[name] for name, each in values.items()), Fraction(0)) / sum(days[n] for n in values)

    def growing_in(self, value: Any, year: int, block: int) -> Fraction:
        """Read a demand in a block of a year: it grows in each season by itself, without seasons their mean does."""
        if not has_seasons(value):
            return growing_at(value, year)
        if "seasons" in self.scenario:
            return growing_at(in_season(value, self.season(block)), year)
        each = {name: in_season(value, name) for name in season_names(value)}
        years = {int(y) for amounts in each.values() if isinstance(amounts, Mapping) for y in amounts} or {0}
        means = {y: self.mean_over({name: at(amounts, y) for name, amounts in each.items()}) for y in years}
        return growing_at(means, year)

    @cached_property
    def failures(self) -> dict[str, Failure]:
        """What may fail, one at a time, by its name with a prefix."""
        return {name: broken_by(self, name) for name in contingency_names(self)}

    @cached_property
    def intact_states(self) -> list[State]:
        """Every year and block with nothing broken."""
        return [State(year, block, None) for year in self.years for block in self.blocks]

    @cached_property
    def failing_states(self) -> list[State]:
        """Every year and block under every contingency."""
        return [State(*state[:2], name) for state in self.intact_states for name in self.failures]

    @property
    def states(self) -> list[State]:
        """All states."""
        return self.intact_states + self.failing_states

    def policy(self, section: str) -> Any:
        """Return the rules of a section of the policy, in order."""
        return self.scenario.get("policy", {}).get(section, [])

    def limit(self, word: str) -> Any:
        """Return a limit as written, None where there is none."""
        return self.scenario.get("limits", {}).get(word)

    def fill(self, section: str, state: State) -> Fraction:
        """Return the share of capacity to plan with: limits hold in the intact state, failures may use all."""
        share = self.limit(section)
        return Fraction(1) if state.contingency or share is None else at(share, state.year)

    def finance(self, word: str, default: str) -> Fraction:
        """Return a figure of the scenario's finance section."""
        return quantity(self.scenario.get("finance", {}).get(word, default))

    @property
    def members(self) -> list[str]:
        """The countries whose plan it is."""
        return list(self.scenario.get("community", {}).get("members", []))

    def country(self, node: str) -> str:
        """Return the country of a node."""
        return str(self.nodes[node]["country"])

    def host(self, site: str) -> str:
        """Return the country of a site."""
        return self.country(self.sites[site]["node"])

    def project_year(self, project: str) -> int:
        """Return the year in which a project is built, if it is: its own, else the first listed one."""
        return int(self.projects[project].get("from", self.years[0]))

    def is_alive(self, record: Record, year: int) -> bool:
        """Whether a record exists in a year, the project it hangs on being built."""
        built = self.project_year(record["project"]) if "project" in record else year
        return is_listed(record, year) and built <= year


def refuse_unmodelled(world: World) -> None:
    """Raise ValueError for a field whose meaning this model does not know."""
    found = {
        "sites": set().union(*world.sites.values()),
        "scenario": {key for key, value in world.scenario.items() if value not in ("none", {}, [])},
    }
    for section, words in found.items():
        if unknown := words & UNMODELLED[section]:
            raise ValueError(f"{section}: not in the independent model: {sorted(unknown)}")
    for workload in world.workloads.values():
        if isinstance(workload.get("profile", "flat"), str) and workload.get("profile", "flat") != "flat":
            raise ValueError(f"profile: not in the independent model: {workload['profile']}")


# ------------------------------------------------------------------------------------------------ the day


def has_rhythm(value: Any) -> bool:
    """Whether a figure of a site is written with the rhythm of the day."""
    return isinstance(value, Mapping) and "profile" in value


def hourly_factors(record: Record) -> list[Fraction]:
    """Return what each local hour asks for, or costs, mean one; flat where nothing is said."""
    given = record.get("profile", "flat")
    return [Fraction(1)] * 24 if given == "flat" else [quantity(factor) for factor in given]


def block_factor(world: World, record: Record, node: str, block: int) -> Fraction:
    """Return the mean factor of the hours of a block of the UTC day at a node's local time."""
    factors = hourly_factors(record)
    if len(set(factors)) == 1:
        return factors[0]
    shift, length = standard_offset(world.nodes[node]["timezone"]), 24 // world.hours
    first = block % world.hours * length
    return sum((factors[(hour + shift) % 24] for hour in range(first, first + length)), Fraction(0)) / length


# ------------------------------------------------------------------------------------------------ failures


def contingency_names(world: World) -> list[str]:
    """Return what may fail with prefixes: a group of the topology, or names, which may leave the prefix out."""
    asked = world.scenario.get("contingencies", "none")
    words = [asked] if isinstance(asked, str) else asked
    return list(dict.fromkeys(name for word in words for name in expand_word(world, word)))


def expand_word(world: World, word: str) -> Iterator[str]:
    """Yield the names that a word of ``contingencies`` stands for; every cable is a risk by itself."""
    groups = {
        "none": (),
        "links": [f"link:{name}" for name in world.links],
        "cables": [f"cable:{name}" for name in world.cables],
        "sites": [f"site:{name}" for name in world.sites],
        "risks": [f"risk:{name}" for name in world.risks] + [f"cable:{name}" for name in world.cables],
    }
    yield from groups[word] if word in groups else (full_name(world, word),)


def full_name(world: World, word: str) -> str:
    """Return a name with its prefix; without one it is the only thing of that name."""
    homes = {"link": world.links, "cable": world.cables, "site": world.sites, "risk": world.risks}
    homes["group"] = world.groups
    prefix, _, rest = word.partition(":")
    if prefix in homes and rest in homes[prefix]:
        return word
    (found,) = (f"{kind}:{word}" for kind, names in homes.items() if word in names)
    return found


def broken_by(world: World, name: str) -> Failure:
    """Return the links and sites that are gone where something fails; risks may name risks."""
    prefix, rest = name.split(":", 1)
    if prefix == "risk":
        parts = [broken_by(world, full_name(world, word)) for word in world.risks[rest]["fails"]]
        return Failure(frozenset().union(*(p.links for p in parts)), frozenset().union(*(p.sites for p in parts)))
    if prefix == "group":
        return Failure(frozenset(), frozenset(world.groups[rest]["sites"]))
    links = {"link": {rest}, "cable": set(segment_names(rest, world.cables[rest])) if prefix == "cable" else set()}
    return Failure(frozenset(links.get(prefix, ())), frozenset({rest} if prefix == "site" else ()))
