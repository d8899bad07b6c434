"""Checks of a plan: everything is worked out again from inputs and tables, without any solver.

Nothing here knows the programme or the engine: a mistake in the one is not repeated in the other. One rule, one
function: it yields a plain sentence with the figures for each fault, and `CHECKS` is the table of contents. Flows
belong to states (year, hour, contingency); costs and means speak of the intact ones.
"""

from __future__ import annotations

from planner.plan.verify.checks import CHECKS, verify_plan, verify_tables
from planner.plan.verify.runs import verify_run
from planner.plan.verify.soundness import FOUNDATIONS

__all__ = ["CHECKS", "FOUNDATIONS", "verify_plan", "verify_run", "verify_tables"]
