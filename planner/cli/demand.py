"""``planner demand build | show | check | diff``: from people and models to a demand file, and into one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.catalogue import complete_chips
from planner.cli.options import FOLDER, json_option

SPEC_FILE = click.Path(path_type=Path)
FUTURES = ("low", "base", "high")
BY = ("country", "workload", "year")
OUTSIDE = 1
"""Exit code where a benchmark lies outside its band."""

set_option = click.option(
    "--set",
    "overrides",
    multiple=True,
    metavar="PATH=VALUE",
    help="Change one value of the spec, by its path, such as countries.KZ.adults=0.6. May be given several times.",
)


@click.group(short_help="Build demands from people and models; look into demand files.")
def demand() -> None:
    """Build a demand file from people, users, models and policies; look into demand files.

    \b
    planner demand build demand/specs/central-asia-2030.yaml -o built
    planner demand build demand/specs/central-asia-2030.yaml --explain KZ/chat/2030
    planner demand check demand/specs/central-asia-2030.yaml
    planner demand show demand/2africa-2030.yaml --by workload
    planner demand diff demand/2africa-2030.yaml built/2africa-2030-base.yaml
    """  # noqa: D301


@demand.command(short_help="Build a demand file from a spec.")
@click.argument("spec", type=SPEC_FILE, metavar="SPEC")
@click.option(
    "-o", "--output", "folder", type=FOLDER, default=Path(), metavar="DIR", help="Folder to write to; default: here."
)
@click.option(
    "--future",
    type=click.Choice([*FUTURES, "all"]),
    default="base",
    show_default=True,
    help="Which future: tokens, growth, adoption and utilisation together low, in the middle or high; or all three.",
)
@click.option(
    "--explain", "key", metavar="KEY", help="Write nothing, and print every step of one figure: KZ/chat/2030."
)
@click.option("--name", metavar="ID", help="Name of the demand and its files; default: ID-FUTURE of the spec.")
@set_option
@click.option("--force", is_flag=True, help="Write over files that are there.")
@json_option
@click.option("-q", "--quiet", is_flag=True, help="Print only the paths of the files.")
def build(
    spec: Path,
    *,
    folder: Path,
    future: str,
    name: str | None,
    key: str | None,
    overrides: tuple[str, ...],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> None:
    """Build a demand file from the SPEC of people, users, models and policies.

    Writes ID-FUTURE.yaml (the workloads, their traffic worked out), ID-FUTURE.csv (the demands) and
    ID-FUTURE.explain.json (every step of every figure); with --name NAME instead of ID-FUTURE.
    """
    from planner.builder.benchmarks import check_spec
    from planner.report.building import explain, print_build, print_explanation, summarise_build

    read = planner.load_spec(spec, overrides=overrides)
    builds = [planner.build_demand(read, each) for each in (FUTURES if future == "all" else (future,))]
    if key is not None:
        told = [explain(built, key) for built in builds]
        if as_json:
            _print_json(told[0] if len(told) == 1 else told)
        else:
            for built in builds:
                print_explanation(built, key)
        return
    files = planner.write_demand(builds, folder, name=name, force=force)
    if quiet and not as_json:
        click.echo("\n".join(map(str, files)))
        return
    from planner.builder.building import spread

    if as_json:
        _print_json(summarise_build(builds, files, spread(read)))
    else:
        checked = next((each for each in builds if each.future == "base"), builds[0])
        print_build(builds, files, spread(read), check_spec(checked))


@demand.command(short_help="Show a demand file in PFLOPS, Gbps, cards and GWh.")
@click.argument("file", type=SPEC_FILE, metavar="FILE")
@click.option("--by", type=click.Choice(BY), default="country", show_default=True, help="What to sum by.")
@click.option(
    "--chip",
    default="h100",
    show_default=True,
    metavar="ID",
    shell_complete=complete_chips,
    help="Cards of which chip.",
)
@json_option
def show(file: Path, *, by: Any, chip: str, as_json: bool) -> None:
    """Show what the demand FILE asks for: mean and peak PFLOPS, Gbps, cards of a chip and GWh a year."""
    from planner.builder.tallies import tally_demand
    from planner.report.building import print_tallies, summarise_tallies

    found = planner.load_demand(file)
    tallies = tally_demand(found, by, planner.find_chip(chip))
    if as_json:
        _print_json({"by": by, "chip": chip, "sums": summarise_tallies(tallies)})
    else:
        print_tallies(f"{file}: demand by {by}", tallies, by, chip)


@demand.command(short_help="Check the formulas, and a spec, against published figures.")
@click.argument("spec", type=SPEC_FILE, metavar="[SPEC]", required=False)
@set_option
@json_option
@click.pass_context
def check(ctx: click.Context, /, spec: Path | None, *, overrides: tuple[str, ...], as_json: bool) -> None:
    """Check the formulas, and with a SPEC its build, against published figures; exit code 1 outside the bands."""
    from planner.builder.benchmarks import check_formulas, check_spec
    from planner.report.building import print_checks, summarise_checks

    checks = check_formulas()
    if spec is not None:
        checks += check_spec(planner.build_demand(planner.load_spec(spec, overrides=overrides)))
    if as_json:
        _print_json(summarise_checks(checks))
    else:
        print_checks(checks)
    ctx.exit(0 if all(each.holds for each in checks) else OUTSIDE)


@demand.command(short_help="Show two demand files side by side.")
@click.argument("first", type=SPEC_FILE, metavar="A")
@click.argument("second", type=SPEC_FILE, metavar="B")
@click.option("--by", type=click.Choice([*BY, "row"]), default="row", show_default=True, help="What to sum by.")
@json_option
def diff(first: Path, second: Path, *, by: Any, as_json: bool) -> None:
    """Show the demand files A and B side by side, with the ratio of B to A."""
    from planner.builder.tallies import compare_demands, sum_differences
    from planner.report.building import print_differences, summarise_differences

    found = compare_demands(planner.load_demand(first), planner.load_demand(second))
    if by != "row":
        found = sum_differences(found, by)
    if as_json:
        _print_json({"first": str(first), "second": str(second), "by": by, "amounts": summarise_differences(found)})
    else:
        print_differences((str(first), str(second)), found)


def _print_json(found: Any) -> None:
    click.echo(json.dumps(found, allow_nan=False, indent=2, ensure_ascii=False))
