"""What else is as good: extremes that no plan of the independent model beats, and plans within the budget."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from independent import Row, solve, write_programme
from independent import World as Asked
from independent.families import site_flows
from independent.index import Index
from independent.solving import solve_stage
from small import unshared
from worlds import World, changed, profile, two_cities, worlds, write_world

import planner
from planner.studies.explaining.extremes import find_extremes
from studies.broken import HOME_RULE

WITHIN = 0.05


def used_terms(asked: Asked, site: str) -> dict[tuple[object, ...], float]:
    """Flows that end at a site where nothing has failed, each by its share of the last year."""
    index, found = Index.of(asked), defaultdict(float)
    states = [state for state in asked.states if state.contingency is None and state.year == asked.years[-1]]
    for state, at, flows in site_flows(index):
        if at == site and state in states:
            for column, factor in flows.items():
                found[column] += factor / len(states)
    return found


@profile(examples=15)
@given(world=worlds())
def test_no_extreme_is_beaten_by_the_independent_model(world: World) -> None:
    """Least and most PFLOPS in use at each site, cost held within 5 % of the optimum, are those of all simple paths."""
    with TemporaryDirectory() as folder:
        inputs = planner.load_scenario(write_world(world, Path(folder)))
        best = planner.solve(inputs, sides=False)
        if not best.status.has_plan:
            return
        names = [f"site:{key}" for key in inputs.topology.sites]
        found = [each for each in find_extremes(inputs, within=WITHIN, assets=names).found if each.amount.of == "used"]
    parts = world["topology"], world["demand"], world["scenario"]
    asked = Asked.read(*parts)
    programme = write_programme(asked)
    cost = dict(programme.aims)["cost"]
    limit = (1 + WITHIN) * solve(*parts).objective - cost.get((), 0.0)
    held = Row({column: usd for column, usd in cost.items() if column}, "<", limit)
    programme = type(programme)(programme.cost, {**programme.rows, ("near",): held}, programme.wholes, programme.aims)
    for each in found:
        terms = used_terms(asked, each.amount.asset.removeprefix("site:"))
        least = solve_stage(programme, terms).value
        most = -solve_stage(programme, {column: -factor for column, factor in terms.items()}).value
        assert (each.least, each.most) == pytest.approx((least, most), rel=1e-5, abs=1e-4)


def test_extremes_hold_the_best_plan_and_say_when_it_is_the_only_one(tmp_path: Path) -> None:
    """All 20 at far for 22 000; a tenth more buys 2200 / 1900 = 1.158 PFLOPS at near in place of far."""
    found = planner.alternatives(planner.load_scenario(write_world(two_cities(), tmp_path)), within=0.1, plans=0)
    by_name = {(each.amount.asset, each.amount.of): each for each in found.extremes.found}
    assert found.is_unique
    assert by_name["site:near", "used"].least == pytest.approx(0)
    assert by_name["site:near", "used"].most == pytest.approx(2200 / 1900)
    assert by_name["country:CN", "used"].least == pytest.approx(20 - 2200 / 1900)


def test_two_sites_at_one_price_are_not_the_only_plan(tmp_path: Path) -> None:
    """Near costs what far does with its transit: all 10 that fit there may move for nothing."""
    world = changed(two_cities(), {"topology.sites.near.opex": "1100 USD/PFLOPS/year"})
    found = planner.alternatives(planner.load_scenario(write_world(world, tmp_path)), within=0.0, plans=0)
    assert not found.is_unique
    free = {each.amount.asset: (each.least, each.most) for each in found.free if each.amount.of == "used"}
    assert free["site:near"] == pytest.approx((0, 10))


def test_plans_that_differ_most_are_proved_and_within_the_budget(tmp_path: Path) -> None:
    """A third site at nearly the same price takes all that far had."""
    other = {"node": "away", "status": "operating", "compute": "50 PFLOPS", "opex": "1010 USD/PFLOPS/year"}
    inputs = planner.load_scenario(write_world(changed(two_cities(), {"topology.sites.other": other}), tmp_path))
    found = planner.alternatives(inputs, within=0.02)
    assert found.rivals
    assert all(rival.plan.status is planner.Status.OPTIMAL for rival in found.rivals)
    assert all(rival.cost_usd <= 1.02 * found.extremes.optimum_usd for rival in found.rivals)
    assert found.rivals[0].distance == pytest.approx(1.0, abs=0.06)


def test_where_there_is_no_plan_nothing_is_as_good(tmp_path: Path) -> None:
    """Said in a line."""
    changes = {**HOME_RULE, "demand.workloads.chat.unserved": "required"}
    inputs = planner.load_scenario(write_world(unshared(changed(two_cities(), changes)), tmp_path))
    with pytest.raises(planner.UsageError, match="there is no plan to differ from: the scenario is infeasible"):
        planner.alternatives(inputs)
    with pytest.raises(planner.UsageError, match="there is no plan that could be worth more"):
        planner.worth(inputs)
