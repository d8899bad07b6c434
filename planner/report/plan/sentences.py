"""Sentences about a plan in a language, for its page, its pictures and comparisons: the answer, what is proved."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.language.rules import objective_words

if TYPE_CHECKING:
    from planner.report.language.speech import Language
    from planner.report.plan.plan_text import PlanText
    from planner.topology import Site


def titles(plan_text: PlanText) -> tuple[str, list[str]]:
    """Return the scenario's title, and lines on its variant and overrides."""
    language, inputs = plan_text.language, plan_text.inputs
    scenario, lines = inputs.scenario, list[str]()
    if inputs.variant is not None:
        named = scenario.variants.get(inputs.variant)
        lines.append(language.text("Variant: {name}", name=language.name(named, inputs.variant)))
    lines += [language.text("With {change}", change=change) for change in inputs.overrides]
    return language.name(scenario, scenario.id), lines


def headline(plan_text: PlanText) -> list[str]:
    """Return the answer in a sentence for each year (of many, the first and the last), and the cost of all."""
    digest, language = plan_text.digest, plan_text.language
    sentences = [sentence for year in digest.headline_years for sentence in _served(plan_text, year)]
    if digest.several:
        together = language.text(
            "The years {first} to {last} together cost {cost}, discounted to {first} at {rate} a year.",
            first=digest.years[0],
            last=digest.spans[-1].last,
            cost=plan_text.money(plan_text.plan.total_cost_usd),
            rate=language.percentage(plan_text.inputs.scenario.finance.discount_rate),
        )
        return [*sentences, together]
    if digest.usd_per_pflops is not None:
        price = plan_text.money(digest.usd_per_pflops)
        sentences.insert(1, language.text("Each served PFLOPS costs {price} a year.", price=price))
    return sentences


def _served(plan_text: PlanText, year: int) -> Iterator[str]:
    """Yield what is served in a year, and what traffic is carried."""
    totals, language = plan_text.digest.year(year).totals, plan_text.language
    if totals.demand_pflops or not totals.demand_gbps:
        asked = language.quantity(totals.demand_pflops, "PFLOPS")
        if totals.serves_all:
            yield language.text("In {year}, all {asked} that are asked for are served.", year=year, asked=asked)
        else:
            yield language.text(
                "In {year}, {served} of {asked} are served ({share}).",
                year=year,
                served=language.number(totals.served_pflops),
                asked=asked,
                share=language.percentage(totals.served_share),
            )
    if totals.demand_gbps:
        yield language.text(
            "In {year}, {served} of {asked} of traffic between places are carried ({share}).",
            year=year,
            served=language.number(totals.served_gbps),
            asked=language.quantity(totals.demand_gbps, "Gbps"),
            share=language.percentage(totals.carried_share),
        )


def status(plan_text: PlanText) -> str:
    """Say what is proved about the plan, and what is not."""
    plan, language, proved = plan_text.plan, plan_text.language, plan_text.digest.is_proved
    gap = language.percentage(0.0 if proved else plan.gap)
    if plan.status is Status.OPTIMAL:
        if proved:
            return best(language, gap)
        could_be = could(language, plan.objective_name, gap)
        return language.text("Optimal, proved to within {gap}. {could}", gap=gap, could=could_be)
    if isfinite(plan.gap):
        return language.text(
            "Not proved optimal: this is the best plan found. {could} Reasons and worths are provisional.",
            could=could(language, plan.objective_name, gap),
        )
    return language.text(
        "Not proved optimal: this is the best plan found, and how good it is, is not known. Reasons and worths are"
        " provisional."
    )


def best(language: Language, gap: str) -> str:
    """Say that no plan is better; the terminal says so too."""
    return language.text("Optimal, proved: no plan of this scenario is better (gap {gap}).", gap=gap)


def could(language: Language, objective: str, gap: str) -> str:
    """Say what the gap means for the objective; the terminal says so too."""
    return objective_words(language, objective, gap=gap).could


def failure(language: Language, status: Status) -> str:
    """Say that there is no plan, in a sentence; the terminal says so too."""
    return {
        Status.INFEASIBLE: language.text(
            "No plan exists: the rules and limits of this scenario cannot all be kept at once."
        ),
        Status.UNBOUNDED: language.text("No best plan exists: the cost of this scenario has no lower end."),
        Status.LIMIT: language.text("Stopped before any plan was found: more time may find one."),
        Status.ERROR: language.text(
            "The plan is wrong: it failed the check that follows every solve. Do not use its figures."
        ),
    }[status]


def cost_terms(language: Language) -> dict[str, str]:
    """Return what the terms of the cost are called; the terminal calls them so too."""
    return {
        "capex": language.text("Building, spread over its life"),
        "fixed": language.text("Sites in use"),
        "opex": language.text("Running sites and new capacity"),
        "energy": language.text("Electricity"),
        "fees": language.text("Fees for hosting abroad"),
        "transit": language.text("Transit over links"),
    }


def projects_left(language: Language, names: str) -> str:
    """Name the projects that are not built; the terminal does so too."""
    return language.text("Projects not built: {projects}.", projects=names)


def convention(plan_text: PlanText) -> tuple[str, list[str]]:
    """Say what a PFLOPS is, and which published figures had to be normalised."""
    language = plan_text.language
    text = language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised.")
    normalised = [
        f"{plan_text.site(each.id).text}: {each.published_compute} ({_precision(plan_text, each)})"
        f" = {language.quantity(each.compute_pflops.at(plan_text.shown_year), 'PFLOPS')}"
        for each in plan_text.digest.normalised
    ]
    return text, normalised


def _precision(plan_text: PlanText, site: Site) -> str:
    name = site.precision.upper()
    return plan_text.language.text("{precision}, sparse", precision=name) if site.sparse else name
