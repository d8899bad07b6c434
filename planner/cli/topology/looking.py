"""``planner topology validate | show | stats | check-latency``: look at topology files without changing them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import Number, json_option, language_option, latency_option
from planner.cli.warning import warning_line
from planner.errors import few_alike

if TYPE_CHECKING:
    from planner.errors import Fault
    from planner.latency import Latency
    from planner.report.language.speech import Language

FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
YEAR = click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    help="Year to look at; default: the first in which all that is said to operate does.",
)
BAD_INPUT = 2
BELOW_GOAL = 1


@click.command(short_help="Check topology files: every fault and warning with its place.")
@FILES
@click.option("--strict", is_flag=True, help="Take warnings for faults: exit with 2 where there is any.")
@click.option("--together", is_flag=True, help="Merge the files first, as a scenario does; default: each by itself.")
@json_option
@click.pass_context
def validate(ctx: click.Context, /, *, files: tuple[Path, ...], strict: bool, together: bool, as_json: bool) -> None:
    """Check each topology FILE and print every fault and warning as file:line:column, with what would be right.

    Warnings are what may be and looks wrong: nodes without a link, coordinates outside the country, links shorter than
    the great circle, capacities beyond any system of the kind, records without a source.

    Exit code 2 where there is a fault, or with --strict a warning.
    """
    checked = [planner.check_topology(*group) for group in ([files] if together else [(file,) for file in files])]
    faults = [fault for found, _ in checked for fault in found]
    warnings = [warning for _, found in checked for warning in found]
    if as_json:
        listed = [_fault_record(fault, "fault") for fault in faults] + [
            _fault_record(fault, "warning") for fault in warnings
        ]
        click.echo(json.dumps(listed, indent=2, ensure_ascii=False))
    else:
        _print_alike(faults, str)
        _print_alike(warnings, warning_line)
        if not faults and not warnings:
            click.echo(f"ok: {', '.join(map(str, files))}")
    ctx.exit(BAD_INPUT if faults or (strict and warnings) else 0)


def _print_alike(faults: Sequence[Fault], line: Callable[[Fault], str]) -> None:
    """Print faults or warnings, of one kind only the first ones."""
    for fault, more in few_alike(faults):
        click.echo(line(fault))
        if more:
            click.echo(f"and {more:,} more of this kind, see --json")


def _fault_record(fault: Fault, severity: str) -> dict[str, object]:
    place = fault.place
    found = {"file": place.file, "line": place.line, "column": place.column, "severity": severity}
    return {**found, "where": fault.where, "what": fault.what, "right": fault.right}


@click.command(short_help="Show what topology files hold, and round trips between places.")
@FILES
@YEAR
@click.option(
    "--between",
    "pairs",
    nargs=2,
    multiple=True,
    metavar="A B",
    help="Print the quickest way from A to B, nodes or site:ids, in place of the summary. May be given several times.",
)
@latency_option
@click.option("-v", "--verbose", is_flag=True, help="Every row of every table, and tables of nodes and cables.")
@language_option
@json_option
def show(
    *,
    files: tuple[Path, ...],
    year: int | None,
    pairs: tuple[tuple[str, str], ...],
    latency: Latency,
    verbose: bool,
    language: Language,
    as_json: bool,
) -> None:
    """Show what each topology FILE holds, merged: counts, sites, links, degrees, diameter.

    With --between A B the quickest way between two places, step by step, with what glass allows and what is seen today.
    """
    topology = planner.load_topology(*files)
    overview = planner.survey(topology, year, latency)
    routes = [planner.find_route(topology, *pair, year, latency) for pair in pairs]
    if as_json:
        click.echo(json.dumps(planner.summarise_topology(topology, overview, routes), indent=2, ensure_ascii=False))
    elif routes:
        for number, route in enumerate(routes):
            if number:
                click.echo()
            planner.print_route(topology, route, language=language)
    else:
        planner.print_topology(topology, overview, full=verbose, language=language)


@click.command(short_help="Who is cut off if a link, cable, risk or node fails alone.")
@FILES
@YEAR
@click.option("-v", "--verbose", is_flag=True, help="Every row of every table.")
@language_option
@json_option
def stats(*, files: tuple[Path, ...], year: int | None, verbose: bool, language: Language, as_json: bool) -> None:
    """Fail every link, cable, risk and node of each topology FILE, merged, alone and print who is cut off, by country.

    Then how each country hangs on the others: its links abroad, and the fewest whose loss leaves it no way to compute
    abroad. Then the bridges, links without a way around.
    """
    topology = planner.load_topology(*files)
    found = planner.study_cuts(topology, year)
    if as_json:
        click.echo(json.dumps(planner.summarise_cuts(topology, found), indent=2, ensure_ascii=False))
    else:
        planner.print_cuts(found, full=verbose, language=language)


@click.command("check-latency", short_help="Compare round trips with measured ones: how many are right, and why not.")
@FILES
@click.option(
    "--measured",
    type=click.Path(path_type=Path),
    required=True,
    metavar="P.csv",
    help="Measured round trips: columns a, b, ms, and where known year, kind and source.",
)
@latency_option
@click.option(
    "--goal",
    type=Number(min=0, max=1),
    default=0.8,
    show_default=True,
    metavar="SHARE",
    help="Share of the pairs that has to be right to a quarter of what was measured; below it the exit code is 1.",
)
@click.option(
    "--year",
    type=click.IntRange(1900, 2200),
    help="Year of the network; default: for each pair that in which it was measured.",
)
@click.option("-v", "--verbose", is_flag=True, help="Every pair, the right ones too.")
@language_option
@json_option
@click.pass_context
def check_latency(
    ctx: click.Context,
    /,
    *,
    files: tuple[Path, ...],
    measured: Path,
    latency: Latency,
    goal: float,
    year: int | None,
    verbose: bool,
    language: Language,
    as_json: bool,
) -> None:
    """Compare the round trips that each topology FILE, merged, gives with measured ones.

    Prints how many pairs are right to a quarter, the median error, and the worst pairs with what their quickest way
    tells of the cause. A pair of which the topology lacks a place is told and left out.

    Exit code 1 where fewer pairs than the goal are right.
    """
    check = planner.check_latency(planner.load_topology(*files), measured, latency, year)
    if as_json:
        click.echo(json.dumps(planner.summarise_latency_check(check), indent=2, ensure_ascii=False))
    else:
        planner.print_latency_check(check, full=verbose, language=language)
    if check.share < goal:
        click.echo(f"below the goal of {100 * goal:g} %", err=True)
        ctx.exit(BELOW_GOAL)
