"""Demands at their nodes, the rules that speak of them, and every simple path that these leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

import networkx as nx

from independent.chips import least_cluster, offered
from independent.reading import Failure, Key, Record, State, World, at, block_factor, quantity

Hop = tuple[str, str]
"""A link, and the node it is left from."""
LATENCY_MS_PER_KM = 2 * Fraction("0.0049")
EQUIPMENT_MS = Fraction("0.1")


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


def split_demands(world: World) -> list[Part]:
    """Spread the demands of a country over its nodes by weight; a node's own demand is one part."""
    parts = []
    for row in world.demands:
        weights = spread_weights(world, row["origin"])
        total = sum(weights.values())
        for node, weight in weights.items():
            if weight:
                names = (row["origin"], row["workload"], row.get("to"), node, world.country(node))
                parts.append(Part(*names, row.get("share", 1) * weight / total, row))
    return parts


def spread_weights(world: World, origin: str) -> dict[str, Fraction]:
    """Weigh an origin's nodes: if any of the country has a weight the missing ones are 0, otherwise all are 1."""
    if origin in world.nodes:
        return {origin: Fraction(1)}
    inside = {node: record for node, record in world.nodes.items() if record["country"] == origin}
    default = 0 if any("weight" in record for record in inside.values()) else 1
    return {node: quantity(record.get("weight", default)) for node, record in inside.items()}


def has_kind(world: World, part: Part, kind: str) -> bool:
    """Whether a demand is inference, training or traffic (Gbps between two nodes rather than compute)."""
    return bool(world.workloads[part.workload]["kind"] == kind)


def amount(world: World, part: Part, year: int) -> Fraction:
    """Return what a part asks for in a year on average, PFLOPS (Gbps for traffic)."""
    return sum((world.share(block) * level(world, part, year, block) for block in world.blocks), Fraction(0))


def level(world: World, part: Part, year: int, block: int) -> Fraction:
    """Return what a part asks for in a block of a year, the rhythm of the day aside; outside its window nothing."""
    if not world.runs(part.row, year, block):
        return Fraction(0)
    return part.share * world.growing_in(part.row.get("compute", part.row.get("rate")), year, block)


def amount_in(world: World, part: Part, state: State) -> Fraction:
    """Return what a part asks for in a state, by its local time; the most of a year's training one block can take."""
    if has_kind(world, part, "training"):
        return amount(world, part, state.year) / world.share(state.block)
    rhythm = block_factor(world, world.workloads[part.workload], part.node, state.block)
    return level(world, part, state.year, state.block) * rhythm


def kept_share(world: World, part: Part) -> Fraction:
    """Return the share of what the intact state serves that must survive any contingency; training waits."""
    workload = world.workloads[part.workload]
    return Fraction(0) if has_kind(world, part, "training") else quantity(workload.get("survives", 0))


def is_active(world: World, part: Part, state: State) -> bool:
    """Whether a demand asks for anything in a state: in contingencies only with a share to survive."""
    runs = world.runs(part.row, state.year, state.block)
    return runs and bool(amount_in(world, part, state)) and (state.contingency is None or kept_share(world, part) > 0)


# -------------------------------------------------------------------------------------------------- rules


def residency_rule(world: World, part: Part) -> Record:
    """Return the first residency rule whose every given field matches; without one any site will do."""
    return next((rule for rule in world.policy("residency") if matches(world, rule, part)), {"hosts": "any"})


def matches(world: World, rule: Record, part: Part) -> bool:
    """Whether origin, workload and data of a rule, each where given, are those of the demand."""
    facts = {"workload": part.workload, "data": world.workloads[part.workload].get("data")}
    return speaks_of(rule, part) and all(fact in rule[field] for field, fact in facts.items() if field in rule)


def speaks_of(rule: Record, part: Part) -> bool:
    """Whether a rule's origin, if it has one, names the demand's node or country."""
    return bool({part.country, part.node} & set(rule.get("origin", [part.node])))


def names_host(world: World, hosts: Any, part: Part, site: str) -> bool:
    """Whether a list of hosts (countries, ``site:id``, or the words any and home) names the site."""
    if hosts == "any":
        return True
    if hosts == "home":
        return world.host(site) == part.country
    groups = {f"group:{name}" for name, group in world.groups.items() if site in group["sites"]}
    return bool({world.host(site), f"site:{site}", *groups} & set(hosts))


def is_allowed(world: World, part: Part, site: str, year: int) -> bool:
    """Whether the demand may be served at the site in the year: service, kind, offers, residency, its own hosts."""
    record, workload = world.sites[site], world.workloads[part.workload]
    return (
        world.is_alive(record, year)
        and workload["kind"] in record.get("serves", ["inference", "training"])
        and set(workload.get("requires", [])) <= offered(record)
        and least_cluster(workload, record) is not None
        and names_host(world, residency_rule(world, part)["hosts"], part, site)
        and names_host(world, part.row.get("hosts", "any"), part, site)
    )


def avoided(world: World, part: Part) -> set[str]:
    """Return the countries no node strictly inside a path of the demand may lie in; everybody else's avoids none."""
    if world.workloads[part.workload].get("background"):
        return set()
    return {country for rule in world.policy("transit") if speaks_of(rule, part) for country in rule["avoid"]}


# -------------------------------------------------------------------------------------------------- paths


def link_rtt(link: Record) -> Fraction:
    """Return the RTT of a link as given, else from its length."""
    if "rtt" in link:
        return quantity(link["rtt"])
    return LATENCY_MS_PER_KM * quantity(link["length"]) + EQUIPMENT_MS


def counted_rtt(world: World, link: Record) -> Fraction:
    """Return what a link adds to a path: more than its own where the scenario counts as a backbone shows it."""
    is_glass = link.get("kind", "terrestrial") in ("terrestrial", "submarine") and not link.get("rtt_measured", False)
    if world.scenario.get("latency", "planning") == "glass" or not is_glass:
        return link_rtt(link)
    return quantity(world.topology.get("latency", {}).get("factor", "1.22")) * link_rtt(link)


def way_rtt(world: World, hops: Sequence[Hop], rtts: Mapping[str, Fraction], year: int, ends: set[str]) -> Fraction:
    """Return the RTT over links: once for the path, and no less than what was measured between the countries."""
    mode = world.scenario.get("latency", "planning")
    if not hops:
        return Fraction(0)
    once = Fraction(0) if mode == "glass" else quantity(world.topology.get("latency", {}).get("once", "6.7 ms"))
    floors = [
        at(each["rtt"], year)
        for each in world.topology.get("peering", [])
        if mode == "seen" and set(each["between"]) == ends
    ]
    return max([once + sum(rtts[link] for link, _ in hops), *floors])


def sells_through(world: World, node: str, ends: set[str]) -> bool:
    """Whether a path between two countries may lead through a node."""
    country = world.country(node)
    terms = world.topology.get("countries", {}).get(country, {})
    return "through" not in world.nodes[node] and (country in ends or "through" not in terms)


def link_graph(world: World, year: int) -> nx.MultiGraph:
    """Return the links alive in a year as a multigraph, keyed by link id."""
    graph = nx.MultiGraph()
    graph.add_nodes_from(world.nodes)
    for name, link in world.links.items():
        if world.is_alive(link, year):
            graph.add_edge(*link["ends"], key=name)
    return graph


def simple_routes(graph: nx.MultiGraph, start: str, end: str) -> list[tuple[tuple[str, str], ...]]:
    """Return every simple path as its hops (link, node it leaves from); from a node to itself only the empty one."""
    if start == end:
        return [()]
    routes = nx.all_simple_edge_paths(graph, start, end)
    return [tuple((link, leaves) for leaves, _, link in route) for route in routes]


def list_paths(world: World) -> dict[State, dict[Part, list[Path]]]:
    """Return the paths of every state and demand: those of the year that nothing broken lies on."""
    found: dict[State, dict[Part, list[Path]]] = {}
    for year in world.years:
        intact = admissible_paths(world, year)
        for state in (state for state in world.states if state.year == year):
            failure = world.failures[state.contingency] if state.contingency else Failure(frozenset(), frozenset())
            found[state] = {
                part: [path for path in paths if is_whole(path, failure)]
                for part, paths in intact.items()
                if is_active(world, part, state)
            }
    return found


def is_whole(path: Path, failure: Failure) -> bool:
    """Whether neither the site nor any link of a path is gone."""
    return path.site not in failure.sites and failure.links.isdisjoint(link for link, _ in path.hops)


def admissible_paths(world: World, year: int) -> dict[Part, list[Path]]:
    """Return for every demand all simple paths that latency, transit, usable_by and hosting allow in a year."""
    graph = link_graph(world, year)
    rtts = {name: counted_rtt(world, link) for name, link in world.links.items() if world.is_alive(link, year)}
    found = {}
    for part in split_demands(world):
        limits = list(rtt_limits(world.workloads[part.workload]))
        paths = list(all_paths(world, part, year, graph, rtts))
        found[part] = [path for path in paths if all(path.rtt_ms <= limit for limit in limits)]
    return found


def rtt_limits(workload: Record) -> Iterator[Fraction]:
    """Yield the round trips that work bears, ms: its own limit, and what a deadline leaves after sending and work."""
    if "max_rtt" in workload:
        yield quantity(workload["max_rtt"])
    if "job" in workload:
        job = {key: quantity(value) for key, value in workload["job"].items()}
        sent = job["payload"] * 8 / job["rate"]
        worked = job["work"] / (job["takes"] * job.get("utilisation", Fraction(4, 5)))
        yield job["deadline"] - 1000 * (sent + worked)


def all_paths(
    world: World, part: Part, year: int, graph: nx.MultiGraph, rtts: Mapping[str, Fraction]
) -> Iterator[Path]:
    """Yield a demand's paths whatever their latency."""
    access = quantity(part.row.get("access_rtt", world.nodes[part.node].get("access_rtt", 0)))
    shunned = avoided(world, part)
    ends: dict[str | None, Any]
    if has_kind(world, part, "traffic"):
        ends = {None: part.to}
    else:
        ends = {site: world.sites[site]["node"] for site in world.sites if is_allowed(world, part, site, year)}
    for site, end in ends.items():
        for hops in simple_routes(graph, part.node, end):
            ends = {part.country, world.country(end)}
            inside = {world.country(leaves) for _, leaves in hops[1:]}
            through = all(sells_through(world, leaves, ends) for _, leaves in hops[1:])
            usable = all(part.country in world.links[link].get("usable_by", [part.country]) for link, _ in hops)
            if world.workloads[part.workload].get("background"):  # it waits for no project
                usable = usable and not any("project" in world.links[link] for link, _ in hops)
            if usable and through and not inside & shunned:
                yield Path(site, hops, access + way_rtt(world, hops, rtts, year, ends))
