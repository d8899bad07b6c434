"""Rules that tables must keep before anything can be worked out from them: known names, numbers that are numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf, isfinite, isnan
from typing import Any

from planner.plan.csv_tables import FLAGS, TEXTS
from planner.plan.plan import TABLE_COLUMNS, TABLE_INDEX, index_of
from planner.plan.verify.evidence import Evidence
from planner.plan.verify.failures import INTACT
from planner.plan.verify.supply import project_year
from planner.plan.verify.tolerance import ABSOLUTE, differs, show

PRICES = frozenset({"price", "price_more", "price_less", "dual_usd", "price_usd_per_pflops", "price_usd_per_gbps"})
"""Columns of prices, whose signs have a rule of their own."""
OPEN = frozenset({"cards", "mean_rtt_ms", "price_more", "price_less"})
"""Columns that are empty where nothing is served, no accelerator is known, or a limit has no such side."""


def tables_are_whole(e: Evidence) -> Iterator[str]:
    """Every table has its index and its measures, and no row twice."""
    for name, frame in e.tables.items():
        index, columns = tuple(frame.index.names), tuple(frame.columns)
        if index != index_of(name, seasonal=bool(e.inputs.scenario.seasons)) or columns != TABLE_COLUMNS[name]:
            yield f"table {name}: has the columns {', '.join(map(str, index + columns))}"
        elif frame.index.has_duplicates:
            twice = frame.index[frame.index.duplicated()].tolist()
            yield f"table {name}: has the row {_key(twice[0])} twice"


def numbers_are_sound(e: Evidence) -> Iterator[str]:
    """Every measure is a finite number, and none is negative."""
    for name, frame in e.tables.items():
        for column in TABLE_COLUMNS[name]:
            if column in TEXTS | FLAGS:
                continue
            least = -inf if column in PRICES else -ABSOLUTE
            for key, value in zip(frame.index.tolist(), frame[column].tolist(), strict=True):
                if not (isfinite(value) and value >= least) and not (column in OPEN and isnan(value)):
                    yield f"table {name}: {_key(key)}: {column} is {show(value)}"


def states_are_known(e: Evidence) -> Iterator[str]:
    """The tables speak of the scenario's years, of hours at which a block begins and of its contingencies.

    A project may be built in a year between the listed ones, or before them.
    """
    years, states = set(e.years), set(e.states)
    for name, index in TABLE_INDEX.items():
        if index[0] == "year":
            projects = name == "capital"  # it has their years as well: another rule compares it row by row
            stated = {key[0] for key in e.rows(name) if name != "builds" or not key[1].startswith("project:")}
            stated = set() if projects else stated
            for year in sorted(stated - years):
                yield f"table {name}: speaks of {year}, which the scenario does not plan for"
    for table in ("assignments", "paths", "traffic"):
        for state in sorted({key[:3] for key in e.rows(table)} - states):
            if state[0] in years:
                told = _key((state[0], state[1].key, state[2]))
                yield f"table {table}: speaks of {told}, no state of the scenario"


def names_are_known(e: Evidence) -> Iterator[str]:
    """Paths speak of sites and links that exist and of demands that somebody has."""
    sites, links = e.inputs.topology.sites, e.inputs.topology.links
    for flow in e.flows:
        if flow.is_compute and flow.end not in sites:
            yield f"{flow}: there is no site {flow.end}"
        for name in flow.links:
            if name not in links:
                yield f"{flow}: there is no link {name}"
        if flow.part not in e.parts or e.parts[flow.part].is_compute != flow.is_compute:
            asked = f"{flow.part[0]}/{flow.workload} comes from {flow.origin}"
            goes = f"{flow.workload} goes from {flow.origin} to {flow.end}"
            yield f"{flow}: no demand {asked if flow.is_compute else goes}"


def builds_are_known(e: Evidence) -> Iterator[str]:
    """Everything built is an expansion of a site or a link, in its unit, or a project, whole and in its year."""
    topology = e.inputs.topology
    for (year, asset, number), row in e.rows("builds").items():
        prefix, _, name = asset.partition(":")
        if prefix == "project":
            yield from _project_faults(e, year, name, number, row)
            continue
        built = topology.sites.get(name) if prefix == "site" else topology.links.get(name) if prefix == "link" else None
        if built is None or not 0 <= number < len(built.expansion):
            yield f"{year}: {asset} has no expansion {number} to be built"
        elif row["unit"] != (unit := "PFLOPS" if prefix == "site" else "Gbps"):
            yield f"{year}: expansion {number} of {asset} is built in '{row['unit']}', which is counted in {unit}"


def _project_faults(e: Evidence, year: int, name: str, number: int, row: dict[str, Any]) -> Iterator[str]:
    project = e.inputs.topology.projects.get(name)
    if project is None:
        yield f"{year}: there is no project {name} to be built"
    elif year != (right := project_year(project, e.years)):
        yield f"{year}: project {name} is built in {right}"
    elif number != 0 or row["unit"] != "project" or differs(row["added"], 1.0):
        yield f"{year}: project {name} is built whole, once: expansion 0, 1 project"


def rows_are_complete(e: Evidence) -> Iterator[str]:
    """Sites, links that stand, demands, rates and failures have a row for every year; what does not exist has none."""
    links, supply = e.inputs.topology.links, e.supply
    asked = {(row.origin, row.to, row.workload) for row in e.inputs.demand.demands}
    known: dict[str, set[tuple[Any, ...]]] = {
        "sites": {(year, name) for year in e.years for name in e.inputs.topology.sites},
        "links": {(year, name) for year in e.years for name in links},
        "demands": {(year, origin, work) for year in e.years for origin, to, work in asked if to is None},
        "rates": {(year, *key) for year in e.years for key in asked if key[1] is not None},
        "failures": {(year, name) for year in e.years for name in e.failures if name != INTACT},
    }
    for table, keys in known.items():
        found = set(e.rows(table))
        for key in sorted(keys - found):
            if table != "links" or supply.stands(links[key[1]], key[0]):
                yield f"table {table}: the row {_key(key)} is missing"
        for key in sorted(found - keys):
            yield f"table {table}: the row {_key(key)} stands for nothing in the inputs"


def _key(key: object) -> str:
    return "/".join(map(str, key)) if isinstance(key, tuple) else str(key)


FOUNDATIONS: tuple[Callable[[Evidence], Iterator[str]], ...] = (
    tables_are_whole,
    numbers_are_sound,
    states_are_known,
    names_are_known,
    builds_are_known,
    rows_are_complete,
)
"""Rules in order: the first that is broken ends the check, for the others would stumble."""
