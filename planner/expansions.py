"""What lasts from one year to another, and how sites and links may grow, as frozen models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from planner.records import Broken, Identifier, Owned, Quantity, Record, Year, YearlyNumber
from planner.years import Yearly

__all__ = ["Expansion", "Lasting", "LinkExpansion", "SiteExpansion"]

_ZERO = Yearly.flat(0.0)


class Lasting(Record):
    """A record with a first and a last year of service."""

    from_year: Year | None = Field(default=None, alias="from")
    """First year of service."""
    until: Year | None = None
    """Last year of service, inclusive."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of a last year before the first."""
        yield from super().rules()
        if self.from_year is not None and self.until is not None and self.until < self.from_year:
            yield Broken("until", f"{self.until} is before from ({self.from_year})", f"{self.from_year} or later")


class Expansion(Lasting, Owned):
    """A way to add capacity: in steps (integer) or continuous, bought or leased.

    Amounts are PFLOPS for sites and Gbps for links; prices are always per PFLOPS or per Gbps, a price written per
    step being divided by the step.
    """

    step: float | None = Field(default=None, gt=0)
    """The size of one step, PFLOPS or Gbps; without it any amount may be built."""
    max: YearlyNumber | None = None
    """The most that may stand in a year, PFLOPS or Gbps."""
    capex_usd: YearlyNumber = Field(default=_ZERO, alias="capex")
    """Price of building, USD per PFLOPS or Gbps."""
    opex_usd: YearlyNumber = Field(default=_ZERO, alias="opex")
    """Yearly price of keeping it, USD per PFLOPS or Gbps and year."""
    project: Identifier | None = None
    """The project without which it cannot be built."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of a limit below one step."""
        yield from super().rules()
        if self.step is not None and self.max is not None:
            most = max(value for _, value in self.max.points)
            if 0 < most < self.step:
                yield Broken("max", "is less than one step", "write at least one step, or 0")


class SiteExpansion(Expansion):
    """A way to add compute to a site, in PFLOPS."""

    step: Annotated[float, Quantity("pflops")] | None = Field(default=None, gt=0)
    """The size of one step, PFLOPS; without it any amount may be built."""
    max: Annotated[YearlyNumber, Quantity("pflops")] | None = None
    """The most that may stand in a year, PFLOPS."""
    capex_usd: Annotated[YearlyNumber, Quantity("usd_per_pflops", "usd_per_step")] = Field(default=_ZERO, alias="capex")
    """Price of building, USD per PFLOPS."""
    opex_usd: Annotated[YearlyNumber, Quantity("usd_per_pflops_year", "usd_per_step_year")] = Field(
        default=_ZERO, alias="opex"
    )
    """Yearly price of keeping it, USD per PFLOPS and year."""
    embodied_kg_per_pflops: Annotated[float, Quantity("kg_per_pflops")] | None = Field(
        default=None, alias="embodied", ge=0
    )
    """Carbon embodied in its machines, kg per PFLOPS; default: that of the site."""


class LinkExpansion(Expansion):
    """A way to add capacity to a link, in Gbps."""

    step: Annotated[float, Quantity("gbps")] | None = Field(default=None, gt=0)
    """The size of one step, Gbps; without it any amount may be built."""
    max: Annotated[YearlyNumber, Quantity("gbps")] | None = None
    """The most that may stand in a year, Gbps."""
    capex_usd: Annotated[YearlyNumber, Quantity("usd_per_gbps", "usd_per_step")] = Field(default=_ZERO, alias="capex")
    """Price of building, USD per Gbps."""
    opex_usd: Annotated[YearlyNumber, Quantity("usd_per_gbps_year", "usd_per_step_year")] = Field(
        default=_ZERO, alias="opex"
    )
    """Yearly price of keeping it, USD per Gbps and year: a lease has no capex but this."""
