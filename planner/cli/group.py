"""The group of all commands, and the one place where errors become lines."""

from __future__ import annotations

import os
import sys
from typing import Any

import click

import planner
from planner.cli.beginning import cases, new, schema
from planner.cli.catalogue import catalogue
from planner.cli.comparing import compare
from planner.cli.demand import demand
from planner.cli.diagnosing import doctor, verify
from planner.cli.explaining import alternatives, explain
from planner.cli.reporting import export, report
from planner.cli.sharing import share
from planner.cli.sizing import size
from planner.cli.solving import solve
from planner.cli.stressing import stress
from planner.cli.topology import topology
from planner.errors import CONTROL, InputError, PlannerError, is_speakable, shown
from planner.version import library_versions

BAD_USAGE = 2
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells count it."""
BROKEN_PIPE = 141
"""Exit code where whoever read our output has gone, as shells count it."""
BUG = f"This is a bug in planner {planner.__version__}, not in your files: please report it with the lines above."


class PlannerGroup(click.Group):
    """A group that turns the errors users can mend into lines, and says of all others that they are bugs."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse words in another encoding, such as names of files from old archives, before anything is done."""
        for word in args:
            if not is_speakable(word):
                click.echo(f"Error: {shown(word)} is no text in UTF-8: give the file or folder another name", err=True)
                ctx.exit(BAD_USAGE)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; see the class."""
        try:
            return super().invoke(ctx)
        except PlannerError as error:
            text = str(error) if isinstance(error, InputError) else f"Error: {error}"
            click.echo(CONTROL.sub("\ufffd", text), err=True)  # names of files come from others, too
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Aborted.", err=True)
            ctx.exit(INTERRUPTED)
        except BrokenPipeError:
            _leave_pipe()
            ctx.exit(BROKEN_PIPE)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            error.add_note(BUG)
            raise


def _tell_versions(ctx: click.Context, _: click.Parameter, asked: bool) -> None:
    """Print the planner's version in a line of its own, and below it those of Python and the libraries."""
    if asked and not ctx.resilient_parsing:
        stands_on = ", ".join(f"{name} {version}" for name, version in library_versions().items())
        click.echo(f"planner {planner.__version__}\n{stands_on}")
        ctx.exit()


@click.group(cls=PlannerGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_tell_versions,
    help="Show the versions of the planner and of what it stands on, and exit.",
)
def cli() -> None:
    """Plan shared AI computing across countries.

    How many PFLOPS, where, over which cables, for which country, at what cost, under whose data rules? Read a scenario
    (with its topology and demand), solve it, and keep the plan as a run.

    \b
    planner solve examples/central-asia-2000p.yaml
    planner solve examples/central-asia-2000p.yaml --variant mutual-recognition
    planner verify runs/central-asia-2000p

    Exit codes: 0 done, 1 a bug or a wrong plan, 2 bad input or usage, 3 infeasible, 4 stopped before the optimum was
    proved, 130 aborted.
    """  # noqa: D301


COMMANDS = (
    solve, explain, alternatives, size, share, stress, compare, verify, doctor, new, cases, schema, export, report,
    topology, demand, catalogue,
)  # fmt: skip
for command in COMMANDS:
    cli.add_command(command)


def _leave_pipe() -> None:
    """Point stdout to nowhere, so that Python does not fail once more when it flushes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
