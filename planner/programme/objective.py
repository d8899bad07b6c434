"""The terms of the cost, one function each, in USD: a year's cost, or its discounted sum over the years.

Each term yields (symbol, USD per unit). Opex, energy, fees, transit and unserved are means over the hour blocks of the
intact state; contingency states cost nothing (DESIGN, section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pulp

from planner.programme.case import Case, Expansion
from planner.programme.symbols import Variables

Priced = tuple[pulp.LpVariable, float]
Term = Callable[[Case, Variables], Iterator[Priced]]


def capex(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_t ω(t) Σ_{i, t' alive in t} annuity[i,t'] · built[i,t'], at the price of the year in which it is built."""
    yield from _builds(case, v, lambda option: option.annuity_usd)


def opex(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ_s opex[s] · charged[σ,s]  +  Σ_t ω(t) Σ opex[i,t'] · built[i,t'] of what is built."""
    for state in case.costly_states:
        for position, site in enumerate(case.sites):
            yield v.charged[state, position], case.weight(state) * site.opex_usd_per_pflops[state.year]
    yield from _builds(case, v, lambda option: option.opex_usd)


def energy(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ_s watts · pue · 8760 h · tariff · charged[σ,s]."""
    for state in case.costly_states:
        for position, site in enumerate(case.sites):
            yield v.charged[state, position], case.weight(state) * site.energy_usd_per_pflops[state.year]


def fees(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H · levied[σ]: the fees of residency rules, on what is served abroad."""
    for state in case.costly_states:
        yield v.levied[state], case.weight(state)


def transit(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ_a price[e] · load[σ,a], both directions added."""
    for state in case.costly_states:
        for position, channel in enumerate(case.network.channels):
            yield (
                v.load[state, position],
                case.weight(state) * case.links[channel.link].transit_usd_per_gbps[state.year],
            )


def unserved(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ_d penalty[d] · u[σ,d]  +  Σ_t ω(t) Σ_d penalty[d] · u[d,t] of training volumes."""
    for state in case.costly_states:
        for demand in case.demands:
            if (state.index, demand.index) in v.unserved and demand.unserved_usd is not None:
                price = case.weight(state) * demand.unserved_usd[state.year]
                yield v.unserved[state.index, demand.index], price
    for (year, position), variable in v.waiting.items():
        penalty = case.demands[position].unserved_usd
        if penalty is not None:
            yield variable, case.year_weight(year) * penalty[year]


COST_TERMS: dict[str, Term] = {
    "capex": capex,
    "opex": opex,
    "energy": energy,
    "fees": fees,
    "transit": transit,
    "unserved": unserved,
}


def _builds(case: Case, v: Variables, price: Callable[[Expansion], Mapping[int, float]]) -> Iterator[Priced]:
    for variables, options in ((v.site_build, case.site_expansions), (v.link_build, case.link_expansions)):
        for (i, built), variable in variables.items():
            weight = sum(case.year_weight(t) for t in case.years if options[i].is_alive(built, t))
            yield variable, weight * price(options[i])[built]
