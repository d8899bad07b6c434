"""A plan is the same, up to scale, in any currency and with its PFLOPS, Gbps, ms or MW counted in anything."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import isclose
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small import about, load, proved
from worlds import KINDS, Factors, World, changed, profile, rescaled, two_cities, worlds, write_world

import planner
from planner.engine.sizes import examine_sizes
from planner.plan.verify import verify_plan
from planner.programme.prepare import prepare
from planner.programme.scale import middle, power_of_two

EXACT_GAP = 1e-7
POWERS = st.builds(lambda power: Decimal(10) ** power, st.integers(-6, 6))
FACTORS = st.builds(Factors, money=POWERS, pflops=POWERS, gbps=POWERS, ms=POWERS, mw=POWERS)


def solve(world: World) -> planner.Plan:
    """Solve a world from its files."""
    with TemporaryDirectory() as folder:
        return planner.solve(write_world(world, Path(folder)), gap=EXACT_GAP)


@pytest.mark.parametrize("kind", KINDS)
def test_a_world_in_other_sizes_has_the_same_plan(kind: str) -> None:
    """Status, every objective, and what is served of every demand, each kind of figure times 1e-6 to 1e6."""

    @profile(examples=8)
    @given(world=worlds(kind, traffic=True), factors=FACTORS)
    def check(world: World, factors: Factors) -> None:
        plain, other = solve(rescaled(world, Factors())), solve(rescaled(world, factors))
        assert plain.status is other.status
        assert (plain.findings, other.findings) == ((), ()) or not plain.status.has_plan
        for one, two in zip(plain.stages, other.stages, strict=True):
            value = two.value / factors.of_objective(one.name)
            assert isclose(one.value, value, rel_tol=3e-6, abs_tol=2e-6 * max(1.0, abs(one.value))), one.name
        if plain.status.has_plan:
            total = plain.demands["served_pflops"].sum()
            assert other.demands["served_pflops"].sum() == pytest.approx(total * float(factors.pflops), rel=1e-5)

    check()


@pytest.mark.parametrize("price", ["0.000001", "1", "1000000"])
def test_prices_about_one_are_proved_whatever_leaving_costs(price: str) -> None:
    """20 PFLOPS far at the price, in USD a PFLOPS and year, where leaving one costs a billion times as much."""
    leaving = f"{Decimal(price) * 10**9:f} USD/PFLOPS/year"
    changes = {
        "demand.workloads.chat.unserved": leaving,
        "topology.sites.near": None,
        "topology.sites.far.opex": f"{price} USD/PFLOPS/year",
        "topology.links.fibre.transit": None,
    }
    found = proved(changes)
    assert found.objective == pytest.approx(20 * float(price), rel=1e-7)
    assert found.gap <= 1e-7


def test_a_lorry_of_disks_is_proved_like_a_fibre() -> None:
    """An RTT of two days: 10 PFLOPS at 1000 and 10 at 1500, where ties count milliseconds."""
    more = {"node": "away", "status": "operating", "compute": "10 PFLOPS", "opex": "1500 USD/PFLOPS/year"}
    changes = {
        "topology.sites.near": None,
        "topology.sites.far.compute": "10 PFLOPS",
        "topology.sites.more": more,
        "topology.links.fibre.rtt": "172800 s",
        "topology.links.fibre.transit": None,
    }
    found = proved(changes)
    assert found.objective == about(10 * 1000 + 10 * 1500)
    assert found.gap <= 1e-9


def test_a_link_of_ten_bits_a_second_lets_ten_pflops_of_one_through() -> None:
    """At 1 bps a PFLOPS; the other 10 of 20 are left at 5000."""
    changes = {
        "topology.sites.near": None,
        "demand.workloads.chat.traffic": "1 bps/PFLOPS",
        "topology.links.fibre.capacity": "10 bps",
        "topology.links.fibre.transit": None,
    }
    found = proved(changes)
    assert found.demands["served_pflops"].sum() == about(10)
    assert found.objective == about(10 * 1000 + 10 * 5000)


def test_units_follow_the_case() -> None:
    """Twenty PFLOPS and 10 Gbps: near 256 units of 1/16 and 1/32; in millions, of as many million."""
    plain = prepare(load()).scale
    grown = prepare(load({"demand.demands.0.compute": f"{20 * 2**20} PFLOPS"})).scale
    assert (plain.pflops, plain.gbps) == (2**-4, 2**-5)
    assert (grown.pflops, grown.gbps) == (2**16, 2**15)
    assert plain.work == 20 * 16


def test_powers_of_two() -> None:
    """The nearest by ratio; between the least and the greatest; one where there is nothing."""
    assert [power_of_two(figure) for figure in (1.0, 1.4, 1.5, 3.0, 0.0, float("inf"))] == [1, 1, 2, 4, 1, 1]
    assert middle([1e-3, 0.0, 1e3]) == 1
    assert middle([]) == 1


def test_figures_a_million_times_apart_are_told() -> None:
    """Home's 20 PFLOPS beside a demand of a millionth of one."""
    world = changed(two_cities(), {})
    world["demand"]["demands"].append({"origin": "away", "workload": "chat", "compute": "0.000001 PFLOPS"})
    demand, load_, rtt, price = examine_sizes(load(base=world))
    assert (demand.least, demand.greatest, demand.is_wide) == (1e-6, 20, True)
    assert not rtt.is_wide
    assert not price.is_wide
    assert load_.unit == 2**-5


def test_a_load_above_a_limit_is_told_however_small_both_are() -> None:
    """30 PFLOPS at 1 bps a PFLOPS over 10 bps: 3e-8 Gbps where 1e-8 fit."""
    changes = {"demand.workloads.chat.traffic": "1 bps/PFLOPS", "topology.links.fibre.capacity": "10 bps"}
    found = proved({**changes, "topology.sites.near": None})
    assert found.tables is not None
    more = replace(found.tables, paths=found.tables.paths.assign(pflops=30.0))
    assert [fault for fault in verify_plan(replace(found, tables=more)) if "3e-08 Gbps forward" in fault]
