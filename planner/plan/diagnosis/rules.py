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
    """What is known of rules where no plan is: nothing has a price, and nobody can be asked what would be served."""

    fixed: Any = None

    @cached_property
    def prices(self) -> NDArray[np.float64]:
        """(sums,) no prices."""
        return np.zeros(self.programme.variables.sums.count)

    def even_then(self, state: State, demand: DemandCase, routing: Routing, *, without: str = "") -> str:  # noqa: ARG002
        """Say nothing of what else is in the way: each limit is tried by itself."""
        return ""

    def would_serve(self, found: PricedPath, routing: Routing, *, without: str = "") -> bool:  # noqa: ARG002
        """Nobody can be asked."""
        return False
