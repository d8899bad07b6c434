"""Limits with an amount: the least that would have to give, found in the programme, and the amendment that gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from planner.files.reading.catalogue import load_catalogue
from planner.plan.diagnosis import easings, shared_limits
from planner.plan.diagnosis.eased import EasedQuestion, Easing, EasingTrial, greatest, least
from planner.plan.diagnosis.required import missing_amounts, part_key_of, required_work
from planner.programme.constraints import MILLIONTH
from planner.studies.explaining.amendments import Amendment, raised, written
from planner.tasks import YEAR_DAYS
from planner.years import Yearly

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.diagnosis.eased import Group
    from planner.programme.case import Case, ExpansionCase

KG_PER_T = 1000
TRIFLE = 1e-6
"""Share of a demand that is nothing."""


Amend = Callable[["EasingTrial"], Iterator["Amendment"]]


@dataclass(frozen=True)
class Violation:
    """By how much a limit would have to be broken, at least, everything else kept.

    Attributes
    ----------
    family, key
        of the limit, as the table of prices names them
    amount, unit
        in the user's units
    """

    family: str
    key: str
    amount: float
    unit: str


@dataclass(frozen=True)
class Gauge:
    """A kind of restriction whose amount the programme can tell.

    Attributes
    ----------
    kind
        as `Restriction.kind`
    ease
        yields how it is eased in a question; nothing where the question has no such limit
    amend
        what gives the amounts of a trial
    violations
        the amounts in the user's units
    """

    kind: str
    ease: Callable[[EasedQuestion], Iterator[Easing]]
    amend: Callable[[EasingTrial], Iterator[Amendment]]
    violations: Callable[[EasingTrial], Iterator[Violation]]


def _sites(trial: EasingTrial) -> Iterator[Amendment]:
    for amount in trial.of("sites").values():
        yield Amendment("limits.sites", str((trial.question.inputs.scenario.limits.sites or 0) + round(amount)))


def _capex(trial: EasingTrial) -> Iterator[Amendment]:
    limits, currency = trial.question.inputs.scenario.limits, trial.question.inputs.scenario.finance.currency
    for amount in trial.of("capex").values():
        assert limits.capex_usd is not None
        yield Amendment("limits.capex", written(least(MILLIONTH * limits.capex_usd + amount), f"M{currency}"))


def _carbon(trial: EasingTrial) -> Iterator[Amendment]:
    figure = trial.question.inputs.scenario.limits.carbon_kg
    by_year = {int(str(year)): amount * KG_PER_T for (year,), amount in trial.of("carbon").items()}
    if by_year and figure is not None:
        yield Amendment("limits.carbon", raised(figure, _exact(figure, by_year), "kg/year"))


def _exact(figure: Yearly, by_year: Mapping[int, float]) -> dict[int, float]:
    """Return amounts that bring a figure to round numbers, enough of them."""
    return {year: least(figure.at(year) + amount, digits=9) - figure.at(year) for year, amount in by_year.items()}


def _floor(trial: EasingTrial) -> Iterator[Amendment]:
    share = trial.question.inputs.scenario.policy.floor.served_share or 0.0
    for amount in trial.of("floor").values():
        yield Amendment("policy.floor.served_share", written(greatest(max(0.0, share - amount))))


def _survival(trial: EasingTrial) -> Iterator[Amendment]:
    failures = {str(failure) for (failure,) in trial.of("survival")}
    if not failures:
        return
    kept = list(dict.fromkeys(state.contingency for state in trial.question.case.failing_states))
    left = [name for name in kept if name not in failures]
    yield Amendment("contingencies", left or "none")


def _compute(trial: EasingTrial) -> Iterator[Amendment]:
    inputs = trial.question.inputs
    for (key,), amount in trial.of("compute").items():
        yield from more_compute(inputs, str(key), least(amount))


def more_compute(inputs: Inputs, key: str, pflops: float) -> Iterator[Amendment]:
    """Yield what gives a site more compute: PFLOPS in its own figures, or cards of its first chip."""
    site = inputs.topology.sites[key]
    counted = site.status in inputs.scenario.count
    if site.accelerators:
        chip, number = next(iter(site.accelerators.items()))
        cards = -int(-pflops // load_catalogue()[chip].compute_pflops)
        yield Amendment(f"sites.{key}.accelerators.{chip}", str((number if counted else 0) + cards))
    else:
        figure = site.compute_pflops if counted else Yearly.flat(0.0)
        yield Amendment(f"sites.{key}.compute", raised(figure, pflops, "PFLOPS", factor=site.factor))
    if not counted:
        yield Amendment(f"sites.{key}.status", inputs.scenario.count[0])


def _light(trial: EasingTrial) -> Iterator[Amendment]:
    for (key,), amount in trial.of("link").items():
        figure = trial.question.inputs.topology.links[str(key)].capacity_gbps
        yield Amendment(f"links.{key}.capacity", raised(figure, least(amount), "Gbps"))


def _power(trial: EasingTrial) -> Iterator[Amendment]:
    for (key,), amount in trial.of("power").items():
        figure = trial.question.inputs.topology.sites[str(key)].power_mw
        assert figure is not None
        yield Amendment(f"sites.{key}.power", raised(figure, least(amount), "MW"))


def _group(word: str, field: str, attribute: str, unit: str) -> Amend:
    def amend(trial: EasingTrial) -> Iterator[Amendment]:
        found: dict[str, dict[int, float]] = {}
        for (key, year), amount in trial.of(word).items():
            found.setdefault(str(key), {})[int(str(year))] = amount
        for key, by_year in found.items():
            figure = getattr(trial.question.inputs.topology.groups[key], attribute)
            yield Amendment(f"groups.{key}.{field}", raised(figure, _exact(figure, by_year), unit))

    return amend


def _member_capex(trial: EasingTrial) -> Iterator[Amendment]:
    scenario = trial.question.inputs.scenario
    for (country,), amount in trial.of("member_capex").items():
        limit = scenario.limits.members[str(country)].capex_usd or 0.0
        needed = least(MILLIONTH * limit + amount)
        yield Amendment(f"limits.members.{country}.capex", written(needed, f"M{scenario.finance.currency}"))


def _of_members(word: str, field: str, attribute: str, unit: str, times: float) -> Amend:
    def amend(trial: EasingTrial) -> Iterator[Amendment]:
        found: dict[str, dict[int, float]] = {}
        for (country, year), amount in trial.of(word).items():
            found.setdefault(str(country), {})[int(str(year))] = amount * times
        written_in = unit or f"{trial.question.inputs.scenario.finance.currency}/year"
        for country, by_year in found.items():
            figure = getattr(trial.question.inputs.scenario.limits.members[country], attribute)
            yield Amendment(f"limits.members.{country}.{field}", raised(figure, _within(figure, by_year), written_in))

    return amend


def _within(figure: Yearly, by_year: Mapping[int, float]) -> dict[int, float]:
    """Return amounts that bring a figure to round numbers: up where they are above nothing, down, not below 0, else."""
    to = {
        year: least(figure.at(year) + amount, digits=9)
        if amount > 0
        else max(0.0, greatest(figure.at(year) + amount, digits=9))
        for year, amount in by_year.items()
    }
    return {year: value - figure.at(year) for year, value in to.items()}


def _split(trial: EasingTrial) -> Iterator[Amendment]:
    workloads = {str(workload) for _, _, workload, _ in trial.of("split")}
    yield from (Amendment(f"workloads.{workload}.split", "true") for workload in sorted(workloads))


def _shares(trial: EasingTrial) -> Iterator[Amendment]:
    numbered = enumerate(trial.question.inputs.scenario.policy.shares)
    at_least = {rule.id or str(number): rule.at_least for number, rule in numbered}
    for (name,), amount in trial.of("share").items():
        needed = greatest(at_least[str(name)] - amount)
        path = f"policy.shares.{name}"
        yield Amendment(f"{path}.at_least", written(needed)) if needed > 0 else Amendment(f"{path}.origin", [])


def _left(trial: EasingTrial) -> Iterator[Amendment]:
    """Yield demands brought down to the share that the hour and the node with the least of it can have."""
    inputs, case = trial.question.inputs, trial.question.case
    demand_of = {case.part_key(demand): demand for demand in case.demands}
    kept: dict[int, dict[int, float]] = {}
    for key, amount in trial.of("left").items():
        demand, year = demand_of[part_key_of(key)], int(str(key[0]))
        asked = case.volume(demand, year) if demand.movable else demand.quantity[year, int(str(key[1]))]
        of_row = kept.setdefault(demand.row, dict.fromkeys(inputs.scenario.years, 1.0))
        of_row[year] = min(of_row[year], max(0.0, 1.0 - amount / asked))
    for number, shares in sorted(kept.items()):
        row = inputs.demand.demands[number]
        word, unit = ("compute", "PFLOPS") if row.to is None else ("rate", "Gbps")
        left = {year: _kept(row.amount.growing_at(year), share) for year, share in shares.items()}
        if row.window is not None:  # its figures are those of its days
            left = {year: mean * YEAR_DAYS / row.window.days for year, mean in left.items()}
        if row.job is not None and row.window is not None:
            share = left[row.window.year] / row.job.pflops(row.window.days)
            yield Amendment(f"demands.{row.id}.job.tokens", written(max(1.0, row.job.tokens * share), "tokens"))
            continue
        yield Amendment(f"demands.{row.id}.{word}", raised(Yearly.of(left), 0.0, unit))


def _kept(asked: float, share: float) -> float:
    """Return what is left of a demand, a trifle less than can be; what is hardly anything is nothing."""
    return greatest(asked * share) if share > TRIFLE else 0.0


def _violated(
    word: str, family: str, unit: str, *, times: float = 1.0, label: str = ""
) -> Callable[[EasingTrial], Iterator[Violation]]:
    def violations(trial: EasingTrial) -> Iterator[Violation]:
        for group, amount in trial.of(word).items():
            yield Violation(family, label or "/".join(map(str, _year_first(group))), amount * times, unit)

    return violations


def _year_first(group: Group) -> Group:
    """Return the parts of a group in the order of prices' keys: the year before the rest."""
    years = tuple(part for part in group if isinstance(part, int))
    return (*years, *(part for part in group if not isinstance(part, int)))


def _missing(trial: EasingTrial) -> Iterator[Violation]:
    case = trial.question.case
    for (index, year), amount in missing_amounts(trial).items():
        demand = case.demands[index]
        unit = "PFLOPS" if demand.is_compute else "Gbps"
        family = "training_volume" if demand.movable else "demand_met"
        yield Violation(family, "/".join(map(str, (year, *case.part_key(demand)))), amount, unit)


def _cheapest_room(question: EasedQuestion) -> Iterator[Easing]:
    """More compute where it is cheapest to buy and to run, rather than as little of it as may be."""
    rates = yearly_usd_per_pflops(question.case)
    lowest = min(rates.values(), default=0.0) or 1.0

    def weigh(_: Case, group: Group) -> float:
        return max(rates.get(str(group[1]), lowest) / lowest, 1.0)

    yield from (replace(easing, weigh=weigh) for easing in easings.compute(question))


def yearly_usd_per_pflops(case: Case) -> dict[str, float]:
    """USD a year of one PFLOPS more at each site: machines at the site's price, else the least of all, and running."""
    year = case.years[-1]
    machines = {i: _least_yearly([case.site_expansions[e] for e in es]) for i, es in case.expansions_of_site.items()}
    known = [usd for usd in machines.values() if usd is not None]
    typical = min(known, default=0.0)
    found = {}
    for i, site in enumerate(case.sites):
        running = site.opex_usd_per_pflops[year] + site.energy_usd((year, 0), installed=1.0, used=1.0)
        bought = machines.get(i)
        found[site.id] = running + (typical if bought is None else bought)
    return found


def _least_yearly(options: list[ExpansionCase]) -> float | None:
    """USD a year of one unit by the cheapest of several expansions; None where nothing is on offer."""
    offers = [option.annuity_usd[y] + option.opex_usd[y] for option in options for y in option.years]
    return min(offers, default=None)


def machines_usd(case: Case, amendments: list[tuple[str, float]]) -> float | None:
    """USD a year of what is given: (site:x or link:y, amount), at the price of its own expansions, else the least.

    None where nothing of the sort is on offer anywhere.
    """
    total = 0.0
    for name, amount in amendments:
        kind, _, key = name.partition(":")
        options = case.site_expansions if kind == "site" else case.link_expansions
        assets = case.sites if kind == "site" else case.links
        own = [option for option in options if assets[option.asset].id == key]
        price = _least_yearly(own)
        price = _least_yearly(list(options)) if price is None else price
        if price is None:
            return None
        total += price * amount
    return total


GAUGES: tuple[Gauge, ...] = (
    Gauge("sites", easings.site_limit, _sites, _violated("sites", "site_limit", "site")),
    Gauge("capex", easings.capex_budget, _capex, _violated("capex", "capex_budget", "MUSD")),
    Gauge("carbon", easings.carbon_budget, _carbon, _violated("carbon", "carbon_budget", "t")),
    Gauge(
        "group power", shared_limits.group_power, _group("group_power", "power", "power_mw", "MW"),
        _violated("group_power", "group_power", "MW"),
    ),
    Gauge(
        "group compute", shared_limits.group_compute, _group("group_compute", "compute", "compute_pflops", "PFLOPS"),
        _violated("group_compute", "group_compute", "PFLOPS"),
    ),
    Gauge("member capex", shared_limits.member_capex, _member_capex, _violated("member_capex", "member_capex", "MUSD")),
    Gauge(
        "member opex", shared_limits.member_opex, _of_members("member_opex", "opex", "opex_usd", "", 1 / MILLIONTH),
        _violated("member_opex", "member_opex", "MUSD"),
    ),
    Gauge(
        "member hosted_min", shared_limits.member_hosting,
        _of_members("member_hosting", "hosted_min", "hosted_min_pflops", "PFLOPS", -1.0),
        _violated("member_hosting", "member_hosting", "PFLOPS"),
    ),
    Gauge("floor", easings.floor, _floor, _violated("floor", "floor", "%", times=100.0, label="served_share")),
    Gauge(
        "required", lambda question: iter(() if (work := required_work(question)) is None else (work,)), _left, _missing
    ),
    Gauge("survives", easings.survival, _survival, _violated("survival", "survival", "PFLOPS")),
    Gauge("split", easings.split, _split, _violated("split", "whole_choice", "site")),
    Gauge("power", easings.power, _power, _violated("power", "site_power", "MW")),
    Gauge("capacity", easings.light, _light, _violated("link", "link_capacity", "Gbps")),
    Gauge("compute", _cheapest_room, _compute, _violated("compute", "site_capacity", "PFLOPS")),
    Gauge("share", easings.shares, _shares, _violated("share", "share", "%", times=100.0)),
)  # fmt: skip
"""Kinds with amounts, in the order in which they are tried."""
