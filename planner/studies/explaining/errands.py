"""Many questions solved side by side; what comes out depends neither on how many at a time nor on their order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.engine.optimisation import Optimisation
from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import InputError, SolverError
from planner.plan.answer import Answer
from planner.plan.frozen import freeze_builds
from planner.programme.objective import PENALTIES
from planner.programme.prepare import prepare
from planner.programme.programme import build_programme
from planner.studies.crew import answer_all
from planner.studies.explaining.amendments import Amendment, amended

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.files import Inputs
    from planner.plan.plan import Plan, Tables
    from planner.studies.crew import Outcome

FEW = 8
"""Questions for which it does not pay to start further processes."""

ServedKey = tuple[int, str, str]
"""Year, origin as written (traffic: origin-to) and workload."""


@dataclass(frozen=True)
class Effort:
    """What all questions of a study share: the builds taken as they are, when to stop, and how many at a time."""

    builds: Tables | None = None
    watch: Watch = field(default_factory=Watch)
    jobs: int = 1


@dataclass(frozen=True)
class Errand:
    """A question with changes, and how it is to be answered."""

    amendments: tuple[Amendment, ...] = ()
    gap: float | None = None
    builds: Tables | None = None


@dataclass(frozen=True)
class Finding:
    """What a question with changes comes to.

    Attributes
    ----------
    objective
        of the first objective, in its unit; for cost with all penalties
    cost_usd, penalty_usd
        money spent, and what leaving work undone counts for
    asked, left
        PFLOPS (Gbps of traffic) by year, origin and workload
    hosted
        PFLOPS used by year and site
    served_pflops
        PFLOPS served of all compute, years added
    error
        what was wrong, where the question could not be asked or solved
    """

    status: Status
    objective: float = float("nan")
    cost_usd: float = float("nan")
    penalty_usd: float = float("nan")
    asked: Mapping[ServedKey, float] = field(default_factory=dict)
    left: Mapping[ServedKey, float] = field(default_factory=dict)
    hosted: Mapping[tuple[int, str], float] = field(default_factory=dict)
    served_pflops: float = 0.0
    error: str = ""


def find_all(inputs: Inputs, errands: Sequence[Errand], *, jobs: int = 1, watch: Watch | None = None) -> list[Finding]:
    """Answer a question with each of many changes, in order; those that time does not suffice for end as `limit`.

    Parameters
    ----------
    jobs
        processes at a time; more than one starts new interpreters, so that a script needs the usual guard of its main
        module
    """
    watch = watch or Watch()
    if jobs <= 1 or len(errands) < FEW:
        return [_find(inputs, errand, watch) for errand in errands]
    named = {str(number): errand for number, errand in enumerate(errands)}
    found = {each.name: each for each in answer_all(_find_there, inputs, named, jobs=jobs, watch=watch)}
    return [_heard(found.get(name)) for name in named]


def _find_there(inputs: Inputs, errand: Errand) -> Finding:
    return _find(inputs, errand, Watch())


def _heard(outcome: Outcome[Finding] | None) -> Finding:
    """Return what an errand found; one that was not begun in time stopped at the limit."""
    if outcome is None:
        return Finding(Status.LIMIT)
    return outcome.answer or Finding(Status.ERROR, error=outcome.fault)


def _find(inputs: Inputs, errand: Errand, watch: Watch) -> Finding:
    if watch.must_stop:
        return Finding(Status.LIMIT)
    try:
        question = amended(inputs, errand.amendments) if errand.amendments else inputs
        return _solved(question, errand, watch)
    except (InputError, SolverError) as error:
        return Finding(Status.ERROR, error=str(error))


def _solved(inputs: Inputs, errand: Errand, watch: Watch) -> Finding:
    """Solve a question for what it comes to: without tables, prices and reasons, which take longer than the optimum."""
    programme = build_programme(prepare(inputs))
    if errand.builds is not None:
        freeze_builds(programme, errand.builds)
    solution = Optimisation(programme, watch, errand.gap).solve()
    if not solution.status.has_plan:
        return Finding(solution.status)
    answer, case = Answer(inputs, programme, solution), programme.case
    asked, left, served_pflops = dict[ServedKey, float](), dict[ServedKey, float](), 0.0
    for year in case.years:
        for demand in case.demands:
            origin, _, workload = inputs.demand.demands[demand.row].id.rpartition("/")
            key, volume = (year, origin, workload), case.volume(demand, year)
            served = answer.mean("served", year, demand.index)
            asked[key] = asked.get(key, 0.0) + volume
            left[key] = left.get(key, 0.0) + answer.shortfall(volume, served, traffic=not demand.is_compute)
            served_pflops += served if demand.is_compute else 0.0
    hosted = {(y, site.id): answer.mean("used", y, i) for y in case.years for i, site in enumerate(case.sites)}
    penalty = sum(usd for name, usd in answer.costs.items() if name in PENALTIES)
    cost = sum(usd for name, usd in answer.costs.items() if name not in PENALTIES)
    value = next((stage.value for stage in solution.stages if stage.name == inputs.scenario.objective[0]), float("nan"))
    return Finding(solution.status, value, cost, penalty, asked, left, hosted, served_pflops)


def found_in(plan: Plan) -> Finding:
    """Return what a plan comes to."""
    if plan.tables is None or not plan.status.has_plan:
        return Finding(plan.status, error="; ".join(plan.findings) if plan.status is Status.ERROR else "")
    asked, left = dict[ServedKey, float](), dict[ServedKey, float]()
    for row in plan.demands.reset_index().to_dict("records"):
        key = (int(row["year"]), str(row["origin"]), str(row["workload"]))
        asked[key], left[key] = float(row["demand_pflops"]), float(row["unserved_pflops"])
    for row in plan.rates.reset_index().to_dict("records"):
        key = (int(row["year"]), f"{row['origin']}-{row['to']}", str(row["workload"]))
        asked[key], left[key] = float(row["demand_gbps"]), float(row["unserved_gbps"])
    hosted = {
        (int(row["year"]), str(row["site"])): float(row["used_pflops"])
        for row in plan.sites.reset_index().to_dict("records")
    }
    penalty = plan.unserved_penalty_usd + plan.background_penalty_usd
    served = float(plan.demands["served_pflops"].sum())
    return Finding(plan.status, plan.objective, plan.total_cost_usd, penalty, asked, left, hosted, served)
