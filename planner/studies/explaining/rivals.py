"""Plans within a share of the optimum that differ most: each the best one without a site, or with more of another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.plan.plan import Plan
from planner.plan.solve import solve
from planner.studies.explaining.amendments import Amendment, amended, question_of, written
from planner.studies.explaining.errands import Effort, Errand, Finding, find_all
from planner.studies.explaining.extremes import Extreme, Extremes, find_extremes

if TYPE_CHECKING:
    from planner.files import Inputs

PLANS = 4
"""Plans that are kept unless asked otherwise."""
TRIED = 16
"""Changes that are tried at most, those that can move most first."""
NOTHING = 0.01
"""Share of its most of which a site may be called unused, or unmoved."""
UNMOVED = 1e-3
"""Share of the largest amount of its unit by which an amount may move and still counts as one."""
NEARLY_MOST = 0.95
"""Share of its most that a site is given where a plan leans on it."""


@dataclass(frozen=True)
class Rival:
    """A plan that is nearly as good.

    Attributes
    ----------
    plan
        the best plan of the question with the changes, proved
    amendments
        the changes, as `--set` takes them
    cost_usd
        money and penalties
    distance
        share of the work that is hosted elsewhere than in the best plan
    """

    plan: Plan
    amendments: tuple[Amendment, ...]
    cost_usd: float
    distance: float


@dataclass(frozen=True)
class NearBest:
    """What else is as good.

    Attributes
    ----------
    is_unique
        whether nothing moves by more than a thousandth of the largest amount for a millionth of the cost
    free
        what can move at no cost: the extremes within a millionth
    """

    extremes: Extremes
    free: tuple[Extreme, ...]
    is_unique: bool
    rivals: tuple[Rival, ...]


def alternatives(
    question: Plan | Inputs, *, within: float = 0.02, plans: int = PLANS, effort: Effort | None = None
) -> NearBest:
    """Return what else is as good as the best plan: the least and the most of everything, and plans that differ most.

    Parameters
    ----------
    within
        share of the least money and penalties that a plan may cost more
    plans
        how many plans are looked for

    Raises
    ------
    UsageError
        where there is no plan, or the question does not come from files
    """
    inputs = question_of(question)
    effort = effort or Effort()
    extremes = find_extremes(inputs, within=within, builds=effort.builds, watch=effort.watch)
    least_cost = find_extremes(inputs, within=0.0, builds=effort.builds, watch=effort.watch)
    largest: dict[str, float] = {}
    for each in least_cost.found:
        largest[each.amount.unit] = max(largest.get(each.amount.unit, 0.0), each.most)
    free = tuple(each for each in least_cost.found if each.moves > UNMOVED * largest[each.amount.unit])
    rivals = tuple(_rivals(inputs, extremes, plans, effort)) if plans > 0 else ()
    return NearBest(extremes, free, not free, rivals)


def _rivals(inputs: Inputs, extremes: Extremes, plans: int, effort: Effort) -> Iterator[Rival]:
    (base,) = find_all(inputs, [Errand(builds=effort.builds)], watch=effort.watch)
    changes = list(_changes(inputs, extremes, base))[:TRIED]
    errands = [Errand((each,), builds=effort.builds) for each in changes]
    findings = find_all(inputs, errands, jobs=effort.jobs, watch=effort.watch)
    most = (1 + extremes.within) * extremes.optimum_usd
    near = [
        (change, finding)
        for change, finding in zip(changes, findings, strict=True)
        if finding.status.has_plan and finding.cost_usd + finding.penalty_usd <= most
    ]
    for change, finding in _farthest(base, near, plans):
        plan = solve(amended(inputs, [change]), builds=effort.builds, watch=effort.watch, sides=False)
        if plan.status.has_plan:
            cost = plan.total_cost_usd + plan.unserved_penalty_usd + plan.background_penalty_usd
            yield Rival(plan, (change,), cost, apart(base.hosted, finding.hosted))


def _changes(inputs: Inputs, extremes: Extremes, base: Finding) -> Iterator[Amendment]:
    """Yield what moves a plan: a site is closed where the plan can do without it, or leant on where it can do more."""
    moving = [e for e in extremes.found if e.amount.of == "used" and e.amount.asset.startswith("site:")]
    for each in sorted(moving, key=lambda each: (-each.moves, each.amount.asset)):
        key, used = each.amount.asset.removeprefix("site:"), 0.0
        used = base.hosted.get((each.amount.year, key), 0.0)
        if used > NOTHING * each.most and each.least <= NOTHING * each.most:
            yield Amendment(f"sites.{key}.serves", [])
        more = NEARLY_MOST * each.most
        if more > used * (1 + NOTHING) and base.served_pflops > 0 and not inputs.scenario.policy.shares:
            share = more * len(inputs.scenario.years) / base.served_pflops
            rule = {"hosts": [f"site:{key}"], "at_least": written(float(f"{min(share, 1.0):.3g}"))}
            yield Amendment("policy.shares", [rule])


def _farthest(
    base: Finding, near: Sequence[tuple[Amendment, Finding]], plans: int
) -> Iterator[tuple[Amendment, Finding]]:
    """Yield the plan farthest from the best, then the one farthest from all yielded, and so on."""
    left, chosen = list(near), [base.hosted]
    for _ in range(min(plans, len(near))):
        distances = [min(apart(each, finding.hosted) for each in chosen) for _, finding in left]
        best = max(range(len(left)), key=lambda n: (round(distances[n], 9), -n))
        if distances[best] <= NOTHING:
            return
        found = left.pop(best)
        chosen.append(found[1].hosted)
        yield found


def apart(first: Mapping[tuple[int, str], float], second: Mapping[tuple[int, str], float]) -> float:
    """Share of the work that two plans host at different sites: half the sum of the differences over the larger sum."""
    moved = sum(abs(first.get(key, 0.0) - second.get(key, 0.0)) for key in sorted({*first, *second})) / 2
    return moved / (max(sum(first.values()), sum(second.values())) or 1.0)
