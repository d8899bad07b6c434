"""Sentences that a comparison keeps as what they mean, and says in a language when it is printed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from planner.engine.status import Status
from planner.programme.families import FAMILIES
from planner.report.comparison.figures import FigureWriter
from planner.report.language.phrases import translate
from planner.report.language.rules import limit_words, status_word

if TYPE_CHECKING:
    from planner.report.comparison.names import PlainNames
    from planner.report.language.speech import Language


PATHS = {"site_limit": "limits.sites"}
"""Where a limit stands in the scenario, where its name alone does not tell."""
FEW_COUNTRIES = 6
"""Countries that a sentence names."""


@dataclass(frozen=True)
class ComparisonSentence:
    """A sentence by its kind and what fills it: names, figures, or words of the tables."""

    kind: str
    fields: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def __str__(self) -> str:
        """Return the sentence in English."""
        return say(self)


class Share(float):
    """A part of a whole, said in percent."""


class Rate(float):
    """Traffic in Gbps, said in the unit that fits."""


@dataclass(frozen=True)
class Money:
    """An amount of money in a currency."""

    usd: float
    currency: str


@dataclass(frozen=True)
class RatesByCountry:
    """Gbps by country, the first ones said."""

    gbps: tuple[tuple[str, float], ...]


def sentence(kind: str, **fields: Any) -> ComparisonSentence:
    """Return a sentence to be said later."""
    return ComparisonSentence(kind, fields)


def say(sentence: ComparisonSentence, language: Language | None = None, names: PlainNames | None = None) -> str:
    """Return a sentence in a language; figures stand in its own form, records by their ids where no names are given."""
    from planner.report.comparison.names import IDS
    from planner.report.language.speech import speak

    language, names = language or speak(), names or IDS
    shown = {name: _shown(name, value, language, names) for name, value in sentence.fields.items()}
    return _SENTENCES[sentence.kind](language, shown)


def _shown(name: str, value: Any, language: Language, names: PlainNames) -> str:
    """Return what fills a field: figures, names, and words of the tables in the language."""
    figure = _figure(value, language, names)
    if figure is not None:
        return figure
    if isinstance(value, Status):
        return status_word(value, language)
    if isinstance(value, tuple):
        return names.objective(value)
    if name == "reason":
        return translate(value, language)
    if name == "family":
        path = PATHS.get(value)
        limit = limit_words(language, FAMILIES[value])
        return f"{limit} ({language.isolated(path)})" if path else limit
    if name == "unit":
        return FigureWriter(language, "").unit(value)
    called = {"site": names.site, "other": names.site, "link": names.link, "country": names.country}
    return language.isolated(called[name](value) if name in called else str(value))


def _figure(value: Any, language: Language, names: PlainNames) -> str | None:
    """Return what fills a field that is a figure, or figures by country; None for any other."""
    if isinstance(value, Share):
        return language.isolated(language.tenths(value))
    if isinstance(value, Rate):
        return language.isolated(language.rate(value))
    if isinstance(value, Money):
        return language.isolated(language.money(value.usd, value.currency))
    if isinstance(value, RatesByCountry):
        parts = [f"{names.country(country)} {language.rate(gbps)}" for country, gbps in value.gbps]
        return language.few(list(map(language.isolated, parts)), FEW_COUNTRIES)
    if isinstance(value, float):
        return language.isolated(language.number(value, 4))
    return None


Sentence = Callable[["Language", dict[str, Any]], str]
_SENTENCES: dict[str, Sentence] = {
    # why work changed site
    "site_gone": lambda o, f: o.text("because {site} is not there any more", **f),
    "site_empty": lambda o, f: o.text("because {site} has no compute any more", **f),
    "site_new": lambda o, f: o.text("because {site} is not there in the baseline", **f),
    "site_started": lambda o, f: o.text("because {site} has no compute in the baseline", **f),
    "rule_keeps": lambda o, f: o.text("because the rule {rule} now keeps it from {site}", **f),
    "rule_frees": lambda o, f: o.text("because the rule {rule} no longer keeps it from {site}", **f),
    "not_allowed": lambda o, f: o.text("because it may not go to {site} any more (hosts, serves or offers)", **f),
    "now_allowed": lambda o, f: o.text(
        "because it may not go to {site} in the baseline (hosts, serves or offers)", **f
    ),
    "rtt_fell": lambda o, f: o.text(
        "because its limit of {limit} ms is now below the {rtt} ms by which {site} served it", **f
    ),
    "rtt_rose": lambda o, f: o.text(
        "because its limit in the baseline, {limit} ms, is below the {rtt} ms by which {site} now serves it", **f
    ),
    "transit_closed": lambda o, f: o.text("because its way to {site} crosses {country}, which it must now avoid", **f),
    "transit_open": lambda o, f: o.text(
        "because its way to {site} crosses {country}, which it must avoid in the baseline", **f
    ),
    "link_gone": lambda o, f: o.text("because the link {link} on its way to {site} is gone, or closed to it", **f),
    "link_new": lambda o, f: o.text(
        "because the link {link} on its way to {site} is not there, or closed to it, in the baseline", **f
    ),
    "site_full": lambda o, f: o.text("because {site} is now full", **f),
    "site_freed": lambda o, f: o.text("because {site}, full in the baseline, is full no longer", **f),
    "power_full": lambda o, f: o.text("because {site} is now at its limit of power", **f),
    "power_freed": lambda o, f: o.text("because {site}, at its limit of power in the baseline, is so no longer", **f),
    "build_full": lambda o, f: o.text("because no more can be built at {site} now", **f),
    "build_freed": lambda o, f: o.text("because {site}, built to its limit in the baseline, has room to grow", **f),
    "link_full": lambda o, f: o.text("because the link {link} on its way to {site} is now full", **f),
    "link_freed": lambda o, f: o.text(
        "because the link {link} on its way to {site}, full in the baseline, is full no longer", **f
    ),
    "survival": lambda o, f: o.text("because the share of it that must survive failures now binds", **f),
    "survival_gone": lambda o, f: o.text(
        "because the share of it that must survive failures binds in the baseline only", **f
    ),
    "limit": lambda o, f: o.text("because a limit on the whole plan now binds: {family}", **f),
    "limit_gone": lambda o, f: o.text("because a limit on the whole plan binds in the baseline only: {family}", **f),
    "dearer": lambda o, f: o.text(
        "because running work at {site} costs it {after} in place of {before} {unit}", **f
    ),
    "cheaper": lambda o, f: o.text(
        "because running work at {site} costs it only {after} in place of {before} {unit}", **f
    ),
    "asked_more": lambda o, f: o.text("because {after} PFLOPS are asked for in place of {before}", **f),
    "asked_less": lambda o, f: o.text("because only {after} PFLOPS are asked for in place of {before}", **f),
    "left": lambda o, f: o.text("because of this limit: {reason}", **f),
    "was_left": lambda o, f: o.text("because this limit of the baseline no longer holds it back: {reason}", **f),
    "eased": lambda o, f: o.text("because less of it is held back by this limit of the baseline: {reason}", **f),
    "either": lambda o, f: o.text(
        "because {other} and {site} cost it the same in both plans, the worth of what is full counted: either will do",
        **f,
    ),
    "objective": lambda o, f: o.text("because the objective is {after} in place of {before}", **f),
    "none": lambda o, f: o.text("no single limit explains it", **f),
    # what the reader has to know
    "same": lambda o, f: o.text("{plan}: nothing differs from {baseline}, neither what is asked nor the plan.", **f),
    "same_inputs": lambda o, f: o.text("{plan}: the same question as {baseline}; what moved, solving moved.", **f),
    "same_plan": lambda o, f: o.text("{plan}: another question than {baseline}, and the same plan.", **f),
    "no_plan": lambda o, f: o.text("{plan} has no plan ({status}), so it has no figures.", **f),
    "no_baseline": lambda o, f: o.text(
        "{plan}, the baseline, has no plan ({status}): nothing can be measured against it.", **f
    ),
    "not_proved": lambda o, f: o.text("{plan} is not proved optimal: part of what moved may be chance.", **f),
    "years": lambda o, f: o.text(
        "{plan} plans {years}, {baseline} {baseline_years}: only {common} can be compared, and the plans' whole costs "
        "cannot.",
        **f,
    ),
    "other_year": lambda o, f: o.text(
        "{plan} plans {year} and {baseline} {baseline_year}: these two years are set side by side.", **f
    ),
    "no_common_year": lambda o, f: o.text(
        "{plan} plans {years}, {baseline} {baseline_years}: they have no year in common, so no figures are compared.",
        **f,
    ),
    "currency": lambda o, f: o.text(
        "{plan} counts in {currency}, {baseline} in {baseline_currency}: money is not compared.", **f
    ),
    "discount": lambda o, f: o.text(
        "{plan} and {baseline} discount money differently or write it off over other lives: their costs mean "
        "different things.",
        **f,
    ),
    "several_years": lambda o, f: o.text(
        "Cost is the discounted sum over all years and capex what all builds cost overnight; every other criterion is "
        "that of each plan's last year.",
        **f,
    ),
    "several_years_one": lambda o, f: o.text(
        "Cost is the discounted sum over all years and capex what all builds cost overnight; every other criterion is "
        "that of {year}.",
        **f,
    ),
    "others_lost": lambda o, f: o.text(
        "{plan} leaves {gbps} of everybody else's traffic in {year} uncarried that {baseline} carries, worth {usd} a "
        "year, of the pairs that end in: {countries}.",
        **f,
    ),
    "others_carried": lambda o, f: o.text(
        "{plan} carries {gbps} of everybody else's traffic in {year} that {baseline} leaves, worth {usd} a year, of "
        "the pairs that end in: {countries}.",
        **f,
    ),
    "others_asked": lambda o, f: o.text(
        "{plan} counts {asked} of everybody else's traffic in {year}, {baseline} {baseline_asked}: what ends at places "
        "that a network lacks is not in its losses.",
        **f,
    ),
    "other_community": lambda o, f: o.text(
        "{plan} and {baseline} plan for other members: the worst member's share is each plan's own.", **f
    ),
    "other_demand": lambda o, f: o.text(
        "{plan} is asked for {asked} PFLOPS, {baseline} for {baseline_asked}: a lower cost may only mean less work.",
        **f,
    ),
    "other_work": lambda o, f: o.text(
        "{plan} is asked for {asked} PFLOPS, {baseline} for {baseline_asked}: they are plans for different work.", **f
    ),
    "served_less": lambda o, f: o.text(
        "{plan} serves {share} of what it is asked for, {baseline} {baseline_share}: part of its lower cost is work "
        "left undone.",
        **f,
    ),
}  # fmt: skip
