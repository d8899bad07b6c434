"""How long supply lasts, and what is built: demand against supply year by year."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import cache
from math import fsum
from typing import TYPE_CHECKING, Any

from planner.admissibility import in_service
from planner.demand import split_origin
from planner.energy import meter_mw
from planner.programme.hours import list_slots, slot_factor
from planner.report.language.figures import ALL_BUT

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.topology import Site, Topology


@dataclass(frozen=True)
class SupplyBalance:
    """Demand against supply in one calendar year, listed or not, in PFLOPS.

    Attributes
    ----------
    asked_pflops
        mean over the day, grown geometrically between the years that the demand file lists
    needed_pflops
        the least compute that could serve it: the busiest block of the day, where training fills the quiet ones
    standing_pflops
        what stands without this plan's builds and projects, times the share to plan with
    supplied_pflops
        the same with them
    """

    year: int
    asked_pflops: float
    needed_pflops: float
    standing_pflops: float
    supplied_pflops: float


def supply_balances(plan: Plan) -> list[SupplyBalance]:
    """Return demand against supply for every calendar year from the first to the last listed one."""
    inputs = plan.inputs
    first, last = inputs.scenario.years[0], inputs.scenario.years[-1]
    asked = _asked(inputs, range(first, last + 1))
    built = built_assets(plan)
    return [_balance(inputs, built, year, *asked[year]) for year in range(first, last + 1)]


def exhausted(found: Iterable[SupplyBalance], *, with_builds: bool) -> int | None:
    """Return the first year in which more is needed than supplied; None where there is none."""
    for each in found:
        supply = each.supplied_pflops if with_builds else each.standing_pflops
        if each.needed_pflops > supply * (1 + ALL_BUT):
            return each.year
    return None


def _balance(inputs: Inputs, built: list[BuiltAsset], year: int, asked: float, needed: float) -> SupplyBalance:
    scenario, fill = inputs.scenario, inputs.scenario.limits.site_fill.at(year)
    projects = {each.key for each in built if each.kind == "project" and each.year <= year}
    standing = supplied = 0.0
    for site in inputs.topology.sites.values():
        if not site.market and site.status in scenario.count and in_service(site, year):
            pflops = site.compute_pflops.at(year)
            standing += pflops if site.project is None else 0.0
            supplied += pflops if site.project is None or site.project in projects else 0.0
    life, sites = scenario.finance.compute_life, inputs.topology.sites
    alive = (each for each in built if each.kind == "site" and each.year <= year < each.year + life)
    supplied += fsum(each.pflops for each in alive if in_service(sites[each.key], year))
    return SupplyBalance(year, asked, needed, standing * fill, supplied * fill)


def _asked(inputs: Inputs, years: Iterable[int]) -> dict[int, tuple[float, float]]:
    """PFLOPS asked for by year: the mean over the day, and the least compute that could serve all of it."""
    import numpy as np

    demand, nodes = inputs.demand, inputs.topology.nodes
    slots = list_slots(inputs)
    weights = np.array([slot.share for slot in slots])
    split = cache(lambda origin: split_origin(origin, nodes))
    rhythm = cache(lambda profile, zone: np.array([slot_factor(profile, zone, slot) for slot in slots]))
    rows = []
    for row in demand.demands:
        workload = demand.workloads[row.workload]
        if workload.kind != "traffic":
            parts = split(row.origin).items()
            shape = sum((share * rhythm(workload.profile, nodes[node].timezone) for node, share in parts), np.zeros(1))
            rows.append((row.amount, shape, workload.kind == "training"))
    found = {}
    for year in years:
        total, fixed = 0.0, np.zeros(len(slots))
        for amount, shape, movable in rows:
            pflops = np.array([amount.in_season(slot.season).growing_at(year) for slot in slots]) * shape
            total += float(pflops @ weights)
            fixed = fixed if movable else fixed + pflops
        found[year] = total, max(total, float(fixed.max()))
    return found


@dataclass(frozen=True)
class BuiltAsset:
    """Something that the plan builds: a site's PFLOPS, a link's Gbps, or a project as a whole.

    `added` counts in `unit` (a project is one), in steps of `step` where there are any. `mw` is the power at the meter
    with all of it in use, None where the site's record gives no watts; `yearly_usd` is the annuity with the yearly
    price of keeping it.
    """

    year: int
    kind: str
    key: str
    expansion: int
    added: float
    unit: str
    step: float | None
    mw: float | None
    capex_usd: float
    yearly_usd: float

    @property
    def asset(self) -> str:
        """The name of what it is built at, with its kind: site:x."""
        return f"{self.kind}:{self.key}"

    @property
    def pflops(self) -> float:
        """PFLOPS that a site gets."""
        return self.added if self.kind == "site" else 0.0

    @property
    def gbps(self) -> float:
        """Gbps that a link gets."""
        return self.added if self.kind == "link" else 0.0


def built_assets(plan: Plan) -> list[BuiltAsset]:
    """Return what is built, by year, the dearest first."""
    found = [
        _build(plan.inputs.topology, place, row)
        for place, row in zip(plan.builds.index.tolist(), plan.builds.to_dict("records"), strict=True)
    ]
    return sorted(found, key=lambda each: (each.year, -each.capex_usd, -each.yearly_usd, each.kind, each.key))


def _build(topology: Topology, place: tuple[int, str, int], row: dict[Hashable, Any]) -> BuiltAsset:
    year, asset, expansion = place
    kind, key = asset.split(":", 1)
    added = float(row["added"])
    return BuiltAsset(
        year=int(year),
        kind=kind,
        key=key,
        expansion=int(expansion),
        added=added,
        unit=str(row["unit"]),
        step=_step(topology, kind, key, int(expansion)),
        mw=_megawatts(topology.sites[key], added, year) if kind == "site" else None,
        capex_usd=float(row["capex_usd"]),
        yearly_usd=float(row["annuity_usd"]) + float(row["opex_usd"]),
    )


def _step(topology: Topology, kind: str, key: str, expansion: int) -> float | None:
    """Size of the steps that an expansion comes in; a project has none."""
    if kind == "project":
        return None
    asset = topology.sites[key] if kind == "site" else topology.links[key]
    return asset.expansion[expansion].step


def _megawatts(site: Site, pflops: float, year: int) -> float | None:
    """Power at the meter of so much compute, MW; None where the record does not say."""
    return meter_mw(site, year, installed=pflops, used=pflops) if site.watts_kw_per_pflops else None


def payers(plan: Plan) -> dict[str, float]:
    """Return USD that each country pays for what is built, overnight, all years together, the most first."""
    spent = plan.capital["capex_usd"].groupby(level="country").sum()
    return {str(country): float(usd) for country, usd in sorted(spent.items(), key=lambda each: (-each[1], each[0]))}
