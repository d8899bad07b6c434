"""``planner topology add-node, add-site, add-link, add-cable, set, remove, rename, cut``: edits that keep layout."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

import planner
from planner.cli.options import Decorator, bundle
from planner.cli.topology.shown import FILE, dry_run_option, edit_options, finish, json_option
from planner.errors import UsageError

file_argument = click.argument("file", type=FILE, metavar="FILE")
id_argument = click.argument("name", metavar="ID")

LISTS = frozenset({"route", "serves", "offers", "usable_by"})
"""Keys whose values are given on the command line with commas between them."""


def field(key: str, metavar: str, help_: str) -> Decorator:
    """Return the option of a field, named like its key."""
    return click.option(f"--{key.replace('_', '-')}", f"field_{key}", metavar=metavar, help=help_)


remarks = bundle(
    field("source", "ID", "Where it comes from: an id in sources."),
    field("confidence", "WORD", "verified, estimated or assumed."),
    field("note", "TEXT", "A remark."),
    click.option(
        "--field",
        "more",
        multiple=True,
        metavar="KEY=VALUE",
        help="Any other field, dotted where it lies deeper: names.zh=..., expansion='[{max: 1 Tbps}]'.",
    ),
)
"""What every record may say."""

times = bundle(
    field("from", "YEAR", "First year of service."),
    field("until", "YEAR", "Last year of service."),
    field("project", "ID", "The project without which it does not exist."),
)
"""When it is there."""

carried = bundle(
    field("capacity", "RATE", "Capacity of each direction, such as '800 Gbps' or '{2026: 1 Tbps, 2030: 2 Tbps}'."),
    field("committed", "RATE", "Already taken by other traffic, in each direction."),
    field("transit", "PRICE", "Price of use, such as '2000 USD/Gbps/year'."),
    field("usable_by", "CC,CC", "Countries whose traffic may use it; default: everybody's."),
    field("duplex", "WORD", "full or half."),
)
"""What links and cables share."""


def _add(section: str, file: Path, name: str, options: dict[str, Any]) -> None:
    """Add a record of the fields among the options of a command, and finish."""
    fields: dict[str, Any] = {}
    for option, value in options.items():
        key = option.removeprefix("field_")
        if option.startswith("field_") and value not in (None, ()):
            fields[key] = _words(value) if key in LISTS else value
    for text in options["more"]:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise UsageError(f"'--field {text}' is not of the form key=value, such as access_rtt='12 ms'")
        fields[key.strip()] = value
    editor = planner.edit_topology(file, beside=options["beside"])
    editor.add(section, name, fields)
    finish(editor, dry_run=options["dry_run"], as_json=options["as_json"])


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.strip("[]").split(",") if word.strip()]


@click.command("add-node", short_help="Add a place to a topology.")
@file_argument
@id_argument
@field("name", "TEXT", "What people call it.")
@field("country", "CC", "The country it lies in, two letters.")
@field("lat", "DEGREES", "Latitude, degrees north.")
@field("lon", "DEGREES", "Longitude, degrees east.")
@field("timezone", "ZONE", "Time zone, such as Asia/Almaty; needed where a profile is not flat.")
@field("weight", "NUMBER", "Share of its country's demand, relative to the country's other nodes.")
@field("access_rtt", "TIME", "Round-trip time from the users to the node, such as '12 ms'.")
@remarks
@edit_options
def add_node(file: Path, name: str, **options: Any) -> None:
    """Add the node ID to the topology FILE: a city, a landing, an exchange point.

    \b
    planner topology add-node topologies/asia.yaml osh-2 --name 'Osh 2' --country KG --lat 40.53 --lon 72.80

    The diff is shown first, the result is checked, comments and all other lines stay; 'planner topology undo' takes
    it back.
    """  # noqa: D301
    _add("nodes", file, name, options)


@click.command("add-site", short_help="Add a data centre to a topology.")
@file_argument
@id_argument
@field("name", "TEXT", "What people call it.")
@field("node", "ID", "The node it stands at.")
@field("status", "WORD", "operating, building, planned or candidate.")
@field("compute", "AMOUNT", "Installed compute, such as '800 PFLOPS' or '{2026: 0 PFLOPS, 2030: 800 PFLOPS}'.")
@field("precision", "WORD", "The precision in which its figures are quoted: bf16, fp8, ...")
@field("power", "POWER", "Limit at the meter, such as '30 MW'.")
@field("pue", "NUMBER", "Power at the meter per IT power.")
@field("watts", "POWER", "IT power per compute, such as '1.5 kW/PFLOPS'.")
@field("electricity", "PRICE", "Tariff, such as '0.05 USD/kWh'.")
@field("carbon", "INTENSITY", "Carbon intensity, such as '650 g/kWh'.")
@field("water", "USE", "Water for cooling, such as '1.8 L/kWh'.")
@field("opex", "PRICE", "Yearly cost in use, such as '2250 USD/PFLOPS/year'.")
@field("fixed_cost", "PRICE", "Yearly cost if anything is served there, such as '2 MUSD/year'.")
@field("serves", "WORD,WORD", "Kinds of work it takes: inference, training.")
@field("offers", "WORD,WORD", "What its machines can do, such as cuda,fp64.")
@field("expansion", "LIST", "Ways to add compute, such as '[{max: 500 PFLOPS, capex: 60 kUSD/PFLOPS}]'.")
@times
@remarks
@edit_options
def add_site(file: Path, name: str, **options: Any) -> None:
    """Add the site ID to the topology FILE: a data centre at a node, with one kind of machine.

    \b
    planner topology add-site topologies/asia.yaml osh-hall --node osh --status candidate --from 2028 \\
        --compute '0 PFLOPS' --expansion '[{max: 500 PFLOPS, capex: 60 kUSD/PFLOPS}]'
    """  # noqa: D301
    _add("sites", file, name, options)


@click.command("add-link", short_help="Add a link between two nodes.")
@file_argument
@id_argument
@click.option("--ends", "field_ends", nargs=2, metavar="A B", help="The two nodes.")
@field("name", "TEXT", "What people call it.")
@field("kind", "WORD", "terrestrial, submarine, microwave or satellite.")
@field("length", "LENGTH", "Length of the route, such as '360 km'; default: worked out.")
@field("rtt", "TIME", "Round-trip time, such as '3.9 ms'; default: worked out.")
@carried
@field("expansion", "LIST", "Ways to add capacity, such as '[{step: 400 Gbps, max: 9.6 Tbps, capex: 1.1 MUSD/step}]'.")
@times
@remarks
@edit_options
def add_link(file: Path, name: str, **options: Any) -> None:
    """Add the link ID to the topology FILE: a fibre span between two nodes.

    \b
    planner topology add-link topologies/asia.yaml osh-kashgar --ends osh kashgar --kind terrestrial \\
        --capacity '400 Gbps'
    """  # noqa: D301
    options["field_ends"] = list(options["field_ends"]) if options["field_ends"] else None
    _add("links", file, name, options)


@click.command("add-cable", short_help="Add a cable: a route with branches.")
@file_argument
@id_argument
@field("name", "TEXT", "What people call it.")
@field("kind", "WORD", "Kind of its segments; default: submarine.")
@field("route", "A,B,C", "Its landings in order, with commas.")
@click.option(
    "--branch", "branches", multiple=True, metavar="B,X,Y", help="A branch off the route, from where it leaves."
)
@carried
@times
@remarks
@edit_options
def add_cable(file: Path, name: str, branches: tuple[str, ...], **options: Any) -> None:
    """Add the cable ID to the topology FILE; each neighbouring pair of landings is a link.

    \b
    planner topology add-cable topologies/asia.yaml caspian-2 --capacity '4 Tbps' --route aktau,baku
    """  # noqa: D301
    options["field_branches"] = [_words(branch) for branch in branches] or None
    _add("cables", file, name, options)


@click.command("set", short_help="Set one value of a topology.")
@file_argument
@click.argument("path", metavar="PATH")
@click.argument("value", metavar="VALUE")
@edit_options
def set_(*, file: Path, path: str, value: str, beside: tuple[Path, ...], dry_run: bool, as_json: bool) -> None:
    """Set the value at the dotted PATH in the topology FILE, as in a scenario's variants; an empty VALUE takes it away.

    \b
    planner topology set asia.yaml links.khorgos-zharkent.capacity '{2026: 1 Tbps, 2030: 4 Tbps}'
    planner topology set asia.yaml links.2africa:genoa--marseille.length '460 km'
    planner topology set asia.yaml sites.changji.expansion.0.max '4 EFLOPS'
    planner topology set asia.yaml projects.khorgos-4 '{title: Fourth cable, capex: 12 MUSD}'
    """  # noqa: D301
    editor = planner.edit_topology(file, beside=beside)
    editor.set(path, value)
    finish(editor, dry_run=dry_run, as_json=as_json)


@click.command(short_help="Remove records from a topology.")
@file_argument
@click.argument("things", nargs=-1, required=True, metavar="THING...")
@click.option(
    "--cascade",
    is_flag=True,
    help="Remove what refers to them too: sites and links of a node, things that need a project, entries of risks; a"
    " cable is parted where a landing goes.",
)
@edit_options
def remove(
    *, file: Path, things: tuple[str, ...], cascade: bool, beside: tuple[Path, ...], dry_run: bool, as_json: bool
) -> None:
    """Remove each THING (node:x, site:x, link:x, cable:x, risk:x, project:x, source:x) from the topology FILE.

    Refused, with every place that would be left without what it names, unless --cascade is given. A comment above a
    record goes with it, unless it may be the heading of those that follow.
    """
    editor = planner.edit_topology(file, beside=beside)
    editor.remove(*things, cascade=cascade)
    finish(editor, dry_run=dry_run, as_json=as_json)


@click.command(short_help="Give a record another id, everywhere.")
@file_argument
@click.argument("thing", metavar="THING")
@click.argument("new", metavar="NEW")
@click.option(
    "--also",
    multiple=True,
    type=FILE,
    metavar="FILE",
    help="A demand, scenario or topology that names the record too. A demand's table comes along. May be given several"
    " times.",
)
@edit_options
def rename(
    *, file: Path, thing: str, new: str, also: tuple[Path, ...], beside: tuple[Path, ...], dry_run: bool, as_json: bool
) -> None:
    """Give THING (such as node:almaty) of the topology FILE the id NEW, with all references.

    \b
    planner topology rename asia.yaml node:almaty almaty-1 --also demand.yaml --also scenario.yaml
    """  # noqa: D301
    editor = planner.edit_topology(file, beside=beside)
    editor.rename(thing, new, also=also)
    finish(editor, dry_run=dry_run, as_json=as_json)


@click.command(short_help="Add a variant to a scenario in which things are cut.")
@click.argument("scenario", type=FILE, metavar="SCENARIO")
@click.argument("things", nargs=-1, required=True, metavar="THING...")
@click.option("--name", metavar="N", help="Name of the variant; default: without- and the ids.")
@click.option("--title", metavar="TEXT", help="Title of the variant.")
@dry_run_option
@json_option
def cut(
    *, scenario: Path, things: tuple[str, ...], name: str | None, title: str | None, dry_run: bool, as_json: bool
) -> None:
    """Add a variant to SCENARIO in which each THING (link:x, cable:y, link:2africa:genoa--marseille, ...) is gone.

    Of a risk (risk:z) everything is gone that it fails: its cables, links and sites.

    \b
    planner topology cut examples/2africa.yaml cable:2africa --name without-2africa
    planner solve examples/2africa.yaml --variant without-2africa
    """  # noqa: D301
    editor = planner.edit_scenario(scenario)
    editor.cut(*things, name=name, title=title)
    finish(editor, dry_run=dry_run, as_json=as_json)


COMMANDS = (add_node, add_site, add_link, add_cable, set_, remove, rename, cut)
"""The commands that change one thing."""
