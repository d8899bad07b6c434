"""Who pays, who gains, and does anybody do better alone: every coalition of the members is asked what it can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import fsum
from pathlib import Path
from typing import TYPE_CHECKING

from planner.engine.solution import Watch
from planner.engine.status import Status
from planner.errors import UsageError
from planner.files import Inputs, load_scenario
from planner.plan.solve import check_effort, solve
from planner.studies.alterations import aiming, home_of
from planner.studies.crew import answer_all, check_jobs
from planner.studies.ledger import Ledger, fingerprint
from planner.studies.shares.answers import Coalition, Ground, answer_coalition
from planner.studies.shares.coalitions import Used, cheapest_question, outsiders_use
from planner.studies.shares.games import groups_of
from planner.studies.shares.sampling import SampledShapley, search_blocking, walk_orders
from planner.studies.shares.sharing import Sharing

if TYPE_CHECKING:
    from planner.studies.shares.games import Group

Tell = Callable[[str], None] | None
MOST_WHOLE = 12
"""Members up to whom every coalition is solved: 4,095 of them; above, orders of joining are sampled."""
DIVISIONS = ("shapley", "nucleolus")
"""Divisions that side payments may settle."""


def share(
    scenario: str | Path | Inputs,
    *,
    variant: str | None = None,
    overrides: Sequence[str] = (),
    by: str = "shapley",
    gap: float | None = None,
    jobs: int = 1,
    orders: int = 24,
    seed: int = 1,
    folder: str | Path | None = None,
    watch: Watch | None = None,
    tell: Tell = None,
) -> Sharing:
    """Find what every coalition of members can do by itself, and how what they gain together may be divided.

    Parameters
    ----------
    by
        the division that side payments settle: shapley or nucleolus
    gap
        relative gap at which the plan of a coalition is good enough
    jobs
        processes; what comes out does not depend on it
    orders, seed
        above twelve members: so many orders of joining and their reverses are sampled, by this seed
    folder
        where what is found is kept, so that a study that was ended goes on from there
    watch
        takes interrupts
    tell
        called with a line for each coalition found

    Raises
    ------
    InputError
        with all faults of all files
    UsageError
        where there is no member, or a word or number is none to reckon with
    RunError
        where the folder cannot be written
    """
    check_effort(gap, None)
    check_jobs(jobs)
    if by not in DIVISIONS:
        raise UsageError(f"{by} is no division: give {' or '.join(DIVISIONS)}")
    if orders < 2:
        raise UsageError(f"{orders} orders give no interval: give two or more")
    inputs = scenario if isinstance(scenario, Inputs) else load_scenario(scenario, variant=variant, overrides=overrides)
    members = tuple(sorted(inputs.scenario.community.members))
    if not members:
        raise UsageError("the scenario has no members, and nobody asks for anything: write community.members")
    study = _Study(
        inputs, gap=gap, jobs=jobs, folder=None if folder is None else Path(folder), watch=watch or Watch(), tell=tell
    )
    if len(members) <= MOST_WHOLE:
        study.find(_every(members))
        sampled = None
    else:
        sampled = walk_orders(members, study.find, study.saved, orders=orders, seed=seed)
        if sampled is not None:
            search_blocking(members, study.find, study.saved, known=lambda: [*study.found])
    return study.sharing(by, sampled)


def _every(members: Sequence[str]) -> list[Group]:
    """Return every coalition, the whole first, whose plan takes longest, then the smaller ones."""
    return sorted(groups_of(members), key=lambda group: (-len(group), sorted(group)))


class _Study:
    """The coalitions found so far, and how more are found."""

    def __init__(
        self, inputs: Inputs, *, gap: float | None, jobs: int, folder: Path | None, watch: Watch, tell: Tell
    ) -> None:
        self.inputs, self.gap, self.jobs, self.watch, self.tell = inputs, gap, jobs, watch, tell
        self.ledger = Ledger(folder, fingerprint(inputs, gap=gap) if folder is not None else "")
        self.found: dict[Group, Coalition] = {}
        self.failed: dict[Group, str] = {}
        self.missing: set[Group] = set()
        self._ground: Ground | None = None

    def find(self, groups: Sequence[Group]) -> bool:
        """Find what these coalitions can do; return whether all is known of them."""
        tasks = {}
        for group in groups:
            name = "+".join(sorted(group))
            kept = None if group in self.found else self.ledger.find(name)
            if kept is not None:
                self.found[group] = Coalition.of_record(kept)
            elif group not in self.found:
                tasks[name] = tuple(sorted(group))
        if tasks:
            self._solve(tasks)
        self.missing |= {frozenset(m) for m in tasks.values()} - self.found.keys() - self.failed.keys()
        return all(group in self.found and self.found[group].status.has_plan for group in groups)

    def _solve(self, tasks: Mapping[str, tuple[str, ...]]) -> None:
        for outcome in answer_all(answer_coalition, self.ground, tasks, jobs=self.jobs, watch=self.watch):
            group = frozenset(tasks[outcome.name])
            if outcome.answer is None:
                self.failed[group] = outcome.fault
                continue
            coalition = Coalition.of_record(outcome.answer)
            if coalition.status is Status.LIMIT:
                continue
            self.found[group] = coalition
            if coalition.status is not Status.ERROR:
                self.ledger.keep(outcome.name, outcome.answer)
            if self.tell is not None:
                self.tell(f"{outcome.name}: {coalition.status.value}")

    @property
    def ground(self) -> Ground:
        """What all coalitions have in common; where outsiders ask for compute, the plan of all is found for it."""
        if self._ground is None:
            self._ground = Ground(cheapest_question(self.inputs), self._outsiders(), self.gap)
        return self._ground

    def _outsiders(self) -> Used:
        members, inputs = self.inputs.scenario.community.members, self.inputs
        theirs = [row for row in inputs.demand.demands if row.to is None and home_of(inputs, row.origin) not in members]
        if not theirs:
            return {}
        kept = self.ledger.find("all")
        if kept is None:
            plan = solve(aiming(inputs, "cost"), stages=("cost",), gap=self.gap, briefly=True, sides=False)
            if not plan.status.has_plan:
                said = "; ".join(plan.findings)
                raise UsageError(f"the scenario itself has no plan, so that there is nothing to share: {said}")
            kept = {site: {str(y): use for y, use in by.items()} for site, by in outsiders_use(plan).items()}
            self.ledger.keep("all", kept)
        return {site: {int(year): float(use) for year, use in by_year.items()} for site, by_year in kept.items()}

    def saved(self, group: Group) -> float:
        """v(S) of a coalition that was found."""
        singles = fsum(self.found[frozenset({member})].total_usd for member in sorted(group))
        return 0.0 if len(group) <= 1 else singles - self.found[group].total_usd

    def sharing(self, by: str, sampled: SampledShapley | None) -> Sharing:
        """Return what was found, in order."""
        order = sorted(self.found, key=lambda group: (len(group), sorted(group)))
        missing = sorted(self.missing - self.found.keys(), key=lambda group: (len(group), sorted(group)))
        failed = {group: self.failed[group] for group in sorted(self.failed, key=sorted)}
        return Sharing(self.inputs, {g: self.found[g] for g in order}, sampled, by, tuple(missing), failed)
