"""Every limit and rule that may stand in the way of a plan: how it is eased, and what that is called.

Limits with an amount are eased by as little as may be; rules are taken away. Only limits that a
question has are listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, get_args

from planner.plan import phrases
from planner.plan.diagnosis import changes, shared_limits
from planner.plan.diagnosis.eased import EasedQuestion, Easing, EasingTrial, Slack, greatest, least
from planner.plan.diagnosis.required import describe, least_served, part_key_of
from planner.programme.case import INTACT
from planner.programme.constraints import MILLIONTH
from planner.scenario import CountedStatus
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.programme.case import Case, ShareCase
    from planner.programme.constraints import Key

KG_PER_T = 1000
FULL = Yearly.flat(1.0)


def list_easings(question: EasedQuestion) -> list[Easing]:
    """Return what may be eased in a question, budgets first; what is required has a place of its own."""
    return [easing for family in FAMILIES for easing in family(question)]


def site_limit(question: EasedQuestion) -> Iterator[Easing]:
    """More sites may be in use."""
    limit = question.inputs.scenario.limits.sites

    def say(trial: EasingTrial) -> Iterator[str]:
        assert limit is not None
        for amount in trial.of("sites").values():
            yield phrases.MORE_SITES.say(needed=limit + round(amount), limit=limit)

    if limit is not None:
        yield Easing("limits.sites", say, rows={"site_limit": lambda case, _: Slack(("sites",), 1.0, len(case.sites))})


def capex_budget(question: EasedQuestion) -> Iterator[Easing]:
    """More may be spent on building."""
    limit, currency = question.inputs.scenario.limits.capex_usd, question.inputs.scenario.finance.currency

    def say(trial: EasingTrial) -> Iterator[str]:
        assert limit is not None
        for amount in trial.of("capex").values():
            needed = least(limit + amount / MILLIONTH)
            yield phrases.MORE_CAPEX.say(needed=needed, limit=limit, currency=currency)

    if limit is not None:
        yield Easing("limits.capex", say, rows={"capex_budget": lambda case, _: Slack(("capex",), 1.0, _dearest(case))})


def _dearest(case: Case) -> float:
    """MUSD that everything costs that could be built."""
    options = (*case.site_expansions, *case.link_expansions)
    builds = sum(option.limit[year] * option.capex_usd[year] for option in options for year in option.years)
    return MILLIONTH * (builds + sum(project.capex_usd for project in case.projects))


def carbon_budget(question: EasedQuestion) -> Iterator[Easing]:
    """More may be emitted."""
    limit = question.inputs.scenario.limits.carbon_kg

    def slacken(case: Case, key: Key) -> Slack:
        year = int(str(key[0]))
        asked = sum(case.volume(demand, year) for demand in case.demands if demand.is_compute)
        blocks = range(case.blocks)
        dirtiest = max((site.carbon_kg((year, b), used=1.0) for site in case.sites for b in blocks), default=0.0)
        waiting = sum(case.most_waiting_kg(site, year) for site in range(len(case.sites)))
        return Slack(("carbon", year), 1.0, (asked * dirtiest + waiting) / KG_PER_T)

    def say(trial: EasingTrial) -> Iterator[str]:
        assert limit is not None
        for (year,), amount in trial.of("carbon").items():
            tonnes = limit.at(int(str(year))) / KG_PER_T
            yield phrases.MORE_CARBON.say(year=year, needed=least(tonnes + amount), limit=tonnes)

    if limit is not None:
        yield Easing("limits.carbon", say, rows={"carbon_budget": slacken})


def floor(question: EasedQuestion) -> Iterator[Easing]:
    """Members may get a smaller share."""
    share = question.inputs.scenario.policy.floor.served_share

    def slacken(case: Case, key: Key) -> Slack:
        year, country = key
        own = (each for each in case.demands if each.country == country and each.is_compute)
        return Slack(("floor",), sum(case.volume(each, int(str(year))) for each in own), case.served_share)

    def say(trial: EasingTrial) -> Iterator[str]:
        assert share is not None
        for amount in trial.of("floor").values():
            yield phrases.LOWER_FLOOR.say(needed=greatest(max(0.0, share - amount)), limit=share)

    if share:
        yield Easing("policy.floor.served_share", say, rows={"floor": slacken})


def pool(question: EasedQuestion) -> Iterator[Easing]:
    """The pool may be larger."""
    limit = question.pool_pflops

    def say(trial: EasingTrial) -> Iterator[str]:
        assert limit is not None
        for amount in trial.of("pool").values():
            yield phrases.LARGER_POOL.say(needed=least(limit + amount), limit=limit)

    if limit is not None:
        yield Easing("pool", say, rows={"pool": lambda case, _: Slack(("pool",), 1.0, _most_pflops(case))})


def _most_pflops(case: Case) -> float:
    """PFLOPS that all demands together could occupy, at the smallest fill."""
    asked = sum(case.most_times * max(demand.quantity.values(), default=0.0) for demand in case.demands)
    return asked / min((fill for site in case.sites for fill in site.fill.values()), default=1.0)


def survival(question: EasedQuestion) -> Iterator[Easing]:
    """Nothing need survive some of the failures."""
    case = question.case
    most = max((max(each.quantity.values(), default=0.0) for each in case.demands if each.survives > 0), default=0.0)

    def say(trial: EasingTrial) -> Iterator[str]:
        for (failure,) in trial.of("survival"):
            yield phrases.NOTHING_SURVIVES.say(failure=failure)

    if most and case.failing_states:
        rows = {"survival": lambda _, key: Slack(("survival", key[2]), 1.0, most)}
        yield Easing("survives", say, rows=rows)


def given_builds(question: EasedQuestion) -> Iterator[Easing]:
    """Other things may be built than were given."""
    if question.builds is not None:
        yield Easing("--builds", lambda _: iter([phrases.OTHER_BUILDS.say()]), thaw=True)


def compute(question: EasedQuestion) -> Iterator[Easing]:
    """Sites may have more compute."""

    def say(trial: EasingTrial) -> Iterator[str]:
        for (site,), amount in trial.of("compute").items():
            yield phrases.MORE_COMPUTE.say(amount=least(amount), site=site)

    if any(demand.is_compute for demand in question.case.demands) and question.case.sites:
        yield Easing("compute of sites", say, room=True)


def light(question: EasedQuestion) -> Iterator[Easing]:
    """Links may have more capacity."""

    def slacken(case: Case, key: Key) -> Slack:
        link = links[str(key[3])]
        year = int(str(key[0]))
        fill = link.fill[year] if key[2] == INTACT else 1.0
        return Slack(("link", link.id), fill, (_most_gbps(case) + max(link.committed_gbps.values())) / fill)

    def say(trial: EasingTrial) -> Iterator[str]:
        for (link,), amount in trial.of("link").items():
            yield phrases.MORE_LIGHT.say(amount=least(amount), link=link)

    links = {link.id: link for link in question.case.links}
    if links:
        yield Easing("capacity of links", say, rows={"link_capacity": slacken})


def _most_gbps(case: Case) -> float:
    """Gbps that all demands together could put on one link."""
    pairs = ((case.most_times * max(each.quantity.values()), case.routings[each.routing]) for each in case.demands)
    return sum(amount * (routing.traffic + routing.traffic_back) for amount, routing in pairs)


def power(question: EasedQuestion) -> Iterator[Easing]:
    """Sites may draw more power."""

    def slacken(case: Case, key: Key) -> Slack:
        position = case.site_index[str(key[3])]
        site, most = case.sites[position], _most_pflops(case)
        stands = ((year, case.most_pflops(position, year)) for year in case.years)
        drawn = max(site.meter_mw(year, installed=installed, used=most) for year, installed in stands)
        return Slack(("power", site.id), 1.0, drawn)

    def say(trial: EasingTrial) -> Iterator[str]:
        for (site,), amount in trial.of("power").items():
            yield phrases.MORE_POWER.say(amount=least(amount), site=site)

    if any(site.power_mw is not None for site in question.case.sites):
        yield Easing("power of sites", say, rows={"site_power": slacken})


def split(question: EasedQuestion) -> Iterator[Easing]:
    """Work that goes to one site may go to several."""
    case = question.case
    demand_of = {case.part_key(demand): demand for demand in case.demands}

    def say(trial: EasingTrial) -> Iterator[str]:
        for year, *label in trial.of("split"):
            demand = demand_of[part_key_of(tuple(label))]
            asked = case.volume(demand, int(str(year)))
            yield phrases.MAY_SPLIT.say(**describe(case, demand), asked=asked, year=year)

    if case.whole_choices:
        rows = {"whole_choice": lambda case, key: Slack(("split", *key), 1.0, len(case.sites))}
        yield Easing("split: false", say, rows=rows)


def clusters(question: EasedQuestion) -> Iterator[Easing]:
    """Work need not find a large cluster."""
    for key, workload in sorted(question.inputs.demand.workloads.items()):
        if workload.needs_cluster:
            pflops, cards = workload.min_cluster_pflops, workload.min_cluster_cards
            phrase = phrases.NO_CLUSTER_OF_CARDS if cards else phrases.NO_CLUSTER
            said = phrase.say(workload=key, pflops=pflops, cards=cards)
            change = changes.with_workload(key, min_cluster_pflops=0.0, min_cluster_cards=0.0)
            yield Easing(f"min_cluster of {key}", _saying(said), change)


def _saying(sentence: str) -> Callable[[EasingTrial], Iterator[str]]:
    return lambda _: iter([sentence])


def steps(question: EasedQuestion) -> Iterator[Easing]:
    """Expansions may be built in part."""
    topology = question.inputs.topology
    stepped = [key for key, site in sorted(topology.sites.items()) if any(each.step for each in site.expansion)]
    stepped += [key for key, link in sorted(topology.links.items()) if any(each.step for each in link.expansion)]
    if stepped:
        said = phrases.PARTS_OF_STEPS.say(names=phrases.LISTED.join(stepped))
        yield Easing("whole steps", _saying(said), changes.without_steps)


def shares(question: EasedQuestion) -> Iterator[Easing]:
    """Rules on shares may ask for less: a percent makes up for a percent of what is served, at least."""
    for rule in question.case.shares:
        served = {year: least_served(question.case, rule.hosts, year) for year in question.case.years}
        if any(served.values()):
            yield _lower_share(rule, served)


def _lower_share(rule: ShareCase, served_pflops: Mapping[int, float]) -> Easing:
    def slacken(_: Case, key: Key) -> Slack | None:
        year, name = key
        return Slack(("share", name), served_pflops[int(str(year))], rule.at_least) if name == rule.name else None

    def say(trial: EasingTrial) -> Iterator[str]:
        needed = greatest(rule.at_least - trial.of("share").get((rule.name,), 0.0))
        said = phrases.LOWER_SHARE if needed > 0 else phrases.NO_SHARE_RULE
        if needed < rule.at_least:
            yield said.say(rule=rule.name, needed=needed, limit=rule.at_least)

    return Easing(f"at_least of policy.shares.{rule.name}", say, rows={"share": slacken})


def rules(question: EasedQuestion) -> Iterator[Easing]:
    """Rules of residency, of transit, on shares and on foreign stakes may go, one or all."""
    phrase = {
        "residency": (phrases.NO_RULE, phrases.NO_RESIDENCY),
        "transit": (phrases.NO_WAY_RULE, phrases.NO_TRANSIT),
        "shares": (phrases.NO_SHARE_RULE, phrases.NO_SHARES),
        "foreign_stake": (phrases.NO_STAKE_RULE, phrases.NO_STAKES),
    }
    for kind, (one, every) in phrase.items():
        found = getattr(question.inputs.scenario.policy, kind)
        for number, rule in enumerate(found):
            said = one.say(rule=rule.id or str(number))
            name = f"policy.{kind}.{rule.id or number}"
            yield Easing(name, _saying(said), changes.without_rule(kind, number), beyond=f"at_least of {name}")
        if len(found) > 1:
            yield Easing(f"policy.{kind}", _saying(every.say()), changes.without_rule(kind, None))


def latency(question: EasedQuestion) -> Iterator[Easing]:
    """Work may bear any latency."""
    for key, workload in sorted(question.inputs.demand.workloads.items()):
        if workload.max_rtt_ms is not None:
            said = phrases.NO_MAX_RTT.say(workload=key, max_rtt_ms=workload.max_rtt_ms)
            yield Easing(f"max_rtt of {key}", _saying(said), changes.with_workload(key, max_rtt_ms=None))
        if workload.job is not None:
            said = phrases.NO_DEADLINE.say(workload=key, deadline_s=workload.job.deadline_s)
            yield Easing(f"deadline of {key}", _saying(said), changes.with_workload(key, job=None))


def hosts(question: EasedQuestion) -> Iterator[Easing]:
    """Demands may have any hosts that the policy allows."""
    narrow = [row.id for row in question.inputs.demand.demands if row.hosts is not None]
    if narrow:
        said = phrases.ANY_HOSTS.say(names=phrases.LISTED.join(narrow))
        yield Easing("hosts of demands", _saying(said), changes.with_any_hosts)


def users(question: EasedQuestion) -> Iterator[Easing]:
    """Everybody may use every link."""
    closed = sorted(link.id for link in question.inputs.topology.links.values() if link.usable_by is not None)
    if closed:
        said = phrases.ANY_USERS.say(names=phrases.LISTED.join(closed))
        yield Easing("usable_by", _saying(said), changes.with_open_links)


def fills(question: EasedQuestion) -> Iterator[Easing]:
    """Machines and links may be planned to be full."""
    limits = question.inputs.scenario.limits
    for name, phrase in (("site_fill", phrases.FULL_SITES), ("link_fill", phrases.FULL_LINKS)):
        share = min(value for _, value in getattr(limits, name).points)
        if share < 1:
            yield Easing(f"limits.{name}", _saying(phrase.say(limit=share)), changes.with_limits(**{name: FULL}))


def count(question: EasedQuestion) -> Iterator[Easing]:
    """Sites of every status may count but mere candidates."""
    scenario = question.inputs.scenario
    more = tuple(status for status in get_args(CountedStatus) if status not in scenario.count)
    if any(site.status in more for site in question.inputs.topology.sites.values()):
        every = (*scenario.count, *more)
        said = phrases.COUNT_MORE.say(statuses=phrases.LISTED.join(every))
        yield Easing("count", _saying(said), changes.with_scenario(count=every))


FAMILIES: tuple[Callable[[EasedQuestion], Iterator[Easing]], ...] = (
    site_limit,
    capex_budget,
    carbon_budget,
    *shared_limits.FAMILIES,
    floor,
    pool,
    given_builds,
    split,
    clusters,
    steps,
    survival,
    fills,
    power,
    light,
    compute,
    count,
    shares,
    rules,
    latency,
    hosts,
    users,
)
"""What may be eased, in the order in which it is tried and named."""
