"""What a leanest plan says: where machines have to stand, whom they serve, and when a target is used up."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from planner.studies.alterations import country_of

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan

ROUNDING = 1e-6
"""Share by which a need may pass a target and still be met: rounding of solvers."""


def read_places(inputs: Inputs, plans: Mapping[int, Plan]) -> pd.DataFrame:
    """Read where machines are placed from the builds: the last expansion of a site stands for what is there already."""
    import pandas as pd

    members, records = inputs.scenario.community.members, []
    for year, plan in plans.items():
        if plan.tables is None:
            continue
        built = plan.builds["added"]
        for (_, asset, number), added in zip(built.index.tolist(), built.tolist(), strict=True):
            sort, _, key = asset.partition(":")
            country = country_of(inputs, inputs.topology.sites[key]) if sort == "site" else ""
            if country in members and added > ROUNDING:
                there = number >= len(inputs.topology.sites[key].expansion)
                records.append((year, key, country, added, added if there else 0.0, 0.0 if there else added))
    columns = ["year", "site", "country", "needed_pflops", "standing_pflops", "to_build_pflops"]
    frame = pd.DataFrame(records, columns=columns)
    return frame.groupby(["year", "site", "country"]).sum().reset_index("country")


def members_served(plan: Plan) -> tuple[float, float]:
    """PFLOPS asked and served of all members, in a plan of one year."""
    own = plan.members[plan.members["member"].astype(bool)]
    return float(own["demand_pflops"].sum()), float(own["served_pflops"].sum())


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
