"""Sizing a community: how many PFLOPS it needs, where, by when, and what sharing is worth."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import nan
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import UsageError
from planner.files import Inputs, load_scenario
from planner.plan.phrases import SHORT_OF_SHARE
from planner.plan.solve import check_effort
from planner.studies.alterations import (
    alone,
    on_own_soil,
    to_be_placed,
    with_floor,
    without_duties,
)
from planner.studies.need import exhausted_year, members_served, passes, read_places
from planner.studies.pooling import Pooling, compare_pooling
from planner.studies.scarcity import what_more_is_worth
from planner.studies.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from planner.plan.plan import Plan

SHORT_SHARE = 1e-4
"""Members short of a floor by less than this are not named."""


@dataclass(frozen=True)
class Sizing:
    """The answer to how large a community has to be.

    What a year *needs* is the least number of PFLOPS that have to stand on the members' soil, machines that stand there
    already included, so that the community by itself serves what is asked, in every hour and through every failure.
    Its plan is the *leanest*. Each year is sized apart: what was built before, and its price, do not matter, and a
    budget (`limits.capex`) holds for the year's own builds.

    Attributes
    ----------
    inputs
        the question
    served_share
        share of every member's demand to be served; None for as much as can be
    least_cost
        the cheapest plan that serves what is asked, members free to use the sites of others as the policy lets them;
        None where time was up
    leanest
        the plan that serves what is asked with the fewest PFLOPS on the members' soil, by year
    leanest_alone
        the same with every member on its own, serving as much as it can, by year
    within_target
        the plan that serves most with no more PFLOPS than the target, in the years that need more
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
    served_share: float | None
    least_cost: Plan | None
    leanest: Mapping[int, Plan]
    leanest_alone: Mapping[int, Plan]
    within_target: Mapping[int, Plan]
    pooling: Pooling | None
    plans: Mapping[str, Plan]
    unanswered: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[str, ...] = ()
    seconds: float = nan

    @property
    def status(self) -> Status:
        """What is proved of what is needed: the weakest of the cheapest and leanest plans; an error if any failed."""
        if self.failed:
            return Status.ERROR
        years = self.inputs.scenario.years
        plans = [self.least_cost, *(self.leanest.get(year) for year in years)]
        found = {Status.LIMIT if plan is None else plan.status for plan in plans}
        order = (Status.INFEASIBLE, Status.LIMIT, Status.FEASIBLE)
        return next((status for status in order if status in found), Status.OPTIMAL)

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
        """By year: what members ask, what the community can serve, the PFLOPS needed, and what the target serves."""
        import pandas as pd

        records = []
        for year, needed in self.needed_pflops.items():
            asked, served = members_served(self.leanest[year])
            target = nan if self.target_pflops is None else self.target_pflops
            records.append(
                {
                    "year": year, "demand_pflops": asked, "served_pflops": served, "needed_pflops": needed,
                    "target_pflops": target, "within_target_pflops": self._within(year, served),
                }
            )  # fmt: skip
        columns = ["year", "demand_pflops", "served_pflops", "needed_pflops", "target_pflops", "within_target_pflops"]
        return pd.DataFrame(records, columns=columns).set_index("year")

    def _within(self, year: int, served: float) -> float:
        """PFLOPS of members' demand that the target serves; all that can be where it is large enough."""
        if self.target_pflops is None:
            return nan
        if self.served_share is None and not passes(self.needed_pflops[year], self.target_pflops):
            return served
        plan = self.within_target.get(year)
        return nan if plan is None or plan.tables is None else members_served(plan)[1]

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
        from planner.studies.members import compare_members

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
    served: float | None = None,
    gap: float | None = None,
    time_limit: float | None = None,
    watch: Watch | None = None,
    tell: Callable[[str], None] | None = None,
) -> Sizing:
    """Find the least-cost and the least-PFLOPS community that serves what is asked, and what sharing is worth.

    Where what is asked cannot be served, the sizing has the status `infeasible` and says why in its findings.

    Parameters
    ----------
    served
        share of each member's demand that has to be served; by default as much as any plan can serve
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
    if served is not None and not 0 <= served <= 1:
        raise UsageError(f"{served:g} is no share of demand: give a number from 0 to 1")
    inputs = scenario if isinstance(scenario, Inputs) else load_scenario(scenario, variant=variant, overrides=overrides)
    watch = watch or Watch()
    if time_limit is not None:
        watch.deadline = started + time_limit
    session = Session(gap, watch, tell)
    sizing = _first_answer(inputs, served, session)
    if sizing.least_cost is not None and sizing.least_cost.tables is not None:
        sizing = _further_answers(sizing, session)
    seconds = monotonic() - started
    missing = tuple(session.unanswered)
    return replace(sizing, plans=session.plans, unanswered=missing, failed=session.failed, seconds=seconds)


def _first_answer(inputs: Inputs, served: float | None, session: Session) -> Sizing:
    """The cheapest plan; where there is none, what could be served instead."""
    asked, first = _asked(inputs, served)
    cheapest = session.solve("least cost", asked, *first, "cost", objective="cost")
    findings: tuple[str, ...] = ()
    if cheapest is not None and cheapest.tables is None:
        findings = (*_short(inputs, served, session), *cheapest.findings)
    return Sizing(inputs, served, cheapest, {}, {}, {}, None, {}, findings=findings)


def _further_answers(sizing: Sizing, session: Session) -> Sizing:
    """What is needed, what the target serves, what pooling is worth."""
    inputs = sizing.inputs
    asked, first = _asked(inputs, sizing.served_share)
    leanest = _each_year(on_own_soil(asked), "leanest", session, *first)
    sizing = replace(sizing, leanest=leanest)
    single = with_floor(alone(on_own_soil(inputs)), None)
    return replace(
        sizing,
        within_target=_within_target(sizing, session),
        leanest_alone=_each_year(single, "leanest, alone", session, "served"),
        pooling=compare_pooling(inputs, session),
        findings=tuple(finding for plan in leanest.values() for finding in plan.findings),
    )


def _asked(inputs: Inputs, served: float | None) -> tuple[Inputs, tuple[str, ...]]:
    """The question with its floor, and the objective that stands before all others: what can be served is served."""
    return (inputs, ("served",)) if served is None else (with_floor(inputs, served), ())


def _each_year(question: Inputs, name: str, session: Session, *first: str) -> dict[int, Plan]:
    """The plan with the fewest PFLOPS on the members' soil, year by year."""
    found = {}
    for year in question.scenario.years:
        placed = to_be_placed(question, year)
        plan = session.solve(f"{name} {year}", placed, *first, "compute", "cost", objective="compute")
        if plan is not None:
            found[year] = plan
    return found


def _within_target(sizing: Sizing, session: Session) -> dict[int, Plan]:
    """The plans that serve most with the target's PFLOPS, where that is not all that can be served anyway."""
    target, found = sizing.target_pflops, {}
    question = without_duties(on_own_soil(sizing.inputs))
    for year, needed in sizing.needed_pflops.items() if target is not None else ():
        if sizing.served_share is not None or passes(needed, target):
            placed = to_be_placed(question, year, pool_pflops=target)
            plan = session.solve(f"within the target {year}", placed, "served", objective="served")
            if plan is not None:
                found[year] = plan
    return found


def _short(inputs: Inputs, served: float | None, session: Session) -> list[str]:
    """Name the members that stay below the share asked for even where all serve as much as they can."""
    if served is None:
        return []
    plan = session.solve("most served", without_duties(inputs), "served", "cost", objective="served")
    if plan is None or plan.tables is None:
        return []
    own = plan.members[plan.members["member"].astype(bool) & (plan.members["demand_pflops"] > 0)]
    shares = zip(own.index.tolist(), (own["served_pflops"] / own["demand_pflops"]).tolist(), strict=True)
    return [
        SHORT_OF_SHARE.say(country=country, served_percent=100 * share, year=year, asked_percent=100 * served)
        for (year, country), share in shares
        if share < served - SHORT_SHARE
    ]
