"""``planner catalogue list | show | convert | cards``: the accelerators, and what a published figure means in them."""

from __future__ import annotations

import json
from typing import Any

import click

import planner
from planner.cli.options import json_option


def complete_chips(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Ids of the catalogue."""
    return [name for name in planner.load_catalogue() if name.startswith(incomplete)]


chips_option = click.option(
    "--chip",
    "chips",
    multiple=True,
    metavar="ID",
    shell_complete=complete_chips,
    help="A chip of the catalogue, by its id. May be given several times.",
)


@click.group(short_help="Look up accelerators, and what a published PFLOPS means in them.")
def catalogue() -> None:
    """Look up accelerators, and what a published PFLOPS means in them: cards, megawatts and money.

    \b
    planner catalogue list
    planner catalogue show ascend-910c
    planner catalogue convert '2 EFLOPS fp8 sparse'
    planner catalogue cards 2000P --chip ascend-910c
    """  # noqa: D301


@catalogue.command("list", short_help="List the accelerators with their peaks, power and price.")
@json_option
def list_chips(*, as_json: bool) -> None:
    """List every accelerator of the catalogue with its peaks, memory, power and latest price."""
    from planner.report.catalogue import print_catalogue, summarise_chip

    if as_json:
        _print_json({"accelerators": [summarise_chip(chip) for chip in planner.load_catalogue().values()]})
    else:
        print_catalogue()


@catalogue.command(short_help="Show all that is known of an accelerator, with its sources.")
@click.argument("name", metavar="ID", shell_complete=complete_chips)
@json_option
def show(name: str, *, as_json: bool) -> None:
    """Show all that the catalogue knows of the accelerator ID, with its sources and how sure it is."""
    from planner.report.catalogue import print_chip, summarise_chip

    chip = planner.find_chip(name)
    if as_json:
        _print_json(summarise_chip(chip))
    else:
        print_chip(chip)


@catalogue.command(short_help="Show what a published figure of compute may mean.")
@click.argument("text", metavar="AMOUNT")
@chips_option
@json_option
def convert(text: str, chips: tuple[str, ...], *, as_json: bool) -> None:
    """Show what a published AMOUNT of compute may mean: dense BF16, FP16 with sparsity, FP8 and so on.

    An AMOUNT is a number with its unit and, where it is known, its precision: '2000P', '2 EFLOPS fp8 sparse',
    '800 TOPS int8 dense'. Each meaning is told in dense BF16 PFLOPS by the general rule, and in cards, systems,
    megawatts and money of the chips given, by default of a few typical ones, by each chip's own factors.
    """
    from planner.report.catalogue import print_readings, summarise_readings

    quoted, readings = planner.read_compute(text, chips)
    if as_json:
        _print_json(summarise_readings(quoted, readings))
    else:
        print_readings(quoted, readings, list(readings[0].counts))


@catalogue.command(short_help="Count the cards that an amount of compute takes.")
@click.argument("text", metavar="AMOUNT")
@chips_option
@json_option
def cards(text: str, chips: tuple[str, ...], *, as_json: bool) -> None:
    """Count the cards, systems, megawatts and money that an AMOUNT of compute takes, of each chip or of those given.

    An AMOUNT without a precision, such as '2000P', is dense BF16; '2 EFLOPS fp8 sparse' is converted by each chip's own
    factors, and chips without such a precision are left out.
    """
    from planner.report.catalogue import print_counts, summarise_count

    counts = planner.count_cards_for(text, chips)
    if as_json:
        _print_json({"text": text, "chips": [summarise_count(count) for count in counts]})
    else:
        print_counts(f"{text} in cards", counts)


def _print_json(found: dict[str, Any]) -> None:
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
