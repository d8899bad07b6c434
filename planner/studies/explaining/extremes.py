"""What else is as good: the least and the most of everything within a share of the optimum, and plans that differ most.

Extremes: money and penalties are held within the share in a row, as an earlier objective is held, and one amount after
the other is minimised and maximised over all plans (Brill, Chang, Hopkins: Management Science, 1982; DeCarolis:
Energy Economics, 2011). Plans: the question is solved again without what the plan leans on, or with more of what it
leaves, and those within the share that differ most from each other are kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite, nan
from typing import TYPE_CHECKING

import pulp

from planner.engine.decisions import merge_terms
from planner.engine.optimisation import Optimisation
from planner.engine.solution import STAGE_TOLERANCE, Watch
from planner.errors import UsageError
from planner.plan.frozen import freeze_builds
from planner.plan.plan import Plan
from planner.programme.families import OBJECTIVES
from planner.programme.prepare import prepare
from planner.programme.programme import build_programme
from planner.programme.standing import alive_years

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Tables
    from planner.programme.case import Case
    from planner.programme.programme import Programme

    Terms = list[tuple[pulp.LpVariable, float]]

NAMED = 40
"""Amounts that are looked at, those with the most room for difference first."""


@dataclass(frozen=True)
class Amount:
    """Something of which a plan may have more or less.

    Attributes
    ----------
    asset
        ``site:x``, ``link:y`` or ``country:Z``
    of
        what of it: PFLOPS in use as mean over the year (``used``), PFLOPS or Gbps built that stand (``built``), Gbps of
        both directions as mean (``load``)
    """

    asset: str
    of: str
    year: int
    unit: str


@dataclass(frozen=True)
class Extreme:
    """The least and the most of an amount within a share of the optimum; not numbers where time was up."""

    amount: Amount
    least: float
    most: float
    exact: bool

    @property
    def moves(self) -> float:
        """By how much it may differ."""
        return self.most - self.least if isfinite(self.least) and isfinite(self.most) else nan


@dataclass(frozen=True)
class Extremes:
    """How far plans within a share of the optimum may differ.

    Attributes
    ----------
    within
        the share
    optimum_usd, bound_usd
        money and penalties of the best plan, and what is proved of it
    """

    within: float
    optimum_usd: float
    bound_usd: float
    found: tuple[Extreme, ...] = field(default_factory=tuple)


class NearOptimal:
    """The programme of a question with its cost held within a share of the optimum."""

    def __init__(
        self, inputs: Inputs, within: float, *, builds: Tables | None = None, watch: Watch | None = None
    ) -> None:
        self.case = replace(prepare(inputs), stages=("cost",))
        self.programme = build_programme(self.case)
        if builds is not None:
            freeze_builds(self.programme, builds)
        self.search = Optimisation(self.programme, watch or Watch(), None)
        best = self.search.solve()
        if not best.status.has_plan:
            raise UsageError(f"there is no plan to differ from: the scenario is {best.status.value}")
        constant = self.case.constant("cost")
        self.within, self.optimum_usd, self.bound_usd = within, best.objective + constant, best.bound + constant
        self._hold(best.objective)

    def _hold(self, usd: float) -> None:
        programme, objective = self.programme, OBJECTIVES["cost"]
        measure = programme.aim("cost")
        room = usd + max(self.within, STAGE_TOLERANCE) * abs(self.optimum_usd) + self.case.scale.slack("cost")
        spent = pulp.LpAffineExpression(merge_terms(measure, objective.scale))
        programme.add_row("stage", (0, "cost"), spent <= objective.scale * room)

    def extreme(self, amount: Amount) -> Extreme:
        """Return the least and the most of an amount."""
        terms = terms_of(self.programme, amount)
        low, low_proved = self._reach(terms, 1.0)
        high, high_proved = self._reach(terms, -1.0)
        return Extreme(amount, max(low, 0.0) + 0.0, max(-high, 0.0) + 0.0, low_proved and high_proved)

    def _reach(self, terms: Terms, sign: float) -> tuple[float, bool]:
        """Return the least of a sum, or of what it falls short of nothing, and whether that is proved."""
        if self.search.watch.must_stop:
            return nan, False
        whole = [(variable, 0.0) for variable in self.programme.variables.integers]
        self.programme.set_objective([*((symbol, sign * factor) for symbol, factor in terms), *whole], scale=SCALED)
        self.search.generation.sharpened = 1.0
        solution = self.search.minimise()
        if not solution.status.has_plan:
            return nan, False
        return solution.objective, solution.status.value == "optimal"


SCALED = 1e3
"""What amounts are multiplied with while they are minimised, as PFLOPS are where these are the objective."""


def terms_of(programme: Programme, amount: Amount) -> Terms:
    """Return what an amount is the sum of."""
    case, kind, key = programme.case, *amount.asset.partition(":")[::2]
    if kind == "link":
        return _of_link(programme, key, amount)
    sites = [
        i
        for i, site in enumerate(case.sites)
        if (site.id == key if kind == "site" else case.network.countries[site.node] == key and not site.market)
    ]
    if amount.of == "built":
        return [term for i in sites for term in _built(programme, i, amount.year)]
    return [
        (programme.variables.used[state, i], case.share(state))
        for state in case.intact_states(amount.year)
        for i in sites
    ]


def _built(programme: Programme, site: int, year: int) -> Terms:
    case, v = programme.case, programme.variables
    options = case.expansions_of_site.get(site, ())
    return [(v.site_build[i, t], 1.0) for i in options for t in alive_years(case.site_expansions[i], year)]


def _of_link(programme: Programme, key: str, amount: Amount) -> Terms:
    case, v = programme.case, programme.variables
    position = next(i for i, link in enumerate(case.links) if link.id == key)
    if amount.of == "built":
        options = case.expansions_of_link.get(position, ())
        return [(v.link_build[i, t], 1.0) for i in options for t in alive_years(case.link_expansions[i], amount.year)]
    channels = [i for i, channel in enumerate(case.network.channels) if channel.link == position]
    return [(v.load[s, i], case.share(s)) for s in case.intact_states(amount.year) for i in channels]


def list_amounts(case: Case) -> Iterator[Amount]:
    """Yield what may differ in the last year: hosting by country and site, what is built, load of links."""
    year = case.years[-1]
    able = [i for i, site in enumerate(case.sites) if case.can_host(i, year)]
    countries = {case.network.countries[case.sites[i].node] for i in able if not case.sites[i].market}
    yield from (Amount(f"country:{country}", "used", year, "PFLOPS") for country in sorted(countries))
    yield from (Amount(f"site:{case.sites[i].id}", "used", year, "PFLOPS") for i in able)
    for i in sorted(case.expansions_of_site):
        if any(option for e in case.expansions_of_site[i] for option in alive_years(case.site_expansions[e], year)):
            yield Amount(f"site:{case.sites[i].id}", "built", year, "PFLOPS")
    for i in sorted(case.expansions_of_link):
        if any(option for e in case.expansions_of_link[i] for option in alive_years(case.link_expansions[e], year)):
            yield Amount(f"link:{case.links[i].id}", "built", year, "Gbps")
    yield from (Amount(f"link:{link.id}", "load", year, "Gbps") for link in case.links)


def find_extremes(
    question: Plan | Inputs,
    *,
    within: float = 0.02,
    builds: Tables | None = None,
    most: int = NAMED,
    assets: Sequence[str] = (),
    watch: Watch | None = None,
) -> Extremes:
    """Return the least and the most of sites, builds, links and countries' hosting within a share of the optimum.

    Parameters
    ----------
    within
        share of the least money and penalties that plans may cost more
    most
        amounts that are looked at
    assets
        names such as ``site:almaty`` that are looked at alone; by default all

    Raises
    ------
    UsageError
        where there is no plan, or `within` is no share
    """
    if not 0 <= within < 1e3:
        raise UsageError(f"{within:g} is no share of the optimum: give a number such as 0.02")
    inputs = question.inputs if isinstance(question, Plan) else question
    near = NearOptimal(inputs, within, builds=builds, watch=watch)
    amounts = [each for each in list_amounts(near.case) if not assets or each.asset in assets][:most]
    found = tuple(near.extreme(each) for each in amounts)
    return Extremes(within, near.optimum_usd, near.bound_usd, found)
