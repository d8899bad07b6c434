"""Limits of groups of sites, of single members and on what is rented: how each is eased, and what that is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from planner.plan import phrases
from planner.plan.diagnosis import changes
from planner.plan.diagnosis.eased import EasedQuestion, Easing, EasingTrial, Slack, greatest, least
from planner.programme.constraints import MILLIONTH

if TYPE_CHECKING:
    from planner.plan.templates import Phrase
    from planner.programme.case import Case
    from planner.programme.constraints import Key


def most_asked(case: Case) -> float:
    """PFLOPS that all demands together could occupy at once, or that stand already."""
    asked = sum(case.most_times * max(demand.quantity.values(), default=0.0) for demand in case.demands)
    return asked + sum(case.most_pflops(i, year) for i in range(len(case.sites)) for year in case.years)


def group_power(question: EasedQuestion) -> Iterator[Easing]:
    """Groups of sites may draw more power."""

    def slacken(case: Case, key: Key) -> Slack:
        most = most_asked(case)
        dearest = max(site.meter_mw(year, installed=most, used=most) for site in case.sites for year in case.years)
        return Slack(("group_power", key[3], key[0]), 1.0, dearest)

    limits = {group.id: group.power_mw for group in question.case.groups if group.power_mw is not None}
    if limits:
        say = _more_of_groups("group_power", limits, phrases.MORE_GROUP_POWER)
        yield Easing("power of groups", say, rows={"group_power": slacken})


def group_compute(question: EasedQuestion) -> Iterator[Easing]:
    """More compute may stand in groups of sites."""
    limits = {group.id: group.compute_pflops for group in question.case.groups if group.compute_pflops is not None}
    if limits:
        say = _more_of_groups("group_compute", limits, phrases.MORE_GROUP_COMPUTE)
        rows = {"group_compute": lambda case, key: Slack(("group_compute", key[1], key[0]), 1.0, most_asked(case))}
        yield Easing("compute of groups", say, rows=rows)


def _more_of_groups(
    family: str, limits: Mapping[str, Mapping[int, float]], phrase: Phrase
) -> Callable[[EasingTrial], Iterator[str]]:
    """Return how to say by how much the limits of groups have to be higher, given by group and year."""

    def say(trial: EasingTrial) -> Iterator[str]:
        for (name, year), amount in trial.of(family).items():
            before = limits[str(name)][int(str(year))]
            yield phrase.say(group=name, year=year, needed=least(before + amount), limit=before)

    return say


def member_capex(question: EasedQuestion) -> Iterator[Easing]:
    """More may be spent on building at members."""
    currency = question.inputs.scenario.finance.currency

    def slacken(case: Case, key: Key) -> Slack:
        options = (*case.site_expansions, *case.link_expansions)
        builds = sum(option.limit[year] * option.capex_usd[year] for option in options for year in option.years)
        most = MILLIONTH * (builds + sum(project.capex_usd for project in case.projects))
        return Slack(("member_capex", key[0]), 1.0, most)

    def say(trial: EasingTrial) -> Iterator[str]:
        for (country,), amount in trial.of("member_capex").items():
            limit = next(each.capex_usd for each in question.case.member_limits if each.country == country)
            assert limit is not None
            needed = least(limit + amount / MILLIONTH)
            yield phrases.MORE_MEMBER_CAPEX.say(country=country, needed=needed, limit=limit, currency=currency)

    if any(each.capex_usd is not None for each in question.case.member_limits):
        yield Easing("limits.members capex", say, rows={"member_capex": slacken})


def member_hosting(question: EasedQuestion) -> Iterator[Easing]:
    """Members may host less."""

    def limit_of(case: Case, country: str, year: int) -> float:
        limit = next(each.hosted_pflops for each in case.member_limits if each.country == country)
        assert limit is not None
        return limit[year]

    def slacken(case: Case, key: Key) -> Slack:
        return Slack(("member_hosting", key[1], key[0]), 1.0, limit_of(case, str(key[1]), int(str(key[0]))))

    def say(trial: EasingTrial) -> Iterator[str]:
        for (country, year), amount in trial.of("member_hosting").items():
            before = limit_of(question.case, str(country), int(str(year)))
            needed = greatest(max(0.0, before - amount))
            yield phrases.LESS_HOSTED.say(country=country, year=year, needed=needed, limit=before)

    if any(each.hosted_pflops is not None for each in question.case.member_limits):
        yield Easing("limits.members hosted_min", say, rows={"member_hosting": slacken})


def member_opex(question: EasedQuestion) -> Iterator[Easing]:
    """More may be spent on running members' sites."""
    currency = question.inputs.scenario.finance.currency

    def slacken(case: Case, key: Key) -> Slack:
        year = int(str(key[0]))
        own = next(each.sites for each in case.member_limits if each.country == key[1])
        sites = [case.sites[i] for i in own]
        rates = (
            s.opex_usd_per_pflops[year] + s.energy_usd((year, block), installed=1.0, used=1.0)
            for s in sites
            for block in range(case.blocks)
        )
        dearest = max(rates, default=0.0)
        built = sum(
            option.limit[year] * option.opex_usd[year] for option in case.site_expansions if option.asset in own
        )
        fixed = sum(site.fixed_cost_usd[year] for site in sites)
        most = most_asked(case) * dearest * MOST_DEARER + built + fixed
        return Slack(("member_opex", key[1], year), 1.0, most * MILLIONTH)

    def say(trial: EasingTrial) -> Iterator[str]:
        for (country, year), amount in trial.of("member_opex").items():
            limit = next(each.opex_usd for each in question.case.member_limits if each.country == country)
            assert limit is not None
            before = limit[int(str(year))]
            needed = least(before + amount / MILLIONTH)
            yield phrases.MORE_MEMBER_OPEX.say(
                country=country, year=year, needed=needed, limit=before, currency=currency
            )

    if any(each.opex_usd is not None for each in question.case.member_limits):
        yield Easing("limits.members opex", say, rows={"member_opex": slacken})


def market_floor(question: EasedQuestion) -> Iterator[Easing]:
    """What is rented may count as served."""
    floor, sites = question.inputs.scenario.policy.floor, question.case.sites
    if floor.served_share and not floor.market and any(site.market for site in sites):
        policy = question.inputs.scenario.policy.model_copy(update={"floor": floor.model_copy(update={"market": True})})
        yield Easing(
            "policy.floor.market", lambda _: iter([phrases.COUNT_MARKET.say()]), changes.with_scenario(policy=policy)
        )


MOST_DEARER = 100.0
"""Times that distance and border may make opex and energy dearer, at most, where more is allowed for."""
FAMILIES: tuple[Callable[[EasedQuestion], Iterator[Easing]], ...] = (
    group_power, group_compute, member_capex, member_hosting, member_opex, market_floor,
)  # fmt: skip
"""What may be eased here, in the order in which it is tried."""
