"""Repairs: amendments that were applied to the question, which was solved again, with what they cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from planner.studies.explaining.amendments import Amendment
from planner.studies.explaining.amounts import Violation, machines_usd
from planner.studies.explaining.errands import Effort, Errand, Finding, ServedKey, find_all

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.programme.case import Case
    from planner.studies.explaining.remedies import Remedy

TRIFLE = 1e-6
"""Share of a demand that may be left and still counts as rounding."""


@dataclass(frozen=True)
class Repair:
    """Amendments that cure what they are for.

    Attributes
    ----------
    kinds
        which sorts of restrictions give
    says
        each change with what the file says now
    cost_usd
        money by the repaired plan, over that of the plan as it is where there is one, and for capacity that is given;
        of the year, or the discounted sum of several; not a number where the capacity has no price anywhere
    given_usd
        the part of it for capacity that is given: at the price of its own expansions, else the least in the topology
    serves_pflops
        how much more is served of the demand (Gbps of traffic); of a scenario without a plan, all that is then served
    verified
        whether the question with the changes was solved and they did what they are for
    violations
        by how much limits give, of those with an amount
    """

    kinds: tuple[str, ...]
    amendments: tuple[Amendment, ...]
    says: tuple[str, ...]
    cost_usd: float
    given_usd: float
    serves_pflops: float
    verified: bool
    violations: tuple[Violation, ...] = ()


def say_changes(inputs: Inputs, amendments: Iterable[Amendment]) -> tuple[str, ...]:
    """Return what changes, each as what the file says and what it would say."""
    said = []
    for each in amendments:
        if each.remove:
            said.append(f"remove {each.remove}")
            continue
        before = inputs.places.written(*keys_of(inputs, each.path)) or "-"
        _, _, after = each.text.partition("=")
        said.append(f"{each.path}: {before} → {after}")
    return tuple(said)


def keys_of(inputs: Inputs, path: str) -> tuple[str | int, ...]:
    """Return a dotted path as the keys by which places are found."""
    first, *rest = path.split(".")
    keys: list[str | int] = [first, *(int(part) if part.isdigit() and n else part for n, part in enumerate(rest))]
    if first == "demands":
        number = next((n for n, row in enumerate(inputs.demand.demands) if path.startswith(f"demands.{row.id}.")), -1)
        if number >= 0:
            return (first, number, rest[-1])
    if path.startswith("policy.") and len(keys) > 2:
        rules = getattr(inputs.scenario.policy, rest[0], ())
        named = {rule.id: number for number, rule in enumerate(rules)} if isinstance(rules, tuple) else {}
        keys[2] = named.get(rest[1], keys[2])
    if first in ("links", "sites", "nodes", "workloads") and len(rest) > 1:  # ids may hold dots
        section = getattr(inputs.topology, first, None) or inputs.demand.workloads
        name = next((key for key in section if path.startswith(f"{first}.{key}.")), rest[0])
        left = path.removeprefix(f"{first}.{name}.").split(".")
        keys = [first, name, *(int(part) if part.isdigit() else part for part in left)]
    return tuple(keys)


def given_usd(case: Case, remedy: Remedy) -> float:
    """USD of the capacity that a remedy gives for nothing, over the years planned; not a number without a price."""
    usd = machines_usd(case, list(remedy.grants))
    if usd is None:
        return float("nan")
    return usd * sum(case.year_weight(year) for year in case.years)


@dataclass(frozen=True)
class Judge:
    """What repairs of a question are judged by.

    Attributes
    ----------
    base
        what the plan as it is comes to; None where there is none
    wanted
        the demand that is to be served whole; None where any plan will do
    """

    inputs: Inputs
    case: Case
    base: Finding | None = None
    wanted: ServedKey | None = None

    def repair(self, remedy: Remedy, finding: Finding) -> Repair:
        """Return what a remedy came to when the question was solved with it."""
        planned = finding.status.has_plan
        given = given_usd(self.case, remedy)
        before = 0.0 if self.base is None else self.base.cost_usd
        cured = planned and (self.wanted is None or is_served(finding, self.wanted))
        return Repair(
            remedy.kinds, remedy.amendments, say_changes(self.inputs, remedy.amendments),
            finding.cost_usd + given - before if planned else float("nan"), given,
            self._served(finding) if planned else 0.0, cured, remedy.violations,
        )  # fmt: skip

    def _served(self, finding: Finding) -> float:
        if self.wanted is None or self.base is None:
            return finding.served_pflops
        got = finding.asked.get(self.wanted, 0.0) - finding.left.get(self.wanted, 0.0)
        return got - (self.base.asked.get(self.wanted, 0.0) - self.base.left.get(self.wanted, 0.0))


def verify(judge: Judge, remedies: Sequence[Remedy], effort: Effort) -> list[Repair]:
    """Solve the question with each remedy and return what it does: those that cure first, the cheapest first."""
    errands = [Errand(remedy.amendments, builds=effort.builds) for remedy in remedies]
    findings = find_all(judge.inputs, errands, jobs=effort.jobs, watch=effort.watch)
    return rank(judge.repair(remedy, finding) for remedy, finding in zip(remedies, findings, strict=True))


def is_served(finding: Finding, wanted: ServedKey) -> bool:
    """Whether a demand is served whole; one that is no longer asked for is not."""
    asked = finding.asked.get(wanted, 0.0)
    return asked > 0 and finding.left[wanted] <= TRIFLE * asked


def rank(repairs: Iterable[Repair]) -> list[Repair]:
    """Return repairs as they are offered: those that cure first, the cheapest first, those without a price last."""

    def key(repair: Repair) -> tuple[bool, bool, float, int, tuple[str, ...]]:
        priced = isfinite(repair.cost_usd)
        cost = round(repair.cost_usd, 2) if priced else 0.0
        return not repair.verified, not priced, cost, len(repair.amendments), repair.says

    return sorted(repairs, key=key)
