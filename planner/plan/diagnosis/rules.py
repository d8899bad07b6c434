"""Rules without a plan beside them: whether a demand has a path, and which rule leaves it none."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from planner.plan.other_rules import OtherRules

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.engine.pricing import PricedPath
    from planner.programme.case import DemandCase, Routing, State


@dataclass(frozen=True)
class BareRules(OtherRules):
    """What is known of rules without a plan: nothing has a price, and what would be served cannot be said."""

    fixed: Any = None

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(sums,) no prices."""
        return np.zeros(self.programme.variables.sums.count)

    def say_even_then(self, state: State, demand: DemandCase, routing: Routing, *, without: str = "") -> str:  # noqa: ARG002
        """Say nothing of what else is in the way: each limit is tried by itself."""
        return ""

    def would_serve(self, found: PricedPath, routing: Routing, *, without: str = "") -> bool:  # noqa: ARG002
        """There is no plan to ask."""
        return False
