"""``planner verify``: check a run without any solver."""

from __future__ import annotations

import json
from pathlib import Path

import click

import planner
from planner.cli.options import FOLDER, json_option


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
