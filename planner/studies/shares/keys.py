"""Proportional keys, as they are usual in treaties: what all costs is paid by demand, by people or by capital."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from planner.builder.countries import load_countries
from planner.finance import year_weights
from planner.studies.alterations import home_of
from planner.studies.shares.settling import divide_by_key

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.studies.shares.answers import Coalition
    from planner.studies.shares.games import Shares


def divide_by_keys(inputs: Inputs, whole: Coalition, alone_usd: Mapping[str, float]) -> dict[str, Shares]:
    """Return what each member gains by each key, where the key says anything: demand, population, gdp, capex.

    Demand is of compute, weighed over the years as money is; population and GDP (people times income a head) are those
    of the planner's table of countries in the last year, and left out where it lacks a member; capex is what is built
    in the plan of all, by the country that pays it.
    """
    members = tuple(sorted(alone_usd))
    keys = {"demand": _demand(inputs, members), **_people(inputs, members), "capex": whole.capex_usd}
    found = {}
    for name, key in keys.items():
        own = {member: key.get(member, 0.0) for member in members}
        divided = divide_by_key(own, whole.total_usd, alone_usd)
        if divided is not None:
            found[name] = divided
    return found


def _demand(inputs: Inputs, members: tuple[str, ...]) -> dict[str, float]:
    scenario, found = inputs.scenario, defaultdict[str, float](float)
    weights = year_weights(scenario.years, scenario.finance.discount_rate)
    for row in inputs.demand.demands:
        home = home_of(inputs, row.origin)
        if row.to is None and home in members:
            found[home] += sum(weights[year] * row.amount.growing_at(year) for year in scenario.years)
    return found


def _people(inputs: Inputs, members: tuple[str, ...]) -> dict[str, dict[str, float]]:
    table, year = load_countries(), inputs.scenario.years[-1]
    if any(member not in table for member in members):
        return {}
    people = {member: table[member].population.growing_at(year) for member in members}
    incomes = {member: table[member].gdp_usd for member in members}
    known = {member: income * people[member] for member, income in incomes.items() if income is not None}
    return {"population": people} | ({"gdp": known} if len(known) == len(members) else {})
