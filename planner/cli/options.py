"""Arguments and options that several commands share, bundled."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import planner
from planner.latency import LATENCIES

if TYPE_CHECKING:
    from planner.report.language.speech import Language

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class Number(click.FloatRange):
    """A number in a range; NaN compares with nothing, so that a range alone would let it through."""

    name = "number"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or say in a line that it is none."""
        number: float = super().convert(value, param, ctx)
        if not isfinite(number):
            self.fail(f"{value} is no number to reckon with: write one such as 0.5", param, ctx)
        return number


SCENARIO_FILE = click.Path(path_type=Path, dir_okay=True)
FOLDER = click.Path(path_type=Path, file_okay=False)


def bundle(*decorators: Decorator) -> Decorator:
    """Return several decorators as one; options are listed in the order given."""
    return lambda function: reduce(lambda inner, decorate: decorate(inner), reversed(decorators), function)


def complete_variants(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Variants of the scenario already typed; click leaves it among the arguments while the line is not complete."""
    typed = ctx.params.get("scenario") or next(iter(ctx.args), None)
    if typed is None:
        return []
    try:
        scenario = planner.load_scenario(typed).scenario
    except planner.PlannerError:
        return []
    return sorted(name for name in scenario.variants if name.startswith(incomplete))


def complete_solvers(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Names of the solvers that the planner knows."""
    from planner.engine.solvers import SOLVERS

    return [name for name in SOLVERS if name.startswith(incomplete)]


scenario_options = bundle(
    click.argument("scenario", type=SCENARIO_FILE, metavar="S"),
    click.option(
        "--variant",
        metavar="V",
        shell_complete=complete_variants,
        help="Solve the scenario with the changes of this variant.",
    ),
    click.option(
        "--set",
        "overrides",
        multiple=True,
        metavar="PATH=VALUE",
        help="Change one value on top, by its dotted path into the scenario or its files, such as demand.scale=2 or"
        " links.khorgos-zharkent.capacity='2 Tbps'. May be given several times.",
    ),
)
"""Which question: the scenario S, its variant and further changes."""

all_variants_option = click.option(
    "--all-variants",
    is_flag=True,
    help="Solve the scenario and all its variants, each with its own run, and compare them in a table.",
)
"""Every variant, one after another."""

builds_option = click.option(
    "--builds",
    type=FOLDER,
    metavar="RUN",
    help="Take what the plan in the run folder RUN built as it is, and move only flows: what if demand is high after"
    " we built?",
)
"""What another plan built."""

solver_options = bundle(
    click.option(
        "--solver",
        default="highs",
        show_default=True,
        metavar="NAME",
        shell_complete=complete_solvers,
        help="PuLP solver that gets the final programme; 'planner doctor' lists them.",
    ),
    click.option(
        "--time-limit",
        type=Number(min=0, min_open=True),
        metavar="SECONDS",
        help="Stop after this many seconds with the best plan so far; with --all-variants, each of them.",
    ),
    click.option(
        "--gap",
        type=Number(min=0, max=1),
        metavar="G",
        help="Stop once the plan is proved to be within this share of the optimum, such as 0.01; default 1e-4 where"
        " something is whole (steps, sites, projects), 1e-7 where nothing is.",
    ),
)
"""How hard to try: solver, time limit and gap."""

write_lp_option = click.option(
    "--write-lp",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the final programme, with all paths found, to FILE, for any other solver: .lp or .mps.",
)
"""The programme as a file."""

run_options = bundle(
    click.option(
        "-o",
        "--output",
        "folder",
        type=FOLDER,
        metavar="DIR",
        help="Run folder to write, or the next free number after it; default: runs/SCENARIO[-VARIANT] here. With"
        " --all-variants the folder that all runs go into, in place of runs.",
    ),
    click.option("--force", is_flag=True, help="Write over the run that is there, in place of the next free number."),
    click.option("--no-run", is_flag=True, help="Write no run folder, only print."),
)
"""Where the run goes."""

jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that solve at once; default: as many as there are cores. The answer does not depend on it.",
)
"""How many at once."""

json_option = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print JSON and nothing else on stdout: one object, or a list of them where there are many results.",
)
"""Results for programs."""

loudness_options = bundle(
    click.option("-q", "--quiet", is_flag=True, help="No progress and no summary: print only the run folder's path."),
    click.option("-v", "--verbose", is_flag=True, help="Progress as plain lines, and every list in full."),
)
"""How much to say."""

latency_option = click.option(
    "--latency",
    type=click.Choice(LATENCIES),
    default="planning",
    show_default=True,
    help="How round trips are counted: as glass alone, as planning does, or as they are seen where networks meet"
    " elsewhere.",
)
"""By which rule round trips are counted."""

FORMATS = ("png", "svg", "pdf")
"""Formats of pictures, each an option of its own."""


def complete_languages(_ctx: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """Codes of the languages that reports are written in."""
    from planner.report.language.speech import LANGUAGES

    return [code for code in LANGUAGES if code.startswith(incomplete)]


def _speak(_ctx: click.Context, _: click.Parameter, code: str) -> Language:
    """Return the language before anything is solved in vain."""
    return planner.speak(code)


language_option = click.option(
    "--lang",
    "language",
    callback=_speak,
    default="en",
    show_default=True,
    envvar="PLANNER_LANG",
    show_envvar=True,
    metavar="CODE",
    shell_complete=complete_languages,
    help="Language of what is printed, pages and pictures: en, zh, ru, fr or ar.",
)
"""How the planner speaks."""

page_options = bundle(
    language_option,
    click.option(
        "--basemap",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Draw maps over the areas of this GeoJSON file, or over nothing with 'none'; default: the countries that"
        " come with the planner.",
    ),
)
"""How pages and pictures speak, and what their maps lie on."""

picture_options = bundle(
    *(
        click.option(f"--{name}", is_flag=True, help=f"Draw pictures as {name.upper()} in place of the page.")
        for name in FORMATS
    )
)
"""Pictures in place of a page."""
