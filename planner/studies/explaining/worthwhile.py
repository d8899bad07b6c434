"""What leaving work unserved would have to cost for it to be served: found by solving again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from planner.studies.explaining.amendments import Amendment, written
from planner.studies.explaining.errands import Errand, ServedKey, find_all

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.studies.explaining.errands import Effort

FIRST_USD = 1000.0
"""Price that is tried first where leaving work costs nothing, USD per PFLOPS or Gbps and year."""
DOUBLINGS, HALVINGS = 14, 5
"""How often a price is doubled until it suffices, and the last doubling halved after that."""


def worth_serving(
    inputs: Inputs,
    wanted: ServedKey,
    beside: Sequence[Amendment],
    effort: Effort,
) -> Amendment | None:
    """Return a price of leaving a workload at which one demand of it is served whole, to about 3 % of the least.

    None where no price suffices, or where it must be served in any case.
    """
    workload = inputs.demand.workloads[wanted[2]]
    if workload.unserved_usd is None:
        return None
    unit = f"{inputs.scenario.finance.currency}/{'Gbps' if workload.kind == 'traffic' else 'PFLOPS'}/year"
    path = f"workloads.{wanted[2]}.unserved"

    def priced(usd: float) -> Amendment:
        return Amendment(path, written(float(f"{usd:.3g}"), unit))

    def suffices(usd: float) -> bool:
        (finding,) = find_all(inputs, [Errand((*beside, priced(usd)), builds=effort.builds)], watch=effort.watch)
        asked = finding.asked.get(wanted, 0.0)
        return finding.status.has_plan and asked > 0 and finding.left[wanted] <= 1e-6 * asked

    low = workload.unserved_usd.at(wanted[0])
    high = 2 * low or FIRST_USD
    for _ in range(DOUBLINGS):
        if suffices(high):
            break
        low, high = high, 2 * high
    else:
        return None
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if suffices(float(f"{middle:.3g}")):
            high = float(f"{middle:.3g}")
        else:
            low = middle
    return priced(high)
