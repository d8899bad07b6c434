"""What binds: the fullest sites and links, budgets and floors, and the failures that the plan is made for."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

from planner.report.plan.facts.totals import in_year
from planner.seasons import WHOLE_YEAR

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.years import Yearly

FULL = 0.5
"""Sites and links less full than this are not worth a line among the fullest."""


def full_sites(plan: Plan, year: int) -> pd.DataFrame:
    """Return the sites that bind: those with a price first, then the fullest."""
    frame = in_year(plan.sites, year)
    worth = (frame["utilisation"] >= FULL) | (frame["price_usd_per_pflops"] > 0)
    frame = frame[worth & (frame["installed_pflops"] > 0)]
    return frame.sort_values(["price_usd_per_pflops", "utilisation"], ascending=False, kind="stable")


def full_links(plan: Plan, year: int) -> pd.DataFrame:
    """Return the links that bind among those that the plan uses: those with a price first, then the fullest."""
    frame = in_year(plan.links, year)
    frame = frame[(frame["peak_gbps"] > 0) & ((frame["utilisation"] >= FULL) | (frame["price_usd_per_gbps"] > 0))]
    return frame.sort_values(["price_usd_per_gbps", "utilisation"], ascending=False, kind="stable")


@dataclass(frozen=True)
class ScreenedFailures:
    """The failures screened in a year, by what came of it.

    Attributes
    ----------
    shaping, harmless
        failures that had to be planned for, and that touch the plan and are survived as it is: rows of the table
    idle
        how many touch nothing
    """

    shaping: pd.DataFrame
    harmless: pd.DataFrame
    idle: int

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.shaping) + len(self.harmless) + self.idle


def screened_failures(plan: Plan, year: int) -> ScreenedFailures:
    """Return the failures of a year; those that had to be planned for by their price, the others by what they touch."""
    frame = in_year(plan.failures, year)
    shaped = frame["shaped"].astype(bool)
    shaping = frame[shaped].sort_values("price_usd_per_pflops", ascending=False, kind="stable")
    harmless = frame[~shaped & (frame["touched_pflops"] > 0)]
    harmless = harmless.sort_values("touched_pflops", ascending=False, kind="stable")
    return ScreenedFailures(shaping, harmless, len(frame) - len(shaping) - len(harmless))


def survival_shares(plan: Plan) -> dict[str, float]:
    """Return the workloads that are asked for and have a share to keep in any failure, with that share."""
    asked, workloads = {row.workload for row in plan.inputs.demand.demands}, plan.inputs.demand.workloads
    return {name: workloads[name].survives for name in sorted(asked) if workloads[name].survives > 0}


def sites_in_use(plan: Plan) -> int:
    """Count the sites of ours that serve or are built at, in any year."""
    frame = own_sites(plan)
    frame = frame[(frame["peak_pflops"] > 0) | (frame["built_pflops"] > 0)]
    return int(frame.index.get_level_values("site").nunique())


def own_sites(plan: Plan) -> pd.DataFrame:
    """Return the table of sites without what is rented on a market."""
    sites = plan.inputs.topology.sites
    return plan.sites[[not sites[key].market for key in plan.sites.index.get_level_values("site")]]


def least_served(plan: Plan) -> tuple[int, str, float] | None:
    """Return year, member and share of whoever of the community is served least; None where no member asks."""
    own = plan.members[plan.members["member"].astype(bool) & (plan.members["demand_pflops"] > 0)]
    if own.empty:
        return None
    shares = (own["served_pflops"] / own["demand_pflops"]).tolist()
    share, (year, country) = min(zip(shares, own.index.tolist(), strict=True))
    return int(year), str(country), share


def limit_amount(inputs: Inputs, family: str, key: str, year: int) -> float:
    """Return how large a limit is in its unit, `key` being the site, link, group or country it holds for.

    Not a number where the files do not say it in one figure.
    """
    topology, limits = inputs.topology, inputs.scenario.limits
    if family == "build_limit":
        record = topology.sites.get(key) or topology.links.get(key)
        most = [option.max.at(year) for option in (record.expansion if record else ()) if option.max is not None]
        return sum(most) if most else nan
    if family == "site_power":
        return _least(topology.sites[key].power_mw, inputs, year)
    if family in ("group_power", "group_compute") and key in topology.groups:
        group = topology.groups[key]
        return _least(group.power_mw if family == "group_power" else group.compute_pflops, inputs, year)
    if family == "capex_budget" and limits.capex_usd is not None:
        return limits.capex_usd / 1e6
    if family == "carbon_budget" and limits.carbon_kg is not None:
        return limits.carbon_kg.at(year) / 1e3
    return nan


def _least(figure: Yearly | None, inputs: Inputs, year: int) -> float:
    """Return the least of a figure over the seasons of a year."""
    if figure is None:
        return nan
    return min(figure.in_season(season).at(year) for season in (inputs.scenario.seasons or WHOLE_YEAR))
