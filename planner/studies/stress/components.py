"""What may fail by itself, how often it is down, and what goes with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.admissibility import in_service
from planner.programme.failures import find_failure
from planner.reliability import DEFAULT_RATES, unavailability

if TYPE_CHECKING:
    from planner.engine.losses import Asset
    from planner.files import Inputs
    from planner.programme.case import Case
    from planner.topology import Link, Topology


@dataclass(frozen=True)
class Breakable:
    """Something that fails as one.

    Attributes
    ----------
    name
        with its prefix: link:x, cable:y, site:z, risk:r
    assets
        links and sites that go with it
    fails_per_year, repair_hours
        how often it fails by itself and how long that takes to repair; None where nobody says so
    assumed
        whether either figure is the default of its kind
    """

    name: str
    assets: frozenset[Asset]
    fails_per_year: float | None = None
    repair_hours: float | None = None
    assumed: bool = False

    @property
    def down(self) -> float:
        """Share of time for which it is down by itself; 0 where it does not fail by itself."""
        if not self.fails_per_year or not self.repair_hours:
            return 0.0
        return unavailability(self.fails_per_year, self.repair_hours)


def list_breakable(inputs: Inputs, case: Case, year: int) -> tuple[Breakable, ...]:
    """Return every link, cable, site and risk that stands in a year, each failing alone, by name.

    Links fail by themselves as their file says, else as is assumed of their kind; sites and risks only where their file
    says so; a cable fails segment by segment, and as a whole only when it is asked what if.
    """
    return tuple(sorted(_list(inputs.topology, case, year), key=lambda each: each.name))


def _list(topology: Topology, case: Case, year: int) -> Iterator[Breakable]:
    def assets(name: str) -> frozenset[Asset]:
        failure = find_failure(name, topology, case.network)
        links = {("link", position) for position in failure.links if case.links[position].in_service[year]}
        sites = {("site", position) for position in failure.sites if case.sites[position].in_service[year]}
        return frozenset(links | sites)

    for key, link in topology.links.items():
        if in_service(link, year):
            yield Breakable(f"link:{key}", assets(f"link:{key}"), *_rate(link))
    for key in topology.cables:
        if found := assets(f"cable:{key}"):
            yield Breakable(f"cable:{key}", found)
    for key, site in topology.sites.items():
        if found := assets(f"site:{key}"):
            yield Breakable(f"site:{key}", found, site.fails_per_year, site.repair_hours)
    for key, risk in topology.risks.items():
        if found := assets(f"risk:{key}"):
            yield Breakable(f"risk:{key}", found, risk.fails_per_year, risk.repair_hours)


def _rate(link: Link) -> tuple[float | None, float | None, bool]:
    """Faults a year, hours of repair, and whether any of them is assumed."""
    default = DEFAULT_RATES.get(link.kind)
    rate, repair = link.fails_per_year, link.repair_hours
    assumed = default is not None and (rate is None or repair is None)
    if default is not None:
        rate = default.per_1000_km * link.length_km / 1000 if rate is None else rate
        repair = default.repair_hours if repair is None else repair
    return rate, repair, assumed
