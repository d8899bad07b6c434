"""Branch and price: whole numbers by branching, paths by pricing in every node.

Only decisions that have to be whole are branched on (steps, sites in use, choices, projects); the pricing of paths is
the same in every node. A node's bound is the Lagrangian bound over all admissible paths, so the least bound over the
open nodes is a bound of the whole programme; incumbent, bound and gap are reported as they are. Good plans come early
from the restricted programme: HiGHS solves it over the paths known, the whole numbers it finds are held, and the paths
are priced again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from heapq import heappop, heappush
from itertools import count
from math import ceil, floor, inf
from typing import TYPE_CHECKING, Any, NamedTuple

import highspy
import numpy as np

from planner.engine.enumeration import list_sufficient_paths
from planner.engine.gates import add_violated_use
from planner.engine.generation import Generation
from planner.engine.highs import SMALLEST
from planner.engine.silence import silence
from planner.engine.solution import INTEGER_GAP, WHOLE, LastRound, Solution, Watch, is_proved
from planner.engine.status import Status

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from planner.programme.programme import Programme

LEAST_GAIN = 1e-3
"""What a decision without a cost of its own is taken to gain, in what the solver sees of the objective."""
RESTRICTED_SECONDS = 20.0
"""Longest time the restricted programme may take in one go."""


class RestrictedSolution(NamedTuple):
    """A plan over the paths known, and the bound over these paths alone."""

    values: NDArray[np.float64]
    bound: float


Bounds = dict[int, tuple[float, float]]


@dataclass(order=True, frozen=True)
class SearchNode:
    """Part of the search: what its decisions are bound to, and a bound of everything in it."""

    bound: float
    serial: int
    bounds: Bounds = field(compare=False)


@dataclass
class BranchingScores:
    """What branching on a column has gained per unit, down and up, learnt on the way (pseudo-costs)."""

    gains: dict[tuple[int, bool], tuple[float, int]] = field(default_factory=dict)

    def learn(self, column: int, *, up: bool, gain: float) -> None:
        """Take one more observation in."""
        total, seen = self.gains.get((column, up), (0.0, 0))
        self.gains[column, up] = (total + max(gain, 0.0), seen + 1)

    def score(self, column: int, fraction: float, cost: float) -> float:
        """Return how much both children of a column are expected to gain; unseen columns by their cost."""
        expected = []
        for up, distance in ((False, fraction), (True, 1 - fraction)):
            total, seen = self.gains.get((column, up), (0.0, 0))
            expected.append((total / seen if seen else cost) * distance)
        return min(expected) + 0.1 * max(expected)


class Branching:
    """One branch and price on the programme of a generation."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.programme: Programme = generation.programme
        self.watch: Watch = generation.watch
        self.gap = INTEGER_GAP if generation.gap is None else generation.gap
        column_of = self.programme.column_of
        self.columns = sorted(column_of[v] for v in self.programme.variables.integers if v in column_of)
        self.own: Bounds = {column: self._own_bounds(column) for column in self.columns}
        self.box = dict(self.own)
        self.current = dict(self.own)
        self.best: Solution | None = None
        self.dropped = inf
        self.nodes = 0
        self.scores = BranchingScores()
        self.root: LastRound | None = None
        self._serial = count()

    def solve(self) -> Solution:
        """Return the best plan with whole decisions and the bound proved, or why there is none."""
        root = self._relax({}, cutoff=inf)
        if not root.status.has_plan:
            return root
        root = self._strengthen(root)
        self.root = self.generation.last
        whole = self._solve_whole(root)
        if whole is not None:
            return whole
        open_nodes: list[SearchNode] = []
        self._plunge(SearchNode(root.bound, next(self._serial), {}), root, open_nodes)
        while open_nodes and not self.watch.must_stop:
            node = heappop(open_nodes)
            if self._is_settled(node.bound):
                self.dropped = min(self.dropped, node.bound)
                break
            self._plunge(node, None, open_nodes)
        return self._conclude(open_nodes)

    def _solve_whole(self, root: Solution) -> Solution | None:
        """Let HiGHS prove the optimum where all paths that can matter are few; None where they are not."""
        if not root.status.has_plan or not self._fractional(root):
            return None
        paths = list_sufficient_paths(self.programme)
        if paths is None:
            return None
        self.programme.add_paths([path for path in paths if path not in self.programme.number_of_path])
        self._relax({}, cutoff=inf)
        found = self._solve_restricted(self.gap * 0.5, self.watch.time_left)
        if found is None:
            return None
        self._fix_whole(dict(zip(self.columns, found.values[self.columns].tolist(), strict=True)))
        self.dropped = max(root.bound, found.bound)
        if self.best is None or not self._is_settled(self.dropped):
            self.dropped = inf
            return None
        return self._conclude([])

    def _plunge(self, node: SearchNode, solution: Solution | None, open_nodes: list[SearchNode]) -> None:
        """Follow one child after another down to a whole plan or a dead end; the siblings wait."""
        while not self.watch.must_stop:
            if solution is None:
                solution = self._relax(node.bounds, cutoff=self._cutoff)
                self.nodes += 1
            if not solution.status.has_plan:
                if solution.status is Status.LIMIT:
                    heappush(open_nodes, node)
                return
            bound = max(node.bound, solution.bound)
            if self._is_settled(bound):
                self.dropped = min(self.dropped, bound)
                return
            fractional = self._fractional(solution)
            if not fractional:
                self._accept(solution)
                return
            if self.nodes in (0, 20) or self.nodes % 200 == 199:
                self._try_restricted(node.bounds)
                if self._is_settled(bound):
                    self.dropped = min(self.dropped, bound)
                    return
            node, solution = self._branch(replace(node, bound=bound), fractional, open_nodes)
        heappush(open_nodes, node)

    def _branch(
        self, node: SearchNode, fractional: Mapping[int, float], open_nodes: list[SearchNode]
    ) -> tuple[SearchNode, Solution | None]:
        """Cut the node in two along the most promising column; return the nearer child, push the other."""
        column = max(fractional, key=lambda c: (self.scores.score(c, fractional[c] % 1, self._dear(c)), -c))
        value = fractional[column]
        lower, upper = node.bounds.get(column, self.box[column])
        down = {**node.bounds, column: (lower, float(floor(value)))}
        up = {**node.bounds, column: (float(ceil(value)), upper)}
        children = (up, down) if value % 1 >= 0.5 else (down, up)
        heappush(open_nodes, SearchNode(node.bound, next(self._serial), children[1]))
        child = SearchNode(node.bound, next(self._serial), children[0])
        result = self._relax(child.bounds, cutoff=self._cutoff)
        self.nodes += 1
        if result.status.has_plan:
            going_up = children[0] is up
            distance = 1 - value % 1 if going_up else value % 1
            self.scores.learn(column, up=going_up, gain=(result.bound - node.bound) / max(distance, WHOLE))
        return child, result

    def _dear(self, column: int) -> float:
        """What a decision costs by itself, in the objective's unit; a little where it costs nothing."""
        programme = self.programme
        least = LEAST_GAIN / (programme.scale * programme.multiplier)
        return max(abs(programme.cost_of(column)) / programme.scale, least)

    def _relax(self, bounds: Bounds, *, cutoff: float) -> Solution:
        """Solve the relaxation of a node, over all paths."""
        if any(bounds[column][0] > self.box[column][1] or bounds[column][1] < self.box[column][0] for column in bounds):
            return Solution(Status.INFEASIBLE, inf, inf, self.generation.rounds, None, None)
        for column in self.columns:
            wanted = intersect_bounds(bounds.get(column, self.box[column]), self.box[column])
            if self.current[column] != wanted:
                self.generation.set_bounds(column, *wanted)
                self.current[column] = wanted
        return self.generation.optimise(cutoff=cutoff)

    def _strengthen(self, root: Solution) -> Solution:
        """Add the strong site-use rows that the root violates, until it violates none."""
        while root.status.has_plan and not self.watch.must_stop and add_violated_use(self.programme, root):
            root = self._relax({}, cutoff=inf)
        return root

    def _fractional(self, solution: Solution) -> dict[int, float]:
        assert solution.values is not None
        values = {column: float(solution.values[column]) for column in self.columns}
        return {column: value for column, value in values.items() if abs(value - round(value)) > WHOLE}

    def _accept(self, solution: Solution) -> None:
        if self.best is None or solution.objective < self.best.objective:
            self.best = solution
            self._fix_by_cost()
            self.generation.report(3, solution.objective, min(solution.bound, solution.objective))

    def _fix_by_cost(self) -> None:
        """Take away values of decisions that the root proves to be too dear for any better plan.

        With the root's duals every unit by which a decision leaves its bound adds its reduced cost to the bound.
        """
        if self.root is None or self.generation.decisions is None or not np.isfinite(self._cutoff):
            return
        spare = max(0.0, self._cutoff - self.root.bound)
        for column in self.columns:
            reduced = float(self.root.reduced[self.generation.decisions.position[column]])
            lower, upper = self.box[column]
            if abs(reduced) > WHOLE * spare:
                most = floor(spare / abs(reduced) + WHOLE)
                self.box[column] = (
                    (lower, min(upper, lower + most)) if reduced > 0 else (max(lower, upper - most), upper)
                )

    def _fix_whole(self, values: Mapping[int, float]) -> None:
        """Hold all whole decisions at given values and take the plan that results, if there is one."""
        whole = {column: (round(value), round(value)) for column, value in values.items()}
        solution = self._relax({c: (float(a), float(b)) for c, (a, b) in whole.items()}, cutoff=self._cutoff)
        if solution.status.has_plan and not self._fractional(solution):
            self._accept(solution)

    def _try_restricted(self, bounds: Bounds) -> None:
        """Let HiGHS solve the programme over the paths known, with whole decisions, and hold what it finds."""
        before = self._relax(bounds, cutoff=inf)
        if not before.status.has_plan:
            return
        left = self.watch.time_left
        limit = RESTRICTED_SECONDS if left is None else min(RESTRICTED_SECONDS, max(left, 0.1) / 3)
        found = self._solve_restricted(self.gap / 2, limit)
        if found is not None:
            self._fix_whole(dict(zip(self.columns, found.values[self.columns].tolist(), strict=True)))

    @silence
    def _solve_restricted(self, gap: float, seconds: float | None) -> RestrictedSolution | None:
        """Solve the programme over the paths known with HiGHS; None where it finds no plan in time."""
        model = highspy.Highs()
        model.setOptionValue("output_flag", False)
        model.setOptionValue("small_matrix_value", SMALLEST)
        model.passModel(self.generation.solver.model.getLp())
        model.changeColsIntegrality(
            len(self.columns),
            np.array(self.columns, dtype=np.int32),
            np.array([highspy.HighsVarType.kInteger] * len(self.columns)),
        )
        limit = highspy.kHighsInf if seconds is None else seconds
        for option, value in {"mip_rel_gap": gap, "time_limit": limit, "random_seed": 0, "threads": 1}.items():
            model.setOptionValue(option, value)
        interrupt_when_stopped(model, self.watch)
        model.run()
        values, info = np.array(model.getSolution().col_value, dtype=float), model.getInfo()
        if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible or not len(values):
            return None
        bound = float(info.mip_dual_bound) / (self.programme.multiplier * self.programme.scale)
        return RestrictedSolution(self.generation.solver.in_programme_units(values), bound)

    @property
    def _cutoff(self) -> float:
        """Bound from which a node cannot give a plan that is worth having."""
        if self.best is None:
            return inf
        return self.best.objective - max(self.gap * abs(self.best.objective), self.generation.same)

    def _is_settled(self, bound: float) -> bool:
        return bound >= self._cutoff

    def _own_bounds(self, column: int) -> tuple[float, float]:
        variable = self.programme.columns[column].variable
        return float(variable.lowBound), float(variable.upBound)

    def _conclude(self, open_nodes: list[SearchNode]) -> Solution:
        """Report incumbent and bound as they are; the decisions stay held at the plan's, and so do the prices."""
        bound = min([node.bound for node in open_nodes] + [self.dropped])
        if self.best is None:
            status = Status.LIMIT if open_nodes or self.watch.must_stop else Status.INFEASIBLE
            self._reset()
            return Solution(status, inf, bound, self.generation.rounds, None, None)
        self._round_off()
        bound = min(bound, self.best.objective)
        proved = is_proved(self.best.objective, bound, min(self.gap, INTEGER_GAP), same=self.generation.same)
        padded = np.zeros(len(self.programme.columns))
        assert self.best.values is not None
        padded[: len(self.best.values)] = self.best.values
        self._reset()
        status = Status.OPTIMAL if proved else Status.FEASIBLE
        return replace(self.best, status=status, bound=bound, rounds=self.generation.rounds, values=padded)

    def _round_off(self) -> None:
        """Solve the flows once more with every decision exactly whole: nothing of a millionth of a site remains.

        Now they are solved to the end: a search for decisions leaves a node as soon as it is near enough.
        """
        assert self.best is not None
        assert self.best.values is not None
        exact = {column: (round(float(self.best.values[column])),) * 2 for column in self.columns}
        self.box = dict(self.own)
        self.generation.is_decided = True
        solution = self._relax({column: (float(a), float(b)) for column, (a, b) in exact.items()}, cutoff=inf)
        self.generation.is_decided = False
        if solution.status.has_plan:
            self.best = solution

    def _reset(self) -> None:
        """Give all decisions their own bounds back."""
        for column, bounds in self.own.items():
            self.generation.set_bounds(column, *bounds)


def interrupt_when_stopped(model: highspy.Highs, watch: Watch) -> None:
    """Let an interrupt or the deadline end a search for whole numbers that is under way."""

    def look(_kind: object, _message: str, _out: object, answer: Any, _user: object) -> None:
        answer.user_interrupt = watch.must_stop

    model.setCallback(look, None)
    model.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)


def intersect_bounds(one: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Return what two ranges have in common; where they have nothing, an empty range as one that no value fits."""
    return max(one[0], other[0]), min(one[1], other[1])
