"""The question: which topology and demand, whose plan, which years, rules and limits."""

from __future__ import annotations

from collections.abc import Iterator
from math import isclose
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field

from planner.finance import Finance
from planner.latency import Latency
from planner.policy import Policy
from planner.records import (
    Broken,
    Country,
    Derived,
    Identifier,
    Quantity,
    Range,
    Record,
    Titled,
    Word,
    Year,
    YearlyNumber,
)
from planner.seasons import DAYS
from planner.topology import Source
from planner.years import Yearly

HOURS = (1, 2, 3, 4, 6, 8, 12, 24)
"""Blocks into which a day can be cut evenly."""
CONTINGENCY_GROUPS = ("links", "cables", "sites", "risks")
"""Words for all contingencies of one sort, each failing alone."""

Objective = Literal["cost", "served", "compute", "latency", "carbon", "peak_utilisation"]
CountedStatus = Literal["operating", "building", "planned"]


def _in_order(statuses: tuple[CountedStatus, ...]) -> tuple[CountedStatus, ...]:
    """Statuses from the surest to the least sure: they are a set, whose order in the file says nothing."""
    return tuple(status for status in get_args(CountedStatus) if status in statuses)


_ONE = Yearly.flat(1.0)
FILL = Range(0, 1, open_low=True)


class Community(Record):
    """The countries whose plan it is: floors, member tables, sizing and sharing speak of them."""

    members: tuple[Country, ...] = ()
    """The member countries; by default every country that asks for something."""
    target_pflops: Annotated[float, Quantity("pflops")] | None = Field(default=None, alias="target", gt=0)
    """The size of pool the community speaks of, PFLOPS."""


class MemberLimits(Record):
    """What a plan may ask of one member, by what stands on its soil."""

    capex_usd: Annotated[float, Quantity("usd")] | None = Field(default=None, alias="capex", ge=0)
    """Most that builds on its soil may cost overnight, links half at each end, USD."""
    hosted_min_pflops: Annotated[YearlyNumber, Quantity("pflops")] | None = Field(default=None, alias="hosted_min")
    """Least that its sites have to host, PFLOPS in use as mean over the year, where nothing has failed."""
    opex_usd: Annotated[YearlyNumber, Quantity("usd_per_year")] | None = Field(default=None, alias="opex")
    """Most that running its sites may cost in a year: opex, energy and fixed cost, USD."""


class Limits(Record):
    """What a plan may not exceed."""

    sites: Annotated[int, Field(ge=0)] | None = None
    """Most sites in use."""
    capex_usd: Annotated[float, Quantity("usd")] | None = Field(default=None, alias="capex", ge=0)
    """Most that all builds and projects together may cost overnight, USD."""
    carbon_kg: Annotated[YearlyNumber, Quantity("kg_per_year")] | None = Field(default=None, alias="carbon")
    """Most carbon in each year, kg."""
    embodied: bool = False
    """Whether the carbon embodied in machines, spread over their life, counts in that limit."""
    site_fill: Annotated[YearlyNumber, FILL] = _ONE
    """Share of a site's compute to plan with in the intact state."""
    link_fill: Annotated[YearlyNumber, FILL] = _ONE
    """Share of a link's capacity to plan with in the intact state."""
    members: dict[Country, MemberLimits] = Field(default_factory=dict)
    """What the plan may ask of single members, by country."""

    def rules(self) -> Iterator[Broken]:
        """Yield the faults of fills outside 0..1."""
        yield from super().rules()
        for key, fill in (("site_fill", self.site_fill), ("link_fill", self.link_fill)):
            if not all(0 < value <= 1 for _, value in fill.points):
                yield Broken(key, "is outside 0..1", "write a share above 0 and up to 1, such as 0.8")


class Variant(Titled):
    """A scenario with named changes: what is taken away, then added, then set."""

    extends: Identifier | None = None
    """The variant whose changes come first."""
    remove: tuple[str, ...] = ()
    """Ids with their prefix: link: site: cable: node: risk: rule:."""
    add: dict[str, Any] = Field(default_factory=dict)
    """New records by section."""
    set: dict[str, Any] = Field(default_factory=dict)
    """New values by dotted path into the scenario or its files."""


class Scenario(Titled):
    """One question to the planner."""

    id: Annotated[str, Derived()] = ""
    extends: str | None = None
    """Another scenario file whose words hold where this one is silent."""
    sources: dict[str, Source] = Field(default_factory=dict)
    """Where the scenario's own records come from."""
    topology: tuple[str, ...] = Field(min_length=1)
    """Topology files, merged in order; paths are relative to the scenario."""
    demand: tuple[str, ...] = Field(min_length=1)
    """Demand files, merged in order; paths are relative to the scenario."""
    community: Community = Community()
    """Whose plan it is."""
    years: Annotated[tuple[Year, ...], Word("years")] = Field(min_length=1)
    """Years to plan for, ascending: [2026, 2030] or 2026-2035."""
    count: Annotated[tuple[CountedStatus, ...], AfterValidator(_in_order)] = ("operating", "building")
    """Statuses of sites that exist; a candidate counts only through its expansions."""
    hours: Annotated[int, Word("hours")] | None = None
    """Blocks of the day; default: 24 if any profile is not flat, else 1."""
    seasons: dict[Identifier, Annotated[float, Quantity("days"), Field(gt=0)]] = Field(default_factory=dict)
    """Parts of the year with their days, 365 in all: {winter: 150 days, summer: 215 days}; default: none."""
    objective: Annotated[tuple[Objective, ...], Word("one_or_more")] = Field(default=("cost",), min_length=1)
    """What is best: one word, or several in order of weight."""
    latency: Latency = "planning"
    """How round trips are counted: as glass, as a backbone shows them, or as seen where networks meet elsewhere."""
    finance: Finance = Finance()
    """How money over time is compared."""
    policy: Policy = Policy()
    """Residency, transit and floors."""
    limits: Limits = Limits()
    """Budgets and fills."""
    contingencies: Annotated[tuple[str, ...], Word("contingencies")] = ()
    """What may fail: none, links, cables, sites, risks, or names with their prefix."""
    variants: dict[str, Variant] = Field(default_factory=dict)
    """Named changes."""
    demand_scale: Annotated[dict[str, Annotated[float, Field(ge=0)]], Derived()] = Field(default_factory=dict)
    """Factors on demand by country, node or workload; the empty key means everything."""

    @property
    def asks_for_more(self) -> bool:
        """Whether something has work served, or hosted somewhere, that money alone might not: such work may be dear."""
        members = self.limits.members.values()
        return self.policy.asks_for_more or any(limits.hosted_min_pflops is not None for limits in members)

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of seasons that do not add up to a year."""
        yield from super().rules()
        days = sum(self.seasons.values())
        if self.seasons and not isclose(days, DAYS, abs_tol=1e-6):
            yield Broken("seasons", f"have {days:g} days together", f"write days that add up to {DAYS:g}")
