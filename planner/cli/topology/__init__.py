"""``planner topology``: look at topology files, check, change, merge, import and export them."""

from __future__ import annotations

import click


@click.group(short_help="Look at topology files, check, change, import and export them.")
def topology() -> None:
    """Look at topology files, check, change, merge, import and export them."""
