"""A plan on a page, as text."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

import planner


def page(plan: planner.Plan, *, width: int = 80, **options: Any) -> str:
    """Print a plan on a page of some width."""
    paper = io.StringIO()
    planner.print_plan(plan, console=Console(file=paper, width=width, highlight=False), **options)
    return paper.getvalue()


def words(plan: planner.Plan, **options: Any) -> str:
    """Print a plan and forget where its lines end."""
    return " ".join(page(plan, **options).split())
