"""A plan on the terminal: a page for whoever advises the one who decides, readable at 80 columns and without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from rich.console import Console

from planner.engine.status import Status
from planner.report.language.figures import ALL_BUT, counted, gap_text, money, number, percentage
from planner.report.paper import ROWS, Page, lay_paper
from planner.report.plan.facts.totals import total
from planner.report.plan.terminal.sections import SECTIONS

if TYPE_CHECKING:
    from planner.plan.plan import Plan

YEARS = 3
"""Years that each get a sentence in the headline; of more only the first and the last."""
COULD = {
    "cost": "cost and penalty together could be {} {} lower",
    "served": "{} {} more could be served",
    "compute": "the community could do with {} {} less new compute",
    "latency": "round trips could be {} {} shorter",
    "carbon": "carbon could be {} {} less",
}
"""What a gap means, by objective."""
PROVED = 1e-7
"""A gap up to this is called proved without more words."""


def print_plan(
    plan: Plan, *, console: Console | None = None, stopped: str = "", full: bool = False, brief: bool = False
) -> None:
    """Print a plan as a page: what is proved, who is served from where, what is built, what is left, what it costs.

    Parameters
    ----------
    console
        where to print; by default stdout
    stopped
        what ended the solve before its proof
    full
        print every list in full
    brief
        print the head only: what is served, at what price, and what is proved
    """
    page = lay_paper(console, None if full else ROWS)
    page.title(title(plan))
    if plan.tables is None or not plan.status.has_plan:
        _print_failure(plan, page, stopped)
        return
    page.say(headline(plan), style="bold")
    page.say(status_line(plan, stopped))
    if brief:
        return
    *before, year = plan.inputs.scenario.years
    if before:
        page.say(f"Details below speak of {year} unless they say otherwise; the tables hold {_all(before)} too.")
    for section in SECTIONS:
        section(plan, year, page)
    page.say(f"Solved by {_how(plan)}.", gap=True)


def _all(listed: Sequence[int]) -> str:
    return ", ".join(map(str, listed)) if len(listed) <= YEARS else f"{listed[0]} to {listed[-1]}"


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
    listed = plan.inputs.scenario.years
    currency = plan.inputs.scenario.finance.currency
    shown = listed if len(listed) <= YEARS else (listed[0], listed[-1])
    sentences = [f"{each}." for year in shown for each in _served(plan, year)]
    if len(listed) > 1:
        cost = money(plan.total_cost_usd, currency)
        return " ".join([*sentences, f"The cost of all years, discounted, is {cost}."])
    served = total(plan).served_pflops
    if not served:
        return " ".join(sentences)
    price = f"{money(plan.total_cost_usd / served, currency)} per served PFLOPS and year"
    return " ".join([f"{sentences[0][:-1]} at {price}.", *sentences[1:]])


def _served(plan: Plan, year: int) -> Iterator[str]:
    figures = total(plan, year)
    if figures.demand_pflops or not figures.demand_gbps:
        words = _part(figures.demand_pflops, figures.unserved_pflops, "PFLOPS")
        yield words.format("served", percentage(figures.served_pflops / (figures.demand_pflops or 1))) + f" in {year}"
    if figures.demand_gbps:
        words = _part(figures.demand_gbps, figures.unserved_gbps, "Gbps")
        yield words.format("carried", percentage(figures.served_gbps / figures.demand_gbps)) + f" in {year}"


def _part(asked: float, left: float, unit: str) -> str:
    """Return how much of what is asked for is given, with places for the verb and the share."""
    if left <= ALL_BUT * asked:
        return f"All {number(asked)} {unit} asked for are {{}}"
    return f"{number(asked - left)} of {number(asked)} {unit} {{}} ({{}})"


def status_line(plan: Plan, stopped: str = "") -> str:
    """Say what is proved about the plan, and what is not."""
    gap, could = gap_text(plan.gap), COULD[plan.objective_name]
    if plan.status is Status.OPTIMAL:
        if plan.gap <= PROVED:
            return f"Optimal, proved: no plan of this scenario is better (gap {gap})."
        return f"Optimal to within {gap}, proved: {could.format('at most', gap)}."
    why = f" ({stopped})" if stopped else ""
    rest = "how good it is, is not known"
    if isfinite(plan.gap):
        rest = could.format("up to", gap)
    return f"NOT PROVED OPTIMAL{why}: this is the best plan found; {rest}. Reasons and worths are provisional."


def _print_failure(plan: Plan, page: Page, stopped: str) -> None:
    """Say that there is no plan, and why, in the words of the findings."""
    why = f" ({stopped})" if stopped else ""
    sentence = {
        Status.INFEASIBLE: "No plan exists: the rules and limits of this scenario cannot all be kept at once.",
        Status.UNBOUNDED: "No best plan exists: the cost of this scenario has no lower end.",
        Status.LIMIT: f"Stopped before any plan was found{why}: a longer --time-limit may find one.",
        Status.ERROR: "THE PLAN IS WRONG: it failed the check that follows every solve. Do not use its figures.",
    }[plan.status]
    page.say(sentence, style="bold")
    infeasible = plan.status is Status.INFEASIBLE
    page.bullets("What stands in the way" if infeasible else "What was found", plan.findings)
    page.say(f"Solved by {_how(plan)}.", gap=True)


def _how(plan: Plan) -> str:
    libraries = {"highs": "highspy"}
    version = plan.versions.get(libraries.get(plan.solver, plan.solver), "")
    name = " ".join(part for part in (plan.solver, version) if part)
    work = f"{counted(plan.rounds, 'round')}, {counted(plan.paths_generated, 'path')} generated"
    return f"{name} in {plan.seconds:.1f} s: {work}"
