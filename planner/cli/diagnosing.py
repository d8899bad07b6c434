"""``planner verify`` and ``planner doctor``: whether a run is right, and whether what is there counts right."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import FOLDER, json_option
from planner.version import EXTRAS, LIBRARIES, library_versions

if TYPE_CHECKING:
    from planner.engine.doctor import SolverReport
    from planner.engine.sizes import Size


WIDE = ": a million times apart and more; the least may be lost in rounding"
WORDS = {True: "right", False: "WRONG", None: "-"}


@click.command(short_help="List the solvers and prove each one; show the sizes of a scenario's figures.")
@click.argument("scenario", required=False, type=click.Path(path_type=Path))
@json_option
@click.pass_context
def doctor(ctx: click.Context, scenario: Path | None, as_json: bool) -> None:
    """List solvers with their versions, and prove each one on small programmes whose answers are known.

    Optimum, prices and whole steps are all compared. Exit code 1 if the default solver fails.

    With a SCENARIO also: how large its figures are, the units in which solvers see them, and what is lost in rounding.
    """
    sizes = _sizes(scenario)
    reports = planner.examine_solvers()
    versions = {"planner": planner.__version__, **library_versions((*LIBRARIES, *EXTRAS))}
    healthy = all(report.works for report in reports if report.is_default)
    if as_json:
        solvers = [asdict(report) | {"works": report.works, "default": report.is_default} for report in reports]
        seen = {"sizes": [asdict(size) | {"is_wide": size.is_wide} for size in sizes]} if sizes else {}
        click.echo(json.dumps({"healthy": healthy, "versions": versions, "solvers": solvers} | seen, indent=2))
    else:
        click.echo("\n".join([*_lines(reports, versions, healthy=healthy), *_size_lines(sizes)]))
    ctx.exit(0 if healthy else 1)


def _lines(reports: list[SolverReport], versions: dict[str, str], *, healthy: bool) -> list[str]:
    head = ", ".join(f"{name} {version}" for name, version in versions.items())
    table = _table([("solver", "version", "optimum", "prices", "steps", ""), *map(_row, reports)])
    last = "All is well with the default solver." if healthy else "The default solver FAILS: plans cannot be trusted."
    return [head, "", *table, "", last]


def _table(rows: list[tuple[str, ...]]) -> list[str]:
    """Write rows below each other, the last column as long as it is."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]) - 1)]
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=False)] for row in rows]
    return ["  ".join([*line, row[-1]]).rstrip() for line, row in zip(cells, rows, strict=True)]


def _sizes(scenario: Path | None) -> list[Size]:
    if scenario is None:
        return []
    from planner.engine.sizes import examine_sizes

    return examine_sizes(planner.load_scenario(scenario))


def _size_lines(sizes: list[Size]) -> list[str]:
    """Show the figures of a scenario as solvers see them."""
    if not sizes:
        return []
    rows = [
        (size.quantity, _figure(size.least), _figure(size.greatest), f"{size.unit:g}", f"{size.rounding:.1g}",
         f"{size.measure}{WIDE if size.is_wide else ''}")
        for size in sizes
    ]  # fmt: skip
    return ["", *_table([("figures of the scenario", "least", "greatest", "seen in", "rounding", ""), *rows])]


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _row(report: SolverReport) -> tuple[str, ...]:
    name = f"{report.name} (default)" if report.is_default else report.name
    if not report.installed:
        return (name, "-", "-", "-", "-", "not installed")
    checks = (WORDS[each] for each in (report.optimum_right, report.prices_right, report.steps_right))
    return (name, report.version or "?", *checks, report.trouble)


@click.command(short_help="Check a run without any solver.")
@click.argument("run", type=FOLDER, metavar="RUN")
@json_option
@click.pass_context
def verify(ctx: click.Context, run: Path, as_json: bool) -> None:
    """Recompute loads, latencies, rules and cost of the run folder RUN from its inputs and tables, without a solver.

    Says ok, or every fault in a line; exit code 1 if there is any.
    """
    faults = list(planner.verify_run(run))
    if as_json:
        click.echo(json.dumps({"run": str(run), "ok": not faults, "faults": faults}, indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(faults) if faults else f"ok: {run}")
    ctx.exit(1 if faults else 0)
