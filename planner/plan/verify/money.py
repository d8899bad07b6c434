"""Rules of money: every term of the cost worked out again, what sites, links, builds and members cost, and prices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from planner.admissibility import HOME_TERMS
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.tolerance import ABSOLUTE_USD, RELATIVE, show


def cost_terms_are_right(e: Evidence) -> Iterator[str]:
    """Every term of the cost follows from the tables and the inputs."""
    right = {name: sum(e.weights[year] * term(e, year) for year in e.years) for name, term in TERMS.items()}
    for name in (*right, *(name for name in e.cost_usd if name not in right)):
        stated = e.cost_usd.get(name, 0.0)
        if _differs(stated, right.get(name, 0.0)):
            yield f"cost: {name} is {show(right.get(name, 0.0))} {_currency(e)}, and the plan says {show(stated)}"


def _capex(e: Evidence, year: int) -> float:
    """Annuities of the builds that stand and of the projects that are built."""
    supply = e.supply
    projects = sum(laid.yearly_usd(year)[0] for laid in supply.projects.values())
    return projects + sum(build.annuity_usd for build in supply.builds if build.stands(year))


def _fixed(e: Evidence, year: int) -> float:
    """Fixed cost of the sites in use, once a year from their first year to their last."""
    return sum(e.supply.fixed_usd(site, year) for site in e.inputs.topology.sites.values())


def _opex(e: Evidence, year: int) -> float:
    """Opex of the PFLOPS in use, dearer by distance and border, and of what is built."""
    sites, supply = e.inputs.topology.sites, e.supply
    running = sum(e.mean(year, billed) * sites[name].opex_usd_per_pflops.at(year) for name, billed in e.billed.items())
    projects = sum(laid.yearly_usd(year)[1] for laid in supply.projects.values())
    return running + projects + sum(build.opex_usd(year) for build in supply.builds if build.stands(year))


def _energy(e: Evidence, year: int) -> float:
    """Electricity of the PFLOPS in use, dearer by distance and border, and of what is installed and waits."""
    return sum(e.power.billed_usd(name, year) for name in e.inputs.topology.sites)


def _fees(e: Evidence, year: int) -> float:
    """Fees of residency rules on what is served abroad."""
    flows = (flow for flow in e.hosted if flow.year == year and flow.is_intact)
    return sum(
        flow.amount * e.share(flow) * (e.terms(flow) or HOME_TERMS).fee_usd_per_pflops.at(year) for flow in flows
    )


def _transit(e: Evidence, year: int) -> float:
    """Transit on the mean load of every link, both directions added."""
    links = e.inputs.topology.links
    return sum(
        e.mean(year, loads) * links[name].transit_usd_per_gbps.at(year) for (name, _), loads in e.own_loads.items()
    )


TERMS = {"capex": _capex, "fixed": _fixed, "opex": _opex, "energy": _energy, "fees": _fees, "transit": _transit}
"""Terms of the money spent in a year."""


def penalty_is_right(e: Evidence) -> Iterator[str]:
    """The penalty is what is left unserved at its price.

    What is left is the difference of two nearly equal figures, so the tolerance is that of all the money.
    """
    right, stated = sum(e.weights[year] * _penalty(e, year) for year in e.years), e.unserved_penalty_usd
    if not abs(right - stated) <= RELATIVE * abs(_money(e)) + ABSOLUTE_USD:
        yield f"cost: the unserved penalty is {show(right)} {_currency(e)}, and the plan says {show(stated)}"


def background_penalty_is_right(e: Evidence) -> Iterator[str]:
    """The same of the background traffic that is not carried."""
    right = sum(e.weights[year] * _penalty(e, year, background=True) for year in e.years)
    stated = e.background_penalty_usd
    if not abs(right - stated) <= RELATIVE * abs(_money(e)) + ABSOLUTE_USD:
        words = f"{show(right)} {_currency(e)}, and the plan says {show(stated)}"
        yield f"cost: the penalty on background traffic is {words}"


def _money(e: Evidence) -> float:
    return sum(e.cost_usd.values()) + e.unserved_penalty_usd + e.background_penalty_usd


def _penalty(e: Evidence, year: int, *, background: bool = False) -> float:
    return sum(
        part.workload.unserved_usd.at(year) * (part.volume[year] - e.mean(year, e.served.get(key, {})))
        for key, part in e.parts.items()
        if part.workload.unserved_usd is not None and part.workload.is_background == background
    )


def sites_cost_what_they_use(e: Evidence) -> Iterator[str]:
    """A site costs its opex, energy and fixed cost, and what is built there."""
    supply = e.supply
    for (year, name), row in e.rows("sites").items():
        site = e.inputs.topology.sites[name]
        right = e.mean(year, e.billed.get(name, {})) * site.opex_usd_per_pflops.at(year) + e.power.billed_usd(
            name, year
        )
        right += supply.yearly_usd(site, year) + supply.fixed_usd(site, year)
        if _differs(row["cost_usd"], right):
            yield f"{year}: site {name}: costs {show(right)} {_currency(e)}, and the table says {show(row['cost_usd'])}"


def links_cost_what_they_carry(e: Evidence) -> Iterator[str]:
    """A link costs its transit, and what is built there."""
    supply = e.supply
    for (year, name), row in e.rows("links").items():
        link = e.inputs.topology.links[name]
        gbps = sum(e.mean(year, e.own_loads.get((name, way), {})) for way in ("forward", "backward", "both"))
        right = gbps * link.transit_usd_per_gbps.at(year) + supply.yearly_usd(link, year)
        if _differs(row["cost_usd"], right):
            yield f"{year}: link {name}: costs {show(right)} {_currency(e)}, and the table says {show(row['cost_usd'])}"


def builds_cost_their_price(e: Evidence) -> Iterator[str]:
    """A build, or a project, costs the price of its year; the opex is that of the first listed year that sees it."""
    supply, rows = e.supply, e.rows("builds")
    for build in supply.builds:
        row = rows[build.year, f"{'site' if build.is_site else 'link'}:{build.asset.id}", build.number]
        capex = build.added * build.option.capex_usd.at(build.year)
        yield from _prices(e, str(build), row, (capex, build.annuity_usd, build.opex_usd(build.year)))
    for name, laid in supply.projects.items():
        seen = next((year for year in e.years if year >= laid.year), None)
        opex = 0.0 if seen is None else laid.project.opex_usd.at(seen)
        row = rows[laid.year, f"project:{name}", 0]
        yield from _prices(e, str(laid), row, (laid.capex_usd, laid.annuity_usd, opex))


def _prices(e: Evidence, where: str, row: dict[str, Any], right: tuple[float, float, float]) -> Iterator[str]:
    for name, usd in zip(("capex_usd", "annuity_usd", "opex_usd"), right, strict=True):
        if _differs(row[name], usd):
            yield f"{where}: {name} is {show(usd)} {_currency(e)}, and the table says {show(row[name])}"


def members_pay_for_everything(e: Evidence) -> Iterator[str]:
    """The costs of all countries add up to the money spent."""
    paid = sum(e.weights[year] * row["cost_usd"] for (year, _), row in e.rows("members").items())
    total = sum(e.cost_usd.values())
    if _differs(paid, total):
        yield f"cost: the countries pay {show(paid)} {_currency(e)} together, and the plan costs {show(total)}"


EQUATIONS = ("demand_met", "training_volume")
"""Families that are equations: where earlier objectives are held, more of them can save money."""


def _may_save(e: Evidence, family: str) -> bool:
    """Tell whether one more of what a row speaks of may save money.

    A demand may beside failures, beside other aims, and where policy or a member asks for more than money does, such
    as a share of all that a member asks for, or that is hosted somewhere: what is asked for besides may be served more
    cheaply, or make up the share.
    """
    scenario = e.inputs.scenario
    beside = scenario.contingencies or scenario.objective != ("cost",) or scenario.asks_for_more
    return family in EQUATIONS and bool(beside)


def prices_are_prices(e: Evidence) -> Iterator[str]:
    """No price of a limit is negative: one unit more of it never makes a plan dearer; one more PFLOPS asked for may."""
    places = [
        ("prices", "price"),
        ("duals", "dual_usd"),
        ("sites", "price_usd_per_pflops"),
        ("links", "price_usd_per_gbps"),
        ("failures", "price_usd_per_pflops"),
    ]
    for table, column in places:
        for key, row in e.rows(table).items():
            if row[column] < 0 and not (table in ("prices", "duals") and _may_save(e, str(key[0]))):
                yield f"table {table}: the {column} of {'/'.join(map(str, key))} is {show(row[column])}, below zero"


def _differs(stated: float, right: float) -> bool:
    """Tell whether two sums of money differ by more than rounding; below a cent they do not."""
    return not abs(stated - right) <= RELATIVE * abs(right) + ABSOLUTE_USD


def _currency(e: Evidence) -> str:
    return e.inputs.scenario.finance.currency


RULES = (
    cost_terms_are_right,
    penalty_is_right,
    background_penalty_is_right,
    sites_cost_what_they_use,
    links_cost_what_they_carry,
    builds_cost_their_price,
    members_pay_for_everything,
    prices_are_prices,
)
