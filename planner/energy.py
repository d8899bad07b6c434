"""What one PFLOPS in use takes at a site, at the meter: power, and the energy, money, carbon and water of a year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from planner.topology import Site

HOURS_PER_YEAR = 8760.0
KW_PER_MW = 1000


def facility_mw_per_pflops(site: Site, year: int) -> float:
    """Power at the meter: IT power times PUE."""
    return site.watts_kw_per_pflops * site.pue.at(year) / KW_PER_MW


def energy_mwh_per_pflops(site: Site, year: int) -> float:
    """Energy of a year in which it is used all the time."""
    return facility_mw_per_pflops(site, year) * HOURS_PER_YEAR


def energy_usd_per_pflops(site: Site, year: int) -> float:
    """Cost of that energy at the site's tariff."""
    return energy_mwh_per_pflops(site, year) * KW_PER_MW * site.electricity_usd_per_kwh.at(year)


def carbon_kg_per_pflops(site: Site, year: int) -> float:
    """Carbon of that energy: g/kWh are kg/MWh."""
    return energy_mwh_per_pflops(site, year) * site.carbon_g_per_kwh.at(year)


def water_m3_per_pflops(site: Site, year: int) -> float:
    """Water for cooling: L/kWh are m³/MWh."""
    return energy_mwh_per_pflops(site, year) * site.water_l_per_kwh.at(year)
