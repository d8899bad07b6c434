"""Progress of a solve on stderr: one line that renews itself on a terminal, plain lines with ``-v``, else nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from planner.cli.interrupt import stop_on_interrupt
from planner.report.language.figures import counted, number, percentage

if TYPE_CHECKING:
    from planner.engine.solution import Round, Watch

WHOLE_PHASE = 3
WHOLE = "best whole plan so far: "
"""Steps, sites and projects are whole in it."""
START = "reading files, building the programme"


@contextmanager
def follow(*, quiet: bool, verbose: bool, found: bool = False) -> Iterator[Watch]:
    """Give a watch that reports every round on stderr and that Ctrl-C stops.

    Before any plan is found, now or (`found`) before, Ctrl-C ends the process: there is nothing to wait for.
    """
    import planner

    watch = planner.Watch(found=found)
    with ExitStack() as stack:
        tell: Callable[[str], None] = _echo
        if verbose or quiet or not sys.stderr.isatty():
            watch.report = _echo_round if verbose and not quiet else None
        else:
            tell = stack.enter_context(_renewing(watch))
        stack.enter_context(stop_on_interrupt(watch, tell, is_worth_it=lambda: watch.found))
        yield watch


def round_line(each: Round) -> str:
    """Describe a round in a line."""
    head = f"round {each.number}: {counted(each.paths, 'path')}, "
    if each.phase == 1:
        return f"{head}looking for a plan that keeps all rules, still short by {number(each.objective)}"
    figures = f"objective {number(each.objective)}, bound {number(each.bound)}, gap {percentage(each.gap)}"
    return f"{head}{WHOLE if each.phase == WHOLE_PHASE else ''}{figures}"


@contextmanager
def _renewing(watch: Watch) -> Iterator[Callable[[str], None]]:
    """Show a line that renews itself, and give the way to print above it."""
    from rich.console import Console
    from rich.text import Text

    console = Console(stderr=True, highlight=False)
    with console.status(Text(START)) as status:
        watch.report = lambda each: status.update(Text(round_line(each)))
        yield lambda message: console.print(Text(message))


def _echo_round(each: Round) -> None:
    _echo(round_line(each))


def _echo(message: str) -> None:
    click.echo(message, err=True)
