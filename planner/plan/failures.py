"""What each failure means for a plan: what it touches, what keeping through it costs, what it does to other traffic."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import fsum
from typing import TYPE_CHECKING

from planner.engine.reflow import FailureLoss
from planner.programme.programme import SCALE

if TYPE_CHECKING:
    from planner.plan.answer import Answer

NO_LOSS = FailureLoss(0.0, 0.0)


def list_failures(answer: Answer) -> Iterator[Mapping[str, object]]:
    """Yield a record for each contingency and year: what it touches, whether it shaped the plan, what it cuts off."""
    case, prices = answer.case, _failure_prices(answer)
    cutting = {(year, failure) for (_, year), failure in answer.solution.lost.items()}
    if answer.programme.variables.integers:
        cutting |= {(state.year, state.contingency) for state in answer.programme.states if not state.is_intact}
    written = {(state.year, state.contingency) for state in answer.programme.states if not state.is_intact}
    for year, failure in dict.fromkeys((state.year, state.failure) for state in case.failing_states):
        touched = fsum(
            amount * case.share(case.states[path.state])
            for path, amount in answer.flows
            if case.states[path.state].is_intact
            and case.states[path.state].year == year
            and case.demands[path.demand].is_compute
            and path.touches(failure)
        )
        price = prices.get((year, failure.name), 0.0)
        yield {
            "year": year, "contingency": failure.name, "touched_pflops": touched,
            "written": (year, failure.name) in written,
            "shaped": price > 0 or (year, failure.name) in cutting, "price_usd_per_pflops": price,
            "background_lost_gbps": answer.failure_losses.get((year, failure.name), NO_LOSS).gbps,
            "background_penalty_usd": answer.failure_losses.get((year, failure.name), NO_LOSS).penalty_usd,
        }  # fmt: skip


def _failure_prices(answer: Answer) -> dict[tuple[int, str], float]:
    """What one more PFLOPS kept everywhere would cost: the duals of a contingency's survival rows, added up."""
    case, duals = answer.case, answer.solution.duals
    found: defaultdict[tuple[int, str], float] = defaultdict(float)
    if duals is not None:
        for row, dual in zip(answer.programme.rows, duals.tolist(), strict=False):
            if row.family == "survival" and dual > case.scale.price_noise(row.unit) * SCALE:
                state = case.state_at[state_of_row(row.key)]
                found[state.year, state.contingency] += dual / SCALE / case.year_weight(state.year)
    return dict(found)


def state_of_row(key: tuple[object, ...]) -> tuple[int, int, str]:
    """Return year, block and contingency of a row of states."""
    year, block, contingency = key[:3]
    assert isinstance(year, int)
    assert isinstance(block, int)
    return year, block, str(contingency)
