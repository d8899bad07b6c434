"""What the machines of a site take at the meter: power, and the energy, money, carbon and water of a year.

Power in a state is pue · watts · (idle · installed + (load − idle) · used): `meter_mw`, which everything else follows
from. Money, carbon and water are those of a MW drawn all year, or in one season and in some hours only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.topology import Site

HOURS_PER_YEAR = 8760.0
KW_PER_MW = 1000


def nameplate_mw(site: Site, year: int) -> float:
    """Return MW at the meter of one PFLOPS at its nameplate: IT power times PUE."""
    return site.watts_kw_per_pflops * site.pue.at(year) / KW_PER_MW


def meter_mw(site: Site, year: int, *, installed: float = 0.0, used: float = 0.0) -> float:
    """Return MW at the meter with so many PFLOPS installed and in use: what is installed idles, what is used works."""
    return nameplate_mw(site, year) * (site.idle * installed + (site.load - site.idle) * used)


def usd_per_mw(site: Site, year: int, season: str = "", factor: float = 1.0) -> float:
    """Return USD a year of a MW at the site's tariff of a season, times that of the hours."""
    return HOURS_PER_YEAR * KW_PER_MW * site.electricity_usd_per_kwh.in_season(season).at(year) * factor


def carbon_kg_per_mw(site: Site, year: int, season: str = "", factor: float = 1.0) -> float:
    """Return kg a year of a MW: g/kWh are kg/MWh."""
    return HOURS_PER_YEAR * site.carbon_g_per_kwh.in_season(season).at(year) * factor


def water_m3_per_mw(site: Site, year: int) -> float:
    """Return m³ of cooling water a year of a MW: L/kWh are m³/MWh."""
    return HOURS_PER_YEAR * site.water_l_per_kwh.at(year)


def energy_usd_per_pflops(site: Site, year: int) -> float:
    """Return the yearly cost of the energy that one PFLOPS in use adds, at the tariff of the whole year."""
    return meter_mw(site, year, used=1.0) * usd_per_mw(site, year)


def embodied_kg_per_pflops(figure: float, life: float) -> float:
    """Return kg a year of the carbon embodied in machines, spread evenly over their life."""
    return figure / life
