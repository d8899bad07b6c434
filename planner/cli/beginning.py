"""``planner new``, ``planner cases`` and ``planner schema``: what one begins with, and the format of the files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

import planner
from planner.cli.options import FOLDER, json_option

if TYPE_CHECKING:
    from planner.files.project.cases import Case


def complete_cases(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Ids of the cases."""
    return [name for name in planner.load_cases() if name.startswith(incomplete)]


@click.command(short_help="Write a small commented project that solves, or a case as one.")
@click.argument("folder", type=FOLDER, metavar="DIR")
@click.option(
    "--name", metavar="ID", help="Id of the scenario, the topology and the demand; default: the folder's name."
)
@click.option(
    "--from",
    "case",
    metavar="CASE",
    shell_complete=complete_cases,
    help="Copy this case with its maps and demands in place of the small project; 'planner cases' lists them.",
)
def new(folder: Path, name: str | None, case: str | None) -> None:
    """Write a small project into the new folder DIR: a topology, a demand and a scenario, with a comment for every key.

    With --from it is a case that comes with the planner, with its maps, demands and variants. Either solves as it is.
    The folder holds the schemas too, so that editors complete and explain every key.
    """
    if case is not None and name is not None:
        raise click.UsageError("--name belongs to the small project: a case keeps the names of its files")
    for file in planner.write_project(folder, name) if case is None else planner.write_case(folder, case):
        click.echo(file)
    click.echo(f"Solve it with: planner solve {folder / 'scenario.yaml'}", err=True)


@click.command(short_help="List the cases that come with the planner, with their questions.")
@json_option
def cases(*, as_json: bool) -> None:
    """List the cases that come with the planner: scenarios that solve as they are, each with its question.

    \b
    planner cases
    planner new my-nepal --from nepal-classrooms
    planner solve my-nepal/scenario.yaml --all-variants
    """  # noqa: D301
    found = planner.load_cases().values()
    if as_json:
        click.echo(json.dumps([_summary(case) for case in found], ensure_ascii=False, indent=2))
        return
    from planner.report.catalogue import print_cases

    print_cases(found)


def _summary(case: Case) -> dict[str, str]:
    """Return a case for programs; its scenario as seen from here where it lies below."""
    here = Path.cwd()
    scenario = case.scenario.relative_to(here) if case.scenario.is_relative_to(here) else case.scenario
    return {"id": case.id, "scenario": str(scenario), "question": case.question, "system": case.system}


SORTS = ("topology", "demand", "scenario", "spec")


@click.command(short_help="Print the format of a sort of files as JSON Schema, for editors.")
@click.argument("sort", type=click.Choice(SORTS), metavar="SORT")
def schema(sort: str) -> None:
    """Print the format of a SORT of files, topology, demand, scenario or spec, as JSON Schema (draft 2020-12).

    Every key has its description, unit and example. An editor that speaks to the YAML language server shows them, and
    completes keys, where the first line of a file names the schema:

    \b
    planner schema topology > topology.schema.json
    # yaml-language-server: $schema=topology.schema.json
    """  # noqa: D301
    from planner.builder.schema import spec_schema_text
    from planner.files.schema import schema_text

    click.echo(spec_schema_text() if sort == "spec" else schema_text(sort), nl=False)
