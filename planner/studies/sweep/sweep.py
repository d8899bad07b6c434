"""Solve all members of a study, in as many processes as asked, and lay what they come to into one table."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import SolverError
from planner.files import load_scenario
from planner.files.changing.writing import put_files
from planner.plan.runs import finite
from planner.plan.solve import check_effort, solve
from planner.studies.alterations import home_of
from planner.studies.crew import answer_all, check_jobs
from planner.studies.ledger import Ledger, fingerprint
from planner.studies.sweep.members import Member, check_members, list_members
from planner.studies.sweep.spec import load_study

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.studies.sweep.spec import StudyFile

STUDIES = Path("studies")
TABLE, BUILDS = "table.csv", "builds.csv"
MEASURES = (
    "status", "objective", "gap", "cost_usd", "capex_usd", "unserved_penalty_usd", "demand_pflops", "served_pflops",
    "unserved_pflops", "installed_pflops", "built_pflops", "carbon_t",
)  # fmt: skip
"""Columns of the table behind the dimensions; PFLOPS and carbon are those of the last year planned."""

Answer = Mapping[str, Any]


@dataclass(frozen=True)
class Sweep:
    """What a study came to.

    Attributes
    ----------
    members
        all of them, in order
    answers
        by number of the member: its measures, and `builds` by asset; those that are done
    faults
        by number: what was wrong with a member that failed
    table
        where the table of all members is
    """

    study: StudyFile
    members: tuple[Member, ...]
    answers: Mapping[int, Answer]
    faults: Mapping[int, str]
    table: Path
    currency: str = "USD"

    @property
    def missing(self) -> int:
        """How many members were not reached."""
        return len(self.members) - len(self.answers) - len(self.faults)

    @property
    def plans(self) -> list[Answer]:
        """Answers that are plans."""
        return [each for each in self.answers.values() if Status(each["status"]).has_plan]

    @property
    def builds(self) -> dict[str, tuple[float, float, float]]:
        """By asset: the share of plans that build there, and the least and the most that those build."""
        found: defaultdict[str, list[float]] = defaultdict(list)
        for answer in self.plans:
            for asset, added in answer["builds"].items():
                found[asset].append(added)
        count = len(self.plans)
        shares = {asset: (len(each) / count, min(each), max(each)) for asset, each in sorted(found.items())}
        return dict(sorted(shares.items(), key=lambda pair: (-pair[1][0], pair[0])))


def sweep(
    path: str | Path,
    *,
    jobs: int = 1,
    folder: str | Path | None = None,
    gap: float | None = None,
    watch: Watch | None = None,
    tell: Callable[[str], None] | None = None,
) -> Sweep:
    """Solve every member of a study file.

    Answers are kept one by one in the study's folder: one that was ended goes on from there, one that is made larger
    solves only what is new, and the answers of several machines may be put together in one folder.

    Parameters
    ----------
    jobs
        processes; the tables are the same bytes for any number
    folder
        of the study; default: studies/ID here
    gap
        relative gap at which a plan is good enough
    watch
        takes interrupts: what is done is kept, and told
    tell
        called with a line for each member done

    Raises
    ------
    InputError
        with the faults of the study file, or of a dimension that names nothing, before anything starts
    UsageError
        where there are too many members
    RunError
        where the folder cannot be written
    """
    check_effort(gap, None)
    check_jobs(jobs)
    study = load_study(path)
    members = list_members(study)
    base = check_members(study)
    place = Path(folder) if folder is not None else STUDIES / study.id
    ledger = Ledger(place, fingerprint(base, gap=gap, files=[file.sha256 for file in base.files]))
    answers = {each.number: kept for each in members if (kept := ledger.find(each.name)) is not None}
    _put_tables(place, members, answers, {})  # a folder that cannot be written is told before anything is solved
    faults: dict[int, str] = {}
    tasks = {f"{each.number}": each for each in members if each.number not in answers}
    for outcome in answer_all(_solve_member, (str(study.scenario), gap), tasks, jobs=jobs, watch=watch or Watch()):
        member = tasks[outcome.name]
        if outcome.answer is None:
            faults[member.number] = outcome.fault
        elif outcome.answer["status"] != Status.LIMIT.value:
            answers[member.number] = outcome.answer
            ledger.keep(member.name, outcome.answer)
        if tell is not None:
            tell(f"{len(answers) + len(faults)} of {len(members)}: {_of(member)}")
    ordered = dict(sorted(answers.items()))
    table = _put_tables(place, members, ordered, faults)
    return Sweep(study, tuple(members), ordered, dict(sorted(faults.items())), table, base.scenario.finance.currency)


def _of(member: Member) -> str:
    return ", ".join(f"{name} {label}" for name, label in member.labels)


def _solve_member(shared: tuple[str, float | None], member: Member) -> dict[str, Any]:
    """Solve one member. Raises PlannerError where it cannot be read, or the solver fails."""
    scenario, gap = shared
    inputs = load_scenario(scenario, variant=member.variant, overrides=member.overrides)
    plan = solve(inputs, gap=gap, briefly=True, sides=False)
    if plan.status in (Status.ERROR, Status.UNBOUNDED):
        raise SolverError("; ".join(plan.findings) or f"it ended as {plan.status.value}")
    return _measures(plan)


def _measures(plan: Plan) -> dict[str, Any]:
    """Return the figures of a plan by column; None where there is no plan."""
    found: dict[str, Any] = dict.fromkeys(MEASURES)
    found |= {"status": plan.status.value, "builds": {}}
    if plan.tables is None:
        return found
    year = plan.inputs.scenario.years[-1]
    own = plan.members.loc[[year]]
    own = own[own["member"]]
    members = frozenset(plan.inputs.scenario.community.members)
    sites = plan.sites.loc[[year]] if year in plan.sites.index.get_level_values("year") else plan.sites.iloc[:0]
    stands = sites[sites["country"].isin(members)]
    builds: defaultdict[str, float] = defaultdict(float)
    for (_, asset, _), added in zip(plan.builds.index.tolist(), plan.builds["added"].tolist(), strict=True):
        builds[asset] += added
    return found | {
        "objective": finite(plan.objective), "gap": finite(plan.gap), "cost_usd": plan.total_cost_usd,
        "capex_usd": plan.cost_usd.get("capex", 0.0), "unserved_penalty_usd": plan.unserved_penalty_usd,
        "demand_pflops": float(own["demand_pflops"].sum()), "served_pflops": float(own["served_pflops"].sum()),
        "unserved_pflops": _left(plan, year), "builds": dict(sorted(builds.items())),
        **{name: float(stands[name].sum()) for name in ("installed_pflops", "built_pflops", "carbon_t")},
    }  # fmt: skip


def _left(plan: Plan, year: int) -> float:
    """PFLOPS of the members' demand that are left in a year."""
    members, left = plan.inputs.scenario.community.members, plan.demands["unserved_pflops"]
    pairs = zip(left.index.tolist(), left.tolist(), strict=True)
    return fsum(pflops for (of, origin, _), pflops in pairs if of == year and home_of(plan.inputs, origin) in members)


def _put_tables(
    folder: Path, members: Sequence[Member], answers: Mapping[int, Answer], faults: Mapping[int, str]
) -> Path:
    """Write the table of all members, and that of builds; return where the first one is."""
    names = [name for name, _ in members[0].labels]
    rows = [["member", *names, *MEASURES, "fault"]]
    builds = [["member", "asset", "added"]]
    for member in members:
        answer = answers.get(member.number, {"status": "failed" if member.number in faults else "missing"})
        cells = [_cell(answer.get(name)) for name in MEASURES]
        labels = [label for _, label in member.labels]
        rows.append([str(member.number), *labels, *cells, faults.get(member.number, "")])
        builds += [[str(member.number), asset, _cell(added)] for asset, added in answer.get("builds", {}).items()]
    put_files({folder / TABLE: _csv(rows), folder / BUILDS: _csv(builds)})
    return folder / TABLE


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.12g}" if isinstance(value, float) else str(value)


def _csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
