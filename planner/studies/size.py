"""Sizing a community: how many PFLOPS it needs, where, by when, and what sharing is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan
from numbers import Real
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import UsageError
from planner.files import Inputs, load_scenario
from planner.plan.solve import check_effort
from planner.studies.alterations import on_own_soil, without_market
from planner.studies.need import exhausted_year, members_asked, members_served, passes, read_places
from planner.studies.pooling import Pooling, compare_pooling
from planner.studies.scarcity import what_more_is_worth
from planner.studies.serving import (
    Served,
    find_cheapest,
    find_leanest,
    find_leanest_alone,
    find_within,
    find_worth,
    is_share,
    tell_short,
    with_share,
)
from planner.studies.session import Session
from planner.studies.sharing import leave_out
from planner.studies.trimming import too_dear_pflops

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.demand import DemandRow
    from planner.plan.plan import Plan


@dataclass(frozen=True)
class Sizing:
    """The answer to how large a community has to be.

    What a year *needs* is the least number of PFLOPS that have to stand on the members' soil, so that the community by
    itself serves what is to be served, in every hour and through every failure. To be served is, where nothing else is
    asked, what is *worth serving*: what the cheapest plan of the community by itself serves, demand by demand and hour
    by hour.

    The plan with the fewest is the *leanest*. It places the machines that stand as it builds new ones, so that they
    count only where they are needed; the number of both is what is least, and proved. One thing is put right when it is
    read: at a site to which new machines are built all that stands there counts, for nobody builds beside idle
    machines. Each year is sized apart: what was built before, and its price, do not matter, and a budget
    (`limits.capex`) holds for the year's own builds.

    Attributes
    ----------
    inputs
        the question, without the demand that is left out
    left_out
        demand of members that may use no site that another member's may use too: no pool changes what it needs
    served
        what is to be served: a share of every member's demand, "most" for as much as can be, None for what is worth it
    least_cost
        the cheapest plan that serves what is to be served, members free to use the sites of others as the policy lets
        them; None where time was up
    worth_serving
        the cheapest plan of the community by itself, by year; empty where something else is to be served than it serves
    leanest
        the plan that serves what is to be served with the fewest PFLOPS placed and built on the members' soil, by year
    leanest_alone
        the same with every member on its own, by year: it serves what is worth serving alone, or else as much as it can
    within_target
        the plan that serves most with no more PFLOPS than the target, wherever they serve most, in the years that need
        more
    pooling
        every member alone against the pool, at least cost; None where the first plan was not reached
    plans
        all plans by name
    unanswered
        names of the plans that the time limit or an interrupt left out
    failed
        what went wrong, by the name of each plan that failed; no figure of such a plan is shown
    findings
        what stands in the way where what is asked cannot be served
    """

    inputs: Inputs
    served: Served
    least_cost: Plan | None
    worth_serving: Mapping[int, Plan]
    leanest: Mapping[int, Plan]
    leanest_alone: Mapping[int, Plan]
    within_target: Mapping[int, Plan]
    pooling: Pooling | None
    plans: Mapping[str, Plan]
    unanswered: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    seconds: float = nan
    left_out: tuple[DemandRow, ...] = ()

    @property
    def status(self) -> Status:
        """What is proved of what is needed: the weakest of the plans it rests on; an error if any plan failed."""
        if self.failed:
            return Status.ERROR
        years = self.inputs.scenario.years
        plans = [self.least_cost, *self.worth_serving.values(), *(self.leanest.get(year) for year in years)]
        found = {Status.LIMIT if plan is None else plan.status for plan in plans}
        order = (Status.INFEASIBLE, Status.LIMIT, Status.FEASIBLE)
        return next((status for status in order if status in found), Status.OPTIMAL)

    @property
    def served_share(self) -> float | None:
        """The share of every member's demand to be served; None where it is no share that is asked for."""
        return self.served if is_share(self.served) else None

    @property
    def aim(self) -> str:
        """What is to be served, in a word: worth, most or share."""
        return "worth" if self.served is None else "share" if is_share(self.served) else "most"

    @property
    def target_pflops(self) -> float | None:
        """The pool size the community speaks of."""
        return self.inputs.scenario.community.target_pflops

    @cached_property
    def needed_pflops(self) -> dict[int, float]:
        """PFLOPS that have to stand on the members' soil, by year; years without a leanest plan are left out."""
        placed = self.places
        years = placed.index.get_level_values("year")
        sums = placed["needed_pflops"].groupby(level="year").sum()
        return {
            year: float(sums[year]) if year in years else 0.0
            for year, plan in self.leanest.items()
            if plan.tables is not None
        }

    @property
    def exhausted(self) -> float | None:
        """Year in which the need passes the target, growing geometrically between listed years; None where never."""
        return exhausted_year(self.needed_pflops, self.target_pflops)

    @property
    def years(self) -> pd.DataFrame:
        """By year: what members ask, what of it is served or not worth it, what is needed, what the target serves."""
        import pandas as pd

        records = []
        for year, needed in self.needed_pflops.items():
            served = members_served(self.leanest[year], year)
            asked = nan if self.least_cost is None else members_asked(self.least_cost, year)
            target = nan if self.target_pflops is None else self.target_pflops
            within = self._within(year, served)
            records.append((year, asked, served, self._too_dear.get(year, 0.0), needed, target, within))
        columns = ["year", "demand_pflops", "served_pflops", "unserved_not_worth_pflops", "needed_pflops"]
        return pd.DataFrame(records, columns=[*columns, "target_pflops", "within_target_pflops"]).set_index("year")

    @cached_property
    def _too_dear(self) -> dict[int, float]:
        """PFLOPS of the members' demand that are left because they are not worth their price, by year."""
        members, plans = self.inputs.scenario.community.members, self.worth_serving
        return {year: too_dear_pflops(plan, members)[year] for year, plan in plans.items() if plan.tables is not None}

    def _within(self, year: int, served: float) -> float:
        """PFLOPS of members' demand that the target serves; all that is to be where it is large enough."""
        if self.target_pflops is None:
            return nan
        if self.served_share is None and not passes(self.needed_pflops[year], self.target_pflops):
            return served
        plan = self.within_target.get(year)
        return nan if plan is None or plan.tables is None else members_served(plan, year)

    @cached_property
    def places(self) -> pd.DataFrame:
        """By year and site on the members' soil: PFLOPS needed, of which standing and to be built (leanest plans)."""
        return read_places(self.inputs, self.leanest)

    @cached_property
    def places_alone(self) -> pd.DataFrame:
        """As `places`, with every member on its own."""
        return read_places(self.inputs, self.leanest_alone)

    @property
    def members(self) -> pd.DataFrame:
        """By year and member: asked; served, needed on its soil, cost and penalty in the pool and alone.

        Served and needed are those of the leanest plans, cost and penalty those of the cheapest, USD of the year.
        """
        from planner.studies.pooling import compare_members

        return compare_members(self)

    @property
    def worth(self) -> pd.DataFrame:
        """By year and place: what the next 100 PFLOPS or Gbps would save a year, the dearest first."""
        return what_more_is_worth(None if self.pooling is None else self.pooling.pooled)


def size(
    scenario: str | Path | Inputs,
    *,
    variant: str | None = None,
    overrides: Sequence[str] = (),
    served: Served = None,
    gap: float | None = None,
    time_limit: float | None = None,
    watch: Watch | None = None,
    tell: Callable[[str], None] | None = None,
) -> Sizing:
    """Find the least-cost and the least-PFLOPS community that serves what is to be served, and what sharing is worth.

    Where what is asked cannot be served, the sizing has the status `infeasible` and says why in its findings.

    Parameters
    ----------
    served
        share of each member's demand that has to be served, or "most" for as much as any plan can serve; by default
        what is worth serving, which is what the cheapest plan of the community by itself serves
    gap
        relative gap at which each plan is good enough
    time_limit
        seconds for all plans together; one plan takes at most half of what is left
    watch
        takes progress and interrupts
    tell
        called with the name of each plan before it is solved

    Raises
    ------
    InputError
        with all faults of all files
    UsageError
        where `served`, `gap` or `time_limit` is no number to reckon with
    """
    started = monotonic()
    check_effort(gap, time_limit)
    if is_share(served) and not (isinstance(served, Real) and 0 <= served <= 1):
        raise UsageError(f"{served} is no share of demand: give a number from 0 to 1, or 'most'")
    inputs = scenario if isinstance(scenario, Inputs) else load_scenario(scenario, variant=variant, overrides=overrides)
    inputs, watch = without_market(inputs), watch or Watch()
    if time_limit is not None:
        watch.deadline = started + time_limit
    session = Session(gap, watch, tell)
    inputs, left = leave_out(inputs)
    sizing = _first_answer(inputs, served, session)
    if sizing.least_cost is not None and sizing.least_cost.tables is not None:
        sizing = _further_answers(sizing, session)
    seconds = monotonic() - started
    missing = tuple(session.unanswered)
    return replace(
        sizing, plans=session.plans, unanswered=missing, failed=session.failed, seconds=seconds, left_out=left
    )


def _first_answer(inputs: Inputs, served: Served, session: Session) -> Sizing:
    """The cheapest plan; where there is none, what could be served instead."""
    cheapest = find_cheapest(inputs, served, session)
    findings: tuple[str, ...] = ()
    if cheapest is not None and cheapest.tables is None:
        findings = (*tell_short(inputs, served, session), *cheapest.findings)
    return Sizing(inputs, served, cheapest, {}, {}, {}, {}, None, {}, findings=findings)


def _further_answers(sizing: Sizing, session: Session) -> Sizing:
    """What is needed, what the target serves, what pooling is worth."""
    inputs, served = sizing.inputs, sizing.served
    question = on_own_soil(with_share(inputs, served))
    worth = {} if served is not None else find_worth(question, "worth serving", session)
    leanest = find_leanest(question, served, worth, "leanest", session)
    sizing = replace(sizing, worth_serving=worth, leanest=leanest)
    return replace(
        sizing,
        within_target=find_within(on_own_soil(inputs), worth, _pools(sizing), session),
        leanest_alone=find_leanest_alone(inputs, served, session),
        pooling=compare_pooling(inputs, session),
        findings=tuple(finding for plan in leanest.values() for finding in plan.findings),
    )


def _pools(sizing: Sizing) -> dict[int, float]:
    """The target by year, in the years in which it may serve something else than the leanest plan does."""
    target = sizing.target_pflops
    if target is None:
        return {}
    needed, always = sizing.needed_pflops, sizing.served_share is not None
    return {year: target for year, pflops in needed.items() if always or passes(pflops, target)}
