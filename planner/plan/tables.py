"""From the values of a solved programme to the tables of a plan, one function a table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from math import fsum, nan
from typing import TYPE_CHECKING

import pandas as pd

from planner.energy import HOURS_PER_YEAR
from planner.plan.answer import Answer
from planner.plan.costs import capital, member_costs, owner_costs
from planner.plan.failures import list_failures, state_of_row
from planner.plan.flow_tables import between, list_paths, list_traffic
from planner.plan.plan import TABLE_COLUMNS, Tables, index_of
from planner.plan.prices import list_duals, list_prices
from planner.plan.reasons import explain_unserved
from planner.programme.case import NO_SITE
from planner.programme.programme import SCALE
from planner.programme.standing import alive_years

if TYPE_CHECKING:
    from planner.programme.case import DemandCase, ExpansionCase, State

Record = Mapping[str, object]
MARKET = "market"
"""Stands for the host's country of what is rented on a market."""


def assemble_tables(answer: Answer) -> Tables:
    """Write every table of a plan."""
    seasonal = answer.case.seasonal
    paths = make_frame("paths", list_paths(answer), seasonal=seasonal)
    prices = list(list_prices(answer))  # before reasons, which may ask by another objective
    reasons = explain_unserved(answer)
    return Tables(
        assignments=_assignments(paths),
        paths=paths,
        sites=make_frame("sites", _sites(answer)),
        links=make_frame("links", _links(answer)),
        demands=make_frame("demands", _demands(answer, reasons)),
        members=make_frame("members", _members(answer)),
        builds=make_frame("builds", _builds(answer)),
        prices=make_frame("prices", prices),
        duals=make_frame("duals", list_duals(answer)),
        rates=make_frame("rates", _rates(answer, reasons)),
        traffic=make_frame("traffic", list_traffic(answer), seasonal=seasonal),
        failures=make_frame("failures", list_failures(answer)),
        capital=make_frame("capital", _capital(answer)),
    )


def make_frame(table: str, records: Iterable[Record], *, seasonal: bool = False) -> pd.DataFrame:
    """Make a table of records, sorted by its index."""
    index, columns = list(index_of(table, seasonal=seasonal)), list(TABLE_COLUMNS[table])
    frame = pd.DataFrame(list(records), columns=index + columns)
    return frame.set_index(index).sort_index(kind="stable")


def _rates(answer: Answer, reasons: Mapping[tuple[int, str, str], str]) -> Iterator[Record]:
    """One record for each demand for traffic and year, as mean over the day."""
    case = answer.case
    for year in case.years:
        delays = _delays(answer, year)
        for demand in case.demands:
            if not demand.is_compute:
                asked, served = case.volume(demand, year), _served(answer, demand.index, year)
                yield {
                    "year": year, **between(answer, demand.index), "demand_gbps": asked, "served_gbps": served,
                    "unserved_gbps": answer.shortfall(asked, served, traffic=True),
                    "mean_rtt_ms": delays[demand.key] / served if served else float("nan"),
                    "reason": reasons.get((year, *demand.key), ""),
                }  # fmt: skip


def _assignments(paths: pd.DataFrame) -> pd.DataFrame:
    """Paths added up by origin, workload and site; the RTT is their mean, weighted by PFLOPS."""
    levels = [name for name in paths.index.names if name != "path"]
    weighed = paths[["pflops"]].assign(delay=paths["pflops"] * paths["rtt_ms"])
    totals = weighed.groupby(level=levels, sort=True).sum()
    return totals.assign(rtt_ms=totals["delay"] / totals["pflops"])[list(TABLE_COLUMNS["assignments"])]


def _sites(answer: Answer) -> Iterator[Record]:
    case = answer.case
    prices = _yearly_prices(answer, "site_capacity")
    for year in case.years:
        states = case.intact_states(year)
        for position, site in enumerate(case.sites):
            used = [answer.sum_of("used", state, position) for state in states]
            standing, installed = answer.standing_builds(position, year), answer.installed(position, year)
            waiting = installed if site.in_service[year] else 0.0
            taken = _taken(answer, position, year, waiting)
            peak = max(used)
            yield {
                "year": year, "site": site.id, "country": site.country, "installed_pflops": installed,
                "built_pflops": fsum(amount for _, _, amount in standing),
                "cards": installed / (answer.inputs.topology.sites[site.id].card_pflops or nan),
                "used_pflops": answer.mean("used", year, position), "peak_pflops": peak,
                "utilisation": peak / installed if installed else 0.0,
                "power_mw": site.meter_mw(year, installed=waiting, used=peak),
                "energy_mwh": taken["mwh"], "carbon_t": taken["kg"] / 1000, "water_m3": taken["m3"],
                "embodied_t": _embodied_kg(answer, position, year) / 1000,
                "cost_usd": taken["usd"] + _yearly_cost(standing, year) + answer.fixed_cost(position, year),
                "price_usd_per_pflops": prices.get((year, site.id), 0.0),
            }  # fmt: skip


def _taken(answer: Answer, position: int, year: int, waiting: float) -> dict[str, float]:
    """What a site takes in a year: MWh, kg of carbon, m³ of water, and USD of opex and energy."""
    case, site = answer.case, answer.case.sites[position]
    found = dict.fromkeys(("mwh", "kg", "m3", "usd"), 0.0)
    for state in case.intact_states(year):
        used, charged = (answer.sum_of(kind, state, position) for kind in ("used", "charged"))
        part, drawn = case.share(state), site.meter_mw(year, installed=waiting, used=used)
        found["mwh"] += part * drawn * HOURS_PER_YEAR
        found["kg"] += part * drawn * site.carbon_kg_per_mw[state.at]
        found["m3"] += part * drawn * site.water_m3_per_mw[year]
        found["usd"] += part * site.energy_usd(state.at, installed=waiting, used=charged)
        found["usd"] += part * charged * site.opex_usd_per_pflops[year]
    return found


def _embodied_kg(answer: Answer, position: int, year: int) -> float:
    """Carbon embodied in the machines of a site, kg by year of their life."""
    site = answer.case.sites[position]
    stands = answer.share_built(site.project) * site.compute_pflops[year] * site.embodied_kg_per_pflops
    return stands + fsum(option.embodied_kg * pflops for option, _, pflops in answer.standing_builds(position, year))


def _links(answer: Answer) -> Iterator[Record]:
    case = answer.case
    prices = _yearly_prices(answer, "link_capacity")
    for year in case.years:
        states = case.intact_states(year)
        for position, link in enumerate(case.links):
            if not link.in_service[year]:
                continue
            channels = case.network.channels_of_link[position]
            loads = [[answer.sum_of("load", state, channel) for channel in channels] for state in states]
            others = [[_background(answer, state, channel) for channel in channels] for state in states]
            standing = _standing(
                case.link_expansions, answer.link_built, case.expansions_of_link.get(position, ()), year
            )
            built = fsum(amount for _, _, amount in standing)
            stands = answer.share_built(link.project)
            capacity, committed = stands * link.capacity_gbps[year] + built, stands * link.committed_gbps[year]
            peak, background = max(max(each) for each in loads), max(max(each) for each in others)
            fullest = max(
                a + b for own, other in zip(loads, others, strict=True) for a, b in zip(own, other, strict=True)
            )
            mean = sum(sum(each) * case.share(state) for each, state in zip(loads, states, strict=True))
            yield {
                "year": year, "link": link.id, "cable": case.network.links[position].cable or "",
                "capacity_gbps": capacity, "built_gbps": built, "committed_gbps": committed, "peak_gbps": peak,
                "background_gbps": background, "utilisation": (fullest + committed) / capacity if capacity else 0.0,
                "cost_usd": mean * link.transit_usd_per_gbps[year] + _yearly_cost(standing, year),
                "price_usd_per_gbps": prices.get((year, link.id), 0.0),
            }  # fmt: skip


def _background(answer: Answer, state: State, channel: int) -> float:
    """Gbps of everybody else's traffic on a channel."""
    return answer.sum_of("background", state, channel) if answer.case.has_background else 0.0


def _standing(
    options: tuple[ExpansionCase, ...], built: Mapping[tuple[int, int], float], positions: Iterable[int], year: int
) -> list[tuple[ExpansionCase, int, float]]:
    """Builds of an asset that stand in a year: expansion, year of building, amount."""
    return [(options[i], t, built[i, t]) for i in positions for t in alive_years(options[i], year) if (i, t) in built]


def _yearly_cost(standing: Iterable[tuple[ExpansionCase, int, float]], year: int) -> float:
    """Annuity at the price of the year of building, opex at that of the year in question."""
    return sum((option.annuity_usd[t] + option.opex_usd[year]) * amount for option, t, amount in standing)


def _demands(answer: Answer, reasons: Mapping[tuple[int, str, str], str]) -> Iterator[Record]:
    """One record for each demand for compute, as written, and year: means over the day."""
    case = answer.case
    for year in case.years:
        totals: dict[tuple[str, str], list[float]] = {}
        for demand in filter(_asks_for_compute, case.demands):
            total = totals.setdefault(demand.key, [0.0, 0.0])
            total[0] += case.volume(demand, year)
            total[1] += _served(answer, demand.index, year)
        delays = _delays(answer, year)
        for (origin, workload), (asked, served) in totals.items():
            left = answer.shortfall(asked, served)
            yield {
                "year": year, "origin": origin, "workload": workload, "demand_pflops": asked, "served_pflops": served,
                "unserved_pflops": left, "mean_rtt_ms": delays[origin, workload] / served if served else float("nan"),
                # what is rounding of the day may be more than that of a single block
                "reason": reasons.get((year, origin, workload), "") if left else "",
            }  # fmt: skip


def _asks_for_compute(demand: DemandCase) -> bool:
    return demand.is_compute


def _served(answer: Answer, demand: int, year: int) -> float:
    return answer.mean("served", year, demand)


def _delays(answer: Answer, year: int) -> dict[tuple[str, str], float]:
    """PFLOPS · ms by demand as written, mean over the blocks of a year."""
    case = answer.case
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for path, pflops in answer.flows:
        state = case.states[path.state]
        if state.year == year and state.is_intact:
            found[case.demands[path.demand].key] += pflops * path.rtt_ms * case.share(state)
    return found


def _members(answer: Answer) -> Iterator[Record]:
    case = answer.case
    members = set(answer.inputs.scenario.community.members)
    exchanges = {year: _exchange(answer, year) for year in case.years}
    bills = {year: member_costs(answer, year) for year in case.years}
    payments = {year: owner_costs(answer, year) for year in case.years}
    countries = members | {demand.country for demand in filter(_asks_for_compute, case.demands)}
    countries |= {country for pairs in exchanges.values() for _, country in pairs if country != MARKET}
    countries |= {country for bill in (*bills.values(), *payments.values()) for country in bill}
    for year in case.years:
        asked: defaultdict[str, float] = defaultdict(float)
        for demand in filter(_asks_for_compute, case.demands):
            asked[demand.country] += case.volume(demand, year)
        exchanged, costs = exchanges[year], bills[year]
        for country in sorted(countries):
            home = exchanged.get((country, country), 0.0)
            market = exchanged.get((country, MARKET), 0.0)
            served = sum(pflops for (origin, _), pflops in exchanged.items() if origin == country)
            hosted = sum(pflops for (_, host), pflops in exchanged.items() if host == country)
            yield {
                "year": year, "country": country, "member": country in members, "demand_pflops": asked[country],
                "served_pflops": served, "hosted_pflops": hosted, "imported_pflops": served - home - market,
                "exported_pflops": hosted - home, "market_pflops": market, "cost_usd": costs.get(country, 0.0),
                "caused_usd": costs.get(country, 0.0), "paid_usd": payments[year].get(country, 0.0),
            }  # fmt: skip


def _exchange(answer: Answer, year: int) -> dict[tuple[str, str], float]:
    """Mean PFLOPS by (origin's country, host's country) in a year; what is rented is hosted by no country."""
    case = answer.case
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for path, pflops in answer.flows:
        state = case.states[path.state]
        if state.year == year and state.is_intact and path.site != NO_SITE:
            site = case.sites[path.site]
            host = MARKET if site.market else site.country
            found[case.demands[path.demand].country, host] += pflops * case.share(state)
    return dict(found)


def _builds(answer: Answer) -> Iterator[Record]:
    case = answer.case
    for prefix, unit, built, options, assets in (
        ("site", "PFLOPS", answer.site_built, case.site_expansions, case.sites),
        ("link", "Gbps", answer.link_built, case.link_expansions, case.links),
    ):
        for (i, year), amount in built.items():
            option = options[i]
            yield {
                "year": year, "asset": f"{prefix}:{assets[option.asset].id}", "expansion": option.position,
                "added": amount, "unit": unit, "capex_usd": amount * option.capex_usd[year],
                "annuity_usd": amount * option.annuity_usd[year], "opex_usd": amount * option.opex_usd[year],
            }  # fmt: skip
    for j, built in answer.programme.variables.project.items():
        project = case.projects[j]
        if answer.decision(built) > 0.5:
            yield {
                "year": project.year, "asset": f"project:{project.id}", "expansion": 0, "added": 1.0, "unit": "project",
                "capex_usd": project.capex_usd, "annuity_usd": project.annuity_usd,
                "opex_usd": next((project.opex_usd[t] for t in case.years if t >= project.year), 0.0),
            }  # fmt: skip


def _capital(answer: Answer) -> Iterator[Record]:
    for (year, country), parts in capital(answer).items():
        if usd := fsum(parts.values()):
            yield {"year": year, "country": country, **parts, "capex_usd": usd}


def _yearly_prices(answer: Answer, family: str) -> dict[tuple[int, str], float]:
    """What one more unit installed is worth in a year: duals times fill, added over blocks, directions and failures."""
    case, duals = answer.case, answer.solution.duals
    found: defaultdict[tuple[int, str], float] = defaultdict(float)
    assets = {asset.id: asset for asset in (case.sites if family == "site_capacity" else case.links)}
    if duals is not None:
        for row, dual in zip(answer.programme.rows, duals.tolist(), strict=False):
            if row.family == family:
                state, asset = case.state_at[state_of_row(row.key)], assets[str(row.key[3])]
                fill = asset.fill[state.year] if state.is_intact else 1.0
                found[state.year, asset.id] += -min(dual, 0.0) * fill / SCALE / case.year_weight(state.year)
    noise = case.scale.price_noise(case.scale.pflops if family == "site_capacity" else case.scale.gbps)
    return {key: price for key, price in found.items() if price > noise}
