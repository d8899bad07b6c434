"""What whole decisions open and close: rows that only say that something is there, or is not.

A site in use, a large enough cluster, a choice of site, a project: each is a gate, a decision of 0 or 1 that lets flows
and builds pass. Once the gates are decided, their rows are no limits any more: at an open gate the row repeats what
other rows say as well, at a closed one it says that what is behind it does not exist.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from planner.engine.solution import WHOLE, Solution
from planner.programme.families import FAMILIES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.programme import Programme


SITE_ROWS = frozenset(("site_capacity", "site_power"))


@dataclass(frozen=True)
class ImpliedDecisions:
    """What follows from whole decisions that are held.

    Attributes
    ----------
    idle
        rows that are no limit beside these decisions
    closed
        rows of closed gates, among the idle ones: whatever enters them does not exist
    fixed
        columns that the decisions fix, with their values
    """

    idle: frozenset[int]
    closed: frozenset[int]
    fixed: dict[int, float]


class Gates:
    """Finds what follows from whole decisions; reads the programme once.

    Attributes
    ----------
    columns
        the columns of whole decisions
    """

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        column_of = programme.column_of
        variables = programme.variables
        self.columns = sorted(column_of[v] for v in variables.integers if v in column_of)
        families = (variables.in_use, variables.gate, variables.whole, variables.project)
        self.binary = {column_of[v] for family in families for v in family.values() if v in column_of}
        self.steps = {column_of[v] for v in variables.integers if v in column_of} - self.binary
        self._clusters = {column_of[v] for v in variables.gate.values() if v in column_of}
        self.entries: list[list[tuple[int, float]]] = [[] for _ in programme.rows]
        for row, column, factor in programme.decision_entries:
            self.entries[row].append((column, factor))

    @cached_property
    def in_use(self) -> dict[str, int]:
        """Column of each site whose use is decided, by the site's id."""
        case, variables = self.programme.case, self.programme.variables
        return {case.sites[s].id: self.programme.column_of[v] for s, v in variables.in_use.items()}

    def imply(self, values: NDArray[np.float64], *, free: Container[int] = ()) -> ImpliedDecisions:
        """Return what follows when all whole decisions but the free ones are held at their values."""
        at = {column: float(round(values[column])) for column in self.columns if column not in free}
        held, idle, closed = dict(at), set[int](), set[int]()
        self._hold_steps(at, held, idle)
        for number, row in enumerate(self.programme.rows):
            gate = self._gate_of(number)
            if gate is not None and gate in at:
                if at[gate] > 0.5 and FAMILIES[row.family].gate == "repeats":
                    idle.add(number)
                elif at[gate] < 0.5:
                    idle.add(number)
                    if row.family != "cluster_size":
                        closed.add(number)
                        held |= {column: 0.0 for column, _ in self.entries[number] if column not in held}
            if row.family in SITE_ROWS and at.get(self.in_use.get(str(row.key[3]), -1), 1.0) < 0.5:
                idle.add(number)
        idle |= {number for number in self._decided if all(c in held for c, _ in self.entries[number])}
        return ImpliedDecisions(frozenset(idle), frozenset(closed), held)

    def _gate_of(self, number: int) -> int | None:
        """Return the column of the gate that a row hangs on, None where it hangs on none."""
        family = self.programme.rows[number].family
        gates = self._clusters if family == "cluster_size" else self.binary
        holds = FAMILIES[family].gate is not None
        return next((c for c, _ in self.entries[number] if c in gates), None) if holds else None

    def _hold_steps(self, at: dict[int, float], held: dict[int, float], idle: set[int]) -> None:
        """Fix what is built in whole steps, and leave out the rows that tie it to them."""
        for number, row in enumerate(self.programme.rows):
            if row.family == "build_steps":
                steps = next((c for c, _ in self.entries[number] if c in self.steps), None)
                if steps is not None and steps in at:
                    size = next(-factor for c, factor in self.entries[number] if c == steps)
                    idle.add(number)
                    held |= {c: size * at[steps] for c, _ in self.entries[number] if c != steps}

    @cached_property
    def _decided(self) -> list[int]:
        """Rows in which no path enters, now or later: they speak of decisions alone."""
        by_sum = np.bincount(self.programme.matrix.indices, minlength=len(self.programme.rows))
        return [n for n in range(len(self.programme.rows)) if not by_sum[n] and self.entries[n]]


def flows_in(programme: Programme, rows: Container[int]) -> list[int]:
    """Return the columns of the paths that enter any of the rows."""
    chosen = np.array([number in rows for number in range(len(programme.rows))])
    if not chosen.any() or not programme.paths:
        return []
    matrix: sparse.csr_array = programme.path_matrix()
    touched = np.flatnonzero((matrix[:, chosen] != 0).sum(axis=1))
    return [programme.column_of[programme.flows[i]] for i in touched.tolist()]


def add_violated_use(programme: Programme, solution: Solution) -> int:
    """Add Σ_p x[σ,d,p→s] ≤ q̂[d] y[s] where a solution violates it; return how many rows were added."""
    assert solution.values is not None
    case, v = programme.case, programme.variables
    entered = programme.entries(programme.paths)
    flows = np.array([float(solution.values[programme.column_of[flow]]) for flow in programme.flows])
    totals = entered.T @ flows if len(flows) else np.zeros(v.sums.count)
    added = 0
    for state in programme.states:
        for (demand, site), pair in case.watched_pairs.items():
            if site not in v.in_use:
                continue
            hosted = float(totals[v.sums.number("hosted", state, pair)])
            most = case.most_served(case.demands[demand], state)
            open_share = float(solution.values[programme.column_of[v.in_use[site]]])
            key = (*state.key, *case.part_key(case.demands[demand]), case.sites[site].id)
            if (
                hosted > most * open_share + WHOLE * max(case.scale.unit(case.demands[demand]), most)
                and ("site_use_strong", key) not in programme.row_keys
            ):
                row = v.hosted[state, pair] - most * v.in_use[site] <= 0
                programme.add_row("site_use_strong", key, row)
                added += 1
    return added
