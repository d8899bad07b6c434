"""A plan on the terminal: a page for whoever advises the one who decides, readable at 80 columns and without colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import TYPE_CHECKING

from rich.console import Console

from planner.engine.status import Status
from planner.report.language.figures import counted, gap_text, money, number, percentage
from planner.report.language.speech import speak, uncapitalised
from planner.report.paper import ROWS, Page, lay_paper
from planner.report.plan import sentences
from planner.report.plan.digest import Digest
from planner.report.plan.facts.answer import YEARS
from planner.report.plan.terminal.sections import SECTIONS

if TYPE_CHECKING:
    from planner.plan.plan import Plan


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
    digest = Digest(plan)
    page.title(title(plan))
    if not digest.is_whole:
        _print_failure(digest, page, stopped)
        return
    page.say(headline(digest), style="bold")
    page.say(status_line(digest, stopped))
    if brief:
        return
    *before, year = digest.years
    if before:
        page.say(f"Details below speak of {year} unless they say otherwise; the tables hold {_all(before)} too.")
    for section in SECTIONS:
        section(digest, digest.year(year), page)
    page.say(f"Solved by {_how(digest)}.", gap=True)


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


def headline(digest: Digest) -> str:
    """Return the plan in one sentence for each year: how much is served, at what price."""
    sentences = [f"{each}." for year in digest.headline_years for each in _served(digest, year)]
    if digest.several:
        cost = money(digest.plan.total_cost_usd, digest.currency)
        return " ".join([*sentences, f"The cost of all years, discounted, is {cost}."])
    if digest.usd_per_pflops is None:
        return " ".join(sentences)
    price = f"{money(digest.usd_per_pflops, digest.currency)} per served PFLOPS and year"
    return " ".join([f"{sentences[0][:-1]} at {price}.", *sentences[1:]])


def _served(digest: Digest, year: int) -> Iterator[str]:
    totals = digest.year(year).totals
    if totals.demand_pflops or not totals.demand_gbps:
        words = _part(totals.demand_pflops, totals.unserved_pflops, "PFLOPS", all_of_it=totals.serves_all)
        yield words.format("served", percentage(totals.served_share)) + f" in {year}"
    if totals.demand_gbps:
        words = _part(totals.demand_gbps, totals.unserved_gbps, "Gbps", all_of_it=totals.carries_all)
        yield words.format("carried", percentage(totals.carried_share)) + f" in {year}"


def _part(asked: float, left: float, unit: str, *, all_of_it: bool) -> str:
    """Return how much of what is asked for is given, with places for the verb and the share."""
    if all_of_it:
        return f"All {number(asked)} {unit} asked for are {{}}"
    return f"{number(asked - left)} of {number(asked)} {unit} {{}} ({{}})"


def status_line(digest: Digest, stopped: str = "") -> str:
    """Say what is proved about the plan, and what is not."""
    plan, english = digest.plan, speak("en")
    gap = gap_text(plan.gap)
    could = uncapitalised(sentences.could(english, plan.objective_name, gap))
    if plan.status is Status.OPTIMAL:
        return sentences.best(english, gap) if digest.is_proved else f"Optimal to within {gap}, proved: {could}"
    why = f" ({stopped})" if stopped else ""
    rest = "how good it is, is not known."
    if isfinite(plan.gap):
        rest = could.replace("at most", "up to")  # the bound is proved, and may be far from what a better plan reaches
    return f"NOT PROVED OPTIMAL{why}: this is the best plan found; {rest} Reasons and worths are provisional."


def _print_failure(digest: Digest, page: Page, stopped: str) -> None:
    """Say that there is no plan, and why, in the words of the findings."""
    plan, why = digest.plan, f" ({stopped})" if stopped else ""
    page.say(
        {
            Status.LIMIT: f"Stopped before any plan was found{why}: a longer --time-limit may find one.",
            Status.ERROR: "THE PLAN IS WRONG: it failed the check that follows every solve. Do not use its figures.",
        }.get(plan.status)
        or sentences.failure(speak("en"), plan.status),
        style="bold",
    )
    infeasible = plan.status is Status.INFEASIBLE
    page.bullets("What stands in the way" if infeasible else "What was found", plan.findings)
    page.say(f"Solved by {_how(digest)}.", gap=True)


def _how(digest: Digest) -> str:
    plan = digest.plan
    work = f"{counted(plan.rounds, 'round')}, {counted(plan.paths_generated, 'path')} generated"
    return f"{digest.solver} in {plan.seconds:.1f} s: {work}"
