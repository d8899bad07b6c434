"""The programme with one limit eased: how much of it would have to give, whole decisions kept whole.

Rows of a family get a variable that takes up what is too much; its least value is the amount by which the limit is too
tight. What cannot be eased by an amount, such as a rule, is taken out of the inputs instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

import pulp

from planner.engine.optimisation import Optimisation
from planner.engine.status import Status
from planner.plan.frozen import freeze_builds
from planner.programme.case import Case, ExpansionCase
from planner.programme.constraints import Key
from planner.programme.prepare import prepare
from planner.programme.programme import Programme

if TYPE_CHECKING:
    from planner.engine.solution import Solution, Watch
    from planner.files import Inputs
    from planner.plan.plan import Tables

Group = tuple[object, ...]
"""What gives: a word for the limit, and of which asset, year or demand it is."""
ROOM = 10**6
"""Position of the expansion that stands for more compute at a site; no file lists so many."""
FOREVER = 10**4
"""Years for which what is added stands."""
ServedAtLeast = tuple[int, str, str, float]
"""Year, origin as written and workload of a demand, and how much of it may be left, as mean over the year."""
NOT_QUITE = 1 - 1e-9
"""What may be left of a demand of which not all may be left, as a share."""
ROUNDING_UP = 1e-6
"""Share by which more may be left, for what is left is known to so many digits."""
ROUNDING = 1e-3
"""Share of the last digit written that is the solver's rounding."""
SOLVED_SCALE = 1e3
"""What the amounts are multiplied with while they are minimised, as PFLOPS are where these are the objective."""


@dataclass(frozen=True)
class Slack:
    """By how much a row may be broken.

    Attributes
    ----------
    group
        what gives; rows of one group give together
    factor
        how much of the row one unit of it makes up for
    most
        the most that could ever be needed
    """

    group: Group
    factor: float
    most: float


Slackens = Callable[[Case, Key], Slack | None]


@dataclass(frozen=True)
class EasedQuestion:
    """What was asked, and how: what a trial leaves as it is.

    Attributes
    ----------
    served
        demands of which no more than something may be left here, though the question lets them be left
    """

    inputs: Inputs
    pool_pflops: float | None = None
    builds: Tables | None = None
    served: frozenset[ServedAtLeast] = frozenset()

    @cached_property
    def case(self) -> Case:
        """The case as it was solved."""
        return self.prepare(self.inputs)

    def prepare(self, inputs: Inputs) -> Case:
        """Return the case of other inputs, asked in the same way."""
        return replace(prepare(inputs), pool_pflops=self.pool_pflops)


@dataclass(frozen=True)
class Easing:
    """A limit that is eased.

    Attributes
    ----------
    name
        what it is called in the files
    says
        yields the changes that a trial with it comes to, each in words
    change
        what is different in the inputs
    rows
        how rows may be broken, by family
    room
        whether more compute may be had at every site
    weigh
        what a unit of an amount weighs beside those of others, where it is not the least amount that is looked for
    thaw
        whether builds that were given may be others
    beyond
        the name of an easing that does less of the same: where that is enough, this one is not tried
    """

    name: str
    says: Callable[[EasingTrial], Iterator[str]]
    change: Callable[[Inputs], Inputs] = field(default=lambda inputs: inputs)
    rows: Mapping[str, Slackens] = field(default_factory=dict)
    room: bool = False
    thaw: bool = False
    beyond: str = ""
    weigh: Callable[[Case, Group], float] | None = None


@dataclass(frozen=True)
class EasingTrial:
    """What easing came to.

    Attributes
    ----------
    helps
        whether a plan exists; None where time was up before that was known
    amounts
        how much of what would have to give, at least
    """

    question: EasedQuestion
    easings: tuple[Easing, ...]
    helps: bool | None
    amounts: Mapping[Group, float]

    def of(self, word: str) -> dict[Group, float]:
        """Amounts of one kind of limit, by the rest of their group."""
        return {group[1:]: amount for group, amount in self.amounts.items() if group[0] == word}

    def changes(self) -> list[str]:
        """Return what would have to change, each in words."""
        return [change for easing in self.easings for change in easing.says(self)]


class EasedProgramme(Programme):
    """A programme in which some rows may be broken by an amount, which is what it minimises."""

    def __init__(self, case: Case, easings: Iterable[Easing]) -> None:
        super().__init__(case)
        self.slack: dict[Group, pulp.LpVariable] = {}
        self._rules = {family: slackens for easing in easings for family, slackens in easing.rows.items()}
        for (i, _), built in self.variables.site_build.items():
            option = case.site_expansions[i]
            if option.position == ROOM:
                self.slack["compute", case.sites[option.asset].id] = built
        for state in case.failing_states:  # their rows come later, and what they may be broken by is minimised already
            if (slackens := self._rules.get("survival")) and (slack := slackens(case, state.key)):
                self._give(slack)

    def add_row(self, family: str, key: Key, constraint: pulp.LpConstraint) -> None:
        """Add a row, with the variable that takes up what is too much."""
        slackens = self._rules.get(family)
        slack = None if slackens is None else slackens(self.case, key)
        if slack is not None and slack.most > 0:
            sign = -1.0 if constraint.sense == pulp.LpConstraintLE else 1.0
            constraint.expr.addterm(self._give(slack), sign * slack.factor)
        super().add_row(family, key, constraint)

    def _give(self, slack: Slack) -> pulp.LpVariable:
        if slack.group not in self.slack:
            name = self.names.make_name("eased", *slack.group)
            self.slack[slack.group] = self.problem.add_variable(name, 0.0, slack.most)
        return self.slack[slack.group]

    def most(self, group: Group) -> float:
        """Return the most that may give."""
        variable = self.slack[group]
        return float(self.variables.most[variable] if variable.upBound is None else variable.upBound)


def ease(question: EasedQuestion, easings: Iterable[Easing], watch: Watch) -> EasingTrial:
    """Solve a question with limits eased, by as little as may be."""
    easings = tuple(easings)
    inputs = question.inputs
    for easing in easings:
        inputs = easing.change(inputs)
    case = question.prepare(inputs)
    if any(easing.room for easing in easings):
        case = with_room(case)
    programme = EasedProgramme(case, easings)
    programme.add_states(case.costly_states)
    programme.add_plan_families()
    serve_whole(programme, question.served)
    if question.builds is not None and not any(easing.thaw for easing in easings):
        freeze_builds(programme, question.builds)
        for group, variable in programme.slack.items():
            if group[0] == "compute":
                variable.bounds(0.0, None)
    solution = _minimise(programme, easings, watch)
    helps = {Status.INFEASIBLE: False, Status.LIMIT: None}.get(solution.status, solution.status.has_plan)
    return EasingTrial(question, easings, helps, _amounts(programme, solution) if helps else {})


def serve_whole(programme: Programme, served: Iterable[ServedAtLeast]) -> None:
    """Let no more be left of demands than may be; of those that have to be served whole nothing."""
    case, v = programme.case, programme.variables
    for number, (year, origin, workload, most) in enumerate(sorted(served)):
        parts = [demand for demand in case.demands if demand.key == (origin, workload)]
        if most <= 0:
            for variable in (each for demand in parts for each in v.left_in(year, demand.index)):
                variable.bounds(0.0, 0.0)
            continue
        terms: list[tuple[pulp.LpVariable, float]] = []
        for demand in parts:
            left = [(v.waiting(year, demand), 1.0)] if demand.movable else [
                (v.unserved(state, demand), case.share(state)) for state in case.intact_states(year)
            ]  # fmt: skip
            terms += [(variable, share) for variable, share in left if isinstance(variable, pulp.LpVariable)]
        for variable, _ in terms:  # a trifle less than all, so that phase 1 knows that the row may be short
            variable.bounds(0.0, v.most[variable] * NOT_QUITE)
        if terms:
            row = pulp.LpAffineExpression(terms) <= most * (1 + ROUNDING_UP)
            programme.add_row("stage", (number, "left"), row)


def _minimise(programme: EasedProgramme, easings: tuple[Easing, ...], watch: Watch) -> Solution:
    """Minimise what gives: in its own unit where one limit is eased, as shares of what could be needed otherwise."""
    single = len(easings) == 1
    weights = {group: 1.0 if single else 1.0 / programme.most(group) for group in programme.slack}
    if single and easings[0].weigh is not None:
        weights = {group: easings[0].weigh(programme.case, group) for group in programme.slack}
    given = [(variable, weights[group]) for group, variable in programme.slack.items()]
    whole = [(variable, 0.0) for variable in programme.variables.integers]
    programme.set_objective([*given, *whole], scale=SOLVED_SCALE)
    search = Optimisation(programme, watch, None)
    search.generation.hasty = True
    if any("survival" in easing.rows for easing in easings):
        search.lost = {}
    return search.minimise()


def _amounts(programme: EasedProgramme, solution: Solution) -> dict[Group, float]:
    assert solution.values is not None
    column_of, values = programme.column_of, solution.values
    found = {
        group: float(values[column_of[variable]])
        for group, variable in programme.slack.items()
        if variable in column_of
    }
    return {group: amount for group, amount in found.items() if amount > 0}


def with_room(case: Case) -> Case:
    """Return a case in which every site in service may have more compute, for nothing, from its first year on."""
    most = sum(case.most_times * max(demand.quantity.values(), default=0.0) for demand in case.demands)
    most /= min((fill for site in case.sites for fill in site.fill.values()), default=1.0)
    most += max((host.min_cluster for routing in case.routings for host in routing.hosts), default=0.0)
    free = dict.fromkeys(case.years, 0.0)
    more = [
        ExpansionCase(
            asset=i, position=ROOM, limit=dict.fromkeys(case.years, most), annuity_usd=free, opex_usd=free,
            capex_usd=free, life=FOREVER, years=tuple(year for year in case.years if site.in_service[year])[:1],
            projects=() if site.project is None else (site.project,),
        )
        for i, site in enumerate(case.sites)
        if not site.market or any(site.compute_pflops.values())
    ]  # fmt: skip
    return replace(case, site_expansions=(*case.site_expansions, *(each for each in more if most > 0)))


def least(amount: float, *, digits: int = 6) -> float:
    """Return an amount rounded up to a few digits, so that as much as is said is enough; what is rounding is none."""
    return -greatest(-amount, digits=digits)


def greatest(amount: float, *, digits: int = 6) -> float:
    """Return an amount rounded down to a few digits; what is rounding is none."""
    if not amount or not isfinite(amount):
        return amount
    unit = 10.0 ** (floor(log10(abs(amount))) - digits + 1)
    return float(f"{floor(amount / unit + ROUNDING) * unit:.{digits}g}")
