"""Work that has to be done: by how much it is left undone, how that is said, and how much of it any plan does."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from planner.plan import phrases
from planner.plan.diagnosis.eased import EasedQuestion, Easing, EasingTrial, Slack, least
from planner.programme.case import INTACT

if TYPE_CHECKING:
    from planner.programme.case import Case, DemandCase
    from planner.programme.constraints import Key


def required_work(question: EasedQuestion) -> Easing | None:
    """What is required may be left undone."""
    case = question.case
    demand_of = {case.part_key(demand): demand for demand in case.demands if demand.unserved_usd is None}

    def left(case: Case, key: Key) -> Slack | None:
        demand, year = demand_of.get(part_key_of(key)), int(str(key[0]))
        if demand is None or (not demand.movable and key[2] != INTACT):
            return None
        most = case.volume(demand, year) if demand.movable else demand.quantity[year, int(str(key[1]))]
        return Slack(("left", *key), 1.0, most)

    return Easing("required", _say_left, rows={"demand_met": left, "training_volume": left}) if demand_of else None


def part_key_of(key: Key) -> tuple[str, str, str]:
    """Return the demand that a row of a state or year is about."""
    origin, workload, node = key[-3:]
    return str(origin), str(workload), str(node)


def missing_amounts(trial: EasingTrial) -> dict[tuple[int, int], float]:
    """Return what is left undone of required work by demand's position and year, as mean over the day."""
    case = trial.question.case
    demand_of = {case.part_key(demand): demand for demand in case.demands}
    found: dict[tuple[int, int], float] = {}
    for key, amount in trial.of("left").items():
        demand, year = demand_of[part_key_of(key)], int(str(key[0]))
        mean = amount if demand.movable else amount * case.slots[int(str(key[1]))].share
        place = (demand.index, year)
        found[place] = found.get(place, 0.0) + mean
    return found


def least_served(case: Case, of: Container[int], year: int) -> float:
    """PFLOPS of some demands, as mean over the day, that any plan serves: what is required, or what floors ask for."""
    found = 0.0
    for country in {demand.country for demand in case.demands}:
        own = [(case.volume(each, year), each) for each in case.demands if each.country == country and each.is_compute]
        required = sum(asked for asked, each in own if each.index in of and each.unserved_usd is None)
        beside = sum(asked for asked, each in own if each.index not in of)
        floor = case.served_share * sum(asked for asked, _ in own) if country in case.members else 0.0
        found += max(required, floor - beside)
    return found


def _say_left(trial: EasingTrial) -> Iterator[str]:
    case = trial.question.case
    for (index, year), amount in missing_amounts(trial).items():
        yield phrases.LEFT.say(**describe(case, case.demands[index]), year=year, missing=least(amount))


def describe(case: Case, demand: DemandCase) -> dict[str, object]:
    """Return what a sentence says of a part of a demand: who asks, for what, where, in which unit."""
    origin, workload, node = case.part_key(demand)
    return {"origin": origin, "workload": workload, "node": node, "unit": "PFLOPS" if demand.is_compute else "Gbps"}
