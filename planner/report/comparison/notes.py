"""What the reader of a comparison has to know before its figures: plans that have none, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from math import isclose
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.comparison.words import Said, Share, said
from planner.report.summary import total

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan

NOTHING = 1e-9
"""Totals that differ by less than this share are the same."""
LESS = 0.005
"""A share served that is lower by more than this makes a lower cost a matter of work left undone."""


def plan_notes(
    sides: Mapping[str, Plan],
    years: Mapping[str, tuple[tuple[int, int], ...]],
    changes: pd.DataFrame,
    moves: Mapping[str, pd.DataFrame],
    switches: pd.DataFrame,
) -> Iterator[Said]:
    """Yield what has to be known, plan by plan."""
    (first, baseline), *others = sides.items()
    if not _has_figures(baseline):
        yield said("no_baseline", plan=first, status=baseline.status)
    if any(len(plan.inputs.scenario.years) > 1 for plan in sides.values()):
        year = common_year(sides.values())
        yield said("several_years") if year is None else said("several_years_one", year=str(year))
    if baseline.status is Status.FEASIBLE:
        yield said("not_proved", plan=first)
    for name, plan in others:
        words = {"plan": name, "baseline": first}
        if not _has_figures(plan):
            yield said("no_plan", plan=name, status=plan.status)
            continue
        if plan.status is Status.FEASIBLE:
            yield said("not_proved", plan=name)
        if not _has_figures(baseline):
            continue
        yield from _about_same(words, changes, moves, switches)
        yield from _about_years(words, baseline, plan, years[name])
        yield from _about_money(words, baseline, plan)
        yield from _about_demand(words, baseline, plan, years[name])


def common_year(plans: Iterable[Plan]) -> int | None:
    """Return the last year that all plans have that have figures; None where they share none."""
    years = [set(plan.inputs.scenario.years) for plan in plans if _has_figures(plan)]
    return max(set.intersection(*years), default=None) if years else None


def _has_figures(plan: Plan) -> bool:
    return plan.tables is not None and plan.status.has_plan


def _about_same(
    words: dict[str, str], changes: pd.DataFrame, moves: Mapping[str, pd.DataFrame], switches: pd.DataFrame
) -> Iterator[Said]:
    name = words["plan"]
    asked = changes[~changes["remark"].astype(bool)].index.get_level_values("plan")
    moved = [frame for subject, frame in moves.items() if subject != "years"] + [switches]
    alike = not any(name in frame.index.get_level_values("plan") for frame in moved)
    totals = moves["years"]
    own = totals[totals.index.get_level_values("plan") == name]
    alike = (
        alike and not own.empty and bool((own["presence"] == "both").all()) and bool((own["weight"] < NOTHING).all())
    )
    if alike:
        yield said("same_plan" if name in asked else "same", **words)
    elif name not in asked:
        yield said("same_inputs", **words)


def _about_years(
    words: dict[str, str], baseline: Plan, plan: Plan, pairs: tuple[tuple[int, int], ...]
) -> Iterator[Said]:
    ours, theirs = baseline.inputs.scenario.years, plan.inputs.scenario.years
    if ours == theirs:
        return
    lists = {"years": _listed(theirs), "baseline_years": _listed(ours)}
    if len(ours) == len(theirs) == 1:
        yield said("other_year", **words, year=str(theirs[0]), baseline_year=str(ours[0]))
    elif pairs:
        yield said("years", **words, **lists, common=_listed([year for _, year in pairs]))
    else:
        yield said("no_common_year", **words, **lists)


def _about_money(words: dict[str, str], baseline: Plan, plan: Plan) -> Iterator[Said]:
    ours, theirs = baseline.inputs.scenario.finance, plan.inputs.scenario.finance
    if ours.currency != theirs.currency:
        yield said("currency", **words, currency=theirs.currency, baseline_currency=ours.currency)
    elif ours != theirs:
        yield said("discount", **words)


def _about_demand(
    words: dict[str, str], baseline: Plan, plan: Plan, pairs: tuple[tuple[int, int], ...]
) -> Iterator[Said]:
    one, two = baseline.inputs.scenario, plan.inputs.scenario
    if set(one.community.members) != set(two.community.members):
        yield said("other_community", **words)
    if not pairs:
        return
    asked = [total(each, year).demand_pflops for each, year in zip((baseline, plan), pairs[-1], strict=True)]
    if not isclose(*asked, rel_tol=NOTHING, abs_tol=NOTHING):
        yield said("other_demand", **words, asked=asked[1], baseline_asked=asked[0])
    shares, costs = zip(
        *(_served_at_what(each, year) for each, year in zip((baseline, plan), pairs[-1], strict=True)), strict=True
    )
    if shares[1] < shares[0] - LESS and costs[1] < costs[0] and one.finance.currency == two.finance.currency:
        yield said("served_less", **words, share=Share(shares[1]), baseline_share=Share(shares[0]))


def _served_at_what(plan: Plan, year: int) -> tuple[float, float]:
    """Return the share of the compute asked for that is served in a year, and the year's cost."""
    figures = total(plan, year)
    return figures.served_pflops / figures.demand_pflops if figures.demand_pflops else 1.0, figures.cost_usd


def _listed(years: Iterable[int]) -> str:
    return ", ".join(map(str, years))
