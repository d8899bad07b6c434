"""What a leanest plan says: where machines have to stand and to be built, and when a target is used up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import floor, log
from typing import TYPE_CHECKING

from planner.studies.alterations import country_of, standing_pflops

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan

ROUNDING = 1e-6
"""Share by which a need may pass a target and still be met: rounding of solvers."""


def read_places(inputs: Inputs, plans: Mapping[int, Plan]) -> pd.DataFrame:
    """Read by year and site on the members' soil what is needed there: what of it stands and what is to be built.

    Machines that stand count as far as the plan places them, and all of them at a site to which it builds new ones:
    nobody builds beside idle machines.
    """
    import pandas as pd

    members, records = inputs.scenario.community.members, []
    for year, plan in plans.items():
        if plan.tables is None:
            continue
        installed = plan.sites["installed_pflops"]
        for (_, key), pflops in zip(installed.index.tolist(), installed.tolist(), strict=True):
            site = inputs.topology.sites[key]
            country = country_of(inputs, site)
            if country in members and pflops > ROUNDING:
                standing, placed = standing_pflops(inputs, site, year), _placed(inputs, plan, year, key)
                built = pflops - placed if pflops - placed > ROUNDING else 0.0
                there = standing if built else placed
                records.append((year, key, country, there + built, there, built))
    columns = ["year", "site", "country", "needed_pflops", "standing_pflops", "to_build_pflops"]
    return pd.DataFrame(records, columns=columns).set_index(["year", "site"])


def _placed(inputs: Inputs, plan: Plan, year: int, key: str) -> float:
    """PFLOPS of what stands at a site that serve: those placed, and idle ones in the place of what is built.

    The expansion behind those in the files is what stands. A plan may as well build what costs nothing as place it.
    """
    site, added = inputs.topology.sites[key], plan.builds["added"]
    builds = zip(added.index.tolist(), added.tolist(), strict=True)
    of_site = {number: pflops for (_, asset, number), pflops in builds if asset == f"site:{key}"}
    placed: float = of_site.pop(len(site.expansion), 0.0)
    for number, built in sorted(of_site.items()):
        step, spare = site.expansion[number].step, min(standing_pflops(inputs, site, year) - placed, built)
        placed += spare if step is None else floor(spare / step + ROUNDING) * step
    return placed


def members_asked(plan: Plan, year: int) -> float:
    """PFLOPS that all members ask for in a year."""
    return _of_members(plan, year, "demand_pflops")


def members_served(plan: Plan, year: int) -> float:
    """PFLOPS of all members' demand that are served in a year."""
    return _of_members(plan, year, "served_pflops")


def _of_members(plan: Plan, year: int, measure: str) -> float:
    own = plan.members[plan.members["member"].astype(bool)]
    return float(own[own.index.get_level_values("year") == year][measure].sum())


def exhausted_year(needed: Mapping[int, float], target: float | None) -> float | None:
    """Return when the need passes the target, growing geometrically between the years; None where it does not.

    Where it has passed it in the first year already, that year. From a need of nothing it grows evenly.
    """
    years = sorted(needed)
    if target is None or not years:
        return None
    if passes(needed[years[0]], target):
        return float(years[0])
    for start, end in pairwise(years):
        low, high = needed[start], needed[end]
        if passes(high, target):
            share = (target - low) / (high - low) if low <= 0 else log(max(target / low, 1.0)) / log(high / low)
            return start + share * (end - start)
    return None


def passes(needed: float, target: float | None) -> bool:
    """Whether a need is more than the target, beyond rounding."""
    return target is not None and needed > target * (1 + ROUNDING)
