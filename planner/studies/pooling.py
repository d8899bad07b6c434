"""The value of pooling: every member alone against the pool, and the causes of the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, NamedTuple

from planner.background import rows_of_ours
from planner.programme.hours import count_blocks
from planner.studies.alterations import (
    alone,
    home_of,
    in_one_zone,
    with_floor,
    without_failures,
    without_others_machines,
)

if TYPE_CHECKING:
    import pandas as pd

    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.studies.session import Session
    from planner.studies.size import Sizing


CAUSES = ("time_zones", "shared_reserve", "others_machines")
"""What can be taken away; what none of them explains comes from sites that are cheaper, or that have room."""


class Saving(NamedTuple):
    """A saving: money spent less, and penalty for what stays unserved less, USD a year or of all years discounted."""

    spent_usd: float
    penalty_usd: float

    @property
    def usd(self) -> float:
        """Both together."""
        return self.spent_usd + self.penalty_usd

    def less(self, other: Saving) -> Saving:
        """Return what is left of a saving without another one."""
        return Saving(self.spent_usd - other.spent_usd, self.penalty_usd - other.penalty_usd)


NO_WORTH = Saving(0.0, 0.0)
UNKNOWN = Saving(nan, nan)


@dataclass(frozen=True)
class Pooling:
    """The comparison of every member alone with the pool, at least cost and penalty, without any floor.

    Attributes
    ----------
    pooled, alone
        the plans compared; None where time was up. One without tables is infeasible
    parts
        the saving that goes when a cause is taken away, by cause; not a number where that is not known
    """

    pooled: Plan | None
    alone: Plan | None
    parts: dict[str, Saving]

    @property
    def is_known(self) -> bool:
        """Whether there are both plans."""
        return _has_plan(self.pooled) and _has_plan(self.alone)

    @property
    def total(self) -> Saving:
        """What pooling saves in all."""
        return _saving(self.alone, self.pooled)

    @property
    def gains(self) -> dict[str, Saving]:
        """The total, the part of each cause, and what no cause explains: cheaper sites and room where home has none.

        A part is found by difference: the saving with the cause, less the saving without. Two causes that only help
        together are counted in both, so the rest may be less than what cheaper sites bring, and even negative.
        """
        rest = self.total
        for part in self.parts.values():
            rest = rest.less(part)
        return {"total": self.total, **self.parts, "cheaper_sites": rest}


def compare_pooling(inputs: Inputs, session: Session) -> Pooling:
    """Solve the pool and everybody alone, and both again with each cause taken away.

    The floor is left out on all sides: a promise to everybody that a member alone cannot keep would leave nothing to
    compare. What is `required` stays so.
    """
    question = with_floor(inputs, None)
    pooled = _plan(session, "pooled", question)
    single = _plan(session, "alone", alone(question))
    total = _saving(single, pooled)
    comparable = _has_plan(pooled) and _has_plan(single)
    parts = dict.fromkeys(CAUSES, NO_WORTH if comparable else UNKNOWN)
    if comparable and _has_rhythm(inputs):
        parts["time_zones"] = total.less(_without(session, "in one time zone", in_one_zone, question))
    if comparable and _has_reserve(inputs):
        parts["shared_reserve"] = total.less(_without(session, "without failures", without_failures, question))
    if comparable:
        closed = _plan(session, "pooled, without others' machines", without_others_machines(question))
        parts["others_machines"] = total.less(_saving(single, closed))
    return Pooling(pooled, single, parts)


def accounts(plan: Plan) -> pd.DataFrame:
    """By year and country: what it asks, is served, pays, and is charged for what stays unserved, USD of the year."""
    frame = plan.members[["member", "demand_pflops", "served_pflops", "cost_usd"]].copy()
    penalties = dict.fromkeys(frame.index.tolist(), 0.0)
    for year, origin, workload, left in _unserved(plan):
        price = plan.inputs.demand.workloads[workload].unserved_usd
        if price is not None and left:
            key = (year, home_of(plan.inputs, origin))
            penalties[key] = penalties.get(key, 0.0) + left * price.at(year)
    frame["penalty_usd"] = [penalties[key] for key in frame.index.tolist()]
    return frame


def _unserved(plan: Plan) -> Iterator[tuple[int, str, str, float]]:
    """Year, origin, workload and what stays unserved, of compute and of traffic but everybody else's."""
    left = plan.demands["unserved_pflops"]
    for (year, origin, workload), amount in zip(left.index.tolist(), left.tolist(), strict=True):
        yield year, origin, workload, amount
    left = rows_of_ours(plan.rates)["unserved_gbps"]
    for (year, origin, _, workload), amount in zip(left.index.tolist(), left.tolist(), strict=True):
        yield year, origin, workload, amount


def _plan(session: Session, name: str, question: Inputs) -> Plan | None:
    return session.solve(name, question, "cost", objective="cost", briefly=True)


def _without(session: Session, name: str, alter: Callable[[Inputs], Inputs], question: Inputs) -> Saving:
    """Return the saving of pooling in an altered world."""
    altered = alter(question)
    single = _plan(session, f"alone, {name}", alone(altered))
    return _saving(single, _plan(session, f"pooled, {name}", altered))


def _saving(single: Plan | None, pooled: Plan | None) -> Saving:
    if single is None or pooled is None or single.tables is None or pooled.tables is None:
        return UNKNOWN
    return Saving(
        single.total_cost_usd - pooled.total_cost_usd, single.unserved_penalty_usd - pooled.unserved_penalty_usd
    )


def _has_plan(plan: Plan | None) -> bool:
    return plan is not None and plan.tables is not None


def _has_rhythm(inputs: Inputs) -> bool:
    """Whether anything that is asked for follows the day."""
    asked = {row.workload for row in inputs.demand.demands}
    rhythmic = any(not inputs.demand.workloads[key].is_flat for key in asked)
    return rhythmic and count_blocks(inputs) > 1


def _has_reserve(inputs: Inputs) -> bool:
    """Whether anything that is asked for has to survive any failure."""
    asked = {row.workload for row in inputs.demand.demands}
    surviving = any(inputs.demand.workloads[key].survives > 0 for key in asked)
    return surviving and bool(inputs.scenario.contingencies)


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
