"""The constraint families, one function each: `for` is the index, `if` the subset, `yield` the formula.

Every family yields pairs of a key and a constraint; the row's name in the LP file is the family's name and its key.
x[σ,d,p] ≥ 0 is the flow of demand d over path p in state σ, in PFLOPS; capacities are in PFLOPS, MW and Gbps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pulp

from planner.programme.case import Case, State
from planner.programme.standing import (
    alive_years,
    all_load,
    below,
    built_at,
    decided_compute,
    every_build,
    left_of,
    power_drawn,
    whether_built,
)
from planner.programme.symbols import Variables

MILLIONTH = 1e-6
"""Budgets are written in MUSD, so that their coefficients are of the order of one."""

Key = tuple[object, ...]
Row = tuple[Key, pulp.LpConstraint]


def demand_met(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_p x[σ,d,p] + u[σ,d] = q[d,t,h]   for every inference or traffic demand, every state."""
    for state in states:
        for demand in case.demands:
            if not demand.movable and demand.takes_part(state):
                met = v.served[state, demand.index] + v.unserved(state, demand)
                yield (*state.key, *case.part_key(demand)), met == demand.quantity[state.year, state.block]


def site_capacity(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{d,p→s} x[σ,d,p] ≤ fill · (compute[s,t] + Σ_{i, t' alive} k[s,i,t'])   for every site and state."""
    for state in states:
        for position, site in case.standing_sites(state):
            fill = site.fill[state.year] if state.is_intact else 1.0
            built = pulp.LpAffineExpression(
                [(v.site_build[i, t], fill) for i, t in built_at(case, state, site=position)]
            )
            stands = whether_built(v, site.project) * (fill * site.compute_pflops[state.year])
            yield (*state.key, site.id), v.used[state, position] - built - stands <= 0


def site_power(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """pue[s] · watts[s] · (idle[s] · installed[s,t] + (load[s] − idle[s]) · Σ_{d,p→s} x[σ,d,p]) ≤ power[s,t,n].

    For every site with a limit at the meter and state; installed is compute[s,t] and all that is built.
    """
    for state in states:
        for position, site in case.standing_sites(state):
            if site.power_mw is not None:
                yield (*state.key, site.id), below(power_drawn(case, v, state, position), site.power_mw[state.at])


def link_capacity(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{d,p∋a} traffic[d,a] x[σ,d,p] ≤ fill · (capacity[e,t] + Σ_{i, t' alive} b[e,i,t']) − committed[e,t].

    For every arc a of link e and state, background traffic included; with half duplex both arcs of a link together.
    """
    for state in states:
        for position, channel in case.standing_channels(state):
            link = case.links[channel.link]
            fill = link.fill[state.year] if state.is_intact else 1.0
            built = pulp.LpAffineExpression(
                [(v.link_build[i, t], fill) for i, t in built_at(case, state, link=channel.link)]
            )
            free = left_of(fill * link.capacity_gbps[state.year], link.committed_gbps[state.year])
            stands = whether_built(v, link.project) * free
            load = all_load(case, v, state, position)
            yield (*state.key, link.id, channel.direction), load - built - stands <= 0


def background_capacity(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{d of background, p∋a} x[σ,d,p] ≤ max(fill · capacity[e,t] − committed[e,t], 0).

    For every arc of a link that may grow and state. Everybody else's traffic waits for no decision of ours and rides on
    none; elsewhere `link_capacity` says as much.
    """
    for state in states if case.has_background else ():
        for position, channel in case.standing_channels(state):
            link = case.links[channel.link]
            if channel.link in case.expansions_of_link and link.project is None:
                fill = link.fill[state.year] if state.is_intact else 1.0
                free = left_of(fill * link.capacity_gbps[state.year], link.committed_gbps[state.year])
                yield (*state.key, link.id, channel.direction), v.background[state, position] <= max(free, 0.0)


def site_use(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{d,p→s} x[σ,d,p] ≤ fill · reach[s,t] · y[s]   for every site whose use matters and state.

    The strong form, Σ_p x[σ,d,p→s] ≤ q̂[d] y[s] for every demand, is added where it is violated (`site_use_strong`).
    """
    for state in states:
        for position, site in case.standing_sites(state):
            if position in v.in_use:
                most = case.most_pflops(position, state.year) * (site.fill[state.year] if state.is_intact else 1.0)
                yield (*state.key, site.id), v.used[state, position] - most * v.in_use[position] <= 0


def cluster(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{d of w} Σ_p x[σ,d,p→s] ≤ Σ_{d of w} q̂[d] · z[w,s,t]   for every workload with a smallest cluster, state."""
    for state in states:
        for (workload, site, year), gate in v.gate.items():
            if year == state.year and site not in state.failure.sites:
                parts = [d for d in case.demands if d.workload == workload and d.takes_part(state)]
                pairs = [(d, case.watched_pairs[d.index, site]) for d in parts if (d.index, site) in case.watched_pairs]
                hosted = pulp.LpAffineExpression([(v.hosted[state, pair], 1.0) for _, pair in pairs])
                most = sum(case.most_served(d, state) for d, _ in pairs)
                yield (*state.key, workload, case.sites[site].id), hosted - most * gate <= 0


def whole(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_p x[σ,d,p→s] ≤ q̂[d] z[d,s,t]   for every demand that may not be split, site and state."""
    for state in states:
        for (position, site, year), choice in v.whole.items():
            demand = case.demands[position]
            if year == state.year and demand.takes_part(state) and site not in state.failure.sites:
                hosted = v.hosted[state, case.watched_pairs[position, site]]
                key = (*state.key, *case.part_key(demand), case.sites[site].id)
                yield key, hosted - case.most_served(demand, state) * choice <= 0


def project_link(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{p∋e} x[σ,d,p] ≤ Σ_d q̂[d] · w[j]   for every link e of a project j and state: not laid, not crossed."""
    for state in states:
        for position, crossing in case.project_links.items():
            link = case.links[position]
            if link.in_service[state.year] and position not in state.failure.links:
                parts = [demand for demand in case.demands if demand.takes_part(state)]
                most = sum(
                    case.most_served(each, state) * (case.scale.pflops / case.scale.unit(each)) for each in parts
                )
                crossed = v.crossed[state, crossing]
                yield (*state.key, link.id), crossed - most * whether_built(v, link.project) <= 0


def pool(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{s of members} 1/fill · Σ_{d,p→s} x[σ,d,p] ≤ pool   for every intact state, where a pool is given."""
    for state in states:
        if case.pool_pflops is not None and state.is_intact:
            own = [(i, site) for i, site in case.standing_sites(state) if i in case.own_sites]
            used = pulp.LpAffineExpression([(v.used[state, i], 1 / site.fill[state.year]) for i, site in own])
            yield state.key, used <= case.pool_pflops


def survival(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_p x[σ,d,p] ≥ survives[w] · Σ_p x[(t,h,0),d,p]   for every demand with a share to keep and failing state."""
    for state in states:
        twin = case.intact_twin[state.index]
        for demand in case.demands:
            if not state.is_intact and demand.takes_part(state):
                kept = v.served[state, demand.index] - demand.survives * v.served[twin, demand.index]
                yield (*state.key, *case.part_key(demand)), kept >= 0


def training_volume(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_h 1/H Σ_p x[(t,h,0),d,p] + u[d,t] = q[d,t]   for every training demand and year; it waits in failures."""
    for year in case.years:
        for demand in case.demands:
            if demand.movable:
                done = pulp.LpAffineExpression(
                    [(v.served[state, demand.index], case.share(state)) for state in case.intact_states(year)]
                )
                yield (year, *case.part_key(demand)), done + v.waiting(year, demand) == case.volume(demand, year)


def build_limit(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{t' alive in t} k[s,i,t'] ≤ max,  Σ_{t' alive in t} b[e,i,t'] ≤ max   for every expansion and year."""
    for variables, options, assets in (
        (v.site_build, case.site_expansions, case.sites),
        (v.link_build, case.link_expansions, case.links),
    ):
        for i, option in enumerate(options):
            for year in case.years:
                standing = [(variables[i, t], 1.0) for t in alive_years(option, year)]
                if standing:
                    total = pulp.LpAffineExpression(standing)
                    yield (year, assets[option.asset].id, option.position), total <= option.limit[year]


def build_steps(case: Case, v: Variables) -> Iterator[Row]:
    """k[s,i,t] = step · n[s,i,t],  b[e,i,t] = step · n[e,i,t], n whole   for every expansion in steps and year."""
    for builds, steps, options, assets in (
        (v.site_build, v.site_steps, case.site_expansions, case.sites),
        (v.link_build, v.link_steps, case.link_expansions, case.links),
    ):
        for (i, year), number in steps.items():
            key = (year, assets[options[i].asset].id, options[i].position)
            yield key, builds[i, year] - (options[i].step or 0.0) * number == 0


def project(case: Case, v: Variables) -> Iterator[Row]:
    """k[s,i,t] ≤ max · w[j],  b[e,i,t] ≤ max · w[j]   for every expansion on a project j, itself or its asset."""
    for builds, options, assets in (
        (v.site_build, case.site_expansions, case.sites),
        (v.link_build, case.link_expansions, case.links),
    ):
        for (i, year), built in builds.items():
            for j in options[i].projects:
                key = (year, assets[options[i].asset].id, options[i].position, case.projects[j].id)
                yield key, built - options[i].limit[year] * v.project[j] <= 0


def site_opening(case: Case, v: Variables) -> Iterator[Row]:
    """k[s,i,t] ≤ max · y[s]   for every site whose use matters: building there is using it."""
    for (i, year), built in v.site_build.items():
        option = case.site_expansions[i]
        if option.asset in v.in_use:
            key = (year, case.sites[option.asset].id, option.position)
            yield key, built - option.limit[year] * v.in_use[option.asset] <= 0


def site_limit(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_s y[s] ≤ limits.sites: all sites in use, in any year."""
    if case.site_limit is not None:
        yield (), pulp.LpAffineExpression([(y, 1.0) for y in v.in_use.values()]) <= case.site_limit


def cluster_size(case: Case, v: Variables) -> Iterator[Row]:
    """compute[s,t] + Σ_{i, t' alive} k[s,i,t'] ≥ min_cluster[w,s] · z[w,s,t]   for every open gate."""
    sizes = {
        (demand.workload, host.site): host.min_cluster
        for demand in case.demands
        for host in case.routings[demand.routing].hosts
    }
    for (workload, site, year), gate in v.gate.items():
        state = case.intact_states(year)[0]
        built = pulp.LpAffineExpression([(v.site_build[i, t], 1.0) for i, t in built_at(case, state, site=site)])
        stands = whether_built(v, case.sites[site].project) * case.sites[site].compute_pflops[year]
        yield (year, workload, case.sites[site].id), built + stands - sizes[workload, site] * gate >= 0


def whole_choice(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_s z[d,s,t] ≤ 1   for every demand that may not be split and year."""
    chosen: dict[tuple[int, int], list[pulp.LpVariable]] = {}
    for (position, _, year), choice in v.whole.items():
        chosen.setdefault((position, year), []).append(choice)
    for (position, year), choices in chosen.items():
        total = pulp.LpAffineExpression([(choice, 1.0) for choice in choices])
        yield (year, *case.part_key(case.demands[position])), total <= 1


def floor(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{d of m} Σ_h 1/H Σ_p x[(t,h,0),d,p] ≥ served_share · Σ_{d of m} q[d,t]   for every member and year."""
    for year in case.years:
        for country in case.members if case.served_share else ():
            own = [demand for demand in case.demands if demand.country == country and demand.is_compute]
            if not own:
                continue
            served = pulp.LpAffineExpression(
                [
                    (v.served[state, demand.index], case.share(state))
                    for state in case.intact_states(year)
                    for demand in own
                ]
            )
            rented = [
                (v.hosted[state, case.watched_pairs[pair]], -case.share(state))
                for state in case.intact_states(year)
                for pair in case.floor_rented.get(country, ())
            ]
            served += pulp.LpAffineExpression(rented)
            yield (year, country), served >= case.served_share * sum(case.volume(demand, year) for demand in own)


def share(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{d of r} Σ_h 1/H Σ_{p→s of hosts} x[(t,h,0),d,p] ≥ at_least[r] · Σ_{d of r} Σ_h 1/H Σ_p x[(t,h,0),d,p].

    For every rule r on shares and year; the hosts that count may be others for each demand, such as those at home.
    """
    for year in case.years:
        for rule in case.shares:
            if not rule.hosts:
                continue
            terms = []
            for state in case.intact_states(year):
                for demand, sites in rule.hosts.items():
                    part = case.share(state)
                    terms += [(v.hosted[state, case.watched_pairs[demand, s]], part) for s in sorted(sites)]
                    terms.append((v.served[state, demand], -rule.at_least * part))
            yield (year, rule.name), pulp.LpAffineExpression(terms) >= 0


def peak(case: Case, v: Variables, states: Iterable[State]) -> Iterator[Row]:
    """Σ_{d,p∋a} traffic[d,a] x[σ,d,p] + committed[e,t] − Σ_{i, t' alive} b[e,i,t'] ≤ U · capacity[e,t].

    For every arc a of link e and intact state, where the fullest link is to be as little full as can be: U is how full.
    What is built is filled first: capacity is what stands, or is laid by a project, and other traffic counts as well.
    """
    for state in states:
        if v.peak is None or not state.is_intact:
            continue
        for position, channel in case.standing_channels(state):
            link = case.links[channel.link]
            capacity = link.capacity_gbps[state.year]
            if not capacity:
                continue
            built = pulp.LpAffineExpression(
                [(v.link_build[i, t], 1.0) for i, t in built_at(case, state, link=channel.link)]
            )
            others = whether_built(v, link.project) * link.committed_gbps[state.year]
            load = all_load(case, v, state, position) + others - built
            yield (*state.key, link.id, channel.direction), load - capacity * v.peak <= 0


def capex_budget(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{i,t} capex[i,t] · built[i,t] + Σ_j capex[j] w[j] ≤ limits.capex: the overnight sum of all builds, in MUSD."""
    if case.capex_limit_usd is not None:
        spent = pulp.LpAffineExpression(
            [(variable, option.capex_usd[t] * MILLIONTH) for variable, option, t in every_build(case, v)]
        )
        spent += pulp.LpAffineExpression(
            [(w, case.projects[j].capex_usd * MILLIONTH) for j, w in v.project.items() if case.projects[j].capex_usd]
        )
        yield (), spent <= case.capex_limit_usd * MILLIONTH


def carbon_budget(case: Case, v: Variables) -> Iterator[Row]:
    """Σ_{n,h} days[n]/365/H Σ_s carbon[s,t,n,h] · (idle · installed + (load − idle) Σ_p x) ≤ limits.carbon, in t.

    In every year; carbon is that of a year at the nameplate, Σ_p x that of all paths to s in the intact state. With
    `limits.embodied` what machines embody counts besides: Σ_s embodied / life · installed.
    """
    for year, limit_kg in (case.carbon_limit_kg or {}).items():
        states = case.intact_states(year)
        terms = [
            (v.used[state, position], case.share(state) * site.carbon_kg(state.at, used=1.0) / 1000)
            for state in states
            for position, site in case.standing_sites(state)
        ]
        stands_kg = 0.0
        for position in range(len(case.sites)):
            idle_kg, own_kg = case.mean_idle_kg(position, year), case.sites[position].embodied_kg_per_pflops
            idle_kg, own_kg = idle_kg if case.sites[position].in_service[year] else 0.0, own_kg * case.counts_embodied
            stands_kg += (idle_kg + own_kg) * case.standing(position, year)
            for symbol, pflops, embodied_kg in decided_compute(case, v, position, year):
                kg = pflops * (idle_kg + embodied_kg * case.counts_embodied)
                terms += [(symbol, kg / 1000)] if kg else []
        yield (year,), pulp.LpAffineExpression(terms) <= (limit_kg - stands_kg) / 1000
