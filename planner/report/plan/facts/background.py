"""Everybody else's traffic: what is carried, what failures take, whose is lost; both directions added."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.background import rows_of_others
from planner.report.language.figures import ALL_BUT
from planner.report.plan.facts.totals import in_year, penalties, total

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan


@dataclass(frozen=True)
class OtherTraffic:
    """A record of everybody else's traffic in a year: what is asked for, carried and lost, and what the loss counts."""

    workload: str
    asked_gbps: float
    carried_gbps: float
    lost_gbps: float
    penalty_usd: float


def other_traffic(plan: Plan, year: int) -> list[OtherTraffic]:
    """Return the records of everybody else's traffic, what loses most first."""
    others = rows_of_others(in_year(plan.rates, year))
    sums = (
        others[["demand_gbps", "served_gbps", "unserved_gbps"]]
        .assign(penalty_usd=penalties(plan, others, year))
        .groupby(level="workload", sort=True)
        .sum()
    )
    found = [OtherTraffic(str(name), *map(float, figures)) for name, *figures in sums.itertuples()]
    return sorted(found, key=lambda each: (-each.lost_gbps, -each.asked_gbps, each.workload))


def failures_of_others(plan: Plan, year: int) -> pd.DataFrame:
    """Return the failures that leave more of it uncarried than the intact network does, and how much more; worst first.

    Columns: `lost_gbps`, `penalty_usd`.
    """
    intact, frame = total(plan, year), in_year(plan.failures, year)
    more = frame[["background_lost_gbps"]].rename(columns={"background_lost_gbps": "lost_gbps"})
    more = (more - intact.background_unserved_gbps).assign(
        penalty_usd=(frame["background_penalty_usd"] - intact.background_penalty_usd).clip(lower=0.0)
    )
    more = more[more["lost_gbps"] > ALL_BUT * intact.background_gbps]
    return more.sort_values(["penalty_usd", "lost_gbps"], ascending=False, kind="stable")


def lost_by_country(plan: Plan, year: int) -> dict[str, float]:
    """Return the Gbps lost of the pairs that end in each country, the most first; a pair inside one counts once."""
    nodes = plan.inputs.topology.nodes
    left = rows_of_others(in_year(plan.rates, year))["unserved_gbps"]
    found: defaultdict[str, float] = defaultdict(float)
    for (origin, to, _), gbps in zip(left.index.tolist(), left.tolist(), strict=True):
        for country in {nodes[origin].country, nodes[to].country}:
            found[country] += gbps
    return dict(sorted(((c, gbps) for c, gbps in found.items() if gbps > 0), key=lambda each: (-each[1], each[0])))
