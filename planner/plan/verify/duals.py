"""The duals of a plan by what they belong to: rows of the programme, spelled anew from the inputs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from planner.programme.families import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import StateKey
    from planner.plan.verify.parts import DemandPart

RowKey = tuple[str, ...]
STAGE_UNITS = {"cost": 1e-3, "served": 1.0, "compute": 1.0, "latency": 1.0, "carbon": 1.0, "peak_utilisation": 1.0}
"""Unit in which an objective that is held is written in its row: thousands of USD, one of the others'."""


@dataclass(frozen=True)
class Duals:
    """What relaxing each row by one unit saves the whole plan, USD; of an equation, what one more of it costs."""

    evidence: Evidence

    @cached_property
    def usd(self) -> dict[tuple[str, RowKey], float]:
        """Duals by family and key."""
        rows = self.evidence.rows("duals").items()
        return {(family, self._numbered(family, key)): row["dual_usd"] for (family, key), row in rows}

    def _numbered(self, family: str, written: str) -> RowKey:
        """Return a key of a row with its block counted on from season to season; as it is where it is no such key."""
        key = tuple(written.split("/")) if written else ()
        e, seasons = self.evidence, [*self.evidence.inputs.scenario.seasons]
        of_states = family in FAMILIES and FAMILIES[family].of_states
        if not of_states or len(key) < 3 or key[1] not in seasons or not key[2].isdecimal():
            return key if not seasons or not of_states else ("", *key, "")
        return key[0], str(seasons.index(key[1]) * e.blocks_of_day + int(key[2])), *key[3:]

    def get(self, family: str, *key: object) -> float:
        """Return the dual of a row, 0 where it has none."""
        return self.usd.get((family, tuple(map(str, key))), 0.0)

    def of_state(self, family: str, state: StateKey, *key: object) -> float:
        """Return the dual of a row of a state."""
        return self.get(family, *self.written(state), *key)

    def written(self, state: StateKey) -> tuple[object, ...]:
        """Return a state as keys of rows write it: by the number of its block."""
        year, at, contingency = state
        return year, self._number[at], contingency

    @cached_property
    def _number(self) -> dict[int, int]:
        """Number of the block that begins at each moment."""
        return {at: number for number, at in enumerate(self.evidence.hours)}

    def part_key(self, part: DemandPart) -> RowKey:
        """Return how keys of rows call a part of a demand."""
        written = part.row.origin if part.row.to is None else f"{part.row.origin}--{part.row.to}"
        return written, part.workload.id, part.node

    @cached_property
    def survival(self) -> Mapping[RowKey, float]:
        """Duals of what is to be kept, failures added up, by year, block and label."""
        found: defaultdict[RowKey, float] = defaultdict(float)
        for (family, key), usd in self.usd.items():
            if family == "survival":
                found[*key[:2], *key[3:]] += usd
        return dict(found)

    @cached_property
    def stages(self) -> dict[str, float]:
        """Duals of the objectives that are held, per unit of each."""
        found: dict[str, float] = {}
        for (family, key), usd in self.usd.items():
            if family == "stage" and key[-1] in STAGE_UNITS:
                found[key[-1]] = found.get(key[-1], 0.0) + usd * STAGE_UNITS[key[-1]]
        return found

    @property
    def money(self) -> float:
        """What a USD counts for: one, and what it counts for in an objective of cost that is held."""
        return 1.0 + self.stages.get("cost", 0.0)

    def weight(self, year: int, at: int) -> float:
        """ω(t) · days/365/H: what a rate in a block of a year counts for."""
        return self.evidence.weights[year] * self.evidence.shares[at]
