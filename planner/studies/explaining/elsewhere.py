"""Where else work could go, and what stands between it and a better place: asked of the live programme of a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.engine.fixed import FixedProgramme
from planner.engine.optimisation import Optimisation
from planner.engine.solution import Watch
from planner.plan.frozen import freeze_builds
from planner.plan.other_rules import OtherRules
from planner.plan.phrases import FULL
from planner.programme.families import FAMILIES
from planner.programme.prepare import prepare
from planner.programme.programme import SCALE, build_programme

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Tables
    from planner.programme.case import DemandCase, HostCase, State
    from planner.programme.paths import Path
    from planner.studies.explaining.errands import ServedKey

SHOWN = 5
"""Alternatives that are told."""


@dataclass(frozen=True)
class Elsewhere:
    """A place where work could go as well.

    Attributes
    ----------
    links
        the way there
    extra_usd
        what all of the demand would cost more there in the year, by the prices of the plan or, where `exact`, by
        solving again; of what is left unserved, more than leaving it
    """

    site: str
    rtt_ms: float
    extra_usd: float
    links: tuple[str, ...] = ()
    exact: bool = False


@dataclass(frozen=True)
class Between:
    """A limit on the way to a better place.

    Attributes
    ----------
    family, key
        as the table of prices names it
    usd_per_unit
        what one more unit of it is worth, USD of the year
    """

    family: str
    key: str
    usd_per_unit: float


class LivePlan:
    """A plan solved again and kept live, so that it can be asked what else would be as good."""

    def __init__(self, inputs: Inputs, builds: Tables | None = None, watch: Watch | None = None) -> None:
        programme = build_programme(prepare(inputs))
        if builds is not None:
            freeze_builds(programme, builds)
        search = Optimisation(programme, watch or Watch(), None)
        solution = search.solve()
        self.found = solution.status.has_plan
        self.case = programme.case
        if self.found:
            self.fixed = FixedProgramme(search.generation, solution)
            self.rules = OtherRules(inputs, programme, self.fixed)

    def others(self, wanted: ServedKey) -> list[Elsewhere]:
        """Return other places for a demand, the cheapest first; those behind closed doors are left out.

        The node that asks for most stands for all nodes of a country, and the fullest block of the day for all blocks.
        """
        demand = self._largest(wanted)
        if demand is None or not demand.is_compute:
            return []
        state = self._fullest(demand, wanted[0])
        asked = sum(self.case.volume(each, wanted[0]) for each in self._parts(wanted))
        offers = [self._offer(state, demand, host, asked) for host in self.case.routings[demand.routing].hosts]
        found = [offer for offer in offers if offer is not None]
        return sorted(found, key=lambda each: (round(each.extra_usd, 2), each.rtt_ms, each.site))

    def _offer(self, state: State, demand: DemandCase, host: HostCase, asked: float) -> Elsewhere | None:
        alone = replace(self.case.routings[demand.routing], hosts=(host,))
        best = self.rules.pricing.cheapest(state, demand, alone, self.rules.prices)
        if best is None or best.reduced >= self.fixed.closed_gate_price / 2:
            return None
        usd = round(max(best.reduced, 0.0) / SCALE / self.case.weight(state) * asked, 2)
        return Elsewhere(self.case.sites[host.site].id, best.path.rtt_ms, usd, self._links(best.path))

    def between(self, wanted: ServedKey) -> list[Between]:
        """Return the limits on the way that would be the cheapest for a demand if limits had no price."""
        demand = self._largest(wanted)
        if demand is None:
            return []
        state = self._fullest(demand, wanted[0])
        best = self.rules.pricing.cheapest(state, demand, self.case.routings[demand.routing], self.rules.money)
        found = []
        for row, _ in sorted(self.fixed.rows_of(best.path).items()) if best is not None else ():
            info, usd = self.rules.programme.rows[row], abs(float(self.fixed.duals[row])) / SCALE
            if info.family in FULL and usd > self.case.scale.price_noise(info.unit):
                key = "/".join(map(str, FAMILIES[info.family].yearly(info.key)))
                found.append(Between(info.family, key, usd / self.case.year_weight(wanted[0])))
        return found

    def barred(self, wanted: ServedKey) -> str:
        """Return the site that would serve what a demand lacks if residency or its hosts let it; nothing if none."""
        demand = self._largest(wanted)
        found = None if demand is None else self.rules.barred_site(self._fullest(demand, wanted[0]), demand)
        return "" if found is None else found[0]

    def _largest(self, wanted: ServedKey) -> DemandCase | None:
        return max(self._parts(wanted), key=lambda each: self.case.volume(each, wanted[0]), default=None)

    def _parts(self, wanted: ServedKey) -> list[DemandCase]:
        rows = self.rules.inputs.demand.demands
        return [each for each in self.case.demands if rows[each.row].id == "/".join(wanted[1:])]

    def _fullest(self, demand: DemandCase, year: int) -> State:
        states = self.case.intact_states(year)
        return max(states, key=lambda state: demand.quantity[year, state.block])

    def _links(self, path: Path) -> tuple[str, ...]:
        return tuple(self.case.links[arc // 2].id for arc in path.arcs)
