"""The table of contents of the check, and the check of a plan and of its tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from planner.plan.verify import (
    capacity,
    duality,
    member_costs,
    money,
    objectives,
    prices,
    reasons,
    routes,
    service,
    stakes,
    survival,
)
from planner.plan.verify.claims import CLAIMS, ClaimedPlan, claim_faults
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.limits import LIMITS
from planner.plan.verify.soundness import FOUNDATIONS

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan, Tables

Check = Callable[[Evidence], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    *routes.RULES,
    *service.RULES,
    *(rule for limit in LIMITS.values() for rule in limit.rules),
    *survival.RULES,
    *capacity.RULES,
    *money.RULES,
    *member_costs.RULES,
    *stakes.RULES,
    *objectives.RULES,
    *duality.RULES,
    *prices.RULES,
    *reasons.RULES,
)
"""Every rule that a plan keeps."""
PRICED = frozenset((*duality.RULES, *prices.RULES))
"""Rules that speak of prices."""
MOST_FAULTS = 20
"""Faults of one rule that are listed; one broken figure may break a rule a thousand times."""


def verify_plan(plan: Plan) -> list[str]:
    """Return what is wrong with a plan, a sentence each; an empty list means that nothing is."""
    if plan.tables is None:
        return list(claim_faults(plan))
    evidence = Evidence(
        plan.inputs,
        plan.tables,
        plan.objective,
        plan.cost_usd,
        plan.unserved_penalty_usd,
        plan.builds_given,
        plan.background_penalty_usd,
    )
    faults = _faults(evidence, priced=not plan.stages or plan.stages[-1].name == "cost")
    claims = () if faults.stumbled else CLAIMS
    listed = [fault for claim in claims for fault in _run_check(claim, ClaimedPlan(plan, evidence))]
    return [*faults.listed, *listed, *claim_faults(plan)]


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
    return _faults(Evidence(inputs, tables, objective, cost_usd, unserved_penalty_usd)).listed


class Faults(NamedTuple):
    """What is wrong, and whether so much of it that nothing further can be worked out."""

    listed: list[str]
    stumbled: bool


def _faults(evidence: Evidence, *, priced: bool = True) -> Faults:
    """Return the faults of tables; a plan that was not aimed at cost in the end has no prices that could be checked."""
    for check in (*FOUNDATIONS, duality.duals_are_known):
        faults = _run_check(check, evidence)
        if faults:
            return Faults(faults, stumbled=True)
    checks = CHECKS if priced else tuple(check for check in CHECKS if check not in PRICED)
    return Faults([fault for check in checks for fault in _run_check(check, evidence)], stumbled=False)


def _run_check(check: Callable[..., Iterator[str]], subject: object) -> list[str]:
    found = check(subject)
    listed = list(islice(found, MOST_FAULTS))
    more = sum(1 for _ in found)
    return [*listed, f"and {more} more faults of this sort ({check.__name__})"] if more else listed
