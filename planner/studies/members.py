"""Each member in the pool and alone, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from math import nan
from typing import TYPE_CHECKING

from planner.studies.pooling import accounts

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.studies.size import Sizing


def compare_members(sizing: Sizing) -> pd.DataFrame:
    """By year and member: asked; served, needed, cost and penalty in the pool and alone; see `Sizing.members`."""
    import pandas as pd

    scenario, pooling = sizing.inputs.scenario, sizing.pooling
    index = pd.MultiIndex.from_product([scenario.years, scenario.community.members], names=["year", "country"])
    pooled = _side(index, sizing.leanest, sizing.places, None if pooling is None else pooling.pooled)
    single = _side(index, sizing.leanest_alone, sizing.places_alone, None if pooling is None else pooling.alone)
    first = sizing.least_cost
    asked = nan if first is None or first.tables is None else first.members["demand_pflops"].reindex(index)
    pooled.insert(0, "demand_pflops", asked)
    return pooled.join(single.add_prefix("alone_"))


def _side(
    index: pd.MultiIndex, leanest: Mapping[int, Plan], places: pd.DataFrame, cheapest: Plan | None
) -> pd.DataFrame:
    """What is served and needed by the leanest plans, and paid by the cheapest."""
    import pandas as pd

    sized = {year: plan for year, plan in leanest.items() if plan.tables is not None}
    served = [plan.members[["served_pflops"]] for plan in sized.values()]
    frame = (pd.concat(served) if served else pd.DataFrame(columns=["served_pflops"])).reindex(index)
    needed = places.groupby(["year", "country"])["needed_pflops"].sum().reindex(index, fill_value=0.0)
    frame["needed_pflops"] = needed.where(pd.Series([year in sized for year, _ in index.tolist()], index=index))
    money = ["cost_usd", "penalty_usd"]
    paid = pd.DataFrame(columns=money) if cheapest is None or cheapest.tables is None else accounts(cheapest)
    frame[money] = paid.reindex(index)[money].astype(float)
    return frame.astype(float)
