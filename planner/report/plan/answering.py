"""The answer for the community that is asked about, in sentences: page, terminal and pictures say the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite
from typing import TYPE_CHECKING

from planner.report.language.figures import ALL_BUT
from planner.report.language.rules import limit_words
from planner.report.plan.sentences import confidence_word

if TYPE_CHECKING:
    from planner.report.plan.facts.community import CommunityAnswer
    from planner.report.plan.facts.money import LimitValue
    from planner.report.plan.facts.supply import BuiltAsset
    from planner.report.plan.plan_text import PlanText

NAMED = 3
"""Builds, idle sites and limits that a sentence names; tables hold the rest."""


def answer(plan_text: PlanText) -> list[str]:
    """Return the answer for the last year: need and target, who serves it, what is built, what it takes.

    Nothing where the scenario names no community: then the headline speaks of all.
    """
    found = plan_text.digest.last.community
    if found is None:
        return []
    return [
        served(plan_text, found),
        *_pool(plan_text, found),
        *built(plan_text, found.members),
        _takes(plan_text, found),
    ]


def reservations(plan_text: PlanText) -> list[str]:
    """Return what a reader has to know with the answer: others, idle sites, years not planned, what it hinges on."""
    found = plan_text.digest.last.community
    said = [*_others(plan_text, found), *_idle(plan_text, found)] if found is not None else []
    return [*said, *between(plan_text), *hinges(plan_text)]


def served(plan_text: PlanText, found: CommunityAnswer) -> str:
    """Say how much of what the members ask for is served, and where."""
    language = plan_text.language
    text = language.text
    if not found.asked_pflops:
        return text("The community asks for no compute in {year}.", year=found.year)
    fields = {
        "year": found.year,
        "asked": language.quantity(found.asked_pflops, "PFLOPS"),
        "where": _where(plan_text, found),
    }
    if found.serves_all:
        return text("The community asks for {asked} in {year}, and all of it is served: {where}.", **fields)
    return text(
        "The community asks for {asked} in {year}; {served} are served ({share}): {where}.",
        served=language.number(found.served_pflops), share=language.percentage(found.served_share), **fields,
    )  # fmt: skip


def _where(plan_text: PlanText, found: CommunityAnswer) -> str:
    """List who serves: at home, in other members' countries, beyond them, rented."""
    text, number = plan_text.language.text, plan_text.language.number
    parts = {
        "home": (found.home_pflops, text("{pflops} at home", pflops=number(found.home_pflops))),
        "fellow": (
            found.fellow_pflops,
            text("{pflops} in another member's country", pflops=number(found.fellow_pflops)),
        ),
        "abroad": (found.abroad_pflops, text("{pflops} outside the community", pflops=number(found.abroad_pflops))),
        "market": (found.market_pflops, text("{pflops} rented", pflops=number(found.market_pflops))),
    }  # fmt: skip
    said = [words for pflops, words in parts.values() if pflops > ALL_BUT * found.asked_pflops]
    return plan_text.language.joined(said) if said else text("none")


def _pool(plan_text: PlanText, found: CommunityAnswer) -> Iterator[str]:
    """Say what stands on the members' soil, against the target."""
    language = plan_text.language
    text, number = language.text, language.number
    stands = {"installed": language.quantity(found.installed_pflops, "PFLOPS"), "used": number(found.used_pflops)}
    if found.built_pflops:
        built_here = number(found.built_pflops)
        yield text(
            "On its soil stand {installed}, {built} of them built by this plan; {used} are in use.",
            built=built_here, **stands,
        )  # fmt: skip
    else:
        yield text("On its soil stand {installed}; {used} are in use.", **stands)
    if not isfinite(found.target_pflops):
        return
    target = language.quantity(found.target_pflops, "PFLOPS")
    if not found.asked_pflops:
        yield text("Its target is {target}.", target=target)
        return
    yield text(
        "Its target of {target} is {share} of what it asks for.",
        target=target, share=language.percentage(found.target_pflops / found.asked_pflops),
    )  # fmt: skip


def built(plan_text: PlanText, members: Sequence[str]) -> list[str]:
    """Say what is built, where, when and for how much: on the members' soil, then elsewhere; the dearest by name."""
    text, found = plan_text.language.text, plan_text.digest.dearest
    if not found:
        return [text("Nothing is built.")]
    own = [each for each in found if _is_on_soil(plan_text, each, members)]
    rest = [each for each in found if not _is_on_soil(plan_text, each, members)]
    said = [
        text("Built on its soil are {what}.", what=_amounts(plan_text, own))
        if own
        else text("Nothing is built on its soil.")
    ]
    if rest:
        said.append(text("Built elsewhere, links included, are {what}.", what=_amounts(plan_text, rest)))
    return said


def _is_on_soil(plan_text: PlanText, build: BuiltAsset, members: Sequence[str]) -> bool:
    """Tell whether a build stands in a member's country; links lie between countries, projects are of anything."""
    topology = plan_text.inputs.topology
    if build.kind != "site":
        return False
    return topology.nodes[topology.sites[build.key].node].country in members


def _amounts(plan_text: PlanText, found: Sequence[BuiltAsset]) -> str:
    """Return how much is built for how much, with the dearest by name."""
    language, texts = plan_text.language, plan_text.language.texts
    sites, links = ({each.key for each in found if each.kind == kind} for kind in ("site", "link"))
    pflops = language.quantity(sum(each.pflops for each in found), "PFLOPS")
    gbps = language.rate(sum(each.gbps for each in found))
    projects = sum(each.kind == "project" for each in found)
    parts = [
        *([texts("{amount} at {count} site", "{amount} at {count} sites", len(sites), amount=pflops)] if sites else []),
        *([texts("{amount} on {count} link", "{amount} on {count} links", len(links), amount=gbps)] if links else []),
        *([texts("{count} project", "{count} projects", projects)] if projects else []),
    ]
    named = [_named(plan_text, each) for each in found[:NAMED]]
    if len(found) > NAMED:
        named.append(texts("{count} more", "{count} more", len(found) - NAMED))
    return language.text(
        "{parts}, for {capex} ({named})",
        parts=language.listed(parts), capex=plan_text.money(sum(each.capex_usd for each in found)),
        named=language.joined(named),
    )  # fmt: skip


def _named(plan_text: PlanText, build: BuiltAsset) -> str:
    language, name = plan_text.language, plan_text.asset(build.kind, build.key).text
    fields = {"name": language.isolated(name), "year": build.year}
    if build.unit == "project":
        return language.text("{name} in {year}", **fields)
    return language.text("{name} {amount} in {year}", amount=language.quantity(build.added, build.unit), **fields)


def _takes(plan_text: PlanText, found: CommunityAnswer) -> str:
    """Say what the members' part costs, and what their sites take."""
    language = plan_text.language
    return language.text(
        "Its part costs {cost} in {year}; the sites on its soil draw {power}, {energy} a year, with {carbon} kt of"
        " CO₂.",
        cost=plan_text.money(found.cost_usd), year=found.year, power=language.quantity(found.power_mw, "MW"),
        energy=language.quantity(found.energy_mwh / 1e3, "GWh"), carbon=language.number(found.carbon_t / 1e3),
    )  # fmt: skip


def _others(plan_text: PlanText, found: CommunityAnswer) -> Iterator[str]:
    if found.others_asked_pflops > 0:
        language = plan_text.language
        yield language.text(
            "Others beside the community ask for {asked}, of which {served} are served ({share}).",
            asked=language.quantity(found.others_asked_pflops, "PFLOPS"),
            served=language.number(found.others_served_pflops),
            share=language.percentage(min(found.others_served_pflops / found.others_asked_pflops, 1.0)),
        )


def _idle(plan_text: PlanText, found: CommunityAnswer) -> Iterator[str]:
    """Say at which of the members' sites machines stand idle."""
    if not found.idle:
        return
    language, shown = plan_text.language, found.idle[:NAMED]
    names = [language.isolated(plan_text.site(each.site).text) for each in shown]
    rest = len(found.idle) - len(shown)
    if rest:
        names.append(language.texts("{count} more", "{count} more", rest))
    yield language.texts(
        "{count} site of the members serves nobody in {year}, {pflops} in all: {sites}.",
        "{count} sites of the members serve nobody in {year}, {pflops} in all: {sites}.",
        len(found.idle), year=found.year, sites=language.joined(names),
        pflops=language.quantity(sum(each.installed_pflops for each in found.idle), "PFLOPS"),
    )  # fmt: skip


def between(plan_text: PlanText) -> Iterator[str]:
    """Say which years between listed ones are not planned, and by how much what stands falls short in them."""
    found, language = plan_text.digest.between, plan_text.language
    if not found:
        return
    text, short = language.text, [each for each in found if each.missing_pflops]
    years = language.joined(spans([each.year for each in found]))
    if not short:
        yield text("Not planned: {years}. What stands then is as much as is asked for, wherever it is.", years=years)
        return
    worst = max(short, key=lambda each: each.missing_pflops)
    yield text(
        "NOT PLANNED: {years}. What stands falls short of what is asked for in {short}, by at least {missing} in"
        " {worst}; where that matters, list more years.",
        years=years, short=language.joined(spans([each.year for each in short])), worst=worst.year,
        missing=language.quantity(worst.missing_pflops, "PFLOPS"),
    )  # fmt: skip


def spans(years: list[int]) -> list[str]:
    """Return years with those that follow each other drawn together: 2027–2029."""
    found = []
    for _, run in groupby(enumerate(years), key=lambda pair: pair[1] - pair[0]):
        first, *rest = (year for _, year in run)
        found.append(f"{first}–{rest[-1]}" if rest else str(first))
    return found


def hinges(plan_text: PlanText) -> Iterator[str]:
    """Say what the answer hinges on: the limits that a raise would save most at, and records that are not verified."""
    language, found = plan_text.language, plan_text.digest.last.hinges[:NAMED]
    if found:
        parts = language.text("; ").join(hinge(plan_text, each) for each in found)
        yield language.text("It hinges on: {parts}.", parts=parts)
    sums = plan_text.digest.cost_by_confidence
    whole = sum(sums.values())
    unsure = {word: usd for word, usd in sums.items() if word != "verified"}
    if whole and unsure:
        words = [confidence_word(language, word) for word in sorted(unsure, key=lambda word: -unsure[word])]
        yield language.text(
            "{share} of the cost rests on figures that are not verified ({words}).",
            share=language.percentage(sum(unsure.values()) / whole), words=language.joined(words),
        )  # fmt: skip


def hinge(plan_text: PlanText, value: LimitValue) -> str:
    """Say what a raise of a limit would save, in a step that it can bear."""
    language = plan_text.language
    unit, name = plan_text.currency_unit(value.unit), _at(plan_text, value)
    words = limit_words(language, value.limit)
    fields = {
        "limit": language.text("{limit} at {name}", limit=words, name=name) if name else words,
        "step": language.quantity(value.step, unit), "usd": plan_text.money(value.step_usd),
    }  # fmt: skip
    return language.text("{limit} ({step} more would save up to {usd} a year)", **fields)


def _at(plan_text: PlanText, value: LimitValue) -> str:
    """Return where a limit is."""
    if not value.key:
        return ""
    topology, language = plan_text.inputs.topology, plan_text.language
    if value.key in topology.sites:
        return language.isolated(plan_text.site(value.key).text)
    if value.key in topology.links:
        return language.isolated(plan_text.link(value.key).text)
    return plan_text.country(value.key) if "country" in value.limit.index else language.isolated(value.key)
