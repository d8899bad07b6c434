"""The plan: the answer to a scenario as data frames indexed by year, site, link, demand and so on."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING

from planner.engine.status import Stage, Status

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from planner.files import Inputs

TABLE_INDEX: dict[str, tuple[str, ...]] = {
    "assignments": ("year", "hour", "contingency", "origin", "workload", "site"),
    "paths": ("year", "hour", "contingency", "origin", "workload", "site", "path"),
    "sites": ("year", "site"),
    "links": ("year", "link"),
    "demands": ("year", "origin", "workload"),
    "members": ("year", "country"),
    "builds": ("year", "asset", "expansion"),
    "prices": ("family", "key"),
    "duals": ("family", "key"),
    "rates": ("year", "origin", "to", "workload"),
    "traffic": ("year", "hour", "contingency", "origin", "to", "workload", "path"),
    "failures": ("year", "contingency"),
    "capital": ("year", "country"),
}
"""Index columns of every table; where the scenario has seasons, `season` stands before `hour`."""


def index_of(table: str, *, seasonal: bool) -> tuple[str, ...]:
    """Return the index columns of a table, of a scenario with seasons or without."""
    index = TABLE_INDEX[table]
    return (index[0], "season", *index[1:]) if seasonal and "hour" in index else index


TABLE_COLUMNS: dict[str, tuple[str, ...]] = {
    "assignments": ("pflops", "rtt_ms"),
    "paths": ("pflops", "rtt_ms", "glass_ms", "km", "links", "demand"),
    "sites": (
        "country", "installed_pflops", "built_pflops", "cards", "used_pflops", "peak_pflops", "utilisation", "power_mw",
        "energy_mwh", "carbon_t", "water_m3", "embodied_t", "cost_usd", "price_usd_per_pflops",
    ),
    "links": (
        "cable", "capacity_gbps", "built_gbps", "committed_gbps", "peak_gbps", "background_gbps", "utilisation",
        "cost_usd",
        "price_usd_per_gbps",
    ),
    "demands": ("demand_pflops", "served_pflops", "unserved_pflops", "mean_rtt_ms", "reason"),
    "members": (
        "member", "demand_pflops", "served_pflops", "hosted_pflops", "imported_pflops", "exported_pflops",
        "market_pflops", "cost_usd", "caused_usd", "paid_usd",
    ),
    "builds": ("added", "unit", "capex_usd", "annuity_usd", "opex_usd"),
    "prices": ("price", "unit", "price_more", "price_less"),
    "duals": ("dual_usd",),
    "rates": ("demand_gbps", "served_gbps", "unserved_gbps", "mean_rtt_ms", "reason"),
    "traffic": ("gbps", "rtt_ms", "glass_ms", "km", "links"),
    "failures": (
        "touched_pflops", "written", "shaped", "price_usd_per_pflops", "background_lost_gbps", "background_penalty_usd",
    ),
    "capital": ("sites_usd", "links_usd", "projects_usd", "capex_usd"),
}  # fmt: skip
"""Measures of every table, with their unit in the name."""


@dataclass(frozen=True)
class Tables:
    """The result tables, see `TABLE_INDEX`; rates are PFLOPS or Gbps, costs are USD of the row's year.

    ``rates`` and ``traffic`` hold traffic between two nodes, as ``demands`` and ``paths`` hold compute; ``failures``
    says which contingencies the intact flows touch, and which shaped the plan; ``capital`` says who pays what is built,
    overnight, in the year of building. ``assignments`` and ``paths`` speak of
    nodes as origins, ``demands`` of origins as written in the file.
    """

    assignments: pd.DataFrame
    paths: pd.DataFrame
    sites: pd.DataFrame
    links: pd.DataFrame
    demands: pd.DataFrame
    members: pd.DataFrame
    builds: pd.DataFrame
    prices: pd.DataFrame
    duals: pd.DataFrame
    rates: pd.DataFrame
    traffic: pd.DataFrame
    failures: pd.DataFrame
    capital: pd.DataFrame

    def items(self) -> list[tuple[str, pd.DataFrame]]:
        """Names and frames in the order of `TABLE_INDEX`."""
        return [(each.name, getattr(self, each.name)) for each in fields(self)]


@dataclass(frozen=True)
class Plan:
    """A solved scenario.

    Attributes
    ----------
    inputs
        what was asked
    status
        what is proved
    objective, bound
        of the first objective asked for: USD with the unserved penalty included for cost, PFLOPS, PFLOPS ms or t
        otherwise; for an infeasible scenario not a number
    gap
        relative distance between them
    stages
        all objectives in the order in which they were optimised, with the values reached
    notes
        what the reader has to know about the figures: hours shaved, years far apart, how prices were found
    cost_usd
        money spent by term: capex, fixed, opex, energy, fees, transit
    unserved_penalty_usd
        what leaving demand unserved counts for
    background_penalty_usd
        what leaving background traffic uncarried counts for
    tables
        the result tables; None where there is no plan
    builds_given
        whether builds and projects were taken from another plan
    findings
        why there is no plan, or what the check found wrong
    """

    inputs: Inputs
    status: Status
    objective: float
    bound: float
    gap: float
    cost_usd: Mapping[str, float]
    unserved_penalty_usd: float
    seconds: float
    rounds: int
    paths_generated: int
    solver: str
    tables: Tables | None
    findings: tuple[str, ...] = ()
    stages: tuple[Stage, ...] = ()
    notes: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    builds_given: bool = False
    background_penalty_usd: float = 0.0

    @property
    def objective_name(self) -> str:
        """The objective that `objective`, `bound` and `gap` speak of: the first one asked for."""
        return self.inputs.scenario.objective[0]

    @property
    def total_cost_usd(self) -> float:
        """Money spent, without the penalties on unserved demand and uncarried background traffic."""
        return float(sum(self.cost_usd.values()))

    def _table(self, name: str) -> pd.DataFrame:
        if self.tables is None:
            raise LookupError(f"there is no plan to take {name} from: the scenario is {self.status.value}")
        frame: pd.DataFrame = getattr(self.tables, name)
        return frame

    @property
    def assignments(self) -> pd.DataFrame:
        """PFLOPS and mean RTT by year, hour, contingency, origin node, workload and site."""
        return self._table("assignments")

    @property
    def paths(self) -> pd.DataFrame:
        """As `assignments`, path by path, with the links used."""
        return self._table("paths")

    @property
    def sites(self) -> pd.DataFrame:
        """Compute installed, built and used, energy, carbon, cost and price by year and site."""
        return self._table("sites")

    @property
    def links(self) -> pd.DataFrame:
        """Capacity, load, cost and price by year and link."""
        return self._table("links")

    @property
    def demands(self) -> pd.DataFrame:
        """What was asked, served and left, and why, by year, origin as written and workload."""
        return self._table("demands")

    @property
    def members(self) -> pd.DataFrame:
        """Demand, hosting, exchange and cost by year and country."""
        return self._table("members")

    @property
    def builds(self) -> pd.DataFrame:
        """What is built by year, asset and expansion."""
        return self._table("builds")

    @property
    def prices(self) -> pd.DataFrame:
        """What one more unit of each binding limit is worth in a year."""
        return self._table("prices")

    @property
    def duals(self) -> pd.DataFrame:
        """The dual of every row of the programme that has one, by block and failure, discounted."""
        return self._table("duals")

    @property
    def rates(self) -> pd.DataFrame:
        """Traffic between two nodes: asked, served and left, and why."""
        return self._table("rates")

    @property
    def traffic(self) -> pd.DataFrame:
        """Traffic between two nodes, path by path."""
        return self._table("traffic")

    @property
    def failures(self) -> pd.DataFrame:
        """Which contingencies the intact flows touch, and which shaped the plan."""
        return self._table("failures")

    @property
    def capital(self) -> pd.DataFrame:
        """What is spent on building, overnight, by the year of building and the country that pays."""
        return self._table("capital")
