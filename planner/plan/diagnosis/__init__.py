"""Why no plan exists: each limit is eased by itself, the question is solved again, and what helps is named.

A reason given here is a claim that was tried: with what a finding names eased by the amount that it names, a plan
exists. Whole decisions stay whole while it is tried.
"""

from __future__ import annotations

from planner.plan.diagnosis.eased import EasedQuestion
from planner.plan.diagnosis.findings import explain_infeasible

__all__ = ["EasedQuestion", "explain_infeasible"]
