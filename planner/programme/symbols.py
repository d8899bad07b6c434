"""The symbols the formulas are written in: decisions and sums over paths.

*Decisions* are variables of the programme from the start: what is built, what stays unserved. *Sums* stand for totals
over paths, such as the load of a channel. Paths are generated while the programme is solved, so a family writes the
sum's symbol and the programme puts in the paths: those it knows when the row is made, and each new one later. A path
meets the rows only through the sums it enters (`paths.shares`), so a new family needs no word about pricing.

========== =============== ==========================================================================
sum        of              total over paths
========== =============== ==========================================================================
served     state, demand   x: PFLOPS served
used       state, site     x: PFLOPS in use
charged    state, site     x · (1 + rtt_premium · RTT) · (1 + premium abroad): PFLOPS the site bills
load       state, channel  traffic · x: Gbps
levied     state           fee · x: USD a year
delay      state           RTT · x: PFLOPS ms
========== =============== ==========================================================================
"""

from __future__ import annotations

import re

import pulp

from planner.programme.case import Case, State

ILLEGAL = re.compile(r"[^A-Za-z0-9_.]")


class Names:
    """Gives names that every LP format takes, and none twice."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def give(self, *parts: object) -> str:
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

    The number of a sum is ``state · stride + start of its kind + position``.
    """

    def __init__(self, case: Case, problem: pulp.LpProblem) -> None:
        demands, sites, channels = len(case.demands), len(case.sites), len(case.network.channels)
        sizes = {"served": demands, "used": sites, "charged": sites, "load": channels, "levied": 1, "delay": 1}
        self.start: dict[str, int] = {}
        self.stride = 0
        for kind, size in sizes.items():
            self.start[kind] = self.stride
            self.stride += size
        self.size = sizes
        self.count = self.stride * len(case.states)
        self.symbols: dict[int, pulp.LpVariable] = {}
        self.number_of: dict[pulp.LpVariable, int] = {}
        self._problem = problem

    def number(self, kind: str, state: State, position: int = 0) -> int:
        """Number of a sum."""
        return state.index * self.stride + self.start[kind] + position

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
    served, used, charged, load, levied, delay
        sums over paths, see the module's head
    unserved
        u[state, demand] PFLOPS left unserved in a state, where that has a price
    waiting
        u[year, demand] PFLOPS of a training volume left undone in a year, where that has a price
    site_build, link_build
        k and b[expansion, year] PFLOPS or Gbps built in a year
    most
        the most that each of these can be; no bound of the variable but its rows say so, and thus have the whole price
    """

    def __init__(self, case: Case, problem: pulp.LpProblem, names: Names) -> None:
        self.sums = Sums(case, problem)
        self.served = SumKind("served", self.sums)
        self.used = SumKind("used", self.sums)
        self.charged = SumKind("charged", self.sums)
        self.load = SumKind("load", self.sums)
        self.levied = SumKind("levied", self.sums)
        self.delay = SumKind("delay", self.sums)
        self.most: dict[pulp.LpVariable, float] = {}
        self._case, self._problem, self._names = case, problem, names
        priced = [demand for demand in case.demands if demand.unserved_usd is not None]
        self.unserved = {
            (state.index, demand.index): self._make(
                demand.quantity[state.year, state.block], "u", *state.key, *demand.key, self._node(demand.node)
            )
            for state in case.states
            for demand in priced
            if not demand.movable
        }
        self.waiting = {
            (year, demand.index): self._make(case.volume(demand, year), "u", year, *demand.key, self._node(demand.node))
            for year in case.years
            for demand in priced
            if demand.movable
        }
        self.site_build = {
            (i, year): self._make(option.limit[year], "k", year, case.sites[option.asset].id, option.position)
            for i, option in enumerate(case.site_expansions)
            for year in option.years
        }
        self.link_build = {
            (i, year): self._make(option.limit[year], "b", year, case.links[option.asset].id, option.position)
            for i, option in enumerate(case.link_expansions)
            for year in option.years
        }

    def _make(self, most: float, *name: object) -> pulp.LpVariable:
        variable = self._problem.add_variable(self._names.give(*name), 0.0)
        self.most[variable] = most
        return variable

    def _node(self, node: int) -> str:
        return self._case.network.nodes[node]
