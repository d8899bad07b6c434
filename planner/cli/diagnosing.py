"""``planner doctor``: what is there, and whether it counts right."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import json_option
from planner.version import EXTRAS, LIBRARIES, library_versions

if TYPE_CHECKING:
    from planner.engine.doctor import SolverReport

WORDS = {True: "right", False: "WRONG", None: "-"}


@click.command(short_help="List the solvers and prove each one.")
@json_option
@click.pass_context
def doctor(ctx: click.Context, as_json: bool) -> None:
    """List solvers with their versions, and prove each one on small programmes whose answers are known.

    Optimum, prices and whole steps are all compared. Exit code 1 if the default solver fails.
    """
    reports = planner.examine_solvers()
    versions = {"planner": planner.__version__, **library_versions((*LIBRARIES, *EXTRAS))}
    healthy = all(report.works for report in reports if report.is_default)
    if as_json:
        solvers = [asdict(report) | {"works": report.works, "default": report.is_default} for report in reports]
        click.echo(json.dumps({"healthy": healthy, "versions": versions, "solvers": solvers}, indent=2))
    else:
        click.echo("\n".join(_lines(reports, versions, healthy=healthy)))
    ctx.exit(0 if healthy else 1)


def _lines(reports: list[SolverReport], versions: dict[str, str], *, healthy: bool) -> list[str]:
    head = ", ".join(f"{name} {version}" for name, version in versions.items())
    rows = [("solver", "version", "optimum", "prices", "steps", ""), *map(_row, reports)]
    widths = [max(len(row[i]) for row in rows) for i in range(5)]
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=False)] for row in rows]
    table = ["  ".join([*line, row[-1]]).rstrip() for line, row in zip(cells, rows, strict=True)]
    last = "All is well with the default solver." if healthy else "The default solver FAILS: plans cannot be trusted."
    return [head, "", *table, "", last]


def _row(report: SolverReport) -> tuple[str, ...]:
    name = f"{report.name} (default)" if report.is_default else report.name
    if not report.installed:
        return (name, "-", "-", "-", "-", "not installed")
    checks = (WORDS[each] for each in (report.optimum_right, report.prices_right, report.steps_right))
    return (name, report.version or "?", *checks, report.trouble)
