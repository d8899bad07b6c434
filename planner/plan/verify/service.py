"""Rules of what is served: paths add up to assignments, assignments to demands, demands to members."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from planner.plan.verify.evidence import Evidence, StateKey, describe
from planner.plan.verify.failures import INTACT
from planner.plan.verify.supply import Supply
from planner.plan.verify.tolerance import differs, exceeds, show

Totals = dict[tuple[int, str, str], list[float]]


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
            told = show(rows[key]["rtt_ms"])
            yield f"{where}: says {told} ms, and the mean of its paths is {show(delay / pflops)} ms"


def _assigned(e: Evidence) -> dict[tuple[Any, ...], list[float]]:
    """PFLOPS, and PFLOPS · ms, by the index of the table of assignments."""
    totals: defaultdict[tuple[Any, ...], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for flow in e.flows:
        total = totals[*flow.state, flow.origin, flow.workload, flow.site]
        total[0] += flow.pflops
        total[1] += flow.pflops * flow.rtt_ms
    return dict(totals)


def demands_are_right(e: Evidence) -> Iterator[str]:
    """Demand is what the inputs ask for, served what the paths carry, and unserved the rest."""
    for (year, origin, workload), (asked, served, delay) in _demand_totals(e).items():
        row, where = e.rows("demands")[year, origin, workload], f"{year}: demand {origin}/{workload}"
        if differs(row["demand_pflops"], asked):
            yield f"{where}: asks for {show(asked)} PFLOPS, and the table says {show(row['demand_pflops'])}"
        if differs(row["served_pflops"], served):
            yield f"{where}: {show(served)} PFLOPS are served, and the table says {show(row['served_pflops'])}"
        if differs(row["unserved_pflops"] + row["served_pflops"], row["demand_pflops"]):
            parts = f"{show(row['served_pflops'])} PFLOPS served and {show(row['unserved_pflops'])} unserved"
            yield f"{where}: {parts} do not add up to {show(row['demand_pflops'])}"
        if served > 0 and differs(row["mean_rtt_ms"], delay / served):
            told = show(row["mean_rtt_ms"])
            yield f"{where}: its mean RTT is {show(delay / served)} ms, and the table says {told} ms"


def _demand_totals(e: Evidence) -> Totals:
    """PFLOPS asked and served, and PFLOPS · ms, by year and demand as written."""
    totals: Totals = {}
    for (origin, workload, _), part in e.parts.items():
        for year in e.years:
            totals.setdefault((year, origin, workload), [0.0, 0.0, 0.0])[0] += part.volume[year]
    for flow in e.flows:
        if flow.contingency == INTACT:
            total = totals[flow.year, flow.written, flow.workload]
            total[1] += flow.pflops / e.blocks
            total[2] += flow.pflops * flow.rtt_ms / e.blocks
    return totals


def nobody_gets_too_much(e: Evidence) -> Iterator[str]:
    """No part of a demand is served beyond what it asks for: in a state, or over the year where it may wait."""
    for key, served in e.served.items():
        part, (origin, workload, node) = e.parts[key], key
        for state, pflops in served.items():
            asked = part.volume[state[0]] * e.blocks if part.may_wait else part.pflops[state[:2]]
            if exceeds(pflops, asked):
                where = f"{describe(state)}: demand {origin}/{workload} at {node}"
                yield f"{where}: {show(pflops)} PFLOPS are served of {show(asked)} asked for"
        for year in e.years if part.may_wait else ():
            if exceeds(e.mean(year, served), part.volume[year]):
                yield f"{year}: demand {origin}/{workload} at {node}: more is served over the day than asked for"


def required_is_served(e: Evidence) -> Iterator[str]:
    """What must be served is served wholly, in every hour of the intact state, or over the year where it may wait."""
    for key, part in e.parts.items():
        if not part.workload.required:
            continue
        served = e.served.get(key, {})
        for year in e.years:
            pairs = [(part.pflops[state[:2]], served.get(state, 0.0)) for state in e.intact_states(year)]
            for asked, got in [(part.volume[year], e.mean(year, served))] if part.may_wait else pairs:
                if exceeds(asked, got):
                    where = f"{year}: demand {key[0]}/{key[1]} at {key[2]}"
                    yield f"{where}: is required, and {show(got)} of {show(asked)} PFLOPS are served"


def failures_are_survived(e: Evidence) -> Iterator[str]:
    """In every contingency the share `survives` of what the intact state serves is kept, and training waits."""
    for state in e.states:
        if state[2] == INTACT:
            continue
        for key, served in e.served.items():
            part, kept = e.parts[key], served.get(state, 0.0)
            needed = part.workload.survives * served.get((*state[:2], INTACT), 0.0)
            if exceeds(needed, kept):
                where = f"{describe(state)}: demand {key[0]}/{key[1]} at {key[2]}"
                yield f"{where}: {show(kept)} PFLOPS are kept, and {show(needed)} have to be"
            if part.may_wait and kept:
                yield f"{describe(state)}: demand {key[0]}/{key[1]} at {key[2]}: training waits in failures"


def floors_are_kept(e: Evidence) -> Iterator[str]:
    """Every member gets the share of its demand that the policy's floor promises."""
    share = e.inputs.scenario.policy.floor.served_share or 0.0
    for year in e.years if share else ():
        for country, (asked, served, _) in _exchange(e, year).items():
            least = share * asked
            if country in e.inputs.scenario.community.members and exceeds(least, served):
                yield f"{year}: member {country}: {show(served)} PFLOPS are served, and the floor is {show(least)}"


def clusters_are_large_enough(e: Evidence) -> Iterator[str]:
    """A site that takes work with `min_cluster` has at least so much installed."""
    supply = Supply.of(e)
    for flow in e.flows:
        least, has = e.parts[flow.part].workload.min_cluster_pflops, supply.installed_pflops(flow.site, flow.year)
        if exceeds(least, has):
            yield f"{flow}: has {show(has)} PFLOPS installed, and the work needs {show(least)} in one place"


def whole_demands_are_whole(e: Evidence) -> Iterator[str]:
    """A part of a demand that may not be split is served at one site in a year."""
    hosts: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for flow in e.flows:
        if not e.parts[flow.part].workload.split:
            hosts[flow.year, *flow.part].add(flow.site)
    for (year, origin, workload, node), sites in hosts.items():
        if len(sites) > 1:
            where = f"{year}: demand {origin}/{workload} at {node}"
            yield f"{where}: may not be split, and is served at {', '.join(sorted(sites))}"


def members_add_up(e: Evidence) -> Iterator[str]:
    """Demand, serving, hosting and exchange of every country are those of its demands and sites."""
    members, rows = e.inputs.scenario.community.members, e.rows("members")
    for year in e.years:
        exchange = _exchange(e, year)
        home = _at_home(e, year)
        listed = {country for t, country in rows if t == year}
        for country in sorted(exchange.keys() | listed | set(members)):
            asked, served, hosted = exchange.get(country, (0.0, 0.0, 0.0))
            if country not in listed:
                yield f"table members: the row {year}/{country} is missing"
                continue
            row = rows[year, country]
            if bool(row["member"]) != (country in members):
                yield f"{year}: {country}: the table is wrong on whether it is a member"
            inside = home.get(country, 0.0)
            right = {
                "demand": asked, "served": served, "hosted": hosted,
                "imported": served - inside, "exported": hosted - inside,
            }  # fmt: skip
            for name, pflops in right.items():
                if differs(row[f"{name}_pflops"], pflops):
                    told = show(row[f"{name}_pflops"])
                    yield f"{year}: {country}: {name} is {show(pflops)} PFLOPS, and the table of members says {told}"


def _exchange(e: Evidence, year: int) -> dict[str, tuple[float, float, float]]:
    """PFLOPS that a country asks for, gets and hosts in a year."""
    found: defaultdict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for key, part in e.parts.items():
        found[part.country][0] += part.volume[year]
        found[part.country][1] += e.mean(year, e.served.get(key, {}))
    for site, used in e.used.items():
        found[e.country_of(site)][2] += e.mean(year, used)
    return {country: (asked, served, hosted) for country, (asked, served, hosted) in found.items()}


def _at_home(e: Evidence, year: int) -> dict[str, float]:
    """PFLOPS served in the origin's own country, by country."""
    found: defaultdict[str, dict[StateKey, float]] = defaultdict(dict)
    for flow in e.flows:
        country = e.parts[flow.part].country
        if e.country_of(flow.site) == country:
            found[country][flow.state] = found[country].get(flow.state, 0.0) + flow.pflops
    return {country: e.mean(year, amounts) for country, amounts in found.items()}


RULES = (
    assignments_add_up,
    demands_are_right,
    nobody_gets_too_much,
    required_is_served,
    failures_are_survived,
    floors_are_kept,
    clusters_are_large_enough,
    whole_demands_are_whole,
    members_add_up,
)
