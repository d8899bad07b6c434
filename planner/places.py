"""Where things are, and how far apart: nodes, countries, and the round trips between them, as frozen models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from planner.latency import PLANNING, LatencyFactors
from planner.records import (
    Broken,
    Country,
    Derived,
    Identifier,
    Named,
    Quantity,
    Record,
    Titled,
    Word,
    Year,
    YearlyNumber,
)

__all__ = ["Background", "CountryTerms", "LatencyRule", "Node", "Peering", "Region"]

Through = Literal["none"]


class Node(Named):
    """A place: city, landing station, exchange point."""

    id: Annotated[str, Derived()] = ""
    country: Country
    """The country it lies in (ISO 3166-1, two letters)."""
    lat: float = Field(ge=-90, le=90)
    """Latitude, degrees north."""
    lon: float = Field(ge=-180, le=180)
    """Longitude, degrees east."""
    timezone: Annotated[str, Word("timezone")] | None = None
    """Name in the IANA time zone database; needed where a profile is not flat."""
    weight: float | None = Field(default=None, ge=0)
    """Share of its country's demand, relative to the country's other nodes."""
    access_rtt_ms: Annotated[float, Quantity("ms")] = Field(default=0.0, alias="access_rtt", ge=0)
    """Round-trip time from the users to the node, added to every path that starts here, ms."""
    through: Through | None = None
    """none: no path leads through it, only to it and from it."""
    edge: bool = False
    """Whether the map ends here: it has links that the topology leaves out, so what fails alone cannot cut it off."""


class CountryTerms(Record):
    """What holds for all nodes of a country."""

    id: Annotated[str, Derived()] = ""
    through: Through | None = None
    """none: it sells no through traffic: a path leads through it only from it or to it."""


class Peering(Record):
    """Two countries whose networks meet elsewhere: the least round trip measured between them."""

    id: Annotated[str, Derived()] = ""
    between: tuple[Country, Country]
    """The two countries, or one twice."""
    rtt_ms: Annotated[YearlyNumber, Quantity("ms")] = Field(alias="rtt")
    """No path over links between them is quicker, ms."""
    year: Year | None = None
    """The year it was measured."""


class Region(Titled):
    """Places between which traffic is counted together."""

    id: Annotated[str, Derived()] = ""
    nodes: Annotated[dict[Identifier, Annotated[float, Field(gt=0)]], Word("weights")]
    """Its nodes with their weights, or a list of nodes of equal weight."""


class Background(Titled):
    """The traffic of everybody else between two places: what links carry before anybody computes."""

    id: Annotated[str, Derived()] = ""
    between: tuple[Identifier, Identifier]
    """Two nodes or regions."""
    rate_gbps: Annotated[YearlyNumber, Quantity("gbps")] = Field(alias="rate")
    """Gbps each way in the busiest hour, as listed by year; grow it with `growing_at`."""
    unserved_usd: Annotated[YearlyNumber, Quantity("usd_per_gbps_year")] = Field(alias="unserved")
    """What it costs to leave it uncarried, USD per Gbps and year."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of traffic from a place to itself."""
        yield from super().rules()
        if self.between[0] == self.between[1]:
            yield Broken("between", f"both are '{self.between[0]}'", "write two different nodes or regions")


class LatencyRule(Record):
    """How much longer than glass the round trips of this network are, in place of the planner's own figures."""

    factor: float = Field(default=PLANNING.factor, ge=1)
    """Times each ms of fibre."""
    once_ms: Annotated[float, Quantity("ms")] = Field(default=PLANNING.once_ms, alias="once", ge=0)
    """Added once to every path over links, ms."""

    @property
    def factors(self) -> LatencyFactors:
        """The same to reckon with."""
        return LatencyFactors(self.factor, self.once_ms)
