"""Rules of what is served: paths add up to assignments and rates, assignments to demands, demands to members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from math import isnan
from typing import Any

from planner.admissibility import least_cluster
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.failures import INTACT
from planner.plan.verify.flows import Flow, PartKey, StateKey, describe
from planner.plan.verify.parts import DemandPart
from planner.plan.verify.tolerance import differs, exceeds, show
from planner.training import YEAR_DAYS


def assignments_add_up(e: Evidence) -> Iterator[str]:
    """The paths of an assignment add up to it, and their RTTs, weighed by PFLOPS, to its mean."""
    rows, totals = e.rows("assignments"), _assigned(e)
    for key in sorted(totals.keys() | rows.keys()):
        state, (origin, workload, site) = key[:3], key[3:]
        where = f"{describe(state)}: assignment of {origin}/{workload} to {site}"
        pflops, delay = totals.get(key, [0.0, 0.0])
        if key not in rows:
            yield f"{where}: is missing, and its paths carry {show(pflops)} PFLOPS"
        elif key not in totals:
            yield f"{where}: says {show(rows[key]['pflops'])} PFLOPS, and no path carries any"
        elif differs(rows[key]["pflops"], pflops):
            yield f"{where}: says {show(rows[key]['pflops'])} PFLOPS, and its paths carry {show(pflops)}"
        elif pflops > 0 and differs(rows[key]["rtt_ms"], delay / pflops):
            stated = show(rows[key]["rtt_ms"])
            yield f"{where}: says {stated} ms, and the mean of its paths is {show(delay / pflops)} ms"


def paths_are_numbered(e: Evidence) -> Iterator[str]:
    """The paths of an assignment, or of traffic between two nodes, are numbered from 1 on."""
    numbers: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
    for flow in e.flows:
        numbers[*flow.state, flow.origin, flow.workload, flow.end].append(flow.number)
    for key, found in numbers.items():
        if sorted(found) != list(range(1, len(found) + 1)):
            stated = ", ".join(map(str, sorted(found)))
            yield f"{describe(key[:3])}: the paths of {key[3]}/{key[4]} to {key[5]} are numbered {stated}"


def _assigned(e: Evidence) -> dict[tuple[Any, ...], list[float]]:
    """PFLOPS, and PFLOPS · ms, by the index of the table of assignments."""
    totals: defaultdict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for flow in e.hosted:
        total = totals[*flow.state, flow.origin, flow.workload, flow.end]
        total[0] += flow.amount
        total[1] += flow.amount * flow.rtt_ms
    return dict(totals)


def demands_are_right(e: Evidence) -> Iterator[str]:
    """Demand is what the inputs ask for, served what the paths carry, and unserved the rest; so it is with rates."""
    for key, totals in _demand_totals(e).items():
        table, unit = ("demands", "PFLOPS") if len(key) == 3 else ("rates", "Gbps")
        year, *names, workload = key
        yield from _right(e.rows(table)[key], f"{year}: demand {' to '.join(names)}/{workload}", totals, unit)


def _right(row: dict[str, Any], where: str, totals: list[float], unit: str) -> Iterator[str]:
    asked, served, delay = totals
    stated = {name: row[f"{name}_{unit.lower()}"] for name in ("demand", "served", "unserved")}
    if differs(stated["demand"], asked):
        yield f"{where}: asks for {show(asked)} {unit}, and the table says {show(stated['demand'])}"
    if differs(stated["served"], served):
        yield f"{where}: {show(served)} {unit} are served, and the table says {show(stated['served'])}"
    if differs(stated["unserved"] + stated["served"], stated["demand"]):
        parts = f"{show(stated['served'])} {unit} served and {show(stated['unserved'])} unserved"
        yield f"{where}: {parts} do not add up to {show(stated['demand'])}"
    if served > 0 and differs(row["mean_rtt_ms"], delay / served):
        yield f"{where}: its mean RTT is {show(delay / served)} ms, and the table says {show(row['mean_rtt_ms'])} ms"
    elif not served and not isnan(row["mean_rtt_ms"]):
        yield f"{where}: nothing is served, and the table gives a mean RTT of {show(row['mean_rtt_ms'])} ms"


def _demand_totals(e: Evidence) -> dict[tuple[Any, ...], list[float]]:
    """What is asked and served, and that times ms, by the index of the table of demands, or of rates."""
    totals: dict[tuple[Any, ...], list[float]] = {}
    for part in e.parts.values():
        for year in e.years:
            totals.setdefault(_listed(part, year), [0.0, 0.0, 0.0])[0] += part.volume[year]
    for flow in e.flows:
        if flow.is_intact:
            total = totals[_listed(e.parts[flow.part], flow.year)]
            total[1] += flow.amount * e.share(flow)
            total[2] += flow.amount * flow.rtt_ms * e.share(flow)
    return totals


def _listed(part: DemandPart, year: int) -> tuple[Any, ...]:
    """Index of the row that a part of a demand belongs to."""
    ends = (part.row.origin,) if part.row.to is None else (part.row.origin, part.row.to)
    return (year, *ends, part.workload.id)


def served_within_demand(e: Evidence) -> Iterator[str]:
    """No part of a demand is served beyond what it asks for: in a state, or over the year where it may wait.

    What is kept in a failure may stand for every block of the year, and so be as much as any of them asks for.
    """
    for key, served in e.served.items():
        part = e.parts[key]
        for state, amount in served.items():
            asked = part.asked[state[:2]] if state[2] == INTACT else part.most[state[0]]
            if part.may_wait:
                asked = part.volume[state[0]] / e.shares[state[1]]
            if exceeds(amount, asked):
                yield f"{describe(state)}: {part}: {show(amount)} {part.unit} are served of {show(asked)} asked for"
        for year in e.years if part.may_wait else ():
            if exceeds(e.mean(year, served), part.volume[year]):
                yield f"{year}: {part}: more is served over the day than asked for"


def jobs_keep_to_their_windows(e: Evidence) -> Iterator[str]:
    """A training job with a window has as many days as that, and runs in none but these."""
    for part in e.parts.values():
        if (window := part.row.window) is not None and part.volume.get(window.year):
            asked = {at for at in e.hours if part.asked[window.year, at] > 0}
            days = YEAR_DAYS * sum(e.shares[at] for at in asked)
            if differs(days, window.days):
                yield f"{part}: its window lasts {window.days} days, and it may run in {show(days)}"
    for flow in e.hosted:
        part = e.parts[flow.part]
        if part.row.window is not None and not part.asked[flow.year, flow.hour] > 0:
            yield f"{flow}: runs outside its window, {part.row.window.days} days from {part.row.window.from_day}"


def required_is_served(e: Evidence) -> Iterator[str]:
    """What must be served is served wholly, in every hour of the intact state, or over the year where it may wait."""
    for key, part in e.parts.items():
        if not part.workload.required:
            continue
        served = e.served.get(key, {})
        for year in e.years:
            pairs = [(part.asked[state[:2]], served.get(state, 0.0)) for state in e.intact_states(year)]
            for asked, got in [(part.volume[year], e.mean(year, served))] if part.may_wait else pairs:
                if exceeds(asked, got):
                    yield f"{year}: {part}: is required, and {show(got)} of {show(asked)} {part.unit} are served"


def floors_are_kept(e: Evidence) -> Iterator[str]:
    """Every member gets the share of its demand that the policy's floor promises."""
    share = e.inputs.scenario.policy.floor.served_share or 0.0
    for year in e.years if share else ():
        rented = {} if e.inputs.scenario.policy.floor.market else _rented(e, year)
        for country, (asked, all_served, _) in _exchange(e, year).items():
            least, served = share * asked, all_served - rented.get(country, 0.0)
            if country in e.inputs.scenario.community.members and exceeds(least, served):
                yield f"{year}: member {country}: {show(served)} PFLOPS are served, and the floor is {show(least)}"


def clusters_are_large_enough(e: Evidence) -> Iterator[str]:
    """A site that takes work with `min_cluster` has at least so much installed."""
    supply = e.supply
    for flow in e.hosted:
        least = least_cluster(e.inputs.topology.sites[flow.end], e.parts[flow.part].workload)
        if least and exceeds(least, has := supply.compute_pflops(flow.end, flow.year)):
            yield f"{flow}: has {show(has)} PFLOPS installed, and the work needs {show(least)} in one place"


def whole_demands_are_whole(e: Evidence) -> Iterator[str]:
    """A part of a demand that may not be split is served at one site in a year, failures included."""
    hosts: defaultdict[tuple[int, PartKey], set[str]] = defaultdict(set)
    for flow in e.hosted:
        if not e.parts[flow.part].workload.split:
            hosts[flow.year, flow.part].add(flow.end)
    for (year, key), sites in hosts.items():
        if len(sites) > 1:
            yield f"{year}: {e.parts[key]}: may not be split, and is served at {', '.join(sorted(sites))}"


def members_add_up(e: Evidence) -> Iterator[str]:
    """Demand, serving, hosting and exchange of every country are those of its demands and sites."""
    members, rows = e.inputs.scenario.community.members, e.rows("members")
    for year in e.years:
        exchange = _exchange(e, year)
        home, market = _at_home(e, year), _rented(e, year)
        listed = {country for t, country in rows if t == year}
        for country in sorted(exchange.keys() | listed | set(members)):
            asked, served, hosted = exchange.get(country, (0.0, 0.0, 0.0))
            if country not in listed:
                yield f"table members: the row {year}/{country} is missing"
                continue
            row = rows[year, country]
            if bool(row["member"]) != (country in members):
                yield f"{year}: {country}: the table is wrong on whether it is a member"
            inside, rented = home.get(country, 0.0), market.get(country, 0.0)
            right = {
                "demand": asked, "served": served, "hosted": hosted,
                "imported": served - inside - rented, "exported": hosted - inside, "market": rented,
            }  # fmt: skip
            for name, pflops in right.items():
                if differs(row[f"{name}_pflops"], pflops):
                    stated = show(row[f"{name}_pflops"])
                    yield f"{year}: {country}: {name} is {show(pflops)} PFLOPS, and the table of members says {stated}"


def _exchange(e: Evidence, year: int) -> dict[str, tuple[float, float, float]]:
    """PFLOPS that a country asks for, gets and hosts in a year."""
    found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for key, part in _compute(e):
        found[part.country][0] += part.volume[year]
        found[part.country][1] += e.mean(year, e.served.get(key, {}))
    for site, used in e.used.items():
        is_spare = all(contingency != INTACT for _, _, contingency in used)  # it serves in failures alone
        if e.inputs.topology.sites[site].market or is_spare:
            continue
        found[e.country_of(site)][2] += e.mean(year, used)
    return {country: (asked, served, hosted) for country, (asked, served, hosted) in found.items()}


def _compute(e: Evidence) -> Iterator[tuple[PartKey, DemandPart]]:
    """Demands for compute; members exchange no traffic."""
    return ((key, part) for key, part in e.parts.items() if part.is_compute)


def _at_home(e: Evidence, year: int) -> dict[str, float]:
    """PFLOPS served in the origin's own country, by country."""
    return _served_where(
        e, year, lambda flow: not e.is_rented(flow) and e.country_of(flow.end) == e.origin_of(flow).country
    )


def _rented(e: Evidence, year: int) -> dict[str, float]:
    """PFLOPS served by what is rented on a market, by country."""
    return _served_where(e, year, e.is_rented)


def _served_where(e: Evidence, year: int, counts: Callable[[Flow], bool]) -> dict[str, float]:
    found: defaultdict[str, dict[StateKey, float]] = defaultdict(dict)
    for flow in e.hosted:
        if counts(flow):
            amounts = found[e.origin_of(flow).country]
            amounts[flow.state] = amounts.get(flow.state, 0.0) + flow.amount
    return {country: e.mean(year, amounts) for country, amounts in found.items()}


RULES = (
    assignments_add_up,
    paths_are_numbered,
    demands_are_right,
    served_within_demand,
    jobs_keep_to_their_windows,
    required_is_served,
    floors_are_kept,
    clusters_are_large_enough,
    whole_demands_are_whole,
    members_add_up,
)
