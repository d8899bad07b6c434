"""Bounds that no file states (of builds without `max`, of gates, of sites in use) are never what decides a plan.

Each is a figure that nothing in the programme needs to pass. If one of them were too small, ten times as much would
give another optimum, or the independent model, which has bounds of its own, would.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import independent
import pytest
from hypothesis import given
from small import about, proved
from test_optimum import EXACT_GAP, check_world, plan_world
from worlds import World, changed, profile, two_cities, worlds

from planner.engine import decisions
from planner.programme import prepare
from planner.programme.case import Case

HALF_DAY = [2.0] * 12 + [0.0] * 12


def without_max(world: World) -> World:
    """Return a world in which no expansion has a `max`."""
    changes: dict[str, Any] = {}
    for sort in ("sites", "links"):
        for asset, record in world["topology"].get(sort, {}).items():
            for number, option in enumerate(record.get("expansion", ())):
                if "max" in option:
                    changes[f"topology.{sort}.{asset}.expansion.{number}.max"] = None
    return changed(world, changes)


def tenfold(patch: pytest.MonkeyPatch) -> None:
    """Make every implied bound ten times as large."""

    def grown(home: Any, name: str) -> None:
        real: Callable[..., Any] = getattr(home, name)
        patch.setattr(home, name, lambda *a, **k: _times_ten(real(*a, **k)))

    for home, name in ((prepare, "_most_asked"), (Case, "most_served"), (Case, "most_pflops"), (decisions, "most_of")):
        grown(home, name)


def _times_ten(figure: Any) -> Any:
    return tuple(10 * each for each in figure) if isinstance(figure, tuple) else 10 * figure


@pytest.mark.parametrize("kind", ["hours", "years", "failures", "whole", "everything"])
def test_ten_times_every_implied_bound_changes_no_optimum(kind: str) -> None:
    """Hours, years, failures, whole numbers: the same status and the same objective."""

    @profile(examples=8)
    @given(world=worlds(kind))
    def check(world: World) -> None:
        world = without_max(world)
        narrow = plan_world(world, gap=EXACT_GAP)
        with pytest.MonkeyPatch.context() as patch:
            tenfold(patch)
            wide = plan_world(world, gap=EXACT_GAP)
        assert narrow.status is wide.status
        if narrow.status.has_plan:
            assert narrow.objective == pytest.approx(wide.objective, rel=1e-6, abs=1e-3)

    check()


@profile(examples=12)
@given(world=worlds("everything"))
def test_without_max_the_plan_is_the_optimum(world: World) -> None:
    """The independent model bounds no build at all."""
    check_world(without_max(world))


def test_training_in_one_block_may_need_more_than_its_mean() -> None:
    """10 PFLOPS of training get through the fibre by night alone, in one of two blocks, and so need 20 PFLOPS far.

    By day traffic of 2 x 0.5 Gbps takes the whole fibre of 1 Gbps; by night 20 PFLOPS put 0.05 Gbps each on it. A
    PFLOPS costs 1000 USD a year built (5000 over five years), 1000 to run and 10 of transit: 20 x 1000 + 10 x 1010.
    The internet's 0.5 Gbps there and 0.5 back cost 100 together.
    """
    train = {"kind": "training", "traffic": "0.05 Gbps/PFLOPS", "unserved": "90 kUSD/PFLOPS/year"}
    internet = {"kind": "traffic", "unserved": "9 MUSD/Gbps/year", "profile": HALF_DAY}
    changes = {
        "demand.workloads": {"train": train, "internet": internet},
        "demand.demands": [
            {"origin": "home", "workload": "train", "compute": "10 PFLOPS"},
            {"origin": "home", "to": "away", "workload": "internet", "rate": "0.5 Gbps"},
        ],
        "topology.nodes.home.timezone": "Etc/UTC",
        "topology.sites.near": None,
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.expansion": [{"capex": "5 kUSD/PFLOPS"}],
        "topology.links.fibre.capacity": "1 Gbps",
        "scenario.hours": 2,
        "scenario.finance.discount_rate": 0,
    }
    assert proved(changes).objective == about(20 * 1000 + 10 * 1010 + 100)


def test_a_leased_link_may_carry_all_training_in_one_block() -> None:
    """Chat fills far by day, so 10 PFLOPS of training go there by night: 20 x 0.5 Gbps must be leased, at 1 USD."""
    day = {"kind": "inference", "unserved": "9 MUSD/PFLOPS/year", "profile": HALF_DAY}
    train = {"kind": "training", "traffic": "0.5 Gbps/PFLOPS", "traffic_back": "0 Gbps/PFLOPS"}
    train["unserved"] = "90 kUSD/PFLOPS/year"
    changes = {
        "demand.workloads": {"train": train, "day": day},
        "demand.demands": [
            {"origin": "home", "workload": "train", "compute": "10 PFLOPS"},
            {"origin": "away", "workload": "day", "compute": "10 PFLOPS"},
        ],
        "topology.nodes.away.timezone": "Etc/UTC",
        "topology.sites.near": None,
        "topology.sites.far.compute": "20 PFLOPS",
        "topology.links.fibre.capacity": "0 Gbps",
        "topology.links.fibre.transit": None,
        "topology.links.fibre.expansion": [{"opex": "1 USD/Gbps/year"}],
        "scenario.hours": 2,
    }
    assert proved(changes).objective == about(20 * 1000 + 10)


def test_a_build_may_overlap_the_one_that_it_follows() -> None:
    """On offer in 2026 and 2030 and alive for 6 years: 10 PFLOPS bought in each stand side by side in 2030.

    The first serves 2026, the second 2034, where 5000 USD a PFLOPS would be the price of serving nothing. With all
    years alike at no interest, 2026, 2030 and 2034 weigh 4 each; 600 USD a PFLOPS over 6 years are 100 a year, paid in
    the two listed years in which a build stands: 2 builds x 10 x 100 x 8, and 10 x 1000 x 12 to run.
    """
    changes = {
        "demand.workloads.chat.traffic": "0 Gbps/PFLOPS",
        "demand.demands.0.compute": "10 PFLOPS",
        "topology.links.fibre.transit": None,
        "topology.sites.near": None,
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.expansion": [{"capex": "600 USD/PFLOPS", "until": 2030}],
        "scenario.years": [2026, 2030, 2034],
        "scenario.finance": {"discount_rate": 0, "compute_life": 6},
    }
    plan = proved(changes)
    assert plan.objective == about(2 * 10 * 100 * 8 + 10 * 1000 * 12)
    assert plan.builds["added"].to_list() == [about(10), about(10)]


def test_the_independent_model_agrees_on_overlapping_builds() -> None:
    """It lists the same two builds; two_cities with the same changes, solved by the other model."""
    changes = {
        "topology.sites.near": None,
        "topology.sites.far.compute": "0 PFLOPS",
        "topology.sites.far.expansion": [{"capex": "600 USD/PFLOPS", "until": 2030}],
        "scenario.years": [2026, 2030, 2034],
        "scenario.finance": {"discount_rate": 0, "compute_life": 6},
    }
    assert proved(changes).objective == about(independent.solve(**changed(two_cities(), changes)).objective)
