"""The sets of the programme: states, sites, links, expansions, projects and rules, in numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass

INTACT = "intact"


@dataclass(frozen=True)
class FailureCase:
    """What is gone in a contingency: positions of links and sites."""

    name: str
    links: frozenset[int] = frozenset()
    sites: frozenset[int] = frozenset()


NOTHING = FailureCase(INTACT)


@dataclass(frozen=True, slots=True)
class State:
    """One situation the plan must work in: a year, an hour block, in a season where there are any, and what has failed.

    `block` is the position among the parts of the year that are told apart (`Case.slots`).
    """

    index: int
    year: int
    block: int
    failure: FailureCase = NOTHING

    @property
    def contingency(self) -> str:
        """Name of what has failed, ``intact`` where nothing has."""
        return self.failure.name

    @property
    def is_intact(self) -> bool:
        """Whether nothing has failed; only intact states cost anything."""
        return self.failure is NOTHING

    @property
    def key(self) -> tuple[int, int, str]:
        """Year, block and contingency."""
        return (self.year, self.block, self.contingency)

    @property
    def at(self) -> tuple[int, int]:
        """Year and block."""
        return (self.year, self.block)


@dataclass(frozen=True, slots=True)
class ExpansionCase:
    """One way to add capacity to a site (PFLOPS) or a link (Gbps).

    Attributes
    ----------
    asset
        position of the site or link
    position
        position among the asset's expansions, as in the file
    limit
        most that may stand, by year
    annuity_usd, opex_usd
        yearly cost of one unit, annualised capex and opex, by year of building
    capex_usd
        overnight cost of one unit, by year of building
    life
        years a build stays alive
    years
        years in which it may be built
    step
        size of one step, None where any amount may be built
    projects
        positions of the projects without which nothing is built: its own, its asset's
    embodied_kg
        carbon embodied in one unit, by year of its life
    owners
        the share of each country that pays for it
    """

    asset: int
    position: int
    limit: Mapping[int, float]
    annuity_usd: Mapping[int, float]
    opex_usd: Mapping[int, float]
    capex_usd: Mapping[int, float]
    life: int
    years: tuple[int, ...]
    step: float | None = None
    projects: tuple[int, ...] = ()
    embodied_kg: float = 0.0
    owners: Mapping[str, float] = field(default_factory=dict)

    def is_alive(self, built: int, year: int) -> bool:
        """Whether what was built in one year still stands in another."""
        return built <= year < built + self.life


@dataclass(frozen=True, slots=True)
class SiteCase:
    """A site in numbers by year; it has no compute where its status is not counted or it is not in service.

    Attributes
    ----------
    power_mw
        limit at the meter, by year and block
    idle_mw, used_mw
        MW at the meter of a PFLOPS installed, and of a PFLOPS in use beside that, by year
    usd_per_mw, carbon_kg_per_mw
        what a MW drawn all year costs and emits, by year and block
    water_m3_per_mw
        what it takes of water, by year
    embodied_kg_per_pflops
        carbon embodied in what stands, by year of its life
    owners
        the share of each country that pays for running it
    """

    id: str
    node: int
    country: str
    in_service: Mapping[int, bool]
    compute_pflops: Mapping[int, float]
    fill: Mapping[int, float]
    power_mw: Mapping[tuple[int, int], float] | None
    idle_mw: Mapping[int, float]
    used_mw: Mapping[int, float]
    usd_per_mw: Mapping[tuple[int, int], float]
    carbon_kg_per_mw: Mapping[tuple[int, int], float]
    water_m3_per_mw: Mapping[int, float]
    opex_usd_per_pflops: Mapping[int, float]
    fixed_cost_usd: Mapping[int, float]
    embodied_kg_per_pflops: float = 0.0
    project: int | None = None
    market: bool = False
    owners: Mapping[str, float] = field(default_factory=dict)

    def meter_mw(self, year: int, *, installed: float = 0.0, used: float = 0.0) -> float:
        """MW at the meter with so many PFLOPS installed and in use."""
        return self.idle_mw[year] * installed + self.used_mw[year] * used

    def energy_usd(self, at: tuple[int, int], *, installed: float = 0.0, used: float = 0.0) -> float:
        """USD a year of the energy with so many PFLOPS installed and in use, as in a year and block."""
        return self.meter_mw(at[0], installed=installed, used=used) * self.usd_per_mw[at]

    def carbon_kg(self, at: tuple[int, int], *, installed: float = 0.0, used: float = 0.0) -> float:
        """Carbon of a year, kg, with so many PFLOPS installed and in use, as in a year and block."""
        return self.meter_mw(at[0], installed=installed, used=used) * self.carbon_kg_per_mw[at]


@dataclass(frozen=True, slots=True)
class GroupCase:
    """Sites with common limits, by position; a limit that is not set is None."""

    id: str
    sites: tuple[int, ...]
    power_mw: Mapping[int, float] | None = None
    compute_pflops: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class MemberCase:
    """What may be asked of a member, by what stands on its soil; a limit that is not set is None.

    Attributes
    ----------
    sites
        positions of its own sites: what is rented on its soil is not among them
    capex_usd
        most that its part of builds may cost overnight, all years together
    hosted_pflops
        least that its sites host, by year
    opex_usd
        most that running them costs, by year
    """

    country: str
    sites: tuple[int, ...]
    capex_usd: float | None = None
    hosted_pflops: Mapping[int, float] | None = None
    opex_usd: Mapping[int, float] | None = None


@dataclass(frozen=True, slots=True)
class LinkCase:
    """A link in numbers by year; out of service it has no capacity and takes no traffic."""

    id: str
    in_service: Mapping[int, bool]
    capacity_gbps: Mapping[int, float]
    committed_gbps: Mapping[int, float]
    fill: Mapping[int, float]
    transit_usd_per_gbps: Mapping[int, float]
    project: int | None = None


@dataclass(frozen=True, slots=True)
class ProjectCase:
    """A project decided whole: built in one year, or not; it never retires.

    Attributes
    ----------
    year
        year in which it is built, if it is
    capex_usd
        overnight cost
    annuity_usd
        yearly cost of the capital, from that year on
    opex_usd
        yearly cost of keeping it, by year
    owners
        the share of each country that pays for it
    barred
        whether a rule on foreign stakes keeps it from being built
    """

    id: str
    year: int
    capex_usd: float
    annuity_usd: float
    opex_usd: Mapping[int, float]
    owners: Mapping[str, float] = field(default_factory=dict)
    barred: bool = False


@dataclass(frozen=True, slots=True)
class ShareCase:
    """A rule on how much of what is served is hosted in certain places.

    Attributes
    ----------
    name
        its id, or its number among the rules
    at_least
        share of the PFLOPS served
    hosts
        positions of the sites that count, by position of the demand
    """

    name: str
    at_least: float
    hosts: Mapping[int, frozenset[int]]
