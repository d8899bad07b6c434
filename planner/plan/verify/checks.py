"""The table of contents of the check, and the check of a plan and of its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING

from planner.plan.verify import capacity, money, objectives, routes, service, survival
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.objectives import bound_faults
from planner.plan.verify.soundness import FOUNDATIONS

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan, Tables

Check = Callable[[Evidence], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    *routes.RULES,
    *service.RULES,
    *survival.RULES,
    *capacity.RULES,
    *money.RULES,
    *objectives.RULES,
)
"""Every rule that a plan keeps."""
MOST_FAULTS = 20
"""Faults of one rule that are told; one broken figure may break a rule a thousand times."""


def verify_plan(plan: Plan) -> list[str]:
    """Return what is wrong with a plan, a sentence each; an empty list means that nothing is."""
    if plan.tables is None:
        return [f"the plan is {plan.status.value} and has no tables"] if plan.status.has_plan else []
    faults = verify_tables(
        plan.inputs,
        plan.tables,
        objective=plan.objective,
        cost_usd=plan.cost_usd,
        unserved_penalty_usd=plan.unserved_penalty_usd,
    )
    return [*faults, *bound_faults(plan.objective_name, plan.bound, plan.objective)]


def verify_tables(
    inputs: Inputs,
    tables: Tables,
    *,
    objective: float,
    cost_usd: Mapping[str, float],
    unserved_penalty_usd: float,
) -> list[str]:
    """Return what is wrong with the tables of a plan, a sentence each; an empty list means that nothing is.

    Parameters
    ----------
    objective
        of the first objective that the scenario asks for, in its own unit
    unserved_penalty_usd
        USD
    cost_usd
        money spent by term
    """
    evidence = Evidence(inputs, tables, objective, cost_usd, unserved_penalty_usd)
    for check in FOUNDATIONS:
        faults = _told(check, evidence)
        if faults:
            return faults
    return [fault for check in CHECKS for fault in _told(check, evidence)]


def _told(check: Check, evidence: Evidence) -> list[str]:
    found = check(evidence)
    told = list(islice(found, MOST_FAULTS))
    more = sum(1 for _ in found)
    return [*told, f"and {more} more faults of this sort ({check.__name__})"] if more else told
