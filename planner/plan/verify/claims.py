"""Rules of what a plan says of itself: its status, its objectives with their bounds and gaps, its findings.

A bound above the plan's own value, a gap that is not the distance to the bound, a proof that the gap denies: each is
stated. What a bound itself is worth follows from the duals where nothing is decided whole (see `duality`); where whole
decisions are, no check without a solver can tell.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite, isnan
from typing import TYPE_CHECKING, NamedTuple

from planner.engine.status import Status
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.objectives import MEASURES, UNITS, allowance_of, bound_faults
from planner.plan.verify.tolerance import ABSOLUTE, RELATIVE, show

if TYPE_CHECKING:
    from planner.engine.status import Stage
    from planner.files import Inputs
    from planner.plan.plan import Plan

PROVED, PROVED_WHOLE = 1e-7, 1e-4
"""Gaps up to which a plan is called proved: where nothing, and where anything is decided whole."""
SAME_USD = 1.0
"""Distance to the bound that may pass for none: of money, and in a millionth of the unit of other objectives."""


class ClaimedPlan(NamedTuple):
    """A plan, and what its tables and inputs give evidence of."""

    plan: Plan
    evidence: Evidence


def claim_faults(plan: Plan) -> Iterator[str]:
    """Yield what is wrong with what a plan without tables says of itself, or with the bound of one that has some."""
    if plan.tables is not None:
        yield from bound_faults(plan.objective_name, plan.bound, plan.objective)
        return
    if plan.status.has_plan:
        yield f"the plan is {plan.status.value} and has no tables"
        return
    if plan.status is Status.INFEASIBLE and not plan.findings:
        yield "the plan is infeasible and no finding says why"
    figures = (plan.objective, plan.bound, plan.gap)
    money = (*plan.cost_usd.values(), plan.unserved_penalty_usd)
    if any(map(isfinite, figures)) or any(money):
        yield f"the plan is {plan.status.value}, and figures of a plan are given"


def status_is_right(claimed: ClaimedPlan) -> Iterator[str]:
    """A plan is optimal where all its objectives are proved, and feasible where one of them is not."""
    plan = claimed.plan
    if plan.status is Status.ERROR:
        if not plan.findings:
            yield "the plan failed its check, and no finding says why"
        return
    if not plan.status.has_plan:
        yield f"the plan is {plan.status.value} and has tables"
        return
    if plan.findings:
        yield f"the plan is {plan.status.value} and has findings: {plan.findings[0]}"
    proved = all(stage.status is Status.OPTIMAL for stage in plan.stages)
    if plan.status is Status.OPTIMAL and not proved:
        yield "the plan is called optimal, and not all of its objectives are proved"
    if plan.status is Status.FEASIBLE and proved and plan.solver == "highs":
        yield "the plan is called feasible, and all of its objectives are proved"


def gap_is_right(claimed: ClaimedPlan) -> Iterator[str]:
    """The gap is the distance between objective and bound, as a share of the objective."""
    plan = claimed.plan
    if plan.status is Status.ERROR:
        return
    right = distance(plan.objective_name, plan.objective, plan.bound)
    stated = inf if isnan(plan.gap) else plan.gap
    if stated == right or abs(stated - right) <= RELATIVE * max(right, RELATIVE):
        return
    if stated or not is_same(plan.objective_name, plan.objective, plan.bound):
        yield f"the gap is {show(right)}, and the plan says {show(stated)}"


def distance(name: str, value: float, bound: float) -> float:
    """Return the relative distance between value and bound; what is served is bounded from above."""
    if not isfinite(value) or not isfinite(bound):
        return inf
    apart = bound - value if name == "served" else value - bound
    if apart <= 0:
        return 0.0
    return apart / abs(value) if value else inf


def is_same(name: str, value: float, bound: float) -> bool:
    """Tell whether value and bound are so near that the distance may be called none."""
    apart = SAME_USD if name == "cost" else ABSOLUTE
    return abs(value - bound) <= apart + RELATIVE * abs(value)


def stages_are_right(claimed: ClaimedPlan) -> Iterator[str]:
    """Every objective is worth what the tables say, none passes its bound, and a proof has its gap.

    Later objectives may worsen earlier ones by as much again as a figure may be off.
    """
    plan, e = claimed.plan, claimed.evidence
    for stage in plan.stages:
        if stage.name not in MEASURES:
            yield f"the objective {stage.name} is none that a plan can have"
            continue
        right = MEASURES[stage.name](e)
        if not isfinite(stage.value) or not abs(stage.value - right) <= allowance_of(e, stage.name, right):
            unit = UNITS[stage.name]
            yield f"objective {stage.name}: is {show(right)} {unit}, and the plan says {show(stage.value)}"
        yield from (f"objective {stage.name}: {fault}" for fault in bound_faults(stage.name, stage.bound, stage.value))
        yield from _proof_faults(e, stage)
    yield from _first_faults(plan)


def _proof_faults(e: Evidence, stage: Stage) -> Iterator[str]:
    most = PROVED_WHOLE if has_whole_decisions(e.inputs) else PROVED
    apart = distance(stage.name, stage.value, stage.bound)
    allowed = allowance_of(e, stage.name, stage.value)
    near = apart <= most or is_same(stage.name, stage.value, stage.bound) or abs(stage.value - stage.bound) <= allowed
    if stage.status is Status.OPTIMAL and not near:
        yield f"objective {stage.name}: is called proved, and the gap is {show(apart)}"
    if stage.status is not Status.OPTIMAL and apart == 0:
        yield f"objective {stage.name}: is called {stage.status.value}, and no gap is left"


def _first_faults(plan: Plan) -> Iterator[str]:
    """The objective asked for first stands for the plan."""
    own = [stage for stage in plan.stages if stage.name == plan.objective_name]
    if not own:
        yield f"the objective {plan.objective_name} is asked for, and none of the plan's objectives is it"
    elif (own[0].value, own[0].bound) != (plan.objective, plan.bound):
        stated = f"{show(plan.objective)} with the bound {show(plan.bound)}"
        first = f"{own[0].name}: {show(own[0].value)} with the bound {show(own[0].bound)}"
        yield f"objective {first}, the plan says {stated}"


def has_whole_decisions(inputs: Inputs) -> bool:
    """Tell whether anything may have to be decided whole: steps, sites in use, clusters, places of work, projects."""
    topology, demand = inputs.topology, inputs.demand
    options = [option for site in topology.sites.values() for option in site.expansion]
    links = [option for link in topology.links.values() for option in link.expansion]
    asked = [demand.workloads[row.workload] for row in demand.demands]
    return (
        bool(topology.projects)
        or inputs.scenario.limits.sites is not None
        or any(option.step is not None for option in (*options, *links))
        or any(value for site in topology.sites.values() for _, value in site.fixed_cost_usd.points)
        or any(workload.needs_cluster or not workload.split for workload in asked)
    )


def asked_objectives(inputs: Inputs) -> list[str]:
    """Return the objectives of a scenario in the order in which they are optimised, each once.

    Cost comes last where it is not asked for, and what is served first where serving nothing would be best.
    """
    names = list(inputs.scenario.objective)
    required = all(inputs.demand.workloads[row.workload].required for row in inputs.demand.demands)
    if not required and names[0] not in ("cost", "served"):
        names = ["served", *names]
    return list(dict.fromkeys([*names, "cost"]))


def paths_are_counted(claimed: ClaimedPlan) -> Iterator[str]:
    """At least as many paths were generated as are in use in the intact states, in at least one round."""
    plan, e = claimed.plan, claimed.evidence
    used = {(*flow.state, flow.part, flow.end, flow.links) for flow in e.flows if flow.is_intact}
    if plan.paths_generated < len(used):
        yield f"{len(used)} paths are in use, and {plan.paths_generated} are said to have been generated"
    if plan.rounds < 1:
        yield f"the plan is said to have been found in {plan.rounds} rounds"


CLAIMS = (status_is_right, gap_is_right, stages_are_right, paths_are_counted)
