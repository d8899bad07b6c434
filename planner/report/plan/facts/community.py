"""The community that the question is asked for, apart from others: what it gets, and what its plan leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from planner.report.language.figures import ALL_BUT
from planner.report.plan.facts.serving import CountryFigures, country_figures
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.report.plan.facts.supply import SupplyBalance


@dataclass(frozen=True)
class IdleSite:
    """A site at which machines stand that serve nobody in any hour."""

    site: str
    country: str
    installed_pflops: float


@dataclass(frozen=True)
class CommunityAnswer:
    """What a plan does for the members in a year, in PFLOPS unless the name says otherwise.

    Attributes
    ----------
    home_pflops, fellow_pflops, abroad_pflops, market_pflops
        what is served of the members' demand in the country that asks, in other members', beyond them, and by what is
        rented on a market; together `served_pflops`
    installed_pflops, built_pflops, used_pflops
        on the members' soil, what is built included
    cost_usd
        what the members' demand causes in the year
    power_mw, energy_mwh, carbon_t
        of the sites on the members' soil; power with each at its own peak
    others_asked_pflops, others_served_pflops
        of those that are no members
    """

    year: int
    members: tuple[str, ...]
    target_pflops: float
    asked_pflops: float
    served_pflops: float
    home_pflops: float
    fellow_pflops: float
    abroad_pflops: float
    market_pflops: float
    installed_pflops: float
    built_pflops: float
    used_pflops: float
    cost_usd: float
    power_mw: float
    energy_mwh: float
    carbon_t: float
    others_asked_pflops: float
    others_served_pflops: float
    idle: tuple[IdleSite, ...]

    @property
    def served_share(self) -> float:
        """Share of what the members ask for that is served; not a number where they ask for nothing."""
        return self.served_pflops / self.asked_pflops if self.asked_pflops else nan

    @property
    def serves_all(self) -> bool:
        """Whether all that they ask for is served, but for rounding."""
        return self.asked_pflops - self.served_pflops <= ALL_BUT * self.asked_pflops


def community_answer(plan: Plan, year: int) -> CommunityAnswer | None:
    """Return what the plan does for the community in a year; None where it has no members.

    Where the scenario names none, whoever asks is a member.
    """
    countries = country_figures(plan, year)
    own = [each for each in countries if each.member]
    if not own:
        return None
    members = tuple(each.country for each in own)
    soil = _soil(plan, year, members)
    others = [each for each in countries if not each.member]
    fellow = sum(_among(each, members) for each in own)
    abroad = sum(each.abroad_pflops for each in own)
    return CommunityAnswer(
        year=year, members=members,
        target_pflops=plan.inputs.scenario.community.target_pflops or nan,
        asked_pflops=sum(each.asked_pflops for each in own), served_pflops=sum(each.served_pflops for each in own),
        home_pflops=sum(each.home_pflops for each in own), fellow_pflops=min(fellow, abroad),
        abroad_pflops=max(abroad - fellow, 0.0), market_pflops=sum(each.market_pflops for each in own),
        installed_pflops=float(soil["installed_pflops"].sum()), built_pflops=float(soil["built_pflops"].sum()),
        used_pflops=float(soil["used_pflops"].sum()), cost_usd=sum(each.cost_usd for each in own),
        power_mw=float(soil["power_mw"].sum()), energy_mwh=float(soil["energy_mwh"].sum()),
        carbon_t=float(soil["carbon_t"].sum()),
        others_asked_pflops=sum(each.asked_pflops for each in others),
        others_served_pflops=sum(each.served_pflops for each in others),
        idle=_idle(soil),
    )  # fmt: skip


def _soil(plan: Plan, year: int, members: Sequence[str]) -> pd.DataFrame:
    """Return the sites of a year in members' countries; what is rented on a market is nobody's soil."""
    sites = in_year(plan.sites, year)
    market = {key for key, site in plan.inputs.topology.sites.items() if site.market}
    return sites[sites["country"].isin(members) & ~sites.index.isin(market)]


def _among(figures: CountryFigures, members: Sequence[str]) -> float:
    """PFLOPS of a member's demand that other members serve."""
    return sum(pflops for host, pflops in figures.hosts if host in members)


def _idle(soil: pd.DataFrame) -> tuple[IdleSite, ...]:
    """Return the sites that serve nobody, the largest first."""
    idle = soil[(soil["installed_pflops"] > 0) & (soil["peak_pflops"] <= ALL_BUT * soil["installed_pflops"])]
    found = [
        IdleSite(str(key), str(country), float(installed))
        for key, country, installed in idle[["country", "installed_pflops"]].itertuples()
    ]
    return tuple(sorted(found, key=lambda each: (-each.installed_pflops, each.site)))


@dataclass(frozen=True)
class YearBetween:
    """A calendar year between listed ones, and the PFLOPS that are missing in it at least.

    `missing_pflops` is the least compute that could serve what all ask for, less all that stands, wherever it is and
    whoever may use it: what is left unserved in truth is as much or more, but for what could be rented.
    """

    year: int
    missing_pflops: float


def years_between(balances: Iterable[SupplyBalance], listed: Sequence[int]) -> list[YearBetween]:
    """Return the calendar years that the plan does not look at, with what is missing in each at least.

    Demand between listed years grows geometrically, as between those of the demand file; what stands is what the listed
    years before built, as long as it lives.
    """
    return [YearBetween(each.year, _missing(each)) for each in balances if each.year not in listed]


def _missing(balance: SupplyBalance) -> float:
    missing = balance.needed_pflops - balance.supplied_pflops
    return missing if missing > ALL_BUT * balance.needed_pflops else 0.0
