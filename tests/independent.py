"""The optimum by another road: one LP over all simple paths, written from the specification alone.

Nothing of the planner is imported or copied. A world is three plain mappings in the file format (topology, demand,
scenario). Every path is enumerated, every number is an exact fraction until the LP is handed to HiGHS through scipy,
so a path that meets its latency limit to the last digit counts here whatever floating point makes of it.

Where the specification leaves room, this model reads it so:

* A link whose ``committed`` exceeds its filled capacity makes the plan infeasible unless an expansion lifts it, even
  when nobody uses the link: the row stands for every arc (§5).
* The ``origin`` of a rule may name nodes beside countries, and speaks of the node where a demand starts.
* ``precision`` and ``sparse`` normalise all figures of a site that are in or per PFLOPS, prices and watts included.
* A fee is paid on the demand's own (dense BF16) PFLOPS and grows with neither ``premium`` nor ``rtt_premium``.
* A ``candidate`` has no compute; listed in ``count`` it would be counted like any other status.
* Latency limits bind at equality: a path of exactly ``max_rtt`` is admissible.
* The route factor of a kind is nowhere given: a link must state its length or its RTT here.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

import networkx as nx
import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

Record = Mapping[str, Any]
Key = tuple[Any, ...]

HOURS_A_YEAR = 8760
LATENCY_MS_PER_KM = 2 * Fraction("0.0049")
EQUIPMENT_MS = Fraction("0.1")

# Inside units: PFLOPS, Gbps, MW, MWh, km, ms, USD, year; kW/PFLOPS becomes MW/PFLOPS and USD/kWh becomes USD/MWh.
FACTORS = """
    TFLOPS 1e-3  PFLOPS 1  P 1  EFLOPS 1e3  bps 1e-9  kbps 1e-6  Mbps 1e-3  Gbps 1  Tbps 1e3
    W 1e-6  kW 1e-3  MW 1  GW 1e3  kWh 1e-3  MWh 1  GWh 1e3  m 1e-3  km 1  us 1e-3  ms 1  s 1e3
    USD 1  kUSD 1e3  MUSD 1e6  GUSD 1e9  year 1  month 1/12
"""
UNITS = {word: Fraction(factor) for word, factor in re.findall(r"(\w+) (\S+)", FACTORS)}
# Dense BF16 PFLOPS for one published PFLOPS of each precision.
PRECISIONS = {
    "bf16": Fraction(1),
    "fp16": Fraction(1),
    "fp8": Fraction(1, 2),
    "int8": Fraction(1, 2),
    "fp4": Fraction(1, 4),
    "tf32": Fraction(2),
}
# Later work of the planner: refused rather than silently left out.
UNMODELLED = {
    "sites": {"accelerators", "fixed_cost", "project"},
    "links": {"project"},
    "expansions": {"step", "project"},
    "workloads": {"profile", "survives", "min_cluster", "split"},
    "policy": {"floor"},
    "limits": {"sites", "capex", "carbon"},
    "scenario": {"variants", "extends", "contingencies"},
}


class State(NamedTuple):
    """One situation the plan must work in; ``contingency`` None is the intact state."""

    year: int
    block: int
    contingency: str | None


@dataclass(frozen=True)
class Part:
    """The share of a demand row that starts at one node."""

    origin: str
    workload: str
    to: str | None
    node: str
    country: str
    share: Fraction
    row: Record = field(compare=False, repr=False)

    @property
    def key(self) -> Key:
        """What names the part in rows and columns."""
        return (self.origin, self.workload, self.to, self.node)


class Path(NamedTuple):
    """A simple path: the site it ends at (None for traffic), its links in order and its RTT with the access delay."""

    site: str | None
    hops: tuple[tuple[str, str], ...]
    rtt_ms: Fraction


class Row(NamedTuple):
    """One constraint: Σ coefficient · column ``sense`` rhs."""

    terms: dict[Key, float]
    sense: str
    rhs: float


@dataclass(frozen=True)
class Programme:
    """A linear programme: cost by column (all ≥ 0, no upper bounds) and the rows by family and key."""

    cost: dict[Key, float]
    rows: dict[Key, Row]


@dataclass(frozen=True)
class Solution:
    """The optimum: ``values`` by column, ``duals`` as change of the objective per unit of a row's right-hand side."""

    status: str
    objective: float
    values: dict[Key, float]
    duals: dict[Key, float]
    served: dict[tuple[int, str, str], float]
    demanded: dict[tuple[int, str, str], float]
    builds: dict[tuple[int, str, int], float]


# ---------------------------------------------------------------------------------------------------- reading


def quantity(value: Any) -> Fraction:
    """Read a number with its unit as text (or a plain number) into the inside unit, exactly."""
    number, words = re.fullmatch(r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*(.*?)\s*", str(value)).groups()
    first, *rest = words.split("/")
    result = Fraction(number) * (UNITS[first] if first else 1)
    return result / math.prod(UNITS[word] for word in rest)


def at(value: Any, year: int) -> Fraction:
    """Read a value that may be a map of years: the latest listed not after the year, before the first the first."""
    if not isinstance(value, Mapping):
        return quantity(value)
    listed = {int(key): text for key, text in value.items()}
    return quantity(listed[max((y for y in listed if y <= year), default=min(listed))])


def growing_at(value: Any, year: int) -> Fraction:
    """Read a demand: geometric between listed years, a step where one end is zero, level outside."""
    listed = sorted(map(int, value)) if isinstance(value, Mapping) else []
    before, after = [y for y in listed if y <= year], [y for y in listed if y > year]
    start = at(value, year)
    if not before or not after or not start:
        return start
    span = Fraction(year - before[-1], after[0] - before[-1])
    return start * Fraction(float(at(value, after[0]) / start) ** float(span) if at(value, after[0]) else 1)


def is_alive(record: Record, year: int) -> bool:
    """Whether a record exists in a year; ``until`` is inclusive."""
    return int(record.get("from", year)) <= year <= int(record.get("until", year))


def spread_cables(topology: Record) -> dict[str, dict[str, Any]]:
    """Return all links by id, those of cables as ``cable:a--b`` with the cable's attributes under their own."""
    links = {name: dict(link) for name, link in topology.get("links", {}).items()}
    for name, cable in topology.get("cables", {}).items():
        common = {key: value for key, value in cable.items() if key not in {"name", "route", "branches", "segments"}}
        given = {frozenset(pair.split("--")): own for pair, own in cable.get("segments", {}).items()}
        for landings in [cable["route"], *cable.get("branches", [])]:
            for a, b in pairwise(landings):
                links[f"{name}:{a}--{b}"] = {**common, **given.get(frozenset({a, b}), {}), "ends": [a, b]}
    return links


@dataclass(frozen=True)
class World:
    """The three files as mappings, cables spread into links, years and states listed."""

    nodes: Record
    sites: Record
    links: dict[str, dict[str, Any]]
    workloads: Record
    demands: Sequence[Record]
    scenario: Record

    @classmethod
    def read(cls, topology: Record, demand: Record, scenario: Record) -> World:
        """Join the mappings of the three files and refuse what this model does not know."""
        sites, links = topology.get("sites", {}), spread_cables(topology)
        world = cls(topology["nodes"], sites, links, demand["workloads"], demand["demands"], scenario)
        refuse_unmodelled(world)
        return world

    @property
    def years(self) -> list[int]:
        """The listed years, ascending."""
        return sorted(map(int, self.scenario["years"]))

    @property
    def blocks(self) -> range:
        """The blocks of the day: one where every profile is flat, unless the scenario asks for more."""
        return range(int(self.scenario.get("hours", 1)))

    @property
    def states(self) -> list[State]:
        """All states; only intact ones so far."""
        return [State(year, block, None) for year in self.years for block in self.blocks]

    def policy(self, section: str) -> Sequence[Record]:
        """Return the rules of a section of the policy, in order."""
        return self.scenario.get("policy", {}).get(section, [])

    def fill(self, section: str, state: State) -> Fraction:
        """Return the share of capacity to plan with: limits hold in the intact state, failures may use all."""
        limits = self.scenario.get("limits", {})
        return Fraction(1) if state.contingency else at(limits.get(section, 1), state.year)

    def finance(self, word: str, default: str) -> Fraction:
        """Return a figure of the scenario's finance section."""
        return quantity(self.scenario.get("finance", {}).get(word, default))

    def country(self, node: str) -> str:
        """Return the country of a node."""
        return str(self.nodes[node]["country"])

    def host(self, site: str) -> str:
        """Return the country of a site."""
        return self.country(self.sites[site]["node"])


def refuse_unmodelled(world: World) -> None:
    """Raise ValueError for a field whose meaning this model does not know yet."""
    assets = [*world.sites.values(), *world.links.values()]
    found = {
        "sites": set().union(*world.sites.values()),
        "links": set().union(*world.links.values()),
        "expansions": set().union(*(e for asset in assets for e in asset.get("expansion", []))),
        "workloads": set().union(*world.workloads.values()),
        "policy": set(world.scenario.get("policy", {})),
        "limits": set(world.scenario.get("limits", {})),
        "scenario": {key for key, value in world.scenario.items() if value not in ("none", {}, [])},
    }
    for section, words in found.items():
        if unknown := words & UNMODELLED[section]:
            raise ValueError(f"{section}: not in the independent model: {sorted(unknown)}")
    if world.scenario.get("objective", "cost") not in ("cost", ["cost"]):
        raise ValueError("objective: only cost is in the independent model")


# ------------------------------------------------------------------------------------- demands, rules, paths


def split_demands(world: World) -> list[Part]:
    """Spread the demands of a country over its nodes by weight; a node's own demand is one part."""
    parts = []
    for row in world.demands:
        weights = spread_weights(world, row["origin"])
        total = sum(weights.values())
        for node, weight in weights.items():
            if weight:
                names = (row["origin"], row["workload"], row.get("to"), node, world.country(node))
                parts.append(Part(*names, weight / total, row))
    return parts


def spread_weights(world: World, origin: str) -> dict[str, Fraction]:
    """Weigh an origin's nodes: if any of the country has a weight the missing ones are 0, otherwise all are 1."""
    if origin in world.nodes:
        return {origin: Fraction(1)}
    inside = {node: record for node, record in world.nodes.items() if record["country"] == origin}
    default = 0 if any("weight" in record for record in inside.values()) else 1
    return {node: quantity(record.get("weight", default)) for node, record in inside.items()}


def is_traffic(world: World, part: Part) -> bool:
    """Whether a demand is Gbps between two nodes rather than compute."""
    return bool(world.workloads[part.workload]["kind"] == "traffic")


def amount(part: Part, year: int) -> Fraction:
    """Return what a part asks for in a year, PFLOPS (Gbps for traffic)."""
    return part.share * growing_at(part.row.get("compute", part.row.get("rate")), year)


def residency_rule(world: World, part: Part) -> Record:
    """Return the first residency rule whose every given field matches; without one any site will do."""
    facts = {"workload": part.workload, "data": world.workloads[part.workload].get("data")}
    for rule in world.policy("residency"):
        if speaks_of(rule, part) and all(fact in rule[field] for field, fact in facts.items() if field in rule):
            return rule
    return {"hosts": "any"}


def speaks_of(rule: Record, part: Part) -> bool:
    """Whether a rule's origin, if it has one, names the demand's node or country."""
    return bool({part.country, part.node} & set(rule.get("origin", [part.node])))


def names_host(world: World, hosts: Any, part: Part, site: str) -> bool:
    """Whether a list of hosts (countries, ``site:id``, or the words any and home) names the site."""
    if hosts == "any":
        return True
    if hosts == "home":
        return world.host(site) == part.country
    return world.host(site) in hosts or f"site:{site}" in hosts


def is_allowed(world: World, part: Part, site: str, year: int) -> bool:
    """Whether the demand may be served at the site in the year: service, kind, offers, residency, its own hosts."""
    record, workload = world.sites[site], world.workloads[part.workload]
    return (
        is_alive(record, year)
        and workload["kind"] in record.get("serves", ["inference", "training"])
        and set(workload.get("requires", [])) <= set(record.get("offers", []))
        and names_host(world, residency_rule(world, part)["hosts"], part, site)
        and names_host(world, part.row.get("hosts", "any"), part, site)
    )


def avoided(world: World, part: Part) -> set[str]:
    """Return the countries no node strictly inside a path of the demand may lie in."""
    return {country for rule in world.policy("transit") if speaks_of(rule, part) for country in rule["avoid"]}


def link_rtt(link: Record) -> Fraction:
    """Return the RTT of a link as given, else from its length."""
    if "rtt" in link:
        return quantity(link["rtt"])
    return LATENCY_MS_PER_KM * quantity(link["length"]) + EQUIPMENT_MS


def link_graph(world: World, state: State) -> nx.MultiGraph:
    """Return the links alive in a state as a multigraph, keyed by link id."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(world.nodes)
    for name, link in world.links.items():
        if is_alive(link, state.year):
            graph.add_edge(*link["ends"], key=name)
    return graph


def simple_routes(graph: nx.MultiGraph, start: str, end: str) -> list[tuple[tuple[str, str], ...]]:
    """Return every simple path as its hops (link, node it leaves from); from a node to itself only the empty one."""
    if start == end:
        return [()]
    routes = nx.all_simple_edge_paths(graph, start, end)
    return [tuple((link, leaves) for leaves, _, link in route) for route in routes]


def admissible_paths(world: World, state: State) -> dict[Part, list[Path]]:
    """Return for every demand all simple paths that latency, transit, usable_by and hosting allow."""
    graph = link_graph(world, state)
    rtts = {name: link_rtt(link) for name, link in world.links.items() if is_alive(link, state.year)}
    found = {}
    for part in split_demands(world):
        limit = world.workloads[part.workload].get("max_rtt")
        paths = list(all_paths(world, part, state, graph, rtts))
        found[part] = [path for path in paths if limit is None or path.rtt_ms <= quantity(limit)]
    return found


def all_paths(
    world: World, part: Part, state: State, graph: nx.MultiGraph, rtts: Mapping[str, Fraction]
) -> Iterator[Path]:
    """Yield a demand's paths whatever their latency."""
    access = quantity(part.row.get("access_rtt", world.nodes[part.node].get("access_rtt", 0)))
    shunned = avoided(world, part)
    ends = {site: world.sites[site]["node"] for site in world.sites if is_allowed(world, part, site, state.year)}
    if is_traffic(world, part):
        ends = {None: part.to}
    for site, end in ends.items():
        for hops in simple_routes(graph, part.node, end):
            inside = {world.country(leaves) for _, leaves in hops[1:]}
            usable = all(part.country in world.links[link].get("usable_by", [part.country]) for link, _ in hops)
            if usable and not inside & shunned:
                yield Path(site, hops, access + sum(rtts[link] for link, _ in hops))


# -------------------------------------------------------------------------------------------- sites and money


def precision_factor(site: Record) -> Fraction:
    """Return the dense BF16 PFLOPS in one published PFLOPS of a site."""
    return PRECISIONS[site.get("precision", "bf16")] / (2 if site.get("sparse") else 1)


def site_compute(world: World, site: str, year: int) -> Fraction:
    """Return the PFLOPS a site has without builds: none where its status is not counted."""
    record = world.sites[site]
    counted = record["status"] in world.scenario.get("count", ["operating", "building"])
    return at(record["compute"], year) * precision_factor(record) if counted else Fraction(0)


def meter_mw(site: Record, year: int) -> Fraction:
    """Return the MW at the meter per normalised PFLOPS in use: IT power x pue."""
    return at(site.get("pue", 1), year) * quantity(site.get("watts", 0)) / precision_factor(site)


def running_cost(world: World, site: str, year: int) -> Fraction:
    """Return opex and energy, USD per normalised PFLOPS in use and year."""
    record = world.sites[site]
    energy = meter_mw(record, year) * HOURS_A_YEAR * at(record.get("electricity", 0), year)
    return at(record.get("opex", 0), year) / precision_factor(record) + energy


def loads(world: World, part: Part) -> tuple[Fraction, Fraction]:
    """Return the Gbps per unit of a demand on its way out and on its way back."""
    if is_traffic(world, part):
        return Fraction(1), Fraction(1)
    workload = world.workloads[part.workload]
    out = quantity(workload.get("traffic", 0))
    return out, quantity(workload["traffic_back"]) if "traffic_back" in workload else out


def path_cost(world: World, part: Part, path: Path, year: int) -> Fraction:
    """Return the USD per unit and year of a demand on a path: opex, energy, premiums, fee, transit."""
    transit = sum((at(world.links[link].get("transit", 0), year) for link, _ in path.hops), Fraction(0))
    cost = transit * sum(loads(world, part))
    if path.site is None:
        return cost
    rule = residency_rule(world, part) if world.host(path.site) != part.country else {}
    distance = 1 + quantity(world.workloads[part.workload].get("rtt_premium", 0)) * path.rtt_ms
    cost += running_cost(world, path.site, year) * distance * (1 + quantity(rule.get("premium", 0)))
    return cost + at(rule.get("fee", 0), year)


def capital_recovery(rate: Fraction, life: Fraction) -> Fraction:
    """Return the yearly share of a sum paid back over a life."""
    return rate / (1 - Fraction(1 / float(1 + rate) ** float(life))) if rate else 1 / life


def year_weights(world: World) -> dict[int, Fraction]:
    """Return ω: one for a single year, else the discounted calendar years a listed year stands for."""
    years, rate = world.years, 1 + world.finance("discount_rate", "0.08")
    if len(years) == 1:
        return {years[0]: Fraction(1)}
    spans = [b - a for a, b in pairwise(years)]
    spans.append(spans[-1])
    return {
        year: sum((rate ** -(year + j - years[0]) for j in range(span)), Fraction(0))
        for year, span in zip(years, spans, strict=True)
    }


class Expansion(NamedTuple):
    """One way to add capacity: family letter (k sites, b links), asset, its number there, factor and life."""

    family: str
    asset: str
    number: int
    record: Record
    home: Record
    factor: Fraction
    life: Fraction

    def column(self, year: int) -> Key:
        """Return the column of a build made in a year."""
        return (self.family, self.asset, self.number, year)

    def can_build(self, year: int) -> bool:
        """Whether the expansion and the asset it belongs to exist in the year."""
        return is_alive(self.record, year) and is_alive(self.home, year)

    def alive_builds(self, years: Iterable[int], year: int) -> list[int]:
        """Return the years whose builds still stand in the year."""
        return [built for built in years if built <= year < built + self.life and self.can_build(built)]


def list_expansions(world: World) -> list[Expansion]:
    """Return all expansions of sites (normalised) and links."""
    chips, glass = world.finance("compute_life", "5"), world.finance("link_life", "20")
    found = []
    for family, assets, life in (("k", world.sites, chips), ("b", world.links, glass)):
        for name, home in assets.items():
            factor = precision_factor(home) if family == "k" else Fraction(1)
            for number, record in enumerate(home.get("expansion", [])):
                found.append(Expansion(family, name, number, record, home, factor, life))
    return found


# --------------------------------------------------------------------------------------------- the programme


@dataclass(frozen=True)
class Index:
    """What every family ranges over: the admissible paths of each state, the expansions, the weights of the years."""

    world: World
    paths: dict[State, dict[Part, list[Path]]]
    expansions: list[Expansion]
    weights: dict[int, Fraction]

    def flows(self, state: State) -> Iterator[tuple[Key, Part, Path]]:
        """Yield the column, demand and path of every flow of a state."""
        for part, paths in self.paths[state].items():
            if amount(part, state.year):
                yield from ((("x", state, *part.key, path), part, path) for path in paths)

    def columns(self, part: Part, states: Iterable[State]) -> list[Key]:
        """Return the columns of a demand's flows in some states."""
        return [("x", state, *part.key, path) for state in states for path in self.paths[state][part]]

    def parts(self, year: int, *, training: bool) -> Iterator[Part]:
        """Yield the demands of a year that are (or are not) training."""
        for part in self.paths[State(year, 0, None)]:
            if amount(part, year) and (self.world.workloads[part.workload]["kind"] == "training") == training:
                yield part

    def built(self, family: str, asset: str, year: int) -> Iterator[Key]:
        """Yield the columns of the builds of an asset that stand in a year."""
        for expansion in self.expansions:
            if (expansion.family, expansion.asset) == (family, asset):
                yield from map(expansion.column, expansion.alive_builds(self.world.years, year))


def unserved_price(world: World, part: Part, year: int) -> Fraction | None:
    """Return the price of leaving a demand unserved, None where it is required."""
    price = world.workloads[part.workload]["unserved"]
    return None if price == "required" else at(price, year)


def flow_costs(index: Index) -> Iterator[tuple[Key, Fraction]]:
    """Σ ω/H · cost · x: opex, energy, premiums, fees and transit on the mean over the blocks."""
    for state in index.world.states:
        weight = index.weights[state.year] / len(index.world.blocks)
        for column, part, path in index.flows(state):
            yield column, weight * path_cost(index.world, part, path, state.year)


def unserved_costs(index: Index) -> Iterator[tuple[Key, Fraction]]:
    """Σ ω · price · u, over the blocks' mean for inference and traffic, once a year for training."""
    world = index.world
    for year in world.years:
        for training, blocks in ((False, list(world.blocks)), (True, [None])):
            for part in index.parts(year, training=training):
                price = unserved_price(world, part, year)
                for block in blocks if price is not None else ():
                    yield ("u", year, block, *part.key), index.weights[year] * price / len(blocks)


def build_costs(index: Index) -> Iterator[tuple[Key, Fraction]]:
    """Σ ω · (recovery · capex of the build year + opex) over the years a build stands; a lease has only opex."""
    rate = index.world.finance("discount_rate", "0.08")
    for expansion in index.expansions:
        record, recovery = expansion.record, capital_recovery(rate, expansion.life)
        for built in filter(expansion.can_build, index.world.years):
            standing = [y for y in index.world.years if built in expansion.alive_builds(index.world.years, y)]
            capex = recovery * at(record.get("capex", 0), built)
            yearly = (index.weights[year] * (capex + at(record.get("opex", 0), year)) for year in standing)
            yield expansion.column(built), sum(yearly, Fraction(0)) / expansion.factor


def demand_met(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_p x + u = q   for every inference or traffic demand and state."""
    for state in index.world.states:
        for part in index.parts(state.year, training=False):
            terms = dict.fromkeys(index.columns(part, [state]), 1.0)
            if unserved_price(index.world, part, state.year) is not None:
                terms["u", state.year, state.block, *part.key] = 1.0
            yield (state, *part.key), Row(terms, "=", float(amount(part, state.year)))


def training_volume(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_h 1/H Σ_p x + u = q   for every training demand and year."""
    world = index.world
    for year in world.years:
        states = [state for state in world.states if state.year == year]
        for part in index.parts(year, training=True):
            terms = dict.fromkeys(index.columns(part, states), 1 / len(world.blocks))
            if unserved_price(world, part, year) is not None:
                terms["u", year, None, *part.key] = 1.0
            yield (year, *part.key), Row(terms, "=", float(amount(part, year)))


def site_capacity(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ x into s - fill Σ k ≤ fill · compute   for every site in service and state."""
    for state, site, terms in site_flows(index):
        fill = index.world.fill("site_fill", state)
        terms |= {column: -float(fill) for column in index.built("k", site, state.year)}
        yield (state, site), Row(terms, "<", float(fill * site_compute(index.world, site, state.year)))


def site_power(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ pue · watts · x into s ≤ power   for every site in service with a limit and state."""
    for state, site, terms in site_flows(index):
        record = index.world.sites[site]
        if "power" in record:
            each = float(meter_mw(record, state.year))
            yield (state, site), Row(dict.fromkeys(terms, each), "<", float(at(record["power"], state.year)))


def site_flows(index: Index) -> Iterator[tuple[State, str, dict[Key, float]]]:
    """Yield for every state and site in service the flows that end there."""
    for state in index.world.states:
        into = defaultdict(dict)
        for column, _, path in index.flows(state):
            into[path.site][column] = 1.0
        for site in index.world.sites:
            if is_alive(index.world.sites[site], state.year):
                yield state, site, into[site]


def link_capacity(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ traffic · x over a - fill Σ b ≤ fill · capacity - committed   for every arc (half duplex: link) and state."""
    world = index.world
    for state in world.states:
        terms = arc_loads(index, state)
        fill = world.fill("link_fill", state)
        for name, link in world.links.items():
            if is_alive(link, state.year):
                room = fill * at(link["capacity"], state.year) - at(link.get("committed", 0), state.year)
                built = {column: -float(fill) for column in index.built("b", name, state.year)}
                for arc in link_arcs(link):
                    yield (state, name, arc), Row(terms[name, arc] | built, "<", float(room))


def link_arcs(link: Record) -> list[str]:
    """Return the nodes a link is left from, one row each; half duplex has one row for both."""
    return ["both"] if link.get("duplex") == "half" else list(link["ends"])


def arc_loads(index: Index, state: State) -> dict[Key, dict[Key, float]]:
    """Return Gbps per unit of flow on every arc of a state: out along the path, back against it."""
    found: dict[Key, dict[Key, float]] = defaultdict(dict)
    for column, part, path in index.flows(state):
        out, back = loads(index.world, part)
        for name, leaves in path.hops:
            link = index.world.links[name]
            (other,) = set(link["ends"]) - {leaves}
            for end, load in ((leaves, out), (other, back)):
                terms = found[name, "both" if link.get("duplex") == "half" else end]
                terms[column] = terms.get(column, 0.0) + float(load)
    return found


def build_limit(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ builds standing ≤ max   for every expansion with a limit and year."""
    for expansion in index.expansions:
        for year in index.world.years if "max" in expansion.record else ():
            columns = map(expansion.column, expansion.alive_builds(index.world.years, year))
            limit = at(expansion.record["max"], year) * expansion.factor
            yield (year, expansion.asset, expansion.number), Row(dict.fromkeys(columns, 1.0), "<", float(limit))


FAMILIES = (demand_met, training_volume, site_capacity, site_power, link_capacity, build_limit)
COSTS = (flow_costs, unserved_costs, build_costs)


def write_programme(world: World) -> Programme:
    """Return the LP of a world over all admissible simple paths."""
    paths = {state: admissible_paths(world, state) for state in world.states}
    index = Index(world, paths, list_expansions(world), year_weights(world))
    cost = {column: float(value) for term in COSTS for column, value in term(index)}
    return Programme(cost, {(family.__name__, *key): row for family in FAMILIES for key, row in family(index)})


def solve_programme(programme: Programme) -> tuple[str, np.ndarray, dict[Key, float]]:
    """Solve with HiGHS through scipy; return status, values in the order of the columns, and duals by row."""
    place = {column: number for number, column in enumerate(programme.cost)}
    # A column that does nothing keeps a programme without any other one a programme.
    costs = np.array([*programme.cost.values(), 0.0])
    blocks = {}
    for sense in "<=":
        rows = {key: row for key, row in programme.rows.items() if row.sense == sense}
        blocks[sense] = (rows, *as_matrix(rows.values(), place))
    (_, a_ub, b_ub), (_, a_eq, b_eq) = blocks["<"], blocks["="]
    exact = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
    result = linprog(costs, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, method="highs", options=exact)
    if result.status not in (0, 2):
        # Costs are never negative, so "unbounded or infeasible" of the presolve can only mean infeasible: ask again.
        options = {**exact, "presolve": False}
        result = linprog(costs, A_ub=a_ub, b_ub=b_ub, A_eq=a_eq, b_eq=b_eq, method="highs", options=options)
    status = {0: "optimal", 2: "infeasible"}[result.status]
    if status == "infeasible":
        return status, np.zeros(0), {}
    marginals = [*zip(blocks["<"][0], result.ineqlin.marginals, strict=True)]
    marginals += zip(blocks["="][0], result.eqlin.marginals, strict=True)
    return status, result.x[:-1], {key: float(value) for key, value in marginals}


def as_matrix(rows: Iterable[Row], place: Mapping[Key, int]) -> tuple[csr_array | None, np.ndarray | None]:
    """Return the rows as a sparse matrix and right-hand side, None where there are none."""
    rows = list(rows)
    if not rows:
        return None, None
    entries = [(number, place[column], value) for number, row in enumerate(rows) for column, value in row.terms.items()]
    at_row, at_column, values = zip(*entries, strict=True) if entries else ((), (), ())
    matrix = csr_array((np.array(values, float), (at_row, at_column)), shape=(len(rows), len(place) + 1))
    return matrix, np.array([row.rhs for row in rows])


def solve(topology: Record, demand: Record, scenario: Record) -> Solution:
    """Return the least-cost plan of a small world given as the mappings of its three files.

    The objective is in USD per year (the discounted sum for several years), penalties for unserved demand included.
    """
    world = World.read(topology, demand, scenario)
    programme = write_programme(world)
    status, answer, duals = solve_programme(programme)
    values = dict(zip(programme.cost, answer.tolist(), strict=True)) if status == "optimal" else {}
    objective = sum((programme.cost[column] * value for column, value in values.items()), 0.0 if values else math.nan)
    if status == "optimal" and not values:
        objective = 0.0
    served, demanded = tally(world, values)
    builds = {(key[3], key[1], key[2]): value for key, value in values.items() if key[0] in ("k", "b")}
    return Solution(status, objective, values, duals, served, demanded, builds)


def tally(world: World, values: Mapping[Key, float]) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return served and demanded per year, origin as written (``a-b`` for traffic) and workload, mean over blocks."""
    served: dict[Key, float] = {}
    demanded: dict[Key, float] = defaultdict(float)
    for part in split_demands(world):
        for year in world.years:
            key = (year, origin_name(part.origin, part.to), part.workload)
            demanded[key] += float(amount(part, year))
            served.setdefault(key, 0.0)
    for (family, *key), value in values.items():
        if family == "x":
            state, origin, workload, to, *_ = key
            served[state.year, origin_name(origin, to), workload] += value / len(world.blocks)
    return served, dict(demanded)


def origin_name(origin: str, to: str | None) -> str:
    """Return how a demand's origin is written in results."""
    return origin if to is None else f"{origin}-{to}"


# ------------------------------------------------------------------------------------------- checks of answers


def check_values(programme: Programme, values: Mapping[Key, float]) -> tuple[float, float]:
    """Return the cost of an answer and by how much it breaks its worst row (0 where it is feasible)."""
    worst = -min(values.values(), default=0.0)
    for row in programme.rows.values():
        excess = sum(c * values.get(column, 0.0) for column, c in row.terms.items()) - row.rhs
        worst = max(worst, abs(excess) if row.sense == "=" else excess)
    return sum(programme.cost[column] * value for column, value in values.items()), max(worst, 0.0)


def reduced_costs(programme: Programme, duals: Mapping[Key, float]) -> dict[Key, float]:
    """Return what every column costs more than the rows pay it at some prices."""
    reduced = dict(programme.cost)
    for key, row in programme.rows.items():
        for column, coefficient in row.terms.items():
            reduced[column] -= coefficient * duals.get(key, 0.0)
    return reduced


def check_duals(programme: Programme, duals: Mapping[Key, float]) -> tuple[float, float]:
    """Return the dual objective of prices and by how much they break their worst sign or reduced cost.

    By weak duality prices that break nothing prove their dual objective to be a lower bound over all simple paths.
    """
    total = sum(duals.get(key, 0.0) * row.rhs for key, row in programme.rows.items())
    wrong = max((duals.get(key, 0.0) for key, row in programme.rows.items() if row.sense == "<"), default=0.0)
    return total, max(wrong, -min(reduced_costs(programme, duals).values(), default=0.0), 0.0)
