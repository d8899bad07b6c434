"""The plan of one coalition, as far as it counts: what it costs, what it leaves, who pays, and what is proved of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.finance import year_weights
from planner.plan.solve import solve
from planner.studies.pooling import accounts
from planner.studies.shares.coalitions import Used, idle_of_outsiders, of_coalition

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan


@dataclass(frozen=True)
class Coalition:
    """What some members can do by themselves; money in USD of all years, discounted (of the year where it is one).

    Attributes
    ----------
    members
        sorted
    cost_usd, penalty_usd
        money, and what its unserved demand counts for
    unproved_usd
        by how much the two together might be less than was found
    paid_usd, caused_usd
        money by the country that pays for what it owns, and by the country whose demand causes it
    left_usd
        the penalty by country
    served_pflops
        by year and country
    capex_usd
        overnight price of what is built, by the country that pays it
    findings
        why there is no plan
    """

    members: tuple[str, ...]
    status: Status
    cost_usd: float = 0.0
    penalty_usd: float = 0.0
    unproved_usd: float = 0.0
    paid_usd: Mapping[str, float] = field(default_factory=dict)
    caused_usd: Mapping[str, float] = field(default_factory=dict)
    left_usd: Mapping[str, float] = field(default_factory=dict)
    served_pflops: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    capex_usd: Mapping[str, float] = field(default_factory=dict)
    findings: tuple[str, ...] = ()

    @property
    def total_usd(self) -> float:
        """c̃: money and penalty."""
        return self.cost_usd + self.penalty_usd

    def record(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return {**asdict(self), "status": self.status.value}

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Coalition:
        """Return what `record` gave."""
        texts = {key: tuple(record[key]) for key in ("members", "findings")}
        return cls(**{**record, **texts, "status": Status(record["status"])})


@dataclass(frozen=True)
class Ground:
    """What all coalitions have in common: the question of all, what outsiders use, and how hard to try."""

    inputs: Inputs
    outsiders: Used
    gap: float | None


def answer_coalition(ground: Ground, members: tuple[str, ...]) -> dict[str, Any]:
    """Find what a coalition can do, as a record. Raises SolverError where the solver fails."""
    question = of_coalition(ground.inputs, frozenset(members), ground.outsiders)
    plan = solve(question, stages=("cost",), gap=ground.gap, briefly=True, sides=False)
    if not plan.status.has_plan:
        return Coalition(members, plan.status, findings=plan.findings).record()
    return read_coalition(plan, members).record()


def read_coalition(plan: Plan, members: tuple[str, ...]) -> Coalition:
    """Return what of a plan is the coalition's: all but what machines of others draw while they wait."""
    idle = idle_of_outsiders(plan.inputs)
    scenario = plan.inputs.scenario
    weights = year_weights(scenario.years, scenario.finance.discount_rate)
    paid, caused, left = (defaultdict[str, float](float) for _ in range(3))
    served: dict[str, dict[str, float]] = {}
    frame = accounts(plan).join(plan.members["paid_usd"])
    figures = frame[["paid_usd", "cost_usd", "penalty_usd", "served_pflops"]].to_numpy().tolist()
    for (year, country), (payment, cause, penalty, pflops) in zip(frame.index.tolist(), figures, strict=True):
        paid[country] += weights[year] * payment
        caused[country] += weights[year] * cause
        left[country] += weights[year] * penalty
        if country in members:
            served.setdefault(str(year), {})[country] = pflops
    for country, usd in idle.items():
        paid[country] -= usd
    return Coalition(
        members=members,
        status=plan.status,
        cost_usd=plan.total_cost_usd - sum(idle.values()),
        penalty_usd=plan.unserved_penalty_usd,
        unproved_usd=max(0.0, plan.objective - plan.bound),
        paid_usd=_plain(paid),
        caused_usd=_plain(caused),
        left_usd=_plain(left),
        served_pflops=served,
        capex_usd=_capex(plan),
    )


def _plain(amounts: Mapping[str, float]) -> dict[str, float]:
    return {country: float(usd) for country, usd in sorted(amounts.items())}


def _capex(plan: Plan) -> dict[str, float]:
    """Overnight price of all builds, by the country that pays."""
    capital, found = plan.capital["capex_usd"], defaultdict[str, float](float)
    for (_, country), usd in zip(capital.index.tolist(), capital.tolist(), strict=True):
        found[country] += usd
    return _plain(found)
