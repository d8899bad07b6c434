"""What a plan aims at: the terms of the cost, the other measures, and the order in which they are optimised.

Every measure is one to be least; ``served`` is therefore what is served with its sign turned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from independent.families import carbon_terms, idle_terms
from independent.index import Index
from independent.money import capital_recovery, path_cost, site_compute, unserved_price, usd_per_mw
from independent.paths import has_kind
from independent.reading import Key, World, at

Terms = Iterator[tuple[Key, Fraction]]


# ----------------------------------------------------------------------------------------------------- cost


def flow_costs(index: Index) -> Terms:
    """Σ ω/H · cost · x: opex, energy, premiums, fees and transit on the mean over the blocks of the intact state."""
    for state in index.world.intact_states:
        weight = index.weights[state.year] * index.world.share(state.block)
        for column, part, path in index.flows(state):
            yield column, weight * path_cost(index.world, part, path, state)


def idle_costs(index: Index) -> Terms:
    """Σ ω · share · tariff · idle · installed: energy of machines that work or not."""
    for state in index.world.intact_states:
        weight = index.weights[state.year] * index.world.share(state.block)
        for site, column, drawn in idle_terms(index, state.year):
            yield column, weight * drawn * usd_per_mw(index.world, site, state)


def unserved_costs(index: Index) -> Terms:
    """Σ ω · price · u, over the blocks' mean for inference and traffic, once a year for training."""
    world = index.world
    for state in world.intact_states:
        for part in index.rates(state):
            price = unserved_price(world, part, state.year)
            if price is not None:
                yield ("u", state, *part.key), index.weights[state.year] * price * world.share(state.block)
    for year, part in index.trainings:
        price = unserved_price(world, part, year)
        if price is not None:
            yield ("u", year, *part.key), index.weights[year] * price


def build_costs(index: Index) -> Terms:
    """Σ ω · (recovery · capex of the build year + opex) over the years a build stands; a lease has only opex."""
    world, rate = index.world, index.world.finance("discount_rate", "0.08")
    for expansion in index.expansions:
        recovery = capital_recovery(rate, expansion.life)
        for built in expansion.build_years(world):
            standing = [year for year in world.years if built <= year < built + expansion.life]
            capex = recovery * expansion.price("capex", built)
            yearly = (index.weights[year] * (capex + expansion.price("opex", year)) for year in standing)
            yield expansion.column(built), sum(yearly, Fraction(0))


def project_costs(index: Index) -> Terms:
    """Σ ω · (recovery over the link life · capex of its year + opex) over all years from then on."""
    world, rate = index.world, index.world.finance("discount_rate", "0.08")
    recovery = capital_recovery(rate, world.finance("link_life", "20"))
    for project, built in index.projects.items():
        record = world.projects[project]
        capex = recovery * at(record.get("capex", 0), built)
        standing = [year for year in world.years if year >= built]
        yearly = (index.weights[year] * (capex + at(record.get("opex", 0), year)) for year in standing)
        yield ("w", project), sum(yearly, Fraction(0))


def fixed_costs(index: Index) -> Terms:
    """Σ ω · fixed_cost · y over the years in which a site exists."""
    for site in index.chosen_sites:
        record = index.world.sites[site]
        years = [year for year in index.world.years if index.world.is_alive(record, year)]
        yearly = (index.weights[year] * at(record.get("fixed_cost", 0), year) for year in years)
        yield ("y", site), sum(yearly, Fraction(0))


COSTS = (flow_costs, idle_costs, unserved_costs, build_costs, project_costs, fixed_costs)


# ----------------------------------------------------------------------------------------------- other measures


def cost(index: Index) -> Terms:
    """Money and penalties, USD: the year's, or the discounted sum of several."""
    for term in COSTS:
        yield from term(index)


def served(index: Index) -> Terms:
    """-Σ ω/H · x: PFLOPS served in the intact state."""
    for column, weight, _ in compute_flows(index):
        yield column, -weight


def latency(index: Index) -> Terms:
    """Σ ω/H · RTT · x: PFLOPS ms in the intact state."""
    for column, weight, rtt_ms in compute_flows(index):
        yield column, weight * rtt_ms


def compute_flows(index: Index) -> Iterator[tuple[Key, Fraction, Fraction]]:
    """Yield the column, weight and RTT of every flow of compute in the intact state."""
    for state in index.world.intact_states:
        weight = index.weights[state.year] * index.world.share(state.block)
        for column, part, path in index.flows(state):
            if not has_kind(index.world, part, "traffic"):
                yield column, weight, path.rtt_ms


def carbon(index: Index) -> Terms:
    """Σ ω/H · carbon · x: t in the intact state."""
    for column, tonnes, year in carbon_terms(index):
        yield column, index.weights[year] * tonnes


def compute(index: Index) -> Terms:
    """Σ ω · (compute · w + Σ k): PFLOPS installed at the members' sites; what stands anyway has the empty column."""
    world = index.world
    for site, record in world.sites.items():
        for year in world.years if world.host(site) in world.members and not record.get("market") else ():
            stands = ("w", record["project"]) if "project" in record else ()
            if there := site_compute(world, site, year):
                yield stands, index.weights[year] * there
            for column in index.built("k", site, year):
                yield column, index.weights[year]


def peak_utilisation(_: Index) -> Terms:
    """U: how full the fullest link is."""
    yield ("U",), Fraction(1)


MEASURES = {
    "cost": cost, "served": served, "compute": compute, "latency": latency, "carbon": carbon,
    "peak_utilisation": peak_utilisation,
}  # fmt: skip


def measure(index: Index, name: str) -> dict[Key, float]:
    """Return a measure as coefficients by column, summed; a constant has the empty column."""
    found: dict[Key, Fraction] = defaultdict(Fraction)
    for column, value in MEASURES[name](index):
        found[column] += value
    return {column: float(value) for column, value in found.items()}


def stages(world: World) -> list[str]:
    """Return the objectives in order: served first where not all is required unless cost or served stand first.

    Cost is the last tie-break.
    """
    asked = world.scenario.get("objective", "cost")
    names = [asked] if isinstance(asked, str) else list(asked)
    if names[0] not in ("cost", "served") and not is_all_required(world):
        names = ["served", *(name for name in names if name != "served")]
    return names if "cost" in names else [*names, "cost"]


def is_all_required(world: World) -> bool:
    """Whether every demand must be served."""
    return all(world.workloads[row["workload"]]["unserved"] == "required" for row in world.demands)
