"""A sizing in words and as one object: the paragraph that answers, and what ``planner size --json`` prints."""

from __future__ import annotations

from collections.abc import Iterator
from math import floor, isfinite
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.report.language.figures import ALL_BUT, gap_text, money, number, percentage, rounded
from planner.report.plan.facts.answer import COST_TERMS
from planner.report.plan.facts.totals import in_year

if TYPE_CHECKING:
    import pandas as pd

    from planner.plan.plan import Plan
    from planner.studies.pooling import Worth
    from planner.studies.size import Sizing

NAMED = 5
"""Members named in the paragraph; the table holds all."""
PROVED = 1e-7
"""A gap up to this is none: what a plan was stopped in is the tie-break that follows its objective."""


def answer(sizing: Sizing) -> str:
    """Return the paragraph that answers: how far the target goes, what is needed and where, what it costs."""
    if sizing.least_cost is None:
        return " ".join(_failed(sizing)) or "Stopped before any plan was found: a longer --time-limit may find one."
    if sizing.least_cost.tables is None:
        return " ".join([_no_plan(sizing), *_failed(sizing)])
    said = [*_need(sizing), _cheapest(sizing, sizing.least_cost), *_together(sizing), *_unproved(sizing)]
    return " ".join([*said, *_unknown(sizing), *_failed(sizing)])


def _no_plan(sizing: Sizing) -> str:
    share = sizing.served_share
    asked = "what is asked" if share is None else f"{percentage(share)} of every member's demand"
    return f"No community can serve {asked}: the rules and limits of this scenario cannot all be kept at once."


def _need(sizing: Sizing) -> Iterator[str]:
    years, listed = sizing.years, sizing.inputs.scenario.years
    for year in listed:
        plan = sizing.leanest.get(year)
        if plan is not None and plan.tables is None:
            yield f"In {year} no community serves what is asked on its own soil: the members need others' sites."
    if years.empty:
        return
    year, needed, target = int(years.index[-1]), float(years["needed_pflops"].iloc[-1]), sizing.target_pflops
    if needed <= 0:
        yield f"The members need no PFLOPS of their own in {year}."
        return
    head = "" if target is None else _target(sizing, year, target)
    yield (
        f"{head}{number(needed)} {'PFLOPS are' if target is None else 'are'} needed {_to_serve(sizing, year)}:"
        f" {_by_member(sizing, year)}. {_standing(sizing, year)}"
    )


def _target(sizing: Sizing, year: int, target: float) -> str:
    """Say how much the target serves, and when it is used up."""
    exhausted = sizing.exhausted
    asked, served = (float(sizing.years[name].loc[year]) for name in ("demand_pflops", "within_target_pflops"))
    share = served / asked if asked else float("nan")
    words = f"{number(target)} PFLOPS serve {percentage(share)} of the members' demand in {year}"
    if not isfinite(share):
        words = f"The target is {number(target)} PFLOPS"
    if exhausted is None:
        return f"{words} and are not used up; "
    first = exhausted == sizing.inputs.scenario.years[0]
    return f"{words} and are used up {'by' if first else 'in'} {floor(exhausted)}; "


def _to_serve(sizing: Sizing, year: int) -> str:
    if sizing.served_share is not None:
        return f"to serve {percentage(sizing.served_share)} of every member's demand"
    asked, served = (float(sizing.years[name].loc[year]) for name in ("demand_pflops", "served_pflops"))
    if asked - served <= ALL_BUT * asked:
        return "to serve it all" if sizing.target_pflops is not None else f"to serve all that the members ask in {year}"
    return f"to serve the {percentage(served / asked)} that the community can serve itself"


def _by_member(sizing: Sizing, year: int) -> str:
    """Where the need stands: 3,606 in CN, 1,461 in KZ and 34 in 2 more."""
    needed = in_year(sizing.members, year)["needed_pflops"]
    own = [(pflops, country) for country, pflops in needed.items() if pflops > 0]
    own.sort(key=lambda each: -rounded(each[0], 6))  # what differs by rounding alone keeps the members' order
    parts = [f"{number(pflops)} in {country}" for pflops, country in own[:NAMED]]
    if len(own) > NAMED:
        parts.append(f"{number(sum(pflops for pflops, _ in own[NAMED:]))} in {len(own) - NAMED} more")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _standing(sizing: Sizing, year: int) -> str:
    places = in_year(sizing.places, year)
    standing, building = float(places["standing_pflops"].sum()), float(places["to_build_pflops"].sum())
    if not building:
        return "All of them stand already."
    if not standing:
        return "All of them are to be built."
    return f"{number(standing)} of them stand already, {number(building)} are to be built."


def _cheapest(sizing: Sizing, plan: Plan) -> str:
    """Say what serving it costs at least, all countries together and the members alone."""
    years, currency = plan.inputs.scenario.years, plan.inputs.scenario.finance.currency
    own = plan.members[plan.members["member"].astype(bool)]["cost_usd"].groupby(level="year").sum()
    spread = "a year" if len(years) == 1 else "over all years, discounted"
    what = "that" if sizing.served_share is not None else "all that can be served"
    cost = f"At least cost, {what} takes {money(plan.total_cost_usd, currency)} {spread}"
    part = own.get(years[-1], 0.0)
    return f"{cost}; the members' part in {years[-1]} is {money(part, currency)}."


def _together(sizing: Sizing) -> Iterator[str]:
    """Say what pooling is worth."""
    pooling = sizing.pooling
    if pooling is None or not pooling.is_known:
        return
    currency, total = sizing.inputs.scenario.finance.currency, pooling.total
    spread = "a year" if len(sizing.inputs.scenario.years) == 1 else "over all years, discounted"
    yield f"Pooling is worth {money(total.usd, currency)} {spread}: {saving_words(total, currency)}."


def _unproved(sizing: Sizing) -> Iterator[str]:
    """Say how far plans may be from the best."""
    gaps = [plan.gap for plan in sizing.plans.values() if plan.status is Status.FEASIBLE]
    if gaps and max(gaps) <= PROVED:
        yield "A plan was stopped before its cheapest form was proved; how many PFLOPS it needs is."
    elif gaps:
        worst = f"the largest gap is {gap_text(max(gaps))}" if isfinite(max(gaps)) else "some gaps are not known"
        yield f"NOT ALL OF THIS IS PROVED: {worst}."


def _unknown(sizing: Sizing) -> Iterator[str]:
    """Say that plans are missing; a list below names them."""
    if sizing.unanswered:
        yield f"NOT ALL OF THIS IS KNOWN: {_plans(len(sizing.unanswered))} not found in time."


def _failed(sizing: Sizing) -> Iterator[str]:
    """Say which plans failed, and that nothing of them is shown."""
    if sizing.failed:
        names = ", ".join(f"'{name}'" for name in sizing.failed)
        count = len(sizing.failed)
        yield (
            f"PART OF THIS HAS FAILED: {_plans(count)} wrong, or could not be solved, and no figure of"
            f" {'it' if count == 1 else 'them'} is shown: {names}."
        )


def _plans(count: int) -> str:
    return "1 plan was" if count == 1 else f"{count} plans were"


def saving_words(worth: Worth, currency: str) -> str:
    """Say of a saving what is money and what is penalty."""
    spent = f"{money(abs(worth.spent_usd), currency)} {'less' if worth.spent_usd >= 0 else 'more'} is spent"
    fall = "falls" if worth.penalty_usd >= 0 else "rises"
    return f"{spent}, and the penalty on what stays unserved {fall} by {money(abs(worth.penalty_usd), currency)}"


def summarise_sizing(sizing: Sizing) -> dict[str, Any]:
    """Return a sizing by the keys of ``planner size --json``; all are always there, None where nothing is known."""
    scenario, pooling = sizing.inputs.scenario, sizing.pooling
    exhausted = sizing.exhausted
    return {
        "scenario": scenario.id,
        "variant": sizing.inputs.variant,
        "status": sizing.status.value,
        "answer": answer(sizing),
        "served_share": sizing.served_share,
        "target_pflops": sizing.target_pflops,
        "exhausted_year": exhausted,
        "years": _records(sizing.years),
        "members": _records(sizing.members),
        "sites": _records(sizing.places),
        "least_cost": _money(sizing.least_cost),
        "pooling": {name: _worth(worth) for name, worth in pooling.gains.items()} if pooling is not None else None,
        "worth": _records(sizing.worth),
        "plans": [_of_plan(name, plan) for name, plan in sizing.plans.items()],
        "unanswered": list(sizing.unanswered),
        "failed": dict(sizing.failed),
        "findings": list(sizing.findings),
        "notes": list(notes(sizing)),
        "seconds": round(sizing.seconds, 3),
    }


def notes(sizing: Sizing) -> tuple[str, ...]:
    """What the reader has to know about the figures, in the words of the plan of the pool."""
    plan = None if sizing.pooling is None else sizing.pooling.pooled
    return () if plan is None or plan.tables is None else plan.notes


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): _plain(value) for key, value in row.items()} for row in frame.reset_index().to_dict("records")]


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return float(value) if isfinite(value) else None
    return value


def _worth(worth: Worth) -> dict[str, float | None]:
    parts = {"usd": worth.usd, "spent_usd": worth.spent_usd, "penalty_usd": worth.penalty_usd}
    return {key: _plain(usd) for key, usd in parts.items()}


def _money(plan: Plan | None) -> dict[str, Any] | None:
    if plan is None or plan.tables is None:
        return None
    terms = {term: plan.cost_usd.get(term, 0.0) for term in COST_TERMS}
    return {"total": plan.total_cost_usd, **terms, "unserved_penalty_usd": plan.unserved_penalty_usd}


def _of_plan(name: str, plan: Plan) -> dict[str, Any]:
    return {
        "name": name, "status": plan.status.value, "objective": plan.objective_name,
        "value": _plain(plan.objective), "gap": _plain(plan.gap), "seconds": round(plan.seconds, 3),
    }  # fmt: skip
