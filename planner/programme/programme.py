"""The programme: a PuLP problem whose rows are written in sums and whose columns are paths.

`build_programme` is its table of contents. Rows are made once; `add_paths` puts new paths into every row that speaks
of a sum they enter. The same matrix gives the prices of the sums, which is all that the pricing of paths needs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pulp
from scipy import sparse

from planner.programme.case import Case, State
from planner.programme.constraints import Key
from planner.programme.families import FAMILIES, OBJECTIVES
from planner.programme.objective import Priced
from planner.programme.paths import Path, path_terms
from planner.programme.scale import SAME_SHARE, row_unit
from planner.programme.symbols import SymbolNames, Variables

if TYPE_CHECKING:
    from numpy.typing import NDArray

SCALE = OBJECTIVES["cost"].scale
"""Cost is minimised in kUSD, so that prices of a PFLOPS or a Gbps are of the order of its capacities."""


@dataclass(frozen=True, slots=True)
class RowInfo:
    """Which rule a row of the problem is, and the unit in which a solver sees it."""

    family: str
    key: Key
    constraint: pulp.LpConstraint
    unit: float = 1.0

    @property
    def rhs(self) -> float:
        """Right-hand side once all variables stand on the left."""
        return -float(self.constraint.constant)


@dataclass(frozen=True, slots=True)
class Column:
    """A variable with its coefficients in the rows that stood when it was added, and the unit a solver sees it in."""

    variable: pulp.LpVariable
    rows: Sequence[int]
    coefficients: Sequence[float]
    unit: float = 1.0


class Programme:
    """A PuLP problem together with what its rows and columns mean.

    Attributes
    ----------
    states
        the states whose rows are written
    rows
        the rows in the problem's order
    columns
        all variables in the order in which they were added; a solver that stays alive reads on from where it was
    decisions
        positions of the columns that are no paths
    decision_entries
        (row, column, factor) of every coefficient of a decision
    paths, flows
        the paths and their variables, in the order in which they were added
    number_of_path
        position of each path in `paths`
    """

    def __init__(self, case: Case) -> None:
        self.case = case
        self.problem = pulp.LpProblem("plan", pulp.LpMinimize)
        self.names = SymbolNames()
        self.variables = Variables(case, self.problem, self.names)
        self.states: list[State] = []
        self.rows: list[RowInfo] = []
        self.row_keys: set[tuple[str, Key]] = set()
        self.columns: list[Column] = []
        self.column_of: dict[pulp.LpVariable, int] = {}
        self.decisions: list[int] = []
        self.decision_entries: list[tuple[int, int, float]] = []
        self.paths: list[Path] = []
        self.flows: list[pulp.LpVariable] = []
        self.number_of_path: dict[Path, int] = {}
        self.objective_of_sum = np.zeros(0)
        self.priced: list[Priced] = []
        self.scale = 1.0
        self.multiplier = 1.0
        self.same = 0.0
        self.costs_changed = 0
        self._subscriptions: list[tuple[int, int, float]] = []
        self._matrix: sparse.csr_array | None = None
        self._entered: list[sparse.csr_array] = []

    @property
    def matrix(self) -> sparse.csr_array:
        """(sums, rows) factor with which each row speaks of each sum."""
        if self._matrix is None:
            number, row, factor = zip(*self._subscriptions, strict=True) if self._subscriptions else ((), (), ())
            shape = (self.variables.sums.count, len(self.rows))
            self._matrix = sparse.csr_array((factor, (number, row)), shape=shape, dtype=float)
        return self._matrix

    def add_states(self, states: Sequence[State]) -> None:
        """Write the rows of more states; their paths come with the pricing."""
        self.open_states(states)
        for family in FAMILIES.values():
            if family.of_states:
                for key, constraint in family.write(self.case, self.variables, states):
                    self.add_row(family.name, key, constraint)

    def open_states(self, states: Sequence[State]) -> None:
        """Give the sums of more states their numbers, without any rows."""
        for state in states:
            self.variables.sums.add_state(state)
        self.states += states
        self.objective_of_sum = np.pad(
            self.objective_of_sum, (0, self.variables.sums.count - len(self.objective_of_sum))
        )
        self._matrix = None

    def add_plan_families(self) -> None:
        """Write the rows that hold the states together."""
        for family in FAMILIES.values():
            if not family.of_states:
                for key, constraint in family.write(self.case, self.variables, ()):
                    self.add_row(family.name, key, constraint)

    def add_row(self, family: str, key: Key, constraint: pulp.LpConstraint) -> None:
        """Add a row; the sums in it stand for the paths that enter them, those known and those to come."""
        row, number_of = len(self.rows), self.variables.sums.number_of
        terms: list[tuple[pulp.LpVariable, float]] = []
        sizes: set[float] = set()
        for symbol, factor in constraint.items():
            if symbol in number_of:
                self._subscriptions.append((number_of[symbol], row, factor))
                sizes.add(abs(factor) * self.variables.sums.unit(number_of[symbol]))
            else:
                self.decision_entries.append((row, self._note_column(symbol), factor))
                sizes.add(abs(factor) * self.variables.unit.get(symbol, 1.0))
                terms.append((symbol, factor))
        self._matrix = None
        terms += self._paths_in(row)
        written = pulp.LpConstraint(pulp.LpAffineExpression(terms), constraint.sense, rhs=-constraint.constant)
        self.problem.addConstraint(written, self.names.make_name(family, *key))
        self.rows.append(RowInfo(family, key, written, row_unit(sizes, abs(constraint.constant))))
        self.row_keys.add((family, key))

    def set_objective(
        self, priced: Iterable[Priced], *, scale: float = 1.0, multiplier: float = 1.0, same: float | None = None
    ) -> None:
        """Minimise the sum of the priced symbols, times a scale, over decisions and paths alike.

        A solver sees it times the multiplier as well, which brings it to the size of its tolerances. Of an objective
        without a name, which counts units of work, a share of all work does not matter.
        """
        self.priced, self.scale, self.multiplier = list(priced), scale, multiplier
        self.same = SAME_SHARE * self.case.scale.work if same is None else same
        number_of = self.variables.sums.number_of
        self.objective_of_sum = np.zeros(self.variables.sums.count)
        direct: dict[pulp.LpVariable, float] = {}
        for symbol, price in self.priced:
            if symbol in number_of:
                self.objective_of_sum[number_of[symbol]] += price * scale
            else:
                self._note_column(symbol)
                direct[symbol] = direct.get(symbol, 0.0) + price * scale
        for entered, first in self._batches():
            direct.update(zip(self.flows[first:], (entered @ self.objective_of_sum).tolist(), strict=False))
        self.problem.setObjective(pulp.LpAffineExpression(direct))
        self.costs_changed += 1

    def aim(self, name: str) -> list[Priced]:
        """Minimise one of the objectives, in its own scale, and return what it measures."""
        chosen, units = OBJECTIVES[name], self.case.scale
        measure = list(chosen.measure(self.case, self.variables))
        multiplier, same = units.multiplier(name, chosen.scale), units.same(name)
        self.set_objective(measure, scale=chosen.scale, multiplier=multiplier, same=same)
        return measure

    def sharpen(self, factor: float) -> None:
        """Let a solver see the objective so many times larger, and so work to tolerances so many times finer."""
        self.multiplier *= factor
        self.costs_changed += 1

    def add_column(
        self, variable: pulp.LpVariable, rows: Sequence[int], coefficients: Sequence[float], unit: float
    ) -> None:
        """Add a variable to rows that stand already."""
        for row, coefficient in zip(rows, coefficients, strict=True):
            self.rows[row].constraint.expr.addterm(variable, coefficient)
        self.column_of[variable] = len(self.columns)
        self.columns.append(Column(variable, rows, coefficients, unit))

    def add_decision(
        self, variable: pulp.LpVariable, rows: Sequence[int], coefficients: Sequence[float], unit: float
    ) -> int:
        """Add a variable that is no path to rows that stand already; return its column."""
        column = len(self.columns)
        self.decision_entries += [(row, column, factor) for row, factor in zip(rows, coefficients, strict=True)]
        self.decisions.append(column)
        self.add_column(variable, rows, coefficients, unit)
        return column

    def add_paths(self, paths: Sequence[Path]) -> None:
        """Add new paths as columns of the rows whose sums they enter."""
        entered = self.entries(paths)
        costs = (entered @ self.objective_of_sum).tolist()
        coefficients = sparse.csr_array(entered @ self.matrix)
        pointer, rows, factors = coefficients.indptr, coefficients.indices.tolist(), coefficients.data.tolist()
        objective = self.problem.objective
        for i, path in enumerate(paths):
            flow = self.problem.add_variable(self.names.make_name("x", *self._path_name(path)), 0.0)
            self.number_of_path[path] = len(self.paths)
            self.paths.append(path)
            self.flows.append(flow)
            objective.addterm(flow, costs[i])
            part = slice(pointer[i], pointer[i + 1])
            self.add_column(flow, rows[part], factors[part], self.case.scale.unit(self.case.demands[path.demand]))
        self._entered.append(entered)

    def entries(self, paths: Sequence[Path]) -> sparse.csr_array:
        """(paths, sums) what one PFLOPS on each path adds to each sum."""
        pointer, numbers, amounts = [0], [], []
        for path in paths:
            for number, amount in path_terms(self.case, self.variables.sums, path):
                numbers.append(number)
                amounts.append(amount)
            pointer.append(len(numbers))
        return sparse.csr_array((amounts, numbers, pointer), shape=(len(paths), self.variables.sums.count), dtype=float)

    def path_matrix(self) -> sparse.csr_array:
        """(paths, rows) coefficient of every path known in every row."""
        parts = [entered @ self.matrix for entered, _ in self._batches()]
        return sparse.csr_array(sparse.vstack(parts)) if parts else sparse.csr_array((0, len(self.rows)))

    def prices(self, duals: NDArray[np.float64]) -> NDArray[np.float64]:
        """(sums,) reduced price of one unit of each sum: its cost less what the rows' duals pay for it, in kUSD."""
        reduced: NDArray[np.float64] = self.objective_of_sum - self.matrix @ duals
        return reduced

    def cost_of(self, column: int) -> float:
        """Objective coefficient of a column, in kUSD."""
        return float(self.problem.objective.get(self.columns[column].variable, 0.0))

    def _paths_in(self, row: int) -> list[tuple[pulp.LpVariable, float]]:
        """Flows with their coefficients in a row that is about to be added."""
        if not self.paths:
            return []
        factor = np.zeros(self.variables.sums.count)
        for number, subscriber, value in reversed(self._subscriptions):
            if subscriber != row:
                break
            factor[number] += value
        found = np.concatenate([entered @ factor for entered, _ in self._batches()])
        return [(self.flows[i], float(found[i])) for i in np.flatnonzero(found)]

    def _batches(self) -> Iterator[tuple[sparse.csr_array, int]]:
        """Batches of added paths with the position of their first."""
        first = 0
        count = self.variables.sums.count
        for entered in self._entered:
            rows = entered.shape[0]
            yield sparse.csr_array((entered.data, entered.indices, entered.indptr), shape=(rows, count)), first
            first += rows

    def _path_name(self, path: Path) -> tuple[object, ...]:
        demand = self.case.demands[path.demand]
        return (
            *self.case.states[path.state].key,
            *self.case.part_key(demand),
            self.case.destination(demand, path.site),
        )

    def _note_column(self, variable: pulp.LpVariable) -> int:
        if variable not in self.column_of:
            self.decisions.append(len(self.columns))
            self.column_of[variable] = len(self.columns)
            self.columns.append(Column(variable, (), (), self.variables.unit.get(variable, 1.0)))
        return self.column_of[variable]


def build_programme(case: Case) -> Programme:
    """Write the programme of a case over its intact states, still without paths and failures; it minimises cost."""
    programme = Programme(case)
    programme.add_states(case.costly_states)
    programme.add_plan_families()
    programme.aim("cost")
    return programme
