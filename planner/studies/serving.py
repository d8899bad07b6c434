"""What a sizing asks its plans to serve, and the plans that do it with the fewest PFLOPS on the members' soil."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Literal, TypeGuard

from planner.plan.phrases import SHORT_OF_SHARE
from planner.studies.alterations import alone, of_year, on_own_soil, to_be_placed, with_floor, without_duties
from planner.studies.trimming import ask_what_is_served

if TYPE_CHECKING:
    from planner.files import Inputs
    from planner.plan.plan import Plan
    from planner.studies.session import Session

Served = float | Literal["most"] | None
"""A share of every member's demand; most: as much as any plan can serve; None: what is worth serving."""
SHORT_SHARE = 1e-4
"""Members short of a floor by less than this are not named."""


def with_share(inputs: Inputs, served: Served) -> Inputs:
    """Promise the share, where one is asked for, to every member."""
    return with_floor(inputs, served) if is_share(served) else inputs


def is_share(served: Served) -> TypeGuard[float]:
    """Whether it is a share that is asked for."""
    return served is not None and served != "most"


def find_cheapest(inputs: Inputs, served: Served, session: Session) -> Plan | None:
    """Find the cheapest plan that serves what is asked, members free to use others' sites as the rules let them."""
    first = ("served",) if served == "most" else ()
    return session.solve("least cost", with_share(inputs, served), *first, "cost", objective="cost")


def find_worth(question: Inputs, name: str, session: Session, *, briefly: bool = False) -> dict[int, Plan]:
    """Find by year the cheapest plan: what it serves is worth serving.

    Where the years together have no plan, each of them is tried by itself.
    """
    years = question.scenario.years
    plan = session.solve(name, question, "cost", objective="cost", briefly=briefly)
    if plan is None or plan.tables is not None or len(years) == 1:
        return {} if plan is None else dict.fromkeys(years, plan)
    single = {
        year: session.solve(f"{name} {year}", of_year(question, year), "cost", objective="cost", briefly=briefly)
        for year in years
    }
    return {year: plan for year, plan in single.items() if plan is not None}


def find_leanest(
    question: Inputs, served: Served, worth: Mapping[int, Plan], name: str, session: Session
) -> dict[int, Plan]:
    """Find year by year the plan that serves what is asked with the fewest PFLOPS on the members' soil.

    What is worth serving has to be known first: where the cheapest plan of a year is missing, or there is none, that is
    the answer.
    """
    found = {}
    for year in question.scenario.years:
        cheapest = worth.get(year)
        if served is None and (cheapest is None or cheapest.tables is None):
            plan = cheapest
        else:
            stages = ("compute", "cost") if is_share(served) else ("served", "compute", "cost")
            asked = to_be_placed(question if cheapest is None else ask_what_is_served(question, cheapest, year), year)
            plan = session.solve(f"{name} {year}", asked, *stages, objective="compute")
        if plan is not None:
            found[year] = plan
    return found


def find_leanest_alone(inputs: Inputs, served: Served, session: Session) -> dict[int, Plan]:
    """Find the same for every member on its own, which serves what is worth it alone, or else as much as it can."""
    single = with_floor(alone(on_own_soil(inputs)), None)
    if served is None:
        worth = find_worth(single, "worth serving, alone", session, briefly=True)
        return find_leanest(single, None, worth, "leanest, alone", session)
    return find_leanest(single, "most", {}, "leanest, alone", session)


def find_within(
    question: Inputs, worth: Mapping[int, Plan], pools: Mapping[int, float], session: Session
) -> dict[int, Plan]:
    """Find by year the plan that serves most of what is asked, or of what is worth it, with so large a pool."""
    found = {}
    for year, pflops in pools.items():
        asked = ask_what_is_served(question, worth[year], year) if year in worth else question
        placed = to_be_placed(without_duties(asked), year, pool_pflops=pflops)
        plan = session.solve(f"within the target {year}", placed, "served", objective="served")
        if plan is not None:
            found[year] = plan
    return found


def tell_short(inputs: Inputs, served: Served, session: Session) -> Iterator[str]:
    """Name the members that stay below the share asked for even where all serve as much as they can."""
    if not is_share(served):
        return
    plan = session.solve("most served", without_duties(inputs), "served", "cost", objective="served")
    if plan is None or plan.tables is None:
        return
    own = plan.members[plan.members["member"].astype(bool) & (plan.members["demand_pflops"] > 0)]
    shares = zip(own.index.tolist(), (own["served_pflops"] / own["demand_pflops"]).tolist(), strict=True)
    for (year, country), share in shares:
        if share < served - SHORT_SHARE:
            yield SHORT_OF_SHARE.say(country=country, served_percent=100 * share, year=year, asked_percent=100 * served)
