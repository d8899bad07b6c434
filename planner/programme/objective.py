"""The terms of the cost, one function each, in USD: a year's cost, or its discounted sum over the years.

Each term yields (symbol, USD per unit). Opex, energy, fees, transit and unserved are means over the hour blocks of the
intact state; contingency states cost nothing (DESIGN, section 5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pulp

from planner.programme.case import Case, State
from planner.programme.standing import decided_compute, every_build
from planner.programme.symbols import Variables

Priced = tuple[pulp.LpVariable, float]
Term = Callable[[Case, Variables], Iterator[Priced]]


def capex(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_t ω(t) (Σ_{i, t' alive in t} annuity[i,t'] · built[i,t'] + Σ_j annuity[j] w[j]), priced when built."""
    for variable, option, built in every_build(case, v):
        yield (
            variable,
            option.annuity_usd[built] * sum(case.year_weight(t) for t in case.years if option.is_alive(built, t)),
        )
    for j, project in enumerate(case.projects):
        yield v.project[j], project.annuity_usd * sum(case.year_weight(t) for t in case.years if t >= project.year)


def fixed(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_t ω(t) Σ_s fixed[s,t] · y[s], once per site in use and year of its service."""
    for position, in_use in v.in_use.items():
        site = case.sites[position]
        yield in_use, sum(case.year_weight(t) * site.fixed_cost_usd[t] for t in case.years if site.in_service[t])


def opex(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ_s opex[s] · charged[σ,s]  +  Σ_t ω(t) Σ opex of all that is built, projects too."""
    for state in case.costly_states:
        for position, site in enumerate(case.sites):
            yield v.charged[state, position], case.weight(state) * site.opex_usd_per_pflops[state.year]
    for variable, option, built in every_build(case, v):
        kept = (case.year_weight(t) * option.opex_usd[t] for t in case.years if option.is_alive(built, t))
        yield variable, sum(kept)
    for j, project in enumerate(case.projects):
        kept = (case.year_weight(t) * project.opex_usd[t] for t in case.years if t >= project.year)
        yield v.project[j], sum(kept)


def energy(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t,n)/H Σ_s watts · pue · 8760 h · tariff[s,t,n,h] · ((load − idle) · charged[σ,s] + idle · installed[s,t]).

    What stands whatever is decided is a constant, which is added where the value is reported.
    """
    for state in case.costly_states:
        for position, site in enumerate(case.sites):
            yield v.charged[state, position], case.weight(state) * site.energy_usd(state.at, used=1.0)
    for symbol, site_number, year, pflops in idling(case, v):
        yield symbol, case.year_weight(year) * pflops * case.mean_idle_usd(site_number, year)


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
    for demand in case.demands:
        if demand.unserved_usd is None or demand.is_background:
            continue
        if demand.movable:
            for year in case.years:
                yield v.waiting(year, demand), case.year_weight(year) * demand.unserved_usd[year]
        else:
            for state in case.costly_states:
                yield v.unserved(state, demand), case.weight(state) * demand.unserved_usd[state.year]


def background(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ_d penalty[d] · u[σ,d] of background traffic."""
    for demand in case.demands:
        if demand.is_background and demand.unserved_usd is not None:
            for state in case.costly_states:
                yield v.unserved(state, demand), case.weight(state) * demand.unserved_usd[state.year]


def running_cost(case: Case, v: Variables, state: State) -> Iterator[Priced]:
    """Σ_s (opex + energy) · charged[s] + levied + Σ_a price[e] · load[a]: what running costs in a state, USD a year."""
    for position, site in case.standing_sites(state):
        price = site.opex_usd_per_pflops[state.year] + site.energy_usd(state.at, used=1.0)
        yield v.charged[state, position], price
    yield v.levied[state], 1.0
    for position, channel in case.standing_channels(state):
        yield v.load[state, position], case.links[channel.link].transit_usd_per_gbps[state.year]


COST_TERMS: dict[str, Term] = {
    "capex": capex,
    "fixed": fixed,
    "opex": opex,
    "energy": energy,
    "fees": fees,
    "transit": transit,
    "unserved": unserved,
    "background": background,
}
PENALTIES = ("unserved", "background")
"""Terms that count for what is left undone, and are not paid by anybody."""


def cost(case: Case, v: Variables) -> Iterator[Priced]:
    """Money spent and the penalties on what is left unserved and uncarried: the sum of all terms."""
    for term in COST_TERMS.values():
        yield from term(case, v)


def unserved_volume(case: Case, v: Variables) -> Iterator[Priced]:
    """−Σ_σ ω(t)/H Σ_d Σ_p x[σ,d,p]: PFLOPS served, negated, for `served` is maximised."""
    for state in case.costly_states:
        for demand in case.demands:
            if demand.is_compute:
                yield v.served[state, demand.index], -case.weight(state)


def built_compute(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_t ω(t) Σ_{s of members} (Σ_{i, t' alive in t} k[i,t'] + compute[s,t] w[j]): installed PFLOPS that are decided.

    What stands in any case is a constant, which is added where the value is reported.
    """
    for (i, built), variable in v.site_build.items():
        option = case.site_expansions[i]
        if option.asset in case.own_sites:
            yield variable, sum(case.year_weight(t) for t in case.years if option.is_alive(built, t))
    for site in (case.sites[i] for i in case.own_sites):
        if site.project is not None:
            yield v.project[site.project], sum(case.year_weight(t) * site.compute_pflops[t] for t in case.years)


def latency(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t)/H Σ RTT · x: PFLOPS ms, of compute."""
    for state in case.costly_states:
        yield v.delay[state], case.weight(state)


def peak_utilisation(_: Case, v: Variables) -> Iterator[Priced]:
    """U: the load of the fullest link in any hour of the intact states, as a share of its capacity."""
    if v.peak is not None:
        yield v.peak, 1.0


def carbon(case: Case, v: Variables) -> Iterator[Priced]:
    """Σ_σ ω(t,n)/H Σ_s carbon[s,t,n,h] · ((load − idle) Σ x + idle · installed[s,t]): tonnes, as in `carbon_budget`.

    What stands whatever is decided is a constant, which is added where the value is reported.
    """
    for state in case.costly_states:
        for position, site in case.standing_sites(state):
            yield v.used[state, position], case.weight(state) * site.carbon_kg(state.at, used=1.0) / 1000
    for symbol, site_number, year, pflops in idling(case, v):
        yield symbol, case.year_weight(year) * pflops * case.mean_idle_kg(site_number, year) / 1000


def idling(case: Case, v: Variables) -> Iterator[tuple[pulp.LpVariable, int, int, float]]:
    """Yield what is installed by a decision and idles: its symbol, site, year, and PFLOPS of one unit."""
    for year in case.years:
        for position, site in enumerate(case.sites):
            if site.idle_mw[year] and site.in_service[year]:
                for symbol, pflops, _ in decided_compute(case, v, position, year):
                    yield symbol, position, year, pflops
