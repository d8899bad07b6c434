"""The constraint families and objectives, one record each: the single place that says what a row or an objective is.

A new family is a function in `constraints` and a record here; a test says what else it lacks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from planner.programme import constraints, host_limits, objective
from planner.programme.constraints import Key, Row

if TYPE_CHECKING:
    from planner.programme.case import Case, State
    from planner.programme.symbols import Variables

STATE = ("year", "block", "failure")
"""The index of a state."""
DEMAND = ("origin", "workload", "node")
"""The index of a demand at a node."""
OPTION = ("asset", "expansion")
"""The index of an expansion, its position among those of its site or link."""

TOTALS = ("MUSD", "t", "unit")
"""Units of limits that are amounts of a year, not amounts that are there all year."""

GateRole = Literal["repeats", "bounds"]


@dataclass(frozen=True)
class Family:
    """A constraint family.

    Attributes
    ----------
    name
        what its rows are called in files and tables
    index
        what the parts of its keys are
    unit
        of its limits: PFLOPS, Gbps, MW, MUSD, t, site; ``asset`` where it is that of a site or link, ``demand`` where
        it is that of a demand; nothing where it ties decisions together, is no limit beside them and has no price
    words
        what it is called, in English; nothing where it is internal to the programme
    gate
        what a row that holds a gate (a decision of 0 or 1) is once the gate is open: it ``repeats`` what other rows
        say, or still ``bounds`` what stands there
    rows
        writes the rows, of given states where it is of states (a failing state's come when it turns out to matter), or
        of the whole plan; None where the engine adds them on its way
    """

    name: str
    index: tuple[str, ...]
    unit: str = ""
    words: str = ""
    gate: GateRole | None = None
    rows: Callable[..., Iterator[Row]] | None = None

    @property
    def of_states(self) -> bool:
        """Whether its rows speak of one block and failure."""
        return "block" in self.index

    @property
    def of_all_years(self) -> bool:
        """Whether it holds all years together, so that its price is a discounted sum."""
        return "year" not in self.index

    @property
    def in_failures(self) -> bool:
        """Whether it is a rule on failures, so that a price is of one of them."""
        return self.name == "survival"

    @property
    def by_season(self) -> bool:
        """Whether its limit is one for each season, so that a price is of one of them."""
        return self.name == "site_power"

    def write(self, case: Case, variables: Variables, states: Iterable[State]) -> Iterator[Row]:
        """Yield keys and constraints, of the states given where the family is of states."""
        if self.rows is None:
            return iter(())
        return self.rows(case, variables, states) if self.of_states else self.rows(case, variables)

    def yearly(self, key: Key) -> Key:
        """Return what a row's price is listed under: its key without block, failure and season, unless it is of one."""
        left_out = {"block"} if self.in_failures else {"block", "failure"}
        left_out |= set() if self.by_season else {"season"}
        names = self._names(len(key) - len(self.index))
        return tuple(part for name, part in zip(names, key, strict=True) if name not in left_out)

    def _names(self, more: int) -> tuple[str, ...]:
        """What the parts of a key are; one that has a part more tells seasons apart."""
        return (self.index[0], "season", *self.index[1:]) if more == 1 and self.of_states else self.index

    def price_unit(self, unit: str, *, several_years: bool) -> str:
        """Return what a price is in, for a limit in a unit: a discounted sum where it is of several years together.

        An amount of a year (MUSD, t) has its price as it is; of what is there all year a price is one for a year.
        """
        if self.of_all_years and several_years:
            return f"USD/{unit}, all years"
        return f"USD/{unit}" if unit in TOTALS else f"USD/{unit}/year"

    @property
    def price_index(self) -> tuple[str, ...]:
        """What the parts of a price's key are."""
        return tuple(str(name) for name in self.yearly(self.index))

    def read_key(self, written: str) -> dict[str, str]:
        """Return the parts of a price's key, as tables write it, by what they are."""
        parts, names = written.split("/"), self.price_index
        if self.by_season and len(parts) == len(names) + 1:
            names = (names[0], "season", *names[1:])
        return dict(zip(names, parts, strict=True)) if names else {}


@dataclass(frozen=True)
class Objective:
    """What can be minimised.

    Attributes
    ----------
    name
        as a scenario calls it
    unit
        of its value, apart from the currency
    scale
        what it is multiplied with while it is solved, so that what pricing passes over does not count
    measure
        yields (symbol, amount per unit)
    """

    name: str
    unit: str
    scale: float
    measure: objective.Term


_FAMILIES = (
    Family("demand_met", (*STATE, *DEMAND), "demand", "demand", rows=constraints.demand_met),
    Family("site_capacity", (*STATE, "site"), "PFLOPS", "compute of a site", "bounds", constraints.site_capacity),
    Family("site_power", (*STATE, "site"), "MW", "power of a site", "bounds", constraints.site_power),
    Family(
        "link_capacity", (*STATE, "link", "direction"), "Gbps", "capacity of a link", "bounds",
        constraints.link_capacity,
    ),
    Family(
        "background_capacity", (*STATE, "link", "direction"), "Gbps", "capacity for background traffic",
        rows=constraints.background_capacity,
    ),
    Family("survival", (*STATE, *DEMAND), "demand", "share that has to survive", rows=constraints.survival),
    Family("pool", STATE, "PFLOPS", "size of the pool", rows=constraints.pool),
    Family("group_power", (*STATE, "group"), "MW", "power of a group of sites", rows=host_limits.group_power),
    Family("site_use", (*STATE, "site"), gate="repeats", rows=constraints.site_use),
    Family("cluster", (*STATE, "workload", "site"), gate="repeats", rows=constraints.cluster),
    Family("whole", (*STATE, *DEMAND, "site"), gate="repeats", rows=constraints.whole),
    Family("project_link", (*STATE, "link"), gate="repeats", rows=constraints.project_link),
    Family("training_volume", ("year", *DEMAND), "PFLOPS", "demand for training", rows=constraints.training_volume),
    Family("build_limit", ("year", *OPTION), "asset", "most that may be built", rows=constraints.build_limit),
    Family("build_steps", ("year", *OPTION), rows=constraints.build_steps),
    Family("project", ("year", *OPTION, "project"), gate="repeats", rows=constraints.project),
    Family("site_opening", ("year", *OPTION), gate="repeats", rows=constraints.site_opening),
    Family("site_limit", (), "site", "number of sites", rows=constraints.site_limit),
    Family("cluster_size", ("year", "workload", "site"), "PFLOPS", gate="bounds", rows=constraints.cluster_size),
    Family("whole_choice", ("year", *DEMAND), rows=constraints.whole_choice),
    Family("floor", ("year", "country"), "PFLOPS", "least share of a member", rows=constraints.floor),
    Family("share", ("year", "rule"), "PFLOPS", "share hosted in certain places", rows=constraints.share),
    Family("peak", (*STATE, "link", "direction"), "Gbps", rows=constraints.peak),
    Family("capex_budget", (), "MUSD", "budget for building", rows=constraints.capex_budget),
    Family("carbon_budget", ("year",), "t", "budget for carbon", rows=constraints.carbon_budget),
    Family("group_compute", ("year", "group"), "PFLOPS", "compute of a group of sites", rows=host_limits.group_compute),
    Family("member_capex", ("country",), "MUSD", "budget of a member for building", rows=host_limits.member_capex),
    Family(
        "member_hosting", ("year", "country"), "PFLOPS", "least that a member hosts", rows=host_limits.member_hosting
    ),
    Family("member_opex", ("year", "country"), "MUSD", "budget of a member for running", rows=host_limits.member_opex),
    Family("site_use_strong", (*STATE, *DEMAND, "site"), gate="repeats"),
    Family("stage", ("stage", "objective"), "unit"),
)  # fmt: skip
FAMILIES: Mapping[str, Family] = {each.name: each for each in _FAMILIES}
"""All families by name, in the order in which they are written; those that the engine adds come last."""

OBJECTIVES: Mapping[str, Objective] = {
    each.name: each
    for each in (
        Objective("cost", "USD", 1e-3, objective.cost),
        Objective("served", "PFLOPS", 1e3, objective.unserved_volume),
        Objective("compute", "PFLOPS", 1e3, objective.built_compute),
        Objective("latency", "PFLOPS·ms", 10.0, objective.latency),
        Objective("carbon", "t", 10.0, objective.carbon),
        Objective("peak_utilisation", "of capacity", 1e3, objective.peak_utilisation),
    )
}
"""All objectives by name."""
