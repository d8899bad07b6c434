"""Why a plan is as it is: the ways of each demand, where else it could go, what is between, what would cure it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from planner.admissibility import Origin, find_rule, speaks_of
from planner.demand import split_origin
from planner.engine.solution import Watch
from planner.errors import UsageError, did_you_mean
from planner.plan.diagnosis.eased import EasedQuestion, ServedAtLeast
from planner.plan.plan import Plan
from planner.plan.runs import Run, read_run
from planner.programme.prepare import prepare
from planner.studies.explaining.amendments import Amendment
from planner.studies.explaining.diagnosis import Diagnosis, diagnose
from planner.studies.explaining.elsewhere import SHOWN, Between, Elsewhere, LivePlan
from planner.studies.explaining.errands import Effort, Errand, Finding, ServedKey, find_all, found_in
from planner.studies.explaining.journeys import Journey, list_journeys
from planner.studies.explaining.remedies import Remedy, find_remedies
from planner.studies.explaining.repairs import TRIFLE, Judge, Repair, verify
from planner.studies.explaining.restrictions import Restriction
from planner.studies.explaining.trials import Trials
from planner.studies.explaining.worthwhile import worth_serving

if TYPE_CHECKING:
    from planner.demand import DemandRow
    from planner.files import Inputs

SECONDS = 120.0
"""How long repairs are looked for, unless asked otherwise."""
VERIFIED = 5
"""Remedies of one demand that are verified; each is a plan of its own."""


@dataclass(frozen=True)
class DemandExplanation:
    """One demand in one year.

    Attributes
    ----------
    wanted
        year, origin as written (traffic: origin-to), workload
    unit
        PFLOPS, of traffic Gbps
    reason
        why what is left is left
    barred
        a site that would serve what is left if residency or its hosts let it
    repairs
        what would have all of it served, tried, the cheapest first
    untried
        whether time was up before repairs were looked for
    """

    wanted: ServedKey
    unit: str
    asked: float
    left: float
    reason: str
    journeys: tuple[Journey, ...] = ()
    alternatives: tuple[Elsewhere, ...] = ()
    between: tuple[Between, ...] = ()
    barred: str = ""
    repairs: tuple[Repair, ...] = ()
    untried: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether all of it is served."""
        return self.left <= TRIFLE * self.asked


@dataclass(frozen=True)
class Explanation:
    """What was asked, and why the answer is as it is."""

    plan: Plan
    demands: tuple[DemandExplanation, ...] = ()
    diagnosis: Diagnosis | None = None
    seconds: float = field(default=0.0, compare=False)


def explain(
    run: str | Path | Run | Plan,
    demand: str | None = None,
    *,
    repairs: bool = True,
    time_limit: float = SECONDS,
    watch: Watch | None = None,
) -> Explanation:
    """Say why a plan is as it is: of one demand, or of all.

    Parameters
    ----------
    run
        a run folder, a run as it was read, or a plan of a scenario file
    demand
        ``ORIGIN/WORKLOAD`` as written in the demand (traffic: ``ORIGIN-TO/WORKLOAD``); by default all. Of one demand
        the alternatives are exact, by solving again
    repairs
        whether to look for what would cure what is left unserved
    time_limit
        seconds for all of it; what is not known by then is left out

    Raises
    ------
    RunError
        where the folder is no run
    UsageError
        where there is no such demand, or the plan has neither tables nor a proof that there is none
    """
    started, watch = monotonic(), watch or Watch()
    plan = _plan_of(run)
    deadline, until = watch.deadline, started + time_limit
    watch.deadline = until if deadline is None else min(until, deadline)
    try:
        if plan.tables is None or not plan.status.has_plan:
            found = _of_none(plan, demand, time_limit, watch)
        else:
            found = _of_plan(plan, demand, repairs=repairs, watch=watch)
    finally:
        watch.deadline = deadline
    return replace(found, seconds=monotonic() - started)


def _plan_of(run: str | Path | Run | Plan) -> Plan:
    if isinstance(run, Plan):
        return run
    return run.plan if isinstance(run, Run) else read_run(Path(run)).plan


def _of_none(plan: Plan, demand: str | None, time_limit: float, watch: Watch) -> Explanation:
    if plan.status.value != "infeasible":
        raise UsageError(f"there is nothing to explain: the run is {plan.status.value}; solve it again")
    if demand is not None:
        raise UsageError("the scenario has no plan, and so no demand of it is served: leave the demand out")
    return Explanation(plan, diagnosis=diagnose(plan, time_limit=time_limit, watch=watch))


def _of_plan(plan: Plan, demand: str | None, *, repairs: bool, watch: Watch) -> Explanation:
    builds = plan.tables if plan.builds_given else None
    live = LivePlan(plan.inputs, builds, watch)
    base = found_in(plan)
    told = []
    for each in _listed(plan, base, demand):
        journeys = tuple(list_journeys(plan, each.wanted))
        others = live.others(each.wanted) if live.found else []
        if demand is not None and each.unit == "PFLOPS":
            others = _solved(plan.inputs, each, others, base, Effort(builds, watch))
        between = tuple(live.between(each.wanted)) if live.found else ()
        barred = live.barred(each.wanted) if live.found and not each.is_whole else ""
        used = {journey.site for journey in journeys} if each.is_whole else set[str]()
        shown = tuple(other for other in others if other.site not in used)[:SHOWN]
        told.append(replace(each, journeys=journeys, alternatives=shown, between=between, barred=barred))
    if repairs:
        told = [_repaired(plan.inputs, each, base, Effort(builds, watch)) for each in told]
    return Explanation(plan, tuple(told))


def _listed(plan: Plan, base: Finding, demand: str | None) -> Iterator[DemandExplanation]:
    """Yield the demands asked about; everybody else's traffic is none."""
    workloads = plan.inputs.demand.workloads
    known = {"/".join(key[1:]) for key in base.asked if not workloads[key[2]].is_background}
    if demand is not None and demand not in known:
        raise UsageError(f"there is no demand '{demand}': {did_you_mean(demand, known) or 'write ORIGIN/WORKLOAD'}")
    reasons = _reasons(plan)
    for key in sorted(base.asked):
        if (demand is None or "/".join(key[1:]) == demand) and not workloads[key[2]].is_background:
            unit = "Gbps" if workloads[key[2]].kind == "traffic" else "PFLOPS"
            yield DemandExplanation(key, unit, base.asked[key], base.left[key], reasons.get(key, ""))


def _reasons(plan: Plan) -> dict[ServedKey, str]:
    """Return why what is left is left, by demand; of traffic the origin names both ends."""
    rows = plan.demands.reset_index().to_dict("records")
    found = {(int(r["year"]), str(r["origin"]), str(r["workload"])): str(r["reason"]) for r in rows}
    rates = plan.rates.reset_index().to_dict("records")
    return found | {(int(r["year"]), f"{r['origin']}-{r['to']}", str(r["workload"])): str(r["reason"]) for r in rates}


def _solved(
    inputs: Inputs, each: DemandExplanation, others: Sequence[Elsewhere], base: Finding, effort: Effort
) -> list[Elsewhere]:
    """Return alternatives with what they cost when the demand may go there alone and all is solved again."""
    first = list(others[: SHOWN + 1])
    path = f"demands.{'/'.join(each.wanted[1:])}.hosts"
    errands = [Errand((Amendment(path, [f"site:{other.site}"]),), builds=effort.builds) for other in first]
    found = []
    for other, finding in zip(first, find_all(inputs, errands, watch=effort.watch), strict=True):
        if not finding.status.has_plan:
            continue
        extra = finding.cost_usd + finding.penalty_usd - base.cost_usd - base.penalty_usd
        found.append(replace(other, extra_usd=round(max(extra, 0.0), 2), exact=True))
    return sorted(found, key=lambda other: (round(other.extra_usd, 2), other.rtt_ms, other.site)) or first


def _repaired(inputs: Inputs, each: DemandExplanation, base: Finding, effort: Effort) -> DemandExplanation:
    """Look for repairs of what is left of a demand, without taking from others."""
    if each.is_whole:
        return each
    judge = Judge(inputs, prepare(inputs), base, each.wanted)
    first = _remedies(inputs, each, frozenset(_kept(inputs, base, {each.wanted})), effort)
    found = verify(judge, first[:VERIFIED], effort)
    cured = [repair for repair in found if repair.verified]
    rivals = set(_rivals(base, each.wanted))
    if not cured and rivals and not effort.watch.must_stop:
        more = _remedies(inputs, each, frozenset(_kept(inputs, base, {each.wanted, *rivals})), effort)
        found = [*verify(judge, more[:VERIFIED], effort), *found]
        cured = [repair for repair in found if repair.verified]
    if not cured and first and not effort.watch.must_stop:
        found = [*verify(judge, list(_made_worth(inputs, each.wanted, first[:2], effort)), effort), *found]
        cured = [repair for repair in found if repair.verified]
    partly = [repair for repair in found if not repair.verified and repair.serves_pflops > TRIFLE * each.asked]
    return replace(each, repairs=tuple(cured or partly), untried=effort.watch.must_stop and not cured)


def _remedies(
    inputs: Inputs, each: DemandExplanation, served: frozenset[ServedAtLeast], effort: Effort
) -> list[Remedy]:
    """Return what would have some demands served at least so far; a price where nothing but money is in the way."""
    row = next(row for row in inputs.demand.demands if row.id == "/".join(each.wanted[1:]))
    question = EasedQuestion(inputs, builds=effort.builds, served=served)
    trials = Trials(question, effort.watch, relevant=partial(_is_relevant, inputs, row))
    if not trials.is_possible(()):
        return list(find_remedies(trials))
    price = worth_serving(inputs, each.wanted, (), effort)
    return [Remedy(("unserved",), (price,))] if price is not None else []


def _rivals(base: Finding, wanted: ServedKey) -> Iterator[ServedKey]:
    """Yield the demands for the same work in the same year that are left too: room may go to them first."""
    for key, asked in base.asked.items():
        if key != wanted and (key[0], key[2]) == (wanted[0], wanted[2]) and base.left[key] > TRIFLE * asked:
            yield key


def _kept(inputs: Inputs, base: Finding, wanted: Collection[ServedKey]) -> Iterator[ServedAtLeast]:
    """Yield all demands with what may be left: nothing of those that are wanted, of others what is left now.

    They are named as the programme does, which tells the ends of traffic apart otherwise.
    """
    written = {row.id: f"{row.origin}--{row.to}" for row in inputs.demand.demands if row.to is not None}
    for key, asked in base.asked.items():
        year, origin, workload = key
        left = 0.0 if key in wanted or base.left[key] <= TRIFLE * asked else base.left[key]
        if left < asked * (1 - TRIFLE) and not inputs.demand.workloads[workload].is_background:
            yield year, written.get(f"{origin}/{workload}", origin), workload, left


def _made_worth(inputs: Inputs, wanted: ServedKey, remedies: Sequence[Remedy], effort: Effort) -> Iterator[Remedy]:
    """Yield remedies that make work possible, with the price that makes it worth while too."""
    for remedy in remedies:
        price = worth_serving(inputs, wanted, remedy.amendments, effort)
        if price is not None:
            yield replace(remedy, kinds=(*remedy.kinds, "unserved"), amendments=(*remedy.amendments, price))


OF_ITS_WORK = frozenset({"max_rtt", "deadline", "min_cluster", "split", "survives", "requires"})
"""Kinds that speak of one workload."""


def _is_relevant(inputs: Inputs, row: DemandRow, restriction: Restriction) -> bool:
    """Whether a restriction may keep a demand from being served."""
    kind = restriction.kind
    workload = inputs.demand.workloads[row.workload]
    if kind in OF_ITS_WORK:
        return restriction.keys[1] == row.workload
    if kind == "hosts":
        return restriction.record == f"demands.{row.id}.hosts"
    nodes = inputs.topology.nodes
    origins = [Origin(node, nodes[node].country) for node in split_origin(row.origin, nodes)]
    policy = inputs.scenario.policy
    if kind == "residency":
        rule = policy.residency[int(restriction.keys[2])]
        deciding = any(find_rule(policy, origin, workload) is rule for origin in origins)
        return deciding or any(speaks_of(rule, origin, workload) for origin in origins)
    if kind == "transit":
        asked = policy.transit[int(restriction.keys[2])].origin
        return asked is None or any(origin.country in asked or origin.node in asked for origin in origins)
    return True
