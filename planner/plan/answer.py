"""The values of a solved programme, looked up by what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from planner.engine.reflow import FailureLoss, reflow_failures
from planner.programme.objective import COST_TERMS
from planner.programme.paths import Path
from planner.programme.standing import alive_years

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from pulp import LpVariable

    from planner.engine.fixed import FixedProgramme
    from planner.engine.solution import Solution
    from planner.files import Inputs
    from planner.programme.case import Case, ExpansionCase, State
    from planner.programme.programme import Programme

NOISE = 2e-9
"""Flows and builds below this many units of the case (`planner.programme.scale`) are the solver's rounding.

They are left out of the tables. The solver's own tolerance is half as large: where nothing may be, nothing is left.
"""


@dataclass(frozen=True)
class Answer:
    """The values of a solved programme, looked up by what they mean.

    Attributes
    ----------
    fixed
        the live programme beside the plan's whole decisions, for reasons; None where there is no plan
    sides
        whether both sides of prices are wanted
    """

    inputs: Inputs
    programme: Programme
    solution: Solution
    fixed: FixedProgramme | None = None
    sides: bool = True

    @property
    def case(self) -> Case:
        """The case that was solved."""
        return self.programme.case

    @cached_property
    def failure_losses(self) -> dict[tuple[int, str], FailureLoss]:
        """What failures leave of everybody else's traffic, by (year, contingency)."""
        return reflow_failures(self.programme, self.solution)

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """Values by column, rounding removed, whole decisions exactly whole."""
        assert self.solution.values is not None
        units = np.array([column.unit for column in self.programme.columns[: len(self.solution.values)]])
        values = np.where(self.solution.values < NOISE * units, 0.0, self.solution.values)
        column_of = self.programme.column_of
        whole = [column_of[variable] for variable in self.programme.variables.integers if variable in column_of]
        values[whole] = np.round(values[whole])
        return values

    @cached_property
    def flows(self) -> list[tuple[Path, float]]:
        """Paths in use with their PFLOPS; those found while prices and reasons were tried carry nothing."""
        column_of, programme, known = self.programme.column_of, self.programme, len(self.values)
        pairs = ((path, column_of[flow]) for path, flow in zip(programme.paths, programme.flows, strict=True))
        used = ((path, float(self.values[column])) for path, column in pairs if column < known)
        return [(path, pflops) for path, pflops in used if pflops > 0]

    @cached_property
    def sums(self) -> dict[int, float]:
        """Value of every sum that any path in use enters."""
        if not self.flows:
            return {}
        entered = self.programme.entries([path for path, _ in self.flows])
        totals = entered.T @ np.array([pflops for _, pflops in self.flows])
        return {int(number): float(totals[number]) for number in np.flatnonzero(totals)}

    def sum_of(self, kind: str, state: State, position: int = 0) -> float:
        """Value of one sum over paths."""
        return self.sums.get(self.programme.variables.sums.number(kind, state, position), 0.0)

    def decision(self, variable: LpVariable) -> float:
        """Value of a variable that is no path."""
        column = self.programme.column_of.get(variable)
        return 0.0 if column is None else float(self.values[column])

    @cached_property
    def site_built(self) -> dict[tuple[int, int], float]:
        """PFLOPS built by (expansion, year), where any is."""
        return self._built(self.programme.variables.site_build)

    @cached_property
    def link_built(self) -> dict[tuple[int, int], float]:
        """Gbps built by (expansion, year), where any is."""
        return self._built(self.programme.variables.link_build)

    def _built(self, variables: Mapping[tuple[int, int], LpVariable]) -> dict[tuple[int, int], float]:
        amounts = {key: self.decision(variable) for key, variable in variables.items()}
        return {key: amount for key, amount in amounts.items() if amount > 0}

    @cached_property
    def costs(self) -> dict[str, float]:
        """Value of every term of the cost in USD, unserved included."""
        number_of, variables = self.programme.variables.sums.number_of, self.programme.variables
        found: dict[str, float] = {}
        for name, term in COST_TERMS.items():
            amounts = (
                price * (self.sums.get(number_of[s], 0.0) if s in number_of else self.decision(s))
                for s, price in term(self.case, variables)
            )
            found[name] = fsum(amounts)
        found["energy"] += self.case.idle_energy_usd
        return found

    def mean(self, kind: str, year: int, position: int = 0) -> float:
        """Mean of a sum over the intact states of a year, each by its share of the year."""
        case = self.case
        return sum(self.sum_of(kind, state, position) * case.share(state) for state in case.intact_states(year))

    def installed(self, site: int, year: int) -> float:
        """PFLOPS installed at a site in a year: what stands, its project built, and builds that have not retired.

        What is rented on a market stands elsewhere.
        """
        if self.case.sites[site].market:
            return 0.0
        return self.share_built(self.case.sites[site].project) * self.case.sites[site].compute_pflops[year] + fsum(
            amount for _, _, amount in self.standing_builds(site, year)
        )

    def standing_builds(self, site: int, year: int) -> list[tuple[ExpansionCase, int, float]]:
        """Builds at a site that stand in a year: expansion, year of building, PFLOPS."""
        case = self.case
        return [
            (case.site_expansions[i], t, self.site_built[i, t])
            for i in case.expansions_of_site.get(site, ())
            for t in alive_years(case.site_expansions[i], year)
            if (i, t) in self.site_built
        ]

    def idle_usd(self, site: int, year: int) -> float:
        """USD of a year for what a site's machines draw whether they work or not."""
        if not self.case.sites[site].in_service[year] or not self.case.sites[site].idle_mw[year]:
            return 0.0
        return self.case.mean_idle_usd(site, year) * self.installed(site, year)

    def shortfall(self, asked: float, served: float, *, traffic: bool = False) -> float:
        """PFLOPS, of traffic Gbps, left unserved; less than the rounding of what was asked counts as nothing."""
        unit = self.case.scale.gbps if traffic else self.case.scale.pflops
        return asked - served if asked - served > NOISE * max(unit, asked) else 0.0

    @cached_property
    def ordered_flows(self) -> list[tuple[Path, float]]:
        """Paths in use, failures that were screened included, by state, demand and site, the fullest first."""
        unit, demands = self.case.scale.unit, self.case.demands
        screened = [used for used in self.solution.evidence if used[1] >= NOISE * unit(demands[used[0].demand])]
        flows = [*self.flows, *screened]
        return sorted(flows, key=lambda used: (used[0].state, used[0].demand, used[0].site, -used[1], used[0].arcs))

    def share_built(self, project: int | None) -> float:
        """1 where an asset stands, 0 where its project is not built."""
        return 1.0 if project is None else float(round(self.decision(self.programme.variables.project[project])))

    def fixed_cost(self, site: int, year: int) -> float:
        """USD that a site costs in a year because it is in use."""
        in_use = self.programme.variables.in_use.get(site)
        if in_use is None or self.decision(in_use) < 0.5 or not self.case.sites[site].in_service[year]:
            return 0.0
        return self.case.sites[site].fixed_cost_usd[year]

    def when(self, state: State) -> dict[str, object]:
        """Year, season where the scenario tells them apart, UTC hour at which the block begins, and what has failed."""
        slot = self.case.slots[state.block]
        season = {"season": slot.season} if self.case.seasonal else {}
        return {"year": state.year, **season, "hour": slot.hour, "contingency": state.contingency}
