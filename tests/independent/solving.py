"""The programme of a world as matrices, solved stage by stage with HiGHS through scipy."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array

from independent.aims import measure, stages
from independent.families import FAMILIES, Row, mean_amount
from independent.host_limits import HOST_LIMITS
from independent.index import Index
from independent.paths import split_demands
from independent.reading import Key, Record, World
from independent.stakes import may_lay

STAGE_TOLERANCE = 1e-6
EXACT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}


@dataclass(frozen=True)
class Programme:
    """A programme: cost by column (all ≥ 0), the rows by family and key, and the columns that are whole numbers.

    ``wholes`` holds the upper bound of each. ``aims`` are the objectives in order, each with its coefficients; the last
    one need not be the cost.
    """

    cost: dict[Key, float]
    rows: dict[Key, Row]
    wholes: dict[Key, float] = field(default_factory=dict)
    aims: tuple[tuple[str, dict[Key, float]], ...] = ()


@dataclass(frozen=True)
class Answer:
    """One stage solved: its value, a proved bound, values by column, and duals where no number is whole."""

    status: str
    value: float = math.nan
    bound: float = math.nan
    values: dict[Key, float] = field(default_factory=dict)
    duals: dict[Key, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Solution:
    """The optimum.

    ``objective`` is of the first objective asked for, ``stages`` of all in the order in which they are optimised,
    ``bounds`` what is proved of each (served with its true sign in all three). ``values`` stand by column, ``duals`` as
    change of the objective per unit of a row's right-hand side (only where no number is whole).
    """

    status: str
    objective: float
    values: dict[Key, float]
    duals: dict[Key, float]
    served: dict[tuple[int, str, str], float]
    demanded: dict[tuple[int, str, str], float]
    builds: dict[tuple[int, str, int], float]
    projects: dict[str, bool]
    stages: tuple[tuple[str, float], ...] = ()
    bounds: tuple[float, ...] = ()


def write_programme(world: World) -> Programme:
    """Return the programme of a world over all admissible simple paths."""
    index = Index.of(world)
    rows = {(family.__name__, *key): row for family in (*FAMILIES, *HOST_LIMITS) for key, row in family(index)}
    aims = tuple((name, measure(index, name)) for name in stages(world))
    cost = {column: each for column, each in dict(aims)["cost"].items() if column}
    used = dict.fromkeys(column for row in rows.values() for column in row.terms)
    wholes = {column: 1.0 for column in used if column[0] in ("w", "y", "z")}
    wholes |= {column: math.inf for column in used if column[0] == "n"}
    wholes |= {column: 0.0 for column in used if column[0] == "w" and not may_lay(world, column[1])}
    spoken = dict.fromkeys(column for _, terms in aims for column in terms if column)
    return Programme(dict.fromkeys([*used, *spoken], 0.0) | cost, rows, wholes, aims)


def solve(topology: Record, demand: Record, scenario: Record) -> Solution:
    """Return the best plan of a small world given as the mappings of its three files.

    A cost is in USD per year (the discounted sum for several years), penalties for unserved demand included.
    """
    world = World.read(topology, demand, scenario)
    programme = write_programme(world)
    reached: list[tuple[str, float]] = []
    bounds, answer = [], Answer("optimal")
    for name, terms in programme.aims:
        answer = solve_stage(programme, terms)
        if answer.status != "optimal":
            break
        sign = -1 if name == "served" else 1
        reached.append((name, sign * answer.value))
        bounds.append(sign * answer.bound)
        # Branching may miss the value that whole numbers, once fixed, allow: what is kept must be within its reach.
        programme = keep_stage(programme, name, terms, max(answer.value, answer.bound))
    objective = dict(reached).get(first_asked(world), math.nan)
    return describe(world, answer, objective, tuple(reached), tuple(bounds))


def hold_stages(programme: Programme, reached: Sequence[float]) -> Programme:
    """Return the programme of the last objective, with what the earlier ones have reached kept."""
    *earlier, (_, last) = programme.aims
    for (name, terms), value in zip(earlier, reached, strict=True):
        programme = keep_stage(programme, name, terms, -value if name == "served" else value)
    constant = {column: value for column, value in last.items() if column}
    return replace(programme, cost=dict.fromkeys(programme.cost, 0.0) | constant)


def constant_of(programme: Programme) -> float:
    """Return what the cost is whatever is decided."""
    return dict(programme.aims)["cost"].get((), 0.0)


def first_asked(world: World) -> str:
    """Return the first objective asked for."""
    asked = world.scenario.get("objective", "cost")
    return asked if isinstance(asked, str) else str(asked[0])


def keep_stage(programme: Programme, name: str, terms: Mapping[Key, float], value: float) -> Programme:
    """Return the programme with a row that keeps what a stage has reached, to a relative tolerance."""
    limit = value + STAGE_TOLERANCE * abs(value) - terms.get((), 0.0)
    kept = Row({column: each for column, each in terms.items() if column}, "<", limit)
    number = [each for each, _ in programme.aims].index(name)
    return replace(programme, rows={**programme.rows, ("stage", number, name): kept})


# ------------------------------------------------------------------------------------------------ one stage


def solve_stage(programme: Programme, terms: Mapping[Key, float]) -> Answer:
    """Return the least value of a measure: of an LP at once, else with the whole numbers found first, then fixed.

    Fixing them makes the answer exact: the branching itself takes numbers for whole that are so to a millionth.
    """
    matrices = Matrices.of(programme, terms)
    if not programme.wholes:
        return matrices.read(programme, matrices.solve_linear())
    found = matrices.solve_whole()
    if found is None:
        return Answer("infeasible")
    fixed = replace(matrices, **matrices.fixed_bounds(found.x))
    exact = fixed.read(programme, fixed.solve_linear())
    # The least value with numbers nearly whole is the bound; where their rounding fits no more, both are that value.
    value, values = (exact.value, exact.values) if exact.status == "optimal" else (found.fun, matrices.named(found.x))
    constant = terms.get((), 0.0)
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
    return Answer("optimal", value if exact.status == "optimal" else value + constant, bound + constant, values)


@dataclass(frozen=True)
class Matrices:
    """A programme and one measure as arrays; the last column does nothing and keeps any programme a programme."""

    columns: tuple[Key, ...]
    costs: np.ndarray
    constant: float
    upper: np.ndarray
    lower: np.ndarray
    whole: np.ndarray
    rows: dict[str, list[Key]]
    matrix: dict[str, csr_array]
    rhs: dict[str, np.ndarray]

    @classmethod
    def of(cls, programme: Programme, terms: Mapping[Key, float]) -> Matrices:
        """Return the arrays of a programme."""
        columns = tuple(programme.cost)
        place = {column: number for number, column in enumerate(columns)}
        costs = np.array([*(terms.get(column, 0.0) for column in columns), 0.0])
        upper = np.array([*(programme.wholes.get(column, math.inf) for column in columns), 1.0])
        whole = np.array([*(column in programme.wholes for column in columns), False])
        rows = {sense: [key for key, row in programme.rows.items() if row.sense == sense] for sense in "<="}
        parts = {sense: as_matrix([programme.rows[key] for key in keys], place) for sense, keys in rows.items()}
        matrix, rhs = ({sense: part[number] for sense, part in parts.items()} for number in (0, 1))
        return cls(columns, costs, terms.get((), 0.0), upper, np.zeros_like(upper), whole, rows, matrix, rhs)

    def solve_linear(self) -> OptimizeResult:
        """Solve without whole numbers, asking again without presolve where it cannot tell what is wrong."""
        arrays = {"A_ub": self.matrix["<"], "b_ub": self.rhs["<"], "A_eq": self.matrix["="], "b_eq": self.rhs["="]}
        bounds = np.column_stack([self.lower, self.upper])
        result = linprog(self.costs, **arrays, bounds=bounds, method="highs", options=EXACT)
        if result.status not in (0, 2):
            options = {**EXACT, "presolve": False}
            result = linprog(self.costs, **arrays, bounds=bounds, method="highs", options=options)
        return result

    def solve_whole(self) -> OptimizeResult | None:
        """Solve with whole numbers to a gap of nothing; None where there is no answer."""
        limits = [
            LinearConstraint(self.matrix["<"], -np.inf, self.rhs["<"]),
            LinearConstraint(self.matrix["="], self.rhs["="], self.rhs["="]),
        ]
        bounds = Bounds(self.lower, self.upper)
        for presolve in (True, False):
            result = milp(
                self.costs,
                integrality=self.whole.astype(int),
                bounds=bounds,
                constraints=limits,
                options={"mip_rel_gap": 0.0, "presolve": presolve},
            )
            if result.status in (0, 2):
                return result if result.status == 0 else None
        raise ArithmeticError(result.message)

    def fixed_bounds(self, values: np.ndarray) -> dict[str, np.ndarray]:
        """Return bounds that hold whole numbers where they are, rounded."""
        rounded = np.round(values)
        lower, upper = (np.where(self.whole, rounded, bound) for bound in (self.lower, self.upper))
        return {"lower": lower, "upper": upper}

    def named(self, values: np.ndarray) -> dict[Key, float]:
        """Return the values of an answer by column."""
        return dict(zip(self.columns, values[:-1].tolist(), strict=True))

    def read(self, programme: Programme, result: OptimizeResult) -> Answer:
        """Return what linprog says in the words of the programme."""
        status = {0: "optimal", 2: "infeasible"}[result.status]
        if status == "infeasible":
            return Answer(status)
        marginals = [*zip(self.rows["<"], result.ineqlin.marginals, strict=True)]
        marginals += zip(self.rows["="], result.eqlin.marginals, strict=True)
        duals = {} if programme.wholes else {key: float(value) for key, value in marginals}
        value = float(result.fun) + self.constant
        return Answer(status, value, value, self.named(result.x), duals)


def as_matrix(rows: Iterable[Row], place: Mapping[Key, int]) -> tuple[csr_array, np.ndarray]:
    """Return the rows as a sparse matrix and right-hand side."""
    rows = list(rows)
    entries = [(number, place[column], value) for number, row in enumerate(rows) for column, value in row.terms.items()]
    at_row, at_column, values = zip(*entries, strict=True) if entries else ((), (), ())
    places = (np.array(at_row, int), np.array(at_column, int))
    matrix = csr_array((np.array(values, float), places), shape=(len(rows), len(place) + 1))
    return matrix, np.array([row.rhs for row in rows], float)


# ------------------------------------------------------------------------------------------------ the answer


def describe(
    world: World, answer: Answer, objective: float, reached: tuple[tuple[str, float], ...], bounds: tuple[float, ...]
) -> Solution:
    """Return the answer of the last stage in the words of the question."""
    values = answer.values
    served, demanded = tally(world, values)
    builds = {(key[3], key[1], key[2]): value for key, value in values.items() if key[0] in ("k", "b")}
    projects = {key[1]: value > 0.5 for key, value in values.items() if key[0] == "w"}
    return Solution(answer.status, objective, values, answer.duals, served, demanded, builds, projects, reached, bounds)


def tally(world: World, values: Mapping[Key, float]) -> tuple[dict[Key, float], dict[Key, float]]:
    """Return served and demanded per year, origin as written (``a-b`` for traffic) and workload, mean over blocks."""
    served: dict[Key, float] = {}
    demanded: dict[Key, float] = defaultdict(float)
    for part in split_demands(world):
        for year in world.years:
            key = (year, origin_name(part.origin, part.to), part.workload)
            demanded[key] += float(mean_amount(world, part, year))
            served.setdefault(key, 0.0)
    for (family, *key), value in values.items():
        if family == "x" and key[0].contingency is None:
            state, origin, workload, to, *_ = key
            served[state.year, origin_name(origin, to), workload] += value * float(world.share(state.block))
    return served, dict(demanded)


def origin_name(origin: str, to: str | None) -> str:
    """Return how a demand's origin is written in results."""
    return origin if to is None else f"{origin}-{to}"
