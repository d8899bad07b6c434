"""Plans in order by each criterion, and which of them another one beats or equals in everything that counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isclose, isfinite, nan
from typing import TYPE_CHECKING

from planner.report.language.figures import ALL_BUT
from planner.report.plan.facts.totals import NO_TOTALS, in_year, total

if TYPE_CHECKING:
    from planner.plan.plan import Plan


@dataclass(frozen=True)
class Criterion:
    """One thing by which plans are put in order: its key, its unit, and which end is best.

    Attributes
    ----------
    counts
        whether it takes part in telling which plans are dominated; the others follow from these, or are a matter of
        taste
    """

    key: str
    unit: str
    most_is_best: bool = False
    counts: bool = False

    @property
    def unit_of_sums(self) -> str:
        """The unit where plans speak of several years: the cost of a plan is then a discounted sum."""
        return "USD" if self.key == "cost_usd" else self.unit

    @property
    def is_money(self) -> bool:
        """Whether it is an amount in the scenario's currency."""
        return "USD" in self.unit


CRITERIA = (
    Criterion("cost_usd", "USD/year", counts=True),
    Criterion("cost_usd_per_pflops", "USD/PFLOPS/year"),
    Criterion("capex_usd", "USD"),
    Criterion("served_share", "share", most_is_best=True, counts=True),
    Criterion("unserved_pflops", "PFLOPS"),
    Criterion("carried_share", "share", most_is_best=True, counts=True),
    Criterion("worst_member_share", "share", most_is_best=True, counts=True),
    Criterion("home_share", "share", most_is_best=True),
    Criterion("mean_rtt_ms", "ms", counts=True),
    Criterion("carbon_t", "t/year", counts=True),
    Criterion("built_pflops", "PFLOPS"),
)
"""All criteria in the order in which they are shown."""
BY_KEY = {each.key: each for each in CRITERIA}
SAME = 1e-6
"""Values that differ by less than this share are equal: that much is chance."""
Values = dict[str, float]


def value_plan(plan: Plan, year: int | None = None) -> Values:
    """Return a plan's value by each criterion, see `Comparison.ranking`; those of one year in `year`, or in its last.

    What there is no figure for is no number.
    """
    if plan.tables is None or not plan.status.has_plan:
        return dict.fromkeys(BY_KEY, nan)
    year = plan.inputs.scenario.years[-1] if year is None else year
    figures, members = total(plan, year), in_year(plan.members, year)
    asked, served = figures.demand_pflops, figures.served_pflops
    own = members[(members["member"].astype(bool)) & (members["demand_pflops"] > 0)]
    shares = own["served_pflops"] / own["demand_pflops"]
    home = float((members["served_pflops"] - members["imported_pflops"] - members["market_pflops"]).sum())
    whole = figures.unserved_pflops <= ALL_BUT * asked
    carried = figures.unserved_gbps <= ALL_BUT * figures.demand_gbps
    return {
        "cost_usd": plan.total_cost_usd,
        "cost_usd_per_pflops": figures.cost_usd / served if served else nan,
        "capex_usd": float(plan.builds["capex_usd"].sum()),
        "served_share": (1.0 if whole else served / asked) if asked else nan,
        "unserved_pflops": 0.0 if whole else figures.unserved_pflops,
        "carried_share": (1.0 if carried else figures.served_gbps / figures.demand_gbps)
        if figures.demand_gbps
        else nan,
        "worst_member_share": float(shares.min()) if len(shares) else nan,
        "home_share": home / served if served else nan,
        "mean_rtt_ms": figures.mean_rtt_ms,
        "carbon_t": figures.carbon_t,
        "built_pflops": figures.built_pflops,
    }


def rank(values: Sequence[float], *, most_is_best: bool = False) -> list[int | None]:
    """Return the place of each value, from 1; equal ones share a place, and what is no number has none."""
    signed = [(-value if most_is_best else value) if isfinite(value) else nan for value in values]
    return [
        None if not isfinite(own) else 1 + sum(_is_less(other, own) for other in signed if isfinite(other))
        for own in signed
    ]


def group_alike(plans: Mapping[str, Plan], year: int | None = None) -> dict[str, int]:
    """Number the groups of plans that are asked for the same in the same year; only such can dominate each other."""
    groups: list[tuple[int, float, float]] = []
    found: dict[str, int] = {}
    for name, plan in plans.items():
        own = plan.inputs.scenario.years[-1] if year is None else year
        figures = total(plan, own) if plan.status.has_plan and plan.tables is not None else NO_TOTALS
        asked = (own, figures.demand_pflops, figures.demand_gbps)
        at = next((i for i, other in enumerate(groups) if _is_same(asked, other)), len(groups))
        if at == len(groups):
            groups.append(asked)
        found[name] = at
    return found


def _is_same(one: tuple[int, float, float], other: tuple[int, float, float]) -> bool:
    return one[0] == other[0] and all(isclose(a, b, rel_tol=SAME) for a, b in zip(one[1:], other[1:], strict=True))


def dominators(values: Mapping[str, Values], groups: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Return the plans that are as good by every criterion that counts and better by one, for each plan by name.

    Only plans of the same group are measured against each other: less work is not a better plan.
    A plan without a figure for any of them neither dominates nor is dominated; criteria that no plan has are left out.
    """
    counted = [each for each in CRITERIA if each.counts and any(isfinite(own[each.key]) for own in values.values())]
    found = {}
    for name, own in values.items():
        others = (
            (other, figures) for other, figures in values.items() if other != name and groups[other] == groups[name]
        )
        found[name] = tuple(other for other, figures in others if _dominates(figures, own, counted))
    return found


def _dominates(one: Values, other: Values, counted: Sequence[Criterion]) -> bool:
    pairs = []
    for each in counted:
        mine, yours = one[each.key], other[each.key]
        if not (isfinite(mine) and isfinite(yours)):
            return False
        pairs.append((-mine, -yours) if each.most_is_best else (mine, yours))
    return any(_is_less(a, b) for a, b in pairs) and not any(_is_less(b, a) for a, b in pairs)


def _is_less(a: float, b: float) -> bool:
    return a < b - SAME * max(abs(a), abs(b))
