"""Sentences about a plan in a language, for its page, its pictures and comparisons: the answer, what is proved."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.language.figures import ALL_BUT
from planner.report.plan.facts import records
from planner.report.plan.facts.totals import total
from planner.report.plan.terminal.printing import PROVED, YEARS

if TYPE_CHECKING:
    from planner.report.plan.voice import Voice
    from planner.topology import Site


def titles(voice: Voice) -> tuple[str, list[str]]:
    """Return the scenario's title, and lines on its variant and overrides."""
    language, inputs = voice.language, voice.inputs
    scenario, lines = inputs.scenario, list[str]()
    if inputs.variant is not None:
        named = scenario.variants.get(inputs.variant)
        lines.append(language.text("Variant: {name}", name=language.name(named, inputs.variant)))
    lines += [language.text("With {change}", change=change) for change in inputs.overrides]
    return language.name(scenario, scenario.id), lines


def headline(voice: Voice) -> list[str]:
    """Return the answer in a sentence for each year (of many, the first and the last), and the cost of all."""
    years, language = voice.years, voice.language
    shown = years if len(years) <= YEARS else (years[0], years[-1])
    sentences = [sentence for year in shown for sentence in _served(voice, year)]
    if len(years) > 1:
        together = language.text(
            "The years {first} to {last} together cost {cost}, discounted to {first} at {rate} a year.",
            first=years[0],
            last=2 * years[-1] - years[-2] - 1,  # the last listed year stands for as many as the one before it
            cost=voice.money(voice.plan.total_cost_usd),
            rate=language.percentage(voice.inputs.scenario.finance.discount_rate),
        )
        return [*sentences, together]
    served = total(voice.plan).served_pflops
    if served:
        price = voice.money(voice.plan.total_cost_usd / served)
        sentences.insert(1, language.text("Each served PFLOPS costs {price} a year.", price=price))
    return sentences


def _served(voice: Voice, year: int) -> Iterator[str]:
    """Yield what is served in a year, and what traffic is carried."""
    figures, language = total(voice.plan, year), voice.language
    if figures.demand_pflops or not figures.demand_gbps:
        asked = language.quantity(figures.demand_pflops, "PFLOPS")
        if figures.unserved_pflops <= ALL_BUT * figures.demand_pflops:
            yield language.text("In {year}, all {asked} that are asked for are served.", year=year, asked=asked)
        else:
            yield language.text(
                "In {year}, {served} of {asked} are served ({share}).",
                year=year,
                served=language.number(figures.served_pflops),
                asked=asked,
                share=language.percentage(figures.served_pflops / figures.demand_pflops),
            )
    if figures.demand_gbps:
        yield language.text(
            "In {year}, {served} of {asked} of traffic between places are carried ({share}).",
            year=year,
            served=language.number(figures.served_gbps),
            asked=language.quantity(figures.demand_gbps, "Gbps"),
            share=language.percentage(figures.served_gbps / figures.demand_gbps),
        )


def status(voice: Voice) -> str:
    """Say what is proved about the plan, and what is not."""
    plan, language = voice.plan, voice.language
    gap = language.percentage(0.0 if plan.gap <= PROVED else plan.gap)
    if plan.status is Status.OPTIMAL:
        if plan.gap <= PROVED:
            return language.text("Optimal, proved: no plan of this scenario is better (gap {gap}).", gap=gap)
        return language.text("Optimal, proved to within {gap}. {could}", gap=gap, could=_could(voice, gap))
    if isfinite(plan.gap):
        return language.text(
            "Not proved optimal: this is the best plan found. {could} Reasons and worths are provisional.",
            could=_could(voice, gap),
        )
    return language.text(
        "Not proved optimal: this is the best plan found, and how good it is, is not known. Reasons and worths are"
        " provisional."
    )


def _could(voice: Voice, gap: str) -> str:
    """Say what the gap means for the objective."""
    language = voice.language
    return {
        "cost": language.text("Cost and penalty together could be at most {gap} lower.", gap=gap),
        "served": language.text("At most {gap} more could be served.", gap=gap),
        "compute": language.text("The community could do with at most {gap} less new compute.", gap=gap),
        "latency": language.text("Round trips could be at most {gap} shorter.", gap=gap),
        "carbon": language.text("Carbon could be at most {gap} less.", gap=gap),
    }[voice.plan.objective_name]


def failure(voice: Voice) -> str:
    """Say that there is no plan, in a sentence."""
    language = voice.language
    return {
        Status.INFEASIBLE: language.text(
            "No plan exists: the rules and limits of this scenario cannot all be kept at once."
        ),
        Status.UNBOUNDED: language.text("No best plan exists: the cost of this scenario has no lower end."),
        Status.LIMIT: language.text("Stopped before any plan was found: more time may find one."),
        Status.ERROR: language.text(
            "The plan is wrong: it failed the check that follows every solve. Do not use its figures."
        ),
    }[voice.plan.status]


def convention(voice: Voice) -> tuple[str, list[str]]:
    """Say what a PFLOPS is, and which published figures had to be normalised."""
    language = voice.language
    text = language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised.")
    normalised = [
        f"{voice.site(each.id).text}: {each.published_compute} ({_precision(voice, each)})"
        f" = {language.quantity(each.compute_pflops.at(voice.shown_year), 'PFLOPS')}"
        for each in records.normalised(voice.plan)
    ]
    return text, normalised


def _precision(voice: Voice, site: Site) -> str:
    name = site.precision.upper()
    return voice.language.text("{precision}, sparse", precision=name) if site.sparse else name
