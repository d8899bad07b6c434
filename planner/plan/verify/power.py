"""What sites draw at the meter, worked out again: in a state, and the energy, money and carbon of a year."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from planner.energy import HOURS_PER_YEAR, carbon_kg_per_mw, meter_mw, usd_per_mw
from planner.plan.verify.times import Moment, factor_at

if TYPE_CHECKING:
    from planner.plan.verify.evidence import Evidence
    from planner.plan.verify.flows import StateKey
    from planner.topology import Site


@dataclass(frozen=True)
class Power:
    """Power of sites by state, and what it comes to in a year of the intact network."""

    evidence: Evidence
    _rates: dict[tuple[str, str, int, Moment], float] = field(default_factory=dict, init=False)
    """USD, and kg of carbon, of a MW drawn all year as in a block, by what they are, site, year and block."""

    def limit_mw(self, site: Site, state: StateKey) -> float:
        """Return what a site may draw in a state."""
        assert site.power_mw is not None
        return site.power_mw.in_season(state[1].season).at(state[0])

    def waiting_pflops(self, name: str, year: int) -> float:
        """PFLOPS that are switched on at a site: all that is installed, while the site is in service."""
        stands = self.evidence.supply.stands(self.evidence.inputs.topology.sites[name], year)
        return self.evidence.supply.installed_pflops(name, year) if stands else 0.0

    def drawn_mw(self, name: str, state: StateKey) -> float:
        """Return what a site draws in a state."""
        used = self.evidence.used.get(name, {}).get(state, 0.0)
        return self._meter_mw(name, state[0], used)

    def _meter_mw(self, name: str, year: int, used: float) -> float:
        site = self.evidence.inputs.topology.sites[name]
        return meter_mw(site, year, installed=self.waiting_pflops(name, year) if site.idle else 0.0, used=used)

    def energy_usd(self, name: str, year: int, at: Moment, *, used: float) -> float:
        """Return USD a year of the energy of PFLOPS in use, at the tariff of a block."""
        return meter_mw(self.evidence.inputs.topology.sites[name], year, used=used) * self.rate("usd", name, year, at)

    def carbon_kg(self, name: str, year: int, at: Moment, *, used: float) -> float:
        """Return kg a year of PFLOPS in use, at the carbon intensity of a block."""
        return meter_mw(self.evidence.inputs.topology.sites[name], year, used=used) * self.rate("kg", name, year, at)

    def energy_mwh(self, name: str, year: int) -> float:
        """Return what a site draws in a year."""
        e = self.evidence
        return HOURS_PER_YEAR * sum(e.shares[at[1]] * self.drawn_mw(name, at) for at in e.intact_states(year))

    def emitted_kg(self, name: str, year: int) -> float:
        """Return the carbon of what a site draws in a year."""
        return self._over_year("kg", name, year, self.evidence.used.get(name, {}))

    def billed_usd(self, name: str, year: int) -> float:
        """Return what a site's energy costs in a year, dearer by distance and border where machines work."""
        return self._over_year("usd", name, year, self.evidence.billed.get(name, {}))

    def waiting_usd(self, name: str, year: int) -> float:
        """Return what of that machines cost whether they work or not."""
        return self._over_year("usd", name, year, {})

    def _over_year(self, what: str, name: str, year: int, used: dict[StateKey, float]) -> float:
        e = self.evidence
        drawn = ((at[1], self._meter_mw(name, year, used.get(at, 0.0))) for at in e.intact_states(year))
        return sum(e.shares[at] * mw * self.rate(what, name, year, at) for at, mw in drawn if mw)

    def rate(self, what: str, name: str, year: int, at: Moment) -> float:
        """Return USD, or kg of carbon, of a MW drawn all year as in a block."""
        key = (what, name, year, at)
        if key not in self._rates:
            site, blocks = self.evidence.inputs.topology.sites[name], self.evidence.blocks_of_day
            zone = self.evidence.inputs.topology.nodes[site.node].timezone
            profile, rate = {
                "usd": (site.electricity_profile, usd_per_mw),
                "kg": (site.carbon_profile, carbon_kg_per_mw),
            }[what]
            self._rates[key] = rate(site, year, at.season, factor_at(profile, zone, at, blocks))
        return self._rates[key]

    def embodied_kg(self, name: str, year: int) -> float:
        """Return the carbon embodied in a site's machines, by year of their life."""
        supply, site = self.evidence.supply, self.evidence.inputs.topology.sites[name]
        builds = supply.standing(site, year)
        own = site.embodied_kg_per_pflops * (supply.installed_pflops(name, year) - sum(each.added for each in builds))
        for build in builds:
            figure = getattr(build.option, "embodied_kg_per_pflops", None)
            own += build.added * (site.embodied_kg_per_pflops if figure is None else figure)
        return own / self.evidence.inputs.scenario.finance.compute_life
