"""The constraints of the specification (§5), one function a family; each row is yielded with its key."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from independent.chips import least_cluster
from independent.index import Index
from independent.money import embodied_kg, idle_mw, kg_per_mw, loads, site_compute, unserved_price, working_mw
from independent.paths import Part, amount, amount_in, has_kind, kept_share, matches, names_host, split_demands
from independent.reading import Key, Record, State, World, at, quantity

KG_A_TONNE = 1000
USD_A_MILLION = 1_000_000


class Row(NamedTuple):
    """One constraint: Σ coefficient · column ``sense`` rhs."""

    terms: dict[Key, float]
    sense: str
    rhs: float


def in_project(record: Record) -> list[Key]:
    """Return the column of the project a record hangs on, if it does."""
    return [("w", record["project"])] if "project" in record else []


def bounded(terms: dict[Key, float], record: Record, room: Fraction) -> Row:
    """Return the row that holds a load under the room of an asset, which is there only with its project."""
    hanging = dict.fromkeys(in_project(record), -float(room))
    return Row(terms | hanging, "<", 0.0 if hanging else float(room))


# ------------------------------------------------------------------------------------------- demands, capacities


def demand_met(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_p x + u = q   for every inference or traffic demand and state; nothing is required of a failure."""
    for state in index.world.states:
        for part in index.rates(state):
            terms = dict.fromkeys(index.columns(part, [state]), 1.0)
            if state.contingency or unserved_price(index.world, part, state.year) is not None:
                terms["u", state, *part.key] = 1.0
            yield (state, *part.key), Row(terms, "=", float(amount_in(index.world, part, state)))


def training_volume(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_h 1/H Σ_p x + u = q   for every training demand and year."""
    world = index.world
    for year, part in index.trainings:
        states = [state for state in world.intact_states if state.year == year]
        terms = {column: float(world.share(state.block)) for state in states for column in index.columns(part, [state])}
        if unserved_price(world, part, year) is not None:
            terms["u", year, *part.key] = 1.0
        yield (year, *part.key), Row(terms, "=", float(amount(world, part, year)))


def site_capacity(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ x into s - fill Σ k ≤ fill · compute · w   for every site in service and state."""
    for state, site, terms in site_flows(index):
        rented = index.world.sites[site].get("market", False)
        fill = Fraction(1) if rented else index.world.fill("site_fill", state)
        room = fill * site_compute(index.world, site, state.year)
        built = dict.fromkeys(index.built("k", site, state.year), -float(fill))
        yield (state, site), bounded(terms | built, index.world.sites[site], room)


def site_power(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ pue · watts · (idle · installed + (load - idle) · x into s) ≤ power   for every site with a limit and state."""
    for state, site, terms in site_flows(index):
        record = index.world.sites[site]
        if "power" in record:
            drawn: dict[Key, float] = dict.fromkeys(terms, float(working_mw(record, state.year)))
            room = index.world.seasonal_at(record["power"], state.year, state.block, is_limit=True)
            for name, column, mw in idle_terms(index, state.year):
                if name == site and column:
                    drawn[column] = drawn.get(column, 0.0) + float(mw)
                elif name == site:
                    room -= mw
            yield (state, site), Row(drawn, "<", float(room))


def idle_terms(index: Index, year: int) -> Iterator[tuple[str, Key, Fraction]]:
    """Yield the MW that what is installed draws, site by site, at what decides; what stands anyway has no column."""
    for site, column, pflops, _ in installed(index, year):
        record = index.world.sites[site]
        mw = idle_mw(record, year)
        if mw and index.world.is_alive(record, year):
            yield site, column, pflops * mw


def installed(index: Index, year: int) -> Iterator[tuple[str, Key, Fraction, Fraction]]:
    """Yield the PFLOPS that stand at each site by what decides, and the kg that each embodies by year of its life."""
    for site, record in index.world.sites.items():
        if there := site_compute(index.world, site, year):
            stands = ("w", record["project"]) if "project" in record else ()
            yield site, stands, there, embodied_kg(index.world, site)
    for expansion in index.expansions:
        for built in expansion.alive_builds(index.world, year) if expansion.family == "k" else ():
            own = embodied_kg(index.world, expansion.asset, expansion.record)
            yield expansion.asset, expansion.column(built), Fraction(1), own


def site_flows(index: Index) -> Iterator[tuple[State, str, dict[Key, float]]]:
    """Yield for every state and site in service the flows that end there."""
    for state in index.world.states:
        into = defaultdict(dict)
        for column, _, path in index.flows(state):
            into[path.site][column] = 1.0
        gone = index.world.failures[state.contingency].sites if state.contingency else ()
        for site, record in index.world.sites.items():
            if index.world.is_alive(record, state.year) and site not in gone:
                yield state, site, into[site]


def link_capacity(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ traffic · x over a - fill Σ b ≤ (fill · capacity - committed) · w   for every arc (half duplex: link)."""
    world = index.world
    for state in world.states:
        terms = arc_loads(index, state)
        fill = world.fill("link_fill", state)
        gone = world.failures[state.contingency].links if state.contingency else ()
        for name, link in world.links.items():
            if world.is_alive(link, state.year) and name not in gone:
                room = fill * at(link["capacity"], state.year) - at(link.get("committed", 0), state.year)
                built = dict.fromkeys(index.built("b", name, state.year), -float(fill))
                for arc in link_arcs(link):
                    yield (state, name, arc), bounded(terms[name, arc] | built, link, room)


def background_capacity(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ x of everybody else's over a ≤ fill · capacity - committed   for every arc: they wait for no decision."""
    world = index.world
    for state in world.states:
        others = {column for column, part, _ in index.flows(state) if world.workloads[part.workload].get("background")}
        terms, fill = arc_loads(index, state), world.fill("link_fill", state)
        for name, link in world.links.items():
            if world.is_alive(link, state.year) and "project" not in link:
                room = fill * at(link["capacity"], state.year) - at(link.get("committed", 0), state.year)
                for arc in link_arcs(link):
                    theirs = {column: load for column, load in terms[name, arc].items() if column in others}
                    if theirs:
                        yield (state, name, arc), Row(theirs, "<", max(float(room), 0.0))


def link_arcs(link: Record) -> list[str]:
    """Return the nodes a link is left from, one row each; half duplex has one row for both."""
    return ["both"] if link.get("duplex") == "half" else list(link["ends"])


def arc_loads(index: Index, state: State) -> dict[Key, dict[Key, float]]:
    """Return Gbps per unit of flow on every arc of a state: out along the path, back against it."""
    found: dict[Key, dict[Key, float]] = defaultdict(dict)
    for column, part, path in index.flows(state):
        out, back = loads(index.world, part)
        for name, leaves in path.hops:
            link = index.world.links[name]
            (other,) = set(link["ends"]) - {leaves}
            for end, load in ((leaves, out), (other, back)):
                terms = found[name, "both" if link.get("duplex") == "half" else end]
                terms[column] = terms.get(column, 0.0) + float(load)
    return found


def survival(index: Index) -> Iterator[tuple[Key, Row]]:
    """Survives · Σ_p x[intact] - Σ_p x ≤ 0   for every demand with a share to survive and contingency state."""
    for state in index.world.failing_states:
        intact = State(state.year, state.block, None)
        for part in index.rates(state):
            kept = dict.fromkeys(index.columns(part, [intact]), float(kept_share(index.world, part)))
            served = dict.fromkeys(index.columns(part, [state]), -1.0)
            yield (state, *part.key), Row(kept | served, "<", 0.0)


# ------------------------------------------------------------------------------------------------ building


def build_limit(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ builds standing ≤ max   for every expansion with a limit and year."""
    for expansion in index.expansions:
        for year in index.world.years if "max" in expansion.record else ():
            columns = [expansion.column(built) for built in expansion.alive_builds(index.world, year)]
            limit = float(expansion.most(year) or 0)
            yield (year, expansion.asset, expansion.number), Row(dict.fromkeys(columns, 1.0), "<", limit)


def whole_steps(index: Index) -> Iterator[tuple[Key, Row]]:
    """Build - step · n = 0   for every build made in steps."""
    for expansion in index.expansions:
        for year in expansion.build_years(index.world) if expansion.step else ():
            terms = {expansion.column(year): 1.0, expansion.steps_column(year): -float(expansion.step)}
            yield expansion.column(year), Row(terms, "=", 0.0)


def project_builds(index: Index) -> Iterator[tuple[Key, Row]]:
    """Build ≤ most · w   for every build that hangs on a project, by its own word or its asset's."""
    for expansion in index.expansions:
        for project in sorted(expansion.projects):
            for year in expansion.build_years(index.world):
                terms = {expansion.column(year): 1.0, ("w", project): -index.most_built(expansion, year)}
                yield (project, *expansion.column(year)), Row(terms, "<", 0.0)


def project_paths(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_p x over links of a project ≤ q̂ w   for every demand, project and state: without it there is no such path."""
    links = index.world.links
    for state in index.world.states:
        for part, paths in index.paths[state].items():
            found: dict[str, dict[Key, float]] = defaultdict(dict)
            for path in paths:
                for project in {links[link]["project"] for link, _ in path.hops if "project" in links[link]}:
                    found[project]["x", state, *part.key, path] = 1.0
            for project, terms in found.items():
                hanging = {("w", project): -float(amount_in(index.world, part, state))}
                yield (state, *part.key, project), Row(terms | hanging, "<", 0.0)


# ------------------------------------------------------------------------------------------- sites in use, gates


def site_use(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_p x into s ≤ q̂ y   for every demand, site whose use is a decision, and state."""
    for state in index.world.states:
        for part in index.paths[state]:
            most = float(amount_in(index.world, part, state))
            for site, columns in index.into(state, part).items():
                if site in index.chosen_sites:
                    yield (state, *part.key, site), Row(dict.fromkeys(columns, 1.0) | {("y", site): -most}, "<", 0.0)


def site_builds(index: Index) -> Iterator[tuple[Key, Row]]:
    """K ≤ most · y   for every build at a site whose use is a decision."""
    for expansion in index.expansions:
        if expansion.family == "k" and expansion.asset in index.chosen_sites:
            for year in expansion.build_years(index.world):
                terms = {expansion.column(year): 1.0, ("y", expansion.asset): -index.most_built(expansion, year)}
                yield expansion.column(year), Row(terms, "<", 0.0)


def site_limit(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_s y ≤ limits.sites, where there is such a limit."""
    if (limit := index.world.limit("sites")) is not None:
        yield (), Row({("y", site): 1.0 for site in index.chosen_sites}, "<", float(limit))


def gate_flows(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_p x into s ≤ q̂ z   for every demand that needs a large or a single site, site and state."""
    for state in index.world.states:
        for part in filter(index.is_gated, index.paths[state]):
            most = float(amount_in(index.world, part, state))
            for site, columns in index.into(state, part).items():
                gate = ("z", *part.key, site, state.year)
                yield (state, *part.key, site), Row(dict.fromkeys(columns, 1.0) | {gate: -most}, "<", 0.0)


def cluster(index: Index) -> Iterator[tuple[Key, Row]]:
    """min_cluster · z - Σ k ≤ compute · w   for every demand with a smallest cluster, site and year."""
    for part, site, year in index.gates:
        workload = index.world.workloads[part.workload]
        least = least_cluster(workload, index.world.sites[site])
        if least:
            terms = {("z", *part.key, site, year): float(least)}
            terms |= dict.fromkeys(index.built("k", site, year), -1.0)
            room = site_compute(index.world, site, year)
            yield (*part.key, site, year), bounded(terms, index.world.sites[site], room)


def whole(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ_s z ≤ 1   for every demand not to be split and year."""
    found: dict[Key, dict[Key, float]] = defaultdict(dict)
    for part, site, year in index.gates:
        if not index.world.workloads[part.workload].get("split", True):
            found[*part.key, year]["z", *part.key, site, year] = 1.0
    yield from ((key, Row(terms, "<", 1.0)) for key, terms in found.items())


# ------------------------------------------------------------------------------------------- floor and budgets


def floor(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ served ≥ served_share · Σ q   for every member and year: PFLOPS, mean over blocks, intact state."""
    world = index.world
    share = quantity((world.policy("floor") or {}).get("served_share", 0))
    parts = [part for part in split_demands(world) if not has_kind(world, part, "traffic")]
    counts_market = (world.policy("floor") or {}).get("market", False)
    for member in world.members if share else ():
        mine = [part for part in parts if part.country == member]
        for year in world.years:
            states = [state for state in world.intact_states if state.year == year]
            columns = [
                column
                for part in mine
                for column in index.columns(part, states)
                if counts_market or not is_rented(world, column)
            ]
            asked = sum((mean_amount(world, part, year) for part in mine), Fraction(0))
            terms = {column: -float(world.share(column[1].block)) for column in columns}
            yield (year, member), Row(terms, "<", -float(share * asked))


def is_rented(world: World, column: Key) -> bool:
    """Whether a flow ends at compute that is rented."""
    return bool(world.sites[column[-1].site].get("market", False))


def mean_amount(world: World, part: Part, year: int) -> Fraction:
    """Return what a demand asks for in a year, mean over the blocks."""
    if has_kind(world, part, "training"):
        return amount(world, part, year)
    states = [state for state in world.intact_states if state.year == year]
    return sum((amount_in(world, part, state) * world.share(state.block) for state in states), Fraction(0))


def capex_budget(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ capex · builds + Σ capex · w ≤ limits.capex, MUSD overnight and over all years."""
    if (limit := index.world.limit("capex")) is not None:
        terms = {column: float(price / USD_A_MILLION) for column, price in overnight(index)}
        yield (), Row(terms, "<", float(quantity(limit) / USD_A_MILLION))


def overnight(index: Index) -> Iterator[tuple[Key, Fraction]]:
    """Yield what each build and each project costs in the year in which it is made."""
    for expansion in index.expansions:
        for year in expansion.build_years(index.world):
            yield expansion.column(year), expansion.price("capex", year)
    for project, year in index.projects.items():
        yield ("w", project), at(index.world.projects[project].get("capex", 0), year)


def share(index: Index) -> Iterator[tuple[Key, Row]]:
    """at_least · Σ 1/H x of all that a rule speaks of ≤ Σ 1/H x to its hosts   for every rule and year."""
    world = index.world
    for number, rule in enumerate(world.policy("shares")):
        for year in world.years:
            terms: dict[Key, float] = defaultdict(float)
            for state in world.intact_states:
                for column, part, path in index.flows(state) if state.year == year else ():
                    if path.site is not None and matches(world, rule, part):
                        hosts = world.members if rule["hosts"] == "members" else rule["hosts"]
                        there = names_host(world, hosts, part, path.site)
                        there &= isinstance(rule["hosts"], list) or not is_rented(world, column)
                        terms[column] += (rule["at_least"] - there) * float(world.share(state.block))
            yield (year, number), Row(dict(terms), "<", 0.0)


def peak(index: Index) -> Iterator[tuple[Key, Row]]:
    """Load and committed ≤ U · capacity + Σ b   for every arc and intact state, where the fullest link is an aim."""
    world = index.world
    for state in world.intact_states if "peak_utilisation" in world.scenario.get("objective", ()) else ():
        loads = arc_loads(index, state)
        for name, link in world.links.items():
            capacity = at(link["capacity"], state.year)
            if world.is_alive(link, state.year) and capacity:
                others = at(link.get("committed", 0), state.year)
                built = dict.fromkeys(index.built("b", name, state.year), -1.0)
                for arc in link_arcs(link):
                    row = bounded(loads[name, arc] | built, link, -others)
                    yield (state, name, arc), row._replace(terms=row.terms | {("U",): -float(capacity)})


def carbon_budget(index: Index) -> Iterator[tuple[Key, Row]]:
    """Σ share · carbon · MW ≤ limits.carbon   for every year, with what machines embody where the limit says so."""
    if (limit := index.world.limit("carbon")) is not None:
        for year in index.world.years:
            terms: dict[Key, float] = defaultdict(float)
            for column, tonnes, at_year in carbon_terms(index):
                terms[column] += float(tonnes) if at_year == year else 0.0
            for _, column, pflops, kg in installed(index, year) if index.world.limit("embodied") else ():
                terms[column] += float(pflops * kg / KG_A_TONNE)
            stands = terms.pop((), 0.0)
            yield (year,), Row(dict(terms), "<", float(at(limit, year) / KG_A_TONNE) - stands)


def carbon_terms(index: Index) -> Iterator[tuple[Key, Fraction, int]]:
    """Yield the t a year of each flow of the intact state, and of what is installed, as means, and the year."""
    world = index.world
    for state in world.intact_states:
        part = world.share(state.block) / KG_A_TONNE
        for column, _, path in index.flows(state):
            if path.site is not None:
                mw = working_mw(world.sites[path.site], state.year)
                yield column, part * mw * kg_per_mw(world, path.site, state), state.year
        for site, column, mw in idle_terms(index, state.year):
            yield column, part * mw * kg_per_mw(world, site, state), state.year


FAMILIES = (
    demand_met,
    training_volume,
    site_capacity,
    site_power,
    link_capacity,
    background_capacity,
    survival,
    build_limit,
    whole_steps,
    project_builds,
    project_paths,
    site_use,
    site_builds,
    site_limit,
    gate_flows,
    cluster,
    whole,
    floor,
    share,
    peak,
    capex_budget,
    carbon_budget,
)
