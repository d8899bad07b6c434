"""A plan on the terminal: a page for whoever advises the one who decides, readable at 80 columns and without colour."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from rich.console import Console

from planner.engine.status import Status
from planner.report.figures import counted, gap_text, money, number, percentage
from planner.report.page import Page
from planner.report.sections import SECTIONS
from planner.report.summary import total

if TYPE_CHECKING:
    from planner.plan.plan import Plan

WIDEST = 120
"""Lines longer than this are hard to read however wide the terminal."""
ROWS = 10
"""Rows shown of a long list."""
PROVED = 1e-7
"""A gap up to this is called proved without more words."""


class Paper(Console):
    """A console that leaves it to the caller what to do when the reader has gone; rich would end the process."""

    def on_broken_pipe(self) -> None:
        """Raise what Python raises."""
        raise BrokenPipeError


def print_plan(plan: Plan, *, console: Console | None = None, stopped: str = "", full: bool = False) -> None:
    """Print a plan as a page: what is proved, who is served from where, what is built, what is left, what it costs.

    Parameters
    ----------
    console
        where to print; by default stdout
    stopped
        what ended the solve before its proof
    full
        print every list in full
    """
    console = console or Paper(highlight=False)
    console.width = min(console.width, WIDEST)
    page = Page(console, None if full else ROWS)
    page.title(title(plan))
    if plan.tables is None or not plan.status.has_plan:
        _print_failure(plan, page, stopped)
        return
    page.say(headline(plan), style="bold")
    page.say(status_line(plan, stopped))
    *before, year = plan.inputs.scenario.years
    if before:
        page.say(f"What follows speaks of {year}; {', '.join(map(str, before))} stand in the tables.")
    for section in SECTIONS:
        section(plan, year, page)
    page.say(f"Solved by {_how(plan)}.", gap=True)


def title(plan: Plan) -> str:
    """Return the scenario's title, and its variant's."""
    scenario, variant = plan.inputs.scenario, plan.inputs.variant
    words = [scenario.title or scenario.id]
    if variant is not None:
        named = scenario.variants.get(variant)
        words.append(f"variant {variant}: {named.title}" if named is not None and named.title else f"variant {variant}")
    words += [f"with {change}" for change in plan.inputs.overrides]
    return "\n".join(words)


def headline(plan: Plan) -> str:
    """Return the plan in one sentence for each year: how much is served, at what price."""
    years = plan.inputs.scenario.years
    currency = plan.inputs.scenario.finance.currency
    sentences = [_served(plan, year) for year in years]
    if len(years) > 1:
        cost = f"Cost of all years, discounted: {money(plan.total_cost_usd, currency)}"
        return " ".join(f"{each}." for each in [*sentences, cost])
    served = total(plan).served_pflops
    price = f" at {money(plan.total_cost_usd / served, currency)} per served PFLOPS and year" if served else ""
    return f"{sentences[0]}{price}."


def _served(plan: Plan, year: int) -> str:
    figures = total(plan, year)
    if not figures.unserved_pflops:
        return f"All {number(figures.demand_pflops)} PFLOPS asked for are served in {year}"
    share = percentage(figures.served_pflops / figures.demand_pflops)
    return f"{number(figures.served_pflops)} of {number(figures.demand_pflops)} PFLOPS served ({share}) in {year}"


def status_line(plan: Plan, stopped: str = "") -> str:
    """Say what is proved about the plan, and what is not."""
    gap = gap_text(plan.gap)
    if plan.status is Status.OPTIMAL:
        if plan.gap <= PROVED:
            return f"Optimal, proved: no plan of this scenario is better (gap {gap})."
        return f"Within the gap asked for, proved: cost and penalty together could be at most {gap} lower."
    why = f" ({stopped})" if stopped else ""
    rest = "how good it is, is not known"
    if isfinite(plan.gap):
        rest = f"cost and penalty together could be up to {gap} lower"
    return f"NOT PROVED OPTIMAL{why}: this is the best plan found; {rest}. Reasons and worths are provisional."


def _print_failure(plan: Plan, page: Page, stopped: str) -> None:
    """Say that there is no plan, and why: the findings come the largest first."""
    why = f" ({stopped})" if stopped else ""
    sentence = {
        Status.INFEASIBLE: "No plan exists: the rules and limits of this scenario cannot all be kept at once.",
        Status.UNBOUNDED: "No best plan exists: the cost of this scenario has no lower end.",
        Status.LIMIT: f"Stopped before any plan was found{why}: a longer --time-limit may find one.",
        Status.ERROR: "THE PLAN IS WRONG: it failed the check that follows every solve. Do not use its figures.",
    }[plan.status]
    page.say(sentence, style="bold")
    infeasible = plan.status is Status.INFEASIBLE
    page.bullets("What stands in the way, the largest first" if infeasible else "What was found", plan.findings)
    page.say(f"Solved by {_how(plan)}.", gap=True)


def _how(plan: Plan) -> str:
    libraries = {"highs": "highspy"}
    version = plan.versions.get(libraries.get(plan.solver, plan.solver), "")
    name = " ".join(part for part in (plan.solver, version) if part)
    work = f"{counted(plan.rounds, 'round')}, {counted(plan.paths_generated, 'path')} generated"
    return f"{name} in {plan.seconds:.1f} s: {work}"
