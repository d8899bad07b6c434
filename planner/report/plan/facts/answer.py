"""Which years the headline names, what was optimised and how near to the best it is, how years add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from planner.finance import year_weights
from planner.programme.families import OBJECTIVES

if TYPE_CHECKING:
    from planner.engine.status import Status
    from planner.plan.plan import Plan

YEARS = 3
"""Years that each get a sentence in the headline; of more only the first and the last."""
COST_TERMS = ("capex", "fixed", "opex", "energy", "fees", "transit")
LIBRARIES = {"highs": "highspy"}
"""Libraries that solvers come in, where they are called otherwise."""


@dataclass(frozen=True)
class ReachedObjective:
    """What an objective reached, in its unit, and the proved bound."""

    name: str
    value: float
    bound: float
    status: Status
    unit: str

    @property
    def gap(self) -> float:
        """Share of the value by which a better plan could differ."""
        return abs(self.value - self.bound) / max(abs(self.value), 1.0)


@dataclass(frozen=True)
class YearSpan:
    """The calendar years that a listed one stands for, its own first, and how much they weigh in a discounted sum."""

    first: int
    last: int
    weight: float


def headline_years(years: Sequence[int]) -> Sequence[int]:
    """Return the years that the headline speaks of."""
    return years if len(years) <= YEARS else (years[0], years[-1])


def objective_unit(plan: Plan, name: str) -> str:
    """Return the unit in which an objective is given; the scenario's currency is a label."""
    return plan.inputs.scenario.finance.currency if name == "cost" else OBJECTIVES[name].unit


def reached_objectives(plan: Plan) -> list[ReachedObjective]:
    """Return the objectives in the order in which they were optimised."""
    return [
        ReachedObjective(name, value, bound, status, objective_unit(plan, name))
        for name, value, bound, status in plan.stages
    ]


def year_spans(plan: Plan) -> list[YearSpan]:
    """Return what each listed year stands for; the last one for as many as the one before it, one alone for itself."""
    years = plan.inputs.scenario.years
    weights = year_weights(years, plan.inputs.scenario.finance.discount_rate)
    end = 2 * years[-1] - years[-2] if len(years) > 1 else years[-1] + 1
    return [
        YearSpan(year, following - 1, weights[year]) for year, following in zip(years, [*years[1:], end], strict=True)
    ]


def cost_by_term(plan: Plan) -> dict[str, float]:
    """Return the cost by term, USD, of the terms that cost anything; of several years the discounted sums."""
    return {term: plan.cost_usd.get(term, 0.0) for term in COST_TERMS if plan.cost_usd.get(term, 0.0)}


def solver_with_version(plan: Plan) -> str:
    """Return the solver's name with the version of its library."""
    version = plan.versions.get(LIBRARIES.get(plan.solver, plan.solver), "")
    return " ".join(part for part in (plan.solver, version) if part)
