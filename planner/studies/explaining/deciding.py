"""Which inputs decide the answer: the question is solved at both ends of each input's range.

Where a file gives no `range:`, the spread is by confidence: verified 5 %, estimated 20 %, assumed or not said 50 %. Of
all capacities, prices and demands those are solved again whose prices say that they could matter most; what prices
cannot see, such as a whole step that comes too late, may be passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from planner.errors import UsageError
from planner.studies.explaining.amendments import Amendment, question_of, raised
from planner.studies.explaining.errands import Effort, Errand, Finding, find_all

if TYPE_CHECKING:
    from planner.plan.plan import Plan
    from planner.records import Record
    from planner.years import Yearly

SPREADS: Mapping[str, float] = {"verified": 0.05, "estimated": 0.2, "assumed": 0.5, "": 0.5}
"""Share by which an input may be off, by its confidence."""
TRIED = 12
"""Inputs that are solved again unless asked otherwise."""
HOURS = 8760.0


@dataclass(frozen=True)
class Input:
    """A figure that may be other than written.

    Attributes
    ----------
    path
        as a variant's `set` takes it
    confidence
        verified, estimated, assumed or nothing
    low, high
        factors on it at the ends of its range
    guess_usd
        by how much prices say that the year's cost moves over the range
    """

    path: str
    confidence: str
    low: float
    high: float
    guess_usd: float
    figure: Yearly
    unit: str
    factor: float = 1.0

    def at(self, share: float) -> Amendment:
        """Return what sets the input to a share of itself."""
        return Amendment(self.path, raised(self.figure.scaled(share), 0.0, self.unit, factor=self.factor))


@dataclass(frozen=True)
class Swing:
    """What an input decides.

    Attributes
    ----------
    low_usd, high_usd
        money and penalties at the low and the high end, less those of the plan; not numbers where no plan exists
    low_served_pflops, high_served_pflops
        PFLOPS more that are served at the ends, years added
    moves
        PFLOPS that a site hosts more or less at the end that moves most, by site, of the last year
    """

    what: Input
    low_usd: float
    high_usd: float
    low_served_pflops: float
    high_served_pflops: float
    moves: Mapping[str, float]

    @property
    def size_usd(self) -> float:
        """By how much the cost differs between the ends, or from the plan."""
        known = [usd for usd in (self.low_usd, self.high_usd) if isfinite(usd)]
        return max([abs(usd) for usd in known] + ([abs(known[0] - known[1])] if len(known) > 1 else []), default=0.0)


def what_decides(plan: Plan, *, tried: int = TRIED, effort: Effort | None = None) -> list[Swing]:
    """Return which inputs decide a plan's cost, service and sites, the most decisive first.

    Raises UsageError where there is no plan, or it does not come from files.
    """
    if plan.tables is None or not plan.status.has_plan:
        raise UsageError(f"there is no plan that inputs could decide: the scenario is {plan.status.value}")
    question_of(plan)
    effort = effort or Effort()
    chosen = sorted(list_inputs(plan), key=lambda each: (-each.guess_usd, each.path))[:tried]
    errands = [Errand(builds=effort.builds)]
    errands += [Errand((each.at(share),), builds=effort.builds) for each in chosen for share in (each.low, each.high)]
    base, *ends = find_all(plan.inputs, errands, jobs=effort.jobs, watch=effort.watch)
    pairs = zip(chosen, ends[::2], ends[1::2], strict=True)
    found = [_swing(plan, each, base, low, high) for each, low, high in pairs]
    return sorted(found, key=lambda each: (-round(each.size_usd, 2), each.what.path))


def _swing(plan: Plan, each: Input, base: Finding, low: Finding, high: Finding) -> Swing:
    year = plan.inputs.scenario.years[-1]
    moved = [_moves(base, end, year) if end.status.has_plan else {} for end in (low, high)]
    farthest = max(moved, key=lambda moves: sum(map(abs, moves.values())))
    return Swing(
        each, _more_usd(base, low), _more_usd(base, high), low.served_pflops - base.served_pflops,
        high.served_pflops - base.served_pflops, farthest,
    )  # fmt: skip


def _more_usd(base: Finding, end: Finding) -> float:
    return end.cost_usd + end.penalty_usd - base.cost_usd - base.penalty_usd


def _moves(base: Finding, end: Finding, year: int) -> dict[str, float]:
    """Return by how much sites host more or less, of those that move by more than a hundredth of all."""
    more = {key: end.hosted.get((y, key), 0.0) - used for (y, key), used in base.hosted.items() if y == year}
    total = sum(used for (y, _), used in base.hosted.items() if y == year) or 1.0
    return {key: change for key, change in sorted(more.items()) if abs(change) > 0.01 * total}


def list_inputs(plan: Plan) -> Iterator[Input]:
    """Yield capacities, prices and demands that matter in the last year by the plan's prices."""
    yield from _of_sites(plan)
    yield from _of_links(plan)
    yield from _of_demands(plan)


def _of_sites(plan: Plan) -> Iterator[Input]:
    year, sites = plan.inputs.scenario.years[-1], plan.inputs.topology.sites
    currency = plan.inputs.scenario.finance.currency
    rows = plan.sites.reset_index()
    for row in rows[rows["year"] == year].to_dict("records"):
        site = sites[str(row["site"])]
        path, worth = f"sites.{site.id}", abs(float(row["price_usd_per_pflops"] or 0.0))
        if worth > 0 and not site.accelerators and site.status in plan.inputs.scenario.count:
            guess = worth * site.compute_pflops.at(year)
            yield from _input(Figure(f"{path}.compute", site.compute_pflops, "PFLOPS", site.factor), site, year, guess)
        opex = site.opex_usd_per_pflops
        guess = float(row["used_pflops"]) * opex.at(year)
        yield from _input(Figure(f"{path}.opex", opex, f"{currency}/PFLOPS/year", 1 / site.factor), site, year, guess)
        tariff = site.electricity_usd_per_kwh
        if site.electricity_profile is None:
            guess = float(row["energy_mwh"]) * 1e3 * tariff.at(year)
            yield from _input(Figure(f"{path}.electricity", tariff, f"{currency}/kWh"), site, year, guess)


def _of_links(plan: Plan) -> Iterator[Input]:
    year, links = plan.inputs.scenario.years[-1], plan.inputs.topology.links
    rows = plan.links.reset_index()
    for row in rows[rows["year"] == year].to_dict("records"):
        link, worth = links[str(row["link"])], abs(float(row["price_usd_per_gbps"] or 0.0))
        if worth > 0:
            guess = worth * link.capacity_gbps.at(year)
            yield from _input(Figure(f"links.{link.id}.capacity", link.capacity_gbps, "Gbps"), link, year, guess)


def _of_demands(plan: Plan) -> Iterator[Input]:
    year = plan.inputs.scenario.years[-1]
    served = float(plan.demands["served_pflops"].sum()) or 1.0
    mean = (plan.total_cost_usd + plan.unserved_penalty_usd) / served
    for row in plan.inputs.demand.demands:
        workload = plan.inputs.demand.workloads[row.workload]
        if row.to is None and not workload.is_background:
            penalty = 0.0 if workload.unserved_usd is None else workload.unserved_usd.at(year)
            guess = row.amount.growing_at(year) * min(mean, penalty or mean)
            yield from _input(Figure(f"demands.{row.id}.compute", row.amount, "PFLOPS"), row, year, guess)


@dataclass(frozen=True)
class Figure:
    """A figure as it is written.

    Attributes
    ----------
    factor
        what one written unit is worth in the figure's own
    """

    path: str
    value: Yearly
    unit: str
    factor: float = 1.0


def _input(figure: Figure, record: Record, year: int, usd: float) -> Iterator[Input]:
    """Yield an input whose range is not nothing."""
    value = figure.value.at(year)
    if value <= 0 or not usd > 0:
        return
    confidence = str(getattr(record, "confidence", None) or "")
    low, high = _range(figure.value, year, value) or (1 - SPREADS[confidence], 1 + SPREADS[confidence])
    yield Input(figure.path, confidence, low, high, usd * (high - low), figure.value, figure.unit, figure.factor)


def _range(figure: Yearly, year: int, value: float) -> tuple[float, float] | None:
    """Return the ends that the file gives, as shares of the value; None where it gives none."""
    ranges = [ends for at, ends in figure.ranges if at <= year] or [ends for _, ends in figure.ranges[:1]]
    return (ranges[-1][0] / value, ranges[-1][1] / value) if ranges else None
