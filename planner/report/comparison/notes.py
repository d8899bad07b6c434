"""What the reader of a comparison has to know before its figures: plans that have none, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import fsum, isclose
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.comparison.words import ComparisonSentence, Money, Rate, RatesByCountry, Share, sentence
from planner.report.language.figures import ALL_BUT
from planner.report.plan.facts.background import lost_by_country
from planner.report.plan.facts.totals import total

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
) -> Iterator[ComparisonSentence]:
    """Yield what has to be known, plan by plan."""
    (first, baseline), *others = sides.items()
    if not _has_figures(baseline):
        yield sentence("no_baseline", plan=first, status=baseline.status)
    if any(len(plan.inputs.scenario.years) > 1 for plan in sides.values()):
        year = common_year(sides.values())
        yield sentence("several_years") if year is None else sentence("several_years_one", year=str(year))
    if baseline.status is Status.FEASIBLE:
        yield sentence("not_proved", plan=first)
    for name, plan in others:
        words = {"plan": name, "baseline": first}
        if not _has_figures(plan):
            yield sentence("no_plan", plan=name, status=plan.status)
            continue
        if plan.status is Status.FEASIBLE:
            yield sentence("not_proved", plan=name)
        if not _has_figures(baseline):
            continue
        yield from _about_same(words, changes, moves, switches)
        yield from _about_years(words, baseline, plan, years[name])
        yield from _about_money(words, baseline, plan)
        yield from _about_demand(words, baseline, plan, years[name])
        yield from _about_others(words, baseline, plan, years[name])


def _about_others(
    words: dict[str, str], baseline: Plan, plan: Plan, pairs: tuple[tuple[int, int], ...]
) -> Iterator[ComparisonSentence]:
    """Say what a plan leaves of everybody else's traffic beside the baseline, and whose it is: what a cut costs."""
    for ours, theirs in pairs[-1:]:
        one, two = total(baseline, ours), total(plan, theirs)
        if not isclose(one.background_gbps, two.background_gbps, rel_tol=NOTHING, abs_tol=NOTHING):
            asked = {"asked": Rate(two.background_gbps), "baseline_asked": Rate(one.background_gbps)}
            yield sentence("others_asked", **words, **asked, year=str(theirs))
        more = two.background_unserved_gbps - one.background_unserved_gbps
        if abs(more) <= ALL_BUT * max(one.background_gbps, two.background_gbps):
            continue
        usd = two.background_penalty_usd - one.background_penalty_usd
        yield sentence(
            "others_lost" if more > 0 else "others_carried", **words, year=str(theirs), gbps=Rate(abs(more)),
            usd=Money(abs(usd), plan.inputs.scenario.finance.currency),
            countries=_whose(lost_by_country(baseline, ours), lost_by_country(plan, theirs), more > 0),
        )  # fmt: skip


def _whose(before: Mapping[str, float], after: Mapping[str, float], lost: bool) -> RatesByCountry:
    """Return the countries that lose, or win, with how many Gbps more, the most first."""
    sign = 1 if lost else -1
    changes = {each: sign * (after.get(each, 0.0) - before.get(each, 0.0)) for each in {*before, *after}}
    told = sorted(((each, gbps) for each, gbps in changes.items() if gbps > 0), key=lambda each: (-each[1], each[0]))
    return RatesByCountry(tuple(told))


def common_year(plans: Iterable[Plan]) -> int | None:
    """Return the last year that all plans have that have figures; None where they share none."""
    years = [set(plan.inputs.scenario.years) for plan in plans if _has_figures(plan)]
    return max(set.intersection(*years), default=None) if years else None


def _has_figures(plan: Plan) -> bool:
    return plan.tables is not None and plan.status.has_plan


def _about_same(
    words: dict[str, str], changes: pd.DataFrame, moves: Mapping[str, pd.DataFrame], switches: pd.DataFrame
) -> Iterator[ComparisonSentence]:
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
        yield sentence("same_plan" if name in asked else "same", **words)
    elif name not in asked:
        yield sentence("same_inputs", **words)


def _about_years(
    words: dict[str, str], baseline: Plan, plan: Plan, pairs: tuple[tuple[int, int], ...]
) -> Iterator[ComparisonSentence]:
    ours, theirs = baseline.inputs.scenario.years, plan.inputs.scenario.years
    if ours == theirs:
        return
    lists = {"years": _listed(theirs), "baseline_years": _listed(ours)}
    if len(ours) == len(theirs) == 1:
        yield sentence("other_year", **words, year=str(theirs[0]), baseline_year=str(ours[0]))
    elif pairs:
        yield sentence("years", **words, **lists, common=_listed([year for _, year in pairs]))
    else:
        yield sentence("no_common_year", **words, **lists)


def _about_money(words: dict[str, str], baseline: Plan, plan: Plan) -> Iterator[ComparisonSentence]:
    ours, theirs = baseline.inputs.scenario.finance, plan.inputs.scenario.finance
    if ours.currency != theirs.currency:
        yield sentence("currency", **words, currency=theirs.currency, baseline_currency=ours.currency)
    elif ours != theirs:
        yield sentence("discount", **words)


def _about_demand(
    words: dict[str, str], baseline: Plan, plan: Plan, pairs: tuple[tuple[int, int], ...]
) -> Iterator[ComparisonSentence]:
    one, two = baseline.inputs.scenario, plan.inputs.scenario
    if set(one.community.members) != set(two.community.members):
        yield sentence("other_community", **words)
    if not pairs:
        return
    asked = [total(each, year).demand_pflops for each, year in zip((baseline, plan), pairs[-1], strict=True)]
    ours, theirs = (_work(each, years) for each, years in zip((baseline, plan), zip(*pairs, strict=True), strict=True))
    one_money = one.finance.currency == two.finance.currency
    costs = _costs((baseline, plan), (ours, theirs))
    if not isclose(*asked, rel_tol=NOTHING, abs_tol=NOTHING):
        less = one_money and (costs[1] < costs[0] if asked[1] < asked[0] else costs[0] < costs[1])
        yield sentence("other_demand" if less else "other_work", **words, asked=asked[1], baseline_asked=asked[0])
    undone = theirs.share < ours.share - LESS and theirs.served_pflops < ours.served_pflops * (1 - NOTHING)
    if one_money and undone and costs[1] < costs[0] * (1 - NOTHING):
        yield sentence("served_less", **words, share=Share(theirs.share), baseline_share=Share(ours.share))


@dataclass(frozen=True)
class _ServiceTotals:
    """Compute asked for and served, and its cost, added up over the years compared."""

    asked_pflops: float
    served_pflops: float
    cost_usd: float

    @property
    def share(self) -> float:
        return self.served_pflops / self.asked_pflops if self.asked_pflops else 1.0


def _work(plan: Plan, years: Iterable[int]) -> _ServiceTotals:
    figures = [total(plan, year) for year in years]
    sums = (fsum(getattr(each, name) for each in figures) for name in ("demand_pflops", "served_pflops", "cost_usd"))
    return _ServiceTotals(*sums)


def _costs(plans: tuple[Plan, Plan], work: tuple[_ServiceTotals, _ServiceTotals]) -> tuple[float, float]:
    """Return the costs that the ranking shows, or where those are of other years, those of the years compared."""
    years = [plan.inputs.scenario.years for plan in plans]
    if years[0] == years[1] or len(years[0]) == len(years[1]) == 1:
        return plans[0].total_cost_usd, plans[1].total_cost_usd
    return work[0].cost_usd, work[1].cost_usd


def _listed(years: Iterable[int]) -> str:
    return ", ".join(map(str, years))
