"""The command ``planner``: it can be ended well before anything that takes time is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from planner.cli.group import BUG, cli

__all__ = ["BUG", "cli", "main"]

NEW_OBJECTS = 100_000
"""New objects after which memory is searched for circles that nobody uses any more."""


def main() -> None:
    """Run the command line; nothing but its own words reaches the standard output, to the end of the process."""
    from planner.cli.interrupt import end_at_once

    with end_at_once():
        import gc
        import io
        import sys

        from planner.cli.group import cli
        from planner.engine.silence import silence

        # Looking for circles after every 700 new objects takes a tenth of a small plan's time; few are ever made.
        gc.set_threshold(NEW_OBJECTS, 50, 50)
        silence.__enter__()
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="replace")  # a terminal without Unicode shows '?' rather than a traceback
        cli(prog_name="planner")


def __getattr__(name: str) -> Any:
    """Return the commands to whoever imports them without running any."""
    if name not in __all__:  # Python itself asks for a path, before main can listen
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from planner.cli import group

    return getattr(group, name)
