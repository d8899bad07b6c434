"""Whose data may be worked on where, whose territory a path may cross, and how much every member must get."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Literal, get_origin

from pydantic import Field

from planner.records import Broken, Country, Identifier, Quantity, Record, Share, YearlyNumber
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.topology import Site

_ZERO = Yearly.flat(0.0)


def is_named(site: Site, country: str, hosts: Iterable[str]) -> bool:
    """Whether a list of hosts such as ``[KZ, site:changji, group:west]`` names the site, its country or its group."""
    names = {country, f"site:{site.id}", *(f"group:{group}" for group in site.groups)}
    return any(host in names for host in hosts)


class Rule(Record):
    """A rule with a name, on some origins."""

    id: Identifier | None = None
    """A name by which variants can take the rule away (`rule:id`) or change it."""
    origin: tuple[str, ...] | None = None
    """Origins it speaks of: countries (and so their nodes) or nodes; default: all."""


class WorkRule(Rule):
    """A rule on some origins' work of some sorts: it matches where all that is given matches."""

    workload: tuple[Identifier, ...] | None = None
    """Workloads it speaks of; default: all."""
    data: tuple[Identifier, ...] | None = None
    """Kinds of data it speaks of; default: all, and work that names no data matches no rule that names some."""


class ResidencyRule(WorkRule):
    """Where matching work may be hosted; the first rule whose origin, workload and data all match decides."""

    hosts: Literal["home", "any"] | tuple[str, ...]
    """home (the origin's own country), any, or a list of countries, site:ids and group:ids."""
    fee_usd_per_pflops: Annotated[YearlyNumber, Quantity("usd_per_pflops_year")] = Field(default=_ZERO, alias="fee")
    """Price of hosting abroad, USD per PFLOPS and year."""
    premium: float = Field(default=0.0, ge=0)
    """Share by which opex and energy are dearer abroad."""

    def rules(self) -> Iterator[Broken]:
        """Yield the fault of a price of hosting abroad where hosting abroad is forbidden."""
        yield from super().rules()
        if self.hosts == "home" and (self.premium or any(value for _, value in self.fee_usd_per_pflops.points)):
            key = "premium" if self.premium else "fee"
            yield Broken(key, "never counts, for the rule keeps work at home", "leave it out or widen hosts")


class TransitRule(Rule):
    """Countries that the paths of some origins may not cross; all matching rules add up."""

    avoid: tuple[Country, ...] = Field(min_length=1)
    """Countries in which no node strictly inside a path may lie."""


class ShareRule(WorkRule):
    """How much of what is served of matching work has to be hosted in certain places, in every year."""

    hosts: Literal["home", "members"] | tuple[str, ...]
    """home (each origin's own country), members (of the community), or a list of countries, site:ids and group:ids.

    What is rented on a market counts only for a list that names it.
    """
    at_least: Annotated[float, Field(gt=0, le=1)]
    """Share of the PFLOPS served, as mean over the year, that these hosts serve."""

    def counts(self, site: Site, host: str, home: str, members: Iterable[str]) -> bool:
        """Whether a site in country `host` is one of those hosts for an origin whose own country is `home`."""
        if self.hosts == "home":
            return host == home and not site.market
        return (host in members and not site.market) if self.hosts == "members" else is_named(site, host, self.hosts)


class ForeignStake(Record):
    """How much of what is built in a country may belong to others."""

    id: Identifier | None = None
    """A name by which variants can take the rule away (`rule:id`) or change it."""
    country: Country
    """The country in which something is built."""
    max: Share
    """Most of what is built there that others than the country may own: more than that, and it may not be built."""


class Floor(Record):
    """What every member of the community gets at least."""

    served_share: Share | None = None
    """Share of each member's demand that must be served in each year."""
    market: bool = False
    """Whether what is rented on a market counts as served."""


class Policy(Record):
    """The rules of a scenario."""

    residency: tuple[ResidencyRule, ...] = ()
    """Rules about hosts, the first match decides; no match: any site."""
    transit: tuple[TransitRule, ...] = ()
    """Rules about countries to avoid on the way."""
    shares: tuple[ShareRule, ...] = ()
    """Rules about how much is hosted where; all of them hold."""
    foreign_stake: tuple[ForeignStake, ...] = ()
    """Rules about how much of what is built in a country others may own; all of them hold."""
    floor: Floor = Floor()
    """What every member gets at least."""

    @property
    def asks_for_more(self) -> bool:
        """Whether a rule has work served, or hosted somewhere, that money alone might not: such work may be dear."""
        return bool(self.floor.served_share or self.shares)


RULE_LISTS = tuple(name for name, field in Policy.model_fields.items() if get_origin(field.annotation) is tuple)
"""The lists of rules, each with an id or a number: variants add to them and take from them."""
