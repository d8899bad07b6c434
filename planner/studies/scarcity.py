"""The value of the next 100 PFLOPS or Gbps at a site or link, from the shadow prices of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from planner.admissibility import in_service
from planner.finance import capital_recovery_factor

if TYPE_CHECKING:
    import pandas as pd

    from planner.expansions import Expansion
    from planner.files import Inputs
    from planner.plan.plan import Plan

BLOCK = 100.0
"""The next so many PFLOPS or Gbps that are valued."""
SAME = 1e-4
"""Share by which a price has to pass that of building to be called scarce."""


def what_more_is_worth(plan: Plan | None) -> pd.DataFrame:
    """By year and place: what the next 100 PFLOPS or Gbps save a year, and what building as much there costs.

    The price is that of the last unit, so 100 save at most so much. A place where more can be built for as much as it
    saves is not scarce and is left out: its price is that of building.
    """
    import pandas as pd

    columns = ["year", "place", "unit", "saves_usd", "building_usd"]
    records = [] if plan is None or plan.tables is None else [*_records(plan)]
    frame = pd.DataFrame(records, columns=columns)
    scarce = frame["saves_usd"] > frame["building_usd"].fillna(0.0) * (1 + SAME)
    frame = frame[scarce].sort_values(["year", "saves_usd", "place"], ascending=[True, False, True])
    return frame.set_index(["year", "place"])


Record = tuple[int, str, str, float, float]


def _records(plan: Plan) -> Iterable[Record]:
    topology, finance = plan.inputs.topology, plan.inputs.scenario.finance
    for sort, unit, prices, assets, life in (
        ("site", "PFLOPS", plan.sites["price_usd_per_pflops"], topology.sites, finance.compute_life),
        ("link", "Gbps", plan.links["price_usd_per_gbps"], topology.links, finance.link_life),
    ):
        rented = {key for key, site in topology.sites.items() if sort == "site" and site.market}
        for (year, key), price in zip(prices.index.tolist(), prices.tolist(), strict=True):
            if key in rented:
                continue
            cost = _building(plan.inputs, assets[key].expansion, year, life)
            yield year, f"{sort}:{key}", unit, BLOCK * price, BLOCK * cost


def _building(inputs: Inputs, options: Iterable[Expansion], year: int, life: int) -> float:
    """Yearly cost of one unit by the cheapest expansion on offer in the year; not a number without any."""
    recovery = capital_recovery_factor(inputs.scenario.finance.discount_rate, life)
    prices = (
        option.capex_usd.at(year) * recovery + option.opex_usd.at(year)
        for option in options
        if in_service(option, year)
    )
    return min(prices, default=float("nan"))
