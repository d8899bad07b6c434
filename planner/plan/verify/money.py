"""Rules of money: every term of the cost worked out again, what sites, links, builds and members cost, and prices."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from planner.admissibility import HOME_TERMS, in_service
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.failures import INTACT
from planner.plan.verify.supply import Supply, energy_usd_per_pflops
from planner.plan.verify.tolerance import allowance, differs, show


def cost_terms_are_right(e: Evidence) -> Iterator[str]:
    """Every term of the cost follows from the tables and the inputs."""
    right = {name: sum(e.weights[year] * term(e, year) for year in e.years) for name, term in TERMS.items()}
    for name in (*right, *(name for name in e.cost_usd if name not in right)):
        told = e.cost_usd.get(name, 0.0)
        if differs(told, right.get(name, 0.0)):
            yield f"cost: {name} is {show(right.get(name, 0.0))} {_currency(e)}, and the plan says {show(told)}"


def _capex(e: Evidence, year: int) -> float:
    """Annuities of what stands."""
    return sum(build.annuity_usd for build in Supply.of(e).builds if build.stands(year))


def _fixed(e: Evidence, year: int) -> float:
    """Fixed cost of the sites in use, from their first year to their last."""
    sites = [e.inputs.topology.sites[name] for name in Supply.of(e).sites_in_use]
    return sum(site.fixed_cost_usd.at(year) for site in sites if in_service(site, year))


def _opex(e: Evidence, year: int) -> float:
    """Opex of the PFLOPS in use, dearer by distance and border, and of what is built."""
    sites = e.inputs.topology.sites
    running = sum(e.mean(year, billed) * sites[name].opex_usd_per_pflops.at(year) for name, billed in e.billed.items())
    return running + sum(build.opex_usd for build in Supply.of(e).builds if build.stands(year))


def _energy(e: Evidence, year: int) -> float:
    """Electricity of the PFLOPS in use, dearer by distance and border."""
    sites = e.inputs.topology.sites
    return sum(e.mean(year, billed) * energy_usd_per_pflops(sites[name], year) for name, billed in e.billed.items())


def _fees(e: Evidence, year: int) -> float:
    """Fees of residency rules on what is served abroad."""
    flows = (flow for flow in e.flows if flow.year == year and flow.contingency == INTACT)
    return sum(flow.pflops * (e.terms(flow) or HOME_TERMS).fee_usd_per_pflops.at(year) for flow in flows) / e.blocks


def _transit(e: Evidence, year: int) -> float:
    """Transit on the mean load of every link, both directions added."""
    links = e.inputs.topology.links
    return sum(e.mean(year, loads) * links[name].transit_usd_per_gbps.at(year) for (name, _), loads in e.loads.items())


TERMS = {"capex": _capex, "fixed": _fixed, "opex": _opex, "energy": _energy, "fees": _fees, "transit": _transit}
"""Terms of the money spent in a year."""


def penalty_is_right(e: Evidence) -> Iterator[str]:
    """The penalty is what is left unserved at its price.

    What is left is the difference of two nearly equal figures, so the tolerance is that of the objective.
    """
    right, told = sum(e.weights[year] * _penalty(e, year) for year in e.years), e.unserved_penalty_usd
    if not abs(right - told) <= allowance(e.objective):
        yield f"cost: the unserved penalty is {show(right)} {_currency(e)}, and the plan says {show(told)}"


def _penalty(e: Evidence, year: int) -> float:
    return sum(
        part.workload.unserved_usd.at(year) * (part.volume[year] - e.mean(year, e.served.get(key, {})))
        for key, part in e.parts.items()
        if part.workload.unserved_usd is not None
    )


def objective_adds_up(e: Evidence) -> Iterator[str]:
    """The objective is the money spent and the penalty on unserved demand."""
    total = sum(e.cost_usd.values())
    if differs(e.objective, total + e.unserved_penalty_usd) or not isfinite(e.objective):
        words = f"{show(total)} spent and {show(e.unserved_penalty_usd)} of penalty"
        yield f"cost: the objective is {show(e.objective)}, and {words} do not add up to it"


def sites_cost_what_they_use(e: Evidence) -> Iterator[str]:
    """A site costs its opex, energy and fixed cost, and what is built there."""
    supply = Supply.of(e)
    for (year, name), row in e.rows("sites").items():
        site = e.inputs.topology.sites[name]
        rate = site.opex_usd_per_pflops.at(year) + energy_usd_per_pflops(site, year)
        right = e.mean(year, e.billed.get(name, {})) * rate + supply.yearly_usd(site, year)
        if name in supply.sites_in_use and in_service(site, year):
            right += site.fixed_cost_usd.at(year)
        if differs(row["cost_usd"], right):
            yield f"{year}: site {name}: costs {show(right)} {_currency(e)}, and the table says {show(row['cost_usd'])}"


def links_cost_what_they_carry(e: Evidence) -> Iterator[str]:
    """A link costs its transit, and what is built there."""
    supply = Supply.of(e)
    for (year, name), row in e.rows("links").items():
        link = e.inputs.topology.links[name]
        gbps = sum(e.mean(year, e.loads.get((name, way), {})) for way in ("forward", "backward", "both"))
        right = gbps * link.transit_usd_per_gbps.at(year) + supply.yearly_usd(link, year)
        if differs(row["cost_usd"], right):
            yield f"{year}: link {name}: costs {show(right)} {_currency(e)}, and the table says {show(row['cost_usd'])}"


def builds_cost_their_price(e: Evidence) -> Iterator[str]:
    """A build costs the price of the year in which it is built."""
    rows = e.rows("builds").values()
    for build, row in zip(Supply.of(e).builds, rows, strict=True):
        right = {
            "capex_usd": build.added * build.option.capex_usd.at(build.year),
            "annuity_usd": build.annuity_usd,
            "opex_usd": build.opex_usd,
        }
        for name, usd in right.items():
            if differs(row[name], usd):
                yield f"{build}: {name} is {show(usd)} {_currency(e)}, and the table says {show(row[name])}"


def members_pay_for_everything(e: Evidence) -> Iterator[str]:
    """The costs of all countries add up to the money spent."""
    paid = sum(e.weights[year] * row["cost_usd"] for (year, _), row in e.rows("members").items())
    total = sum(e.cost_usd.values())
    if differs(paid, total):
        yield f"cost: the countries pay {show(paid)} {_currency(e)} together, and the plan costs {show(total)}"


def prices_are_prices(e: Evidence) -> Iterator[str]:
    """No price is negative: one unit more of a limit never makes a plan dearer."""
    places = [("prices", "price"), ("sites", "price_usd_per_pflops"), ("links", "price_usd_per_gbps")]
    for table, column in places:
        for key, row in e.rows(table).items():
            if row[column] < 0:
                yield f"table {table}: the {column} of {'/'.join(map(str, key))} is {show(row[column])}, below zero"


def _currency(e: Evidence) -> str:
    return e.inputs.scenario.finance.currency


RULES = (
    cost_terms_are_right,
    penalty_is_right,
    objective_adds_up,
    sites_cost_what_they_use,
    links_cost_what_they_carry,
    builds_cost_their_price,
    members_pay_for_everything,
    prices_are_prices,
)
