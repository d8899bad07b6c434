"""The round trips that a topology gives against measured ones: how many are right, and why others are not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import inf, log
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from planner.errors import UsageError
from planner.files.reading.measured import read_measured
from planner.latency import fibre_rtt_ms, route_km
from planner.network import latency_factors, link_rtt_ms
from planner.plan import phrases
from planner.studies.survey.routes import Ways

if TYPE_CHECKING:
    from planner.files.reading.measured import MeasuredPair
    from planner.latency import Latency
    from planner.plan.templates import Phrase
    from planner.studies.survey.routes import Route
    from planner.topology import Topology

NEAR = 0.25
"""A round trip is right that lies within this share of the one measured."""
LONGER = 1.6
"""Up to this ratio to glass longer cables, hops and routers explain a measurement; beyond it is policy."""
EDGES_MS = 10.0
"""So much may the two ends of a path, with their metropolitan networks and routers, add."""


@dataclass(frozen=True)
class CheckedPair:
    """A measured pair beside what the topology gives; no `planned_ms` where no way leads from the one to the other."""

    a: str
    b: str
    measured_ms: float
    planned_ms: float | None
    year: int
    cause: str
    """Why the two differ, as far as the way tells."""

    @property
    def error(self) -> float:
        """Share by which the planned round trip is longer than the measured one, below zero where it is shorter."""
        return inf if self.planned_ms is None else self.planned_ms / self.measured_ms - 1

    @property
    def is_near(self) -> bool:
        """Whether the round trip is right to a quarter of what was measured."""
        return abs(self.error) <= NEAR

    @property
    def badness(self) -> float:
        """How far off it is, as much for twice as for half."""
        return inf if not self.planned_ms else abs(log(self.planned_ms / self.measured_ms))


@dataclass(frozen=True)
class LatencyCheck:
    """A topology's round trips against measured ones.

    Attributes
    ----------
    latency
        the rule by which round trips are counted
    checked
        the pairs, the worst first
    left_out
        pairs of which the topology lacks a place, or that are one place
    """

    latency: Latency
    checked: tuple[CheckedPair, ...]
    left_out: tuple[MeasuredPair, ...]

    @property
    def pairs(self) -> int:
        """Number of pairs that were compared."""
        return len(self.checked)

    @property
    def within_25(self) -> int:
        """Number of pairs that are right to a quarter of what was measured."""
        return sum(pair.is_near for pair in self.checked)

    @property
    def share(self) -> float:
        """Share of pairs that are right to a quarter."""
        return self.within_25 / self.pairs

    @property
    def median_error(self) -> float | None:
        """Median of the errors, below zero where the topology is too quick; None where no pair has a way."""
        errors = [pair.error for pair in self.checked if pair.planned_ms is not None]
        return median(errors) if errors else None


def check_latency(
    topology: Topology,
    measured: Path | str | Iterable[MeasuredPair],
    latency: Latency = "planning",
    year: int | None = None,
) -> LatencyCheck:
    """Compare the round trips of a topology with measured ones, a CSV table or pairs.

    Each pair is compared with the network of the year that it was measured in; of `year` where one is given, and by
    default, where the pair tells none, of the first year in which all that is said to operate does.

    Raises
    ------
    InputError
        where the table is wrong
    UsageError
        where the topology has both places of no pair
    """
    pairs = read_measured(measured) if isinstance(measured, Path | str) else tuple(measured)
    left_out = [pair for pair in pairs if not _is_known(topology, pair)]
    ways: dict[int | None, Ways] = {}
    found = []
    for pair in pairs:
        if pair not in left_out:
            when = pair.year if year is None else year
            if when not in ways:
                ways[when] = Ways(topology, when, latency)
            found.append(_check(ways[when], pair))
    if not found:
        raise UsageError("the topology has both places of none of the pairs: name its nodes, or site:ids")
    found.sort(key=lambda pair: (-pair.badness, pair.a, pair.b))
    return LatencyCheck(latency, tuple(found), tuple(left_out))


def _is_known(topology: Topology, pair: MeasuredPair) -> bool:
    """Tell whether the topology has both places, and they are two."""
    places = [
        word if word in topology.nodes else topology.sites[word.removeprefix("site:")].node
        for word in (pair.a, pair.b)
        if word in topology.nodes or word.removeprefix("site:") in topology.sites
    ]
    return len(set(places)) == 2


def _check(ways: Ways, pair: MeasuredPair) -> CheckedPair:
    try:
        route = ways.find(pair.a, pair.b)
    except UsageError:
        missing = phrases.NO_LINKED_WAY.say(start=ways.place(pair.a), end=ways.place(pair.b))
        return CheckedPair(pair.a, pair.b, pair.ms, None, ways.year, missing)
    return CheckedPair(pair.a, pair.b, pair.ms, route.rtt_ms, ways.year, _Cause(ways, pair.ms, route).say())


@dataclass(frozen=True)
class _Cause:
    """Why a way takes another round trip than was measured: only what its links, places and records show."""

    ways: Ways
    measured_ms: float
    route: Route

    def say(self) -> str:
        """Return the cause in a line."""
        if self.measured_ms < self.route.ideal_ms:
            return phrases.BELOW_GLASS.say(least=self.route.ideal_ms)
        error = self.route.rtt_ms / self.measured_ms - 1
        if abs(error) <= NEAR:
            return phrases.RIGHT_TO_A_QUARTER.say()
        return next(self._of_too_quick() if error < 0 else self._of_too_slow())

    def _of_too_quick(self) -> Iterator[str]:
        short, ratio = self.measured_ms - self.route.rtt_ms, self.measured_ms / self.route.glass_ms
        if self.ways.latency == "glass" and abs(self._as_planned / self.measured_ms - 1) <= NEAR:
            yield phrases.GLASS_ALONE.say(rtt_ms=self._as_planned)
        if short <= EDGES_MS and ratio > LONGER:
            yield phrases.ENDS_ADD.say(short=short)
        if self._shortcut is not None:
            yield phrases.LAND_SHORTCUT.say(passed=self._shortcut[0], rtt_ms=self._shortcut[1])
        if self.route.floor_ms is not None:
            yield phrases.RECORD_TOO_LOW.say(floor=self.route.floor_ms, **self._countries)
        if ratio <= LONGER:
            yield phrases.LONGER_CABLE.say(ratio=ratio)
        if len(self._ends) == 2:
            yield self._elsewhere.say(ratio=ratio, **self._countries)
        yield phrases.UNKNOWN_SHORT.say(ratio=ratio)

    @property
    def _elsewhere(self) -> Phrase:
        """What is said of traffic between two countries that goes elsewhere."""
        if self.ways.latency != "seen":
            return phrases.NOT_COUNTED
        return phrases.PASSED_RECORD if self._ends in self.ways.topology.peering_rtt else phrases.NO_RECORD

    def _of_too_slow(self) -> Iterator[str]:
        if self.route.floor_ms is not None:
            yield phrases.RECORD_TOO_HIGH.say(floor=self.route.floor_ms, **self._countries)
        factors = self.ways.factors
        direct = fibre_rtt_ms(route_km(self.route.distance_km, "terrestrial"))
        rule = factors.of_link(direct, "terrestrial", measured=False) + factors.once_ms
        if rule <= self.measured_ms * (1 + NEAR):
            yield phrases.DETOUR.say(detour=self.route.km / max(self.route.distance_km, 1.0), rtt_ms=rule)
        links = [self.ways.topology.links[key] for key in self.route.links]
        given = max((link for link in links if link.rtt_given), key=lambda link: link.rtt_ms, default=None)
        if given is not None:
            yield phrases.GIVEN_TOO_HIGH.say(link=given.id, rtt_ms=given.rtt_ms)
        yield phrases.UNKNOWN_LONG.say()

    @property
    def _as_planned(self) -> float:
        """Round trip of the same way as planning counts it."""
        topology = self.ways.topology
        factors = latency_factors(topology, "planning")
        return factors.once_ms + sum(link_rtt_ms(topology.links[key], factors) for key in self.route.links)

    @cached_property
    def _shortcut(self) -> tuple[str, float] | None:
        """A country passed over land, or a land link, without which the way would be right; and its round trip then."""
        found = [
            (abs(log(rtt / self.measured_ms)), name, rtt)
            for name, links in self._crossings()
            if (rtt := self._without(links)) < inf and abs(rtt / self.measured_ms - 1) <= NEAR
        ]
        return min(found)[1:] if found else None

    def _crossings(self) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield what could be a shortcut: third countries with all their land links, and single land links."""
        topology = self.ways.topology
        land = {key for key in self.route.links if topology.links[key].kind == "terrestrial"}
        passed = {topology.nodes[end].country for key in land for end in topology.links[key].ends} - self._ends
        for country in sorted(passed):
            yield country, frozenset(key for key, link in topology.links.items() if link.kind == "terrestrial"
                                     and country in {topology.nodes[end].country for end in link.ends})  # fmt: skip
        for key in sorted(land):
            yield key, frozenset({key})

    def _without(self, links: frozenset[str]) -> float:
        """Return the round trip of the quickest way once links are gone; infinite where there is none."""
        try:
            return self.ways.without(links).find(self.route.nodes[0], self.route.nodes[-1]).rtt_ms
        except UsageError:
            return inf

    @cached_property
    def _ends(self) -> frozenset[str]:
        """Countries of the two ends."""
        nodes = self.ways.topology.nodes
        return frozenset(nodes[key].country for key in (self.route.nodes[0], self.route.nodes[-1]))

    @property
    def _countries(self) -> dict[str, str]:
        return {"country": min(self._ends), "other": max(self._ends)}
