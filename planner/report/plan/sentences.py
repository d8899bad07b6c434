"""Sentences about a plan in a language, for its page, the terminal, its pictures and comparisons, and how it was found.

What a layout says alone stands with the layout; what two of them say stands here once.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import TYPE_CHECKING

from planner.engine.status import Status
from planner.report.language.rules import objective_words

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.report.language.speech import Language
    from planner.report.plan.plan_text import PlanText
    from planner.topology import Site

CONFIDENCES = ("verified", "estimated", "assumed", None)
"""How sure records are; None stands for those that do not say."""


def titles(inputs: Inputs, language: Language) -> tuple[str, list[str]]:
    """Return the scenario's title, and lines on its variant and overrides."""
    scenario, lines = inputs.scenario, list[str]()
    if inputs.variant is not None:
        variant, title = language.isolated(inputs.variant), language.name(scenario.variants.get(inputs.variant), "")
        lines.append(
            language.text("variant {variant}: {title}", variant=variant, title=title)
            if title
            else language.text("variant {variant}", variant=variant)
        )
    lines += [language.text("with {change}", change=language.isolated(change)) for change in inputs.overrides]
    return language.name(scenario, scenario.id), lines


def headline(plan_text: PlanText) -> list[str]:
    """Return the answer in a sentence for each year (of many, the first and the last), and the cost of all."""
    digest, language = plan_text.digest, plan_text.language
    sentences = [sentence for year in digest.headline_years for sentence in _served(plan_text, year)]
    if not digest.several:
        return sentences
    together = language.text(
        "The years {first} to {last} together cost {cost}, discounted to {first} at {rate} a year.",
        first=digest.years[0],
        last=digest.spans[-1].last,
        cost=plan_text.money(plan_text.plan.total_cost_usd),
        rate=language.percentage(plan_text.inputs.scenario.finance.discount_rate),
    )
    return [*sentences, together]


def _served(plan_text: PlanText, year: int) -> Iterator[str]:
    """Yield what is served in a year, at what price where one year is planned, and what traffic is carried."""
    totals, language = plan_text.digest.year(year).totals, plan_text.language
    text = language.text
    if totals.demand_pflops or not totals.demand_gbps:
        usd = plan_text.digest.usd_per_pflops
        price = "" if usd is None else plan_text.money(usd)
        asked, served = language.quantity(totals.demand_pflops, "PFLOPS"), language.number(totals.served_pflops)
        share = language.percentage(totals.served_share)
        if totals.serves_all and price:
            yield text(
                "All {asked} asked for are served in {year} at {price} per served PFLOPS and year.",
                asked=asked, year=year, price=price,
            )  # fmt: skip
        elif totals.serves_all:
            yield text("All {asked} asked for are served in {year}.", asked=asked, year=year)
        elif price:
            yield text(
                "{served} of {asked} served ({share}) in {year} at {price} per served PFLOPS and year.",
                served=served, asked=asked, share=share, year=year, price=price,
            )  # fmt: skip
        else:
            yield text(
                "{served} of {asked} served ({share}) in {year}.", served=served, asked=asked, share=share, year=year
            )
    if totals.demand_gbps:
        asked = language.quantity(totals.demand_gbps, "Gbps")
        if totals.carries_all:
            yield text("All {asked} asked for are carried in {year}.", asked=asked, year=year)
        else:
            served, share = language.number(totals.served_gbps), language.percentage(totals.carried_share)
            yield text(
                "{served} of {asked} carried ({share}) in {year}.", served=served, asked=asked, share=share, year=year
            )


def status(plan_text: PlanText, stopped: str = "") -> str:
    """Say what is proved about the plan, and what is not; `stopped` is what ended the solve before its proof."""
    plan, language = plan_text.plan, plan_text.language
    gap = language.gap(plan.gap)
    could = objective_words(language, plan.objective_name, gap=gap).could
    if plan.status is Status.OPTIMAL:
        if plan_text.digest.is_proved:
            return language.text("Optimal, proved: no plan of this scenario is better (gap {gap}).", gap=gap)
        return language.text("Optimal, proved to within {gap}. {could}", gap=gap, could=could)
    if isfinite(plan.gap):
        said = language.text(
            "NOT PROVED OPTIMAL: this is the best plan found. {could} Reasons and worths are provisional.", could=could
        )
    else:
        said = language.text(
            "NOT PROVED OPTIMAL: this is the best plan found, and how good it is, is not known. Reasons and worths are"
            " provisional."
        )
    return language.run_on([*stop(language, stopped), said])


def stop(language: Language, stopped: str) -> list[str]:
    """Say what ended a solve before its end, if anything did."""
    words = {"interrupted": language.text("Interrupted."), "time limit reached": language.text("Time limit reached.")}
    return [words[stopped]] if stopped else []


def failure(plan_text: PlanText, stopped: str = "") -> str:
    """Say that there is no plan."""
    language = plan_text.language
    said = {
        Status.INFEASIBLE: language.text(
            "No plan exists: the rules and limits of this scenario cannot all be kept at once."
        ),
        Status.UNBOUNDED: language.text("No best plan exists: the cost of this scenario has no lower end."),
        Status.LIMIT: language.text("Stopped before any plan was found: more time may find one."),
        Status.ERROR: language.text(
            "THE PLAN IS WRONG: it failed the check that follows every solve. Do not use its figures."
        ),
    }[plan_text.plan.status]
    return language.run_on([*stop(language, stopped), said])


def work(plan_text: PlanText) -> tuple[str, str]:
    """Say how much work it was to find the plan: rounds, and paths."""
    plan, texts = plan_text.plan, plan_text.language.texts
    return (
        texts("{count} round", "{count} rounds", plan.rounds),
        texts("{count} path generated", "{count} paths generated", plan.paths_generated),
    )


def cost_terms(language: Language) -> dict[str, str]:
    """Return what the terms of the cost are called."""
    return {
        "capex": language.text("Building, spread over its life"),
        "fixed": language.text("Sites in use"),
        "opex": language.text("Running sites and new capacity"),
        "energy": language.text("Electricity"),
        "fees": language.text("Fees for hosting abroad"),
        "transit": language.text("Transit over links"),
    }


def penalty(plan_text: PlanText) -> str:
    """Say what leaving work unserved counts for, which nobody spends."""
    if not plan_text.plan.unserved_penalty_usd:
        return ""
    text, usd = plan_text.language.text, plan_text.money(plan_text.plan.unserved_penalty_usd)
    if plan_text.digest.several:
        return text(
            "Not spent, and in none of these figures: {penalty}, of all years and discounted, that the plan weighs for"
            " what stays unserved, at the prices of the demand file.",
            penalty=usd,
        )
    return text(
        "Not spent, and in none of these figures: {penalty} that the plan weighs for what stays unserved, at the prices"
        " of the demand file.",
        penalty=usd,
    )


def background_penalty(plan_text: PlanText) -> str:
    """Say what leaving everybody else's traffic uncarried counts for: it is weighed, and nobody pays it."""
    if not plan_text.plan.background_penalty_usd:
        return ""
    text, usd = plan_text.language.text, plan_text.money(plan_text.plan.background_penalty_usd)
    if plan_text.digest.several:
        return text(
            "The traffic of everybody else that is not carried counts in the objective for {penalty}, of all years and"
            " discounted: nobody pays it, and it is in none of these figures.",
            penalty=usd,
        )
    return text(
        "The traffic of everybody else that is not carried counts in the objective for {penalty}: nobody pays it, and"
        " it is in none of these figures.",
        penalty=usd,
    )


def other_traffic(plan_text: PlanText, year: int) -> str:
    """Say how much of everybody else's traffic is carried, and what the rest counts for."""
    language, totals = plan_text.language, plan_text.digest.year(year).totals
    if not totals.background_unserved_gbps:
        return language.text(
            "All of it is carried: {asked}, both directions added.", asked=language.rate(totals.background_gbps)
        )
    return language.text(
        "{carried} of {asked} are carried, both directions added. {lost} are lost, which counts for {penalty} a year.",
        carried=language.rate(totals.background_carried_gbps),
        asked=language.rate(totals.background_gbps),
        lost=language.rate(totals.background_unserved_gbps),
        penalty=plan_text.money(totals.background_penalty_usd),
    )


def failures_of_others(plan_text: PlanText, year: int) -> str:
    """Say that no failure takes anything of everybody else's traffic, where that is so and failures were asked for."""
    of = plan_text.digest.year(year)
    if not of.other_traffic or not of.failures.count or not of.failures_of_others.empty:
        return ""
    return plan_text.language.text("No failure takes more of it than is lost while everything works.")


def spans(plan_text: PlanText) -> str:
    """Say what the sum over several years counts."""
    if not plan_text.digest.several:
        return ""
    return plan_text.language.text(
        "Each listed year stands for the calendar years until the next listed one, the last for as many as the one"
        " before it. Over all of them, money and served PFLOPS-years are both discounted to {first} at {rate} a year.",
        first=plan_text.years[0],
        rate=plan_text.language.percentage(plan_text.inputs.scenario.finance.discount_rate),
    )


def screened(plan_text: PlanText, year: int) -> list[str]:
    """Say which failures were screened, and what has to survive them; there is at least one."""
    language, found = plan_text.language, plan_text.digest.year(year).failures
    kept = [
        language.text("{workload} {share}", workload=plan_text.workload(key), share=language.percentage(share))
        for key, share in plan_text.digest.survival_shares.items()
    ]
    if not kept:
        return [language.text("Failures were asked for, and nothing has to survive them, so they change nothing.")]
    return [
        language.text(
            "Has to survive any one failure, of what is served otherwise: {shares}.", shares=plan_text.few(kept)
        ),
        language.texts(
            "{count} failure screened: {shaping} had to be planned for, {harmless} touch the plan and are survived as"
            " it is, {rest} touch nothing.",
            "{count} failures screened: {shaping} had to be planned for, {harmless} touch the plan and are survived as"
            " it is, {rest} touch nothing.",
            found.count,
            shaping=language.number(len(found.shaping)),
            harmless=language.number(len(found.harmless)),
            rest=language.number(found.idle),
        ),
    ]


def payers(plan_text: PlanText) -> str:
    """Say who pays what is built."""
    text, found = plan_text.language.text, plan_text.digest.capital
    parts = [
        text("{country} {cost}", country=plan_text.country(country), cost=plan_text.money(usd))
        for country, usd in found.items()
    ]
    return text("Who pays it, as owner: {parts}.", parts=plan_text.language.joined(parts))


def projects_left(plan_text: PlanText) -> str:
    """Name the projects that are not built."""
    left = [plan_text.asset("project", key).text for key in plan_text.digest.projects_left]
    return plan_text.language.text("Projects not built: {projects}.", projects=plan_text.few(left)) if left else ""


def confidence_word(language: Language, confidence: str | None) -> str:
    """Return how sure a record is."""
    return {
        "verified": language.text("verified"),
        "estimated": language.text("estimated"),
        "assumed": language.text("assumed"),
        None: language.text("not said"),
    }[confidence]


def convention(plan_text: PlanText) -> str:
    """Say what a PFLOPS is."""
    return plan_text.language.text("PFLOPS are dense BF16/FP16 peak; published figures are normalised.")


def conventions(plan_text: PlanText) -> list[str]:
    """Return the published figures that had to be normalised: 2 EFLOPS (FP8, sparse) = 500 PFLOPS."""
    return [
        f"{plan_text.site(each.id).text}: {each.published_compute} ({_precision(plan_text, each)})"
        f" = {plan_text.language.quantity(each.compute_pflops.at(plan_text.shown_year), 'PFLOPS')}"
        for each in plan_text.digest.normalised
    ]


def _precision(plan_text: PlanText, site: Site) -> str:
    name = site.precision.upper()
    return plan_text.language.text("{precision}, sparse", precision=name) if site.sparse else name
