"""The symbols the formulas are written in: decisions and sums over paths.

*Decisions* are variables of the programme from the start: what is built, what stays unserved. *Sums* stand for totals
over paths, such as the load of a channel. Paths are generated while the programme is solved, so a family writes the
sum's symbol and the programme puts in the paths: those it knows when the row is made, and each new one later. A path
meets the rows only through the sums it enters (`paths.path_terms`), so a new family needs no word about pricing.

========== =============== ==========================================================================
sum        of              total over paths
========== =============== ==========================================================================
served     state, demand   x: PFLOPS served
used       state, site     x: PFLOPS in use
charged    state, site     x · (1 + rtt_premium · RTT) · (1 + premium abroad): PFLOPS the site bills
load       state, channel  traffic · x: Gbps
background state, channel  x of everybody else's traffic: Gbps
levied     state           fee · x: USD a year
delay      state           RTT · x: PFLOPS ms
hosted     state, pair     x of one demand at one site, where a rule watches the pair
crossed    state, link     x over a link that belongs to a project; Gbps of traffic in PFLOPS as their units are
========== =============== ==========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import floor
from typing import Any

import pulp

from planner.programme.case import Case, DemandCase, ExpansionCase, LinkCase, SiteCase, State
from planner.programme.scale import Scale

ILLEGAL = re.compile(r"[^A-Za-z0-9_.]")


class SymbolNames:
    """Makes names that every LP format takes, and none twice."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def make_name(self, *parts: object) -> str:
        """Join the parts into a name; one that is taken already gets a number behind it."""
        stem = name = ILLEGAL.sub("_", "_".join(str(part) for part in parts))[:200]
        number = 1
        while name in self._given:
            number += 1
            name = f"{stem}.{number}"
        self._given.add(name)
        return name


class Sums:
    """Totals over paths, numbered state by state so that prices and shares are plain vectors.

    A state gets its numbers when its rows are written; the number of a sum is the state's base plus the start of its
    kind plus the position.
    """

    def __init__(self, case: Case, problem: pulp.LpProblem) -> None:
        demands, sites, channels = len(case.demands), len(case.sites), len(case.network.channels)
        self.size = {
            "served": demands,
            "used": sites,
            "charged": sites,
            "load": channels,
            "background": channels if case.has_background else 0,
            "levied": 1,
            "delay": 1,
            "hosted": len(case.watched_pairs),
            "crossed": len(case.project_links),
        }
        self.start: dict[str, int] = {}
        self.stride = 0
        for kind, size in self.size.items():
            self.start[kind] = self.stride
            self.stride += size
        self.units = self._units(case, case.scale)
        self.count = 0
        self.symbols: dict[int, pulp.LpVariable] = {}
        self.number_of: dict[pulp.LpVariable, int] = {}
        self._base: dict[int, int] = {}
        self._problem = problem

    def _units(self, case: Case, scale: Scale) -> list[float]:
        """Unit of each sum of a state, in the order of their numbers."""
        own = [scale.unit(demand) for demand in case.demands]
        sites = [scale.pflops] * len(case.sites)
        pairs = [own[demand] for demand, _ in case.watched_pairs]
        loads = [scale.gbps] * (self.size["load"] + self.size["background"])
        crossed = [scale.pflops] * len(case.project_links)
        return [*own, *sites, *sites, *loads, scale.usd, scale.pflops * scale.ms, *pairs, *crossed]

    def unit(self, number: int) -> float:
        """Unit of a sum, in PFLOPS, Gbps, USD or PFLOPS ms."""
        return self.units[number % self.stride]

    def add_state(self, state: State) -> None:
        """Give a state its numbers."""
        self._base[state.index] = self.count
        self.count += self.stride

    def number(self, kind: str, state: State, position: int = 0) -> int:
        """Number of a sum."""
        return self._base[state.index] + self.start[kind] + position

    def symbol(self, kind: str, state: State, position: int = 0) -> pulp.LpVariable:
        """Symbol of a sum; it never becomes a variable of the problem itself."""
        number = self.number(kind, state, position)
        if number not in self.symbols:
            symbol = self._problem.add_variable(f"sum_{number}")
            self.symbols[number] = symbol
            self.number_of[symbol] = number
        return self.symbols[number]


class SumKind:
    """All sums of one kind, as ``v.load[state, channel]``."""

    def __init__(self, kind: str, sums: Sums) -> None:
        self._kind, self._sums = kind, sums

    def __getitem__(self, key: State | tuple[State, int]) -> pulp.LpVariable:
        state, position = (key, 0) if isinstance(key, State) else key
        return self._sums.symbol(self._kind, state, position)


class Variables:
    """Everything a formula may speak of.

    Attributes
    ----------
    served, used, charged, load, background, levied, delay, hosted, crossed
        sums over paths, see the module's head
    site_build, link_build
        k and b[expansion, year] PFLOPS or Gbps built in a year
    site_steps, link_steps
        the whole number of steps that a build in steps is
    in_use
        y[site] ∈ {0,1}, where a fixed cost or a limit on sites makes it matter
    gate
        z[workload, site, year] ∈ {0,1} the site is a large enough cluster, where that is open
    whole
        z[demand, site, year] ∈ {0,1} the demand is served at this site, where it may not be split
    project
        w[project] ∈ {0,1} it is built
    peak
        U, how full the fullest link is, where that is to be little
    most
        the most that a decision without bounds can be; its rows say so, and thus have the whole price
    unit
        unit in which a solver sees a decision, in PFLOPS or Gbps; whole decisions have none
    """

    def __init__(self, case: Case, problem: pulp.LpProblem, names: SymbolNames) -> None:
        self.sums = Sums(case, problem)
        self.served = SumKind("served", self.sums)
        self.used = SumKind("used", self.sums)
        self.charged = SumKind("charged", self.sums)
        self.load = SumKind("load", self.sums)
        self.background = SumKind("background", self.sums)
        self.levied = SumKind("levied", self.sums)
        self.delay = SumKind("delay", self.sums)
        self.hosted = SumKind("hosted", self.sums)
        self.crossed = SumKind("crossed", self.sums)
        self.most: dict[pulp.LpVariable, float] = {}
        self.unit: dict[pulp.LpVariable, float] = {}
        self._case, self._problem, self._names = case, problem, names
        self._unserved: dict[tuple[int, int], pulp.LpVariable] = {}
        self._waiting: dict[tuple[int, int], pulp.LpVariable] = {}
        self.site_build = {
            (i, year): self._make(
                option.limit[year], case.scale.pflops, "k", year, case.sites[option.asset].id, option.position
            )
            for i, option in enumerate(case.site_expansions)
            for year in option.years
        }
        self.link_build = {
            (i, year): self._make(
                option.limit[year], case.scale.gbps, "b", year, case.links[option.asset].id, option.position
            )
            for i, option in enumerate(case.link_expansions)
            for year in option.years
        }

        self.site_steps = self._steps(case.site_expansions, "n", case.sites)
        self.link_steps = self._steps(case.link_expansions, "m", case.links)
        self.in_use = {s: self._make_binary("y", case.sites[s].id) for s in case.weighed_sites}
        self.gate = {key: self._make_binary("z", *self._gate_name(*key)) for key in case.gates}
        self.whole = {
            (d, s, t): self._make_binary("z", t, *case.part_key(case.demands[d]), case.sites[s].id)
            for d, s, t in case.whole_choices
        }
        self.project = {
            j: self._make_binary("w", project.id, most=0 if project.barred else 1)
            for j, project in enumerate(case.projects)
        }
        self.peak = self._make(1.0, 1.0, "peak") if "peak_utilisation" in case.stages else None

    @property
    def shared(self) -> dict[str, Mapping[Any, pulp.LpVariable]]:
        """All decisions that hold in every state, by kind; the numbers of steps follow from what is built."""
        return {
            "site_build": self.site_build,
            "link_build": self.link_build,
            "in_use": self.in_use,
            "gate": self.gate,
            "whole": self.whole,
            "project": self.project,
        }

    @property
    def integers(self) -> list[pulp.LpVariable]:
        """All variables that have to be whole."""
        families = (self.site_steps, self.link_steps, self.in_use, self.gate, self.whole, self.project)
        return [variable for family in families for variable in family.values()]

    def _steps(
        self, options: tuple[ExpansionCase, ...], letter: str, assets: tuple[SiteCase | LinkCase, ...]
    ) -> dict[tuple[int, int], pulp.LpVariable]:
        return {
            (i, year): self._problem.add_variable(
                self._names.make_name(letter, year, assets[option.asset].id, option.position),
                0,
                floor(option.limit[year] / option.step * (1 + 1e-12)),
                pulp.LpInteger,
            )
            for i, option in enumerate(options)
            if option.step is not None
            for year in option.years
        }

    def _gate_name(self, workload: str, site: int, year: int) -> tuple[object, ...]:
        return year, workload, self._case.sites[site].id

    def _make_binary(self, *name: object, most: int = 1) -> pulp.LpVariable:
        return self._problem.add_variable(self._names.make_name(*name), 0, most, pulp.LpInteger)

    def unserved(self, state: State, demand: DemandCase) -> pulp.LpVariable | float:
        """u[σ,d]: what of a demand is left in a state; 0 where serving is required, which failures relieve of."""
        if demand.unserved_usd is None and state.is_intact:
            return 0.0
        key = (state.index, demand.index)
        if key not in self._unserved:
            most = demand.quantity[state.year, state.block]
            self._unserved[key] = self._make(
                most, self._case.scale.unit(demand), "u", *state.key, *self._case.part_key(demand)
            )
        return self._unserved[key]

    def waiting(self, year: int, demand: DemandCase) -> pulp.LpVariable | float:
        """u[d,t]: what of a training volume is left undone in a year; 0 where it is required."""
        if demand.unserved_usd is None:
            return 0.0
        key = (year, demand.index)
        if key not in self._waiting:
            most = self._case.volume(demand, year)
            self._waiting[key] = self._make(
                most, self._case.scale.unit(demand), "u", year, *self._case.part_key(demand)
            )
        return self._waiting[key]

    def left(self) -> Iterator[tuple[int, pulp.LpVariable]]:
        """Yield (demand, variable) for what may be left undone in the states and years that are written."""
        for written in (self._unserved, self._waiting):
            for (_, demand), variable in written.items():
                yield demand, variable

    def left_in(self, year: int, demand: int) -> Iterator[pulp.LpVariable]:
        """Yield the variables of what may be left of a demand in a year where nothing has failed, of states written."""
        for state in self._case.intact_states(year):
            if (state.index, demand) in self._unserved:
                yield self._unserved[state.index, demand]
        if (year, demand) in self._waiting:
            yield self._waiting[year, demand]

    def _make(self, most: float, unit: float, *name: object) -> pulp.LpVariable:
        variable = self._problem.add_variable(self._names.make_name(*name), 0.0)
        self.most[variable], self.unit[variable] = most, unit
        return variable
