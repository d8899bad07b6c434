"""The supply side: nodes, sites, links, cables, projects and risks, as frozen models.

Every figure is in its inside unit; compute, and every price or power per compute, is normalised to dense BF16.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Literal

from pydantic import Field

from planner.accelerator import Precision, general_factor
from planner.expansions import Lasting, LinkExpansion, SiteExpansion
from planner.places import Background, CountryTerms, LatencyRule, Node, Peering, Region
from planner.profiles import profile_faults
from planner.records import (
    Broken,
    BySeason,
    Country,
    Derived,
    Identifier,
    Named,
    Owned,
    Quantity,
    Range,
    Record,
    RepeatableList,
    Share,
    Titled,
    Year,
    YearlyNumber,
)
from planner.reliability import Failing, FailingWhole
from planner.segments import Pair, pairs_in
from planner.years import Yearly

Status = Literal["operating", "building", "planned", "candidate"]
LinkKind = Literal["terrestrial", "submarine", "microwave", "satellite"]
WorkKind = Literal["inference", "training"]
Landings = Annotated[tuple[Identifier, ...], RepeatableList()]
_ZERO = Yearly.flat(0.0)
_ONE = Yearly.flat(1.0)


class Source(Titled):
    """Where figures come from."""

    id: Annotated[str, Derived()] = ""
    year: Year | None = None
    """The year it was published."""
    url: str | None = None
    """Where it can be read."""
    publisher: str | None = None
    """Who published it."""
    author: str | None = None
    """Who wrote it."""
    licence: str | None = None
    """The terms under which its figures may be used."""
    accessed: str | None = None
    """The day it was read."""


class Site(Named, Lasting, Owned, FailingWhole):
    """A data centre at a node: one kind of machine."""

    id: Annotated[str, Derived()] = ""
    node: Identifier
    """The node it stands at."""
    status: Status
    """operating, building, planned or candidate: which of them count is the scenario's to say."""
    market: bool = False
    """Whether its compute is rented on a market, paid by opex as it is used: no site of anybody's community."""
    groups: Annotated[frozenset[str], Derived()] = frozenset()
    """The groups of sites that it belongs to."""
    serves: frozenset[WorkKind] = frozenset({"inference", "training"})
    """Kinds of work it takes."""
    offers: frozenset[Identifier] = frozenset()
    """What its machines can do; workloads may require it."""
    compute_pflops: Annotated[YearlyNumber, Quantity("pflops")] = Field(alias="compute")
    """Installed compute, dense BF16 PFLOPS."""
    published_compute: Annotated[str, Derived()] = ""
    """The compute as its source quotes it, in the source's own precision."""
    precision: Precision = "bf16"
    """The precision in which the record's figures per PFLOPS are quoted."""
    sparse: bool = False
    """Whether they are quoted with 2:4 sparsity."""
    accelerators: dict[str, Annotated[int, Field(ge=1)]] | None = None
    """Cards by chip of the catalogue, in place of `compute`."""
    chip: Identifier | None = None
    """The chip of the catalogue that its machines are of, beside `compute`: its own factors and power hold."""
    chip_factor: Annotated[float | None, Derived()] = None
    """What a PFLOPS as quoted is worth in dense BF16 ones by the named chip; None where none is named."""
    card_pflops: Annotated[float | None, Derived()] = None
    """Dense BF16 PFLOPS of one card; None where its chip is not known."""
    power_mw: Annotated[YearlyNumber, Quantity("mw"), BySeason()] | None = Field(default=None, alias="power")
    """Limit at the meter: IT power times pue of the compute in use and idle, MW."""
    pue: Annotated[YearlyNumber, Range(1)] = _ONE
    """Power at the meter per IT power."""
    watts_kw_per_pflops: Annotated[float, Quantity("kw_per_pflops")] = Field(default=0.0, alias="watts", ge=0)
    """IT power per PFLOPS at its nameplate, kW."""
    load: Share = 1.0
    """Power of a machine that works, as a share of its nameplate."""
    idle: Share = 0.0
    """Power of a machine that waits for work, as a share of its nameplate."""
    electricity_usd_per_kwh: Annotated[YearlyNumber, Quantity("usd_per_kwh"), BySeason()] = Field(
        default=_ZERO, alias="electricity"
    )
    """Tariff, USD per kWh; with the rhythm of the day as {price: 0.05 USD/kWh, profile: [24 local-hour factors]}."""
    electricity_profile: Annotated[tuple[float, ...] | None, Derived()] = None
    """24 local-hour factors of the tariff; None where it is the same all day."""
    carbon_g_per_kwh: Annotated[YearlyNumber, Quantity("g_per_kwh"), BySeason()] = Field(default=_ZERO, alias="carbon")
    """Carbon intensity of its electricity, g per kWh; with the rhythm of the day as {intensity: …, profile: …}."""
    carbon_profile: Annotated[tuple[float, ...] | None, Derived()] = None
    """24 local-hour factors of the carbon intensity; None where it is the same all day."""
    embodied_kg_per_pflops: Annotated[float, Quantity("kg_per_pflops")] = Field(default=0.0, alias="embodied", ge=0)
    """Carbon embodied in its machines, kg per PFLOPS; spread over their life."""
    water_l_per_kwh: Annotated[YearlyNumber, Quantity("l_per_kwh")] = Field(default=_ZERO, alias="water")
    """Water that it takes for cooling, litres per kWh at the meter."""
    opex_usd_per_pflops: Annotated[YearlyNumber, Quantity("usd_per_pflops_year")] = Field(default=_ZERO, alias="opex")
    """Yearly cost per PFLOPS in use, USD."""
    fixed_cost_usd: Annotated[YearlyNumber, Quantity("usd_per_year")] = Field(default=_ZERO, alias="fixed_cost")
    """Yearly cost if anything is served or built there, USD."""
    expansion: tuple[SiteExpansion, ...] = ()
    """Ways to add compute."""
    project: Identifier | None = None
    """The project without which the site does not exist."""

    @property
    def factor(self) -> float:
        """What a PFLOPS as its source quotes it is worth in dense BF16 ones."""
        return general_factor(self.precision, sparse=self.sparse) if self.chip_factor is None else self.chip_factor

    @property
    def profiles(self) -> dict[str, tuple[float, ...]]:
        """The rhythms of its tariff and its carbon, by their keys in files, where they are not the same all day."""
        found = {"electricity": self.electricity_profile, "carbon": self.carbon_profile}
        return {key: profile for key, profile in found.items() if profile is not None and len(set(profile)) > 1}

    def rules(self) -> Iterator[Broken]:
        """Yield the faults of a site without a first year, of shares of power, profiles and a pue below one."""
        yield from super().rules()
        if self.from_year is None and self.status != "operating":
            yield Broken("from", f"is missing, and the site is {self.status}", "write its first year of service")
        if self.idle > self.load:
            words = f"{self.idle:g} is above load ({self.load:g})"
            yield Broken("idle", words, "write no more than what a machine that works takes")
        for key, profile in (("electricity", self.electricity_profile), ("carbon", self.carbon_profile)):
            yield from () if profile is None else profile_faults(profile, key)
        if any(value < 1 for _, value in self.pue.points):
            yield Broken("pue", "is below 1", "write the power at the meter per IT power, such as 1.25")


class Carrier(Named, Lasting, Owned, Failing):
    """What links, cables and the segments of cables have in common."""

    design_gbps: Annotated[float, Quantity("gbps")] | None = Field(default=None, alias="design", gt=0)
    """What the system is designed to carry in each direction, Gbps: no limit, but more than that is warned of."""
    observed_gbps: Annotated[YearlyNumber, Quantity("gbps")] | None = Field(default=None, alias="observed")
    """Published total of what it carries in each direction, Gbps: limits nothing, and is compared with what is said."""
    committed_gbps: Annotated[YearlyNumber, Quantity("gbps")] = Field(default=_ZERO, alias="committed")
    """Already taken by other traffic in each direction (half duplex: both together), Gbps."""
    duplex: Literal["full", "half"] = "full"
    """half: both directions share the capacity."""
    transit_usd_per_gbps: Annotated[YearlyNumber, Quantity("usd_per_gbps_year")] = Field(default=_ZERO, alias="transit")
    """Price of use, USD per Gbps and year, on mean Gbps with both directions added."""
    usable_by: frozenset[Country] | None = None
    """Countries whose traffic may use it; default: everybody's."""
    project: Identifier | None = None
    """The project without which it does not exist."""


class Link(Carrier):
    """A fibre span between two nodes; its capacity counts in each direction separately unless `duplex` is half."""

    id: Annotated[str, Derived()] = ""
    ends: tuple[Identifier, Identifier]
    """The two nodes."""
    kind: LinkKind
    """terrestrial, submarine, microwave or satellite."""
    length_km: Annotated[float, Quantity("km")] = Field(alias="length", ge=0)
    """Length of the route, km; default: great circle times the route factor of the kind."""
    rtt_ms: Annotated[float, Quantity("ms")] = Field(alias="rtt", ge=0)
    """Round-trip time, ms; default: 2 x length x 4.9 us/km + 0.1 ms of equipment."""
    rtt_measured: bool = False
    """Whether the round-trip time is a measurement, which holds all detours already."""
    length_given: Annotated[bool, Derived()] = True
    """Whether the file gives the length."""
    rtt_given: Annotated[bool, Derived()] = True
    """Whether the file gives the round-trip time."""
    capacity_gbps: Annotated[YearlyNumber, Quantity("gbps")] = Field(alias="capacity")
    """Capacity of each direction (half duplex: of both together), Gbps."""
    expansion: tuple[LinkExpansion, ...] = ()
    """Ways to add capacity."""
    cable: Annotated[str | None, Derived()] = None
    """The cable it is a segment of."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of a link from a node to itself."""
        yield from super().rules()
        if self.ends[0] == self.ends[1]:
            yield Broken("ends", f"both are '{self.ends[0]}'", "write two different nodes")
        if self.rtt_measured and not self.rtt_given:
            yield Broken("rtt_measured", "is true, and there is no rtt", "write the round-trip time that was measured")


class CableSegment(Carrier):
    """What one segment of a cable has different from the cable."""

    kind: LinkKind | None = None
    """The segment's kind, where it differs (a crossing on land)."""
    length_km: Annotated[float, Quantity("km")] | None = Field(default=None, alias="length", ge=0)
    """Length of the route, km."""
    rtt_ms: Annotated[float, Quantity("ms")] | None = Field(default=None, alias="rtt", ge=0)
    """Round-trip time, ms."""
    rtt_measured: bool = False
    """Whether the round-trip time is a measurement."""
    capacity_gbps: Annotated[YearlyNumber, Quantity("gbps")] | None = Field(default=None, alias="capacity")
    """Capacity of each direction, Gbps."""
    expansion: tuple[LinkExpansion, ...] = ()
    """Ways to add capacity to this segment."""


class Cable(Carrier):
    """A named system of links: common attributes, its landings in order, its branches."""

    id: Annotated[str, Derived()] = ""
    kind: LinkKind = "submarine"
    """Kind of its segments."""
    capacity_gbps: Annotated[YearlyNumber, Quantity("gbps")] | None = Field(default=None, alias="capacity")
    """Capacity of each segment in each direction, Gbps; required unless every segment gives its own."""
    route: Landings = ()
    """Its landings in order: each neighbouring pair is a segment; a ring ends where it begins."""
    branches: Annotated[tuple[Landings, ...], RepeatableList()] = ()
    """Further rows of landings that leave the route."""
    segments: dict[str, CableSegment] = Field(default_factory=dict)
    """What single segments have different, by their ends in either order: genoa--barcelona; a second way has a 2."""

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Its segments, along the route and then along each branch."""
        return tuple(pairs_in((self.route, *self.branches)))


class Project(Titled, Owned):
    """Decided whole: what names it exists only if it is built."""

    id: Annotated[str, Derived()] = ""
    capex_usd: Annotated[YearlyNumber, Quantity("usd")] = Field(default=_ZERO, alias="capex")
    """Price of building it, USD."""
    opex_usd: Annotated[YearlyNumber, Quantity("usd_per_year")] = Field(default=_ZERO, alias="opex")
    """Yearly price of keeping it, USD."""
    from_year: Year | None = Field(default=None, alias="from")
    """The year in which it is built, if it is."""


class Risk(Titled, FailingWhole):
    """Links, cables, sites, groups of sites and other risks that fail together."""

    id: Annotated[str, Derived()] = ""
    fails: tuple[str, ...] = Field(min_length=1)
    """What fails, with its prefix: link:x, cable:y, site:z, risk:r, group:g."""


class Group(Titled):
    """Sites that share what a grid or a country gives: power, or room for compute. A site may be in several."""

    id: Annotated[str, Derived()] = ""
    sites: tuple[Identifier, ...]
    """The sites, by id."""
    power_mw: Annotated[YearlyNumber, Quantity("mw")] | None = Field(default=None, alias="power")
    """Most that all of them together may draw at their meters, MW."""
    compute_pflops: Annotated[YearlyNumber, Quantity("pflops")] | None = Field(default=None, alias="compute")
    """Most compute that may be installed at all of them together, dense BF16 PFLOPS."""


class Topology(Titled):
    """Everything that supplies: records by id; the segments of cables stand among the links."""

    id: Annotated[str, Derived()] = ""
    sources: dict[str, Source] = Field(default_factory=dict)
    """Where figures come from, by id."""
    seasons: dict[Identifier, Annotated[float, Quantity("days")]] = Field(default_factory=dict)
    """Days of the seasons that its figures speak of: they weigh in a scenario without seasons of its own."""
    latency: LatencyRule | None = None
    """How much longer than glass its round trips are, where that is known better than in general."""
    nodes: dict[str, Node] = Field(default_factory=dict)
    """Places, by id."""
    countries: dict[str, CountryTerms] = Field(default_factory=dict)
    """What holds for all nodes of a country, by its code."""
    sites: dict[str, Site] = Field(default_factory=dict)
    """Data centres, by id."""
    links: dict[str, Link] = Field(default_factory=dict)
    """Links by id; cables add theirs."""
    cables: dict[str, Cable] = Field(default_factory=dict)
    """Named systems of links, by id."""
    projects: dict[str, Project] = Field(default_factory=dict)
    """What is decided whole, by id."""
    risks: dict[str, Risk] = Field(default_factory=dict)
    """What fails together, by id."""
    groups: dict[str, Group] = Field(default_factory=dict)
    """Sites with common limits, by id; group:id names them in hosts, rules and failures."""
    peering: dict[str, Peering] = Field(default_factory=dict)
    """Countries whose networks meet elsewhere: a list, or a map by id."""
    regions: dict[str, Region] = Field(default_factory=dict)
    """Places between which background traffic is counted together, by id."""
    background: dict[str, Background] = Field(default_factory=dict)
    """The traffic of everybody else: a list, or a map by id."""

    @cached_property
    def peering_rtt(self) -> dict[frozenset[str], Yearly]:
        """Least round trip, ms, by the two countries whose networks meet elsewhere."""
        return {frozenset(each.between): each.rtt_ms for each in self.peering.values()}


SECTIONS: dict[str, type[Record]] = {
    "sources": Source,
    "nodes": Node,
    "countries": CountryTerms,
    "sites": Site,
    "links": Link,
    "cables": Cable,
    "projects": Project,
    "risks": Risk,
    "groups": Group,
    "peering": Peering,
    "regions": Region,
    "background": Background,
}
"""The record of each section of a topology, in the order in which files are written."""
LISTED = frozenset({"peering", "background"})
"""Sections that may be written as a list: what is `between` two ends is named after them."""
